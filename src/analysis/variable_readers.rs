//! Variables that a file reads by what other files say: functions of the program that are told a name, maps of all variables, and
//! constants that hold a name.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::catalog::environment;
use crate::path::{file_name, parent};
use crate::source::{Call, EnvironmentRead, Index, Language, Value};
use crate::text::is_variable;

/// Calls of languages whose front ends know them that read a variable of the environment; the others are rows of the table.
const READS: &[&str] = &["os.Getenv", "os.LookupEnv", "syscall.Getenv", "System.getenv"];
/// Calls of Rust that give all variables at once, to be put into a map.
const ALL: &[&str] = &["std.env.vars", "env.vars", "dotenv.vars", "dotenvy.vars"];

/// A function that reads the variable that it is told: `func value(name, fallback string) string`.
struct Reader {
    /// The position of the parameter with the name.
    variable: usize,
    /// The position of the one other parameter, which stands in for it.
    default: Option<usize>,
    /// What it may be called on: its class, its file and its folder; nothing where that is any value.
    owners: Option<[String; 3]>,
    /// Whether it ends the program without the variable.
    is_demanding: bool,
}

impl Reader {
    /// Whether a call of its name means it.
    fn is_called(&self, call: &Call) -> bool {
        let receiver = call.receiver().rsplit('.').next().unwrap_or_default();
        let is_own = |owners: &[String; 3]| owners.iter().any(|owner| owner.eq_ignore_ascii_case(receiver));
        receiver.is_empty() || matches!(receiver, "self" | "this" | "Self") || self.owners.as_ref().is_none_or(is_own)
    }
}

/// Adds the variables that files read so: `config.Value("PORT")`, `env.get(ENV_PORT)`, `std::env::var(names::PORT)`. What is not in capitals
/// is no variable, since such functions are called like many others.
pub fn add_reads(files: &mut [Rc<Index>]) {
    let mut readers: HashMap<String, Vec<Reader>> = HashMap::new();
    for (name, read) in files.iter().flat_map(|file| readers_in(file)) {
        readers.entry(name).or_default().push(read);
    }
    let constants = constants(files);
    for file in files.iter_mut().filter(|_| !readers.is_empty() || !constants.is_empty()) {
        let known: HashSet<u32> = file.environment.iter().map(|read| read.place.start).collect();
        let name_of = |value: &Value| match value {
            Value::Name(name) => constants.get(last(name)).cloned(),
            other => other.text().filter(|name| is_in_capitals(name)).map(str::to_owned),
        };
        let told = file.calls.iter().flat_map(|call| {
            let meant = readers.get(call.name()).into_iter().flatten();
            meant.map(move |it| (call, it))
        });
        let told = told.filter(|(call, reader)| reader.is_called(call)).filter_map(|(call, reader)| {
            let default = reader.default.and_then(|position| call.positional(position)).cloned();
            let variable = name_of(call.positional(reader.variable)?)?;
            let is_required = reader.is_demanding;
            Some(EnvironmentRead { variable, default, is_required, place: call.place, ..EnvironmentRead::default() })
        });
        let named = file.calls.iter().filter(|_| !constants.is_empty()).filter_map(|call| {
            let Value::Name(name) = call.positional(0)? else { return None };
            let variable = constants.get(last(name)).filter(|_| is_read(file, call))?.clone();
            let language = Language::of(file.path())?;
            let is_required = language == Language::Rust && file.ends_without(call);
            let row = environment::reader(language.name(), &call.path, call.origin.as_deref());
            let default = row.and_then(|row| call.positional(row.default?)).cloned();
            Some(EnvironmentRead { variable, default, is_required, place: call.place, ..EnvironmentRead::default() })
        });
        let found: Vec<EnvironmentRead> = told.chain(named).filter(|read| !known.contains(&read.place.start)).collect();
        if !found.is_empty() {
            Rc::make_mut(file).environment.extend(found);
        }
    }
}

/// The last part of a path.
fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default()
}

fn is_in_capitals(name: &str) -> bool {
    name.len() > 2 && is_variable(name) && !name.chars().any(|c| c.is_ascii_lowercase())
}

/// The constants that hold the name of a variable; none of a name that stands for two.
fn constants(files: &[Rc<Index>]) -> HashMap<String, String> {
    let mut found: HashMap<String, String> = HashMap::new();
    let mut twice: HashSet<String> = HashSet::new();
    for assignment in files.iter().flat_map(|file| &file.assignments).filter(|it| it.is_constant) {
        let Some(value) = assignment.value.text().filter(|value| is_in_capitals(value)) else { continue };
        let name = last(&assignment.name);
        match found.get(name) {
            Some(known) if known != value => drop(twice.insert(name.to_owned())),
            Some(_) => {}
            None => drop(found.insert(name.to_owned(), value.to_owned())),
        }
    }
    found.retain(|name, _| !twice.contains(name));
    found
}

/// Whether a call reads a variable of the environment by its name.
fn is_read(file: &Index, call: &Call) -> bool {
    READS.iter().any(|read| call.is(read))
        || Language::of(file.path())
            .is_some_and(|language| environment::reader(language.name(), &call.path, call.origin.as_deref()).is_some())
}

