//! A shell script that starts an application: its commands, so that the last one can be started without a shell.

use crate::evidence::{Evidence, Fact};
use crate::languages::node::package::Package;
use crate::languages::node::script::Command;
use crate::path::join;
use crate::repo::{Document, Repo};

/// The line that a command comes down to when it runs a shell: `sh -c '…'`, `sh start.sh` or `./start.sh`.
///
/// The lines of a script are joined as `a && b`, which is how a script of `package.json` says the same.
pub fn line(repo: &Repo, package: &Package, command: &Command, evidence: &Evidence) -> Option<Fact<String>> {
    let is_shell = matches!(command.program.as_str(), "sh" | "bash" | "/bin/sh" | "/bin/bash" | "/usr/bin/env");
    if is_shell && command.arguments.first().is_some_and(|word| word == "-c") {
        return command.arguments.get(1).map(|text| Fact::new(text.clone(), evidence.clone()));
    }
    let file = if is_shell { command.arguments.iter().find(|word| !word.starts_with('-'))? } else { &command.program };
    let document = repo.read_optional(&join(&package.folder, file))?;
    let is_script = file.ends_with(".sh") || document.text().lines().next().is_some_and(|line| line.contains("sh"));
    if is_script { lines(&document) } else { None }
}

/// What the shell needs for itself.
const OWN: &[&str] = &["set", "echo", "printf", "trap", "wait", "cd \"$(dirname", "cd $(dirname", ":"];

fn lines(document: &Document) -> Option<Fact<String>> {
    let text = document.text().replace("\\\n", " ");
    let commands: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter(|line| !OWN.iter().any(|own| line.strip_prefix(own).is_some_and(|rest| !rest.starts_with('='))))
        .collect();
    let last = commands.last()?;
    let place = document.find_line(|line| {
        !last.is_empty() && last.starts_with(line.trim().trim_end_matches('\\').trim()) && !line.trim().is_empty()
    });
    Some(Fact::new(commands.join(" && "), place.unwrap_or_else(|| Evidence::file(document.path()))))
}
