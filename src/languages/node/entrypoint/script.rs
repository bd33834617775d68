//! What a script of `package.json` starts, as a program and its arguments without a shell.

use crate::catalog::node::{runner, start};
use crate::evidence::{Evidence, Fact};
use crate::languages::node::entrypoint::processes::side_by_side;
use crate::languages::node::framework::started_by;
use crate::languages::node::manifest::Package;
use crate::languages::node::workspace::Workspace;
use crate::path::join;
use crate::plan::Variable;
use crate::repo::Repo;
use crate::shell::{self, Join, Piece, Redirection, SimpleCommand, Word};

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
    command.folder = repo.entered(&package.folder, "", &command.folder);
    remove_package_manager(package, &mut command);
    if depth >= DEEPEST {
        return Some(Fact::new(command, line.evidence.clone()));
    }
    let (inner, rest) = if let Some((next, rest)) = called_script(package, &command) {
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
    let runs_file = |command: &Command| runner(&program(command)).is_some();
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

/// Takes a line or a script of a shell apart: the last command is what is started.
///
/// Nothing where a shell has to stay for it: pipes, expansions, several processes at once.
pub fn parse(text: &str) -> Option<Command> {
    let script = shell::read(text);
    if !script.is_closed || script.ends_open {
        return None;
    }
    let mut parts: Vec<&[SimpleCommand]> = script.parts().filter(|part| !is_for_shell(part)).collect();
    if parts.is_empty() {
        parts.extend(script.parts().last());
    }
    let (last, before) = parts.split_last()?;
    let mut command = Command::default();
    for part in before {
        let words: Vec<String> = part[0].words.iter().map(Word::as_written).collect();
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["cd", folder] if folder.starts_with('/') => folder.clone_into(&mut command.folder),
            ["cd", folder] => command.folder = join(&command.folder, folder),
            ["export" | "set" | "SET", _] => {
                command.environment.extend(part[0].words[1].assignment().and_then(without_shell));
            }
            _ => command.before.push(text_of(text, part).to_owned()),
        }
    }
    let (simple, formatters) = last.split_first()?;
    let is_plain = !simple.is_conditional && simple.redirections.iter().all(is_to_output);
    if !is_plain || !formatters.iter().all(is_formatter) {
        return None;
    }
    let assigned = simple.assignments.iter().filter_map(|word| word.assignment().and_then(without_shell));
    command.environment.extend(assigned);
    let mut words = simple.words.iter().peekable();
    while let Some(word) = words.peek() {
        let written = word.as_written();
        if let Some(assignment) = word.assignment() {
            command.environment.extend(without_shell(assignment));
            words.next();
        } else if start().is_wrapper(&written) {
            words.next();
            while start().takes_settings(&written) && words.peek().is_some_and(|word| is_setting(&word.as_written())) {
                words.next();
            }
        } else {
            break;
        }
    }
    let program = words.next()?;
    command.program = program.as_written();
    let arguments: Vec<&Word> = words.collect();
    // What `sh -c` is given is taken apart in its turn.
    let is_known = program.is_literal()
        && (command.program.ends_with("sh") || arguments.iter().all(|argument| argument.is_literal()));
    let is_for_node = |word: &String| word != "--env-file=.env" && word != "--env-file-if-exists=.env";
    command.arguments = arguments.into_iter().map(Word::as_written).filter(is_for_node).collect();
    is_known.then_some(command)
}

/// The parts of a text that run in turn, which `&&` and `;` separate; the whole where only a shell can tell them apart.
pub fn parts(text: &str) -> Vec<&str> {
    let script = shell::read(text);
    if script.is_grouped || !script.is_closed || script.commands.iter().any(|command| command.is_conditional) {
        return vec![text.trim()];
    }
    script.parts().map(|part| text_of(text, part)).collect()
}

fn text_of<'a>(text: &'a str, part: &[SimpleCommand]) -> &'a str {
    let end = part.last().map_or(0, |command| command.range.end);
    part.first().and_then(|first| text.get(first.range.start..end)).unwrap_or_default()
}

/// Whether a part only serves the shell that runs it: options, messages, a test, a variable of its own.
fn is_for_shell(part: &[SimpleCommand]) -> bool {
    let [command] = part else { return false };
    let mut words = command.words.iter();
    let Some(program) = words.next() else { return true };
    match program.as_written().as_str() {
        "cd" => words.any(|word| !word.is_literal()),
        "set" => words.all(|word| word.assignment().is_none()),
        program => start().is_of_shell(program),
    }
}

/// Whether a redirection leaves the output where the log of a container is.
fn is_to_output(redirection: &Redirection) -> bool {
    let target = redirection.target.as_ref().map(Word::as_written);
    redirection.operator.as_written() == "2>&" && target.as_deref() == Some("1")
}

