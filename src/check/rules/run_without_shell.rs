//! `RUN` in a stage that has no shell.
//!
//! Distroless images and `scratch` have none: make folders, owners and permissions in a build stage, and copy them.
//!
//! ### Problematic
//! ```dockerfile
//! FROM gcr.io/distroless/static-debian13:nonroot
//! RUN mkdir /data
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim AS build
//! RUN mkdir /data
//! FROM gcr.io/distroless/static-debian13:nonroot
//! COPY --from=build --chown=65532:65532 /data /data
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Command};

/// The rule.
pub static RULE: Rule =
    Rule::new("run-without-shell", Severity::Error, &[], include_str!("run_without_shell.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        let Body::Run(Command::Shell(_)) = &instruction.body else {
            continue;
        };
        let has_own = view.before(stage.index, at).iter().any(|(_, it)| matches!(it.body, Body::Shell(_)));
        if view.has_no_shell(stage.index) && !has_own {
            findings
                .at(instruction.span, "there is no shell in this stage to run this")
                .help("do it in a build stage and copy the result with `COPY --from=… --chown=… --chmod=…`");
        }
    }
}
