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

#[derive(Debug, Deserialize)]
struct Table {
    section: Vec<IgnoredFiles>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("ignored"));

/// The sections of every ignore file, in their order.
pub fn ignored_files() -> &'static [IgnoredFiles] {
    &TABLE.section
}
