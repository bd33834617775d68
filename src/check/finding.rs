//! What rules report.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::check::Rule;
use crate::dockerfile::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The image can't be built, does not start, or gives something away.
    Error,
    /// It works and should be better.
    Warning,
    /// Worth knowing.
    Note,
}

/// A message quotes the file; of a longer one no more than this many bytes are kept.
const LONGEST_MESSAGE: usize = 400;

/// Something wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// The one of the rule's names elsewhere that this is, where only one of several is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Cow<'static, str>>,
    /// How bad it is.
    pub severity: Severity,
    /// The file: the Dockerfile, or its ignore file.
    pub file: String,
    /// One-based line.
    pub line: u32,
    /// One-based column, in characters.
    pub column: u32,
    /// The bytes of the file that it is about.
    pub span: Span,
    /// What is wrong: lower case, without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// What to write instead, where there is one safe answer.
    pub fix: Option<Fix>,
}

/// A text that takes the place of another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fix {
    /// The bytes of the file that go.
    pub span: Span,
    /// What comes instead.
    pub text: String,
}

/// A file that findings point into.
#[derive(Debug)]
struct Place<'a> {
    path: &'a str,
    text: &'a str,
    /// Where its lines begin.
    lines: Vec<usize>,
}

impl<'a> Place<'a> {
    fn new((path, text): (&'a str, &'a str)) -> Self {
        let ends = text.match_indices('\n').map(|(end, _)| end + 1);
        Self { path, text, lines: std::iter::once(0).chain(ends).collect() }
    }

    /// The one-based line and column of a byte.
    fn position(&self, offset: usize) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let before = self.text.get(self.lines[line - 1]..offset).unwrap_or_default();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        (number(line), number(before.chars().count() + 1))
    }
}

/// Where the rules leave their findings.
pub struct Findings<'a> {
    rule: &'static Rule,
    dockerfile: Place<'a>,
    ignore: Option<Place<'a>>,
    found: Vec<Finding>,
}

impl<'a> Findings<'a> {
    /// For a Dockerfile and its ignore file, each a path and a text.
    pub(super) fn new(rule: &'static Rule, dockerfile: (&'a str, &'a str), ignore: Option<(&'a str, &'a str)>) -> Self {
        Self { rule, dockerfile: Place::new(dockerfile), ignore: ignore.map(Place::new), found: Vec::new() }
    }

    /// From here on, findings belong to this rule.
    pub(super) fn begin(&mut self, rule: &'static Rule) {
        self.rule = rule;
    }

    /// All findings, in the order of the files.
    pub(super) fn into_sorted(mut self) -> Vec<Finding> {
        let ignore = self.ignore.map(|place| place.path);
        self.found.sort_by(|a, b| {
            let key = |it: &Finding| (Some(it.file.as_str()) == ignore, it.span, it.severity, it.rule);
            key(a).cmp(&key(b))
        });
        self.found.dedup();
        self.found
    }

    /// Reports something in the Dockerfile.
    pub fn at(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        let finding = finding(self.rule, &self.dockerfile, span, message.into());
        self.push(finding)
    }

    /// Reports something in the ignore file.
    pub fn in_ignore_file(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        let place = self.ignore.as_ref().unwrap_or(&self.dockerfile);
        let finding = finding(self.rule, place, span, message.into());
        self.push(finding)
    }

    fn push(&mut self, finding: Finding) -> &mut Finding {
        self.found.push(finding);
        let last = self.found.len() - 1;
        &mut self.found[last]
    }
}

fn finding(rule: &Rule, place: &Place<'_>, span: Span, mut message: String) -> Finding {
    if message.len() > LONGEST_MESSAGE {
        message.truncate(message.floor_char_boundary(LONGEST_MESSAGE));
        message.push('…');
    }
    let (line, column) = place.position(span.start);
    Finding {
        rule: rule.name,
        code: None,
        severity: rule.severity,
        file: place.path.to_owned(),
        line,
        column,
        span,
        message,
        help: None,
        fix: None,
    }
}

impl Finding {
    /// What to do about it.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// What to write instead of the bytes of `span`.
    pub fn fix(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.fix = Some(Fix { span, text: text.into() });
        self
    }

    /// The one of the rule's names elsewhere that this is.
    pub fn code(&mut self, code: Option<impl Into<Cow<'static, str>>>) -> &mut Self {
        self.code = code.map(Into::into);
        self
    }

    /// Another severity than the rule's own.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }
}
