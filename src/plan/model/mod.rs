//! The build plan, as types: what is built, on what, and what runs. Order and comments belong to the templates.

pub mod go;
pub mod java;
pub mod node;
pub mod python;
pub mod rust;

mod script;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use script::{Assignment, Command, Mount, Script, Word};

use crate::analysis::SourceEdit;
use crate::analysis::migrations::Migrations;
use crate::catalog::{Family, Runtime};
use crate::evidence::Warning;
use crate::plan::ImageOptions;
use crate::text::is_variable;

/// All that the templates need, and what to tell the user beside.
#[derive(Debug, Clone, Serialize)]
pub struct BuildPlan {
    /// How the application is built: the fields of one template.
    pub recipe: Recipe,
    /// What runs.
    pub last: FinalStage,
    /// What the build context leaves out, beside what it always leaves out.
    pub ignore: Vec<IgnoreSection>,
    /// What the Dockerfile can't show.
    pub warnings: Vec<Warning>,
    /// How the tables of its database are made, where the start does not.
    #[serde(skip)]
    pub migrations: Option<Migrations>,
    /// What is wanted of it beside, in whatever language it is.
    pub options: ImageOptions,
}

impl BuildPlan {
    /// A plan that leaves out nothing of its own and has nothing to tell.
    pub fn new(recipe: Recipe, last: FinalStage) -> Self {
        let (ignore, warnings, options) = (Vec::new(), Vec::new(), ImageOptions::default());
        Self { recipe, last, ignore, warnings, migrations: None, options }
    }

    /// The fields of the recipe and of the final stage, as the templates see them: flat, in the order of the types.
    pub fn fields(&self) -> Map<String, Value> {
        let values = [serde_json::to_value(&self.last), serde_json::to_value(&self.recipe)];
        let objects = values.into_iter().filter_map(|value| match value {
            Ok(Value::Object(fields)) => Some(fields),
            _ => None,
        });
        objects.flatten().collect()
    }
}

/// How an application is built: one variant for each template.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Recipe {
    /// A Go program that is linked to C libraries.
    GoCgo(go::Program),
    /// A Go program that needs nothing beside itself.
    GoStatic(go::Program),
    /// One jar.
    JavaJar(java::Jar),
    /// A jar of Spring Boot, taken apart into layers by its own tools.
    JavaLayers(java::Layers),
    /// The folder that Quarkus makes.
    JavaQuarkus(java::Artifact),
    /// A WAR, and the container of servlets that runs it.
    JavaWar(java::War),
    /// A server or tool that Bun runs.
    NodeBun(node::Server),
    /// A server or tool that Node.js runs, whose dependencies are a layer of their own.
    NodeLayered(node::LayeredServer),
    /// A server or tool that Node.js runs as it lies in the repository.
    NodePlain(node::PlainServer),
    /// A server or tool that Node.js runs.
    NodeServer(node::Server),
    /// Pages, and the server of files that serves them.
    NodeSite(node::Site),
    /// An application of Python whose dependencies stand in the lock file of Poetry, PDM or Pipenv.
    PythonLockFile(python::LockFile),
    /// An application of Python whose dependencies stand in its `pyproject.toml` or `setup.py`.
    PythonMetadata(python::Metadata),
    /// An application of Python that needs the standard library only.
    PythonPlain(python::Application),
    /// An application of Python whose dependencies stand in requirements files.
    PythonRequirements(python::Requirements),
    /// An application of Python that uv installs.
    PythonUv(python::Uv),
    /// A program of a Cargo package, whose dependencies are in the builder's caches.
    RustCached(rust::Program),
    /// A program of a Cargo package, whose dependencies are a layer.
    RustLayered(rust::LayeredProgram),
}

impl Recipe {
    /// The template below `templates/`, without its ending.
    pub fn template(&self) -> &'static str {
        match self {
            Self::GoCgo(_) => "go/cgo",
            Self::GoStatic(_) => "go/static",
            Self::JavaJar(_) => "java/jar",
            Self::JavaLayers(_) => "java/layers",
            Self::JavaQuarkus(_) => "java/quarkus",
            Self::JavaWar(_) => "java/war",
            Self::NodeBun(_) => "node/bun",
            Self::NodeLayered(_) => "node/layered",
            Self::NodePlain(_) => "node/plain",
            Self::NodeServer(_) => "node/server",
            Self::NodeSite(_) => "node/site",
            Self::PythonLockFile(_) => "python/lock_file",
            Self::PythonMetadata(_) => "python/metadata",
            Self::PythonPlain(_) => "python/plain",
            Self::PythonRequirements(_) => "python/requirements",
            Self::PythonUv(_) => "python/uv",
            Self::RustCached(_) => "rust/cached",
            Self::RustLayered(_) => "rust/layered",
        }
    }
}

