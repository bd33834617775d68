//! Which tool installs a Python project, from which manifests and lock file.

pub mod build_backend;
pub mod installation;
pub mod legacy_pins;
pub mod lock;
pub mod native_packages;
mod poetry;
pub mod required_tool;

use std::collections::BTreeSet;
use std::rc::Rc;
use std::str::FromStr;

use pep440_rs::Version;

use crate::catalog::python::servers;
use crate::error::Result;
use crate::evidence::{Evidence, Fact};
use crate::languages::python::manifest::requirement::Dependency;
use crate::languages::python::manifest::{self, Group, Manifests, is_production};
use crate::languages::python::package_manager::lock::{LockFile, LockFiles};
use crate::languages::python::workspace;
use crate::path::join;
use crate::repo::Repo;

/// What installs the dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installer {
    /// pip, from requirements files.
    Requirements,
    /// pip, from the package's own metadata.
    Project,
    /// pip, from the dependency groups of a project that is no package.
    Groups,
    Poetry,
    Uv,
    Pdm,
    Pipenv,
    /// Nothing: only the standard library is used.
    None,
}

impl Installer {
    /// The name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Requirements => "pip",
            Self::Project => "pip-project",
            Self::Groups => "pip-group",
            Self::Poetry => "poetry",
            Self::Uv => "uv",
            Self::Pdm => "pdm",
            Self::Pipenv => "pipenv",
            Self::None => "none",
        }
    }
}

/// A Python project: one folder with its manifests, and what installs it.
#[derive(Debug, Default)]
pub struct Project {
    /// What its manifests say.
    pub manifests: Manifests,
    /// The ways to install it, preferred first.
    pub installers: Vec<Fact<Installer>>,
    /// The folder of the uv workspace that it is a member of.
    pub workspace: Option<String>,
    /// The lock file.
    pub lock: Option<String>,
    /// What the lock file holds.
    pub locked: Rc<LockFile>,
    /// The names of the packages that its dependencies draw in by the lock file.
    pub reached: BTreeSet<String>,
    /// The names of the packages that it locks for extras and groups which no image wants, and for nothing else.
    pub aside: BTreeSet<String>,
    /// What pip installs uv by, where the project takes no version that the image of uv has.
    pub required_uv: Option<String>,
    /// Why the lock file is out of step with the manifest, where it is.
    pub out_of_step: Option<Fact<String>>,
    /// A package that the lock file left out, though others that it holds need it.
    pub left_out: Option<Fact<String>>,
}

/// Reads the project in a folder.
///
/// # Errors
/// When `pyproject.toml` or `Pipfile` can't be read.
pub fn read(lock_files: &LockFiles, folder: &str) -> Result<Project> {
    let repo = lock_files.repo();
    let manifests = manifest::read(repo, folder)?;
    let mut project = Project { manifests, workspace: workspace::root(repo, folder), ..Project::default() };
    find_installers(repo, &mut project);
    project.lock = project.find_lock(repo);
    project.locked = project.lock.as_deref().map(|path| lock_files.get(path)).unwrap_or_default();
    project.reached = project.locked.reached(&project.manifests.dependencies);
    project.aside = project.aside();
    project.required_uv = required_tool::uv(repo, &project);
    project.out_of_step = project.lock_problem(repo);
    project.left_out = project.left_out_of_lock();
    Ok(project)
}

fn find_installers(repo: &Repo, project: &mut Project) {
    let folder = project.manifests.folder.clone();
    let has = |name: &str| repo.has(&join(&folder, name)).then(|| Evidence::file(join(&folder, name)));
    let table = |keys: &[&str]| {
        project
            .manifests
            .pyproject
            .as_ref()
            .filter(|manifest| manifest.get(keys).is_some())
            .map(|manifest| manifest.evidence(keys))
    };
    let mut found: Vec<Fact<Installer>> = Vec::new();
    let mut add = |installer, evidence: Option<Evidence>| {
        if let Some(evidence) = evidence
            && !found.iter().any(|it| it.value == installer)
        {
            found.push(Fact::new(installer, evidence));
        }
    };
    let project_table = table(&["project"]);
    let poetry = table(&["tool", "poetry", "dependencies"]).or_else(|| table(&["tool", "poetry", "name"]));
    let poetry_or_package = poetry.clone().or_else(|| project_table.clone());
    if project_table.is_some() {
        let shared = project
            .workspace
            .as_ref()
            .map(|root| join(root, "uv.lock"))
            .filter(|path| repo.has(path))
            .map(Evidence::file);
        add(Installer::Uv, has("uv.lock").or(shared));
    }
    if project.manifests.pyproject.is_some() {
        add(Installer::Poetry, has("poetry.lock"));
        add(Installer::Pdm, has("pdm.lock"));
    }
    add(Installer::Pipenv, has("Pipfile.lock").filter(|_| project.manifests.pipfile.is_some()));
    add(Installer::Poetry, poetry);
    add(Installer::Uv, project_table.clone().and(table(&["tool", "uv"])));
    let requirements = project.manifests.requirements.as_ref().and_then(|it| it.files.first()).map(Evidence::file);
    let lists =
        project.manifests.pyproject.as_ref().is_some_and(|it| !it.strings(&["project", "dependencies"]).is_empty());
    let pinned =
        project.manifests.requirements.as_ref().is_some_and(|it| {
            it.dependencies.iter().filter(|it| it.pinned.is_some()).count() * 2 > it.dependencies.len()
        });
    if !lists || pinned {
        add(Installer::Requirements, requirements.clone());
    }
    add(Installer::Project, project_table);
    add(Installer::Requirements, requirements);
    add(Installer::Pipenv, has("Pipfile"));
    add(Installer::Groups, table(&["dependency-groups"]).filter(|_| poetry_or_package.is_none()));
    add(Installer::Project, project.manifests.setup.as_ref().and_then(|it| it.files.first()).map(Evidence::file));
    project.installers = found;
}

