//! `Cargo.toml`: packages, workspaces and binary targets, by Cargo's own rules.

use serde_json::Value;

use crate::error::Result;
use crate::languages::{Evidence, Fact};
use crate::repo::{Manifest, Repo, file_name, join, parent};

/// A Cargo manifest with its folder.
#[derive(Debug, Clone)]
pub struct Cargo {
    /// The folder, from the root of the repository.
    pub folder: String,
    /// The manifest.
    pub manifest: Manifest,
}

/// A binary target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binary {
    /// The name of the program.
    pub name: String,
    /// Its main file, from the root of the repository.
    pub path: String,
    /// The features that it needs beyond the default ones.
    pub features: Vec<String>,
    /// The line or file that says so.
    pub evidence: Evidence,
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

    /// Whether the workspace takes in a folder: by its globs, or as a path dependency of its root package.
    pub fn takes_in(&self, folder: &str) -> bool {
        let skip = if self.folder.is_empty() { 0 } else { self.folder.len() + 1 };
        if folder == self.folder {
            return true;
        }
        let Some(place) = folder.get(skip..).filter(|_| folder.starts_with(&self.folder)) else {
            return false;
        };
        let excluded = self.manifest.strings(&["workspace", "exclude"]);
        if excluded.iter().any(|out| place == *out || place.starts_with(&format!("{}/", out.trim_end_matches('/')))) {
            return false;
        }
        self.manifest
            .strings(&["workspace", "members"])
            .iter()
            .any(|glob| matches(glob.trim_start_matches("./").trim_end_matches('/'), place))
            || self.path_dependencies().iter().any(|path| join(&self.folder, path) == folder)
    }

    /// The folders that `default-members` names, from the root of the repository.
    pub fn default_members(&self) -> Vec<String> {
        let list = self.manifest.strings(&["workspace", "default-members"]);
        list.iter().map(|place| join(&self.folder, place.trim_start_matches("./"))).collect()
    }

    /// The folders of its path dependencies, from the root of the repository.
    pub fn path_dependency_folders(&self) -> Vec<String> {
        self.path_dependencies().iter().map(|path| join(&self.folder, path)).collect()
    }

    fn path_dependencies(&self) -> Vec<String> {
        let tables = ["dependencies", "build-dependencies", "dev-dependencies"];
        let all = tables.iter().filter_map(|table| self.manifest.get(&[table])?.as_object());
        all.flat_map(|table| table.values())
            .filter_map(|value| value.get("path")?.as_str().map(str::to_owned))
            .collect()
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

    /// The names of all dependencies but those of tests, as the registry knows them.
    pub fn dependencies(&self) -> Vec<String> {
        let tables = ["dependencies", "build-dependencies"];
        let all = tables.iter().filter_map(|table| self.manifest.get(&[table])?.as_object());
        all.flat_map(|table| {
            table.iter().map(|(name, value)| value.get("package").and_then(Value::as_str).unwrap_or(name).to_owned())
        })
        .collect()
    }

    /// The line of a dependency.
    pub fn dependency(&self, name: &str) -> Option<Evidence> {
        ["dependencies", "build-dependencies"]
            .iter()
            .find(|table| self.manifest.get(&[table, name]).is_some())
            .map(|table| self.manifest.evidence(&[table, name]))
    }

    /// The binary targets: those of the manifest, then those that files stand for.
    pub fn binaries(&self, repo: &Repo) -> Vec<Binary> {
        let Some(name) = self.name() else { return Vec::new() };
        let mut found: Vec<Binary> = self.stated_binaries(repo);
        if self.manifest.get(&["package", "autobins"]) != Some(&Value::Bool(false)) {
            for (program, path) in self.automatic_binaries(repo, &name.value) {
                if !found.iter().any(|binary| binary.path == path || binary.name == program) {
                    found.push(Binary { name: program, evidence: Evidence::file(&path), path, features: Vec::new() });
                }
            }
        }
        found
    }

    fn stated_binaries(&self, repo: &Repo) -> Vec<Binary> {
        let list = self.manifest.get(&["bin"]).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let stated = list.iter().filter_map(|entry| {
            let name = entry.get("name")?.as_str()?.to_owned();
            let usual = || {
                let own = [format!("src/bin/{name}.rs"), format!("src/bin/{name}/main.rs")]
                    .map(|path| join(&self.folder, &path));
                own.into_iter().find(|path| repo.has(path)).unwrap_or_else(|| join(&self.folder, "src/main.rs"))
            };
            let path = entry.get("path").and_then(Value::as_str).map_or_else(usual, |path| join(&self.folder, path));
            let features =
                entry.get("required-features").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let features = features.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            let evidence = self
                .manifest
                .document()
                .find_line(|line| line.starts_with("name") && line.contains(&format!("\"{name}\"")));
            Some(Binary {
                evidence: evidence.unwrap_or_else(|| Evidence::file(self.manifest.path())),
                name,
                path,
                features,
            })
        });
        stated.filter(|binary| repo.has(&binary.path)).collect()
    }

    fn automatic_binaries(&self, repo: &Repo, package: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let main = join(&self.folder, "src/main.rs");
        if repo.has(&main) {
            found.push((package.to_owned(), main));
        }
        let folder = join(&self.folder, "src/bin");
        for path in repo.files_under(&folder) {
            let place = &path[folder.len() + 1..];
            match place.split_once('/') {
                None => {
                    if let Some(stem) = place.strip_suffix(".rs") {
                        found.push((stem.to_owned(), path.to_owned()));
                    }
                }
                Some((program, "main.rs")) => found.push((program.to_owned(), path.to_owned())),
                Some(_) => {}
            }
        }
        found
    }
}

/// The root of the workspace that a package belongs to: itself, where none takes it in.
pub fn workspace_of<'a>(all: &'a [Cargo], package: &'a Cargo) -> &'a Cargo {
    if package.is_workspace() {
        return package;
    }
    if let Some(place) = package.manifest.text(&["package", "workspace"]) {
        let folder = join(&package.folder, &place.value);
        if let Some(root) = all.iter().find(|other| other.folder == folder) {
            return root;
        }
    }
    let mut folder = package.folder.as_str();
    while !folder.is_empty() {
        folder = parent(folder);
        if let Some(root) =
            all.iter().find(|other| other.folder == folder && other.is_workspace() && other.takes_in(&package.folder))
        {
            return root;
        }
    }
    package
}

/// Cargo's globs: `*` and `?` within one folder name.
fn matches(glob: &str, place: &str) -> bool {
    let globs: Vec<&str> = glob.split('/').collect();
    let parts: Vec<&str> = place.split('/').collect();
    globs.len() == parts.len() && globs.iter().zip(&parts).all(|(glob, part)| matches_name(glob, part))
        || glob == "." && place.is_empty()
}

fn matches_name(glob: &str, name: &str) -> bool {
    match glob.split_once('*') {
        None => glob == name,
        Some((before, after)) => name.strip_prefix(before).is_some_and(|rest| {
            (0..=rest.len()).any(|skip| rest.is_char_boundary(skip) && matches_name(after, &rest[skip..]))
        }),
    }
}

/// The name that a folder gives.
pub fn folder_name(folder: &str) -> &str {
    if folder.is_empty() { "app" } else { file_name(folder) }
}
