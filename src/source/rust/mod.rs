//! Rust: what a file says, by its syntax tree.
//!
//! Of a chain of calls, as builders are written, the calls in between are left out: `Server::builder().add(x).serve(a)` is
//! the call `Server.builder().serve`.

mod command_line;
mod nesting;
mod values;

/// The bytes of an expression.
fn range_of(expression: &Expr) -> (u32, u32) {
    let end = |span: Span| offset(span.byte_range().end);
    match expression {
        Expr::Call(call) => (range_of(&call.func).0, end(call.paren_token.span.close())),
        Expr::MethodCall(call) => (first_byte(&call.receiver), end(call.paren_token.span.close())),
        Expr::Try(inner) => (first_byte(&inner.expr), end(inner.question_token.span)),
        Expr::Await(inner) => (first_byte(&inner.base), end(inner.await_token.span)),
        Expr::Field(field) => (first_byte(&field.base), end(field.member.span())),
        other => {
            let span = other.span().byte_range();
            (offset(span.start), offset(span.end))
        }
    }
}

/// A condition or a list of an attribute as a call: `any(feature = "a", unix)`.
fn condition(name: &str, tokens: &TokenStream) -> Call {
    let mut call = Call::new(name);
    let mut words = tokens.clone().into_iter();
    while let Some(TokenTree::Ident(word)) = words.next() {
        let word = word.to_string();
        match words.next() {
            Some(TokenTree::Group(group)) => {
                call = call.with(Value::Call(Box::new(condition(&word, &group.stream()))));
                words.next();
            }
            Some(TokenTree::Punct(mark)) if mark.as_char() == '=' => {
                let literal = words.next();
                if let Some(TokenTree::Literal(literal)) = literal {
                    call = call.with_named(&word, values::literal_value(&syn::Lit::new(literal)));
                }
                words.next();
            }
            _ => call = call.with(Value::Name(word)),
        }
    }
    call
}

/// The first byte of an expression.
fn first_byte(expression: &Expr) -> u32 {
    let mut first = expression;
    loop {
        first = match first {
            Expr::Call(call) => &call.func,
            Expr::MethodCall(call) => &call.receiver,
            Expr::Try(inner) => &inner.expr,
            Expr::Await(inner) => &inner.base,
            Expr::Field(field) => &field.base,
            other => return offset(other.span().byte_range().start),
        };
    }
}

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::Parser as _;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Expr, File, FnArg, Item, Macro, Pat, Signature, Stmt, UseTree};

use crate::repo::Document;
use crate::source::lines::Lines;
use crate::source::rust::values::{Binding, Scope, is_end, is_ending, macro_arguments, member_name};
use crate::source::{
    Argument, Assignment, Call, EmbeddedFile, EnvironmentRead, Folder, Function, Import, Index, Language, Literal,
    Place, Route, Value, tokens,
};
use crate::text::is_variable;

/// The methods of HTTP that routes are registered by.
const METHODS: &[&str] = &["get", "post", "put", "delete", "patch", "head", "options"];
/// Parts of the names of what asks who it is before a route answers.
const GUARDS: &[&str] = &["auth", "token", "api_key", "apikey", "jwt", "login", "guard"];
/// Macros whose text names a file or folder from the folder of the source file.
const BESIDE_SOURCE: &[&str] = &["include", "include_str", "include_bytes"];
/// Macros whose text names a file or folder from the folder of the package.
const IN_PACKAGE: &[&str] = &[
    "include_dir",
    "static_dir",
    "migrate",
    "embed_migrations",
    "query_file",
    "query_file_unchecked",
    "query_file_as",
    "query_file_as_unchecked",
    "query_file_scalar",
    "query_file_scalar_unchecked",
    "load_template",
    "include_proto_file",
];

/// Constructors of what runs a closure when it is first used: by the end of their path.
const LAZY: &[&str] = &["Lazy.new", "LazyLock.new", "LazyCell.new"];

/// The call that stands for a path without which the program goes no further.
const WANTED_PATH: &str = "#wanted";

/// What a file says.
pub fn index(document: Document) -> Index {
    let text = without_interpreter(document.text());
    let file = text.parse::<TokenStream>().or_else(|_| without_unknown_escapes(&text).parse()).ok();
    let file = file.filter(|tokens| !nesting::is_too_deep(tokens)).and_then(|tokens| syn::parse2::<File>(tokens).ok());
    let index = match file {
        Some(file) => entries(document, &file),
        None => tokens::index(document, Language::Rust),
    };
    // The text of every file that was parsed is kept until then.
    proc_macro2::extra::invalidate_current_thread_spans();
    index
}

/// The text with blanks for the line that names an interpreter.
fn without_interpreter(text: &str) -> std::borrow::Cow<'_, str> {
    let line = text.lines().next().filter(|line| line.starts_with("#!") && !line.starts_with("#!["));
    match line {
        Some(line) => format!("{}{}", " ".repeat(line.len()), &text[line.len()..]).into(),
        None => text.into(),
    }
}

/// The text with a mark for the backslash of `\u001b`, which other languages have and Rust refuses: the rest of the file says
/// what it said.
fn without_unknown_escapes(text: &str) -> String {
    let mut parts = text.split("\\u");
    let mut known = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        known.push_str(if part.starts_with('{') { "\\u" } else { "?u" });
        known.push_str(part);
    }
    known
}

