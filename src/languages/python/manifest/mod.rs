//! What the manifests of a Python project say: its dependencies, commands and metadata.

pub mod requirement;
pub mod requirements;
pub mod setup;

use serde_json::Value;

use crate::error::Result;
use crate::evidence::Fact;
use crate::languages::python::manifest::requirement::Dependency;
use crate::languages::python::manifest::requirements::Requirements;
use crate::languages::python::manifest::setup::Setup;
use crate::path::join;
use crate::repo::{Manifest, Repo};

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

/// The manifests in one folder.
#[derive(Debug, Default)]
pub struct Manifests {
    /// Their folder, from the root of the repository.
    pub folder: String,
    /// What the requirements files say.
    pub requirements: Option<Requirements>,
    /// `pyproject.toml`.
    pub pyproject: Option<Manifest>,
    /// `setup.py` and `setup.cfg`.
    pub setup: Option<Setup>,
    /// `Pipfile`.
    pub pipfile: Option<Manifest>,
    /// What the project depends on.
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
pub fn read(repo: &Repo, folder: &str) -> Result<Manifests> {
    let at = |name: &str| join(folder, name);
    let mut manifests = Manifests { folder: folder.to_owned(), ..Manifests::default() };
    if repo.has(&at("pyproject.toml")) {
        manifests.pyproject = Some(repo.read(&at("pyproject.toml"))?.toml()?);
    }
    if repo.has(&at("Pipfile")) {
        manifests.pipfile = Some(repo.read(&at("Pipfile"))?.toml()?);
    }
    manifests.setup = setup::read(repo, folder);
    manifests.requirements = requirements_file(repo, folder).map(|path| requirements::read(repo, &path, folder));
    manifests.read_metadata();
    Ok(manifests)
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

impl Manifests {
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
            for name in manifest.names(&["tool", "poetry", "extras"]) {
                let dependencies = listed(manifest, &["tool", "poetry", "extras", name]);
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
        // what is installed lies in one folder, under its name
        self.scripts.retain(|script| !script.value.0.contains('/') && !script.value.0.starts_with('.'));
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
}

/// Groups and extras that an image wants.
pub fn is_production(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "prod" | "production" | "deploy" | "deployment" | "server" | "main" | "web" | "docker"
    )
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
                pin: None,
                highest: requirement::highest(version),
                from_git: value.get("git").is_some(),
                is_conditional: ["markers", "python", "platform"].iter().any(|key| value.get(key).is_some()),
                is_hashed: false,
                evidence: manifest.evidence(&place),
            }
        })
        .collect()
}
