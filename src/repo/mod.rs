//! The repository, seen read-only: confined to its root, bounded, without following links that leave it.

mod document;
pub mod file;
mod manifest;
mod member_glob;
mod place;
mod root;
mod submodule;
mod toml;
mod walk;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub use document::{Document, position};
pub use manifest::Manifest;
pub use member_glob::names_member;
pub use root::Root;
pub use walk::{Skipped, below, is_left_out};

use crate::error::{Error, Result};
use crate::path::{is_inside, join, parent};

/// A repository: its root folder and the sorted names of its files.
///
/// Paths are relative to the root, with `/` between folders; the root itself is the empty string.
#[derive(Debug)]
pub struct Repo {
    root: PathBuf,
    files: Vec<String>,
    folders: BTreeSet<String>,
    scope: String,
    workspace: Option<&'static str>,
    /// Files and folders by their paths in small letters, made when they are first asked for.
    in_small: OnceLock<HashMap<String, String>>,
}

impl Repo {
    /// Reads the names of all files of the repository that `path` lies in, and where in it `path` is.
    ///
    /// The root is the nearest folder above with a `.git`, else the root of the workspace that `path` is a member of, else
    /// `path` itself. Version control, installed dependencies and caches are left out.
    ///
    /// # Errors
    /// [`Error::Read`] when `path` is no readable folder.
    pub fn open(path: &Path) -> Result<(Self, String)> {
        let unreadable = |source| Error::Read { path: path.to_owned(), source };
        let folder = path.canonicalize().map_err(unreadable)?;
        std::fs::read_dir(&folder).map_err(unreadable)?;
        let Root { folder: root, workspace } = Root::of(&folder);
        let inside = walk::relative(&folder, &root).unwrap_or_default();
        let files = walk::files(&root);
        let mut folders = BTreeSet::from([String::new()]);
        let mut last = "";
        for file in &files {
            let mut folder = parent(file);
            if std::mem::replace(&mut last, folder) == folder {
                continue;
            }
            while !folders.contains(folder) {
                folders.insert(folder.to_owned());
                folder = parent(folder);
            }
        }
        Ok((Self { root, files, folders, scope: inside.clone(), workspace, in_small: OnceLock::new() }, inside))
    }

    /// Whether a folder lies at or below the one that the user named: only there are applications looked for.
    pub fn is_asked_for(&self, folder: &str) -> bool {
        is_inside(folder, &self.scope)
    }

    /// Whether the folder that the user named lies at or below this one.
    pub fn is_asked_in(&self, folder: &str) -> bool {
        is_inside(&self.scope, folder)
    }

