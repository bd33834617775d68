//! The files of a program, and where its names lead across them.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::analysis::services;
use crate::analysis::variable_readers::add_reads;
use crate::analysis::{Setting, SourceEdit};
use crate::catalog::python::names;
use crate::evidence::Evidence;
use crate::path::{file_name, parent};
use crate::source::{Argument, Assignment, Call, Index, Language, Place, Value};
use crate::text::is_variable;

/// Names are followed through this many files.
const DEEPEST_NAME: u32 = 4;

/// Of the calls of a function, so many are asked whether they run at each start.
const MOST_CALLERS: usize = 8;
/// The functions that a program of Rust starts with; that of Rocket is called by its attribute.
const STARTS: &[&str] = &["main", "rocket"];

/// What an analysis looks at.
#[derive(Debug, Default)]
pub struct Program {
    /// The files that run, in the order of their weight: what is started comes first. Tests are passed over.
    pub files: Vec<Rc<Index>>,
    /// The packages that the project depends on, as its manifest names them.
    pub packages: Vec<String>,
    names: OnceCell<Names>,
}

/// Where names stand in the files that are no tests, made when a name is first followed.
#[derive(Debug, Default)]
struct Names {
    /// The calls by what is called, as positions of file and call.
    calls: HashMap<String, Vec<(usize, usize)>>,
    /// The files with a value of this name, in any style.
    values: HashMap<String, Vec<usize>>,
}

/// A value, and the file and place that state it.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    /// The file.
    pub file: &'a Index,
    /// The value.
    pub value: &'a Value,
    /// Where in the file.
    pub place: Place,
}

impl Program {
    /// A program of these files, whose packages are not asked about.
    pub fn of(files: impl IntoIterator<Item = Rc<Index>>) -> Self {
        Self::new(files, Vec::new())
    }

    /// A program of these files, in the order of their weight, which depends on these packages.
    pub fn new(files: impl IntoIterator<Item = Rc<Index>>, packages: Vec<String>) -> Self {
        let mut files: Vec<Rc<Index>> = files.into_iter().collect();
        add_reads(&mut files);
        forget_set_variables(&mut files);
        Self { files, packages, names: OnceCell::new() }
    }

    /// The files that are no tests.
    pub fn sources(&self) -> impl Iterator<Item = &Index> {
        self.files.iter().map(Rc::as_ref).filter(|file| !file.is_test)
    }

    /// Whether the project depends on a package.
    pub fn depends_on(&self, package: &str) -> bool {
        self.packages.iter().any(|name| name == package)
    }

    /// Whether the program itself sets a variable of the environment wherever it goes.
    pub fn sets(&self, variable: &str) -> bool {
        self.sources().any(|file| file.set_variables.iter().any(|name| name == variable))
    }

    /// Follows a value to what states it: a parameter to what is passed for it, a field of another file's configuration to
    /// what it is there, a constant to its assignment.
    pub fn follow<'a>(&'a self, found: Found<'a>) -> Found<'a> {
        self.follow_within(found, 0)
    }

    fn follow_within<'a>(&'a self, found: Found<'a>, depth: u32) -> Found<'a> {
        if depth > DEEPEST_NAME {
            return found;
        }
        let next = match found.value {
            Value::Name(name) => self.passed(&found, name).or_else(|| self.configured(&found, name)),
            // A constant in the same file: its assignment is the place to change.
            Value::Constant { name, value } if **value != Value::Unknown => {
                let assigned = found.file.assignments.iter().find(|it| it.name == *name && it.value == **value);
                assigned.map(|it| Found { file: found.file, value, place: Place { start: it.value_start, ..it.place } })
            }
            Value::Call(call) => self.returned(&found, call).or_else(|| self.put_together(&found, call)),
            _ => None,
        };
        match next {
            Some(next) => self.follow_within(next, depth + 1),
            None => found,
        }
    }

