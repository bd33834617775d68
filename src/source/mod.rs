//! Source files, each read once and only when something asks about it: [`Sources`] gives the [`Index`] of a file, which is
//! the same in every language.
//!
//! A front end per language makes it from a real parser. A file that does not parse, or that nests deeper than a parser
//! can take, is indexed by the tokens that it has. Nothing here fails and nothing panics: what can't be read is a fact
//! less, and [`Sources::unread`] says which files those were.

pub mod go;
mod index;
mod java;
mod javascript;
mod lines;
mod parallel;
pub mod python;
mod rust;
mod tokens;
mod unread;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub use unread::{LARGEST_APPLICATION, LARGEST_FILE, LARGEST_TOTAL, LeftOut, MOST_FILES, Unread, weight};

pub use index::{
    Alternatives, Argument, Assignment, Call, CommandOption, Coverage, EmbeddedFile, EnvironmentRead, Field, Folder,
    Function, Import, Index, Literal, MOST_NAMES, NamedValue, Place, Record, RecordField, Route, Selection, SourcePath,
    Subcommand, Value,
};

use crate::path::{file_name, is_inside, parent};
use crate::repo::{Document, Repo};
use crate::text::is_variable;

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

/// The source files of a repository, each read when it is first asked for.
#[derive(Debug)]
pub struct Sources<'a> {
    repo: &'a Repo,
    read: RefCell<BTreeMap<String, Result<Rc<Index>, LeftOut>>>,
    beyond: RefCell<BTreeSet<String>>,
    /// The files that were weighed, and are not read yet.
    weighed: RefCell<BTreeMap<String, Result<Document, LeftOut>>>,
    weight: Cell<usize>,
}

impl<'a> Sources<'a> {
    /// The sources of a repository; nothing is read yet.
    pub fn new(repo: &'a Repo) -> Self {
        let (read, beyond, weighed) = (RefCell::default(), RefCell::default(), RefCell::default());
        Self { repo, read, beyond, weighed, weight: Cell::new(0) }
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
        let index = self.document(path).map(|document| Rc::new(read(document)));
        self.read.borrow_mut().insert(path.to_owned(), index.clone());
        index.ok()
    }

    /// A file that people wrote, within the bounds of all.
    fn document(&self, path: &str) -> Result<Document, LeftOut> {
        let weighed = self.weighed.borrow_mut().remove(path);
        let document = weighed.unwrap_or_else(|| self.text(path))?;
        let weight = self.weight.get() + weight(document.text());
        if weight > LARGEST_TOTAL {
            return Err(LeftOut::Budget);
        }
        self.weight.set(weight);
        Ok(document)
    }

    /// What a look at the text of a file tells, before it is read; nothing where it is left out, which is told as that.
    pub fn look<T>(&self, path: &str, look: impl FnOnce(&Document) -> T) -> Option<T> {
        if let Some(known) = self.read.borrow().get(path) {
            return known.as_ref().ok().map(|index| look(index.document()));
        }
        let mut weighed = self.weighed.borrow_mut();
        match weighed.entry(path.to_owned()).or_insert_with(|| self.text(path)) {
            Ok(document) => Some(look(document)),
            Err(reason) => {
                self.read.borrow_mut().insert(path.to_owned(), Err(*reason));
                None
            }
        }
    }

    fn text(&self, path: &str) -> Result<Document, LeftOut> {
        bounded(self.repo.read(path).map_err(|_| LeftOut::Unreadable)?)
    }

    /// What it costs to read a file; nothing where it is left out, which is told as that.
    fn weight_of(&self, path: &str) -> usize {
        if let Some(known) = self.read.borrow().get(path) {
            return known.as_ref().map_or(0, |index| weight(index.document().text()));
        }
        let mut weighed = self.weighed.borrow_mut();
        let document = weighed.entry(path.to_owned()).or_insert_with(|| self.text(path));
        document.as_ref().map_or(0, |document| weight(document.text()))
    }

