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

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Dockerignore, Span, clean};

/// The rule.
pub static RULE: Rule =
    Rule { name: "missing-source", severity: Severity::Error, source: include_str!("missing_source.rs"), check };

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        if let Body::Copy(copy) | Body::Add(copy) = &instruction.body
            && instruction.flag("from").is_none()
            && copy.destination.is_some()
        {
            for source in &copy.sources {
                if let Some(path) = view.expand(stage.index, at, &source.value) {
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
    let is_remote =
        ["http://", "https://", "git@", "git://", "ssh://", "<<"].iter().any(|start| source.starts_with(start));
    if is_remote || source.ends_with(".git") {
        return;
    }
    let all = view.all_sources(source);
    if all.is_empty() {
        let path = clean(source);
        let message = if path.starts_with("../") || path == ".." {
            format!("`{source}` lies outside the build context")
        } else {
            format!("there is no `{source}` in the build context")
        };
        findings.at(span, message).help("paths are relative to the root of the build context, not to the Dockerfile");
        return;
    }
    if let Some(hidden) = all.iter().find(|path| view.is_sent(path).then_some(()).is_none())
        && all.iter().all(|path| !view.is_sent(path))
    {
        let pattern = match &view.ignore {
            Some(Ok(ignore)) => pattern(ignore, hidden),
            _ => String::new(),
        };
        findings
            .at(span, format!("`{source}` never reaches the builder: the ignore file hides it"))
            .help(format!("pattern {pattern} decides; take it in again with `!{hidden}`, or copy something else"));
    }
}

fn pattern(ignore: &Dockerignore, path: &str) -> String {
    ignore.decided_by(path).map_or_else(String::new, |pattern| format!("`{}`", pattern.text))
}
