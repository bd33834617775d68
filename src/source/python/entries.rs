//! The index of a Python file, from its syntax tree.

use std::collections::{BTreeSet, HashMap, HashSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    CmpOp, Comprehension, Decorator, ExceptHandler, Expr, ExprCall, ExprContext, Stmt, StmtAnnAssign, StmtClassDef,
    StmtFunctionDef, StmtIf, StmtTry, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};

use crate::catalog::analysis::{ObjectOfFile, objects_of_files};
use crate::catalog::environment;
use crate::repo::Document;
use crate::source::lines::Lines;
use crate::source::python::bindings::{Bindings, module_of, written};
use crate::source::python::syntax;
use crate::source::python::values::{Values, keyword};
use crate::source::{
    Assignment, CommandOption, EmbeddedFile, EnvironmentRead, Folder, Function, Import, Index, Language, Literal,
    MOST_NAMES, Place, Record, RecordField, Route, Subcommand, Value, tokens,
};

/// Classes of settings are followed into those of their fields this deep.
const DEEPEST_SETTINGS: u32 = 4;

/// The methods of HTTP that servers have a decorator for.
const METHODS: &[&str] = &["get", "post", "put", "delete", "patch", "head", "options"];
/// Decorators and functions that register a route, whatever its methods are.
const ROUTES: &[&str] = &["route", "api_route", "add_route", "add_api_route", "add_url_rule", "websocket"];

/// What a file says.
pub fn index(document: Document) -> Index {
    let statements = syntax::parse(document.text());
    index_of(document, &statements)
}

/// What a file says whose syntax tree is there already.
pub fn index_of(document: Document, statements: &[Stmt]) -> Index {
    if statements.is_empty() && !document.text().trim().is_empty() {
        return tokens::index(document, Language::Python);
    }
    let bindings = Bindings::of(statements);
    let mut reader = Reader {
        index: Index::new(document.clone()),
        lines: Lines::of(document.text()),
        values: Values { bindings: &bindings, options: HashMap::new() },
        functions: Vec::new(),
        next_function: 0,
        parents: Vec::new(),
        conditions: Vec::new(),
        tests: Vec::new(),
        names: Vec::new(),
        required: Vec::new(),
        lists: Vec::new(),
        is_typing: 0,
        without_module: 0,
        classes: HashMap::new(),
        nested: HashSet::new(),
    };
    reader.nest(statements);
    reader.declared(statements);
    for statement in statements {
        reader.visit_stmt(statement);
    }
    let set = reader.set_in(statements);
    let mut index = reader.index;
    index.set_variables = set.into_iter().collect();
    for read in &mut index.environment {
        let is_nothing = read.default.as_ref().is_none_or(|default| default.text() == Some(""));
        if is_nothing && reader.required.contains(&read.variable) {
            (read.is_required, read.default) = (true, None);
        }
    }
    index.calls.sort_by_key(|call| call.place.start);
    index
}

struct Reader<'a, 'b> {
    index: Index,
    lines: Lines,
    values: Values<'a, 'b>,
    /// The functions that are open, by number.
    functions: Vec<u32>,
    next_function: u32,
    /// The classes at the top of the file.
    classes: HashMap<&'a str, &'a StmtClassDef>,
    /// Those of them whose fields are filled as a part of other settings.
    nested: HashSet<String>,
    /// The expressions that are open, outermost first.
    parents: Vec<&'a Expr>,
    /// For each function that is open, how many conditions, loops and handlers are.
    conditions: Vec<u32>,
    /// What conditions ask for.
    tests: Vec<TextRange>,
    /// The names that values get: where the value is, and the name.
    names: Vec<(TextRange, String)>,
    /// Variables that the program ends without.
    required: Vec<String>,
    /// The lists of texts that are gone through, outermost first.
    lists: Vec<NameList<'a>>,
    /// How many blocks are open that only a type checker reads.
    is_typing: u32,
    /// How many blocks are open that go on where a module is absent.
    without_module: u32,
}

/// A list of texts that is gone through: `for name in ["TOKEN", "KEY"]`.
struct NameList<'a> {
    /// What each of them is called in turn.
    element: &'a str,
    /// The texts.
    names: Vec<String>,
    /// Whether the program ends where a condition on one of them holds.
    is_demanded: bool,
}

