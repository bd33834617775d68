//! `dockgen detect`: what the repository says.

use std::path::PathBuf;

use clap::Args;

use crate::cli::report;
use crate::error::Result;
use crate::languages;
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
    /// Finds and prints.
    pub fn run(self) -> Result<()> {
        let (repo, folder) = Repo::open(&self.path)?;
        let mut detection = languages::detect(&repo);
        let inside = |place: &str| folder.is_empty() || place == folder || place.starts_with(&format!("{folder}/"));
        detection.applications.retain(|application| inside(&application.app().folder));
        detection.problems.retain(|(place, _)| inside(place));
        if self.json {
            report::data(&report::detection_json(&detection));
        } else {
            report::detection(&detection);
        }
        match detection.problems.pop() {
            Some((_, error)) if detection.applications.is_empty() => Err(error),
            _ => Ok(()),
        }
    }
}
