//! What the names of a Python file are bound to, by scope, and where a dotted path comes from.

use std::collections::HashMap;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Parameters, Stmt, StmtImportFrom};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::source::python::syntax;

/// Names are followed through this many others.
const DEEPEST_NAME: u32 = 12;
/// A longer path says nothing more, in bytes.
const LONGEST_PATH: usize = 300;

/// What a name is bound to.
#[derive(Debug, Clone)]
pub enum Bound<'a> {
    /// A module or what a module exports, dotted; a module of the project starts with a dot where it is imported so.
    Import(String),
    /// The value of an expression.
    Value(&'a Expr),
    /// A parameter of a type, with what stands in for it.
    Parameter { class: Option<String>, default: Option<&'a Expr> },
    /// Something that is declared, and not said here.
    Declared,
}

#[derive(Debug)]
struct Binding<'a> {
    scope: TextRange,
    bound: Bound<'a>,
}

/// A function, with the names of its parameters.
#[derive(Debug)]
pub struct DeclaredFunction {
    pub name: String,
    pub parameters: Vec<String>,
    pub is_decorated: bool,
    pub range: TextRange,
}

/// The names of a file.
#[derive(Debug, Default)]
pub struct Bindings<'a> {
    by_name: HashMap<&'a str, Vec<Binding<'a>>>,
    /// The fields of objects and classes: `self.port`, `Config.port`.
    fields: HashMap<String, &'a Expr>,
    /// The functions in the order of the text.
    pub functions: Vec<DeclaredFunction>,
}

impl<'a> Bindings<'a> {
    /// The names of a module.
    pub fn of(statements: &'a [Stmt]) -> Self {
        let mut collector = Collector { bindings: Self::default(), scopes: Vec::new(), classes: Vec::new() };
        for statement in statements {
            collector.visit_stmt(statement);
        }
        collector.bindings
    }

    /// What a name is bound to where it stands: by the innermost function; of several values the last before it, else the
    /// first.
    pub fn find(&self, name: &str, at: TextSize) -> Option<&Bound<'a>> {
        let known = self.by_name.get(name)?.iter().filter(|it| it.scope.contains_inclusive(at));
        let innermost = known.clone().map(|it| it.scope.len()).min()?;
        let all: Vec<&Binding> = known.filter(|it| it.scope.len() == innermost).collect();
        let before = all.iter().rev().find(|it| matches!(it.bound, Bound::Value(value) if value.end() <= at));
        before.or(all.first()).map(|it| &it.bound)
    }

    /// The value of a field, by the path that it is assigned by.
    pub fn field(&self, path: &str) -> Option<&'a Expr> {
        self.fields.get(path).copied()
    }

    /// Where the value of an expression comes from, dotted: `flask.Flask()`, `os.environ`; nothing for a literal.
    pub fn origin(&self, expression: &Expr) -> Option<String> {
        self.origin_within(expression, 0)
    }

    fn origin_within(&self, expression: &Expr, depth: u32) -> Option<String> {
        if depth > DEEPEST_NAME {
            return None;
        }
        let inner = |expression: &Expr| self.origin_within(expression, depth + 1);
        let found = match expression {
            Expr::Name(name) => match self.find(name.id.as_str(), expression.start()) {
                Some(Bound::Import(path)) => Some(path.clone()),
                Some(Bound::Value(value)) => inner(value).or_else(|| Some(name.id.to_string())),
                Some(Bound::Parameter { class: Some(class), .. }) => {
                    let imported = self.find(class.split('.').next().unwrap_or_default(), TextSize::new(0));
                    Some(match imported {
                        Some(Bound::Import(path)) => match class.split_once('.') {
                            Some((_, rest)) => format!("{path}.{rest}"),
                            None => path.clone(),
                        },
                        _ => class.clone(),
                    })
                }
                None | Some(Bound::Declared | Bound::Parameter { .. }) => Some(name.id.to_string()),
            },
            Expr::Attribute(attribute) => {
                let path = written(expression);
                match self.field(&path).and_then(inner) {
                    Some(origin) => Some(origin),
                    None => inner(&attribute.value).map(|object| format!("{object}.{}", attribute.attr)),
                }
            }
            Expr::Call(call) => inner(&call.func).map(|path| format!("{path}()")),
            Expr::Await(awaited) => inner(&awaited.value),
            Expr::Named(named) => inner(&named.value),
            _ => None,
        };
        found.filter(|path| path.len() < LONGEST_PATH)
    }
}

