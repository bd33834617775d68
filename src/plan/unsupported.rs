//! Applications in languages that have no templates here: named, so that nothing else is taken for them.

use crate::catalog::{is_side_folder, unsupported_languages};
use crate::error::Error;
use crate::path::{file_name, parent};
use crate::repo::Repo;

/// How deep in a repository an application's manifest lies at most.
const DEEPEST: usize = 3;

/// What shows another language than those of `titles`, each with its folder: the one nearest to the root for each.
pub fn unsupported(repo: &Repo, titles: &[&str]) -> Vec<(String, Error)> {
    let depth = |path: &str| path.matches('/').count();
    let candidates = repo.files().iter().filter(|path| depth(path) <= DEEPEST).filter(|path| {
        let name = file_name(path);
        unsupported_languages().iter().any(|language| language.is_shown_by(name)) && !is_side_folder(parent(path))
    });
    let candidates: Vec<&String> = candidates.collect();
    let problem = |path: &str, title: &str| Error::NoApplication {
        folder: if parent(path).is_empty() { ".".into() } else { parent(path).into() },
        message: format!("`{}` is of {title}, for which there are no templates", file_name(path).escape_debug()),
        hint: format!("the languages are {}; where one of them is in another folder, name that", titles.join(", ")),
    };
    let shown = unsupported_languages().iter().filter_map(|language| {
        let shown = candidates.iter().filter(|path| language.is_shown_by(file_name(path)));
        let path = shown.min_by_key(|path| depth(path))?;
        Some((parent(path).to_owned(), problem(path, &language.title)))
    });
    shown.collect()
}
