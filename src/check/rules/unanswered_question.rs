//! The package manager asks, and nobody is there to answer.
//!
//! A build has no terminal: the question is taken for a no, and the build ends.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update && apt-get install --no-install-recommends curl=8.14.1-2
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN apt-get update && apt-get install -y --no-install-recommends curl=8.14.1-2
//! ```

use crate::check::packages::{Action, Call};
use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule = Rule::new(
    "unanswered-question",
    Severity::Warning,
    &["DL3014", "DL3030", "DL3034", "DL3038"],
    include_str!("unanswered_question.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, instruction) in view.each() {
        let commands = view.commands(instruction);
        let configured = commands.iter().any(|command| command.arguments().any(|word| word.contains("Assume-Yes")));
        for (place, command) in commands.iter().enumerate() {
            let Some(call) = Call::of(command) else { continue };
            let piped = command.piped && place > 0 && commands[place - 1].program() == "yes";
            let asks = matches!(call.action, Action::Install | Action::Upgrade);
            if asks && !call.answers_yes() && !piped && !configured {
                let answer = call.manager.yes[0].as_str();
                let finding =
                    findings.at(call.span(), format!("`{}` will ask, and nobody answers", call.program.value));
                finding.help(format!("add `{answer}`"));
                finding.code(call.manager.code("question"));
                if let Some(verb) = call.verb {
                    finding.fix(verb.span, format!("{} {answer}", verb.value));
                }
            }
        }
    }
}
