//! From what is known and answered to the build plan.

pub mod application;
mod compose;
mod final_stage;

use crate::catalog;
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::python::entrypoint::Entrypoint;
use crate::languages::python::framework::Django;
use crate::languages::python::manifest::is_production;
use crate::languages::python::package_manager::build_backend;
use crate::languages::python::package_manager::installation::Installation;
use crate::languages::python::package_manager::legacy_pins;
use crate::languages::python::package_manager::native_packages;
use crate::languages::python::package_manager::{Installer, Project};
use crate::languages::python::plan::final_stage::{final_stage, ignore};
use crate::path::{join, parent, relative_to};
use crate::plan::model::python::{Application, Copies};
use crate::plan::{BuildPlan, Recipe, Variable};
use crate::source::python::syntax::has_ending;

/// Where the source lies in the image.
const TOP: &str = "/app";

/// What a plan is made from.
pub struct Input<'a> {
    pub project: &'a Project,
    pub installation: &'a Installation,
    pub installer: Installer,
    pub start: &'a Entrypoint,
    pub django: Option<&'a Django>,
    pub python: &'a str,
    pub copies_interpreter: bool,
    pub port: Option<u16>,
    pub health: Option<&'a str>,
    pub written: &'a [Fact<String>],
    pub databases: &'a [String],
    /// Where the source imports `pkg_resources`, which setuptools no longer brings.
    pub pkg_resources: Option<&'a Evidence>,
}

