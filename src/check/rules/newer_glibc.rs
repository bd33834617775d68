//! A program is built against a newer C library than the image has that runs it.
//!
//! It may not start: `version GLIBC_2.38 not found`. A tag without the release of Debian moves to the next one by itself.
//!
//! ### Problematic
//! ```dockerfile
//! FROM rust:1.100 AS build
//! RUN cargo build --release && cp target/release/server /server
//! FROM debian:bookworm-slim
//! COPY --from=build /server /server
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM rust:1.100-trixie AS build
//! RUN cargo build --release && cp target/release/server /server
//! FROM debian:trixie-slim
//! COPY --from=build /server /server
//! ```

use crate::check::image::older;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule = Rule::new("newer-glibc", Severity::Warning, &[], include_str!("newer_glibc.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, _, instruction) in view.each() {
        let (Body::Copy(_), Some(from)) = (&instruction.body, instruction.flag("from")) else {
            continue;
        };
        let Some(builder) = view.source_stage(from, stage.index) else {
            continue;
        };
        let glibc = |index: usize| view.root_image(index).and_then(super::super::image::Image::glibc);
        let (Some(built), Some(runs)) = (glibc(builder), glibc(stage.index)) else {
            continue;
        };
        let commands = view.commands_in(builder);
        let compiles = commands.iter().any(|command| match command.program() {
            "cargo" => command.has("build") && !command.arguments().any(|argument| argument.contains("musl")),
            "gcc" | "g++" | "cc" | "make" | "cmake" => true,
            _ => false,
        });
        if older(runs, built) && compiles {
            findings
                .at(instruction.span, format!("built with glibc {built}, run with glibc {runs}"))
                .help("build on the release of Debian that the final image has, or an older one");
        }
    }
}
