//! The only room that changes the disk: what would become of the files first, then atomic writes, never over a user's work.

mod ignore_patterns;
mod merge;
mod record;
mod settings;
mod write;

use std::path::Path;

use serde::Serialize;

pub use merge::{Merged, merge};
pub use record::{FILE_NAME as RECORD_NAME, Record};
pub use settings::{Kept, settings};
pub use write::rewrite;

use crate::dockerfile::Dockerfile;
use crate::error::{Error, Result};
use crate::path::{file_name, join, relative_to};
use crate::render::{Artifact, BAKE_FILE, COMPOSE_FILE};
use crate::repo::Repo;

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It does not exist yet.
    Create,
    /// It stays as it is.
    Unchanged,
    /// It is as dockgen wrote it last, and gets another text.
    Renew,
    /// It gets what is new, and keeps what somebody changed in it.
    Merge,
    /// It has a text that dockgen did not write, and gets another one.
    Replace,
}

/// What shall be done about files that somebody changed since they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edits {
    /// They are kept and merged with what is new.
    Merge,
    /// They are given up, if that is allowed.
    Replace,
}

/// A file that is to be written, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file, with the text that it gets.
    pub artifact: Artifact,
    /// What happens to it.
    pub action: Action,
    /// The text that it has; nothing where there is no such file.
    pub old: Option<String>,
    /// Places that a merge could not decide.
    pub conflicts: usize,
    /// Whether an instruction or a pattern changes: comments and blank lines don't count.
    pub is_effective: bool,
}

impl Change {
    /// Whether an instruction or a pattern would change.
    pub fn is_stale(&self) -> bool {
        self.action != Action::Unchanged && self.is_effective
    }

    /// From the old text to the new, as a unified diff; empty where there is no old text.
    pub fn diff(&self) -> String {
        let Some(old) = self.old.as_ref().filter(|_| self.action != Action::Unchanged) else { return String::new() };
        let diff = similar::TextDiff::from_lines(old, &self.artifact.text);
        let path = &self.artifact.path;
        diff.unified_diff()
            .context_radius(2)
            .header(&format!("{path} (yours)"), &format!("{path} (dockgen)"))
            .to_string()
    }
}

/// What writing these files would do, beside the record in `folder`; nothing is written.
///
/// # Errors
/// [`Error::Read`] when a file that exists can't be read.
pub fn preview(repo: &Repo, folder: &str, made: &[&Artifact], record: &Record, edits: Edits) -> Result<Vec<Change>> {
    made.iter()
        .map(|artifact| {
            let old = repo.read_existing(&artifact.path)?.map(|document| document.text().to_owned());
            let key = relative_to(&artifact.path, folder);
            // a write that was cut short is gone on with
            let is_pending = old.is_some() && old.as_ref() == record.before.get(&key);
            // somebody who took the header away took the file over
            let is_own = old.as_ref().is_some_and(|old| is_ignore_file(artifact) || old.contains(MARK));
            let base = if is_pending { old.as_ref() } else { record.files.get(&key).filter(|_| is_own) };
            Ok(change(artifact, old.clone(), base.map(String::as_str), edits))
        })
        .collect()
}

/// How the header of a file that dockgen wrote starts.
const MARK: &str = "# Made by dockgen";

fn is_ignore_file(artifact: &Artifact) -> bool {
    artifact.path.ends_with(".dockerignore")
}

/// Whether a file is made of instructions, and not of lines whose comments begin with `#`.
fn is_dockerfile(artifact: &Artifact) -> bool {
    !is_ignore_file(artifact) && !matches!(file_name(&artifact.path), BAKE_FILE | COMPOSE_FILE)
}

/// What becomes of a file that has the text `old`, and had `base` when it was written last.
fn change(artifact: &Artifact, old: Option<String>, base: Option<&str>, edits: Edits) -> Change {
    let is_ignore_file = is_ignore_file(artifact);
    let effect = if is_dockerfile(artifact) { instructions } else { lines };
    let done = |text: String, action: Action, conflicts: usize, old: Option<String>| {
        let is_effective = action != Action::Unchanged && old.as_ref().is_none_or(|old| effect(old) != effect(&text));
        let artifact = Artifact { path: artifact.path.clone(), text };
        Change { artifact, action, old, conflicts, is_effective }
    };
    let Some(old) = old else { return done(artifact.text.clone(), Action::Create, 0, None) };
    let plain = |text: &str| text.replace("\r\n", "\n");
    let (now, new) = (plain(&old), artifact.text.clone());
    if now == new {
        return done(old.clone(), Action::Unchanged, 0, Some(old));
    }
    match base.map(plain) {
        Some(base) if base == now => done(new, Action::Renew, 0, Some(old)),
        Some(base) => {
            let merged = merge(&base, &now, &new);
            if merged.text == now {
                done(old.clone(), Action::Unchanged, 0, Some(old))
            } else if is_ignore_file && merged.conflicts == 0 {
                done(merged.text, Action::Merge, 0, Some(old))
            } else if is_ignore_file {
                done(ignore_patterns::kept(&new, &now, Some(&base)), Action::Merge, 0, Some(old))
            } else if edits == Edits::Merge {
                done(merged.text, Action::Merge, merged.conflicts, Some(old))
            } else {
                done(new, Action::Replace, 0, Some(old))
            }
        }
        None if is_ignore_file => {
            let kept = ignore_patterns::kept(&new, &now, None);
            let action = if kept == now { Action::Unchanged } else { Action::Replace };
            done(kept, action, 0, Some(old))
        }
        None => done(new, Action::Replace, 0, Some(old)),
    }
}

