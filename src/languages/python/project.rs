//! What the manifests of a Python project say: its installers, dependencies, commands and package.

use std::str::FromStr;

use pep440_rs::Version;
use serde_json::Value;

use crate::error::Result;
use crate::evidence::{Evidence, Fact};
use crate::languages::python::lock::{self, Locked};
use crate::languages::python::poetry;
use crate::languages::python::requirement::{self, Dependency};
use crate::languages::python::requirements_file::{self, Requirements};
use crate::languages::python::setup::{self, Setup};
use crate::path::{join, parent};
use crate::repo::{Manifest, Repo};

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

/// Dependencies that are installed on request only.
#[derive(Debug)]
pub struct Group {
    /// Its name as written.
    pub name: String,
    /// An extra of the package, else a group of the project.
    pub is_extra: bool,
    /// What it adds.
    pub dependencies: Vec<Dependency>,
}

/// A Python project: one folder with its manifests.
#[derive(Debug, Default)]
pub struct Project {
    /// Its folder, from the root of the repository.
    pub folder: String,
    /// The ways to install it, preferred first.
    pub installers: Vec<Fact<Installer>>,
    /// What its requirements files say.
    pub requirements: Option<Requirements>,
    /// `pyproject.toml`.
    pub pyproject: Option<Manifest>,
    /// `setup.py` and `setup.cfg`.
    pub setup: Option<Setup>,
    /// `Pipfile`.
    pub pipfile: Option<Manifest>,
    /// The folder of the uv workspace that it is a member of.
    pub workspace: Option<String>,
    /// The lock file.
    pub lock: Option<String>,
    /// What the lock file holds.
    pub locked: Vec<Locked>,
    /// Why the lock file is out of step with the manifest, where it is.
    pub out_of_step: Option<Fact<String>>,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    /// What it depends on when asked to.
    pub groups: Vec<Group>,
    /// Its console commands: name and target.
    pub scripts: Vec<Fact<(String, String)>>,
}

/// Reads the manifests in a folder.
///
/// # Errors
/// When `pyproject.toml` or `Pipfile` can't be read.
pub fn read(repo: &Repo, folder: &str) -> Result<Project> {
    let at = |name: &str| join(folder, name);
    let mut project = Project { folder: folder.to_owned(), ..Project::default() };
    if repo.has(&at("pyproject.toml")) {
        project.pyproject = Some(repo.read(&at("pyproject.toml"))?.toml()?);
    }
    if repo.has(&at("Pipfile")) {
        project.pipfile = Some(repo.read(&at("Pipfile"))?.toml()?);
    }
    project.setup = setup::read(repo, folder);
    project.requirements = requirements_file(repo, folder).map(|path| requirements_file::read(repo, &path));
    project.workspace = workspace(repo, folder);
    find_installers(repo, &mut project);
    project.lock = project.find_lock(repo);
    project.locked = project.lock.as_deref().map(|path| lock::read(repo, path)).unwrap_or_default();
    project.read_metadata();
    project.out_of_step = project.lock_problem(repo);
    Ok(project)
}

/// The requirements file that an image is made from: production before anything else, development never.
pub fn requirements_file(repo: &Repo, folder: &str) -> Option<String> {
    const NAMES: &[&str] = &[
        "requirements/production.txt",
        "requirements/prod.txt",
        "requirements-prod.txt",
        "requirements-production.txt",
        "requirements_prod.txt",
        "prod-requirements.txt",
        "requirements.prod.txt",
        "requirements.txt",
        "requirements/requirements.txt",
        "requirements/base.txt",
        "requirements/main.txt",
        "requirements/common.txt",
        "requirements/default.txt",
        "requirements.lock",
        "requirements/app.txt",
        "requirements-base.txt",
        "requirement.txt",
        "reqs.txt",
        "requires.txt",
        "conf/requirements.txt",
        "deploy/requirements.txt",
        "requirements.in",
    ];
    // requirements.txt that includes others is the project's own choice
    let own = join(folder, "requirements.txt");
    if repo
        .read_optional(&own)
        .is_some_and(|document| document.lines().any(|(_, line)| line.trim_start().starts_with("-r")))
    {
        return Some(own);
    }
    NAMES.iter().map(|name| join(folder, name)).find(|path| repo.has(path))
}

/// The nearest folder above whose `pyproject.toml` declares a uv workspace.
fn workspace(repo: &Repo, folder: &str) -> Option<String> {
    let mut above = folder;
    while !above.is_empty() {
        above = parent(above);
        let Some(document) = repo.read_optional(&join(above, "pyproject.toml")) else {
            continue;
        };
        let Ok(manifest) = document.toml() else { continue };
        if manifest.get(&["tool", "uv", "workspace"]).is_some() {
            return Some(above.to_owned());
        }
    }
    None
}

