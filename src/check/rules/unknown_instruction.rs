//! A line that is no instruction, or stands where none may stand.
//!
//! Docker refuses the whole file for one mistyped keyword, and knows only `ARG` before the first `FROM`.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! COPPY package.json ./
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY package.json ./
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Span};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-instruction",
    severity: Severity::Error,
    source: include_str!("unknown_instruction.rs"),
    check,
};

/// Every keyword of Docker's.
const KEYWORDS: &[&str] = &[
    "FROM",
    "RUN",
    "COPY",
    "ADD",
    "ENV",
    "ARG",
    "LABEL",
    "WORKDIR",
    "USER",
    "EXPOSE",
    "VOLUME",
    "ENTRYPOINT",
    "CMD",
    "HEALTHCHECK",
    "STOPSIGNAL",
    "SHELL",
    "ONBUILD",
    "MAINTAINER",
];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for instruction in view.file.instructions() {
        if instruction.body == Body::Unknown {
            let name = instruction.name();
            let finding =
                findings.at(instruction.keyword.span, format!("`{}` is no instruction", instruction.keyword.value));
            if let Some(meant) = KEYWORDS.iter().find(|keyword| is_near(keyword, &name)) {
                finding.help(format!("did you mean `{meant}`"));
            }
        }
    }
    for instruction in view.file.preamble() {
        if !matches!(instruction.body, Body::Arg(_) | Body::Unknown) {
            let message = format!("`{}` stands before the first `FROM`", instruction.name());
            findings.at(instruction.keyword.span, message).help("only `ARG` may stand there: move it below a `FROM`");
        }
    }
    if view.stages.is_empty() {
        findings.at(Span::default(), "there is no `FROM`").help("start with the image to build on: `FROM image:tag`");
    }
    for stage in &view.stages {
        let from = &stage.stage.from;
        if from.image.value.is_empty() {
            findings.at(stage.instructions[0].span, "`FROM` without an image");
        } else if let Some(word) = from.rest.first() {
            findings
                .at(word.span, format!("`{}` does not belong in a `FROM`", word.value))
                .help("write `FROM image AS name`");
        }
    }
}

/// Whether two words differ by a letter or two that are missing, doubled, swapped or wrong.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()] <= 2 && a.len() > 2
}
