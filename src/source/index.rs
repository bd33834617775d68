//! What one source file says, in one form for all languages: the front ends make it, the analyses read it.
//!
//! Comments never come in, and neither do tests that stand inside a file with other code (`#[cfg(test)]`): a front end
//! leaves both out. Every entry has a [`Place`], which the index turns into [`Evidence`].
//!
//! An index is made from text by [`crate::source::read`], or put together by hand:
//!
//! ```
//! use dockgen::repo::Document;
//! use dockgen::source::{Call, Index};
//!
//! let mut index = Index::new(Document::new("server.js", "app.listen(3000)"));
//! index.calls.push(Call::new("app.listen").with(3000));
//! assert_eq!(index.calls[0].positional(0).and_then(|port| port.number()), Some(3000));
//! ```

use crate::evidence::{Evidence, Fact};
use crate::path::{join, parent};
use crate::repo::Document;
use crate::text::is_variable;

/// Of a list that is gone through, so many names are taken.
pub const MOST_NAMES: usize = 100;
/// So many reads of variables are kept of a file where lists of names are gone through.
const MOST_READS: usize = 10_000;

/// A source file, read once.
#[derive(Debug, Clone)]
pub struct Index {
    document: Document,
    /// Whether the file belongs to tests, examples or the like, by its path: what it says is not what the application does.
    pub is_test: bool,
    /// How much of the file was understood.
    pub coverage: Coverage,
    /// The functions and methods, in the order of the text; [`Place::function`] counts into them.
    pub functions: Vec<Function>,
    /// What is imported from other files and packages.
    pub imports: Vec<Import>,
    /// The calls, constructions (`new Server(80)`), macros and decorators, in the order of the text.
    pub calls: Vec<Call>,
    /// Values that get a name: constants, variables, fields of classes, attributes.
    pub assignments: Vec<Assignment>,
    /// The texts of the file, wherever they stand.
    pub texts: Vec<Literal>,
    /// The reads of environment variables.
    pub environment: Vec<EnvironmentRead>,
    /// The variables of the environment that the file sets itself wherever it goes, to what is no value of theirs: what they are told
    /// from outside is lost.
    pub set_variables: Vec<String>,
    /// The options that the command line is declared to have.
    pub options: Vec<CommandOption>,
    /// The subcommands that the command line is declared to have.
    pub subcommands: Vec<Subcommand>,
    /// The routes that are registered on an HTTP server.
    pub routes: Vec<Route>,
    /// The files that the language itself takes in: `include_str!`, `//go:embed`, `import text from "./x.txt"`.
    pub files: Vec<EmbeddedFile>,
    /// The types whose values a library makes of names and texts: `#[derive(Deserialize)] struct Settings { … }`.
    pub records: Vec<Record>,
    /// The values that have to be one of several, or else the program ends.
    pub selections: Vec<Selection>,
    /// The variables of which one has to be there, or else the program ends: `if (!env.A && !env.B) throw …`.
    pub alternatives: Vec<Alternatives>,
    /// What runs only where someone sets a variable that nothing sets by itself, `if (process.env.SSL === "on") { … }`, or in another
    /// mode than production.
    pub optional: Vec<Place>,
}

/// How much of a file was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Coverage {
    /// The parser read all of it.
    #[default]
    Whole,
    /// It does not parse, or nests too deep: what its tokens say by themselves, without scopes.
    Tokens,
}

/// Where in a file something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
    /// The one-based line of the first byte.
    pub line: u32,
    /// The innermost function around it, as a position in [`Index::functions`]; none at the top of the file.
    pub function: Option<u32>,
    /// Whether it stands under a condition, in a loop or in a handler of errors, so that it may never run.
    pub is_conditional: bool,
}

