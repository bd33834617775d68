//! The only room that changes the disk: a difference first, then atomic writes, never over a user's work.

mod write;

use std::path::Path;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::render::{Artifact, Artifacts};
use crate::repo::Repo;

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It does not exist yet.
    Create,
    /// It exists with this very text.
    Unchanged,
    /// It exists with another text.
    Replace,
}

/// A file that is to be written, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub artifact: Artifact,
    /// What happens to it.
    pub action: Action,
    /// From the old text to the new, as a unified diff; empty unless it is replaced.
    pub diff: String,
}

/// What writing the artifacts would do; nothing is written.
///
/// # Errors
/// [`Error::Read`] when a file that exists can't be read.
pub fn preview(repo: &Repo, artifacts: &Artifacts) -> Result<Vec<Change>> {
    [&artifacts.dockerfile, &artifacts.dockerignore].into_iter().map(|artifact| change(repo, artifact)).collect()
}

fn change(repo: &Repo, artifact: &Artifact) -> Result<Change> {
    let old = repo.read_existing(&artifact.path)?;
    let (action, diff) = match old {
        None => (Action::Create, String::new()),
        Some(old) if old.text() == artifact.text => (Action::Unchanged, String::new()),
        Some(old) => {
            let diff = similar::TextDiff::from_lines(old.text(), &artifact.text);
            let (from, to) = (format!("{} (yours)", artifact.path), format!("{} (dockgen)", artifact.path));
            (Action::Replace, diff.unified_diff().context_radius(2).header(&from, &to).to_string())
        }
    };
    Ok(Change { artifact: artifact.clone(), action, diff })
}

/// Writes the files that change, all or none.
///
/// # Errors
/// [`Error::WouldOverwrite`] when a file would be replaced and `force` is not set; [`Error::Write`] when the disk
/// refuses, in which case the files are as they were.
pub fn write(repo: &Repo, changes: &[&Change], force: bool) -> Result<()> {
    let replaced: Vec<&&Change> = changes.iter().filter(|change| change.action == Action::Replace).collect();
    if !replaced.is_empty() && !force {
        let files = replaced.iter().map(|change| change.artifact.path.clone()).collect();
        let diff = replaced.iter().map(|change| change.diff.as_str()).collect();
        return Err(Error::WouldOverwrite { files, diff });
    }
    let wanted: Vec<&Artifact> =
        changes.iter().filter(|change| change.action != Action::Unchanged).map(|change| &change.artifact).collect();
    write::all(repo.root(), &wanted)
}

/// Writes texts over files that the user named, all or none.
///
/// # Errors
/// [`Error::Write`] when the disk refuses, in which case the files are as they were.
pub fn replace<P: AsRef<Path>>(files: &[(P, String)]) -> Result<()> {
    let artifact = |(path, text): &(P, String)| Artifact {
        path: path.as_ref().to_string_lossy().into_owned(),
        text: text.clone(),
    };
    let artifacts: Vec<Artifact> = files.iter().map(artifact).collect();
    write::all(Path::new(""), &artifacts.iter().collect::<Vec<_>>())
}

/// The difference between two texts of a file, as a unified diff.
pub fn difference(path: &str, old: &str, new: &str) -> String {
    similar::TextDiff::from_lines(old, new).unified_diff().context_radius(2).header(path, path).to_string()
}
