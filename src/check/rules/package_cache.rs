//! What a package manager leaves behind becomes part of the image.
//!
//! Lists and caches are of no use at run time and can be half of the layer. They go only when the same `RUN` removes them; a later one
//! can't make a layer smaller. A cache mount keeps them out of the image and makes the next build faster. In a stage that is not part
//! of the image it is a note.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates=20250419
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates=20250419 \
//!     && rm -rf /var/lib/apt/lists/*
//! ```

use crate::catalog::{PackageKind, PackageManager};
use crate::check::packages::{Action, Call};
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Text;

/// The rule.
pub static RULE: Rule = Rule::new(
    "package-cache",
    Severity::Warning,
    &["DL3009", "DL3019", "DL3032", "DL3036", "DL3040", "DL3042", "DL3060"],
    include_str!("package_cache.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        let commands = view.commands(instruction);
        let mut seen: Vec<&str> = Vec::new();
        for command in commands {
            let Some(call) = Call::of(command) else { continue };
            let manager = call.manager;
            let leaves = match manager.kind {
                PackageKind::System => matches!(call.action, Action::Install | Action::Refresh | Action::Upgrade),
                PackageKind::Language => call.action == Action::Install,
            };
            let program = manager.programs.first().map_or("", String::as_str);
            if !leaves || manager.leaves.is_empty() || seen.contains(&program) || call.says(&manager.uncached) {
                continue;
            }
            let has_variable = |name: &String| {
                let assigned =
                    |word: &Text| word.value.split_once('=').is_some_and(|(left, value)| left == name && is_on(value));
                command.assignments.iter().any(assigned)
                    || commands
                        .iter()
                        .any(|command| command.program() == "export" && command.words.iter().any(assigned))
                    || view.expand(stage.index, at, &format!("${name}")).is_some_and(|value| is_on(&value))
            };
            // What is cleaned before, is filled again.
            let after = commands.iter().filter(|other| other.span() > command.span());
            let cleaned = after.clone().any(|other| {
                Call::of(other)
                    .is_some_and(|other| std::ptr::eq(other.manager, manager) && other.action == Action::Clean)
                    || other.program() == "rm" && other.operands().any(|path| covers(manager, path))
            });
            let mounted = instruction.mounts().any(|mount| {
                matches!(mount.kind(), "cache" | "tmpfs")
                    && mount.target().is_some_and(|target| covers(manager, target))
            });
            if cleaned || mounted || manager.uncached_variables.iter().any(has_variable) {
                continue;
            }
            seen.push(program);
            let finding = findings.at(
                call.span(),
                format!("what `{}` leaves in `{}` becomes part of the layer", call.program.value, manager.leaves[0]),
            );
            finding.help(format!("use `{}` in the same `RUN`, or a cache mount", manager.cleaner));
            finding.code(call.manager.code("cache"));
            if !view.is_shipped(stage.index) {
                finding.severity(Severity::Note);
            }
        }
    }
}

/// Whether a variable switches something on.
fn is_on(value: &str) -> bool {
    !matches!(value.to_ascii_lowercase().as_str(), "" | "0" | "false" | "off" | "no")
}

/// Whether what is removed or mounted at a path takes along what a package manager leaves.
fn covers(manager: &PackageManager, path: &str) -> bool {
    let path = path.trim_end_matches('*').trim_end_matches('/').replace('~', "/root").replace("$HOME", "/root");
    let is_cache = path.ends_with("/.cache") || path.ends_with("/pip") || path.contains("yarn");
    manager.leaves.iter().any(|place| {
        let rest = place.strip_prefix(path.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) && path.len() > 4
            || path.strip_prefix(place.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }) || manager.kind == PackageKind::Language && is_cache
}
