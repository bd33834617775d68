//! From what is known and answered to the build plan.

pub mod application;
mod final_stage;
mod warnings;

use std::collections::BTreeSet;

use crate::catalog;
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::node::front_end::FrontEnd;
use crate::languages::python::entrypoint::Entrypoint;
use crate::languages::python::framework::Django;
use crate::languages::python::manifest::is_production;
use crate::languages::python::package_manager::installation::Installation;
use crate::languages::python::package_manager::legacy_pins::{self, LegacyPins};
use crate::languages::python::package_manager::native_packages::{self, NativePackages};
use crate::languages::python::package_manager::{Installer, Project, build_backend, required_tool};
use crate::languages::python::plan::final_stage::{final_stage, ignore};
use crate::path::{file_name, is_inside, join, parent, relative_to};
use crate::plan::model::python::{
    Application, LiftedPin, LockFile, Metadata, Package, Requirements, Source, StaticFiles, Uv, VersionSource,
};
use crate::plan::{
    Answers, App, BuildPlan, Command, Copy, FrontEndStage, Recipe, Script, Variable, Word, listen_substitution,
    written_folder,
};
use crate::source::python::syntax::has_ending;

/// A file as a program takes it that would read an option in a dash.
fn operand(file: String) -> String {
    if file.starts_with('-') { format!("./{file}") } else { file }
}

/// Where the source lies in the image.
pub const TOP: &str = "/app";

/// Where the official images, which build, have the interpreter.
const OFFICIAL: &str = "/usr/local/";

/// What a plan is made from.
pub struct Input<'a> {
    pub app: &'a App,
    pub project: &'a Project,
    pub installation: &'a Installation,
    pub installer: Installer,
    pub start: &'a Entrypoint,
    pub django: Option<&'a Django>,
    pub python: &'a str,
    pub copies_interpreter: bool,
    pub port: Option<u16>,
    pub health: Option<&'a str>,
    pub answers: &'a Answers,
    pub written: &'a [Fact<String>],
    /// The databases in files, and other files that it writes, that the repository has.
    pub databases: &'a [Fact<String>],
    /// The packages whose build makes the pages that it serves.
    pub front_ends: &'a [FrontEnd],
    /// Folders of their sources that nothing else reads, from the root of the repository.
    pub unused_sources: &'a [String],
    /// What the source uses of packages that are not installed by themselves.
    pub used: &'a legacy_pins::Used,
}

/// Makes the plan.
///
/// # Errors
/// When no image is known for the line of Python.
pub fn plan(input: &Input) -> Result<BuildPlan> {
    let no_image = |id: &str| Error::Unsupported {
        message: format!("no image `{id}` is known for Python {}", input.python),
        evidence: None,
        hint: "choose another line with `--version`".into(),
    };
    let image = |id: &str| catalog::image(id, input.python).ok_or_else(|| no_image(id));
    let kind = if input.copies_interpreter { "cc" } else { "python" };
    let runtime = catalog::required_runtime(input.answers.family(), kind, input.python)?;
    let pins = legacy_pins::find(input.project, input.installer, input.answers.get("pins") == Some("keep"), input.used);
    let layout = Layout::new(input);
    let native = native_packages::find(
        input.project,
        layout.is_package,
        input.django.map(|django| django.native_parts.as_slice()).unwrap_or_default(),
        input.python,
        &input.used.imported,
    );
    let mut application = layout.application(input);
    application.build_image = image("python-build")?.reference;
    application.additions = input.start.added.into_iter().map(str::to_owned).chain(pins.additions.clone()).collect();
    application.build_constraints.clone_from(&pins.build_constraints);
    application.linked_interpreter =
        runtime.interpreter.clone().filter(|_| !input.copies_interpreter).filter(|path| !path.starts_with(OFFICIAL));
    if application.linked_interpreter.is_some() && !input.start.invocation.program.ends_with("/python") {
        return Err(Error::Unsupported {
            message: format!(
                "`{}` is linked to an interpreter that the image does not have",
                input.start.invocation.program
            ),
            evidence: Some(input.start.evidence.clone()),
            hint: "`--family slim` has the one that it is built with".into(),
        });
    }
    application.add_native_packages(&native, input.copies_interpreter, &runtime.libraries);
    let mut last = final_stage(input, &runtime, &application.work_folder);
    last.writable.clone_from(&layout.writable);
    let mut plan = BuildPlan::new(layout.recipe(input, application, &pins), last);
    plan.ignore = ignore(input);
    plan.warnings = native.warnings;
    plan.warnings.extend(pins.warnings);
    plan.warnings.extend(layout.written_warnings(input));
    plan.warnings.extend(warnings::of_installation(input, layout.has_lock, layout.version_evidence.as_ref()));
    Ok(plan)
}

