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
    /// The option of the command line that says the whole address where the call says none.
    pub address_flag: Option<String>,
    /// The position of the network: the call opens a port where that starts with `tcp`, or is not known.
    pub network: Option<usize>,
    /// The variable that says the host where the call says none.
    pub host_variable: Option<String>,
    /// Whether only the machine itself reaches it where the call says no host.
    #[serde(default)]
    pub is_loopback: bool,
    /// Whether the call opens a port only where it is given one: the same name does other things.
    #[serde(default)]
    pub needs_port: bool,
    /// Whether the call opens a port only where it is given a whole address: the same name does other things with a number.
    #[serde(default)]
    pub needs_address: bool,
    /// Whether programs call its procedures there, not people a page.
    #[serde(default)]
    pub is_rpc: bool,
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
    static TABLE: LazyLock<ListensTable> = LazyLock::new(|| table!("analysis/listens"));
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
    static TABLE: LazyLock<Services> = LazyLock::new(|| table!("analysis/services"));
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
    static TABLE: LazyLock<Health> = LazyLock::new(|| table!("analysis/health"));
    &TABLE
}
/// How a call uses a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileUse {
    /// It reads a file.
    ReadFile,
    /// It reads a folder, with all that is in it.
    ReadFolder,
    /// It writes a file, and may make it.
    WriteFile,
    /// It makes a folder, or writes into it.
    WriteFolder,
    /// It reads a file of variables, and fails without it.
    ReadVariables,
}

impl FileUse {
    /// Whether the call makes or changes something.
    pub fn writes(self) -> bool {
        matches!(self, Self::WriteFile | Self::WriteFolder)
    }
}

/// A call that uses a file or folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsesFile {
    /// The language that it belongs to.
    pub language: String,
    /// The call, as in [`Listens::call`].
    pub call: String,
    /// How.
    pub how: FileUse,
    /// The position of the path; none where it is only passed by name.
    pub path: Option<usize>,
    /// The position of a second path: of the key beside its certificate.
    pub other_path: Option<usize>,
    /// The names that the path is passed by.
    #[serde(default)]
    pub path_names: Vec<String>,
    /// Whether the path is what the method is called on: `Path("x").mkdir()`.
    #[serde(default)]
    pub is_on_receiver: bool,
    /// Whether a relative path starts at the source file, not at the working folder.
    #[serde(default)]
    pub is_beside_source: bool,
    /// The position of the mode, where the same call reads and writes: it writes with `w`, `a`, `x` or `+` in it.
    pub mode: Option<usize>,
    /// A first argument that the call must have: `app.set("views", …)`.
    pub with: Option<String>,
    /// A name that must be passed beside the path: `Location.EXTERNAL`.
    pub beside: Option<String>,
    /// The file where the call names none.
    pub default: Option<String>,
    /// Whether it fails only where the program asks what it gives for an error.
    #[serde(default)]
    pub is_checked: bool,
    /// Whether the program ends where the call finds nothing, whatever it makes of the answer.
    #[serde(default)]
    pub is_demanded: bool,
    /// Source that the row takes, with the path `place/x` or `place` in it.
    pub takes: String,
    /// Source that the row must leave.
    pub leaves: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UsesFileTable {
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(rename = "source")]
    _source: String,
    objects: Vec<ObjectOfFile>,
    uses: Vec<UsesFile>,
}

/// An object that a library fills from a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectOfFile {
    /// The language that it belongs to.
    pub language: String,
    /// The object, with its module in front.
    pub object: String,
    /// The file, from the working folder.
    pub file: String,
}

static USES_FILES: LazyLock<UsesFileTable> = LazyLock::new(|| table!("analysis/files"));

/// The calls that use files and folders.
pub fn uses_files() -> &'static [UsesFile] {
    &USES_FILES.uses
}

/// The objects that are filled from a file.
pub fn objects_of_files() -> &'static [ObjectOfFile] {
    &USES_FILES.objects
}

