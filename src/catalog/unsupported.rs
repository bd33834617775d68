//! Languages that have no templates here, from `unsupported.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Table {
    language: Vec<UnsupportedLanguage>,
}

/// A language without templates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnsupportedLanguage {
    /// Its name, as people write it.
    pub title: String,
    /// The files that show it; one that starts with a dot is an ending.
    files: Vec<String>,
}

impl UnsupportedLanguage {
    /// Whether a file of this name shows it.
    pub fn is_shown_by(&self, name: &str) -> bool {
        self.files.iter().any(|file| name == file || file.starts_with('.') && name.ends_with(file.as_str()))
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("unsupported"));

/// Every one that is recognised.
pub fn unsupported_languages() -> &'static [UnsupportedLanguage] {
    &TABLE.language
}
