//! `MAINTAINER`, which was given up for a label.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! MAINTAINER someone@example.org
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! LABEL org.opencontainers.image.authors="someone@example.org"
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule = Rule::new(
    "maintainer",
    Severity::Warning,
    &["DL4000", "MaintainerDeprecated"],
    include_str!("maintainer.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for instruction in view.file.instructions() {
        if matches!(instruction.body, Body::Maintainer(_)) {
            findings
                .at(instruction.span, "`MAINTAINER` was given up")
                .help("use `LABEL org.opencontainers.image.authors=\"…\"`");
        }
    }
}