fn entries(document: Document, file: &File) -> Index {
    let lines = Lines::of(document.text());
    let mut reader = Reader {
        index: Index::new(document),
        lines: &lines,
        imports: BTreeMap::new(),
        crates: BTreeSet::new(),
        constants: BTreeMap::new(),
        demanding: BTreeSet::new(),
        scopes: Vec::new(),
        guarded: Vec::new(),
        functions: Vec::new(),
        owners: Vec::new(),
        conditions: 0,
        reads: BTreeSet::new(),
        built: BTreeSet::new(),
        subcommands: 0,
        has_optional_subcommand: false,
        text_name: None,
        wanted_types: Vec::new(),
        demanded: BTreeSet::new(),
        tried: BTreeSet::new(),
    };
    reader.declarations(&file.items);
    reader.visit_file(file);
    let is_optional = reader.has_optional_subcommand;
    let mut index = reader.index;
    for call in &mut index.calls {
        let bytes = (call.place.start, call.place.end);
        call.is_checked |= reader.demanded.contains(&bytes);
        call.is_handed_on |= reader.tried.contains(&bytes);
    }
    index.subcommands.iter_mut().for_each(|subcommand| subcommand.is_optional |= is_optional);
    // of a chain, what is called first
    index.calls.sort_by_key(|call| (call.place.start, call.place.end));
    index
}

/// Reads a file from its start to its end.
struct Reader<'t> {
    index: Index,
    lines: &'t Lines,
    /// What imported names mean, dotted.
    imports: BTreeMap<String, String>,
    /// The crates that paths name without an import.
    crates: BTreeSet<String>,
    /// The constants of the file, and behind `()` the values of functions that only give one.
    constants: BTreeMap<String, Value>,
    /// The functions of one parameter that may end the program.
    demanding: BTreeSet<String>,
    scopes: Vec<Scope>,
    /// Where routes stand that something guards.
    guarded: Vec<Range<u32>>,
    /// The functions that are open, by number.
    functions: Vec<u32>,
    /// The types whose methods are open.
    owners: Vec<String>,
    /// How many conditions, loops and closures are open.
    conditions: u32,
    /// The reads of variables that are known, by where they start.
    reads: BTreeSet<u32>,
    /// The options that calls build and that are known, by where they start.
    built: BTreeSet<u32>,
    /// How many calls are open whose arguments are subcommands.
    subcommands: u32,
    /// Whether the program runs without one of its subcommands, too.
    has_optional_subcommand: bool,
    /// The name that the next text gets.
    text_name: Option<String>,
    /// The type that the value of the statement has: that of a variable, else what the function around gives.
    wanted_types: Vec<String>,
    /// The bytes of the calls whose error ends the program: `open(path).unwrap()`.
    demanded: BTreeSet<(u32, u32)>,
    /// The bytes of those whose error is given to whoever calls the function around: `open(path)?`.
    tried: BTreeSet<(u32, u32)>,
}

