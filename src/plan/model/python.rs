//! The plans of applications of Python: with which tool the dependencies are installed, and what the final stage takes.

use serde::{Deserialize, Serialize};

use crate::plan::{Copy, FrontEndStage, Script, StageCopy, Substitution, Variable};

/// What the recipes of all installers have in common.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Application {
    /// The reference of the build image.
    pub build_image: String,
    /// The Debian packages of the build stage.
    pub build_packages: Vec<String>,
    /// The line of Python: `3.13`.
    pub python: String,
    /// Whether the build image's interpreter is put on the runtime image, which has none of this line.
    pub copies_interpreter: bool,
    /// The interpreter of the runtime image, where it lies elsewhere than in the build image.
    pub linked_interpreter: Option<String>,
    /// Absolute folders whose files may be linked to shared libraries that the runtime image lacks; empty where nothing is.
    pub library_roots: Vec<String>,
    /// Shared libraries that are loaded by their names alone.
    pub loaded_libraries: Vec<String>,
    /// Shared libraries that the runtime image has.
    pub present_libraries: Vec<String>,
    /// Absolute files and folders of Debian packages that are read at run time.
    pub data_files: Vec<String>,
    /// Requirements that packages are compiled with.
    pub build_constraints: Vec<String>,
    /// What the installation reads.
    pub manifests: Vec<Copy>,
    /// The source, copied into the build stage; none where the installation has needed it already, or where nothing is
    /// done with it.
    pub sources: Vec<Copy>,
    /// Requirements that are installed beside those of the project.
    pub additions: Vec<String>,
    /// The folder of the project, absolute.
    pub project_folder: String,
    /// The folder that the application runs in, absolute.
    pub work_folder: String,
    /// What has to be edited so that others than the container itself are heard.
    pub listen_edit: Option<Substitution>,
    /// What stands in for git's tags, which the build does not see.
    pub version: Option<VersionSource>,
    /// The project's own package, where it is one.
    pub package: Option<Package>,
    /// The stages that build front ends, the pages that it serves.
    pub front_ends: Vec<FrontEndStage>,
    /// What is taken from those stages.
    pub served_front_ends: Vec<StageCopy>,
    /// Absolute folders of the source that nothing reads once the front ends are built.
    pub unused_sources: Vec<String>,
    /// Absolute files that only the installation reads, to be taken away in a step that is made anyway.
    pub unread: Vec<String>,
    /// The static files that are collected in the build.
    pub static_files: Option<StaticFiles>,
    /// Where the source comes from: the build stage, else the build context. None where the installed package is all.
    pub source: Option<Source>,
    /// Absolute folders, prefixed with `/written`, in which those lie that the application writes.
    pub written_above: Vec<String>,
    /// Whether new files may be made in the working folder.
    pub writes_beside: bool,
    /// Databases and other files that the image holds and the application writes, from the context's folder: they are its own.
    pub databases: Vec<String>,
    /// Absolute folders of the source in which new files may be made.
    pub open_folders: Vec<String>,
}

/// Where the final stage takes the source from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The build stage, which has changed it or added to it.
    Build,
    /// The build context.
    Context,
}

/// What stands in for git's tags.
#[derive(Debug, Clone, Default, Serialize)]
pub struct VersionSource {
    /// Variables that say the version.
    pub variables: Vec<String>,
    /// The table of `pyproject.toml` that gets a default version; none where a variable is enough.
    pub table: Option<String>,
    /// Whether that table is there.
    pub has_table: bool,
}

/// How the project's own package is installed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Package {
    /// The options of the installer, and what is installed.
    pub arguments: Vec<String>,
    /// What has to be installed first, where the package is built beside its dependencies.
    pub requirements: Vec<String>,
}

/// How Django's static files are collected.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaticFiles {
    /// The folder of `manage.py`, absolute.
    pub folder: String,
    /// Variables that the settings need, for that step alone.
    pub environment: Vec<Variable>,
}

/// A pinned version in a list of requirements, and the one that takes its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiftedPin {
    /// The file, absolute or from the working folder.
    pub file: String,
    /// The package, normalised.
    pub package: String,
    /// The version that is pinned, as the file writes it.
    pub from: String,
    /// The version that takes its place.
    pub to: String,
}

/// pip installs what requirements files list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Requirements {
    /// What all recipes have.
    #[serde(flatten)]
    pub application: Application,
    /// The file that includes the others, from the project's folder.
    pub requirements: String,
    /// All of them, from the project's folder.
    pub requirements_files: Vec<String>,
    /// Expressions of `sed` that take packages of other systems out.
    pub exclusions: Vec<String>,
    /// The pinned versions that are lifted.
    pub lifted_pins: Vec<LiftedPin>,
}

/// pip installs what `pyproject.toml` lists, or only the package itself.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Metadata {
    /// What all recipes have.
    #[serde(flatten)]
    pub application: Application,
    /// Whether the dependencies are installed before the source is there.
    pub has_dependencies: bool,
    /// The extras that are installed.
    pub extras: Vec<String>,
    /// The dependency groups that are installed, where the project has nothing but groups.
    pub groups: Vec<String>,
    /// What makes a pip that knows dependency groups, where the project has nothing but groups.
    pub tool: Vec<String>,
    /// Whether `pdm.lock`, which can't be exported, says the versions.
    pub has_constraints: bool,
}

/// pip installs what the lock file of another tool pins.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LockFile {
    /// What all recipes have.
    #[serde(flatten)]
    pub application: Application,
    /// The tool: `poetry`.
    pub tool: &'static str,
    /// What makes that tool.
    pub tool_requirements: Vec<String>,
    /// The commands that write `/tmp/requirements.txt`.
    pub export: Script,
    /// The pinned versions that are lifted.
    pub lifted_pins: Vec<LiftedPin>,
}

/// uv installs what its lock file pins.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Uv {
    /// What all recipes have.
    #[serde(flatten)]
    pub application: Application,
    /// The image that has uv.
    pub uv_image: String,
    /// What pip installs uv by, where the project takes none that the image has.
    pub uv_requirement: Option<String>,
    /// The options of `uv sync` for the dependencies.
    pub sync: Vec<String>,
}
