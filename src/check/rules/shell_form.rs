//! ENTRYPOINT or CMD as a line for the shell.
//!
//! Distroless images have no shell, so nothing starts. Elsewhere the shell becomes process 1 and keeps the signals of
//! `docker stop` from the application.
//!
//! ### Problematic
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! USER 65532:65532
//! CMD node /app/server.js
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! USER 65532:65532
//! CMD ["/app/server.js"]
//! ```

use crate::check::{Findings, Rule, Severity, View, shell};
use crate::dockerfile::{Body, Command};

/// The rule.
pub static RULE: Rule = Rule::new(
    "shell-form",
    Severity::Warning,
    &["DL3025", "JSONArgsRecommended"],
    include_str!("shell_form.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(start) = view.start() else { return };
    for instruction in [start.entrypoint, start.command].into_iter().flatten() {
        let (Body::Entrypoint(Command::Shell(line)) | Body::Cmd(Command::Shell(line))) = &instruction.body else {
            continue;
        };
        if line.as_str().is_empty() || line.as_str().starts_with('[') {
            continue;
        }
        let name = instruction.name();
        // Behind `exec`, the shell is gone and the program has the signals itself; with `trap`, the script sees to them.
        let commands = shell::commands(line);
        let hands_over = commands.last().is_some_and(|command| command.replaces_shell)
            || commands.iter().any(|command| command.program() == "trap");
        if view.has_no_shell(start.stage) {
            findings
                .at(instruction.span, format!("`{name}` needs a shell, and the image has none"))
                .severity(Severity::Error)
                .help(format!("use the exec form: `{name} [\"program\", \"argument\"]`"));
        } else if !hands_over {
            findings
                .at(instruction.span, format!("the shell stands between `{name}` and the signals of `docker stop`"))
                .help(format!("use the exec form: `{name} [\"program\", \"argument\"]`"));
        }
    }
}
