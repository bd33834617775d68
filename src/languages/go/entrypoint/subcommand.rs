//! The subcommand that serves, where a program has several.

use crate::analysis::Program;
use crate::catalog::go_names;
use crate::evidence::Fact;
use crate::languages::go::framework;
use crate::source::{Call, Index, Place, Value};

/// The subcommand that serves, of those that are the program's own and no other subcommand's; else its framework's.
pub fn serving(program: &Program, server: &Fact<String>) -> Option<Fact<String>> {
    let found = own(program, &go_names().serving).into_iter().next();
    found.or_else(|| framework::framework(program)?.serve.clone().map(|word| Fact::new(word, server.evidence.clone())))
}

/// The subcommands that go on beside the one that serves, such as a worker, of those that are the program's own.
pub fn beside(program: &Program) -> Vec<Fact<String>> {
    own(program, &go_names().beside)
}

/// The subcommands of these names that are the program's own and no other subcommand's, in the order of the names.
fn own(program: &Program, wanted: &[String]) -> Vec<Fact<String>> {
    let additions: Vec<Addition> = program.sources().flat_map(Addition::all).collect();
    let listed: Vec<(&Index, Listed)> =
        program.sources().flat_map(|file| Listed::all(file).map(move |it| (file, it))).collect();
    let subcommands = program.sources().flat_map(|file| file.subcommands.iter().map(move |it| (file, it)));
    let ranked = subcommands.filter_map(|(file, subcommand)| {
        let rank = wanted.iter().position(|name| *name == subcommand.name)?;
        let names = holders(file, &subcommand.place);
        let is_listed = listed.iter().any(|(other, list)| {
            list.names.iter().any(|name| names.contains(name))
                || other.path() == file.path() && list.range.contains(&subcommand.place.start)
        });
        let is_added = || additions.iter().any(|it| it.adds(&names) && it.is_below(&additions));
        (!is_listed && !is_added()).then(|| (rank, file.fact(subcommand.name.clone(), &subcommand.place)))
    });
    let mut ranked: Vec<(usize, Fact<String>)> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, fact)| fact).collect()
}

/// The one subcommand of a program whose root does nothing by itself but tell of it.
pub fn only(program: &Program) -> Option<Fact<String>> {
    let additions: Vec<Addition> = program.sources().flat_map(Addition::all).collect();
    let calls = program.sources().flat_map(|file| file.calls.iter().map(move |call| (file, call)));
    let commands = calls.filter(|(_, call)| call.is("cobra.Command"));
    let (below, roots): (Vec<_>, Vec<_>) = commands.partition(|(file, call)| {
        let names = holders(file, &call.place);
        additions.iter().any(|it| it.adds(&names))
    });
    let runs = |call: &Call| call.named("Run").or_else(|| call.named("RunE")).is_some();
    let ([(_, root)], [(file, command)]) = (roots.as_slice(), below.as_slice()) else { return None };
    let name = command.named("Use")?.text()?.split_whitespace().next()?;
    (!runs(root) && runs(command)).then(|| file.fact(name.to_owned(), &command.place))
}

/// The variable and the function that hold what stands at a place.
fn holders(file: &Index, place: &Place) -> Vec<String> {
    let holds = |start: u32, end: u32| start <= place.start && place.start < end;
    let assigned = file.assignments.iter().filter(|it| holds(it.value_start, it.place.end));
    let variable = assigned.max_by_key(|it| it.value_start).map(|it| last(&it.name).to_owned());
    let function = file.function(place).map(|function| last(&function.name).to_owned());
    variable.into_iter().chain(function).filter(|name| !name.is_empty()).collect()
}

/// A call that adds commands to another: `root.AddCommand(serve)`.
struct Addition {
    /// The command that gets them.
    receiver: String,
    /// The function around.
    within: String,
    /// The names among the arguments.
    names: Vec<String>,
}

