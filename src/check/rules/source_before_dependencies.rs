//! The sources are copied before the dependencies are installed.
//!
//! Every change of any file then installs all of them again. Copy the manifests and the lock file, install, then copy the rest.
//!
//! ```text .dockerignore
//! node_modules
//! ```
//! ```json package.json
//! {}
//! ```
//! ```json package-lock.json
//! {}
//! ```
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY . .
//! RUN npm ci
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN npm ci
//! COPY . .
//! ```

use crate::check::shell::Simple;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Instruction, clean};

/// The rule.
pub static RULE: Rule = Rule::new(
    "source-before-dependencies",
    Severity::Warning,
    &[],
    include_str!("source_before_dependencies.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for stage in &view.stages {
        // Whatever was installed below, was installed once for all stages above.
        let mut copied: Option<&Instruction> = None;
        for (index, instruction) in view.before(stage.index, usize::MAX) {
            if copies_everything(instruction) {
                copied = Some(instruction);
            }
            let install = view.commands(instruction).iter().find(|command| installs(command));
            let Some(install) = install else { continue };
            if copied.is_some() && index == stage.index {
                let tool = install.program();
                let finding = findings
                    .at(install.span(), format!("every change of any file lets `{tool}` install everything again"));
                finding.help("copy the manifests and the lock file first, install, and copy the rest afterwards");
                if instruction.mounts().any(|mount| mount.kind() == "cache") {
                    finding.severity(Severity::Note);
                }
            }
            break;
        }
    }
}

fn copies_everything(instruction: &Instruction) -> bool {
    let (Body::Copy(copy) | Body::Add(copy)) = &instruction.body else {
        return false;
    };
    instruction.flag("from").is_none()
        && copy.sources.iter().any(|source| matches!(clean(&source.value).as_str(), "." | "/"))
}

/// Whether a command installs the dependencies that a manifest names.
fn installs(command: &Simple) -> bool {
    let mut operands = command.operands();
    let first = operands.next();
    let more = operands.next().is_some();
    let global = command.has("-g") || command.has("--global");
    match (command.program(), first) {
        ("yarn", None)
        | ("npm", Some("ci"))
        | ("bundle" | "composer" | "poetry", Some("install"))
        | ("uv", Some("sync"))
        | ("pipenv", Some("install" | "sync")) => true,
        ("npm" | "pnpm", Some("install" | "i")) | ("bun", Some("install")) => !more && !global,
        ("yarn", Some("install")) => !global,
        ("pip" | "pip3", Some("install")) => command.has("-r") || command.has("--requirement"),
        ("go", Some("mod")) => command.has("download"),
        _ => false,
    }
}
