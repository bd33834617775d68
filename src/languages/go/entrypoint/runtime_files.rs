//! Files that a program reads and writes at run time, by the paths in its source.

use std::collections::BTreeMap;

use crate::analysis::Program;
use crate::analysis::settings_file::{SettingsFile, absent, names_settings_file};
use crate::evidence::Fact;
use crate::languages::go::entrypoint::embedded_files;
use crate::languages::go::workspace::packages::{Closure, Packages};
use crate::path::{file_name, join, parent};
use crate::repo::{Document, Repo};
use crate::source::go::{Literal, Source, is_source, mentions, name_words};
use crate::source::{Call, Index, Value};

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

/// Reads it from the literals of the program's packages.
pub fn files(packages: &mut Packages, closure: &Closure, module: &str, is_server: bool) -> Files {
    let repo = packages.repo();
    let command = closure.folders.first().map(String::as_str).unwrap_or_default();
    let embedded = embedded_files::places(packages, closure);
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
        for fact in opened(&packages.analysed(closure)).into_iter().filter(|_| is_server) {
            let full = join(base, &fact.value);
            let is_inside = embedded.iter().any(|place| full.starts_with(place.as_str()));
            if !is_inside && repo.files_under(&full).any(|file| DATA.contains(&ending(file))) && !full.is_empty() {
                read.entry(full.clone()).or_insert_with(|| Fact::new(full, fact.evidence));
            }
        }
        found.read = outermost(read);
        if best.read.is_empty() && (base == module || !found.read.is_empty()) {
            best = found;
        }
    }
    let configured = configured(packages, closure, &mut best);
    best.settings = settings_wanted(packages, closure, &best.base).or(configured).filter(|_| is_server);
    named_in_settings(repo, &mut best);
    best
}

/// Folders below the working folder from which calls read files whose names are put together:
/// `os.Open(fmt.Sprintf("locales/%s.json", language))`.
fn opened(program: &Program) -> Vec<Fact<String>> {
    const READERS: &[&str] = &["os.Open", "os.ReadFile", "ioutil.ReadFile", "os.ReadDir", "ioutil.ReadDir"];
    let mut found = Vec::new();
    for file in program.sources() {
        for call in file.calls.iter().filter(|call| READERS.iter().any(|name| call.is(name))) {
            let value = call.positional(0).map(Value::default_value);
            let folder = match value {
                Some(path @ Value::Joined(_)) => {
                    path.known_start().rsplit_once('/').map(|(folder, _)| folder.to_owned())
                }
                Some(Value::Path(parts)) => {
                    let known: Vec<String> = parts.iter().map_while(Value::known_text).collect();
                    (known.len() < parts.len()).then(|| known.join("/"))
                }
                _ => None,
            };
            let folder = folder.and_then(|folder| relative(&folder));
            found.extend(folder.map(|folder| file.fact(folder, &call.place)));
        }
    }
    found
}

