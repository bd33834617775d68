//! `package.json`: what a package says of itself.

use serde_json::Value;

use crate::error::Result;
use crate::evidence::{Evidence, Fact};
use crate::path::join;
use crate::repo::{Manifest, Repo};

/// A package with its folder.
#[derive(Debug, Clone)]
pub struct Package {
    /// The folder, from the root of the repository.
    pub folder: String,
    /// Its manifest.
    pub manifest: Manifest,
}

/// The tables of what is installed.
const DEPENDENCIES: [&str; 3] = ["dependencies", "devDependencies", "optionalDependencies"];

impl Package {
    /// Reads the `package.json` of a folder.
    pub fn read(repo: &Repo, folder: &str) -> Result<Self> {
        let manifest = repo.read(&join(folder, "package.json"))?.json()?;
        if !manifest.value().is_object() {
            return Err(manifest.error(&[], "an object"));
        }
        Ok(Self { folder: folder.to_owned(), manifest })
    }

    /// The name; the folder's where it has none.
    pub fn name(&self) -> String {
        let folder = crate::path::file_name(&self.folder);
        self.manifest
            .text(&["name"])
            .map(|fact| fact.value)
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| if folder.is_empty() { "app".into() } else { folder.into() })
    }

    /// The name and the address of its repository, where it states them.
    pub fn identity(&self) -> String {
        let Some(name) = self.manifest.text(&["name"]).filter(|name| !name.value.trim().is_empty()) else {
            return String::new();
        };
        let address = self.manifest.text(&["repository"]).or_else(|| self.manifest.text(&["repository", "url"]));
        [name.value, address.map(|fact| fact.value).unwrap_or_default()].join("\0")
    }

    /// The path of the manifest.
    pub fn path(&self) -> &str {
        self.manifest.path()
    }

    /// A script that has something to run.
    pub fn script(&self, name: &str) -> Option<Fact<String>> {
        self.manifest.text(&["scripts", name]).filter(|script| !script.value.trim().is_empty())
    }

    /// Whether the package depends on another, in production or development.
    pub fn depends_on(&self, name: &str) -> bool {
        self.range(name).is_some()
    }

    /// The version range of a dependency.
    pub fn range(&self, name: &str) -> Option<&str> {
        DEPENDENCIES.iter().find_map(|kind| self.manifest.get(&[kind, name])?.as_str())
    }

    /// The version range of a dependency, with its line.
    pub fn dependency(&self, name: &str) -> Option<Fact<String>> {
        DEPENDENCIES.iter().find_map(|kind| self.manifest.text(&[kind, name]))
    }

    /// The version range of a dependency that is there in production.
    pub fn production_dependency(&self, name: &str) -> Option<Fact<String>> {
        ["dependencies", "optionalDependencies"].iter().find_map(|kind| self.manifest.text(&[kind, name]))
    }

    /// The names of all dependencies.
    pub fn dependencies(&self) -> Vec<&str> {
        DEPENDENCIES.iter().chain(&["peerDependencies"]).flat_map(|kind| self.manifest.names(&[kind])).collect()
    }

    /// Every range that it states: of its dependencies, and of what it puts in the place of others' (`overrides`, `resolutions`).
    pub fn ranges(&self) -> Vec<&str> {
        let own = DEPENDENCIES.iter().flat_map(|kind| self.manifest.names(&[kind])).filter_map(|name| self.range(name));
        let tables: [&[&str]; 3] = [&["overrides"], &["resolutions"], &["pnpm", "overrides"]];
        let replaced = tables.iter().filter_map(|keys| self.manifest.get(keys)).flat_map(texts);
        own.chain(replaced).collect()
    }

    /// The lowest major version that the range of a dependency allows, read from its first number.
    pub fn major_of(&self, name: &str) -> Option<u32> {
        let range = self.dependency(name)?.value;
        let digits: String =
            range.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    }

    /// The globs of the workspace members that this package lists.
    pub fn workspaces(&self) -> Vec<String> {
        let list = match self.manifest.get(&["workspaces"]) {
            Some(Value::Array(_)) => self.manifest.strings(&["workspaces"]),
            Some(Value::Object(_)) => self.manifest.strings(&["workspaces", "packages"]),
            _ => Vec::new(),
        };
        list.into_iter().map(str::to_owned).collect()
    }

    /// The programs that it installs: name and file.
    pub fn programs(&self) -> Vec<(String, Fact<String>)> {
        match self.manifest.get(&["bin"]) {
            Some(Value::String(_)) => {
                let name = self.name();
                let short = name.rsplit('/').next().unwrap_or(&name).to_owned();
                self.manifest.text(&["bin"]).map(|file| (short, file)).into_iter().collect()
            }
            Some(Value::Object(table)) => table
                .keys()
                .filter_map(|name| self.manifest.text(&["bin", name]).map(|file| (name.clone(), file)))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The line of a field.
    pub fn evidence(&self, keys: &[&str]) -> Evidence {
        self.manifest.evidence(keys)
    }
}

/// The texts of a value and of all that it holds.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Object(table) => table.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
