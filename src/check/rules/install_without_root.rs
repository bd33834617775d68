//! Packages of the system are installed without root's rights.
//!
//! A `USER` above has given them up: the package manager can't lock its database, and the build ends.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! USER 1000
//! RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
//! USER 1000
//! ```

use crate::catalog::PackageKind;
use crate::check::packages::{Action, Call};
use crate::check::start::is_root;
use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule =
    Rule::new("install-without-root", Severity::Error, &[], include_str!("install_without_root.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, command) in view.each_command() {
        let Some(user) = view.state(stage.index, at).user.as_ref().filter(|user| !is_root(&user.value)) else {
            continue;
        };
        let Some(call) = Call::of(command) else { continue };
        let is_known = !user.value.contains('$') && command.program() != "sudo";
        let changes = matches!(call.action, Action::Install | Action::Refresh | Action::Upgrade);
        if changes && is_known && call.manager.kind == PackageKind::System {
            findings
                .at(call.span(), format!("`{}` needs root, and the user is `{}`", call.program.value, user.value))
                .help("put it above the `USER`");
        }
    }
}