/// The functions of a file that read the variable that they are told, by name.
fn readers_in(file: &Index) -> Vec<(String, Reader)> {
    let has_all = file.calls.iter().any(|call| ALL.iter().any(|all| call.is(all)));
    let named = file.calls.iter().filter_map(|call| {
        let Value::Name(name) = call.positional(0)? else { return None };
        let function = file.function(&call.place)?;
        let variable = function.parameters.iter().position(|parameter| parameter == name)?;
        let is_of_map = has_all && call.name() == "get";
        let default = (function.parameters.len() == 2).then_some(1 - variable.min(1));
        let (class, own) = function.name.rsplit_once('.').unwrap_or(("", &function.name));
        let stem = file_name(file.path()).split('.').next().unwrap_or_default();
        let owners = [last(class), stem, file_name(parent(file.path()))].map(str::to_owned);
        let ends = |other: &Call| other.place.function == call.place.function && other.name() == "panic!";
        let reader = Reader {
            variable,
            default,
            owners: (!is_of_map).then_some(owners),
            is_demanding: is_of_map && file.calls.iter().any(ends),
        };
        (!own.is_empty() && (is_of_map || is_read(file, call))).then(|| (own.to_owned(), reader))
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Program;
    use crate::repo::Document;

    /// The variables that files read, with what stands in for each.
    fn variables(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let files = files.iter().map(|(path, text)| Rc::new(crate::source::read(Document::new(*path, *text))));
        let program = Program::of(files);
        let reads = program.sources().flat_map(|file| &file.environment);
        let shown = reads.map(|it| (it.variable.clone(), it.default.as_ref().and_then(Value::known_text)));
        shown.map(|(name, default)| (name, default.unwrap_or_default())).collect()
    }

    #[test]
    fn a_function_that_is_told_a_variable_reads_it() {
        let told = [("REDIS_URL".to_owned(), "redis://x".to_owned())];
        for (path, text) in [
            (
                "A.java",
                "class A { String url = of(\"REDIS_URL\", \"redis://x\"); static String of(String name, String other) { String it = System.getenv(name); return it == null ? other : it; } }",
            ),
            (
                "a.py",
                "import os\n\ndef setting(name, default):\n    return os.environ.get(name) or default\n\nURL = setting('REDIS_URL', 'redis://x')\n",
            ),
            (
                "main.rs",
                "fn setting(name: &str, default: &str) -> String { std::env::var(name).unwrap_or(default.to_string()) }\nfn main() { open(setting(\"REDIS_URL\", \"redis://x\")) }\n",
            ),
        ] {
            assert_eq!(variables(&[(path, text)]), told, "{path}");
            assert!(
                variables(&[(path, &text.replace("(\"REDIS_URL", "(\"redisUrl").replace("('REDIS_URL", "('x.y"))])
                    .is_empty()
            );
        }
        let reader =
            ("config/config.go", "package config\n\nfunc Value(name string) string { return os.Getenv(name) }\n");
        let main = ("main.go", "package main\n\nfunc main() { open(config.Value(\"REDIS_URL\")) }\n");
        assert_eq!(variables(&[main, reader]), [("REDIS_URL".to_owned(), String::new())]);
        assert!(variables(&[main, ("config/config.go", &reader.1.replace("os.Getenv", "strings.ToLower"))]).is_empty());
    }

    #[test]
    fn constants_of_other_files_name_variables() {
        let names = ("names.rs", "pub const PLACE: &str = \"SHOP_PLACE\"; pub const OTHER: &str = \"a place\";\n");
        let main = "use crate::names::*;\nfn main() { open(std::env::var(PLACE).unwrap()); open(std::env::var(OTHER).unwrap()) }\n";
        assert_eq!(variables(&[("main.rs", main), names]), [("SHOP_PLACE".to_owned(), String::new())]);
        let two = ("others.rs", "pub const PLACE: &str = \"ANOTHER\";\n");
        assert!(variables(&[("main.rs", main), names, two]).is_empty(), "which one is not known");
        let go = ("main.go", "package main\n\nfunc main() { open(os.Getenv(names.Place)) }\n");
        let constant = ("names/names.go", "package names\n\nconst Place = \"SHOP_PLACE\"\n");
        assert_eq!(variables(&[go, constant]), [("SHOP_PLACE".to_owned(), String::new())]);
        let python = ("main.py", "import os\nfrom names import PLACE\n\nopen(os.environ.get(PLACE, 'place'))\n");
        let constant = ("names.py", "PLACE = 'SHOP_PLACE'\n");
        assert_eq!(variables(&[python, constant]), [("SHOP_PLACE".to_owned(), "place".to_owned())]);
    }

    #[test]
    fn a_map_of_all_variables_is_read_by_the_names_that_it_is_asked_for() {
        let settings = "use std::collections::HashMap;\npub struct Settings { all: HashMap<String, String> }\nimpl Settings {\n  pub fn load() -> Self { Self { all: dotenv::vars().collect() } }\n  pub fn get(&self, key: &str) -> &str { match self.all.get(key) { Some(it) => it, None => panic!(\"{key}\") } }\n}\n";
        let main =
            "pub const KEY: &str = \"SHOP_KEY\";\nfn main() { let env = Settings::load(); open(env.get(KEY)) }\n";
        assert_eq!(
            variables(&[("main.rs", main), ("settings.rs", settings)]),
            [("SHOP_KEY".to_owned(), String::new())]
        );
        let other = settings.replace("dotenv::vars().collect()", "HashMap::new()");
        assert!(variables(&[("main.rs", main), ("settings.rs", &other)]).is_empty());
    }
}