impl Addition {
    fn all(file: &Index) -> impl Iterator<Item = Self> {
        let calls = file.calls.iter().filter(|call| call.name() == "AddCommand");
        calls.map(move |call| Self {
            receiver: last(call.receiver()).to_owned(),
            within: file.function(&call.place).map(|function| last(&function.name).to_owned()).unwrap_or_default(),
            names: arguments(call),
        })
    }

    fn adds(&self, names: &[String]) -> bool {
        names.iter().any(|name| !name.is_empty() && self.names.contains(name))
    }

    /// Whether the command that it adds to is added to another itself.
    fn is_below(&self, additions: &[Self]) -> bool {
        let (receiver, within) = (std::slice::from_ref(&self.receiver), std::slice::from_ref(&self.within));
        // short names stand for another command in each function
        let is_telling = |it: &Self| self.receiver.len() > 3 || it.within == self.within;
        additions.iter().any(|it| it.adds(receiver) && is_telling(it) || it.adds(within))
    }
}

/// A list of subcommands of a subcommand.
struct Listed {
    names: Vec<String>,
    range: std::ops::Range<u32>,
}

impl Listed {
    fn all(file: &Index) -> impl Iterator<Item = Self> {
        let arguments = file.calls.iter().flat_map(|call| &call.arguments);
        let lists = arguments.filter(|argument| argument.name.as_deref() == Some("Subcommands"));
        lists.map(|list| {
            let mut names = Vec::new();
            mentioned(&list.value, &mut names);
            Self { names, range: list.start..list.end }
        })
    }
}

/// The names among the arguments of a call.
fn arguments(call: &Call) -> Vec<String> {
    let mut names = Vec::new();
    call.arguments.iter().for_each(|argument| mentioned(&argument.value, &mut names));
    names
}

/// The last parts of the names in a value.
fn mentioned(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Name(name) | Value::Constant { name, .. } => names.push(last(name).to_owned()),
        Value::List(values) => values.iter().for_each(|value| mentioned(value, names)),
        Value::Call(call) => {
            names.push(call.name().to_owned());
            names.extend(arguments(call));
        }
        _ => {}
    }
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default().trim_end_matches("()")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Document;

    fn found(body: &str) -> Option<String> {
        let file = crate::source::read(Document::new("main.go", format!("package main\n{body}\n")));
        let program = Program::of([std::rc::Rc::new(file)]);
        let server = Fact::new(String::new(), crate::evidence::Evidence::file("main.go"));
        serving(&program, &server).map(|fact| fact.value)
    }

    #[test]
    fn every_name_of_the_table_serves_and_longer_ones_do_not() {
        for name in &go_names().serving {
            let command = |name: &str| found(&format!("var x = &cobra.Command{{Use: \"{name} [flags]\"}}"));
            assert_eq!(command(name).as_ref(), Some(name));
            assert_eq!(command(&format!("{name}-all")), None, "{name}");
        }
    }

    #[test]
    fn commands_are_those_of_every_library() {
        for text in [
            "var x = &cobra.Command{Use: \"serve\"}",
            "var app = &cli.App{Commands: []*cli.Command{{Name: \"serve\"}}}",
            "var app = &cli.App{Commands: []*cli.Command{&cli.Command{Name: \"serve\"}}}",
            "var x = kingpin.Command(\"serve\", \"x\")",
            "func main() {\n\tapp.Commands = []cli.Command{{Name: \"serve\"}}\n}",
        ] {
            assert_eq!(found(text).as_deref(), Some("serve"), "{text}");
        }
        for text in [
            "var x = &http.Cookie{Name: \"serve\"}",
            "func main() {\n\tapp.Cookies = []http.Cookie{{Name: \"serve\"}}\n}",
            "// var x = &cobra.Command{Use: \"serve\"}",
            "var app = &cli.App{Commands: []*cli.Command{{Name: \"x\", Subcommands: []*cli.Command{{Name: \"serve\"}}}}}",
            "var x = &cobra.Command{Use: \"serve\"}\nfunc f() {\n\tother.AddCommand(x)\n\troot.AddCommand(other)\n}",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
