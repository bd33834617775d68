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
        let is_job = pattern!(
            r"(?i)migrat|seed|\bdb\b|database|drizzle|knex|sequelize|typeorm|mikro-orm|wait|sleep|docker|kill|curl|prisma (?:db|migrate)|rm -|mkdir|cp |mv "
        );
        if is_job.is_match(&what) || is_job.is_match(text) || !command.environment.is_empty() {
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
