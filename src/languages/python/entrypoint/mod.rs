//! What can be started: every candidate with its evidence, the most evident first.

mod connection;
mod gunicorn;
pub mod imports;
pub mod invocation;
mod launcher;
mod listen;
mod object;
mod options;
pub mod procfile;
mod script;
pub mod shell;

use std::rc::Rc;

use crate::analysis::{self, Program, SourceEdit};
use crate::catalog::python::{Server, names, servers};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::python::entrypoint::invocation::Invocation;
use crate::languages::python::entrypoint::launcher::launched;
use crate::languages::python::entrypoint::object::{Object, django, from_object, prepares_itself, serves_itself};
use crate::languages::python::entrypoint::procfile::from_command;
use crate::languages::python::entrypoint::script::{scripts, tools};
use crate::languages::python::framework::Django;
use crate::languages::python::manifest::is_production;
use crate::languages::python::package_manager::Project;
use crate::path::{file_name, relative_to};
use crate::plan::Variable;
use crate::repo::Repo;
use crate::source::python::modules::Module;

/// The port where nothing states another.
pub const PORT: u16 = 8000;

/// A way to start the application.
#[derive(Debug, Clone)]
pub struct Entrypoint {
    /// The program and its arguments.
    pub invocation: Invocation,
    /// The line that says so.
    pub evidence: Evidence,
    /// What it is, for people.
    pub shape: String,
    /// The port that it listens on, where it listens; a number without evidence is a default.
    pub port: Option<(u16, Option<Evidence>)>,
    /// A server that has to be installed besides.
    pub added: Option<&'static str>,
    /// Variables that it needs.
    pub environment: Vec<Variable>,
    /// The folder that it runs in, below the project's.
    pub folder: String,
    /// A folder below the project's that must be on Python's path.
    pub path: Option<String>,
    /// The path that tells that it is healthy.
    pub health: Option<Fact<String>>,
    /// A command-line tool: arguments are the user's.
    pub is_tool: bool,
    /// A configuration file of the server may say what the command line does not.
    pub is_configured: bool,
    /// Where the source lets only the container itself be heard.
    pub loopback: Option<Evidence>,
    /// The change of the source that lets others be heard.
    pub listen_edit: Option<SourceEdit>,
    /// What should be known.
    pub warnings: Vec<Warning>,
}

impl Entrypoint {
    pub fn new(invocation: Invocation, evidence: Evidence, shape: impl Into<String>) -> Self {
        Self {
            invocation,
            evidence,
            shape: shape.into(),
            port: None,
            added: None,
            environment: Vec::new(),
            folder: String::new(),
            path: None,
            health: None,
            is_tool: false,
            is_configured: false,
            loopback: None,
            listen_edit: None,
            warnings: Vec::new(),
        }
    }
}

impl Entrypoint {
    /// Whether its command line or a variable that it is given tells it the port.
    pub fn is_told_port(&self) -> bool {
        let environment = self.environment.iter().map(|variable| &variable.value);
        self.invocation.arguments.iter().chain(environment).any(|text| text.contains("$PORT"))
    }
}

/// What candidates are found from.
pub struct Context<'a> {
    pub repo: &'a Repo,
    pub project: &'a Project,
    pub modules: &'a [Module],
    pub django: Option<&'a Django>,
}