/// What a program sees of a file whose comments begin with `#`.
fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim_end);
    lines.filter(|line| !line.is_empty() && !line.trim_start().starts_with('#')).map(str::to_owned).collect()
}

/// What Docker sees of a Dockerfile: its instructions, without comments.
fn instructions(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let parsed = Dockerfile::parse(&text);
    let instructions = parsed.instructions().iter().map(|instruction| {
        let body = &text[instruction.span.start..instruction.span.end];
        let is_script = body.contains("<<");
        let lines = body.lines().filter(|line| is_script || !line.trim_start().starts_with('#'));
        lines.map(str::trim_end).collect::<Vec<_>>().join("\n")
    });
    instructions.collect()
}

/// Everything that one run writes in the folder of an application.
#[derive(Debug)]
pub struct Batch<'a> {
    /// The folder, from the root of the repository.
    pub folder: &'a str,
    /// The files.
    pub changes: Vec<&'a Change>,
    /// The settings, where they change.
    pub settings: Option<&'a Artifact>,
    /// What is remembered of it.
    pub record: &'a Record,
}

/// Refuses to give up what somebody else wrote.
///
/// # Errors
/// [`Error::WouldOverwrite`] when one of the files would be replaced.
pub fn refuse_replacing<'a>(changes: impl Iterator<Item = &'a Change>) -> Result<()> {
    let replaced: Vec<&Change> = changes.filter(|change| change.action == Action::Replace).collect();
    if replaced.is_empty() {
        return Ok(());
    }
    let files = replaced.iter().map(|change| change.artifact.path.clone()).collect();
    Err(Error::WouldOverwrite { files, diff: replaced.iter().map(|change| change.diff()).collect() })
}

/// Writes the files that change, all or none.
///
/// # Errors
/// [`Error::WouldOverwrite`] when a file would be replaced and `force` is not set; [`Error::Write`] when the disk
/// refuses, in which case the files are as they were.
pub fn write(repo: &Repo, batches: &[Batch], force: bool) -> Result<()> {
    if !force {
        refuse_replacing(batches.iter().flat_map(|batch| batch.changes.iter().copied()))?;
    }
    let (mut first, mut files, mut last) = (Vec::new(), Vec::new(), Vec::new());
    for batch in batches {
        let path = join(batch.folder, RECORD_NAME);
        let changed = || batch.changes.iter().copied().filter(|change| change.action != Action::Unchanged);
        let before = changed()
            .filter_map(|change| Some((relative_to(&change.artifact.path, batch.folder), change.old.clone()?)));
        let mut pending = batch.record.clone();
        pending.before = before.collect();
        let text = batch.record.text()?;
        if !pending.before.is_empty() {
            first.push(Artifact { path: path.clone(), text: pending.text()? });
        }
        files.extend(changed().filter_map(|change| way_back(repo, change)));
        files.extend(changed().map(|change| change.artifact.clone()));
        files.extend(batch.settings.cloned());
        let is_recorded = repo.read_existing(&path)?.is_some_and(|document| document.text() == text);
        if !is_recorded || !pending.before.is_empty() {
            last.push(Artifact { path, text });
        }
    }
    write::all(repo.root(), &[first, files, last].concat())
}

/// The copy that is kept of a Dockerfile which dockgen did not write. All that people added to an ignore file stays in it.
fn way_back(repo: &Repo, change: &Change) -> Option<Artifact> {
    let is_foreign = change.action == Action::Replace && !is_ignore_file(&change.artifact);
    let text = change.old.clone().filter(|_| is_foreign)?;
    let names = std::iter::once(".orig".to_owned()).chain((2..).map(|number| format!(".orig{number}")));
    let mut paths = names.map(|ending| format!("{}{ending}", change.artifact.path));
    let path = paths.find(|path| std::fs::symlink_metadata(repo.root().join(path)).is_err())?;
    Some(Artifact { path, text })
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
    write::all(Path::new("."), &artifacts)
}

/// Writes a file that the user asked for, in a folder that is made where it is not there.
///
/// # Errors
/// [`Error::Write`] when the disk refuses.
pub fn create(path: &Path, text: String) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| Error::Write { path: path.to_owned(), source })?;
    }
    replace(&[(path, text)])
}

/// The difference between two texts of a file, as a unified diff.
pub fn difference(path: &str, old: &str, new: &str) -> String {
    similar::TextDiff::from_lines(old, new).unified_diff().context_radius(2).header(path, path).to_string()
}