impl Reader<'_> {
    /// Takes in what may be used before it is declared: imports, constants, functions that only give a value.
    fn declarations(&mut self, items: &[Item]) {
        for item in items {
            if is_of_tests(attributes(item)) {
                continue;
            }
            match item {
                Item::Use(import) => self.import(&import.tree, "", import.span()),
                Item::Const(it) => self.constant(&it.ident.to_string(), &it.expr),
                Item::Static(it) => self.constant(&it.ident.to_string(), &it.expr),
                Item::Fn(it) if it.sig.inputs.is_empty() => self.given(&it.sig, &it.block),
                Item::Fn(it) if it.sig.inputs.len() == 1 && values::may_end(&it.block) => {
                    self.demanding.insert(it.sig.ident.to_string());
                }
                Item::Impl(it) => {
                    for item in &it.items {
                        match item {
                            syn::ImplItem::Const(it) => self.constant(&it.ident.to_string(), &it.expr),
                            syn::ImplItem::Fn(it) if it.sig.inputs.is_empty() => self.given(&it.sig, &it.block),
                            _ => {}
                        }
                    }
                }
                Item::Mod(it) => {
                    self.declarations(it.content.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default());
                }
                _ => {}
            }
        }
    }

    fn constant(&mut self, name: &str, expression: &Expr) {
        let value = self.value(expression);
        self.constants.insert(name.to_owned(), value);
    }

    fn given(&mut self, signature: &Signature, block: &syn::Block) {
        if let [Stmt::Expr(expression, None)] = block.stmts.as_slice() {
            let value = self.value(expression);
            if value != Value::Unknown {
                self.constants.insert(format!("{}()", signature.ident), value);
            }
        }
    }

    /// What a method puts together of the fields of its object and does nothing else for: the value of its call.
    fn put_together(&mut self, signature: &Signature, block: &syn::Block) {
        let is_of_object = matches!(signature.inputs.first(), Some(FnArg::Receiver(_))) && signature.inputs.len() == 1;
        if let [Stmt::Expr(expression, None)] = block.stmts.as_slice()
            && let value @ Value::Joined(_) = self.value(expression)
            && is_of_object
        {
            let (value_start, end) = range_of(expression);
            let (name, place) = (format!("{}()", signature.ident), self.place_at(value_start, end));
            self.index.assignments.push(Assignment { name, value, is_constant: false, place, value_start });
        }
    }

    fn import(&mut self, tree: &UseTree, above: &str, span: Span) {
        let below = |name: &str| if above.is_empty() { name.to_owned() } else { format!("{above}::{name}") };
        let mut add = |exported: &str, own: &str| {
            let module = if above.is_empty() { exported } else { above };
            let place = self.place_of(span, span);
            let names = vec![(exported.to_owned(), own.to_owned())];
            self.index.imports.push(Import { module: module.to_owned(), names, place, ..Import::default() });
            let whole = if exported == "self" { above.to_owned() } else { below(exported) };
            self.imports.insert(own.to_owned(), whole.replace("::", "."));
        };
        match tree {
            UseTree::Path(path) => self.import(&path.tree, &below(&path.ident.to_string()), span),
            UseTree::Name(name) if name.ident == "self" => {
                add("self", above.rsplit("::").next().unwrap_or_default());
            }
            UseTree::Name(name) => add(&name.ident.to_string(), &name.ident.to_string()),
            UseTree::Rename(name) => add(&name.ident.to_string(), &name.rename.to_string()),
            UseTree::Glob(_) => {
                let place = self.place_of(span, span);
                let names = vec![("*".to_owned(), "*".to_owned())];
                self.index.imports.push(Import { module: above.to_owned(), names, place, ..Import::default() });
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, above, span)),
        }
    }

    fn place_of(&self, first: Span, last: Span) -> Place {
        self.place_at(offset(first.byte_range().start), offset(last.byte_range().end))
    }

    fn place_at(&self, start: u32, end: u32) -> Place {
        Place {
            start,
            end,
            line: self.lines.line(start),
            function: self.functions.last().copied(),
            is_conditional: self.conditions > 0,
        }
    }

    /// What is called or read, as it is written, with dots.
    fn written(&self, expression: &Expr) -> String {
        match expression {
            Expr::Path(path) => dotted(&path.path),
            Expr::Field(field) => format!("{}.{}", self.written(&field.base), member_name(&field.member)),
            Expr::MethodCall(call) => format!("{}()", self.method_path(call).0),
            Expr::Call(call) => format!("{}()", self.written(&call.func)),
            Expr::Macro(call) => format!("{}!", dotted(&call.mac.path)),
            Expr::Paren(inner) => self.written(&inner.expr),
            Expr::Reference(inner) => self.written(&inner.expr),
            Expr::Try(inner) => self.written(&inner.expr),
            Expr::Await(inner) => self.written(&inner.base),
            _ => String::new(),
        }
    }

    /// The path of a method, as it is written and as it is resolved: what the chain starts with, and the last call.
    fn method_path(&self, call: &syn::ExprMethodCall) -> (String, Option<String>) {
        let root = chain_start(&call.receiver);
        let receiver = self.written(root);
        let origin = self.resolved(&receiver).map(|receiver| format!("{receiver}.{}", call.method));
        (format!("{receiver}.{}", call.method), origin)
    }

    /// A path with its first name resolved; nothing where that is not known.
    fn resolved(&self, path: &str) -> Option<String> {
        let (first, rest) = path.split_at(path.find(['.', '(']).unwrap_or(path.len()));
        let local = self.scopes.iter().rev().find_map(|scope| scope.get(first));
        let whole = match local {
            Some(binding) => binding.origin.as_ref()?,
            None => self.imports.get(first)?,
        };
        Some(format!("{whole}{rest}"))
    }

    fn bind(&mut self, pattern: &Pat, value: Value, origin: Option<String>) {
        let pattern = match pattern {
            Pat::Type(typed) => &typed.pat,
            other => other,
        };
        if let Pat::Struct(structure) = pattern {
            let owner = structure.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            for field in &structure.fields {
                let name = Value::Name(format!("{owner}.{}", member_name(&field.member)));
                self.bind(&field.pat, name, None);
            }
        } else if let (Pat::Ident(name), Some(scope)) = (pattern, self.scopes.last_mut()) {
            scope.insert(name.ident.to_string(), Binding { value, origin });
        }
    }

    /// Reads a function's body, with its parameters as names of their own.
    fn function(&mut self, signature: &Signature, read: impl FnOnce(&mut Self)) {
        let own = signature.ident.to_string();
        let name = self.owners.last().map_or(own.clone(), |owner| format!("{owner}.{own}"));
        let parameters: Vec<String> = signature
            .inputs
            .iter()
            .filter_map(|input| match input {
                FnArg::Typed(typed) => Some(match &*typed.pat {
                    Pat::Ident(name) => name.ident.to_string(),
                    _ => String::new(),
                }),
                FnArg::Receiver(_) => None,
            })
            .collect();
        let place = self.place_of(signature.fn_token.span, signature.paren_token.span.close());
        let scope = parameters.iter().map(|name| (name.clone(), Binding::default())).collect();
        self.index.functions.push(Function { name, parameters, place, ..Function::default() });
        let number = offset(self.index.functions.len() - 1);
        let conditions = std::mem::take(&mut self.conditions);
        let given = match &signature.output {
            syn::ReturnType::Type(_, kind) => type_name(kind).unwrap_or_default(),
            syn::ReturnType::Default => String::new(),
        };
        self.functions.push(number);
        self.scopes.push(scope);
        self.wanted_types.push(given);
        read(self);
        self.wanted_types.pop();
        self.scopes.pop();
        self.functions.pop();
        self.conditions = conditions;
    }

    fn closure(&mut self, closure: &syn::ExprClosure) {
        self.scopes.push(Scope::new());
        visit::visit_expr_closure(self, closure);
        self.scopes.pop();
    }

    /// Reads what is passed to a call; `runs` says that the call runs a closure once, so that nothing in it is conditional.
    fn visit_passed(&mut self, argument: &Expr, runs: bool) {
        match argument {
            Expr::Closure(closure) if runs => self.closure(closure),
            other => self.visit_expr(other),
        }
    }

    /// A call with the type that it makes, where a library makes that of the environment: `envy::from_env::<Settings>()`.
    fn with_made_type(&self, mut found: Call, function: &Expr) -> Call {
        let last = match function {
            Expr::Path(path) => path.path.segments.last(),
            _ => None,
        };
        if let Some(last) = last {
            let stated = match &last.arguments {
                syn::PathArguments::AngleBracketed(list) => type_argument(list),
                _ => None,
            };
            found.arguments.extend(self.made_type(&last.ident.to_string(), stated));
        }
        found
    }

    /// The argument `type` of a call that makes a value of the environment: as it is stated, else as it is wanted.
    fn made_type(&self, function: &str, stated: Option<String>) -> Option<Argument> {
        if !matches!(function, "from_env" | "try_deserialize") {
            return None;
        }
        let name = stated.or_else(|| self.wanted_types.last().cloned()).filter(|name| !name.is_empty())?;
        let name = if name == "Self" { self.owners.last().cloned().unwrap_or(name) } else { name };
        Some(Argument { name: Some(Call::MADE_TYPE.into()), value: Value::Name(name), ..Argument::default() })
    }

    /// Keeps the call whose error ends the program.
    fn demand(&mut self, expression: &Expr) {
        self.demanded.insert(range_of(values::converted(expression)));
    }

    fn under_condition(&mut self, read: impl FnOnce(&mut Self)) {
        self.conditions += 1;
        read(self);
        self.conditions -= 1;
    }

    /// The read of a variable that an expression is about.
    fn environment(&mut self, expression: &Expr) {
        let Some(found) = self.environment_value(expression, 0) else { return };
        let (start, end) = range_of(found.read);
        if self.reads.insert(start) {
            let place = self.place_at(start, end);
            self.index.environment.push(EnvironmentRead {
                variable: found.variable,
                default: found.default.filter(|value| *value != Value::Unknown),
                is_required: found.is_required,
                is_test: found.is_test,
                is_of_build: false,
                place,
            });
        }
    }

    /// The read of a variable that an expression is about, without which the program ends.
    fn needed_variable(&mut self, expression: &Expr) {
        let Some(found) = self.environment_value(expression, 0).filter(|read| read.default.is_none()) else { return };
        let (start, end) = range_of(found.read);
        let (variable, place) = (found.variable, self.place_at(start, end));
        self.reads.insert(start);
        self.index.environment.push(EnvironmentRead {
            variable,
            is_required: true,
            place,
            ..EnvironmentRead::default()
        });
    }

    /// The variables one of whose absence is asked for: `env::var("KEY").is_err()`, also with others by `||`.
    fn absent_variables(&mut self, condition: &Expr) {
        match condition {
            Expr::Paren(group) => self.absent_variables(&group.expr),
            Expr::Binary(both) if matches!(both.op, BinOp::Or(_)) => {
                self.absent_variables(&both.left);
                self.absent_variables(&both.right);
            }
            Expr::MethodCall(call) if call.method == "is_err" || call.method == "is_none" => {
                self.needed_variable(&call.receiver);
            }
            _ => {}
        }
    }

    /// A path that the program ends without, or gives an error for to whoever calls: `if !folder.exists() { panic!("…") }`, as a call
    /// of [`WANTED_PATH`].
    fn wanted_path(&mut self, branch: &syn::ExprIf) {
        let Expr::Unary(denied) = &*branch.cond else { return };
        let Expr::MethodCall(asked) = &*denied.expr else { return };
        let is_asked = ["exists", "is_dir", "is_file"].iter().any(|name| asked.method == name);
        let (ends, returns) = (values::panics_in(&branch.then_branch), values::returns_error(&branch.then_branch));
        if matches!(denied.op, syn::UnOp::Not(_)) && is_asked && (ends || returns) {
            let (start, end) = range_of(&asked.receiver);
            let argument = Argument { name: None, value: self.value(&asked.receiver), start, end };
            let place = self.place_at(start, range_of(&denied.expr).1);
            let call = Call { arguments: vec![argument], place, ..Call::new(WANTED_PATH) };
            self.index.calls.push(Call { is_checked: ends, is_handed_on: returns, ..call });
        }
    }

    /// Keeps where routes stand that something guards which asks who it is: `.layer(middleware::from_fn(authenticate))` is called on
    /// them.
    fn guard(&mut self, call: &syn::ExprMethodCall) {
        if !["layer", "route_layer", "wrap"].iter().any(|name| call.method == name) {
            return;
        }
        let span = call.paren_token.span;
        let arguments = span.open().byte_range().start..span.close().byte_range().end;
        let written = self.index.document().text().get(arguments).unwrap_or_default().to_lowercase();
        if GUARDS.iter().any(|guard| written.contains(guard)) {
            self.guarded.push(first_byte(&call.receiver)..offset(call.method.span().byte_range().start));
        }
    }

    /// A route of `.route("/health", get(check))`, `.at("/health", …)`, `.resource("/health")`; one that is guarded is no plain one.
    fn route(&mut self, call: &syn::ExprMethodCall) {
        if !["route", "at", "resource"].iter().any(|name| call.method == name) {
            return;
        }
        let Some(path) = call.args.first().map(|path| self.value(path)) else { return };
        let Some(path) = path.text().filter(|path| path.starts_with('/')).map(str::to_owned) else { return };
        let handler = call.args.get(1).map(|handler| self.written(handler)).unwrap_or_default();
        let name = handler.trim_end_matches("()").split(['.', '(']).find(|part| METHODS.contains(part));
        let place = self.place_of(call.method.span(), call.paren_token.span.close());
        if self.guarded.iter().any(|guarded| guarded.contains(&place.start)) {
            return;
        }
        // Every router is called one, also the outermost.
        self.index.routes.push(Route { method: name.map(str::to_uppercase), path, receiver: None, place });
    }

    /// A route of `#[get("/health")]`.
    fn attribute_route(&mut self, attributes: &[Attribute]) {
        for attribute in attributes {
            let name = dotted(attribute.path());
            let method = name.rsplit('.').next().unwrap_or_default();
            if !METHODS.contains(&method) {
                continue;
            }
            let path = attribute.parse_args_with(|input: syn::parse::ParseStream| {
                let path: syn::LitStr = input.parse()?;
                input.parse::<TokenStream>()?;
                Ok(path)
            });
            if let Ok(path) = path {
                let place = self.place_of(path.span(), path.span());
                let path = path.value();
                self.index.routes.push(Route { method: Some(method.to_uppercase()), path, receiver: None, place });
            }
        }
    }

    fn embedded(&mut self, folder: Folder, path: Value, place: Place) {
        let path = match path {
            Value::Text(text) => {
                let text = text.trim_start_matches("$CARGO_MANIFEST_DIR/");
                let is_generated = text.starts_with('$');
                if is_generated { Value::Unknown } else { Value::Path(vec![Value::Folder(folder), text.into()]) }
            }
            other => other,
        };
        self.index.files.push(EmbeddedFile { path, is_read_at_run_time: false, place });
    }

    /// What a macro says: the file that it takes in, what it is passed, and the code in it.
    fn read_macro(&mut self, call: &Macro) {
        let name = call.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let place = self.place_of(call.path.span(), call.delimiter.span().close());
        if name == "macro_rules" {
            return;
        }
        self.mention(&call.path);
        let passed = macro_arguments(call);
        let path = format!("{}!", dotted(&call.path));
        let origin = self.resolved(&path);
        let arguments: Vec<Argument> = passed.iter().flat_map(|passed| self.arguments(passed.iter(), 0)).collect();
        let second = arguments.get(1).map(|argument| argument.value.clone());
        let first = arguments.first().map(|argument| argument.value.clone());
        if BESIDE_SOURCE.contains(&name.as_str()) {
            self.embedded(Folder::Source, first.clone().unwrap_or_default(), place);
        } else if IN_PACKAGE.contains(&name.as_str()) {
            let stated = if name.starts_with("query_file_as") { second } else { first.clone() };
            let stated = match (stated, name.as_str()) {
                (None, "migrate" | "embed_migrations") => Value::Text("migrations".into()),
                (stated, _) => stated.unwrap_or_default(),
            };
            self.embedded(Folder::Package, stated, place);
        } else if matches!(name.as_str(), "env" | "option_env" | "dotenv")
            && let Some(variable) = first.as_ref().and_then(|value| value.variable().or(value.text()))
        {
            self.index.environment.push(EnvironmentRead {
                variable: variable.to_owned(),
                is_required: name != "option_env",
                is_of_build: true,
                place,
                ..EnvironmentRead::default()
            });
        }
        self.index.calls.push(Call { path, origin, arguments, place, ..Call::default() });
        match passed {
            Some(passed) => passed.iter().for_each(|expression| self.visit_expr(expression)),
            None => self.read_tokens(&call.tokens),
        }
    }

    /// Reads the tokens of a macro as what they most likely are: items, statements, expressions between marks.
    fn read_tokens(&mut self, tokens: &TokenStream) {
        if let Ok(file) = syn::parse2::<File>(without_references(tokens))
            && !file.items.is_empty()
        {
            self.declarations(&file.items);
            file.items.iter().for_each(|item| self.visit_item(item));
            return;
        }
        if let Ok(statements) = syn::Block::parse_within.parse2(tokens.clone()) {
            self.scopes.push(Scope::new());
            for statement in &statements {
                self.visit_stmt(statement);
            }
            self.scopes.pop();
            return;
        }
        let mut piece = TokenStream::new();
        for token in tokens.clone() {
            let is_mark = matches!(&token, TokenTree::Punct(mark) if matches!(mark.as_char(), ',' | ';' | '=' | '>'));
            if is_mark {
                self.read_piece(std::mem::take(&mut piece));
            } else {
                piece.extend([token]);
            }
        }
        self.read_piece(piece);
    }

    fn read_piece(&mut self, piece: TokenStream) {
        if let Ok(expression) = syn::parse2::<Expr>(piece.clone()) {
            self.visit_expr(&expression);
            return;
        }
        for token in piece {
            match token {
                TokenTree::Group(group) => self.read_tokens(&group.stream()),
                TokenTree::Literal(literal) => {
                    let place = self.place_of(literal.span(), literal.span());
                    if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                        self.index.texts.push(Literal { text: text.value(), name: None, place });
                    }
                }
                _ => {}
            }
        }
    }

    /// Gives the last call, which is a macro's, the condition under which it is compiled: the argument `cfg`.
    fn give_condition(&mut self, attributes: &[Attribute]) {
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
            let Ok(list) = attribute.meta.require_list() else { continue };
            let value = Value::Call(Box::new(condition("cfg", &list.tokens)));
            let place = self.place_of(attribute.pound_token.span, attribute.bracket_token.span.close());
            if let Some(call) = self.index.calls.last_mut() {
                let (start, end) = (place.start, place.end);
                call.arguments.push(Argument { name: Some("cfg".into()), value, start, end });
            }
        }
    }

    /// Takes note of the crate that a path names.
    fn mention(&mut self, path: &syn::Path) {
        let Some(first) = path.segments.first().filter(|_| path.segments.len() > 1) else { return };
        let name = first.ident.to_string();
        let is_own = matches!(name.as_str(), "self" | "Self" | "super" | "crate" | "std" | "core" | "alloc");
        let is_crate = name.starts_with(|c: char| c.is_ascii_lowercase()) && !is_own;
        if is_crate && !self.imports.contains_key(&name) && self.crates.insert(name.clone()) {
            let place = self.place_of(first.ident.span(), first.ident.span());
            self.index.imports.push(Import { module: name, place, ..Import::default() });
        }
    }

    /// The name that the texts of an expression get, where it is one.
    fn name_text(&mut self, name: &str, expression: &Expr) {
        self.text_name = self.value(expression).text().map(|_| name.to_owned());
    }

    fn assigned(&mut self, name: &str, name_span: Span, expression: &Expr, is_constant: bool) {
        let (value_start, end) = range_of(expression);
        let place = self.place_at(offset(name_span.byte_range().start), end);
        let value = self.value(expression);
        let name = self.owners.last().filter(|_| is_constant).map_or(name.to_owned(), |it| format!("{it}.{name}"));
        self.index.assignments.push(Assignment { name, value, is_constant, place, value_start });
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_file(&mut self, file: &'ast File) {
        for attribute in file.attrs.iter().filter(|attribute| attribute.path().is_ident("feature")) {
            let Ok(list) = attribute.meta.require_list() else { continue };
            let place = self.place_of(attribute.pound_token.span, attribute.bracket_token.span.close());
            self.index.calls.push(Call { place, ..condition("feature", &list.tokens) });
        }
        visit::visit_file(self, file);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        if !is_of_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.attribute_route(&item.attrs);
        self.function(&item.sig, |reader| visit::visit_block(reader, &item.block));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_of_tests(&item.attrs) {
            self.attribute_route(&item.attrs);
            self.function(&item.sig, |reader| {
                reader.put_together(&item.sig, &item.block);
                visit::visit_block(reader, &item.block);
            });
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let owner = match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
            _ => None,
        };
        self.owners.push(owner.unwrap_or_default());
        visit::visit_item_impl(self, item);
        self.owners.pop();
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("path")) {
            if let syn::Meta::NameValue(pair) = &attribute.meta
                && let Some(path) = self.value(&pair.value).text()
            {
                let place = self.place_of(item.ident.span(), item.ident.span());
                self.embedded(Folder::Source, path.into(), place);
            }
        }
        if item.content.is_none() {
            let place = self.place_of(item.ident.span(), item.ident.span());
            let name = item.ident.to_string();
            let names = vec![(name.clone(), name.clone())];
            self.index.imports.push(Import { module: format!("self::{name}"), names, place, ..Import::default() });
        }
        visit::visit_item_mod(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.declared_fields(item);
        self.has_optional_subcommand |= self.holds_optional_subcommand(item);
        for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("database")) {
            let Ok(name) = attribute.parse_args::<syn::LitStr>() else { continue };
            let place = self.place_of(attribute.pound_token.span, attribute.bracket_token.span.close());
            self.index.calls.push(Call { place, ..Call::new("#database").with(name.value().as_str()) });
        }
        let is_embedded = command_line::derived_traits(&item.attrs).iter().any(|it| it.contains("Embed"));
        for attribute in item.attrs.iter().filter(|it| is_embedded && it.path().is_ident("folder")) {
            if let syn::Meta::NameValue(pair) = &attribute.meta
                && let Some(path) = self.value(&pair.value).text()
            {
                let place = self.place_of(pair.value.span(), pair.value.span());
                self.embedded(Folder::Package, path.into(), place);
            }
        }
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.declared_subcommands(item);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.assigned(&item.ident.to_string(), item.ident.span(), &item.expr, true);
        self.name_text(&item.ident.to_string(), &item.expr);
        self.visit_expr(&item.expr);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.assigned(&item.ident.to_string(), item.ident.span(), &item.expr, true);
        self.name_text(&item.ident.to_string(), &item.expr);
        self.visit_expr(&item.expr);
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.assigned(&item.ident.to_string(), item.ident.span(), &item.expr, true);
        self.name_text(&item.ident.to_string(), &item.expr);
        self.visit_expr(&item.expr);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.scopes.push(Scope::new());
        visit::visit_block(self, block);
        self.scopes.pop();
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let Some(init) = &local.init else { return };
        let name = match &local.pat {
            Pat::Ident(name) => Some(&name.ident),
            Pat::Type(typed) => match &*typed.pat {
                Pat::Ident(name) => Some(&name.ident),
                _ => None,
            },
            _ => None,
        };
        let ends = init.diverge.as_ref().is_some_and(|(_, other)| is_end(other));
        if ends {
            self.needed_variable(&init.expr);
        }
        if let Some(name) = name {
            self.assigned(&name.to_string(), name.span(), &init.expr, false);
            self.name_text(&name.to_string(), &init.expr);
        }
        let stated = match &local.pat {
            Pat::Type(typed) => type_name(&typed.ty),
            _ => None,
        };
        self.wanted_types.push(stated.unwrap_or_default());
        self.visit_expr(&init.expr);
        self.wanted_types.pop();
        if let Some((_, other)) = &init.diverge {
            self.under_condition(|reader| reader.visit_expr(other));
        }
        let (value, written) = (self.value(&init.expr), self.written(chain_start(&init.expr)));
        let origin = self.resolved(&written).or(Some(written)).filter(|origin| origin.ends_with(')'));
        self.bind(&local.pat, value, origin);
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        self.environment(expression);
        visit::visit_expr(self, expression);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func {
            self.mention(&path.path);
        }
        let found = self.function_call(call, 0);
        let first = call.args.first().map(|path| self.value(path));
        self.built_subcommand(&found, call);
        let found = self.with_made_type(found, &call.func);
        // `warp::path("health")`, and salvo's `Router::with_path("health")`
        if matches!(found.path.as_str(), "warp.path" | "Router.with_path" | "web.resource")
            && let Some(path) = first.as_ref().and_then(Value::text)
        {
            let place = self.place_of(call.paren_token.span.open(), call.paren_token.span.close());
            let path = format!("/{}", path.trim_start_matches('/'));
            self.index.routes.push(Route { method: None, path, receiver: None, place });
        }
        let end = offset(call.paren_token.span.close().byte_range().end);
        let place = self.place_at(first_byte(&call.func), end);
        let found_path = found.path.clone();
        self.index.calls.push(Call { place, ..found });
        self.visit_expr(&call.func);
        let is_lazy = LAZY.iter().any(|name| found_path.ends_with(name));
        call.args.iter().for_each(|argument| self.visit_passed(argument, is_lazy));
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.guard(call);
        self.route(call);
        if values::ends_on_error(call) {
            self.demand(&call.receiver);
        }
        let mut found = self.method_call(call, 0);
        let stated = call.turbofish.as_ref().and_then(type_argument);
        found.arguments.extend(self.made_type(&call.method.to_string(), stated));
        let start = first_byte(&call.receiver);
        let place = self.place_at(start, offset(call.paren_token.span.close().byte_range().end));
        self.index.calls.push(Call { place, ..found });
        self.built_option(call);
        self.visit_expr(&call.receiver);
        let is_of_subcommands = call.method == "subcommand" || call.method == "subcommands";
        self.subcommands += u32::from(is_of_subcommands);
        let is_lazy = call.method == "get_or_init" || call.method == "get_or_try_init";
        call.args.iter().for_each(|argument| self.visit_passed(argument, is_lazy));
        self.subcommands -= u32::from(is_of_subcommands);
    }

    fn visit_expr_struct(&mut self, structure: &'ast syn::ExprStruct) {
        let name = dotted(&structure.path);
        let path = if name == "Self" { self.owners.last().cloned().unwrap_or(name) } else { name };
        let arguments = structure.fields.iter().map(|field| {
            let (start, end) = range_of(&field.expr);
            Argument { name: Some(member_name(&field.member)), value: self.value(&field.expr), start, end }
        });
        let arguments = arguments.collect();
        let place = self.place_of(structure.path.span(), structure.brace_token.span.close());
        let origin = self.resolved(&path);
        self.index.calls.push(Call { path, origin, arguments, is_construction: true, place, ..Call::default() });
        visit::visit_expr_struct(self, structure);
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        self.name_text(&member_name(&field.member), &field.expr);
        visit::visit_field_value(self, field);
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        let (name, (start, _)) = (self.written(&assign.left), range_of(&assign.left));
        if !name.is_empty() {
            let (value_start, end) = range_of(&assign.right);
            let (place, value) = (self.place_at(start, end), self.value(&assign.right));
            self.index.assignments.push(Assignment { name, value, is_constant: false, place, value_start });
        }
        visit::visit_expr_assign(self, assign);
    }

    /// `for name in ["TOKEN", "KEY"] { std::env::var(name) … }`: what the first is read for, all are.
    fn visit_expr_for_loop(&mut self, each: &'ast syn::ExprForLoop) {
        self.visit_expr(&each.expr);
        let names: Vec<String> = match self.value(&each.expr).resolved() {
            Value::List(values) => values.iter().filter_map(Value::text).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let first = names.first().filter(|name| is_variable(name)).cloned();
        let known = self.index.environment.len();
        self.scopes.push(Scope::new());
        self.bind(&each.pat, first.map(Value::Text).unwrap_or_default(), None);
        self.visit_block(&each.body);
        self.scopes.pop();
        let reads = self.index.environment[known..].iter().filter(|read| Some(&read.variable) == names.first());
        if let Some(read) = reads.max_by_key(|read| read.is_required).cloned() {
            self.index.read_each(names.iter().skip(1).map(String::as_str), &read);
        }
    }

    fn visit_expr_try(&mut self, tried: &'ast syn::ExprTry) {
        self.tried.insert(range_of(values::converted(&tried.expr)));
        visit::visit_expr_try(self, tried);
    }

    fn visit_expr_match(&mut self, matched: &'ast syn::ExprMatch) {
        if matched.arms.iter().any(|arm| values::is_absence(&arm.pat) && values::panics(&arm.body)) {
            self.demand(&matched.expr);
        }
        visit::visit_expr_match(self, matched);
    }

    fn visit_expr_if(&mut self, branch: &'ast syn::ExprIf) {
        if is_ending(&branch.then_branch) {
            self.absent_variables(&branch.cond);
        }
        self.wanted_path(branch);
        self.visit_expr(&branch.cond);
        self.under_condition(|reader| {
            reader.visit_block(&branch.then_branch);
            if let Some((_, other)) = &branch.else_branch {
                reader.visit_expr(other);
            }
        });
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.under_condition(|reader| {
            reader.scopes.push(Scope::new());
            reader.bind(&arm.pat, Value::Unknown, None);
            visit::visit_arm(reader, arm);
            reader.scopes.pop();
        });
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.under_condition(|reader| reader.closure(closure));
    }

    fn visit_expr_macro(&mut self, call: &'ast syn::ExprMacro) {
        self.read_macro(&call.mac);
    }

    fn visit_stmt_macro(&mut self, call: &'ast syn::StmtMacro) {
        self.read_macro(&call.mac);
        self.give_condition(&call.attrs);
    }

    fn visit_item_macro(&mut self, call: &'ast syn::ItemMacro) {
        self.read_macro(&call.mac);
        self.give_condition(&call.attrs);
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        let place = self.place_of(text.span(), text.span());
        let name = self.text_name.take();
        self.index.texts.push(Literal { text: text.value(), name, place });
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

/// The name of a type, out of what wraps it: `Settings` of `Result<Settings, Error>`.
fn type_name(kind: &syn::Type) -> Option<String> {
    let syn::Type::Path(path) = kind else { return None };
    let last = path.path.segments.last()?;
    match &last.arguments {
        syn::PathArguments::AngleBracketed(list) => type_argument(list),
        _ => Some(last.ident.to_string()),
    }
}

/// The name of the first type between angle brackets.
fn type_argument(list: &syn::AngleBracketedGenericArguments) -> Option<String> {
    list.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(kind) => type_name(kind),
        _ => None,
    })
}