impl Place {
    /// Whether another place lies within this one.
    #[must_use]
    pub fn has(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The place of a part of what stands here, by its bytes; its line is still the first of the whole.
    #[must_use]
    pub fn part(&self, start: u32, end: u32) -> Self {
        Self { start, end, ..*self }
    }
}

/// A function or method.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Function {
    /// Its name, with that of its class: `Server.start`; empty where it has none.
    pub name: String,
    /// The names of its parameters.
    pub parameters: Vec<String>,
    /// The position of the parameter that names a variable of the environment without which it ends the program: `func must(name
    /// string) string`.
    pub demands: Option<usize>,
    /// Whether a decorator gives it to something that may call it.
    pub is_decorated: bool,
    /// The whole of it.
    pub place: Place,
}

/// Something taken from another file or package.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Import {
    /// The module as it is written: `express`, `./routes`, `net/http`, `os.path`, `tokio::net`.
    pub module: String,
    /// The names that it gives: as exported (`*` for all of the module, `default` for its main value) and as used here.
    pub names: Vec<(String, String)>,
    /// Whether it happens when the program comes to it: `await import("x")`, `require` inside a function.
    pub is_dynamic: bool,
    /// Whether only a type checker sees it: `import type`, `if TYPE_CHECKING:`.
    pub is_type: bool,
    /// Where.
    pub place: Place,
}

/// A call of a function, a method, a constructor, a macro or a decorator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Call {
    /// What is called, as it is written, with dots in every language and `()` for a call in front: `app.listen`,
    /// `http.createServer().listen`, `TcpListener.bind`, `ServerSocket`.
    pub path: String,
    /// The same with variables and imports of this file resolved, where that is more: `express().listen` for
    /// `const app = express(); app.listen(…)`, `fs.readFileSync` for `import { readFileSync } from "fs"`.
    pub origin: Option<String>,
    /// What is passed.
    pub arguments: Vec<Argument>,
    /// Whether it makes an object: `new Server()`, `Server { … }`, a class called in Python where that is known.
    pub is_construction: bool,
    /// Whether the program ends where what it gives holds an error: `const { error } = load(); if (error) throw error`.
    pub is_checked: bool,
    /// Whether its error is given to whoever calls the function around it: `open(path)?`.
    pub is_handed_on: bool,
    /// Whether the function around it catches what it throws.
    pub is_caught: bool,
    /// Where: from the callee to the closing parenthesis.
    pub place: Place,
}

/// What is passed to a call.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Argument {
    /// Its name, where it is passed by name: `port=80`, `@Value(path = "x")`.
    pub name: Option<String>,
    /// What it is.
    pub value: Value,
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

/// A name that gets a value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assignment {
    /// The name, dotted where it is a field: `PORT`, `self.port`, `module.exports`, `Config.port`.
    pub name: String,
    /// What it gets.
    pub value: Value,
    /// Whether it can't change: `const`, `final`, a name in capitals in Python.
    pub is_constant: bool,
    /// Where: from the name to the end of the value.
    pub place: Place,
    /// The first byte of the value.
    pub value_start: u32,
}

/// A text in the source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Literal {
    /// The text itself, without quotes, escapes resolved.
    pub text: String,
    /// The constant, field, key or parameter that gets it, where there is one.
    pub name: Option<String>,
    /// Where, with its quotes.
    pub place: Place,
}

/// A read of an environment variable.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EnvironmentRead {
    /// Its name.
    pub variable: String,
    /// What stands in where it is absent.
    pub default: Option<Value>,
    /// Whether the program fails without it: `os.environ["X"]`, `env::var("X").unwrap()`, `if (!process.env.X) throw …`.
    pub is_required: bool,
    /// Whether only its presence is asked for: `"X" in os.environ`.
    pub is_test: bool,
    /// Whether a bundler puts the value in when it builds: `import.meta.env.VITE_X`.
    pub is_of_build: bool,
    /// Where.
    pub place: Place,
}

/// An option of the command line, as a library for command lines is told of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CommandOption {
    /// The name of what holds its value, in lower case with `_`: `listen_port`.
    pub name: String,
    /// Its flag as one writes it, the longest one: `--port`, `-addr`; none for a positional argument.
    pub flag: Option<String>,
    /// The variable that may be set in its place.
    pub variable: Option<String>,
    /// What stands in where it is not given.
    pub default: Option<Value>,
    /// Whether it must be given.
    pub is_required: bool,
    /// Whether it takes no value: `--verbose`.
    pub is_switch: bool,
    /// The record that it is a field of: `Args`; none where calls make it.
    pub owner: Option<String>,
    /// Where.
    pub place: Place,
}

