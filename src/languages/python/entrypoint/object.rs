//! Application objects: what a server is given, found in the source.

use ruff_python_ast::{Expr, ExprCall, Stmt, StmtFunctionDef};

use crate::catalog::python::{Framework, frameworks, names, servers};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::python::entrypoint::invocation::Invocation;
use crate::languages::python::entrypoint::script::scripts;
use crate::languages::python::entrypoint::{
    Context, Entrypoint, PORT, connection, fill, gunicorn, has, health, listen, place, server_for, settings,
};
use crate::path::{file_name, relative_to};
use crate::source::python::modules::Module;
use crate::source::python::syntax;

/// An object, or a function that makes one, that a server can be given.
#[derive(Debug, Clone)]
pub struct Object {
    /// `module:name`.
    pub target: String,
    /// The framework.
    pub framework: &'static Framework,
    /// Whether the name is a function that makes the object.
    pub is_factory: bool,
    /// The index of its module.
    pub module: usize,
    /// How evident it is that this is the one: lower is more.
    pub rank: u32,
    /// Its line.
    pub evidence: Evidence,
}

/// Every application object of the modules, the most evident first.
pub fn find(modules: &[Module], folder: &str) -> Vec<Object> {
    let makers = makers(modules);
    let mut found = Vec::new();
    for (index, module) in modules.iter().enumerate().filter(|(_, module)| !is_hidden(module, modules)) {
        in_statements(&module.statements, &Scope { modules, makers: &makers, index, module }, &mut found);
        found.extend(factories(&makers, index, module));
    }
    found.extend(exported_again(modules, &found));
    for object in &mut found {
        object.rank = rank(object, &modules[object.module], folder);
    }
    found.sort_by_key(|object| (object.rank, object.target.clone()));
    found.dedup_by(|a, b| a.target == b.target);
    found
}

/// Whether a package of the same name stands beside a file, which is what its name imports then.
fn is_hidden(module: &Module, modules: &[Module]) -> bool {
    let of_package = |other: &&Module| other.name == module.name && other.root == module.root;
    let is_package = |module: &Module| file_name(module.path()) == "__init__.py";
    !is_package(module) && modules.iter().filter(of_package).any(is_package)
}

struct Scope<'a> {
    modules: &'a [Module],
    makers: &'a [Maker<'a>],
    index: usize,
    module: &'a Module,
}

/// A function whose body makes an application object.
struct Maker<'a> {
    module: usize,
    function: &'a StmtFunctionDef,
    framework: &'static Framework,
}

/// The framework whose class a call makes an object of.
fn framework_of(module: &Module, call: &ExprCall) -> Option<&'static Framework> {
    framework_named(module, &syntax::dotted(&call.func)?)
}

fn framework_named(module: &Module, dotted: &str) -> Option<&'static Framework> {
    let full = module.full_name(dotted);
    let (path, class) = full.rsplit_once('.')?;
    let package = path.split('.').next().unwrap_or_default();
    frameworks().iter().find(|framework| {
        let import = framework.package.replace('-', "_");
        framework.class == class
            && if framework.module.is_empty() { import == package } else { framework.module == path }
    })
}

/// The call behind an expression: what is awaited, wrapped in a middleware or chosen between is looked through.
fn made_by(expr: &Expr) -> Option<&ExprCall> {
    match expr {
        Expr::Call(call) => Some(call),
        Expr::Await(inner) => made_by(&inner.value),
        _ => None,
    }
}

fn subclass(module: &Module, dotted: &str) -> Option<&'static Framework> {
    module.statements.iter().find_map(|statement| {
        let Stmt::ClassDef(class) = statement else { return None };
        let same = class.name.as_str() == dotted;
        let bases = class.arguments.as_ref().map(|arguments| arguments.args.as_ref()).unwrap_or_default();
        if same { bases.iter().find_map(|base| framework_named(module, &syntax::dotted(base)?)) } else { None }
    })
}

