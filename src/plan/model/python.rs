//! The plan of an application of Python.

use serde::Serialize;

use crate::plan::{SourceEdit, Variable};

/// Files that are copied to one folder.
#[derive(Debug, Clone, Serialize)]
pub struct Copies {
    /// Paths in the build context.
    pub files: Vec<String>,
    /// The folder in the image, with a slash at its end.
    pub to: String,
}

/// How an application of Python is installed and what the final stage takes of it.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "fields of the template")]
pub struct Application {
    pub build_image: String,
    pub build_packages: Vec<String>,
    pub python: String,
    pub copies_interpreter: bool,
    pub installer: &'static str,
    pub tool: &'static [String],
    pub uv_image: String,
    pub inputs: Vec<Copies>,
    pub requirements: String,
    pub has_lock: bool,
    pub extras: Vec<String>,
    pub groups: Vec<String>,
    pub member: String,
    pub added: Vec<String>,
    pub installs_early: bool,
    pub exports_lock: bool,
    pub sources: Vec<Copies>,
    /// What has to be edited so that others than the container itself are heard.
    pub rebound: Option<SourceEdit>,
    pub project_folder: String,
    pub work_folder: String,
    pub base_stage: &'static str,
    pub environment_stage: &'static str,
    pub is_package: bool,
    pub is_editable: bool,
    pub builds_beside: bool,
    pub ships_source: bool,
    pub version_variables: Vec<String>,
    pub manage_folder: String,
    pub collect_static: bool,
    pub static_environment: Vec<Variable>,
    pub library_roots: Vec<String>,
    pub loaded_libraries: Vec<String>,
    pub present_libraries: Vec<String>,
    pub data_files: Vec<String>,
    pub requirements_files: Vec<String>,
    /// Expressions of `sed` that take requirements of other systems out.
    pub left_out: Vec<String>,
    /// Expressions of `sed` that lift pinned versions to the first that work on a maintained Python.
    pub lifted: Vec<String>,
    /// What packages are compiled with.
    pub build_constraints: Vec<String>,
    pub written_above: Vec<String>,
    pub writes_beside: bool,
    pub open_folders: Vec<String>,
    pub written_files: Vec<String>,
}
