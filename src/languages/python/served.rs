//! Starts of what is found in the source: application objects, Django, packages with a command of their own.

use crate::catalog::python::{launchers, servers};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::python::declared::configured_port;
use crate::languages::python::invocation::Invocation;
use crate::languages::python::listening;
use crate::languages::python::objects::Object;
use crate::languages::python::programs::scripts;
use crate::languages::python::source::Module;
use crate::languages::python::start::{PORT, Sources, Start, fill, has, health, place, server_for, settings};
use crate::path::{file_name, relative_to};
use crate::plan::Variable;

pub fn from_object(sources: &Sources, object: &Object) -> Option<Start> {
    let module = &sources.modules[object.module];
    let framework = object.framework;
    let mut target = object.target.clone();
    let interface = match framework.interface.as_str() {
        "own" | "aiohttp" => return None,
        "dash" => {
            target.push_str(".server");
            "wsgi"
        }
        other => other,
    };
    if object.is_factory && interface == "celery" {
        return None;
    }
    let (server, is_added) = if framework.interface == "dash" {
        (servers().iter().find(|server| server.package == "waitress")?, !has(sources.project, "waitress"))
    } else {
        server_for(sources.project, interface)?
    };
    let words = if object.is_factory { &server.factory } else { &server.command };
    if words.is_empty() {
        return None;
    }
    let is_worker = interface == "celery";
    let shape = if is_worker { "Celery worker".to_owned() } else { format!("{} server", framework.title) };
    let mut start = Start::new(Invocation::server(server, fill(words, &target)), object.evidence.clone(), shape);
    place(&mut start, sources, &module.root);
    if !is_worker {
        let stated = listening::port(module).or_else(|| {
            sources.modules.iter().filter(|it| it.main.is_some() && it.root == module.root).find_map(listening::port)
        });
        start.port = Some(stated.map_or((PORT, None), |port| (port.value, Some(port.evidence))));
        start.health = health(sources, object);
    }
    if is_added {
        start.added = Some(server.requirement.as_str());
        let message = format!(
            "the project depends on no server for {}: `{}` is added in the image",
            framework.title, server.requirement
        );
        start
            .warnings
            .push(Warning::new(message).at(object.evidence.clone()).hint("add it to the project's own dependencies"));
    }
    Some(start)
}

/// A program at the top that starts a server which the project makes inside a package, without any server to depend on:
/// the object alone would lack what the program does first.
pub fn serves_itself(sources: &Sources, objects: &[Object]) -> Option<Start> {
    let object = objects.iter().find(|object| object.framework.interface != "celery")?;
    let module = &sources.modules[object.module];
    let depth = |path: &str| relative_to(path, &sources.project.folder).matches('/').count();
    let (_, is_added) = server_for(sources.project, &object.framework.interface)?;
    if !is_added || depth(module.path()) == 0 {
        return None;
    }
    let mut start = scripts(sources, objects).into_iter().next()?;
    let program = sources.modules.iter().find(|it| it.path() == start.evidence.path)?;
    if depth(program.path()) > 0
        || program.imports.iter().any(|(_, full)| objects.iter().any(|it| it.target.replace(':', ".") == *full))
    {
        return None;
    }
    let stated = start.port.take().or_else(|| stated_by_any(sources).map(|port| (port.value, Some(port.evidence))));
    start.port = stated.or(Some((PORT, None)));
    start.shape = format!("{} server", object.framework.title);
    Some(start)
}

/// The port that any module states, where it starts a server or by a constant.
fn stated_by_any(sources: &Sources) -> Option<Fact<u16>> {
    let modules = || sources.modules.iter();
    modules().find_map(listening::port).or_else(|| modules().find_map(listening::constant))
}

pub fn django(sources: &Sources) -> Option<Start> {
    let django = sources.django?;
    let project = sources.project;
    let asynchronous =
        has(project, "channels") || has(project, "daphne") || !has(project, "gunicorn") && has(project, "uvicorn");
    let (target, interface) = match (&django.wsgi, &django.asgi) {
        (_, Some(asgi)) if asynchronous => (asgi.clone(), "asgi"),
        (Some(wsgi), _) => (wsgi.clone(), "wsgi"),
        (None, Some(asgi)) => (asgi.clone(), "asgi"),
        (None, None) => {
            let settings = django.settings.clone()?;
            (Fact::new("django.core.wsgi:get_wsgi_application".to_owned(), settings.evidence), "wsgi-factory")
        }
    };
    let kind = if interface == "asgi" { "asgi" } else { "wsgi" };
    let (server, is_added) = server_for(project, kind)?;
    let words = if interface == "wsgi-factory" { &server.factory } else { &server.command };
    let mut start =
        Start::new(Invocation::server(server, fill(words, &target.value)), target.evidence.clone(), "Django server");
    start.folder = django.folder(&project.folder);
    start.environment = settings(django);
    start.port = configured_port(sources).filter(|_| server.package == "gunicorn").or(Some((PORT, None)));
    if is_added {
        start.added = Some(server.requirement.as_str());
        let message =
            format!("the project depends on no production server: `{}` is added in the image", server.requirement);
        start.warnings.push(Warning::new(message).at(target.evidence).hint("add it to the project's own dependencies"));
    }
    Some(start)
}

/// Programs that a package's own command starts: Streamlit, Gradio.
pub fn launched(sources: &Sources) -> Vec<Start> {
    let names = [
        "streamlit_app.py",
        "app.py",
        "main.py",
        "Home.py",
        "home.py",
        "Main.py",
        "ui.py",
        "webui.py",
        "dashboard.py",
        "demo.py",
        "locustfile.py",
    ];
    let mut found = Vec::new();
    for launcher in launchers() {
        if !has(sources.project, &launcher.package) {
            continue;
        }
        let mut users: Vec<&Module> = sources
            .modules
            .iter()
            .filter(|module| module.uses(&launcher.package) && !module.path().contains("/pages/"))
            .filter(|module| module.document.text().contains(&launcher.mark))
            .collect();
        users.sort_by_key(|module| {
            let place = names.iter().position(|name| *name == file_name(module.path())).unwrap_or(names.len());
            (relative_to(module.path(), &sources.project.folder).matches('/').count(), place)
        });
        let runs = |module: &&&Module| module.main.is_some() || launcher.command[0] != "{file}";
        let Some(module) = users.iter().find(runs) else {
            continue;
        };
        let evidence =
            module.document.find(&launcher.package.replace('-', "_")).unwrap_or_else(|| Evidence::file(module.path()));
        let kind = if launcher.port.is_some() { "application" } else { "worker" };
        let invocation = Invocation::python(launcher.command.clone());
        let mut start = Start::new(invocation, evidence, format!("{} {kind}", launcher.title));
        place(&mut start, sources, &module.root);
        let place = crate::path::join(&sources.project.folder, &start.folder);
        let words = launcher.command.iter().map(|word| word.replace("{module}", &module.name)).collect::<Vec<_>>();
        start.invocation.arguments = fill(&words, &relative_to(module.path(), &place));
        let stated = listening::port(module).map(|port| (port.value, Some(port.evidence)));
        start.port = stated.or(launcher.port.map(|port| (port, None))).filter(|_| launcher.port.is_some());
        start.environment = launcher
            .environment
            .iter()
            .map(|(name, value)| Variable::new(name, value.replace("{port}", "$PORT")))
            .collect();
        if !launcher.health.is_empty() {
            start.health = Some(Fact::new(launcher.health.clone(), start.evidence.clone()));
        }
        found.push(start);
    }
    found
}