/// Makes the plan.
///
/// # Errors
/// When no image is known for the line of Python.
#[expect(clippy::too_many_lines, reason = "one field of the view after another")]
pub fn plan(input: &Input) -> Result<BuildPlan> {
    let Input { project, installation, start, installer, .. } = *input;
    let no_image = |id: &str| Error::Unsupported {
        message: format!("no image `{id}` is known for Python {}", input.python),
        evidence: None,
        hint: "choose another line with `--version`".into(),
    };
    let image = |id: &str| catalog::image(id, input.python).ok_or_else(|| no_image(id));
    let kind = if input.copies_interpreter { "cc" } else { "python" };
    let runtime = catalog::runtime(kind, input.python).ok_or_else(|| no_image(kind))?;
    let inside = relative_to(&project.manifests.folder, &installation.context);
    let project_folder = absolute(TOP, &inside);
    let work_folder = absolute(&project_folder, &start.folder);
    let inputs =
        installation.inputs.iter().find(|(it, _)| *it == installer).map(|(_, files)| files.clone()).unwrap_or_default();
    let brings_siblings = installer == Installer::Uv && !installation.siblings.is_empty();
    let is_package = (installation.is_package || brings_siblings) && installer != Installer::None;
    let mut needs = native_packages::find(
        project,
        is_package,
        input.django.map(|django| django.native_parts.as_slice()).unwrap_or_default(),
        input.python,
    );
    needs.packages.insert("tini".into());
    let ships_source = !(start.is_tool && is_package);
    let is_in_step = project.out_of_step.is_none() || project.installer() != installer;
    let has_lock = inputs.iter().any(|path| has_ending(path, "lock")) && is_in_step;
    let version_variables = if is_package { build_backend::version_from_git(project) } else { None };
    let collect_static = input.django.is_some_and(|django| django.static_root.is_some());
    let mut library_roots = vec!["/venv".to_owned()];
    if input.copies_interpreter {
        library_roots.insert(0, "/python".into());
    }
    let needs_libraries = input.copies_interpreter
        || !needs.libraries.is_empty()
        || needs.packages.iter().any(|package| package.ends_with("-dev") && package != "libc6-dev")
        || needs.packages.contains("libsasl2-dev");
    if !needs_libraries {
        library_roots.clear();
    }
    let (extras, groups) = wanted(project, start, installer);
    let requirements = project
        .manifests
        .requirements
        .as_ref()
        .and_then(|it| it.files.first())
        .map(|path| relative_to(path, &project.manifests.folder))
        .unwrap_or_default();
    let installs_early = !inputs.is_empty()
        && !installation.has_local_requirements
        && (installer != Installer::Poetry || has_lock || !is_package)
        && (installer != Installer::Uv || has_lock || !is_package || !project.manifests.is_computed());
    let is_source = |folder: &str| installation.source_folders.contains(folder);
    let (beside_source, written): (Vec<_>, Vec<_>) = input
        .written
        .iter()
        .filter(|fact| {
            // beside source that is found in another folder, a vendored library's for one
            let end = format!("/{}", fact.value);
            is_source(&join(&start.folder, &fact.value))
                || fact.value.is_empty()
                || !installation.source_folders.iter().any(|folder| folder.ends_with(&end))
        })
        .partition(|fact| is_source(&join(&start.folder, &fact.value)));
    let writable: Vec<String> = if ships_source || input.written.iter().any(|it| it.value.starts_with('/')) {
        absolute_folders(&written, &work_folder)
    } else {
        Vec::new()
    };
    let writes_beside = ships_source && input.written.iter().any(|it| it.value.is_empty());
    let written_files =
        input.databases.iter().filter(|_| writes_beside && inside == ".").map(|name| format!("{TOP}/{name}")).collect();
    let pins = legacy_pins::find(project, installer, input.pkg_resources);
    let view = Application {
        build_image: image("python-build")?.reference,
        build_packages: needs.packages.iter().cloned().collect(),
        python: input.python.to_owned(),
        copies_interpreter: input.copies_interpreter,
        installer: installer.name(),
        tool: if installs_early && (installer != Installer::Pdm || installation.exports_lock) {
            catalog::python::tool(installer.name())
        } else {
            &[]
        },
        uv_image: catalog::image("uv", "").map(|image| image.reference).unwrap_or_default(),
        inputs: by_folder(&inputs, &installation.context),
        requirements,
        has_lock,
        extras,
        groups,
        member: if installation.context == project.manifests.folder {
            String::new()
        } else {
            project.manifests.name().map(|name| name.value).unwrap_or_default()
        },
        added: start.added.into_iter().map(str::to_owned).chain(pins.additions).collect(),
        installs_early,
        exports_lock: installation.exports_lock,
        sources: sources(input),
        rebound: start
            .rebound
            .as_ref()
            .map(|fact| fact.value.edit(relative_to(&fact.evidence.path, &project.manifests.folder))),
        project_folder,
        work_folder: work_folder.clone(),
        base_stage: if installs_early { "dependencies" } else { "build" },
        environment_stage: if installs_early && !is_package { "dependencies" } else { "build" },
        is_package,
        is_editable: !start.is_tool && build_backend::can_be_edited(project),
        builds_beside: installs_early && installer != Installer::Uv && installation.builds_beside.is_some(),
        ships_source,
        version_variables: version_variables.as_ref().map(|(names, _)| names.clone()).unwrap_or_default(),
        manage_folder: absolute(
            &absolute(TOP, &inside),
            &input.django.map(|django| django.folder(&project.manifests.folder)).unwrap_or_default(),
        ),
        collect_static,
        static_environment: static_environment(input),
        library_roots,
        loaded_libraries: needs.libraries.clone(),
        present_libraries: runtime.libraries.clone(),
        data_files: needs.files.clone(),
        requirements_files: requirements_files(project),
        left_out: pins.exclusions,
        lifted: pins.replacements,
        build_constraints: pins.build_constraints,
        written_above: writable.iter().map(|path| format!("/written{}", above(path))).collect(),
        writes_beside,
        open_folders: if ships_source { absolute_folders(&beside_source, &work_folder) } else { Vec::new() },
        written_files,
    };
    let mut last = final_stage(input, &runtime, &work_folder);
    last.writable = writable;
    let mut plan = BuildPlan::new(Recipe::PythonApplication(view), last);
    plan.ignore = ignore(input);
    plan.warnings = needs.warnings;
    plan.warnings.extend(pins.warnings);
    if let Some((_, evidence)) = version_variables {
        let message = "the version comes from git, which the build does not see: it is 0.0.0 unless `--build-arg VERSION=…` says it";
        plan.warnings.push(Warning::new(message).at(evidence));
    }
    if let Some(problem) = project.out_of_step.as_ref().filter(|_| !is_in_step) {
        let message = format!("the lock file is out of step: {}; the build locks anew", problem.value);
        let warning = Warning::new(message).at(problem.evidence.clone());
        plan.warnings.push(warning.hint("lock again and commit the file: then each build installs the same"));
    } else if let Some(installer) = project.installers.iter().find(|it| it.value == installer)
        && !has_lock
        && !matches!(installer.value, Installer::Requirements | Installer::None)
    {
        let warning =
            Warning::new("there is no lock file: each build may install other versions").at(installer.evidence.clone());
        plan.warnings.push(warning.hint("commit a lock file"));
    }
    Ok(plan)
}

