//! Workspaces: who belongs to which, what a package is made from, what is missing, and which members are applications.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::rust_servers;
use crate::evidence::{Evidence, Fact};
use crate::languages::rust::manifest::Cargo;
use crate::path::{join, parent};
use crate::plan::{Role, submodule_hint};
use crate::repo::Repo;
use crate::repo::names_member;

/// Every manifest of a repository, and the root of the workspace that each belongs to.
#[derive(Debug)]
pub struct Workspaces {
    all: Vec<Cargo>,
    /// By folder: its manifest, and the manifest of its workspace.
    places: BTreeMap<String, (usize, usize)>,
    /// What leads from each package to others, found when something first asks for it.
    links: Vec<Links>,
}

/// What leads from a package to others.
#[derive(Debug, Default)]
struct Links {
    /// The folders of its path dependencies, those of tests too.
    dependencies: OnceCell<Vec<Fact<String>>>,
    /// The packages that it has as parts itself.
    own_parts: OnceCell<Vec<usize>>,
    /// It and all that becomes part of it.
    parts: OnceCell<Vec<usize>>,
    /// Whether one of those is a crate that makes it a server.
    serves: OnceCell<bool>,
}

/// What is missing of a workspace.
#[derive(Debug, Clone)]
pub struct MissingPackage {
    /// What, in one sentence.
    pub message: String,
    /// The line that wants it.
    pub evidence: Option<Evidence>,
    /// What to do.
    pub hint: String,
}

impl Workspaces {
    /// Finds out which package belongs to which workspace.
    pub fn new(all: Vec<Cargo>) -> Self {
        let own = all.iter().enumerate().map(|(index, cargo)| (cargo.folder.clone(), (index, index)));
        let links = all.iter().map(|_| Links::default()).collect();
        let mut workspaces = Self { places: own.collect(), all, links };
        let roots: Vec<usize> =
            (0..workspaces.all.len()).filter(|index| workspaces.all[*index].is_workspace()).collect();
        // The inner roots come last, and win.
        for root in roots {
            for member in workspaces.members_of_root(root) {
                workspaces.places.insert(workspaces.all[member].folder.clone(), (member, root));
            }
        }
        for (index, cargo) in workspaces.all.iter().enumerate() {
            let stated = cargo.manifest.text(&["package", "workspace"]);
            let root = stated.map(|place| join(&cargo.folder, &place.value));
            if let Some((root, _)) = root.and_then(|folder| workspaces.places.get(&folder).copied()) {
                workspaces.places.insert(cargo.folder.clone(), (index, root));
            }
        }
        workspaces
    }

    /// The indexes of the members of a root: those that its globs name, and their path dependencies below it.
    fn members_of_root(&self, root: usize) -> Vec<usize> {
        let workspace = &self.all[root];
        let is_member = |index: &usize| {
            *index == root || !self.all[*index].is_workspace() && lists_member(workspace, &self.all[*index].folder)
        };
        let mut found: Vec<usize> = (0..self.all.len()).filter(is_member).collect();
        let mut next = 0;
        while let Some(index) = found.get(next).copied() {
            for dependency in self.all[index].local_dependencies(workspace) {
                let place = self.places.get(&dependency.value).map(|(index, _)| *index);
                let is_new = |index: &usize| {
                    let cargo = &self.all[*index];
                    !found.contains(index)
                        && !cargo.is_workspace()
                        && below(&cargo.folder, &workspace.folder).is_some()
                        && !is_excluded(workspace, &cargo.folder)
                };
                found.extend(place.filter(is_new));
            }
            next += 1;
        }
        found
    }

    /// Every manifest.
    pub fn all(&self) -> &[Cargo] {
        &self.all
    }

    /// The root of the workspace that a package belongs to: itself, where none takes it in.
    pub fn of<'a>(&'a self, package: &'a Cargo) -> &'a Cargo {
        self.places.get(&package.folder).map_or(package, |(_, root)| &self.all[*root])
    }

    /// The members of a workspace.
    pub fn members<'a>(&'a self, workspace: &'a Cargo) -> impl Iterator<Item = &'a Cargo> {
        self.all.iter().filter(|cargo| self.of(cargo).folder == workspace.folder)
    }

