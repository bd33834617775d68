//! Everything that is installed is upgraded.
//!
//! The image then holds whatever was newest on the day of the build, and the old files stay in the layers below. A newer tag of the base
//! image has the same patches, and says so.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update && apt-get dist-upgrade -y && rm -rf /var/lib/apt/lists/*
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-20261102-slim
//! ```

use crate::check::packages::{Action, Call};
use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule = Rule::new(
    "full-upgrade",
    Severity::Note,
    &["DL3005", "DL3017", "DL3031", "DL3035", "DL3039"],
    include_str!("full_upgrade.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, command) in view.each_command() {
        let Some(call) = Call::of(command) else { continue };
        let names_packages = call.verb.is_some_and(|verb| {
            command.words.last().is_some_and(|last| last.span.start > verb.span.start && !last.value.starts_with('-'))
        });
        if call.action == Action::Upgrade && !names_packages {
            findings
                .at(call.span(), "everything is upgraded, to whatever is newest today")
                .code(call.manager.code("upgrade"))
                .help("take a newer tag of the base image, and build it regularly");
        }
    }
}