impl<'a> Reader<'a, '_> {
    /// The functions and options of the file, which values refer to.
    fn declared(&mut self, statements: &'a [Stmt]) {
        for function in &self.values.bindings.functions {
            let place = Place {
                start: function.range.start().into(),
                end: function.range.end().into(),
                line: self.lines.line(function.range.start().into()),
                ..Place::default()
            };
            let (name, parameters) = (function.name.clone(), function.parameters.clone());
            let is_decorated = function.is_decorated;
            self.index.functions.push(Function { name, parameters, is_decorated, place, ..Function::default() });
        }
        let mut options = Options(self);
        for statement in statements {
            options.visit_stmt(statement);
        }
        self.values.options = self.index.options.iter().map(|option| (option.name.clone(), option.clone())).collect();
    }

    fn place(&self, range: TextRange) -> Place {
        Place {
            start: range.start().into(),
            end: range.end().into(),
            line: self.lines.line(range.start().into()),
            function: self.functions.last().copied(),
            is_conditional: self.conditions.last().is_some_and(|count| *count > 0),
        }
    }

    fn conditional(&mut self, walk: impl FnOnce(&mut Self)) {
        if self.conditions.is_empty() {
            self.conditions.push(0);
        }
        self.conditions.last_mut().into_iter().for_each(|count| *count += 1);
        walk(self);
        self.conditions.last_mut().into_iter().for_each(|count| *count -= 1);
    }

    /// What an expression is used by: past conversions; with the outermost of those.
    fn user(&self, range: TextRange) -> Option<(&'a Expr, TextRange)> {
        let mut inner = range;
        for parent in self.parents.iter().rev() {
            let is_conversion = match parent {
                Expr::Call(call) => {
                    let is_argument = call.arguments.args.first().is_some_and(|it| it.range() == inner);
                    let is_method = matches!(call.func.as_ref(), Expr::Attribute(it) if it.value.range() == inner)
                        || call.func.range() == inner;
                    is_argument && matches!(written(&call.func).as_str(), "int" | "str" | "float" | "bool") || is_method
                }
                Expr::Attribute(_) => true,
                _ => false,
            };
            if !is_conversion {
                return Some((parent, inner));
            }
            inner = parent.range();
        }
        None
    }

    /// Whether an expression has to be a text: `None` has no methods, and is no number.
    fn is_more_than_nothing(&self, range: TextRange) -> bool {
        match self.parents.last() {
            Some(Expr::Attribute(attribute)) => attribute.value.range() == range,
            Some(Expr::Call(call)) => {
                let is_argument = call.arguments.args.first().is_some_and(|it| it.range() == range);
                is_argument && matches!(written(&call.func).as_str(), "int" | "float")
            }
            _ => false,
        }
    }

    fn read_of_environment(&mut self, variables: &[String], mut read: EnvironmentRead, range: TextRange) {
        read.place = self.place(range);
        match self.user(range) {
            Some((Expr::BoolOp(operation), inner)) if operation.op == ruff_python_ast::BoolOp::Or => {
                let after = operation.values.iter().skip_while(|value| value.range() != inner).nth(1);
                if let Some(fallback) = after {
                    read.default = read.default.or(Some(self.values.value(fallback)));
                    read.is_required = false;
                }
            }
            Some((Expr::UnaryOp(operation), _)) if operation.op == UnaryOp::Not => {
                // what must be there is no question: `"x" if not os.environ["A"] else "y"`
                read.is_test = !(read.is_required && self.parents.iter().any(|parent| parent.is_if_expr()));
            }
            Some((Expr::If(condition), inner)) => {
                if condition.test.range() == inner {
                    read.is_test = true;
                } else if condition.body.range() == inner {
                    read.default = read.default.or(Some(self.values.value(&condition.orelse)));
                }
            }
            None if self.tests.contains(&range) => read.is_test = true,
            _ => {}
        }
        read.is_required |= read.default.is_none() && !read.is_test && self.is_more_than_nothing(range);
        self.index.read_each(variables.iter().map(String::as_str), &read);
    }

    /// What an expression names: a text by itself or by its constant, and what is called so while a list is gone through.
    fn names_of(&self, expression: &Expr) -> Vec<String> {
        match expression {
            Expr::Name(name) if let Some(list) = self.list_of(name.id.as_str()) => list.names.clone(),
            _ => self.values.stated_name(expression).into_iter().collect(),
        }
    }

    fn list_of(&self, element: &str) -> Option<&NameList<'a>> {
        self.lists.iter().rev().find(|list| list.element == element)
    }

    /// Whether the program ends without what an expression names, which a list that is gone through says.
    fn is_demanded(&self, expression: &Expr) -> bool {
        matches!(expression, Expr::Name(name) if self.list_of(name.id.as_str()).is_some_and(|list| list.is_demanded))
    }

    /// Reads what goes through a list: `for element in list`.
    fn through(&mut self, element: &'a Expr, list: &'a Expr, is_demanded: bool, walk: impl FnOnce(&mut Self)) {
        let names = match self.values.value(list).resolved() {
            Value::List(values) => values.iter().filter_map(Value::text).take(MOST_NAMES).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let known = self.lists.len();
        if let Expr::Name(element) = element {
            self.lists.push(NameList { element: element.id.as_str(), names, is_demanded });
        }
        walk(self);
        self.lists.truncate(known);
    }

    /// `[name for name in names if not os.getenv(name)]`: those that are absent are asked for to say so, and end.
    fn comprehension(&mut self, expression: &'a Expr, generators: &'a [Comprehension]) {
        let Some(first) = generators.first() else { return walk_expr(self, expression) };
        self.through(&first.target, &first.iter, false, |reader| {
            let missing: Vec<String> = first.ifs.iter().flat_map(|test| reader.missing(test)).collect();
            if let Some(list) = reader.lists.last_mut() {
                list.is_demanded = !missing.is_empty();
            }
            walk_expr(reader, expression);
        });
    }

    fn call(&mut self, call: &'a ExprCall) {
        if let Some((reader, name)) = self.values.reader(call) {
            let default = self.values.default_of(call, reader);
            let is_test = default.is_none() && self.is_demanded(name);
            let is_required = reader.is_required && default.is_none() || is_test;
            let mut variables = self.names_of(name);
            variables.retain(|name| reader.names(name));
            let read = EnvironmentRead { default, is_required, is_test, ..EnvironmentRead::default() };
            self.read_of_environment(&variables, read, call.range());
        }
        let mut entry = self.values.call(call, 0);
        entry.place = self.place(call.range());
        self.subcommand(call, entry.name());
        if ROUTES.contains(&entry.name()) && entry.name().starts_with("add_") {
            self.route(call, entry.name(), entry.receiver());
        }
        for keyword in &call.arguments.keywords {
            if let Some(name) = &keyword.arg {
                self.names.push((keyword.value.range(), name.to_string()));
            }
        }
        self.index.calls.push(entry);
    }

    /// `@app.get("/health")`, `@app.route("/health", methods=["GET"])`, `app.add_url_rule("/health", view_func=health)`.
    fn route(&mut self, call: &ExprCall, name: &str, receiver: &str) {
        let path = call.arguments.args.first().and_then(syntax::text).or_else(|| syntax::text(keyword(call, "path")?));
        let methods = keyword(call, "methods").map(|methods| self.values.value(methods));
        let stated = match &methods {
            Some(Value::List(values)) if values.iter().all(|value| value.text() != Some("GET")) => {
                values.first().and_then(Value::text).map(str::to_owned)
            }
            _ => None,
        };
        let method = if METHODS.contains(&name) { Some(name.to_uppercase()) } else { stated };
        if let Some(path) = path.filter(|path| path.starts_with('/')) {
            let (receiver, place) = (Some(receiver.to_owned()), self.place(call.range()));
            self.index.routes.push(Route { method, path, receiver, place });
        }
    }

    fn decorators(&mut self, decorators: &'a [Decorator]) {
        for decorator in decorators {
            let Expr::Call(call) = &decorator.expression else { continue };
            let path = written(&call.func);
            let (receiver, name) = path.rsplit_once('.').unwrap_or(("", &path));
            if METHODS.contains(&name) || ROUTES.contains(&name) {
                self.route(call, name, receiver);
            }
        }
    }

    /// An option that a call defines: of argparse, click, absl, tornado.
    fn option(&mut self, call: &ExprCall) {
        let path = written(&call.func);
        let name = path.rsplit('.').next().unwrap_or_default();
        let texts: Vec<String> = call.arguments.args.iter().filter_map(syntax::text).collect();
        let flags: Vec<&String> = texts.iter().filter(|text| text.starts_with('-')).collect();
        let is_flagged = matches!(name, "add_argument" | "add_option" | "option") && !flags.is_empty();
        let is_named = name == "define" || name.starts_with("DEFINE_");
        let (flag, own) = if is_flagged {
            let flag = flags.iter().max_by_key(|flag| flag.len()).map_or("", |flag| flag.as_str());
            (flag.split('/').next().unwrap_or_default().to_owned(), flag.to_owned())
        } else if is_named && let Some(name) = texts.first() {
            (format!("--{name}"), name.clone())
        } else {
            return;
        };
        let stated = keyword(call, "dest").and_then(syntax::text);
        let positional = call.arguments.args.get(1).filter(|_| is_named);
        let default = keyword(call, "default").or(positional).filter(|value| !value.is_none_literal_expr());
        let variable = ["envvar", "env_var", "auto_env_var"].iter().find_map(|name| syntax::text(keyword(call, name)?));
        let is_switch = keyword(call, "is_flag").is_some()
            || keyword(call, "action").and_then(syntax::text).is_some_and(|action| action.starts_with("store_"));
        let option = CommandOption {
            name: stated.unwrap_or_else(|| own.trim_start_matches('-').replace('-', "_").to_lowercase()),
            flag: Some(flag),
            variable,
            default: default.map(|default| self.values.value(default)),
            is_required: matches!(keyword(call, "required"), Some(Expr::BooleanLiteral(it)) if it.value),
            is_switch,
            owner: None,
            place: self.place(call.range()),
        };
        self.index.options.push(option);
    }

    /// The parameters of a command of Typer, which are its options: `def run(port: int = typer.Option(8000)): …`.
    fn function_options(&mut self, function: &StmtFunctionDef) {
        let is_typer = function.decorator_list.iter().any(|decorator| {
            let Expr::Call(call) = &decorator.expression else { return false };
            let origin = self.values.bindings.origin(&call.func).unwrap_or_default();
            origin.starts_with("typer.") && matches!(origin.rsplit('.').next(), Some("command" | "callback"))
        });
        for parameter in function.parameters.iter_non_variadic_params().filter(|_| is_typer) {
            let Some(default) = parameter.default() else { continue };
            let name = parameter.parameter.name.to_string();
            let mut flag = format!("--{}", name.replace('_', "-"));
            let (mut stated, mut variable) = (Some(default), None);
            if let Expr::Call(call) = default {
                stated =
                    call.arguments.args.first().filter(|it| syntax::text(it).is_none_or(|it| !it.starts_with('-')));
                stated = stated.or(keyword(call, "default"));
                variable = keyword(call, "envvar").and_then(syntax::text);
                let own = call.arguments.args.iter().filter_map(syntax::text).find(|text| text.starts_with("--"));
                flag = own.unwrap_or(flag);
            }
            let default = stated.filter(|it| !it.is_none_literal_expr() && !it.is_ellipsis_literal_expr());
            let default = default.map(|default| self.values.value(default));
            let place = self.place(parameter.range());
            self.index.options.push(CommandOption {
                name,
                flag: Some(flag),
                variable,
                default,
                place,
                ..CommandOption::default()
            });
        }
    }

    fn subcommand(&mut self, call: &ExprCall, name: &str) {
        if let ("add_parser", Some(command)) = (name, call.arguments.args.first().and_then(syntax::text)) {
            let place = self.place(call.range());
            self.index.subcommands.push(Subcommand { name: command, is_optional: false, options: None, place });
        }
    }

    /// The commands of click and Typer: `@cli.command("serve")`, `@cli.command() def serve_all(): …`.
    fn commands(&mut self, function: &StmtFunctionDef) {
        for decorator in &function.decorator_list {
            let (callee, call) = match &decorator.expression {
                Expr::Call(call) => (call.func.as_ref(), Some(call)),
                other => (other, None),
            };
            let path = written(callee);
            // `@click.command()` makes the program itself.
            if !path.ends_with(".command") || path == "click.command" {
                continue;
            }
            let stated = call.and_then(|call| syntax::text(call.arguments.args.first().or(keyword(call, "name"))?));
            let name = stated.unwrap_or_else(|| function.name.as_str().replace('_', "-"));
            let place = self.place(decorator.range);
            self.index.subcommands.push(Subcommand { name, is_optional: false, options: None, place });
        }
    }

    /// The fields of a class: those of settings that a library fills from the environment, `class Settings(BaseSettings): port: int
    /// = 80`, and those without which a value can't be made.
    fn class(&mut self, class: &'a StmtClassDef) {
        let bases = class.arguments.iter().flat_map(|bases| &bases.args);
        let origins: Vec<String> = bases.filter_map(|base| self.values.bindings.origin(base)).collect();
        let language = Language::Python.name();
        if origins.iter().any(|origin| environment::schema(language, origin).is_some()) {
            self.settings(class);
        } else if origins.iter().any(|origin| environment::is_record(language, origin)) {
            let fields = fields(class).map(|(name, field)| {
                let (default, alias) = stated(field);
                RecordField {
                    name: alias.unwrap_or_else(|| name.to_owned()),
                    is_optional: self.may_be_absent(field, default),
                    default: default.filter(|it| !it.is_none_literal_expr()).map(|it| self.values.value(it)),
                    place: self.place(field.range),
                }
            });
            let record = Record { name: class.name.to_string(), fields: fields.collect() };
            self.index.records.push(record);
        }
    }

    fn settings(&mut self, class: &'a StmtClassDef) {
        if !self.nested.contains(class.name.as_str()) {
            let prefix = told(&class.body, "env_prefix").unwrap_or_default();
            self.filled(class, &prefix, told(&class.body, "env_nested_delimiter").as_deref(), 0);
        }
    }

    /// The fields of a class, each filled by a variable; those of a class within by variables of their own, where a delimiter between
    /// their names is told.
    fn filled(&mut self, class: &'a StmtClassDef, prefix: &str, delimiter: Option<&str>, depth: u32) {
        for (name, field) in fields(class) {
            let (default, alias) = stated(field);
            let is_required = !self.may_be_absent(field, default);
            let variable = alias.unwrap_or_else(|| format!("{prefix}{name}").to_uppercase());
            let inner = self.classes.get(written(&field.annotation).as_str()).copied();
            if let Some((inner, delimiter)) = inner.zip(delimiter).filter(|_| depth < DEEPEST_SETTINGS && is_required) {
                let has_required = fields(inner).any(|(_, field)| !self.may_be_absent(field, stated(field).0));
                self.filled(inner, &format!("{variable}{delimiter}"), Some(delimiter), depth + 1);
                if has_required {
                    continue;
                }
            }
            let default = default.filter(|it| !it.is_none_literal_expr()).map(|it| self.values.value(it));
            let place = self.place(field.range);
            let read = EnvironmentRead { variable, default, is_required, place, ..EnvironmentRead::default() };
            self.index.environment.push(read);
        }
    }

    /// Whether a field goes without a value: it has a default, or its type takes `None`.
    fn may_be_absent(&self, field: &StmtAnnAssign, default: Option<&Expr>) -> bool {
        let annotation = self.text(field.annotation.range());
        default.is_some()
            || written(&field.annotation) == "?" && annotation.contains("None")
            || annotation.starts_with("Optional")
    }

    fn text(&self, range: TextRange) -> &str {
        self.index.document().text().get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default()
    }

    fn assigned(&mut self, target: &'a Expr, value: &'a Expr, range: TextRange) {
        let name = written(target);
        if name.contains('?') {
            return;
        }
        let last = name.rsplit('.').next().unwrap_or_default();
        let is_constant = last.chars().all(|c| c.is_uppercase() || c.is_numeric() || c == '_');
        self.names.push((value.range(), name.clone()));
        let place = self.place(range);
        let value_start = value.start().into();
        self.index.assignments.push(Assignment {
            value: self.values.value(value),
            name,
            is_constant,
            place,
            value_start,
        });
    }

    /// The classes of the file, and which of them are the type of a field of settings that a delimiter nests.
    fn nest(&mut self, statements: &'a [Stmt]) {
        let classes = || {
            statements.iter().filter_map(|statement| match statement {
                Stmt::ClassDef(class) => Some(class),
                _ => None,
            })
        };
        self.classes = classes().map(|class| (class.name.as_str(), class)).collect();
        for class in classes().filter(|class| told(&class.body, "env_nested_delimiter").is_some()) {
            let types = fields(class).map(|(_, field)| written(&field.annotation));
            self.nested.extend(types.filter(|name| self.classes.contains_key(name.as_str())));
        }
    }

    /// The variables that statements set wherever they go, before anything calls a function: `os.environ["KEY"] = "x"`, in a class as
    /// well, and in every branch of a condition.
    fn set_in(&self, statements: &[Stmt]) -> BTreeSet<String> {
        let mut set = BTreeSet::new();
        for statement in statements {
            match statement {
                Stmt::Assign(assign) => {
                    set.extend(assign.targets.iter().filter_map(|target| self.set_by(target, &assign.value)));
                }
                Stmt::Expr(expression) => set.extend(self.updated(&expression.value)),
                Stmt::ClassDef(class) => set.extend(self.set_in(&class.body)),
                Stmt::With(block) => set.extend(self.set_in(&block.body)),
                Stmt::If(branch) if branch.elif_else_clauses.last().is_some_and(|it| it.test.is_none()) => {
                    let others = branch.elif_else_clauses.iter().map(|clause| self.set_in(&clause.body));
                    set.extend(others.fold(self.set_in(&branch.body), |all, other| &all & &other));
                }
                _ => {}
            }
        }
        set
    }

    /// The variable that an assignment sets, where it does not stand for itself in the value: `os.environ["A"] = os.getenv("A", "x")`.
    fn set_by(&self, target: &Expr, value: &Expr) -> Option<String> {
        let Expr::Subscript(subscript) = target else { return None };
        let name =
            self.values.stated_name(&subscript.slice).filter(|_| self.values.is_environment(&subscript.value))?;
        (!self.text(value.range()).contains(&name)).then_some(name)
    }

    /// The variables that `os.environ.update({"KEY": "x"})` sets.
    fn updated(&self, expression: &Expr) -> Vec<String> {
        let Expr::Call(call) = expression else { return Vec::new() };
        let Expr::Attribute(method) = call.func.as_ref() else { return Vec::new() };
        let Some(Expr::Dict(table)) = call.arguments.args.first() else { return Vec::new() };
        if method.attr.as_str() != "update" || !self.values.is_environment(&method.value) {
            return Vec::new();
        }
        let items = table.items.iter().filter_map(|item| Some((syntax::text(item.key.as_ref()?)?, &item.value)));
        items.filter(|(name, value)| !self.text(value.range()).contains(name.as_str())).map(|(name, _)| name).collect()
    }

    /// The variables whose absence a condition asks for.
    fn missing(&self, test: &Expr) -> Vec<String> {
        let held = |value: &Expr| match (self.values.value(value).resolved(), value) {
            (Value::Environment { variable, default: None }, _) => vec![variable.clone()],
            (_, Expr::Call(call)) => match self.values.reader(call) {
                Some((reader, name)) if self.values.default_of(call, reader).is_none() => self.names_of(name),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        // what stands in may be no more than nothing: `os.getenv("KEY", "")`
        let empty = |value: &Expr| match self.values.value(value).resolved() {
            Value::Environment { variable, default: Some(default) } if default.text() == Some("") => {
                vec![variable.clone()]
            }
            _ => held(value),
        };
        match test {
            Expr::UnaryOp(operation) if operation.op == UnaryOp::Not => empty(&operation.operand),
            Expr::Compare(compare) if matches!(compare.comparators.first(), Some(Expr::StringLiteral(text)) if text.value.is_empty()) => {
                if matches!(compare.ops.first(), Some(CmpOp::Eq)) {
                    empty(&compare.left)
                } else {
                    Vec::new()
                }
            }
            Expr::Compare(compare) => match (compare.ops.first(), compare.comparators.first()) {
                (Some(CmpOp::Is | CmpOp::Eq), Some(Expr::NoneLiteral(_))) => held(&compare.left),
                (Some(CmpOp::NotIn), Some(table)) if self.values.is_environment(table) => self.names_of(&compare.left),
                _ => Vec::new(),
            },
            Expr::BoolOp(operation) => operation.values.iter().flat_map(|value| self.missing(value)).collect(),
            _ => Vec::new(),
        }
    }
}

/// The fields that a class declares, with their names.
fn fields(class: &StmtClassDef) -> impl Iterator<Item = (&str, &StmtAnnAssign)> {
    class.body.iter().filter_map(|statement| {
        let Stmt::AnnAssign(field) = statement else { return None };
        let Expr::Name(name) = field.target.as_ref() else { return None };
        let is_own = !name.id.starts_with('_') && name.id.as_str() != "model_config";
        is_own.then_some((name.id.as_str(), field))
    })
}

/// The default that a field states, and the other name that it is filled in by.
fn stated(field: &StmtAnnAssign) -> (Option<&Expr>, Option<String>) {
    let (mut default, mut alias) = (field.value.as_deref(), None);
    if let Some(Expr::Call(call)) = default
        && written(&call.func).rsplit('.').next() == Some("Field")
    {
        default = call.arguments.args.first().or(keyword(call, "default")).or(keyword(call, "default_factory"));
        alias = ["validation_alias", "alias", "env"].iter().find_map(|name| syntax::text(keyword(call, name)?));
    }
    (default.filter(|it| !it.is_ellipsis_literal_expr()), alias)
}

/// What a class of settings is told of the names of its variables: `env_prefix`, `env_nested_delimiter`.
fn told(body: &[Stmt], setting: &str) -> Option<String> {
    body.iter().find_map(|statement| match statement {
        Stmt::Assign(assign) => match assign.value.as_ref() {
            Expr::Call(call) => syntax::text(keyword(call, setting)?),
            value => matches!(assign.targets.first(), Some(Expr::Name(name)) if name.id.as_str() == setting)
                .then(|| syntax::text(value))
                .flatten(),
        },
        Stmt::ClassDef(inner) => told(&inner.body, setting),
        _ => None,
    })
}

/// Whether statements end the program, or raise.
fn always_end(body: &[Stmt]) -> bool {
    body.iter().any(|statement| match statement {
        Stmt::Raise(_) => true,
        Stmt::Expr(expression) => match expression.value.as_ref() {
            Expr::Call(call) => matches!(written(&call.func).as_str(), "sys.exit" | "exit" | "quit" | "os._exit"),
            _ => false,
        },
        _ => false,
    })
}

/// Whether a handler goes on where a variable is absent.
fn forgives(handler: &ExceptHandler) -> bool {
    let ExceptHandler::ExceptHandler(handler) = handler;
    let name = handler.type_.as_deref().map(written);
    let is_wide = name.as_deref().is_none_or(|name| matches!(name, "KeyError" | "Exception" | "LookupError" | "?"));
    is_wide && !always_end(&handler.body)
}

/// Whether a handler goes on where a module is absent.
fn forgives_import(handler: &ExceptHandler) -> bool {
    let ExceptHandler::ExceptHandler(handler) = handler;
    let name = handler.type_.as_deref().map(written);
    let names = ["ImportError", "ModuleNotFoundError", "Exception", "BaseException", "?"];
    name.is_none_or(|name| names.contains(&name.as_str())) && !always_end(&handler.body)
}

/// Whether a handler goes on where a file is absent.
fn forgives_absence(handler: &ExceptHandler) -> bool {
    const ERRORS: &[&str] =
        &["FileNotFoundError", "OSError", "IOError", "EnvironmentError", "Exception", "BaseException"];
    let ExceptHandler::ExceptHandler(handler) = handler;
    let is_one = |name: &Expr| ERRORS.contains(&written(name).as_str());
    let is_wide = match handler.type_.as_deref() {
        Some(Expr::Tuple(names)) => names.elts.iter().any(is_one),
        Some(name) => is_one(name),
        None => true,
    };
    is_wide && !always_end(&handler.body)
}

/// Reads the options of the command line, before anything refers to them.
struct Options<'r, 'a, 'b>(&'r mut Reader<'a, 'b>);

impl<'a> Visitor<'a> for Options<'_, 'a, '_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::FunctionDef(function) = statement {
            self.0.function_options(function);
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Call(call) = expression {
            self.0.option(call);
        }
        walk_expr(self, expression);
    }
}

