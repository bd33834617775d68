//! What the source says beside the application object: health routes, variables, calls of a shell.

use std::collections::BTreeMap;

use ruff_python_ast::Expr;

use crate::catalog::python::module_of_command;
use crate::evidence::{Evidence, Fact};
use crate::source::python::modules::Module;
use crate::source::python::syntax;

/// Paths that tell that a server is healthy.
const HEALTH: &[&str] = &[
    "health",
    "healthz",
    "healthcheck",
    "health-check",
    "livez",
    "readyz",
    "ping",
    "_health",
    "status",
    "api/health",
    "health/live",
];

/// A route of the module's own application object that tells that it is healthy.
pub fn health(module: &Module, object: &str) -> Option<Fact<String>> {
    syntax::calls(&module.statements).into_iter().find_map(|call| {
        let Expr::Attribute(attribute) = call.func.as_ref() else {
            return None;
        };
        let on_object = syntax::dotted(&attribute.value).as_deref() == Some(object);
        if !on_object
            || !matches!(attribute.attr.as_str(), "get" | "route" | "api_route" | "add_route" | "add_api_route")
        {
            return None;
        }
        let path = call.arguments.args.first().and_then(syntax::text)?;
        let known = path.starts_with('/') && HEALTH.contains(&path.trim_matches('/'));
        known.then(|| Fact::new(path, module.document.evidence_at(usize::from(call.range_start))))
    })
}

/// Environment variables that are read and have no default, with the line.
pub fn required_environment(modules: &[&Module]) -> BTreeMap<String, Evidence> {
    let mut found = BTreeMap::new();
    for module in modules {
        for (name, offset) in required_in(module) {
            found.entry(name).or_insert_with(|| module.document.evidence_at(offset));
        }
    }
    found
}

fn required_in(module: &Module) -> Vec<(String, usize)> {
    #[derive(Default)]
    struct Reads {
        found: Vec<(String, usize)>,
        /// Variables that the module asks for whether they are there.
        tested: Vec<String>,
    }
    impl<'a> ruff_python_ast::visitor::Visitor<'a> for Reads {
        // what is read under a condition may stay away, except a key that everything needs
        fn visit_stmt(&mut self, statement: &'a ruff_python_ast::Stmt) {
            let before = self.found.len();
            ruff_python_ast::visitor::walk_stmt(self, statement);
            if matches!(
                statement,
                ruff_python_ast::Stmt::If(_)
                    | ruff_python_ast::Stmt::FunctionDef(_)
                    | ruff_python_ast::Stmt::ClassDef(_)
            ) {
                let conditional = self.found.split_off(before);
                self.found.extend(conditional.into_iter().filter(|(name, _)| name.contains("SECRET_KEY")));
            }
        }
        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Subscript(subscript)
                    if subscript.ctx.is_load()
                        && matches!(
                            syntax::dotted(&subscript.value).as_deref(),
                            Some("os.environ" | "environ" | "env")
                        ) =>
                {
                    self.found.extend(syntax::text(&subscript.slice).map(|name| (name, syntax::start(expr))));
                }
                Expr::Compare(test) if test.ops.iter().all(ruff_python_ast::CmpOp::is_in) => {
                    self.tested.extend(syntax::text(&test.left));
                }
                Expr::Call(call) => {
                    let name = syntax::dotted(&call.func).unwrap_or_default();
                    let has_default = call.arguments.args.len() > 1
                        || call
                            .arguments
                            .keywords
                            .iter()
                            .any(|it| it.arg.as_ref().is_some_and(|it| it.as_str() == "default"));
                    let raises = !matches!(name.as_str(), "os.environ.get" | "os.getenv" | "environ.get" | "getenv");
                    let reads = syntax::is_environment_read(&name)
                        || name.ends_with("get_env_variable")
                        || name.ends_with("get_env");
                    if reads && !has_default {
                        let read = call.arguments.args.first().and_then(syntax::text);
                        // a variable that may be absent is given only where an empty one is as bad as none
                        let read = read.filter(|read| raises || read.contains("SECRET_KEY"));
                        self.found.extend(read.map(|name| (name, syntax::start(expr))));
                    }
                }
                _ => {}
            }
            ruff_python_ast::visitor::walk_expr(self, expr);
        }
    }
    let mut reads = Reads::default();
    module.statements.iter().for_each(|statement| ruff_python_ast::visitor::Visitor::visit_stmt(&mut reads, statement));
    let tested = reads.tested;
    reads.found.retain(|(name, _)| {
        !name.is_empty()
            && !tested.contains(name)
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    });
    reads.found
}

/// Calls that need a shell, which the image has not.
pub fn shell_calls(module: &Module) -> Vec<Evidence> {
    syntax::calls(&module.statements)
        .into_iter()
        .filter(|call| {
            let name = syntax::dotted(&call.func).map(|name| module.full_name(&name)).unwrap_or_default();
            let in_shell = call.arguments.keywords.iter().any(|it| {
                it.arg.as_ref().is_some_and(|it| it.as_str() == "shell")
                    && matches!(&it.value, Expr::BooleanLiteral(literal) if literal.value)
            });
            matches!(name.as_str(), "os.system" | "os.popen" | "subprocess.getoutput" | "subprocess.getstatusoutput")
                || name.starts_with("subprocess.") && in_shell
        })
        .map(|call| module.document.evidence_at(usize::from(call.range_start)))
        .collect()
}

/// Programs that are started by name and are not Python, with the first line that starts each.
pub fn programs(modules: &[Module]) -> BTreeMap<String, Evidence> {
    let mut found = BTreeMap::new();
    for module in modules {
        for call in syntax::calls(&module.statements) {
            let name = syntax::dotted(&call.func).map(|name| module.full_name(&name)).unwrap_or_default();
            let listed = match call.arguments.args.first() {
                Some(Expr::List(list)) if name.starts_with("subprocess.") => list.elts.first(),
                first if name.ends_with("create_subprocess_exec") => first,
                _ => None,
            };
            let program = listed.and_then(syntax::text).filter(|program| !is_there(program));
            if let Some(program) = program {
                found.entry(program).or_insert_with(|| module.document.evidence_at(usize::from(call.range_start)));
            }
        }
    }
    found
}

/// The interpreter and the commands of packages are in the image.
fn is_there(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    name.is_empty() || name.starts_with("python") || module_of_command(name).is_some()
}
