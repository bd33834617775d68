//! Node.js: npm, Yarn, pnpm and Bun; servers, single-page applications, command-line tools and workspaces.

mod application;
mod assets;
mod before;
mod built;
mod chosen;
mod delegate;
mod entry;
mod facts;
mod install;
mod install_scripts;
mod layers;
mod lock;
mod loopback;
mod manager;
mod manager_version;
mod native;
mod nx;
mod package;
mod plan;
mod refused;
mod required;
mod role;
mod run;
mod runner;
mod script;
mod selection;
mod settings;
mod shell_script;
mod source;
mod version;
mod warnings;
mod workspace;
mod written;

use crate::error::Error;
use crate::evidence::Evidence;
use crate::languages::Language;
use crate::path::parent;
use crate::plan::{Application, Detection};
use crate::repo::Repo;

use application::NodeApplication;
use package::Package;
use workspace::Workspace;

/// The language.
#[derive(Debug)]
pub struct Node;

impl Language for Node {
    fn name(&self) -> &'static str {
        "node"
    }

    fn title(&self) -> &'static str {
        "Node.js"
    }

    fn detect(&self, repo: &Repo) -> Detection {
        let mut detection = Detection::default();
        let manifests = repo
            .files()
            .iter()
            .filter(|file| crate::path::file_name(file) == "package.json" && repo.is_asked_for(parent(file)));
        let mut applications = Vec::new();
        let mut handed_over = Vec::new();
        for manifest in manifests {
            let folder = parent(manifest);
            let found = Package::read(repo, folder).and_then(|package| {
                let workspace = Workspace::of(repo, &package);
                let projects = nx::projects(repo, &package);
                if !projects.is_empty() {
                    let default = projects.iter().find(|project| project.is_default).map(|it| it.folder.clone());
                    handed_over.extend(default.map(|to| (folder, to)));
                    for project in projects {
                        applications.push(NodeApplication::of_nx(repo, &workspace, project)?);
                    }
                    return Ok(None);
                }
                handed_over.extend(delegate::folder(repo, &package, &workspace).map(|to| (folder, to)));
                NodeApplication::new(repo, package, workspace)
            });
            match found {
                Ok(Some(application)) => applications.push(application),
                Ok(None) if applications.iter().any(|it| it.app.context == folder && it.app.folder != folder) => {}
                Ok(None) => detection.problems.push((folder.to_owned(), nothing_to_start(manifest))),
                Err(error) => detection.problems.push((folder.to_owned(), error)),
            }
        }
        let by_nx: Vec<String> =
            applications.iter().filter(|it| it.nx.is_some()).map(|it| it.app.folder.clone()).collect();
        applications.retain(|it| it.nx.is_some() || !by_nx.contains(&it.app.folder));
        for (from, to) in handed_over {
            if applications.iter().all(|application| application.app.folder != to) {
                continue;
            }
            for application in applications.iter_mut().filter(|application| is_below(&application.app.folder, from)) {
                if application.app.folder == to { application.come_forward() } else { application.stand_back() }
            }
        }
        detection.applications.extend(applications.into_iter().map(|it| Box::new(it) as Box<dyn Application>));
        detection
    }
}

/// Whether `folder` is `above` or lies in it.
fn is_below(folder: &str, above: &str) -> bool {
    above.is_empty() || folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn nothing_to_start(manifest: &str) -> Error {
    Error::Unsupported {
        message: "nothing in the package can be started: no script, no `main` or `bin` that exists, no file with a usual name".into(),
        evidence: Some(Evidence::file(manifest)),
        hint: "add a `start` script to package.json, e.g. \"start\": \"node server.js\"".into(),
    }
}
