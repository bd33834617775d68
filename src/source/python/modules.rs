//! The Python source of a project: its modules, what each imports, and how each is imported.

use std::cell::OnceCell;
use std::rc::Rc;

use ruff_python_ast::Stmt;

use crate::catalog::is_side_folder;
use crate::catalog::python::names;
use crate::evidence::Evidence;
use crate::path::{file_name, join, parent};
use crate::repo::{Document, Repo};
use crate::source::python::{self, syntax};
use crate::source::{
    Assignment, Call, Index, LARGEST_APPLICATION, Language, LeftOut, MOST_FILES, Unread, Value, complete, parallel,
    weight,
};

/// The folder of scripts.
const SCRIPTS: &str = "scripts";

/// A module of the project.
#[derive(Debug)]
pub struct Module {
    /// Its text and path.
    pub document: Document,
    /// Its statements.
    pub statements: Vec<Stmt>,
    /// What its names are imported from: local name and full dotted name.
    pub imports: Vec<(String, String)>,
    /// The folder that must be on Python's path for it, from the root of the repository.
    pub root: String,
    /// Its dotted name below that folder.
    pub name: String,
    /// Whether it can be told to run: a main guard or calls at the top.
    pub main: Option<Evidence>,
    index: OnceCell<Rc<Index>>,
}

/// Reads the modules of a project that may matter to how it is started, those nearest to its folder first; and which were
/// not read.
pub fn read(repo: &Repo, folder: &str, others: &[String]) -> (Vec<Module>, Unread) {
    read_outside(repo, folder, others, is_side_folder)
}

/// The same with those in folders of scripts, where tools are and a program may be.
pub fn read_with_scripts(repo: &Repo, folder: &str, others: &[String]) -> (Vec<Module>, Unread) {
    let is_aside = |place: &str| place.split('/').any(|part| part != SCRIPTS && is_side_folder(part));
    read_outside(repo, folder, others, is_aside)
}

fn read_outside(
    repo: &Repo,
    folder: &str,
    others: &[String],
    is_aside: impl Fn(&str) -> bool,
) -> (Vec<Module>, Unread) {
    let relative = |path: &str| crate::path::relative_to(path, folder);
    let mut paths: Vec<&str> = repo
        .files_under(folder)
        .filter(|path| syntax::is_python_file(path))
        .filter(|path| !others.iter().any(|other| path.starts_with(&format!("{other}/"))))
        .filter(|path| {
            let path = relative(path);
            let skipped = ["migrations", "site-packages", "alembic", "locale", "node_modules", "build", "dist"];
            !parent(&path).split('/').any(|part| skipped.contains(&part)) && !is_test(&path) && !is_aside(parent(&path))
        })
        .collect();
    paths.sort_by_key(|path| (relative(path).matches('/').count(), !is_telling(file_name(path)), path.to_owned()));
    let (mut documents, mut unread, mut total) = (Vec::new(), Unread::default(), 0);
    for (index, path) in paths.into_iter().enumerate() {
        let document = match repo.read(path) {
            _ if index >= MOST_FILES => Err(LeftOut::Many),
            Ok(document) => match LeftOut::of(Some(Language::Python), document.text()) {
                Some(reason) => Err(reason),
                None if total + weight(document.text()) > LARGEST_APPLICATION => Err(LeftOut::Many),
                None => Ok(document),
            },
            Err(_) => Err(LeftOut::Unreadable),
        };
        match document {
            Ok(document) => {
                total += weight(document.text());
                documents.push(document);
            }
            Err(reason) => unread.add(path, reason),
        }
    }
    documents.retain(|document| !document.text().trim().is_empty());
    let parsed = parallel::map(documents, |document| (syntax::parse(document.text()), document));
    (parsed.into_iter().map(|(statements, document)| module(repo, folder, document, statements)).collect(), unread)
}