fn find_installers(repo: &Repo, project: &mut Project) {
    let folder = project.folder.clone();
    let has = |name: &str| repo.has(&join(&folder, name)).then(|| Evidence::file(join(&folder, name)));
    let table = |keys: &[&str]| {
        project
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
    if project.pyproject.is_some() {
        add(Installer::Poetry, has("poetry.lock"));
        add(Installer::Pdm, has("pdm.lock"));
    }
    add(Installer::Pipenv, has("Pipfile.lock").filter(|_| project.pipfile.is_some()));
    add(Installer::Poetry, poetry);
    add(Installer::Uv, project_table.clone().and(table(&["tool", "uv"])));
    let requirements = project.requirements.as_ref().and_then(|it| it.files.first()).map(Evidence::file);
    let lists = project.pyproject.as_ref().is_some_and(|it| !it.strings(&["project", "dependencies"]).is_empty());
    let pinned = project
        .requirements
        .as_ref()
        .is_some_and(|it| it.dependencies.iter().filter(|it| it.pinned.is_some()).count() * 2 > it.dependencies.len());
    if !lists || pinned {
        add(Installer::Requirements, requirements.clone());
    }
    add(Installer::Project, project_table);
    add(Installer::Requirements, requirements);
    add(Installer::Pipenv, has("Pipfile"));
    add(Installer::Groups, table(&["dependency-groups"]).filter(|_| poetry_or_package.is_none()));
    add(Installer::Project, project.setup.as_ref().and_then(|it| it.files.first()).map(Evidence::file));
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
        let own = join(&self.folder, name);
        let above = self.workspace.as_ref().map(|root| join(root, name));
        std::iter::once(own).chain(above).find(|path| repo.has(path))
    }

    /// What the lock file lacks of the manifest that it was made from, or that it was made from another.
    fn lock_problem(&self, repo: &Repo) -> Option<Fact<String>> {
        let path = self.lock.as_deref()?;
        let manifests = || [&self.pyproject, &self.pipfile].into_iter().flatten();
        let lacking = lock::lacks(repo, path, &self.dependencies);
        let is_own = |it: &&&Dependency| manifests().any(|manifest| manifest.path() == it.evidence.path);
        if let Some(dependency) = lacking.iter().find(is_own) {
            return Some(Fact::new(format!("`{}` is not in it", dependency.name), dependency.evidence.clone()));
        }
        let lock = repo.read_optional(path).filter(|_| self.installer() == Installer::Poetry)?.toml().ok()?;
        let is_stale = poetry::is_out_of_step(self.pyproject.as_ref()?, &lock);
        is_stale.then(|| {
            let reason = "it was made from another `pyproject.toml`".to_owned();
            Fact::new(reason, lock.evidence(&["metadata", "content-hash"]))
        })
    }

    /// Collects dependencies, groups and commands of the manifests that the installer reads.
    fn read_metadata(&mut self) {
        if let Some(manifest) = &self.pyproject {
            let keys = ["project", "dependencies"];
            let mut own: Vec<Dependency> = listed(manifest, &keys);
            own.extend(poetry_table(manifest, &["tool", "poetry", "dependencies"]));
            self.dependencies.extend(own);
            for name in manifest.names(&["project", "optional-dependencies"]) {
                let dependencies = listed(manifest, &["project", "optional-dependencies", name]);
                self.groups.push(Group { name: name.to_owned(), is_extra: true, dependencies });
            }
            for name in manifest.names(&["dependency-groups"]) {
                let dependencies = listed(manifest, &["dependency-groups", name]);
                self.groups.push(Group { name: name.to_owned(), is_extra: false, dependencies });
            }
            for name in manifest.names(&["tool", "poetry", "group"]) {
                let dependencies = poetry_table(manifest, &["tool", "poetry", "group", name, "dependencies"]);
                self.groups.push(Group { name: name.to_owned(), is_extra: false, dependencies });
            }
            for keys in [["project", "scripts"].as_slice(), &["tool", "poetry", "scripts"]] {
                for name in manifest.names(keys) {
                    let place: Vec<&str> = keys.iter().copied().chain([name]).collect();
                    if let Some(target) = manifest.text(&place) {
                        self.scripts.push(target.map(|target| (name.to_owned(), target)));
                    }
                }
            }
        }
        if let Some(setup) = &self.setup {
            for requirement in setup.requirements.iter().flatten() {
                self.dependencies.extend(requirement::parse(&requirement.value, requirement.evidence.clone()));
            }
            self.scripts.extend(setup.scripts.iter().cloned());
        }
        if let Some(manifest) = &self.pipfile {
            self.dependencies.extend(poetry_table(manifest, &["packages"]));
        }
        if let Some(requirements) = &self.requirements {
            self.dependencies.extend(requirements.dependencies.iter().cloned());
        }
    }

    /// A direct dependency.
    pub fn dependency(&self, name: &str) -> Option<&Dependency> {
        self.dependencies.iter().find(|it| it.name == name)
    }

    /// Whether a package gets installed, directly or through the lock file.
    pub fn installs(&self, name: &str) -> bool {
        let direct: Vec<&Dependency> = self.dependencies.iter().collect();
        self.dependency(name).is_some() || lock::reaches(&self.locked, &direct, name)
    }

    /// The version of a package that is installed, where it is known.
    pub fn version_of(&self, name: &str) -> Option<&str> {
        let locked = self.locked.iter().find(|it| it.name == name).map(|it| it.version.as_str());
        locked.or_else(|| self.dependencies.iter().find(|it| it.name == name)?.pinned.as_deref())
    }

    /// Whether a package is installed in a known version that is older than this one.
    pub fn is_below(&self, name: &str, bound: &str) -> bool {
        let version = |text: &str| Version::from_str(text).ok();
        let installed = self.version_of(name).and_then(version);
        installed.zip(version(bound)).is_some_and(|(installed, bound)| installed < bound)
    }

    /// The line that asks for a package: the dependency, or the lock file.
    pub fn evidence_of(&self, name: &str) -> Option<Evidence> {
        let direct = self.dependency(name).map(|it| it.evidence.clone());
        direct.or_else(|| {
            let version = self.version_of(name).unwrap_or_default();
            Some(Evidence::new(self.lock.as_ref()?, 1, &format!("{name} {version}")))
        })
    }

    /// The name that it gives itself.
    pub fn name(&self) -> Option<Fact<String>> {
        let manifest = self.pyproject.as_ref();
        let from = |keys: &[&str]| manifest.and_then(|manifest| manifest.text(keys));
        from(&["project", "name"])
            .or_else(|| from(&["tool", "poetry", "name"]))
            .or_else(|| self.setup.as_ref()?.name.clone())
            .filter(|name| !name.value.trim().is_empty())
    }

    /// Whether some of the package's metadata is known only once its source is there.
    pub fn is_computed(&self) -> bool {
        self.pyproject.as_ref().is_some_and(|manifest| !manifest.strings(&["project", "dynamic"]).is_empty())
    }

    /// What the package itself is built with.
    pub fn build_tools(&self) -> Vec<String> {
        let required = self.pyproject.as_ref().map(|manifest| manifest.strings(&["build-system", "requires"]));
        let name = |text: &str| {
            let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
            requirement::normalise(&text[..end])
        };
        required.into_iter().flatten().map(name).collect()
    }

    /// Whether any manifest is there.
    pub fn has_manifest(&self) -> bool {
        !self.installers.is_empty()
    }
}

