//! What the expressions of a Python file come to.

use std::collections::HashMap;

use ruff_python_ast::{BoolOp, Expr, ExprCall, InterpolatedStringElement, Number, Operator, UnaryOp};
use ruff_text_size::Ranged;

use crate::catalog::environment::{self, Reader};
use crate::source::python::bindings::{Bindings, Bound, written};
use crate::source::python::syntax;
use crate::source::{Argument, Call, CommandOption, Field, Folder, Language, Place, Value};

/// Expressions are looked into this deep.
const DEEPEST_VALUE: u32 = 10;
/// Functions that give the value that they are given, as another type.
const CONVERSIONS: &[&str] = &[
    "int",
    "str",
    "float",
    "bool",
    "pathlib.Path",
    "pathlib.PurePath",
    "os.fspath",
    "os.path.abspath",
    "os.path.realpath",
    "os.path.normpath",
    "os.path.expandvars",
];
/// Methods that give the value that they are called on, more or less.
const CONVERSION_METHODS: &[&str] =
    &["strip", "lower", "upper", "resolve", "absolute", "as_posix", "expanduser", "rstrip", "lstrip"];

/// Methods of a path that make or open what it names: the path is the argument `self` of their calls.
const PATH_METHODS: &[&str] = &["mkdir", "open", "touch", "write_bytes", "write_text"];

/// Reads values with the names of their file.
#[derive(Debug)]
pub struct Values<'a, 'b> {
    pub bindings: &'b Bindings<'a>,
    /// The options of the command line, by the names that hold their values.
    pub options: HashMap<String, CommandOption>,
}

impl Values<'_, '_> {
    /// What an expression comes to.
    pub fn value(&self, expression: &Expr) -> Value {
        self.at_depth(expression, 0)
    }

    /// The name that an expression states: a text, a constant of the file that holds one, or the two put together. A parameter states
    /// none, whatever stands in for it.
    pub fn stated_name(&self, expression: &Expr) -> Option<String> {
        let constant = |expression: &Expr| match expression {
            Expr::Name(name) => match self.bindings.find(name.id.as_str(), expression.start())? {
                Bound::Value(value) => syntax::text(value),
                _ => None,
            },
            Expr::Attribute(_) => self.bindings.field(&written(expression)).and_then(syntax::text),
            other => syntax::text(other),
        };
        match expression {
            Expr::FString(text) => {
                let pieces = text.value.elements().map(|element| match element {
                    InterpolatedStringElement::Literal(literal) => Some(literal.value.to_string()),
                    InterpolatedStringElement::Interpolation(place) => constant(&place.expression),
                });
                pieces.collect()
            }
            other => constant(other),
        }
    }

    /// Whether an expression is the table of environment variables.
    pub fn is_environment(&self, expression: &Expr) -> bool {
        matches!(self.bindings.origin(expression).as_deref(), Some("os.environ" | "environ"))
    }

