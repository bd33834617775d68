//! Where a program listens when it is started itself: the port that its source states, and whether others get through.

use crate::analysis::listen::{self, Listener, asks_others, is_loopback, listeners};
use crate::analysis::services::{is_of_another, names_host};
use crate::analysis::{Program, Setting};
use crate::evidence::Fact;
use crate::languages::python::entrypoint::Entrypoint;
use crate::plan::Variable;
use crate::source::python::modules::{self, Module};

fn program(module: &Module) -> Program {
    Program::of([module.index()])
}

/// A module with those that it imports, where one of them may state what it is told.
fn program_with(module: &Module, modules: &[Module]) -> Program {
    if asks_others(&module.index()) { with_imported(module, modules) } else { program(module) }
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
        start.invocation.arguments.extend([flag, "0.0.0.0".into()]);
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
