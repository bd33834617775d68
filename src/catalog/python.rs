//! What is known of Python's frameworks, servers and tools, from `python.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[expect(dead_code, reason = "the date is for people")]
    data_as_of: String,
    pkg_resources: String,
    python_2: Vec<String>,
    names: Names,
    started_module: Vec<StartedModule>,
    framework: Vec<Framework>,
    launcher: Vec<Launcher>,
    server: Vec<Server>,
    program: Vec<Program>,
    wrapper: Vec<Wrapper>,
    older: Vec<Older>,
    tool: Vec<Tool>,
    floor: Vec<Floor>,
    implied: Vec<Implied>,
    build_constraint: Vec<Implied>,
    unlisted: Vec<Unlisted>,
    withdrawn: Vec<Withdrawn>,
    stuck: Vec<Stuck>,
    lift: Vec<Lift>,
    elsewhere: Vec<Elsewhere>,
    version_tool: Vec<VersionTool>,
    port_variable: Vec<PortVariable>,
    connection: Vec<Connection>,
    worker_kind: Vec<WorkerKind>,
}

/// What files, functions and groups of a project are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Files that are programs, the likeliest first.
    pub scripts: Vec<String>,
    /// Files that are read first, since programs are started by them.
    pub telling: Vec<String>,
    /// Folders that servers send files from.
    pub static_folders: Vec<String>,
    /// Files that are started where a folder has no manifest.
    pub programs: Vec<String>,
    /// Files that hold the application object, by how evident it is there.
    pub object_files: Vec<Vec<String>>,
    /// Names of application objects, by how evident each is.
    pub objects: Vec<Vec<String>>,
    /// Parts of the names of functions that make an application object.
    pub makers: Vec<String>,
    /// Starts of the names of extras and dependency groups for developers.
    pub development: Vec<String>,
    /// Methods by which a program prepares its application for requests.
    pub preparing: Vec<String>,
    /// Parts of the names of functions that servers and installed commands call.
    pub started: Vec<String>,
    /// Functions that load the module which a text names.
    pub loaders: Vec<String>,
    /// Ends of the names of settings whose texts name modules that Django loads.
    pub loading_settings: Vec<String>,
    /// The modules of an application that Django loads with it.
    pub loaded_parts: Vec<String>,
    /// Packages that open a window, which no container has.
    pub windows: Vec<String>,
    /// What a project of Django names where its static files are served by itself or from elsewhere.
    pub static_servers: Vec<String>,
    /// What does so while `DEBUG` is on.
    pub debug_static_servers: Vec<String>,
    /// What a module names that shows pages of a package with static files, and whose these are.
    pub static_pages: BTreeMap<String, String>,
}

/// A module that serves, or works in the background, when `python -m` starts it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartedModule {
    /// Its name.
    pub name: String,
    /// The option for the host.
    pub host: Option<String>,
    /// The option for the port.
    pub port: Option<String>,
    /// The option for both.
    pub bind: Option<String>,
    /// The subcommand without which it does not listen.
    pub serve: Option<String>,
    /// The subcommand that developers use in its place.
    pub development: Option<String>,
    /// Whether it never listens.
    #[serde(default)]
    pub is_worker: bool,
}

/// A build tool that takes the version of a package from git's tags.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionTool {
    /// The package, normalised.
    pub name: String,
    /// The keys of `pyproject.toml` by which it is asked to, and last their value; empty where requiring it is enough.
    #[serde(default)]
    pub setting: Vec<String>,
    /// The variables that say the version in its stead.
    #[serde(default)]
    pub variables: Vec<String>,
    /// Where no variable does: the table of `pyproject.toml` whose `default-version` does.
    #[serde(default)]
    pub table: String,
}

/// A server that reads its port from a variable, where its command line says none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortVariable {
    /// The module that is started.
    pub module: String,
    /// The package that has it, normalised.
    pub package: String,
    /// The first of its versions that reads the variable.
    pub since: String,
    /// The variable.
    pub variable: String,
    /// The words that say the port on the command line, in each form; `$PORT` stands for it.
    pub words: Vec<Vec<String>>,
}

/// An extension that keeps connections to an application open.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// The package, normalised.
    pub package: String,
    /// Its module.
    pub import: String,
    /// The method of its object that serves an application.
    pub method: String,
    /// The packages with one of which that serves by itself.
    pub own: Vec<String>,
    /// The argument that lets it serve without.
    pub allowed: String,
    /// The server that serves otherwise.
    pub server: String,
    /// What that server is told.
    pub words: Vec<String>,
}

