//! `sudo` in a `RUN`.
//!
//! A build runs as root, or as the `USER` that the Dockerfile says: switch with `USER`.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN sudo apt-get update
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update
//! ```

use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule = Rule::new("sudo", Severity::Error, &["DL3004"], include_str!("sudo.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for instruction in view.file.instructions() {
        for command in view.commands(instruction).iter().filter(|command| command.program() == "sudo") {
            findings
                .at(command.words[0].span, "`sudo` in a build")
                .help("switch with `USER root` and back, or leave it out");
        }
    }
}
