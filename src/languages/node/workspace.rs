//! Workspaces: the packages that are installed together, and which of them an application needs.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::languages::node::manifest::Package;
use crate::path::{join, parent};
use crate::repo::Repo;
use crate::repo::names_member;
use crate::shell::{self, Word};

/// The packages that one lock file installs.
#[derive(Debug)]
pub struct Workspace {
    /// The package at the root.
    pub root: Package,
    /// The members, sorted by folder; empty for a package on its own.
    pub members: Vec<Package>,
    /// The members by their names, the first of each name, and by their folders.
    by_name: BTreeMap<String, usize>,
    by_folder: BTreeMap<String, usize>,
    /// The names of interest among the packages that its lock file installs.
    pub locked: OnceCell<BTreeSet<&'static str>>,
    /// Whether something that it installs is fetched by git.
    pub is_fetched_by_git: OnceCell<bool>,
}

/// The workspaces of a repository, each read once.
#[derive(Debug)]
pub struct Workspaces<'a> {
    repo: &'a Repo,
    by_root: RefCell<BTreeMap<String, Option<Rc<Workspace>>>>,
}

impl<'a> Workspaces<'a> {
    /// The workspaces of a repository; nothing is read yet.
    pub fn new(repo: &'a Repo) -> Self {
        Self { repo, by_root: RefCell::default() }
    }

    /// The workspace that a package belongs to, or the package on its own.
    pub fn of(&self, package: &Package) -> Rc<Workspace> {
        let mut folder = package.folder.as_str();
        while !folder.is_empty() {
            folder = parent(folder);
            if let Some(workspace) = self.at(folder)
                && workspace.member(&package.folder).is_some()
            {
                return workspace;
            }
        }
        self.at(&package.folder).unwrap_or_else(|| Rc::new(Workspace::new(package.clone(), Vec::new())))
    }

    /// The workspace whose root is the package in a folder; nothing where no package is there that can be read.
    fn at(&self, folder: &str) -> Option<Rc<Workspace>> {
        if let Some(known) = self.by_root.borrow().get(folder) {
            return known.clone();
        }
        let root =
            self.repo.has(&join(folder, "package.json")).then(|| Package::read(self.repo, folder).ok()).flatten();
        let read = root.map(|root| {
            let members = members(self.repo, &root);
            Rc::new(Workspace::new(root, members))
        });
        self.by_root.borrow_mut().insert(folder.to_owned(), read.clone());
        read
    }
}

impl Workspace {
    fn new(root: Package, members: Vec<Package>) -> Self {
        let numbered = || members.iter().enumerate();
        // of two members of a name the first counts
        let by_name = numbered().rev().map(|(at, member)| (member.name(), at)).collect();
        let by_folder = numbered().map(|(at, member)| (member.folder.clone(), at)).collect();
        Self { root, members, by_name, by_folder, locked: OnceCell::new(), is_fetched_by_git: OnceCell::new() }
    }

    fn member(&self, folder: &str) -> Option<&Package> {
        self.by_folder.get(folder).map(|at| &self.members[*at])
    }

    /// Whether this is more than one package.
    pub fn has_members(&self) -> bool {
        !self.members.is_empty()
    }

    /// The members that `package` needs, itself included, each after those that it needs.
    pub fn needed_by(&self, package: &Package) -> Vec<&Package> {
        let mut order = Vec::new();
        let mut seen = BTreeSet::new();
        if let Some(start) = self.member(&package.folder) {
            self.visit(start, &mut seen, &mut order);
        }
        self.put_in_turn(&mut order);
        order
    }

    /// Puts members in the order in which the build script of the root builds them, where it builds all of them by their names: what one
    /// takes from another need not be a dependency.
    fn put_in_turn(&self, order: &mut [&Package]) {
        let turn = built_in_turn(&self.root, "build", &mut BTreeSet::new());
        let place = |member: &Package| turn.iter().position(|name| *name == member.name());
        let last = order.last().and_then(|member| place(member));
        let is_in_turn = |member: &&Package| place(member).is_some_and(|place| Some(place) <= last);
        if last.is_some() && order.iter().all(is_in_turn) {
            order.sort_by_key(|member| place(member));
        }
    }

