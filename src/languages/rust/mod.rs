//! Rust with Cargo.

mod application;
mod manifest;
mod native;
mod plan;
mod source;
mod toolchain;

use crate::error::Error;
use crate::languages::{Application, Detection, Language};
use crate::repo::{Repo, file_name, parent};

use application::RustApplication;
use manifest::Cargo;

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
        for package in all.iter().filter(|package| repo.is_asked_for(&package.folder)) {
            let binaries = package.binaries(repo);
            if !binaries.is_empty() {
                detection
                    .applications
                    .push(Box::new(RustApplication::new(repo, &all, package, binaries)) as Box<dyn Application>);
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
        detection
    }
}
