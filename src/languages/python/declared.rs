//! Starts that the project's own files declare: a Procfile, a platform's file, a script.

use crate::catalog::python::servers;
use crate::languages::python::commands::{self};
use crate::languages::python::invocation;
use crate::languages::python::objects::Object;
use crate::languages::python::start::{PORT, Sources, Start, has, health, is_offered, place, settings};
use crate::languages::{Evidence, Fact};
use crate::plan::Variable;

pub fn title(sources: &Sources, objects: &[Object]) -> String {
    if sources.django.is_some() {
        return "Django".into();
    }
    objects.first().map_or_else(|| "Python".into(), |object| object.framework.title.clone())
}

pub fn from_command(sources: &Sources, objects: &[Object], command: &Fact<commands::Command>) -> Option<Start> {
    let invocation = invocation::resolve(&command.value.words, sources.project)?;
    let is_development = invocation.arguments.iter().any(|word| word == "runserver");
    if is_development {
        return None;
    }
    if let Some(file) =
        invocation.arguments.first().filter(|word| std::path::Path::new(word).extension().is_some_and(|it| it == "py"))
        && !sources
            .repo
            .has(&crate::repo::join(&crate::repo::join(&sources.project.folder, &command.value.folder), file))
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
        if start.folder.is_empty() && !sources.repo.has(&crate::repo::join(&sources.project.folder, "manage.py")) {
            start.folder = django.folder(&sources.project.folder);
        }
        start.environment.extend(settings(django));
    }
    Some(start)
}

/// The port that gunicorn's own configuration binds to.
pub fn configured_port(sources: &Sources) -> Option<(u16, Option<Evidence>)> {
    let names = ["gunicorn.conf.py", "gunicorn_conf.py", "gunicorn_config.py", "etc/gunicorn.py", "config/gunicorn.py"];
    names.iter().find_map(|name| {
        let document = sources.repo.read_optional(&crate::repo::join(&sources.project.folder, name))?;
        let line = document.find_line(|line| line.trim_start().starts_with("bind"))?;
        let digits: Vec<u16> =
            line.quote.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
        digits.into_iter().rev().find(|port| *port >= 80).map(|port| (port, Some(line)))
    })
}