impl Application {
    /// Adds what Debian has to bring: what the build needs, and which libraries and files go on to the runtime image.
    fn add_native_packages(&mut self, native: &NativePackages, copies_interpreter: bool, present: &[String]) {
        let is_development = |package: &str| package.ends_with("-dev") && package != "libc6-dev";
        let is_linked = copies_interpreter
            || !native.libraries.is_empty()
            || native.packages.iter().any(|package| is_development(package) || package == "libsasl2-dev");
        let roots = copies_interpreter.then_some("/python").into_iter().chain(["/venv"]);
        self.library_roots = roots.filter(|_| is_linked).map(str::to_owned).collect();
        // PID 1 of the image
        let packages: BTreeSet<&str> = native.packages.iter().map(String::as_str).chain(["tini"]).collect();
        self.build_packages = packages.into_iter().map(str::to_owned).collect();
        self.loaded_libraries.clone_from(&native.libraries);
        self.present_libraries = present.to_vec();
        self.data_files.clone_from(&native.files);
    }
}

/// What is decided before the recipe: where things lie, what passes through the build stage, what is written.
struct Layout {
    /// The project's folder in the build context; `.` for the context itself.
    inside: String,
    /// The files that the installer reads, from the root of the repository.
    inputs: Vec<String>,
    /// Whether the project, or a package beside it, is installed as a package.
    is_package: bool,
    /// Whether the lock file is there and in step with the manifest.
    has_lock: bool,
    /// Whether dependencies are installed before the source is there.
    installs_early: bool,
    /// Whether the source is in the image, beside the installed package.
    ships_source: bool,
    /// Absolute folders that the application writes.
    writable: Vec<String>,
    /// Absolute folders of the source in which it makes new files.
    open_folders: Vec<String>,
    /// Whether it makes new files in its working folder.
    writes_beside: bool,
    /// What stands in for git's tags.
    version: Option<VersionSource>,
    /// The line that takes the version from git.
    version_evidence: Option<Evidence>,
    extras: Vec<String>,
    groups: Vec<String>,
}

impl Layout {
    fn new(input: &Input) -> Self {
        let Input { project, installation, start, installer, .. } = *input;
        let inputs = installation.inputs.iter().find(|(it, _)| *it == installer).map(|(_, files)| files.clone());
        let inputs = inputs.unwrap_or_default();
        let has_siblings = installer == Installer::Uv && !installation.siblings.is_empty();
        let is_package = (installation.is_package || has_siblings) && installer != Installer::None;
        let is_in_step = project.out_of_step.is_none() || project.installer() != installer;
        let has_lock = inputs.iter().any(|path| has_ending(path, "lock")) && is_in_step;
        let installs_early = !inputs.is_empty()
            && !installation.needs_source
            && (installer != Installer::Poetry || has_lock || !is_package)
            && (installer != Installer::Uv || has_lock || !is_package || !project.manifests.is_computed());
        let inside = relative_to(&project.manifests.folder, &installation.context);
        let work_folder = absolute(&absolute(TOP, &inside), &start.folder);
        let ships_source = !(start.is_tool && is_package);
        let is_source = |folder: &str| installation.source_folders.contains(folder);
        // beside source that is found in another folder, a vendored library's for one
        let is_of_another = |fact: &&Fact<String>| {
            let end = format!("/{}", fact.value);
            let place = join(&start.folder, &fact.value);
            !is_source(&place)
                && !fact.value.is_empty()
                && installation.source_folders.iter().any(|folder| folder.ends_with(&end))
        };
        let written = input.written.iter().filter(|fact| !is_of_another(fact));
        let (beside_source, written): (Vec<_>, Vec<_>) =
            written.partition(|fact| is_source(&join(&start.folder, &fact.value)));
        let is_absolute = input.written.iter().any(|it| it.value.starts_with('/'));
        let folders = |written: &[&Fact<String>], when: bool| {
            if when { absolute_folders(written, &work_folder) } else { Vec::new() }
        };
        let writes_beside = ships_source && input.written.iter().any(|it| it.value.is_empty());
        let mut open_folders = folders(&beside_source, ships_source);
        // a copy of the folder above would give the working folder back to root
        let is_below = work_folder != TOP;
        open_folders.extend((writes_beside && is_below).then(|| work_folder.clone()));
        let version = if is_package { build_backend::version_from_git(project) } else { None };
        let (extras, groups) = wanted(project, start, installer);
        Self {
            inside,
            inputs,
            is_package,
            has_lock,
            installs_early,
            ships_source,
            writable: folders(&written, ships_source || is_absolute),
            open_folders,
            writes_beside,
            version_evidence: version.as_ref().map(|fact| fact.evidence.clone()),
            version: version.map(|fact| fact.value),
            extras,
            groups,
        }
    }

