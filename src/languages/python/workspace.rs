//! uv workspaces: the folder that a project is a member of, and the other members that it needs.

use crate::evidence::Evidence;
use crate::languages::python::manifest::Manifests;
use crate::languages::python::manifest::requirement::{self, normalise};
use crate::path::{file_name, join, parent};
use crate::repo::Repo;

/// The nearest folder above whose `pyproject.toml` declares a uv workspace.
pub fn root(repo: &Repo, folder: &str) -> Option<String> {
    let mut above = folder;
    while !above.is_empty() {
        above = parent(above);
        let Some(document) = repo.read_optional(&join(above, "pyproject.toml")) else {
            continue;
        };
        let Ok(manifest) = document.toml() else { continue };
        if manifest.get(&["tool", "uv", "workspace"]).is_some() {
            return Some(above.to_owned());
        }
    }
    None
}

/// The other members of the workspace that the project depends on, directly or through one another.
pub fn siblings(repo: &Repo, manifests: &Manifests, root: &str) -> Vec<String> {
    let members: Vec<_> = repo
        .files_under(root)
        .filter(|path| file_name(path) == "pyproject.toml")
        .filter_map(|path| Some((parent(path).to_owned(), repo.read(path).ok()?.toml().ok()?)))
        .collect();
    let named = |name: &str| {
        members
            .iter()
            .find(|(_, manifest)| manifest.text(&["project", "name"]).is_some_and(|it| normalise(&it.value) == name))
    };
    let mut found: Vec<String> = Vec::new();
    let mut open: Vec<String> = manifests.dependencies.iter().map(|it| it.name.clone()).collect();
    while let Some(name) = open.pop() {
        let Some((folder, manifest)) = named(&name) else {
            continue;
        };
        if *folder != manifests.folder && !found.contains(folder) {
            found.push(folder.clone());
            let evidence = Evidence::file(manifest.path());
            open.extend(
                manifest
                    .strings(&["project", "dependencies"])
                    .into_iter()
                    .filter_map(|text| requirement::parse(text, evidence.clone()))
                    .map(|it| it.name),
            );
        }
    }
    found.sort();
    found
}
