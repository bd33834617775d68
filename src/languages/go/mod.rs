//! Go: modules, workspaces, vendored code and code without a module; programs found by reading the source.

mod entrypoint;
mod framework;
mod manifest;
mod package_manager;
mod plan;
mod version;
mod workspace;

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::catalog::go_names;
use crate::error::Error;
use crate::languages::Language;
use crate::languages::go::entrypoint::Program;
use crate::languages::go::package_manager::BuildSettings;
use crate::languages::go::plan::application::{GoApplication, Project};
use crate::languages::go::workspace::module::Module;
use crate::languages::go::workspace::packages::{Packages, owner};
use crate::languages::go::workspace::{gopath, module};
use crate::path::{file_name, join, parent};
use crate::plan::{Detection, Role};
use crate::repo::Repo;
use crate::source::go::{is_left_out, is_source};

/// The language.
#[derive(Debug)]
pub struct Go;

impl Language for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn title(&self) -> &'static str {
        "Go"
    }

    fn detect(&self, repo: &Repo) -> Detection {
        let mut detection = Detection::default();
        let mut packages = Packages::new(repo, Vec::new());
        let folders = module::folders(repo);
        // Of the modules above the folder that the user named, only the nearest has anything to do with it.
        let nearest = folders.iter().filter(|folder| repo.is_asked_in(folder)).max_by_key(|folder| folder.len());
        for folder in folders.iter().filter(|folder| repo.is_asked_for(folder) || Some(*folder) == nearest) {
            match module::read(repo, folder) {
                Ok(module) => of_module(&mut packages, module, &folders, &mut detection),
                Err(error) => detection.problems.push((folder.clone(), error)),
            }
        }
        for (module, programs) in gopath_modules(&mut packages, &folders) {
            add(&packages, module, BuildSettings::default(), programs, &mut detection);
        }
        detection
    }
}

fn of_module(packages: &mut Packages, module: Module, folders: &[String], detection: &mut Detection) {
    let repo = packages.repo();
    let recipe = package_manager::read(repo, &module);
    let mut tagged = recipe.tags.as_ref().map(|tags| Packages::new(repo, tags.value.clone()));
    let packages = tagged.as_mut().unwrap_or(packages);
    let mains = packages.commands(&module, folders);
    let programs: Vec<Program> = mains.iter().map(|main| entrypoint::read(packages, &module, main)).collect();
    if programs.is_empty() {
        detection.problems.push((module.folder.clone(), library(&module)));
    } else {
        add(packages, module, recipe, programs, detection);
    }
}

/// One application for the module, and one for each program that has a folder of its own.
fn add(
    packages: &Packages,
    mut module: Module,
    recipe: BuildSettings,
    mut programs: Vec<Program>,
    detection: &mut Detection,
) {
    entrypoint::release(&mut programs, &recipe.released);
    entrypoint::label(&mut programs, &module);
    for built in programs.iter().flat_map(|program| &program.front_ends) {
        module.context = module::shared_folder(&module.context, &built.front_end.root);
    }
    let pinned = version::pinned(packages.repo(), &module.folder);
    let folder = module.folder.clone();
    let unread = packages.unread(&folder);
    let project = Rc::new(Project { module, recipe, pinned, unread });
    for program in programs.iter().filter(|program| program.folder != folder) {
        let application = GoApplication::new(&project, vec![program.clone()], &program.folder, Role::Auxiliary);
        detection.applications.push(Box::new(application));
    }
    if programs.iter().all(|program| program.is_aside) {
        detection.problems.push((folder, library(&project.module)));
        return;
    }
    let is_shared = go_names().shared.iter().any(|name| name == file_name(&folder));
    let role = if is_shared { Role::Auxiliary } else { Role::Application };
    detection.applications.push(Box::new(GoApplication::new(&project, programs, &folder, role)));
}

fn library(module: &Module) -> Error {
    Error::Unsupported {
        message: format!("`{}` is a library: none of its packages is a program", module.path.escape_debug()),
        evidence: module.file.module.as_ref().map(|path| path.evidence.clone()),
        hint: "an image needs a `package main` with `func main`; name its folder where it is a sample".into(),
    }
}

/// The folders with programs that no module holds, each made a module of its own. Beside the manifest of another language a program is an
/// exercise, or a tool of that project.
fn gopath_modules(packages: &mut Packages, folders: &[String]) -> Vec<(Module, Vec<Program>)> {
    let repo = packages.repo();
    let mut places: Vec<&str> = repo
        .files()
        .iter()
        .filter(|file| is_source(file) && !file.ends_with("_test.go") && !is_left_out(file))
        .map(|file| parent(file))
        .filter(|folder| owner(folder, folders).is_none())
        .filter(|folder| !go_names().other_manifests.iter().any(|name| repo.has(&join(folder, name))))
        .collect();
    places.sort_unstable();
    places.dedup();
    let mut roots: BTreeMap<String, (Module, Vec<Program>)> = BTreeMap::new();
    for place in places {
        let Some(main) = packages.command(place) else { continue };
        let module = gopath::module(packages, place);
        let program = entrypoint::read(packages, &module, &main);
        roots.entry(module.folder.clone()).or_insert_with(|| (module, Vec::new())).1.push(program);
    }
    roots.into_values().collect()
}