    /// What a function of another file gives, which its own file says as the value of its call: `config.Path()`.
    fn returned<'a>(&'a self, found: &Found<'a>, call: &Call) -> Option<Found<'a>> {
        let result = format!("{}()", call.name());
        let (receiver, own_folder) = (call.receiver(), parent(found.file.path()));
        let files = self.names().values.get(&normal(&result))?.iter().filter_map(|at| self.files.get(*at));
        files.map(Rc::as_ref).find_map(|file| {
            let folder = parent(file.path());
            let is_meant = if receiver.is_empty() { folder == own_folder } else { file_name(folder) == receiver };
            let is_said = |value: &Value| value.path().is_some() || value.variable().is_some();
            let is_result = |it: &&Assignment| it.name == result && is_said(&it.value);
            let is_partly_said = |it: &Assignment| it.value.variable().is_none() || it.value.bare_variable().is_some();
            let results = file.assignments.iter().filter(is_result);
            let given = results.min_by_key(|it| (is_partly_said(it), it.place.is_conditional))?;
            let place = Place { start: given.value_start, ..given.place };
            is_meant.then_some(Found { file, value: &given.value, place })
        })
    }

    /// What a method of Rust puts together of the fields of its object, where no other is called so: `config.address()`.
    fn put_together<'a>(&'a self, found: &Found<'a>, call: &Call) -> Option<Found<'a>> {
        let is_method = Language::of(found.file.path()) == Some(Language::Rust) && call.arguments.is_empty();
        let result = format!("{}()", call.name());
        let [at] = self.names().values.get(&normal(&result)).filter(|_| is_method)?.as_slice() else { return None };
        let file = self.files.get(*at)?;
        let mut given = file.assignments.iter().filter(|it| it.name == result);
        let only = given.next().filter(|_| given.next().is_none())?;
        let place = Place { start: only.value_start, ..only.place };
        Some(Found { file, value: &only.value, place })
    }

    /// What is passed for a parameter of the function around.
    fn passed<'a>(&'a self, found: &Found<'a>, name: &str) -> Option<Found<'a>> {
        let function = found.file.function(&found.place)?;
        let position = function.parameters.iter().position(|parameter| parameter == name)?;
        let own = function.name.rsplit('.').next().filter(|name| !name.is_empty())?;
        let is_go = Language::of(found.file.path()) == Some(Language::Go);
        let folder = parent(found.file.path());
        // other packages have functions of the same name: `errors.New` beside `settings.New`
        let meant = self.calls_named(own).filter(|(caller, call)| is_go && reaches(folder, caller, call));
        meant.chain(self.calls_named(own)).find_map(|(file, call)| {
            let argument = call.positional_argument(position)?;
            Some(Found::argument(file, call, argument))
        })
    }

    /// The calls whose last part is this name, each with its file.
    fn calls_named(&self, name: &str) -> impl Iterator<Item = (&Index, &Call)> {
        let calls = self.names().calls.get(name).into_iter().flatten();
        calls.filter_map(|(at, call)| {
            let file = self.files.get(*at)?.as_ref();
            Some((file, file.calls.get(*call)?))
        })
    }

    /// The texts that a value may be, that which nothing else is said for first: what it is followed to, and where a function of the
    /// program gives that, all that it gives.
    pub fn texts_of(&self, found: Found) -> Vec<String> {
        let stated = self.follow(found);
        let results = &stated.file.assignments;
        let result = results.iter().find(|it| it.value_start == stated.place.start && it.name.ends_with("()"));
        let given = results.iter().filter(|it| result.is_some_and(|result| it.name == result.name));
        let either = match stated.value.resolved() {
            Value::Either(values) => values.as_slice(),
            _ => &[],
        };
        let values = std::iter::once(stated.value).chain(either).chain(given.map(|it| &it.value));
        let mut texts = Vec::new();
        for text in values.filter_map(Value::known_text) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    }

    /// Whether the function around a place is called under conditions alone, as far as its calls can be told: `if settings.Storage ==
    /// "database" { store.New(settings) }`. It is asked of Go, where a condition that holds for each start is rare.
    pub fn is_called_sometimes(&self, file: &Index, place: &Place) -> bool {
        let function = file.function(place).filter(|_| Language::of(file.path()) == Some(Language::Go));
        let Some(own) = function.and_then(|function| function.name.rsplit('.').next()) else { return false };
        let folder = parent(file.path());
        let mut meant = self.calls_named(own).filter(|(caller, call)| reaches(folder, caller, call));
        let first = meant.next();
        first.is_some_and(|(_, call)| call.place.is_conditional) && meant.all(|(_, call)| call.place.is_conditional)
    }

