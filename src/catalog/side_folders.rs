//! Folders whose applications are samples, tests, documentation or tools, not what a repository is about.

use std::sync::LazyLock;

use serde::Deserialize;

static TABLE: LazyLock<SideFolders> = LazyLock::new(|| table!("side_folders"));

/// How such folders are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SideFolders {
    /// Whole names.
    names: Vec<String>,
    /// How names start.
    starts: Vec<String>,
    /// How names end.
    ends: Vec<String>,
}

/// Whether a folder, seen from the one that the user named, holds samples, tests, documentation or tools; a hidden
/// folder does as well.
pub fn is_side_folder(folder: &str) -> bool {
    folder.split('/').any(|part| {
        TABLE.names.iter().any(|name| name == part)
            || TABLE.starts.iter().any(|start| part.starts_with(start.as_str()))
            || TABLE.ends.iter().any(|end| part.ends_with(end.as_str()))
            || part.len() > 1 && part.starts_with('.')
    })
}
