//! Rust with Cargo.

mod entrypoint;
mod framework;
mod manifest;
mod package_manager;
mod plan;
mod version;
mod workspace;

use std::collections::BTreeSet;

use crate::catalog::is_rust_server_name;
use crate::error::Error;
use crate::languages::Language;
use crate::path::{is_named, parent};
use crate::plan::{Application, Detection, Role};
use crate::repo::Repo;
use crate::source::{Sources, Value};

use manifest::{Binary, Cargo};
use package_manager::lock_file::LockFiles;
use plan::RustApplication;
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
        for file in repo.files().iter().filter(|file| is_named(file, "Cargo.toml")) {
            match Cargo::read(repo, parent(file)) {
                Ok(cargo) => all.push(cargo),
                Err(error) => detection.problems.push((parent(file).to_owned(), error)),
            }
        }
        let workspaces = Workspaces::new(all);
        let asked_for = || workspaces.all().iter().filter(|package| repo.is_asked_for(&package.folder));
        let programs: Vec<&Cargo> = asked_for().filter(|package| !package.binaries(repo).is_empty()).collect();
        let (sources, locks) = (Sources::new(repo), LockFiles::default());
        let mut applications = Vec::new();
        for package in asked_for() {
            let mut binaries = package.binaries(repo);
            if binaries.iter().any(|binary| !is_untouched(&sources, binary)) {
                binaries.retain(|binary| !is_untouched(&sources, binary));
            }
            let is_beside = programs.len() > 1 && binaries.iter().all(|binary| is_untouched(&sources, binary));
            if let Some(error) = Some(())
                .filter(|()| !binaries.is_empty())
                .and_then(|()| framework::unsupported(&sources, package, &mut binaries))
            {
                detection.problems.push((package.folder.clone(), error));
            } else if !binaries.is_empty() {
                let mut application = RustApplication::new(&sources, &locks, &workspaces, package, binaries, &programs);
                if is_beside {
                    application.app.role = Role::Auxiliary;
                }
                applications.push(application);
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
        put_tools_behind_their_server(&mut applications);
        detection.applications = applications.into_iter().map(|it| Box::new(it) as Box<dyn Application>).collect();
        detection
    }
}

/// Whether a program is the one that `cargo new` writes, which nobody has touched: it only greets the world.
fn is_untouched(sources: &Sources, binary: &Binary) -> bool {
    sources.get(&binary.path).is_some_and(|file| match file.calls.as_slice() {
        [call] => call.path == "println!" && call.positional(0).and_then(Value::text) == Some("Hello, world!"),
        _ => false,
    })
}

/// At most this many tools stand beside a server that is not called one.
const FEW: usize = 2;

/// The tools of a workspace beside its one server: they help to run that. A tool that can listen is no server, and among
/// many tools a server is one of them.
fn put_tools_behind_their_server(applications: &mut [RustApplication]) {
    let is_candidate = |it: &&RustApplication| it.app.role == Role::Application;
    let workspaces: BTreeSet<String> = applications.iter().map(|it| it.facts.workspace.clone()).collect();
    for workspace in workspaces {
        let members = || applications.iter().filter(is_candidate).filter(|it| it.facts.workspace == workspace);
        let servers: Vec<&RustApplication> = members().filter(|it| it.entrypoint.is_server).collect();
        let [server] = servers.as_slice() else { continue };
        let is_tool = |it: &RustApplication| !it.entrypoint.is_server && it.app.folder != workspace;
        let has_few = members().filter(|it| is_tool(it)).count() <= FEW;
        if server.entrypoint.server.is_none() || !has_few && !is_rust_server_name(&server.package) {
            continue;
        }
        for tool in applications.iter_mut().filter(|it| it.facts.workspace == workspace && is_tool(it)) {
            tool.app.role = Role::Auxiliary;
        }
    }
}
