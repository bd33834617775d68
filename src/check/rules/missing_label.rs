//! A label is missing that the project wants.
//!
//! `required-labels` in `[check]` of `dockgen.toml` names them, and below `[[check.paths]]` those of some Dockerfiles; without it, none
//! is wanted.
//!
//! ```toml dockgen.toml
//! [check]
//! required-labels = ["org.opencontainers.image.source"]
//! ```
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! LABEL org.opencontainers.image.source="https://example.org/shop"
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule =
    Rule::new("missing-label", Severity::Warning, &["DL3049"], include_str!("missing_label.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(last) = view.last() else { return };
    let mut labels = Vec::new();
    for (_, instruction) in view.before(last.index, usize::MAX) {
        if let Body::Label(pairs) = &instruction.body {
            labels.extend(pairs.iter().map(|pair| pair.name.value.as_str()));
        }
    }
    for wanted in view.settings.required_labels(view.path).iter().filter(|wanted| !labels.contains(&wanted.as_str())) {
        findings
            .at(last.stage.from.image.span, format!("the image has no label `{wanted}`"))
            .help(format!("add `LABEL {wanted}=…`"));
    }
}
