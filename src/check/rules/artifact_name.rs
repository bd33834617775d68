//! What is copied out of a build stage is not what the manifest makes.
//!
//! The name of a jar, a binary or an output folder comes from `pom.xml`, `Cargo.toml`, `go build -o` or `tsconfig.json`. A copy of
//! another name fails, or brings an old file along. Where a command may make anything, nothing is said.
//!
//! ```toml Cargo.toml
//! [package]
//! name = "hello-server"
//! ```
//! ```rust src/main.rs
//! fn main() {}
//! ```
//!
//! ### Problematic
//! ```dockerfile
//! FROM rust:1.100-slim-trixie AS build
//! WORKDIR /src
//! COPY . .
//! RUN cargo build --release
//! FROM gcr.io/distroless/cc-debian13:nonroot
//! COPY --from=build /src/target/release/server /server
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM rust:1.100-slim-trixie AS build
//! WORKDIR /src
//! COPY . .
//! RUN cargo build --release
//! FROM gcr.io/distroless/cc-debian13:nonroot
//! COPY --from=build /src/target/release/hello-server /server
//! ```

use crate::check::artifacts;
use crate::check::view::join;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Span};

/// The rule.
pub static RULE: Rule = Rule::new("artifact-name", Severity::Error, &[], include_str!("artifact_name.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        if let (Body::Copy(copy), Some(from)) = (&instruction.body, instruction.flag("from")) {
            let Some(builder) = view.source_stage(from, stage.index) else {
                continue;
            };
            for source in &copy.sources {
                let path = view.expand(stage.index, at, source.written()).and_then(|path| join(Some("/"), &path));
                if let Some(path) = path {
                    examine(view, builder, &path, source.span, findings);
                }
            }
        }
        for command in view
            .commands(instruction)
            .iter()
            .filter(|command| matches!(command.program(), "cp" | "mv" | "install" | "strip"))
        {
            for word in command.words.iter().skip(1).filter(|word| word.value.contains("target/")) {
                examine(view, stage.index, &word.value, word.span, findings);
            }
        }
    }
}

fn examine(view: &View<'_>, builder: usize, path: &str, span: Span, findings: &mut Findings<'_>) {
    if path.contains(['*', '?', '[', '$']) {
        return;
    }
    if let Some(mismatch) = artifacts::mismatch(view, builder, path) {
        findings.at(span, mismatch.message).help(mismatch.help);
    }
}
