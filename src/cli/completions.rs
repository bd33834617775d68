//! `dockgen completions SHELL` and `dockgen man`.

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use crate::cli::{Cli, stream};
use crate::error::{Error, Result};

/// Print a completion script for a shell
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell to complete in
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    pub fn run(self) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "dockgen", &mut script);
        stream::data(&String::from_utf8_lossy(&script))
    }
}

/// Print the manual page of dockgen, or of one of its commands
#[derive(Debug, Args)]
pub struct Man {
    /// The command
    command: Option<String>,
}

impl Man {
    /// Prints the page, for `man -l -`.
    pub fn run(self) -> Result<()> {
        let mut all = Cli::command();
        all.build();
        let page = match &self.command {
            None => all,
            Some(name) => match all.find_subcommand(name) {
                Some(found) => found.clone().display_name(format!("dockgen-{name}")),
                None => {
                    let names: Vec<&str> = all.get_subcommands().map(Command::get_name).collect();
                    return Err(Error::Usage {
                        message: format!("`{name}` is no command of dockgen"),
                        hint: format!("the commands are {}", names.join(", ")),
                    });
                }
            },
        };
        let mut text = Vec::new();
        clap_mangen::Man::new(page)
            .render(&mut text)
            .map_err(|source| Error::Write { path: "standard output".into(), source })?;
        stream::data(&String::from_utf8_lossy(&text))
    }
}