/// The functions that make objects, over all modules; one that only calls another such function counts too.
fn makers(modules: &[Module]) -> Vec<Maker<'_>> {
    let is_named = |function: &StmtFunctionDef| names().makers.iter().any(|word| function.name.contains(word.as_str()));
    let mut open: Vec<(usize, &StmtFunctionDef)> = Vec::new();
    for (index, module) in modules.iter().enumerate() {
        open.extend(module.statements.iter().filter_map(|statement| match statement {
            Stmt::FunctionDef(function) if is_named(function) && returns(&function.body) => Some((index, function)),
            _ => None,
        }));
    }
    let mut found: Vec<Maker> = Vec::new();
    loop {
        let before = found.len();
        let mut rest = Vec::new();
        let mut more = Vec::new();
        for (index, function) in open {
            let module = &modules[index];
            let scope = Scope { modules, makers: &found, index, module };
            let made = syntax::calls(&function.body).into_iter().find_map(|call| {
                let called = syntax::dotted(&call.func)?;
                framework_of(module, call)
                    .or_else(|| subclass(module, &called))
                    .or_else(|| maker(&scope, &called).map(|maker| maker.framework))
            });
            match made {
                Some(framework) => more.push(Maker { module: index, function, framework }),
                None => rest.push((index, function)),
            }
        }
        found.extend(more);
        open = rest;
        if found.len() == before {
            return found;
        }
    }
}

fn returns(body: &[Stmt]) -> bool {
    body.iter().any(|statement| match statement {
        Stmt::Return(it) => it.value.is_some(),
        Stmt::If(it) => returns(&it.body) || it.elif_else_clauses.iter().any(|clause| returns(&clause.body)),
        Stmt::With(it) => returns(&it.body),
        Stmt::Try(it) => returns(&it.body) || returns(&it.orelse),
        _ => false,
    })
}

fn in_statements(statements: &[Stmt], scope: &Scope, found: &mut Vec<Object>) {
    for statement in statements {
        match statement {
            Stmt::Assign(assign) => {
                if let Some(call) = made_by(&assign.value) {
                    assign.targets.iter().for_each(|target| object(target, call, scope, found));
                } else {
                    attribute(assign, scope, found);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(call) = assign.value.as_deref().and_then(made_by) {
                    object(&assign.target, call, scope, found);
                }
            }
            Stmt::If(branch) if !syntax::is_main_guard(statement) => {
                in_statements(&branch.body, scope, found);
                branch.elif_else_clauses.iter().for_each(|clause| in_statements(&clause.body, scope, found));
            }
            Stmt::Try(block) => in_statements(&block.body, scope, found),
            Stmt::With(block) => in_statements(&block.body, scope, found),
            _ => {}
        }
    }
}

/// `server = app.server`, where `app` is Dash's; `app = make_app` is nothing.
fn attribute(assign: &ruff_python_ast::StmtAssign, scope: &Scope, found: &mut Vec<Object>) {
    let ([Expr::Name(name)], Some(value)) = (assign.targets.as_slice(), syntax::dotted(&assign.value)) else {
        return;
    };
    let Some(owner) = value.strip_suffix(".server") else {
        return;
    };
    let is_dash = |object: &&Object| {
        object.module == scope.index
            && object.framework.interface == "dash"
            && object.target.ends_with(&format!(":{owner}"))
    };
    if let (Some(object), Some(wsgi)) =
        (found.iter().find(is_dash), frameworks().iter().find(|it| it.package == "flask"))
    {
        let target = format!("{}:{}", scope.module.name, name.id);
        let object = Object { target, framework: wsgi, ..object.clone() };
        found.push(object);
    }
}

fn object(target: &Expr, call: &ExprCall, scope: &Scope, found: &mut Vec<Object>) {
    let Expr::Name(name) = target else { return };
    let Some(called) = syntax::dotted(&call.func) else {
        return;
    };
    let framework = framework_of(scope.module, call)
        .or_else(|| subclass(scope.module, &called))
        .or_else(|| maker(scope, &called).map(|maker| maker.framework))
        // a middleware around the object: app = ProxyFix(app), app = socketio.ASGIApp(sio, app)
        .or_else(|| {
            let inner = call.arguments.args.iter().find_map(|argument| match argument {
                Expr::Call(call) => framework_of(scope.module, call),
                Expr::Name(inner) => {
                    let suffix = format!(":{}", inner.id);
                    found
                        .iter()
                        .find(|it| it.module == scope.index && it.target.ends_with(&suffix))
                        .map(|it| it.framework)
                }
                _ => None,
            });
            inner.filter(|_| {
                matches!(name.id.as_str(), "app" | "application" | "asgi" | "wsgi" | "asgi_app" | "wsgi_app")
            })
        });
    if let Some(framework) = framework {
        found.push(Object {
            target: format!("{}:{}", scope.module.name, name.id),
            framework,
            is_factory: false,
            module: scope.index,
            rank: 0,
            evidence: scope.module.document.evidence_at(usize::from(call.range_start)),
        });
    }
}

/// The function of this name that makes an object: of the same module or imported from another.
fn maker<'a>(scope: &'a Scope, called: &str) -> Option<&'a Maker<'a>> {
    let full = scope.module.full_name(called);
    scope.makers.iter().find(|maker| {
        let name = maker.function.name.as_str();
        let home = &scope.modules[maker.module];
        if full == called {
            maker.module == scope.index && name == called
        } else {
            full.strip_suffix(name).is_some_and(|path| {
                path.trim_end_matches('.') == home.name || path.trim_end_matches('.').ends_with(&home.name)
            })
        }
    })
}

