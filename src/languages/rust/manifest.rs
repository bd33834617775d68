//! `Cargo.toml`: what a package or workspace says of itself.

use serde_json::Value;

use crate::error::Result;
use crate::evidence::Fact;
use crate::path::{file_name, join};
use crate::repo::{Manifest, Repo};

/// A Cargo manifest with its folder.
#[derive(Debug, Clone)]
pub struct Cargo {
    /// The folder, from the root of the repository.
    pub folder: String,
    /// The manifest.
    pub manifest: Manifest,
}

impl Cargo {
    /// Reads the manifest of a folder.
    pub fn read(repo: &Repo, folder: &str) -> Result<Self> {
        let manifest = repo.read(&join(folder, "Cargo.toml"))?.toml()?;
        Ok(Self { folder: folder.to_owned(), manifest })
    }

    /// The package's name; nothing for a virtual workspace.
    pub fn name(&self) -> Option<Fact<String>> {
        self.manifest.text(&["package", "name"])
    }

    /// Whether it is the root of a workspace.
    pub fn is_workspace(&self) -> bool {
        self.manifest.get(&["workspace"]).is_some()
    }

    /// A field of the package, its own or inherited from the workspace.
    pub fn package_field(&self, workspace: &Self, name: &str) -> Option<Fact<String>> {
        match self.manifest.get(&["package", name])? {
            Value::Object(table) if table.get("workspace") == Some(&Value::Bool(true)) => {
                workspace.manifest.text(&["workspace", "package", name])
            }
            Value::String(_) => self.manifest.text(&["package", name]),
            _ => None,
        }
    }

    /// The features that are on unless somebody switches them off: `default`, and what it names in turn.
    pub fn default_features(&self) -> Vec<String> {
        let mut found = vec!["default".to_owned()];
        let mut next = 0;
        while let Some(name) = found.get(next) {
            let named = self.manifest.strings(&["features", name]);
            let new: Vec<String> =
                named.iter().map(|name| (*name).to_owned()).filter(|it| !found.contains(it)).collect();
            found.extend(new);
            next += 1;
        }
        found
    }
}

/// The name that a folder gives.
pub fn folder_name(folder: &str) -> &str {
    if folder.is_empty() { "app" } else { file_name(folder) }
}