/// Requirements of a list of strings.
fn listed(manifest: &Manifest, keys: &[&str]) -> Vec<Dependency> {
    manifest
        .strings(keys)
        .into_iter()
        .filter_map(|text| {
            let evidence = manifest.document().find(text).unwrap_or_else(|| manifest.evidence(keys));
            requirement::parse(text, evidence)
        })
        .collect()
}

/// Requirements of a table in Poetry's or Pipenv's notation.
fn poetry_table(manifest: &Manifest, keys: &[&str]) -> Vec<Dependency> {
    let table = manifest.get(keys).and_then(Value::as_object);
    table
        .into_iter()
        .flatten()
        .filter(|(name, value)| *name != "python" && value.get("optional").and_then(Value::as_bool) != Some(true))
        .map(|(name, value)| {
            let place: Vec<&str> = keys.iter().copied().chain([name.as_str()]).collect();
            let version = value.as_str().or_else(|| value.get("version").and_then(Value::as_str)).unwrap_or_default();
            let is_exact = version.starts_with("==")
                || version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains(['*', ',']);
            let extras = value.get("extras").and_then(Value::as_array);
            Dependency {
                name: requirement::normalise(name),
                extras: extras.into_iter().flatten().filter_map(Value::as_str).map(requirement::normalise).collect(),
                pinned: is_exact.then(|| version.trim_start_matches('=').trim().to_owned()),
                from_git: value.get("git").is_some(),
                evidence: manifest.evidence(&place),
            }
        })
        .collect()
}
