//! Frameworks of Go, from `go.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Table {
    terminal: Vec<String>,
    framework: Vec<GoFramework>,
    worker: Vec<GoWorker>,
}

/// A library of programs that go on until they are stopped, without a port of their own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoWorker {
    /// The start of the import path that shows it.
    pub import: String,
    /// What a program that uses it is called.
    pub title: String,
}

/// A framework of Go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoFramework {
    /// The start of the import path that shows it.
    pub import: String,
    /// What a server that uses it is called.
    pub title: String,
    /// Functions of it that open a port without being told an address.
    #[serde(default)]
    pub opens: Vec<String>,
    /// The port that they listen on unless told otherwise.
    pub port: Option<u16>,
    /// The environment variable that changes it.
    pub variable: Option<String>,
    /// The flag that changes it.
    pub flag: Option<String>,
    /// Whether it listens on the machine's own loopback unless told another address.
    #[serde(default, rename = "loopback")]
    pub is_loopback: bool,
    /// The subcommand that serves.
    pub serve: Option<String>,
    /// The folder beside the program where it keeps its data.
    pub writes: Option<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| super::embedded(include_str!("go.toml")));

/// Every known framework, the one that a program is called by first.
pub fn go_frameworks() -> &'static [GoFramework] {
    &TABLE.framework
}

/// The starts of import paths that show a program which draws on a terminal.
pub fn go_terminals() -> &'static [String] {
    &TABLE.terminal
}

/// Every known library of programs that go on until they are stopped, without a port of their own.
pub fn go_workers() -> &'static [GoWorker] {
    &TABLE.worker
}
