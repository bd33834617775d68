//! A blank line between continued lines.
//!
//! Docker still joins the lines around it and says that it will stop doing so.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update && \
//!
//!     apt-get install --yes curl
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update && \
//!     apt-get install --yes curl
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::FaultKind;

/// The rule.
pub static RULE: Rule = Rule::new(
    "empty-continuation",
    Severity::Warning,
    &["NoEmptyContinuation"],
    include_str!("empty_continuation.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for fault in view.file.faults().iter().filter(|fault| fault.kind == FaultKind::EmptyContinuation) {
        findings.at(fault.span, "a blank line inside a continued instruction").help("remove it, or put a `#` on it");
    }
}