    /// What all recipes have, but for images, packages and additions.
    fn application(&self, input: &Input) -> Application {
        let Input { project, installation, start, .. } = *input;
        let folder = &project.manifests.folder;
        let project_folder = absolute(TOP, &self.inside);
        let work_folder = absolute(&project_folder, &start.folder);
        let static_files = input.django.filter(|django| django.static_root.is_some()).map(|django| StaticFiles {
            folder: absolute(&project_folder, &django.folder(folder)),
            environment: static_environment(django),
        });
        let listen_edit =
            listen_substitution(input.answers, start.listen_edit.as_ref(), |path| relative_to(path, folder));
        let is_built = !self.installs_early && input.installer != Installer::None
            || self.is_package
            || static_files.is_some()
            || listen_edit.is_some()
            || !input.unused_sources.is_empty()
            || !(self.writable.is_empty() && self.open_folders.is_empty())
            || installation.context != *folder;
        let source = if is_built { Source::Build } else { Source::Context };
        let (manifests, sources) = match (self.installs_early, is_built) {
            (true, true) => (by_folder(&self.inputs, input), sources(input, &self.inputs)),
            (true, false) => (by_folder(&self.inputs, input), Vec::new()),
            (false, true) if input.installer == Installer::None => (Vec::new(), sources(input, &[])),
            (false, true) => (sources(input, &[]), Vec::new()),
            (false, false) => (Vec::new(), Vec::new()),
        };
        let in_image = |path: &str| absolute(TOP, &relative_to(path, &installation.context));
        let front_ends = input.front_ends.iter().enumerate();
        let front_ends: Vec<FrontEndStage> =
            front_ends.map(|(index, it)| it.stage(index, input.app, in_image)).collect();
        let mut written_above: Vec<String> =
            self.writable.iter().map(|path| format!("/written{}", above(path))).collect();
        written_above.dedup();
        Application {
            python: input.python.to_owned(),
            copies_interpreter: input.copies_interpreter,
            manifests,
            sources,
            project_folder,
            work_folder,
            listen_edit,
            version: self.version.clone(),
            package: self.package(input),
            static_files,
            served_front_ends: front_ends.iter().map(FrontEndStage::served).collect(),
            front_ends,
            unused_sources: input.unused_sources.iter().map(|path| in_image(path)).collect(),
            unread: if self.ships_source && is_built { self.unread(input) } else { Vec::new() },
            source: self.ships_source.then_some(source),
            written_above,
            writes_beside: self.writes_beside,
            databases: if self.ships_source { self.databases(input) } else { Vec::new() },
            open_folders: self.open_folders.clone(),
            ..Application::default()
        }
    }

    /// That folders are the application's own, each with the line that writes there.
    fn written_warnings(&self, input: &Input) -> Vec<Warning> {
        let work_folder = absolute(&absolute(TOP, &self.inside), &input.start.folder);
        let written = input.written.iter().filter(|fact| !fact.value.is_empty());
        let own = written.filter_map(|fact| {
            let path = absolute_folders(&[fact], &work_folder).pop()?;
            let is_shared = self.open_folders.contains(&path);
            (is_shared || self.writable.contains(&path)).then(|| written_folder(&fact.value, is_shared, &fact.evidence))
        });
        own.collect()
    }

    /// The lists and lock files of dependencies, which nothing reads once these are installed, absolute.
    fn unread(&self, input: &Input) -> Vec<String> {
        let is_list = |path: &&String| {
            let name = file_name(path);
            name.ends_with(".lock") || name.ends_with(".txt") || name.starts_with("Pipfile")
        };
        let is_file = |path: &&String| !input.installation.folders.contains(*path);
        let lists = self.inputs.iter().filter(is_list).filter(is_file);
        lists.map(|path| absolute(TOP, &relative_to(path, &input.installation.context))).collect()
    }

