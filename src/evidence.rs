//! What the files of a repository say, each with the line that says it.

use std::fmt;

use serde::Serialize;

/// The longest quote, in characters: enough for a line that a person wrote.
const LONGEST_QUOTE: usize = 120;

/// A line of a file that says something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The file, relative to the root of the repository.
    pub path: String,
    /// One-based line.
    pub line: u32,
    /// The line itself, trimmed, cut at 120 characters.
    pub quote: String,
}

impl Evidence {
    /// A line as evidence.
    pub fn new(path: impl Into<String>, line: u32, quote: &str) -> Self {
        let quote = quote.trim().chars().take(LONGEST_QUOTE).map(|c| if c.is_control() { ' ' } else { c }).collect();
        Self { path: path.into(), line, quote }
    }

    /// A file that speaks by being there.
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: path.into(), line: 0, quote: String::new() }
    }

    /// The same line with its path as seen from `folder`.
    #[must_use]
    pub fn seen_from(&self, folder: &str) -> Self {
        Self { path: crate::path::relative_to(&self.path, folder), ..self.clone() }
    }

    /// `path:line`, or the path alone where the file speaks by being there.
    pub fn place(&self) -> String {
        if self.line == 0 { self.path.clone() } else { format!("{}:{}", self.path, self.line) }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.quote.is_empty() {
            write!(formatter, "{}", self.place())
        } else {
            write!(formatter, "{}: {}", self.place(), self.quote)
        }
    }
}

/// A value that a file states. A guess is a default, not a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact<T> {
    /// What is stated.
    pub value: T,
    /// Where.
    pub evidence: Evidence,
}

impl<T> Fact<T> {
    /// A value with its evidence.
    pub fn new(value: T, evidence: Evidence) -> Self {
        Self { value, evidence }
    }

    /// The same evidence for a value derived from this one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Fact<U> {
        Fact { value: change(self.value), evidence: self.evidence }
    }
}

/// Something a user should know that the Dockerfile can't show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// What, in one sentence, lower case, without a full stop.
    pub message: String,
    /// The line that says so.
    pub evidence: Option<Evidence>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Warning {
    /// A warning without evidence or hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), evidence: None, hint: None }
    }

    /// The line that says so.
    #[must_use]
    pub fn at(mut self, evidence: Evidence) -> Self {
        self.evidence = Some(evidence);
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
