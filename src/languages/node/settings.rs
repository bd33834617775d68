//! Files of variables, `.env` and its kin: those that hold nothing secret belong to the build.

use crate::catalog::secrets;
use crate::evidence::Evidence;
use crate::languages::node::package::Package;
use crate::languages::node::workspace::Workspace;
use crate::path::join;
use crate::repo::Repo;

/// What bundlers read in a build for production.
const NAMES: &[&str] = &[".env", ".env.production"];

/// The files of a package and of the root of its workspace: those for the build, and one that only the program needs.
pub fn files(repo: &Repo, package: &Package, workspace: &Workspace) -> (Vec<String>, Option<Evidence>) {
    let mut folders = vec![package.folder.as_str()];
    if workspace.root.folder != package.folder {
        folders.push(&workspace.root.folder);
    }
    let documents = folders
        .iter()
        .flat_map(|folder| NAMES.iter().map(|name| join(folder, name)))
        .filter_map(|path| repo.read_optional(&path))
        .filter(|document| document.text().contains('='));
    let (public, other): (Vec<_>, Vec<_>) =
        documents.partition(|document| secrets().variables.are_public(document.text()));
    let public = public.into_iter().map(|document| document.path().to_owned()).collect();
    (public, other.first().map(|document| Evidence::file(document.path())))
}
