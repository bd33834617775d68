//! The variables of the environment that a program reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::analysis::calls::{CallRow, CallRows};
use crate::analysis::service_addresses::variables_of_addresses;
use crate::analysis::{Found, Program};
use crate::catalog::analysis::{
    NeedsArgument, NeedsValue, ReadsVariable, gives_results, needs_arguments, needs_values, reads_variables,
};
use crate::catalog::environment::{is_of_build, is_of_platform, is_of_program};
use crate::evidence::Evidence;
use crate::source::{Argument, Call, Function, Index, Language, MOST_NAMES, Place, Record, Value};
use crate::text::is_variable;

/// So many functions may hand the name of a variable on to the one that reads it.
const MOST_READERS: usize = 3;

/// A variable that the program reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The line that reads it first, or that fails without it.
    pub evidence: Evidence,
    /// What stands in where it is absent, where that is a plain text or number.
    pub default: Option<String>,
    /// Whether the program fails without it, wherever it goes.
    pub is_required: bool,
    /// Whether it is put into the program when that is built, as a bundler does: it is no secret, and can't be changed later.
    pub is_of_build: bool,
}

/// The variables, by name; those that a platform sets by itself are left out.
pub fn variables(program: &Program) -> Vec<Variable> {
    let mut found: BTreeMap<&str, Variable> = BTreeMap::new();
    let reads = program.sources().flat_map(|file| file.environment.iter().map(move |read| (file, read)));
    for (file, read) in reads.filter(|(_, read)| !read.is_test || read.is_required) {
        let name = read.variable.as_str();
        let is_own = || Language::of(file.path()).is_some_and(|language| is_of_program(language.name(), name));
        let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !is_plain || is_of_platform(name) && !is_own() {
            continue;
        }
        let is_required = read.is_required
            && read.default.is_none()
            && (file.is_sure(&read.place) || read.is_test && !file.is_optional(&read.place));
        let default = read.default.as_ref().and_then(Value::known_text);
        let variable = found.entry(name).or_insert_with(|| Variable {
            name: name.to_owned(),
            evidence: file.evidence(&read.place),
            default: None,
            is_required: false,
            is_of_build: read.is_of_build || is_of_build(name, |package| program.depends_on(package)),
        });
        variable.default = variable.default.take().or(default);
        if is_required && !variable.is_required {
            variable.is_required = true;
            variable.evidence = file.evidence(&read.place);
        }
    }
    for file in program.sources() {
        // an option that must be given, and that a variable may give
        let options = file.options.iter().filter(|option| option.is_required);
        for (option, name) in options.filter_map(|option| Some((option, option.variable.as_deref()?))) {
            found.entry(name).or_insert_with(|| Variable {
                name: name.to_owned(),
                evidence: file.evidence(&option.place),
                default: None,
                is_required: true,
                is_of_build: false,
            });
        }
    }
    let needed: Vec<(String, Evidence)> =
        [passed, given, assigned_names, filled_in, demanded, chosen, read_by_libraries, variables_of_addresses]
            .into_iter()
            .flat_map(|needed| needed(program))
            .filter(|(name, _)| !program.sets(name))
            .collect();
    for (name, evidence) in &needed {
        let variable = found.entry(name).or_insert_with(|| Variable {
            name: name.clone(),
            evidence: evidence.clone(),
            default: None,
            is_required: false,
            is_of_build: false,
        });
        if !variable.is_required {
            variable.is_required = true;
            variable.evidence = evidence.clone();
        }
    }
    // A default anywhere says that it may stay away.
    for variable in found.values_mut() {
        variable.is_required &=
            variable.default.as_ref().is_none_or(String::is_empty) && !is_asked_for(program, &variable.name);
    }
    found.into_values().collect()
}

static NEEDS: LazyLock<CallRows<NeedsArgument>> = LazyLock::new(|| CallRows::new(needs_arguments()));

impl CallRow for NeedsArgument {
    fn language(&self) -> &str {
        &self.language
    }

    fn call(&self) -> &str {
        &self.call
    }
}

/// The variables that are passed, with nothing to stand in for them, to a call that fails without: each with the line of the call.
fn passed(program: &Program) -> Vec<(String, Evidence)> {
    let lone = passed_values(program).into_iter();
    lone.filter_map(|(value, evidence)| Some((lone_variable(value)?.to_owned(), evidence))).collect()
}

/// Variables of which the program needs one, each group with the line that ends it without: they stand in for each other where a
/// call fails without, or all of them are asked for. What is asked for elsewhere may do without.
pub fn alternatives(program: &Program) -> Vec<(Vec<String>, Evidence)> {
    let mut found: Vec<(Vec<String>, Evidence)> = Vec::new();
    let asked = program.sources().flat_map(|file| {
        let sure = file.alternatives.iter().filter(|it| file.is_sure(&it.place));
        sure.map(|it| (it.variables.clone(), file.evidence(&it.place)))
    });
    let is_free = |name: &&str| is_variable(name) && !is_of_platform(name) && !is_asked_for(program, name);
    let passed = passed_values(program).into_iter().filter_map(|(value, evidence)| {
        let variables = value.bare_variables();
        let is_needed = !variables.is_empty() && variables.iter().all(is_free);
        is_needed.then(|| (variables.into_iter().map(str::to_owned).collect(), evidence))
    });
    for (variables, evidence) in asked.chain(passed) {
        if !found.iter().any(|(known, _)| *known == variables) {
            found.push((variables, evidence));
        }
    }
    found
}

