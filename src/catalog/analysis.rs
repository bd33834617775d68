//! What the analyses know about libraries: which calls open ports, read and write files, start programs; names and ports of
//! services; names of variables and routes. One table for each subject.
//!
//! Each row about a call has a piece of source that it takes and one that it must leave; a test tries both.

use std::sync::LazyLock;

use serde::Deserialize;

/// A call that opens a port for others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listens {
    /// The language that it belongs to.
    pub language: String,
    /// The call: its path with dots, as written or as resolved; `*.name` for a method of anything.
    pub call: String,
    /// A module that the file imports where this call is meant; nothing where the path says it.
    pub import: Option<String>,
    /// A package that the project depends on where this row counts.
    pub package: Option<String>,
    /// The position of the port.
    pub port: Option<usize>,
    /// The position of the host.
    pub host: Option<usize>,
    /// The position of an address, `host:port`, a pair of both, or a function that gives one.
    pub address: Option<usize>,
    /// The names that the port is passed by, dotted where it is a field of a field.
    #[serde(default)]
    pub port_names: Vec<String>,
    /// The names that the host is passed by.
    #[serde(default)]
    pub host_names: Vec<String>,
    /// The names that an address is passed by.
    #[serde(default)]
    pub address_names: Vec<String>,
    /// The port without one.
    pub default_port: Option<u16>,
    /// The variable that says the port where the call says none.
    pub port_variable: Option<String>,
    /// The variable that says the host where the call says none.
    pub host_variable: Option<String>,
    /// Whether only the machine itself reaches it where the call says no host.
    #[serde(default)]
    pub is_loopback: bool,
    /// Whether the call opens a port only where it is given one: the same name does other things.
    #[serde(default)]
    pub needs_port: bool,
    /// Source that the row takes, with the port 7070 in it where there is one.
    pub takes: String,
    /// Source that the row must leave.
    pub leaves: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListensTable {
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(rename = "source")]
    _source: String,
    listens: Vec<Listens>,
}

/// The calls that open a port.
pub fn listens() -> &'static [Listens] {
    static TABLE: LazyLock<ListensTable> = LazyLock::new(|| super::embedded(include_str!("analysis/listens.toml")));
    &TABLE.listens
}

/// Names and ports of what a program reaches rather than is, and of its own address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(rename = "source")]
    _source: String,
    /// Ports that are known as another service's.
    pub ports: Vec<u16>,
    /// Words in names of addresses that are another service's, or are not what users talk to.
    pub other: Vec<String>,
    /// Words that names of the program's own address are made of.
    pub own: Vec<String>,
    /// Words that end like `port` and mean none.
    pub no_ports: Vec<String>,
    /// Fields beside a port that say that a client logs in there.
    pub credentials: Vec<String>,
    /// Variables for the interface to listen on.
    pub host_variables: Vec<String>,
}

/// The table of services.
pub fn services() -> &'static Services {
    static TABLE: LazyLock<Services> = LazyLock::new(|| super::embedded(include_str!("analysis/services.toml")));
    &TABLE
}

/// Routes that tell whether a server is healthy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(rename = "source")]
    _source: String,
    /// Their paths, the surest first.
    pub paths: Vec<String>,
    /// Words in the names of what is mounted below another path, so that a route on it says only a part.
    pub mounted: Vec<String>,
}

/// The table of health routes.
pub fn health() -> &'static Health {
    static TABLE: LazyLock<Health> = LazyLock::new(|| super::embedded(include_str!("analysis/health.toml")));
    &TABLE
}
