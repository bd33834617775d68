//! Packages come along that are only recommended.
//!
//! apt installs what the packages recommend as well as what they need. In an image that is mostly dead weight.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
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
pub static RULE: Rule =
    Rule::new("recommended-packages", Severity::Note, &["DL3015"], include_str!("recommended_packages.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for stage in &view.stages {
        let mut configured = false;
        for instruction in stage.instructions {
            let commands = view.commands(instruction);
            configured |=
                commands.iter().any(|command| command.arguments().any(|word| word.contains("Install-Recommends")));
            for call in commands.iter().filter_map(Call::of) {
                let lean = &call.manager.lean;
                if call.action != Action::Install || lean.is_empty() || call.says(lean) || configured {
                    continue;
                }
                let finding = findings.at(call.span(), "this installs recommended packages too");
                finding.help(format!("add `{}`", lean[0]));
                if let Some(verb) = call.verb {
                    finding.fix(verb.span, format!("{} {}", verb.value, lean[0]));
                }
            }
        }
    }
}