impl<'a> Visitor<'a> for Reader<'a, '_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => {
                self.decorators(&function.decorator_list);
                self.commands(function);
                function.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                let number = self.next_function;
                self.next_function += 1;
                self.functions.push(number);
                self.conditions.push(0);
                self.visit_parameters(&function.parameters);
                self.visit_body(&function.body);
                self.conditions.pop();
                self.functions.pop();
                return;
            }
            Stmt::ClassDef(class) => self.class(class),
            Stmt::If(branch) => return self.branch(statement, branch),
            Stmt::For(each) => {
                let is_end = |inner: &Stmt| matches!(inner, Stmt::If(branch) if always_end(&branch.body));
                let is_demanded = each.body.iter().any(is_end);
                self.through(&each.target, &each.iter, is_demanded, |reader| {
                    reader.conditional(|reader| walk_stmt(reader, statement));
                });
                return;
            }
            Stmt::While(_) | Stmt::Match(_) => {
                self.conditional(|reader| walk_stmt(reader, statement));
                return;
            }
            Stmt::Try(attempt) => return self.attempt(attempt),
            Stmt::Assert(assertion) => {
                if let Value::Environment { variable, default: None } = self.values.value(&assertion.test).resolved() {
                    self.required.push(variable.clone());
                }
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.assigned(target, &assign.value, assign.range);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.assigned(&assign.target, value, assign.range);
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let used = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
                    let names = vec![("*".to_owned(), used)];
                    self.imported(alias.name.to_string(), names, import.range);
                }
            }
            Stmt::ImportFrom(import) => {
                let names = import
                    .names
                    .iter()
                    .map(|alias| (alias.name.to_string(), alias.asname.as_ref().unwrap_or(&alias.name).to_string()));
                self.imported(module_of(import), names.collect(), import.range);
            }
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) => self.call(call),
            Expr::StringLiteral(literal) => {
                let range = expression.range();
                let name = self.names.iter().rev().find(|(value, _)| *value == range).map(|(_, name)| name.clone());
                let place = self.place(range);
                self.index.texts.push(Literal { text: literal.value.to_str().to_owned(), name, place });
            }
            Expr::Dict(table) => {
                for item in &table.items {
                    self.names.extend(item.key.as_ref().and_then(syntax::text).map(|key| (item.value.range(), key)));
                }
            }
            Expr::Subscript(subscript)
                if subscript.ctx == ExprContext::Load && self.values.is_environment(&subscript.value) =>
            {
                let read = EnvironmentRead { is_required: true, ..EnvironmentRead::default() };
                self.read_of_environment(&self.names_of(&subscript.slice), read, expression.range());
            }
            Expr::Attribute(attribute) if attribute.ctx == ExprContext::Load => {
                let is_of_row = |row: &&ObjectOfFile| {
                    row.language == Language::Python.name()
                        && row.object.rsplit('.').next() == Some(attribute.attr.as_str())
                };
                if let Some(row) = objects_of_files().iter().find(is_of_row)
                    && self.values.bindings.origin(expression).as_deref() == Some(row.object.as_str())
                {
                    let path = Value::Path(vec![Value::Folder(Folder::Working), Value::Text(row.file.clone())]);
                    let place = self.place(expression.range());
                    self.index.files.push(EmbeddedFile { path, is_read_at_run_time: true, place });
                }
            }
            Expr::Compare(compare) => {
                if let (Some(CmpOp::In | CmpOp::NotIn), Some(table)) =
                    (compare.ops.first(), compare.comparators.first())
                    && self.values.is_environment(table)
                {
                    let (place, is_required) = (self.place(expression.range()), self.is_demanded(&compare.left));
                    let read = EnvironmentRead { is_test: true, is_required, place, ..EnvironmentRead::default() };
                    self.index.read_each(self.names_of(&compare.left).iter().map(String::as_str), &read);
                }
            }
            _ => {}
        }
        self.parents.push(expression);
        match expression {
            Expr::ListComp(made) => self.comprehension(expression, &made.generators),
            Expr::SetComp(made) => self.comprehension(expression, &made.generators),
            Expr::Generator(made) => self.comprehension(expression, &made.generators),
            _ => walk_expr(self, expression),
        }
        self.parents.pop();
    }
}