    /// The databases and other files that it writes and that lie in no folder which it writes, from the context's folder. Logs beside
    /// `manage.py` are none where static files are collected: that makes logs of root's, which are removed.
    fn databases(&self, input: &Input) -> Vec<String> {
        let collected = input.django.filter(|django| django.static_root.is_some() && self.writes_beside);
        let is_removed =
            |path: &str| has_ending(path, "log") && collected.is_some_and(|django| parent(path) == django.root);
        let databases = input.databases.iter().filter(|fact| !is_removed(&fact.value));
        let places = databases.map(|fact| relative_to(&fact.value, &input.installation.context));
        let is_written = |place: &String| {
            let path = absolute(TOP, place);
            self.writable.iter().any(|folder| is_inside(&path, folder))
        };
        places.filter(|place| !is_written(place)).collect()
    }

    /// How the project's own package is installed.
    fn package(&self, input: &Input) -> Option<Package> {
        if !self.is_package {
            return None;
        }
        let is_editable = !input.start.is_tool && build_backend::can_be_edited(input.project);
        if input.installer == Installer::Uv {
            let editable = (!is_editable).then_some("--no-editable");
            let first = ["--inexact"].into_iter().chain(editable).map(str::to_owned);
            return Some(Package { arguments: first.chain(self.sync(input)).collect(), requirements: Vec::new() });
        }
        let is_beside = self.installs_early && input.installation.builds_beside.is_some();
        let options = [
            (self.installs_early, "--no-deps"),
            (is_beside, "--use-pep517"),
            (is_beside, "--no-build-isolation"),
            (is_editable, "--editable"),
        ];
        let options = options.into_iter().filter(|(is_given, _)| *is_given).map(|(_, option)| option);
        let requirements: &[&str] = if is_beside { &["setuptools", "wheel"] } else { &[] };
        Some(Package {
            arguments: options.chain(["."]).map(str::to_owned).collect(),
            requirements: requirements.iter().map(|it| (*it).to_owned()).collect(),
        })
    }

    /// The options of `uv sync`, for the dependencies as for the package.
    fn sync(&self, input: &Input) -> Vec<String> {
        let Input { project, installation, .. } = *input;
        let folder = &project.manifests.folder;
        let is_member =
            project.workspace.as_ref().is_some_and(|root| root != folder) && installation.context != *folder;
        let name = project.manifests.name().map(|name| name.value).filter(|_| is_member);
        let mut options: Vec<String> = Vec::new();
        options.extend(self.has_lock.then(|| "--frozen".to_owned()));
        options.extend(name.into_iter().flat_map(|name| ["--package".to_owned(), name]));
        options.push("--no-dev".to_owned());
        options.extend(self.groups.iter().flat_map(|group| ["--group".to_owned(), group.clone()]));
        options.extend(self.extras.iter().flat_map(|extra| ["--extra".to_owned(), extra.clone()]));
        options
    }

    /// The recipe of the installer.
    fn recipe(&self, input: &Input, mut application: Application, pins: &LegacyPins) -> Recipe {
        let Input { project, installation, installer, .. } = *input;
        let files = project.manifests.requirements.as_ref().map(|it| it.files.as_slice()).unwrap_or_default();
        let files: Vec<String> = files.iter().map(|path| relative_to(path, &project.manifests.folder)).collect();
        let is_exported = installer != Installer::Pdm || installation.exports_lock;
        let lifted = || {
            let pins = pins.lifted.iter().cloned();
            pins.map(|pin| LiftedPin { file: operand(pin.file), ..pin }).collect::<Vec<_>>()
        };
        match installer {
            Installer::None => Recipe::PythonPlain(application),
            Installer::Requirements => Recipe::PythonRequirements(Requirements {
                application,
                requirements: files.first().cloned().unwrap_or_default(),
                // behind the options of `sed`
                requirements_files: files.into_iter().map(operand).collect(),
                exclusions: pins.exclusions.clone(),
                lifted_pins: lifted(),
            }),
            Installer::Uv => Recipe::PythonUv(Uv {
                application,
                uv_image: catalog::image("uv", "").map(|image| image.reference).unwrap_or_default(),
                uv_requirement: project.required_uv.clone(),
                sync: std::iter::once("--no-install-workspace".to_owned()).chain(self.sync(input)).collect(),
            }),
            Installer::Poetry | Installer::Pdm | Installer::Pipenv if self.installs_early && is_exported => {
                Recipe::PythonLockFile(LockFile {
                    application,
                    tool: installer.name(),
                    tool_requirements: match installer {
                        Installer::Poetry => required_tool::poetry(project),
                        _ => catalog::python::tool(installer.name()).to_vec(),
                    },
                    export: self.export(input, !pins.lifted.is_empty()),
                    lifted_pins: lifted(),
                })
            }
            _ => {
                if !self.installs_early
                    && let Some(package) = &mut application.package
                {
                    package.arguments.append(&mut application.additions);
                }
                let is_group = installer == Installer::Groups;
                let tool = if is_group { catalog::python::tool(installer.name()).to_vec() } else { Vec::new() };
                Recipe::PythonMetadata(Metadata {
                    application,
                    has_dependencies: self.installs_early && !is_group,
                    extras: self.extras.clone(),
                    groups: if is_group { self.groups.clone() } else { Vec::new() },
                    tool,
                    has_constraints: installer == Installer::Pdm,
                })
            }
        }
    }