/// The last stage: what runs.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FinalStage {
    /// The reference of the runtime image.
    pub runtime_image: String,
    /// The user that it runs as, by number.
    pub user: u32,
    /// That user and its group, by number: `65532:65532`.
    pub owner: String,
    /// What the image calls that user.
    pub user_name: String,
    /// Whether the stage has to make the user.
    pub makes_user: bool,
    /// Debian packages that the stage installs; none where the image has no package manager.
    pub runtime_packages: Vec<String>,
    /// Whether the image has a shell and a package manager.
    pub has_shell: bool,
    /// Where Java looks for the authorities that it trusts; nothing where there is no Java.
    #[serde(skip)]
    pub trust_stores: Option<TrustStores>,
    /// Environment variables, in order.
    pub environment: Vec<Variable>,
    /// The port that it listens on.
    pub port: Option<u16>,
    /// Whether it is a tool, which people call and which ends by itself, as far as its source says so.
    #[serde(skip)]
    pub is_tool: bool,
    /// Absolute folders that the application writes: made in the build with the right owner, and declared as volumes.
    pub writable: Vec<String>,
    /// The whole ENTRYPOINT; empty where the image's own serves.
    pub entrypoint: Vec<String>,
    /// The CMD: arguments for the entrypoint; empty where there are none.
    pub command: Vec<String>,
    /// The command of the HEALTHCHECK in exec form; empty where nothing is known to ask.
    pub health_check: Vec<String>,
}

impl FinalStage {
    /// A final stage on an image of a runtime family, with nothing in it yet.
    pub fn new(runtime: &Runtime) -> Self {
        let Family { user, group, user_name, has_shell, .. } = runtime.family();
        let (user, group) = runtime.user.map_or((*user, *group), |user| (user, user));
        Self {
            runtime_image: runtime.reference.clone(),
            user,
            owner: format!("{user}:{group}"),
            user_name: runtime.user_name.as_ref().unwrap_or(user_name).clone(),
            makes_user: runtime.makes_user,
            runtime_packages: runtime.packages.clone(),
            has_shell: *has_shell,
            ..Self::default()
        }
    }
}

/// Where Java looks for the authorities that it trusts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TrustStores {
    /// That of the build.
    pub build: String,
    /// That of the image.
    pub run: String,
    /// The variable by which the image's is named to every JVM.
    pub options: String,
}

/// An environment variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, unquoted.
    pub value: String,
}

impl Variable {
    /// A variable.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }

    /// Whether a text can be the name of a variable: a letter or `_`, then letters, digits and `_`, all of ASCII.
    pub fn is_name(text: &str) -> bool {
        is_variable(text)
    }
}

/// A COPY: paths and the folder that they go to, which ends with a slash where there are several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copy {
    /// What is copied: paths in the build context or in another stage.
    pub sources: Vec<String>,
    /// Where it goes, absolute or from the working folder.
    pub target: String,
}

impl Copy {
    /// A copy of one file or folder.
    pub fn new(source: impl Into<String>, target: impl Into<String>) -> Self {
        Self { sources: vec![source.into()], target: target.into() }
    }
}

/// A copy from a stage of its own, such as the one that builds a front end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageCopy {
    /// The stage.
    pub stage: String,
    /// What is copied, absolute in that stage.
    pub from: String,
    /// Where it goes, absolute.
    pub to: String,
}

/// The stage that builds a front end; its paths are ready for use.
#[derive(Debug, Clone, Serialize)]
pub struct FrontEndStage {
    /// The name of the stage.
    pub stage: String,
    /// The builder's image.
    pub image: String,
    /// The working folder, absolute.
    pub work_folder: String,
    /// Debian packages for the install and the build.
    pub packages: Vec<String>,
    /// The environment of the build.
    pub environment: Vec<Variable>,
    /// Makes the package manager ready; none where the image has it.
    pub manager: Option<Script>,
    /// What the install reads.
    pub manifests: Vec<Copy>,
    /// Takes scripts away that only a developer needs.
    pub manifest_edit: Option<Script>,
    /// Names npm's own registry where one that has ended is named.
    pub registry_edit: Option<Script>,
    /// Installs the dependencies.
    pub install: Script,
    /// What the build reads; none where the installed packages themselves are wanted.
    pub source: Option<Copy>,
    /// Builds it.
    pub build: Option<Script>,
    /// The folder that the build fills, absolute.
    pub output: String,
    /// The folder in which the program looks for it, absolute in the build stage.
    pub wanted: String,
}

/// What the stage of a front end is called, by its position.
pub fn front_end_stage_name(index: usize) -> String {
    if index == 0 { "front-end".into() } else { format!("front-end-{}", index + 1) }
}

impl FrontEndStage {
    /// What is taken from it to where the program looks.
    pub fn served(&self) -> StageCopy {
        StageCopy { stage: self.stage.clone(), from: self.output.clone(), to: self.wanted.clone() }
    }
}

/// A text of a file that the build replaces; it fails where the file does not hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Substitution {
    /// The file, absolute in the build stage or from its working folder.
    pub file: String,
    /// The text, within a line.
    pub from: String,
    /// What takes its place.
    pub to: String,
}

impl Substitution {
    /// A change of the source, in the build.
    pub fn new(edit: &SourceEdit, file: impl Into<String>) -> Self {
        let file = file.into();
        // a name that starts with a dash would be an option
        let file = if file.starts_with('-') { format!("./{file}") } else { file };
        Self { file, from: edit.from.clone(), to: edit.to.clone() }
    }
}

/// Patterns for `.dockerignore` that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IgnoreSection {
    /// Why they are left out, as a heading.
    pub comment: String,
    /// The patterns by Docker's rules, in order; one that starts with `!` takes files in again.
    pub patterns: Vec<String>,
}

impl IgnoreSection {
    /// Patterns with their heading.
    pub fn new<P: Into<String>>(comment: impl Into<String>, patterns: impl IntoIterator<Item = P>) -> Self {
        Self { comment: comment.into(), patterns: patterns.into_iter().map(Into::into).collect() }
    }
}
