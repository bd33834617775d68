//! What a script of `package.json` starts, as a program and its arguments without a shell.

use crate::evidence::{Evidence, Fact};
use crate::languages::node::entrypoint::processes::side_by_side;
use crate::languages::node::entrypoint::runner::RUNNERS;
use crate::languages::node::framework::started_by;
use crate::languages::node::manifest::Package;
use crate::languages::node::workspace::Workspace;
use crate::path::join;
use crate::pattern;
use crate::plan::Variable;
use crate::repo::{Document, Repo};
use crate::shell::quote;

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
    /// The commands that run at the same time, as text.
    pub beside: Vec<String>,
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
    if let Some(lines) = side_by_side(package, line) {
        return server_among(repo, package, &lines, depth);
    }
    let mut command = parse(&line.value)?;
    unwrap_program(package, &mut command);
    if depth >= DEEPEST {
        return Some(Fact::new(command, line.evidence.clone()));
    }
    let (inner, rest) = if let Some((next, rest)) = other_script(package, &command) {
        (resolve(repo, package, &next, depth + 1)?, rest)
    } else if let Some(text) = shell_line(repo, package, &command, &line.evidence) {
        (follow(repo, package, &text, depth + 1)?, Vec::new())
    } else {
        return Some(Fact::new(command, line.evidence.clone()));
    };
    let mut value = inner.value;
    value.arguments.extend(rest);
    value.environment.extend(command.environment);
    value.beside.extend(command.beside);
    command.before.extend(value.before);
    value.before = command.before;
    value.folder = if value.folder.is_empty() { command.folder } else { value.folder };
    Some(Fact::new(value, inner.evidence))
}

/// The command that starts the server of the package, among those that run side by side: others build, watch, or serve the
/// pages of another package.
fn server_among(repo: &Repo, package: &Package, lines: &[Fact<String>], depth: u32) -> Option<Fact<Command>> {
    if depth >= DEEPEST {
        return None;
    }
    let commands: Vec<Option<Fact<Command>>> =
        lines.iter().map(|line| follow(repo, package, line, depth + 1)).collect();
    let is_own = |command: &Command| command.folder.is_empty() && target(command).is_none();
    let program = |command: &Command| command.program.rsplit('/').next().unwrap_or_default().to_owned();
    let runs_file = |command: &Command| RUNNERS.contains(&program(command).as_str());
    let runs_framework = |command: &Command| started_by(package, &program(command)).is_some();
    let find = |is_server: &dyn Fn(&Command) -> bool| {
        commands
            .iter()
            .position(|found| found.as_ref().is_some_and(|command| is_own(&command.value) && is_server(&command.value)))
    };
    let index = find(&runs_file).or_else(|| find(&runs_framework))?;
    let mut found = commands[index].clone()?;
    let others = lines.iter().enumerate().filter(|(other, _)| *other != index);
    found.value.beside.extend(others.map(|(_, line)| line.value.clone()));
    Some(found)
}

/// Arguments as one line that a shell would read back.
pub fn words(arguments: &[String]) -> String {
    arguments.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ")
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
    if target(command).is_some() {
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
pub struct StartCommand {
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
pub fn starting(repo: &Repo, package: &Package) -> Vec<StartCommand> {
    let found = |fact: Fact<Command>, script: &str| StartCommand {
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

/// The line that a command comes down to when it runs a shell: `sh -c '…'`, `sh start.sh` or `./start.sh`.
///
/// The lines of a script are joined as `a && b`, which is how a script of `package.json` says the same.
fn shell_line(repo: &Repo, package: &Package, command: &Command, evidence: &Evidence) -> Option<Fact<String>> {
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

/// Programs that run scripts of packages.
const MANAGERS: &[&str] = &["npm", "yarn", "pnpm", "bun", "turbo", "lerna", "nx"];

/// Flags that name the package, by its name or by its folder.
const FLAGS: &[&str] =
    &["--filter", "-F", "--workspace", "-w", "--scope", "--cwd", "--prefix", "-C", "--dir", "--project"];

/// The package that a command hands over to, as it is written: a name or a folder.
pub fn target(command: &Command) -> Option<String> {
    if !MANAGERS.contains(&command.program.as_str()) {
        return None;
    }
    let named = command.arguments.iter().enumerate().find_map(|(index, word)| {
        let next = || command.arguments.get(index + 1).cloned();
        match word.split_once('=') {
            Some((flag, value)) if FLAGS.contains(&flag) => Some(value.to_owned()),
            _ if FLAGS.contains(&word.as_str()) => next(),
            _ if command.program == "yarn" && index == 0 && word == "workspace" => next(),
            _ => None,
        }
    });
    let name = named.unwrap_or_else(|| command.folder.clone());
    let name = name.trim_end_matches("...").trim_start_matches("./").trim_end_matches('/').to_owned();
    (!name.is_empty() && name != "." && !name.contains('*')).then_some(name)
}

/// The folder of the package that the production scripts of `package` hand over to.
pub fn delegate(repo: &Repo, package: &Package, workspace: &Workspace) -> Option<String> {
    let found = starting(repo, package).into_iter().find(|found| !is_for_development(&found.script))?;
    let name = target(&found.command)?;
    if found.command.before.iter().any(|text| text.contains("start")) {
        // It starts more than one.
        return None;
    }
    let member = workspace.members.iter().find(|member| member.name() == name).map(|member| member.folder.clone());
    let folder = member.unwrap_or_else(|| join(&package.folder, &name));
    (folder != package.folder && repo.has(&join(&folder, "package.json"))).then_some(folder)
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
