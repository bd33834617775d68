//! The calls of a program that use files and folders, and the paths that they name.

use std::sync::LazyLock;

use crate::analysis::calls::{CallRow, CallRows};
use crate::analysis::{Found, Program};
use crate::catalog::analysis::{FileUse, UsesFile, data, uses_files};
use crate::evidence::Fact;
use crate::path::file_name;
use crate::source::{Argument, Call, Folder, Index, Language, SourcePath, Value};

/// A call that uses a file or folder.
#[derive(Debug)]
pub struct Used<'a> {
    /// The file that states the path.
    pub found: Found<'a>,
    /// The path.
    pub path: SourcePath,
    /// How the call uses it.
    pub how: FileUse,
    /// The call itself, in its own file.
    pub call: &'a Call,
    /// Whether the program ends where the call finds nothing, whatever it makes of the answer.
    pub is_demanded: bool,
    /// That file.
    pub caller: &'a Index,
}

impl<'a> Used<'a> {
    fn new(found: Found<'a>, path: SourcePath, row: &UsesFile, call: &'a Call, caller: &'a Index) -> Self {
        Self { found, path, how: row.how, call, is_demanded: row.is_demanded, caller }
    }
}

/// What a call says that names no path.
static NO_VALUE: Value = Value::Unknown;

static ROWS: LazyLock<CallRows<UsesFile>> = LazyLock::new(|| CallRows::new(uses_files()));

impl CallRow for UsesFile {
    fn language(&self) -> &str {
        &self.language
    }

    fn call(&self) -> &str {
        &self.call
    }
}

/// The calls that use files and folders whose paths are known, in the order of the files.
pub fn uses(program: &Program) -> Vec<Used<'_>> {
    let mut found = Vec::new();
    for file in program.sources() {
        let Some(language) = Language::of(file.path()) else { continue };
        for call in &file.calls {
            let Some(row) = ROWS.of(language, call).find(|row| fits(call, row)) else { continue };
            let stated = path_values(file, call, row);
            let default = row.default.as_ref().filter(|_| stated.is_empty());
            if let Some(path) = default.and_then(|name| Value::from(name.as_str()).path()) {
                let found_here = Found { file, value: &NO_VALUE, place: call.place };
                found.push(Used::new(found_here, path, row, call, file));
            }
            for stated in stated {
                let stated = program.follow(stated);
                if row.how.writes() && has_parameter(&stated) {
                    continue;
                }
                let Some(mut path) = path(stated.value) else { continue };
                if row.is_beside_source && path.base == Some(Folder::Working) {
                    path.base = Some(Folder::Source);
                }
                found.push(Used::new(stated, path, row, call, file));
            }
        }
    }
    found
}

/// How a call uses a file or folder, where the table knows it.
pub fn how_used(language: Language, call: &Call) -> Option<FileUse> {
    ROWS.of(language, call).find(|row| fits(call, row)).map(|row| row.how)
}

/// The folders that calls write files or make folders in whose names are put together: `os.WriteFile(filepath.Join("uploads", name), …)`.
pub fn folders_of_written_names(program: &Program) -> Vec<(SourcePath, Found<'_>)> {
    let written = written(program, FileUse::writes).into_iter();
    written.filter_map(|stated| Some((known_folder(&without_parameters(&stated))?, stated))).collect()
}

/// What states the paths that calls write in such a way.
fn written(program: &Program, is_it: impl Fn(FileUse) -> bool) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    for file in program.sources() {
        let Some(language) = Language::of(file.path()) else { continue };
        for call in &file.calls {
            let row = ROWS.of(language, call).find(|row| fits(call, row) && is_it(row.how));
            let stated = row.map(|row| path_values(file, call, row)).unwrap_or_default();
            found.extend(stated.into_iter().map(|stated| program.follow(stated)));
        }
    }
    found
}

/// Whether a part behind the first is a parameter of the function around: what stands in for it is one of many values.
fn has_parameter(found: &Found) -> bool {
    parts(found.value).iter().skip(1).any(|part| is_parameter(found, part))
}

/// The value, with parameters behind the first part as what they are: names.
fn without_parameters(found: &Found) -> Value {
    let known = |part: &Value| match part {
        Value::Constant { name, .. } if is_parameter(found, part) => Value::Name(name.clone()),
        other => other.clone(),
    };
    let parts = |parts: &[Value]| parts.iter().take(1).cloned().chain(parts.iter().skip(1).map(known)).collect();
    match found.value.resolved() {
        Value::Joined(all) => Value::Joined(parts(all)),
        Value::Path(all) => Value::Path(parts(all)),
        other => other.clone(),
    }
}

/// The parts that a text or a path is put together from.
fn parts(value: &Value) -> &[Value] {
    match value.resolved() {
        Value::Joined(parts) | Value::Path(parts) => parts,
        _ => &[],
    }
}

fn is_parameter(found: &Found, part: &Value) -> bool {
    let function = found.file.function(&found.place);
    matches!(part, Value::Constant { name, .. } if function.is_some_and(|it| it.parameters.contains(name)))
}

/// The folder of a path whose last part alone is not known; nothing for a path that is known, or of which less is.
pub fn known_folder(value: &Value) -> Option<SourcePath> {
    match value.default_value() {
        Value::Path(parts) => {
            let (name, folder) = parts.split_last()?;
            name.path().is_none().then(|| Value::Path(folder.to_vec()).path()).flatten()
        }
        joined @ Value::Joined(_) if joined.path().is_none() => {
            let known = joined.known_start();
            Value::from(known.rsplit_once('/')?.0).path()
        }
        _ => None,
    }
}

