//! The plans of artifacts of Maven.

use serde::Serialize;

use crate::catalog::CopiedFolder;
use crate::plan::{Copy, Script, Substitution};

/// What the recipes of all packagings have in common.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Artifact {
    /// The image that builds: a JDK and Maven.
    pub build_image: String,
    /// The command of jlink; none where the runtime image has a JRE.
    pub jlink: Option<Vec<String>>,
    /// Where the runtime comes from, where the image that runs has none of the line.
    pub copied_runtime: Option<CopiedFolder>,
    /// The version that the toolchains of the POM ask for, which the image's JDK is given out for.
    pub toolchain: Option<String>,
    /// What is fetched before the source is there; none where a cache of the builder keeps the dependencies.
    pub fetch: Option<Fetch>,
    /// The change of the source that lets others than the container itself be heard.
    pub listen_edit: Option<Substitution>,
    /// Builds the artifact.
    pub build: Script,
    /// Runs the tests, in a stage of their own.
    pub test: Option<Script>,
    /// The folder that the build fills, absolute.
    pub output: String,
    /// Files that the application comes with and writes, put among the folders that it writes.
    pub kept_files: Vec<Copy>,
    /// Makes the files that have to be there and hold nothing.
    pub empty_files: Script,
    /// What the application reads beside its artifact, from the build stage.
    pub files: Vec<Copy>,
    /// The archive of loaded classes that the application is started with.
    pub archive: Option<Archive>,
}

/// What is fetched into a layer that a change of the source leaves alone.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Fetch {
    /// What Maven reads before any source.
    pub manifests: Vec<Copy>,
    /// Fetches what those name.
    pub script: Script,
}

/// An archive of loaded classes, made by a run of the application in the build.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Archive {
    /// Its file.
    pub file: &'static str,
    /// How long the run may take, in seconds.
    pub seconds: u32,
    /// The run: `java` and its arguments.
    pub run: Vec<String>,
}

/// The one file that a build makes, among others of the same folder.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ArtifactFile {
    /// Its name, with `*` for what changes with each release.
    pub name: String,
    /// Names of other files that this name could mean too.
    pub others: Vec<String>,
    /// Where it is put, absolute: under a name that no release changes.
    pub target: String,
    /// What is done with it there.
    pub unpack: Script,
}

/// A jar that is started as it is, or beside its dependencies.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Jar {
    /// What all recipes have.
    #[serde(flatten)]
    pub artifact: Artifact,
    /// The jar.
    pub file: ArtifactFile,
    /// Whether its dependencies lie beside it.
    pub has_libraries: bool,
}

/// A jar of Spring Boot, taken apart into layers.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Layers {
    /// What all recipes have.
    #[serde(flatten)]
    pub artifact: Artifact,
    /// The jar.
    pub file: ArtifactFile,
}

/// A WAR and the server that runs it.
#[derive(Debug, Clone, Serialize)]
pub struct War {
    /// What all recipes have.
    #[serde(flatten)]
    pub artifact: Artifact,
    /// The WAR.
    pub file: ArtifactFile,
    /// The server.
    pub server: WarServer,
}

/// What runs a WAR.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarServer {
    /// Tomcat, embedded.
    Tomcat {
        /// Its version.
        version: String,
        /// Libraries of it that make pools of connections.
        pools: Vec<&'static str>,
        /// Their versions, as Maven takes a range: not each release has them all.
        pool_versions: String,
    },
    /// One executable jar, which is given the WAR.
    Executable {
        /// Its group, artifact and version.
        artifact: String,
        /// Its file, as Maven copies it.
        file: String,
    },
}
