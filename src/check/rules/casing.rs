//! Capitals and small letters are mixed.
//!
//! Docker reads both. A file reads better when all instructions are written alike, and the names of stages are compared in small letters
//! anyway.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim as Build
//! run npm ci
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim AS build
//! RUN npm ci
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Span};

/// The rule.
pub static RULE: Rule = Rule::new(
    "casing",
    Severity::Note,
    &["ConsistentInstructionCasing", "FromAsCasing", "StageNameCasing"],
    include_str!("casing.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let is_upper = |text: &str| !text.chars().any(|c| c.is_ascii_lowercase());
    let is_lower = |text: &str| !text.chars().any(|c| c.is_ascii_uppercase());
    let instructions = view.file.instructions();
    let lower = instructions.iter().filter(|it| is_lower(&it.keyword.value)).count();
    let wants_lower = lower * 2 > instructions.len();
    let cased = |text: &str, lower: bool| if lower { text.to_ascii_lowercase() } else { text.to_ascii_uppercase() };
    for instruction in instructions {
        let keyword = &instruction.keyword;
        let wanted = cased(&keyword.value, wants_lower);
        if keyword.value != wanted && instruction.body != Body::Unknown {
            findings
                .at(keyword.span, format!("`{}` is written unlike the others", keyword.value))
                .help(format!("write `{wanted}`"))
                .fix(keyword.span, wanted);
        }
        let Body::From(from) = &instruction.body else { continue };
        let Some(alias) = &from.alias else { continue };
        let between = view.file.source(Span::new(from.image.span.end, alias.span.start));
        let word = between.trim();
        let as_span = from.image.span.end + between.find(word).unwrap_or_default();
        let as_span = Span::new(as_span, as_span + word.len());
        let follows = is_upper(&keyword.value) || is_lower(&keyword.value);
        let wanted = cased(word, is_lower(&keyword.value));
        if word.eq_ignore_ascii_case("as") && follows && word != wanted {
            findings
                .at(as_span, format!("`{word}` is written unlike `{}`", keyword.value))
                .help(format!("write `{wanted}`"))
                .fix(as_span, wanted);
        }
        if alias.value.chars().any(|c| c.is_ascii_uppercase()) {
            findings
                .at(alias.span, format!("the stage `{}` has capitals in its name", alias.value))
                .help(format!("write `{}`", alias.value.to_ascii_lowercase()));
        }
    }
}