/// Makes what modules say, side by side, so that [`Module::index`] has it.
pub fn read_ahead(modules: &[&Module]) {
    let unread = modules.iter().filter(|module| module.index.get().is_none());
    let unread: Vec<&Module> = unread.copied().collect();
    let parts = unread.iter().map(|module| (module.document.clone(), module.statements.as_slice())).collect();
    let indexes = parallel::map(parts, |(document, statements)| complete(python::index_of(document, statements)));
    for (module, index) in unread.iter().zip(indexes) {
        // what one module says does not depend on who asks first
        let _ = module.index.set(Rc::new(index));
    }
}

/// Whether a part of a module's name is that of a test: `test_api`, `conftest`.
pub fn is_test_module(part: &str) -> bool {
    part.starts_with("test_") || part == "conftest"
}

fn is_test(path: &str) -> bool {
    let name = file_name(path);
    // a name that only begins so may be the project's own: `testimony`
    let is_of_tests = |part: &str| {
        is_test_module(part) || part.ends_with("_test") || part.ends_with("_tests") || part.starts_with("tests_")
    };
    parent(path).split('/').any(is_of_tests)
        || name.starts_with("test_")
        || name.ends_with("_test.py")
        || matches!(name, "conftest.py" | "noxfile.py" | "fabfile.py")
        || path == "setup.py"
}

/// Whether a file has one of the names that programs are started by.
fn is_telling(name: &str) -> bool {
    names().telling.iter().any(|known| known == name)
}

fn module(repo: &Repo, folder: &str, document: Document, statements: Vec<Stmt>) -> Module {
    let path = document.path();
    let root = import_root(repo, folder, path, &statements);
    let inside = crate::path::relative_to(path, &root);
    let name = inside.trim_end_matches(".py").replace('/', ".");
    let name = name.strip_suffix(".__init__").unwrap_or(&name).to_owned();
    let mut imports = Vec::new();
    collect_imports(&statements, &name, file_name(path) == "__init__.py", &mut imports);
    let main = main_line(&document, &statements);
    Module { document, statements, imports, root, name, main, index: OnceCell::new() }
}

/// The folder from which this file's own imports work: the one that most of them are found in.
fn import_root(repo: &Repo, folder: &str, path: &str, statements: &[Stmt]) -> String {
    let mut candidates = vec![folder.to_owned()];
    let inside = crate::path::relative_to(parent(path), folder);
    if inside != "." {
        let mut place = folder.to_owned();
        for part in inside.split('/') {
            place = join(&place, part);
            candidates.push(place.clone());
        }
    }
    let is_package = |place: &str| repo.has(&join(place, "__init__.py"));
    let holds = |place: &str, name: &str| {
        let file = join(place, &format!("{name}.py"));
        file != path && repo.has(&file) || repo.files_under(&join(place, name)).any(syntax::is_python_file)
    };
    let (mut names, mut levels) = (Vec::new(), 0);
    first_names(statements, &mut names, &mut levels);
    let is_relative = levels > 0;
    // what is imported relatively lies below the root
    candidates.truncate(candidates.len().saturating_sub(levels).max(1));
    let votes = |place: &str| names.iter().filter(|name| holds(place, name)).count();
    // a file that imports relatively, or lies in a package, is not at the root itself
    let mut natural = parent(path).to_owned();
    while natural != *folder && is_package(&natural) {
        natural.truncate(parent(&natural).len());
    }
    if natural == parent(path) && is_relative && natural != *folder {
        parent(path).rsplit_once('/').map_or("", |(above, _)| above).clone_into(&mut natural);
    }
    let best = candidates.iter().map(|place| votes(place)).max().unwrap_or(0);
    if best == 0 {
        let plain = natural == parent(path) && !is_relative && file_name(&natural) != "src";
        return if plain { folder.to_owned() } else { natural };
    }
    if votes(&natural) == best
        && !(natural == parent(path) && candidates.iter().any(|it| *it != natural && votes(it) == best))
    {
        return natural;
    }
    candidates.into_iter().find(|place| votes(place) == best).unwrap_or(natural)
}