/// A path as it is written: `app.run`, `Flask().run`; `?` for what has no name.
pub fn written(expression: &Expr) -> String {
    let (mut expression, mut parts) = (expression, Vec::new());
    for _ in 0..4 * DEEPEST_NAME {
        match expression {
            Expr::Name(name) => {
                parts.push(name.id.to_string());
                break;
            }
            Expr::Attribute(attribute) => {
                parts.push(format!(".{}", attribute.attr));
                expression = &attribute.value;
            }
            Expr::Call(call) => {
                parts.push("()".into());
                expression = &call.func;
            }
            Expr::Await(awaited) => expression = &awaited.value,
            Expr::Subscript(subscript) if subscript.slice.is_string_literal_expr() => {
                parts.extend(syntax::text(&subscript.slice).map(|key| format!(".{key}")));
                expression = &subscript.value;
            }
            _ => {
                parts.push("?".into());
                break;
            }
        }
    }
    parts.reverse();
    parts.concat()
}

/// The module that a statement imports from; the project's own by dots.
pub fn module_of(import: &StmtImportFrom) -> String {
    let dots = ".".repeat(import.level as usize);
    format!("{dots}{}", import.module.as_ref().map_or("", |module| module.as_str()))
}

struct Collector<'a> {
    bindings: Bindings<'a>,
    scopes: Vec<TextRange>,
    classes: Vec<&'a str>,
}

impl<'a> Collector<'a> {
    fn bind(&mut self, name: &'a str, bound: Bound<'a>) {
        let all = TextRange::new(TextSize::new(0), TextSize::new(u32::MAX));
        let scope = self.scopes.last().copied().unwrap_or(all);
        self.bindings.by_name.entry(name).or_default().push(Binding { scope, bound });
    }

    fn target(&mut self, target: &'a Expr, value: Option<&'a Expr>) {
        match target {
            Expr::Name(name) => {
                if let (Some(class), Some(value)) = (self.classes.last(), value) {
                    self.bindings.fields.entry(format!("{class}.{}", name.id)).or_insert(value);
                    self.bindings.fields.entry(format!("self.{}", name.id)).or_insert(value);
                }
                self.bind(name.id.as_str(), value.map_or(Bound::Declared, Bound::Value));
            }
            Expr::Attribute(_) | Expr::Subscript(_) => {
                if let Some(value) = value {
                    self.bindings.fields.entry(written(target)).or_insert(value);
                }
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|element| self.target(element, None)),
            Expr::List(list) => list.elts.iter().for_each(|element| self.target(element, None)),
            _ => {}
        }
    }

    fn parameters(&mut self, parameters: &'a Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            let class = parameter.parameter.annotation.as_deref().map(written).filter(|path| !path.contains('?'));
            let default = parameter.default();
            self.bind(parameter.parameter.name.as_str(), Bound::Parameter { class, default });
        }
    }
}

impl<'a> Visitor<'a> for Collector<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.target(target, Some(&assign.value))),
            Stmt::AnnAssign(assign) => self.target(&assign.target, assign.value.as_deref()),
            Stmt::For(repeated) => self.target(&repeated.target, None),
            Stmt::With(with) => {
                for item in &with.items {
                    if let Some(target) = &item.optional_vars {
                        self.target(target, Some(&item.context_expr));
                    }
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let path = alias.name.as_str();
                    match &alias.asname {
                        Some(name) => self.bind(name.as_str(), Bound::Import(path.to_owned())),
                        // `import os.path` binds `os`.
                        None => {
                            let first = path.split('.').next().unwrap_or(path);
                            self.bind(first, Bound::Import(first.to_owned()));
                        }
                    }
                }
            }
            Stmt::ImportFrom(import) => {
                let module = module_of(import);
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.bind(name.as_str(), Bound::Import(format!("{module}.{}", alias.name)));
                }
            }
            Stmt::FunctionDef(function) => {
                self.bind(function.name.as_str(), Bound::Declared);
                let own = function.name.as_str();
                let name = self.classes.last().map_or_else(|| own.to_owned(), |class| format!("{class}.{own}"));
                let named = function.parameters.iter_non_variadic_params();
                let parameters = named.map(|it| it.parameter.name.to_string()).filter(|it| it != "self").collect();
                let is_decorated = !function.decorator_list.is_empty();
                self.bindings.functions.push(DeclaredFunction {
                    name,
                    parameters,
                    is_decorated,
                    range: function.range,
                });
                self.scopes.push(function.range);
                self.parameters(&function.parameters);
                let classes = std::mem::take(&mut self.classes);
                walk_stmt(self, statement);
                self.classes = classes;
                self.scopes.pop();
                return;
            }
            Stmt::ClassDef(class) => {
                self.bind(class.name.as_str(), Bound::Declared);
                self.classes.push(class.name.as_str());
                walk_stmt(self, statement);
                self.classes.pop();
                return;
            }
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Named(named) = expression {
            self.target(&named.target, Some(&named.value));
        }
        walk_expr(self, expression);
    }
}
