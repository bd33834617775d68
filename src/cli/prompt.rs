//! The wizard: the only user of dialoguer.

use console::Term;
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Input, Select};

use crate::cli::report;
use crate::error::{Error, Result};
use crate::plan::{Kind, Prompter, Question, Reply, Resolved};

/// Asks in the terminal, on stderr.
#[derive(Default)]
pub struct Terminal {
    theme: ColorfulTheme,
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
        let prompt = match preset {
            Some(preset) => format!("{} ({})", question.specification.prompt, preset.source.describe("")),
            None => question.specification.prompt.to_owned(),
        };
        let reply = if question.specification.kind == Kind::Choice && !question.choices.is_empty() {
            self.select(question, preset, &prompt)
        } else {
            self.input(preset, &prompt)
        };
        reply.map_err(|error| {
            let _ = Term::stderr().show_cursor();
            match error {
                dialoguer::Error::IO(_) => Error::Interrupted,
            }
        })
    }
}

impl Terminal {
    fn select(&self, question: &Question, preset: Option<&Resolved<String>>, prompt: &str) -> dialoguer::Result<Reply> {
        let labels: Vec<String> = question
            .choices
            .iter()
            .map(|choice| {
                if choice.description.is_empty() {
                    choice.value.clone()
                } else {
                    format!("{}  {}", choice.value, choice.description)
                }
            })
            .collect();
        let selected = preset
            .and_then(|preset| question.choices.iter().position(|choice| choice.value == preset.value))
            .unwrap_or(0);
        let picked = Select::with_theme(&self.theme)
            .with_prompt(prompt)
            .items(&labels)
            .default(selected)
            .interact_on_opt(&Term::stderr())?;
        Ok(picked.map_or(Reply::Back, |index| {
            Reply::Answer(question.choices[index].value.clone())
        }))
    }

    fn input(&self, preset: Option<&Resolved<String>>, prompt: &str) -> dialoguer::Result<Reply> {
        let mut input = Input::<String>::with_theme(&self.theme)
            .with_prompt(prompt)
            .allow_empty(false);
        if let Some(preset) = preset {
            input = input.default(preset.value.clone());
        }
        input.interact_text_on(&Term::stderr()).map(Reply::Answer)
    }
}
