//! The plan of a program of a Cargo package.

use serde::Serialize;

use crate::plan::{FrontEndStage, SourceEdit, Variable};

/// How a program of a Cargo package is built and what the final stage takes of it.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "fields of the template")]
pub struct Program {
    pub build_image: String,
    pub build_packages: Vec<String>,
    pub build_environment: Vec<Variable>,
    /// The folder of the workspace in the build stage.
    pub build_folder: String,
    /// The folder that Cargo builds in.
    pub target_folder: String,
    pub cache_id: String,
    /// Whether cargo-chef makes a layer of the dependencies.
    pub is_cooked: bool,
    /// What cargo-chef is told beyond the recipe.
    pub cook: Vec<String>,
    /// Whether a registry may want credentials.
    pub has_registry: bool,
    pub front_ends: Vec<FrontEndStage>,
    /// What has to be edited so that others than the container itself are heard.
    pub rebound: Option<SourceEdit>,
    /// The database that queries are checked against; empty where none is.
    pub database: &'static str,
    /// The folder of its migrations, absolute.
    pub migrations: String,
    pub updates: Vec<String>,
    pub build: Vec<String>,
    pub binary: String,
    pub is_static: bool,
    /// Whether the target is named, so that its folder is one deeper.
    pub names_target: bool,
    pub tini: String,
    pub program: String,
    /// From the build stage, and where to.
    pub files: Vec<Vec<String>>,
    pub has_tini: bool,
    pub owns_folder: bool,
}
