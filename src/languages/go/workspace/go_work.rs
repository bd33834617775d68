//! The `go.work` above a module, and whether a build of the module needs it.

use crate::languages::go::manifest::ModFile;
use crate::path::{join, parent};
use crate::repo::Repo;
use crate::source::go::is_source;

/// The folder of the `go.work` that Go finds for a module.
pub fn above(repo: &Repo, folder: &str) -> Option<String> {
    let mut place = folder;
    loop {
        if repo.has(&join(place, "go.work")) {
            return Some(place.to_owned());
        }
        if place.is_empty() {
            return None;
        }
        place = parent(place);
    }
}

/// Whether a module needs another one of its workspace: by its `go.mod`, by an import, or where the workspace itself says
/// what is taken. One that needs none is built by its own `go.mod` alone, as its users do.
pub fn is_needed(repo: &Repo, folder: &str, file: &ModFile, place: &str, work: &ModFile) -> bool {
    if !work.replaces.is_empty() || !file.requires.is_empty() && !repo.has(&join(folder, "go.sum")) {
        return true;
    }
    let path_of = |folder: &str| {
        let document = repo.read_optional(&join(folder, "go.mod"))?;
        ModFile::read(&document).ok()?.module.map(|module| module.value)
    };
    let others: Vec<String> = work
        .uses
        .iter()
        .map(|it| join(place, &it.value))
        .filter(|it| it != folder)
        .filter_map(|folder| path_of(&folder))
        .collect();
    let own = file.module.as_ref().map_or("", |module| module.value.as_str());
    let is_required = |other: &String| file.requires.iter().any(|require| require.value == *other);
    others.iter().any(is_required) || imports_any(repo, folder, own, &others)
}

/// Whether the source of a module imports a package of one of the others, which lie in their own folders.
fn imports_any(repo: &Repo, folder: &str, own: &str, others: &[String]) -> bool {
    let belongs = |import: &str, module: &str| {
        import.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let is_of_another = |import: &str| {
        let length = if belongs(import, own) { own.len() } else { 0 };
        others.iter().any(|other| other.len() > length && belongs(import, other))
    };
    let files = repo.files_under(folder).filter(|path| is_source(path) && !path.ends_with("_test.go"));
    let documents = files.filter_map(|path| repo.read(path).ok());
    documents.into_iter().any(|document| {
        document.text().split('"').skip(1).step_by(2).any(|text| text.contains('/') && is_of_another(text))
    })
}
