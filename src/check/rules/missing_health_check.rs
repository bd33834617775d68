//! Nothing says how to see that the container is well.
//!
//! Docker alone can't tell a server that hangs from one that works. Kubernetes has probes of its own: the rule is off until the
//! configuration asks for it.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! CMD ["node", "server.js"]
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! HEALTHCHECK CMD ["node", "health.js"]
//! CMD ["node", "server.js"]
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule = Rule::new(
    "missing-health-check",
    Severity::Note,
    &["DL3057", "CKV_DOCKER_2"],
    include_str!("missing_health_check.rs"),
    check,
)
.optional();

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(last) = view.last() else { return };
    let has = view.before(last.index, usize::MAX).iter().any(|(_, it)| matches!(it.body, Body::Healthcheck(_)));
    if !has {
        findings.at(last.stage.from.image.span, "there is no `HEALTHCHECK`").help("add one, or `HEALTHCHECK NONE`");
    }
}
