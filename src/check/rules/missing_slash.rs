//! Several files copied to a destination that does not end in `/`.
//!
//! Docker refuses it: only a folder can take several files.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! WORKDIR /app
//! COPY first.sh second.sh scripts
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! WORKDIR /app
//! COPY first.sh second.sh scripts/
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule =
    Rule::new("missing-slash", Severity::Error, &["DL3021"], include_str!("missing_slash.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        let (Body::Copy(copy) | Body::Add(copy)) = &instruction.body else {
            continue;
        };
        let Some(destination) = &copy.destination else { continue };
        let expanded = view.expand(stage.index, at, destination.written());
        let value = expanded.as_deref().unwrap_or(&destination.value);
        let is_folder = value.ends_with(['/', '\\']) || value == "." || value.ends_with("/.") || value.contains('$');
        if copy.sources.len() > 1 && !is_folder {
            findings
                .at(destination.span, format!("`{value}` must be a folder to take several files"))
                .help(format!("write `{value}/`"));
        }
    }
}
