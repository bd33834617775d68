//! A variable is used in the instruction that sets it.
//!
//! All values of an `ENV` are expanded before any of its variables is set: the old value is taken, or nothing.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! ENV FOLDER=/app DATA=${FOLDER}/data
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! ENV FOLDER=/app
//! ENV DATA=${FOLDER}/data
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Variable, unset_variables};

/// The rule.
pub static RULE: Rule = Rule::new(
    "variable-of-same-instruction",
    Severity::Warning,
    &["DL3044"],
    include_str!("variable_of_same_instruction.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        let Body::Env(pairs) = &instruction.body else { continue };
        for pair in pairs {
            let Some(value) = &pair.value else { continue };
            let others: Vec<&str> =
                pairs.iter().filter(|it| !std::ptr::eq(*it, pair)).map(|it| it.name.value.as_str()).collect();
            let lookup = |name: &str| {
                let own = others.contains(&name) && !view.declares(stage.index, at, name);
                if own { Variable::Unset } else { Variable::Unknown }
            };
            for name in unset_variables(value.written(), view.file.escape(), &lookup) {
                findings
                    .at(value.span, format!("`{name}` is set by this same instruction, and is empty here"))
                    .help("use a second `ENV`");
            }
        }
    }
}
