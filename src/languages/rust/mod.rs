//! Rust with Cargo.

mod application;
mod arguments;
mod beside;
mod code;
mod config;
mod dependencies;
mod elsewhere;
mod listen;
mod manifest;
mod native;
mod plan;
mod prefixed;
mod queries;
mod role;
mod scripts;
mod source;
mod targets;
mod toolchain;
mod view;
mod warnings;
mod workspace;

use crate::error::Error;
use crate::languages::Language;
use crate::path::{file_name, parent};
use crate::plan::{Application, Detection};
use crate::repo::Repo;

use application::RustApplication;
use manifest::Cargo;
use workspace::Workspaces;

/// The language.
#[derive(Debug)]
pub struct Rust;

impl Language for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn title(&self) -> &'static str {
        "Rust"
    }

    fn detect(&self, repo: &Repo) -> Detection {
        let mut detection = Detection::default();
        let mut all = Vec::new();
        for file in repo.files().iter().filter(|file| file_name(file) == "Cargo.toml") {
            match Cargo::read(repo, parent(file)) {
                Ok(cargo) => all.push(cargo),
                Err(error) => detection.problems.push((parent(file).to_owned(), error)),
            }
        }
        let workspaces = Workspaces::new(all);
        let asked_for = || workspaces.all().iter().filter(|package| repo.is_asked_for(&package.folder));
        let programs: Vec<&Cargo> = asked_for().filter(|package| !package.binaries(repo).is_empty()).collect();
        let mut applications = Vec::new();
        for package in asked_for() {
            let binaries = package.binaries(repo);
            if let Some(error) = elsewhere::reason(repo, package).filter(|_| !binaries.is_empty()) {
                detection.problems.push((package.folder.clone(), error));
            } else if !binaries.is_empty() {
                applications.push(RustApplication::new(repo, &workspaces, package, binaries, &programs));
            } else if let Some(name) = package.name() {
                let error = Error::Unsupported {
                    message: format!(
                        "the package `{}` is a library: it has no binary target",
                        name.value.escape_debug()
                    ),
                    evidence: Some(name.evidence),
                    hint: "name the package with the program: `dockgen init PATH`".into(),
                };
                detection.problems.push((package.folder.clone(), error));
            }
        }
        role::put_aside_tools(&mut applications);
        detection.applications = applications.into_iter().map(|it| Box::new(it) as Box<dyn Application>).collect();
        detection
    }
}
