//! The wizard: the only user of dialoguer.

use console::{Term, measure_text_width, style, truncate_str};
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, Input, Select};
use signal_hook::consts::SIGINT;
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use crate::cli::report;
use crate::error::{Error, Result};
use crate::plan::{Kind, Prompter, Question, Reply, Resolved, Source};

/// The narrowest that a choice is shown, in columns.
const NARROWEST: usize = 20;

/// Asks in the terminal, on stderr.
pub struct Terminal {
    theme: ColorfulTheme,
    term: Term,
    /// The folder that the user named, from the root of the repository: evidence is shown from there.
    folder: String,
}

impl Terminal {
    /// A wizard for a folder. From here on Ctrl-C gives the cursor back and ends the process by SIGINT.
    pub fn new(folder: &str) -> Self {
        if let Ok(mut signals) = Signals::new([SIGINT]) {
            std::thread::spawn(move || {
                if signals.forever().next().is_some() {
                    let _ = Term::stderr().show_cursor();
                    let _ = Term::stderr().write_line("");
                    report::interrupted();
                    let _ = emulate_default_handler(SIGINT);
                }
            });
        }
        Self { theme: ColorfulTheme::default(), term: Term::stderr(), folder: folder.to_owned() }
    }

    /// Asks for a yes or no.
    ///
    /// # Errors
    /// [`Error::Interrupted`] when the terminal is gone or the user left.
    pub fn confirm(&self, prompt: &str, default: bool) -> Result<bool> {
        let answer = Confirm::with_theme(&self.theme).with_prompt(prompt).default(default).interact_on_opt(&self.term);
        answer.map_err(|error| gone(&error))?.ok_or(Error::Interrupted)
    }

    /// The choices of a question; for one that takes any text, what is proposed and a way to another answer.
    fn select(&self, question: &Question, preset: Option<&Resolved<String>>) -> dialoguer::Result<Reply> {
        let is_open = question.specification.kind != Kind::Choice || question.choices.is_empty();
        let mut values: Vec<&str> = question.choices.iter().map(|choice| choice.value.as_str()).collect();
        if let Some(preset) = preset.filter(|preset| !values.contains(&preset.value.as_str())) {
            values.insert(0, &preset.value);
        }
        if is_open && !values.contains(&"none") && question.key() != "start" {
            values.push("none");
        }
        let prompt = question.specification.prompt;
        // A line that wraps is not cleared: `✔ prompt · label` has to fit.
        let width = usize::from(self.term.size().1).saturating_sub(measure_text_width(prompt) + 5).max(NARROWEST);
        let label = |value: &&str| truncate_str(&self.label(question, preset, value), width, "…").into_owned();
        let mut labels: Vec<String> = values.iter().map(label).collect();
        if is_open {
            labels.push(style("another answer …").dim().for_stderr().to_string());
        }
        let selected = preset.and_then(|preset| values.iter().position(|value| *value == preset.value)).unwrap_or(0);
        let picked = Select::with_theme(&self.theme)
            .with_prompt(prompt)
            .items(&labels)
            .default(selected)
            .interact_on_opt(&self.term)?;
        match picked {
            None => Ok(Reply::Back),
            Some(index) if index < values.len() => Ok(Reply::Answer(values[index].to_owned())),
            Some(_) => Input::<String>::with_theme(&self.theme)
                .with_prompt(prompt)
                .interact_text_on(&self.term)
                .map(Reply::Answer),
        }
    }

    /// A value with where it comes from, or what it means.
    fn label(&self, question: &Question, preset: Option<&Resolved<String>>, value: &str) -> String {
        let source = preset.filter(|preset| preset.value == value).map(|preset| match &preset.source {
            Source::Default => "usual".to_owned(),
            Source::Detected(_) | Source::Config { .. } => format!("from {}", preset.source.describe(&self.folder)),
            Source::Prompt | Source::Flag => "your answer".to_owned(),
        });
        let meaning =
            question.choices.iter().find(|choice| choice.value == value).map(|choice| choice.description.clone());
        let notes: Vec<String> = source.into_iter().chain(meaning).filter(|note| !note.is_empty()).collect();
        let shown = if value.is_empty() { "none" } else { value };
        if notes.is_empty() {
            shown.to_owned()
        } else {
            format!("{shown}  {}", style(notes.join("; ")).dim().for_stderr())
        }
    }
}

impl Prompter for Terminal {
    fn ask(
        &mut self,
        question: &Question,
        preset: Option<&Resolved<String>>,
        problem: Option<&Error>,
    ) -> Result<Reply> {
        if let Some(problem) = problem {
            report::error(problem);
        }
        self.select(question, preset).map_err(|error| gone(&error))
    }
}

/// How long the thread that waits for SIGINT gets to end the process.
const GRACE: std::time::Duration = std::time::Duration::from_secs(2);

/// The terminal went away in the middle of a question, or the user pressed Ctrl-C, whose signal is on its way then.
fn gone(error: &dialoguer::Error) -> Error {
    let dialoguer::Error::IO(reason) = error;
    if reason.kind() == std::io::ErrorKind::Interrupted {
        std::thread::sleep(GRACE);
    }
    let _ = Term::stderr().show_cursor();
    Error::Interrupted
}
