//! `ENV` or `LABEL` written the old way, without `=`.
//!
//! The old way takes the whole rest of the line as the value, blanks included, and only one variable.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! ENV LANG C.UTF-8
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! ENV LANG=C.UTF-8
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule =
    Rule { name: "legacy-env", severity: Severity::Warning, source: include_str!("legacy_env.rs"), check };

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for instruction in view.file.instructions() {
        let (Body::Env(pairs) | Body::Label(pairs)) = &instruction.body else {
            continue;
        };
        for pair in pairs.iter().filter(|pair| pair.legacy) {
            let name = instruction.name();
            match &pair.value {
                Some(_) => findings
                    .at(instruction.span, format!("`{name} {} …` is the old way to write it", pair.name.value))
                    .help(format!("write `{name} {}=value`", pair.name.value)),
                None => findings
                    .at(instruction.span, format!("`{name} {}` has no value", pair.name.value))
                    .severity(Severity::Error)
                    .help(format!("write `{name} {}=value`", pair.name.value)),
            };
        }
    }
}
