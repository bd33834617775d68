//! One program of a module, with all that its source says.

pub mod data_folders;
pub mod embedded_files;
pub mod front_end;
pub mod listen;
pub mod runtime_files;
pub mod subcommand;

use crate::analysis;
use crate::analysis::backing_services::needs;
use crate::analysis::calls::names_more_than_types;
use crate::analysis::command_line::needed_arguments;
use crate::analysis::compose;
use crate::analysis::environment::variables;
use crate::analysis::health::health;
use crate::analysis::listen::{listeners, other_ports};
use crate::analysis::local_services::{LocalService, local_services};
use crate::analysis::migrations::{Migrations, migrations};
use crate::analysis::stated_start;
use crate::analysis::subprocesses::subprocesses;
use crate::catalog::{
    GoFramework, GoWorker, go_frameworks, go_names, go_refused_links, go_terminals, go_workers, is_side_folder,
};
use crate::evidence::Fact;
use crate::languages::go::entrypoint::embedded_files::MissingEmbed;
use crate::languages::go::entrypoint::front_end::FrontEndOutput;
use crate::languages::go::entrypoint::listen::Port;
use crate::languages::go::entrypoint::runtime_files::Files;
use crate::languages::go::framework;
use crate::languages::go::package_manager::cgo::NativeNeeds;
use crate::languages::go::package_manager::{ReleasedProgram, cgo, generators};
use crate::languages::go::workspace::module::Module;
use crate::languages::go::workspace::packages::{Closure, Packages, command_name, is_standard};
use crate::path::{file_name, relative_to};
use crate::plan::Command;
use crate::shell::quote;
use crate::source::Index;
use crate::source::go::mentions;

