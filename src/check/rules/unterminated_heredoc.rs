//! A heredoc whose last line is missing.
//!
//! Everything to the end of the file becomes its text, and Docker refuses the file.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN <<EOF
//! apt-get update
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN <<EOF
//! apt-get update
//! EOF
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::FaultKind;

/// The rule.
pub static RULE: Rule =
    Rule::new("unterminated-heredoc", Severity::Error, &[], include_str!("unterminated_heredoc.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for fault in view.file.faults() {
        if let FaultKind::UnterminatedHeredoc(name) = &fault.kind {
            findings
                .at(fault.span, "the heredoc is never closed")
                .help(format!("put `{name}` alone on a line of its own, without blanks before it"));
        }
    }
}
