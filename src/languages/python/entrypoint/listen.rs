//! Where a program listens when it is started itself: the port that its source states, and whether others get through.

use std::collections::HashMap;

use crate::analysis::listen::{self, Listener, asks_others, is_loopback, listeners};
use crate::analysis::services::{is_of_another, names_host};
use crate::analysis::{Program, Setting};
use crate::evidence::Fact;
use crate::languages::python::entrypoint::Entrypoint;
use crate::plan::Variable;
use crate::source::Call;
use crate::source::python::modules::{self, Module};

/// So many functions are followed to the one that starts the server.
const MOST_FUNCTIONS: usize = 200;
/// A function is handed on by so many packages.
const DEEPEST_EXPORT: u32 = 4;

fn program(module: &Module) -> Program {
    Program::of([module.index()])
}

/// A module with those that it imports, where one of them may state what it is told.
fn program_with(module: &Module, modules: &[Module]) -> Program {
    if asks_others(&module.index()) {
        return with_imported(module, modules);
    }
    let own = program(module);
    if listeners(&own).is_empty() { called(module, modules).unwrap_or(own) } else { own }
}

/// A module with the one whose function it calls to start the server, `from shop.web import serve; serve()`, and what that imports.
fn called(module: &Module, modules: &[Module]) -> Option<Program> {
    let opens = |other: &Module, function: &str| {
        let program = program(other);
        let mut functions = listeners(&program).into_iter().filter_map(|it| it.file.function(&it.call.place));
        functions.any(|it| it.name == function)
    };
    let by_name: HashMap<&str, &Module> = modules.iter().map(|module| (module.name.as_str(), module)).collect();
    let mut waiting: Vec<(&Module, Option<String>)> = vec![(module, None)];
    let mut next = 0;
    while let Some((caller, own)) = waiting.get(next).cloned() {
        next += 1;
        let index = caller.index();
        let is_within = |call: &&Call| own.is_none() || index.function(&call.place).map(|it| &it.name) == own.as_ref();
        for call in index.calls.iter().filter(is_within) {
            let is_own = index.functions.iter().any(|function| function.name == call.path);
            let own = is_own.then(|| (caller, call.path.clone()));
            let Some((other, function)) = own.or_else(|| defined(&caller.full_name(&call.path), &by_name)) else {
                continue;
            };
            if opens(other, &function) {
                let taken = modules::imported(other, modules).filter(|it| it.path() != other.path());
                let files = [module, other].into_iter().chain(taken);
                return Some(Program::of(files.map(Module::index)));
            }
            let is_known =
                waiting.iter().any(|(it, name)| it.path() == other.path() && name.as_ref() == Some(&function));
            if !is_known && waiting.len() < MOST_FUNCTIONS {
                waiting.push((other, Some(function)));
            }
        }
    }
    None
}

/// The module that defines a function of this dotted name; one that a package only hands on is looked up where that takes it from.
fn defined<'a>(full: &str, modules: &HashMap<&str, &'a Module>) -> Option<(&'a Module, String)> {
    let mut full = full.to_owned();
    for _ in 0..DEEPEST_EXPORT {
        let (path, function) = full.rsplit_once('.')?;
        let module = *modules.get(path)?;
        if module.index().functions.iter().any(|it| it.name == function) {
            return Some((module, function.to_owned()));
        }
        let taken = module.full_name(function);
        if taken == function {
            return None;
        }
        full = taken;
    }
    None
}

fn with_imported(module: &Module, modules: &[Module]) -> Program {
    let taken = modules::imported(module, modules).filter(|it| it.path() != module.path());
    Program::of(std::iter::once(module).chain(taken).map(Module::index))
}

/// The calls that open a port: those of the file that is started, else those of the files that it takes in.
fn started(program: &Program) -> Vec<Listener<'_>> {
    let first = program.files.first().map(|file| file.path());
    let (own, others): (Vec<Listener>, Vec<Listener>) =
        listeners(program).into_iter().partition(|listener| Some(listener.file.path()) == first);
    if own.is_empty() { others } else { own }
}

/// The port that a module starts its server on: stated where it starts, else by an option, a variable, or the library.
pub fn port(module: &Module) -> Option<Fact<u16>> {
    port_of(&program(module))
}

fn port_of(program: &Program) -> Option<Fact<u16>> {
    let started = started(program);
    let stated = started.iter().find_map(|it| Some(Fact::new(it.port()?, it.stated()?.evidence())));
    let usual = || started.iter().find_map(|it| Some(it.file.fact(it.row.default_port?, &it.call.place)));
    stated.or_else(|| listen::option(program)).or_else(|| listen::variable(program)).or_else(usual)
}

/// The port of a constant that is called so: `DEFAULT_PORT = 8083`.
pub fn constant(module: &Module) -> Option<Fact<u16>> {
    listen::named(&program(module))
}

/// Whether a module starts a server.
pub fn serves(module: &Module) -> bool {
    !listeners(&program(module)).is_empty()
}

/// Completes the start of a program by where it listens: an option or variable of its own opens it to others, and where
/// there is none, that nobody gets through is said.
pub fn complete(start: &mut Entrypoint, module: &Module, modules: &[Module], accepts_options: bool) {
    complete_by(start, &program_with(module, modules), accepts_options);
}

/// The same for a script that takes no options, whose application may be made in the modules that it imports.
pub fn complete_with(start: &mut Entrypoint, module: &Module, modules: &[Module]) {
    complete_by(start, &with_imported(module, modules), false);
}

/// The same by what the analyses are told of the module.
pub fn complete_by(start: &mut Entrypoint, program: &Program, accepts_options: bool) {
    if let Some(port) = port_of(program) {
        start.port = Some((port.value, Some(port.evidence)));
        if start.shape == "Python program" {
            start.shape = "Python server".into();
        }
    }
    if let Some(flag) = host_option(program).filter(|_| accepts_options) {
        // in one word, which is all that options of Tornado take
        start.invocation.arguments.push(format!("{flag}=0.0.0.0"));
        return;
    }
    let started = started(program);
    let Some(loopback) = started.first().and_then(|listener| listener.loopback(program)) else { return };
    if let Some(Setting::Variable(name)) = loopback.setting {
        if !start.environment.iter().any(|variable| variable.name == name) {
            start.environment.push(Variable::new(name, "0.0.0.0"));
        }
    } else {
        start.loopback = Some(loopback.evidence);
        start.listen_edit = loopback.edit;
    }
}

/// The option for the host whose default is the machine itself.
fn host_option(program: &Program) -> Option<String> {
    let mut options = program.sources().flat_map(|file| &file.options);
    options.find_map(|option| {
        let default = option.default.as_ref()?.known_text()?;
        let is_host = names_host(&option.name) && !is_of_another(&option.name) && is_loopback(&default);
        option.flag.clone().filter(|flag| is_host && flag.starts_with("--"))
    })
}
