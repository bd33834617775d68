//! Files that a program reads and writes at run time, by the paths in its source.

use std::collections::BTreeMap;

use crate::languages::Fact;
use crate::languages::go::configured::{configured, named_in_settings};
use crate::languages::go::module::is_source;
use crate::languages::go::packages::{Closure, Packages};
use crate::languages::go::source::{Literal, Source};
use crate::languages::go::written::written;
use crate::repo::{Repo, file_name, join};

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
/// Those that do nothing else, for programs that work on their users' files.
const SURE_READERS: &[&str] = &[
    "ParseFiles",
    "ParseGlob",
    "LoadHTMLGlob",
    "LoadHTMLFiles",
    "ReadFile",
    "DirFS",
    "SetConfigFile",
    "LoadFile",
    "DecodeFile",
    "ReadDir",
];
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
pub const DATA: &[&str] = &[
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
/// What a program reads and writes in its working folder.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// Files and folders of the repository that it reads, from its root.
    pub read: Vec<Fact<String>>,
    /// The folder of the repository that stands for the working folder.
    pub base: String,
    /// Folders that it writes: absolute, or relative to the working folder.
    pub written: Vec<Fact<String>>,
    /// A file that it makes in the working folder itself, or in one above.
    pub written_here: Option<Fact<String>>,
    /// Files without which it refuses to start though they may be empty.
    pub empty: Vec<Fact<String>>,
}

impl Files {
    /// How many folders above the working folder a file is made.
    pub fn levels_above(&self) -> usize {
        let here = self.written_here.as_ref().map(|fact| fact.value.as_str()).unwrap_or_default();
        here.split('/').filter(|part| *part == "..").count()
    }
}

/// Reads it from the literals of the program's packages; what it writes matters for servers only.
pub fn files(packages: &mut Packages, closure: &Closure, module: &str, is_server: bool) -> Files {
    let repo = packages.repo();
    let command = closure.folders.first().map(String::as_str).unwrap_or_default();
    let mut best = Files::default();
    let bases = if module == command { vec![module] } else { vec![module, command] };
    for base in bases {
        let mut found = Files { base: base.to_owned(), ..Files::default() };
        let mut read: BTreeMap<String, Fact<String>> = BTreeMap::new();
        for folder in &closure.folders {
            for source in &packages.package(folder).sources {
                for literal in &source.literals {
                    if let Some(path) = read_path(repo, base, source, literal, is_server) {
                        read.entry(path.clone()).or_insert_with(|| packages.fact(source, literal.line, path));
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
    named_in_settings(repo, &mut best);
    if is_server {
        written(packages, closure, &mut best);
    }
    best
}

/// Only paths that are in no other of them.
pub fn outermost(all: BTreeMap<String, Fact<String>>) -> Vec<Fact<String>> {
    let mut kept: Vec<Fact<String>> = Vec::new();
    for (path, fact) in all {
        if !kept.iter().any(|it| path.starts_with(&format!("{}/", it.value))) {
            kept.push(fact);
        }
    }
    kept
}

/// A literal as a clean relative path: without `./`, scheme and glob.
pub fn relative(text: &str) -> Option<String> {
    let text = text.strip_prefix("file://").or_else(|| text.strip_prefix("file:")).unwrap_or(text);
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

/// The ending of a file's name.
pub fn ending(path: &str) -> &str {
    file_name(path).rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Whether a file must not be in an image.
pub fn is_secret(path: &str) -> bool {
    let name = file_name(path);
    name.starts_with(".env") || matches!(ending(name), "pem" | "key" | "p12" | "pfx")
}

/// Whether a literal is given to something whose name says that it is a path.
pub fn names_path(literal: &Literal) -> bool {
    let before = literal.before.iter().filter(|text| text.len() < 40);
    before.chain([&literal.name]).any(|name| {
        let name = name.to_lowercase();
        ABOUT_PATHS.iter().any(|word| name.contains(word))
    })
}

/// The file or folder of the repository that a literal names, where the program reads it at run time.
fn read_path(repo: &Repo, base: &str, source: &Source, literal: &Literal, is_server: bool) -> Option<String> {
    if !is_server && !SURE_READERS.contains(&literal.function()) {
        return None;
    }
    let path = relative(&literal.value)?;
    let first = path.split('/').next().unwrap_or_default();
    let is_embedded =
        source.embeds.iter().any(|embed| embed.value.split('/').next() == Some(first) || embed.value.starts_with('*'));
    if is_embedded || is_secret(&path) || first.starts_with('.') || matches!(ending(&path), "go" | "mod" | "sum") {
        return None;
    }
    let full = join(base, &path);
    if !repo.has(&full) && !repo.has_folder(&full) {
        return None;
    }
    let names_path = names_path(literal);
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
                || !matches!(literal.function(), "New" | "Default" | "Value" | "String" | "StringVar" | "Open"));
    (is_sure || names_path && literal.value.contains('/')).then_some(full)
}
