//! Variables without which modules of the server can't be read, though nothing needs their value in a build.

use std::collections::BTreeSet;

use crate::catalog::{placeholder, secrets};
use crate::languages::source::Sources;
use crate::pattern;
use crate::plan::Variable;

/// The variables that a module throws without, each with a value that stands for none.
pub fn variables(sources: &Sources) -> Vec<Variable> {
    let names = |pattern: &regex::Regex| -> BTreeSet<String> {
        sources.find_all(pattern, |captures| Some(captures[1].to_owned())).into_iter().map(|fact| fact.value).collect()
    };
    let mut required = names(pattern!(r"\bif\s*\(\s*!\s*process\.env\.([A-Z]\w+)\s*\)\s*\{?\s*throw\b"));
    required.extend(clients(sources));
    let checked = names(pattern!(r"\bif\s*\(\s*!\s*([A-Za-z_]\w*)\s*\)\s*\{?\s*throw\b"));
    let assigned = pattern!(r"\bconst\s+(\w+)\s*(?::\s*\w+\s*)?=\s*process\.env\.([A-Z]\w+)");
    let both = sources.find_all(assigned, |captures| Some((captures[1].to_owned(), captures[2].to_owned())));
    required.extend(
        both.into_iter()
            .map(|fact| fact.value)
            .filter(|(name, _)| checked.contains(name))
            .map(|(_, variable)| variable),
    );
    required.retain(|name| !secrets().variables.is_public(name) && !is_of_platform(name));
    required.into_iter().map(|name| Variable::new(&name, placeholder(&name))).collect()
}

/// What clients of services are made with, which refuse to be made without.
fn clients(sources: &Sources) -> Vec<String> {
    let made = pattern!(r"\bnew\s+[A-Z]\w*\(\s*(?:\{[^{}]{0,300}|process\.env\.[^)]{0,80})");
    let variable = pattern!(r"process\.env\.([A-Z]\w+)!?\s*(\|\||\?\?)?");
    let texts = sources.find_all(made, |captures| Some(captures[0].to_owned()));
    let named = texts.iter().flat_map(|text| variable.captures_iter(&text.value));
    // One with a default is not missed.
    let optional = optional(sources);
    named
        .filter(|captures| captures.get(2).is_none() && !optional.contains(&captures[1]))
        .map(|captures| captures[1].to_owned())
        .collect()
}

/// What the source asks for before it uses it.
fn optional(sources: &Sources) -> BTreeSet<String> {
    let asked = pattern!(
        r"(?:\bif\s*\(|\bBoolean\(|!!|&&)\s*process\.env\.([A-Z]\w+)|process\.env\.([A-Z]\w+)\s*(?:&&|\?[^.?])"
    );
    let names =
        sources.find_all(asked, |captures| captures.get(1).or(captures.get(2)).map(|name| name.as_str().to_owned()));
    names.into_iter().map(|fact| fact.value).collect()
}

/// What package managers and platforms set by themselves.
fn is_of_platform(name: &str) -> bool {
    ["npm_", "VERCEL", "NETLIFY", "GITHUB_", "NODE_"].iter().any(|prefix| name.starts_with(prefix))
}
