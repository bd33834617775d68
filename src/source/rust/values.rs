//! What an expression of Rust comes to, as far as its file says.

use std::collections::BTreeMap;

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, Lit, Macro, Member, Pat, Stmt, Token};

use crate::catalog::environment::reader;
use crate::source::rust::{Reader, dotted, range_of};
use crate::source::{Argument, Call, Field, Folder, Language, Value};

/// Expressions are followed through this many steps.
const DEEPEST: u32 = 40;

/// Methods that give what they are called on, in another form or out of a wrapper.
const CONVERSIONS: &[&str] = &[
    "as_bytes",
    "as_deref",
    "as_ref",
    "as_str",
    "attach",
    "attach_printable",
    "borrow",
    "change_context",
    "clone",
    "cloned",
    "context",
    "copied",
    "expect",
    "filter",
    "flatten",
    "into",
    "into_string",
    "map_err",
    "ok",
    "ok_or",
    "ok_or_else",
    "parse",
    "to_owned",
    "to_socket_addrs",
    "to_str",
    "to_string",
    "to_string_lossy",
    "trim",
    "try_into",
    "unwrap",
    "unwrap_or_default",
    "with_context",
    "and_then",
    "map",
    "into_diagnostic",
    "into_owned",
    "wrap_err",
    "wrap_err_with",
];
/// Methods of clap that look up what the command line gives for an option.
const OPTION_LOOKUPS: &[&str] = &["value_of", "value_of_t", "value_of_t_or_exit", "value_of_os", "get_one"];
/// Methods whose argument stands in for what is absent.
const FALLBACKS: &[&str] = &["or", "or_else", "unwrap_or", "unwrap_or_else", "map_or", "map_or_else"];
/// Functions that give what they are passed, in another form or in a wrapper.
const WRAPPERS: &[&str] = &[
    "Box.new",
    "Cow.Borrowed",
    "Cow.from",
    "IpAddr.V4",
    "IpAddr.V6",
    "Ok",
    "Path.new",
    "PathBuf.from",
    "Arc.new",
    "SocketAddr.from",
    "SocketAddr.V4",
    "SocketAddrV4.from",
    "Some",
    "String.from",
    "OsString.from",
    "SocketAddr.from_str",
];

/// A name of a scope.
#[derive(Debug, Clone, Default)]
pub struct Binding {
    /// What it is assigned.
    pub value: Value,
    /// The call that makes it: `axum.Router.new()`.
    pub origin: Option<String>,
}

/// The names of a scope.
pub type Scope = BTreeMap<String, Binding>;

/// A read of an environment variable, with what is done where it is absent.
pub struct EnvironmentValue<'e> {
    /// The expression that reads it.
    pub read: &'e Expr,
    /// Its name.
    pub variable: String,
    /// What stands in where it is absent.
    pub default: Option<Value>,
    /// Whether the program ends without it.
    pub is_required: bool,
    /// Whether only its presence is asked for.
    pub is_test: bool,
}

