//! The plan of an artifact of Maven.

use serde::Serialize;

use crate::plan::Substitution;

/// How an artifact of Maven is built and what the final stage takes of it.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(missing_docs, reason = "fields of the template")]
pub struct Artifact {
    pub build_image: String,
    pub build: Vec<Vec<String>>,
    pub module_folder: String,
    pub artifact: String,
    pub other_artifacts: Vec<String>,
    pub artifact_ending: String,
    pub layers: &'static str,
    pub tomcat: String,
    pub container_artifact: String,
    pub container_file: String,
    pub has_libraries: bool,
    pub extra_files: Vec<[String; 2]>,
    pub archive: String,
    pub training: Vec<String>,
    pub jlink: Vec<String>,
    pub has_settings: bool,
    pub test: Vec<String>,
    pub toolchain: String,
    pub poms: Vec<[String; 2]>,
    pub listen_edit: Option<Substitution>,
    pub fetch: Vec<String>,
}
