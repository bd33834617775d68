//! `dockgen.toml`: answers that a project keeps beside its code.

use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact};
use crate::path::join;
use crate::plan::{QUESTIONS, Question, Resolved, Source};
use crate::repo::{Manifest, Repo};
use crate::text::is_near;

/// The name of the file.
pub const FILE_NAME: &str = "dockgen.toml";

/// The answers of `dockgen.toml`; none where there is no such file.
#[derive(Debug, Default)]
pub struct Config {
    manifest: Option<Manifest>,
    program: Option<String>,
}

/// The table of answers for one program of several in a folder: `[programs.NAME]` is for `Dockerfile.NAME`.
pub const PROGRAMS: &str = "programs";

/// Keys of the file that are no questions.
const TABLES: &[&str] = &["check", "test", PROGRAMS];

impl Config {
    /// Reads `dockgen.toml` in a folder of the repository.
    ///
    /// # Errors
    /// When it can't be read, or answers a question that does not exist.
    pub fn read(repo: &Repo, folder: &str) -> Result<Self> {
        let path = join(folder, FILE_NAME);
        if !repo.has(&path) {
            return Ok(Self::default());
        }
        let manifest = repo.read(&path)?.toml()?;
        answers_only(&manifest, &[], TABLES)?;
        for program in manifest.names(&[PROGRAMS]) {
            if !manifest.get(&[PROGRAMS, program]).is_some_and(serde_json::Value::is_object) {
                return Err(manifest.error(&[PROGRAMS, program], "a table of answers"));
            }
            answers_only(&manifest, &[PROGRAMS, program], &[])?;
        }
        Ok(Self { manifest: Some(manifest), program: None })
    }

    /// The same file as one program of several sees it: its own table first, then what holds for all.
    #[must_use]
    pub fn of_program(self, name: Option<&str>) -> Self {
        Self { program: name.map(str::to_owned), ..self }
    }

    /// The programs that the file has answers for, each with its line.
    pub fn programs(&self) -> Vec<Fact<String>> {
        let Some(manifest) = &self.manifest else { return Vec::new() };
        let names = manifest.names(&[PROGRAMS]).into_iter();
        names.map(|name| Fact::new(name.to_owned(), manifest.evidence(&[PROGRAMS, name]))).collect()
    }

    /// Whether the program has an answer of its own, beside those that hold for all.
    pub fn is_own(&self, key: &str) -> bool {
        self.place(key).is_some_and(|(_, place)| place.len() > 1)
    }

    /// The path of keys at which a question is answered.
    fn place<'a>(&'a self, key: &'a str) -> Option<(&'a Manifest, Vec<&'a str>)> {
        let manifest = self.manifest.as_ref()?;
        let own = self.program.as_deref().map(|program| vec![PROGRAMS, program, key]);
        let place = own.into_iter().chain([vec![key]]).find(|place| manifest.get(place).is_some())?;
        Some((manifest, place))
    }

    /// The error that an answer of the file is refused with, at its line.
    pub(super) fn refusal(&self, key: &str, error: Error) -> Error {
        match (self.place(key), error) {
            (Some((manifest, place)), Error::BadAnswer { value, message, .. }) => {
                let message = format!("`{value}` is no answer to `{key}`: {message}");
                manifest.document().error_at(manifest.offset(&place).unwrap_or(0), message, None)
            }
            (_, error) => error,
        }
    }

    /// Refuses what no question of the application asks for: it would be ignored without a word.
    pub(super) fn refuse_unused(&self, questions: &[Question]) -> Result<()> {
        let Some(manifest) = &self.manifest else { return Ok(()) };
        // what stands outside of the tables may be for another program of the folder
        let table: Vec<&str> = self.program.iter().flat_map(|name| [PROGRAMS, name.as_str()]).collect();
        let is_asked = |key: &&str| questions.iter().any(|question| question.key() == *key);
        let is_other = |key: &&str| matches!(*key, "app" | "language") || TABLES.contains(key);
        match manifest.names(&table).into_iter().find(|key| !is_asked(key) && !is_other(key)) {
            None => Ok(()),
            Some(key) => {
                let keys: Vec<&str> = questions.iter().map(Question::key).collect();
                let hint = Some(format!("its questions are {}", keys.join(", ")));
                let message = format!("`{key}` is no question of this application");
                let place = [table.as_slice(), &[key]].concat();
                Err(manifest.document().error_at(manifest.offset(&place).unwrap_or(0), message, hint))
            }
        }
    }

    /// The line that answers a question.
    pub fn evidence(&self, key: &str) -> Option<Evidence> {
        self.place(key).map(|(manifest, place)| manifest.evidence(&place))
    }

    /// The answer to a question.
    pub fn answer(&self, key: &str) -> Option<Resolved<String>> {
        let (manifest, place) = self.place(key)?;
        let value = match manifest.get(&place)? {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(Resolved::new(value, Source::Config { path: manifest.path().to_owned() }))
    }
}

/// Refuses a key of a table that is no question, and an answer that is neither text nor number.
fn answers_only(manifest: &Manifest, table: &[&str], others: &[&str]) -> Result<()> {
    for key in manifest.names(table).into_iter().filter(|key| !others.contains(key)) {
        let place = [table, &[key]].concat();
        if !QUESTIONS.iter().any(|question| question.key == key) {
            let keys: Vec<&str> = QUESTIONS.iter().map(|question| question.key).collect();
            let near = keys.iter().find(|known| is_near(known, key));
            let meant = near.map(|near| format!("is `{near}` meant? ")).unwrap_or_default();
            let (message, hint) =
                (format!("`{key}` is no question of dockgen"), format!("{meant}the keys are {}", keys.join(", ")));
            return Err(manifest.document().error_at(manifest.offset(&place).unwrap_or(0), message, Some(hint)));
        }
        if !matches!(manifest.get(&place), Some(serde_json::Value::String(_) | serde_json::Value::Number(_))) {
            return Err(manifest.error(&place, "a string or a number"));
        }
    }
    Ok(())
}