/// A subcommand of the program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subcommand {
    /// Its name on the command line: `health-check`.
    pub name: String,
    /// Whether the program runs without a subcommand, too.
    pub is_optional: bool,
    /// The record whose fields are its options; none where that is not known.
    pub options: Option<String>,
    /// Where.
    pub place: Place,
}

/// A route of an HTTP server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Route {
    /// The method in capitals: `GET`; none where it answers all, or where that is not said.
    pub method: Option<String>,
    /// The path as registered here, without what a router above puts in front: `/health`.
    pub path: String,
    /// What it is registered on, as it is written: `app`, `router`.
    pub receiver: Option<String>,
    /// Where.
    pub place: Place,
}

/// A file of the repository that becomes part of the program.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EmbeddedFile {
    /// Which, as the source names it; a pattern where the language allows one.
    pub path: Value,
    /// Whether it is only named, and read when the program runs: `new URL("./x.pem", import.meta.url)`.
    pub is_read_at_run_time: bool,
    /// Where.
    pub place: Place,
}

/// A value that has to be one of several: `switch (kind) { case "a": …; default: throw new Error(kind) }`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selection {
    /// The value.
    pub value: Value,
    /// What it may be.
    pub accepted: Vec<Value>,
    /// Where the value stands.
    pub place: Place,
}

/// Variables of which one has to be there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alternatives {
    /// Their names.
    pub variables: Vec<String>,
    /// Where they are asked for.
    pub place: Place,
}

/// A type whose values a library makes of names and texts, such as those of the environment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Vec<RecordField>,
}

/// A field that a library fills in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecordField {
    /// The name by which the library looks for it.
    pub name: String,
    /// Whether the library goes on where nothing has that name.
    pub is_optional: bool,
    /// What it is then, where that is known.
    pub default: Option<Value>,
    /// Where.
    pub place: Place,
}

/// What an expression comes to, as far as this file says.
///
/// Conversions are looked through: `Number(x)`, `int(x)`, `String::from(x)`, `x.parse()` are `x`.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// True or false.
    Boolean(bool),
    /// An environment variable, with what stands in for it.
    Environment {
        /// Its name.
        variable: String,
        /// What stands in where it is absent.
        default: Option<Box<Value>>,
    },
    /// An option of the command line.
    Option {
        /// Its flag: `--port`.
        flag: String,
        /// The variable that may be set in its place.
        variable: Option<String>,
        /// What stands in where it is not given.
        default: Option<Box<Value>>,
    },
    /// A constant or variable of this file, with what it is assigned.
    Constant {
        /// Its name.
        name: String,
        /// Its value.
        value: Box<Value>,
    },
    /// Anything else that has a name, dotted: a parameter, `config.port`.
    Name(String),
    /// The first of these that is there: `a || b`, `a ?? b`, the branches of `c ? a : b`.
    Either(Vec<Value>),
    /// A text of several parts: a template, a sum, a format.
    Joined(Vec<Value>),
    /// A path of several parts, with `/` between them.
    Path(Vec<Value>),
    /// A folder that the language knows by a name of its own.
    Folder(Folder),
    /// Named fields: an object, a table, a struct.
    Object(Vec<Field>),
    /// Elements in order: a list, a tuple.
    List(Vec<Value>),
    /// What a call gives.
    Call(Box<Call>),
    /// A function, by its position in [`Index::functions`].
    Function(u32),
    /// Nothing that can be said.
    #[default]
    Unknown,
}

/// A folder that the language knows by a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// That of the source file: `__dirname`, `os.path.dirname(__file__)`.
    Source,
    /// The working directory: `process.cwd()`, `os.Getwd()`.
    Working,
    /// That of the package's manifest: `env!("CARGO_MANIFEST_DIR")`.
    Package,
    /// That of the program that runs: `os.Executable()`.
    Program,
    /// The user's home.
    Home,
    /// That for temporary files.
    Temporary,
}

