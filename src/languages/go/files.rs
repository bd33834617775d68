//! Files that a program reads and writes at run time, by the paths in its source.

use std::collections::BTreeMap;

use crate::languages::Fact;
use crate::languages::go::module::is_source;
use crate::languages::go::packages::{Closure, Packages};
use crate::languages::go::source::{Literal, Source};
use crate::repo::{Repo, file_name, join, parent};

/// Functions that are given paths to read.
const READERS: &[&str] = &[
    "ParseFiles",
    "ParseGlob",
    "LoadHTMLGlob",
    "LoadHTMLFiles",
    "Dir",
    "Static",
    "StaticFS",
    "StaticFile",
    "File",
    "ServeFile",
    "ReadFile",
    "Open",
    "ReadDir",
    "DirFS",
    "AddConfigPath",
    "SetConfigFile",
    "Load",
    "LoadFile",
    "Join",
    "Glob",
    "Walk",
    "WalkDir",
    "Stat",
    "New",
    "NewFileSystem",
    "FileServer",
    "ReadConfig",
    "Root",
    "LocalFile",
    "HandleDir",
    "MustLoad",
    "LoadConfig",
    "DecodeFile",
    "SetStaticPath",
    "LoadTranslationFile",
    "LoadMessageFile",
    "MustLoadMessageFile",
    "Up",
    "Default",
    "Value",
    "String",
    "StringVar",
];
/// Functions that are given paths to write.
const WRITERS: &[&str] = &["MkdirAll", "Mkdir", "Create", "OpenFile", "WriteFile"];
/// Parts of names that say that a value is a path.
const ABOUT_PATHS: &[&str] = &[
    "dir",
    "path",
    "folder",
    "root",
    "template",
    "static",
    "asset",
    "public",
    "view",
    "migration",
    "config",
    "file",
    "location",
    "locale",
];
/// Endings of files that programs read beside themselves.
const DATA: &[&str] = &[
    "yml",
    "yaml",
    "json",
    "toml",
    "ini",
    "conf",
    "cfg",
    "html",
    "htm",
    "tmpl",
    "gohtml",
    "tpl",
    "sql",
    "txt",
    "csv",
    "xml",
    "properties",
    "mmdb",
    "ico",
    "css",
    "js",
];
/// Folders whose names say that a program keeps its data there.
const KEPT: &[&str] = &[
    "data", "uploads", "upload", "storage", "logs", "log", "cache", "tmp", "temp", "backup", "backups", "runtime",
    "var", "db", "database", "files", "media",
];
/// The same, for absolute paths: the first part.
const KEPT_ABSOLUTE: &[&str] = &[
    "data",
    "storage",
    "uploads",
    "cache",
    "db",
    "logs",
    "media",
    "downloads",
];

/// What a program reads and writes in its working folder.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// Files and folders of the repository that it reads, from its root.
    pub read: Vec<Fact<String>>,
    /// The folder of the repository that stands for the working folder.
    pub base: String,
    /// Folders that it writes: absolute, or relative to the working folder.
    pub written: Vec<Fact<String>>,
    /// A file that it makes in the working folder itself.
    pub written_here: Option<Fact<String>>,
    /// Files without which it refuses to start though they may be empty.
    pub empty: Vec<Fact<String>>,
}

/// Reads it from the literals of the program's packages; what it writes matters for servers only.
pub fn files(packages: &mut Packages, closure: &Closure, module: &str, is_server: bool) -> Files {
    let repo = packages.repo();
    let command = closure.folders.first().map(String::as_str).unwrap_or_default();
    let mut best = Files::default();
    for base in [module, command] {
        let mut found = Files {
            base: base.to_owned(),
            ..Files::default()
        };
        let mut read: BTreeMap<String, Fact<String>> = BTreeMap::new();
        for folder in &closure.folders {
            for source in &packages.package(folder).sources {
                for literal in &source.literals {
                    if let Some(path) = read_path(repo, base, source, literal) {
                        read.entry(path.clone())
                            .or_insert_with(|| packages.fact(source, literal.line, path));
                    }
                }
            }
        }
        found.read = outermost(read);
        if best.read.is_empty() && (base == module || !found.read.is_empty()) {
            best = found;
        }
    }
    configured(packages, closure, &mut best);
    if is_server {
        written(packages, closure, &mut best);
    }
    best
}

/// Only paths that are in no other of them.
fn outermost(all: BTreeMap<String, Fact<String>>) -> Vec<Fact<String>> {
    let mut kept: Vec<Fact<String>> = Vec::new();
    for (path, fact) in all {
        if !kept.iter().any(|it| path.starts_with(&format!("{}/", it.value))) {
            kept.push(fact);
        }
    }
    kept
}

