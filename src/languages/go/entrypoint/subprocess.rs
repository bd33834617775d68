//! Other programs that a program starts, which a distroless image does not hold.

use crate::evidence::Fact;
use crate::languages::go::workspace::packages::{Closure, Packages};
use crate::source::go::Literal;

/// Programs that desktops, developers and other systems have, and that a server does without.
const DESKTOP: &[&str] = &[
    "open",
    "xdg-open",
    "start",
    "explorer",
    "go",
    "make",
    "code",
    "wslview",
    "osascript",
    "cmd",
    "rundll32",
    "which",
    "powershell",
    "clip",
    "pbcopy",
    "pbpaste",
];

/// The names of the programs, each with the line that starts it.
pub fn started(packages: &mut Packages, closure: &Closure) -> Vec<Fact<String>> {
    let mut found: Vec<Fact<String>> = Vec::new();
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for literal in source.literals.iter().filter(|literal| starts(literal)) {
                if !found.iter().any(|it| it.value == literal.value) {
                    found.push(packages.fact(source, literal.line, literal.value.clone()));
                }
            }
        }
    }
    found
}

/// Whether a literal is the name of a program that is started.
fn starts(literal: &Literal) -> bool {
    let position = match literal.call.as_str() {
        "exec.Command" | "exec.LookPath" => 0,
        "exec.CommandContext" => 1,
        _ => return false,
    };
    let is_plain = literal.value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+'));
    let name = literal.value.as_str();
    literal.position == position && is_plain && !name.is_empty() && !name.ends_with(".exe") && !DESKTOP.contains(&name)
}
