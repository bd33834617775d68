//! The command line: reads the arguments, asks, prints. The only room that does.

mod answers;
mod bundle;
mod check;
mod clock;
mod completions;
mod detect;
mod doctor;
mod explain;
mod init;
mod json;
mod map;
mod outcome;
mod patience;
mod pin;
mod progress;
mod report;
mod stream;
mod targets;
mod templates;
mod test;
mod viewpoint;
mod wizard;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use crate::cli::json::Failed;
use crate::cli::stream::{Text, Volume};

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
    /// Say nothing but errors and warnings
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say how long each stage took
    #[arg(long, short, global = true)]
    verbose: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  dockgen                         the same as `dockgen init` in a terminal
  dockgen init                    ask, show and write Dockerfile and .dockerignore
  dockgen init --yes              take what was detected, ask nothing
  dockgen init --print            write nothing, print the Dockerfile
  dockgen init --check            end with status 1 where the files are out of date
  dockgen update                  renew the files and keep what was changed in them
  dockgen detect --json           what the repository says, with file and line
  dockgen explain port            why it is so, and what would change it
  dockgen check                   check any Dockerfile against its repository
  dockgen test                    build the image, start it, and see that it works
  dockgen pin                     write the digests of images beside their tags

Exit status: 0 done, 1 findings, 2 unusable input, 3 would overwrite, 4 no registry, 130 interrupted";

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
    /// Renew what `init` wrote, and keep what was changed in it since
    Update(Box<init::Update>),
    /// Show every application found, and what its files say
    Detect(detect::Detect),
    /// Say why a decision fell as it did, or what a rule is about
    Explain(explain::Explain),
    /// Check a Dockerfile, its ignore file and its build context
    Check(check::Check),
    /// Build the image, start it, and see that it works
    Test(Box<test::Test>),
    /// List, show and take over the templates that files are made from
    Templates(templates::Command),
    /// See whether what dockgen works with is in order here
    Doctor(doctor::Doctor),
    /// Write the digests of images beside their tags
    Pin(pin::Pin),
    /// Print a completion script for a shell
    Completions(completions::Completions),
    /// Print the manual page of dockgen, or of one of its commands
    Man(completions::Man),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misunderstood(&error),
    };
    report::set_colour(cli.color);
    stream::set_volume(match (cli.quiet, cli.verbose) {
        (true, _) => Volume::Quiet,
        (_, true) => Volume::Verbose,
        _ => Volume::Usual,
    });
    let Some(command) = cli.command.or_else(wizard_at_a_terminal) else {
        stream::say(&Text::new().coloured(&Cli::command().render_help().to_string()));
        return ExitCode::from(2);
    };
    let is_json = command.is_json();
    match command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if is_json && !stream::has_data() {
                let _ = json::value(&Failed::from(&error)).and_then(|object| stream::json(&object));
            }
            report::error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

impl Command {
    fn run(self) -> crate::error::Result<()> {
        match self {
            Self::Init(init) => init.run(),
            Self::Update(update) => update.run(),
            Self::Detect(detect) => detect.run(),
            Self::Explain(explain) => explain.run(),
            Self::Check(check) => check.run(),
            Self::Test(test) => test.run(),
            Self::Templates(templates) => templates.run(),
            Self::Doctor(doctor) => doctor.run(),
            Self::Pin(pin) => pin.run(),
            Self::Completions(completions) => completions.run(),
            Self::Man(man) => man.run(),
        }
    }

    fn is_json(&self) -> bool {
        match self {
            Self::Init(init) => init.is_json(),
            Self::Update(update) => update.is_json(),
            Self::Detect(detect) => detect.is_json(),
            Self::Explain(explain) => explain.is_json(),
            Self::Check(check) => check.is_json(),
            Self::Test(test) => test.is_json(),
            Self::Templates(templates) => templates.is_json(),
            Self::Doctor(doctor) => doctor.is_json(),
            Self::Pin(pin) => pin.is_json(),
            Self::Completions(_) | Self::Man(_) => false,
        }
    }
}

/// What `dockgen` alone means to somebody who sits there.
fn wizard_at_a_terminal() -> Option<Command> {
    let is_terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    is_terminal.then(|| Command::Init(Box::new(init::Init::here())))
}

/// Help, the version, or what is wrong with the arguments, as clap says it.
fn misunderstood(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && std::env::args().any(|argument| argument == "--json") {
        let message = error.to_string().trim().to_owned();
        let error = Error::Usage { message, hint: "see `dockgen --help`".into() };
        let _ = json::value(&Failed::from(&error)).and_then(|object| stream::json(&object));
    }
    let text = error.render();
    if error.use_stderr() {
        let shown = if console::colors_enabled_stderr() { text.ansi().to_string() } else { text.to_string() };
        stream::say(&Text::new().coloured(&shown));
        return ExitCode::from(2);
    }
    let shown = if console::colors_enabled() { text.ansi().to_string() } else { text.to_string() };
    match stream::data(&shown) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => ExitCode::from(error.exit_code()),
    }
}
