//! The container can't end in peace.
//!
//! SIGKILL and SIGSTOP never reach the program: it can't close its connections, and `docker stop` is a crash.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! STOPSIGNAL SIGKILL
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! STOPSIGNAL SIGTERM
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule = Rule::new("deaf-to-signals", Severity::Warning, &[], include_str!("deaf_to_signals.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, instruction) in view.each() {
        if let Body::Stopsignal(signal) = &instruction.body
            && matches!(
                signal.value.to_ascii_uppercase().as_str(),
                "SIGKILL" | "KILL" | "9" | "SIGSTOP" | "STOP" | "19"
            )
        {
            findings
                .at(signal.span, format!("no program can answer `{}`", signal.value))
                .help("use `SIGTERM`, or leave it out");
        }
    }
}