/// A named field of an object.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// The first byte of the value.
    pub start: u32,
    /// The byte behind the value's last.
    pub end: u32,
}

/// A path that the source names, and where it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePath {
    /// Where it starts; none where it is absolute.
    pub base: Option<Folder>,
    /// The rest, with `/` between folders, `.` and `..` resolved as far as they can be: `certs/key.pem`, `../data`, `/data`.
    pub path: String,
}

impl Index {
    /// An index without entries.
    pub fn new(document: Document) -> Self {
        Self {
            is_test: false,
            coverage: Coverage::default(),
            functions: Vec::new(),
            imports: Vec::new(),
            calls: Vec::new(),
            assignments: Vec::new(),
            texts: Vec::new(),
            environment: Vec::new(),
            set_variables: Vec::new(),
            options: Vec::new(),
            subcommands: Vec::new(),
            routes: Vec::new(),
            files: Vec::new(),
            records: Vec::new(),
            selections: Vec::new(),
            alternatives: Vec::new(),
            optional: Vec::new(),
            document,
        }
    }

    /// Takes in a read for each of these variables: the names of a list that is gone through. Beyond ten thousand of a file, it is a
    /// fact less.
    pub fn read_each<'n>(&mut self, names: impl IntoIterator<Item = &'n str>, read: &EnvironmentRead) {
        let left = MOST_READS.saturating_sub(self.environment.len());
        let names = names.into_iter().filter(|name| is_variable(name)).take(left);
        self.environment.extend(names.map(|name| EnvironmentRead { variable: name.to_owned(), ..read.clone() }));
    }

    /// The file.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The path of the file, from the root of the repository.
    pub fn path(&self) -> &str {
        self.document.path()
    }

    /// The text at a place, as it is written.
    pub fn text_at(&self, place: &Place) -> &str {
        self.document.text().get(place.start as usize..place.end as usize).unwrap_or_default()
    }

    /// The line of a place, as evidence.
    pub fn evidence(&self, place: &Place) -> Evidence {
        self.document.evidence_at(place.start as usize)
    }

    /// Whether what stands at a place runs only where someone sets a variable that nothing sets by itself.
    pub fn is_optional(&self, place: &Place) -> bool {
        self.optional.iter().any(|optional| optional.has(place))
    }

    /// Whether what stands at a place runs in every start, as far as the conditions around it tell.
    pub fn is_sure(&self, place: &Place) -> bool {
        !place.is_conditional && !self.is_optional(place)
    }

    /// Whether what follows a call ends the program where that gives nothing, in Rust: `?`, `.unwrap()`, `.ok().expect("…")`.
    pub fn ends_without(&self, call: &Call) -> bool {
        let rest = self.document.text().get(call.place.end as usize..).unwrap_or_default();
        let taken = rest.trim_start();
        let taken = taken.strip_prefix(".ok()").map_or(taken, str::trim_start);
        rest.starts_with('?') || taken.starts_with(".unwrap()") || taken.starts_with(".expect(")
    }

    /// A value that a place states.
    pub fn fact<T>(&self, value: T, place: &Place) -> Fact<T> {
        Fact::new(value, self.evidence(place))
    }

    /// The function around a place.
    pub fn function(&self, place: &Place) -> Option<&Function> {
        self.functions.get(place.function? as usize)
    }

    /// Whether a module, or one below it, is imported: `fs` for `fs` and `fs/promises`.
    pub fn imports(&self, module: &str) -> bool {
        let is_it = |name: &str| {
            name.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.', ':']))
        };
        self.imports.iter().any(|import| is_it(&import.module))
    }

    /// The value of a name that this file assigns: the first that can be said anything of.
    pub fn value_of(&self, name: &str) -> Option<&Value> {
        let values =
            self.assignments.iter().filter(|assignment| assignment.name == name).map(|assignment| &assignment.value);
        values.into_iter().find(|value| **value != Value::Unknown)
    }

    /// Every value that has a name: assignments, arguments passed by name, and the fields of objects in either, at any
    /// depth.
    pub fn named_values(&self) -> Vec<NamedValue<'_>> {
        let mut found = Vec::new();
        for assignment in &self.assignments {
            let place = Place { start: assignment.value_start, ..assignment.place };
            found.push(NamedValue { path: assignment.name.clone(), value: &assignment.value, place, object: &[] });
            fields(&assignment.value, &assignment.name, &assignment.place, &mut found);
        }
        for call in &self.calls {
            for argument in &call.arguments {
                let place = call.place.part(argument.start, argument.end);
                let name = argument.name.as_ref().map(|name| format!("{}.{name}", call.path));
                fields(&argument.value, name.as_deref().unwrap_or(&call.path), &call.place, &mut found);
                found.extend(name.map(|path| NamedValue { path, value: &argument.value, place, object: &[] }));
            }
        }
        found
    }
}

