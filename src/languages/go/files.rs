//! Files that a program reads and writes at run time, by the paths in its source.

use std::collections::BTreeMap;

use crate::evidence::Fact;
use crate::languages::go::candidate::tag;
use crate::languages::go::configured::{configured, named_in_settings};
use crate::languages::go::embed;
use crate::languages::go::names::parts;
use crate::languages::go::packages::{Closure, Packages};
use crate::languages::go::reading::Reading;
use crate::languages::go::source::Literal;
use crate::languages::go::written::written;
use crate::languages::settings_file::{SettingsFile, absent, is_called_so};
use crate::path::file_name;

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
    /// The file of settings that it wants and that is not there.
    pub settings: Option<Fact<SettingsFile>>,
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
    let embedded = embed::places(packages, closure);
    let mut best = Files::default();
    let bases = if module == command { vec![module] } else { vec![module, command] };
    for base in bases {
        let mut found = Files { base: base.to_owned(), ..Files::default() };
        let mut read: BTreeMap<String, Fact<String>> = BTreeMap::new();
        let reading = Reading { repo, base, is_server, embedded: &embedded };
        for folder in &closure.folders {
            for source in &packages.package(folder).sources {
                for literal in &source.literals {
                    if let Some(path) = reading.path(source, literal) {
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
    best.settings = settings_wanted(packages, closure, &best.base).filter(|_| is_server);
    named_in_settings(repo, &mut best);
    if is_server {
        written(packages, closure, &mut best);
    }
    best
}

/// The file of settings that a flag, a constant or a field of that name holds, where it is not there.
fn settings_wanted(packages: &mut Packages, closure: &Closure, base: &str) -> Option<Fact<SettingsFile>> {
    let repo = packages.repo();
    let is_of_settings = |literal: &Literal| {
        let is_put_together = matches!(literal.function(), "Join" | "HasSuffix" | "Contains" | "Base");
        let mut names = literal.before.first().into_iter().chain([&literal.name]);
        !is_put_together && names.any(|name| name.len() < 40 && is_called_so(&parts(name).join(" ")))
    };
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for literal in source.literals.iter().filter(|literal| is_of_settings(literal)) {
                let path = tag(literal, "default").unwrap_or(&literal.value);
                if let Some(found) = absent(repo, base, path) {
                    return Some(packages.fact(source, literal.line, found));
                }
            }
        }
    }
    None
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
