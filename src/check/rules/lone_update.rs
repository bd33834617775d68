//! The lists of packages are fetched in a layer of their own.
//!
//! The layer is cached: months later an install in the next layer works with the old lists, and asks for packages that are no longer
//! there. Fetch and install belong into one `RUN`.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update
//! RUN apt-get install -y --no-install-recommends git
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
//! ```

use crate::check::packages::{Action, Call};
use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule = Rule::new("lone-update", Severity::Warning, &[], include_str!("lone_update.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, instruction) in view.each() {
        let calls: Vec<Call<'_>> = view.commands(instruction).iter().filter_map(Call::of).collect();
        let Some(refresh) = calls.iter().find(|call| call.action == Action::Refresh) else {
            continue;
        };
        let used = calls.iter().any(|call| matches!(call.action, Action::Install | Action::Upgrade | Action::Other));
        let mounted = instruction.mounts().any(|mount| mount.kind() == "cache");
        let runs_script = view.commands(instruction).iter().any(|command| command.program().ends_with("sh"));
        if !used && !mounted && !runs_script {
            findings
                .at(refresh.span(), format!("`{}` fetches lists that go stale in the cache", refresh.program.value))
                .help("install in the same `RUN`");
        }
    }
}