    /// The package and the packages of the repository that become part of it.
    pub fn parts(&self, package: &Cargo) -> Vec<&Cargo> {
        self.parts_of(package).iter().map(|index| &self.all[*index]).collect()
    }

    fn parts_of(&self, package: &Cargo) -> &[usize] {
        let Some(start) = self.index(&package.folder) else { return &[] };
        self.links[start].parts.get_or_init(|| self.reached([start], |index| self.own_parts(index).iter().copied()))
    }

    fn own_parts(&self, index: usize) -> &[usize] {
        self.links[index].own_parts.get_or_init(|| {
            let parts = self.all[index].local_parts(self.of(&self.all[index]));
            parts.iter().filter_map(|part| self.index(&part.value)).collect()
        })
    }

    fn dependencies(&self, index: usize) -> &[Fact<String>] {
        let cargo = &self.all[index];
        self.links[index].dependencies.get_or_init(|| cargo.local_dependencies(self.of(cargo)))
    }

    fn index(&self, folder: &str) -> Option<usize> {
        self.places.get(folder).map(|(index, _)| *index)
    }

    /// The packages that some lead to, and those that they lead to in turn.
    fn reached<I: Iterator<Item = usize>>(
        &self,
        from: impl IntoIterator<Item = usize>,
        next: impl Fn(usize) -> I,
    ) -> Vec<usize> {
        let (mut found, mut is_known, mut at) = (Vec::new(), vec![false; self.all.len()], 0);
        let mut add = |index: usize, found: &mut Vec<usize>| {
            if !std::mem::replace(&mut is_known[index], true) {
                found.push(index);
            }
        };
        from.into_iter().for_each(|index| add(index, &mut found));
        while let Some(index) = found.get(at).copied() {
            next(index).for_each(|index| add(index, &mut found));
            at += 1;
        }
        found
    }

    /// Whether a package or one of its parts depends on a crate that makes it a server.
    fn serves(&self, package: &Cargo) -> bool {
        let is_server = || {
            let dependencies: BTreeSet<String> =
                self.parts(package).iter().flat_map(|part| part.dependencies()).collect();
            rust_servers().iter().any(|server| !server.is_client && dependencies.contains(&server.name))
        };
        self.index(&package.folder).is_some_and(|index| *self.links[index].serves.get_or_init(is_server))
    }

    /// The build context: the workspace's root, or the folder above everything that the package depends on by path or has
    /// compiled in.
    pub fn context(&self, package: &Cargo, compiled_in: &[Fact<String>]) -> String {
        let mut context = self.of(package).folder.clone();
        let needed = self.needed(self.index(&package.folder));
        let packages = needed.iter().map(|index| &self.all[*index].folder);
        for place in packages.chain(compiled_in.iter().map(|fact| &fact.value)) {
            while below(place, &context).is_none() {
                context.truncate(parent(&context).len());
            }
        }
        context
    }

    /// Packages and all that they depend on by path, for tests too: Cargo reads their manifests in any case.
    fn needed(&self, packages: impl IntoIterator<Item = usize>) -> Vec<usize> {
        self.reached(packages, |index| self.dependencies(index).iter().filter_map(|it| self.index(&it.value)))
    }

    /// Whether another program of the repository is made from this package.
    pub fn is_part_of_another(&self, package: &Cargo, programs: &[&Cargo]) -> bool {
        let others = programs.iter().filter(|other| other.folder != package.folder);
        let index = self.index(&package.folder);
        others.into_iter().any(|other| index.is_some_and(|index| self.parts_of(other).contains(&index)))
    }

    /// The member or path dependency that Cargo will read and that is not there: why no image can be made, the line that
    /// wants it, and what to do.
    pub fn missing_package(&self, repo: &Repo, package: &Cargo) -> Option<MissingPackage> {
        let workspace = self.of(package);
        for (index, member) in workspace.manifest.strings(&["workspace", "members"]).into_iter().enumerate() {
            let folder = join(&workspace.folder, member.trim_end_matches('/'));
            if !member.contains(['*', '?', '[']) && !repo.has(&join(&folder, "Cargo.toml")) {
                let evidence = workspace.manifest.evidence(&["workspace", "members", &index.to_string()]);
                return Some(missing_at(repo, &folder, "the workspace has the member", Some(evidence)));
            }
        }
        let members = self.members(workspace).chain([package]).filter_map(|member| self.index(&member.folder));
        let dependencies = self.needed(members).into_iter().flat_map(|index| self.dependencies(index));
        let missing = dependencies.into_iter().find(|it| !repo.has(&join(&it.value, "Cargo.toml")))?;
        Some(missing_at(repo, &missing.value, "a dependency lies at", Some(missing.evidence.clone())))
    }
}

