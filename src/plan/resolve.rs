//! Answers every question of an application, by precedence: default, detected, config, prompt, flag.

use crate::error::{Error, Result};
use crate::plan::{Answers, Application, Config, Question, Resolved, Source, questions};

/// What a prompter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The answer.
    Answer(String),
    /// The preselected answer, untouched.
    Preselected,
    /// Back to the question before.
    Back,
}

/// Asks questions.
pub trait Prompter {
    /// Asks one question whose preselected answer is `preset`; called again with `problem` when the reply was refused.
    ///
    /// # Errors
    /// [`Error::Interrupted`], or [`Error::MissingAnswer`] where nobody can be asked.
    fn ask(&mut self, question: &Question, preset: Option<&Resolved<String>>, problem: Option<&Error>)
    -> Result<Reply>;
}

/// Takes every preselected answer: `--yes`.
#[derive(Debug, Default)]
pub struct Defaults;

impl Prompter for Defaults {
    fn ask(
        &mut self,
        question: &Question,
        preset: Option<&Resolved<String>>,
        problem: Option<&Error>,
    ) -> Result<Reply> {
        if preset.is_some() && problem.is_none() {
            return Ok(Reply::Preselected);
        }
        let example =
            question.choices.first().map_or(question.specification.value_name, |choice| choice.value.as_str());
        let mut hint = format!("say it: `dockgen init --yes --{} {}`", question.key(), quote(example));
        if question.choices.len() > 1 {
            let list: Vec<String> = question.choices.iter().map(|choice| format!("`{}`", choice.value)).collect();
            hint = format!("{hint}; the choices are {}", list.join(", "));
        }
        if !question.missing.is_empty() {
            hint = format!("{}\n      {hint}", question.missing);
        }
        Err(Error::MissingAnswer { keys: vec![question.key().into()], hint })
    }
}

/// Stands in where there is no terminal and no `--yes`: every open question is an error that names the way out.
#[derive(Debug, Default)]
pub struct NoTerminal;

impl Prompter for NoTerminal {
    fn ask(
        &mut self,
        question: &Question,
        preset: Option<&Resolved<String>>,
        problem: Option<&Error>,
    ) -> Result<Reply> {
        if preset.is_none() || question.specification.is_option() {
            return Defaults.ask(question, preset, problem);
        }
        let message = format!("there is no terminal to ask `{}` at", question.specification.prompt);
        let hint = format!(
            "take the detected answers with `dockgen init --yes`, or say `--{}` and the others",
            question.key()
        );
        Err(Error::Usage { message, hint })
    }
}

/// Answers all questions of `application`.
///
/// `flags` are the answers of the command line: a question that is answered there is not asked. The answers of `config`
/// are preselected.
///
/// # Errors
/// What the prompter or the application says, and [`Error::Usage`] for a flag that no question of the application has.
pub fn resolve(
    application: &dyn Application,
    flags: &Answers,
    config: &Config,
    prompter: &mut dyn Prompter,
) -> Result<Answers> {
    let mut answers = Answers::default();
    let mut asked: Vec<&'static str> = Vec::new();
    loop {
        let questions = questions(application, &answers)?;
        let Some(question) = questions.iter().find(|question| !answers.has(question.key())) else {
            refuse_unused(flags, &questions)?;
            config.refuse_unused(&questions)?;
            return Ok(answers);
        };
        let key = question.key();
        if let Some(flag) = flags.resolved(key) {
            question.accept(&flag.value)?;
            answers.set(key, flag.clone());
            continue;
        }
        let preset = config.answer(key).or_else(|| question.default.clone());
        if let Some(Resolved { value, source: Source::Config { .. } }) = &preset {
            question.accept(value).map_err(|error| config.refusal(key, error))?;
        }
        match ask(question, preset.as_ref(), prompter)? {
            Some(answer) => {
                answers.set(key, answer);
                // from the question behind an option, which has its usual answer, the way back leads over it
                if !question.specification.is_option() {
                    asked.push(key);
                }
            }
            None => {
                let Some(previous) = asked.pop() else { continue };
                let from = questions.iter().position(|question| question.key() == previous).unwrap_or(0);
                questions[from..].iter().for_each(|question| answers.remove(question.key()));
                asked.retain(|key| answers.has(key));
            }
        }
    }
}

/// Asks until an acceptable answer comes; nothing for "back".
fn ask(
    question: &Question,
    preset: Option<&Resolved<String>>,
    prompter: &mut dyn Prompter,
) -> Result<Option<Resolved<String>>> {
    let mut problem = None;
    loop {
        let answer = match prompter.ask(question, preset, problem.as_ref())? {
            Reply::Back => return Ok(None),
            Reply::Preselected => preset.cloned().unwrap_or_else(|| Resolved::default(String::new())),
            Reply::Answer(value) => match preset {
                Some(preset) if preset.value == value => preset.clone(),
                _ => Resolved::new(value, Source::Prompt),
            },
        };
        match question.accept(&answer.value) {
            Ok(()) => return Ok(Some(answer)),
            Err(error) => problem = Some(error),
        }
    }
}

fn refuse_unused(flags: &Answers, questions: &[Question]) -> Result<()> {
    let chooses_application = |key: &str| matches!(key, "app" | "language");
    match flags
        .iter()
        .filter(|(_, answer)| answer.source == Source::Flag)
        .find(|(key, _)| !chooses_application(key) && !questions.iter().any(|question| question.key() == *key))
    {
        None => Ok(()),
        Some((key, _)) => Err(Error::Usage {
            message: format!("`--{key}` is no question of this application"),
            hint: format!(
                "its questions are {}",
                questions.iter().map(|q| format!("`--{}`", q.key())).collect::<Vec<_>>().join(", ")
            ),
        }),
    }
}

/// `text` as one word of a POSIX shell.
fn quote(text: &str) -> String {
    crate::shell::quote(text)
}
