//! A stage has a name that means something else.
//!
//! `scratch` is the empty image, and `context` the build context. A stage of that name can't be meant where it is named.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim AS scratch
//! FROM scratch
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim AS build
//! FROM scratch
//! ```

use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule = Rule::new(
    "reserved-stage-name",
    Severity::Warning,
    &["DL3063", "ReservedStageName"],
    include_str!("reserved_stage_name.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for stage in &view.stages {
        if let Some(alias) = &stage.stage.from.alias
            && matches!(alias.value.to_ascii_lowercase().as_str(), "scratch" | "context")
        {
            findings
                .at(alias.span, format!("`{}` means something else", alias.value))
                .help("give the stage another name");
        }
    }
}