/// The file of settings that a flag, a constant or a field of that name holds, where it is not there.
fn settings_wanted(packages: &mut Packages, closure: &Closure, base: &str) -> Option<Fact<SettingsFile>> {
    let repo = packages.repo();
    let is_of_settings = |literal: &Literal| {
        let is_put_together = matches!(literal.function(), "Join" | "HasSuffix" | "Contains" | "Base");
        let mut names = literal.before.first().into_iter().chain([&literal.name]);
        !is_put_together && names.any(|name| name.len() < 40 && names_settings_file(&name_words(name).join(" ")))
    };
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for literal in source.literals.iter().filter(|literal| is_of_settings(literal)) {
                let path = literal.tag("default").unwrap_or(&literal.value);
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
/// Readers that do other things too, so that only a telling name makes theirs a path.
const UNSURE_READERS: &[&str] = &["New", "Default", "Value", "String", "StringVar", "Open"];
/// Readers that put a path together: what it starts from may be anywhere.
const JOINERS: &[&str] = &["Join", "Stat", "Walk", "WalkDir", "Glob"];
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

/// How literals are read as paths.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The folder that stands for the working folder.
    pub base: &'a str,
    /// Whether the program serves; one that does not works on its users' files.
    pub is_server: bool,
    /// What the program has inside already.
    pub embedded: &'a [String],
}

impl Reading<'_> {
    /// The path from the root of the repository, where a literal names what is read at run time.
    pub fn path(&self, source: &Source, literal: &Literal) -> Option<String> {
        if !self.is_server && !SURE_READERS.contains(&literal.function()) {
            return None;
        }
        let path = relative(self.below_working_folder(literal))?;
        let first = path.split('/').next().unwrap_or_default();
        let is_embedded = source
            .embeds
            .iter()
            .any(|embed| embed.value.split('/').next() == Some(first) || embed.value.starts_with('*'));
        if is_embedded || is_secret(&path) || first.starts_with('.') || matches!(ending(&path), "go" | "mod" | "sum") {
            return None;
        }
        let full = join(self.base, &path);
        if self.embedded.iter().any(|place| *place == full || *place == parent(&full)) {
            return None;
        }
        let is_given_to_reader = READERS.contains(&literal.function());
        if self.repo.has(&full) {
            let is_data = DATA.contains(&ending(&path));
            return (is_data || is_given_to_reader && path.contains('/')).then_some(full);
        }
        if !self.repo.has_folder(&full) || full.is_empty() || !self.holds_data(&full, literal) {
            return None;
        }
        let names_path = names_path(literal);
        let looks_like_path = literal.value.starts_with("./")
            || literal.value.starts_with("file:")
            || literal.value.contains('/') && literal.value.contains('*');
        let is_sure = looks_like_path
            || is_given_to_reader && (names_path || !UNSURE_READERS.contains(&literal.function()))
            || literal.call.is_empty() && is_named_folder(&literal.name);
        (is_sure || names_path && literal.value.contains('/')).then_some(full)
    }

    /// A constant such as `/conf/app.ini` or `/db/migrations` is put behind the working folder by the code that uses it,
    /// where the repository has it.
    fn below_working_folder<'l>(&self, literal: &'l Literal) -> &'l str {
        let is_file = DATA.contains(&ending(&literal.value));
        let is_constant = literal.call.is_empty() && names_path(literal);
        let is_joined = is_constant || literal.function() == "Join";
        let inside = literal.value.strip_prefix('/');
        let is_folder = |inside: &&str| is_constant && self.repo.has_folder(&join(self.base, inside));
        inside.filter(|inside| is_file && is_joined || is_folder(inside)).unwrap_or(&literal.value)
    }

    /// Whether a folder holds files to read, and is no package of Go or source of a front end.
    fn holds_data(&self, folder: &str, literal: &Literal) -> bool {
        let is_package = self.repo.names_in(folder).any(is_source);
        if self.repo.has(&join(folder, "package.json")) || is_package && JOINERS.contains(&literal.function()) {
            return false;
        }
        let is_data = |file: &str| !is_source(file) && (!is_package || DATA.contains(&ending(file)));
        self.repo.files_under(folder).any(is_data)
    }
}

/// Whether a constant or variable is called a folder: `templatesDir`, `STATIC_PATH`.
fn is_named_folder(name: &str) -> bool {
    let name = name.to_lowercase();
    ["dir", "path", "folder", "root", "directory"].iter().any(|end| name.ends_with(end))
}

/// Configuration that viper and godotenv find by name; the file of settings that viper is to find and that is not there.
fn configured(packages: &mut Packages, closure: &Closure, files: &mut Files) -> Option<Fact<SettingsFile>> {
    let repo = packages.repo();
    let mut folders = Vec::new();
    let mut names = Vec::new();
    let mut kind = None;
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for literal in &source.literals {
                match literal.function() {
                    "AddConfigPath" => {
                        folders.extend(relative(&literal.value).or_else(|| (literal.value == ".").then(String::new)));
                    }
                    "SetConfigName" => names.push(packages.fact(source, literal.line, literal.value.clone())),
                    "SetConfigType" => kind = Some(literal.value.clone()),
                    _ => {}
                }
            }
        }
    }
    files.empty.extend(environment_files(&packages.analysed(closure)));
    if folders.is_empty() {
        folders.push(String::new());
    }
    // one that asks for this error goes on without the file
    let does_without = closure.folders.iter().any(|folder| {
        let package = packages.package(folder);
        let mut documents = package.sources.iter().filter_map(|source| repo.read_optional(&source.path));
        documents.any(|document| mentions(document.text(), "ConfigFileNotFoundError"))
    });
    let mut absent_file = None;
    for name in names {
        let mut is_there = false;
        for folder in &folders {
            for ending in ["yaml", "yml", "json", "toml", "ini", "properties", "env"] {
                let path = join(&join(&files.base, folder), &format!("{}.{ending}", name.value));
                is_there |= repo.has(&path);
                if repo.has(&path) && !is_secret(&path) && !files.read.iter().any(|it| path.starts_with(&it.value)) {
                    files.read.push(Fact::new(path, name.evidence.clone()));
                }
            }
        }
        if is_there || does_without {
            continue;
        }
        let kind = kind.as_deref().unwrap_or("yaml");
        let path = join(&folders[0], &format!("{}.{kind}", name.value));
        match kind {
            "env" | "dotenv" => files.empty.push(Fact::new(path, name.evidence)),
            _ => {
                let found = absent(repo, &files.base, &path);
                absent_file = absent_file.or_else(|| Some(Fact::new(found?, name.evidence)));
            }
        }
    }
    absent_file
}

