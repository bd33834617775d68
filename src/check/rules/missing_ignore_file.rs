//! The whole build context is copied, and no ignore file says what stays out.
//!
//! Version control, installed packages, build output and `.env` files then travel along, and every change of them spoils the cache.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY . .
//! ```
//!
//! ### Better
//! ```text .dockerignore
//! .git
//! node_modules
//! ```
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY . .
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, clean};

/// The rule.
pub static RULE: Rule =
    Rule::new("missing-ignore-file", Severity::Warning, &[], include_str!("missing_ignore_file.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    if view.context.is_unknown()
        || matches!(&view.ignore, Some(Ok(ignore)) if !ignore.patterns().is_empty())
        || matches!(view.ignore, Some(Err(_)))
    {
        return;
    }
    for instruction in view.file.instructions() {
        let (Body::Copy(copy) | Body::Add(copy)) = &instruction.body else {
            continue;
        };
        let whole = copy.sources.iter().find(|source| matches!(clean(&source.value).as_str(), "." | "/"));
        if let Some(source) = whole.filter(|_| instruction.flag("from").is_none()) {
            findings
                .at(source.span, "everything is copied, and no `.dockerignore` says what stays out")
                .help("leave out at least `.git`, installed packages, build output and `.env`");
        }
    }
}
