//! A HEALTHCHECK that can't run.
//!
//! Distroless images have no shell and no curl, so the container is unhealthy for ever. Ask with the runtime that is there, or with
//! the application itself.
//!
//! ### Problematic
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! USER 65532:65532
//! HEALTHCHECK CMD curl --fail http://localhost:8080/
//! CMD ["/app/server.js"]
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! USER 65532:65532
//! HEALTHCHECK CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:8080/').then(r => process.exit(r.ok ? 0 : 1))"]
//! CMD ["/app/server.js"]
//! ```

use crate::check::{Findings, Rule, Severity, View, shell};
use crate::dockerfile::{Body, Command};

/// The rule.
pub static RULE: Rule = Rule::new("health-check", Severity::Error, &[], include_str!("health_check.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(last) = view.last() else { return };
    let before = view.before(last.index, usize::MAX);
    let Some((_, instruction)) = before.iter().rev().find(|(_, it)| matches!(it.body, Body::Healthcheck(_))) else {
        return;
    };
    let Body::Healthcheck(Some(command)) = &instruction.body else {
        return;
    };
    match command {
        Command::Shell(line) if line.as_str().is_empty() => {
            findings
                .at(instruction.span, "the HEALTHCHECK has no command")
                .help("write `HEALTHCHECK CMD [\"program\"]`");
        }
        Command::Shell(_) if view.has_no_shell(last.index) => {
            findings
                .at(instruction.span, "the HEALTHCHECK needs a shell, and the image has none")
                .help("use the exec form, and a program that is in the image");
        }
        Command::Shell(line) => {
            let commands = shell::commands(line);
            let missing = commands.iter().find_map(|command| {
                command.words.first().filter(|word| view.lacks_program(last.index, usize::MAX, &word.value))
            });
            if let Some(word) = missing {
                findings
                    .at(word.span, format!("the HEALTHCHECK runs `{}`, which is not in the image", word.value))
                    .help("ask with the runtime that is there, or with the application itself");
            }
        }
        Command::Exec(words) => {
            if let Some(program) = words.first().filter(|program| view.has_no_program(last.index, &program.value)) {
                findings
                    .at(program.span, format!("the HEALTHCHECK runs `{}`, which is not in the image", program.value))
                    .help("ask with the runtime that is there, or with the application itself");
            }
        }
    }
}