/// The files of variables that a library is told to read: `.env` unless it is told another.
fn environment_files(program: &Program) -> Vec<Fact<String>> {
    const READERS: &[&str] = &["SetConfigFile", "ReadConfig", "Load", "Overload", "LoadConfig"];
    let mut found: Vec<Fact<String>> = Vec::new();
    for file in program.sources() {
        let readers = file.calls.iter().filter(|call| READERS.contains(&call.name()) && !drops_result(file, call));
        for call in readers {
            let mut paths: Vec<String> =
                call.arguments.iter().filter_map(|argument| environment_file(&argument.value)).collect();
            if call.is("godotenv.Load") && call.arguments.is_empty() {
                paths.push(".env".to_owned());
            }
            for path in
                paths.into_iter().filter(|path| !found.iter().any(|known| known.value == *path)).collect::<Vec<_>>()
            {
                found.push(file.fact(path, &call.place));
            }
        }
    }
    found
}

/// A relative path whose name says that the file holds variables: `.env`, `.env.local`, `config/app.env`. A variable that
/// nobody sets adds nothing to a name: `".env" + os.Getenv("SUFFIX")`.
fn environment_file(path: &Value) -> Option<String> {
    fn text(value: &Value) -> Option<String> {
        match value.default_value() {
            Value::Joined(parts) => parts.iter().map(text).collect(),
            Value::Environment { default: None, .. } => Some(String::new()),
            value => value.known_text(),
        }
    }
    let path = relative(&text(path)?)?;
    let name = file_name(&path);
    (name == ".env" || name.starts_with(".env.") || ending(name) == "env").then_some(path)
}

/// Whether what a call gives is thrown away, so that its failure ends nothing: `_ = godotenv.Load()`.
fn drops_result(file: &Index, call: &Call) -> bool {
    let before = &file.document().text()[..call.place.start as usize];
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    line == "_ ="
}

/// The settings that the program reads.
pub fn settings(repo: &Repo, files: &Files) -> Vec<Document> {
    let is_settings = |path: &&str| {
        matches!(ending(path), "yml" | "yaml" | "toml" | "ini" | "env" | "conf" | "json") && repo.has(path)
    };
    let paths = files.read.iter().map(|fact| fact.value.as_str()).filter(is_settings);
    paths.filter_map(|path| repo.read_optional(path)).filter(|document| document.text().len() < 65536).collect()
}

/// Files and folders that the settings name which the program reads.
pub fn named_in_settings(repo: &Repo, files: &mut Files) {
    for document in settings(repo, files) {
        for (line, text) in document.lines() {
            let Some((_, value)) = text.split_once(['=', ':']) else {
                continue;
            };
            let Some(path) = relative(value.trim().trim_matches(['"', '\''])).filter(|path| !is_secret(path)) else {
                continue;
            };
            let full = join(&files.base, &path);
            let holds_data = repo.files_under(&full).any(|file| !is_source(file));
            let is_named = repo.has(&full) && DATA.contains(&ending(&full))
                || path.contains('/') && repo.has_folder(&full) && holds_data;
            let is_new = !files.read.iter().any(|it| it.value == full || full.starts_with(&format!("{}/", it.value)));
            if is_named && is_new {
                files.read.push(Fact::new(full, document.evidence_line(line)));
            }
        }
    }
}
