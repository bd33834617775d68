//! `dockgen.lock`: what was written last, so that edits of people can be told from dockgen's own.
//!
//! It holds the texts themselves: a merge needs the ancestor, and a hash would only tell that there was an edit. It is a
//! file of its own because a record inside the Dockerfile would be edited with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::path::join;
use crate::repo::Repo;

/// The name of the file.
pub const FILE_NAME: &str = "dockgen.lock";

/// The version of its form.
const VERSION: u32 = 1;

const HEADER: &str = "\
# What dockgen wrote last: `dockgen update` tells your edits from its own by it. Commit it, and leave it as it is.
";

/// What was written last in a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    version: u32,
    /// The answers that a Dockerfile was made from, by its path from the folder of the record, then by the keys of their
    /// questions.
    #[serde(default)]
    pub answers: BTreeMap<String, BTreeMap<String, String>>,
    /// The texts that dockgen made, by the paths of their files from the folder of the record.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// What stood in files that were being replaced: only while that is going on, or where it was cut short.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub before: BTreeMap<String, String>,
}

impl Record {
    /// Reads the record in a folder; an empty one where there is none.
    ///
    /// # Errors
    /// When it can't be read, or comes from a later version of dockgen.
    pub fn read(repo: &Repo, folder: &str) -> Result<Self> {
        let Some(document) = repo.read_existing(&join(folder, FILE_NAME))? else { return Ok(Self::default()) };
        let hint =
            "take the version of it that was committed last; without it dockgen can't tell your edits from its own";
        let version =
            document.text().lines().find_map(|line| line.strip_prefix("version = ")?.trim().parse::<u32>().ok());
        if let Some(version) = version.filter(|version| *version > VERSION) {
            return Err(Error::Usage {
                message: format!("`{}` has form {version}, and this dockgen knows form {VERSION}", document.path()),
                hint: "use a newer dockgen".into(),
            });
        }
        toml::from_str(document.text()).map_err(|error| {
            let message = error.message().lines().next().unwrap_or("it is not valid").to_lowercase();
            document.error_at(error.span().map_or(0, |span| span.start), message, Some(hint.into()))
        })
    }

    /// The text of the file.
    ///
    /// # Errors
    /// [`Error::Defect`] when a text can't stand in TOML, which none does.
    pub fn text(&self) -> Result<String> {
        let current = Self { version: VERSION, ..self.clone() };
        let body = toml::to_string_pretty(&current).map_err(|error| Error::Defect(error.to_string()))?;
        Ok(format!("{HEADER}{body}"))
    }
}
