//! `dockgen completions SHELL`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::{Cli, report};

/// Print a completion script for a shell
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell to complete in
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    pub fn run(self) {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "dockgen", &mut script);
        report::data(&String::from_utf8_lossy(&script));
    }
}
