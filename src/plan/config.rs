//! `dockgen.toml`: answers that a project keeps beside its code.

use crate::error::{Error, Result};
use crate::path::join;
use crate::plan::{QUESTIONS, Question, Resolved, Source};
use crate::repo::{Manifest, Repo};

/// The name of the file.
pub const FILE_NAME: &str = "dockgen.toml";

/// The answers of `dockgen.toml`; none where there is no such file.
#[derive(Debug, Default)]
pub struct Config(Option<Manifest>);

impl Config {
    /// Reads `dockgen.toml` in a folder of the repository.
    ///
    /// # Errors
    /// When it can't be read, or answers a question that does not exist.
    pub fn read(repo: &Repo, folder: &str) -> Result<Self> {
        let path = join(folder, FILE_NAME);
        if !repo.has(&path) {
            return Ok(Self(None));
        }
        let manifest = repo.read(&path)?.toml()?;
        // `[check]` is for the rules.
        for key in manifest.names(&[]).into_iter().filter(|key| *key != "check") {
            if !QUESTIONS.iter().any(|question| question.key == key) {
                let evidence = manifest.evidence(&[key]);
                let list: Vec<&str> = QUESTIONS.iter().map(|question| question.key).collect();
                return Err(Error::Manifest {
                    path,
                    line: evidence.line,
                    column: 1,
                    message: format!("`{key}` is no question of dockgen"),
                    hint: Some(format!("the keys are {}", list.join(", "))),
                });
            }
            if !matches!(manifest.get(&[key]), Some(serde_json::Value::String(_) | serde_json::Value::Number(_))) {
                return Err(manifest.error(&[key], "a string or a number"));
            }
        }
        Ok(Self(Some(manifest)))
    }

    /// The error that an answer of the file is refused with, at its line.
    pub(super) fn refusal(&self, key: &str, error: Error) -> Error {
        match (&self.0, error) {
            (Some(manifest), Error::BadAnswer { value, message, .. }) => {
                let message = format!("`{value}` is no answer to `{key}`: {message}");
                manifest.document().error_at(manifest.offset(&[key]).unwrap_or(0), message, None)
            }
            (_, error) => error,
        }
    }

    /// Refuses what no question of the application asks for: it would be ignored without a word.
    pub(super) fn refuse_unused(&self, questions: &[Question]) -> Result<()> {
        let Some(manifest) = &self.0 else { return Ok(()) };
        let is_asked = |key: &str| questions.iter().any(|question| question.key() == key);
        match manifest
            .names(&[])
            .into_iter()
            .find(|key| !is_asked(key) && !matches!(*key, "app" | "language" | "check"))
        {
            None => Ok(()),
            Some(key) => {
                let keys: Vec<&str> = questions.iter().map(Question::key).collect();
                let hint = Some(format!("its questions are {}", keys.join(", ")));
                let message = format!("`{key}` is no question of this application");
                Err(manifest.document().error_at(manifest.offset(&[key]).unwrap_or(0), message, hint))
            }
        }
    }

    /// The answer to a question.
    pub fn answer(&self, key: &str) -> Option<Resolved<String>> {
        let manifest = self.0.as_ref()?;
        let value = match manifest.get(&[key])? {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(Resolved::new(value, Source::Config { path: manifest.path().to_owned() }))
    }
}
