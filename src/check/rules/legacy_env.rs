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
use crate::dockerfile::{Body, Span};

/// The rule.
pub static RULE: Rule =
    Rule::new("legacy-env", Severity::Warning, &["LegacyKeyValueFormat"], include_str!("legacy_env.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for instruction in view.file.instructions() {
        let (Body::Env(pairs) | Body::Label(pairs)) = &instruction.body else {
            continue;
        };
        for pair in pairs.iter().filter(|pair| pair.legacy) {
            if let Some(value) = &pair.value {
                let (keyword, name) = (&instruction.keyword.value, &pair.name.value);
                let finding = findings.at(instruction.span, format!("`{keyword} {name} …` is the old way to write it"));
                finding.help(format!("write `{keyword} {name}=value`"));
                if !value.written().contains(['"', '\'', '\\', '\n']) {
                    let span = Span::new(pair.name.span.start, value.span.end);
                    let quote = if value.value.contains(char::is_whitespace) { "\"" } else { "" };
                    finding.fix(span, format!("{name}={quote}{}{quote}", value.value));
                }
            }
        }
    }
}
