//! Folders that a program writes.

use std::collections::BTreeMap;

use crate::analysis::{Found, Program};
use crate::evidence::Fact;
use crate::languages::go::entrypoint::runtime_files::{Files, ending, names_path, outermost, relative, settings};
use crate::languages::go::workspace::packages::{Closure, Packages};
use crate::path::{file_name, join, parent};
use crate::source::go::{Literal, is_source, name_words};
use crate::source::{Call, Place};

/// Functions that are given paths to write.
const WRITERS: &[&str] = &["MkdirAll", "Mkdir", "Create", "OpenFile", "WriteFile"];
/// Folders whose names say that a program keeps its data there.
const KEPT: &[&str] = &[
    "data", "uploads", "upload", "storage", "logs", "log", "cache", "tmp", "temp", "backup", "backups", "runtime",
    "var", "db", "database", "files", "media",
];
/// The same, for absolute paths: the first part.
const KEPT_ABSOLUTE: &[&str] = &["data", "storage", "uploads", "cache", "db", "logs", "media", "downloads"];

/// Folders that the program writes.
pub fn written(packages: &mut Packages, closure: &Closure, files: &mut Files) {
    let mut found: BTreeMap<String, Fact<String>> = BTreeMap::new();
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for literal in &source.literals {
                let Some(place) = written_folder(literal) else { continue };
                let fact = packages.fact(source, literal.line, place.clone());
                if place.is_empty() {
                    files.written_here.get_or_insert_with(|| Fact::new(literal.value.clone(), fact.evidence));
                } else {
                    found.entry(place).or_insert(fact);
                }
            }
        }
    }
    for fact in made(&packages.analysed(closure)) {
        let folder = parent(&fact.value).to_owned();
        if folder.is_empty() {
            files.written_here.get_or_insert(fact);
        } else {
            found.entry(folder.clone()).or_insert_with(|| Fact::new(folder, fact.evidence));
        }
    }
    let repo = packages.repo();
    for document in settings(repo, files) {
        for (line, text) in document.lines() {
            for place in text.split(|c: char| !is_of_path(c)).filter_map(kept_in_settings) {
                let full = join(&files.base, &place);
                // what is there already, or starts like this, is read
                if !repo.files_under(parent(&full)).any(|file| file.starts_with(&full)) {
                    let evidence = document.evidence_line(line);
                    found.entry(place.clone()).or_insert_with(|| Fact::new(place, evidence));
                }
            }
        }
    }
    found.retain(|place, _| place.starts_with('/') || !repo.files_under(&join(&files.base, place)).any(is_source));
    files.written = outermost(found);
}

/// Files that calls make, by relative paths that they are given or that are passed on to them: `os.Create("app.log")`.
fn made(program: &Program) -> Vec<Fact<String>> {
    let mut found = Vec::new();
    for file in program.sources() {
        let makes = |call: &&Call| {
            let opens = call.is("os.OpenFile") && file.text_at(&call.place).contains("O_CREATE");
            opens || ["os.Create", "os.WriteFile", "ioutil.WriteFile"].iter().any(|name| call.is(name))
        };
        for call in file.calls.iter().filter(makes) {
            let Some(argument) = call.positional_argument(0) else { continue };
            let place = Place { start: argument.start, end: argument.end, ..call.place };
            let path = program.follow(Found { file, value: &argument.value, place });
            let name = path.value.known_text().and_then(|text| relative(&text));
            let is_plain = |name: &String| !name.starts_with(['~', '_']) && !ending(name).is_empty();
            found.extend(name.filter(is_plain).map(|name| file.fact(name, &call.place)));
        }
    }
    found
}

fn is_of_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-')
}

/// The folder of a path in the settings, such as `logs/app.log`, whose name says that data is kept there.
fn kept_in_settings(text: &str) -> Option<String> {
    let path = relative(text).filter(|path| path.contains('/') && !text.starts_with('/'))?;
    let first = path.split('/').next().unwrap_or_default();
    let folder = if ending(&path).is_empty() { path.as_str() } else { parent(&path) };
    KEPT.contains(&first).then(|| folder.to_owned())
}

/// The folder that a literal says is written: empty for the working folder itself.
fn written_folder(literal: &Literal) -> Option<String> {
    if matches!(
        literal.function(),
        "Contains"
            | "HasSuffix"
            | "HasPrefix"
            | "TrimSuffix"
            | "GET"
            | "POST"
            | "HandleFunc"
            | "Handle"
            | "Group"
            | "Get"
            | "Post"
            | "Route"
            | "Getenv"
    ) {
        return None;
    }
    let database = |path: &str| {
        matches!(ending(path), "db" | "sqlite" | "sqlite3" | "bolt") && file_name(path).len() > ending(path).len() + 1
    };
    let plain = literal
        .tag("default")
        .unwrap_or(&literal.value)
        .trim_start_matches("file:")
        .trim_start_matches("sqlite://")
        .trim_start_matches("sqlite3://");
    let plain = plain.split('?').next().unwrap_or_default();
    if let Some(absolute) = plain.strip_prefix('/') {
        // `/var/opt` is there for nothing but a program's own data
        let is_own = absolute.starts_with("var/opt/");
        let is_path = is_own || names_path(literal) || WRITERS.contains(&literal.function()) || database(plain);
        let odd = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.'));
        let mut parts = absolute.split('/');
        let first = parts.next().unwrap_or_default();
        let kept = KEPT_ABSOLUTE.contains(&first)
            || first == "var"
                && matches!(parts.next(), Some("lib" | "log" | "opt"))
                && parts.next().is_some_and(|part| !part.is_empty());
        if !is_path || !kept || absolute.contains(odd) {
            return None;
        }
        let folder = if ending(plain).is_empty() { plain } else { parent(plain) };
        return Some(folder.trim_end_matches('/').to_owned()).filter(|folder| !folder.is_empty());
    }
    let above = plain.trim_start_matches("./");
    if above.starts_with("../") && database(above) && !file_name(above).contains("test") {
        return Some(String::new());
    }
    // a home is the user's own, and what starts so is the end of a name that is put together
    let path = relative(plain).filter(|path| !path.starts_with(['~', '_']))?;
    if database(&path) && !file_name(&path).contains("_test") {
        return Some(parent(&path).to_owned());
    }
    let first = path.split('/').next().unwrap_or_default();
    let has_ending = !ending(&path).is_empty();
    if WRITERS.contains(&literal.function())
        && literal.position == 0
        && (path.contains('/') || !has_ending)
        && !path.starts_with("tests")
    {
        return Some(if has_ending { parent(&path).to_owned() } else { path });
    }
    if !has_ending && !path.contains('/') && keeps(&literal.name, &path) {
        return Some(path);
    }
    let looks_like_path = path.contains('/') || literal.value.starts_with("./");
    if KEPT.contains(&first) && looks_like_path && !is_source(&literal.value) {
        return Some(if has_ending { parent(&path).to_owned() } else { path });
    }
    None
}

/// Whether a name such as `dataDir` is given a folder such as `app_data`, which is no name of a flag.
fn keeps(name: &str, value: &str) -> bool {
    const ENDS: &[&str] = &["dir", "folder", "directory"];
    let (name, value) = (name_words(name), name_words(value));
    let is_kept = |words: &[String]| words.iter().any(|word| KEPT.contains(&word.as_str()));
    let is_end = |words: &[String]| words.last().is_some_and(|word| ENDS.contains(&word.as_str()));
    is_end(&name) && is_kept(&name) && is_kept(&value) && !is_end(&value)
}