    /// The row of the table by which a call reads a variable of the environment, and the argument that names it.
    pub fn reader<'c>(&self, call: &'c ExprCall) -> Option<(&'static Reader, &'c Expr)> {
        let path = written(&call.func);
        let origin = self.bindings.origin(&call.func);
        let reader = environment::reader(Language::Python.name(), &path, origin.as_deref())?;
        Some((reader, call.arguments.args.get(reader.variable)?))
    }

    /// What stands in for the variable that a call reads.
    pub fn default_of(&self, call: &ExprCall, reader: &Reader) -> Option<Value> {
        let named = reader.default_name.as_ref().and_then(|name| keyword(call, name));
        let default = reader.default.and_then(|at| call.arguments.args.get(at)).or(named);
        let default = default.or_else(|| self.declared_default(call, reader))?;
        Some(self.value(default)).filter(|_| !default.is_none_literal_expr())
    }

    /// What the object that reads a variable was made with to stand in for it: `env = environ.Env(DEBUG=(bool, False))`.
    fn declared_default(&self, call: &ExprCall, reader: &Reader) -> Option<&Expr> {
        const MAKERS: &[&str] = &["environ.Env", "environ.FileAwareEnv"];
        let object = match call.func.as_ref() {
            Expr::Attribute(method) => method.value.as_ref(),
            plain => plain,
        };
        let name = syntax::text(call.arguments.args.get(reader.variable)?)?;
        let Bound::Value(Expr::Call(made)) = self.bindings.find(object.as_name_expr()?.id.as_str(), object.start())?
        else {
            return None;
        };
        let is_maker = self.bindings.origin(&made.func).is_some_and(|maker| MAKERS.contains(&maker.as_str()));
        let Expr::Tuple(declared) = keyword(made, &name).filter(|_| is_maker)? else { return None };
        declared.elts.get(1)
    }

    /// The call as an entry, with its arguments.
    pub fn call(&self, call: &ExprCall, depth: u32) -> Call {
        let path = written(&call.func);
        let origin = self.bindings.origin(&call.func).filter(|origin| *origin != path);
        let argument = |name: Option<String>, value: &Expr| Argument {
            name,
            value: self.at_depth(value, depth + 1),
            start: value.start().into(),
            end: value.end().into(),
        };
        let positional = call.arguments.args.iter().map(|value| argument(None, value));
        let named = call.arguments.keywords.iter().map(|keyword| {
            argument(Some(keyword.arg.as_ref().map_or_else(|| "**".into(), ToString::to_string)), &keyword.value)
        });
        let receiver = match call.func.as_ref() {
            Expr::Attribute(method) if PATH_METHODS.contains(&method.attr.as_str()) => {
                Some(argument(Some("self".into()), &method.value))
            }
            _ => None,
        };
        let is_class = |path: &str| path.rsplit('.').next().is_some_and(|name| name.starts_with(char::is_uppercase));
        let is_construction = is_class(origin.as_deref().unwrap_or(&path));
        let place = Place { start: call.start().into(), end: call.end().into(), ..Place::default() };
        Call {
            arguments: positional.chain(named).chain(receiver).collect(),
            path,
            origin,
            is_construction,
            place,
            ..Call::default()
        }
    }

    fn at_depth(&self, expression: &Expr, depth: u32) -> Value {
        if depth > DEEPEST_VALUE {
            return Value::Unknown;
        }
        let inner = |expression: &Expr| self.at_depth(expression, depth + 1);
        match expression {
            Expr::StringLiteral(text) => Value::Text(text.value.to_str().to_owned()),
            Expr::NumberLiteral(number) => match &number.value {
                Number::Int(number) => number.as_i64().map_or(Value::Unknown, Value::Number),
                _ => Value::Unknown,
            },
            Expr::BooleanLiteral(literal) => Value::Boolean(literal.value),
            Expr::FString(text) => Value::joined(text.value.elements().map(|element| match element {
                InterpolatedStringElement::Literal(literal) => Value::Text(literal.value.to_string()),
                InterpolatedStringElement::Interpolation(place) => inner(&place.expression),
            })),
            Expr::Name(name) => self.name(name.id.as_str(), expression, depth + 1),
            Expr::Attribute(attribute) => self.attribute(&attribute.value, attribute.attr.as_str(), expression, depth),
            Expr::Subscript(subscript) => {
                if self.is_environment(&subscript.value) {
                    let name = self.stated_name(&subscript.slice);
                    return name.map_or(Value::Unknown, |name| Value::environment(&name));
                }
                match syntax::text(&subscript.slice) {
                    Some(key) => {
                        let own = || self.field(&written(expression), depth);
                        let name = || {
                            let name = written(expression);
                            if name.contains('?') { Value::Unknown } else { Value::Name(name) }
                        };
                        inner(&subscript.value).field(&key).cloned().or_else(own).unwrap_or_else(name)
                    }
                    None => Value::Unknown,
                }
            }
            Expr::BoolOp(operation) => match operation.op {
                BoolOp::And => operation.values.last().map_or(Value::Unknown, inner),
                BoolOp::Or => operation.values.iter().map(inner).reduce(Value::or).unwrap_or_default(),
            },
            Expr::If(condition) => {
                let (first, second) = (inner(&condition.body), inner(&condition.orelse));
                if first.variable().is_none() && second.variable().is_some() {
                    second.or(first)
                } else {
                    first.or(second)
                }
            }
            Expr::BinOp(operation) => match (operation.op, inner(&operation.left), inner(&operation.right)) {
                (Operator::Add, Value::Number(left), Value::Number(right)) => Value::Number(left.saturating_add(right)),
                (Operator::Add, left, right) => Value::joined([left, right]),
                (Operator::Div, Value::Path(mut parts), right) => {
                    parts.push(right);
                    Value::Path(parts)
                }
                (Operator::Div, left, right) => Value::Path(vec![left, right]),
                _ => Value::Unknown,
            },
            Expr::UnaryOp(operation) => match (operation.op, inner(&operation.operand)) {
                (UnaryOp::USub, Value::Number(number)) => Value::Number(-number),
                (UnaryOp::UAdd, value) => value,
                _ => Value::Unknown,
            },
            Expr::List(list) => Value::List(list.elts.iter().map(inner).collect()),
            Expr::Tuple(tuple) => Value::List(tuple.elts.iter().map(inner).collect()),
            Expr::Dict(table) => {
                let field = |key: &Expr, value: &Expr| {
                    let (start, end) = (value.start().into(), value.end().into());
                    Some(Field { name: syntax::text(key)?, value: inner(value), start, end })
                };
                Value::Object(table.items.iter().filter_map(|item| field(item.key.as_ref()?, &item.value)).collect())
            }
            Expr::Await(awaited) => inner(&awaited.value),
            Expr::Named(named) => inner(&named.value),
            Expr::Call(call) => self.called(call, depth),
            _ => Value::Unknown,
        }
    }

    fn name(&self, name: &str, expression: &Expr, depth: u32) -> Value {
        let value = match self.bindings.find(name, expression.start()) {
            Some(Bound::Value(value)) => self.at_depth(value, depth),
            Some(Bound::Parameter { default, .. }) => match self.option(name) {
                Some(option) => return option,
                None => default.map_or(Value::Unknown, |default| self.at_depth(default, depth)),
            },
            _ => Value::Unknown,
        };
        if value == Value::Unknown {
            return Value::Name(name.to_owned());
        }
        Value::Constant { name: name.to_owned(), value: Box::new(value) }
    }

    /// The option whose value a name holds.
    fn option(&self, name: &str) -> Option<Value> {
        let option = self.options.get(name)?;
        let default = option.default.clone().map(Box::new);
        let flag = option.flag.clone().unwrap_or_default();
        Some(Value::Option { flag, variable: option.variable.clone(), default })
    }

    /// What a field is assigned, by the path that it is written by: `self.port`, `app.config["PORT"]`.
    fn field(&self, path: &str, depth: u32) -> Option<Value> {
        let value = self.at_depth(self.bindings.field(path)?, depth + 1);
        (value != Value::Unknown).then(|| Value::Constant { name: path.to_owned(), value: Box::new(value) })
    }

    fn attribute(&self, object: &Expr, name: &str, expression: &Expr, depth: u32) -> Value {
        let path = written(expression);
        let origin = self.bindings.origin(object).unwrap_or_default();
        let is_arguments =
            origin.ends_with("parse_args()") || matches!(origin.as_str(), "args" | "opts" | "options" | "FLAGS");
        if is_arguments && let Some(option) = self.option(name) {
            return option;
        }
        if let Some(value) = self.field(&path, depth) {
            return value;
        }
        if name == "parent" {
            return above(self.at_depth(object, depth + 1)).unwrap_or(Value::Name(path));
        }
        Value::Name(path)
    }

    fn called(&self, call: &ExprCall, depth: u32) -> Value {
        if let Some((reader, name)) = self.reader(call)
            && let Some(variable) = self.stated_name(name).filter(|name| reader.names(name))
        {
            let default = self.default_of(call, reader).map(Box::new);
            return Value::Environment { variable, default };
        }
        let origin = self.bindings.origin(&call.func).unwrap_or_default();
        // Arguments are looked at only where the function is known: the call below looks at them again.
        let values =
            || -> Vec<Value> { call.arguments.args.iter().map(|value| self.at_depth(value, depth + 1)).collect() };
        let first = || call.arguments.args.first().map(|value| self.at_depth(value, depth + 1));
        match origin.as_str() {
            "pathlib.Path" | "pathlib.PurePath" if call.arguments.args.len() > 1 => return Value::Path(values()),
            _ if CONVERSIONS.contains(&origin.as_str()) => return first().unwrap_or_default(),
            "os.path.join" => return Value::Path(values()),
            "os.path.dirname" => return first().and_then(above).unwrap_or_default(),
            "os.getcwd" | "pathlib.Path.cwd" => return Value::Folder(Folder::Working),
            "pathlib.Path.home" => return Value::Folder(Folder::Home),
            "tempfile.gettempdir" | "tempfile.mkdtemp" => return Value::Folder(Folder::Temporary),
            _ => {}
        }
        if let Expr::Attribute(method) = call.func.as_ref() {
            let object = || self.at_depth(&method.value, depth + 1);
            match method.attr.as_str() {
                name if CONVERSION_METHODS.contains(&name) => return object(),
                "joinpath" => return Value::Path(std::iter::once(object()).chain(values()).collect()),
                "format" => return formatted(&object(), &values()),
                _ => {}
            }
        }
        Value::Call(Box::new(self.call(call, depth)))
    }
}