/// Functions that a server can call: they need no argument.
fn factories(makers: &[Maker], index: usize, module: &Module) -> Vec<Object> {
    makers
        .iter()
        .filter(|maker| maker.module == index)
        .filter(|maker| {
            let parameters = &maker.function.parameters;
            let all_default = parameters
                .posonlyargs
                .iter()
                .chain(&parameters.args)
                .chain(&parameters.kwonlyargs)
                .all(|it| it.default.is_some());
            all_default && (!maker.function.is_async || maker.framework.interface == "aiohttp")
        })
        .map(|maker| Object {
            target: format!("{}:{}", module.name, maker.function.name),
            framework: maker.framework,
            is_factory: true,
            module: index,
            rank: 0,
            evidence: module.document.evidence_at(usize::from(maker.function.range.start())),
        })
        .collect()
}

/// Objects that another module imports at its top under a name that servers are told: `wsgi.py: from app import app`.
fn exported_again(modules: &[Module], found: &[Object]) -> Vec<Object> {
    let mut again = Vec::new();
    for (index, module) in modules.iter().enumerate() {
        let file = crate::path::file_name(module.path());
        if !matches!(file, "wsgi.py" | "asgi.py" | "main.py" | "server.py") {
            continue;
        }
        for (local, full) in &module.imports {
            let Some((path, name)) = full.rsplit_once('.') else {
                continue;
            };
            let target = format!("{path}:{name}");
            if let Some(object) = found.iter().find(|it| it.target == target && !it.is_factory && it.module != index) {
                again.push(Object {
                    target: format!("{}:{local}", module.name),
                    module: index,
                    evidence: module.document.find(local).unwrap_or_else(|| Evidence::file(module.path())),
                    ..object.clone()
                });
            }
        }
    }
    again
}

fn rank(object: &Object, module: &Module, folder: &str) -> u32 {
    let file = crate::path::file_name(module.path());
    let name = object.target.rsplit(':').next().unwrap_or_default();
    let place = |rows: &[Vec<String>], wanted: &str| {
        let known = rows.iter().position(|row| row.iter().any(|name| name == wanted));
        u32::try_from(known.unwrap_or(rows.len() + 1)).unwrap_or(u32::MAX)
    };
    let (of_file, of_name) = (place(&names().object_files, file), place(&names().objects, name));
    let depth = crate::path::relative_to(module.path(), folder).matches('/').count();
    let of_interface = match object.framework.interface.as_str() {
        "celery" => 40,
        "dash" => 2,
        _ => 0,
    };
    let of_kind = if object.is_factory { 3 } else { 0 };
    let is_usual = names().object_files.iter().any(|row| row.iter().any(|name| name == file));
    let of_work = if !is_usual && works_by_itself(module) { BEHIND_ALL } else { 0 };
    u32::try_from(depth * 2).unwrap_or(99) + of_file + of_name + of_interface + of_kind + of_work
}

/// What puts an object behind every other that may be meant.
const BEHIND_ALL: u32 = 30;

/// Whether a module does its work as soon as it is run, with an application that it makes for that: `with app.app_context():`.
fn works_by_itself(module: &Module) -> bool {
    let enters = |call: &&ExprCall| syntax::dotted(&call.func).is_some_and(|path| path.ends_with(".app_context"));
    let serves = |call: &&ExprCall| syntax::dotted(&call.func).is_some_and(|path| path.ends_with(".run"));
    let at_top = |statement: &Stmt| !matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
    let calls =
        || module.statements.iter().filter(|it| at_top(it)).flat_map(|it| syntax::calls(std::slice::from_ref(it)));
    calls().any(|call| enters(&call)) && !calls().any(|call| serves(&call))
}

