//! Packages that only development needs become part of the image.
//!
//! Compilers, linters and tests are more to load, to scan and to patch. Install what runs alone, or prune before the copy.
//!
//! ```json package.json
//! { "dependencies": { "express": "5" }, "devDependencies": { "typescript": "5" } }
//! ```
//! ```json package-lock.json
//! {}
//! ```
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim AS build
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN npm ci
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! WORKDIR /app
//! COPY --from=build /app/node_modules ./node_modules
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim AS build
//! WORKDIR /app
//! COPY package.json package-lock.json ./
//! RUN npm ci --omit=dev
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! WORKDIR /app
//! COPY --from=build /app/node_modules ./node_modules
//! ```

use serde_json::Value;

use crate::check::shell::Simple;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule =
    Rule::new("development-dependencies", Severity::Warning, &[], include_str!("development_dependencies.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let has_own = view.context.read("package.json").and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let named = has_own.as_ref().and_then(|manifest| manifest["devDependencies"].as_object());
    if view.is_for_development() || named.is_none_or(serde_json::Map::is_empty) {
        return;
    }
    let Some(last) = view.last() else { return };
    for stage in view.chain(last.index) {
        for (at, instruction) in stage.instructions.iter().enumerate() {
            match &instruction.body {
                Body::Copy(copy) => {
                    let takes =
                        copy.sources.iter().any(|source| source.value.trim_end_matches('/').ends_with("node_modules"));
                    let builder = instruction.flag("from").and_then(|from| view.source_stage(from, stage.index));
                    if let Some(builder) = builder.filter(|_| takes)
                        && installs_all(view, builder).is_some()
                    {
                        findings
                            .at(instruction.span, "this copies the packages that only development needs")
                            .help("install with `--omit=dev` in a stage of its own, or `npm prune --omit=dev` before the copy");
                    }
                }
                Body::Run(_) if installs_all(view, stage.index).is_some() => {
                    let own = view
                        .commands(instruction)
                        .iter()
                        .find(|command| is_full_install(view, stage.index, at, command));
                    if let Some(command) = own {
                        findings
                            .at(command.span(), "this installs the packages that only development needs as well")
                            .help("add `--omit=dev`, or set `NODE_ENV=production` before");
                    }
                }
                _ => {}
            }
        }
    }
}

/// The install of a stage that takes everything, where nothing removes what development needs.
fn installs_all(view: &View<'_>, index: usize) -> Option<()> {
    let mut full = None;
    for (stage, instruction) in view.before(index, usize::MAX) {
        let at =
            view.stages[stage].instructions.iter().position(|it| std::ptr::eq(it, instruction)).unwrap_or_default();
        for command in view.commands(instruction) {
            let prunes = command.has("prune")
                || command.has("deploy")
                || command.has("focus")
                || command.program() == "node-prune"
                || command.program() == "rm" && command.arguments().any(|word| word.contains("node_modules"));
            if is_full_install(view, stage, at, command) {
                full = Some(());
            } else if prunes || omits(command) && matches!(command.program(), "npm" | "yarn" | "pnpm" | "bun") {
                full = None;
            }
        }
    }
    full
}

fn omits(command: &Simple) -> bool {
    command.arguments().any(|word| {
        matches!(
            word,
            "--production"
                | "--production=true"
                | "--only=production"
                | "--only=prod"
                | "--omit=dev"
                | "--prod"
                | "-P"
                | "--no-dev"
        )
    }) || command.value_of(&["--omit", "--only"]).is_some_and(|value| matches!(value, "dev" | "production" | "prod"))
}

fn is_full_install(view: &View<'_>, stage: usize, at: usize, command: &Simple) -> bool {
    let mut operands = command.operands();
    let installs = match (command.program(), operands.next()) {
        ("npm", Some("ci")) | ("yarn", None) => true,
        ("npm" | "yarn" | "pnpm" | "bun", Some("install" | "i")) => operands.next().is_none(),
        _ => false,
    };
    let production = view.expand(stage, at, "$NODE_ENV").as_deref() == Some("production")
        || command.assignments.iter().any(|word| word.value == "NODE_ENV=production");
    installs && !omits(command) && !production && !command.has("-g") && !command.has("--global")
}
