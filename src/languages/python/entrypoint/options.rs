//! Command lines that a program defines for itself: the options that say where its server listens, and the subcommand that
//! has them.

use ruff_python_ast::{Expr, ExprCall, Stmt, StmtFunctionDef};

use crate::evidence::Fact;
use crate::languages::python::entrypoint::listen;
use crate::source::python::modules::{self, Module};
use crate::source::python::syntax;

/// Names of options and parameters for the host.
const HOSTS: &[&str] = &["host", "hostname", "server_name", "address", "bind", "listen", "interface", "ip"];

/// How a program is told where to listen.
#[derive(Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// The subcommand that serves, where there are several.
    pub subcommand: Option<String>,
    /// The option for the host.
    pub host: String,
    /// The option for the port.
    pub port: String,
    /// The port where none is given, if it is a literal.
    pub usual: Option<Fact<u16>>,
}

/// The command line of a module that lets a server be told host and port, by argparse, click or typer.
pub fn of_server(module: &Module) -> Option<CommandLine> {
    let functions = || {
        module.statements.iter().filter_map(|statement| match statement {
            Stmt::FunctionDef(function) => Some(function),
            _ => None,
        })
    };
    let commands = functions().filter(|function| command_of(function).is_some()).count();
    functions()
        .find_map(|function| by_decorators(module, function).or_else(|| by_parameters(module, function, commands)))
        .or_else(|| by_argparse(module))
}

/// The one command that a program adds to a group that it did not make: `celery.add_command(flower)`.
pub fn only_command(module: &Module) -> Option<String> {
    let mut added =
        syntax::calls(&module.statements).into_iter().filter(|call| is_attribute(&call.func, "add_command"));
    let (first, second) = (added.next()?, added.next());
    let name = syntax::dotted(first.arguments.args.first()?)?;
    let name = name.rsplit('.').next().unwrap_or(&name).replace('_', "-");
    second.is_none().then_some(name)
}

/// The decorator that makes a function a command: `@cli.command("serve")`, `@click.command()`.
fn command_of(function: &StmtFunctionDef) -> Option<&Expr> {
    function.decorator_list.iter().map(|it| &it.expression).find(|expr| match expr {
        Expr::Call(call) => is_attribute(&call.func, "command"),
        other => is_attribute(other, "command"),
    })
}

/// The name by which a function of a group is called; nothing where it is the whole program.
fn subcommand(function: &StmtFunctionDef) -> Option<String> {
    let decorator = command_of(function)?;
    let (called, call) = match decorator {
        Expr::Call(call) => (call.func.as_ref(), Some(call)),
        other => (other, None),
    };
    if matches!(syntax::dotted(called)?.as_str(), "click.command" | "typer.command" | "command") {
        return None;
    }
    let named = call.and_then(|call| call.arguments.args.first().or_else(|| keyword(call, "name")));
    named.and_then(syntax::text).or_else(|| Some(function.name.replace('_', "-")))
}

/// click: options are decorators.
fn by_decorators(module: &Module, function: &StmtFunctionDef) -> Option<CommandLine> {
    let options: Vec<&ExprCall> = function
        .decorator_list
        .iter()
        .filter_map(|it| it.expression.as_call_expr())
        .filter(|it| is_option(it))
        .collect();
    let (host, _) = options.iter().find_map(|call| Some((option(call, HOSTS)?, call)))?;
    let (port, call) = options.iter().find_map(|call| Some((option(call, &["port"])?, call)))?;
    Some(CommandLine { subcommand: subcommand(function), host, port, usual: usual(module, call) })
}

/// typer: options are parameters.
fn by_parameters(module: &Module, function: &StmtFunctionDef, commands: usize) -> Option<CommandLine> {
    command_of(function).filter(|_| module.uses("typer"))?;
    let parameters = || function.parameters.iter_non_variadic_params();
    let named = |names: &[&str]| parameters().find(|it| names.contains(&it.parameter.name.as_str()));
    let (host, port) = (named(HOSTS)?, named(&["port"])?);
    let default = port.default.as_deref().and_then(|default| match default {
        Expr::Call(call) => call.arguments.args.first().or_else(|| keyword(call, "default")),
        other => Some(other),
    });
    let usual = default
        .and_then(|value| Some(Fact::new(syntax::port(value)?, module.document.evidence_at(syntax::start(value)))));
    Some(CommandLine {
        subcommand: subcommand(function).filter(|_| commands > 1),
        host: format!("--{}", host.parameter.name.replace('_', "-")),
        port: "--port".into(),
        usual,
    })
}

