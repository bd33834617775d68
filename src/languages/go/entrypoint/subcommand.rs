//! The subcommand that serves, where a program has several.

use crate::evidence::Fact;
use crate::languages::go::framework;
use crate::languages::go::workspace::packages::{Closure, Packages};
use crate::source::go::{ADD_COMMAND, Call, Literal, Piece, Source};

/// Names of subcommands that serve, the likeliest first.
const SERVING: &[&str] = &["serve", "server", "web", "daemon", "run", "start", "api", "http"];

/// The subcommand that serves, of those that are the program's own and no other subcommand's; else its framework's.
pub fn serving(packages: &mut Packages, closure: &Closure, server: &Fact<String>) -> Option<Fact<String>> {
    let found: Vec<_> = closure.folders.iter().map(|folder| packages.package(folder)).collect();
    let sources: Vec<&Source> = found.iter().flat_map(|package| &package.sources).collect();
    let additions: Vec<&Call> =
        sources.iter().flat_map(|source| &source.calls).filter(|call| call.function() == ADD_COMMAND).collect();
    let nested: Vec<&str> = sources.iter().flat_map(|source| &source.nested).map(|name| last(name)).collect();
    let mut commands: Vec<(usize, &Source, &Literal)> = Vec::new();
    for source in &sources {
        for literal in &source.literals {
            let rank = SERVING.iter().position(|it| literal.value.split_whitespace().next() == Some(it));
            let Some(rank) = rank.filter(|_| defines(literal)) else { continue };
            let names = [last(&literal.outer), literal.within.as_str()];
            let is_nested = names.iter().any(|name| nested.contains(name))
                || additions.iter().any(|call| adds(call, &names) && is_below(call, &additions));
            if !is_nested {
                commands.push((rank, source, literal));
            }
        }
    }
    if let Some((rank, source, literal)) = commands.into_iter().min_by_key(|(rank, _, _)| *rank) {
        return Some(packages.fact(source, literal.line, SERVING[rank].to_owned()));
    }
    let framework = framework::framework(packages, closure)?;
    framework.serve.clone().map(|word| Fact::new(word, server.evidence.clone()))
}

/// Whether a literal names a command of cobra, of urfave's cli, or of kingpin.
fn defines(literal: &Literal) -> bool {
    let is_command = literal.function() == "Command";
    is_command && matches!(literal.name.as_str(), "Use" | "Name")
        || literal.call.is_empty() && literal.name == "Name" && literal.outer == "Commands"
        || is_command && literal.position == 0 && literal.call.contains("kingpin")
}

/// Whether a call adds a command that one of these variables or functions holds.
fn adds(call: &Call, names: &[&str]) -> bool {
    let pieces = call.arguments.iter().flatten();
    pieces.into_iter().any(|piece| match piece {
        Piece::Name(name) => names.contains(&last(name)),
        Piece::Literal(_) => false,
    })
}

/// Whether the command that a call adds to is added to another itself.
fn is_below(call: &Call, additions: &[&Call]) -> bool {
    let receiver = call.name.strip_suffix(ADD_COMMAND).unwrap_or_default().trim_end_matches('.');
    // short names stand for another command in each function
    let is_telling = |it: &Call| last(receiver).len() > 3 || it.within == call.within;
    additions.iter().any(|it| adds(it, &[last(receiver)]) && is_telling(it) || adds(it, &[call.within.as_str()]))
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default()
}