/// A kind of worker that newer versions of a server lack.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerKind {
    /// The server.
    pub server: String,
    /// The options that name a kind.
    pub options: Vec<String>,
    /// The kind.
    pub name: String,
    /// The versions that have it.
    pub requirement: String,
}

/// A web or worker framework, recognised by the class whose object is the application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// The package, normalised.
    pub package: String,
    /// The class whose object is served.
    pub class: String,
    /// The module that the class comes from, where the package's own name does not tell.
    #[serde(default)]
    pub module: String,
    /// The name as people write it.
    pub title: String,
    /// What serves it: `asgi`, `wsgi`, or the name of its own way.
    pub interface: String,
}

/// A package whose own command starts a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Launcher {
    /// The package, normalised; imported by the same name.
    pub package: String,
    /// The name as people write it.
    pub title: String,
    /// Its usual port; nothing where it does not listen.
    pub port: Option<u16>,
    /// What the file must hold beside the import; empty where that is enough.
    #[serde(default)]
    pub mark: String,
    /// What follows the interpreter.
    pub command: Vec<String>,
    /// Environment variables that make it listen.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// The path that tells that it is healthy.
    #[serde(default)]
    pub health: String,
}

/// A server that is given an application object.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The package, normalised.
    pub package: String,
    /// What it serves.
    pub interface: String,
    /// What to install where the project does not depend on it.
    pub requirement: String,
    /// Its program, where it is none that the interpreter starts.
    #[serde(default)]
    pub program: String,
    /// What it needs to end on SIGTERM; none where it does so by itself.
    pub stop: Option<Stop>,
    /// The variable that says how many workers it starts, where the command line does not; empty where none does.
    #[serde(default)]
    pub workers: String,
    /// What follows the interpreter.
    pub command: Vec<String>,
    /// The same for a function that makes the object; empty where it can't.
    #[serde(default)]
    pub factory: Vec<String>,
    /// The first version that this is no more so for; none where it is so for the newest.
    pub below: Option<String>,
}

/// What a server needs to end on SIGTERM.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// The flag of its command line.
    pub flag: String,
    /// The variable that says the same.
    pub variable: String,
    /// That variable's value.
    pub value: String,
}

/// A package that an older version starts by another module.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Older {
    /// The package, which is also its module.
    pub package: String,
    /// The version from which that module starts it.
    pub below: String,
    /// The module before.
    pub module: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Program {
    commands: BTreeMap<String, String>,
}

/// A command that starts the one behind it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapper {
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tool {
    name: String,
    requirements: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Elsewhere {
    packages: Vec<String>,
}

/// From which version on packages install on a line of Python.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wheels {
    /// The date of the table: `2026-12-01`.
    pub data_as_of: String,
    /// The lines of Python, oldest first: `3.11`.
    pub lines: Vec<String>,
    /// By package, the first version for each of the lines: `0` where every version installs, empty where none has a wheel yet.
    pub first: BTreeMap<String, Vec<String>>,
}

/// Versions of a package that work on no maintained Python, and the first that does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lift {
    /// The package, normalised.
    pub package: String,
    /// The oldest version that the other one can take the place of.
    pub from: String,
    /// The version that takes their place.
    pub to: String,
    /// What that asks for in turn: by package, a version that is new enough.
    #[serde(default)]
    pub also: BTreeMap<String, String>,
}

/// What older versions of packages need and do not bring.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Implied {
    /// What to install.
    pub requirement: String,
    /// By package, the version from which it is not needed.
    #[serde(default)]
    pub below: BTreeMap<String, String>,
    /// By package, the first version that needs it; none where every older one does.
    #[serde(default)]
    pub since: BTreeMap<String, String>,
    /// The packages that bring what is held back, where no version but the newest line makes it needed.
    #[serde(default)]
    pub of: Vec<String>,
    /// What the project has one of, which the newest line no longer takes.
    #[serde(default)]
    pub with: Vec<String>,
    /// What the newest line wants in its place.
    #[serde(default)]
    pub without: String,
}

/// Versions of a package that run on no maintained Python.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stuck {
    /// The package, normalised.
    pub package: String,
    /// The first version that is none of them; none where all versions are.
    pub below: Option<String>,
    /// The first version that installs and ends when it is imported, as all later ones do; none where they do not install.
    pub from: Option<String>,
    /// What does the same today, where no version of this one runs.
    #[serde(default)]
    pub instead: String,
}

/// What newer versions of a package lack.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// The package, normalised.
    pub package: String,
    /// The first of its versions that lacks it.
    pub bound: String,
    /// Attributes of its objects.
    pub attributes: Vec<String>,
    /// What to install.
    pub requirements: Vec<String>,
}

