//! What rules report.

use serde::Serialize;

use crate::check::Rule;
use crate::dockerfile::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The image can't be built, does not start, or gives something away.
    Error,
    /// It works and should be better.
    Warning,
    /// Worth knowing.
    Info,
}

/// Something wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
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
}

/// Where the rules leave their findings.
pub struct Findings<'a> {
    rule: &'static Rule,
    dockerfile: (&'a str, &'a str),
    ignore: Option<(&'a str, &'a str)>,
    found: Vec<Finding>,
}

impl<'a> Findings<'a> {
    /// For a Dockerfile and its ignore file, each a path and a text.
    pub(super) fn new(rule: &'static Rule, dockerfile: (&'a str, &'a str), ignore: Option<(&'a str, &'a str)>) -> Self {
        Self { rule, dockerfile, ignore, found: Vec::new() }
    }

    /// From here on, findings belong to this rule.
    pub(super) fn begin(&mut self, rule: &'static Rule) {
        self.rule = rule;
    }

    /// All findings, in the order of the files.
    pub(super) fn into_sorted(mut self) -> Vec<Finding> {
        let ignore = self.ignore.map(|(path, _)| path);
        self.found.sort_by(|a, b| {
            let key = |it: &Finding| (Some(it.file.as_str()) == ignore, it.span, it.severity, it.rule);
            key(a).cmp(&key(b))
        });
        self.found.dedup();
        self.found
    }

    /// Reports something in the Dockerfile.
    pub fn at(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        self.push(self.dockerfile, span, message.into())
    }

    /// Reports something in the ignore file.
    pub fn in_ignore_file(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        self.push(self.ignore.unwrap_or(self.dockerfile), span, message.into())
    }

    fn push(&mut self, (path, text): (&str, &str), span: Span, message: String) -> &mut Finding {
        let (line, column) = crate::repo::position(text, span.start);
        let finding = Finding {
            rule: self.rule.name,
            severity: self.rule.severity,
            file: path.to_owned(),
            line,
            column,
            span,
            message,
            help: None,
        };
        self.found.push(finding);
        let last = self.found.len() - 1;
        &mut self.found[last]
    }
}

impl Finding {
    /// What to do about it.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Another severity than the rule's own.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }
}
