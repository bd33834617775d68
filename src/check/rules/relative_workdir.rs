//! A `WORKDIR` that depends on the one before it, or on the base image.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR app
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule = Rule::new(
    "relative-workdir",
    Severity::Error,
    &["DL3000", "WorkdirRelativePath"],
    include_str!("relative_workdir.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        let Body::Workdir(path) = &instruction.body else {
            continue;
        };
        let expanded = view.expand(stage.index, at, path.written());
        let value = expanded.as_deref().unwrap_or(&path.value);
        let is_windows = value.get(1..2) == Some(":") || value.starts_with('\\');
        if !value.starts_with(['/', '$']) && !is_windows {
            let finding = findings.at(path.span, format!("`WORKDIR {}` depends on what came before", path.value));
            finding.help("start it with `/`");
            let before = view.state(stage.index, at);
            if before.sets_workdir && before.workdir.is_some() {
                finding.severity(Severity::Warning);
            }
        }
    }
}
