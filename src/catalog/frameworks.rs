//! Frameworks of Node.js, from `node_frameworks.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Table {
    framework: Vec<NodeFramework>,
    placeholder: Vec<Placeholder>,
}

/// A value that stands for none, in the form that a client of the service takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Placeholder {
    words: Vec<String>,
    /// The services whose clients take that form.
    #[serde(default)]
    services: Vec<String>,
    /// Whether the name does not say which service is meant.
    #[serde(default)]
    is_general: bool,
    value: String,
}

/// A framework of Node.js.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeFramework {
    /// Its name, as people write it.
    pub title: String,
    /// The package that tells it.
    pub dependency: String,
    /// The command that scripts start it by.
    #[serde(default)]
    pub program: String,
    /// What Node.js is given to start what was built, from the package's folder; empty for a plain program.
    #[serde(default)]
    pub start: Vec<String>,
    /// The folder that the build makes; empty where there is no build of its own.
    #[serde(default)]
    pub output: String,
    /// Whether the build makes files for a web server, nothing that runs.
    #[serde(default, rename = "static")]
    pub is_static: bool,
    /// The start of the names of packages that become part of what is built, with all that they depend on.
    #[serde(default)]
    pub integrations: String,
    /// The port that it listens on unless told otherwise.
    pub port: Option<u16>,
    /// Environment variables that make it listen on all interfaces, and the like.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Environment variables that the build takes.
    #[serde(default)]
    pub build_environment: BTreeMap<String, String>,
    /// Whether all that runs is in the output, dependencies included.
    #[serde(default, rename = "whole")]
    pub is_self_contained: bool,
    /// Whether what runs is the output and installed packages, and nothing of the sources.
    #[serde(default, rename = "bundled")]
    pub is_bundled: bool,
    /// Whether a file of the package starts it, and takes the port and the environment.
    #[serde(default, rename = "own_file")]
    pub is_started_by_own_file: bool,
    /// Whether the build runs modules of the server, e.g. to find out which pages can be made in advance.
    #[serde(default)]
    pub reads_server: bool,
    /// Whether the files are pages with addresses of their own, not one page that a script routes.
    #[serde(default, rename = "pages")]
    pub has_pages: bool,
    /// What names another folder of output.
    pub setting: Option<OutputSetting>,
    /// What must be configured for this row to hold; nothing where the dependency is enough.
    pub when: Option<Condition>,
    /// What the user should know.
    #[serde(default)]
    pub note: String,
    /// Folders that it writes, from the package's folder.
    #[serde(default)]
    pub writable: Vec<String>,
    /// Folders that it writes and fills again by itself, so what the build left there is of no use.
    #[serde(default)]
    pub cache: Vec<String>,
}

/// What a configuration file or a script must say.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Condition {
    /// A key of a configuration has a value.
    Setting {
        /// The start of the file's name.
        file: String,
        /// The key.
        key: String,
        /// Its value: a text, true or false.
        value: toml::Value,
    },
    /// A script runs a command.
    Script {
        /// The script's name.
        script: String,
        /// The commands, one of which it runs.
        commands: Vec<String>,
    },
}

/// The key of a configuration that names the folder of the output.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputSetting {
    /// The start of the file's name.
    pub file: String,
    /// The key, with the one that it stands in where that is needed to tell it.
    pub key: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("node_frameworks"));

/// Every framework, those that say more first.
pub fn node_frameworks() -> &'static [NodeFramework] {
    &TABLE.framework
}

/// A value that stands for none, for a variable of this name in a program that looks for these services: the address of a database is
/// one of a database that it has.
pub fn placeholder(name: &str, services: &[&str]) -> &'static str {
    let holds = |row: &&Placeholder| row.words.iter().any(|word| name.contains(word.as_str()));
    let is_had = |row: &&Placeholder| row.services.iter().any(|service| services.contains(&service.as_str()));
    let had = |named: &&Placeholder| TABLE.placeholder.iter().find(is_had).filter(|_| named.is_general);
    let named = TABLE.placeholder.iter().find(holds);
    named.map_or("unset", |row| had(&row).unwrap_or(row).value.as_str())
}
