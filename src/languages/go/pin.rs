//! The version of Go that a project's version manager is told to use.

use crate::evidence::Fact;
use crate::languages::go::modfile::Version;
use crate::path::{join, parent};
use crate::repo::Repo;

/// The nearest pin at or above `folder`.
pub fn version(repo: &Repo, folder: &str) -> Option<Fact<Version>> {
    let mut place = folder;
    loop {
        if let Some(found) = here(repo, place) {
            return Some(found);
        }
        if place.is_empty() || crate::catalog::is_side_folder(place) {
            return None;
        }
        place = parent(place);
    }
}

fn here(repo: &Repo, folder: &str) -> Option<Fact<Version>> {
    for name in [".go-version", "GO_VERSION"] {
        let pinned = repo.read_optional(&join(folder, name)).and_then(|document| {
            let version = Version::parse(document.text().lines().next()?)?;
            Some(Fact::new(version, document.evidence_line(1)))
        });
        if pinned.is_some() {
            return pinned;
        }
    }
    let tools = repo.read_optional(&join(folder, ".tool-versions")).and_then(|document| {
        let evidence = document.find_line(|line| line.starts_with("golang ") || line.starts_with("go "))?;
        let version = Version::parse(evidence.quote.split_whitespace().nth(1)?)?;
        Some(Fact::new(version, evidence))
    });
    tools.or_else(|| {
        [".mise.toml", "mise.toml"].iter().find_map(|name| {
            let manifest = repo.read_optional(&join(folder, name))?.toml().ok()?;
            let stated = manifest.text(&["tools", "go"])?;
            let version = Version::parse(&stated.value)?;
            Some(stated.map(|_| version))
        })
    })
}
