//! Where a program listens when it is started itself: the port that its source states, and whether others get through.

use ruff_python_ast::{Arguments, Expr, ExprCall, Stmt};
use ruff_text_size::Ranged;

use crate::analysis::SourceEdit;
use crate::catalog::python::{Runner, runners};
use crate::evidence::Fact;
use crate::languages::python::entrypoint::Entrypoint;
use crate::plan::Variable;
use crate::source::python::modules::Module;
use crate::source::python::syntax;

/// Functions that define an option of the command line or of a configuration.
const DEFINITIONS: &[&str] = &["add_argument", "option", "Option", "define", "add_option"];
/// Names of options and parameters for the host.
pub const HOSTS: &[&str] = &["host", "hostname", "server_name", "address", "bind", "listen", "interface", "ip"];
/// Names of variables and constants for the port.
const PORTS: &[&str] =
    &["PORT", "HTTP_PORT", "SERVER_PORT", "APP_PORT", "DEFAULT_PORT", "WEB_PORT", "LISTEN_PORT", "API_PORT"];

/// The port that a module starts its server on: stated where it starts, else by an option, a variable, or the library.
pub fn port(module: &Module) -> Option<Fact<u16>> {
    let calls = syntax::calls(&module.statements);
    let fact = |value, call: &ExprCall| Fact::new(value, module.document.evidence_at(usize::from(call.range_start)));
    let started = || calls.iter().filter_map(|call| Some((call, runner(module, call)?)));
    let stated = started().find_map(|(call, _)| Some(fact(stated_port(module, &call.arguments)?, call)));
    let defined = || calls.iter().find_map(|call| Some(fact(syntax::port(definition(call, &["port"])?)?, call)));
    let read = || {
        calls.iter().find_map(|call| {
            let name = syntax::dotted(&call.func).filter(|name| syntax::is_environment_read(name))?;
            let variable = syntax::text(call.arguments.args.first()?)?;
            let is_port = PORTS.contains(&variable.as_str()) && !name.is_empty();
            is_port.then(|| syntax::port(call.arguments.args.get(1)?)).flatten().map(|port| fact(port, call))
        })
    };
    let usual = || started().find_map(|(call, runner)| Some(fact(runner.port?, call)));
    stated.or_else(defined).or_else(read).or_else(usual)
}

/// The port of a constant that is called so: `DEFAULT_PORT = 8083`.
pub fn constant(module: &Module) -> Option<Fact<u16>> {
    PORTS.iter().find_map(|name| {
        let value = value_of(&module.statements, name)?;
        Some(Fact::new(syntax::port(value)?, module.document.evidence_at(syntax::start(value))))
    })
}

/// Whether a module starts a server.
pub fn serves(module: &Module) -> bool {
    syntax::calls(&module.statements).into_iter().any(|call| runner(module, call).is_some())
}

/// Completes the start of a program by where it listens: an option or variable of its own opens it to others, and where
/// there is none, that nobody gets through is said.
pub fn complete(start: &mut Entrypoint, module: &Module, accepts_options: bool) {
    if let Some(port) = port(module) {
        start.port = Some((port.value, Some(port.evidence)));
        if start.shape == "Python program" {
            start.shape = "Python server".into();
        }
    }
    let calls = syntax::calls(&module.statements);
    let option = calls.iter().find_map(|call| {
        let default = syntax::text(definition(call, HOSTS)?)?;
        let name = call.arguments.args.iter().filter_map(syntax::text).find(|text| text.starts_with("--"))?;
        is_local(&default).then_some(name)
    });
    if let Some(name) = option.filter(|_| accepts_options) {
        start.invocation.arguments.extend([name, "0.0.0.0".into()]);
        return;
    }
    let Some((call, host)) =
        calls.iter().find_map(|call| Some((call, stated_host(module, call, runner(module, call)?))))
    else {
        return;
    };
    match host {
        Host::Open => {}
        Host::Read(name) => start.environment.push(Variable::new(&name, "0.0.0.0")),
        Host::Local(edit) => {
            let call = || module.document.evidence_at(usize::from(call.range_start));
            start.loopback = Some(edit.as_ref().map_or_else(call, |edit| edit.evidence.clone()));
            start.listen_edit = edit;
        }
    }
}

/// What starts a server, where this call does.
fn runner(module: &Module, call: &ExprCall) -> Option<&'static Runner> {
    let function = match call.func.as_ref() {
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        Expr::Name(name) => name.id.as_str(),
        _ => return None,
    };
    runners().iter().find(|runner| runner.calls.iter().any(|name| name == function) && module.uses(&runner.package))
}

