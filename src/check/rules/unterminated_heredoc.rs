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
pub static RULE: Rule = Rule {
    name: "unterminated-heredoc",
    severity: Severity::Error,
    source: include_str!("unterminated_heredoc.rs"),
    check,
};

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for fault in view.file.faults().iter().filter(|fault| fault.kind == FaultKind::UnterminatedHeredoc) {
        let open = view.file.instructions().iter().find(|instruction| instruction.span.contains(fault.span));
        let delimiter =
            open.and_then(|it| it.heredocs.iter().last()).map_or("its delimiter", |it| it.delimiter.as_str());
        findings
            .at(fault.span, "the heredoc is never closed")
            .help(format!("put `{delimiter}` alone on a line of its own, without blanks before it"));
    }
}
