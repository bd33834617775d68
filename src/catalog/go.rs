//! Frameworks of Go, and what its projects call their files and programs, from `go.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "data_as_of")]
    _data_as_of: String,
    #[serde(rename = "source")]
    _source: String,
    complete_sums: String,
    standard: Vec<String>,
    systems: Vec<String>,
    processors: Vec<String>,
    terminal: Vec<String>,
    build_files: GoBuildFiles,
    refused_link: Vec<GoRefusedLink>,
    names: GoNames,
    files: GoFiles,
    generator: Vec<GoGenerator>,
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

/// How a project says that it builds itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoBuildFiles {
    /// The files that say it, from the folder of a module or one above; the first that says something holds.
    pub files: Vec<String>,
    /// Targets and tasks that build what people run.
    pub targets: Vec<String>,
    /// Tags for other builds than the one that is shipped.
    pub other_tags: Vec<String>,
    /// The files that say which modules no public proxy has.
    pub private: Vec<String>,
}

/// What folders, programs and subcommands are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoNames {
    /// Folders of programs that help to develop another.
    pub helpers: Vec<String>,
    /// Folders whose names say nothing of the program in them.
    pub nameless: Vec<String>,
    /// Programs that are meant where there are several.
    pub applications: Vec<String>,
    /// Modules that are there for others, even where a program is in them.
    pub shared: Vec<String>,
    /// Subcommands that serve, the likeliest first.
    pub serving: Vec<String>,
    /// Subcommands that go on beside the one that serves, in processes of their own.
    pub beside: Vec<String>,
    /// Subcommands that ask the running program for its health.
    pub health: Vec<String>,
    /// Folders that the build of a front end fills.
    pub outputs: Vec<String>,
    /// Manifests of other languages, beside which a program in no module is no application.
    pub other_manifests: Vec<String>,
}

/// Files that a program reads beside itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoFiles {
    /// Endings of files that are read, whoever reads them.
    pub data: Vec<String>,
    /// Functions that are given paths to read.
    pub readers: Vec<String>,
    /// Those of them that do nothing else.
    pub sure_readers: Vec<String>,
    /// Those that do other things too.
    pub unsure_readers: Vec<String>,
    /// Those that put a path together.
    pub joiners: Vec<String>,
    /// Folders whose names say that a program keeps its data there.
    pub kept: Vec<String>,
    /// Functions that are given a certificate and its key.
    pub certificate_readers: Vec<String>,
    /// Functions that compare a text, or register a route.
    pub compared: Vec<String>,
    /// Parts of names that say that a value is a path.
    pub path_words: Vec<String>,
}

/// A module that is linked to Go's own packages in a way that the linker refuses.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoRefusedLink {
    /// Its path.
    pub module: String,
    /// The first version that is not.
    pub below: String,
    /// What imports it.
    pub imports: Vec<String>,
}

/// A generator that a file configures.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoGenerator {
    /// The file, in the folder of the module.
    pub settings: String,
    /// The module that has the generator.
    pub module: String,
}

/// A framework of Go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoFramework {
    /// The start of the import path that shows it.
    pub import: String,
    /// What a server that uses it is called.
    pub title: String,
    /// The subcommand that serves.
    pub serve: Option<String>,
    /// The folder beside the program where it keeps its data.
    pub writes: Option<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("go"));

/// Modules that the linker refuses since Go 1.23.
pub fn go_refused_links() -> &'static [GoRefusedLink] {
    &TABLE.refused_link
}

/// The first release whose builds never add to `go.sum`.
pub fn go_complete_sums() -> &'static str {
    &TABLE.complete_sums
}

/// Whether the first folder of an import path is one of Go's own library.
pub fn is_go_standard(folder: &str) -> bool {
    TABLE.standard.iter().any(|known| known == folder)
}

/// Whether a name is that of a system, which files for it alone end with.
pub fn is_go_system(name: &str) -> bool {
    TABLE.systems.iter().any(|known| known == name)
}

/// Whether a name is that of a processor, which files for it alone end with.
pub fn is_go_processor(name: &str) -> bool {
    TABLE.processors.iter().any(|known| known == name)
}

/// How projects say that they build themselves.
pub fn go_build_files() -> &'static GoBuildFiles {
    &TABLE.build_files
}

/// What folders, programs and subcommands are called.
pub fn go_names() -> &'static GoNames {
    &TABLE.names
}

/// Files that a program reads beside itself.
pub fn go_files() -> &'static GoFiles {
    &TABLE.files
}

/// The generators that a file configures.
pub fn go_generators() -> &'static [GoGenerator] {
    &TABLE.generator
}

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