/// The port among the arguments of a call: by name, as the second of an address, in its text, or as a number.
fn stated_port(module: &Module, arguments: &Arguments) -> Option<u16> {
    let named = |name: &str| {
        arguments.keywords.iter().find(|it| it.arg.as_ref().is_some_and(|it| it.as_str() == name)).map(|it| &it.value)
    };
    let of = |expr: &Expr| syntax::port(resolved(module, expr));
    if let Some(port) = ["port", "server_port", "http_port"].iter().find_map(|name| of(named(name)?)) {
        return Some(port);
    }
    let listed = arguments.args.iter().chain(named("listen")).chain(named("bind")).chain(named("address"));
    listed.into_iter().find_map(|argument| match argument {
        Expr::Tuple(pair) => of(pair.elts.get(1)?),
        // "[::]:50051", "[::]:" + port, f"[::]:{port}"
        Expr::StringLiteral(_) => syntax::text(argument)?.rsplit_once(':')?.1.parse().ok(),
        Expr::BinOp(sum) => of(&sum.right),
        Expr::FString(text) => {
            let last = text.value.elements().last()?.as_interpolation()?;
            of(&last.expression)
        }
        Expr::NumberLiteral(_) | Expr::Name(_) | Expr::Call(_) | Expr::Attribute(_) => of(argument),
        _ => None,
    })
}

/// What an option is by default, where a call defines one of these names.
fn definition<'a>(call: &'a ExprCall, names: &[&str]) -> Option<&'a Expr> {
    let function = match call.func.as_ref() {
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        Expr::Name(name) => name.id.as_str(),
        _ => return None,
    };
    let arguments = &call.arguments;
    let is_named =
        arguments.args.iter().filter_map(syntax::text).any(|text| names.contains(&text.trim_start_matches('-')));
    if !DEFINITIONS.contains(&function) || !is_named {
        return None;
    }
    let default = arguments.keywords.iter().find(|it| it.arg.as_ref().is_some_and(|it| it.as_str() == "default"));
    default.map(|it| &it.value).or_else(|| arguments.args.first().filter(|first| syntax::text(first).is_none()))
}

/// The value behind a name that the module assigns, or the expression itself.
pub fn resolved<'a>(module: &'a Module, expr: &'a Expr) -> &'a Expr {
    let name = match expr {
        Expr::Name(name) => name.id.as_str(),
        _ => return expr,
    };
    value_of(&module.statements, name).unwrap_or(expr)
}

/// The first value that is assigned to a name, at any depth.
fn value_of<'a>(statements: &'a [Stmt], wanted: &str) -> Option<&'a Expr> {
    let is_wanted = |it: &syntax::Assignment| matches!(it.target, Expr::Name(name) if name.id.as_str() == wanted);
    syntax::assignments(statements).into_iter().find(is_wanted).map(|it| it.value)
}

/// Addresses of the machine itself.
const LOCAL: &[&str] = &["127.0.0.1", "localhost", "::1"];

/// How a server is told on which address to listen.
pub enum Host {
    /// On every one, or on one that is not known here.
    Open,
    /// On the loopback, unless this variable says otherwise.
    Read(String),
    /// On the loopback, and what to edit so that it is not.
    Local(Option<SourceEdit>),
}

/// What a call that starts a server says of the address.
pub fn stated_host(module: &Module, call: &ExprCall, runner: &Runner) -> Host {
    let arguments = &call.arguments;
    let named = arguments.keywords.iter().find(|it| it.arg.as_ref().is_some_and(|name| HOSTS.contains(&name.as_str())));
    let first = arguments.args.iter().flat_map(|argument| match argument {
        Expr::Tuple(pair) => pair.elts.as_slice(),
        other => std::slice::from_ref(other),
    });
    let Some(expr) = named.map(|it| &it.value).or_else(|| first.into_iter().find(|expr| is_address(expr))) else {
        let is_open = !runner.is_local || arguments.keywords.iter().any(|it| it.arg.is_none());
        return if is_open { Host::Open } else { Host::Local(completed(module, call)) };
    };
    let expr = resolved(module, expr);
    if let Expr::Call(read) = expr
        && syntax::dotted(&read.func).is_some_and(|name| syntax::is_environment_read(&name))
        && let [name, default, ..] = read.arguments.args.as_ref()
    {
        let is_local = syntax::text(default).is_some_and(|default| is_local(&default));
        return syntax::text(name).filter(|_| is_local).map_or(Host::Open, Host::Read);
    }
    if syntax::text(expr).is_some_and(|host| is_local(&host)) {
        Host::Local(replaced(module, expr))
    } else {
        Host::Open
    }
}

/// Whether a host, with or without a port behind it, is the machine itself.
pub fn is_local(host: &str) -> bool {
    LOCAL.iter().any(|local| host.strip_prefix(local).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
}

fn is_address(expr: &Expr) -> bool {
    syntax::text(expr).is_some_and(|text| {
        is_local(&text) || text.starts_with("0.0.0.0") || text.starts_with("::") || text.starts_with("[::]")
    })
}

/// The address of the loopback, made that of every interface.
fn replaced(module: &Module, literal: &Expr) -> Option<SourceEdit> {
    let start = literal.start().to_usize();
    let stated = &module.document.text()[start..literal.end().to_usize()];
    let (at, local) = LOCAL.iter().find_map(|local| Some((start + stated.find(local)?, local)))?;
    SourceEdit::new(&module.document, at, at + local.len(), "0.0.0.0")
}

/// A call that names no host, with one.
fn completed(module: &Module, call: &ExprCall) -> Option<SourceEdit> {
    let (at, host) = match call.arguments.args.last() {
        Some(last) => (last.end().to_usize(), ", host=\"0.0.0.0\""),
        None => (call.arguments.start().to_usize() + 1, "host=\"0.0.0.0\", "),
    };
    SourceEdit::new(&module.document, at, at, host)
}
