//! The plan of a program of a Cargo package.

use serde::Serialize;

use crate::plan::{Copy, FrontEndStage, Script, Substitution, Variable};

/// How a program is built with the builder's caches, and what the final stage takes of it.
#[derive(Debug, Clone, Serialize)]
pub struct Program {
    /// The image that compiles.
    pub build_image: String,
    /// The image that the program which asks for the health is compiled on; none where nothing is to be asked.
    pub health_image: Option<String>,
    /// The working folder of the build, which is the workspace's, absolute.
    pub work_folder: String,
    /// The environment of the build.
    pub build_environment: Vec<Variable>,
    /// Variables that the compiler puts into the program: the build must be given them.
    pub build_arguments: Vec<String>,
    /// Debian packages that the build needs.
    pub build_packages: Vec<String>,
    /// The front ends whose output is compiled in or served.
    pub front_ends: Vec<FrontEndStage>,
    /// The change of the source that lets others than the container itself be heard.
    pub listen_edit: Option<Substitution>,
    /// Compiles the program and copies it to `program`.
    pub compile: Script,
    /// Whether that updates locked versions which no maintained Rust compiles.
    pub has_updates: bool,
    /// Whether that makes a database for the queries which are checked against one.
    pub has_database: bool,
    /// Where the program has its shared libraries from.
    pub libraries: Libraries,
    /// Makes the folders that the application writes, and an empty one for its own; without commands where it writes nothing.
    pub folders: Script,
    /// Makes the files that have to be there and hold nothing.
    pub empty_files: Script,
    /// The program, absolute in the image.
    pub program: String,
    /// What the program reads beside itself, from the build stage.
    pub files: Vec<Copy>,
    /// The init that hands on signals, absolute in the build stage and in the image; none for what no one stops.
    pub init: Option<String>,
    /// Whether the working folder belongs to the application.
    pub owns_folder: bool,
}

/// How a program is built with a layer of its dependencies.
#[derive(Debug, Clone, Serialize)]
pub struct LayeredProgram {
    /// All the rest.
    #[serde(flatten)]
    pub program: Program,
    /// Compiles the dependencies by the recipe of cargo-chef.
    pub cook: Script,
}

/// Where a program has its shared libraries from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Libraries {
    /// The runtime image has those of every program in Rust, and no crate links another one.
    Image,
    /// The build collects those that the runtime image lacks.
    Collected,
    /// It has none: it is linked statically.
    Static,
}