impl Reader<'_> {
    /// The value of an expression.
    pub fn value(&self, expression: &Expr) -> Value {
        self.value_within(expression, 0)
    }

    fn value_within(&self, expression: &Expr, depth: u32) -> Value {
        if depth > DEEPEST {
            return Value::Unknown;
        }
        let value = |inner: &Expr| self.value_within(inner, depth + 1);
        if let Some(read) = self.environment_value(expression, depth) {
            let absent = Value::environment(&read.variable);
            return read.default.map_or(absent.clone(), |default| absent.or(default));
        }
        match expression {
            Expr::Lit(literal) => literal_value(&literal.lit),
            Expr::Paren(inner) => value(&inner.expr),
            Expr::Group(inner) => value(&inner.expr),
            Expr::Reference(inner) => value(&inner.expr),
            Expr::Cast(inner) => value(&inner.expr),
            Expr::Try(inner) => value(&inner.expr),
            Expr::Await(inner) => value(&inner.base),
            Expr::Unary(unary) => match (&unary.op, value(&unary.expr)) {
                (syn::UnOp::Neg(_), Value::Number(number)) => Value::Number(-number),
                (syn::UnOp::Deref(_), inner) => inner,
                _ => Value::Unknown,
            },
            Expr::Path(path) => self.named(&dotted(&path.path)),
            Expr::Field(_) => Value::Name(self.written(expression)),
            Expr::Array(array) => Value::List(array.elems.iter().map(value).collect()),
            Expr::Tuple(tuple) => Value::List(tuple.elems.iter().map(value).collect()),
            Expr::Closure(closure) => value(&closure.body),
            Expr::Block(block) => self.tail_value(&block.block.stmts, depth),
            Expr::Async(block) => self.tail_value(&block.block.stmts, depth),
            Expr::If(branch) => {
                let then = self.tail_value(&branch.then_branch.stmts, depth);
                let other = branch.else_branch.as_ref().map(|(_, other)| value(other)).unwrap_or_default();
                either([then, other])
            }
            Expr::Match(matched) if takes_out(matched) => {
                let absent = matched.arms.iter().filter(|arm| is_absence(&arm.pat) && !is_end(&arm.body));
                either(std::iter::once(value(&matched.expr)).chain(absent.map(|arm| value(&arm.body))))
            }
            Expr::Match(matched) => either(matched.arms.iter().map(|arm| value(&arm.body))),
            Expr::Binary(sum) if matches!(sum.op, syn::BinOp::Add(_)) => {
                Value::Joined(vec![value(&sum.left), value(&sum.right)])
            }
            Expr::Struct(structure) => Value::Object(
                structure.fields.iter().map(|field| self.field(&field.member, &field.expr, depth)).collect(),
            ),
            Expr::MethodCall(call) => self.method_value(call, depth),
            Expr::Call(call) => self.call_value(call, depth),
            Expr::Macro(call) => self.macro_value(&call.mac, depth),
            _ => Value::Unknown,
        }
    }

    fn field(&self, member: &Member, expression: &Expr, depth: u32) -> Field {
        let (start, end) = range_of(expression);
        Field { name: member_name(member), value: self.value_within(expression, depth + 1), start, end }
    }

    fn tail_value(&self, statements: &[Stmt], depth: u32) -> Value {
        match statements.last() {
            Some(Stmt::Expr(expression, None)) => self.value_within(expression, depth + 1),
            _ => Value::Unknown,
        }
    }

    /// What a name stands for: a variable of a scope, a constant of the file, else the name itself.
    pub fn named(&self, name: &str) -> Value {
        let own = name.rsplit('.').next().unwrap_or(name);
        let is_constant = !name.contains('.') || name.starts_with("Self.") || name.starts_with("self.");
        let local = self.scopes.iter().rev().find_map(|scope| scope.get(name)).map(|binding| &binding.value);
        let value = local.or_else(|| self.constants.get(own).filter(|_| is_constant));
        match value {
            Some(Value::Unknown) | None => Value::Name(name.to_owned()),
            // a field that a pattern takes out
            Some(Value::Name(field)) => Value::Name(field.clone()),
            Some(value) => Value::constant(own, value.clone()),
        }
    }

    fn method_value(&self, call: &syn::ExprMethodCall, depth: u32) -> Value {
        let method = call.method.to_string();
        let receiver = || self.value_within(&call.receiver, depth + 1);
        let first = call.args.first();
        match (method.as_str(), first) {
            ("join", Some(part)) => {
                let mut parts = match receiver() {
                    Value::Path(parts) => parts,
                    other => vec![other],
                };
                parts.push(self.value_within(part, depth + 1));
                Value::Path(parts)
            }
            (name, Some(fallback)) if FALLBACKS.contains(&name) => {
                receiver().or(self.value_within(fallback, depth + 1))
            }
            (name, _) if CONVERSIONS.contains(&name) => receiver(),
            (name, Some(option)) if OPTION_LOOKUPS.contains(&name) => self
                .option_value(&self.value_within(option, depth + 1))
                .unwrap_or_else(|| Value::Call(Box::new(self.method_call(call, depth)))),
            _ => Value::Call(Box::new(self.method_call(call, depth))),
        }
    }

    /// What the command line gives for an option of that name, which this file declares.
    fn option_value(&self, name: &Value) -> Option<Value> {
        let name = name.text()?.replace('-', "_").to_lowercase();
        let option = self.index.options.iter().find(|option| option.owner.is_none() && option.name == name)?;
        let default = option.default.clone();
        match option.flag.clone() {
            Some(flag) => {
                Some(Value::Option { flag, variable: option.variable.clone(), default: default.map(Box::new) })
            }
            None => default,
        }
    }

    /// A call of a method, without what its receiver is.
    pub fn method_call(&self, call: &syn::ExprMethodCall, depth: u32) -> Call {
        let (path, origin) = self.method_path(call);
        Call { path, origin, arguments: self.arguments(call.args.iter(), depth), ..Call::default() }
    }

    fn call_value(&self, call: &syn::ExprCall, depth: u32) -> Value {
        let path = self.written(&call.func);
        let last_two = path.rsplitn(3, '.').take(2).collect::<Vec<_>>();
        let short = last_two.into_iter().rev().collect::<Vec<_>>().join(".");
        let first = call.args.first();
        match (short.as_str(), first) {
            (name, Some(inner)) if WRAPPERS.contains(&name) => self.value_within(inner, depth + 1),
            ("env.current_dir", None) => Value::Folder(Folder::Working),
            ("env.current_exe", None) => Value::Folder(Folder::Program),
            ("env.temp_dir", None) => Value::Folder(Folder::Temporary),
            ("dirs.home_dir" | "env.home_dir", None) => Value::Folder(Folder::Home),
            (name, None) => match self.constants.get(&format!("{name}()")) {
                Some(value) => Value::constant(name, value.clone()),
                None => Value::Call(Box::new(self.function_call(call, depth))),
            },
            _ => Value::Call(Box::new(self.function_call(call, depth))),
        }
    }

    /// A call of a function.
    pub fn function_call(&self, call: &syn::ExprCall, depth: u32) -> Call {
        let path = self.written(&call.func);
        let origin = self.resolved(&path);
        Call { path, origin, arguments: self.arguments(call.args.iter(), depth), ..Call::default() }
    }

    /// What is passed, with its places.
    pub fn arguments<'e>(&self, passed: impl Iterator<Item = &'e Expr>, depth: u32) -> Vec<Argument> {
        let argument = |expression: &Expr| {
            let (start, end) = range_of(expression);
            Argument { name: None, value: self.value_within(expression, depth + 1), start, end }
        };
        passed.map(argument).collect()
    }

    /// What a macro gives.
    pub fn macro_value(&self, call: &Macro, depth: u32) -> Value {
        let name = call.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let Some(passed) = macro_arguments(call) else { return Value::Unknown };
        let value = |expression: &Expr| self.value_within(expression, depth + 1);
        match (name.as_str(), passed.first()) {
            ("format" | "format_args", Some(pattern)) => self.formatted(pattern, &passed[1..], depth),
            ("concat", Some(_)) => Value::Joined(passed.iter().map(value).collect()),
            ("vec", _) => Value::List(passed.iter().map(value).collect()),
            ("env", Some(variable)) if value(variable).text() == Some("CARGO_MANIFEST_DIR") => {
                Value::Folder(Folder::Package)
            }
            ("env" | "option_env", Some(variable)) => {
                value(variable).text().map(Value::environment).unwrap_or_default()
            }
            _ => Value::Unknown,
        }
    }

    /// The text of `format!`, whose parts are what stands between braces.
    fn formatted(&self, pattern: &Expr, passed: &[Expr], depth: u32) -> Value {
        let pattern = self.value_within(pattern, depth + 1);
        let Some(pattern) = pattern.text() else { return Value::Unknown };
        let mut positional = passed.iter().filter(|it| !matches!(it, Expr::Assign(_)));
        let named = |name: &str| {
            passed.iter().find_map(|it| match it {
                Expr::Assign(assign) if self.written(&assign.left) == name => Some(&*assign.right),
                _ => None,
            })
        };
        let (mut parts, mut text) = (Vec::new(), String::new());
        let mut rest = pattern;
        while let Some(at) = rest.find(['{', '}']) {
            text.push_str(&rest[..at]);
            let mark = &rest[at..];
            if mark.starts_with("{{") || mark.starts_with("}}") {
                text.push_str(&mark[..1]);
                rest = &mark[2..];
                continue;
            }
            let end = mark.find('}').unwrap_or(mark.len() - 1);
            let name = mark.get(1..end).unwrap_or_default().split(':').next().unwrap_or_default().trim();
            if !text.is_empty() {
                parts.push(Value::Text(std::mem::take(&mut text)));
            }
            let expression = if name.is_empty() {
                positional.next()
            } else if let Ok(position) = name.parse::<usize>() {
                passed.get(position)
            } else {
                named(name)
            };
            parts.push(match expression {
                Some(expression) => self.value_within(expression, depth + 1),
                None if name.is_empty() => Value::Unknown,
                None => self.named(name),
            });
            rest = &mark[end + 1..];
        }
        text.push_str(rest);
        if parts.is_empty() {
            return Value::Text(text);
        }
        if !text.is_empty() {
            parts.push(Value::Text(text));
        }
        Value::Joined(parts)
    }

    /// The read of an environment variable that an expression is about, with what is done around it.
    pub fn environment_value<'e>(&self, expression: &'e Expr, depth: u32) -> Option<EnvironmentValue<'e>> {
        if depth > DEEPEST {
            return None;
        }
        let inner = |expression: &'e Expr| self.environment_value(expression, depth + 1);
        match expression {
            Expr::Call(call) => {
                let path = self.written(&call.func);
                let passed: Vec<&Expr> = call.args.iter().collect();
                let Some(row) = reader(Language::Rust.name(), &path, self.resolved(&path).as_deref()) else {
                    return self.own_read(expression, &path, &passed, depth + 1);
                };
                let variable = self.value_within(passed.get(row.variable)?, depth + 1);
                let variable = variable.text().filter(|name| row.names(name))?.to_owned();
                let default = row.default.and_then(|at| passed.get(at)).map(|it| self.value_within(it, depth + 1));
                Some(EnvironmentValue {
                    read: expression,
                    variable,
                    is_required: row.is_required && default.is_none(),
                    default,
                    is_test: false,
                })
            }
            Expr::Paren(group) => inner(&group.expr),
            Expr::Reference(group) => inner(&group.expr),
            Expr::Await(group) => inner(&group.base),
            Expr::Try(group) => inner(&group.expr).map(EnvironmentValue::required),
            Expr::MethodCall(call) => {
                let read = inner(&call.receiver)?;
                let name = call.method.to_string();
                Some(match (name.as_str(), call.args.first()) {
                    ("unwrap" | "expect", _) => read.required(),
                    ("unwrap_or_default", _) => read.with_default(Value::Text(String::new())),
                    ("is_ok" | "is_err" | "is_some" | "is_none", _) => EnvironmentValue { is_test: true, ..read },
                    (name, Some(Expr::Closure(ending))) if FALLBACKS.contains(&name) && is_end(&ending.body) => {
                        read.required()
                    }
                    (name, Some(fallback)) if FALLBACKS.contains(&name) => {
                        let fallback = self.value_within(fallback, depth + 1);
                        read.with_default(fallback)
                    }
                    (name, _) if CONVERSIONS.contains(&name) => read,
                    _ => return None,
                })
            }
            Expr::Match(matched) => {
                let read = inner(&matched.expr)?;
                let absent = matched.arms.iter().find(|arm| is_absence(&arm.pat))?;
                Some(match self.value_within(&absent.body, depth + 1) {
                    Value::Unknown if is_end(&absent.body) => read.required(),
                    default => read.with_default(default),
                })
            }
            Expr::If(branch) => {
                let Expr::Let(condition) = &*branch.cond else { return None };
                let read = inner(&condition.expr)?;
                let other = branch.else_branch.as_ref().map(|(_, other)| self.value_within(other, depth + 1));
                Some(read.with_default(other.unwrap_or_default()))
            }
            _ => None,
        }
    }
}

