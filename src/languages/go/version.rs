//! The version of Go that a project's version manager is told to use.

use crate::evidence::Fact;
use crate::path::{join, parent};
use crate::plan::version::of_tool;
use crate::repo::Repo;

/// A version of the language: `1.26` and whatever follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32);

impl Version {
    /// From `1.26`, `1.26.3`, `1.26rc1`, `go1.26`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches("go").trim_start_matches('v');
        let mut parts = text.split('.');
        let digits = |part: &str| -> Option<u32> {
            let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            part[..end].parse().ok()
        };
        Some(Self(digits(parts.next()?)?, parts.next().map_or(Some(0), digits)?))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.0, self.1)
    }
}

/// The nearest pin at or above `folder`.
pub fn pinned(repo: &Repo, folder: &str) -> Option<Fact<Version>> {
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
    of_tool(repo, folder, &["golang", "go"]).into_iter().find_map(|stated| {
        let version = Version::parse(&stated.value)?;
        Some(stated.map(|_| version))
    })
}
