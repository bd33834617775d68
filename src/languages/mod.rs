//! The languages that dockgen knows: each one folder here, one in `templates/`, and its examples.

mod facts;
mod front_end;
mod front_end_stage;
mod go;
mod java;
mod members;
mod node;
mod python;
mod rebound;
mod rust;
mod services;
mod settings_file;
pub mod source;
mod unsupported;

use serde::Serialize;

pub use facts::{Evidence, Fact, Warning};

use crate::error::{Error, Result};
use crate::plan::{Answers, BuildPlan, Question};
use crate::repo::Repo;

/// Every language, in the order of their names.
pub const LANGUAGES: &[&dyn Language] = &[&go::Go, &java::Java, &node::Node, &python::Python, &rust::Rust];

/// A language: how its applications are recognised.
///
/// There are no default methods, so an unfinished language does not compile.
pub trait Language: Sync {
    /// The name in flags, folders and JSON: lower case, one word.
    fn name(&self) -> &'static str;

    /// The name as people write it.
    fn title(&self) -> &'static str;

    /// Finds every application of this language in the repository.
    fn detect(&self, repo: &Repo) -> Detection;
}

/// What a language found in a repository.
#[derive(Default)]
pub struct Detection {
    /// What can be made an image of.
    pub applications: Vec<Box<dyn Application>>,
    /// What looks like an application and can't be made an image of, each with the folder it is in: broken manifests,
    /// libraries, unsupported tools. Shown when nothing else is found there.
    pub problems: Vec<(String, Error)>,
}

/// One application of a repository, with all that its files say about it.
pub trait Application {
    /// Its language, name, folders and facts.
    fn app(&self) -> &App;

    /// The questions that are open for it, given the answers so far. Called again after each answer, so a question may
    /// depend on the ones before it; a question that is answered already must be in the list still.
    ///
    /// # Errors
    /// When an answer can't be accepted, or the files contradict themselves.
    fn questions(&self, answers: &Answers) -> Result<Vec<Question>>;

    /// The build plan for these answers; every question is answered.
    ///
    /// # Errors
    /// When these answers make no image that would work.
    fn plan(&self, answers: &Answers) -> Result<BuildPlan>;
}

/// How sure it is that an application is meant to run on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It serves, or does a job: what an image is made for.
    Application,
    /// It could run, but more likely helps another: the assets of a web application, a development tool, an example.
    Auxiliary,
}

/// What is known of an application before any question is asked.
#[derive(Debug, Clone, Serialize)]
pub struct App {
    /// The language's name.
    pub language: &'static str,
    /// Its name: from the manifest, else the folder's.
    pub name: String,
    /// Its folder, from the root of the repository; empty for the root itself.
    pub folder: String,
    /// The folder that `docker build` is given: its own or one above, from the root of the repository.
    pub context: String,
    /// Whether it is meant to run on its own.
    pub role: Role,
    /// What it is, in a word or three, as people of the language say it: "Express server", "command-line tool".
    pub shape: String,
    /// What its files say, for people and for JSON.
    pub facts: Vec<NamedFact>,
}

impl App {
    /// Adds a fact to show.
    pub fn note(&mut self, name: &'static str, fact: &Fact<impl ToString>) {
        let value = fact.value.to_string();
        self.facts.push(NamedFact { name, value, evidence: fact.evidence.clone() });
    }
}

/// A fact by name, as shown to people and in JSON.
#[derive(Debug, Clone, Serialize)]
pub struct NamedFact {
    /// What it is about: "version", "framework", "port".
    pub name: &'static str,
    /// What is stated.
    pub value: String,
    /// Where.
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// Every application in the repository, and what could have been one, over all languages.
pub fn detect(repo: &Repo) -> Detection {
    let mut all = Detection::default();
    for language in LANGUAGES {
        let found = language.detect(repo);
        all.applications.extend(found.applications);
        all.problems.extend(found.problems);
    }
    all.problems.extend(unsupported::found(repo));
    all.applications.sort_by(|a, b| (&a.app().folder, a.app().language).cmp(&(&b.app().folder, b.app().language)));
    all
}

/// Folders whose applications are samples, tests or documentation, not what a repository is about.
const BESIDE_THE_POINT: &[&str] = &[
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "test",
    "tests",
    "testing",
    "__tests__",
    "e2e",
    "spec",
    "fixtures",
    "fixture",
    "testdata",
    "test-data",
    "docs",
    "doc",
    "website",
    "benchmark",
    "benchmarks",
    "bench",
    "benches",
    "fuzz",
    "tools",
    "tool",
    "scripts",
    "hack",
    "ci",
    "contrib",
    "third_party",
    "vendor",
    "integration-tests",
    "integration_tests",
    "templates",
    "template",
];

/// Whether a folder (seen from the folder that the user named) holds samples, tests, documentation or tools.
pub fn is_beside_the_point(folder: &str) -> bool {
    let ends = ["-samples", "-examples", "-demo", "-demos", "-benchmark", "-benchmarks", "-test", "-tests"];
    let starts = ["test-", "integration-test", "integration_test"];
    let is_called =
        |part: &str| ends.iter().any(|end| part.ends_with(end)) || starts.iter().any(|start| part.starts_with(start));
    folder
        .split('/')
        .any(|part| BESIDE_THE_POINT.contains(&part) || is_called(part) || part.len() > 1 && part.starts_with('.'))
}
