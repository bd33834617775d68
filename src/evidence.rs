//! What the files of a repository say, each with the line that says it.

use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::pattern;
use crate::text::visible;

/// So many names stand in the text of a warning.
const MOST_NAMES: usize = 6;

/// The longest quote, in characters: enough for a line that a person wrote.
const LONGEST_QUOTE: usize = 120;

/// What a quote shows before the place that it is about, in characters, where the line is longer than a quote.
const BEFORE: usize = 40;

/// A line of a file that says something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The file, relative to the root of the repository.
    pub path: String,
    /// One-based line.
    pub line: u32,
    /// The line itself, trimmed: at most 120 characters of it, and nothing that reads like a secret.
    pub quote: String,
}

impl Evidence {
    /// A line as evidence.
    pub fn new(path: impl Into<String>, line: u32, quote: &str) -> Self {
        Self::around(path, line, quote, 0)
    }

    /// A line as evidence for what stands in it at a byte offset: of a long line, that part is quoted.
    pub fn around(path: impl Into<String>, line: u32, text: &str, offset: usize) -> Self {
        let indent = text.len() - text.trim_start().len();
        let text = text.trim();
        let mut from = 0;
        if text.chars().nth(LONGEST_QUOTE).is_some() {
            let at = text.floor_char_boundary(offset.saturating_sub(indent));
            from = text[..at].char_indices().rev().nth(BEFORE - 1).map_or(0, |(start, _)| start);
        }
        let shown: String =
            text[from..].chars().take(LONGEST_QUOTE).map(|c| if c.is_control() { ' ' } else { c }).collect();
        let (start, end) = (if from > 0 { "…" } else { "" }, if text.len() > from + shown.len() { "…" } else { "" });
        Self { path: path.into(), line, quote: format!("{start}{}{end}", without_secrets(&shown)) }
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
        let path = visible(&self.path);
        if self.line == 0 { path.into_owned() } else { format!("{path}:{}", self.line) }
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

/// What a name that stands for a secret is made of.
const SECRET_WORDS: &[&str] = &["password", "passwd", "passphrase", "pwd", "token", "secret", "credential", "key"];

/// What each of those words has in it, with the letters of either case.
const SECRET_MARKS: &[&str] = &["key", "token", "pass", "secret", "pwd", "credential"];

/// The text with `…` for what follows the name of a secret, and for the user of an address.
pub fn without_secrets(text: &str) -> String {
    let may_have_user = text.contains("://") && text.contains('@');
    let text = if may_have_user { pattern!(r"://[^/\s@]+@").replace_all(text, "://…@") } else { Cow::Borrowed(text) };
    // most lines name none, and are not looked at any closer
    let small = text.to_ascii_lowercase();
    let may_name_one = SECRET_MARKS.iter().any(|mark| small.contains(mark));
    if !may_name_one || !text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).any(is_secret) {
        return text.into_owned();
    }
    // a name, how it is parted from its value, and the value: in quotation marks, or as far as it reaches
    let value = pattern!(
        r#"([A-Za-z0-9_-]+)(["'`\])]*(?:\s*(?:=>|:=|==?|:|,|\|\||\?\?)\s*|\s+))("[^"]*"?|'[^']*'?|`[^`]*`?|[^\s"'`,;&)}\]]+)"#
    );
    let (mut shown, mut at) = (String::with_capacity(text.len()), 0);
    while let Some(found) = value.captures_at(&text, at) {
        let (name, whole) = (found.get(1), found.get(0));
        let (Some(name), Some(whole), Some(secret)) = (name, whole, found.get(3)) else { break };
        if is_secret(name.as_str()) {
            shown.push_str(&text[at..secret.start()]);
            shown.push('…');
            at = whole.end();
        } else {
            // the value may be a name itself
            shown.push_str(&text[at..name.end()]);
            at = name.end();
        }
    }
    shown.push_str(&text[at..]);
    shown
}

/// Whether a name stands for a secret: one of its words does, however the words are joined.
fn is_secret(name: &str) -> bool {
    let mut words = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() || matches!(c, '_' | '-') {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
        before = c;
    }
    words.split([' ', '_', '-']).any(|word| {
        let word = word.strip_suffix('s').unwrap_or(word);
        SECRET_WORDS.iter().any(|secret| word == *secret || secret.len() > 3 && word.ends_with(secret))
    })
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What, in one sentence, lower case, without a full stop.
    pub message: String,
    /// The names that it is about, each with the line that says so, where there may be several; shown behind the message.
    pub names: Vec<Fact<String>>,
    /// The line that says so.
    pub evidence: Option<Evidence>,
    /// What to do about it.
    pub hint: Option<String>,
    /// Whether it names what is to be run before the start or at each release, such as migrations.
    pub is_release_job: bool,
}

impl Warning {
    /// A warning without evidence or hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), names: Vec::new(), evidence: None, hint: None, is_release_job: false }
    }

