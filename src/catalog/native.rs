//! Packages that need C libraries or tools, from `native/<language>.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Table {
    package: Vec<Native>,
}

/// A package of a language's ecosystem that needs more than the language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Native {
    /// Its name in the lock file or manifest, normalised as the ecosystem does.
    pub name: String,
    /// Debian packages to install in the build stage.
    #[serde(default)]
    pub build: Vec<String>,
    /// Debian packages whose shared libraries and data must reach the final image.
    #[serde(default)]
    pub run: Vec<String>,
    /// Whether it is usually installed as a binary with all that it is linked to: what `build` names is needed only
    /// where it is compiled.
    #[serde(default)]
    pub wheels: bool,
    /// Shared libraries that it loads by name at run time, which no linker shows.
    #[serde(default)]
    pub libraries: Vec<String>,
    /// Absolute paths, from those packages, to copy whole: data files that no linker names.
    #[serde(default)]
    pub files: Vec<String>,
    /// Environment variables for the build stage.
    #[serde(default)]
    pub environment: std::collections::BTreeMap<String, String>,
    /// Whether the row counts only where no lock file tells what is really used.
    #[serde(default)]
    pub only_unlocked: bool,
    /// Parts of the features of other packages that bring it, where no lock file tells.
    #[serde(default)]
    pub features: Vec<String>,
    /// Packages of a lock file, and features as `package/feature`, any of which makes the row void.
    #[serde(default)]
    pub unless: Vec<String>,
    /// The module by which the source uses it, where the note is of no use otherwise.
    #[serde(default)]
    pub import: String,
    /// What a user must know, as a warning; empty where there is nothing.
    #[serde(default)]
    pub note: String,
}

static NODE: LazyLock<Table> = LazyLock::new(|| table!("native/node"));
static PYTHON: LazyLock<Table> = LazyLock::new(|| table!("native/python"));
static RUST: LazyLock<Table> = LazyLock::new(|| table!("native/rust"));
static GO: LazyLock<Table> = LazyLock::new(|| table!("native/go"));

/// Every known native package of a language.
pub fn natives(language: &str) -> &'static [Native] {
    match language {
        "node" => &NODE.package,
        "python" => &PYTHON.package,
        "rust" => &RUST.package,
        "go" => &GO.package,
        _ => &[],
    }
}

/// A native package by its name.
pub fn native(language: &str, name: &str) -> Option<&'static Native> {
    natives(language).iter().find(|package| package.name == name)
}