    /// Whether what stands at a place of Python may run: in no function, or in one that is a method, that something calls or hands on,
    /// that a decorator gives to a library, or that is called like what a server starts.
    pub fn is_reached(&self, file: &Index, place: &Place) -> bool {
        let Some(function) = file.function(place).filter(|_| Language::of(file.path()) == Some(Language::Python))
        else {
            return true;
        };
        let own = function.name.as_str();
        let is_it = |value: &Value| match value {
            Value::Name(name) => name.rsplit('.').next() == Some(own),
            Value::Function(at) => file.functions.get(*at as usize) == Some(function),
            _ => false,
        };
        let names_it = |value: &Value| match value.resolved() {
            Value::List(values) => values.iter().any(is_it),
            other => is_it(other),
        };
        let calls = || self.sources().flat_map(|file| &file.calls);
        function.is_decorated
            || own.is_empty()
            || own.contains('.')
            || names().started.iter().any(|part| own.contains(part.as_str()))
            || self.calls_named(own).next().is_some()
            || calls().any(|call| call.arguments.iter().any(|argument| names_it(&argument.value)))
            || self.sources().flat_map(|file| &file.assignments).any(|assignment| names_it(&assignment.value))
    }

    /// Whether the program ends as soon as it starts where a call fails: it runs at each start, and what follows it panics or gives the
    /// error on. `is_demanded` says that the call panics itself. It is asked of Rust, whose parser says what follows a call.
    pub fn ends_at_start(&self, file: &Index, call: &Call, is_demanded: bool) -> bool {
        self.ends_within(file, call, is_demanded, 0)
    }

    fn ends_within(&self, file: &Index, call: &Call, is_demanded: bool, depth: u32) -> bool {
        let panics = is_demanded || call.is_checked;
        if depth > DEEPEST_NAME || call.place.is_conditional || !panics && !call.is_handed_on {
            return false;
        }
        let Some(function) = file.function(&call.place) else { return false };
        if STARTS.contains(&function.name.as_str()) {
            return true;
        }
        let (owner, own) = function.name.rsplit_once('.').unwrap_or(("", &function.name));
        let is_meant = |caller: &Call| {
            let receiver = caller.receiver().rsplit('.').next().unwrap_or_default();
            if owner.is_empty() {
                !receiver.starts_with(char::is_uppercase)
            } else {
                [owner, "Self"].contains(&receiver)
            }
        };
        let calls = self.names().calls.get(own).into_iter().flatten().take(MOST_CALLERS);
        let mut callers =
            calls.filter_map(|(at, call)| Some((self.files.get(*at)?, self.files.get(*at)?.calls.get(*call)?)));
        callers.any(|(file, caller)| is_meant(caller) && self.ends_within(file, caller, panics, depth + 1))
    }

    /// What a field of a configuration is, by its own name: `config.port`, `settings.PORT`.
    fn configured<'a>(&'a self, found: &Found<'a>, name: &str) -> Option<Found<'a>> {
        let last = name.rsplit('.').next()?;
        let wanted = normal(last);
        let is_field = name.contains('.') || last.chars().all(|c| c.is_uppercase() || c == '_' || c.is_numeric());
        if !is_field || wanted.len() < 2 {
            return None;
        }
        let mut files: Vec<&Index> =
            self.names().values.get(&wanted)?.iter().filter_map(|at| self.files.get(*at)).map(Rc::as_ref).collect();
        // What is defined beside its use is meant first.
        files.sort_by_key(|file| file.path() != found.file.path());
        let stated = |says: &dyn Fn(&Value) -> bool| {
            files.iter().find_map(|file| {
                let is_it = |path: &str| path.rsplit('.').next().is_some_and(|own| normal(own) == wanted);
                let meant = file.named_values().into_iter().find(|named| {
                    let is_same = || is_told_by(named.value, name);
                    let is_other = || services::is_of_another(&named.path) || services::is_client(named.object);
                    is_it(&named.path) && says(named.value) && !is_same() && !is_other()
                })?;
                Some(Found { file, value: meant.value, place: meant.place })
            })
        };
        let is_stated = |value: &Value| match value.default_value() {
            // an address of several parts: `("127.0.0.1", 8080)`
            Value::List(parts) => !parts.is_empty() && parts.iter().all(|part| part.default_value().is_known()),
            other => other.is_known() || value.variable().is_some(),
        };
        // an option without a default says at least how to tell it
        stated(&is_stated).or_else(|| stated(&|value| setting(value).is_some()))
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut names = Names::default();
            for (at, file) in self.files.iter().enumerate().filter(|(_, file)| !file.is_test) {
                for (call_at, call) in file.calls.iter().enumerate() {
                    names.calls.entry(call.name().to_owned()).or_default().push((at, call_at));
                }
                for named in file.named_values() {
                    let files = names.values.entry(normal(named.name())).or_default();
                    if files.last() != Some(&at) {
                        files.push(at);
                    }
                }
            }
            names
        })
    }
}