    /// Whether it names what is to be run before the start or at each release.
    #[must_use]
    pub fn release_job(mut self, is_one: bool) -> Self {
        self.is_release_job = is_one;
        self
    }

    /// The names that it is about; the line of the first one says so.
    #[must_use]
    pub fn about(mut self, names: Vec<Fact<String>>) -> Self {
        self.evidence = names.first().map(|fact| fact.evidence.clone());
        self.names = names;
        self
    }

    /// The line that says so.
    #[must_use]
    pub fn at(mut self, evidence: Evidence) -> Self {
        self.evidence = Some(evidence);
        self
    }

    /// Its sentence with the first names, each with its place as `show` has it.
    pub fn text(&self, show: impl Fn(&Evidence) -> Evidence) -> String {
        let shown = |fact: &Fact<String>| format!("`{}` ({})", fact.value, show(&fact.evidence).place());
        let mut names: Vec<String> = self.names.iter().take(MOST_NAMES).map(shown).collect();
        if self.names.len() > MOST_NAMES {
            names.push(format!("and {} more", self.names.len() - MOST_NAMES));
        }
        if names.is_empty() { self.message.clone() } else { format!("{}: {}", self.message, names.join(", ")) }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The names are part of its sentence, with their places from the root of the repository.
impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Warning", 3)?;
        fields.serialize_field("message", &self.text(Evidence::clone))?;
        fields.serialize_field("evidence", &self.evidence)?;
        fields.serialize_field("hint", &self.hint)?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::{Evidence, SECRET_MARKS, SECRET_WORDS, without_secrets};

    #[test]
    fn a_long_line_is_quoted_around_the_place_that_it_is_evidence_for() {
        let line = format!("{}\"start\": \"node server.js\"{}", "a".repeat(500), "b".repeat(500));
        let quote = Evidence::around("package.json", 1, &line, 500).quote;
        assert!(quote.starts_with(&format!("…{}\"start\"", "a".repeat(40))), "{quote}");
        assert!(quote.ends_with("b…") && quote.chars().count() == 122, "{quote}");
        assert_eq!(Evidence::around("x", 1, "  PORT = 1  ", 2).quote, "PORT = 1");
        assert_eq!(Evidence::around("x", 1, &"é".repeat(200), 401).quote.chars().count(), 41);
    }

    #[test]
    fn every_word_has_a_mark() {
        for word in SECRET_WORDS {
            assert!(SECRET_MARKS.iter().any(|mark| word.contains(mark)), "{word}");
        }
    }

    #[test]
    fn what_follows_the_name_of_a_secret_is_hidden() {
        for (text, shown) in [
            ("jdbc:h2:file:./data/db;PASSWORD=hunter2;MODE=x", "jdbc:h2:file:./data/db;PASSWORD=…;MODE=x"),
            ("DATABASES = {'PASSWORD': 'hunter2', 'HOST': 'db'}", "DATABASES = {'PASSWORD': …, 'HOST': 'db'}"),
            ("distributionUrl=https://u:hunter2@repo/x.zip", "distributionUrl=https://…@repo/x.zip"),
            ("node a.js --token hunter2 --port 1", "node a.js --token … --port 1"),
            ("const k = process.env.API_KEY || 'hunter2'", "const k = process.env.API_KEY || …"),
            ("os.environ.get(\"SECRET_KEY\", \"hunter2\")", "os.environ.get(\"SECRET_KEY\", …)"),
            ("{\"apiKey\":\"hunter2\"}", "{\"apiKey\":…}"),
            ("GOFLAGS=-ldflags=-X=main.apiKey=hunter2", "GOFLAGS=-ldflags=-X=main.apiKey=…"),
            ("accessToken: \"hunter2", "accessToken: …"),
        ] {
            assert_eq!(without_secrets(text), shown);
        }
        for text in [
            "\"keywords\": [\"cli\"]",
            "monkey = 'x'",
            "\"start\": \"node server.js\"",
            "app.listen(process.env.PORT || 3000)",
        ] {
            assert_eq!(without_secrets(text), text);
        }
    }
}
