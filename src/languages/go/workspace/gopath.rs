//! Programs in no module, as they were written before Go 1.11 or for a quick try.

use crate::languages::go::workspace::module::Module;
use crate::languages::go::workspace::packages::{Packages, is_standard};
use crate::path::{file_name, join, parent};
use crate::repo::Repo;
use crate::source::go::is_source;

/// The module that a program without one would be in: its root is where its own imports lead to.
pub fn module(packages: &mut Packages, place: &str) -> Module {
    let repo = packages.repo();
    let package = packages.package(place);
    let imports = package.sources.iter().flat_map(|source| &source.index.imports);
    let vendored = |import: &str| {
        let mut above = place;
        loop {
            if repo.has_folder(&join(above, &format!("vendor/{import}"))) {
                return true;
            }
            if above.is_empty() {
                return false;
            }
            above = parent(above);
        }
    };
    let (folder, path) = imports
        .filter(|import| !is_standard(&import.module) && !vendored(&import.module))
        .find_map(|import| root(repo, place, &import.module))
        .unwrap_or_else(|| above_vendor(repo, place));
    Module {
        locals: vec![(path.clone(), folder.clone())],
        context: folder.clone(),
        vendored: repo.has_folder(&join(&folder, "vendor")),
        is_loose: true,
        folder,
        path,
        ..Module::default()
    }
}

/// The folder above `place`, and its import path, below which the imported package lies.
fn root(repo: &Repo, place: &str, import: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = import.split('/').collect();
    let mut above = place;
    loop {
        for at in (1..parts.len()).rev() {
            let inside = join(above, &parts[at..].join("/"));
            if repo.names_in(&inside).any(is_source) && inside != place {
                return Some((above.to_owned(), parts[..at].join("/")));
            }
        }
        if above.is_empty() {
            return None;
        }
        above = parent(above);
    }
}

/// The folder at or above `place` that has installed dependencies, else `place`; with a module path for it.
fn above_vendor(repo: &Repo, place: &str) -> (String, String) {
    let mut above = place;
    loop {
        if repo.has_folder(&join(above, "vendor")) {
            return (above.to_owned(), name(above));
        }
        if above.is_empty() {
            return (place.to_owned(), name(place));
        }
        above = parent(above);
    }
}

/// A module path from a folder's name.
fn name(folder: &str) -> String {
    let name: String = file_name(folder)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' })
        .collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "app".into() } else { name.to_lowercase() }
}
