//! Whether a project is a package that can be installed, and where its version comes from.

use std::collections::BTreeSet;

use ruff_python_ast::Stmt;

use crate::catalog::python::{VersionTool, version_tools};
use crate::evidence::{Evidence, Fact};
use crate::languages::python::manifest::requirement::normalise;
use crate::languages::python::package_manager::Project;
use crate::path::join;
use crate::plan::model::python::VersionSource;
use crate::repo::{Manifest, Repo};
use crate::source::python::syntax;

/// Whether it can be installed so that it is imported from its own folder: what Poetry was called in its first years can't.
pub fn can_be_edited(project: &Project) -> bool {
    let backend = project.manifests.pyproject.as_ref().and_then(|it| it.text(&["build-system", "build-backend"]));
    backend.is_none_or(|backend| backend.value != "poetry.masonry.api")
}

/// Whether building the package would find what it is made of.
pub fn is_installable(repo: &Repo, project: &Project) -> bool {
    let folder = &project.manifests.folder;
    let Some(manifest) = &project.manifests.pyproject else {
        return project.manifests.setup.as_ref().is_some_and(|setup| {
            setup.files.iter().any(|file| file.ends_with("setup.py"))
                && (setup.name.is_some() || !setup.scripts.is_empty())
        });
    };
    let package_mode = manifest.get(&["tool", "poetry", "package-mode"]).and_then(serde_json::Value::as_bool);
    let uv_package = manifest.get(&["tool", "uv", "package"]).and_then(serde_json::Value::as_bool);
    let distribution = manifest.get(&["tool", "pdm", "distribution"]).and_then(serde_json::Value::as_bool);
    if [package_mode, uv_package, distribution].contains(&Some(false)) {
        return false;
    }
    let backend = manifest.text(&["build-system", "build-backend"]).map(|it| it.value).unwrap_or_default();
    if manifest.get(&["build-system"]).is_none() {
        return project
            .manifests
            .setup
            .as_ref()
            .is_some_and(|setup| setup.files.iter().any(|file| file.ends_with("setup.py")) && setup.name.is_some())
            || uv_package == Some(true);
    }
    let Some(name) = project.manifests.name() else {
        return project.manifests.setup.is_some();
    };
    let readme = manifest.text(&["project", "readme"]).or_else(|| manifest.text(&["tool", "poetry", "readme"]));
    if readme.is_some_and(|readme| !repo.has(&join(folder, &readme.value))) || !has_version_source(repo, project) {
        return false;
    }
    let import = normalise(&name.value).replace('-', "_");
    let has_package = |name: &str| {
        ["", "src", "lib"].iter().any(|above| {
            let place = join(&join(folder, above), name);
            repo.has_folder(&place) && repo.files_under(&place).any(syntax::is_python_file)
                || repo.has(&format!("{place}.py"))
        })
    };
    let named = has_package(&import) || has_package(&name.value);
    if backend.contains("setuptools") || backend.is_empty() {
        let configured = manifest.get(&["tool", "setuptools"]).is_some_and(|table| {
            table.get("packages").is_some() || table.get("py-modules").is_some() || table.get("package-dir").is_some()
        }) || project.manifests.setup.is_some();
        return configured
            || repo.has_folder(&join(folder, "src")) && !repo.has(&join(folder, "src/__init__.py"))
            || has_one_package(repo, folder);
    }
    if backend.contains("hatchling") {
        let forced = [
            &["tool", "hatch", "build", "force-include"][..],
            &["tool", "hatch", "build", "targets", "wheel", "force-include"],
        ];
        let mut forced =
            forced.iter().filter_map(|keys| manifest.get(keys)?.as_object()).flat_map(|table| table.keys());
        let is_there = |path: &str| repo.has(&join(folder, path)) || repo.has_folder(&join(folder, path));
        if forced.any(|path| !is_there(path)) {
            return false;
        }
        return named || manifest.get(&["tool", "hatch", "build"]).is_some() || !project.manifests.scripts.is_empty();
    }
    if backend.contains("poetry") {
        return named || manifest.get(&["tool", "poetry", "packages"]).is_some();
    }
    if backend.contains("flit") {
        return named || manifest.get(&["tool", "flit", "module"]).is_some();
    }
    if backend.contains("uv_build") {
        return named || manifest.get(&["tool", "uv", "build-backend"]).is_some();
    }
    true
}

/// Folders that are no packages to setuptools where it looks for them itself.
const NO_PACKAGES: &[&str] = &[
    "benchmark",
    "benchmarks",
    "bin",
    "build",
    "changelog",
    "ci",
    "debian",
    "dist",
    "doc",
    "docs",
    "documentation",
    "env",
    "example",
    "examples",
    "exercise",
    "exercises",
    "fabfile",
    "manpages",
    "news",
    "python",
    "requirements",
    "scripts",
    "site_scons",
    "tasks",
    "test",
    "tests",
    "tools",
    "unit_test",
    "unit_tests",
    "util",
    "utils",
    "venv",
];

