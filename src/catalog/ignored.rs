//! What every ignore file leaves out of the build context, from `ignored.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// Patterns that belong together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IgnoredFiles {
    /// What they match, as a heading.
    pub comment: String,
    /// Whether a file that matches may hold a secret.
    #[serde(default)]
    pub secret: bool,
    /// Whether a program that reads such a file needs it to work, as its data.
    #[serde(default)]
    pub data: bool,
    /// The patterns by Docker's rules, in order; one that starts with `!` takes files in again.
    pub patterns: Vec<String>,
}

/// Patterns of files that the build context of one language does not need besides.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageFiles {
    language: String,
    /// What they match, as a heading.
    pub comment: String,
    /// The patterns by Docker's rules.
    pub patterns: Vec<String>,
    /// Those of tests, which matter where something compiles, runs or imports one.
    #[serde(default)]
    pub tests: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Table {
    section: Vec<IgnoredFiles>,
    language: Vec<LanguageFiles>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("ignored"));

/// The sections of every ignore file, in their order.
pub fn ignored_files() -> &'static [IgnoredFiles] {
    &TABLE.section
}

/// The sections of one language, in their order.
pub fn ignored_files_of(language: &str) -> impl Iterator<Item = &'static LanguageFiles> {
    TABLE.language.iter().filter(move |section| section.language == language)
}
