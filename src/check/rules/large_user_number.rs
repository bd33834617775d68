//! A user with a high number makes a large layer.
//!
//! `useradd` writes the last login of every number up to this one into a file: sparse on disk, not so in a layer.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN useradd --uid 1000000000 app
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN useradd --no-log-init --uid 1000000000 app
//! ```

use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule =
    Rule::new("large-user-number", Severity::Note, &["DL3046"], include_str!("large_user_number.rs"), check);

/// Below this, the file is small.
const SMALL: u64 = 65_536;

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, command) in view.each_command().filter(|(_, _, command)| command.program() == "useradd") {
        let short = |letter: char| {
            command.arguments().any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains(letter))
        };
        let number = command.value_of(&["-u", "--uid"]).and_then(|number| number.parse::<u64>().ok());
        if !command.has("--no-log-init") && !short('l') && number.is_some_and(|number| number > SMALL) {
            findings.at(command.span(), "this writes a large file of logins").help("add `--no-log-init`");
        }
    }
}