impl Project {
    /// The way to install it.
    pub fn installer(&self) -> Installer {
        self.installers.first().map_or(Installer::None, |fact| fact.value)
    }

    fn find_lock(&self, repo: &Repo) -> Option<String> {
        let name = match self.installer() {
            Installer::Uv => "uv.lock",
            Installer::Poetry => "poetry.lock",
            Installer::Pdm => "pdm.lock",
            Installer::Pipenv => "Pipfile.lock",
            Installer::Requirements | Installer::Project | Installer::Groups | Installer::None => return None,
        };
        let own = join(&self.manifests.folder, name);
        let above = self.workspace.as_ref().map(|root| join(root, name));
        std::iter::once(own).chain(above).find(|path| repo.has(path))
    }

    /// What the lock file lacks of the manifest that it was made from, or that it was made from another.
    fn lock_problem(&self, repo: &Repo) -> Option<Fact<String>> {
        let path = self.lock.as_deref()?;
        let manifests = || [&self.manifests.pyproject, &self.manifests.pipfile].into_iter().flatten();
        let lacking = self.locked.lacks(&self.manifests.dependencies);
        let is_own = |it: &&&Dependency| manifests().any(|manifest| manifest.path() == it.evidence.path);
        if let Some(dependency) = lacking.iter().find(is_own) {
            return Some(Fact::new(format!("`{}` is not in it", dependency.name), dependency.evidence.clone()));
        }
        let lock = repo.read_optional(path).filter(|_| self.installer() == Installer::Poetry)?.toml().ok()?;
        let is_stale = poetry::is_out_of_step(self.manifests.pyproject.as_ref()?, &lock);
        is_stale.then(|| {
            let reason = "it was made from another `pyproject.toml`".to_owned();
            Fact::new(reason, lock.evidence(&["metadata", "content-hash"]))
        })
    }

    /// What a lock file of an old Poetry lacks, though others need it.
    fn left_out_of_lock(&self) -> Option<Fact<String>> {
        let path = self.lock.as_deref().filter(|_| self.installer() == Installer::Poetry)?;
        (!self.locked.has(poetry::LEFT_OUT) && self.installs(poetry::LEFT_OUT))
            .then(|| Fact::new(poetry::LEFT_OUT.to_owned(), Evidence::file(path)))
    }

    /// What only those groups and extras draw in that are not for production and bring no server.
    fn aside(&self) -> BTreeSet<String> {
        let is_wanted = |group: &&Group| {
            let is_server = |it: &Dependency| servers().iter().any(|server| server.package == it.name);
            is_production(&group.name) || group.dependencies.iter().any(is_server)
        };
        let (wanted, others): (Vec<&Group>, Vec<&Group>) = self.manifests.groups.iter().partition(is_wanted);
        let dependencies = |groups: &[&Group]| -> Vec<Dependency> {
            groups.iter().flat_map(|group| group.dependencies.iter().cloned()).collect()
        };
        let mut installed = dependencies(&wanted);
        installed.extend(self.manifests.dependencies.iter().cloned());
        let installed = self.locked.reached(&installed);
        self.locked.reached(&dependencies(&others)).into_iter().filter(|name| !installed.contains(name)).collect()
    }

    /// Whether a package gets installed, directly or through the lock file.
    pub fn installs(&self, name: &str) -> bool {
        self.manifests.dependency(name).is_some() || self.reached.contains(name)
    }

    /// The version of a package that is installed, where it is known.
    pub fn version_of(&self, name: &str) -> Option<&str> {
        let locked = self.locked.named(name).next().filter(|_| !self.aside.contains(name));
        locked
            .map(|it| it.version.as_str())
            .or_else(|| self.manifests.dependencies.iter().find(|it| it.name == name)?.pinned.as_deref())
    }

    /// Whether a package is installed in a version that is older than this one: a known one, or any that its range allows.
    pub fn is_below(&self, name: &str, bound: &str) -> bool {
        let version = |text: &str| Version::from_str(text).ok();
        let Some(bound) = version(bound) else { return false };
        let installed = self.version_of(name).and_then(version);
        let highest = || version(self.manifests.dependency(name)?.highest.as_ref()?);
        match installed {
            Some(installed) => installed < bound,
            None => highest().is_some_and(|highest| highest <= bound),
        }
    }

    /// The line that asks for a package: the dependency, or the lock file.
    pub fn evidence_of(&self, name: &str) -> Option<Evidence> {
        let direct = self.manifests.dependency(name).map(|it| it.evidence.clone());
        direct.or_else(|| {
            let version = self.version_of(name).unwrap_or_default();
            Some(Evidence::new(self.lock.as_ref()?, 1, &format!("{name} {version}")))
        })
    }

    /// Whether any manifest is there.
    pub fn has_manifest(&self) -> bool {
        !self.installers.is_empty()
    }
}