/// What is passed to calls that fail without it, each value with the line of the call.
fn passed_values(program: &Program) -> Vec<(&Value, Evidence)> {
    let mut found = Vec::new();
    for file in program.sources() {
        let Some(language) = Language::of(file.path()) else { continue };
        for call in file.calls.iter().filter(|call| file.is_sure(&call.place)) {
            let rows = NEEDS.of(language, call).filter(|_| !program.is_called_sometimes(file, &call.place));
            for (row, value) in rows.flat_map(|row| needed(file, call, row).into_iter().map(move |it| (row, it))) {
                let value = program.follow(value).value.resolved();
                let value =
                    if let Value::Name(name) = value { assigned(program, name).unwrap_or(value) } else { value };
                let parts = match value {
                    Value::Joined(parts) if row.in_parts => parts.as_slice(),
                    other => std::slice::from_ref(other),
                };
                found.extend(parts.iter().map(|part| (part, file.evidence(&call.place))));
            }
        }
    }
    found
}

/// The variable that a value is, with nothing to stand in for it. A field that keeps what it was made with stands in for nothing:
/// `self.dsn or os.getenv("DSN")`.
fn lone_variable(value: &Value) -> Option<&str> {
    let is_own =
        |value: &Value| matches!(value, Value::Name(name) if name.starts_with("self.") || name.starts_with("this."));
    match value.resolved() {
        Value::Either(values) => match values.as_slice() {
            [own, last] if is_own(own) => last.bare_variable(),
            _ => None,
        },
        _ => value.bare_variable(),
    }
}

/// The variables that a method gives to a library which can't do without: each with the line that reads it.
fn given(program: &Program) -> Vec<(String, Evidence)> {
    let mut found = Vec::new();
    for file in program.sources() {
        let Some(language) = Language::of(file.path()) else { continue };
        for read in file.environment.iter().filter(|read| read.default.is_none() && file.is_sure(&read.place)) {
            let function = read.place.function.and_then(|at| file.functions.get(usize::try_from(at).ok()?));
            let Some(name) = function.and_then(|function| function.name.rsplit('.').next()) else { continue };
            if gives_results().iter().any(|row| row.language == language.name() && row.method == name) {
                found.push((read.variable.clone(), file.evidence(&read.place)));
            }
        }
    }
    found
}

/// The variables that are assigned to a name whose value a library can't do without, where nothing else is assigned to it: each with
/// the line.
fn assigned_names(program: &Program) -> Vec<(String, Evidence)> {
    let rows: Vec<&NeedsValue> =
        needs_values().iter().filter(|row| row.used.iter().any(|used| is_used(program, used))).collect();
    let mut found: BTreeMap<&str, Option<(String, Evidence)>> = BTreeMap::new();
    for file in program.sources() {
        let Some(language) = Language::of(file.path()) else { continue };
        for assignment in &file.assignments {
            let last = assignment.name.rsplit('.').next().unwrap_or_default();
            let is_it = |row: &&&NeedsValue| row.language == language.name() && last.eq_ignore_ascii_case(&row.name);
            let Some(row) = rows.iter().find(is_it) else { continue };
            let is_sure = !assignment.place.is_conditional && file.is_sure(&assignment.place);
            let variable = assignment.value.bare_variable().filter(|_| is_sure);
            let stated = variable.map(|variable| (variable.to_owned(), file.evidence(&assignment.place)));
            let known = found.entry(&row.name).or_insert_with(|| stated.clone());
            // what else is assigned may stand in
            if known.as_ref().map(|(name, _)| name.as_str()) != variable {
                *known = None;
            }
        }
    }
    found.into_values().flatten().collect()
}

/// Whether the program takes a module, or a name that one gives.
fn is_used(program: &Program, name: &str) -> bool {
    let mut imports = program.sources().flat_map(|file| &file.imports).filter(|import| !import.is_type);
    imports.any(|import| {
        let given = || name.strip_prefix(import.module.as_str()).and_then(|rest| rest.strip_prefix('.'));
        import.module == name || given().is_some_and(|name| import.names.iter().any(|(exported, _)| exported == name))
    })
}

/// The variables that fill in fields without which a value can't be made: `Settings(token=os.getenv("TOKEN"))`, each with the line.
fn filled_in(program: &Program) -> Vec<(String, Evidence)> {
    let records: BTreeMap<&str, &Record> =
        program.sources().flat_map(|file| &file.records).map(|record| (record.name.as_str(), record)).collect();
    let mut found = Vec::new();
    for file in program.sources().filter(|_| !records.is_empty()) {
        for call in file.calls.iter().filter(|call| file.is_sure(&call.place) && !call.is_caught) {
            let own = file.records.iter().find(|record| record.name == call.name());
            let Some(record) = own.or_else(|| records.get(call.name()).copied()) else { continue };
            for field in record.fields.iter().filter(|field| !field.is_optional) {
                let is_it = |argument: &&Argument| argument.name.as_ref() == Some(&field.name);
                let Some(argument) = call.arguments.iter().find(is_it) else { continue };
                let stated = program.follow(Found::argument(file, call, argument));
                if let Value::Environment { variable, default: None } = stated.value.resolved() {
                    found.push((variable.clone(), stated.evidence()));
                }
            }
        }
    }
    found
}

