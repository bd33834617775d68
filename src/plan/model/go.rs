//! The plan of a Go program.

use serde::Serialize;

use crate::plan::{FrontEndStage, StageCopy, Substitution, Variable};

/// A file or folder that is made in the build stage, and where it goes.
#[derive(Debug, Clone, Serialize)]
pub struct MadeFolder {
    /// Where it is made, absolute.
    pub from: String,
    /// Where it goes in the final stage, absolute.
    pub to: String,
}

/// How a Go program is built and what the final stage takes of it.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "fields of the template")]
pub struct Program {
    pub build_image: String,
    /// The image that the program which asks for the health is compiled on; none where nothing is to be asked.
    pub health_image: Option<String>,
    pub build_packages: Vec<String>,
    pub build_environment: Vec<Variable>,
    /// What may be linked to shared libraries; empty where the runtime image surely has them.
    pub library_roots: Vec<String>,
    pub loaded_libraries: Vec<String>,
    pub present_libraries: Vec<String>,
    /// Data files of Debian packages, absolute.
    pub data_files: Vec<String>,
    /// The folder of the module in the build stage.
    pub work_folder: String,
    /// The folder of the build context in the build stage.
    pub source_root: String,
    pub manifests: Vec<Vec<String>>,
    pub has_download: bool,
    /// Whether some modules want credentials.
    pub has_private: bool,
    pub is_vendored: bool,
    /// The path for a module that has to be made first; empty where there is one.
    pub new_module: String,
    /// Whether `go.sum` has to be completed in the build.
    pub completes_sum: bool,
    pub front_ends: Vec<FrontEndStage>,
    /// What the program embeds of them.
    pub embedded_front_ends: Vec<StageCopy>,
    /// What the program reads of them when it runs.
    pub served_front_ends: Vec<StageCopy>,
    /// Files that are embedded and that nothing makes, absolute.
    pub placeholders: Vec<String>,
    /// Commands that generate source which is not there.
    pub generators: Vec<String>,
    /// What has to be edited so that others than the container itself are heard.
    pub listen_edit: Option<Substitution>,
    /// Build tags, with commas between.
    pub tags: String,
    /// What the linker is told.
    pub linker_flags: String,
    /// Whether the version can be given to the build.
    pub takes_version: bool,
    pub package: String,
    pub binary: String,
    /// The working folder of the program.
    pub run_folder: String,
    pub run_files: Vec<Vec<String>>,
    /// Folders that the program writes, absolute.
    pub made_folders: Vec<MadeFolder>,
    /// Files that must be there and may be empty, absolute.
    pub empty_files: Vec<MadeFolder>,
}
