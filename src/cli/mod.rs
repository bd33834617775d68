//! The command line: reads the arguments, asks, prints. The only room that does.

mod answers;
mod check;
mod completions;
mod detect;
mod init;
mod prompt;
mod report;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::error::Error;

/// Turns a repository into a container image the right way.
///
/// dockgen reads what a Node, Java (Maven), Python, Rust or Go repository says about itself, asks what it does not say,
/// and writes a multistage, distroless Dockerfile and a .dockerignore that it has checked itself.
#[derive(Debug, Parser)]
#[command(name = "dockgen", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  dockgen init                    ask, show and write Dockerfile and .dockerignore
  dockgen init --yes              take what was detected, ask nothing
  dockgen init --yes --print      write nothing, print the Dockerfile
  dockgen detect --json           what the repository says, with file and line
  dockgen check                   check any Dockerfile against its repository
  dockgen test                    build the image, start it, and see that it works

Exit status: 0 done, 1 findings, 2 unusable input, 3 would overwrite, 130 interrupted";

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    /// In a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a Dockerfile and a .dockerignore for an application
    Init(Box<init::Init>),
    /// Show every application found, and what its files say
    Detect(detect::Detect),
    /// Check a Dockerfile, its ignore file and its build context
    Check(check::Check),
    /// Build the image, start it, and see that it works
    Test(test::Test),
    /// Print a completion script for a shell
    Completions(completions::Completions),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    report::set_colour(cli.color);
    let done = match cli.command {
        Command::Init(init) => init.run(),
        Command::Detect(detect) => detect.run(),
        Command::Check(check) => check.run(),
        Command::Test(test) => test.run(),
        Command::Completions(completions) => {
            completions.run();
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::error(&error);
            exit(&error)
        }
    }
}

fn exit(error: &Error) -> ExitCode {
    ExitCode::from(error.exit_code())
}
