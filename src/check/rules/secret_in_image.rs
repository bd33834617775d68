//! A secret in `ARG`, `ENV` or on a command line.
//!
//! What an `ARG` or `ENV` holds can be read from the image's history by everyone who has the image. Mount a secret where it is
//! needed, and pass it at run time.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! ARG NPM_TOKEN
//! RUN npm config set //registry.example.org/:_authToken=$NPM_TOKEN
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
//! ```

use crate::catalog;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Pair, Text};

/// The rule.
pub static RULE: Rule = Rule::new(
    "secret-in-image",
    Severity::Error,
    &["DL3064", "SecretsUsedInArgOrEnv"],
    include_str!("secret_in_image.rs"),
    check,
);

/// Flags whose value is a password.
const FLAGS: &[&str] = &["--password", "--passwd", "--token", "--api-key", "--http-password"];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for instruction in view.file.instructions() {
        match &instruction.body {
            Body::Arg(pairs) | Body::Env(pairs) => {
                for pair in pairs.iter().filter(|pair| holds_secret(pair)) {
                    let message = format!("`{} {}` keeps a secret in the image", instruction.name(), pair.name.value);
                    findings
                        .at(pair.name.span, message)
                        .help("mount it where it is needed: `RUN --mount=type=secret,id=…`, and pass it at run time");
                }
            }
            _ => {}
        }
        for command in view.commands(instruction) {
            let words = command.words.iter().chain(&command.assignments);
            for word in words.filter(|word| starts_like_secret(&word.value)) {
                findings.at(word.span, "this looks like a token").help("take it back, then mount it as a secret");
            }
            let literal = command.value_of(FLAGS).filter(|value| is_literal(value));
            if let Some(value) = literal {
                let word = command.words.iter().find(|word| word.value.ends_with(value));
                findings
                    .at(
                        word.map_or(command.span(), |word| word.span),
                        "a password on the command line stays in the image's history",
                    )
                    .help("read it from a secret: `RUN --mount=type=secret,id=…`");
            }
            for assignment in command.assignments.iter().filter(|it| is_secret_assignment(it)) {
                findings
                    .at(assignment.span, "a secret on the command line stays in the image's history")
                    .help("read it from a secret: `RUN --mount=type=secret,id=…`");
            }
        }
    }
}

/// Whether a variable is named for a secret, and is not set to what is none.
fn holds_secret(pair: &Pair) -> bool {
    let table = catalog::secrets();
    let value = pair.value.as_ref().map_or("", |value| value.value.as_str());
    let is_none = table.values.is_placeholder(value) || is_path(value);
    starts_like_secret(value) || table.variables.matches(&pair.name.value) && !is_none
}

fn is_path(value: &str) -> bool {
    value.starts_with('/') || value.starts_with("http://") || value.starts_with("https://")
}

fn starts_like_secret(value: &str) -> bool {
    let value = value.rsplit('=').next().unwrap_or(value);
    let long = value.len() >= 16;
    long && catalog::secrets().values.prefixes.iter().any(|prefix| value.starts_with(prefix.as_str()))
}

/// Whether it is written out, not taken from a variable or a file.
fn is_literal(value: &str) -> bool {
    !value.is_empty() && !value.contains(['$', '`', '/', '<']) && value != "-"
}

fn is_secret_assignment(word: &Text) -> bool {
    let Some((name, value)) = word.value.split_once('=') else {
        return false;
    };
    let table = catalog::secrets();
    table.variables.matches(name) && is_literal(value) && !table.values.is_placeholder(value)
}
