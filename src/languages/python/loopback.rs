//! Servers that only their own machine reaches: what tells them to listen to others, or what has to be edited for it.

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use crate::catalog::python::Runner;
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::python::listening::{HOSTS, resolved};
use crate::languages::python::source::Module;
use crate::languages::python::syntax;
use crate::languages::rebound::Rebound;

/// Addresses of the machine itself.
const LOCAL: &[&str] = &["127.0.0.1", "localhost", "::1"];

/// How a server is told on which address to listen.
pub enum Host {
    /// On every one, or on one that is not known here.
    Open,
    /// On the loopback, unless this variable says otherwise.
    Read(String),
    /// On the loopback, and what to edit so that it is not.
    Local(Option<Fact<Rebound>>),
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

/// That nobody gets through, where nothing can be done about it.
pub fn warning(evidence: Evidence) -> Warning {
    Warning::new("the program listens on the container's own loopback: nothing outside reaches it")
        .at(evidence)
        .hint("let it listen on `0.0.0.0`, or read the address from a variable")
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

/// The address of the loopback, with all of its line before it, made that of every interface.
fn replaced(module: &Module, literal: &Expr) -> Option<Fact<Rebound>> {
    let text = module.document.text();
    let (start, end) = (literal.start().to_usize(), literal.end().to_usize());
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let stated = &text[start..end];
    let local = LOCAL.iter().find(|local| stated.contains(**local))?;
    let before = text[line..start].trim_start();
    let to = format!("{before}{}", stated.replace(local, "0.0.0.0"));
    fact(module, start, &format!("{before}{stated}"), to)
}

/// A call that names no host, with one.
fn completed(module: &Module, call: &ExprCall) -> Option<Fact<Rebound>> {
    let start = call.start().to_usize();
    let positional = call.arguments.args.last();
    let end = positional.map_or_else(|| call.arguments.start().to_usize() + 1, |last| last.end().to_usize());
    let from = module.document.text()[start..end].to_owned();
    let to =
        if positional.is_some() { format!("{from}, host=\"0.0.0.0\"") } else { format!("{from}host=\"0.0.0.0\", ") };
    fact(module, start, &from, to)
}

fn fact(module: &Module, at: usize, from: &str, to: String) -> Option<Fact<Rebound>> {
    Rebound::within_line(from, to).map(|rebound| Fact::new(rebound, module.document.evidence_at(at)))
}
