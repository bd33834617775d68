//! What there is to check: read from disk, or made a moment ago and not written yet.

use std::path::{Path, PathBuf};

use crate::check::{Context, Finding, Input, Settings, check};
use crate::dockerfile::{Body, Dockerfile, Variable, expand, is_remote};
use crate::error::{Error, Result};
use crate::path::relative_to;
use crate::render::Artifacts;
use crate::repo::{Repo, Root, Skipped, below, file};

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
    /// What the project wants of the rules.
    pub settings: Settings,
}

impl Checkable {
    /// Reads a Dockerfile, and the ignore file that Docker would use with it; paths are named as they are given.
    ///
    /// # Errors
    /// [`Error::Read`] when the Dockerfile, or an ignore file that exists, can't be read.
    pub fn read(context: &Path, dockerfile: &Path) -> Result<Self> {
        let mut beside = dockerfile.as_os_str().to_owned();
        beside.push(".dockerignore");
        let candidates: [PathBuf; 2] = [beside.into(), context.join(".dockerignore")];
        let ignore = ignore_file(context, &candidates)?;
        Ok(Self {
            path: shown(dockerfile),
            dockerfile: text(context, dockerfile)?,
            ignore,
            context: Context::folder(context),
            settings: Settings::default(),
        })
    }

    /// Reads a Dockerfile whose build context nobody named: its own folder, or the one above it, up to `above`, that has more of
    /// what is copied.
    ///
    /// # Errors
    /// As [`Checkable::read`].
    pub fn read_alone(dockerfile: &Path, above: &Path) -> Result<Self> {
        let own = file::folder_of(dockerfile);
        let file = Dockerfile::parse(&text(own, dockerfile)?);
        let copies = file.instructions().iter().filter(|it| it.flag("from").is_none());
        let sources: Vec<String> = copies
            .filter_map(|it| match &it.body {
                Body::Copy(copy) | Body::Add(copy) => Some(copy),
                _ => None,
            })
            .flat_map(|copy| &copy.sources)
            .filter_map(|source| expand(&source.value, '\\', &of_platform))
            .map(|source| source.trim_start_matches('/').to_owned())
            .filter(|source| !is_remote(source) && !source.contains(['*', '?', '[', '<']))
            .collect();
        let held = |folder: &Path| sources.iter().filter(|source| folder.join(source).exists()).count();
        // The nearest folder that has most of it; none above the repository is looked at.
        let full = own.canonicalize().unwrap_or_else(|_| own.to_owned());
        let named = above.canonicalize().ok().filter(|above| full.starts_with(above));
        let top = named.clone().unwrap_or_else(|| Root::of(&full).folder);
        let mut best = (held(own), own.to_owned());
        for folder in full.ancestors().skip(1).take_while(|folder| folder.starts_with(&top)) {
            let count = held(folder);
            if count > best.0 {
                // files are named as the folder was that is gone through
                let inside = named.as_ref().and_then(|named| folder.strip_prefix(named).ok());
                best = (count, inside.map_or_else(|| folder.to_owned(), |inside| above.join(inside)));
            }
        }
        let (count, context) = best;
        let mut checkable = Self::read(&context, dockerfile)?;
        // a folder that has less than half of it may be another one than the image is built from
        checkable.context = checkable.context.guessed(count * 2 < sources.len());
        Ok(checkable)
    }

    /// A Dockerfile of which there is nothing but its text.
    pub fn of_text(path: &str, dockerfile: String) -> Self {
        Self {
            path: path.to_owned(),
            dockerfile,
            ignore: None,
            context: Context::unknown(),
            settings: Settings::default(),
        }
    }

    /// A Dockerfile that is part of another file, with its build context and the ignore file there.
    ///
    /// # Errors
    /// [`Error::Read`] when an ignore file that exists can't be read.
    pub fn of_build(path: &str, dockerfile: String, context: &Path) -> Result<Self> {
        let ignore = ignore_file(context, &[context.join(".dockerignore")])?;
        let context = Context::folder(context);
        Ok(Self { path: path.to_owned(), dockerfile, ignore, context, settings: Settings::default() })
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
            settings: Settings::default(),
        }
    }

    /// Checks it by every rule that the project wants.
    pub fn check(&self) -> Vec<Finding> {
        check(&Input {
            path: &self.path,
            dockerfile: &self.dockerfile,
            ignore: self.ignore.as_ref().map(|(path, text)| (path.as_str(), text.as_str())),
            context: &self.context,
            settings: &self.settings,
        })
    }

    /// The texts that findings point into, by their paths.
    pub fn texts(&self) -> Vec<(&str, &str)> {
        let ignore = self.ignore.as_ref().map(|(path, text)| (path.as_str(), text.as_str()));
        std::iter::once((self.path.as_str(), self.dockerfile.as_str())).chain(ignore).collect()
    }
}