    /// What these files say, in their order, without those that are left out.
    pub fn all<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Vec<Rc<Index>> {
        let paths: Vec<&str> = paths.into_iter().collect();
        self.read_ahead(&paths);
        paths.into_iter().filter_map(|path| self.get(path)).collect()
    }

    /// Leaves no more files in a list than are read where nothing says which ones an application is made of; the list has
    /// those first that are nearest to its start.
    pub fn truncate(&self, paths: &mut Vec<&str>) {
        let beyond = paths.split_off(paths.len().min(MOST_FILES));
        self.beyond.borrow_mut().extend(beyond.into_iter().map(str::to_owned));
        self.lighten(paths);
    }

    /// Leaves no more files in a list than weigh as much as is read of an application.
    pub fn lighten(&self, paths: &mut Vec<&str>) {
        let mut weight = 0;
        let is_within = |path: &&&str| {
            weight += self.weight_of(path);
            weight <= LARGEST_APPLICATION
        };
        let count = paths.iter().take_while(is_within).count();
        let beyond = paths.split_off(count);
        self.beyond.borrow_mut().extend(beyond.into_iter().map(str::to_owned));
    }

    /// Parses files side by side, so that [`Sources::get`] has them.
    pub fn read_ahead(&self, paths: &[&str]) {
        let mut documents = Vec::new();
        let mut seen = self.read.borrow_mut();
        for path in paths.iter().filter(|path| self.repo.has(path) && Language::of(path).is_some()) {
            if seen.contains_key(*path) || documents.iter().any(|document: &Document| document.path() == *path) {
                continue;
            }
            match self.document(path) {
                Ok(document) => documents.push(document),
                Err(reason) => {
                    seen.insert((*path).to_owned(), Err(reason));
                }
            }
        }
        let indexes = parallel::map(documents, read);
        seen.extend(indexes.into_iter().map(|index| (index.path().to_owned(), Ok(Rc::new(index)))));
    }

    /// The files at or below a folder that were asked for and have no index.
    pub fn unread(&self, folder: &str) -> Unread {
        let (mut unread, read) = (Unread::default(), self.read.borrow());
        let beyond = self.beyond.borrow();
        let many = beyond.iter().filter(|path| !read.contains_key(*path)).map(|path| (path, LeftOut::Many));
        let left_out = read.iter().filter_map(|(path, index)| Some((path, *index.as_ref().err()?)));
        for (path, reason) in left_out.chain(many).filter(|(path, _)| is_inside(path, folder)) {
            unread.add(path, reason);
        }
        unread
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
            _ if javascript::is_component(path) => Self::JavaScript,
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
    bounded(document).map(read)
}

/// The indexes of files, without those that tools wrote.
pub fn read_all(documents: Vec<Document>) -> Vec<Index> {
    let documents: Vec<Document> = documents.into_iter().filter_map(|it| bounded(it).ok()).collect();
    parallel::map(documents, read)
}

/// A file that people wrote.
fn bounded(document: Document) -> Result<Document, LeftOut> {
    match LeftOut::of(Language::of(document.path()), document.text()) {
        Some(reason) => Err(reason),
        None => Ok(document),
    }
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
    use super::{LARGEST_FILE, LeftOut, read_bounded};
    use crate::repo::Document;

    #[test]
    fn what_a_tool_wrote_is_not_read() {
        let read = |text: String| read_bounded(Document::new("server.js", text)).map(|index| index.calls.len());
        assert_eq!(read("app.listen(3000)\n".into()), Ok(1));
        assert_eq!(read("app.listen(3000);".repeat(1_000)), Err(LeftOut::Minified));
        assert_eq!(read("a\n".repeat(LARGEST_FILE)), Err(LeftOut::Large));
        let long = format!("fn f() {{ g(\"{}\") }}\n", "x".repeat(20_000));
        assert_eq!(
            read_bounded(Document::new("main.rs", long)).map(|index| index.calls.len()),
            Ok(1),
            "no tool minifies Rust"
        );
    }
}
