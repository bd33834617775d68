//! Which file or folder of the repository a literal names, where a program reads it at run time.

use crate::languages::go::files::{DATA, ending, is_secret, names_path, relative};
use crate::languages::go::module::is_source;
use crate::languages::go::source::{Literal, Source};
use crate::path::{join, parent};
use crate::repo::Repo;

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
        let path = relative(below_working_folder(literal))?;
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

/// A constant such as `/conf/app.ini` is put behind the working folder by the code that uses it.
fn below_working_folder(literal: &Literal) -> &str {
    let is_file = DATA.contains(&ending(&literal.value));
    let is_joined = literal.call.is_empty() && names_path(literal) || literal.function() == "Join";
    literal.value.strip_prefix('/').filter(|_| is_file && is_joined).unwrap_or(&literal.value)
}

/// Whether a constant or variable is called a folder: `templatesDir`, `STATIC_PATH`.
fn is_named_folder(name: &str) -> bool {
    let name = name.to_lowercase();
    ["dir", "path", "folder", "root", "directory"].iter().any(|end| name.ends_with(end))
}