/// A package that what a program imports needs, and that another package does not bring by itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unlisted {
    /// What to install.
    pub requirement: String,
    /// What is imported, as full names: a module, or something of one.
    pub uses: Vec<String>,
    /// The packages that serve, normalised.
    pub listed: Vec<String>,
    /// By package, its extras that bring one of them.
    #[serde(default)]
    pub extras: BTreeMap<String, Vec<String>>,
    /// By package, the version from which it no longer brings one of them.
    #[serde(default)]
    pub brought: BTreeMap<String, String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("python"));

/// What files, functions and groups of a project are called.
pub fn names() -> &'static Names {
    &TABLE.names
}

/// Whether only Python 2 has a module of this name.
pub fn is_of_python_2(module: &str) -> bool {
    TABLE.python_2.iter().any(|name| name == module)
}

/// The extensions that keep connections open.
pub fn connections() -> &'static [Connection] {
    &TABLE.connection
}

/// The kinds of workers that newer servers lack.
pub fn worker_kinds() -> &'static [WorkerKind] {
    &TABLE.worker_kind
}

/// The newest setuptools that have `pkg_resources`.
pub fn pkg_resources() -> &'static str {
    &TABLE.pkg_resources
}

/// The modules that serve or work when they are started.
pub fn started_modules() -> &'static [StartedModule] {
    &TABLE.started_module
}

/// A module that serves or works when it is started, by its name.
pub fn started_module(name: &str) -> Option<&'static StartedModule> {
    TABLE.started_module.iter().find(|row| row.name == name)
}

/// The frameworks.
pub fn frameworks() -> &'static [Framework] {
    &TABLE.framework
}

/// The packages with a command of their own.
pub fn launchers() -> &'static [Launcher] {
    &TABLE.launcher
}

/// The servers, preferred first.
pub fn servers() -> &'static [Server] {
    &TABLE.server
}

/// The module that `python -m` starts in place of a console command.
pub fn module_of_command(command: &str) -> Option<&'static str> {
    TABLE.program.iter().find_map(|program| program.commands.get(command)).map(String::as_str)
}

/// How many words in front of a command only wrap it.
pub fn wrapping(words: &[String]) -> usize {
    let is_same = |row: &&Wrapper| {
        row.words.len() < words.len() && row.words.iter().zip(words).all(|(known, word)| known == "*" || known == word)
    };
    TABLE.wrapper.iter().find(is_same).map_or(0, |row| row.words.len())
}

/// What older versions of packages are started by.
pub fn older() -> &'static [Older] {
    &TABLE.older
}

/// What to install for a tool.
pub fn tool(name: &str) -> &'static [String] {
    let tool = TABLE.tool.iter().find(|tool| tool.name == name);
    tool.map(|tool| tool.requirements.as_slice()).unwrap_or_default()
}

/// From which version on packages install on a line of Python.
pub fn wheels() -> &'static Wheels {
    static TABLE: LazyLock<Wheels> = LazyLock::new(|| table!("python_wheels"));
    &TABLE
}

/// Versions of packages that ask for a newer Python.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// The oldest line of Python that they install on.
    pub python: String,
    /// By package, the version from which that is so.
    pub from: BTreeMap<String, String>,
}

/// What asks for a newer Python, highest first.
pub fn floors() -> &'static [Floor] {
    &TABLE.floor
}

/// What older versions of packages imply.
pub fn implied() -> &'static [Implied] {
    &TABLE.implied
}

/// Versions of packages that run on no maintained Python.
pub fn stuck() -> &'static [Stuck] {
    &TABLE.stuck
}

/// What newer versions of packages lack.
pub fn withdrawn() -> &'static [Withdrawn] {
    &TABLE.withdrawn
}

/// Versions of packages that work on no maintained Python.
pub fn lifts() -> &'static [Lift] {
    &TABLE.lift
}

/// What older packages compile with only, where they are compiled.
pub fn build_constraints() -> &'static [Implied] {
    &TABLE.build_constraint
}

/// Packages that programs import and need, and often do not list.
pub fn unlisted() -> &'static [Unlisted] {
    &TABLE.unlisted
}

/// Whether a package exists for other systems only.
pub fn is_elsewhere(package: &str) -> bool {
    TABLE.elsewhere.iter().any(|row| row.packages.iter().any(|name| name == package))
}

/// Build tools that take the version from git's tags.
pub fn version_tools() -> &'static [VersionTool] {
    &TABLE.version_tool
}

/// Servers that read their port from a variable.
pub fn port_variables() -> &'static [PortVariable] {
    &TABLE.port_variable
}
