//! Commands that the project's own files start it with: Procfile, platform files, shell scripts.

use crate::evidence::{Evidence, Fact};
use crate::languages::python::invocation;
use crate::languages::python::project::Project;
use crate::languages::python::shell::{Variables, assignments, simple_commands, words};
use crate::path::join;
use crate::repo::{Document, Repo};

/// A command line that a file names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Command {
    /// The process: `web`, `worker`, `release`.
    pub process: String,
    /// The words; `$PORT` stands for the port.
    pub words: Vec<String>,
    /// Variables set in front of it.
    pub environment: Vec<(String, String)>,
    /// The folder it changes to first, below the project's.
    pub folder: String,
}

/// Every command that the files of a folder name, most binding first.
pub fn find(repo: &Repo, project: &Project) -> Vec<Fact<Command>> {
    let mut found = Vec::new();
    let folder = &project.folder;
    let read = |name: &str| repo.read_optional(&join(folder, name));
    let none = Known::default();
    if let Some(document) = read("Procfile") {
        for (number, line) in document.lines() {
            let Some((process, text)) = line.split_once(':') else {
                continue;
            };
            let process = process.trim();
            if process.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) && !process.is_empty() {
                push(repo, folder, process, text, document.evidence_line(number), &none, &mut found);
            }
        }
    }
    for (name, keys) in [
        ("render.yaml", "startCommand:"),
        ("railway.json", "\"startCommand\":"),
        ("railway.toml", "startCommand"),
        ("nixpacks.toml", "cmd"),
        ("apprunner.yaml", "command:"),
        ("app.yaml", "entrypoint:"),
    ] {
        let Some(document) = read(name) else { continue };
        let line = document.lines().find_map(|(number, line)| {
            let text = line.trim().trim_start_matches("- ").strip_prefix(keys)?;
            Some((
                number,
                text.trim()
                    .trim_start_matches(['=', ' '])
                    .trim_end_matches(',')
                    .trim()
                    .trim_matches('"')
                    .trim_matches('\'')
                    .to_owned(),
            ))
        });
        if let Some((number, text)) = line {
            push(repo, folder, "web", &text, document.evidence_line(number), &none, &mut found);
        }
    }
    for name in [
        "start.sh",
        "run.sh",
        "entrypoint.sh",
        "docker-entrypoint.sh",
        "scripts/start.sh",
        "scripts/run.sh",
        "bin/start.sh",
        "bin/start",
        "bin/run",
        "start_server.sh",
    ] {
        if let Some(document) = read(name) {
            script(repo, folder, "web", &document, 1, &mut found);
        }
    }
    found
}

/// What is known where a line of shell is read.
#[derive(Debug, Default)]
struct Known {
    /// So many scripts lead here.
    depth: u32,
    /// What has been set before.
    variables: Variables,
}

/// The commands of one line of shell: of a chain, the last one that is more than preparation.
fn push(
    repo: &Repo,
    folder: &str,
    process: &str,
    text: &str,
    evidence: Evidence,
    known: &Known,
    found: &mut Vec<Fact<Command>>,
) {
    let mut place = String::new();
    let mut last: Option<Command> = None;
    for part in simple_commands(text) {
        let Some(mut command) = words(&part, &known.variables) else { continue };
        match command.words.first().map(String::as_str) {
            Some("cd") => {
                if let Some(target) = command.words.get(1) {
                    place = join(&place, target);
                }
            }
            None
            | Some(
                "echo" | "set" | "export" | "sleep" | "mkdir" | "pip" | "chmod" | "source" | "." | "wait" | "alembic"
                | "if" | "then" | "fi" | "else" | "done" | "while" | "do" | "exit" | "trap",
            ) => {}
            _ => {
                process.clone_into(&mut command.process);
                command.folder.clone_from(&place);
                last = Some(command);
            }
        }
    }
    let Some(command) = last else { return };
    let first = command.words.first().map_or("", String::as_str);
    let target = match first {
        "bash" | "sh" | "/bin/sh" | "/bin/bash" => command.words.get(1),
        _ if std::path::Path::new(first).extension().is_some_and(|it| it == "sh") => command.words.first(),
        _ => None,
    };
    match target.and_then(|path| repo.read_optional(&join(folder, path))) {
        Some(document) if known.depth < 3 => script(repo, folder, process, &document, known.depth + 1, found),
        _ => found.push(Fact::new(command, evidence)),
    }
}

/// What a shell script starts: what listens before what works beside it, of several the last.
fn script(repo: &Repo, folder: &str, process: &str, document: &Document, depth: u32, found: &mut Vec<Fact<Command>>) {
    let mut joined = String::new();
    let mut inside = Vec::new();
    let mut known = Known { depth, ..Known::default() };
    for (number, line) in document.lines() {
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        if let Some(part) = line.strip_suffix('\\') {
            joined.push_str(part);
            joined.push(' ');
            continue;
        }
        joined.push_str(line);
        let text = std::mem::take(&mut joined);
        known.variables.extend(assignments(&text, &known.variables));
        push(repo, folder, process, &text, document.evidence_line(number), &known, &mut inside);
    }
    let rank = |fact: &&Fact<Command>| invocation::rank(&fact.value.words);
    let mut started = inside.iter().filter(|fact| rank(fact) > 0).max_by_key(rank).cloned();
    if let Some(command) = &mut started
        && invocation::is_worker(&command.value.words)
    {
        "worker".clone_into(&mut command.value.process);
    }
    found.extend(started);
}