/// The variables that a function of the program is asked for which ends the program without them: each with the line of the call.
fn demanded(program: &Program) -> Vec<(String, Evidence)> {
    let functions = program.sources().flat_map(|file| file.functions.iter().map(move |function| (file, function)));
    let mut demanding: BTreeMap<&str, Demanding> = BTreeMap::new();
    for (file, function) in functions {
        if let (Some(name), Some(position)) = (function.name.rsplit('.').next(), function.demands) {
            demanding.entry(name).or_default().take(file, function, position);
        }
    }
    // one that hands its own parameter on demands what that names: `func number(name string) int { return count(must(name)) }`
    for _ in 0..MOST_READERS {
        let handed_on = asked(program, &demanding).into_iter().filter_map(|(file, call, value)| {
            let Value::Name(parameter) = value.resolved() else { return None };
            let function = file.function(&call.place)?;
            Some((file, function, function.parameters.iter().position(|it| it == parameter)?))
        });
        for (file, function, position) in handed_on.collect::<Vec<_>>() {
            let name = function.name.rsplit('.').next().unwrap_or_default();
            demanding.entry(name).or_default().take(file, function, position);
        }
    }
    let mut found = Vec::new();
    for (file, call, name) in asked(program, &demanding) {
        let names = match name.resolved() {
            Value::List(names) => names.iter().take(MOST_NAMES).filter_map(Value::known_text).collect(),
            name => Vec::from_iter(name.known_text()),
        };
        let names = names.into_iter().filter(|name| is_variable(name) && !is_of_platform(name));
        found.extend(names.map(|name| (name, file.evidence(&call.place))));
    }
    found
}

/// What names the variables that functions are asked for which end the program without them: each with its call.
fn asked<'a>(program: &'a Program, demanding: &BTreeMap<&str, Demanding>) -> Vec<(&'a Index, &'a Call, &'a Value)> {
    let mut found = Vec::new();
    for file in program.sources().filter(|_| !demanding.is_empty()) {
        let imported: BTreeSet<&str> =
            file.imports.iter().flat_map(|import| &import.names).map(|(_, own)| own.as_str()).collect();
        for call in file.calls.iter().filter(|call| file.is_sure(&call.place)) {
            let position = demanding.get(call.name()).and_then(|it| it.position(call, &imported));
            // what is passed behind the name may stand in for the variable
            let last = position.filter(|position| call.arguments.len() == position + 1);
            found.extend(last.and_then(|position| Some((file, call, call.positional(position)?))));
        }
    }
    found
}

/// The variables that have to be one of several values, with nothing to stand in for them: each with the line that asks.
fn chosen(program: &Program) -> Vec<(String, Evidence)> {
    let mut found = Vec::new();
    for file in program.sources() {
        let is_asked = |place: &Place| file.is_sure(place) && !program.is_called_sometimes(file, place);
        for choice in file.selections.iter().filter(|choice| is_asked(&choice.place)) {
            let value = program.follow(Found { file, value: &choice.value, place: choice.place }).value;
            let is_accepted = choice.accepted.iter().any(|accepted| accepted.text() == Some(""));
            let variable = value.bare_variable().filter(|_| !is_accepted);
            found.extend(variable.map(|name| (name.to_owned(), file.evidence(&choice.place))));
        }
    }
    found
}

static READS: LazyLock<CallRows<ReadsVariable>> = LazyLock::new(|| CallRows::new(reads_variables()));

impl CallRow for ReadsVariable {
    fn language(&self) -> &str {
        &self.language
    }

    fn call(&self) -> &str {
        &self.call
    }
}

/// The variables that libraries read by themselves and can't do without, where nothing is passed in their place: each with the line.
fn read_by_libraries(program: &Program) -> Vec<(String, Evidence)> {
    let mut found = Vec::new();
    for file in program.sources() {
        let Some(language) = Language::of(file.path()) else { continue };
        for call in file.calls.iter().filter(|call| file.is_sure(&call.place)) {
            let rows = READS.of(language, call).filter(|row| !is_passed(program, file, call, row));
            found.extend(rows.map(|row| (row.variable.clone(), file.evidence(&call.place))));
        }
    }
    found
}

/// Whether a call is passed what takes the place of the variable that it would read, or something that may hold it.
fn is_passed(program: &Program, file: &Index, call: &Call, row: &ReadsVariable) -> bool {
    let holds = |(at, argument): (usize, &Argument)| match &argument.name {
        Some(name) => name == "**" || row.names.contains(name),
        None => match program.follow(Found::argument(file, call, argument)).value.resolved() {
            Value::Object(fields) => {
                // what else is taken in may have it
                let has_more = file.text_at(&call.place.part(argument.start, argument.end)).contains("...");
                has_more || fields.iter().any(|field| row.names.contains(&field.name))
            }
            _ => row.arguments.contains(&at) || !row.names.is_empty(),
        },
    };
    call.arguments.iter().enumerate().any(holds)
}

/// The functions of one name that end the program without the variable which an argument names: which argument that is.
#[derive(Default)]
struct Demanding<'a> {
    /// That of the first function.
    first: Option<usize>,
    /// That of the first method.
    method: Option<usize>,
    /// By the parts of the paths of the files.
    by_part: BTreeMap<&'a str, usize>,
}

impl<'a> Demanding<'a> {
    fn take(&mut self, file: &'a Index, function: &Function, position: usize) {
        self.first.get_or_insert(position);
        if function.name.contains('.') {
            self.method.get_or_insert(position);
        }
        for part in file.path().split(['/', '.']) {
            self.by_part.entry(part).or_insert(position);
        }
    }

