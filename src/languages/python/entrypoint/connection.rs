//! Applications with connections that stay open: an extension serves them itself, or a server that keeps such connections.

use std::rc::Rc;

use ruff_python_ast::{Expr, ExprCall};

use crate::analysis::Program;
use crate::catalog::python::{Connection, connections};
use crate::languages::python::entrypoint::object::Object;
use crate::languages::python::entrypoint::script::scripts;
use crate::languages::python::entrypoint::{Context, Entrypoint, has, listen};
use crate::source::Import;
use crate::source::python::modules::Module;
use crate::source::python::syntax;

/// The extension that the project has and imports.
fn extension(context: &Context) -> Option<&'static Connection> {
    let is_imported = |row: &&Connection| {
        let is_it =
            |full: &str| full.strip_prefix(&row.import).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        context.modules.iter().any(|module| module.imports.iter().any(|(_, full)| is_it(full)))
    };
    connections().iter().find(|row| has(context.project, &row.package) && is_imported(row))
}

/// Whether the extension has a server of its own in this project.
fn has_own(context: &Context, row: &Connection) -> bool {
    row.own.iter().any(|package| has(context.project, package))
}

/// The call by which a module has the extension serve an application: `socketio.run(app)`, not `app.run(host)`.
fn serving<'a>(row: &Connection, objects: &[Object], module: &'a Module) -> Option<&'a ExprCall> {
    let calls = syntax::calls(&module.statements);
    let object = |named: &str| {
        let full = module.full_name(named);
        let target = match full.rsplit_once('.') {
            Some((path, name)) => format!("{path}:{name}"),
            None => format!("{}:{named}", module.name),
        };
        objects.iter().find(|object| object.target == target)
    };
    // what only the program makes, `app = create_app()` behind its guard, is no object of the module
    let makes_one = || {
        let mut called = calls.iter().filter_map(|call| syntax::dotted(&call.func));
        called.any(|called| object(&called).is_some_and(|object| object.is_factory))
    };
    let is_object = |given: &Expr| match given {
        Expr::Name(name) => object(&name.id).is_some() || makes_one(),
        _ => false,
    };
    calls.iter().copied().find(|call| {
        let Expr::Attribute(method) = call.func.as_ref() else { return false };
        method.attr.as_str() == row.method && call.arguments.args.first().is_some_and(is_object)
    })
}

/// The program of the project that serves by the extension, where that has a server of its own.
pub fn program(context: &Context, objects: &[Object]) -> Option<Entrypoint> {
    let row = extension(context).filter(|row| has_own(context, row))?;
    scripts(context, objects).into_iter().find_map(|mut start| {
        let module = context.modules.iter().find(|module| module.path() == start.evidence.path)?;
        serving(row, objects, module)?;
        // the object that serves may come from another module, which imports the extension
        let mut index = module.index();
        let import = Import { module: row.import.clone(), ..Import::default() };
        Rc::make_mut(&mut index).imports.push(import);
        listen::complete_by(&mut start, &Program::of([index]), false);
        start.shape = "Flask server".into();
        Some(start)
    })
}

/// Whether the extension of a file refuses to serve when the file is started in a container.
pub fn refuses(context: &Context, objects: &[Object], path: &str) -> bool {
    let Some(row) = extension(context).filter(|row| !has_own(context, row)) else { return false };
    let call = context.modules.iter().find(|module| module.path() == path).and_then(|it| serving(row, objects, it));
    call.is_some_and(|call| call.arguments.find_keyword(&row.allowed).is_none())
}

/// What the server of this package is told so that it keeps the connections.
pub fn words(context: &Context, server: &str) -> &'static [String] {
    extension(context).filter(|row| row.server == server).map_or(&[], |row| &row.words)
}