impl Reader<'_> {
    /// The read of a variable by a function of the program's own: `env_or("PORT", "80")`; one that may end the program wants it.
    fn own_read<'e>(
        &self,
        expression: &'e Expr,
        path: &str,
        passed: &[&Expr],
        depth: u32,
    ) -> Option<EnvironmentValue<'e>> {
        let name = path.rsplit('.').next().unwrap_or_default();
        let words: Vec<&str> = name.split('_').collect();
        let writes = ["set", "remove", "init", "load", "with"].contains(&words[0]);
        if writes || !words.iter().any(|word| matches!(*word, "env" | "environment" | "getenv" | "var")) {
            return None;
        }
        let is_variable = |text: &str| {
            let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            text.starts_with(|c: char| c.is_ascii_uppercase()) && !text.ends_with('_') && text.chars().all(is_part)
        };
        let variable = self.value_within(passed.first()?, depth);
        let variable = variable.text().filter(|text| is_variable(text))?.to_owned();
        let default = passed.get(1).map(|it| self.value_within(it, depth)).filter(Value::is_known);
        let is_required = passed.len() == 1 && self.demanding.contains(name);
        Some(EnvironmentValue { read: expression, variable, default, is_required, is_test: false })
    }
}

impl EnvironmentValue<'_> {
    fn required(self) -> Self {
        Self { is_required: self.default.is_none(), ..self }
    }

    fn with_default(self, default: Value) -> Self {
        Self { default: self.default.or(Some(default)), is_required: false, ..self }
    }
}

