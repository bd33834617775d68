//! `dockgen detect`: what the repository says.

use std::path::PathBuf;

use clap::Args;

use crate::cli::json::Detected;
use crate::cli::patience::{agree_to_walk, while_waiting};
use crate::cli::stream;
use crate::cli::viewpoint::Viewpoint;
use crate::cli::{json, report};
use crate::error::{Error, Result};
use crate::languages;
use crate::path::is_inside;
use crate::plan;
use crate::repo::Repo;

/// Show every application found, and what its files say
#[derive(Debug, Args)]
pub struct Detect {
    /// The folder of the application or repository
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Detect {
    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Finds and prints.
    pub fn run(self) -> Result<()> {
        agree_to_walk(&self.path)?;
        let (repo, folder) = while_waiting("reading the names of all files", || Repo::open(&self.path))?;
        let view = Viewpoint::new(&repo, &self.path, &folder);
        let mut detection = while_waiting("reading what the files say", || languages::detect(&repo));
        detection.applications.retain(|application| is_inside(&application.app().folder, &folder));
        detection.problems.retain(|(place, _)| is_inside(place, &folder));
        let languages = detection.languages.clone();
        let nothing = || plan::nothing(&self.path, &languages);
        let error: Option<Error> = match (detection.applications.is_empty(), detection.problems.is_empty()) {
            (true, false) if !self.json => detection.problems.pop().map(|(_, error)| view.error(error)),
            (true, _) => Some(nothing()),
            _ => None,
        };
        let error = error.map(|error| plan::with_what_was_seen(&repo, &folder, error));
        if self.json {
            stream::json(&json::value(&Detected::new(&detection, error.as_ref()))?)?;
        } else {
            report::detection(&detection, &folder, &view)?;
        }
        error.map_or(Ok(()), Err)
    }
}
