//! Workspaces: the packages that are installed together, and which of them an application needs.

use std::collections::BTreeSet;

use crate::languages::node::manifest::Package;
use crate::path::{join, parent};
use crate::repo::Repo;
use crate::repo::names_member;

/// The packages that one lock file installs.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The package at the root.
    pub root: Package,
    /// The members, sorted by folder; empty for a package on its own.
    pub members: Vec<Package>,
}

impl Workspace {
    /// The workspace that a package belongs to, or the package on its own.
    pub fn of(repo: &Repo, package: &Package) -> Self {
        let alone = || Self { root: package.clone(), members: members(repo, package) };
        let mut folder = package.folder.as_str();
        while !folder.is_empty() {
            folder = parent(folder);
            let Ok(root) = Package::read_at(repo, folder) else {
                continue;
            };
            let members = members(repo, &root);
            if members.iter().any(|member| member.folder == package.folder) {
                return Self { root, members };
            }
        }
        alone()
    }

    /// Whether this is more than one package.
    pub fn has_members(&self) -> bool {
        !self.members.is_empty()
    }

    /// The members that `package` needs, itself included, each after those that it needs.
    pub fn needed_by(&self, package: &Package) -> Vec<&Package> {
        let mut order = Vec::new();
        let mut seen = BTreeSet::new();
        if let Some(start) = self.members.iter().find(|member| member.folder == package.folder) {
            self.visit(start, &mut seen, &mut order);
        }
        order
    }

    fn visit<'a>(&'a self, member: &'a Package, seen: &mut BTreeSet<&'a str>, order: &mut Vec<&'a Package>) {
        if !seen.insert(&member.folder) {
            return;
        }
        for name in member.dependencies() {
            if let Some(next) = self.members.iter().find(|other| other.name() == name) {
                self.visit(next, seen, order);
            }
        }
        order.push(member);
    }
}

impl Package {
    fn read_at(repo: &Repo, folder: &str) -> crate::error::Result<Self> {
        if repo.has(&join(folder, "package.json")) {
            return Self::read(repo, folder);
        }
        Err(crate::error::Error::Findings(String::new()))
    }
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
