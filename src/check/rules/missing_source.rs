//! A copy of what is not in the build context.
//!
//! The build fails there: the file does not exist, or `.dockerignore` keeps it out.
//!
//! ```text .dockerignore
//! dist
//! ```
//! ```js dist/server.js
//! console.log("hello")
//! ```
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY dist ./dist
//! ```
//!
//! ### Better
//! ```text .dockerignore
//! *.log
//! ```
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY dist ./dist
//! ```

use crate::check::presence::is_glob;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Dockerignore, Span, clean, is_remote};

/// The rule.
pub static RULE: Rule =
    Rule::new("missing-source", Severity::Error, &["CopyIgnoredFile"], include_str!("missing_source.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        if let Body::Copy(copy) | Body::Add(copy) = &instruction.body
            && instruction.flag("from").is_none()
            && copy.destination.is_some()
        {
            for source in &copy.sources {
                if let Some(path) = view.expand(stage.index, at, source.written()) {
                    examine(view, &path, source.span, findings);
                }
            }
        }
        for mount in instruction.mounts().filter(|mount| mount.kind() == "bind" && mount.option(&["from"]).is_none()) {
            if let Some(source) =
                mount.option(&["source", "src"]).and_then(|source| view.expand(stage.index, at, source))
            {
                examine(view, &source, mount.span, findings);
            }
        }
    }
}

fn examine(view: &View<'_>, source: &str, span: Span, findings: &mut Findings<'_>) {
    if view.context.is_unknown() || is_remote(source) || source.starts_with("<<") {
        return;
    }
    let all = view.all_sources(source);
    let optional = is_glob(source);
    if all.is_empty() {
        // A pattern that matches nothing copies nothing: so files are named that may be missing.
        if !optional {
            let path = clean(source);
            let message = if path.starts_with("../") || path == ".." {
                format!("`{source}` lies outside the build context")
            } else {
                format!("there is no `{source}` in the build context")
            };
            let finding = findings.at(span, message);
            if view.context.is_made_before(source) {
                finding
                    .severity(Severity::Warning)
                    .help("something makes it before the image is built: better make it in a stage");
                return;
            }
            if view.context.is_guessed() {
                finding.severity(Severity::Warning).help(
                    "little of what is copied is near: name the build context, `dockgen check CONTEXT --file DOCKERFILE`",
                );
                return;
            }
            finding.help("paths are relative to the root of the build context, not to the Dockerfile");
        }
        return;
    }
    if let [hidden, ..] = all.as_slice()
        && all.iter().all(|path| !view.is_sent(path))
    {
        let pattern = match &view.ignore {
            Some(Ok(ignore)) => pattern(ignore, hidden),
            _ => String::new(),
        };
        let finding = findings.at(span, format!("`{source}` never reaches the builder: the ignore file hides it"));
        finding.help(format!("pattern {pattern} decides; take it in again with `!{hidden}`, or copy something else"));
        if optional {
            finding.severity(Severity::Warning);
        }
    }
}

fn pattern(ignore: &Dockerignore, path: &str) -> String {
    ignore.decided_by(path).map_or_else(String::new, |pattern| format!("`{}`", pattern.text))
}
