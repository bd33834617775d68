//! Go: modules, workspaces, vendored code and code without a module; programs found by reading the source.

mod application;
mod candidate;
mod cgo;
mod children;
mod command_line;
mod configured;
mod constraint;
mod embed;
mod files;
mod generate;
mod hidden;
mod lexer;
mod linked;
mod listen;
mod loose;
mod modfile;
mod module;
mod names;
mod packages;
mod pin;
mod private;
mod program;
mod reader;
mod reading;
mod recipe;
mod script;
mod served;
mod settings;
mod source;
mod view;
mod warnings;
mod workspace;
mod written;

use std::rc::Rc;

use crate::error::Error;
use crate::languages::Language;
use crate::languages::go::application::{GoApplication, Project};
use crate::languages::go::module::Module;
use crate::languages::go::packages::Packages;
use crate::languages::go::program::Program;
use crate::languages::go::recipe::Recipe;
use crate::path::file_name;
use crate::plan::{Detection, Role};
use crate::repo::Repo;

/// The language.
#[derive(Debug)]
pub struct Go;

/// Modules with these names are there for others, even when a program is in them.
const SHARED: &[&str] = &["shared", "common", "lib", "libs", "pkg", "util", "utils", "internal", "proto", "types"];

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
        for (module, programs) in loose::modules(&mut packages, &folders) {
            add(repo, module, Recipe::default(), programs, &mut detection);
        }
        detection
    }
}

fn of_module(packages: &mut Packages, module: Module, folders: &[String], detection: &mut Detection) {
    let repo = packages.repo();
    let recipe = recipe::read(repo, &module);
    let mut tagged = recipe.tags.as_ref().map(|tags| Packages::new(repo, tags.value.clone()));
    let packages = tagged.as_mut().unwrap_or(packages);
    let mains = packages.commands(&module, folders);
    let programs: Vec<Program> = mains.iter().map(|main| program::read(packages, &module, main)).collect();
    if programs.is_empty() {
        detection.problems.push((module.folder.clone(), library(&module)));
    } else {
        add(repo, module, recipe, programs, detection);
    }
}

/// One application for the module, and one for each program that has a folder of its own.
fn add(repo: &Repo, mut module: Module, recipe: Recipe, mut programs: Vec<Program>, detection: &mut Detection) {
    program::release(&mut programs, &recipe.released);
    program::label(&mut programs, &module);
    for built in programs.iter().flat_map(|program| &program.front_ends) {
        module.context = module::shared_folder(&module.context, &built.front_end.folder);
    }
    let pinned = pin::version(repo, &module.folder);
    let folder = module.folder.clone();
    let project = Rc::new(Project { module, recipe, pinned });
    for program in programs.iter().filter(|program| program.folder != folder) {
        let application = GoApplication::new(&project, vec![program.clone()], &program.folder, Role::Auxiliary);
        detection.applications.push(Box::new(application));
    }
    if programs.iter().all(|program| program.is_aside) {
        detection.problems.push((folder, library(&project.module)));
        return;
    }
    let is_shared = SHARED.contains(&file_name(&folder));
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
