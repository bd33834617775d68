//! Programs in no module, as they were written before Go 1.11 or for a quick try.

use std::collections::BTreeMap;

use crate::languages::go::module::{Module, is_left_out, is_source};
use crate::languages::go::packages::{Packages, is_standard, owner};
use crate::languages::go::program::{self, Program};
use crate::path::{file_name, join, parent};
use crate::repo::Repo;

/// The folders with programs that no module holds, each made a module of its own.
pub fn modules(packages: &mut Packages, folders: &[String]) -> Vec<(Module, Vec<Program>)> {
    let repo = packages.repo();
    let mut places: Vec<&str> = repo
        .files()
        .iter()
        .filter(|file| is_source(file) && !file.ends_with("_test.go") && !is_left_out(file))
        .map(|file| parent(file))
        .filter(|folder| owner(folder, folders).is_none())
        .collect();
    places.sort_unstable();
    places.dedup();
    let mut roots: BTreeMap<String, (Module, Vec<Program>)> = BTreeMap::new();
    for place in places {
        let Some(main) = packages.command(place) else { continue };
        let module = module(packages, place);
        let program = program::read(packages, &module, &main);
        roots.entry(module.folder.clone()).or_insert_with(|| (module, Vec::new())).1.push(program);
    }
    roots.into_values().collect()
}

/// The module that a program without one would be in: its root is where its own imports lead to.
fn module(packages: &mut Packages, place: &str) -> Module {
    let repo = packages.repo();
    let package = packages.package(place);
    let imports = package.sources.iter().flat_map(|source| &source.imports);
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
        .filter(|import| !is_standard(&import.value) && !vendored(&import.value))
        .find_map(|import| root(repo, place, &import.value))
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
