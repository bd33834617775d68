//! `dockgen completions SHELL` and `dockgen man`.

use clap::builder::PossibleValuesParser;
use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use crate::check::RULES;
use crate::cli::{Cli, stream};
use crate::error::{Error, Result};
use crate::plan::QUESTIONS;
use crate::render::embedded_texts;

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
        clap_complete::generate(self.shell, &mut with_values(Cli::command()), "dockgen", &mut script);
        stream::data(&String::from_utf8_lossy(&script))
    }
}

/// The commands with the values of their arguments, where those can be listed. Only completions know them: what is parsed is
/// what the application's own questions allow.
fn with_values(command: Command) -> Command {
    let with_answers = |mut command: Command| {
        for question in QUESTIONS {
            if !question.values.is_empty() {
                let values = PossibleValuesParser::new(question.values);
                command = command.mut_arg(question.key, |argument| argument.value_parser(values));
            }
        }
        command
    };
    let names = QUESTIONS.iter().map(|question| question.key).chain(RULES.iter().map(|rule| rule.name));
    let names: Vec<&'static str> = names.collect();
    let templates: Vec<&'static str> = embedded_texts().into_iter().map(|(name, _)| name).collect();
    let named =
        |names: Vec<&'static str>| move |argument: clap::Arg| argument.value_parser(PossibleValuesParser::new(names));
    command
        .mut_subcommand("init", with_answers)
        .mut_subcommand("update", with_answers)
        .mut_subcommand("explain", |explain| with_answers(explain).mut_arg("name", named(names)))
        .mut_subcommand("templates", |all| {
            let name = named(templates);
            all.mut_subcommand("show", |show| show.mut_arg("name", name.clone()))
                .mut_subcommand("eject", |eject| eject.mut_arg("name", name))
        })
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
