//! `dockgen test`: builds an image, starts it, and sees that it works. It starts the programs of a
//! container engine.

mod answer;
mod check;
mod checks;
mod comparison;
mod contents;
mod engine;
mod form;
mod instance;
mod layers;
mod libraries;
mod page;
mod progress;
mod services;
mod settings;
mod subject;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

pub use check::{Check, Verdict, checks_page};
pub use checks::CHECKS;
pub use comparison::{Comparison, Side, compare};
pub use engine::{Build, Engine};
pub use form::{junit, sarif};
pub use page::page;
pub use progress::{Progress, Stage};
pub use services::Services;
pub use settings::TestSettings;

use crate::container::layers::Layer;
use crate::container::subject::Subject;
use crate::error::Result;

/// How many folders of a layer are told.
const LARGEST_FOLDERS: usize = 3;

/// What is tested, and how.
#[derive(Debug, Clone)]
pub struct Trial {
    /// An image that is there already; otherwise one is built.
    pub image: Option<String>,
    /// The build context.
    pub context: PathBuf,
    /// The Dockerfile.
    pub dockerfile: PathBuf,
    /// The port that must answer; otherwise the first that the image exposes.
    pub port: Option<u16>,
    /// The HTTP path that must answer; otherwise the port has to accept a connection.
    pub path: Option<String>,
    /// The HTTP status that is wanted; otherwise any of 2xx or 3xx.
    pub status: Option<u16>,
    /// Whether the health service of gRPC must answer.
    pub is_grpc: bool,
    /// A text that the answer must hold, or what is printed where there is no port.
    pub expected: Option<String>,
    /// What the application is given on its command line.
    pub arguments: Vec<String>,
    /// More options of `docker run`: variables and files of variables.
    pub options: Vec<String>,
    /// The network of the engine that a container is in; its usual one where none is named.
    pub network: Option<String>,
    /// How long the application may take until it answers.
    pub patience: Duration,
    /// How long it may take to end after SIGTERM.
    pub stop: Duration,
    /// How long the build may take.
    pub build: Duration,
    /// The memory that a container may have, in megabytes.
    pub memory: u64,
    /// The largest size of the image, in bytes.
    pub largest: Option<u64>,
    /// The report of an earlier run.
    pub last: Option<Value>,
    /// The names of the checks that are left out.
    pub skipped: Vec<String>,
    /// Whether the image is built twice.
    pub is_twice: bool,
    /// The time that is given to its builds in place of their own, in seconds since 1970.
    pub epoch: Option<u64>,
    /// The image of the second build.
    again: Option<String>,
}

/// What a layer of an image holds.
#[derive(Debug, Clone, Serialize)]
pub struct LayerSize {
    /// The bytes of its files.
    pub size: u64,
    /// The folders that hold most of it, the largest first.
    pub largest: Vec<FolderSize>,
}

/// A folder of a layer.
#[derive(Debug, Clone, Serialize)]
pub struct FolderSize {
    /// The first two parts of its path.
    pub folder: String,
    /// The bytes of its files.
    pub size: u64,
}

/// A check and its verdict.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The name of the check.
    pub check: &'static str,
    /// What it came to.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// All checks of one image.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The image.
    pub image: String,
    /// The engine's program.
    pub engine: String,
    /// The size of the image, in bytes.
    pub size: u64,
    /// How many files it has.
    pub files: u64,
    /// How long the build took, in seconds; nothing where none was made.
    pub build_seconds: Option<f64>,
    /// How long it took from the start to the first answer, in seconds; nothing where there was none.
    pub start_seconds: Option<f64>,
    /// Its layers, the lowest first.
    pub layers: Vec<LayerSize>,
    /// The checks, in the order in which they were made.
    pub checks: Vec<Outcome>,
}