/// Names that say that data is kept in a folder or file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(rename = "source")]
    _source: String,
    /// Words in front of [`Self::places`] in the name of a setting: `upload` of `UPLOAD_DIR`.
    pub kinds: Vec<String>,
    /// Words that a setting for a folder ends with: `dir`.
    pub places: Vec<String>,
    /// Names of settings for a folder, by themselves: `uploadDir`.
    pub settings: Vec<String>,
    /// Names of a folder as fields, options and arguments: `dest`.
    pub fields: Vec<String>,
    /// Endings of databases in a file.
    pub databases: Vec<String>,
    /// What the field is called that says the kind of a database.
    pub database_kind_names: Vec<String>,
    /// What the kind of a database in a file is called.
    pub database_kinds: Vec<String>,
    /// Words in the name of a variable that says which database.
    pub database_words: Vec<String>,
    /// Calls whose first argument is the key of a setting.
    pub lookups: Vec<String>,
    /// What stands in front of a database's file in its address.
    pub schemes: Vec<String>,
    /// Folders of the system, which are not the application's own.
    pub system: Vec<String>,
    /// Folders below which all is the system's.
    pub system_above: Vec<String>,
    /// Folders that a build makes.
    pub built: Vec<String>,
    /// Calls that make a path of a text.
    pub paths: Vec<String>,
    /// Calls that put a path together of parts.
    pub joins: Vec<String>,
    /// Endings of certificates and keys.
    pub certificates: Vec<String>,
    /// Settings of a folder that the folders of other settings are put below.
    pub roots: Vec<String>,
    /// Words that a setting may hold and that are no folder.
    pub no_folders: Vec<String>,
    /// Names among [`Self::settings`] that mean something else in a language.
    pub other_settings: Vec<OtherSetting>,
    /// Tables of settings that name the file of a log.
    pub logs: Vec<LogTable>,
    /// Names of settings whose folders are served as they are.
    pub served: Vec<String>,
    /// Calls that make a page of a template which a text among their arguments names.
    pub pages: Vec<String>,
    /// Names of settings that name a template.
    pub page_settings: Vec<String>,
    /// Endings of templates.
    pub templates: Vec<String>,
}

/// A name of a setting that means something else in a language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherSetting {
    /// The language.
    pub language: String,
    /// The name.
    pub name: String,
}

/// A table of settings that names the file of a log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogTable {
    /// The field that says the kind of the log.
    pub key: String,
    /// The end of its value where the log goes to a file.
    pub value: String,
    /// The field that names the file.
    pub file: String,
}

/// The table of data folders.
pub fn data() -> &'static Data {
    static TABLE: LazyLock<Data> = LazyLock::new(|| table!("analysis/data"));
    &TABLE
}

/// A call that starts another program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Starts {
    /// The language that it belongs to.
    pub language: String,
    /// The call, as in [`Listens::call`].
    pub call: String,
    /// The position of the program, of the list that it is the first of, or of the line for a shell.
    #[serde(default)]
    pub program: usize,
    /// Whether a shell runs it.
    #[serde(default)]
    pub is_shell: bool,
    /// The name of the argument that puts a shell in between.
    pub shell_name: Option<String>,
    /// The program that the call starts, where no argument names it.
    pub starts: Option<String>,
    /// Source that the row takes, which starts `ffmpeg` unless the row says another.
    pub takes: String,
    /// Source that the row must leave.
    pub leaves: String,
}

/// A package that starts a program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartedBy {
    /// The language that it belongs to.
    pub language: String,
    /// The package.
    pub package: String,
    /// The program.
    pub program: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StartsTable {
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(rename = "source")]
    _source: String,
    desktop: Vec<String>,
    starts: Vec<Starts>,
    packages: Vec<StartedBy>,
    programs: Vec<Programs>,
}

/// Programs that a package of Debian brings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Programs {
    names: Vec<String>,
    /// None where every image of Debian has them.
    package: Option<String>,
}

/// Where a program comes from in an image that has a package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Every image of Debian has it.
    System,
    /// A package brings it.
    Package(&'static str),
    /// Nothing is known of it.
    Unknown,
}

static STARTS: LazyLock<StartsTable> = LazyLock::new(|| table!("analysis/subprocesses"));

/// The calls that start programs.
pub fn starts() -> &'static [Starts] {
    &STARTS.starts
}

/// Programs that desktops, developers and other systems have, and that a server does without.
pub fn desktop_programs() -> &'static [String] {
    &STARTS.desktop
}

/// The packages that start programs.
pub fn started_by() -> &'static [StartedBy] {
    &STARTS.packages
}

/// Where a program comes from.
pub fn origin(program: &str) -> Origin {
    match STARTS.programs.iter().find(|row| row.names.iter().any(|name| name == program)) {
        Some(Programs { package: Some(package), .. }) => Origin::Package(package),
        Some(_) => Origin::System,
        None => Origin::Unknown,
    }
}

/// A call that fails, or does nothing, without an argument.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedsArgument {
    /// The language that it belongs to.
    pub language: String,
    /// The call, as in [`Listens::call`].
    pub call: String,
    /// The positions of what it needs.
    #[serde(default)]
    pub arguments: Vec<usize>,
    /// The names that it is passed by, also as fields of an object.
    #[serde(default)]
    pub names: Vec<String>,
    /// Whether the variable may be a part of what is passed: `"Bot " + token`.
    #[serde(default)]
    pub in_parts: bool,
    /// Source that the row takes, with the variable `NEEDED` in it.
    pub takes: String,
    /// Source that the row must leave.
    pub leaves: String,
}

/// A call that reads a variable by itself where nothing is passed in its place, and fails without.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadsVariable {
    /// The language that it belongs to.
    pub language: String,
    /// The call, as in [`Listens::call`].
    pub call: String,
    /// The variable.
    pub variable: String,
    /// The positions of what may be passed in its place.
    #[serde(default)]
    pub arguments: Vec<usize>,
    /// The names that it is passed by, also as fields of an object.
    #[serde(default)]
    pub names: Vec<String>,
    /// Source that the row takes.
    pub takes: String,
    /// Source that the row must leave.
    pub leaves: String,
}

