//! The shell of the system is replaced for the sake of a `RUN`.
//!
//! Other programs count on the `/bin/sh` that the distribution ships. `SHELL` changes it for the build alone.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie
//! RUN ln -sf /bin/bash /bin/sh
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie
//! SHELL ["/bin/bash", "-c"]
//! ```

use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule = Rule::new("shell-link", Severity::Note, &["DL4005"], include_str!("shell_link.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, command) in view.each_command() {
        if command.program() == "ln" && command.has("/bin/sh") {
            findings.at(command.span(), "this changes the shell of the whole system").help("use `SHELL`");
        }
    }
}
