//! From what is known and answered to the build plan.

use std::collections::BTreeSet;

use crate::evidence::Evidence;
use crate::languages::python::package_manager::{Installer, Project, build_backend};
use crate::languages::python::workspace;
use crate::path::join;
use crate::repo::Repo;

/// What the installation needs of the repository, read while it is at hand.
#[derive(Debug, Default)]
pub struct Installation {
    /// The build context, from the root of the repository.
    pub context: String,
    /// The project is a package that can be installed.
    pub is_package: bool,
    /// Manifests and lock files by installer, from the root of the repository.
    pub inputs: Vec<(Installer, Vec<String>)>,
    /// Folders of other packages that it is installed with.
    pub siblings: Vec<String>,
    /// Folders of the project that only its tests and documentation need.
    pub unused: Vec<String>,
    /// Requirements name folders of the repository, so that nothing can be installed before the source is there.
    pub has_local_requirements: bool,
    /// Folders with modules of the project, from its own folder.
    pub source_folders: BTreeSet<String>,
    /// The line by which the package can only be built where its dependencies are installed.
    pub builds_beside: Option<Evidence>,
    /// The lock file of PDM holds what an export needs; older ones do not.
    pub exports_lock: bool,
}

/// Reads what is needed of the repository.
pub fn read(repo: &Repo, project: &Project, is_package: bool) -> Installation {
    let at = |name: &str| join(&project.manifests.folder, name);
    let existing = |names: &[&str]| names.iter().map(|name| at(name)).filter(|path| repo.has(path)).collect::<Vec<_>>();
    let mut installation =
        Installation { context: project.manifests.folder.clone(), is_package, ..Installation::default() };
    for installer in &project.installers {
        let mut files = match installer.value {
            Installer::Requirements => {
                project.manifests.requirements.as_ref().map(|it| it.files.clone()).unwrap_or_default()
            }
            Installer::Project | Installer::Groups => existing(&["pyproject.toml"]),
            Installer::Poetry => existing(&["pyproject.toml", "poetry.lock", "poetry.toml"]),
            Installer::Uv => existing(&["pyproject.toml", "uv.lock", "uv.toml"]),
            Installer::Pdm => existing(&["pyproject.toml", "pdm.lock", "pdm.toml"]),
            Installer::Pipenv => existing(&["Pipfile", "Pipfile.lock"]),
            Installer::None => Vec::new(),
        };
        if installer.value == Installer::Uv
            && let Some(root) = &project.workspace
        {
            let members = repo.files_under(root).filter(|path| crate::path::file_name(path) == "pyproject.toml");
            files.extend(members.map(str::to_owned));
            files.extend(repo.has(&join(root, "uv.lock")).then(|| join(root, "uv.lock")));
            files.sort();
            files.dedup();
            installation.context.clone_from(root);
        }
        installation.inputs.push((installer.value, files));
    }
    installation.builds_beside = build_backend::imports_itself(repo, project).filter(|_| is_package);
    installation.exports_lock =
        repo.read_optional(&at("pdm.lock")).is_some_and(|document| document.text().contains("inherit_metadata"));
    let is_local = project.installer() == Installer::Requirements
        && project.manifests.requirements.as_ref().is_some_and(|it| !it.local.is_empty());
    installation.has_local_requirements = is_local;
    let folders = ["tests", "test", "docs", "doc", "examples", ".github", "benchmarks"];
    installation.unused =
        folders.iter().filter(|name| repo.has_folder(&at(name))).map(|name| (*name).to_owned()).collect();
    if project.workspace.is_some() && installation.context != project.manifests.folder {
        installation.siblings = workspace::siblings(repo, &project.manifests, &installation.context);
    }
    installation
}
