//! What a script of `package.json` starts, as a program and its arguments without a shell.

use crate::languages::node::package::Package;
use crate::languages::{Evidence, Fact};
use crate::plan::Variable;

/// A command of a script, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Command {
    /// The variables that it sets for itself.
    pub environment: Vec<Variable>,
    /// The program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The commands before it in an `a && b`, as text.
    pub before: Vec<String>,
}

/// Scripts refer to each other at most this deep.
const DEEPEST: u32 = 8;

/// The command that a script comes down to, followed through scripts that it runs.
///
/// Nothing where it can't be started without a shell: pipes, expansions, several processes at once.
pub fn command(package: &Package, script: &str) -> Option<Fact<Command>> {
    resolve(package, script, 0)
}

fn resolve(package: &Package, script: &str, depth: u32) -> Option<Fact<Command>> {
    let fact = package.script(script)?;
    let mut command = parse(&fact.value)?;
    if depth < DEEPEST
        && let Some((next, rest)) = other_script(package, &command)
    {
        let inner = resolve(package, &next, depth + 1)?;
        let mut value = inner.value;
        value.arguments.extend(rest);
        value.environment.extend(command.environment);
        command.before.extend(value.before);
        value.before = command.before;
        return Some(Fact::new(value, inner.evidence));
    }
    Some(Fact::new(command, fact.evidence))
}

/// Takes a line of shell apart.
pub fn parse(text: &str) -> Option<Command> {
    let mut parts: Vec<&str> = text.split("&&").map(str::trim).filter(|part| !part.is_empty()).collect();
    let last = parts.pop()?.split(" ; ").last()?.trim();
    if last.contains(['|', ';', '`', '<', '>']) || last.contains("$(") || last.ends_with('&') || last.contains(" & ") {
        return None;
    }
    let words: Vec<String> = shlex::split(last)?;
    let mut command = Command { before: parts.into_iter().map(str::to_owned).collect(), ..Command::default() };
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.peek() {
        match assignment(word) {
            Some(variable) => {
                // A variable that takes its value from another can't be set without a shell.
                if !variable.value.contains('$') {
                    command.environment.push(variable);
                }
                words.next();
            }
            None if WRAPPERS.contains(&word.as_str()) => {
                let wrapper = words.next().unwrap_or_default();
                if wrapper.starts_with("dotenv") || wrapper == "env-cmd" {
                    while words.peek().is_some_and(|word| word.starts_with('-') || word.contains(".env")) {
                        words.next();
                    }
                }
            }
            None => break,
        }
    }
    command.program = words.next()?;
    command.arguments = words.filter(|word| word != "--env-file=.env" && word != "--env-file-if-exists=.env").collect();
    let has_expansion = |word: &String| word.contains('$');
    if has_expansion(&command.program) || command.arguments.iter().any(has_expansion) {
        return None;
    }
    Some(command)
}

/// Programs that only set the environment of what follows.
const WRAPPERS: &[&str] = &[
    "cross-env",
    "cross-env-shell",
    "env",
    "dotenv",
    "dotenvx",
    "env-cmd",
    "exec",
    "npx",
    "bunx",
    "run",
    "--",
    "dotenv-flow",
];

fn assignment(word: &str) -> Option<Variable> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    is_name.then(|| Variable::new(name, value))
}

/// The script that a command like `npm run build` runs, and the arguments for it.
fn other_script(package: &Package, command: &Command) -> Option<(String, Vec<String>)> {
    let arguments = &command.arguments;
    let rest = |from: usize| arguments.iter().skip(from).filter(|word| *word != "--").cloned().collect();
    match (command.program.as_str(), arguments.first().map(String::as_str)) {
        ("npm" | "yarn" | "pnpm" | "bun", Some("run" | "run-script")) => {
            let name = arguments.iter().skip(1).find(|word| !word.starts_with('-'))?;
            Some((name.clone(), rest(2)))
        }
        ("npm" | "yarn" | "pnpm", Some("start")) => Some(("start".into(), rest(1))),
        ("yarn" | "pnpm", Some(name)) if package.script(name).is_some() => Some((name.to_owned(), rest(1))),
        ("run-s" | "npm-run-all", Some(_)) => {
            let name = arguments.iter().rfind(|word| !word.starts_with('-'))?;
            Some((name.clone(), Vec::new()))
        }
        _ => None,
    }
}

/// What starts a package: how, and by what evidence.
#[derive(Debug, Clone)]
pub struct Found {
    /// The command.
    pub command: Command,
    /// The line that says so.
    pub evidence: Evidence,
    /// The script's name; empty where a field of the manifest says it.
    pub script: String,
}

/// The scripts that start an application in production, the most deliberate first.
pub const STARTERS: &[&str] = &[
    "start:prod",
    "start:production",
    "prod",
    "production",
    "start",
    "serve",
    "server",
    "start:server",
    "dev",
    "start:dev",
    "develop",
];

/// The starting commands of a package, the most deliberate first.
pub fn starting(package: &Package) -> Vec<Found> {
    let found = STARTERS.iter().filter_map(|name| {
        let fact = command(package, name)?;
        Some(Found { command: fact.value, evidence: fact.evidence, script: (*name).to_owned() })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_last_command_is_the_server() {
        let command = parse(
            "prisma migrate deploy && NODE_ENV=production cross-env PORT=80 node --inspect dist/main.js --x 'a b'",
        )
        .unwrap();
        assert_eq!(command.program, "node");
        assert_eq!(command.arguments, ["--inspect", "dist/main.js", "--x", "a b"]);
        assert_eq!(command.environment.len(), 2);
        assert_eq!(command.before, ["prisma migrate deploy"]);
    }

    #[test]
    fn what_needs_a_shell_is_nothing() {
        for text in ["node a | tee log", "node $(cat x)", "node a & node b", "node $FILE", ""] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
