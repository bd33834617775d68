//! The key of a label is not one that tools read.
//!
//! Keys are lower case, with `.` and `-` between letters and digits; `com.docker.*`, `io.docker.*` and `org.dockerproject.*` are Docker's
//! own.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! LABEL com.docker.version=1
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! LABEL org.opencontainers.image.version=1.0.0
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule = Rule::new("label-key", Severity::Note, &["DL3048"], include_str!("label_key.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, instruction) in view.each() {
        let Body::Label(pairs) = &instruction.body else { continue };
        for pair in pairs.iter().filter(|pair| !is_valid(&pair.name.value)) {
            findings.at(pair.name.span, format!("`{}` is no key for a label", pair.name.value)).help(
                "lower-case letters and digits, with single `.` and `-` between them, and none of Docker's own prefixes",
            );
        }
    }
}

fn is_valid(key: &str) -> bool {
    let reserved = ["com.docker.", "io.docker.", "org.dockerproject."].iter().any(|prefix| key.starts_with(prefix));
    let allowed = |c: char| {
        c.is_ascii_lowercase()
            || c.is_ascii_digit()
            || c == '.'
            || c == '-'
            || c == '_'
            || c == '$'
            || c == '{'
            || c == '}'
    };
    let ends = key.starts_with(|c: char| c.is_ascii_lowercase() || c == '$') && !key.ends_with(['.', '-']);
    !reserved && ends && (key.contains('$') || key.chars().all(allowed)) && !key.contains("..") && !key.contains("--")
}