/// Every candidate, the most evident first.
pub fn find(context: &Context) -> Vec<Entrypoint> {
    let objects = object::find(context.modules, &context.project.manifests.folder);
    let commands = procfile::find(context.repo, context.project);
    let mut found: Vec<Entrypoint> = Vec::new();
    let of = |process: &str| commands.iter().filter(|command| command.value.process == process).collect::<Vec<_>>();
    found.extend(of("web").into_iter().filter_map(|command| from_command(context, &objects, command)));
    found.extend(django(context));
    let served = |object: &&Object| object.framework.interface != "celery";
    found.extend(found.is_empty().then(|| connection::program(context, &objects)).flatten());
    let serves_itself = found.is_empty().then(|| serves_itself(context, &objects)).flatten();
    found.extend(serves_itself);
    // what is prepared only where its file is run itself is started so
    let is_bare = |object: &&Object| prepares_itself(&context.modules[object.module]);
    let prepared = objects.iter().filter(served).filter(|object| !is_bare(object));
    found.extend(prepared.filter_map(|object| from_object(context, object)));
    let launched = launched(context);
    if objects.iter().any(|object| served(&object)) {
        found.extend(launched);
    } else {
        found.splice(0..0, launched);
    }
    let others = commands.iter().filter(|command| !matches!(command.value.process.as_str(), "web" | "release"));
    found.extend(others.filter_map(|command| from_command(context, &objects, command)));
    found.extend(objects.iter().filter(|object| !served(object)).filter_map(|object| from_object(context, object)));
    found.extend(tools(context));
    found.extend(scripts(context, &objects));
    let bare = objects.iter().filter(served).filter(is_bare);
    found.extend(bare.filter_map(|object| from_object(context, object)));
    for start in &mut found {
        start.is_configured = gunicorn::is_configured(context, &start.invocation);
        start.invocation = start.invocation.clone().for_versions(context.project);
    }
    let mut texts = std::collections::BTreeSet::new();
    found.retain(|start| texts.insert(start.invocation.text()));
    found
}

/// Whether a package gets installed: directly, by a group, or as an extra of another.
pub fn has(project: &Project, package: &str) -> bool {
    let brings = |owner: &str, extras: &[&str]| {
        project
            .manifests
            .dependency(owner)
            .is_some_and(|it| it.extras.iter().any(|extra| extras.contains(&extra.as_str())))
    };
    project.installs(package)
        || project
            .manifests
            .groups
            .iter()
            .any(|group| is_production(&group.name) && group.dependencies.iter().any(|it| it.name == package))
        || package == "uvicorn" && (brings("fastapi", &["standard", "all"]) || brings("fastapi-cli", &["standard"]))
        || package == "daphne" && brings("channels", &["daphne"])
        || package == "uvicorn" && brings("litestar", &["standard", "full"])
}

pub fn server_for(project: &Project, interface: &str) -> Option<(&'static Server, bool)> {
    let is_of_version =
        |server: &&Server| server.below.as_ref().is_none_or(|below| project.is_below(&server.package, below));
    let of_interface = servers().iter().filter(|server| server.interface == interface);
    let first = of_interface.clone().find(|server| server.below.is_none())?;
    let mut fitting: Vec<&Server> = of_interface.filter(is_of_version).collect();
    // what is so for the installed version alone stands before what is so for the newest
    fitting.sort_by_key(|server| server.below.is_none());
    let brought = fitting.iter().find(|server| has(project, &server.package));
    let offered = brought.or_else(|| fitting.iter().find(|server| is_offered(project, &server.package)));
    Some(offered.map_or((first, true), |server| (server, false)))
}

/// Whether an extra or a group that is not for development brings a package: it is installed when it is started.
pub fn is_offered(project: &Project, package: &str) -> bool {
    let development = &names().development;
    let serves = |name: &str| !development.iter().any(|start| name.to_ascii_lowercase().starts_with(start.as_str()));
    project
        .manifests
        .groups
        .iter()
        .any(|group| serves(&group.name) && group.dependencies.iter().any(|it| it.name == package))
}

/// The folder that is on Python's path: the one that the program runs in, or `src` beside it.
pub fn place(start: &mut Entrypoint, context: &Context, root: &str) {
    let inside = relative_to(root, &context.project.manifests.folder);
    match inside.as_str() {
        "." => {}
        inside if file_name(inside) == "src" || file_name(inside) == "lib" => start.path = Some(inside.to_owned()),
        inside => inside.clone_into(&mut start.folder),
    }
}

pub fn fill(words: &[String], app: &str) -> Vec<String> {
    words.iter().map(|word| word.replace("{app}", app).replace("{file}", app).replace("{port}", "$PORT")).collect()
}

pub fn health(context: &Context, object: &Object) -> Option<Fact<String>> {
    let name = if object.is_factory { "app" } else { object.target.rsplit(':').next()? };
    let mut index = context.modules[object.module].index();
    Rc::make_mut(&mut index).routes.retain(|route| route.receiver.as_deref() == Some(name));
    analysis::health::health(&Program::of([index]))
}

pub fn settings(django: &Django) -> Vec<Variable> {
    django.settings.iter().map(|settings| Variable::new("DJANGO_SETTINGS_MODULE", &settings.value)).collect()
}
