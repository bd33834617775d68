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
use crate::text::is_near;

/// The rule.
pub static RULE: Rule =
    Rule::new("unknown-instruction", Severity::Error, &["DL3061"], include_str!("unknown_instruction.rs"), check);

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
}