    /// The commands that write what a lock file pins as pip reads it: with hashes, but where pins are replaced or folders
    /// of the repository are among them, which have none.
    fn export(&self, input: &Input, is_edited: bool) -> Script {
        let tool = input.installer.name();
        let program = format!("/opt/{tool}/bin/{tool}");
        let is_hashed = !is_edited && input.installation.local.is_empty();
        // what an old Poetry left out is asked for by packages of the lock file: it is installed besides
        let asked = ["sed", "--in-place", "/^setuptools = /d", "poetry.lock"];
        let completed = (self.has_lock && input.project.left_out.is_some()).then(|| Command::new(asked));
        let lock = (!self.has_lock).then(|| Command::new([program.as_str(), "lock"]));
        let export = match input.installer {
            Installer::Pipenv => {
                Command::new([program.as_str(), "requirements"]).word(Word::expansion(">/tmp/requirements.txt"))
            }
            Installer::Poetry => {
                let groups: Vec<&str> = std::iter::once("main").chain(self.groups.iter().map(String::as_str)).collect();
                Command::new([program.as_str(), "export", "--only", groups.join(",").as_str()])
                    .words(self.extras.iter().flat_map(|extra| ["--extras", extra]))
            }
            _ => Command::new([program.as_str(), "export", "--prod"])
                .words(self.groups.iter().chain(&self.extras).flat_map(|group| ["--group", group])),
        };
        let export = if input.installer == Installer::Pipenv {
            export
        } else {
            let hashes: &[&str] = if is_hashed { &[] } else { &["--without-hashes"] };
            export.words(hashes).words(["--output", "/tmp/requirements.txt"])
        };
        Script::new(completed.into_iter().chain(lock).chain([export]))
    }
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

/// The folder above an absolute one; empty for the root.
fn above(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
}

/// `folder` below an absolute one.
pub fn absolute(top: &str, folder: &str) -> String {
    if folder.is_empty() || folder == "." { top.to_owned() } else { format!("{top}/{folder}") }
}

/// COPYs of files and folders of the repository: one for the files of each folder, in order, and one for each folder.
fn by_folder(paths: &[String], input: &Input) -> Vec<Copy> {
    let mut copies: Vec<Copy> = Vec::new();
    for path in paths {
        let is_folder = input.installation.folders.contains(path);
        let path = relative_to(path, &input.installation.context);
        let target = match (is_folder, parent(&path)) {
            (true, _) => format!("./{path}/"),
            (false, "") => "./".to_owned(),
            (false, folder) => format!("./{folder}/"),
        };
        match copies.iter_mut().find(|copy| !is_folder && copy.target == target) {
            Some(copy) => copy.sources.push(path),
            None => copies.push(Copy::new(path, target)),
        }
    }
    copies
}

/// COPYs of the source: the whole context where the project is all of it; else its folder and those of the packages that it
/// needs, without those that are there `already`.
fn sources(input: &Input, already: &[String]) -> Vec<Copy> {
    let Installation { context, siblings, local, .. } = input.installation;
    let folder = &input.project.manifests.folder;
    if context == folder {
        return vec![Copy::new(".", "./")];
    }
    let local =
        local.iter().map(|fact| &fact.value).filter(|path| !is_inside(path, folder) && !is_inside(folder, path));
    let paths: Vec<String> = std::iter::once(folder).chain(siblings).chain(local).cloned().collect();
    let paths: Vec<String> = paths.into_iter().filter(|path| !already.contains(path)).collect();
    paths.iter().map(|path| relative_to(path, context)).map(|path| Copy::new(&path, format!("./{path}/"))).collect()
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

/// The variables that Django's settings need while static files are collected.
fn static_environment(django: &Django) -> Vec<Variable> {
    let settings = django.settings.iter().map(|settings| Variable::new("DJANGO_SETTINGS_MODULE", &settings.value));
    let others = django.build_environment.iter().filter(|(name, _)| *name != "DJANGO_SETTINGS_MODULE");
    settings.chain(others.map(|(name, value)| Variable::new(name, value))).collect()
}
