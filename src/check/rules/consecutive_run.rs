//! `RUN` follows `RUN`: two layers where one would do.
//!
//! Each keeps what the other one removes. In a stage that is not part of the image that is no harm, and a cache more; there it is not
//! reported.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN useradd --no-log-init --uid 1000 app
//! RUN mkdir /data
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN useradd --no-log-init --uid 1000 app && mkdir /data
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Instruction};

/// The rule.
pub static RULE: Rule =
    Rule::new("consecutive-run", Severity::Note, &["DL3059"], include_str!("consecutive_run.rs"), check);

/// A `RUN` of more commands than this was made so on purpose.
const MOST_COMMANDS: usize = 1;

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        let Some(before) = at.checked_sub(1).and_then(|at| stage.instructions.get(at)) else {
            continue;
        };
        let is_run =
            |instruction: &Instruction| matches!(instruction.body, Body::Run(_)) && instruction.heredocs.is_empty();
        let short = |instruction: &Instruction| view.commands(instruction).len() <= MOST_COMMANDS;
        let flags = |instruction: &Instruction| {
            instruction.flags.iter().map(|flag| (flag.name.clone(), flag.value.clone())).collect::<Vec<_>>()
        };
        if is_run(instruction)
            && is_run(before)
            && short(instruction)
            && short(before)
            && flags(instruction) == flags(before)
            && view.is_shipped(stage.index)
        {
            findings
                .at(instruction.keyword.span, "this `RUN` could be part of the one above")
                .help("join them by `&&`");
        }
    }
}
