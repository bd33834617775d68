//! `apt` is made for people.
//!
//! Its output and its options may change with any release. `apt-get` and `apt-cache` are the ones for scripts.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt update && apt install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
//! ```

use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule =
    Rule::new("apt-for-people", Severity::Note, &["DL3027"], include_str!("apt_for_people.rs"), check);

/// The subcommands that `apt-get` has too.
const SHARED: &[&str] =
    &["update", "install", "upgrade", "full-upgrade", "remove", "purge", "autoremove", "clean", "autoclean"];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, command) in view.each_command() {
        let Some(word) = command.words.iter().find(|word| word.value != "sudo").filter(|word| word.value == "apt")
        else {
            continue;
        };
        let finding = findings.at(word.span, "`apt` is for people, and may change");
        finding.help("use `apt-get` or `apt-cache`");
        let verb = command.operands().find(|operand| *operand != "apt");
        if verb.is_some_and(|verb| SHARED.contains(&verb) && verb != "full-upgrade") {
            finding.fix(word.span, "apt-get");
        }
    }
}