/// Whether a program makes the log pretty of the one before it.
fn is_formatter(command: &SimpleCommand) -> bool {
    let words = command.words.iter().map(Word::as_written);
    let program = words.into_iter().find(|word| !matches!(word.as_str(), "npx" | "pnpm"));
    command.join == Join::Pipe && program.is_some_and(|program| start().is_formatter(&program))
}

/// Whether a word tells a program that reads a file of variables which file that is.
fn is_setting(word: &str) -> bool {
    word.starts_with('-') || word.contains(".env")
}

/// A variable that takes its value from another can't be set without a shell, but for a default in `${X:-…}`.
fn without_shell((name, value): (String, Word)) -> Option<Variable> {
    match value.pieces.as_slice() {
        [Piece::Variable { default: Some(default), .. }] => {
            (!default.contains('$')).then(|| Variable::new(name, default))
        }
        _ => value.is_literal().then(|| Variable::new(name, value.as_written())),
    }
}

/// A package manager that runs the program of a dependency: `pnpm exec tsx`, `yarn node`.
fn remove_package_manager(package: &Package, command: &mut Command) {
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

/// The script that a command like `npm run build` runs, and the arguments for it.
pub fn called_script(package: &Package, command: &Command) -> Option<(String, Vec<String>)> {
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
        (program, Some(_)) if start().is_sequence(program) => {
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

impl StartCommand {
    fn new(command: Fact<Command>, script: &str) -> Self {
        Self { command: command.value, evidence: command.evidence, script: script.to_owned() }
    }
}

/// The starting commands of a package, the most deliberate first: what a Procfile says, then the scripts.
pub fn starting(repo: &Repo, package: &Package) -> Vec<StartCommand> {
    let procfile = repo.read_optional(&join(&package.folder, "Procfile")).and_then(|document| {
        let line = document.find_line(|line| line.starts_with("web:"))?;
        let text = document.line(line.line).trim_start_matches("web:").trim().to_owned();
        follow(repo, package, &Fact::new(text, line), 0)
    });
    let procfile = procfile.map(|fact| StartCommand::new(fact, "start"));
    procfile.into_iter().chain(commands(repo, package, &start().scripts)).collect()
}

/// The scripts that are named for what they start: `bot`.
pub fn of_kind(repo: &Repo, package: &Package) -> Vec<StartCommand> {
    commands(repo, package, &start().kinds).collect()
}

/// What each script comes down to, in the order of the manifest.
pub fn all<'a>(repo: &'a Repo, package: &'a Package) -> impl Iterator<Item = StartCommand> + 'a {
    commands(repo, package, package.manifest.names(&["scripts"]))
}

fn commands<'a>(
    repo: &'a Repo,
    package: &'a Package,
    scripts: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)> + 'a,
) -> impl Iterator<Item = StartCommand> + 'a {
    let found = |name: &str| Some(StartCommand::new(command(repo, package, name)?, name));
    scripts.into_iter().filter_map(move |name| found(name.as_ref()))
}

/// The line that a command comes down to when it runs a shell: `sh -c '…'`, `sh start.sh` or `./start.sh`.
fn shell_line(repo: &Repo, package: &Package, command: &Command, evidence: &Evidence) -> Option<Fact<String>> {
    let is_shell = matches!(command.program.as_str(), "sh" | "bash" | "/bin/sh" | "/bin/bash" | "/usr/bin/env");
    if is_shell && command.arguments.first().is_some_and(|word| word == "-c") {
        return command.arguments.get(1).map(|text| Fact::new(text.clone(), evidence.clone()));
    }
    let file = if is_shell { command.arguments.iter().find(|word| !word.starts_with('-'))? } else { &command.program };
    let document = repo.read_optional(&join(&package.folder, file))?;
    let is_script = file.ends_with(".sh") || document.text().lines().next().is_some_and(|line| line.contains("sh"));
    let script = shell::read(document.text());
    let last = script.parts().filter(|part| !is_for_shell(part)).last().filter(|_| is_script)?;
    let evidence = document.evidence_at(last[0].range.start);
    Some(Fact::new(document.text().to_owned(), evidence))
}

/// The package that a command hands over to, as it is written: a name or a folder.
pub fn target(command: &Command) -> Option<String> {
    if !start().runs_scripts(&command.program) {
        return None;
    }
    let named = command.arguments.iter().enumerate().find_map(|(index, word)| {
        let next = || command.arguments.get(index + 1).cloned();
        match word.split_once('=') {
            Some((flag, value)) if start().names_package(flag) => Some(value.to_owned()),
            _ if start().names_package(word) => next(),
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
    let found = starting(repo, package).into_iter().find(|found| !start().is_for_development(&found.script))?;
    // A folder with packages of its own runs with those.
    let is_package = |folder: &String| {
        let inner = (!folder.is_empty()).then(|| Package::read(repo, &join(&package.folder, folder)).ok()).flatten();
        inner.is_some_and(|inner| !inner.dependencies().is_empty())
    };
    let name = target(&found.command).or_else(|| Some(found.command.folder.clone()).filter(is_package))?;
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
