//! Commands that the project's own files start it with: a Procfile, a platform's file, a shell script.

use crate::catalog::python::{WorkerKind, servers, worker_kinds};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::python::entrypoint::invocation::{self, Invocation};
use crate::languages::python::entrypoint::object::Object;
use crate::languages::python::entrypoint::shell::{Command, Variables, assignments, command};
use crate::languages::python::entrypoint::{
    Context, Entrypoint, PORT, connection, gunicorn, has, health, is_offered, listen, place, settings,
};
use crate::languages::python::package_manager::Project;
use crate::path::join;
use crate::plan::Variable;
use crate::repo::{Document, Repo};
use crate::shell;
use crate::source::python::modules::Module;

/// Every command that the files of a folder name, most binding first.
pub fn find(repo: &Repo, project: &Project) -> Vec<Fact<Command>> {
    let mut found = Vec::new();
    let folder = &project.manifests.folder;
    let read = |name: &str| repo.read_optional(&join(folder, name));
    if let Some(document) = read("Procfile") {
        for (number, line) in document.lines() {
            let Some((process, text)) = line.split_once(':') else {
                continue;
            };
            let process = process.trim();
            if process.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) && !process.is_empty() {
                push(repo, folder, process, text, document.evidence_line(number), &mut found);
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
            push(repo, folder, "web", &text, document.evidence_line(number), &mut found);
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

/// Scripts lead to each other at most this deep.
const DEEPEST: u32 = 3;

/// Commands that only prepare, or that belong to the shell itself.
const PREPARATION: &[&str] = &[
    "echo", "set", "export", "sleep", "mkdir", "pip", "chmod", "source", ".", "wait", "alembic", "exit", "trap", "for",
    "case", "[", "test",
];

/// The commands of a text that are more than preparation, each with where it starts in the text.
fn started(repo: &Repo, folder: &str, text: &str) -> Vec<(usize, Command)> {
    let mut variables = Variables::new();
    let mut place = String::new();
    let mut found = Vec::new();
    for simple in shell::read(text).commands {
        variables.extend(assignments(&simple, &variables));
        let Some(mut command) = command(&simple, &variables) else { continue };
        match command.words.first().map(String::as_str) {
            Some("cd") => place = repo.entered(folder, &place, command.words.get(1).map_or("", String::as_str)),
            None => {}
            Some(program) if PREPARATION.contains(&program) => {}
            Some(_) => {
                command.folder.clone_from(&place);
                found.push((simple.range.start, command));
            }
        }
    }
    found
}

/// The command of one line: of a chain, the last one that is more than preparation.
fn push(repo: &Repo, folder: &str, process: &str, text: &str, evidence: Evidence, found: &mut Vec<Fact<Command>>) {
    if let Some((_, command)) = started(repo, folder, text).pop() {
        follow(repo, folder, Fact::new(Command { process: process.to_owned(), ..command }, evidence), 0, found);
    }
}

/// A command, or what the script of the repository starts that it runs.
fn follow(repo: &Repo, folder: &str, command: Fact<Command>, depth: u32, found: &mut Vec<Fact<Command>>) {
    let words = &command.value.words;
    let first = words.first().map_or("", String::as_str);
    let target = match first {
        "bash" | "sh" | "/bin/sh" | "/bin/bash" => words.get(1),
        _ if std::path::Path::new(first).extension().is_some_and(|it| it == "sh") => words.first(),
        _ => None,
    };
    match target.and_then(|path| repo.read_optional(&join(folder, path))) {
        Some(document) if depth < DEEPEST => script(repo, folder, &command.value.process, &document, depth + 1, found),
        _ => found.push(command),
    }
}

/// What a shell script starts: what listens before what works beside it, of several the last.
fn script(repo: &Repo, folder: &str, process: &str, document: &Document, depth: u32, found: &mut Vec<Fact<Command>>) {
    let mut inside = Vec::new();
    for (start, command) in started(repo, folder, document.text()) {
        let command = Command { process: process.to_owned(), ..command };
        follow(repo, folder, Fact::new(command, document.evidence_at(start)), depth, &mut inside);
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

/// The kind of workers that a command names and the newest version of its server lacks, where the project pins no version.
fn older_workers(context: &Context, invocation: &Invocation, server: &str) -> Option<&'static WorkerKind> {
    let words = &invocation.arguments;
    let names = |kind: &WorkerKind, word: &str, next: Option<&String>| {
        kind.options.iter().any(|option| {
            let joined = || word.strip_prefix(option.as_str())?.strip_prefix('=');
            let value = if word == option { next.map(String::as_str) } else { joined() };
            value == Some(kind.name.as_str())
        })
    };
    let is_named = |kind: &&WorkerKind| words.iter().enumerate().any(|(at, word)| names(kind, word, words.get(at + 1)));
    let is_pinned = context.project.version_of(server).is_some();
    worker_kinds().iter().filter(|kind| kind.server == server && !is_pinned).find(is_named)
}

pub fn title(context: &Context, objects: &[Object]) -> String {
    if context.django.is_some() {
        return "Django".into();
    }
    objects.first().map_or_else(|| "Python".into(), |object| object.framework.title.clone())
}

pub fn from_command(context: &Context, objects: &[Object], command: &Fact<Command>) -> Option<Entrypoint> {
    let mut invocation = invocation::resolve(&command.value.words, context.project)?;
    gunicorn::open(context, &mut invocation);
    let is_development = invocation.arguments.iter().any(|word| word == "runserver");
    if is_development {
        return None;
    }
    let is_script = |word: &&String| std::path::Path::new(word).extension().is_some_and(|it| it == "py");
    let script = invocation.arguments.first().filter(is_script);
    let script = script.map(|file| join(&join(&context.project.manifests.folder, &command.value.folder), file));
    if script.as_ref().is_some_and(|path| !context.repo.has(path) || connection::refuses(context, objects, path)) {
        return None;
    }
    let listens = invocation.listens() || command.value.words.iter().any(|word| word.contains("$PORT"));
    let shape = if listens { format!("{} server", title(context, objects)) } else { "Python worker".into() };
    let mut start = Entrypoint::new(invocation, command.evidence.clone(), shape);
    if listens || command.value.process == "web" {
        let stated = invocation::stated_port(&start.invocation).map(|port| (port, Some(command.evidence.clone())));
        start.port = stated.or_else(|| gunicorn::configured_port(context)).or(Some((PORT, None)));
    }
    start.environment = command.value.environment.iter().map(|(name, value)| Variable::new(name, value)).collect();
    start.folder.clone_from(&command.value.folder);
    let is_started = |module: &&Module| script.as_deref() == Some(module.path());
    if let Some(module) = context.modules.iter().find(is_started).filter(|_| command.value.process == "web") {
        listen::complete_with(&mut start, module, context.modules);
        if start.port.as_ref().is_some_and(|(_, stated)| stated.is_some()) {
            start.shape = format!("{} server", title(context, objects));
        }
    }
    let module = start.invocation.module().unwrap_or_default().to_owned();
    if let Some(server) = servers().iter().find(|server| server.package == module) {
        let is_there = has(context.project, &server.package) || is_offered(context.project, &server.package);
        start.added = (!is_there).then_some(server.requirement.as_str());
        if let Some(kind) = older_workers(context, &start.invocation, &server.package) {
            start.added = Some(&kind.requirement);
            let message = format!(
                "newer versions of {} lack the workers `{}`: `{}` is installed",
                kind.server, kind.name, kind.requirement
            );
            start.warnings.push(
                Warning::new(message).at(command.evidence.clone()).hint("pin it, or take another kind of worker"),
            );
        }
        if !server.workers.is_empty() && !gunicorn::is_configured(context, &start.invocation) {
            let workers = start.invocation.take_workers();
            start.environment.extend(workers.map(|number| Variable::new(&server.workers, number)));
        }
    }
    if start.invocation.program.ends_with("/uwsgi") && !has(context.project, "uwsgi") {
        return None;
    }
    let target = start
        .invocation
        .arguments
        .iter()
        .find_map(|word| objects.iter().find(|object| object.target == word.trim_end_matches("()")));
    if let Some(object) = target {
        start.health = health(context, object);
        let module = &context.modules[object.module];
        if start.folder.is_empty() {
            place(&mut start, context, &module.root);
        }
    }
    if let Some(django) = context.django {
        if start.folder.is_empty() && !context.repo.has(&join(&context.project.manifests.folder, "manage.py")) {
            start.folder = django.folder(&context.project.manifests.folder);
        }
        start.environment.extend(settings(django));
    }
    Some(start)
}