/// Drops the reads of variables that the program itself sets wherever it goes: nobody has to tell it those, and nobody can.
fn forget_set_variables(files: &mut [Rc<Index>]) {
    let sources = files.iter().filter(|file| !file.is_test);
    let set: BTreeSet<String> = sources.flat_map(|file| file.set_variables.iter().cloned()).collect();
    let is_read = |file: &&mut Rc<Index>| file.environment.iter().any(|read| set.contains(&read.variable));
    for file in files.iter_mut().filter(|_| !set.is_empty()).filter(is_read) {
        Rc::make_mut(file).environment.retain(|read| !set.contains(&read.variable));
    }
}

/// Whether a call reaches a function of Go in a folder: with nothing in front of its name in the folder itself, else with the name of
/// the package, or another that the file imports it by.
fn reaches(folder: &str, caller: &Index, call: &Call) -> bool {
    let resolved = || call.resolved().rsplit_once('.').map_or("", |(receiver, _)| receiver);
    match call.receiver() {
        "" => parent(caller.path()) == folder,
        receiver => receiver == file_name(folder) || resolved() == file_name(folder),
    }
}

/// Whether a value is what a name holds, or that before others: `args.port.unwrap_or(0)`.
fn is_told_by(value: &Value, name: &str) -> bool {
    match value {
        Value::Name(other) => other == name,
        Value::Either(values) => values.iter().any(|value| is_told_by(value, name)),
        _ => false,
    }
}

/// A name in any style: `listenPort`, `LISTEN_PORT`.
fn normal(name: &str) -> String {
    name.chars().filter(|c| *c != '_' && *c != '-').flat_map(char::to_lowercase).collect()
}

impl<'a> Found<'a> {
    /// What a call is given.
    pub fn argument(file: &'a Index, call: &Call, argument: &'a Argument) -> Self {
        Self { file, value: &argument.value, place: call.place.part(argument.start, argument.end) }
    }
}

impl Found<'_> {
    /// The line, as evidence.
    pub fn evidence(&self) -> Evidence {
        self.file.evidence(&self.place)
    }

    /// What changes the value from outside.
    pub fn setting(&self) -> Option<Setting> {
        setting(self.value)
    }

    /// The change of a piece of the value's text, where it stands on one line.
    pub fn replace(&self, old: &str, new: &str) -> Option<SourceEdit> {
        let text = self.file.document().text();
        let (start, end) = (self.place.start as usize, self.place.end as usize);
        let at = start + text.get(start..end)?.find(old)?;
        SourceEdit::new(self.file.document(), at, at + old.len(), new)
    }
}

/// What changes a value from outside: its variable, else its option.
pub fn setting(value: &Value) -> Option<Setting> {
    match value.resolved() {
        Value::Environment { variable, .. } | Value::Option { variable: Some(variable), .. } => {
            Some(variable).filter(|name| is_variable(name)).cloned().map(Setting::Variable)
        }
        // the default of an option may be read from a variable
        Value::Option { flag, default, .. } => {
            let variable = default.as_ref().and_then(|default| default.variable()).map(str::to_owned);
            Some(variable.map_or_else(|| Setting::Flag(flag.clone()), Setting::Variable))
        }
        Value::Either(values) => values.iter().find_map(setting),
        _ => None,
    }
}
