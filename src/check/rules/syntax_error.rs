//! BuildKit refuses the line.
//!
//! A flag that the instruction does not have, an argument too few, a quote or brace that nothing closes, a mount that can't be:
//! the build ends before its first step. The message says which it is.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! ENV NAME=value other
//! COPY --chwon=1000:1000 server.js /app/
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! ENV NAME="value other"
//! COPY --chown=1000:1000 server.js /app/
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::FaultKind;

/// The rule.
pub static RULE: Rule =
    Rule::new("syntax-error", Severity::Error, &["DL1000", "DL3043"], include_str!("syntax_error.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for fault in view.file.faults() {
        if let FaultKind::Refused(reason) = &fault.kind {
            findings.at(fault.span, reason.as_str());
        }
    }
}
