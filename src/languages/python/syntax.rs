//! Python source as a syntax tree: the few questions that are asked of it.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, PySourceType, Stmt};
use ruff_python_parser::parse_unchecked_source;
use ruff_text_size::Ranged;

/// The statements of a module; those that could be read, where some could not.
pub fn parse(source: &str) -> Vec<Stmt> {
    parse_unchecked_source(source, PySourceType::Python).into_suite().into_iter().collect()
}

/// The value of a string literal.
pub fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
        _ => None,
    }
}

/// The value of a whole number, or of a string that holds one.
pub fn port(expr: &Expr) -> Option<u16> {
    let value = match expr {
        Expr::NumberLiteral(literal) => match &literal.value {
            ruff_python_ast::Number::Int(number) => number.as_u16(),
            _ => None,
        },
        Expr::StringLiteral(literal) => literal.value.to_str().parse().ok(),
        // int(os.environ.get("PORT", 8000)), os.getenv("PORT") or 8000
        Expr::Call(call) => {
            let name = dotted(&call.func)?;
            let arguments = &call.arguments.args;
            match name.as_str() {
                "int" | "str" => return port(arguments.first()?),
                _ if is_environment_read(&name) => return port(arguments.get(1)?),
                _ => None,
            }
        }
        Expr::BoolOp(operation) => return operation.values.iter().find_map(port),
        _ => None,
    };
    value.filter(|port| *port > 0)
}

/// Whether a function of this name reads an environment variable.
pub fn is_environment_read(name: &str) -> bool {
    matches!(
        name,
        "os.environ.get"
            | "os.getenv"
            | "environ.get"
            | "getenv"
            | "env"
            | "config"
            | "env.int"
            | "env.str"
            | "decouple.config"
    ) || name.starts_with("env.")
}

/// A name with its attributes: `os.environ.get`.
pub fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => Some(format!("{}.{}", dotted(&attribute.value)?, attribute.attr.as_str())),
        _ => None,
    }
}

/// The byte offset at which an expression starts.
pub fn start(expr: &Expr) -> usize {
    usize::from(Ranged::start(expr))
}

/// Every call in these statements, at any depth.
pub fn calls(statements: &[Stmt]) -> Vec<&ExprCall> {
    struct Calls<'a>(Vec<&'a ExprCall>);
    impl<'a> Visitor<'a> for Calls<'a> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Call(call) = expr {
                self.0.push(call);
            }
            walk_expr(self, expr);
        }
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            walk_stmt(self, statement);
        }
    }
    let mut calls = Calls(Vec::new());
    for statement in statements {
        calls.visit_stmt(statement);
    }
    calls.0
}

/// A value that is assigned.
pub struct Assignment<'a> {
    /// What it is assigned to.
    pub target: &'a Expr,
    /// What is assigned.
    pub value: &'a Expr,
}

/// Every assignment to one target in these statements, at any depth.
pub fn assignments(statements: &[Stmt]) -> Vec<Assignment<'_>> {
    struct Assigned<'a>(Vec<Assignment<'a>>);
    impl<'a> Visitor<'a> for Assigned<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            match statement {
                Stmt::Assign(assign) => {
                    self.0.extend(assign.targets.iter().map(|target| Assignment { target, value: &assign.value }));
                }
                Stmt::AnnAssign(assign) => {
                    let assigned = assign.value.as_deref().map(|value| Assignment { target: &assign.target, value });
                    self.0.extend(assigned);
                }
                _ => {}
            }
            walk_stmt(self, statement);
        }
    }
    let mut assigned = Assigned(Vec::new());
    for statement in statements {
        assigned.visit_stmt(statement);
    }
    assigned.0
}

/// Whether a statement is `if __name__ == "__main__":`.
pub fn is_main_guard(statement: &Stmt) -> bool {
    let Stmt::If(branch) = statement else { return false };
    let Expr::Compare(compare) = branch.test.as_ref() else {
        return false;
    };
    let mut sides = std::iter::once(compare.left.as_ref()).chain(compare.comparators.iter());
    let named = |expr: &Expr| matches!(expr, Expr::Name(name) if name.id.as_str() == "__name__");
    sides.any(named)
        && std::iter::once(compare.left.as_ref())
            .chain(compare.comparators.iter())
            .any(|side| text(side).as_deref() == Some("__main__"))
}

/// Whether a path names a Python file.
pub fn is_python_file(path: &str) -> bool {
    has_ending(path, "py")
}

/// Whether a path ends in this extension.
pub fn has_ending(path: &str, ending: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == ending)
}
