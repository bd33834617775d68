//! Both wget and curl are used.
//!
//! One of them is enough; the other is one more program to install and to patch.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie
//! RUN wget -q https://example.org/a
//! RUN curl -fsSO https://example.org/b
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie
//! RUN curl -fsSO https://example.org/a
//! RUN curl -fsSO https://example.org/b
//! ```

use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule =
    Rule::new("two-downloaders", Severity::Note, &["DL4001"], include_str!("two_downloaders.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for stage in &view.stages {
        let commands = stage.instructions.iter().flat_map(|instruction| view.commands(instruction));
        let mut first: Option<&str> = None;
        for command in commands.filter(|command| matches!(command.program(), "curl" | "wget")) {
            match first {
                None => first = Some(command.program()),
                Some(program) if program != command.program() => {
                    findings
                        .at(command.span(), format!("`{}` here, and `{program}` above", command.program()))
                        .help("one of them is enough");
                    break;
                }
                Some(_) => {}
            }
        }
    }
}
