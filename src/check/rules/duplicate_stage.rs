//! Two stages of the same name.
//!
//! What comes after means the later one; what stands between them means the first.
//!
//! ### Problematic
//! ```dockerfile
//! FROM golang:1.27-trixie AS build
//! FROM node:24-trixie-slim AS build
//! FROM scratch
//! COPY --from=build /app /app
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM golang:1.27-trixie AS server
//! FROM node:24-trixie-slim AS assets
//! FROM scratch
//! COPY --from=server /app /app
//! COPY --from=assets /dist /dist
//! ```

use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule = Rule::new(
    "duplicate-stage",
    Severity::Error,
    &["DL3024", "DuplicateStageName"],
    include_str!("duplicate_stage.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for stage in &view.stages {
        let Some(alias) = &stage.stage.from.alias else { continue };
        let is_taken = view.stages[..stage.index]
            .iter()
            .any(|earlier| earlier.name().is_some_and(|name| name.eq_ignore_ascii_case(&alias.value)));
        if is_taken {
            findings
                .at(alias.span, format!("a stage is called `{}` already", alias.value))
                .help("give each stage a name of its own");
        }
    }
}
