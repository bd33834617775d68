//! What the installation of a project needs of the repository, read while it is at hand.

use std::collections::BTreeSet;

use crate::evidence::{Evidence, Fact};
use crate::languages::python::package_manager::{Installer, Project, build_backend};
use crate::languages::python::workspace;
use crate::path::{file_name, is_inside, join};
use crate::repo::Repo;

/// What the installation needs of the repository.
#[derive(Debug, Default)]
pub struct Installation {
    /// The build context, from the root of the repository.
    pub context: String,
    /// The project is a package that can be installed.
    pub is_package: bool,
    /// Manifests, lock files and what they install from, by installer, from the root of the repository.
    pub inputs: Vec<(Installer, Vec<String>)>,
    /// Folders of other members of the workspace that it is installed with.
    pub siblings: Vec<String>,
    /// Files and folders beside these that it is installed from, each with the line that names it.
    pub local: Vec<Fact<String>>,
    /// Those of them that are folders.
    pub folders: BTreeSet<String>,
    /// Folders of the project that only its tests and documentation need.
    pub unused: Vec<String>,
    /// Whether a module imports a test, by its name.
    pub imports_test: bool,
    /// The requirements name the project itself, so that nothing can be installed before the source is there.
    pub needs_source: bool,
    /// Folders with modules of the project, from its own folder.
    pub source_folders: BTreeSet<String>,
    /// The line by which the package can only be built where its dependencies are installed.
    pub builds_beside: Option<Evidence>,
    /// The lock file of PDM holds what an export needs; older ones do not.
    pub exports_lock: bool,
}

/// Reads what is needed of the repository.
pub fn read(repo: &Repo, project: &Project, is_package: bool) -> Installation {
    let manifests = &project.manifests;
    let at = |name: &str| join(&manifests.folder, name);
    let existing = |names: &[&str]| names.iter().map(|name| at(name)).filter(|path| repo.has(path)).collect::<Vec<_>>();
    let mut installation = Installation { context: manifests.folder.clone(), is_package, ..Installation::default() };
    let from_requirements = manifests.requirements.as_ref().map(|it| it.local.clone()).unwrap_or_default();
    let from_tables = workspace::local_dependencies(repo, manifests);
    let local = |installer| match installer {
        Installer::Requirements => &from_requirements,
        _ => &from_tables,
    };
    for installer in &project.installers {
        let mut files = match installer.value {
            Installer::Requirements => manifests.requirements.as_ref().map(|it| it.files.clone()).unwrap_or_default(),
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
            let members = repo.files_under(root).filter(|path| file_name(path) == "pyproject.toml");
            files.extend(members.map(str::to_owned));
            files.extend(repo.has(&join(root, "uv.lock")).then(|| join(root, "uv.lock")));
            files.sort();
            files.dedup();
        }
        files.extend(local(installer.value).iter().map(|fact| fact.value.clone()));
        installation.inputs.push((installer.value, files));
    }
    let first = project.installer();
    installation.local.clone_from(local(first));
    installation.needs_source = installation.local.iter().any(|it| is_inside(&manifests.folder, &it.value));
    let both = from_requirements.iter().chain(&from_tables).map(|it| it.value.clone());
    installation.folders = both.filter(|path| !repo.has(path)).collect();
    let root = project.workspace.as_deref().filter(|_| project.installers.iter().any(|it| it.value == Installer::Uv));
    let places = installation.local.iter().map(|it| it.value.as_str()).chain(root);
    installation.context = workspace::common_folder(&manifests.folder, places);
    if let Some(root) = root {
        installation.siblings = workspace::siblings(repo, manifests, root);
    }
    installation.builds_beside = build_backend::imports_itself(repo, project).filter(|_| is_package);
    installation.exports_lock =
        repo.read_optional(&at("pdm.lock")).is_some_and(|document| document.text().contains("inherit_metadata"));
    let folders = ["tests", "test", "docs", "doc", "examples", ".github", "benchmarks"];
    installation.unused =
        folders.iter().filter(|name| repo.has_folder(&at(name))).map(|name| (*name).to_owned()).collect();
    installation
}
