//! The subcommand that serves, where a program has several.

use crate::languages::Fact;
use crate::languages::go::packages::{Closure, Packages};

/// Names of subcommands that serve, the likeliest first.
const SERVING: &[&str] = &["serve", "server", "web", "daemon", "run", "start", "api", "http"];

/// The subcommand that serves.
pub fn serving(packages: &mut Packages, closure: &Closure) -> Option<Fact<String>> {
    let mut found: Vec<(usize, Fact<String>)> = Vec::new();
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for literal in &source.literals {
                let is_command = matches!((literal.function(), literal.name.as_str()), ("Command", "Use" | "Name"))
                    || literal.function() == "Command" && literal.position == 0 && literal.call.contains("kingpin");
                let name = literal.value.split_whitespace().next().unwrap_or_default();
                let rank = SERVING.iter().position(|it| *it == name);
                if let (true, Some(rank)) = (is_command, rank) {
                    found.push((rank, packages.fact(source, literal.line, name.to_owned())));
                }
            }
        }
    }
    found.into_iter().min_by_key(|(rank, _)| *rank).map(|(_, fact)| fact)
}