    /// The manifest at the root that makes it the root, where no `.git` tells where the repository starts: its workspace names the
    /// folder that the user named, or one above it, as a member.
    pub fn workspace_above(&self) -> Option<&'static str> {
        self.workspace
    }

    /// The root folder on disk.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All files, sorted.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// The files at or below `folder`, sorted, as paths from the root of the repository.
    pub fn files_under(&self, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let start = self.files.partition_point(|file| file.as_str() < prefix.as_str());
        self.files[start..].iter().map(String::as_str).take_while(move |file| file.starts_with(&prefix))
    }

    /// The files directly in `folder`, as names without the folder; what lies in the folders below is passed over.
    pub fn names_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut at = self.files.partition_point(|file| file.as_str() < prefix.as_str());
        std::iter::from_fn(move || {
            loop {
                let name = self.files.get(at)?.strip_prefix(&prefix)?;
                let Some((below, _)) = name.split_once('/') else {
                    at += 1;
                    return Some(name);
                };
                let inside = &self.files[at][..=prefix.len() + below.len()];
                at += self.files[at..].partition_point(|file| file.starts_with(inside));
            }
        })
    }

    /// Those of them that begin with `start`, without a look at the others.
    pub fn names_beginning<'a>(&'a self, folder: &'a str, start: &str) -> impl Iterator<Item = &'a str> {
        let skip = if folder.is_empty() { 0 } else { folder.len() + 1 };
        let prefix = if folder.is_empty() { start.to_owned() } else { format!("{folder}/{start}") };
        let first = self.files.partition_point(|file| file.as_str() < prefix.as_str());
        let files = self.files[first..].iter().take_while(move |file| file.starts_with(&prefix));
        files.map(move |file| &file[skip..]).filter(|name| !name.contains('/'))
    }

    /// Whether this file exists.
    pub fn has(&self, path: &str) -> bool {
        self.files.binary_search_by(|file| file.as_str().cmp(path)).is_ok()
    }

    /// Whether this folder exists and holds a file.
    pub fn has_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }

    /// Where `cd target` leads from `place`, both below `folder`. An absolute path is one of the image that a script was written
    /// for: its end is the folder of that name, else it is `folder` itself.
    pub fn entered(&self, folder: &str, place: &str, target: &str) -> String {
        let Some(inside) = target.strip_prefix('/') else { return join(place, target) };
        let parts: Vec<&str> = inside.split('/').filter(|part| !part.is_empty()).collect();
        let ends = (0..parts.len()).map(|from| parts[from..].join("/"));
        ends.into_iter().find(|end| self.has_folder(&join(folder, end))).unwrap_or_default()
    }

    /// The text of a file.
    ///
    /// # Errors
    /// When it is absent, unreadable, too large, or not UTF-8.
    pub fn read(&self, path: &str) -> Result<Document> {
        document::read(&self.root, path)
    }

    /// The text of a file, or nothing where there is no such file, or none that can be read as text.
    pub fn read_optional(&self, path: &str) -> Option<Document> {
        if self.has(path) { self.read(path).ok() } else { None }
    }

    /// The bytes of a file that is no text, or nothing where there is no such file, or none that can be read.
    pub fn read_bytes(&self, path: &str) -> Option<Vec<u8>> {
        if self.has(path) { file::bytes(&self.root, Path::new(path), file::largest(path)).ok() } else { None }
    }

    /// The file or folder that a path means but for the case of its letters; nothing where it is there as it is written.
    pub fn in_other_case(&self, path: &str) -> Option<&str> {
        if self.has(path) || self.has_folder(path) {
            return None;
        }
        let in_small = self.in_small.get_or_init(|| {
            let mut names = HashMap::new();
            for name in self.files.iter().chain(&self.folders) {
                names.entry(name.to_lowercase()).or_insert_with(|| name.clone());
            }
            names
        });
        in_small.get(&path.to_lowercase()).map(String::as_str)
    }

    /// The text of a file that need not be there: what is there and can't be read is an error, never nothing.
    ///
    /// # Errors
    /// As [`Repo::read`]; a link that leads nowhere is one of them.
    pub fn read_existing(&self, path: &str) -> Result<Option<Document>> {
        match std::fs::symlink_metadata(self.root.join(path)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::Read { path: path.into(), source }),
            Ok(_) => self.read(path).map(Some),
        }
    }

    /// Reads a file in whatever encoding it has, as tools of Python do: UTF-16 by its mark, Latin-1 by a comment, else UTF-8.
    ///
    /// # Errors
    /// When it can't be read, or is in another encoding.
    pub fn read_encoded(&self, path: &str) -> Result<Document> {
        document::read_encoded(&self.root, path)
    }

    /// The text of a file of settings as Java reads it: Latin-1 where it is not UTF-8. Nothing where there is no such file, or none that
    /// can be read.
    pub fn read_latin(&self, path: &str) -> Option<Document> {
        if self.has(path) { document::read_latin(&self.root, path).ok() } else { None }
    }

    /// Whether a file can be executed.
    pub fn is_executable(&self, path: &str) -> bool {
        walk::is_executable(&self.root.join(path))
    }
}