/// Whether a module prepares its application only where it is run itself: `if __name__ == "__main__": db.init_app(app); app.run()`.
pub fn prepares_itself(module: &Module) -> bool {
    let (guards, rest): (Vec<&Stmt>, Vec<&Stmt>) =
        module.statements.iter().partition(|statement| syntax::is_main_guard(statement));
    let prepared = |statements: Vec<&Stmt>| -> Vec<String> {
        let calls = statements.into_iter().flat_map(|it| syntax::calls(std::slice::from_ref(it)));
        let paths = calls.filter_map(|call| syntax::dotted(&call.func));
        let is_preparing = |path: &String| names().preparing.iter().any(|method| path.ends_with(&format!(".{method}")));
        paths.filter(is_preparing).collect()
    };
    let (guarded, always) = (prepared(guards), prepared(rest));
    guarded.iter().any(|path| !always.contains(path))
}

pub fn from_object(context: &Context, object: &Object) -> Option<Entrypoint> {
    let module = &context.modules[object.module];
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
        (servers().iter().find(|server| server.package == "waitress")?, !has(context.project, "waitress"))
    } else {
        server_for(context.project, interface)?
    };
    let words = if object.is_factory { &server.factory } else { &server.command };
    if words.is_empty() {
        return None;
    }
    let is_worker = interface == "celery";
    let shape = if is_worker { "Celery worker".to_owned() } else { format!("{} server", framework.title) };
    let mut start = Entrypoint::new(Invocation::server(server, fill(words, &target)), object.evidence.clone(), shape);
    start.invocation.arguments.extend_from_slice(connection::words(context, &server.package));
    place(&mut start, context, &module.root);
    if !is_worker {
        let stated = listen::port(module).or_else(|| {
            context.modules.iter().filter(|it| it.main.is_some() && it.root == module.root).find_map(listen::port)
        });
        start.port = Some(stated.map_or((PORT, None), |port| (port.value, Some(port.evidence))));
        start.health = health(context, object);
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
pub fn serves_itself(context: &Context, objects: &[Object]) -> Option<Entrypoint> {
    let object = objects.iter().find(|object| object.framework.interface != "celery")?;
    let module = &context.modules[object.module];
    let depth = |path: &str| relative_to(path, &context.project.manifests.folder).matches('/').count();
    let (_, is_added) = server_for(context.project, &object.framework.interface)?;
    if !is_added || depth(module.path()) == 0 {
        return None;
    }
    let mut start = scripts(context, objects).into_iter().next()?;
    let program = context.modules.iter().find(|it| it.path() == start.evidence.path)?;
    if depth(program.path()) > 0
        || program.imports.iter().any(|(_, full)| objects.iter().any(|it| it.target.replace(':', ".") == *full))
    {
        return None;
    }
    let stated = start.port.take().or_else(|| stated_by_any(context).map(|port| (port.value, Some(port.evidence))));
    start.port = stated.or(Some((PORT, None)));
    start.shape = format!("{} server", object.framework.title);
    Some(start)
}

/// The port that any module states, where it starts a server or by a constant.
fn stated_by_any(context: &Context) -> Option<Fact<u16>> {
    let modules = || context.modules.iter();
    modules().find_map(listen::port).or_else(|| modules().find_map(listen::constant))
}

pub fn django(context: &Context) -> Option<Entrypoint> {
    let django = context.django?;
    let project = context.project;
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
    let mut start = Entrypoint::new(
        Invocation::server(server, fill(words, &target.value)),
        target.evidence.clone(),
        "Django server",
    );
    start.folder = django.folder(&project.manifests.folder);
    start.environment = settings(django);
    start.port = gunicorn::configured_port(context).filter(|_| server.package == "gunicorn").or(Some((PORT, None)));
    if is_added {
        start.added = Some(server.requirement.as_str());
        let message =
            format!("the project depends on no production server: `{}` is added in the image", server.requirement);
        start.warnings.push(Warning::new(message).at(target.evidence).hint("add it to the project's own dependencies"));
    }
    Some(start)
}
