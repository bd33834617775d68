//! Package managers as they are called in a `RUN`, from `package_managers.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Table {
    manager: Vec<PackageManager>,
}

/// What a package manager installs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PackageKind {
    /// Packages of the distribution; root alone may install them.
    System,
    /// Packages of a programming language.
    #[default]
    Language,
}

/// A package manager.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PackageManager {
    /// The programs that behave alike.
    pub programs: Vec<String>,
    /// What it installs.
    pub kind: PackageKind,
    /// The subcommands that install packages by their names.
    pub install: Vec<String>,
    /// The subcommands that fetch the lists of packages.
    pub refresh: Vec<String>,
    /// The subcommands that upgrade all that is installed.
    pub upgrade: Vec<String>,
    /// The subcommands that remove what was left behind.
    pub clean: Vec<String>,
    /// What stands between the name of a package and its version.
    pub pins: Vec<String>,
    /// Versions that pin nothing.
    pub unpinned: Vec<String>,
    /// The flags that say the version.
    pub version: Vec<String>,
    /// The flags that answer every question with yes; empty where none is asked.
    pub yes: Vec<String>,
    /// The letters that do the same in a group of short flags.
    pub yes_letters: String,
    /// The words that leave out packages which are only recommended.
    pub lean: Vec<String>,
    /// The flags that leave no cache behind.
    pub uncached: Vec<String>,
    /// The variables that do the same.
    pub uncached_variables: Vec<String>,
    /// The flags that take the next word as their value.
    pub valued: Vec<String>,
    /// The flags whose value is a list of packages with its own versions.
    pub lists: Vec<String>,
    /// The endings of packages that are files.
    pub files: Vec<String>,
    /// Whether only what looks like a path with a host is a package.
    pub paths_only: bool,
    /// Where lists and caches are left.
    pub leaves: Vec<String>,
    /// The names that hadolint has for what may be wrong: `unpinned`, `cache`, `question`, `upgrade`.
    pub codes: BTreeMap<String, String>,
    /// The command that leaves nothing.
    pub cleaner: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("package_managers"));

impl PackageManager {
    /// hadolint's name for something that may be wrong.
    pub fn code(&'static self, what: &str) -> Option<&'static str> {
        self.codes.get(what).map(String::as_str)
    }
}

/// A package manager by the name of a program.
pub fn package_manager(program: &str) -> Option<&'static PackageManager> {
    TABLE.manager.iter().find(|manager| manager.programs.iter().any(|it| it == program))
}