/// A value that has a name.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedValue<'a> {
    /// Its name, dotted, behind those of what it stands in: `config.server.port`, `Redis.port`.
    pub path: String,
    /// The value.
    pub value: &'a Value,
    /// The place of the value.
    pub place: Place,
    /// All fields of the object that it is a field of.
    pub object: &'a [Field],
}

impl NamedValue<'_> {
    /// The last part of its path.
    pub fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }
}

fn fields<'a>(value: &'a Value, path: &str, around: &Place, found: &mut Vec<NamedValue<'a>>) {
    match value {
        Value::Object(fields) => {
            for field in fields {
                let path = format!("{path}.{}", field.name);
                let place = around.part(field.start, field.end);
                self::fields(&field.value, &path, around, found);
                found.push(NamedValue { path, value: &field.value, place, object: fields });
            }
        }
        Value::List(values) => values.iter().for_each(|value| fields(value, path, around, found)),
        _ => {}
    }
}

impl Call {
    /// The name of the argument that stands for the type of the value which is made, where a call says that.
    pub const MADE_TYPE: &str = "type";

    /// The type that it makes, where it says that: `Settings` of `envy::from_env::<Settings>()`.
    pub fn made_type(&self) -> Option<&str> {
        match self.named(Self::MADE_TYPE)? {
            Value::Name(name) => Some(name),
            _ => None,
        }
    }

    /// A call without arguments.
    pub fn new(path: &str) -> Self {
        Self { path: path.to_owned(), ..Self::default() }
    }

    /// The same call with one more argument.
    #[must_use]
    pub fn with(mut self, value: impl Into<Value>) -> Self {
        self.arguments.push(Argument { value: value.into(), ..Argument::default() });
        self
    }

    /// The same call with one more argument that is passed by name.
    #[must_use]
    pub fn with_named(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.arguments.push(Argument { name: Some(name.to_owned()), value: value.into(), ..Argument::default() });
        self
    }

    /// The last part of the path: `listen` of `app.listen`.
    pub fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// What is in front of the last part: `app` of `app.listen`; empty where there is nothing.
    pub fn receiver(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(receiver, _)| receiver)
    }

    /// The path with variables and imports resolved as far as they can be.
    pub fn resolved(&self) -> &str {
        self.origin.as_deref().unwrap_or(&self.path)
    }

    /// Whether a pattern means this call: a path as written or as resolved; `*.listen` stands for any receiver. What is
    /// imported from a file of the project is no library's, whatever it is called.
    pub fn is(&self, pattern: &str) -> bool {
        let matches = |path: &str| match pattern.strip_prefix('*') {
            Some(end) => path.len() > end.len() && path.ends_with(end),
            None => path == pattern,
        };
        match self.origin.as_deref() {
            None => matches(&self.path),
            Some(origin) => {
                matches(origin) || (pattern.starts_with('*') || !origin.starts_with('.')) && matches(&self.path)
            }
        }
    }

    /// An argument by its position among those that are passed without a name.
    pub fn positional(&self, position: usize) -> Option<&Value> {
        self.positional_argument(position).map(|argument| &argument.value)
    }

    /// The same with its place.
    pub fn positional_argument(&self, position: usize) -> Option<&Argument> {
        self.arguments.iter().filter(|argument| argument.name.is_none()).nth(position)
    }

    /// An argument by its name: passed so, or a field of an object among the arguments.
    pub fn named(&self, name: &str) -> Option<&Value> {
        let passed = self.arguments.iter().find(|argument| argument.name.as_deref() == Some(name));
        passed
            .map(|argument| &argument.value)
            .or_else(|| self.arguments.iter().find_map(|argument| argument.value.field(name)))
    }
}

