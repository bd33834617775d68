//! The questions as flags and as variables of the environment: one for each row of the table, so that they can't drift apart.

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::plan::{Answers, Kind, QUESTIONS, Resolved, Source, Specification};

/// The answers that were given as flags, or as variables of the environment where there is no flag.
#[derive(Debug, Clone, Default)]
pub struct AnswerFlags(pub Answers);

/// The variable that answers a question: `DOCKGEN_PACKAGE_MANAGER`.
pub fn variable(key: &str) -> String {
    format!("DOCKGEN_{}", key.replace('-', "_").to_uppercase())
}

/// What the environment says of a question; an empty variable says nothing.
pub fn from_environment(key: &str) -> Option<String> {
    std::env::var(variable(key)).ok().filter(|value| !value.is_empty())
}

impl AnswerFlags {
    /// What the environment says of all questions.
    pub fn from_environment() -> Self {
        let mut answers = Answers::default();
        for question in QUESTIONS {
            if let Some(value) = from_environment(question.key) {
                let name = variable(question.key);
                answers.set(question.key, Resolved::new(value, Source::Variable { name }));
            }
        }
        Self(answers)
    }
}

impl FromArgMatches for AnswerFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::from_environment();
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

/// What a question decides, and the answers that some application takes.
fn help(question: &Specification) -> String {
    match question.values {
        [] => question.help.to_owned(),
        // its help has them
        _ if question.values.iter().all(|value| question.help.contains(value)) => question.help.to_owned(),
        values => format!("{} [{}]", question.help, values.join(", ")),
    }
}

impl Args for AnswerFlags {
    fn augment_args(command: Command) -> Command {
        command.args(QUESTIONS.iter().map(|question| {
            let argument = Arg::new(question.key).long(question.key).help(help(question)).help_heading("Answers");
            if question.kind == Kind::Switch {
                return argument.value_name("yes|no").num_args(0..=1).require_equals(true).default_missing_value("yes");
            }
            argument.value_name(question.value_name).allow_hyphen_values(true)
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
