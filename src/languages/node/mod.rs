//! Node.js: npm, Yarn, pnpm and Bun; servers, single-page applications, command-line tools and workspaces.

mod application;
mod assets;
mod built;
mod entry;
mod facts;
mod install;
mod manager;
mod native;
mod package;
mod plan;
mod run;
mod runner;
mod script;
mod source;
mod version;
mod workspace;

use crate::error::Error;
use crate::languages::{Application, Detection, Evidence, Language};
use crate::repo::{Repo, parent};

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
            .filter(|file| crate::repo::file_name(file) == "package.json" && repo.is_asked_for(parent(file)));
        for manifest in manifests {
            let folder = parent(manifest);
            let found = Package::read(repo, folder).and_then(|package| {
                let workspace = Workspace::of(repo, &package);
                NodeApplication::new(repo, package, workspace)
            });
            match found {
                Ok(Some(application)) => detection.applications.push(Box::new(application) as Box<dyn Application>),
                Ok(None) => detection.problems.push((folder.to_owned(), nothing_to_start(manifest))),
                Err(error) => detection.problems.push((folder.to_owned(), error)),
            }
        }
        detection
    }
}

fn nothing_to_start(manifest: &str) -> Error {
    Error::Unsupported {
        message: "nothing in the package can be started: no script, no `main` or `bin` that exists, no file with a usual name".into(),
        evidence: Some(Evidence::file(manifest)),
        hint: "add a `start` script to package.json, e.g. \"start\": \"node server.js\"".into(),
    }
}
