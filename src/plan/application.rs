//! An application of a repository, as every stage behind its language sees it.

use std::borrow::Cow;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact, Warning};
use crate::plan::{Answers, BuildPlan, Question};
use crate::source::Unread;

/// What a language found in a repository.
#[derive(Default)]
pub struct Detection {
    /// What can be made an image of.
    pub applications: Vec<Box<dyn Application>>,
    /// What looks like an application and can't be made an image of, each with the folder it is in: broken manifests,
    /// libraries, unsupported tools. Shown when nothing else is found there.
    pub problems: Vec<(String, Error)>,
    /// What nothing is found in to start: somebody has to say what. Each has its problem as well.
    pub startable: Vec<Box<dyn Application>>,
    /// What surely is an application, and can't be made an image of: each with the folder that it is in. It is said where another
    /// application of the repository is taken.
    pub left_out: Vec<(String, Warning)>,
    /// The titles of the languages that were looked for.
    pub languages: Vec<&'static str>,
}

/// One application of a repository, with all that its files say about it.
pub trait Application {
    /// Its language, name, folders and facts.
    fn app(&self) -> &App;

    /// The same for these answers: where they choose one of several programs, its facts are those of that one's source.
    fn chosen(&self, _answers: &Answers) -> Cow<'_, App> {
        Cow::Borrowed(self.app())
    }

    /// The questions that are open for it, given the answers so far. Called again after each answer, so a question may
    /// depend on the ones before it; a question that is answered already must be in the list still.
    ///
    /// # Errors
    /// When an answer can't be accepted, or the files contradict themselves.
    fn questions(&self, answers: &Answers) -> Result<Vec<Question>>;

    /// The programs that it starts and that its image must have, each with the line that starts it; a shell is `sh`.
    fn programs(&self, answers: &Answers) -> Vec<Fact<String>>;

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
    /// What its manifest calls it in full (with its group, its address or its path), whatever the folder of the checkout is
    /// called; empty where it has no name.
    #[serde(skip)]
    pub identity: String,
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
    /// Its sources that were not read.
    #[serde(skip)]
    pub unread: Unread,
}

impl App {
    /// Adds a fact to show.
    pub fn note(&mut self, name: &'static str, fact: &Fact<impl ToString>) {
        let value = fact.value.to_string();
        self.facts.push(NamedFact { name, value, evidence: fact.evidence.clone() });
    }

    /// Adds facts to show, each with its name.
    pub fn note_all(&mut self, facts: &[(&'static str, Fact<String>)]) {
        for (name, fact) in facts {
            self.note(name, fact);
        }
    }

    /// The facts of a name.
    pub fn facts_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a NamedFact> {
        self.facts.iter().filter(move |fact| fact.name == name)
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

/// A name that `docker build --tag` accepts, from any text.
pub fn image_name(name: &str) -> String {
    let mut clean = String::new();
    for c in name.chars().map(|c| c.to_ascii_lowercase()) {
        match c {
            'a'..='z' | '0'..='9' => clean.push(c),
            _ if clean.is_empty() || clean.ends_with('-') => {}
            _ => clean.push('-'),
        }
    }
    let clean = clean.trim_end_matches('-');
    if clean.is_empty() { "app".into() } else { clean.chars().take(60).collect() }
}
