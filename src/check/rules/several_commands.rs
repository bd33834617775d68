//! Several `CMD`, `ENTRYPOINT` or `HEALTHCHECK` in one stage.
//!
//! Only the last one counts.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! CMD ["/first"]
//! CMD ["/second"]
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! CMD ["/second"]
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Instruction};

/// The rule.
pub static RULE: Rule = Rule::new(
    "several-commands",
    Severity::Warning,
    &["DL3012", "DL4003", "DL4004", "MultipleInstructionsDisallowed"],
    include_str!("several_commands.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let kinds: [fn(&Instruction) -> bool; 3] = [
        |it| matches!(it.body, Body::Cmd(_)),
        |it| matches!(it.body, Body::Entrypoint(_)),
        |it| matches!(it.body, Body::Healthcheck(_)),
    ];
    for stage in &view.stages {
        for kind in kinds {
            let all: Vec<&Instruction> = stage.instructions.iter().filter(|it| kind(it)).collect();
            for earlier in all.iter().rev().skip(1) {
                findings
                    .at(
                        earlier.span,
                        format!("only the last `{}` of a stage counts, and this is not it", earlier.name()),
                    )
                    .help("remove it");
            }
        }
    }
}
