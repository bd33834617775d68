//! Files that everyone may write.
//!
//! With `chmod 777` whoever gets into the container can replace the application. Give what must be written to the user that runs it.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN chmod -R 777 /app
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN chown -R 65532:65532 /app/data
//! ```

use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule =
    Rule::new("open-permissions", Severity::Warning, &[], include_str!("open_permissions.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let help = "give it to the user that runs the application: `--chown=65532:65532`";
    for instruction in view.file.instructions() {
        for command in view.commands(instruction).iter().filter(|command| command.program() == "chmod") {
            let mode = command.operands().next().unwrap_or_default();
            // `1777` is how a folder for temporary files must be.
            if matches!(mode, "777" | "0777" | "666" | "0666" | "a+w" | "a+rwx" | "ugo+rwx" | "o+w") {
                findings.at(command.span(), format!("`chmod {mode}` lets everyone write")).help(help);
            }
        }
        if let Some(flag) =
            instruction.flags.iter().find(|flag| flag.name == "chmod" && flag.value.as_deref().is_some_and(is_open))
        {
            findings.at(flag.span, "this mode lets everyone write").help(help);
        }
    }
}

fn is_open(mode: &str) -> bool {
    matches!(mode, "777" | "0777" | "666" | "0666" | "a+w" | "a+rwx")
}
