//! Where the user stands: paths are shown as they can be typed there.

use std::path::{Component, Path, PathBuf};

use crate::error::Error;
use crate::evidence::Evidence;
use crate::path::relative_to;
use crate::repo::Repo;

/// How a path of the repository is seen.
#[derive(Debug, Clone)]
pub enum Viewpoint {
    /// From a folder of it.
    Inside(String),
    /// From elsewhere, by the folder that the user named and where in the repository that is.
    Outside {
        /// As the user wrote it.
        named: PathBuf,
        /// From the root.
        folder: String,
    },
}

impl Viewpoint {
    /// The view of a process that names `named`, which is `folder` of the repository.
    pub fn new(repo: &Repo, named: &Path, folder: &str) -> Self {
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
        let place = here.as_deref().and_then(|here| here.strip_prefix(repo.root()).ok()?.to_str());
        match place {
            Some(place) => Self::Inside(place.replace('\\', "/")),
            None => Self::Outside { named: named.to_owned(), folder: folder.to_owned() },
        }
    }

    /// A path from the root of the repository, as the user can type it.
    pub fn show(&self, path: &str) -> String {
        match self {
            Self::Inside(place) => relative_to(path, place),
            Self::Outside { named, folder } => {
                let mut shown = named.clone();
                for part in Path::new(&relative_to(path, folder)).components() {
                    match part {
                        Component::ParentDir if shown.file_name().is_some() => {
                            shown.pop();
                        }
                        Component::CurDir => {}
                        part => shown.push(part),
                    }
                }
                shown.to_string_lossy().into_owned()
            }
        }
    }

    /// A line of a file.
    pub fn evidence(&self, evidence: &Evidence) -> Evidence {
        Evidence { path: self.show(&evidence.path), ..evidence.clone() }
    }

    /// An error of the repository.
    pub fn error(&self, error: Error) -> Error {
        match error {
            Error::WouldOverwrite { files, diff } => {
                Error::WouldOverwrite { files: files.iter().map(|file| self.show(file)).collect(), diff }
            }
            Error::Manifest { path, line, column, message, hint } => {
                Error::Manifest { path: self.show(&path), line, column, message, hint }
            }
            Error::Unsupported { message, evidence, hint } => {
                Error::Unsupported { message, evidence: evidence.map(|evidence| self.evidence(&evidence)), hint }
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Viewpoint;

    #[test]
    fn paths_are_what_can_be_typed() {
        let inside = Viewpoint::Inside("apps/web".into());
        assert_eq!(inside.show("apps/web/Dockerfile"), "Dockerfile");
        assert_eq!(inside.show(""), "../..");
        let outside = |named: &str| Viewpoint::Outside { named: named.into(), folder: "apps/web".into() };
        assert_eq!(outside("/home/x/apps/web").show("apps/web/Dockerfile"), "/home/x/apps/web/Dockerfile");
        assert_eq!(outside("/home/x/apps/web").show("package.json"), "/home/x/package.json");
        assert_eq!(outside("../x/apps/web").show(""), "../x");
        assert_eq!(outside("..").show("package.json"), "../../../package.json");
    }
}
