//! A command that looks like the exec form and is no JSON.
//!
//! Single quotes, a missing comma or a comma at the end turn the exec form into a line for the shell, which then looks for a
//! program called `[`.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! CMD ['/app/server']
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! CMD ["/app/server"]
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Command};

/// The rule.
pub static RULE: Rule =
    Rule::new("malformed-exec-form", Severity::Error, &[], include_str!("malformed_exec_form.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for instruction in view.file.instructions() {
        let (Body::Run(command)
        | Body::Cmd(command)
        | Body::Entrypoint(command)
        | Body::Shell(command)
        | Body::Healthcheck(Some(command))) = &instruction.body
        else {
            continue;
        };
        let Command::Shell(line) = command else { continue };
        let text = line.as_str().trim();
        let is_test = text.starts_with("[ ") && text.contains(" ]") && !text.contains("\",");
        if text.starts_with('[') && text.ends_with(']') && !text.starts_with("[[") && !is_test {
            findings
                .at(
                    line.span(0..text.len()),
                    format!("`{}` looks like the exec form and is no JSON", instruction.name()),
                )
                .help("write a JSON array: double quotes around every word, commas between them, none at the end");
        }
    }
}
