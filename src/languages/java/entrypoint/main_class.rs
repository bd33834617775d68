//! Classes with a main method, and which of them is the application's.

use crate::analysis::Program;
use crate::analysis::listen::listeners;
use crate::catalog::{JavaStarter, java_starters};
use crate::evidence::Fact;
use crate::path::file_name;
use crate::source::{Call, Function, Index, Value};

/// A class with a main method.
#[derive(Debug, Clone)]
pub struct Main {
    /// Its full name, with the line of the method.
    pub class: Fact<String>,
    /// How much it looks like the application.
    rank: Rank,
}

/// What a class with a main method is likely to be, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// A helper, for all that is known.
    Unknown,
    /// It has a name that applications have.
    Named,
    /// It opens a port.
    Server,
    /// It starts a framework.
    Framework,
}

/// Every class with a main method, one a file.
pub fn find(program: &Program) -> Vec<Main> {
    let servers: Vec<&str> = listeners(program).iter().map(|listener| listener.file.path()).collect();
    let rank = |file: &Index| {
        if starter(file, |_| true).is_some() {
            Rank::Framework
        } else if servers.contains(&file.path()) {
            Rank::Server
        } else if has_usual_name(file_name(file.path())) {
            Rank::Named
        } else {
            Rank::Unknown
        }
    };
    program.sources().filter_map(|file| Some(Main { class: main_class(file)?, rank: rank(file) })).collect()
}

/// Whether a class of these starts a framework or opens a port.
pub fn has_service(mains: &[Main]) -> bool {
    mains.iter().any(|main| main.rank >= Rank::Server)
}

/// The one that is evident: of the highest rank, then of Java where Kotlin has its twin, then nearest to the root.
pub fn evident(mains: &[Main]) -> Option<&Main> {
    let best = mains.iter().map(|main| main.rank).max()?;
    let mut left: Vec<&Main> = mains.iter().filter(|main| main.rank == best).collect();
    if left.iter().any(|main| main.class.evidence.path.ends_with(".java")) {
        left.retain(|main| main.class.evidence.path.ends_with(".java"));
    }
    if best > Rank::Unknown {
        let depth = |main: &&Main| main.class.value.split('.').count();
        let nearest = left.iter().map(depth).min()?;
        left.retain(|main| depth(main) == nearest);
    }
    if left.len() == 1 { left.pop() } else { None }
}

/// Whether a file has a name that those of applications have.
pub fn has_usual_name(file: &str) -> bool {
    let stem = file.rsplit_once('.').map_or("", |(stem, _)| stem);
    let words = ["Application", "App", "Main", "Server", "Cli", "CLI", "Bootstrap", "Launcher"];
    words.iter().any(|word| stem.ends_with(word)) || matches!(stem, "app" | "main" | "server")
}

/// The class that Spring Boot starts, of the main method or beside it.
pub fn of_spring_boot(program: &Program) -> Option<Fact<String>> {
    program.sources().find_map(|file| {
        let call = starter(file, |row| row.is_boot)?;
        let class = main_class(file).map_or_else(|| in_package(file, stem(file)), |main| main.value);
        Some(file.fact(class, &call.place))
    })
}

/// The first call of a file that starts a framework of these rows.
fn starter(file: &Index, wanted: impl Fn(&JavaStarter) -> bool) -> Option<&Call> {
    let is_imported = |row: &&JavaStarter| row.import.as_ref().is_none_or(|package| file.imports(package));
    let rows: Vec<&JavaStarter> = java_starters().iter().filter(|row| wanted(row)).filter(is_imported).collect();
    file.calls.iter().find(|call| rows.iter().any(|row| call.is(&row.call)))
}

/// The full name of the class with the main method of a file, with the line of the method.
fn main_class(file: &Index) -> Option<Fact<String>> {
    let annotated = |function: &&Function| {
        let is_main = |call: &Call| call.path == "@main" && call.place.start == function.place.start;
        function.name == "main" || file.calls.iter().any(is_main)
    };
    match file.path().rsplit('.').next() {
        Some("kt") => {
            let is_static = |function: &&Function| {
                function.name.ends_with(".main") && file.text_at(&function.place).starts_with("@JvmStatic")
            };
            let top = file.functions.iter().find(|function| function.name == "main");
            let main = top.or_else(|| file.functions.iter().find(is_static))?;
            Some(file.fact(in_package(file, &kotlin_class(file, main)), &main.place))
        }
        Some("scala") => {
            let object = |function: &&Function| function.name.ends_with(".main");
            let main = file.functions.iter().find(object).or_else(|| file.functions.iter().find(annotated))?;
            let name = main.name.strip_suffix(".main").unwrap_or(&main.name);
            Some(file.fact(in_package(file, name), &main.place))
        }
        _ => {
            let main = file.functions.iter().find(|function| is_main_method(file, function))?;
            let class = main.name.strip_suffix("main").unwrap_or_default().trim_end_matches('.').replace('.', "$");
            let class = if class.is_empty() { stem(file).to_owned() } else { class };
            Some(file.fact(in_package(file, &class), &main.place))
        }
    }
}

/// Whether a method of Java or Groovy is one that the JVM starts: `static void main(…)`, or `void main()`.
fn is_main_method(file: &Index, function: &Function) -> bool {
    let head = file.text_at(&function.place).split('(').next().unwrap_or_default();
    let mut words = head.split_whitespace().rev();
    let is_void = words.next() == Some("main") && matches!(words.next(), Some("void" | "def"));
    let is_static = head.split_whitespace().any(|word| word == "static");
    is_void && (is_static || function.parameters.is_empty())
}

/// The class that Kotlin makes of a main function.
fn kotlin_class(file: &Index, main: &Function) -> String {
    if let Some(class) = main.name.strip_suffix(".main") {
        return class.strip_suffix(".").unwrap_or(class).replace('.', "$");
    }
    let renamed = file.calls.iter().find(|call| call.path == "@JvmName" && call.place.start < main.place.start);
    if let Some(name) = renamed.and_then(|call| call.positional(0)).and_then(Value::text) {
        return name.to_owned();
    }
    let mut letters = stem(file).chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}Kt", letters.as_str())
}

/// The name of a file without its ending.
fn stem(file: &Index) -> &str {
    file_name(file.path()).rsplit_once('.').map_or("", |(stem, _)| stem)
}

/// A class with the package of its file in front.
fn in_package(file: &Index, class: &str) -> String {
    match file.value_of("package").and_then(Value::text) {
        Some(package) => format!("{package}.{class}"),
        None => class.to_owned(),
    }
}
