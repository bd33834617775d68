//! What is known of crates: those that newer compilers do not build, and those that tell what a program is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Table {
    broken: Vec<RustBroken>,
}

/// A range of versions of a crate that the maintained Rust does not compile.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustBroken {
    /// The crate.
    pub name: String,
    /// The first version that breaks.
    pub from: String,
    /// The first version that is mended.
    pub below: String,
    /// Whether it breaks only where unstable features are let through.
    #[serde(default)]
    pub only_nightly: bool,
    /// The crate beside which it does not break.
    #[serde(default)]
    pub unless: String,
    /// Where it is reported.
    pub source: String,
}

static BROKEN: LazyLock<Table> = LazyLock::new(|| super::embedded(include_str!("rust_broken.toml")));

/// Every known range.
pub fn rust_broken() -> &'static [RustBroken] {
    &BROKEN.broken
}

#[derive(Debug, Deserialize)]
struct Crates {
    server_words: Vec<String>,
    server: Vec<RustServer>,
    unsupported: Vec<RustUnsupported>,
}

/// A crate that makes a program a server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustServer {
    /// The crate.
    pub name: String,
    /// The port that it takes unless told otherwise.
    pub port: Option<u16>,
    /// Variables that make it listen on all interfaces; `{port}` stands for the port.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// What a program made with it must be told.
    #[serde(default)]
    pub command: Vec<String>,
    /// Whether it makes clients too, so that only a source that listens is a server.
    #[serde(default)]
    pub is_client: bool,
}

/// What shows that a program is made for another place than a container: all that is stated must be there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustUnsupported {
    /// The crate that it depends on.
    #[serde(default)]
    pub dependency: String,
    /// The file beside its manifest.
    #[serde(default)]
    pub file: String,
    /// The table in `package.metadata`.
    #[serde(default)]
    pub metadata: String,
    /// Whether it is one of a server's parts where the program is a server as well.
    #[serde(default)]
    pub unless_server: bool,
    /// What it is, in one sentence.
    pub message: String,
}

static CRATES: LazyLock<Crates> = LazyLock::new(|| super::embedded(include_str!("rust_crates.toml")));

/// Every crate that makes a server, those that say more first.
pub fn rust_servers() -> &'static [RustServer] {
    &CRATES.server
}

/// Whether a package is called like the server of a workspace.
pub fn is_rust_server_name(name: &str) -> bool {
    name.split(['-', '_']).any(|part| CRATES.server_words.iter().any(|word| word == part))
}

/// Every sign that a program is made for another place.
pub fn rust_unsupported() -> &'static [RustUnsupported] {
    &CRATES.unsupported
}