/// Whether setuptools, which looks for packages itself, would find one and only one: any folder with a name that could be
/// imported is one to it.
fn has_one_package(repo: &Repo, folder: &str) -> bool {
    let files = || repo.files_under(folder).map(|file| crate::path::relative_to(file, folder));
    let is_name = |name: &str| {
        !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let packages: BTreeSet<String> = files()
        .filter_map(|file| file.split_once('/').map(|(top, _)| top.to_owned()))
        .filter(|top| is_name(top) && !top.starts_with('_') && !NO_PACKAGES.contains(&top.as_str()))
        .collect();
    packages.len() == 1 && files().any(|file| file.ends_with("/__init__.py"))
}

/// Whether the module that a version is read from is there.
fn has_version_source(repo: &Repo, project: &Project) -> bool {
    let attribute = project
        .manifests
        .pyproject
        .as_ref()
        .and_then(|manifest| manifest.text(&["tool", "setuptools", "dynamic", "version", "attr"]));
    let Some(attribute) = attribute else { return true };
    let first = attribute.value.split('.').next().unwrap_or_default();
    let ends = [format!("/{first}.py"), format!("/{first}/")];
    repo.files_under(&project.manifests.folder)
        .any(|file| ends.iter().any(|end| format!("/{file}").contains(end.as_str())))
}

/// The line of a `setup.py` that imports the project's own modules, which need what they import themselves: the build
/// has to see what is installed.
pub fn imports_itself(repo: &Repo, project: &Project) -> Option<Evidence> {
    if project.manifests.pyproject.as_ref().is_some_and(|manifest| manifest.get(&["build-system"]).is_some()) {
        return None;
    }
    let document = repo.read_optional(&join(&project.manifests.folder, "setup.py"))?;
    if document.text().contains("setup_requires") {
        return None;
    }
    let is_own = |name: &str| {
        let place = join(&project.manifests.folder, name.split('.').next().unwrap_or_default());
        repo.has(&format!("{place}.py")) || repo.has(&format!("{place}/__init__.py"))
    };
    syntax::parse(document.text()).iter().find_map(|statement| {
        let (names, at) = match statement {
            Stmt::Import(import) => {
                (import.names.iter().map(|alias| alias.name.to_string()).collect(), import.range.start())
            }
            Stmt::ImportFrom(import) => {
                (import.module.iter().map(ToString::to_string).collect::<Vec<_>>(), import.range.start())
            }
            _ => return None,
        };
        names.iter().any(|name| is_own(name)).then(|| document.evidence_at(usize::from(at)))
    })
}

/// What stands in for git's tags where the version comes from them, and the line that says so.
pub fn version_from_git(project: &Project) -> Option<Fact<VersionSource>> {
    let of_variable =
        |variables: &[String]| VersionSource { variables: variables.to_vec(), ..VersionSource::default() };
    if let Some(manifest) = &project.manifests.pyproject {
        let required = project.manifests.build_tools();
        let dynamic =
            manifest.strings(&["project", "dynamic"]).contains(&"version") || manifest.get(&["project"]).is_none();
        let is_asked = |keys: &[String]| {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            keys.split_last().is_none_or(|(value, keys)| manifest.text(keys).is_some_and(|it| it.value == *value))
        };
        let tool = version_tools().iter().find(|tool| required.contains(&tool.name) && is_asked(&tool.setting));
        if let Some(tool) = tool.filter(|_| dynamic) {
            let evidence = manifest
                .document()
                .find(&tool.name)
                .unwrap_or_else(|| manifest.evidence(&["build-system", "requires"]));
            let source =
                if tool.table.is_empty() { of_variable(&tool.variables) } else { default_version(manifest, tool)? };
            return Some(Fact::new(source, evidence));
        }
    }
    let stated = project.manifests.setup.as_ref()?.version_from_git.clone()?;
    let tool = version_tools().iter().find(|tool| tool.name == stated.value)?;
    Some(stated.map(|_| of_variable(&tool.variables)))
}

/// The table in which a tool without a variable is given a default version; nothing where it has one.
fn default_version(manifest: &Manifest, tool: &VersionTool) -> Option<VersionSource> {
    let tables: [Vec<&str>; 2] = [tool.table.split('.').collect(), vec!["tool", "hatch", "version"]];
    let settings = |keys: &[&str]| manifest.get(keys).and_then(serde_json::Value::as_object);
    // hatch's own table counts where it says more than who tells the version
    let table = tables.iter().find(|keys| settings(keys).is_some_and(|it| it.keys().any(|key| key != "source")));
    let has_default = table.is_some_and(|keys| settings(keys).is_some_and(|it| it.contains_key("default-version")));
    let name = table.map_or_else(|| tool.table.clone(), |keys| keys.join("."));
    (!has_default).then(|| VersionSource { variables: Vec::new(), table: Some(name), has_table: table.is_some() })
}