impl Value {
    /// The value behind constants: what a name of this file stands for.
    pub fn resolved(&self) -> &Self {
        let mut value = self;
        while let Self::Constant { value: inner, .. } = value {
            value = inner;
        }
        value
    }

    /// The value that holds when nobody sets a variable or an option: defaults, and the last of alternatives.
    pub fn default_value(&self) -> &Self {
        match self.resolved() {
            Self::Environment { default: Some(default), .. } | Self::Option { default: Some(default), .. } => {
                default.default_value()
            }
            Self::Either(values) => {
                let mut known = values.iter().map(Self::default_value);
                known.rfind(|value| value.is_known()).unwrap_or(&Self::Unknown)
            }
            other => other,
        }
    }

    /// The variable that it is, where nothing stands in for that; an empty text is nothing.
    pub fn bare_variable(&self) -> Option<&str> {
        match self.resolved() {
            Self::Environment { variable, default } => {
                let is_empty = |value: &Self| value.text() == Some("");
                default.as_deref().is_none_or(is_empty).then_some(variable)
            }
            _ => None,
        }
    }

    /// The variables that stand in for each other, with nothing behind the last of them: `env.A || env.B`; none of a single one.
    pub fn bare_variables(&self) -> Vec<&str> {
        let (mut found, mut value) = (Vec::new(), self.resolved());
        while let Self::Environment { variable, default: Some(default) } = value {
            found.push(variable.as_str());
            value = default.resolved();
        }
        match value.bare_variable().filter(|_| !found.is_empty()) {
            Some(last) => found.into_iter().chain([last]).collect(),
            None => Vec::new(),
        }
    }

    /// Whether it has a name in it that this file gives no value.
    pub fn has_name(&self) -> bool {
        match self {
            Self::Name(_) => true,
            Self::Constant { value, .. } => value.has_name(),
            Self::Environment { default, .. } | Self::Option { default, .. } => {
                default.as_ref().is_some_and(|default| default.has_name())
            }
            Self::Either(values) | Self::Joined(values) | Self::Path(values) | Self::List(values) => {
                values.iter().any(Self::has_name)
            }
            Self::Object(fields) => fields.iter().any(|field| field.value.has_name()),
            Self::Call(call) => call.arguments.iter().any(|argument| argument.value.has_name()),
            _ => false,
        }
    }

    /// Whether it is a text, a number, or true or false.
    pub fn is_known(&self) -> bool {
        matches!(self.resolved(), Self::Text(_) | Self::Number(_) | Self::Boolean(_))
    }