/// Whether a pattern stands for what is absent: `Err(_)`, `None`, `_`.
pub fn is_absence(pattern: &Pat) -> bool {
    let is_named = |path: &syn::Path| {
        path.segments.last().is_some_and(|segment| segment.ident == "Err" || segment.ident == "None")
    };
    match pattern {
        Pat::TupleStruct(pattern) => is_named(&pattern.path),
        Pat::Path(pattern) => is_named(&pattern.path),
        Pat::Ident(pattern) => pattern.ident == "None",
        Pat::Wild(_) => true,
        _ => false,
    }
}

/// Whether a match takes out what a `Result` or an `Option` holds: `match x { Ok(inner) => inner, Err(_) => … }`.
fn takes_out(matched: &syn::ExprMatch) -> bool {
    matched.arms.iter().any(|arm| {
        let Pat::TupleStruct(pattern) = &arm.pat else { return false };
        let is_held = pattern.path.segments.last().is_some_and(|it| it.ident == "Ok" || it.ident == "Some");
        let Some(Pat::Ident(inner)) = pattern.elems.first().filter(|_| is_held) else { return false };
        matches!(&*arm.body, Expr::Path(body) if body.path.is_ident(&inner.ident))
    })
}

/// Whether the program ends there.
pub fn is_end(expression: &Expr) -> bool {
    match expression {
        Expr::Block(block) => block.block.stmts.iter().any(|statement| match statement {
            Stmt::Expr(expression, _) => is_end(expression),
            Stmt::Macro(statement) => ends(&statement.mac),
            _ => false,
        }),
        Expr::Macro(call) => ends(&call.mac),
        Expr::Call(call) => matches!(&*call.func, Expr::Path(path) if dotted(&path.path).ends_with("process.exit")),
        Expr::Return(_) => true,
        _ => false,
    }
}

