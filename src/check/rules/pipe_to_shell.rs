//! A download is run without looking at it.
//!
//! Whoever controls the server, or the way to it, controls the image; and a download that breaks off is run as far as it came. Copy a
//! pinned file, check its sum, or take the tool from an image.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN curl -fsSL https://example.org/install.sh | sh
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! COPY --from=ghcr.io/astral-sh/uv:0.13 /uv /usr/local/bin/
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Span;

/// The rule.
pub static RULE: Rule = Rule::new("pipe-to-shell", Severity::Warning, &[], include_str!("pipe_to_shell.rs"), check);

const DOWNLOADERS: &[&str] = &["curl", "wget"];
const SHELLS: &[&str] = &["sh", "bash", "ash", "dash", "zsh", "python", "python3", "node", "perl"];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for instruction in view.file.instructions() {
        let commands = view.commands(instruction);
        let mut download: Option<Span> = None;
        for command in commands {
            if !command.piped {
                download = None;
            }
            if DOWNLOADERS.contains(&command.program()) {
                download = Some(command.span());
            }
            let program = if matches!(command.program(), "sudo" | "env") {
                command.operands().next().unwrap_or_default()
            } else {
                command.program()
            };
            if let Some(start) = download.filter(|_| command.piped && SHELLS.contains(&program)) {
                findings
                    .at(Span::new(start.start, command.span().end), "a download is run without looking at it")
                    .help("pin what is run: copy it from an image, or check its sum before it runs");
            }
        }
    }
}