    fn visit<'a>(&'a self, member: &'a Package, seen: &mut BTreeSet<&'a str>, order: &mut Vec<&'a Package>) {
        if !seen.insert(&member.folder) {
            return;
        }
        let named = named_by_scripts(member);
        for name in member.dependencies().into_iter().chain(named.iter().map(String::as_str)) {
            if let Some(next) = self.by_name.get(name) {
                self.visit(&self.members[*next], seen, order);
            }
        }
        order.push(member);
    }
}

/// So many scripts are followed at most.
const MOST_SCRIPTS: usize = 100;

/// The members that a script of a package builds by their names, in turn, each script once: `yarn workspace types build && yarn
/// build:api`.
fn built_in_turn(root: &Package, script: &str, seen: &mut BTreeSet<String>) -> Vec<String> {
    let mut built = Vec::new();
    let text = root.script(script).filter(|_| seen.len() < MOST_SCRIPTS && seen.insert(script.to_owned()));
    let Some(text) = text else { return built };
    for command in shell::read(&text.value).commands {
        let words: Vec<String> = command.words.iter().map(Word::as_written).collect();
        let before = built.len();
        built.extend(shell::values_of(&words, MEMBER_FLAGS).map(|name| name.trim_matches('.').to_owned()));
        if built.len() == before {
            for word in words.iter().skip(1) {
                built.extend(built_in_turn(root, word, seen));
            }
        }
    }
    built
}

/// What stands before the name of a member in a command of a package manager.
const MEMBER_FLAGS: &[&str] = &["--filter", "-F", "--workspace", "-w", "workspace"];

/// The members that the scripts of its build and its start name, which need not be dependencies: `pnpm --filter=@shared/types build`.
fn named_by_scripts(member: &Package) -> Vec<String> {
    const SCRIPTS: &[&str] = &["prebuild", "build", "postbuild", "prestart", "start"];
    let mut found = Vec::new();
    for script in SCRIPTS.iter().filter_map(|name| member.script(name)) {
        for command in shell::read(&script.value).commands {
            let words: Vec<String> = command.words.iter().map(Word::as_written).collect();
            // with those that it depends on itself
            let named = shell::values_of(&words, MEMBER_FLAGS).map(|name| name.trim_matches('.').to_owned());
            found.extend(named);
        }
    }
    found
}

/// The packages that the globs of a root package name.
fn members(repo: &Repo, root: &Package) -> Vec<Package> {
    let mut globs = root.workspaces();
    let path = join(&root.folder, "pnpm-workspace.yaml");
    if let Some(manifest) = repo.read_optional(&path).and_then(|document| document.yaml().ok()) {
        globs.extend(manifest.strings(&["packages"]).into_iter().map(str::to_owned));
    }
    if globs.is_empty() {
        return Vec::new();
    }
    let skip = if root.folder.is_empty() { 0 } else { root.folder.len() + 1 };
    let folders = repo.files_under(&root.folder).filter(|file| file.ends_with("/package.json")).map(parent);
    folders
        .filter(|folder| folder.len() > skip && is_member(&folder[skip..], &globs))
        .filter_map(|folder| Package::read(repo, folder).ok())
        .collect()
}

/// Whether the globs take a folder in; one that starts with `!` takes it out again.
fn is_member(folder: &str, globs: &[String]) -> bool {
    globs.iter().fold(false, |is_in, glob| match glob.strip_prefix('!') {
        Some(out) => is_in && !names_member(out, folder),
        None => is_in || names_member(glob, folder),
    })
}

#[cfg(test)]
mod tests {
    use super::is_member;

    #[test]
    fn globs_take_in_and_out() {
        let globs: Vec<String> = ["packages/*", "apps/**", "!apps/old"].map(str::to_owned).into();
        assert!(is_member("packages/a", &globs) && is_member("apps/x/y", &globs));
        assert!(!is_member("packages/a/b", &globs) && !is_member("apps/old", &globs) && !is_member("tools", &globs));
    }
}