/// A name whose value a library takes, and can't do without where something of it is used.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedsValue {
    /// The language that it belongs to.
    pub language: String,
    /// The last part of the name, in lower case.
    pub name: String,
    /// What of the library makes it needed, as modules and names that they give: `flask.session`, `flask_login`.
    pub used: Vec<String>,
    /// Source that the row takes, with the variable `NEEDED` in it.
    pub takes: String,
    /// Source that the row must leave.
    pub leaves: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NeedsArgumentTable {
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(rename = "source")]
    _source: String,
    needs: Vec<NeedsArgument>,
    gives: Vec<GivesResult>,
    value: Vec<NeedsValue>,
    reads: Vec<ReadsVariable>,
}

/// A method of the program that a library calls, and whose result it can't do without.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivesResult {
    /// The language that it belongs to.
    pub language: String,
    /// The name of the method.
    pub method: String,
    /// Source that the row takes, with the variable `NEEDED` in it.
    pub takes: String,
    /// Source that the row must leave.
    pub leaves: String,
}

/// A client that looks for a service on its own machine where no argument says where it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalClient {
    /// The language that it belongs to.
    pub language: String,
    /// The call that makes it, as in [`Listens::call`].
    pub call: String,
    /// The service, as the table of backing services calls it.
    pub service: String,
    /// The module that the file must import.
    pub import: Option<String>,
    /// The names of arguments that say where it is; what is passed without a name says it, too.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// The position of the argument that names its machine, which may be this one.
    pub host: Option<usize>,
    /// The methods of the client, and what they are given, that say where it is.
    #[serde(default)]
    pub methods: Vec<String>,
    /// The variable by which the client itself is told where it is.
    pub variable: Option<String>,
    /// More variables that the client reads.
    #[serde(default)]
    pub others: Vec<String>,
    /// Source that the row takes.
    pub takes: String,
    /// Source that the row must leave.
    pub leaves: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LocalClientTable {
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(rename = "source")]
    _source: String,
    clients: Vec<LocalClient>,
}

/// The clients that look for a service on their own machine.
pub fn local_clients() -> &'static [LocalClient] {
    static TABLE: LazyLock<LocalClientTable> = LazyLock::new(|| table!("analysis/clients"));
    &TABLE.clients
}

/// The calls that fail without an argument.
pub fn needs_arguments() -> &'static [NeedsArgument] {
    &NEEDS.needs
}

/// The calls that read a variable by themselves.
pub fn reads_variables() -> &'static [ReadsVariable] {
    &NEEDS.reads
}

/// The names whose values a library can't do without.
pub fn needs_values() -> &'static [NeedsValue] {
    &NEEDS.value
}

/// The methods whose result a library can't do without.
pub fn gives_results() -> &'static [GivesResult] {
    &NEEDS.gives
}

static NEEDS: LazyLock<NeedsArgumentTable> = LazyLock::new(|| table!("analysis/needs"));

/// A tool that makes the tables of a database from files of the repository.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MigrationTool {
    /// The languages of the programs that use it.
    pub languages: Vec<String>,
    /// What speaks to the database, or belongs to the tool.
    pub packages: Vec<String>,
    /// A glob of the files that it reads.
    pub files: String,
    /// What such a file has in its text.
    pub mark: Option<String>,
    /// The name of a file in the folder of the migrations or above it.
    pub beside: Option<String>,
    /// How many folders above a file the folder of the migrations lies.
    #[serde(default = "own_folder")]
    pub folder: usize,
    /// Whether the program names the folder where it sets up the library, which runs nothing.
    #[serde(default)]
    pub is_configured: bool,
    /// What brings a database up to date.
    pub command: String,
    /// The arguments of the image that do so.
    pub arguments: Option<String>,
}

/// A file lies in the folder of the migrations itself.
fn own_folder() -> usize {
    1
}

/// A call by which a program brings its database up to date.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunsMigrations {
    /// The language that it belongs to.
    pub language: String,
    /// The call, as in [`Listens::call`].
    pub call: String,
    /// Source that the row takes.
    pub takes: String,
    /// Source that the row must leave.
    pub leaves: String,
}

/// The tools that make tables, and how programs do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MigrationTable {
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(rename = "source")]
    _source: String,
    /// Files that say that a folder is another project's.
    pub manifests: Vec<String>,
    /// Names of subcommands by which a program does it.
    pub subcommands: Vec<String>,
    /// Settings of libraries that have a program do it, where they are not false.
    pub settings: Vec<String>,
    /// The tools.
    pub tools: Vec<MigrationTool>,
    /// The calls.
    pub runs: Vec<RunsMigrations>,
}

/// The table of migrations.
pub fn migration_table() -> &'static MigrationTable {
    static TABLE: LazyLock<MigrationTable> = LazyLock::new(|| table!("analysis/migrations"));
    &TABLE
}
