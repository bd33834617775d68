//! An image comes from a registry that the project does not allow.
//!
//! `registries` in `[check]` of `dockgen.toml` names those that are, and below `[[check.paths]]` those for some Dockerfiles; without it,
//! all are.
//!
//! ```toml dockgen.toml
//! [check]
//! registries = ["gcr.io", "registry.example.com"]
//! ```
//!
//! ### Problematic
//! ```dockerfile
//! FROM docker.io/library/node:24-trixie-slim
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! ```

use crate::check::view::Base;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Glob, Reference, Span};

/// The rule.
pub static RULE: Rule = Rule::new("registry", Severity::Error, &["DL3026"], include_str!("registry.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let names = view.settings.registries(view.path);
    let allowed: Vec<Glob> = names.iter().map(|name| Glob::new(name)).collect();
    if allowed.is_empty() {
        return;
    }
    let mut examine = |reference: &str, span: Span| {
        let Ok(reference) = Reference::parse(reference) else { return };
        let registry = reference.registry.as_deref().unwrap_or("docker.io");
        let called: &[&str] = if registry == "docker.io" { &["docker.io", "hub.docker.com"] } else { &[registry] };
        if !called.iter().any(|name| allowed.iter().any(|glob| glob.matches(name))) {
            findings
                .at(span, format!("images may not come from `{registry}`"))
                .help(format!("allowed are {}", names.join(", ")));
        }
    };
    for stage in &view.stages {
        let from = &stage.stage.from.image;
        if matches!(stage.base, Base::Image(_))
            && let Some(image) = view.expand_global(from.written())
        {
            examine(&image, from.span);
        }
    }
    for (stage, _, instruction) in view.each() {
        for flag in instruction.flags.iter().filter(|flag| flag.name == "from") {
            let from = flag.value.as_deref().unwrap_or_default();
            if view.source_stage(from, stage.index).is_none() && from.contains(['/', ':']) {
                examine(from, flag.span);
            }
        }
    }
}
