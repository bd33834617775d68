//! Whether Django answers at all: with `DEBUG` off it refuses every host that `ALLOWED_HOSTS` does not name.

use std::rc::Rc;

use crate::evidence::{Evidence, Fact};
use crate::source::python::modules::{self, Module};
use crate::source::{Assignment, EnvironmentRead, Index, Value};

const HOSTS: &str = "ALLOWED_HOSTS";
const DEBUG: &str = "DEBUG";
/// Texts that settings take for yes.
const YES: &[&str] = &["true", "1", "yes", "y", "on", "t"];

/// The settings module of this name with those of the project that it takes in.
pub fn settings<'a>(name: &str, root: &str, own: &[&'a Module]) -> Vec<&'a Module> {
    let mut found: Vec<&Module> = own.iter().copied().filter(|it| it.name == name && it.root == root).collect();
    let mut next = 0;
    while let Some(module) = found.get(next).copied() {
        next += 1;
        let is_taken =
            |other: &&Module| modules::imports(module, other) && !found.iter().any(|it| it.path() == other.path());
        let taken: Vec<&Module> = own.iter().copied().filter(is_taken).collect();
        found.extend(taken);
    }
    found
}

/// Whether `DEBUG` is on where nobody says otherwise; nothing where that can't be told.
pub fn is_debugging(settings: &[&Module]) -> Option<bool> {
    match stated(settings, DEBUG) {
        Stated::Once(file, assignment) => is_on(&file, &assignment),
        Stated::Never => Some(false),
        Stated::Unclear => None,
    }
}

/// The line that lets no host in, with the variable that would; nothing where one is let in, or where that can't be told.
pub fn refused(settings: &[&Module]) -> Option<Fact<Option<String>>> {
    if is_debugging(settings)? {
        return None;
    }
    let (file, assignment) = match stated(settings, HOSTS) {
        Stated::Once(file, assignment) => (file, assignment),
        Stated::Never => return Some(Fact::new(None, Evidence::file(settings.first()?.path()))),
        Stated::Unclear => return None,
    };
    // a text of a variable is taken apart: `os.getenv("HOSTS", "").split(",")`
    let told = only_read(&file, &assignment).filter(|_| {
        let text = file.text_at(&assignment.place);
        !text.contains('+') && !text.contains(" or ") && !text.contains(" if ")
    });
    let is_empty = match (assignment.value.resolved(), told.and_then(|read| read.default.as_ref())) {
        (Value::List(hosts), _) | (_, Some(Value::List(hosts))) => hosts.is_empty(),
        (_, Some(default)) => default.text() == Some(""),
        _ => false,
    };
    let variable = told.map(|read| read.variable.clone());
    is_empty.then(|| file.fact(variable, &assignment.place))
}

/// The one variable that an assignment reads.
fn only_read<'a>(file: &'a Index, assignment: &Assignment) -> Option<&'a EnvironmentRead> {
    let mut reads = file.environment.iter().filter(|read| assignment.place.has(&read.place));
    reads.next().filter(|_| reads.next().is_none())
}

/// What settings say of one of them.
enum Stated {
    /// Nothing names it.
    Never,
    /// One assignment of a file says all.
    Once(Rc<Index>, Assignment),
    /// More than that does.
    Unclear,
}

fn stated(settings: &[&Module], name: &str) -> Stated {
    // what is told all settings may change them: `django_heroku.settings(locals())`
    let is_told_all = |module: &&Module| ["locals()", "globals()"].iter().any(|it| module.document.text().contains(it));
    let is_word = |line: &str| line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
    let is_said = |line: &str| !line.trim_start().starts_with('#') && is_word(line) && is_set(line, name);
    let lines_of = |module: &Module| module.document.lines().filter(|(_, line)| is_said(line)).count();
    let mut stating = settings.iter().filter(|module| lines_of(module) > 0);
    if settings.is_empty() || settings.iter().any(is_told_all) {
        return Stated::Unclear;
    }
    match (stating.next(), stating.next()) {
        (None, _) => Stated::Never,
        (Some(module), None) if lines_of(module) == 1 => {
            let file = module.index();
            let is_it = |it: &&Assignment| it.name == name && !it.place.is_conditional && it.place.function.is_none();
            let assignment = file.assignments.iter().find(is_it).cloned();
            assignment.map_or(Stated::Unclear, |assignment| Stated::Once(file, assignment))
        }
        _ => Stated::Unclear,
    }
}

/// Whether a line may change a setting: it assigns to it, adds to it, or calls a method of it.
fn is_set(line: &str, name: &str) -> bool {
    let Some((_, rest)) = line.split_once(name) else { return false };
    let rest = rest.trim_start();
    rest.starts_with(['+', '.', ':', ',']) || rest.starts_with('=') && !rest.starts_with("==")
}

/// Whether what is assigned holds by itself; a text of a variable is compared, or taken by a function that knows `true` and `false`.
fn is_on(file: &Index, assignment: &Assignment) -> Option<bool> {
    let text = file.text_at(&assignment.place);
    if let Value::Boolean(is_on) = assignment.value.resolved() {
        return Some(*is_on);
    }
    let read = only_read(file, assignment)?;
    let is_compared = text.contains("==") || text.contains(" in ");
    let is_read = assignment.value.variable().is_some();
    if !(is_compared || is_read) || text.contains("!=") || text.contains("not ") {
        return None;
    }
    match &read.default {
        None => Some(false),
        Some(Value::Boolean(is_on)) => Some(*is_on),
        Some(Value::Number(number)) => Some(*number != 0),
        Some(default) => {
            let default = default.text()?.to_lowercase();
            let is_any_text = text.contains("bool(os.");
            Some(YES.contains(&default.as_str()) || is_any_text && !default.is_empty())
        }
    }
}
