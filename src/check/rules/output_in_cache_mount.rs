//! What is copied out of a stage lies in one of its cache mounts.
//!
//! A cache mount is there only while its `RUN` runs, and is no part of the stage: the later copy finds nothing. Copy the output to
//! another folder in the same `RUN`.
//!
//! ### Problematic
//! ```dockerfile
//! FROM rust:1.100-slim-trixie AS build
//! WORKDIR /src
//! RUN --mount=type=cache,target=/src/target cargo build --release
//! FROM gcr.io/distroless/cc-debian13:nonroot
//! COPY --from=build /src/target/release/server /server
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM rust:1.100-slim-trixie AS build
//! WORKDIR /src
//! RUN --mount=type=cache,target=/src/target cargo build --release && cp target/release/server /server
//! FROM gcr.io/distroless/cc-debian13:nonroot
//! COPY --from=build /server /server
//! ```

use crate::check::presence::below;
use crate::check::view::join;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule =
    Rule::new("output-in-cache-mount", Severity::Error, &[], include_str!("output_in_cache_mount.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        let (Body::Copy(copy), Some(from)) = (&instruction.body, instruction.flag("from")) else {
            continue;
        };
        let Some(source_stage) = view.source_stage(from, stage.index) else {
            continue;
        };
        let caches = cache_targets(view, source_stage);
        for source in &copy.sources {
            let path = view.expand(stage.index, at, source.written()).and_then(|path| join(Some("/"), &path));
            let Some(path) = path else { continue };
            if let Some(cache) = caches.iter().find(|cache| below(cache, &path).is_some()) {
                findings
                    .at(
                        source.span,
                        format!("`{path}` lies in the cache mount `{cache}`, which is no part of the stage"),
                    )
                    .help("copy the output somewhere else in the same `RUN`, and take it from there");
            }
        }
    }
}

/// The absolute folders that are cache mounts somewhere in the chain of a stage.
fn cache_targets(view: &View<'_>, index: usize) -> Vec<String> {
    let mut targets = Vec::new();
    for stage in view.chain(index) {
        for (at, instruction) in stage.instructions.iter().enumerate() {
            for mount in instruction.mounts().filter(|mount| mount.kind() == "cache") {
                targets.extend(mount.target().and_then(|target| view.absolute(stage.index, at, target)));
            }
        }
    }
    targets.retain(|target| target != "/");
    targets
}
