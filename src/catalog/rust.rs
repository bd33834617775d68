//! What is known of crates: those that newer compilers do not build, and those that tell what a program is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Table {
    broken: Vec<RustBroken>,
}

/// A range of versions of a crate that the maintained Rust does not compile, or not to what it was.
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
    /// Whether it compiles, and breaks what listens or connects when the program runs.
    #[serde(default)]
    pub compiles: bool,
    /// The crate beside which it does not break.
    #[serde(default)]
    pub unless: String,
    /// Optional dependencies of the mended version, which an update of the crate does not reach.
    #[serde(default)]
    pub with: Vec<RustCompanion>,
    /// Where it is reported.
    pub source: String,
}

/// An optional dependency that is updated before the crate that has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustCompanion {
    /// The crate.
    pub name: String,
    /// The first version that is taken as it is.
    pub below: String,
    /// The version that others are updated to.
    pub to: String,
}

static BROKEN: LazyLock<Table> = LazyLock::new(|| table!("rust_broken"));

/// Every known range.
pub fn rust_broken() -> &'static [RustBroken] {
    &BROKEN.broken
}

#[derive(Debug, Deserialize)]
struct Crates {
    server_words: Vec<String>,
    linkers: Vec<String>,
    extensions: BTreeMap<String, String>,
    compiler_variables: Vec<String>,
    compiler_variable_setters: Vec<String>,
    drivers: Vec<RustDriver>,
    bindings: RustBindings,
    git: RustGit,
    subcommands: RustSubcommands,
    files: RustFiles,
    settings: Vec<RustSettings>,
    server: Vec<RustServer>,
    worker: Vec<RustWorker>,
    unsupported: Vec<RustUnsupported>,
}

/// A database that a crate speaks to where a feature is on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustDriver {
    /// The crate.
    pub package: String,
    /// The feature.
    pub feature: String,
    /// The names that a source uses for it.
    pub names: Vec<String>,
}

/// The databases that crates speak to by features.
pub fn rust_drivers() -> &'static [RustDriver] {
    &CRATES.drivers
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

/// A crate that makes a program which goes on until it is stopped, without a port of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustWorker {
    /// The crate.
    pub name: String,
    /// What a program made with it is.
    pub title: String,
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
    /// What the crates start with that a binary names which runs there: others of the package run anywhere.
    #[serde(default)]
    pub crates: String,
    /// What it is, in one sentence.
    pub message: String,
    /// What to do about it, where that is more than to name another application.
    pub hint: Option<String>,
}

static CRATES: LazyLock<Crates> = LazyLock::new(|| table!("rust_crates"));

/// Every crate that makes a server, those that say more first.
pub fn rust_servers() -> &'static [RustServer] {
    &CRATES.server
}

/// Every crate that makes a worker.
pub fn rust_workers() -> &'static [RustWorker] {
    &CRATES.worker
}

/// Names of subcommands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustSubcommands {
    /// Those that serve, the likeliest first.
    pub serve: Vec<String>,
    /// Those that are told even where the program runs without any.
    pub always: Vec<String>,
    /// Those that ask a running program whether it is healthy.
    pub health: Vec<String>,
}

/// What programs read and write beside themselves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustFiles {
    /// Folders that they read, by their usual names.
    pub folders: Vec<String>,
    /// Endings of files with settings.
    pub settings: Vec<String>,
    /// Files that a framework reads without being told.
    pub always: Vec<String>,
    /// Words for what is kept, in the name of a data folder.
    pub kept: Vec<String>,
    /// Words for a place, behind those.
    pub places: Vec<String>,
    /// How settings say which file a log is written to.
    pub logs: Vec<RustLogs>,
    reads: Vec<String>,
    writes: Vec<String>,
}

/// A table of settings whose log is written to a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustLogs {
    /// The calls that read a file of such settings, by their names.
    pub readers: Vec<String>,
    /// The key of its kind.
    pub key: String,
    /// The kinds that are written to a file.
    pub kinds: Vec<String>,
    /// The key of the file.
    pub file: String,
}

/// A library that reads settings from files, and variables that take the place of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustSettings {
    /// The crate.
    pub library: String,
    /// Calls that read a file, by the end of their path.
    pub reads: Vec<String>,
    /// Calls that read the variables, by the end of their path.
    pub environment: Vec<String>,
    /// What stands between a prefix and the name behind it, unless the program says otherwise; empty where the prefix has it.
    pub between: String,
    /// The method that says what stands between the parts of a name.
    pub separator: String,
}

/// Every library that reads settings.
pub fn rust_settings() -> &'static [RustSettings] {
    &CRATES.settings
}

/// Linkers by what they are called, which is also the name of their Debian package.
pub fn rust_linkers() -> &'static [String] {
    &CRATES.linkers
}

/// The Debian package that has an extension of PostgreSQL, where one other than the usual has it.
pub fn postgresql_extension(name: &str) -> Option<&'static str> {
    CRATES.extensions.get(name).map(String::as_str)
}

/// Variables that Cargo and crates of build scripts give to the compiler: whole names, or a prefix that ends with `_`.
pub fn rust_compiler_variables() -> &'static [String] {
    &CRATES.compiler_variables
}

/// The variable that a call of a build script gives to the compiler, by the call's dotted path.
pub fn rust_compiler_variable_set(call: &str) -> Option<&str> {
    CRATES.compiler_variable_setters.iter().find_map(|start| call.strip_prefix(start.as_str()))
}

/// Whether Cargo, or a crate of build scripts, gives a variable to the compiler.
pub fn is_rust_compiler_variable(name: &str) -> bool {
    CRATES
        .compiler_variables
        .iter()
        .any(|known| name == known || known.ends_with('_') && name.starts_with(known.as_str()))
}

/// Names of subcommands.
pub fn rust_subcommands() -> &'static RustSubcommands {
    &CRATES.subcommands
}

/// What programs read and write beside themselves.
pub fn rust_files() -> &'static RustFiles {
    &CRATES.files
}

/// Whether a call opens a file or serves a folder, by its dotted path.
pub fn is_rust_read(call: &str) -> bool {
    is_one_of(call, &CRATES.files.reads)
}

/// Whether a call writes a file.
pub fn is_rust_write(call: &str) -> bool {
    is_one_of(call, &CRATES.files.writes)
}

fn is_one_of(call: &str, ends: &[String]) -> bool {
    ends.iter().any(|end| call.strip_suffix(end.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// What asks git for the history of the repository while a program compiles.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustGit {
    /// Crates of build scripts.
    pub crates: Vec<String>,
    /// Macros of the source.
    pub macros: Vec<String>,
}

/// What asks git for the history of the repository while a program compiles.
pub fn rust_git() -> &'static RustGit {
    &CRATES.git
}

/// How crates are called that link a library of C.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RustBindings {
    ends: Vec<String>,
    none: Vec<String>,
}

/// Whether a crate of this name may link a library that an image of distroless lacks.
pub fn is_rust_binding(name: &str) -> bool {
    CRATES.bindings.ends.iter().any(|end| name.ends_with(end.as_str()))
        && !CRATES.bindings.none.iter().any(|it| it == name)
}

/// Whether a package is called like the server of a workspace.
pub fn is_rust_server_name(name: &str) -> bool {
    name.split(['-', '_']).any(|part| CRATES.server_words.iter().any(|word| word == part))
}

/// Every sign that a program is made for another place.
pub fn rust_unsupported() -> &'static [RustUnsupported] {
    &CRATES.unsupported
}
