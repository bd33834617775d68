//! Python: applications found by their manifests and their source, run on a distroless image with a virtual environment.

mod entrypoint;
mod framework;
mod manifest;
mod package_manager;
mod plan;
mod version;
mod workspace;

use std::collections::BTreeSet;

use crate::catalog::python::names;
use crate::error::Error;
use crate::evidence::{Evidence, Warning};
use crate::languages::Language;
use crate::languages::python::package_manager::lock::LockFiles;
use crate::path::{file_name, is_named, join, parent};
use crate::plan::{Application, Detection};
use crate::repo::Repo;
use crate::source::python::syntax::{has_ending, is_python_file};

/// Python.
pub struct Python;

/// Files whose presence makes a folder a Python project.
const MANIFESTS: &[&str] =
    &["pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "Pipfile.lock", "manage.py", "uv.lock", "poetry.lock"];

impl Language for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn title(&self) -> &'static str {
        "Python"
    }

    fn detect(&self, repo: &Repo) -> Detection {
        let folders = folders(repo);
        let (mut found, lock_files) = (Detection::default(), LockFiles::new(repo));
        for folder in folders.iter().filter(|folder| repo.is_asked_for(folder)) {
            let below: Vec<String> =
                folders.iter().filter(|other| *other != folder && is_inside(other, folder)).cloned().collect();
            match plan::application::read(&lock_files, folder, &below) {
                Ok(Some(application)) if !application.has_start() => {
                    let problem = problem(repo, folder);
                    let served = problem.iter().filter(|_| application.is_served());
                    found.left_out.extend(served.map(|(folder, error)| (folder.clone(), left_out(folder, error))));
                    found.problems.extend(problem);
                    found.startable.push(Box::new(application));
                }
                Ok(Some(application)) if !application.has_dependencies() => {
                    let (folder, error) = unknown(repo, folder);
                    found.left_out.push((folder.clone(), left_out(&folder, &error)));
                    found.problems.push((folder, error));
                }
                Ok(Some(application)) => found.applications.push(Box::new(application) as Box<dyn Application>),
                Ok(None) => found.problems.extend(problem(repo, folder)),
                Err(error) => found.problems.push((folder.clone(), error)),
            }
        }
        found
    }
}

fn is_inside(folder: &str, above: &str) -> bool {
    above.is_empty() || folder.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

/// Every folder that may be a project: with a manifest, or with a program and no manifest above.
fn folders(repo: &Repo) -> Vec<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut managed: Vec<&str> = Vec::new();
    for path in repo.files() {
        let (folder, name) = (parent(path), file_name(path));
        let is_requirements = name.starts_with("requirements") && (has_ending(name, "txt") || has_ending(name, "in"));
        if name == "manage.py" {
            managed.push(folder);
        } else if is_requirements && file_name(folder) == "requirements" {
            found.insert(parent(folder).to_owned());
        } else if MANIFESTS.contains(&name) && (name != "setup.py" || manifest::setup::is_manifest(repo, path))
            || is_requirements && manifest::requirements_file(repo, folder).is_some()
        {
            found.insert(folder.to_owned());
        } else if has_ending(name, "txt")
            && file_name(folder) == "requirements"
            && manifest::requirements_file(repo, parent(folder)).is_some()
        {
            found.insert(parent(folder).to_owned());
        } else if matches!(name, "environment.yml" | "environment.yaml") {
            found.insert(folder.to_owned());
        }
    }
    let has_above =
        |found: &BTreeSet<String>, folder: &str| found.iter().any(|other| *other == folder || is_inside(folder, other));
    for folder in managed {
        let is_django =
            repo.read_optional(&join(folder, "manage.py")).is_some_and(|document| document.text().contains("django"));
        if is_django && !has_above(&found, folder) {
            found.insert(folder.to_owned());
        }
    }
    let mut bare: Vec<String> = repo
        .files()
        .iter()
        .filter(|path| is_python_file(path) && names().programs.iter().any(|name| is_named(path, name)))
        .map(|path| parent(path).to_owned())
        .collect();
    bare.sort_by_key(|folder| folder.matches('/').count());
    for folder in bare {
        if !has_above(&found, &folder) {
            found.insert(folder);
        }
    }
    found.into_iter().collect()
}

/// Why an application that has dependencies can't be installed.
fn unknown(repo: &Repo, folder: &str) -> (String, Error) {
    let error = conda(repo, folder).unwrap_or_else(|| Error::Unsupported {
        message: "the application uses packages, and nothing says which".into(),
        evidence: None,
        hint: "list them in `requirements.txt` or `pyproject.toml`".into(),
    });
    (folder.to_owned(), error)
}

/// That an application is in no image.
fn left_out(folder: &str, error: &Error) -> Warning {
    let place = if folder.is_empty() { "." } else { folder };
    let start = format!("the Python project in `{place}` is in no image");
    match error {
        Error::Unsupported { message, evidence, hint } => {
            let evidence = evidence.clone().unwrap_or_else(|| Evidence::file(place));
            Warning::new(format!("{start}: {message}")).at(evidence).hint(hint)
        }
        other => Warning::new(format!("{start}: {other}")).at(Evidence::file(place)),
    }
}

fn conda(repo: &Repo, folder: &str) -> Option<Error> {
    let names = ["environment.yml", "environment.yaml"];
    let path = names.iter().map(|name| join(folder, name)).find(|path| repo.has(path))?;
    Some(Error::Unsupported {
        message: "conda environments are not supported".into(),
        evidence: Some(Evidence::file(path)),
        hint: "list the dependencies in `requirements.txt` or `pyproject.toml`".into(),
    })
}

/// Why a folder that looks like a project is no application.
fn problem(repo: &Repo, folder: &str) -> Option<(String, Error)> {
    if let Some(error) = conda(repo, folder) {
        return Some((folder.to_owned(), error));
    }
    let manifest = manifest_file(repo, folder)?;
    let error = Error::Unsupported {
        message: "it is a Python project in which nothing is found that could be started: a library, perhaps".into(),
        evidence: Some(Evidence::file(manifest)),
        hint: "say what to start with `--start`, in `[project.scripts]` of `pyproject.toml`, or in a `Procfile`".into(),
    };
    Some((folder.to_owned(), error))
}

/// The file that shows that a folder is a Python project.
fn manifest_file(repo: &Repo, folder: &str) -> Option<String> {
    let names = ["pyproject.toml", "setup.py", "requirements.txt", "Pipfile", "setup.cfg"];
    names.iter().map(|name| join(folder, name)).find(|path| repo.has(path))
}
