//! What is started: a server, a job or a tool, what it must be told, and what it reads and writes.

mod command_line;
mod runtime_files;
mod settings;

use std::rc::Rc;

use crate::analysis::backing_services::needs;
use crate::analysis::command_line::needed_arguments;
use crate::analysis::compose;
use crate::analysis::data_folders::{DataFolder, loose_database};
use crate::analysis::environment::variables;
use crate::analysis::health::health;
use crate::analysis::listen::{Listen, listen};
use crate::analysis::local_services::{LocalService, local_services};
use crate::analysis::migrations::{Migrations, migrations};
use crate::analysis::needed_files::{NeededFile, needed_files};
use crate::analysis::settings_file::{SettingsFile, absent, names_settings_file};
use crate::analysis::subprocesses::{subprocesses, wanted};
use crate::analysis::variable_files::sample;
use crate::analysis::{Program, Setting, SourceEdit};
use crate::catalog::{RustServer, RustWorker, is_rust_write, rust_servers, rust_workers};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::rust::framework::{self, Queries};
use crate::languages::rust::manifest::Cargo;
use crate::path::{file_name, is_inside, join, join_inside, parent};
use crate::plan::Variable;
use crate::repo::Repo;
use crate::source::{Call, Index, Sources, Value};

pub use command_line::Subcommands;

