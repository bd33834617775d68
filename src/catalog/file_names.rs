//! Names that files have by agreement, from `file_names.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// The table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileNames {
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(rename = "source")]
    _source: String,
    /// Compose files, in the order in which Compose takes them.
    pub compose: Vec<String>,
    /// Services of a compose file that are called like another server, which an image of their own is built for.
    pub other_servers: Vec<String>,
    /// Samples of a file of variables, which people copy to `.env`.
    pub variable_samples: Vec<String>,
    /// Parts of the names of samples of other files.
    pub sample_words: Vec<String>,
    /// Folders that Dockerfiles put an application in.
    pub application_folders: Vec<String>,
    /// Folders that tools fill.
    pub tool_folders: Vec<String>,
    /// Folders of the system, which are no place for an application's data.
    pub system_folders: Vec<String>,
    settings_endings: Vec<String>,
}

static TABLE: LazyLock<FileNames> = LazyLock::new(|| table!("file_names"));

/// Names that files have by agreement.
pub fn file_names() -> &'static FileNames {
    &TABLE
}

impl FileNames {
    /// Whether files with this ending, without its dot, hold settings.
    pub fn is_settings_ending(&self, ending: &str) -> bool {
        self.settings_endings.iter().any(|known| known == ending)
    }
}
