//! Whether a project is a package that can be installed, and where its version comes from.

use crate::languages::Evidence;
use crate::languages::python::project::Project;
use crate::languages::python::requirement::normalise;
use crate::languages::python::syntax;
use crate::repo::{Repo, join};

/// What version tools read instead of git's tags.
const VERSION_VARIABLES: &[(&str, &[&str])] = &[
    ("setuptools_scm", &["SETUPTOOLS_SCM_PRETEND_VERSION"]),
    ("setuptools-scm", &["SETUPTOOLS_SCM_PRETEND_VERSION"]),
    ("hatch-vcs", &["SETUPTOOLS_SCM_PRETEND_VERSION"]),
    ("vcs-versioning", &["SETUPTOOLS_SCM_PRETEND_VERSION"]),
    ("poetry-dynamic-versioning", &["POETRY_DYNAMIC_VERSIONING_BYPASS"]),
    ("uv-dynamic-versioning", &["UV_DYNAMIC_VERSIONING_BYPASS"]),
    ("pdm-backend", &["PDM_BUILD_SCM_VERSION"]),
    ("pbr", &["PBR_VERSION"]),
];

/// Whether building the package would find what it is made of.
pub fn is_installable(repo: &Repo, project: &Project) -> bool {
    let folder = &project.folder;
    let Some(manifest) = &project.pyproject else {
        return project.setup.as_ref().is_some_and(|setup| {
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
            .setup
            .as_ref()
            .is_some_and(|setup| setup.files.iter().any(|file| file.ends_with("setup.py")) && setup.name.is_some())
            || uv_package == Some(true);
    }
    let Some(name) = project.name() else {
        return project.setup.is_some();
    };
    let readme = manifest.text(&["project", "readme"]).or_else(|| manifest.text(&["tool", "poetry", "readme"]));
    if readme.is_some_and(|readme| !repo.has(&join(folder, &readme.value))) {
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
        }) || project.setup.is_some();
        return configured
            || repo.has_folder(&join(folder, "src")) && !repo.has(&join(folder, "src/__init__.py"))
            || top_level_packages(repo, folder) == 1;
    }
    if backend.contains("hatchling") {
        return named || manifest.get(&["tool", "hatch", "build"]).is_some() || !project.scripts.is_empty();
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

/// Folders with Python files directly in a folder that setuptools would take for packages.
fn top_level_packages(repo: &Repo, folder: &str) -> usize {
    let mut found = std::collections::BTreeSet::new();
    let ignored =
        ["tests", "test", "docs", "doc", "examples", "scripts", "tools", "build", "benchmarks", "migrations", "bin"];
    for file in repo.files_under(folder) {
        let inside = crate::repo::relative_to(file, folder);
        let Some((top, rest)) = inside.split_once('/') else {
            continue;
        };
        if rest == "__init__.py" && !ignored.contains(&top) {
            found.insert(top.to_owned());
        }
    }
    found.len()
}

/// The variables that stand in for git's tags when the version comes from them, and the line that says so.
pub fn version_from_git(project: &Project) -> Option<(Vec<String>, Evidence)> {
    if let Some(manifest) = &project.pyproject {
        let tools = manifest.strings(&["build-system", "requires"]);
        let dynamic =
            manifest.strings(&["project", "dynamic"]).contains(&"version") || manifest.get(&["project"]).is_none();
        let found = VERSION_VARIABLES.iter().find(|(tool, _)| {
            let required = tools.iter().any(|it| {
                normalise(it.split(['[', '=', '>', '<', '~', ' ', ';']).next().unwrap_or_default()) == normalise(tool)
            });
            let scm_of_pdm = *tool != "pdm-backend"
                || manifest.text(&["tool", "pdm", "version", "source"]).is_some_and(|it| it.value == "scm");
            required && scm_of_pdm
        });
        if let Some((tool, variables)) = found.filter(|_| dynamic) {
            let evidence =
                manifest.document().find(tool).unwrap_or_else(|| manifest.evidence(&["build-system", "requires"]));
            return Some((variables.iter().map(|it| (*it).to_owned()).collect(), evidence));
        }
    }
    let evidence = project.setup.as_ref()?.version_from_git.clone()?;
    Some((vec!["SETUPTOOLS_SCM_PRETEND_VERSION".into()], evidence))
}
