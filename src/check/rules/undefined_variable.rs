//! A variable is used that nothing sets.
//!
//! It is replaced by nothing, without a word. An `ARG` above the first `FROM` counts in `FROM` alone: a stage that wants it says `ARG NAME`
//! again.
//!
//! ### Problematic
//! ```dockerfile
//! ARG FOLDER=/app
//! FROM node:24-trixie-slim
//! WORKDIR $FOLDER
//! ```
//!
//! ### Better
//! ```dockerfile
//! ARG FOLDER=/app
//! FROM node:24-trixie-slim
//! ARG FOLDER
//! WORKDIR $FOLDER
//! ```

use crate::check::view::Base;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Text, Variable, unset_variables};

/// The rule.
pub static RULE: Rule =
    Rule::new("undefined-variable", Severity::Warning, &["UndefinedVar"], include_str!("undefined_variable.rs"), check);

/// Variables that an image or BuildKit may set.
const PREDEFINED: &[&str] = &[
    "PATH",
    "HOME",
    "HOSTNAME",
    "TERM",
    "USER",
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
    "SOURCE_DATE_EPOCH",
];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each().filter(|(_, at, _)| *at > 0) {
        // What other images set is not known.
        let complete = matches!(view.root(stage.index), Base::Scratch);
        let lookup = |name: &str| {
            let declared = view.declares(stage.index, at, name) || PREDEFINED.contains(&name);
            if declared || !complete && view.global(name).is_none() { Variable::Unknown } else { Variable::Unset }
        };
        let mut texts: Vec<&Text> = Vec::new();
        match &instruction.body {
            Body::Copy(copy) | Body::Add(copy) => texts.extend(copy.sources.iter().chain(&copy.destination)),
            Body::Env(pairs) | Body::Label(pairs) | Body::Arg(pairs) => {
                texts.extend(pairs.iter().filter_map(|it| it.value.as_ref()));
            }
            Body::Workdir(text) | Body::User(text) | Body::Stopsignal(text) => texts.push(text),
            Body::Expose(list) | Body::Volume(list) => texts.extend(list),
            _ => {}
        }
        for text in texts {
            for name in unset_variables(text.written(), view.file.escape(), &lookup) {
                let help = if view.global(&name).is_some() {
                    format!("put `ARG {name}` into this stage: the one above the first `FROM` counts there alone")
                } else {
                    format!("put `ARG {name}` above")
                };
                findings.at(text.span, format!("`{name}` is set nowhere above")).help(help);
            }
        }
    }
}