/// What BuildKit sets by itself for the platform that most images are built for; of other variables nothing is known.
fn of_platform(name: &str) -> Variable {
    match name {
        "TARGETPLATFORM" | "BUILDPLATFORM" => Variable::Set("linux/amd64".to_owned()),
        "TARGETOS" | "BUILDOS" => Variable::Set("linux".to_owned()),
        "TARGETARCH" | "BUILDARCH" => Variable::Set("amd64".to_owned()),
        _ => Variable::Unknown,
    }
}

/// The first of some ignore files that is there: its path and its text.
fn ignore_file(context: &Path, candidates: &[PathBuf]) -> Result<Option<(String, String)>> {
    let found = candidates.iter().find(|path| std::fs::symlink_metadata(path).is_ok());
    found.map(|path| Ok((shown(path), text(context, path)?))).transpose()
}

/// Checks what was rendered against the repository, before anything is written.
pub fn check_artifacts(repo: &Repo, artifacts: &Artifacts) -> Vec<Finding> {
    Checkable::of(repo, artifacts).check()
}

/// The Dockerfiles below a folder, sorted; what version control ignores is left out.
pub fn dockerfiles_below(folder: &Path) -> Vec<PathBuf> {
    let mut walk = below(folder, Skipped::Installed);
    let walk = walk.standard_filters(true).hidden(false).require_git(false).build();
    let is_file =
        |path: &PathBuf| path.is_file() && path.file_name().and_then(|name| name.to_str()).is_some_and(is_dockerfile);
    let mut found: Vec<PathBuf> = walk.flatten().map(ignore::DirEntry::into_path).filter(is_file).collect();
    found.sort();
    found
}

/// Whether a file of this name is a Dockerfile: `Dockerfile`, `Dockerfile.name`, `name.Dockerfile`, and `Containerfile` alike.
fn is_dockerfile(name: &str) -> bool {
    let kinds = ["dockerfile", "containerfile"];
    let lower = name.to_ascii_lowercase();
    let (stem, ending) = lower.rsplit_once('.').unwrap_or((&lower, ""));
    kinds.contains(&lower.as_str())
        || kinds.contains(&ending) && !stem.is_empty()
        || lower.split_once('.').is_some_and(|(stem, rest)| {
            kinds.contains(&stem) && !SOURCES.contains(&rest.rsplit('.').next().unwrap_or(rest))
        })
}

/// Endings of files that are about Dockerfiles and are none.
const SOURCES: &[&str] = &[
    "dockerignore",
    "go",
    "js",
    "cjs",
    "mjs",
    "ts",
    "tsx",
    "jsx",
    "py",
    "rs",
    "java",
    "kt",
    "rb",
    "php",
    "md",
    "txt",
    "html",
    "json",
    "yaml",
    "yml",
    "toml",
    "j2",
    "tmpl",
    "tpl",
    "template",
    "mustache",
    "hbs",
    "erb",
    "in",
    "orig",
    "bak",
    "swp",
    "lock",
    "sh",
    "snap",
];

/// The text of a Dockerfile or ignore file: inside the repository that it lies in, or the build context. Bytes that are no UTF-8 are
/// replaced, as BuildKit does it.
fn text(context: &Path, path: &Path) -> Result<String> {
    let shown = path;
    let unreadable = |source| Error::Read { path: shown.to_owned(), source };
    let folder = file::folder_of(path);
    let folder = if folder.starts_with(context) { context } else { folder };
    let root = Root::of(&folder.canonicalize().map_err(unreadable)?).folder;
    let path = path.canonicalize().map_err(unreadable)?;
    let bytes = file::bytes(&root, &path, file::LARGEST_FILE).map_err(unreadable)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A path as findings name it.
fn shown(path: &Path) -> String {
    let shown = path.to_string_lossy().replace('\\', "/");
    shown.strip_prefix("./").map(str::to_owned).unwrap_or(shown)
}