/// A literal as a clean relative path: without `./`, scheme and glob.
fn relative(text: &str) -> Option<String> {
    let text = text
        .strip_prefix("file://")
        .or_else(|| text.strip_prefix("file:"))
        .unwrap_or(text);
    let text = text.split('?').next().unwrap_or_default();
    let odd = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '%' | '{' | '<' | '>' | '|' | '"' | '$' | ':' | ',' | '(' | '=' | '@')
    };
    if text.is_empty() || text.len() > 120 || text.starts_with('/') || text.contains("..") || text.contains(odd) {
        return None;
    }
    let parts: Vec<&str> = text
        .split('/')
        .take_while(|part| !part.contains(['*', '[']))
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn ending(path: &str) -> &str {
    file_name(path).rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn is_secret(path: &str) -> bool {
    let name = file_name(path);
    name.starts_with(".env") || matches!(ending(name), "pem" | "key" | "p12" | "pfx")
}

/// The file or folder of the repository that a literal names, where the program reads it at run time.
fn read_path(repo: &Repo, base: &str, source: &Source, literal: &Literal) -> Option<String> {
    let path = relative(&literal.value)?;
    let first = path.split('/').next().unwrap_or_default();
    let is_embedded = source
        .embeds
        .iter()
        .any(|embed| embed.value.split('/').next() == Some(first) || embed.value.starts_with('*'));
    if is_embedded || is_secret(&path) || matches!(ending(&path), "go" | "mod" | "sum") {
        return None;
    }
    let full = join(base, &path);
    let names_path = ABOUT_PATHS.iter().any(|word| {
        literal.name.to_lowercase().contains(word)
            || literal
                .before
                .iter()
                .any(|it| it.len() < 40 && it.to_lowercase().contains(word))
    });
    let is_given_to_reader = READERS.contains(&literal.function());
    if repo.has(&full) {
        let is_data = DATA.contains(&ending(&path));
        return (is_data || is_given_to_reader && path.contains('/')).then_some(full);
    }
    if !repo.has_folder(&full) || full.is_empty() || !repo.files_under(&full).any(|file| !is_source(file)) {
        return None;
    }
    let looks_like_path = literal.value.starts_with("./")
        || literal.value.starts_with("file:")
        || literal.value.contains('/') && literal.value.contains('*');
    let is_sure = looks_like_path
        || is_given_to_reader
            && (names_path
                || !matches!(
                    literal.function(),
                    "New" | "Default" | "Value" | "String" | "StringVar" | "Open"
                ));
    (is_sure || names_path && literal.value.contains('/')).then_some(full)
}

/// Configuration that viper and godotenv find by name.
fn configured(packages: &mut Packages, closure: &Closure, files: &mut Files) {
    let repo = packages.repo();
    let mut folders = Vec::new();
    let mut names = Vec::new();
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for literal in &source.literals {
                match literal.function() {
                    "AddConfigPath" => {
                        folders.extend(relative(&literal.value).or_else(|| (literal.value == ".").then(String::new)));
                    }
                    "SetConfigName" => names.push(packages.fact(source, literal.line, literal.value.clone())),
                    "SetConfigFile" | "Load" | "ReadConfig" | "Overload"
                        if literal.value.trim_start_matches("./") == ".env" =>
                    {
                        files.empty.push(packages.fact(source, literal.line, ".env".into()));
                    }
                    _ => {}
                }
            }
            let loads = source
                .imports
                .iter()
                .any(|import| import.value == "github.com/joho/godotenv");
            let call = source
                .calls
                .iter()
                .find(|call| loads && call.name == "godotenv.Load" && call.arguments.is_empty());
            if let Some(call) = call {
                files.empty.push(packages.fact(source, call.line, ".env".into()));
            }
        }
    }
    files.empty.truncate(1);
    for name in names {
        for folder in &folders {
            for ending in ["yaml", "yml", "json", "toml", "ini", "properties", "env"] {
                let path = join(&join(&files.base, folder), &format!("{}.{ending}", name.value));
                if repo.has(&path) && !is_secret(&path) && !files.read.iter().any(|it| path.starts_with(&it.value)) {
                    files.read.push(Fact::new(path, name.evidence.clone()));
                }
            }
        }
    }
}

/// Folders that the program writes.
fn written(packages: &mut Packages, closure: &Closure, files: &mut Files) {
    let mut found: BTreeMap<String, Fact<String>> = BTreeMap::new();
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for literal in &source.literals {
                let Some(place) = written_folder(literal) else { continue };
                let fact = packages.fact(source, literal.line, place.clone());
                if place.is_empty() {
                    files
                        .written_here
                        .get_or_insert_with(|| Fact::new(literal.value.clone(), fact.evidence));
                } else {
                    found.entry(place).or_insert(fact);
                }
            }
        }
    }
    let repo = packages.repo();
    found.retain(|place, _| place.starts_with('/') || !repo.files_under(&join(&files.base, place)).any(is_source));
    files.written = outermost(found);
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
        .value
        .trim_start_matches("file:")
        .trim_start_matches("sqlite://")
        .trim_start_matches("sqlite3://");
    let plain = plain.split('?').next().unwrap_or_default();
    if let Some(absolute) = plain.strip_prefix('/') {
        let names_path = ABOUT_PATHS.iter().any(|word| {
            literal.name.to_lowercase().contains(word)
                || literal.before.iter().any(|it| it.to_lowercase().contains(word))
        });
        let is_path = names_path || WRITERS.contains(&literal.function()) || database(plain);
        let odd = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.'));
        let mut parts = absolute.split('/');
        let first = parts.next().unwrap_or_default();
        let kept = KEPT_ABSOLUTE.contains(&first)
            || first == "var"
                && matches!(parts.next(), Some("lib" | "log"))
                && parts.next().is_some_and(|part| !part.is_empty());
        if !is_path || !kept || absolute.contains(odd) {
            return None;
        }
        let folder = if ending(plain).is_empty() { plain } else { parent(plain) };
        return Some(folder.trim_end_matches('/').to_owned()).filter(|folder| !folder.is_empty());
    }
    let path = relative(plain)?;
    if database(&path) {
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
    let looks_like_path = path.contains('/') || literal.value.starts_with("./");
    if KEPT.contains(&first) && looks_like_path && !is_source(&literal.value) {
        return Some(if has_ending { parent(&path).to_owned() } else { path });
    }
    None
}