/// The variables that alone name a file which a call writes, each with its line: where it lies, only whoever sets them knows.
pub fn written_by_variables(program: &Program) -> Vec<Fact<String>> {
    let written = written(program, |how| how == FileUse::WriteFile).into_iter();
    written.filter_map(|it| Some(Fact::new(it.value.bare_variable()?.to_owned(), it.evidence()))).collect()
}

/// The path that a value names, also where a call makes a path of it: `Paths.get("x")`.
pub fn path(value: &Value) -> Option<SourcePath> {
    if let Value::Call(call) = value.resolved()
        && data().paths.iter().any(|name| call.is(name))
    {
        return call.positional(0)?.path();
    }
    // a number is one of a stream that is open
    if matches!(value.resolved(), Value::Number(_)) {
        return None;
    }
    value.path().filter(|_| value.known_text().is_none_or(|text| !text.is_empty()))
}

/// Whether a text is the name of a certificate or a key.
pub fn is_certificate(text: &str) -> bool {
    let ending = file_name(text).rsplit_once('.').map(|(stem, ending)| (stem.len(), ending));
    ending.is_some_and(|(stem, ending)| stem > 0 && data().certificates.iter().any(|known| known == ending))
}

/// Whether a call that a row means has the arguments that the row wants.
fn fits(call: &Call, row: &UsesFile) -> bool {
    let has_first = row.with.as_ref().is_none_or(|text| call.positional(0).and_then(Value::text) == Some(text));
    let is_name = |argument: &Argument, name: &String| matches!(&argument.value, Value::Name(other) if other == name);
    let has_beside = row.beside.as_ref().is_none_or(|name| call.arguments.iter().any(|it| is_name(it, name)));
    let writes = |mode: &str| mode.starts_with(['w', 'a', 'x']) || mode.contains('+');
    let mode = |at| call.positional(at).or_else(|| call.named("mode")).and_then(Value::text);
    let is_failing = match row.how {
        FileUse::ReadVariables if row.is_checked => call.is_checked,
        FileUse::ReadVariables => !call.is_caught,
        _ => true,
    };
    has_first && has_beside && is_failing && row.mode.is_none_or(|at| mode(at).is_some_and(writes))
}

/// The arguments that are paths: the one in its position, else those of their names.
fn path_values<'a>(file: &'a Index, call: &'a Call, row: &UsesFile) -> Vec<Found<'a>> {
    if row.is_on_receiver {
        return receiver_path(file, call).into_iter().collect();
    }
    let is_named = |it: &&Argument| it.name.as_ref().is_some_and(|name| row.path_names.contains(name));
    let at = |place: Option<usize>| place.and_then(|place| call.positional_argument(place));
    let passed: Vec<&Argument> = match at(row.path) {
        Some(argument) => std::iter::once(argument).chain(at(row.other_path)).collect(),
        None => call.arguments.iter().filter(is_named).collect(),
    };
    let found: Vec<Found> = passed
        .into_iter()
        .filter(|it| !matches!(it.value, Value::Object(_)))
        .map(|it| Found::argument(file, call, it))
        .collect();
    if !found.is_empty() {
        return found;
    }
    let fields = call.arguments.iter().filter_map(|argument| match argument.value.resolved() {
        Value::Object(fields) => Some(fields),
        _ => None,
    });
    let fields = fields.flatten().filter(|field| row.path_names.contains(&field.name));
    fields.map(|it| Found { file, value: &it.value, place: call.place.part(it.start, it.end) }).collect()
}

/// The path of what a method is called on: `new File("x").mkdirs()`.
fn receiver_path<'a>(file: &'a Index, call: &'a Call) -> Option<Found<'a>> {
    let receiver = call.receiver().strip_suffix("()")?;
    let is_it = |other: &&Call| other.path == receiver && other.place.start == call.place.start;
    let maker = file.calls.iter().find(is_it)?;
    let value = &maker.positional_argument(0)?.value;
    Some(Found { file, value, place: maker.place })
}

#[cfg(test)]
pub(crate) mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::repo::Document;

    /// A program of one file in a language.
    pub fn program(language: &str, text: &str) -> Program {
        let name = match language {
            "javascript" => "src/server.ts",
            "python" => "src/main.py",
            "go" => "src/main.go",
            "java" => "src/Main.java",
            _ => "src/main.rs",
        };
        let file = Rc::new(crate::source::read(Document::new(name, text)));
        Program::of([file])
    }

    #[test]
    fn every_row_takes_its_source_and_leaves_the_other() {
        for row in uses_files() {
            let taken = program(&row.language, &row.takes);
            let all = uses(&taken);
            let is_taken = all.iter().any(|it| it.how == row.how && it.path.path.starts_with("place"));
            let is_fit = |program: &Program| {
                let file = &program.files[0];
                let is_it = |call: &Call| call.is(&row.call) && fits(call, row);
                file.calls.iter().any(|call| is_it(call) && !path_values(file, call, row).is_empty())
            };
            assert!(is_taken && is_fit(&taken), "{}: {} {:?}", row.call, row.takes, taken.files[0].calls);
            assert!(!is_fit(&program(&row.language, &row.leaves)), "{}: {}", row.call, row.leaves);
        }
    }
}
