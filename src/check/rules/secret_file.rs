//! A copy takes a file along that looks like a secret.
//!
//! Files of a build stage stay in its cache; files of the final stage are in the image for everyone to read.
//!
//! ```text .env
//! PASSWORD=hunter2
//! ```
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY . .
//! ```
//!
//! ### Better
//! ```text .dockerignore
//! **/.env
//! ```
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! COPY . .
//! ```

use crate::catalog;
use crate::check::presence::below;
use crate::check::{Context, Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Dockerignore, Glob, Instruction};
use crate::source::is_test;

/// The rule.
pub static RULE: Rule = Rule::new("secret-file", Severity::Warning, &[], include_str!("secret_file.rs"), check);

/// A secret file is named, not all of them.
const MOST_NAMED: usize = 3;

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let is_copy = |body: &Body| matches!(body, Body::Copy(_) | Body::Add(_));
    if !view.file.instructions().iter().any(|it| is_copy(&it.body) && it.flag("from").is_none()) {
        return;
    }
    let secrets = secret_files(view.context);
    let secrets: Vec<&str> = secrets.into_iter().filter(|path| !view.is_ignored(path)).collect();
    if secrets.is_empty() {
        return;
    }
    let shipped: Vec<usize> =
        view.last().map(|last| view.chain(last.index).iter().map(|stage| stage.index).collect()).unwrap_or_default();
    for (stage, at, instruction) in view.each().filter(|(_, _, instruction)| instruction.flag("from").is_none()) {
        let (Body::Copy(copy) | Body::Add(copy)) = &instruction.body else {
            continue;
        };
        for source in &copy.sources {
            let Some(path) = view.expand(stage.index, at, source.written()) else {
                continue;
            };
            let roots = view.sources(&path);
            let under = |file: &str| {
                roots.iter().any(|root| {
                    root == "."
                        || file.strip_prefix(root.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
            };
            let is_taken = |file: &&&str| under(file) && !is_excluded(instruction, &roots, file);
            let taken: Vec<String> = secrets.iter().filter(is_taken).map(|file| format!("`{file}`")).collect();
            if taken.is_empty() {
                continue;
            }
            let more = taken.len().saturating_sub(MOST_NAMED);
            let mut names = taken[..taken.len().min(MOST_NAMED)].join(", ");
            if more > 0 {
                names.extend([" and ", &more.to_string(), " more"]);
            }
            let finding = findings.at(source.span, format!("this copies what looks like a secret: {names}"));
            finding.help("leave it out in the ignore file, and mount it at run time");
            if shipped.contains(&stage.index) {
                finding.severity(Severity::Error);
            }
        }
    }
}

/// Whether an `--exclude` leaves a file out: its patterns are seen from each source.
fn is_excluded(instruction: &Instruction, roots: &[String], file: &str) -> bool {
    let patterns =
        instruction.flags.iter().filter(|flag| flag.name == "exclude").filter_map(|flag| flag.value.as_deref());
    let text = patterns.collect::<Vec<_>>().join("\n");
    let Ok(excluded) = Dockerignore::parse(&text) else { return false };
    roots.iter().any(|root| excluded.excludes(below(root, file).unwrap_or(file))) || excluded.excludes(file)
}

/// The files of the context that look like secrets.
fn secret_files(context: &Context) -> Vec<&str> {
    let table = &catalog::secrets().files;
    let names: Vec<Glob> = table.names.iter().map(|name| Glob::new(name)).collect();
    let holding: Vec<(Vec<Glob>, &str)> = table
        .holding
        .iter()
        .map(|it| (it.names.iter().map(|name| Glob::new(name)).collect(), it.text.as_str()))
        .collect();
    context
        .files()
        .filter(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let holds = |(globs, text): &(Vec<Glob>, &str)| {
                globs.iter().any(|glob| glob.matches(name))
                    && context.read(path).is_some_and(|content| holds_value(&content, text))
            };
            // What bundlers put into pages is no secret in a file either.
            let is_public = || {
                name.starts_with(".env")
                    && context.read(path).is_some_and(|text| catalog::secrets().variables.are_public(&text))
            };
            let is_one = || names.iter().any(|glob| glob.matches(name)) && !is_public() || holding.iter().any(holds);
            is_one() && !is_test(path)
        })
        .collect()
}

/// Whether a text stands on a line without being a variable's value: `_authToken=${TOKEN}` holds no secret.
fn holds_value(content: &str, text: &str) -> bool {
    content.lines().any(|line| line.split_once(text).is_some_and(|(_, rest)| !rest.trim_start().starts_with("${")))
}

#[cfg(test)]
mod tests {
    use super::holds_value;

    #[test]
    fn a_variable_in_place_of_a_token_is_no_secret() {
        assert!(holds_value("//host/:_authToken=npm_abc\n", "_authToken="));
        assert!(!holds_value("//host/:_authToken=${NPM_TOKEN}\n", "_authToken="));
        assert!(holds_value("-----BEGIN PRIVATE KEY-----\n", "PRIVATE KEY"));
    }
}