/// argparse: options are added to a parser, or to that of a subcommand.
fn by_argparse(module: &Module) -> Option<CommandLine> {
    let calls = syntax::calls(&module.statements);
    let added = |names: &[&str]| {
        calls
            .iter()
            .filter(|call| is_attribute(&call.func, "add_argument"))
            .filter_map(|call| Some((option(call, names)?, parser_of(module, call), *call)))
            .collect::<Vec<_>>()
    };
    let ports = added(&["port"]);
    added(HOSTS).into_iter().find_map(|(host, parser, _)| {
        let (port, _, call) = ports.iter().find(|(_, other, _)| *other == parser)?;
        Some(CommandLine { subcommand: parser, host, port: port.clone(), usual: usual(module, call) })
    })
}

/// The subcommand whose parser an option is added to: `serve = commands.add_parser("serve")` before `serve.add_argument(…)`.
fn parser_of(module: &Module, call: &ExprCall) -> Option<String> {
    let Expr::Attribute(attribute) = call.func.as_ref() else { return None };
    let owner = syntax::dotted(&attribute.value)?;
    let assigned = syntax::assignments(&module.statements).into_iter();
    let last = assigned
        .filter(|it| syntax::dotted(it.target).as_deref() == Some(owner.as_str()))
        .filter(|it| syntax::start(it.value) < usize::from(call.range_start))
        .filter_map(|it| it.value.as_call_expr())
        .filter(|made| is_attribute(&made.func, "add_parser"))
        .max_by_key(|made| usize::from(made.range_start))?;
    last.arguments.args.first().and_then(syntax::text)
}

fn is_option(call: &ExprCall) -> bool {
    is_attribute(&call.func, "option") || matches!(call.func.as_ref(), Expr::Name(name) if name.id.as_str() == "option")
}

/// The long name of an option that a call defines, where it is called so.
fn option(call: &ExprCall, names: &[&str]) -> Option<String> {
    let texts = || call.arguments.args.iter().filter_map(syntax::text);
    texts().find(|text| text.strip_prefix("--").is_some_and(|name| names.contains(&name)))
}

fn usual(module: &Module, call: &ExprCall) -> Option<Fact<u16>> {
    let value = keyword(call, "default")?;
    Some(Fact::new(syntax::port(value)?, module.document.evidence_at(syntax::start(value))))
}

fn keyword<'a>(call: &'a ExprCall, name: &str) -> Option<&'a Expr> {
    call.arguments.keywords.iter().find(|it| it.arg.as_ref().is_some_and(|it| it.as_str() == name)).map(|it| &it.value)
}

fn is_attribute(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Attribute(attribute) if attribute.attr.as_str() == name)
}

/// Whether a module starts a server itself, or one of the project's modules that it imports does.
pub fn serves(module: &Module, modules: &[Module]) -> bool {
    listen::serves(module) || modules::imported(module, modules).any(listen::serves)
}

#[cfg(test)]
mod tests {
    use crate::repo::Repo;
    use crate::source::python::modules;

    /// The command line as it is passed on, with the usual port behind it.
    fn read(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("main.py"), text).unwrap();
        let (repo, _) = Repo::open(folder.path()).unwrap();
        let Some(found) = super::of_server(&modules::read(&repo, "", &[]).0[0]) else { return String::new() };
        let usual = found.usual.map(|port| port.value.to_string()).unwrap_or_default();
        format!("{} {} {} {usual}", found.subcommand.unwrap_or_default(), found.host, found.port)
    }

    #[test]
    fn options_of_every_library_are_found() {
        let click = "import click\n@cli.command()\n@click.option('-h', '--host', default='127.0.0.1')\n@click.option('-p', '--port', default=8001)\ndef serve_all(host, port): pass\n";
        assert_eq!(read(click), "serve-all --host --port 8001");
        assert_eq!(read(&click.replace("cli.command", "click.command")), " --host --port 8001");
        let typer = "import typer\napp = typer.Typer()\n@app.command()\ndef run(host: str = '127.0.0.1', port: int = typer.Option(9000)): pass\n";
        assert_eq!(read(typer), " --host --port 9000");
        assert_eq!(read(&format!("{typer}@app.command('x')\ndef other(): pass\n")), "run --host --port 9000");
        let argparse = "p = ArgumentParser()\np.add_argument('--host')\np.add_argument('--port', default=DEFAULT)\n";
        assert_eq!(read(argparse), " --host --port ");
        let nested = "s = p.add_subparsers()\nx = s.add_parser('init')\nx.add_argument('--host')\nx = s.add_parser('serve')\nx.add_argument('--host')\nx.add_argument('--port', default=80)\n";
        assert_eq!(read(nested), "serve --host --port 80");
        assert_eq!(read("p.add_argument('--host')\n"), "");
    }
}
