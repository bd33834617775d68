//! A command that has no meaning in a build.
//!
//! There is no terminal, no init system and no other process in a build: what is started there ends with the step.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie
//! RUN service nginx start
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM nginx:1.29-trixie
//! CMD ["nginx", "-g", "daemon off;"]
//! ```

use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule =
    Rule::new("pointless-command", Severity::Note, &["DL3001"], include_str!("pointless_command.rs"), check);

/// Programs for a running system.
const PROGRAMS: &[&str] = &["free", "kill", "mount", "ps", "service", "shutdown", "ssh", "systemctl", "top", "vim"];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, command) in view.each_command() {
        if PROGRAMS.contains(&command.program()) {
            findings
                .at(command.words[0].span, format!("`{}` has no lasting effect in a build", command.program()))
                .help("start a server by `CMD` or `ENTRYPOINT`, one a container");
        }
    }
}