/// Folders that the application writes, as absolute paths, none inside another.
fn absolute_folders(written: &[&Fact<String>], work_folder: &str) -> Vec<String> {
    let mut paths: Vec<String> = written
        .iter()
        .filter(|fact| !fact.value.is_empty())
        .map(|fact| if fact.value.starts_with('/') { fact.value.clone() } else { absolute(work_folder, &fact.value) })
        .collect();
    paths.sort();
    paths.dedup();
    let all = paths.clone();
    paths.retain(|path| !all.iter().any(|other| path.starts_with(&format!("{other}/"))));
    paths
}

/// The requirements files, from the folder of the project.
fn requirements_files(project: &Project) -> Vec<String> {
    let files = project.manifests.requirements.as_ref().map(|it| it.files.as_slice()).unwrap_or_default();
    files.iter().map(|path| relative_to(path, &project.manifests.folder)).collect()
}

/// The folder above an absolute one; empty for the root.
fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
}

/// `folder` below an absolute one.
pub fn absolute(top: &str, folder: &str) -> String {
    if folder.is_empty() || folder == "." { top.to_owned() } else { format!("{top}/{folder}") }
}

/// COPY lines: one for each folder, in order.
fn by_folder(files: &[String], context: &str) -> Vec<Copies> {
    let mut copies: Vec<Copies> = Vec::new();
    for file in files {
        let path = relative_to(file, context);
        let to = match parent(&path) {
            "" => "./".to_owned(),
            folder => format!("./{folder}/"),
        };
        match copies.iter_mut().find(|it| it.to == to) {
            Some(it) => it.files.push(path),
            None => copies.push(Copies { files: vec![path], to }),
        }
    }
    copies
}

/// The whole context where the project is all of it; else its folder and those of the packages that it needs.
fn sources(input: &Input) -> Vec<Copies> {
    let context = &input.installation.context;
    if *context == input.project.manifests.folder {
        return vec![Copies { files: vec![".".into()], to: "./".into() }];
    }
    std::iter::once(&input.project.manifests.folder)
        .chain(&input.installation.siblings)
        .map(|folder| relative_to(folder, context))
        .map(|folder| Copies { files: vec![folder.clone()], to: format!("./{folder}/") })
        .collect()
}

/// The extras and groups of the project that the image needs: those for production, and those that bring the server.
fn wanted(project: &Project, start: &Entrypoint, installer: Installer) -> (Vec<String>, Vec<String>) {
    let module = start.invocation.module().and_then(|module| module.split('.').next()).unwrap_or_default();
    let only_in = |name: &str| {
        !module.is_empty()
            && project.manifests.dependency(module).is_none()
            && project
                .manifests
                .groups
                .iter()
                .any(|group| group.name == name && group.dependencies.iter().any(|it| it.name == module))
    };
    let is_wanted = |name: &str| is_production(name) || only_in(name);
    let names = |is_extra: bool| {
        project
            .manifests
            .groups
            .iter()
            .filter(|group| group.is_extra == is_extra && is_wanted(&group.name))
            .map(|group| group.name.clone())
            .collect::<Vec<_>>()
    };
    match installer {
        Installer::Requirements | Installer::Pipenv | Installer::None => (Vec::new(), Vec::new()),
        Installer::Project => (names(true), Vec::new()),
        Installer::Groups => (Vec::new(), names(false)),
        Installer::Poetry | Installer::Uv | Installer::Pdm => (names(true), names(false)),
    }
}

fn static_environment(input: &Input) -> Vec<Variable> {
    let Some(django) = input.django else { return Vec::new() };
    let settings = django.settings.iter().map(|settings| Variable::new("DJANGO_SETTINGS_MODULE", &settings.value));
    settings
        .chain(
            django
                .build_environment
                .iter()
                .filter(|(name, _)| *name != "DJANGO_SETTINGS_MODULE")
                .map(|(name, value)| Variable::new(name, value)),
        )
        .collect()
}