/// The first parts of the names that are imported absolutely, and how many folders up relative imports reach.
fn first_names(statements: &[Stmt], into: &mut Vec<String>, levels: &mut usize) {
    for statement in statements {
        match statement {
            Stmt::Import(import) => {
                into.extend(import.names.iter().filter_map(|alias| alias.name.split('.').next().map(str::to_owned)));
            }
            Stmt::ImportFrom(import) if import.level > 0 => *levels = (*levels).max(import.level as usize),
            Stmt::ImportFrom(import) => {
                into.extend(import.module.as_ref().and_then(|module| module.split('.').next().map(str::to_owned)));
            }
            Stmt::Try(block) => first_names(&block.body, into, levels),
            Stmt::If(block) => first_names(&block.body, into, levels),
            Stmt::FunctionDef(function) => first_names(&function.body, into, levels),
            _ => {}
        }
    }
}

/// Local names with what they stand for.
fn collect_imports(statements: &[Stmt], module: &str, is_package: bool, into: &mut Vec<(String, String)>) {
    for statement in statements {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let full = alias.name.to_string();
                    let local = alias
                        .asname
                        .as_ref()
                        .map_or_else(|| full.split('.').next().unwrap_or_default().to_owned(), ToString::to_string);
                    let target = if alias.asname.is_some() { full } else { local.clone() };
                    into.push((local, target));
                }
            }
            Stmt::ImportFrom(import) => {
                let mut base: Vec<&str> = if import.level > 0 { module.split('.').collect() } else { Vec::new() };
                let up = import.level as usize;
                base.truncate(base.len().saturating_sub(if is_package { up.saturating_sub(1) } else { up }));
                base.extend(import.module.as_ref().map(ruff_python_ast::Identifier::as_str));
                for alias in &import.names {
                    let full = base.iter().copied().chain([alias.name.as_str()]).collect::<Vec<_>>().join(".");
                    let local = alias.asname.as_ref().map_or_else(|| alias.name.to_string(), ToString::to_string);
                    into.push((local, full));
                }
            }
            Stmt::Try(block) => {
                collect_imports(&block.body, module, is_package, into);
            }
            Stmt::If(block) => collect_imports(&block.body, module, is_package, into),
            Stmt::FunctionDef(function) => collect_imports(&function.body, module, is_package, into),
            _ => {}
        }
    }
}

/// The line that makes a file a program: its main guard, else a call at the top that is no mere preparation.
fn main_line(document: &Document, statements: &[Stmt]) -> Option<Evidence> {
    use ruff_text_size::Ranged;
    let at = |statement: &Stmt| document.evidence_at(usize::from(statement.start()));
    if let Some(guard) = statements.iter().find(|statement| syntax::is_main_guard(statement)) {
        return Some(at(guard));
    }
    statements.iter().rev().find_map(|statement| {
        let acts = match statement {
            Stmt::Expr(expression) => {
                matches!(expression.value.as_ref(), ruff_python_ast::Expr::Call(_) | ruff_python_ast::Expr::Await(_))
            }
            Stmt::While(_) | Stmt::For(_) | Stmt::With(_) => true,
            _ => false,
        };
        acts.then(|| at(statement))
    })
}

/// The project's modules that a module imports.
pub fn imported<'a>(module: &'a Module, modules: &'a [Module]) -> impl Iterator<Item = &'a Module> {
    modules.iter().filter(|other| imports(module, other))
}

/// Whether a module imports another one of the project.
pub fn imports(module: &Module, other: &Module) -> bool {
    let is_in = |rest: &str| rest.is_empty() || rest.starts_with('.');
    let is_named = |name: &str| module.imports.iter().any(|(_, full)| full.strip_prefix(name).is_some_and(is_in));
    // a module without imports of its own does not tell where it is found from
    is_named(&other.name)
        || other.root != module.root && name_below(other.path(), &module.root).is_some_and(|name| is_named(&name))
}