/// Whether a method ends the program where what it is called on is an error: `.unwrap()`, `.unwrap_or_else(|error| panic!("{error}"))`.
pub fn ends_on_error(call: &syn::ExprMethodCall) -> bool {
    match call.args.first() {
        Some(Expr::Closure(closure)) => call.method == "unwrap_or_else" && panics(&closure.body),
        _ => call.method == "unwrap" || call.method == "expect",
    }
}

/// Whether an expression ends the program, and not only its function.
pub fn panics(expression: &Expr) -> bool {
    match expression {
        Expr::Block(block) => panics_in(&block.block),
        Expr::Macro(call) => is_panic(&call.mac),
        Expr::Call(_) => is_end(expression),
        _ => false,
    }
}

/// Whether a block does.
pub fn panics_in(block: &syn::Block) -> bool {
    block.stmts.iter().any(|statement| match statement {
        Stmt::Expr(expression, _) => panics(expression),
        Stmt::Macro(statement) => is_panic(&statement.mac),
        _ => false,
    })
}

/// Whether a block gives an error to whoever calls the function around it: `return Err(…)`, `bail!("…")`.
pub fn returns_error(block: &syn::Block) -> bool {
    let is_error = |expression: &Expr| matches!(expression, Expr::Call(call) if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Err")));
    block.stmts.iter().any(|statement| match statement {
        Stmt::Expr(Expr::Return(given), _) => given.expr.as_deref().is_some_and(is_error),
        Stmt::Macro(statement) => statement.mac.path.segments.last().is_some_and(|last| last.ident == "bail"),
        _ => false,
    })
}

fn is_panic(call: &Macro) -> bool {
    call.path.segments.last().is_some_and(|segment| segment.ident == "panic" || segment.ident == "unreachable")
}

/// What an expression gives in another form, or with another error: `open(path)` of `open(path).await.context("…")`.
pub fn converted(expression: &Expr) -> &Expr {
    let mut inner = expression;
    loop {
        inner = match inner {
            Expr::Await(inner) => &inner.base,
            Expr::Paren(inner) => &inner.expr,
            Expr::Reference(inner) => &inner.expr,
            Expr::MethodCall(call) if call.method == "unwrap_or_default" => return inner,
            Expr::MethodCall(call) if CONVERSIONS.iter().any(|name| call.method == name) => &call.receiver,
            other => return other,
        }
    }
}

/// Whether a block ends the program, and not only its function.
pub fn is_ending(block: &syn::Block) -> bool {
    block.stmts.iter().any(|statement| match statement {
        Stmt::Expr(Expr::Return(_), _) => false,
        Stmt::Expr(expression, _) => is_end(expression),
        Stmt::Macro(statement) => ends(&statement.mac),
        _ => false,
    })
}

/// Whether something in a block may end the program: `panic!`, `.unwrap()`, `process::exit`.
pub fn may_end(block: &syn::Block) -> bool {
    struct Ends(bool);
    impl<'ast> Visit<'ast> for Ends {
        fn visit_macro(&mut self, call: &'ast Macro) {
            self.0 |= call.path.segments.last().is_some_and(|last| last.ident == "panic");
        }

        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            self.0 |= call.method == "unwrap" || call.method == "expect";
            visit::visit_expr_method_call(self, call);
        }

        fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
            self.0 |= matches!(&*call.func, Expr::Path(path) if dotted(&path.path).ends_with("process.exit"));
            visit::visit_expr_call(self, call);
        }
    }
    let mut ends = Ends(false);
    ends.visit_block(block);
    ends.0
}

