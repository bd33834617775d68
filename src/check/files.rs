//! What there is to check: read from disk, or made a moment ago and not written yet.

use std::path::Path;

use crate::check::{Context, Finding, Input, check};
use crate::error::{Error, Result};
use crate::path::relative_to;
use crate::render::Artifacts;
use crate::repo::{Repo, file, root_of};

/// A Dockerfile with all that is needed to check it.
#[derive(Debug)]
pub struct Checkable {
    /// The path of the Dockerfile, as findings name it.
    pub path: String,
    /// Its text.
    pub dockerfile: String,
    /// The path and the text of the ignore file in force.
    pub ignore: Option<(String, String)>,
    /// The build context.
    pub context: Context,
}

impl Checkable {
    /// Reads a Dockerfile, and the ignore file that Docker would use with it.
    ///
    /// # Errors
    /// [`Error::Read`] when the Dockerfile, or an ignore file that exists, can't be read as text.
    pub fn read(context: &Path, dockerfile: &Path) -> Result<Self> {
        let shown = |path: &Path| path.strip_prefix(context).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let read = |path: &Path| text(context, path);
        let mut beside = dockerfile.as_os_str().to_owned();
        beside.push(".dockerignore");
        let candidates = [beside.into(), context.join(".dockerignore")];
        let ignore = match candidates.iter().find(|path| std::fs::symlink_metadata(path).is_ok()) {
            Some(path) => Some((shown(path), read(path)?)),
            None => None,
        };
        Ok(Self { path: shown(dockerfile), dockerfile: read(dockerfile)?, ignore, context: Context::folder(context) })
    }

    /// What is about to be written into a repository, as it will be.
    pub fn of(repo: &Repo, artifacts: &Artifacts) -> Self {
        let folder = &artifacts.context;
        let inside = |path: &str| relative_to(path, folder);
        let skip = if folder.is_empty() { 0 } else { folder.len() + 1 };
        let files = repo.files_under(folder).map(|file| file[skip..].to_owned()).collect();
        let context = Context::folder(&repo.root().join(folder))
            .with_files(files)
            .with(inside(&artifacts.dockerfile.path), artifacts.dockerfile.text.clone())
            .with(inside(&artifacts.dockerignore.path), artifacts.dockerignore.text.clone());
        Self {
            path: artifacts.dockerfile.path.clone(),
            dockerfile: artifacts.dockerfile.text.clone(),
            ignore: Some((artifacts.dockerignore.path.clone(), artifacts.dockerignore.text.clone())),
            context,
        }
    }

    /// Checks it by every rule.
    pub fn check(&self) -> Vec<Finding> {
        check(&Input {
            path: &self.path,
            dockerfile: &self.dockerfile,
            ignore: self.ignore.as_ref().map(|(path, text)| (path.as_str(), text.as_str())),
            context: &self.context,
        })
    }

    /// The texts that findings point into, by their paths.
    pub fn texts(&self) -> Vec<(&str, &str)> {
        let ignore = self.ignore.as_ref().map(|(path, text)| (path.as_str(), text.as_str()));
        std::iter::once((self.path.as_str(), self.dockerfile.as_str())).chain(ignore).collect()
    }
}

/// Checks what was rendered against the repository, before anything is written.
pub fn check_artifacts(repo: &Repo, artifacts: &Artifacts) -> Vec<Finding> {
    Checkable::of(repo, artifacts).check()
}

/// The text of a Dockerfile or ignore file: inside the repository that it lies in, or the build context.
fn text(context: &Path, path: &Path) -> Result<String> {
    let unreadable = |source| Error::Read { path: path.to_owned(), source };
    let folder = path.parent().unwrap_or(context);
    let root = root_of(if folder.starts_with(context) { context } else { folder });
    let bytes = file::bytes(&root, path, file::LARGEST_FILE).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|_| unreadable(std::io::Error::other("the text is not UTF-8")))
}
