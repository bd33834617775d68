//! The packages of a module that lie in its repository, read once each, and which of them a command is made of.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use crate::analysis::Program;
use crate::catalog::is_go_standard;
use crate::evidence::{Evidence, Fact};
use crate::languages::go::workspace::module::Module;
use crate::path::{file_name, join, parent};
use crate::repo::Repo;
use crate::source::go;
use crate::source::go::constraint::Target;
use crate::source::go::{is_left_out, is_source};
use crate::source::{Index, Sources, Unread};

/// A folder of source files.
#[derive(Debug, Default)]
pub struct Package {
    /// The files that are compiled.
    pub sources: Vec<Source>,
    /// Whether it can be built without cgo although it has files that need it.
    pub works_without_cgo: bool,
}

/// A file that is compiled.
#[derive(Debug)]
pub struct Source {
    /// What it says.
    pub index: Rc<Index>,
    /// The package clause.
    pub package: String,
    /// Whether a constraint names cgo, so that there are two ways to build the package.
    pub minds_cgo: bool,
}

impl Source {
    /// The patterns of files that are compiled in, each with its line.
    pub fn embeds(&self) -> impl Iterator<Item = Fact<String>> {
        let patterns = self.index.files.iter();
        patterns.filter_map(|file| Some(self.index.fact(file.path.text()?.to_owned(), &file.place)))
    }
}

/// Reads packages, each once.
#[derive(Debug)]
pub struct Packages<'a> {
    repo: &'a Repo,
    tags: Vec<String>,
    read: BTreeMap<String, Rc<Package>>,
    sources: Sources<'a>,
}

impl<'a> Packages<'a> {
    /// The packages of `repo`, built with these tags.
    pub fn new(repo: &'a Repo, tags: Vec<String>) -> Self {
        Self { repo, tags, read: BTreeMap::new(), sources: Sources::new(repo) }
    }

