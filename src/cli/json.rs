//! What `--json` prints: one object in every outcome, as `docs/schema/` describes it.

use serde::Serialize;
use serde_json::Value;

use crate::check::Finding;
use crate::cli::bundle::Bundle;
use crate::cli::outcome::Outcome;
use crate::error::{Error, Result};
use crate::evidence::Warning;
use crate::output::{Action, Change};
use crate::path::relative_to;
use crate::plan::{Answers, App, Detection, NamedFact};

/// The version of the objects: a field that goes away or means something else makes it the next one.
pub const VERSION: u32 = 1;

/// An error.
#[derive(Debug, Serialize)]
pub struct Failure {
    /// The kind of error, in a word.
    kind: &'static str,
    /// What failed and where.
    message: String,
    /// What to do about it.
    hint: Option<String>,
    /// The exit status.
    status: u8,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self { kind: error.kind(), message: error.to_string(), hint: error.hint(), status: error.exit_code() }
    }
}

/// The object of an error without anything else.
#[derive(Debug, Serialize)]
pub struct Failed {
    version: u32,
    error: Failure,
}

impl From<&Error> for Failed {
    fn from(error: &Error) -> Self {
        Self { version: VERSION, error: error.into() }
    }
}

/// Any of these as JSON.
///
/// # Errors
/// [`Error::Defect`] where it can't be JSON, which none is.
pub fn value(object: &impl Serialize) -> Result<Value> {
    serde_json::to_value(object).map_err(|error| Error::Defect(error.to_string()))
}

/// What `init` and `update` print: the fields of the one application, or with `--all` a list.
#[derive(Debug, Serialize)]
pub struct Made<'a> {
    version: u32,
    #[serde(flatten)]
    application: Option<MadeApplication<'a>>,
    /// With `--all`: one for each application.
    #[serde(skip_serializing_if = "Option::is_none")]
    applications: Option<Vec<MadeApplication<'a>>>,
    /// What happens to the files that hold several images together: docker-bake.hcl, compose.yaml.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    shared_files: Vec<MadeFile>,
    /// Why the status is not 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
}

/// An application with what was made for it; paths are relative to the folder that the user named.
#[derive(Debug, Serialize)]
struct MadeApplication<'a> {
    app: Named<'a>,
    /// The folder for `docker build`.
    build_context: String,
    /// The Dockerfile.
    dockerfile: String,
    /// What happens to each file.
    files: Vec<MadeFile>,
    /// What its files say.
    facts: &'a [NamedFact],
    /// The answers by their keys, each with where it came from.
    answers: &'a Answers,
    /// The answers that are others than when the files were written last.
    changed_answers: Vec<ChangedAnswer<'a>>,
    /// What the self-check says.
    findings: &'a [Finding],
    /// What the Dockerfile can't show.
    warnings: &'a [Warning],
}

/// Which application it is.
#[derive(Debug, Serialize)]
struct Named<'a> {
    name: &'a str,
    language: &'a str,
    /// What it is, in a word or three: "Express server".
    shape: &'a str,
    folder: String,
}

/// What happens to a file.
#[derive(Debug, Serialize)]
struct MadeFile {
    path: String,
    action: Action,
    /// Whether an instruction or a pattern changes.
    stale: bool,
    /// Places that a merge could not decide.
    conflicts: usize,
}

/// An answer that is another one than last time.
#[derive(Debug, Serialize)]
struct ChangedAnswer<'a> {
    key: &'a str,
    before: &'a str,
    now: &'a str,
}

impl MadeFile {
    fn new(change: &Change, folder: &str) -> Self {
        Self {
            path: relative_to(&change.artifact.path, folder),
            action: change.action,
            stale: change.is_stale(),
            conflicts: change.conflicts,
        }
    }
}

impl<'a> Made<'a> {
    /// The object of a run.
    pub fn new(outcomes: &'a [Outcome], bundle: Option<&Bundle>, is_all: bool, error: Option<&Error>) -> Self {
        let (mut application, mut applications) = (None, None);
        match outcomes {
            [outcome] if !is_all => application = Some(MadeApplication::new(outcome)),
            _ if is_all => applications = Some(outcomes.iter().map(MadeApplication::new).collect()),
            _ => {}
        }
        let folder = outcomes.first().map_or("", |outcome| &outcome.folder);
        let shared = bundle.into_iter().flat_map(|bundle| &bundle.changes);
        let shared_files = shared.map(|change| MadeFile::new(change, folder)).collect();
        Self { version: VERSION, application, applications, shared_files, error: error.map(Failure::from) }
    }
}

impl<'a> MadeApplication<'a> {
    fn new(outcome: &'a Outcome) -> Self {
        let app = outcome.app();
        let shown = |path: &str| relative_to(path, &outcome.folder);
        let changed = outcome.other_answers().into_iter();
        Self {
            app: Named { name: &outcome.name, language: app.language, shape: &app.shape, folder: shown(&app.folder) },
            build_context: shown(&outcome.artifacts.context),
            dockerfile: shown(&outcome.artifacts.dockerfile.path),
            files: outcome.changes.iter().map(|change| MadeFile::new(change, &outcome.folder)).collect(),
            facts: &app.facts,
            answers: &outcome.answers,
            changed_answers: changed.map(|(key, before, now)| ChangedAnswer { key, before, now }).collect(),
            findings: &outcome.findings,
            warnings: &outcome.plan.warnings,
        }
    }
}

/// What `detect` prints.
#[derive(Debug, Serialize)]
pub struct Detected<'a> {
    version: u32,
    /// Every application, by folder and language.
    applications: Vec<&'a App>,
    /// What looks like an application and can't be made an image of.
    problems: Vec<Problem<'a>>,
    /// Why the status is not 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
}

/// What looks like an application and can't be made an image of.
#[derive(Debug, Serialize)]
struct Problem<'a> {
    folder: &'a str,
    message: String,
    hint: Option<String>,
}

impl<'a> Detected<'a> {
    /// The object of a detection.
    pub fn new(detection: &'a Detection, error: Option<&Error>) -> Self {
        let problem =
            |(folder, error): &'a (String, Error)| Problem { folder, message: error.to_string(), hint: error.hint() };
        Self {
            version: VERSION,
            applications: detection.applications.iter().map(|application| application.app()).collect(),
            problems: detection.problems.iter().map(problem).collect(),
            error: error.map(Failure::from),
        }
    }
}

/// What `test` prints.
#[derive(Debug, Serialize)]
pub struct Tested<'a> {
    version: u32,
    #[serde(flatten)]
    report: &'a crate::container::Report,
}

impl<'a> Tested<'a> {
    /// The object of a report.
    pub fn new(report: &'a crate::container::Report) -> Self {
        Self { version: VERSION, report }
    }
}

/// What `dockgen test --against` prints.
#[derive(Debug, Serialize)]
pub struct Compared<'a> {
    version: u32,
    #[serde(flatten)]
    comparison: &'a crate::container::Comparison,
}

impl<'a> Compared<'a> {
    /// The object of a comparison.
    pub fn new(comparison: &'a crate::container::Comparison) -> Self {
        Self { version: VERSION, comparison }
    }
}
