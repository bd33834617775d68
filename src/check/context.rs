//! The build context: the files that a `COPY` can see, on disk and about to be written.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::dockerfile::clean;
use crate::repo::{Skipped, below, file, is_left_out};
use crate::shell::makefile::targets;

/// More files than this are not listed: what a rule says of a listing is then silent, never wrong.
const MOST_FILES: usize = 300_000;

/// Larger files are not read.
const LARGEST_READ: u64 = 4 * 1024 * 1024;

/// The names of the file that `make` reads.
const MAKEFILES: &[&str] = &["GNUmakefile", "makefile", "Makefile"];

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// The build context: a folder that is looked at only where a rule asks, and texts that lie over it.
#[derive(Debug, Default)]
pub struct Context {
    root: Option<PathBuf>,
    is_unknown: bool,
    is_guessed: bool,
    overlay: BTreeMap<String, String>,
    files: OnceCell<Vec<String>>,
}

impl Context {
    /// A folder on disk.
    pub fn folder(root: &Path) -> Self {
        Self { root: Some(root.to_owned()), ..Self::default() }
    }

    /// No folder: only what [`Context::with`] adds.
    pub fn memory() -> Self {
        Self::default()
    }

    /// A folder of which nothing is known: there is the Dockerfile alone.
    pub fn unknown() -> Self {
        Self { is_unknown: true, ..Self::default() }
    }

    /// The same folder, of which nothing but its nearness says that it is the build context.
    #[must_use]
    pub fn guessed(mut self, is_guessed: bool) -> Self {
        self.is_guessed = is_guessed;
        self
    }

    /// Whether it may be another folder that the image is built from.
    pub fn is_guessed(&self) -> bool {
        self.is_guessed
    }

    /// Whether nothing is known of what it holds.
    pub fn is_unknown(&self) -> bool {
        self.is_unknown
    }

    /// A file that lies over what is on disk.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.overlay.insert(path.into(), text.into());
        self
    }

    /// The names of the files, where they are known already: sorted, relative to the root of the context.
    #[must_use]
    pub fn with_files(self, files: Vec<String>) -> Self {
        let _ = self.files.set(files);
        self
    }

    /// What stands at a path; nothing where there is nothing, or only a link that leaves the context.
    pub fn entry(&self, path: &str) -> Option<Entry> {
        if path.is_empty() || path == "." {
            return Some(Entry::Folder);
        }
        if self.overlay.contains_key(path) {
            return Some(Entry::File);
        }
        let below = format!("{path}/");
        if self.overlay.range(below.clone()..).next().is_some_and(|(name, _)| name.starts_with(&below)) {
            return Some(Entry::Folder);
        }
        let root = self.root.as_ref()?;
        let data = std::fs::symlink_metadata(root.join(path)).ok()?;
        let data = if data.is_symlink() {
            let target = root.join(path).canonicalize().ok()?;
            if !target.starts_with(root.canonicalize().ok()?) {
                return None;
            }
            std::fs::metadata(target).ok()?
        } else {
            data
        };
        Some(if data.is_dir() { Entry::Folder } else { Entry::File })
    }

    /// Whether a source of a `COPY` is not there and something makes it before the image is built: version control leaves it out, or
    /// a Makefile has a rule for it.
    pub fn is_made_before(&self, source: &str) -> bool {
        let path = clean(&format!("/{source}"));
        let path = path.trim_start_matches('/');
        let is_left_out = || self.root.as_deref().is_some_and(|root| is_left_out(root, path));
        let makes = |text: &str| targets(text).any(|target| target.trim_start_matches("./") == path);
        let has_rule = || MAKEFILES.iter().filter_map(|name| self.read(name)).any(|text| makes(&text));
        self.entry(path).is_none() && (is_left_out() || has_rule())
    }

    /// The text of a file, where there is one that can be read as text.
    pub fn read(&self, path: &str) -> Option<String> {
        if let Some(text) = self.overlay.get(path) {
            return Some(text.clone());
        }
        let bytes = file::bytes(self.root.as_ref()?, Path::new(path), LARGEST_READ).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }

    /// Every file on disk, sorted; the ones that lie over it come from [`Context::files`].
    fn listed(&self) -> &[String] {
        self.files.get_or_init(|| self.root.as_deref().map(walk).unwrap_or_default())
    }

    /// Every file, those that lie over the folder first; each once.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let over = self.overlay.keys().map(String::as_str);
        over.chain(self.listed().iter().map(String::as_str).filter(|path| !self.overlay.contains_key(*path)))
    }

    /// The files at or below a folder; the root is `.` or empty.
    pub fn files_under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        let all = folder.is_empty() || folder == ".";
        self.files().filter(move |path| {
            all || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// The files with this name, anywhere.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.files().filter(move |path| path.rsplit('/').next() == Some(name))
    }
}

/// The sorted names of the files below a folder; version control and installed packages are not looked into.
fn walk(root: &Path) -> Vec<String> {
    let walk = below(root, Skipped::Installed).build();
    let mut files: Vec<String> = walk
        .flatten()
        .filter(|entry| entry.file_type().is_some_and(|kind| !kind.is_dir()))
        .filter_map(|entry| Some(entry.path().strip_prefix(root).ok()?.to_str()?.replace('\\', "/")))
        .take(MOST_FILES)
        .collect();
    files.sort_unstable();
    files
}
