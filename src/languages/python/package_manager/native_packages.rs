//! Packages that need C libraries: what to install to build them, and what they load at run time.

use std::collections::BTreeSet;

use crate::catalog::{Native, natives};
use crate::evidence::Warning;
use crate::languages::python::manifest::is_production;
use crate::languages::python::package_manager::{Installer, Project};

/// What the build stage needs beside Python.
#[derive(Debug, Default)]
pub struct NativePackages {
    /// Debian packages.
    pub packages: BTreeSet<String>,
    /// Libraries that are loaded by name.
    pub libraries: Vec<String>,
    /// Files and folders to copy whole.
    pub files: Vec<String>,
    /// What should be known.
    pub warnings: Vec<Warning>,
}

/// Works out the needs of what a project installs, and of these parts of it, on a line of Python; of the package itself,
/// where that is built. `imported` are the packages that its source imports.
pub fn find(
    project: &Project,
    builds_package: bool,
    parts: &[&Native],
    python: &str,
    imported: &BTreeSet<String>,
) -> NativePackages {
    let mut needs = NativePackages::default();
    let tools = project.manifests.build_tools();
    let of_tools = natives("python").iter().filter(|native| builds_package && tools.contains(&native.name));
    of_tools.for_each(|native| add(native, true, project, imported, &mut needs));
    for part in parts {
        add(part, false, project, imported, &mut needs);
    }
    let compiled = project
        .manifests
        .requirements
        .as_ref()
        .filter(|_| project.installer() == Installer::Requirements)
        .map(|it| it.compiled.clone())
        .unwrap_or_default();
    for native in natives("python") {
        let name = native.name.as_str();
        if !installs(project, name) {
            continue;
        }
        let built = project.locked.named(name).next().and_then(|it| it.is_built(python));
        let is_built = built.unwrap_or(!native.wheels)
            || compiled.iter().any(|it| it == name || it == "-all-")
            || built.is_none() && is_before_wheels(project, name, python);
        add(native, is_built, project, imported, &mut needs);
    }
    let dependency_uses_git = project.manifests.dependencies.iter().any(|it| it.from_git)
        || project.locked.packages().iter().any(|it| it.from_git);
    if dependency_uses_git {
        needs.packages.insert("git".into());
    }
    // what a lock file offers only as source may need a compiler
    let installed = project.locked.packages().iter().filter(|it| !project.aside.contains(&it.name));
    let sources = installed.filter(|it| it.is_built(python) == Some(true));
    let old = project
        .manifests
        .dependencies
        .iter()
        .chain(project.manifests.groups.iter().flat_map(|group| &group.dependencies))
        .filter(|it| is_before_wheels(project, &it.name, python));
    if sources.map(|it| it.name.as_str()).chain(old.map(|it| it.name.as_str())).next().is_some() {
        needs.packages.extend(["gcc", "g++", "libc6-dev"].map(str::to_owned));
    }
    needs
}

/// Whether a package of this version appeared before this line of Python, so that it has no wheel for it.
fn is_before_wheels(project: &Project, name: &str, python: &str) -> bool {
    let wheels = crate::catalog::python::wheels();
    let column = wheels.lines.iter().position(|line| line == python);
    let first = column.and_then(|column| wheels.first.get(name)?.get(column));
    first.is_some_and(|first| first.is_empty() || project.is_below(name, first))
}

/// Whether a native package gets installed; `psycopg-c` and the plain `psycopg` are told apart by their extras.
fn installs(project: &Project, name: &str) -> bool {
    let extras: Vec<&str> = project
        .manifests
        .dependencies
        .iter()
        .chain(project.manifests.groups.iter().flat_map(|group| &group.dependencies))
        .filter(|it| it.name == "psycopg")
        .flat_map(|it| it.extras.iter().map(String::as_str))
        .collect();
    match name {
        "psycopg-c" => extras.contains(&"c") || project.installs(name),
        "psycopg" => {
            project.installs(name)
                && !extras.iter().any(|extra| matches!(*extra, "c" | "binary"))
                && !project.installs("psycopg-binary")
                && !project.installs("psycopg-c")
        }
        _ => {
            project.manifests.dependency(name).is_some()
                || project.locked.has(name) && !project.aside.contains(name)
                || project
                    .manifests
                    .groups
                    .iter()
                    .any(|group| is_production(&group.name) && group.dependencies.iter().any(|it| it.name == name))
        }
    }
}

fn add(native: &Native, is_built: bool, project: &Project, imported: &BTreeSet<String>, needs: &mut NativePackages) {
    if is_built {
        needs.packages.extend(native.build.iter().cloned());
    }
    needs.packages.extend(native.run.iter().cloned());
    for library in &native.libraries {
        if !needs.libraries.contains(library) {
            needs.libraries.push(library.clone());
        }
    }
    // files come from packages: from those to build with only where it is built
    if is_built || !native.run.is_empty() {
        needs.files.extend(native.files.iter().cloned());
    }
    let dependency = project.manifests.dependency(&native.name);
    // what only a lock file names is used by another package
    let is_used = native.import.is_empty() || dependency.is_none() || imported.contains(&native.import);
    if !native.note.is_empty() && is_used {
        let warning = Warning::new(native.note.clone());
        needs.warnings.push(match dependency {
            Some(dependency) => warning.at(dependency.evidence.clone()),
            None => warning,
        });
    }
}