/// The project's modules that a module has loaded by texts which name them: `include("shop.urls")`, `INSTALLED_APPS = ["shop"]`.
pub fn named<'a>(module: &Module, modules: &'a [Module]) -> Vec<&'a Module> {
    let index = module.index();
    let is_loader = |call: &&Call| names().loaders.iter().any(|name| name == call.name());
    let passed = index.calls.iter().filter(is_loader).filter_map(|call| call.positional(0));
    let is_setting = |it: &&Assignment| names().loading_settings.iter().any(|end| it.name.ends_with(end.as_str()));
    let set = index.assignments.iter().filter(is_setting).map(|assignment| &assignment.value);
    let texts = passed.chain(set).flat_map(|value| match value.resolved() {
        Value::List(values) => values.iter().filter_map(Value::text).collect(),
        other => other.text().into_iter().collect::<Vec<_>>(),
    });
    let texts: Vec<&str> = texts.collect();
    let is_named = |other: &&Module| {
        let name = other.name.as_str();
        let (package, last) = name.rsplit_once('.').unwrap_or(("", name));
        let is_part = names().loaded_parts.iter().any(|part| part == last);
        texts.iter().any(|text| {
            let is_within =
                |name: &str| text.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            is_within(name)
                || is_part && !package.is_empty() && (*text == package || text.starts_with(&format!("{package}.apps.")))
        })
    };
    modules.iter().filter(is_named).collect()
}

/// The dotted name of a file below a folder on Python's path; nothing where it lies elsewhere.
fn name_below(path: &str, root: &str) -> Option<String> {
    let inside = path.strip_prefix(root)?;
    let inside = if root.is_empty() { inside } else { inside.strip_prefix('/')? };
    let name = inside.strip_suffix(".py")?.replace('/', ".");
    Some(name.strip_suffix(".__init__").unwrap_or(&name).to_owned())
}

impl Module {
    /// What it says, for the analyses; made when it is first asked for.
    pub fn index(&self) -> Rc<Index> {
        Rc::clone(
            self.index.get_or_init(|| Rc::new(complete(python::index_of(self.document.clone(), &self.statements)))),
        )
    }

    /// The path of its file, from the root of the repository.
    pub fn path(&self) -> &str {
        self.document.path()
    }

    /// What a dotted name stands for, its first part replaced by what it was imported as.
    pub fn full_name(&self, dotted: &str) -> String {
        let (first, rest) = dotted.split_once('.').map_or((dotted, ""), |(first, rest)| (first, rest));
        let full = self.imports.iter().rev().find(|(local, _)| local == first).map_or(first, |(_, full)| full.as_str());
        if rest.is_empty() { full.to_owned() } else { format!("{full}.{rest}") }
    }

    /// Whether it imports a package.
    pub fn uses(&self, package: &str) -> bool {
        let package = package.replace('-', "_");
        self.imports.iter().any(|(_, full)| full.split('.').next() == Some(package.as_str()))
    }

    /// The text of its name as a file: `app/main.py` below the folder on Python's path.
    pub fn file(&self) -> String {
        crate::path::relative_to(self.path(), &self.root)
    }

    /// The folders that it lies in, below the one on Python's path.
    pub fn folders(&self) -> Vec<String> {
        let file = self.file();
        file.match_indices('/').map(|(end, _)| file[..end].to_owned()).collect()
    }

    /// Whether its text names a folder as a path or module.
    pub fn names_folder(&self, folder: &str) -> bool {
        let text = self.document.text();
        [
            format!("{folder}/"),
            format!("\"{folder}\""),
            format!("'{folder}'"),
            format!("from {folder}"),
            format!("import {folder}"),
        ]
        .iter()
        .any(|mention| text.contains(mention.as_str()))
    }

    /// Whether the file has a main guard.
    pub fn has_guard(&self) -> bool {
        self.statements.iter().any(syntax::is_main_guard)
    }
}

#[cfg(test)]
mod tests {
    use super::is_test;

    #[test]
    fn tests_are_told_by_whole_words() {
        for path in ["test_shop/api.py", "shop_tests/api.py", "shop/test_api.py", "shop/api_test.py", "conftest.py"] {
            assert!(is_test(path), "{path}");
        }
        for path in ["testimony/settings.py", "testshop/api.py", "contest/api.py", "shop/latest.py"] {
            assert!(!is_test(path), "{path}");
        }
    }
}