/// What the source of a package, and of the packages of the repository that it is made from, says of the program.
#[derive(Debug, Default)]
pub struct Entrypoint {
    /// Where it listens.
    pub listen: Listen,
    /// Whether a crate or the source opens a server.
    pub is_server: bool,
    /// What makes it go on until it is stopped, where it opens no port.
    pub worker: Option<&'static RustWorker>,
    /// The crate that it serves with.
    pub server: Option<&'static RustServer>,
    /// What it can be told to do.
    pub subcommands: Subcommands,
    /// The route that tells whether it is healthy.
    pub health: Option<Fact<String>>,
    /// Files and folders that it reads beside the program, from the root of the repository.
    pub files: Vec<Fact<String>>,
    /// Files and folders that it reads at the place of its package in the build, from the root of the repository.
    pub placed_files: Vec<Fact<String>>,
    /// Folders that it writes.
    pub data_folders: Vec<Fact<String>>,
    /// The database that it keeps in its working folder.
    pub loose_database: Option<DataFolder>,
    /// That a database must be there which nothing makes.
    pub unmade_database: Option<Warning>,
    /// Whether it writes somewhere that is not known.
    pub writes: bool,
    /// Queries that are checked against a database while it compiles.
    pub queries: Option<Queries>,
    /// Variables that choose the settings of production.
    pub environment: Vec<Variable>,
    /// The services that it speaks to, and the variables that it reads, as facts with their names.
    pub surroundings: Vec<(&'static str, Fact<String>)>,
    /// Variables without which it ends.
    pub required: Vec<Fact<String>>,
    /// Arguments that it ends without, where it goes on.
    pub needed_arguments: Vec<Fact<String>>,
    /// How the tables of its database are made, where it does not.
    pub migrations: Option<Migrations>,
    /// The services that it looks for on its own machine.
    pub local_services: Vec<LocalService>,
    /// Those that its settings look for there.
    pub configured_services: Vec<LocalService>,
    /// Where it ends unless there is a file `.env`, which no image has.
    pub dotenv: Option<Fact<String>>,
    /// Features that only the nightly compiler lets through.
    pub unstable_features: Vec<Fact<String>>,
    /// The file of settings that it wants and that is not there.
    pub settings: Option<Fact<SettingsFile>>,
    /// Files and folders that it ends without when it starts, and that are not there.
    pub needed_files: Vec<Fact<NeededFile>>,
    /// Relative paths that it opens or serves.
    pub opened: Vec<Fact<String>>,
    /// The programs that it starts.
    pub programs: Vec<Fact<String>>,
}

/// Reads the source of a package, whose parts start with the package itself.
pub fn read(repo: &Repo, sources: &Sources, parts: &[&Cargo], workspace: &Cargo) -> Entrypoint {
    let package = parts[0];
    let program = program(repo, sources, parts, workspace);
    let own = Program::of(sources_of(repo, sources, &parts[..1], package));
    let subcommands = command_line::subcommands(&own);
    let mut listen = listen(&program);
    let opens_port = listen.server.is_some();
    let is_used = |server: &&RustServer| program.depends_on(&server.name) && (!server.is_client || opens_port);
    let server = rust_servers().iter().find(is_used);
    let is_server = (server.is_some() || opens_port) && !subcommands.is_tool;
    let makes_worker = |worker: &&RustWorker| program.depends_on(&worker.name);
    let worker = rust_workers().iter().find(makes_worker).filter(|_| !is_server && !subcommands.is_tool);
    let goes_on = is_server || worker.is_some();
    let environment = production(repo, package, workspace, &program);
    let stated = settings::settings(repo, &[&package.folder, &workspace.folder], &program, &environment);
    let files = runtime_files::files(repo, package, workspace, &program, &stated);
    let placed_files = runtime_files::placed_files(repo, parts, &program);
    if let Some(address) = stated.address().filter(|_| listen.port.is_none()) {
        address.tell(&mut listen);
    }
    let mut read = files.iter().chain(&placed_files);
    listen.port = listen.port.or_else(|| read.find_map(|file| settings::port(repo, &file.value)));
    let variable = listen.port_setting.as_ref().and_then(Setting::variable).filter(|_| opens_port);
    listen.port = listen.port.or_else(|| sample(repo, &package.folder, variable?));
    listen.port = listen.port.or_else(|| compose::port(repo, &package.folder).filter(|_| is_server));
    listen.port = listen.port.or_else(|| {
        let server = server?;
        let evidence = parts.iter().find_map(|part| part.dependency(&server.name));
        Some(Fact::new(server.port?, evidence.unwrap_or_else(|| Evidence::file(package.manifest.path()))))
    });
    if server.is_some_and(|it| it.environment.values().any(|value| value.starts_with("0.0.0.0"))) {
        listen.loopback = None;
    }
    let writes_file = |call: &Call| is_rust_write(call.resolved());
    let written = runtime_files::written(repo, &package.folder, &program);
    let writes = calls(&program).any(|(_, call)| writes_file(call)) || !written.is_empty();
    let loose = loose_database(&written, |name| repo.has(&join(&package.folder, name))).filter(|_| goes_on);
    let name = package.name().map(|name| name.value).unwrap_or_default();
    let composed = compose::data_folders(repo, &package.folder, &name);
    let composed = if goes_on { composed } else { Vec::new() };
    let data_folders = runtime_files::data_folders(repo, &package.folder, &program, &files, composed);
    let folders = [package.folder.as_str(), &workspace.folder];
    let local_services = local_services(&program);
    let mut configured_services = framework::local_databases_of_rocket(repo, &package.folder);
    configured_services.extend(stated.local_services(&program));
    configured_services.retain(|it| !local_services.iter().any(|known| known.service.value == it.service.value));
    let settings = settings_file(repo, package, workspace, &program).filter(|_| goes_on);
    let is_there = |path: &str| {
        let places = [&package.folder, &workspace.folder].map(|folder| join(folder, path));
        places.iter().any(|place| repo.has(place) || repo.has_folder(place))
            || data_folders.iter().any(|folder| is_inside(path, &folder.value))
            || settings.as_ref().is_some_and(|file| file.value.path == path)
    };
    let needed_files = if goes_on { needed_files(&program, is_there) } else { Vec::new() };
    let is_in_package = |path: &str| repo.has(&join(&package.folder, path));
    let unmade_database = framework::unmade_database(&program, &written, is_in_package).filter(|_| goes_on);
    let secret_key = framework::secret_key_of_rocket(repo, package, workspace, &program);
    let served = subcommands.serve.as_ref().map(|it| it.value.as_str());
    let needed_arguments = if goes_on { needed_arguments(&own, served) } else { Vec::new() };
    let mut surroundings = needs(&program, |name| {
        program.depends_on(name).then(|| parts.iter().find_map(|part| part.enabled(workspace, name))).flatten()
    });
    for service in &configured_services {
        if !surroundings.iter().any(|(name, known)| *name == "service" && known.value == service.service.value) {
            surroundings.push(("service", service.service.clone()));
        }
        let variable = service.variable.iter().map(|name| ("variable", service.service.clone().map(|_| name.clone())));
        surroundings.extend(variable);
    }
    Entrypoint {
        is_server,
        worker,
        server,
        subcommands,
        health: health_route(&program).filter(|_| is_server),
        data_folders,
        opened: runtime_files::opened(&program),
        placed_files,
        programs: if goes_on { wanted(&subprocesses(&program)) } else { Vec::new() },
        settings,
        needed_files,
        files,
        loose_database: loose.cloned(),
        unmade_database,
        writes: writes && goes_on,
        queries: framework::queries(repo, parts, workspace, &program),
        environment,
        surroundings,
        migrations: if goes_on { migrations(&program, repo, &folders, |_| false) } else { None },
        local_services,
        configured_services,
        required: required(&program).into_iter().chain(secret_key).collect(),
        needed_arguments,
        dotenv: dotenv(&program),
        unstable_features: unstable_features(&program),
        listen,
    }
}

/// The files that the program is made from, the package's own and its main file first.
fn program(repo: &Repo, sources: &Sources, parts: &[&Cargo], workspace: &Cargo) -> Program {
    let mut files = sources_of(repo, sources, parts, parts[0]);
    framework::prefixed_variables(&mut files);
    framework::filled_variables(&mut files);
    framework::databases_of_rocket(repo, &parts[0].folder, &mut files);
    let enabled = framework::enabled(parts, workspace, &files);
    Program::new(files, parts.iter().flat_map(|part| part.dependencies()).chain(enabled).collect())
}

/// The source files of packages, each package's main file first. `package` is the one whose program is built: of the others
/// only the library is part of it, not the programs that they have themselves.
pub fn sources_of(repo: &Repo, sources: &Sources, parts: &[&Cargo], package: &Cargo) -> Vec<Rc<Index>> {
    let mut paths: Vec<&str> = Vec::new();
    for part in parts {
        let inside = join(&part.folder, "src/");
        let programs = if part.folder == package.folder { Vec::new() } else { part.binaries(repo) };
        let is_of_program = |file: &str| {
            programs.iter().any(|program| {
                let own = parent(&program.path);
                program.path == file
                    || file_name(&program.path) == "main.rs" && own.contains("/bin/") && is_inside(file, own)
            })
        };
        let is_code = |file: &&str| {
            file.ends_with(".rs")
                && (file.starts_with(&inside) || file_name(file) == "main.rs")
                && !is_of_another_package(repo, &part.folder, file)
                && !is_of_program(file)
        };
        let mut own: Vec<&str> =
            repo.files_under(&part.folder).filter(is_code).filter(|it| !paths.contains(it)).collect();
        own.sort_by_key(|path| (file_name(path) != "main.rs", path.matches('/').count()));
        paths.extend(own);
    }
    sources.lighten(&mut paths);
    sources.all(paths)
}

/// Whether a folder between a package's own and a file is a package itself.
fn is_of_another_package(repo: &Repo, package: &str, file: &str) -> bool {
    let mut folder = parent(file);
    while folder.len() > package.len() {
        if repo.has(&join(folder, "Cargo.toml")) {
            return true;
        }
        folder = parent(folder);
    }
    false
}

/// The calls of a program, each with its file.
pub fn calls(program: &Program) -> impl Iterator<Item = (&Index, &Call)> {
    program.sources().flat_map(|file| file.calls.iter().map(move |call| (file, call)))
}

/// The route that tells whether it is healthy. Where a router is mounted below a path, only the routes of the function that
/// mounts it are whole.
fn health_route(program: &Program) -> Option<Fact<String>> {
    let found = health(program)?;
    let mounts = calls(program).filter(|(_, call)| {
        let path = call.positional(0).and_then(Value::text);
        matches!(call.name(), "nest" | "nest_service" | "scope" | "mount") && path.is_some_and(|path| path.len() > 1)
    });
    let mut outer = mounts.map(|(file, call)| (file.path().to_owned(), call.place.function)).peekable();
    if outer.peek().is_none() {
        return Some(found);
    }
    let outer: Vec<(String, Option<u32>)> = outer.collect();
    let routes = program.sources().flat_map(|file| file.routes.iter().map(move |route| (file, route)));
    let is_whole = routes.filter(|(file, route)| file.evidence(&route.place) == found.evidence).any(|(file, route)| {
        outer.iter().any(|(path, function)| path == file.path() && *function == route.place.function)
    });
    is_whole.then_some(found)
}

/// The file of settings that an option holds unless told otherwise, where it is not there.
fn settings_file(repo: &Repo, package: &Cargo, workspace: &Cargo, program: &Program) -> Option<Fact<SettingsFile>> {
    let options = program.sources().flat_map(|file| file.options.iter().map(move |option| (file, option)));
    let mut options = options.filter(|(_, option)| names_settings_file(&option.name));
    let by_option = options.find_map(|(file, option)| {
        let path = option.default.as_ref()?.known_text()?;
        let found = absent(repo, &workspace.folder, &path)?;
        absent(repo, &package.folder, &path)?;
        Some(file.fact(found, &option.place))
    });
    by_option.or_else(|| configuration_file(repo, package, workspace, program))
}

/// The file of settings that the crate `config` is told, where it is not there and must be: `File::with_name("settings")`.
fn configuration_file(
    repo: &Repo,
    package: &Cargo,
    workspace: &Cargo,
    program: &Program,
) -> Option<Fact<SettingsFile>> {
    let is_told = |(_, call): &(&Index, &Call)| {
        call.resolved().ends_with("File.with_name") && program.depends_on("config") && !call.place.is_conditional
    };
    calls(program).filter(is_told).find_map(|(file, call)| {
        let is_optional = |other: &&Call| {
            let is_off = other.positional(0).and_then(Value::boolean) == Some(false);
            other.name() == "required" && other.place.has(&call.place) && is_off
        };
        let path = call.positional(0)?.known_text().filter(|_| !file.calls.iter().any(|it| is_optional(&it)))?;
        let names = match path.rsplit_once('.') {
            Some((_, ending)) if SETTINGS.contains(&ending) => vec![path],
            _ => SETTINGS.iter().map(|ending| format!("{path}.{ending}")).collect(),
        };
        let folders = [&package.folder, &workspace.folder];
        let is_there = names.iter().any(|name| folders.iter().any(|folder| repo.has(&join(folder, name))));
        let found = absent(repo, &package.folder, names.first().filter(|_| !is_there)?)?;
        Some(file.fact(found, &call.place))
    })
}

/// The endings of files of settings.
const SETTINGS: [&str; 7] = ["toml", "json", "yaml", "yml", "ini", "ron", "json5"];

/// A variable like `APP_ENVIRONMENT` whose `production` has a file of settings.
fn production(repo: &Repo, package: &Cargo, workspace: &Cargo, program: &Program) -> Vec<Variable> {
    let is_named = |folder: &str| {
        let mut texts = program.sources().flat_map(|file| &file.texts);
        texts.any(|literal| literal.text.split('/').any(|part| part == folder))
    };
    let has_settings = [&package.folder, &workspace.folder].iter().any(|folder| {
        repo.files_under(folder).any(|file| {
            let name = file_name(file).strip_prefix("production.");
            name.is_some_and(|ending| SETTINGS.contains(&ending)) && is_named(file_name(parent(file)))
        })
    });
    let names = program.sources().flat_map(|file| &file.environment).map(|read| &read.variable);
    let is_mode = |name: &&String| ["ENVIRONMENT", "ENV", "RUN_MODE"].iter().any(|end| name.ends_with(end));
    let mode = names.into_iter().filter(|_| has_settings).find(is_mode);
    mode.map(|name| Variable::new(name, "production")).into_iter().collect()
}

/// Variables that the program ends without.
fn required(program: &Program) -> Vec<Fact<String>> {
    let all = variables(program).into_iter().filter(|variable| variable.is_required && !variable.is_of_build);
    all.map(|variable| Fact::new(variable.name, variable.evidence)).collect()
}

/// The file of variables that the program reads and ends without: `dotenvy::dotenv().unwrap()`, `dotenvy::from_path("config/.env")?`.
fn dotenv(program: &Program) -> Option<Fact<String>> {
    let is_read = |call: &Call| {
        let path = call.resolved();
        let is_of_file = || ["dotenv.from_", "dotenvy.from_"].iter().any(|start| path.starts_with(start));
        path == "dotenv" || path.ends_with(".dotenv") || is_of_file() && call.positional(0).is_some()
    };
    calls(program).filter(|(file, call)| is_read(call) && file.ends_without(call)).find_map(|(file, call)| {
        let path = call.positional(0).map_or_else(|| Some(".env".to_owned()), Value::known_text)?;
        let path = join_inside("", &path).filter(|_| !path.starts_with('/'))?;
        Some(file.fact(path, &call.place))
    })
}

/// `#![feature(…)]`.
fn unstable_features(program: &Program) -> Vec<Fact<String>> {
    let stated = calls(program).filter(|(_, call)| call.path == "feature");
    stated
        .flat_map(|(file, call)| {
            call.arguments.iter().filter_map(|argument| match &argument.value {
                Value::Name(name) => Some(file.fact(name.clone(), &call.place)),
                _ => None,
            })
        })
        .collect()
}

impl Entrypoint {
    /// Whether it goes on until it is stopped.
    pub fn goes_on(&self) -> bool {
        self.is_server || self.worker.is_some()
    }

    /// What lifts it off the loopback interface, where something outside of the source does, and whether it holds a whole
    /// address.
    pub fn interface(&self) -> Option<(&Setting, bool)> {
        let loopback = self.listen.loopback.as_ref()?;
        Some((loopback.setting.as_ref()?, loopback.is_address))
    }

    /// The line of the source that the build has to change, so that others than the container itself are heard.
    pub fn edit(&self) -> Option<&SourceEdit> {
        let loopback = self.listen.loopback.as_ref().filter(|it| self.is_server && it.setting.is_none())?;
        loopback.edit.as_ref()
    }
}