    /// The repository.
    pub fn repo(&self) -> &'a Repo {
        self.repo
    }

    /// The sources at or below a folder that were not read.
    pub fn unread(&self, folder: &str) -> Unread {
        self.sources.unread(folder)
    }

    /// The package in a folder.
    pub fn package(&mut self, folder: &str) -> Rc<Package> {
        self.read_all([folder]);
        self.read.get(folder).map(Rc::clone).unwrap_or_default()
    }

    /// Reads the packages in folders that are not read yet, their files side by side.
    fn read_all<'f>(&mut self, folders: impl IntoIterator<Item = &'f str>) {
        let target = Target { cgo: true, tags: &self.tags };
        let mut waiting = Vec::new();
        for folder in folders.into_iter().filter(|folder| !self.read.contains_key(*folder)) {
            let (mut package, mut headers) = (Package::default(), Vec::new());
            let is_taken = |name: &&str| is_source(name) && !name.ends_with("_test.go");
            for name in self.repo.names_in(folder).filter(is_taken) {
                let path = join(folder, name);
                let header = self.sources.look(&path, |document| {
                    package.works_without_cgo |= document.lines().take(30).any(|(_, line)| line.contains("!cgo"));
                    go::header(document.text(), &target).filter(|_| Target::takes_file(name))
                });
                headers.extend(header.flatten().map(|header| (path, header)));
            }
            waiting.push((folder, package, headers));
        }
        let paths = waiting.iter().flat_map(|(.., headers)| headers).map(|(path, _)| path.as_str());
        self.sources.read_ahead(&paths.collect::<Vec<_>>());
        for (folder, mut package, headers) in waiting {
            for (path, header) in headers {
                let index = self.sources.get(&path);
                let source = |index| Source { index, package: header.package, minds_cgo: header.minds_cgo };
                package.sources.extend(index.map(source));
            }
            self.read.insert(folder.to_owned(), Rc::new(package));
        }
    }

    /// What the files of a command say, for the analyses.
    pub fn analysed(&mut self, closure: &Closure) -> Program {
        let packages: Vec<Rc<Package>> = closure.folders.iter().map(|folder| self.package(folder)).collect();
        let files = packages.iter().flat_map(|package| &package.sources).map(|source| Rc::clone(&source.index));
        Program::new(files, closure.imports.keys().cloned().collect())
    }

    /// The folders that a command is made of, its own first, and the imports that are elsewhere.
    pub fn closure(&mut self, module: &Module, command: &str) -> Closure {
        let mut closure = Closure::default();
        let mut waiting = VecDeque::from([command.to_owned()]);
        let mut seen = BTreeSet::from([command.to_owned()]);
        while let Some(folder) = waiting.pop_front() {
            if !self.read.contains_key(&folder) {
                self.read_all(std::iter::once(&folder).chain(&waiting).map(String::as_str));
            }
            for source in &self.package(&folder).sources {
                for import in &source.index.imports {
                    match module.folder_of(&import.module) {
                        Some(inside) if self.repo.has_folder(&inside) => {
                            if seen.insert(inside.clone()) {
                                waiting.push_back(inside);
                            }
                        }
                        Some(_) => closure.missing.push(source.index.fact(import.module.clone(), &import.place)),
                        None => {
                            let evidence = || source.index.evidence(&import.place);
                            closure.imports.entry(import.module.clone()).or_insert_with(evidence);
                        }
                    }
                }
            }
            closure.folders.push(folder);
        }
        closure
    }

    /// The folders below `module` that hold a program.
    pub fn commands(&mut self, module: &Module, others: &[String]) -> Vec<Fact<String>> {
        let mut folders: Vec<&str> = Vec::new();
        for file in self.repo.files_under(&module.folder).filter(|file| is_source(file)) {
            let folder = parent(file);
            if folders.last() != Some(&folder) && !is_left_out(file) {
                folders.push(folder);
            }
        }
        folders.sort_unstable();
        folders.dedup();
        folders.retain(|folder| owner(folder, others) == Some(module.folder.as_str()));
        folders.into_iter().filter_map(|folder| self.command(folder)).collect()
    }

    /// `func main` of the package in a folder, where there is one.
    pub fn command(&mut self, folder: &str) -> Option<Fact<String>> {
        let target = Target { cgo: true, tags: &self.tags };
        let mut names: Vec<&str> = self.repo.names_in(folder).filter(|name| Target::takes_file(name)).collect();
        names.sort_by_key(|name| (*name != "main.go", name.len()));
        let package = names.iter().find_map(|name| {
            let document = self.repo.read_optional(&join(folder, name))?;
            go::header(document.text(), &target)
        })?;
        if package.package != "main" {
            return None;
        }
        let package = self.package(folder);
        let mut own = package.sources.iter().filter(|source| source.package == "main");
        own.find_map(|source| {
            let main = source.index.functions.iter().find(|function| function.name == "main")?;
            Some(source.index.fact(folder.to_owned(), &main.place))
        })
    }
}

/// The module folder that a folder belongs to: the nearest at or above it.
pub fn owner<'a>(folder: &str, modules: &'a [String]) -> Option<&'a str> {
    let holds = |module: &str| {
        module.is_empty() || folder == module || folder.strip_prefix(module).is_some_and(|rest| rest.starts_with('/'))
    };
    modules.iter().map(String::as_str).filter(|module| holds(module)).max_by_key(|module| module.len())
}

/// What a command is made of.
#[derive(Debug, Default)]
pub struct Closure {
    /// Folders of packages, the command's own first.
    pub folders: Vec<String>,
    /// Imports from elsewhere, each with the line of one that imports it.
    pub imports: BTreeMap<String, Evidence>,
    /// Imports of packages that should be in the repository and are not.
    pub missing: Vec<Fact<String>>,
}

impl Closure {
    /// The first import at or below `path`.
    pub fn imports(&self, path: &str) -> Option<&Evidence> {
        self.imports
            .range(path.to_owned()..)
            .take_while(|(import, _)| import.starts_with(path))
            .find(|(import, _)| import.len() == path.len() || import.as_bytes()[path.len()] == b'/')
            .map(|(_, evidence)| evidence)
    }
}

/// Whether a path is in Go's own library.
pub fn is_standard(import: &str) -> bool {
    is_go_standard(import.split('/').next().unwrap_or_default())
}

/// The name that a program in this folder gets.
pub fn command_name(module: &Module, folder: &str) -> String {
    if folder == module.folder { module.name() } else { file_name(folder).to_owned() }
}