    /// The argument of a call that may reach one of them by what stands in front of its name: nothing, a part of the path of the
    /// function's file, its class, or a name that is imported; a method of a value whose type is not known reaches no plain function.
    fn position(&self, call: &Call, imported: &BTreeSet<&str>) -> Option<usize> {
        let receiver = call.path.split(['.', '(']).next().unwrap_or_default();
        let is_bare = receiver == call.path || imported.contains(receiver);
        let of_file = || self.by_part.get(receiver).copied();
        self.first.filter(|_| is_bare).or(self.method).or_else(of_file)
    }
}

/// What another file assigns to a constant that is imported: `DATABASE_URL`, `settings.DATABASE_URL`.
fn assigned<'a>(program: &'a Program, name: &str) -> Option<&'a Value> {
    let last = name.rsplit('.').next()?;
    let is_constant = last.chars().all(|c| c.is_uppercase() || c == '_' || c.is_numeric());
    let mut all = program.sources().filter(|_| is_constant).flat_map(|file| &file.assignments);
    all.find(|it| it.name.rsplit('.').next() == Some(last)).map(|it| it.value.resolved())
}

/// The arguments of a call that a row says are needed.
fn needed<'a>(file: &'a Index, call: &'a Call, row: &NeedsArgument) -> Vec<Found<'a>> {
    let positions = row.arguments.iter().filter_map(|at| call.positional_argument(*at));
    let is_named = |name: &Option<String>| name.as_ref().is_some_and(|name| row.names.contains(name));
    let named = call.arguments.iter().filter(|argument| is_named(&argument.name));
    let plain = positions.chain(named).map(|argument| Found::argument(file, call, argument));
    let objects = call.arguments.iter().filter_map(|argument| match argument.value.resolved() {
        Value::Object(fields) => Some(fields),
        _ => None,
    });
    let fields = objects.flatten().filter(|field| row.names.contains(&field.name));
    let fields =
        fields.map(|field| Found { file, value: &field.value, place: call.place.part(field.start, field.end) });
    plain.chain(fields).collect()
}

