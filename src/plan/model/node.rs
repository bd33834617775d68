//! The plan of an application of Node.js.

use serde::Serialize;

use crate::plan::{FrontEndStage, StageCopy, Substitution, Variable};

/// How an application of Node.js is built and what the final stage takes of it.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "fields of the template")]
pub struct Program {
    pub build_image: String,
    pub build_packages: Vec<String>,
    pub build_environment: Vec<Variable>,

    pub manager_install: String,
    pub manifests: Vec<Vec<String>>,
    pub dropped_scripts: Vec<String>,
    pub layer: String,
    pub install: String,
    pub is_frozen: bool,
    pub cache_id: String,
    pub cache: String,
    pub token: String,
    /// What has to be edited so that others than the container itself are heard.
    pub listen_edit: Option<Substitution>,
    pub after_sources: Vec<String>,
    /// Variables that a bundler puts into pages: arguments of the build.
    pub build_arguments: Vec<String>,
    pub build: Vec<Vec<String>>,
    pub prune: String,
    pub library_roots: Vec<String>,
    pub loaded_libraries: Vec<String>,
    pub present_libraries: Vec<String>,
    pub copies: Vec<Vec<String>>,
    pub written: Vec<String>,
    pub emptied: Vec<String>,
    pub work_folder: String,
    /// Where the packages are installed: the folder of the lock file.
    pub root_folder: String,
    pub server_image: String,
    /// The stages that build the pages of other packages, and what is taken from each.
    pub front_ends: Vec<FrontEndStage>,
    pub served_front_ends: Vec<StageCopy>,
}
