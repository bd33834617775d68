//! The plan of a Go program.

use serde::Serialize;

use crate::plan::{Copy, FrontEndStage, Script, StageCopy, Substitution, Variable};

/// How a Go program is built and what the final stage takes of it.
#[derive(Debug, Clone, Serialize)]
pub struct Program {
    /// The image that compiles.
    pub build_image: String,
    /// Whether a program is compiled along that asks the server for its health.
    pub asks_for_health: bool,
    /// Whether the build runs on the machine's own platform, whatever the image's is.
    pub is_cross_compiled: bool,
    /// Debian packages that the build needs.
    pub build_packages: Vec<String>,
    /// The environment of the build.
    pub build_environment: Vec<Variable>,
    /// Absolute files that may be linked to shared libraries; empty where the runtime image surely has them.
    pub library_roots: Vec<String>,
    /// Shared libraries that are loaded by their names alone.
    pub loaded_libraries: Vec<String>,
    /// Shared libraries that the runtime image has.
    pub present_libraries: Vec<String>,
    /// Files and folders of Debian packages that are read at run time, absolute.
    pub data_files: Vec<String>,
    /// The folder of the module in the build stage, absolute.
    pub work_folder: String,
    /// What says the dependencies, copied before the source.
    pub manifests: Vec<Copy>,
    /// Downloads the dependencies; without commands where there are none, or where they come along.
    pub download: Script,
    /// Whether the dependencies come along.
    pub is_vendored: bool,
    /// The source.
    pub source: Copy,
    /// The stages that build front ends.
    pub front_ends: Vec<FrontEndStage>,
    /// What the program embeds of them.
    pub embedded_front_ends: Vec<StageCopy>,
    /// What the program reads of them when it runs.
    pub served_front_ends: Vec<StageCopy>,
    /// Makes files that are embedded and that nothing else makes.
    pub placeholders: Script,
    /// Each generates source that is not there.
    pub generators: Vec<Script>,
    /// What has to be edited so that others than the container itself are heard.
    pub listen_edit: Option<Substitution>,
    /// Makes a `go.mod`; without commands where there is one.
    pub new_module: Script,
    /// Whether the build may complete `go.sum`.
    pub completes_sum: bool,
    /// Build tags.
    pub tags: Vec<String>,
    /// Whether a module is linked to Go's own packages in a way that the linker refuses.
    pub has_refused_link: bool,
    /// Variables that the linker sets to a fixed text.
    pub linked_values: Vec<LinkedValue>,
    /// The variable that the linker sets to the version which the build is given; none where it takes none.
    pub version_variable: Option<String>,
    /// The package of the program, from the working folder.
    pub package: String,
    /// The program, absolute in the build stage.
    pub output: String,
    /// The program, absolute in the image.
    pub program: String,
    /// The working folder of the program, absolute.
    pub run_folder: String,
    /// Makes the folders that the program writes.
    pub made_folders: Script,
    /// Those folders, which are the program's own, from the build stage.
    pub own_folders: Vec<Copy>,
    /// Makes the files that must be there and may be empty.
    pub made_files: Script,
    /// Those files, from the build stage.
    pub empty_files: Vec<Copy>,
    /// What the program reads, from the build context.
    pub run_files: Vec<Copy>,
    /// Files of the repository that it reads and writes.
    pub kept_files: Vec<Copy>,
}

/// A variable of the program that the linker sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkedValue {
    /// Its name, behind its package's: `main.Mode`.
    pub name: String,
    /// Its text.
    pub value: String,
}