/// What a chain of calls starts with.
fn chain_start(expression: &Expr) -> &Expr {
    let mut start = expression;
    loop {
        start = match start {
            Expr::MethodCall(call) => &call.receiver,
            Expr::Try(inner) => &inner.expr,
            Expr::Await(inner) => &inner.base,
            Expr::Paren(inner) => &inner.expr,
            Expr::Reference(inner) => &inner.expr,
            other => return other,
        };
    }
}

/// The names of a path, with dots between them.
fn dotted(path: &syn::Path) -> String {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join(".")
}

/// The attributes of an item that a program may be made of.
fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(it) => &it.attrs,
        Item::Enum(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::Impl(it) => &it.attrs,
        Item::Macro(it) => &it.attrs,
        Item::Mod(it) => &it.attrs,
        Item::Static(it) => &it.attrs,
        Item::Struct(it) => &it.attrs,
        Item::Use(it) => &it.attrs,
        _ => &[],
    }
}

/// Whether an item is compiled for tests only.
fn is_of_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        let is_test = path.segments.last().is_some_and(|segment| segment.ident == "test" || segment.ident == "rstest");
        let is_condition =
            path.is_ident("cfg") && attribute.meta.require_list().is_ok_and(|list| names_test(&list.tokens, false));
        is_test || is_condition
    })
}

/// Whether a condition is `test`, alone or among others, but not behind `not`.
fn names_test(tokens: &TokenStream, is_denied: bool) -> bool {
    let mut denied = is_denied;
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => {
            denied = word == "not";
            word == "test" && !is_denied
        }
        TokenTree::Group(group) => names_test(&group.stream(), is_denied || denied),
        _ => false,
    })
}

/// The tokens of `lazy_static!` without `ref`, which is then an item.
fn without_references(tokens: &TokenStream) -> TokenStream {
    let mut is_static = false;
    let kept = tokens.clone().into_iter().filter(|token| {
        let is_reference = is_static && matches!(token, TokenTree::Ident(word) if word == "ref");
        is_static = matches!(token, TokenTree::Ident(word) if word == "static");
        !is_reference
    });
    kept.collect()
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