impl Trial {
    /// A trial of what a Dockerfile makes of a build context, with what is usual.
    pub fn new(context: &Path, dockerfile: PathBuf) -> Self {
        Self {
            image: None,
            context: context.to_owned(),
            dockerfile,
            port: None,
            path: None,
            status: None,
            is_grpc: false,
            expected: None,
            arguments: Vec::new(),
            options: Vec::new(),
            network: None,
            patience: Duration::from_mins(1),
            stop: Duration::from_secs(3),
            build: Duration::from_hours(1),
            memory: 2048,
            largest: None,
            last: None,
            skipped: Vec::new(),
            is_twice: false,
            epoch: None,
            again: None,
        }
    }

    /// The build of it, under a name; `is_fresh` where nothing is taken from an earlier one.
    ///
    /// # Errors
    /// As [`Engine::build`].
    fn build(
        &self,
        engine: &Engine,
        image: &str,
        is_fresh: bool,
        watch: &mut dyn FnMut(&Progress),
    ) -> Result<Duration> {
        let started = Instant::now();
        let (dockerfile, context) = (self.dockerfile.to_string_lossy(), self.context.to_string_lossy());
        let build = Build {
            image,
            dockerfile: &dockerfile,
            context: &context,
            is_fresh,
            epoch: self.epoch,
            patience: self.build,
        };
        engine.build(&build, watch)?;
        Ok(started.elapsed())
    }
}

impl Report {
    /// Whether nothing failed.
    pub fn is_passed(&self) -> bool {
        self.failed().next().is_none()
    }

    /// What failed.
    pub fn failed(&self) -> impl Iterator<Item = &Outcome> {
        self.checks.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Failed(_)))
    }
}

/// Builds the image where none is named, starts it, and makes all checks. What it makes is removed again; `watch` is told how
/// far a build is.
///
/// # Errors
/// When the engine fails, or the image does not build.
pub fn test(engine: &Engine, trial: &Trial, watch: &mut dyn FnMut(&Progress)) -> Result<Report> {
    engine.sweep();
    let outcome = build_and_look(engine, trial, watch);
    engine.clean_up();
    outcome
}

fn build_and_look(engine: &Engine, trial: &Trial, watch: &mut dyn FnMut(&Progress)) -> Result<Report> {
    let name = |number: u32| format!("dockgen-test-{}-{number}", std::process::id());
    let Some(image) = &trial.image else {
        let took = trial.build(engine, &name(1), trial.is_twice, watch)?;
        let mut trial = trial.clone();
        if trial.is_twice {
            trial.build(engine, &name(2), true, watch)?;
            trial.again = Some(name(2));
        }
        return look(engine, &trial, &name(1), Some(took));
    };
    look(engine, trial, image, None)
}

/// Makes all checks of an image.
fn look(engine: &Engine, trial: &Trial, image: &str, built: Option<Duration>) -> Result<Report> {
    let mut subject = Subject::new(engine, trial, image)?;
    let mut checks = Vec::new();
    for check in CHECKS {
        let is_skipped = trial.skipped.iter().any(|name| name == check.name);
        let verdict = if is_skipped { Verdict::Skipped("it is left out".into()) } else { (check.look)(&mut subject)? };
        checks.push(Outcome { check: check.name, verdict });
    }
    let first_answer = subject.instance.as_ref().and_then(|instance| instance.first_answer);
    Ok(Report {
        image: image.to_owned(),
        engine: engine.name().to_owned(),
        size: subject.size()?,
        files: subject.contents.files,
        build_seconds: built.map(|took| took.as_secs_f64()),
        start_seconds: first_answer.map(|took| took.as_secs_f64()),
        layers: subject.layers()?.layers.iter().map(layer_size).collect(),
        checks,
    })
}

fn layer_size(layer: &Layer) -> LayerSize {
    let folders = layer.folders.iter().map(|(folder, size)| FolderSize { folder: folder.clone(), size: *size });
    let mut largest: Vec<FolderSize> = folders.collect();
    largest.sort_by_key(|it| std::cmp::Reverse(it.size));
    largest.truncate(LARGEST_FOLDERS);
    LayerSize { size: layer.size, largest }
}
