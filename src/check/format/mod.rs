//! Findings in the forms that other programs read.

mod checkstyle;
mod github;
mod gitlab;
mod json;
mod sarif;
mod tap;

use crate::check::{Finding, RULES, Rule, Severity, describe_all};

/// A Dockerfile that was checked.
#[derive(Debug)]
pub struct Checked {
    /// Its path, as findings name it.
    pub path: String,
    /// What was found.
    pub findings: Vec<Finding>,
    /// The texts that findings point into, by their paths.
    pub texts: Vec<(String, String)>,
    /// What the project says makes a check fail.
    pub fail_on: Option<Severity>,
}

/// A form of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people: each with the line that it is about.
    Text,
    /// One JSON object.
    Json,
    /// The format of static analysis, version 2.1.0.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
    /// The report of GitLab's code quality.
    Gitlab,
    /// The XML of Checkstyle.
    Checkstyle,
    /// The Test Anything Protocol: a test for every Dockerfile.
    Tap,
}

impl Format {
    /// Writes the findings of all Dockerfiles; `colour` is for people alone.
    pub fn write(self, checked: &[Checked], colour: bool) -> String {
        match self {
            Self::Text => text(checked, colour),
            Self::Json => json::write(checked),
            Self::Sarif => sarif::write(checked),
            Self::Github => github::write(checked),
            Self::Gitlab => gitlab::write(checked),
            Self::Checkstyle => checkstyle::write(checked),
            Self::Tap => tap::write(checked),
        }
    }
}

fn text(checked: &[Checked], colour: bool) -> String {
    let findings: Vec<&Finding> = all(checked).collect();
    let texts: Vec<(&str, &str)> =
        checked.iter().flat_map(|it| &it.texts).map(|(path, text)| (path.as_str(), text.as_str())).collect();
    describe_all(&findings, &texts, colour)
}

/// All findings, file by file.
fn all(checked: &[Checked]) -> impl Iterator<Item = &Finding> {
    checked.iter().flat_map(|it| &it.findings)
}

/// The rule of a finding.
fn rule(finding: &Finding) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == finding.rule)
}

/// The message with what to do about it.
fn sentence(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}: {help}", finding.message),
        None => finding.message.clone(),
    }
}
