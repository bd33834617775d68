//! Answers, each with where it came from.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::families;
use crate::evidence::{Evidence, Fact};

/// Where an answer came from, weakest first: a later one replaces an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Source {
    /// Nothing says it: what most projects want.
    Default,
    /// A file of the repository says it.
    Detected(Evidence),
    /// `dockgen.toml` says it.
    Config {
        /// The file, relative to the root of the repository.
        path: String,
    },
    /// The user said it in the wizard.
    Prompt,
    /// A variable of the environment says it.
    Variable {
        /// Its name.
        name: String,
    },
    /// The user said it on the command line.
    Flag,
}

impl Source {
    /// Whether somebody said it for this run: a later run can't know it unless it is kept.
    pub fn is_given(&self) -> bool {
        matches!(self, Self::Prompt | Self::Variable { .. } | Self::Flag)
    }

    /// A few words for people: `package.json:12`, `default`, `flag`; `show` says how they see a path.
    pub fn describe(&self, show: impl Fn(&str) -> String) -> String {
        match self {
            Self::Default => "default".into(),
            Self::Detected(evidence) => Evidence { path: show(&evidence.path), ..evidence.clone() }.place(),
            Self::Config { path } => show(path),
            Self::Prompt => "asked".into(),
            Self::Variable { name } => name.clone(),
            Self::Flag => "flag".into(),
        }
    }
}

/// A value with where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resolved<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub source: Source,
}

impl<T> Resolved<T> {
    /// A value that nothing states.
    pub fn default(value: T) -> Self {
        Self { value, source: Source::Default }
    }

    /// A value with its source.
    pub fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }
}

impl<T> From<Fact<T>> for Resolved<T> {
    fn from(fact: Fact<T>) -> Self {
        Self { value: fact.value, source: Source::Detected(fact.evidence) }
    }
}

/// The answers so far, by question key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, Resolved<String>>);

impl Answers {
    /// The text of an answer.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|answer| answer.value.as_str())
    }

    /// The text of an answer, or nothing where it is absent or `none`.
    pub fn some(&self, key: &str) -> Option<&str> {
        self.get(key).filter(|value| *value != "none" && !value.is_empty())
    }

    /// The family of runtime images; the default one where that is not answered yet.
    pub fn family(&self) -> &str {
        self.get("family").unwrap_or(&families()[0].name)
    }

    /// The answer with its source.
    pub fn resolved(&self, key: &str) -> Option<&Resolved<String>> {
        self.0.get(key)
    }

    /// Whether the question is answered.
    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Sets an answer.
    pub fn set(&mut self, key: &str, answer: Resolved<String>) {
        self.0.insert(key.to_owned(), answer);
    }

    /// Takes an answer back.
    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// All answers, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Resolved<String>)> {
        self.0.iter().map(|(key, answer)| (key.as_str(), answer))
    }
}