fn missing_at(repo: &Repo, folder: &str, what: &str, evidence: Option<Evidence>) -> MissingPackage {
    let submodule = repo.absent_submodule(folder);
    let hint = submodule.map_or_else(|| "see that the folder is committed".to_owned(), |it| submodule_hint(&it));
    MissingPackage { message: format!("{what} `{}`, and no package is there", folder.escape_debug()), evidence, hint }
}

/// The place of a folder as seen from one above it or the same one.
fn below<'a>(folder: &'a str, above: &str) -> Option<&'a str> {
    if above.is_empty() {
        return Some(folder);
    }
    let rest = folder.strip_prefix(above)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Whether a workspace names a folder among its members.
fn lists_member(workspace: &Cargo, folder: &str) -> bool {
    let Some(place) = below(folder, &workspace.folder) else {
        return false;
    };
    let members = workspace.manifest.strings(&["workspace", "members"]);
    let is_named = |glob: &&str| names_member(glob, place);
    members.iter().any(is_named) && (members.contains(&place) || !is_excluded(workspace, folder))
}

/// Whether a workspace excludes a folder.
fn is_excluded(workspace: &Cargo, folder: &str) -> bool {
    let excluded = workspace.manifest.strings(&["workspace", "exclude"]);
    excluded.iter().any(|out| below(folder, &join(&workspace.folder, out.trim_end_matches('/'))).is_some())
}

/// Whether a package of this name helps to develop another one.
fn is_development_tool(name: &str) -> bool {
    let ends = ["-xtask", "-fuzz", "-generator", "-codegen"];
    name == "xtask"
        || name.contains("benchmark")
        || name.starts_with("fuzz")
        || ends.iter().any(|end| name.ends_with(end))
}

/// Helpers of a workspace: its own build tool, what `default-members` leaves out, what another program is made from, and
/// what is beside the one that the repository is named after.
pub fn role(repo: &Repo, workspaces: &Workspaces, package: &Cargo, programs: &[&Cargo]) -> Role {
    let workspace = workspaces.of(package);
    let name = package.name().map(|name| name.value).unwrap_or_default();
    let is_helper = is_development_tool(&name);
    let listed = workspace.manifest.strings(&["workspace", "default-members"]);
    let defaults: Vec<String> =
        listed.iter().map(|place| join(&workspace.folder, place.trim_end_matches('/'))).collect();
    let is_left_out = !defaults.is_empty() && !defaults.contains(&package.folder) && package.folder != workspace.folder;
    let siblings: Vec<&Cargo> =
        programs.iter().copied().filter(|other| workspaces.of(other).folder == workspace.folder).collect();
    let is_namesake = |cargo: &Cargo| {
        let address = cargo.package_field(workspace, "repository").map(|fact| fact.value).unwrap_or_default();
        let repository = address.trim_end_matches('/').trim_end_matches(".git").rsplit('/').next().unwrap_or_default();
        !repository.is_empty()
            && (cargo.name().is_some_and(|name| name.value == repository)
                || cargo.binaries(repo).iter().any(|binary| binary.name == repository))
    };
    let is_peer = |other: &&Cargo| {
        let is_helper = other.name().is_some_and(|name| is_development_tool(&name.value));
        !is_helper && (workspaces.serves(other) || !workspaces.serves(package))
    };
    let peers: Vec<&Cargo> = siblings.iter().copied().filter(is_peer).collect();
    let is_beside = !is_namesake(package) && siblings.iter().any(|other| is_namesake(other));
    if is_helper || is_left_out || is_beside || workspaces.is_part_of_another(package, &peers) {
        Role::Auxiliary
    } else {
        Role::Application
    }
}
