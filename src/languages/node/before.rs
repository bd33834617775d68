//! What a start script runs before the server: a part of the build, or a job that needs what only a deployment has.

use crate::languages::node::built::build_script;
use crate::languages::node::manager::Kind;
use crate::languages::node::package::Package;
use crate::languages::node::script::{other_script, parse};
use crate::pattern;
use crate::render::sh;

/// One command before the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// It makes files from files: a script that the build runs too.
    Script(String),
    /// It makes files from files: a program of a dependency, with its arguments.
    Program(String),
    /// It needs a database, a network or the shell: a job of its own.
    Job(String),
}

impl Before {
    /// What a command before the server is; nothing where the build has it already, or it only talks.
    pub fn of(package: &Package, text: &str) -> Option<Self> {
        if text.starts_with("echo ") {
            return None;
        }
        let build = build_script(package);
        let Some(command) = parse(text) else {
            return Some(Self::Job(text.to_owned()));
        };
        if matches!(command.program.as_str(), "true" | ":") {
            return None;
        }
        let script = other_script(package, &command).map(|(name, _)| name);
        let is_build = |name: &String| build.as_ref().is_some_and(|(build, _)| build == name);
        if script.as_ref().is_some_and(is_build) {
            return None;
        }
        let what = script.as_ref().and_then(|name| package.script(name)).map_or(text.to_owned(), |fact| fact.value);
        let is_outside =
            pattern!(r"(?i)drizzle|knex|sequelize|typeorm|mikro-orm|wait|sleep|docker|kill|curl|rm -|mkdir|cp |mv ");
        let is_job = |text: &str| needs_database(text) || is_outside.is_match(text);
        if is_job(&what) || is_job(text) || !command.environment.is_empty() {
            return Some(Self::Job(text.to_owned()));
        }
        if let Some(name) = script {
            return Some(Self::Script(name));
        }
        let is_built = build
            .and_then(|(name, _)| package.script(&name))
            .is_some_and(|build| build.value.contains(&command.program));
        match command.program.as_str() {
            _ if is_built => None,
            "tsc" if package.depends_on("typescript") => Some(Self::Program(text.to_owned())),
            program if package.depends_on(program) => Some(Self::Program(text.to_owned())),
            _ => Some(Self::Job(text.to_owned())),
        }
    }

    /// The command that the build runs for it; nothing for a job.
    pub fn command(&self, kind: Kind) -> Option<String> {
        match self {
            Self::Script(name) => Some(format!("{} {}", kind.run(), sh(name))),
            Self::Program(text) => Some(format!("{} {text}", kind.exec())),
            Self::Job(_) => None,
        }
    }
}

/// Whether a command changes a database, which is there in a deployment and not in a build.
pub fn needs_database(text: &str) -> bool {
    pattern!(r"(?i)migrat|\bseed|\bdb\b|database").is_match(text)
}

/// Programs that are there without a dependency.
const THERE: &[&str] = &["node", "rm", "cp", "mv", "mkdir", "npm", "npx", "yarn", "pnpm", "bun", "bunx"];

/// A build script without its parts that need a database: the commands that are left, and those that are left out.
///
/// Nothing where all of it can run, or where what is left can't be told apart without a shell.
pub fn without_database(package: &Package, script: &str, kind: Kind) -> Option<(Vec<String>, Vec<String>)> {
    let text = package.script(script)?.value;
    let parts: Vec<&str> = text.split("&&").map(str::trim).collect();
    let (out, left): (Vec<&str>, Vec<&str>) = parts.into_iter().partition(|part| needs_database(part));
    if out.is_empty() || left.is_empty() {
        return None;
    }
    let commands: Option<Vec<String>> = left
        .into_iter()
        .map(|part| {
            let command = parse(part).filter(|command| command.environment.is_empty())?;
            let is_there = THERE.contains(&command.program.as_str());
            Some(if is_there { part.to_owned() } else { format!("{} {part}", kind.exec()) })
        })
        .collect();
    Some((commands?, out.into_iter().map(str::to_owned).collect()))
}