/// Whether some file does without the variable: it asks whether it is there, and goes on.
fn is_asked_for(program: &Program, name: &str) -> bool {
    let asks =
        |file: &Index| file.environment.iter().any(|read| read.variable == name && read.is_test && !read.is_required);
    program.sources().any(asks)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::repo::Document;

    fn shown(text: &str) -> Vec<String> {
        shown_with(text, &[])
    }

    fn shown_with(text: &str, packages: &[String]) -> Vec<String> {
        let file = Rc::new(crate::source::read(Document::new("server.ts", text)));
        let variables = variables(&Program::new([file], packages.to_vec()));
        let show = |it: Variable| {
            let marks = [("!", it.is_required), ("#", it.is_of_build)];
            let marks: String = marks.into_iter().filter(|(_, is)| *is).map(|(mark, _)| mark).collect();
            format!("{marks}{} {}", it.name, it.default.unwrap_or_default()).trim_end().to_owned()
        };
        variables.into_iter().map(show).collect()
    }

    #[test]
    fn a_variable_is_required_where_the_program_fails_without_it() {
        let cases: [(&str, &[&str]); 25] = [
            ("f(process.env.A)", &["A"]),
            ("f(process.env.A ?? 'x')", &["A x"]),
            ("if (!process.env.A) throw new Error('A')", &["!A"]),
            ("switch (process.env.A) { case 'x': break; default: throw new Error('A') }", &["!A"]),
            ("switch (process.env.A) { case '': break; default: throw new Error('A') }", &["A"]),
            ("switch (process.env.A ?? 'x') { case 'x': break; default: throw new Error('A') }", &["A x"]),
            ("switch (process.env.A) { case 'x': throw new Error('A'); default: log() }", &["A"]),
            ("const a = process.env.A; if (!a) { throw new Error('A') }", &["!A"]),
            ("f(process.env.A!)", &["!A"]),
            ("if (x) f(process.env.A!)", &["A"]),
            ("f(process.env.A!); g(process.env.A || 'x')", &["A x"]),
            ("f(process.env.A!); if (process.env.A) g()", &["A"]),
            ("f(config.getOrThrow('A'))", &["!A"]),
            ("f(import.meta.env.VITE_A)", &["#VITE_A"]),
            ("f(process.env.NEXT_PUBLIC_A)", &["#NEXT_PUBLIC_A"]),
            ("f(process.env.NODE_ENV, process.env.PATH)", &[]),
            ("f(process.env.GITHUB_CLIENT_ID, process.env.GITHUB_SHA, process.env.DEBUG)", &["GITHUB_CLIENT_ID"]),
            // what is only told decides nothing
            ("f(process.env.A!); log('has it', !!process.env.A)", &["!A"]),
            ("f(process.env.A!); if (!!process.env.A) g()", &["A"]),
            // what production alone runs, an image does
            ("if (process.env.NODE_ENV === 'production') { if (!process.env.A) throw new Error('A') }", &["!A"]),
            (
                "if (process.env.NODE_ENV === 'production') { g() } else if (!process.env.A) throw new Error('A')",
                &["A"],
            ),
            ("if (process.env.NODE_ENV === 'development') { if (!process.env.A) throw new Error('A') }", &["A"]),
            ("if (process.env.NODE_ENV !== 'production') { if (!process.env.A) throw new Error('A') }", &["A"]),
            ("import { env } from '$env/dynamic/private'; if (!env.A) throw new Error('A')", &["!A"]),
            ("import { env } from './platform'; if (!env.A) throw new Error('A')", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(shown_with(text, &["next".to_owned()]), expected, "{text}");
        }
    }

    #[test]
    fn a_setting_of_python_may_be_called_like_a_variable_of_a_package_of_node() {
        let read = |path: &str, text: &str| {
            let file = Rc::new(crate::source::read(Document::new(path, text)));
            variables(&Program::of([file])).into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        assert_eq!(read("settings.py", "import os\nDEBUG = os.getenv('DEBUG')\nTERM = os.getenv('TERM')\n"), ["DEBUG"]);
        assert!(read("server.js", "log(process.env.DEBUG)").is_empty());
    }

    #[test]
    fn one_of_several_variables_may_be_what_is_needed() {
        let needed = |text: &str| {
            let file = Rc::new(crate::source::read(Document::new("server.js", text)));
            let found = alternatives(&Program::of([file]));
            found.into_iter().map(|(names, _)| names.join(" ")).collect::<Vec<_>>()
        };
        let mongoose = "const mongoose = require('mongoose');";
        for text in [
            "mongoose.connect(process.env.A_A || process.env.B_B)",
            "const url = process.env.A_A ?? process.env.B_B; mongoose.connect(url)",
            "if (!process.env.A_A && !process.env.B_B) throw new Error('none')",
            "if (!process.env.A_A && !process.env.B_B) { process.exit(1) } mongoose.connect(process.env.A_A || process.env.B_B)",
        ] {
            assert_eq!(needed(&format!("{mongoose} {text}")), ["A_A B_B"], "{text}");
        }
        for text in [
            "mongoose.connect(process.env.A_A || process.env.B_B || 'mongodb://localhost/shop')",
            "mongoose.connect(process.env.A_A)",
            "if (process.env.A_A) log('a'); mongoose.connect(process.env.A_A || process.env.B_B)",
            "if (!process.env.A_A || !process.env.B_B) throw new Error('both')",
            "if (!process.env.A_A && !ready) throw new Error('not ready')",
            "if (!process.env.A_A && !process.env.B_B) log('none')",
        ] {
            assert!(needed(&format!("{mongoose} {text}")).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_runs_only_where_a_flag_is_set_demands_nothing() {
        let demands = |test: &str| {
            let text = format!("if ({test}) {{ load(() => f(process.env.A_A!)) }}");
            shown(&text).contains(&"!A_A".to_owned())
        };
        for flag in [
            "process.env.SSL",
            "process.env.SSL === 'on'",
            "process.env.SSL * 1 === 1",
            "Number(process.env.SSL) == 1",
            "process.env.SSL && ready",
            "'on' == process.env.SSL || process.env.TLS",
        ] {
            assert!(!demands(flag), "{flag}");
        }
        for other in [
            "process.env.NODE_ENV === 'production'",
            "process.env.SSL !== 'off'",
            "!process.env.SSL",
            "process.env.SSL === undefined",
            "(process.env.SSL || 'on') === 'on'",
            "process.env.SSL || ready",
            "ready",
        ] {
            assert!(demands(other), "{other}");
        }
        assert!(
            shown("if (process.env.SSL) { go() } else { load(() => f(process.env.A_A!)) }")
                .contains(&"!A_A".to_owned())
        );
    }

    #[test]
    fn a_schema_of_the_environment_says_what_is_required() {
        let zod = "import { z } from 'zod'; const env = z.object({ A_A: z.string(), B_B: z.string().optional(), PORT: z.coerce.number().default(3000), name: z.string() }).parse(process.env)";
        assert_eq!(shown(zod), ["!A_A", "B_B", "PORT 3000"]);
        let envalid = "import { cleanEnv, str, port } from 'envalid'; cleanEnv(process.env, { A_A: str(), PORT: port({ default: 80 }) })";
        assert_eq!(shown(envalid), ["!A_A", "PORT 80"]);
        let joi = "import * as Joi from 'joi'; Joi.object({ A_A: Joi.string().required(), B_B: Joi.string(), C_C: Joi.number().default(3) })";
        assert_eq!(shown(joi), ["!A_A", "B_B", "C_C 3"]);
        let typebox = "import { Type } from '@sinclair/typebox'; Type.Object({ A_A: Type.String(), B_B: Type.Optional(Type.String()), PORT: Type.Number({ default: 80 }) })";
        assert_eq!(shown(typebox), ["!A_A", "B_B", "PORT 80"]);
        let json = "const schema = { type: 'object', required: ['A_A', 'PORT'], properties: { A_A: { type: 'string' }, B_B: { type: 'string' }, PORT: { type: 'number', default: 80 } } }";
        assert_eq!(shown(json), ["!A_A", "B_B", "PORT 80"]);
        let convict = "const schema = { port: { format: 'port', default: 3000, env: 'PORT' }, db: { host: { doc: 'x', default: null, env: 'A_A' } } }";
        assert_eq!(shown(convict), ["A_A", "PORT 3000"]);
        assert!(
            shown("const service = { default: 'x', env: 'A_A' }; const other = { format: 'x', env: 'A_A' }").is_empty()
        );
        assert!(shown("const schema = { required: ['title'], properties: { title: { type: 'string' } } }").is_empty());
        assert!(shown("const schema = { properties: { A_A: { type: 'string' } } }").is_empty());
        assert!(shown("const words = { A: make(), B: other.string() }").is_empty());
        assert!(shown("import { z } from 'zod'; const body = z.object({ title: z.string() })").is_empty());
    }

    #[test]
    fn variables_that_are_gone_through_by_their_names_are_read() {
        for text in [
            "const names = ['A_A', 'B_B']; names.forEach((name) => { if (!process.env[name]) throw new Error(name) })",
            "for (const name of ['A_A', 'B_B']) { if (!process.env[name]) process.exit(1) }",
            "const missing = ['A_A', 'B_B'].filter(name => !process.env[name]); if (missing.length) throw new Error()",
            "import { env } from 'process'; ['A_A', 'B_B'].forEach(function (name) { if (!env[name]) throw new Error() })",
        ] {
            assert_eq!(shown(text), ["!A_A", "!B_B"], "{text}");
        }
        for text in [
            "const needed = { a: process.env.A_A, b: process.env.B_B }; for (const [name, value] of Object.entries(needed)) { if (!value) throw new Error(name) }",
            "const missing = Object.entries({ a: process.env.A_A, b: process.env.B_B }).filter(([, value]) => !value)",
            "const needed = { a: process.env.A_A, b: process.env.B_B }; Object.values(needed).forEach(value => { if (!value) process.exit(1) })",
            "const { A_A, B_B } = process.env; if ([A_A, B_B].some(value => !value)) throw new Error()",
        ] {
            assert_eq!(shown(text), ["!A_A", "!B_B"], "{text}");
        }
        for text in [
            "for (const [name, value] of Object.entries({ a: process.env.A_A })) { if (!name) throw new Error() }",
            "for (const [name, value] of Object.entries({ a: process.env.A_A })) { if (value) start(name) }",
            "for (const [name, value] of entries({ a: process.env.A_A })) { if (!value) throw new Error(name) }",
        ] {
            assert_eq!(shown(text), ["A_A"], "{text}");
        }
        let with_default = "const needed = { a: process.env.A_A || 'x' }; Object.values(needed).some(value => !value)";
        assert_eq!(shown(with_default), ["A_A x"]);
        assert_eq!(shown("['A_A'].map(name => process.env[name])"), ["A_A"]);
        assert_eq!(shown("['A_A'].filter(name => process.env[name])"), ["A_A"]);
        for text in [
            "const read = (name) => process.env[name]; read('x')",
            "['A_A'].filter(name => !settings[name])",
            "['A_A'].forEach(name => { if (!process.env[other]) throw new Error() })",
        ] {
            assert!(shown(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn names_that_are_gone_through_are_read_in_every_language() {
        let shown = |path: &str, text: &str| -> Vec<String> {
            let file = Rc::new(crate::source::read(Document::new(path, text)));
            let all = variables(&Program::of([file])).into_iter();
            all.map(|it| format!("{}{}", if it.is_required { "!" } else { "" }, it.name)).collect()
        };
        let java = |body: &str| {
            format!(
                "class A {{\n  private static final String[] NAMES = {{\"A_A\", \"B_B\"}};\n  public static void main(String[] a) {{\n    {body}\n  }}\n}}\n"
            )
        };
        let go = |body: &str| format!("package main\n\nfunc main() {{\n\t{body}\n}}\n");
        for (path, text) in [
            ("a.py", "import os\nfor name in ['A_A', 'B_B']:\n    if not os.getenv(name):\n        raise ValueError(name)\n".to_owned()),
            ("a.py", "import os\nNAMES = ('A_A', 'B_B')\nfor name in NAMES:\n    value = os.environ.get(name)\n    if value is None:\n        sys.exit(1)\n".into()),
            ("a.py", "import os\nmissing = [name for name in ['A_A', 'B_B'] if not os.getenv(name)]\nif missing:\n    raise ValueError()\n".into()),
            ("a.py", "import os\nmissing = [name for name in ['A_A', 'B_B'] if name not in os.environ]\n".into()),
            ("a.py", "import os\nvalues = {}\nfor name in ['A_A', 'B_B']:\n    if name not in os.environ:\n        raise KeyError(name)\n".into()),
            ("A.java", java("for (String name : NAMES) { String value = System.getenv(name); if (value == null) { System.exit(1); } }")),
            ("A.java", java("for (String name : List.of(\"A_A\", \"B_B\")) if (System.getenv(name) == null) throw new IllegalStateException(name);")),
            ("main.go", go("for _, name := range []string{\"A_A\", \"B_B\"} {\n\t\tif os.Getenv(name) == \"\" {\n\t\t\tlog.Fatal(name)\n\t\t}\n\t}")),
            ("main.go", go("names := []string{\"A_A\", \"B_B\"}\n\tfor _, name := range names {\n\t\tif _, ok := os.LookupEnv(name); !ok {\n\t\t\tpanic(name)\n\t\t}\n\t}")),
            ("main.rs", "fn main() {\n    for name in [\"A_A\", \"B_B\"] {\n        std::env::var(name).expect(\"set it\");\n    }\n}\n".into()),
        ] {
            assert_eq!(shown(path, &text), ["!A_A", "!B_B"], "{text}");
        }
        for (path, text) in [
            ("a.py", "import os\nfor name in ['A_A', 'B_B']:\n    if not os.getenv(name):\n        print(name)\n".to_owned()),
            ("a.py", "import os\nfound = [name for name in ['A_A', 'B_B'] if os.getenv(name)]\n".into()),
            ("a.py", "import os\nvalues = [os.getenv(name) for name in ['A_A', 'B_B']]\n".into()),
            ("A.java", java("for (String name : NAMES) { if (System.getenv(name) == null) { log(name); } }")),
            ("main.go", go("for _, name := range []string{\"A_A\", \"B_B\"} {\n\t\tif os.Getenv(name) == \"\" {\n\t\t\tlog.Println(name)\n\t\t}\n\t}")),
            ("main.rs", "fn main() {\n    for name in [\"A_A\", \"B_B\"] {\n        if std::env::var(name).is_err() { log(name) }\n    }\n}\n".into()),
        ] {
            assert!(!shown(path, &text).iter().any(|name| name.starts_with('!')), "{text}");
        }
        for (path, text) in [
            (
                "a.py",
                "import os\nfor name in ['A_A']:\n    if not os.getenv(other):\n        raise ValueError(name)\n"
                    .to_owned(),
            ),
            ("A.java", java("for (String name : NAMES) { if (table.get(name) == null) { System.exit(1); } }")),
            (
                "main.go",
                go(
                    "for _, name := range []string{\"A_A\"} {\n\t\tif table[name] == \"\" {\n\t\t\tlog.Fatal(name)\n\t\t}\n\t}",
                ),
            ),
            (
                "main.rs",
                "fn main() {\n    for name in [\"A_A\"] {\n        table.get(name).expect(\"set it\");\n    }\n}\n"
                    .into(),
            ),
        ] {
            assert!(shown(path, &text).is_empty(), "{text}");
        }
    }

    #[test]
    fn every_call_of_the_table_needs_its_argument() {
        let calls = needs_arguments().iter().map(|row| (&row.language, &row.takes, &row.leaves, "NEEDED"));
        let methods = gives_results().iter().map(|row| (&row.language, &row.takes, &row.leaves, "NEEDED"));
        let values = needs_values().iter().map(|row| (&row.language, &row.takes, &row.leaves, "NEEDED"));
        let reads = reads_variables().iter().map(|row| (&row.language, &row.takes, &row.leaves, row.variable.as_str()));
        for (language, takes, leaves, name) in calls.chain(methods).chain(values).chain(reads) {
            let path = match language.as_str() {
                "python" => "main.py",
                "java" => "A.java",
                "go" => "main.go",
                _ => "server.ts",
            };
            let required = |text: &str| {
                let file = Rc::new(crate::source::read(Document::new(path, text)));
                let variables = variables(&Program::of([file]));
                variables.iter().any(|variable| variable.name == name && variable.is_required)
            };
            assert!(required(takes), "{takes}");
            assert!(!required(leaves), "{leaves}");
        }
    }

    #[test]
    fn what_is_passed_is_followed_to_where_it_is_read() {
        let client = "import { Bot } from 'grammy'; ";
        assert_eq!(shown(&format!("{client}const token = process.env.A; new Bot(token)")), ["!A"]);
        assert_eq!(shown(&format!("{client}const config = {{ token: process.env.A }}; new Bot(config.token)")), ["!A"]);
        assert_eq!(shown(&format!("{client}if (process.env.A) new Bot(process.env.A)")), ["A"]);
        assert_eq!(shown(&format!("{client}new Bot(process.env.A ?? 'x')")), ["A x"]);
        assert_eq!(shown(&format!("{client}new Bot(process.env.A || '')")), ["!A"]);
    }

    #[test]
    fn a_field_that_a_variable_fills_in_is_followed_to_it() {
        let required = |value: &str| {
            let text = format!(
                "import os\nfrom sqlalchemy import create_engine\n\nclass Settings:\n    address = None\n\n    def __init__(self):\n        self.address = {value}\n\nsettings = Settings()\nengine = create_engine(settings.address)\n"
            );
            let file = Rc::new(crate::source::read(Document::new("main.py", text)));
            variables(&Program::of([file])).iter().any(|it| it.name == "A_A" && it.is_required)
        };
        assert!(required("os.getenv('A_A')") && required("self.address or os.getenv('A_A')"));
        assert!(!required("self.address or os.getenv('A_A', 'x')") && !required("os.getenv('A_A') or DEFAULT"));
    }

    #[test]
    fn a_function_that_ends_the_program_without_a_variable_demands_it() {
        let required = |body: &str, call: &str| {
            let text = format!(
                "package main\n\nfunc setting(name string) string {{\n{body}\n}}\n\nfunc main() {{\n\t{call}\n}}\n"
            );
            let file = Rc::new(crate::source::read(Document::new("main.go", text)));
            variables(&Program::of([file])).iter().any(|it| it.name == "A_A" && it.is_required)
        };
        let ends = "\tvalue := os.Getenv(name)\n\tif value == \"\" {\n\t\tlog.Fatal(name)\n\t}\n\treturn value";
        assert!(required(ends, "start(setting(\"A_A\"))"));
        assert!(required(&ends.replace("log.Fatal", "panic"), "key := setting(\"A_A\")"));
        assert!(!required(&ends.replace("log.Fatal", "log.Println"), "start(setting(\"A_A\"))"), "it goes on");
        assert!(!required(&ends.replace("os.Getenv", "table.Get"), "start(setting(\"A_A\"))"), "of no environment");
        assert!(!required(ends, "start(other(\"A_A\"))"));
        assert!(!required(ends, "if x {\n\t\tstart(setting(\"A_A\"))\n\t}"));
        assert!(!required(ends, "start(setting(\"a name\"))"));
        assert!(!required(ends, "start(c.setting(\"A_A\"))"), "a method of another value");
        assert!(!required(ends, "start(setting(\"A_A\", \"x\"))"), "something stands in");
        let handed_on = format!("{ends}\n}}\n\nfunc number(key string) int {{\n\treturn count(setting(key))");
        assert!(required(&handed_on, "start(number(\"A_A\"))"));
        assert!(!required(&handed_on, "start(number(\"A_A\", 3))"), "something stands in");
        assert!(!required(&handed_on.replace("setting(key)", "other(key)"), "start(number(\"A_A\"))"));
        let in_java = |body: &str| {
            let text = format!(
                "class A {{ Optional<String> find(String key) {{ return Optional.ofNullable(System.getenv(key)); }} String must(String name) {{ {body} }} String url() {{ return must(\"A_A\"); }} }}"
            );
            let file = Rc::new(crate::source::read(Document::new("A.java", text)));
            variables(&Program::of([file])).iter().any(|it| it.name == "A_A" && it.is_required)
        };
        assert!(in_java("return find(name).orElseThrow(() -> new IllegalStateException(name));"));
        assert!(in_java(
            "String a = System.getenv(name); if (a == null) throw new IllegalStateException(name); return a;"
        ));
        assert!(in_java("return Objects.requireNonNull(System.getenv(name));"));
        assert!(!in_java("return find(name).orElse(\"\");"));
        assert!(!in_java("return table.get(name).orElseThrow(() -> new IllegalStateException(name));"));
    }

    #[test]
    fn a_function_of_another_file_demands_what_it_throws_without() {
        let required = |helper: &str, user: &str| {
            let files = [("src/helper.ts", helper), ("src/config.ts", user)];
            let files = files.map(|(path, text)| Rc::new(crate::source::read(Document::new(path, text))));
            variables(&Program::of(files)).iter().any(|it| it.name == "A_A" && it.is_required)
        };
        let user = "import { setting } from './helper'; export const config = { token: setting('A_A') };";
        for helper in [
            "export const setting = (key: string): string => { const value = process.env[key]; if (!value) throw new Error(key); return value; };",
            "export function setting(key) { if (process.env[key] === undefined) { throw new Error(key); } return process.env[key]; }",
            "export function setting(key: string) { const value = process.env[key]; if (value) return value; throw new Error(key); }",
            "export const setting = (key: string) => process.env[key] ?? fail(key);",
            "export const setting = (key: string) => { assert(process.env[key]); return process.env[key]; };",
        ] {
            assert!(required(helper, user), "{helper}");
            assert!(!required(helper, &user.replace("('A_A')", "('A_A', 'x')")), "{helper}");
        }
        for helper in [
            "export const setting = (key: string) => process.env[key] ?? '';",
            "export function setting(key) { const value = table[key]; if (!value) throw new Error(key); return value; }",
            "export function setting(key) { const value = process.env[key]; if (!value) console.log(key); return value; }",
            "export function setting(key) { try { return process.env[key]; } catch (error) { throw error; } }",
            "export function setting(key) { const value = process.env.OTHER; if (!value) throw new Error(key); return value; }",
        ] {
            assert!(!required(helper, user), "{helper}");
        }
    }

    #[test]
    fn a_variable_that_fills_in_a_field_is_required_where_the_field_is() {
        let required = |field: &str, call: &str| {
            let text = format!(
                "import os\nfrom pydantic import BaseModel\n\nclass Settings(BaseModel):\n    key: {field}\n\n{call}\n"
            );
            let file = Rc::new(crate::source::read(Document::new("main.py", text)));
            variables(&Program::of([file])).iter().any(|it| it.name == "A_A" && it.is_required)
        };
        let call = "settings = Settings(key=os.getenv('A_A'))";
        assert!(required("str", call) && required("int = Field(gt=0)", call) && required("str = ...", call));
        assert!(!required("str | None", call) && !required("Optional[str]", call) && !required("str = 'x'", call));
        assert!(!required("str", "settings = Settings(key=os.getenv('A_A', 'x'))"));
        assert!(!required("str", "settings = Other(key=os.getenv('A_A'))"));
        assert!(!required("str", "settings = Settings(key='x', other=os.getenv('A_A'))"));
        assert!(!required("str", "if x:\n    settings = Settings(key=os.getenv('A_A'))"));
    }

    #[test]
    fn every_prefix_of_the_tables_is_known() {
        use crate::catalog::environment::{built, platform_variables};
        for row in built() {
            let prefix = &row.prefix;
            for package in row.packages.chunks(1) {
                assert_eq!(shown_with(&format!("f(process.env.{prefix}X)"), package), [format!("#{prefix}X")]);
                assert_eq!(shown_with(&format!("f(process.env.X{prefix}X)"), package), [format!("X{prefix}X")]);
            }
            // Without the bundler it is a variable of the server.
            assert_eq!(shown(&format!("f(process.env.{prefix}X)")), [format!("{prefix}X")]);
        }
        for name in platform_variables() {
            assert!(shown(&format!("f(process.env.{name})")).is_empty(), "{name}");
            assert_eq!(shown(&format!("f(process.env.MY_{name})")).len(), 1, "{name}");
        }
        for name in ["GITHUB_TOKEN", "GITHUB_CLIENT_ID", "VERCEL_TOKEN", "NETLIFY_AUTH_TOKEN"] {
            assert_eq!(shown(&format!("f(process.env.{name})")), [name]);
        }
    }
}
