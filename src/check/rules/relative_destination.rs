//! A copy to a relative path where no `WORKDIR` says what it is relative to.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! COPY server.sh ./
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! WORKDIR /app
//! COPY server.sh ./
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule =
    Rule::new("relative-destination", Severity::Warning, &["DL3045"], include_str!("relative_destination.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        let (Body::Copy(copy) | Body::Add(copy)) = &instruction.body else {
            continue;
        };
        let Some(destination) = &copy.destination else {
            findings
                .at(instruction.span, format!("`{}` needs a source and a destination", instruction.name()))
                .severity(Severity::Error);
            continue;
        };
        let value = &destination.value;
        let is_absolute = value.starts_with(['/', '$']) || value.get(1..2) == Some(":");
        let has_workdir = view.before(stage.index, at).iter().any(|(_, it)| matches!(it.body, Body::Workdir(_)));
        if !is_absolute && !has_workdir {
            findings
                .at(destination.span, format!("where `{value}` is depends on the base image"))
                .help("set a `WORKDIR` first, or start the path with `/`");
        }
    }
}
