//! The plans of applications of Node.js: how they are built, and what the final stage takes of that.

use serde::Serialize;

use crate::plan::{Copy, FrontEndStage, Script, StageCopy, Substitution, Variable};

/// What all recipes have: from the build image to what is made of the sources.
#[derive(Debug, Clone, Serialize)]
pub struct Build {
    /// The reference of the build image.
    pub build_image: String,
    /// Debian packages of the build stage.
    pub build_packages: Vec<String>,
    /// The environment of the build.
    pub build_environment: Vec<Variable>,
    /// Where the packages are installed, absolute: the folder of the lock file.
    pub root_folder: String,
    /// Installs the package manager; none where the image has it.
    pub manager: Option<Script>,
    /// COPYs of what the installation reads.
    pub manifests: Vec<Copy>,
    /// Takes scripts out of the manifest that only matter in the clone of a developer; none where nothing would run them.
    pub manifest_edit: Option<Script>,
    /// Names npm's own registry where the lock file or the settings name one that has ended; none where nothing does.
    pub registry_edit: Option<Script>,
    /// Whether a lock file says what is installed.
    pub is_frozen: bool,
    /// What has to be edited so that others than the container itself are heard.
    pub listen_edit: Option<Substitution>,
    /// What waits for the sources: install scripts, generated clients.
    pub after_sources: Vec<Script>,
    /// Variables that a bundler puts into pages: arguments of the build.
    pub build_arguments: Vec<String>,
    /// Whether the build ends where one of them is not there, so that each is empty unless it is told.
    pub demands_arguments: bool,
    /// Gives the build values for what is called like a secret, in its step only; none where it asks for nothing like that.
    pub build_values: Option<Script>,
    /// Builds the application; none where nothing is to be made.
    pub build: Option<Script>,
    /// Sets apart what runs, in the same step; none where the last stage takes what is left in the folder of the build.
    pub set_apart: Option<Script>,
}

/// What the final stage of a program takes from the build.
#[derive(Debug, Clone, Serialize)]
pub struct RuntimeFiles {
    /// Absolute folders whose files may be linked to shared libraries that the runtime image lacks; empty where nothing is.
    pub library_roots: Vec<String>,
    /// Shared libraries that are loaded by their names alone.
    pub loaded_libraries: Vec<String>,
    /// Shared libraries that the runtime image has.
    pub present_libraries: Vec<String>,
    /// COPYs from the build stage.
    pub copies: Vec<Copy>,
    /// The folders that the application writes.
    pub written: Vec<WrittenFolder>,
    /// Whether new files may be made in the working folder.
    pub writes_beside: bool,
    /// Files that the image holds and that are written again, databases above all, absolute: they are the application's own.
    pub databases: Vec<String>,
    /// What only the installation reads, from its folder, to be taken away beside the folders that are written.
    pub unread: Vec<String>,
    /// The folder that the application runs in, absolute.
    pub work_folder: String,
    /// The stages that build the pages of other packages.
    pub front_ends: Vec<FrontEndStage>,
    /// What is taken from each of those.
    pub served_front_ends: Vec<StageCopy>,
}

/// A folder that the application writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrittenFolder {
    /// The folder, absolute in the build and in the image.
    pub path: String,
    /// Whether what the build left in it is of no use.
    pub is_emptied: bool,
    /// Where it lies in what the last stage takes of the build, absolute: it is no part of that.
    pub copied_from: String,
}

/// Pages, and the server of files that serves them.
#[derive(Debug, Clone, Serialize)]
pub struct Site {
    /// How they are built.
    #[serde(flatten)]
    pub build: Build,
    /// Installs what the build needs.
    pub install: Script,
    /// COPYs of the pages from the build stage.
    pub copies: Vec<Copy>,
    /// The reference of the image that has the server.
    pub server_image: String,
}

/// A server or tool whose dependencies are installed in the stage that builds it.
#[derive(Debug, Clone, Serialize)]
pub struct Server {
    /// How it is built.
    #[serde(flatten)]
    pub build: Build,
    /// Installs the dependencies.
    pub install: Script,
    /// Takes away what only the build needed; none where nothing is to go.
    pub prune: Option<Script>,
    /// What runs.
    #[serde(flatten)]
    pub files: RuntimeFiles,
}

/// A server or tool whose dependencies are a layer that a change of the source leaves as it is.
#[derive(Debug, Clone, Serialize)]
pub struct LayeredServer {
    /// How it is built.
    #[serde(flatten)]
    pub build: Build,
    /// Installs the dependencies that it runs with.
    pub layer: Script,
    /// Installs what only the build needs; none where that is nothing.
    pub install: Option<Script>,
    /// What runs.
    #[serde(flatten)]
    pub files: RuntimeFiles,
}

/// A server or tool of which nothing is made: its dependencies are installed, and the sources are copied as they lie in the
/// repository.
#[derive(Debug, Clone, Serialize)]
pub struct PlainServer {
    /// How the dependencies come in.
    #[serde(flatten)]
    pub build: Build,
    /// Installs the dependencies that it runs with.
    pub install: Script,
    /// What runs.
    #[serde(flatten)]
    pub files: RuntimeFiles,
}