fn ends(call: &Macro) -> bool {
    call.path
        .segments
        .last()
        .is_some_and(|segment| ["panic", "bail", "unreachable"].iter().any(|it| segment.ident == it))
}

/// What is passed to a macro, where that reads as expressions between commas.
pub fn macro_arguments(call: &Macro) -> Option<Vec<Expr>> {
    let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
    parser.parse2(call.tokens.clone()).ok().map(|list| list.into_iter().collect())
}

/// The value of a literal.
pub fn literal_value(literal: &Lit) -> Value {
    match literal {
        Lit::Str(text) => Value::Text(text.value()),
        Lit::ByteStr(text) => Value::Text(String::from_utf8_lossy(&text.value()).into_owned()),
        Lit::Int(number) => number.base10_parse().map_or(Value::Unknown, Value::Number),
        Lit::Bool(value) => Value::Boolean(value.value),
        Lit::Char(text) => Value::Text(text.value().to_string()),
        _ => Value::Unknown,
    }
}

/// The name of a field.
pub fn member_name(member: &Member) -> String {
    match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// The first of several that anything can be said of, or all of them.
fn either(values: impl IntoIterator<Item = Value>) -> Value {
    let mut known: Vec<Value> = values.into_iter().filter(|value| *value != Value::Unknown).collect();
    match known.len() {
        0 => Value::Unknown,
        1 => known.remove(0),
        _ => Value::Either(known),
    }
}
