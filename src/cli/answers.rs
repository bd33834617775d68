//! The questions as flags: one for each row of the table, so that wizard and flags can't drift apart.

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::plan::{Answers, QUESTIONS, Resolved, Source};

/// The answers that were given as flags.
#[derive(Debug, Clone, Default)]
pub struct AnswerFlags(pub Answers);

impl FromArgMatches for AnswerFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for question in QUESTIONS {
            if let Some(value) = matches.get_one::<String>(question.key) {
                self.0.set(question.key, Resolved::new(value.clone(), Source::Flag));
            }
        }
        Ok(())
    }
}

impl Args for AnswerFlags {
    fn augment_args(command: Command) -> Command {
        command.args(QUESTIONS.iter().map(|question| {
            Arg::new(question.key)
                .long(question.key)
                .value_name(question.value_name)
                .help(question.help)
                .help_heading("Answers")
                .allow_hyphen_values(true)
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
