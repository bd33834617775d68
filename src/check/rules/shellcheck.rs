//! ShellCheck finds something in a `RUN`.
//!
//! Where the program `shellcheck` is installed, `dockgen check` gives it every `RUN` in shell form and every script of a heredoc whose
//! shell it knows, and takes in what it finds, under its own codes. What they mean is said at `https://www.shellcheck.net/wiki/`.
//! A comment `# shellcheck disable=SC2086` above the instruction silences one, as `# dockgen: allow SC2086` does;
//! `shellcheck = "off"` below `[check.rules]` in `dockgen.toml` switches it off. `dockgen init` never asks it.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN for file in $(ls /etc/*.conf); do cat $file; done
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! RUN for file in /etc/*.conf; do cat "$file"; done
//! ```

use crate::check::shellcheck::{self, Dialect, Script};
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Command, Instruction, Joined};

/// The rule.
pub static RULE: Rule = Rule::new("shellcheck", Severity::Warning, &[], include_str!("shellcheck.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    if !view.settings.asks_shellcheck {
        return;
    }
    let scripts: Vec<Script> = view
        .each()
        .filter_map(|(stage, at, instruction)| {
            let shell = view.state(stage.index, at).shell.as_deref();
            let program = shell.map_or("sh", |words| words.first().map_or("", |word| word.value.as_str()));
            script(view, instruction, Dialect::of(program)?)
        })
        .collect();
    for comment in shellcheck::comments(&scripts) {
        let severity = match comment.level.as_str() {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            _ => Severity::Note,
        };
        let message = comment.message.trim_end_matches('.').to_owned();
        let code = format!("SC{}", comment.code);
        findings
            .at(comment.span, message)
            .help(format!("https://www.shellcheck.net/wiki/{code} explains it"))
            .severity(severity)
            .code(Some(code));
    }
}

/// What the shell is given by a `RUN`: its line, or the document that it is.
fn script(view: &View<'_>, instruction: &Instruction, dialect: Dialect) -> Option<Script> {
    let Body::Run(Command::Shell(line)) = &instruction.body else { return None };
    match instruction.heredocs.as_slice() {
        [] => Some(Script { text: line.clone(), dialect }),
        [document] if line.as_str().split_whitespace().count() == 1 => {
            let text = view.file.source(document.content);
            let (first, dialect) = match shellcheck::interpreter(text) {
                Some(own) => (text.find('\n').map_or(text.len(), |end| end + 1), Dialect::of(own)?),
                None => (0, dialect),
            };
            Some(Script { text: Joined::from_source(document.content.start + first, &text[first..]), dialect })
        }
        _ => None,
    }
}
