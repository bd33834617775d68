//! A program is built against a newer C library than the image has that runs it.
//!
//! It may not start: `version GLIBC_2.38 not found`. A tag without the release of Debian moves to the next one by itself.
//!
//! Files that are only read, such as certificates and time zones, may come from anywhere.
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
//! COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
//! ```

use crate::check::image::older;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule = Rule::new("newer-glibc", Severity::Warning, &[], include_str!("newer_glibc.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, _, instruction) in view.each() {
        let (Body::Copy(copy), Some(from)) = (&instruction.body, instruction.flag("from")) else {
            continue;
        };
        if copy.sources.iter().all(|source| is_data(&source.value)) {
            continue;
        }
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

/// Whether a path can't be a program or a library: a folder of data, or a file of it by its ending.
fn is_data(path: &str) -> bool {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let last_word = name.rsplit(['_', '-', '.']).next().unwrap_or_default();
    let is_text = name.rsplit_once('.').is_some_and(|(_, ending)| DATA_ENDINGS.contains(&ending));
    is_text || DATA_FOLDERS.iter().any(|folder| path.starts_with(folder)) || DATA_NAMES.contains(&last_word)
}

/// Folders whose files are read and not run.
const DATA_FOLDERS: &[&str] = &["/usr/share/", "/etc/", "/var/"];

/// The last words in the names of folders of data.
const DATA_NAMES: &[&str] = &["data", "static", "public", "assets", "templates", "migrations", "config", "dist"];

/// Endings of files that are no programs.
const DATA_ENDINGS: &[&str] =
    &["crt", "pem", "json", "toml", "yaml", "yml", "html", "css", "js", "txt", "sql", "md", "env"];
