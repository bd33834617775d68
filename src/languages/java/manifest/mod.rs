//! What the manifests of a module say, whatever tool reads them: a reader of Maven fills this model; one of Gradle would fill
//! the same.

pub mod maven;
pub mod pom;

use crate::evidence::{Evidence, Fact};

/// A module of the JVM with all that it inherits.
#[derive(Debug, Clone)]
pub struct JvmModule {
    /// The manifest, from the root of the repository.
    pub path: String,
    /// The folder, from the root of the repository.
    pub folder: String,
    /// The folder that is built from: that of the build's root.
    pub root: String,
    /// The artifact; empty where the manifest states none.
    pub artifact: String,
    /// The folder of the sources.
    pub sources: String,
    /// The folders of the modules of the repository that it depends on at run time, directly or through one another.
    pub siblings: Vec<String>,
    /// Whether it inherits from a module of the repository.
    pub is_submodule: bool,
    /// The dependencies that it states or inherits.
    pub dependencies: Vec<Dependency>,
    /// The dependencies that its siblings bring.
    pub brought: Vec<Dependency>,
    /// The plugins of its build by their names, its own and inherited.
    pub plugins: Vec<Fact<String>>,
    /// What it is packed as.
    pub archive: ArchiveType,
    /// The name of the artifact's file without its ending, as it is through releases.
    pub final_name: Option<Fact<String>>,
    /// The endings of the names of files that the build makes beside the artifact: `-tests`, `-jar-with-dependencies`.
    pub attached: Vec<String>,
    /// Options that the manifest gives to every JVM.
    pub jvm_options: Vec<String>,
    /// The properties of the manifest, those that count first.
    pub properties: Vec<(String, Fact<String>)>,
    /// Whether the build writes them among the resources.
    pub writes_properties: bool,
}

/// What a module is packed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveType {
    /// A jar, or what is none of the others.
    Jar,
    /// A web application archive.
    War,
}

impl ArchiveType {
    /// The ending of its name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Jar => "jar",
            Self::War => "war",
        }
    }
}

impl JvmModule {
    /// A plugin of the build, with its line.
    pub fn plugin(&self, name: &str) -> Option<&Evidence> {
        self.plugins.iter().find(|plugin| plugin.value == name).map(|plugin| &plugin.evidence)
    }

    /// A dependency: stated, inherited, or brought by a sibling.
    pub fn dependency(&self, wanted: impl Fn(&Dependency) -> bool) -> Option<&Dependency> {
        self.dependencies.iter().chain(&self.brought).find(|dependency| wanted(dependency))
    }
}

/// What names an artifact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coordinates {
    /// The group; empty where it is not said.
    pub group: String,
    /// The artifact.
    pub artifact: String,
}

/// A dependency.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// Group and artifact.
    pub coordinates: Coordinates,
    /// Version, where one is given.
    pub version: String,
    /// Type; `jar` where nothing is said.
    pub kind: String,
    /// Scope; empty where nothing is said.
    pub scope: String,
    /// The line.
    pub evidence: Evidence,
}

impl Dependency {
    /// The artifact.
    pub fn artifact(&self) -> &str {
        &self.coordinates.artifact
    }
}
