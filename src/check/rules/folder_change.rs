//! A `RUN` changes the folder, for itself alone.
//!
//! The next instruction starts where it would have started anyway. `WORKDIR` says it once, for all that follow.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! RUN cd /app && npm ci
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! RUN npm ci
//! ```

use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule =
    Rule::new("folder-change", Severity::Note, &["DL3003"], include_str!("folder_change.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, instruction) in view.each() {
        // In the middle of a command, there may be several folders to go through.
        if let [first, ..] = view.commands(instruction)
            && first.program() == "cd"
            && first.operands().next().is_some_and(|folder| !folder.starts_with('$'))
        {
            findings.at(first.span(), "`cd` holds for this `RUN` alone").help("use `WORKDIR`");
        }
    }
}
