//! `dockgen.toml`: answers that a project keeps beside its code.

use crate::error::{Error, Result};
use crate::path::join;
use crate::plan::{QUESTIONS, Resolved, Source};
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
