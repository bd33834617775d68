//! What a script of `package.json` starts, as a program and its arguments without a shell.

use crate::evidence::{Evidence, Fact};
use crate::languages::node::delegate;
use crate::languages::node::package::Package;
use crate::languages::node::shell_script;
use crate::path::join;
use crate::pattern;
use crate::plan::Variable;
use crate::repo::Repo;

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
    /// The folder that it goes to first, from the package's; empty where it stays.
    pub folder: String,
}

/// Scripts refer to each other at most this deep.
const DEEPEST: u32 = 8;

/// The command that a script comes down to, followed through the scripts that it runs.
///
/// Nothing where it can't be started without a shell: pipes, expansions, several processes at once.
pub fn command(repo: &Repo, package: &Package, script: &str) -> Option<Fact<Command>> {
    resolve(repo, package, script, 0)
}

fn resolve(repo: &Repo, package: &Package, script: &str, depth: u32) -> Option<Fact<Command>> {
    let fact = package.script(script)?;
    follow(repo, package, &fact, depth)
}

fn follow(repo: &Repo, package: &Package, line: &Fact<String>, depth: u32) -> Option<Fact<Command>> {
    let mut command = parse(&line.value)?;
    unwrap_program(package, &mut command);
    if depth >= DEEPEST {
        return Some(Fact::new(command, line.evidence.clone()));
    }
    let (inner, rest) = if let Some((next, rest)) = other_script(package, &command) {
        (resolve(repo, package, &next, depth + 1)?, rest)
    } else if let Some(text) = shell_script::line(repo, package, &command, &line.evidence) {
        (follow(repo, package, &text, depth + 1)?, Vec::new())
    } else {
        return Some(Fact::new(command, line.evidence.clone()));
    };
    let mut value = inner.value;
    value.arguments.extend(rest);
    value.environment.extend(command.environment);
    command.before.extend(value.before);
    value.before = command.before;
    value.folder = if value.folder.is_empty() { command.folder } else { value.folder };
    Some(Fact::new(value, inner.evidence))
}

/// Takes a line of shell apart.
pub fn parse(text: &str) -> Option<Command> {
    let mut parts: Vec<&str> = text.split("&&").map(str::trim).filter(|part| !part.is_empty()).collect();
    let last = without_formatter(parts.pop()?.split(" ; ").last()?.trim());
    if last.contains(['|', ';', '`', '<', '>']) || last.contains("$(") || last.ends_with('&') || last.contains(" & ") {
        return None;
    }
    let mut command = Command::default();
    for part in parts {
        let words = shlex::split(part).unwrap_or_default();
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["cd", folder] => command.folder = join(&command.folder, folder),
            ["export" | "set" | "SET", variable] => command.environment.extend(assignment(variable)),
            _ => command.before.push(part.to_owned()),
        }
    }
    let mut words = shlex::split(last)?.into_iter().peekable();
    while let Some(word) = words.peek() {
        match assignment(word) {
            Some(variable) => {
                command.environment.extend(without_shell(variable));
                words.next();
            }
            None if WRAPPERS.contains(&word.as_str()) => {
                let wrapper = words.next().unwrap_or_default();
                if wrapper.starts_with("dotenv") || matches!(wrapper.as_str(), "env-cmd" | "run") {
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
    // What `sh -c` is given is taken apart in its turn.
    if has_expansion(&command.program)
        || command.arguments.iter().any(has_expansion) && !command.program.ends_with("sh")
    {
        return None;
    }
    Some(command)
}

/// A command without the program that its log is made pretty with.
fn without_formatter(text: &str) -> &str {
    let formatter = pattern!(r"\s*\|\s*(?:npx\s+|pnpm\s+)?(?:pino-\w+|bunyan|roarr)(?:\s[^|]*)?$");
    formatter.find(text).map_or(text, |found| &text[..found.start()])
}

/// A variable that takes its value from another can't be set without a shell, but for a default in `${X:-…}`.
fn without_shell(variable: Variable) -> Option<Variable> {
    match pattern!(r"^\$\{\w+:-([^{}$]*)\}$").captures(&variable.value) {
        Some(captures) => Some(Variable::new(variable.name.clone(), &captures[1])),
        None => (!variable.value.contains('$')).then_some(variable),
    }
}

/// A package manager that runs the program of a dependency: `pnpm exec tsx`, `yarn node`.
fn unwrap_program(package: &Package, command: &mut Command) {
    if !matches!(command.program.as_str(), "npm" | "yarn" | "pnpm" | "bun") {
        return;
    }
    let Some(first) = command.arguments.first().cloned() else {
        return;
    };
    let skip = match first.as_str() {
        "exec" | "x" | "dlx" => 1,
        name if package.script(name).is_none() && (name == "node" || package.depends_on(name)) => 0,
        _ => return,
    };
    let mut words = command.arguments.iter().skip(skip).skip_while(|word| word.starts_with('-')).cloned();
    if let Some(program) = words.next() {
        let arguments = words.collect();
        command.program = program;
        command.arguments = arguments;
    }
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
pub fn other_script(package: &Package, command: &Command) -> Option<(String, Vec<String>)> {
    if delegate::target(command).is_some() {
        return None;
    }
    let arguments = &command.arguments;
    let rest = |from: usize| arguments.iter().skip(from).filter(|word| *word != "--").cloned().collect();
    match (command.program.as_str(), arguments.first().map(String::as_str)) {
        ("npm" | "yarn" | "pnpm" | "bun", Some("run" | "run-script")) => {
            let name = arguments.iter().skip(1).find(|word| !word.starts_with('-'))?;
            // Bun runs files by the same word.
            let is_file = command.program == "bun" && package.script(name).is_none();
            (!is_file).then(|| (name.clone(), rest(2)))
        }
        ("npm" | "yarn" | "pnpm", Some("start")) => Some(("start".into(), rest(1))),
        ("yarn" | "pnpm" | "bun", Some(name)) if package.script(name).is_some() => Some((name.to_owned(), rest(1))),
        ("run-s" | "npm-run-all" | "npm-run-all2", Some(_)) => {
            if arguments.iter().any(|word| matches!(word.as_str(), "-p" | "--parallel")) {
                return None;
            }
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

/// Whether a script is for development only.
pub fn is_for_development(script: &str) -> bool {
    matches!(script, "dev" | "start:dev" | "develop")
}

/// The starting commands of a package, the most deliberate first: what a Procfile says, then the scripts.
pub fn starting(repo: &Repo, package: &Package) -> Vec<Found> {
    let found = |fact: Fact<Command>, script: &str| Found {
        command: fact.value,
        evidence: fact.evidence,
        script: script.to_owned(),
    };
    let procfile = repo.read_optional(&join(&package.folder, "Procfile")).and_then(|document| {
        let line = document.find_line(|line| line.starts_with("web:"))?;
        let text = document.line(line.line).trim_start_matches("web:").trim().to_owned();
        follow(repo, package, &Fact::new(text, line), 0)
    });
    let scripts = STARTERS.iter().filter_map(|name| Some(found(command(repo, package, name)?, name)));
    procfile.into_iter().map(|fact| found(fact, "start")).chain(scripts).collect()
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
