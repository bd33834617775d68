//! The steps of a start script before the server: a part of the build, or a job that needs what only a deployment has.

use crate::catalog::node::start;
use crate::languages::node::entrypoint::script::{Command, called_script, parse, parts};
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::Kind;
use crate::languages::node::package_manager::build_script::build_script;
use crate::plan::{Command as RunCommand, Variable};
use crate::shell::{self, quote_all};

/// One step before the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The build of the package itself.
    Build,
    /// It makes files from files: a script that the build runs too, with the variables that it is given.
    Script(String, Vec<Variable>),
    /// It makes files from files: a program of a dependency, with its arguments.
    Program(String),
    /// It needs a database, a network or the shell: a job of its own.
    Job(String),
}

impl Step {
    /// The steps that commands before the server come down to, in their order.
    ///
    /// What only talks, or takes away what an image never had, is none.
    pub fn all(package: &Package, commands: &[String]) -> Vec<Self> {
        commands.iter().flat_map(|text| Self::of(package, text, 0)).collect()
    }

    fn of(package: &Package, text: &str, depth: u32) -> Vec<Self> {
        let Some(command) = parse(text) else {
            return vec![Self::Job(text.to_owned())];
        };
        if matches!(command.program.as_str(), "true" | ":" | "echo") {
            return Vec::new();
        }
        let build = build_script(package).map(|(name, _)| name);
        let script = called_script(package, &command).map(|(name, _)| name);
        if script.is_some() && script == build {
            return vec![Self::Build];
        }
        let content = script.as_ref().and_then(|name| package.script(name)).map(|fact| fact.value);
        if let Some(content) = content.as_ref().filter(|_| depth < DEEPEST) {
            let steps: Vec<Self> =
                parts(content).into_iter().flat_map(|part| Self::of(package, part, depth + 1)).collect();
            // A script around the build is read as what it runs; one beside it stays as it is called.
            if steps.is_empty() || steps.contains(&Self::Build) {
                return steps;
            }
        }
        if is_cleaning(&command) {
            return Vec::new();
        }
        let is_job = |text: &str| start().changes_database(text) || start().reaches_outside(text);
        if content.is_some_and(|content| is_job(&content)) || is_job(text) {
            return vec![Self::Job(text.to_owned())];
        }
        if let Some(name) = script {
            return vec![Self::Script(name, command.environment)];
        }
        let is_built = build
            .and_then(|name| package.script(&name))
            .is_some_and(|build| build.value.split_whitespace().any(|word| word == command.program));
        vec![match command.program.as_str() {
            _ if is_built => Self::Build,
            "tsc" if package.depends_on("typescript") => Self::Program(text.to_owned()),
            program if package.depends_on(program) => Self::Program(text.to_owned()),
            _ => Self::Job(text.to_owned()),
        }]
    }

    /// The command that the build runs for it; nothing for a job, and for the build itself.
    pub fn command(&self, kind: Kind) -> Option<RunCommand> {
        match self {
            Self::Script(name, environment) => {
                let run = kind.run(name);
                Some(environment.iter().fold(run, |run, variable| run.with(&variable.name, &*variable.value)))
            }
            Self::Program(text) => executed(kind, text),
            Self::Build | Self::Job(_) => None,
        }
    }
}

/// A command of a script, run as a program of a dependency.
fn executed(kind: Kind, text: &str) -> Option<RunCommand> {
    let command = RunCommand::from(&shell::chain(text)?[0]);
    Some(RunCommand { words: kind.exec(&[]).words.into_iter().chain(command.words).collect(), ..command })
}

/// Whether a command takes files away: an image starts without what an earlier build left.
fn is_cleaning(command: &Command) -> bool {
    match command.program.as_str() {
        "shx" => command.arguments.first().is_some_and(|word| start().is_cleaner(word)),
        program => start().is_cleaner(program),
    }
}

/// What the finished image is told instead of its own command to run a job: a file, or a program of a dependency.
///
/// Nothing where that is not in the image, or is a shell script there, as pnpm writes them.
pub fn in_image(package: &Package, text: &str, kind: Kind) -> Option<String> {
    let mut command = parse(text)?;
    for _ in 0..DEEPEST {
        let Some(script) = called_script(package, &command).and_then(|(name, _)| package.script(&name)) else {
            break;
        };
        command = parse(&script.value)?;
    }
    if !command.before.is_empty() || !command.folder.is_empty() {
        return None;
    }
    let arguments = quote_all(&command.arguments);
    let program = command.program.as_str();
    let brings = |name: &str| package.production_dependency(name).is_some();
    if program == "node" {
        return Some(arguments);
    }
    let is_there = kind != Kind::Pnpm && (brings(program) || brings(&format!("{program}-cli")));
    is_there.then(|| format!("node_modules/.bin/{program} {arguments}"))
}

/// Scripts name each other at most this deep.
const DEEPEST: u32 = 6;

/// A build script without its parts that need a database: the commands that are left, and the parts that are left out.
///
/// Nothing where all of it can run, or where what is left can't be told apart without a shell.
pub fn without_database(package: &Package, script: &str, kind: Kind) -> Option<(Vec<RunCommand>, Vec<String>)> {
    let text = package.script(script)?.value;
    let all: Vec<String> = match in_turn(&text) {
        Some(names) => names.into_iter().map(|name| kind.run(name).text()).collect(),
        None => parts(&text).into_iter().map(str::to_owned).collect(),
    };
    let (out, left): (Vec<String>, Vec<String>) = all.into_iter().partition(|part| reaches_database(package, part, 0));
    if out.is_empty() || left.is_empty() {
        return None;
    }
    let command = |part: &String| {
        let command = parse(part).filter(|command| command.environment.is_empty())?;
        if start().is_present(&command.program) {
            return Some(RunCommand::from(&shell::chain(part)?[0]));
        }
        executed(kind, part)
    };
    let commands: Option<Vec<RunCommand>> = left.iter().map(command).collect();
    // What npm runs around a script by itself.
    let around = |prefix: &str| {
        let name = format!("{prefix}{script}");
        package.script(&name).map(|_| kind.run(&name))
    };
    let all = around("pre").into_iter().chain(commands?).chain(around("post")).collect();
    Some((all, out))
}

/// The scripts that a program runs one after the other.
fn in_turn(text: &str) -> Option<Vec<&str>> {
    let mut words = text.split_whitespace();
    let is_runner = words.next().is_some_and(|program| start().is_sequence(program));
    let names: Vec<&str> = words.collect();
    (is_runner && names.iter().all(|name| !name.starts_with('-') && !name.contains('*'))).then_some(names)
}

/// Whether a command, or a script that it comes down to, changes a database.
fn reaches_database(package: &Package, text: &str, depth: u32) -> bool {
    let names = in_turn(text).map(|names| names.into_iter().map(str::to_owned).collect::<Vec<_>>()).or_else(|| {
        let (name, _) = called_script(package, &parse(text)?)?;
        Some(vec![name])
    });
    let script = |name: &String| package.script(name).map(|fact| fact.value);
    match names {
        Some(names) if depth < DEEPEST => names
            .iter()
            .filter_map(script)
            .any(|text| parts(&text).into_iter().any(|part| reaches_database(package, part, depth + 1))),
        _ => start().changes_database(text),
    }
}

/// Whether a script needs a database somewhere.
pub fn script_needs_database(package: &Package, script: &str) -> bool {
    package
        .script(script)
        .is_some_and(|fact| parts(&fact.value).into_iter().any(|part| reaches_database(package, part, 0)))
}