    /// A text, or a constant that is one.
    pub fn text(&self) -> Option<&str> {
        match self.resolved() {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number, or a constant that is one.
    pub fn number(&self) -> Option<i64> {
        match self.resolved() {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// True or false, or a constant that is.
    pub fn boolean(&self) -> Option<bool> {
        match self.resolved() {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The environment variable that it is read from first.
    pub fn variable(&self) -> Option<&str> {
        match self.resolved() {
            Self::Environment { variable, .. } | Self::Option { variable: Some(variable), .. } => {
                Some(variable.as_str()).filter(|name| is_variable(name))
            }
            Self::Either(values) | Self::Joined(values) | Self::Path(values) => values.iter().find_map(Self::variable),
            _ => None,
        }
    }

    /// A field of an object, by its name.
    pub fn field(&self, name: &str) -> Option<&Self> {
        match self.resolved() {
            Self::Object(fields) => fields.iter().find(|field| field.name == name).map(|field| &field.value),
            _ => None,
        }
    }

    /// The text, the digits of the number, or the parts of a joined text up to the first that is not known; what stands
    /// in for a variable counts as known.
    pub fn known_start(&self) -> String {
        match self.default_value() {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Joined(parts) => {
                let mut start = String::new();
                for part in parts {
                    start.push_str(&part.known_start());
                    if !part.default_value().is_known() {
                        break;
                    }
                }
                start
            }
            _ => String::new(),
        }
    }

    /// The whole text, where every part of it is known.
    pub fn known_text(&self) -> Option<String> {
        match self.default_value() {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Joined(parts) => parts.iter().map(Self::known_text).collect(),
            _ => None,
        }
    }

    /// The path that it names, where all of it is known; a plain text starts at the working directory.
    pub fn path(&self) -> Option<SourcePath> {
        let (base, text) = match self.default_value() {
            Self::Folder(folder) => (Some(*folder), String::new()),
            Self::Path(parts) => joined_path(parts, "/")?,
            Self::Joined(parts) => joined_path(parts, "")?,
            other => (None, other.known_text()?),
        };
        if base.is_none() && text.starts_with('/') {
            return Some(SourcePath { base: None, path: format!("/{}", join("", &text)) });
        }
        Some(SourcePath { base: Some(base.unwrap_or(Folder::Working)), path: normal(&text) })
    }

    /// A text of several parts: one text where all of them are known, and as few parts as can be else.
    pub fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        for part in parts {
            let more = if let Self::Joined(more) = part { more } else { vec![part] };
            for part in more {
                match (flat.last_mut(), part) {
                    (_, Self::Text(text)) if text.is_empty() => {}
                    (Some(Self::Text(before)), Self::Text(text)) => before.push_str(&text),
                    (_, part) => flat.push(part),
                }
            }
        }
        match flat.len() {
            0 => Self::Text(String::new()),
            1 => flat.remove(0),
            _ => Self::Joined(flat),
        }
    }

    /// An option of the command line, for tests.
    pub fn option(flag: &str, default: impl Into<Self>) -> Self {
        Self::Option { flag: flag.to_owned(), variable: None, default: Some(Box::new(default.into())) }
    }

    /// An environment variable without a default.
    pub fn environment(variable: &str) -> Self {
        Self::Environment { variable: variable.to_owned(), default: None }
    }

    /// The same value with what stands in for it where it is absent.
    #[must_use]
    pub fn or(self, fallback: impl Into<Self>) -> Self {
        let fallback = fallback.into();
        match self {
            Self::Environment { variable, default: None } => {
                Self::Environment { variable, default: Some(Box::new(fallback)) }
            }
            Self::Option { flag, variable, default: None } => {
                Self::Option { flag, variable, default: Some(Box::new(fallback)) }
            }
            Self::Either(mut values) => {
                values.push(fallback);
                Self::Either(values)
            }
            Self::Unknown => fallback,
            other => Self::Either(vec![other, fallback]),
        }
    }

    /// A constant of this file.
    pub fn constant(name: &str, value: impl Into<Self>) -> Self {
        Self::Constant { name: name.to_owned(), value: Box::new(value.into()) }
    }

    /// An object of these fields.
    pub fn object<const N: usize>(fields: [(&str, Self); N]) -> Self {
        let field = |(name, value): (&str, Self)| Field { name: name.to_owned(), value, ..Field::default() };
        Self::Object(fields.into_iter().map(field).collect())
    }
}

/// The folder and text of parts; only the first may be a folder, and an absolute part starts anew.
fn joined_path(parts: &[Value], between: &str) -> Option<(Option<Folder>, String)> {
    let (mut base, mut text) = (None, String::new());
    for part in parts {
        let part = part.default_value();
        let (inner, more) = match part {
            Value::Folder(folder) => (Some(*folder), String::new()),
            Value::Path(parts) => joined_path(parts, "/")?,
            Value::Joined(parts) => joined_path(parts, "")?,
            other => (None, other.known_text()?),
        };
        if inner.is_some() {
            (base, text) = (inner, more);
        } else {
            if !text.is_empty() || base.is_some() {
                text.push_str(between);
            }
            text.push_str(&more);
        }
    }
    Some((base, text))
}

/// A relative path without `.`, empty parts, and `..` behind a folder.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." && parts.last().is_some_and(|last| *last != "..") {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

impl SourcePath {
    /// The path from the root of the repository, for a source file and the working directory of the program; none for an
    /// absolute path, and for the folders that a repository does not hold.
    pub fn in_repository(&self, source: &str, working: &str) -> Option<String> {
        let folder = match self.base? {
            Folder::Source => parent(source),
            Folder::Working | Folder::Package => working,
            Folder::Program | Folder::Home | Folder::Temporary => return None,
        };
        let above = self.path.split('/').take_while(|part| *part == "..").count();
        let depth = folder.split('/').filter(|part| !part.is_empty()).count();
        (above <= depth).then(|| join(folder, &self.path))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_a_call_as_written_or_as_resolved() {
        let mut call = Call::new("app.listen").with(3000);
        assert!(call.is("app.listen") && call.is("*.listen") && !call.is("listen") && !call.is("server.listen"));
        assert!(!Call::new("listen").is("*.listen"));
        call.origin = Some("express().listen".into());
        assert!(call.is("express().listen") && call.is("app.listen"));
        assert_eq!((call.name(), call.receiver()), ("listen", "app"));
        call.origin = Some("./app.listen".into());
        assert!(call.is("*.listen") && !call.is("app.listen"));
    }

    #[test]
    fn the_default_of_a_value_is_what_holds_when_nothing_is_set() {
        let port = Value::constant("port", Value::environment("PORT").or("3000"));
        assert_eq!(port.default_value().text(), Some("3000"));
        assert_eq!(port.variable(), Some("PORT"));
        let either = Value::Name("config.port".into()).or(Value::environment("PORT")).or(8080);
        assert_eq!(either.default_value().number(), Some(8080));
        assert_eq!(either.variable(), Some("PORT"));
        assert_eq!(Value::environment("PORT").default_value().number(), None);
    }

    #[test]
    fn a_path_knows_where_it_starts() {
        let path = |value: Value| value.path();
        let from = |base, path: &str| Some(SourcePath { base, path: path.into() });
        assert_eq!(path("./certs//x.pem".into()), from(Some(Folder::Working), "certs/x.pem"));
        assert_eq!(path("/data/../x".into()), from(None, "/x"));
        let beside = |parts: &[&str]| {
            let texts = parts.iter().map(|part| Value::from(*part));
            Value::Path(std::iter::once(Value::Folder(Folder::Source)).chain(texts).collect())
        };
        assert_eq!(path(beside(&["..", "certs", "x.pem"])), from(Some(Folder::Source), "../certs/x.pem"));
        assert_eq!(
            path(Value::Joined(vec![Value::Folder(Folder::Source), "/x".into()])),
            from(Some(Folder::Source), "x")
        );
        assert_eq!(path(Value::Path(vec!["data".into(), Value::Unknown])), None);
        let above = beside(&["..", "certs", "x.pem"]).path().unwrap();
        assert_eq!(above.in_repository("src/server.js", "").as_deref(), Some("certs/x.pem"));
        assert_eq!(above.in_repository("server.js", ""), None);
    }

    #[test]
    fn fields_have_names_at_any_depth() {
        let mut index = Index::new(Document::new("a.js", "x"));
        let server = Value::object([("server", Value::object([("port", 80.into())]))]);
        index.assignments.push(Assignment { name: "config".into(), value: server, ..Assignment::default() });
        index.calls.push(Call::new("f").with_named("host", "h"));
        let names: Vec<String> = index.named_values().into_iter().map(|named| named.path).collect();
        assert_eq!(names, ["config", "config.server.port", "config.server", "f.host"]);
    }

    #[test]
    fn the_known_start_of_a_text_ends_where_it_is_not_known() {
        let text = Value::Joined(vec![
            "http://".into(),
            Value::environment("HOST").or("h"),
            ":".into(),
            Value::Unknown,
            "/x".into(),
        ]);
        assert_eq!(text.known_start(), "http://h:");
        assert_eq!(text.known_text(), None);
    }
}
