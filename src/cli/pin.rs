//! `dockgen pin`: digests beside the tags of a Dockerfile's images.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::json::VERSION;
use crate::cli::stream::{self, Style, Text};
use crate::dockerfile::{Dockerfile, images, with_images};
use crate::error::{Error, Result};
use crate::output;
use crate::registry::Registries;
use crate::repo::{Root, file};

/// Write the digests of images beside their tags
///
/// Asks the registry of each image in FROM, COPY --from and mounts which digest its tag has today, and writes that behind the tag.
/// Credentials are those of `docker login`. It is the only command that uses the network. `dockgen update` keeps the digests.
#[derive(Debug, Args)]
pub struct Pin {
    /// Dockerfiles, or folders that hold one
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Write nothing, end with status 1 where a digest is missing or another one than the tag's
    #[arg(long)]
    check: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// An image with the digest that it has, and the one that its tag has today.
struct Pinned {
    /// The reference without a digest.
    reference: String,
    written: Option<String>,
    current: String,
}

impl Pinned {
    fn state(&self) -> &'static str {
        match &self.written {
            None => "without a digest",
            Some(digest) if *digest == self.current => "current",
            Some(_) => "stale",
        }
    }
}

impl Pin {
    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Asks, and writes or tells.
    pub fn run(self) -> Result<()> {
        let folder = std::env::var_os("DOCKER_CONFIG").map(PathBuf::from);
        let folder = folder.or_else(|| std::env::home_dir().map(|home| home.join(".docker")));
        let registries = Registries::new(folder.as_deref());
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        let (mut files, mut changed) = (Vec::new(), Vec::new());
        for path in &self.paths {
            let path = if path.is_dir() { path.join("Dockerfile") } else { path.clone() };
            let unreadable = |source| Error::Read { path: path.clone(), source };
            let folder = file::folder_of(&path).canonicalize().map_err(unreadable)?;
            let full = path.canonicalize().map_err(unreadable)?;
            let text = file::text(&Root::of(&folder).folder, &full, &path)?;
            let found = pinned(&text, &registries, &mut known)?;
            let new = with_images(&text, |written| {
                let image = found.iter().find(|image| *written == with(&image.reference, image.written.as_ref()))?;
                Some(with(&image.reference, Some(&image.current)))
            });
            if new != text {
                changed.push((path.clone(), new));
            }
            files.push((path, found));
        }
        if !self.check {
            // only when every registry has answered
            for (path, text) in &changed {
                output::rewrite(path, text)?;
            }
        }
        self.tell(&files)?;
        let all = files.iter().flat_map(|(_, images)| images);
        let open = all.filter(|image| image.state() != "current").count();
        match open {
            0 => Ok(()),
            _ if !self.check => Ok(()),
            1 => Err(Error::Findings("one image has not the digest of its tag".into())),
            open => Err(Error::Findings(format!("{open} images have not the digest of their tag"))),
        }
    }

    fn tell(&self, files: &[(PathBuf, Vec<Pinned>)]) -> Result<()> {
        if self.json {
            let image = |it: &Pinned| {
                serde_json::json!({
                    "reference": it.reference, "written": it.written, "current": it.current, "state": it.state(),
                })
            };
            let file = |(path, images): &(PathBuf, Vec<Pinned>)| {
                let images: Vec<_> = images.iter().map(image).collect();
                serde_json::json!({ "path": path.display().to_string(), "images": images })
            };
            let files: Vec<_> = files.iter().map(file).collect();
            return stream::json(&serde_json::json!({ "version": VERSION, "files": files }));
        }
        let mut text = Text::new();
        for (path, images) in files {
            for image in images {
                let done = match (self.check, image.state()) {
                    (_, "current") => "current",
                    (true, state) => state,
                    (false, _) => "pinned",
                };
                text = text.with(Style::Done, done).plain(format!(" {}  ", image.reference));
                text = text.with(Style::Dim, format!("{}  {}", image.current, shown(path))).end();
            }
        }
        stream::answer(&text)
    }
}

fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

/// A reference with a digest.
fn with(reference: &str, digest: Option<&String>) -> String {
    digest.map_or_else(|| reference.to_owned(), |digest| format!("{reference}@{digest}"))
}

/// The images of a Dockerfile with what their registries say, each once; those that a variable is part of are left alone.
fn pinned(text: &str, registries: &Registries, known: &mut BTreeMap<String, String>) -> Result<Vec<Pinned>> {
    let mut found: Vec<Pinned> = Vec::new();
    for image in images(&Dockerfile::parse(text)) {
        let (reference, written) = match image.reference.split_once('@') {
            Some((reference, digest)) => (reference, Some(digest.to_owned())),
            None => (image.reference.as_str(), None),
        };
        let is_known = |it: &Pinned| it.reference == reference && it.written == written;
        if reference.contains('$') || found.iter().any(is_known) {
            continue;
        }
        let current = match known.get(reference) {
            Some(digest) => digest.clone(),
            None => registries.digest(reference)?,
        };
        known.insert(reference.to_owned(), current.clone());
        found.push(Pinned { reference: reference.to_owned(), written, current });
    }
    Ok(found)
}
