//! Source files, each read once and only when something asks about it: [`Sources`] gives the [`Index`] of a file, which is
//! the same in every language.
//!
//! A front end per language makes it from a real parser. A file that does not parse, or that nests deeper than a parser
//! can take, is indexed by the tokens that it has. Nothing here fails and nothing panics: what can't be read is a fact
//! less, and [`Sources::left_out`] says which files those were.

pub mod go;
mod index;
mod java;
mod javascript;
mod lines;
pub mod python;
mod rust;
mod tokens;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

pub use index::{
    Argument, Assignment, Call, CommandOption, Coverage, EmbeddedFile, EnvironmentRead, Field, Folder, Function,
    Import, Index, Literal, NamedValue, Place, Route, SourcePath, Subcommand, Value,
};

use crate::evidence::{Evidence, Warning};
use crate::path::{file_name, is_inside, parent};
use crate::repo::{Document, Repo};
use crate::text::is_variable;

/// Larger files, in bytes, are made by tools, not by people.
pub const LARGEST_FILE: usize = 512 * 1024;
/// All files of a repository that are read together, in bytes.
pub const LARGEST_TOTAL: usize = 32 * 1024 * 1024;
/// Text of more bytes than this whose lines are longer than [`LONGEST_LINE`] on average was written by a tool.
const SMALLEST_MINIFIED: usize = 8 * 1024;
/// People write shorter lines than this on average, in bytes.
const LONGEST_LINE: usize = 250;

/// A language that there is a front end for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// JavaScript and TypeScript, with JSX or without.
    JavaScript,
    /// Python.
    Python,
    /// Go.
    Go,
    /// Java, Kotlin, Scala and Groovy.
    Java,
    /// Rust.
    Rust,
}

/// Why a file has no index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// It is larger than [`LARGEST_FILE`].
    Large,
    /// The files before it came to [`LARGEST_TOTAL`] together.
    Budget,
    /// It is minified: a tool wrote it, from a source that says the same.
    Minified,
    /// It can't be read, or is not UTF-8.
    Unreadable,
}

/// The source files of a repository, each read when it is first asked for.
#[derive(Debug)]
pub struct Sources<'a> {
    repo: &'a Repo,
    read: RefCell<BTreeMap<String, Result<Rc<Index>, LeftOut>>>,
    bytes: Cell<usize>,
}

impl<'a> Sources<'a> {
    /// The sources of a repository; nothing is read yet.
    pub fn new(repo: &'a Repo) -> Self {
        Self { repo, read: RefCell::default(), bytes: Cell::new(0) }
    }

    /// The repository.
    pub fn repo(&self) -> &'a Repo {
        self.repo
    }

    /// What a file says; nothing where it is absent, in no language that is read here, or left out.
    pub fn get(&self, path: &str) -> Option<Rc<Index>> {
        if !self.repo.has(path) || Language::of(path).is_none() {
            return None;
        }
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone().ok();
        }
        let index = self.index(path);
        self.read.borrow_mut().insert(path.to_owned(), index.clone());
        index.ok()
    }

    fn index(&self, path: &str) -> Result<Rc<Index>, LeftOut> {
        let document = self.repo.read(path).map_err(|_| LeftOut::Unreadable)?;
        let size = document.text().len();
        if size <= LARGEST_FILE && self.bytes.get() + size > LARGEST_TOTAL {
            return Err(LeftOut::Budget);
        }
        let index = read_bounded(document)?;
        self.bytes.set(self.bytes.get() + size);
        Ok(Rc::new(index))
    }

    /// What these files say, in their order, without those that are left out.
    pub fn all<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Vec<Rc<Index>> {
        paths.into_iter().filter_map(|path| self.get(path)).collect()
    }

    /// The files that were asked for and have no index, each with the reason, in the order of their names.
    pub fn left_out(&self) -> Vec<(String, LeftOut)> {
        let read = self.read.borrow();
        read.iter().filter_map(|(path, index)| Some((path.clone(), *index.as_ref().err()?))).collect()
    }

    /// What is to be said of the files at or below a folder that have no index: what they say is not known.
    pub fn warning(&self, folder: &str) -> Option<Warning> {
        let left_out: Vec<(String, LeftOut)> =
            self.left_out().into_iter().filter(|(path, _)| is_inside(path, folder)).collect();
        let left_out: Vec<_> = left_out.into_iter().filter(|(_, reason)| *reason != LeftOut::Minified).collect();
        let (path, reason) = left_out.first()?;
        let reason = match reason {
            LeftOut::Large => format!("it has more than {} kB", LARGEST_FILE / 1024),
            LeftOut::Budget => format!("the sources before it have {} MB together", LARGEST_TOTAL >> 20),
            LeftOut::Minified | LeftOut::Unreadable => "it can't be read as UTF-8".to_owned(),
        };
        let others = match left_out.len() - 1 {
            0 => String::new(),
            count => format!(", nor {count} other{}", if count == 1 { "" } else { "s" }),
        };
        let message = format!("the source `{path}` was not read{others}: {reason}");
        let hint = "where one of them says a port, a file or a variable, say it by a flag";
        Some(Warning::new(message).at(Evidence::file(path)).hint(hint))
    }
}

