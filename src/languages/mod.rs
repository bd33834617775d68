//! The languages that dockgen knows: each one folder here, one in `templates/`, and its examples.

mod go;
mod java;
mod node;
mod python;
mod rust;

use crate::plan::{Detection, unsupported};
use crate::repo::Repo;

/// Every language, in the order of their names.
pub const LANGUAGES: &[&dyn Language] = &[&go::Go, &java::Java, &node::Node, &python::Python, &rust::Rust];

/// A language: how its applications are recognised.
///
/// There are no default methods, so an unfinished language does not compile.
pub trait Language: Sync {
    /// The name in flags, folders and JSON: lower case, one word.
    fn name(&self) -> &'static str;

    /// The name as people write it.
    fn title(&self) -> &'static str;

    /// Finds every application of this language in the repository.
    fn detect(&self, repo: &Repo) -> Detection;
}

/// Every application in the repository, and what could have been one, over all languages.
pub fn detect(repo: &Repo) -> Detection {
    let mut all = Detection::default();
    for language in LANGUAGES {
        let found = language.detect(repo);
        all.languages.push(language.title());
        all.applications.extend(found.applications);
        all.problems.extend(found.problems);
        all.startable.extend(found.startable);
        all.left_out.extend(found.left_out);
    }
    all.problems.extend(unsupported(repo, &all.languages));
    all.applications.sort_by(|a, b| (&a.app().folder, a.app().language).cmp(&(&b.app().folder, b.app().language)));
    all
}