/// `"{}:{}".format(host, port)` as its parts.
fn formatted(text: &Value, values: &[Value]) -> Value {
    let Some(text) = text.text() else { return Value::Unknown };
    let mut values = values.iter();
    let pieces = text.split("{}").enumerate().flat_map(|(at, piece)| {
        let value = if at == 0 { None } else { Some(values.next().cloned().unwrap_or_default()) };
        value.into_iter().chain([Value::Text(piece.to_owned())])
    });
    Value::joined(pieces)
}

/// The folder above a path: that of the source file for the file itself.
fn above(value: Value) -> Option<Value> {
    match value {
        Value::Constant { value, .. } => above(*value),
        Value::Name(name) if name == "__file__" => Some(Value::Folder(Folder::Source)),
        Value::Path(mut parts) if parts.len() > 1 && parts.last().is_some_and(|last| last.text() != Some("..")) => {
            parts.pop();
            Some(Value::Path(parts))
        }
        Value::Path(mut parts) => {
            parts.push("..".into());
            Some(Value::Path(parts))
        }
        Value::Folder(folder) => Some(Value::Path(vec![Value::Folder(folder), "..".into()])),
        _ => None,
    }
}

/// An argument that is passed by name.
pub fn keyword<'e>(call: &'e ExprCall, name: &str) -> Option<&'e Expr> {
    let is_it = |it: &&ruff_python_ast::Keyword| it.arg.as_ref().is_some_and(|arg| arg.as_str() == name);
    call.arguments.keywords.iter().find(is_it).map(|keyword| &keyword.value)
}
