//! A pattern of the ignore file that does nothing, or not what it seems to.
//!
//! Docker's patterns are not git's: they are anchored at the root of the build context, a `#` counts only at the start of a line, and
//! the last pattern that matches wins.
//!
//! ```text web/node_modules/left-pad/index.js
//! ```
//! ```text src/main.js
//! ```
//!
//! ### Problematic
//! ```text .dockerignore
//! node_modules
//! ```
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY . .
//! ```
//!
//! ### Better
//! ```text .dockerignore
//! **/node_modules
//! ```
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY . .
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Dockerignore, Glob, Pattern};

/// The rule.
pub static RULE: Rule = Rule::new("ignore-pattern", Severity::Warning, &[], include_str!("ignore_pattern.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let ignore = match &view.ignore {
        None => return,
        Some(Ok(ignore)) => ignore,
        Some(Err(bad)) => {
            findings
                .in_ignore_file(bad.span, format!("Docker refuses this pattern: {}", bad.message))
                .severity(Severity::Error);
            return;
        }
    };
    for (place, pattern) in ignore.patterns().iter().enumerate() {
        if let Some((message, help)) = fault(view, ignore, place, pattern) {
            findings.in_ignore_file(pattern.span, message).help(help);
        }
    }
}

fn fault(view: &View<'_>, ignore: &Dockerignore, place: usize, pattern: &Pattern) -> Option<(String, String)> {
    let text = &pattern.text;
    if text.contains(" #") {
        return Some(("a `#` behind a pattern is part of it".into(), "put the comment on a line of its own".into()));
    }
    if text == ".." || text.starts_with("../") {
        return Some((
            format!("nothing above the build context is sent: `{text}` matches nothing"),
            "remove it".into(),
        ));
    }
    if pattern.negated {
        return useless_exception(view, ignore, place, pattern);
    }
    // A name that stands only in folders below the root: git would leave it out there, Docker does not.
    // Who writes `./name` or `/name` means the root.
    let written = view.ignore_text.get(pattern.span.start..pattern.span.end).unwrap_or_default();
    let is_anchored = ["/", "./"].iter().any(|start| written.starts_with(start));
    if text.contains('/') || text.starts_with("**") || text == "*" || is_anchored {
        return None;
    }
    let glob = Glob::new(text);
    let at_root = |path: &str| path.split('/').next().is_some_and(|first| glob.matches(first));
    let deeper = |path: &str| path.split('/').skip(1).any(|part| glob.matches(part)) && !ignore.excludes(path);
    let mut found = None;
    for path in view.context.files() {
        if at_root(path) {
            return None;
        }
        if found.is_none() && deeper(path) {
            found = Some(path);
        }
    }
    found.map(|path| {
        (
            format!("`{text}` matches only at the root of the build context, and not `{path}`"),
            format!("write `**/{text}`"),
        )
    })
}

/// A `!` that takes nothing in again.
fn useless_exception(
    view: &View<'_>,
    ignore: &Dockerignore,
    place: usize,
    pattern: &Pattern,
) -> Option<(String, String)> {
    let (before, after) = ignore.patterns().split_at(place);
    if before.iter().all(|pattern| pattern.negated) {
        let message = format!("`!{}` takes nothing in again: nothing above it leaves anything out", pattern.text);
        return Some((
            message,
            "the last pattern that matches wins: put it below the pattern that it is an exception to".into(),
        ));
    }
    let mut hidden_again = None;
    for path in view.context.files().filter(|path| pattern.matches(path)) {
        let decision = ignore.decided_by(path);
        if decision.is_some_and(|it| it.span == pattern.span) {
            return None;
        }
        if let Some(later) = decision.filter(|it| !it.negated && after.iter().any(|other| other.span == it.span)) {
            hidden_again.get_or_insert((path, later));
        }
    }
    let (path, later) = hidden_again?;
    let message = format!("`!{}` takes nothing in again: `{}` below hides `{path}`", pattern.text, later.text);
    Some((message, "the last pattern that matches wins: put the `!` below it".into()))
}
