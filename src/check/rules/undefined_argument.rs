//! A `FROM` has a variable without a value.
//!
//! Only an `ARG` above the first `FROM` counts there, and without a default the image has no name until the command line gives one.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:${VERSION}-trixie-slim
//! ```
//!
//! ### Better
//! ```dockerfile
//! ARG VERSION=24
//! FROM node:${VERSION}-trixie-slim
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Reference, Variable, expand, unset_variables};

/// The rule.
pub static RULE: Rule = Rule::new(
    "undefined-argument",
    Severity::Warning,
    &["UndefinedArgInFrom", "InvalidDefaultArgInFrom"],
    include_str!("undefined_argument.rs"),
    check,
);

/// Variables that BuildKit sets by itself.
const PREDEFINED: &[&str] = &[
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let lookup = |name: &str| match view.global(name) {
        Some(value) => value.clone(),
        None if PREDEFINED.contains(&name) => Variable::Unknown,
        None => Variable::Unset,
    };
    for stage in &view.stages {
        let from = &stage.stage.from.image;
        for name in unset_variables(from.written(), view.file.escape(), &lookup) {
            let below = stage.index > 0 && view.declares(stage.index - 1, usize::MAX, &name);
            let help = if below {
                format!("the `ARG {name}` of a stage does not count here: put it above the first `FROM`")
            } else {
                format!("put `ARG {name}=value` above the first `FROM`")
            };
            findings.at(from.span, format!("`{name}` is not declared")).help(help);
        }
        let without_default = |name: &str| match view.global(name) {
            Some(Variable::Unknown) if !PREDEFINED.contains(&name) => Variable::Set(String::new()),
            Some(value) => value.clone(),
            None => Variable::Unknown,
        };
        if let Some(image) = expand(from.written(), view.file.escape(), &without_default)
            && from.written().contains('$')
            && Reference::parse(&image).is_err()
        {
            findings
                .at(from.span, format!("with the defaults of the file, this is `{image}`, which is no image"))
                .help("give the `ARG` a default");
        }
    }
}
