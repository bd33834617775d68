//! Application objects: what a server is given, found in the source.

use ruff_python_ast::{Expr, ExprCall, Stmt, StmtFunctionDef};

use crate::catalog::python::{Framework, frameworks};
use crate::evidence::Evidence;
use crate::languages::python::source::Module;
use crate::languages::python::syntax;

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
    for (index, module) in modules.iter().enumerate() {
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
    let is_named = |function: &StmtFunctionDef| {
        ["create", "make", "get", "build", "init", "app", "setup", "factory"]
            .iter()
            .any(|word| function.name.contains(word))
    };
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
    let of_file = match file {
        "wsgi.py" | "asgi.py" => 0,
        "main.py" => 1,
        "app.py" | "application.py" | "server.py" => 2,
        "api.py" | "run.py" | "__init__.py" | "web.py" | "index.py" => 3,
        _ => 5,
    };
    let of_name = match name {
        "app" | "application" => 0,
        "server" | "api" | "web" | "create_app" => 1,
        _ => 3,
    };
    let depth = crate::path::relative_to(module.path(), folder).matches('/').count();
    let of_interface = match object.framework.interface.as_str() {
        "celery" => 40,
        "dash" => 2,
        _ => 0,
    };
    let of_kind = if object.is_factory { 3 } else { 0 };
    u32::try_from(depth * 2).unwrap_or(99) + of_file + of_name + of_interface + of_kind
}