impl Language {
    /// The name that the tables know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript",
            Self::Python => "python",
            Self::Go => "go",
            Self::Java => "java",
            Self::Rust => "rust",
        }
    }

    /// The language of a file, by its ending.
    pub fn of(path: &str) -> Option<Self> {
        let Some((_, ending)) = file_name(path).rsplit_once('.') else {
            // The programs of a package of Node.js, such as `bin/www`, have no ending.
            return (file_name(parent(path)) == "bin").then_some(Self::JavaScript);
        };
        Some(match ending {
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => Self::JavaScript,
            "py" => Self::Python,
            "go" => Self::Go,
            "java" | "kt" | "scala" | "groovy" => Self::Java,
            "rs" => Self::Rust,
            _ => return None,
        })
    }
}

/// The index of a file that people wrote.
///
/// # Errors
/// [`LeftOut::Large`] or [`LeftOut::Minified`] where a tool did.
pub fn read_bounded(document: Document) -> Result<Index, LeftOut> {
    match document.text() {
        text if text.len() > LARGEST_FILE => Err(LeftOut::Large),
        text if is_minified(text) => Err(LeftOut::Minified),
        _ => Ok(read(document)),
    }
}

/// Whether a tool wrote a text on few long lines.
fn is_minified(text: &str) -> bool {
    text.len() > SMALLEST_MINIFIED && text.len() / LONGEST_LINE > text.bytes().filter(|byte| *byte == b'\n').count()
}

/// The index of a file in the language of its ending; without entries where that is in none.
pub fn read(document: Document) -> Index {
    complete(match Language::of(document.path()) {
        Some(Language::JavaScript) => javascript::index(document),
        Some(Language::Rust) => rust::index(document),
        Some(Language::Go) => go::index(document),
        Some(Language::Java) => java::index(document),
        Some(Language::Python) => python::index(document),
        None => Index::new(document),
    })
}

/// What holds for the index of a file in any language: what nothing can set is no variable, and tests are told by the path.
fn complete(mut index: Index) -> Index {
    index.environment.retain(|read| is_variable(&read.variable));
    index.is_test = is_test(index.path());
    index
}

/// Whether a path is one of tests, by the conventions of the languages: a folder, or the name of the file.
pub fn is_test(path: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "test",
        "tests",
        "__tests__",
        "__mocks__",
        "spec",
        "e2e",
        "cypress",
        "fixtures",
        "testdata",
        "testing",
        "benches",
    ];
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let inner = name.rsplit('.').nth(1).unwrap_or_default();
    let by_name = match Language::of(path) {
        Some(Language::JavaScript) => {
            matches!(inner, "test" | "spec" | "e2e-spec" | "stories" | "bench") && name.matches('.').count() > 1
        }
        Some(Language::Python) => {
            stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest" || stem == "tests"
        }
        Some(Language::Go) => stem.ends_with("_test"),
        Some(Language::Java) => ["Test", "Tests", "IT", "Spec"].iter().any(|end| stem.ends_with(end)),
        Some(Language::Rust) => {
            matches!(stem, "test" | "tests" | "testing")
                || stem.starts_with("test_")
                || ["_test", "_tests"].iter().any(|end| stem.ends_with(end))
        }
        None => false,
    };
    by_name || folders.split('/').any(|folder| FOLDERS.contains(&folder))
}

#[cfg(test)]
mod tests {
    use super::{LARGEST_FILE, LeftOut, is_minified, read_bounded};
    use crate::repo::Document;

    #[test]
    fn what_a_tool_wrote_is_not_read() {
        let read = |text: String| read_bounded(Document::new("server.js", text)).map(|index| index.calls.len());
        assert_eq!(read("app.listen(3000)\n".into()), Ok(1));
        assert_eq!(read("app.listen(3000);".repeat(1_000)), Err(LeftOut::Minified));
        assert_eq!(read("a\n".repeat(LARGEST_FILE)), Err(LeftOut::Large));
    }

    #[test]
    fn long_lines_are_those_of_a_tool() {
        assert!(is_minified(&"var a=1;".repeat(2_000)));
        assert!(!is_minified(&"var a=1;".repeat(100)), "a short program on one line");
        assert!(!is_minified(&"const answer = 42; // of people\n".repeat(2_000)));
    }
}
