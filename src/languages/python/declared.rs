//! Starts that the project's own files declare: a Procfile, a platform's file, a script.

use crate::catalog::python::servers;
use crate::evidence::{Evidence, Fact};
use crate::languages::python::commands::{self};
use crate::languages::python::invocation::{self, Invocation};
use crate::languages::python::objects::Object;
use crate::languages::python::start::{PORT, Sources, Start, has, health, is_offered, place, settings};
use crate::plan::Variable;

pub fn title(sources: &Sources, objects: &[Object]) -> String {
    if sources.django.is_some() {
        return "Django".into();
    }
    objects.first().map_or_else(|| "Python".into(), |object| object.framework.title.clone())
}

pub fn from_command(sources: &Sources, objects: &[Object], command: &Fact<commands::Command>) -> Option<Start> {
    let mut invocation = invocation::resolve(&command.value.words, sources.project)?;
    open_gunicorn(sources, &mut invocation);
    let is_development = invocation.arguments.iter().any(|word| word == "runserver");
    if is_development {
        return None;
    }
    if let Some(file) =
        invocation.arguments.first().filter(|word| std::path::Path::new(word).extension().is_some_and(|it| it == "py"))
        && !sources
            .repo
            .has(&crate::path::join(&crate::path::join(&sources.project.folder, &command.value.folder), file))
    {
        return None;
    }
    let listens = invocation.listens() || command.value.words.iter().any(|word| word.contains("$PORT"));
    let shape = if listens { format!("{} server", title(sources, objects)) } else { "Python worker".into() };
    let mut start = Start::new(invocation, command.evidence.clone(), shape);
    if listens || command.value.process == "web" {
        let stated = invocation::stated_port(&start.invocation).map(|port| (port, Some(command.evidence.clone())));
        start.port = stated.or_else(|| configured_port(sources)).or(Some((PORT, None)));
    }
    start.environment = command.value.environment.iter().map(|(name, value)| Variable::new(name, value)).collect();
    start.folder.clone_from(&command.value.folder);
    let module = start.invocation.module().unwrap_or_default().to_owned();
    if let Some(server) = servers().iter().find(|server| server.package == module) {
        let is_there = has(sources.project, &server.package) || is_offered(sources.project, &server.package);
        start.added = (!is_there).then_some(server.requirement.as_str());
        if !server.workers.is_empty() && !is_configured(sources, &start.invocation) {
            let workers = start.invocation.take_workers();
            start.environment.extend(workers.map(|number| Variable::new(&server.workers, number)));
        }
    }
    if start.invocation.program.ends_with("/uwsgi") && !has(sources.project, "uwsgi") {
        return None;
    }
    let target = start
        .invocation
        .arguments
        .iter()
        .find_map(|word| objects.iter().find(|object| object.target == word.trim_end_matches("()")));
    if let Some(object) = target {
        start.health = health(sources, object);
        let module = &sources.modules[object.module];
        if start.folder.is_empty() {
            place(&mut start, sources, &module.root);
        }
    }
    if let Some(django) = sources.django {
        if start.folder.is_empty() && !sources.repo.has(&crate::path::join(&sources.project.folder, "manage.py")) {
            start.folder = django.folder(&sources.project.folder);
        }
        start.environment.extend(settings(django));
    }
    Some(start)
}

/// Files that gunicorn is configured by, where the command line names none.
const CONFIGURATIONS: &[&str] =
    &["gunicorn.conf.py", "gunicorn_conf.py", "gunicorn_config.py", "etc/gunicorn.py", "config/gunicorn.py"];

/// Whether a configuration file could say what the command line does not.
fn is_configured(sources: &Sources, invocation: &Invocation) -> bool {
    let folder = &sources.project.folder;
    invocation.arguments.iter().any(|word| word.starts_with("-c") || word.starts_with("--config"))
        || CONFIGURATIONS.iter().any(|name| sources.repo.has(&crate::path::join(folder, name)))
}

/// The line by which gunicorn's configuration says where to listen.
fn bound(sources: &Sources, name: &str) -> Option<Evidence> {
    let document = sources.repo.read_optional(&crate::path::join(&sources.project.folder, name))?;
    document.find_line(|line| line.trim_start().starts_with("bind"))
}

/// The port that gunicorn's own configuration binds to.
pub fn configured_port(sources: &Sources) -> Option<(u16, Option<Evidence>)> {
    CONFIGURATIONS.iter().find_map(|name| {
        let line = bound(sources, name)?;
        let digits: Vec<u16> =
            line.quote.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
        digits.into_iter().rev().find(|port| *port >= 80).map(|port| (port, Some(line)))
    })
}

/// A configuration that binds to a socket file or to the loopback keeps everybody out: the command line overrides it.
fn open_gunicorn(sources: &Sources, invocation: &mut Invocation) {
    let words = &invocation.arguments;
    let says = |names: &[&str]| words.iter().position(|word| names.contains(&word.as_str()));
    let is_gunicorn = invocation.module().is_some_and(|module| module.split('.').next() == Some("gunicorn"));
    if !is_gunicorn || says(&["--bind", "-b"]).is_some() {
        return;
    }
    let named = says(&["-c", "--config"]).and_then(|index| words.get(index + 1));
    let line = named.and_then(|name| bound(sources, name.trim_start_matches("file:")));
    if line.is_some_and(|line| ["unix:", "127.0.0.1", "localhost"].iter().any(|local| line.quote.contains(local))) {
        invocation.arguments.extend(["--bind".to_owned(), "0.0.0.0:$PORT".to_owned()]);
    }
}