/// A program.
#[derive(Debug, Clone)]
pub struct Program {
    /// From the root of the repository.
    pub folder: String,
    /// How users pick it: unique in its module.
    pub label: String,
    /// The name of the executable.
    pub name: String,
    /// `func main`.
    pub main: Fact<String>,
    /// How many packages of this repository it is made of.
    pub packages: usize,
    /// Whether it helps to develop another one, or is a sample.
    pub is_aside: bool,
    /// Whether a release holds it.
    pub is_released: bool,
    /// The call that makes it a server.
    pub server: Option<Fact<String>>,
    /// What it is.
    pub shape: String,
    /// Whether it goes on until it is stopped, without a port of its own.
    pub is_worker: bool,
    /// Whether it can be told anything on its command line.
    pub takes_arguments: bool,
    /// The subcommand that serves, with what the project's own files pass to it.
    pub serving: Option<Fact<String>>,
    /// The subcommands that go on beside that one, in processes of their own.
    pub beside: Vec<Fact<String>>,
    /// The port that it opens.
    pub port: Option<Port>,
    /// The other ports that it opens.
    pub other_ports: Vec<Fact<u16>>,
    /// What it needs of C.
    pub needs: NativeNeeds,
    /// Files that it reads and writes.
    pub files: Files,
    /// Files that it embeds, from the root of the repository.
    pub embedded: Vec<String>,
    /// Embedded files that are absent, and that no front end makes.
    pub absent: Vec<MissingEmbed>,
    /// Front ends that make files that it embeds or reads.
    pub front_ends: Vec<FrontEndOutput>,
    /// Commands that make source which is not there.
    pub generators: Vec<Fact<Command>>,
    /// The module that it is linked with and the linker refuses, with its version.
    pub refused_link: Option<Fact<String>>,
    /// Packages that it imports from its own module and that are not there.
    pub missing: Vec<Fact<String>>,
    /// The route that tells whether it is healthy.
    pub health: Option<Fact<String>>,
    /// The subcommand by which it asks its running self for that.
    pub health_command: Option<String>,
    /// The services that it speaks to, and the variables that it reads, as facts with their names.
    pub surroundings: Vec<(&'static str, Fact<String>)>,
    /// Variables without which it ends.
    pub required: Vec<Fact<String>>,
    /// Arguments that it ends without, where it goes on.
    pub needed_arguments: Vec<Fact<String>>,
    /// How the tables of its database are made, where it does not, and where it goes on.
    pub migrations: Option<Migrations>,
    /// The services that it looks for on its own machine.
    pub local_services: Vec<LocalService>,
    /// Other programs that it starts, where it is a server.
    pub started: Vec<Fact<String>>,
    /// Whether it imports anything that is neither Go's own nor in this repository.
    pub has_dependencies: bool,
}

impl Program {
    /// Whether it serves: it opens a port, or has a front end inside.
    pub fn is_service(&self) -> bool {
        self.server.is_some() || !self.front_ends.is_empty()
    }
}

/// Reads the program whose `func main` is `main`.
pub fn read(packages: &mut Packages, module: &Module, main: &Fact<String>) -> Program {
    let folder = main.value.clone();
    let mut closure = packages.closure(module, &folder);
    let draws = go_terminals().iter().any(|start| closure.imports.keys().any(|import| import.starts_with(start)));
    let analysed = packages.analysed(&closure);
    let opened = listeners(&analysed).into_iter().next();
    let server = opened
        .map(|listener| listener.file.fact(listener.call.path.clone(), &listener.call.place))
        .filter(|server| !draws || subcommand::serving(&analysed, server).is_some());
    let worker = if draws { None } else { worker(&closure) };
    let goes_on = server.is_some() || worker.is_some();
    let mut files = runtime_files::files(packages, &closure, &module.folder, goes_on);
    let embedded = embedded_files::places(packages, &closure);
    data_folders::kept_files(&analysed, packages.repo(), &embedded, &mut files);
    if goes_on {
        let composed = compose::data_folders(packages.repo(), &module.folder, &module.name());
        data_folders::written(&analysed, packages.repo(), composed, &mut files);
    }
    let kept = framework::framework(&analysed).and_then(|it| Some(format!("/app/{}", it.writes.as_ref()?)));
    files.written.extend(server.iter().filter_map(|server| Some(Fact::new(kept.clone()?, server.evidence.clone()))));
    let repo = packages.repo();
    let port = server.as_ref().and_then(|_| listen::port(&analysed, repo, &files));
    let own = port.as_ref().and_then(|port| port.number);
    let mut other_ports = own.map(|own| other_ports(&analysed, own)).unwrap_or_default();
    other_ports.retain(|other| port.as_ref().is_none_or(|port| port.replaced != Some(other.value)));
    let (mut front_ends, mut absent) = (Vec::new(), Vec::new());
    for missing in embedded_files::absent(packages, &closure) {
        match crate::languages::node::front_end::find(repo, &missing.place) {
            Some(found) => front_end::add(&mut front_ends, found, false),
            None => absent.push(missing),
        }
    }
    // what is embedded is not read again
    for found in server.iter().flat_map(|_| front_end::served(packages, &closure, &files.base)) {
        front_end::add(&mut front_ends, found.front_end, found.is_read);
    }
    if server.is_some() {
        let absent = front_end::absent(packages, &closure, &files.base);
        let read: Vec<&str> = files.read.iter().map(|fact| &fact.value).chain(&absent).map(String::as_str).collect();
        front_end::add_stylesheets(&mut front_ends, packages.repo(), &embedded, &read);
    }
    let required = variables(&analysed).into_iter().filter(|variable| variable.is_required);
    let surroundings = needs(&analysed, |_| None);
    let inside = relative_to(&folder, &module.folder);
    let name = command_name(module, &folder);
    let subcommands: Vec<&str> =
        analysed.sources().flat_map(|file| &file.subcommands).map(|subcommand| subcommand.name.as_str()).collect();
    let own = module.name();
    let names = [name.as_str(), own.as_str(), "main", "app"];
    let stated = stated_start::arguments(packages.repo(), &module.folder, &names, &subcommands);
    let stated =
        stated.map(|fact| fact.map(|words| words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ")));
    Program {
        label: name.clone(),
        name: executable(&name),
        main: main.clone(),
        packages: closure.folders.iter().filter(|folder| !packages.package(folder).sources.is_empty()).count(),
        // what is called like the module is what the module is about, whatever that says
        is_aside: is_aside(&inside) && file_name(&folder) != own,
        is_released: false,
        shape: shape(&analysed, server.is_some(), worker),
        is_worker: server.is_none() && worker.is_some(),
        takes_arguments: takes_arguments(&analysed),
        needs: cgo::needs(packages, &closure),
        started: server.as_ref().map(|_| started(&analysed)).unwrap_or_default(),
        health: server.as_ref().and_then(|_| health(&analysed)),
        health_command: server.as_ref().and_then(|_| health_command(&analysed)),
        surroundings,
        migrations: if goes_on { migrations(&analysed, repo, &[&module.folder], |_| false) } else { None },
        local_services: local_services(&analysed),
        required: required.map(|variable| Fact::new(variable.name, variable.evidence)).collect(),
        needed_arguments: if goes_on { needed_arguments(&analysed, None) } else { Vec::new() },
        files,
        embedded: embedded_files::embedded(packages, &closure),
        has_dependencies: closure.imports.keys().any(|import| !is_standard(import)),
        serving: stated.or_else(|| match &server {
            Some(server) => subcommand::serving(&analysed, server),
            None => worker.and_then(|_| subcommand::only(&analysed)),
        }),
        beside: server.as_ref().map(|_| subcommand::beside(&analysed)).unwrap_or_default(),
        refused_link: refused_link(module, &closure),
        generators: generators::commands(repo, module, &mut closure, main),
        missing: closure.missing,
        server,
        port,
        other_ports,
        absent,
        front_ends,
        folder,
    }
}

/// The other programs that a program starts, each with the line that does.
fn started(program: &analysis::Program) -> Vec<Fact<String>> {
    let found = subprocesses(program).into_iter();
    found.filter_map(|started| Some(Fact::new(started.program?, started.evidence?))).collect()
}

/// Whether the command line of a program is read: options, subcommands, or the bare words.
fn takes_arguments(program: &analysis::Program) -> bool {
    let is_told = |file: &Index| !file.options.is_empty() || !file.subcommands.is_empty();
    program.sources().any(|file| is_told(file) || mentions(file.document().text(), "Args"))
}

/// The subcommand that asks a running program whether it is healthy.
fn health_command(program: &analysis::Program) -> Option<String> {
    let subcommands = program.sources().flat_map(|file| &file.subcommands);
    let mut names = subcommands.map(|subcommand| &subcommand.name);
    names.find(|name| go_names().health.contains(name)).cloned()
}

/// The module among its dependencies that reaches into Go's own packages as the linker refuses.
fn refused_link(module: &Module, closure: &Closure) -> Option<Fact<String>> {
    let version = |text: &str| semver::Version::parse(text.trim_start_matches('v')).ok();
    go_refused_links().iter().find_map(|row| {
        let (_, stated) = module.file.versions.iter().find(|(path, _)| *path == row.module)?;
        let is_old = version(stated)? < version(&row.below)?;
        let is_linked = row.imports.iter().any(|import| closure.imports(import).is_some());
        let required = module.file.requires.iter().find(|required| required.value == row.module)?;
        (is_old && is_linked).then(|| Fact::new(format!("{} {stated}", row.module), required.evidence.clone()))
    })
}

fn is_aside(inside: &str) -> bool {
    inside != "."
        && (is_side_folder(inside)
            || inside.split('/').any(|part| {
                go_names().helpers.iter().any(|name| name == part)
                    || part.starts_with("gen-")
                    || part.starts_with("generate-")
                    || part.ends_with("-gen")
                    || part.ends_with("example")
            }))
}

/// The library by which it goes on until it is stopped, without a port of its own.
fn worker(closure: &Closure) -> Option<&'static GoWorker> {
    go_workers().iter().find(|worker| {
        // a later major version is a folder below, or an ending
        let is_it = |rest: &str| rest.is_empty() || rest.starts_with(['/', '.']);
        closure.imports.keys().any(|import| import.strip_prefix(worker.import.as_str()).is_some_and(is_it))
    })
}

fn shape(program: &analysis::Program, is_server: bool, worker: Option<&GoWorker>) -> String {
    let uses = |file: &Index, framework: &GoFramework| {
        let mut imports = file.imports.iter().filter(|import| import.module.starts_with(&framework.import));
        imports.any(|import| names_more_than_types(file, import))
    };
    let framework = go_frameworks().iter().find(|framework| program.sources().any(|file| uses(file, framework)));
    match framework {
        Some(framework) if is_server => framework.title.clone(),
        _ if is_server => "HTTP server".into(),
        _ if worker.is_some() => worker.map(|it| it.title.clone()).unwrap_or_default(),
        _ => "command-line program".into(),
    }
}

/// A file name from any text.
fn executable(name: &str) -> String {
    let clean: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' }).collect();
    let clean = clean.trim_matches(['.', '-']);
    if clean.is_empty() { "app".into() } else { clean.to_owned() }
}

/// Takes over what a release calls its programs; what is released is no sample.
pub fn release(programs: &mut [Program], released: &[Fact<ReleasedProgram>]) {
    for program in programs {
        if let Some(it) = released.iter().find(|it| it.value.folder == program.folder) {
            program.is_released = true;
            program.is_aside = false;
            if !it.value.name.is_empty() && executable(&it.value.name) == it.value.name {
                program.name.clone_from(&it.value.name);
                program.label.clone_from(&it.value.name);
            }
        }
    }
}

/// Whether a folder's name says nothing of the program in it.
fn is_nameless(folder: &str) -> bool {
    go_names().nameless.iter().any(|name| name == folder)
}

/// Gives every program a label of its own, and a lone program in a folder without a telling name the module's.
pub fn label(programs: &mut [Program], module: &Module) {
    let lone = programs.iter().filter(|program| !program.is_aside).count() == 1;
    let names: Vec<String> = programs.iter().map(|program| program.name.clone()).collect();
    for program in programs {
        let is_unnamed = program.name == executable(&command_name(module, &program.folder));
        if lone && is_unnamed && !program.is_aside && is_nameless(file_name(&program.folder)) {
            program.name = executable(&module.name());
            program.label.clone_from(&program.name);
        } else if names.iter().filter(|name| **name == program.name).count() > 1 {
            program.label = relative_to(&program.folder, &module.folder);
        }
    }
}

/// The program that is most likely meant: one that is alone, at the root, or named like the module or a part of its name;
/// a lone server. A program at the root that ends by itself, and that nothing can be told, is not meant where another serves.
pub fn preferred<'a>(programs: &'a [Program], module: &Module) -> Option<&'a Program> {
    let mut all: Vec<&Program> = programs.iter().filter(|program| !program.is_aside).collect();
    let is_errand = |it: &Program| !it.is_service() && !it.is_worker && !it.takes_arguments;
    if all.iter().any(|it| it.is_service()) {
        all.retain(|it| it.folder != module.folder || !is_errand(it));
    }
    let name = module.name();
    let is_named = |it: &Program| it.name == name || file_name(&it.folder) == file_name(&module.folder);
    let is_daemon = |it: &Program| it.name == format!("{name}d") || it.name == format!("{name}-server");
    let is_part = |it: &Program| name.split(['-', '_', '.']).any(|part| part == it.name);
    let rules: [&dyn Fn(&Program) -> bool; 9] = [
        &|_| true,
        &|it| it.folder == module.folder,
        // a daemon and the tool that talks to it
        &|it| is_daemon(it) && it.is_service() && !all.iter().any(|other| is_named(other) && other.is_service()),
        &|it| is_named(it),
        &|it| it.name.replace(['-', '_'], "") == name.replace(['-', '_'], "") || is_daemon(it),
        &|it| it.is_released,
        &is_part,
        &|it| go_names().applications.contains(&it.name),
        &|it| it.is_service(),
    ];
    rules.iter().find_map(|rule| {
        let mut fitting = all.iter().filter(|program| rule(program));
        let first = fitting.next()?;
        fitting.next().is_none().then_some(*first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_table_counts_and_longer_ones_do_not() {
        let table = go_names();
        for name in &table.helpers {
            assert!(is_aside(&format!("cmd/{name}")) && !is_aside(&format!("cmd/{name}x")), "{name}");
        }
        for name in &table.nameless {
            assert!(is_nameless(name) && !is_nameless(&format!("{name}x")), "{name}");
        }
        for name in &table.health {
            let program = |name: &str| {
                let text = format!("package main\nvar c = &cobra.Command{{Use: \"{name}\"}}\n");
                let file = crate::source::read(crate::repo::Document::new("main.go", text));
                analysis::Program::of([std::rc::Rc::new(file)])
            };
            assert_eq!(health_command(&program(name)).as_ref(), Some(name));
            assert_eq!(health_command(&program(&format!("{name}-of-things"))), None, "{name}");
        }
    }
}
