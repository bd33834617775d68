//! What of the repository a project is installed with: the members of its uv workspace, and the files and folders that its
//! manifests name.

use serde_json::Value;

use crate::evidence::{Evidence, Fact};
use crate::languages::python::manifest::Manifests;
use crate::languages::python::manifest::requirement::{self, normalise};
use crate::path::{file_name, is_inside, join, parent};
use crate::repo::{Manifest, Repo};

/// The folder of the uv workspace that a project is a member of: its own, or the nearest above that declares one.
pub fn root(repo: &Repo, folder: &str) -> Option<String> {
    let declares = |place: &str| {
        let manifest = repo.read_optional(&join(place, "pyproject.toml")).and_then(|document| document.toml().ok());
        manifest.is_some_and(|manifest| manifest.get(&["tool", "uv", "workspace"]).is_some())
    };
    let mut place = folder;
    loop {
        if declares(place) {
            return Some(place.to_owned());
        }
        if place.is_empty() {
            return None;
        }
        place = parent(place);
    }
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

/// The files and folders that the manifests of a project install from, and those that these need in turn, each from the root
/// of the repository; what lies outside of it is left out.
pub fn local_dependencies(repo: &Repo, manifests: &Manifests) -> Vec<Fact<String>> {
    let mut found: Vec<Fact<String>> = Vec::new();
    let pipfile = manifests.pipfile.iter().flat_map(|manifest| paths_in(manifest, &[&["packages"]]));
    let own = manifests.pyproject.iter().flat_map(|manifest| paths_in(manifest, TABLES)).chain(pipfile);
    let mut open: Vec<(String, Fact<String>)> = own.map(|fact| (manifests.folder.clone(), fact)).collect();
    while let Some((folder, fact)) = open.pop() {
        let path = join(&folder, &fact.value);
        let is_there = repo.has(&path) || repo.has_folder(&path);
        if !is_there || path == manifests.folder || found.iter().any(|known| known.value == path) {
            continue;
        }
        let manifest = repo.read_optional(&join(&path, "pyproject.toml")).and_then(|document| document.toml().ok());
        open.extend(manifest.iter().flat_map(|manifest| paths_in(manifest, TABLES)).map(|fact| (path.clone(), fact)));
        found.push(Fact::new(path, fact.evidence));
    }
    found.sort_by(|one, other| one.value.cmp(&other.value));
    found
}

/// The tables whose entries may be installed from a path.
const TABLES: &[&[&str]] = &[&["tool", "uv", "sources"], &["tool", "poetry", "dependencies"]];

/// The paths that a manifest names in tables of dependencies, as `path` of an entry or of one of its alternatives, and the
/// folders in which uv looks for packages.
fn paths_in(manifest: &Manifest, tables: &[&[&str]]) -> Vec<Fact<String>> {
    let mut found = Vec::new();
    for keys in tables {
        for name in manifest.names(keys) {
            let place: Vec<&str> = keys.iter().copied().chain([name]).collect();
            let entry = manifest.get(&place);
            let alternatives = entry
                .and_then(Value::as_array)
                .map_or_else(|| entry.into_iter().collect(), |all| all.iter().collect::<Vec<_>>());
            let paths = alternatives.into_iter().filter_map(|it| it.get("path").or_else(|| it.get("file"))?.as_str());
            found.extend(paths.map(|path| Fact::new(path.to_owned(), manifest.evidence(&place))));
        }
    }
    let stated = ["project", "dependencies"];
    let direct = manifest.strings(&stated).into_iter().filter_map(direct_path);
    found.extend(direct.map(|path| Fact::new(path.to_owned(), manifest.evidence(&stated))));
    let links = ["tool", "uv", "find-links"];
    let is_path = |link: &&str| !link.contains("://");
    found.extend(
        manifest
            .strings(&links)
            .into_iter()
            .filter(is_path)
            .map(|link| Fact::new(link.to_owned(), manifest.evidence(&links))),
    );
    found
}

/// The path from the project's own folder that a requirement is installed from: `name @ file:./lib`,
/// `name @ file:///${PROJECT_ROOT}/lib` of PDM, `name @ {root:uri}/lib` of Hatch.
fn direct_path(requirement: &str) -> Option<&str> {
    const ROOTS: &[&str] = &["file:///${PROJECT_ROOT}/", "{root:uri}/", "file:./", "file://./"];
    let (_, address) = requirement.split(';').next()?.split_once('@')?;
    ROOTS.iter().find_map(|root| address.trim().strip_prefix(root))
}

/// The smallest folder that holds a project and all that it is installed with.
pub fn common_folder<'a>(folder: &'a str, paths: impl Iterator<Item = &'a str>) -> String {
    let mut common = folder.to_owned();
    for path in paths {
        while !is_inside(path, &common) {
            common.truncate(parent(&common).len());
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::languages::python::manifest;

    #[test]
    fn paths_are_followed_through_the_packages_that_they_lead_to() {
        let folder = tempfile::tempdir().unwrap();
        let file = |path: &str, text: &str| {
            std::fs::create_dir_all(folder.path().join(parent(path))).unwrap();
            std::fs::write(folder.path().join(path), text).unwrap();
        };
        let own = "[project]\nname = \"x\"\n[tool.uv.sources]\na = { path = \"../libs/a\", editable = true }\n\
                   b = [{ path = \"b-1.whl\", marker = \"x\" }]\nc = { git = \"https://example.org/c\" }\n\
                   gone = { path = \"gone\" }\n[tool.uv]\nfind-links = [\"wheels\", \"https://example.org/\"]\n";
        file("app/pyproject.toml", own);
        file("app/b-1.whl", "x");
        file("app/wheels/d.whl", "x");
        file("libs/a/pyproject.toml", "[tool.poetry.dependencies]\ne = { path = \"../e\", develop = true }\n");
        file("libs/e/setup.py", "x");
        let (repo, _) = Repo::open(folder.path()).unwrap();
        let found = local_dependencies(&repo, &manifest::read(&repo, "app").unwrap());
        let paths: Vec<&str> = found.iter().map(|fact| fact.value.as_str()).collect();
        assert_eq!(paths, ["app/b-1.whl", "app/wheels", "libs/a", "libs/e"]);
        assert_eq!(common_folder("app", paths.iter().copied()), "");
        assert_eq!(common_folder("a/b", ["a/b/c"].into_iter()), "a/b");
        assert_eq!(common_folder("a/b", ["a/bc"].into_iter()), "a");
    }
}
