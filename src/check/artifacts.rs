//! What the commands of a stage make, as far as their tools and the manifests of the build context say it.

mod cargo;
mod go;
mod maven;
mod node;

use crate::check::shell::Simple;
use crate::check::view::{View, join};
use crate::check::{Presence, presence};
use crate::dockerfile::Body;

/// A path that is taken from a stage, and that nothing there makes.
#[derive(Debug)]
pub struct Mismatch {
    /// What is wrong, lower case, without a full stop.
    pub message: String,
    /// What is made instead.
    pub help: String,
}

/// Something that a command makes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Output {
    /// This file, or this folder, which is empty so far.
    File(String),
    /// A folder of whose contents nothing is known.
    Folder(String),
}

/// What a command does to the files of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Effect {
    /// Nothing that anyone copies.
    None,
    /// It makes these.
    Makes(Vec<Output>),
    /// It can't be told.
    Unknown,
}

/// Programs that make nothing that is copied later.
const HARMLESS: &[&str] = &[
    "apt-get",
    "apt",
    "apk",
    "echo",
    "printf",
    "set",
    "export",
    "test",
    "[",
    "true",
    "rm",
    "chmod",
    "chown",
    "adduser",
    "addgroup",
    "useradd",
    "groupadd",
    "ls",
    "cat",
    "date",
    "which",
    "update-ca-certificates",
    "corepack",
    "exit",
    "strip",
    "upx",
    "node",
    "java",
    "cd",
    "rimraf",
    "eslint",
    "prettier",
    "ldd",
    "file",
    "id",
    "env",
    "sleep",
];

/// The mismatch of a path that is taken from a stage; nothing where the path fits, or where what is made can't be known.
pub fn mismatch(view: &View<'_>, builder: usize, path: &str) -> Option<Mismatch> {
    cargo::mismatch(view, builder, path)
        .or_else(|| maven::mismatch(view, builder, path))
        .or_else(|| node::standalone(view, builder, path))
        .or_else(|| unmade(view, builder, path))
}

/// A path below the project that neither a copy nor a command makes.
fn unmade(view: &View<'_>, builder: usize, path: &str) -> Option<Mismatch> {
    let mut outputs: Vec<Output> = Vec::new();
    let mut folders: Vec<String> = Vec::new();
    for stage in view.chain(builder) {
        for (at, instruction) in stage.instructions.iter().enumerate() {
            let mut folder = view.workdir(stage.index, at).map(str::to_owned);
            if let Body::Workdir(_) = instruction.body {
                folders.push(view.workdir(stage.index, at + 1)?.to_owned());
            }
            if !instruction.heredocs.is_empty() || matches!(instruction.body, Body::Onbuild(_)) {
                return None;
            }
            for command in view.commands(instruction) {
                match effect(view, command, folder.as_deref()?, &outputs) {
                    Effect::None => {}
                    Effect::Makes(made) => outputs.extend(made),
                    Effect::Unknown => return None,
                }
                if command.program() == "cd" {
                    folder = command.operands().next().and_then(|to| join(folder.as_deref(), to));
                }
            }
        }
    }
    let is_made = |output: &Output| match output {
        Output::File(made) => made == path || presence::below(path, made).is_some(),
        Output::Folder(made) => presence::below(made, path).is_some() || presence::below(path, made).is_some(),
    };
    let parent = |path: &str| path.rsplit_once('/').map(|(parent, _)| parent.to_owned()).unwrap_or_default();
    // A folder that was made for it is part of the project, and so is the one that something is made in.
    let near = outputs.iter().flat_map(|output| match output {
        Output::File(path) | Output::Folder(path) => [parent(path), path.clone()],
    });
    let is_project = folders.iter().cloned().chain(near).any(|folder| {
        !folder.is_empty() && folder != "/" && presence::below(&folder, path).is_some_and(|rest| !rest.is_empty())
    });
    if outputs.is_empty() || !is_project || outputs.iter().any(is_made) || folders.iter().any(|it| it == path) {
        return None;
    }
    if view.copied_presence(builder, path) != Presence::Absent {
        return None;
    }
    let made: Vec<String> = outputs
        .iter()
        .filter(|output| !matches!(output, Output::Folder(path) if path.ends_with("/node_modules")))
        .map(|output| match output {
            Output::File(path) => format!("`{path}`"),
            Output::Folder(path) => format!("`{path}/`"),
        })
        .collect();
    let stage = &view.stages[builder];
    let name = stage.name().map_or_else(|| format!("stage {builder}"), |name| format!("stage `{name}`"));
    (!made.is_empty()).then(|| Mismatch {
        message: format!("nothing in {name} makes `{path}`"),
        help: format!("it makes {}", made.join(", ")),
    })
}

/// What a command does, seen from the folder that it runs in; `outputs` are those of the commands before it.
fn effect(view: &View<'_>, command: &Simple, folder: &str, outputs: &[Output]) -> Effect {
    let redirected = command.words.iter().any(|word| word.value.starts_with('>') && word.value != ">/dev/null");
    match command.program() {
        _ if redirected => Effect::Unknown,
        "mkdir" | "touch" => {
            let paths: Option<Vec<String>> = command.operands().map(|path| join(Some(folder), path)).collect();
            paths.map_or(Effect::Unknown, |paths| Effect::Makes(paths.into_iter().map(Output::File).collect()))
        }
        "" => Effect::None,
        "go" => go::effect(view, command, folder, outputs),
        "npm" | "pnpm" | "yarn" | "bun" | "npx" | "tsc" | "vite" | "next" | "nest" => {
            node::effect(view, command, folder, 0)
        }
        program if HARMLESS.contains(&program) => Effect::None,
        _ => Effect::Unknown,
    }
}