impl<'a> Reader<'a, '_> {
    fn branch(&mut self, statement: &'a Stmt, branch: &'a StmtIf) {
        if always_end(&branch.body) {
            let missing = self.missing(&branch.test);
            self.required.extend(missing);
        }
        let is_typing = written(&branch.test).rsplit('.').next() == Some("TYPE_CHECKING");
        self.tests.push(branch.test.range());
        self.visit_expr(&branch.test);
        self.is_typing += u32::from(is_typing);
        // What runs when the file is started runs always.
        if syntax::is_main_guard(statement) {
            self.visit_body(&branch.body);
        } else {
            self.conditional(|reader| reader.visit_body(&branch.body));
        }
        self.is_typing -= u32::from(is_typing);
        for clause in &branch.elif_else_clauses {
            self.tests.extend(clause.test.as_ref().map(Ranged::range));
            self.conditional(|reader| reader.visit_elif_else_clause(clause));
        }
    }

    fn attempt(&mut self, attempt: &'a StmtTry) {
        let goes_on = u32::from(attempt.handlers.iter().any(forgives_import));
        self.without_module += goes_on;
        let first_call = self.index.calls.len();
        if attempt.handlers.iter().any(forgives) {
            self.conditional(|reader| reader.visit_body(&attempt.body));
        } else {
            self.visit_body(&attempt.body);
        }
        self.without_module -= goes_on;
        if attempt.handlers.iter().any(forgives_absence) {
            self.index.calls[first_call..].iter_mut().for_each(|call| call.is_caught = true);
        }
        self.conditional(|reader| {
            attempt.handlers.iter().for_each(|handler| reader.visit_except_handler(handler));
            reader.visit_body(&attempt.orelse);
        });
        self.visit_body(&attempt.finalbody);
    }

    fn imported(&mut self, module: String, names: Vec<(String, String)>, range: TextRange) {
        let (is_dynamic, is_type, mut place) = (!self.functions.is_empty(), self.is_typing > 0, self.place(range));
        place.is_conditional |= self.without_module > 0;
        self.index.imports.push(Import { module, names, is_dynamic, is_type, place });
    }
}
