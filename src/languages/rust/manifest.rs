//! `Cargo.toml`: what a package or workspace says of itself, its dependencies and its binary targets.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::Result;
use crate::evidence::{Evidence, Fact};
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

/// The kinds of dependencies that a program is made from; those of tests are none.
const BUILT: &[&str] = &["dependencies", "build-dependencies"];

/// One entry of a table of dependencies.
struct Dependency<'a> {
    keys: Vec<&'a str>,
    name: &'a str,
    value: &'a Value,
}

impl Cargo {
    fn entries(&self, kinds: &[&'static str]) -> Vec<Dependency<'_>> {
        let mut tables: Vec<Vec<&str>> = kinds.iter().map(|kind| vec![*kind]).collect();
        for target in self.manifest.names(&["target"]) {
            tables.extend(kinds.iter().map(|kind| vec!["target", target, *kind]));
        }
        let mut found = Vec::new();
        for keys in tables {
            if let Some(table) = self.manifest.get(&keys).and_then(Value::as_object) {
                found.extend(table.iter().map(|(name, value)| Dependency { keys: keys.clone(), name, value }));
            }
        }
        found
    }

    /// The names of all dependencies but those of tests, as the registry knows them.
    pub fn dependencies(&self) -> Vec<String> {
        let all = self.entries(BUILT);
        all.iter().map(|it| it.value.get("package").and_then(Value::as_str).unwrap_or(it.name).to_owned()).collect()
    }

    /// The line of a dependency.
    pub fn dependency(&self, name: &str) -> Option<Evidence> {
        let all = self.entries(BUILT);
        let entry = all.iter().find(|it| it.name == name)?;
        let keys: Vec<&str> = entry.keys.iter().copied().chain([name]).collect();
        Some(self.manifest.evidence(&keys))
    }

    /// All dependencies but those of tests, `redis`, and the features that it asks of them: `sqlx/postgres`.
    pub fn all_enabled(&self, workspace: &Self) -> Vec<String> {
        let mut found = Vec::new();
        for entry in self.entries(BUILT) {
            let values = [Some(entry.value), inherited(&entry, workspace)].into_iter().flatten();
            let features = values.filter_map(|value| value.get("features")?.as_array()).flatten();
            found.extend(features.filter_map(Value::as_str).map(|feature| format!("{}/{feature}", entry.name)));
            found.push(entry.name.to_owned());
        }
        found
    }

    /// The line of a dependency, `redis`, or of one by which a feature of it is asked for: `sqlx/postgres`.
    pub fn enabled(&self, workspace: &Self, name: &str) -> Option<Evidence> {
        let Some((dependency, feature)) = name.split_once('/') else { return self.dependency(name) };
        let features = self.dependency_features(workspace, dependency);
        self.dependency(dependency).filter(|_| features.iter().any(|it| it == feature))
    }

    /// The versions that it asks for, by name: `("serde", "1.0")`.
    pub fn requirements(&self, workspace: &Self) -> Vec<(String, String)> {
        let all = self.entries(&["dependencies", "build-dependencies", "dev-dependencies"]);
        all.iter()
            .filter_map(|it| {
                let value = inherited(it, workspace)?;
                let text = value.as_str().or_else(|| value.get("version")?.as_str())?;
                let name = value.get("package").and_then(Value::as_str).unwrap_or(it.name);
                Some((name.to_owned(), text.to_owned()))
            })
            .collect()
    }

    /// Its own features: those of the table, and every optional dependency that none of them hides behind `dep:`.
    pub fn features(&self) -> BTreeSet<String> {
        let stated = self.manifest.names(&["features"]);
        let parts = stated.iter().flat_map(|name| self.manifest.strings(&["features", name]));
        let hidden: Vec<&str> = parts.filter_map(|part| part.strip_prefix("dep:")).collect();
        let optional =
            self.entries(BUILT).into_iter().filter(|it| it.value.get("optional") == Some(&Value::Bool(true)));
        let implied = optional.map(|it| it.name).filter(|name| !hidden.contains(name));
        stated.iter().copied().chain(implied).map(str::to_owned).collect()
    }

    /// The features that it asks of a dependency.
    pub fn dependency_features(&self, workspace: &Self, name: &str) -> Vec<String> {
        let own = self.entries(BUILT).into_iter().filter(|it| it.name == name);
        let values = own.flat_map(|it| [Some(it.value), inherited(&it, workspace)]).flatten();
        let lists = values.filter_map(|value| value.get("features")?.as_array());
        lists.flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The folders of its path dependencies, those of tests and those that stand in for others too, from the root of the repository.
    pub fn local_dependencies(&self, workspace: &Self) -> Vec<Fact<String>> {
        let own = self.folders(workspace, &["dependencies", "build-dependencies", "dev-dependencies"]);
        own.into_iter().chain(workspace.patches()).collect()
    }

    /// The folders of the packages that stand in for those of a registry: `[patch.crates-io]`.
    fn patches(&self) -> Vec<Fact<String>> {
        let tables = self.manifest.names(&["patch"]);
        let patches = tables.into_iter().flat_map(|table| {
            self.manifest.names(&["patch", table]).into_iter().map(move |name| ["patch", table, name, "path"])
        });
        let found = patches.filter_map(|keys| self.manifest.text(&keys));
        found.map(|path| path.map(|path| join(&self.folder, &path))).collect()
    }

    /// The folders of the path dependencies that become part of the program.
    pub fn local_parts(&self, workspace: &Self) -> Vec<Fact<String>> {
        self.folders(workspace, &["dependencies"])
    }

    fn folders(&self, workspace: &Self, kinds: &[&'static str]) -> Vec<Fact<String>> {
        let all = self.entries(kinds);
        all.iter()
            .filter_map(|it| {
                let is_inherited = it.value.get("workspace") == Some(&Value::Bool(true));
                let base = if is_inherited { workspace } else { self };
                let path = inherited(it, workspace)?.get("path")?.as_str()?;
                let keys: Vec<&str> = it.keys.iter().copied().chain([it.name]).collect();
                Some(Fact::new(join(&base.folder, path), self.manifest.evidence(&keys)))
            })
            .collect()
    }
}

/// What an entry says, there or in the workspace.
fn inherited<'a>(entry: &Dependency<'a>, workspace: &'a Cargo) -> Option<&'a Value> {
    if entry.value.get("workspace") == Some(&Value::Bool(true)) {
        workspace.manifest.get(&["workspace", "dependencies", entry.name])
    } else {
        Some(entry.value)
    }
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
    /// The binary targets: those of the manifest, then those that files stand for.
    pub fn binaries(&self, repo: &Repo) -> Vec<Binary> {
        let Some(name) = self.name() else { return Vec::new() };
        let mut found: Vec<Binary> = self.stated_binaries(repo, &name.value);
        if self.has_automatic_binaries() {
            for (program, path) in self.automatic_binaries(repo, &name.value) {
                if !found.iter().any(|binary| binary.path == path || binary.name == program) {
                    found.push(Binary { name: program, evidence: Evidence::file(&path), path, features: Vec::new() });
                }
            }
        }
        found
    }

    /// Whether files stand for binaries: unless it says otherwise, and in edition 2015 only where it states none.
    fn has_automatic_binaries(&self) -> bool {
        let is_first_edition = matches!(self.manifest.get(&["package", "edition"]), None | Some(Value::Null));
        match self.manifest.get(&["package", "autobins"]) {
            Some(Value::Bool(wanted)) => *wanted,
            _ => !(is_first_edition && self.manifest.get(&["bin"]).is_some()),
        }
    }

    fn stated_binaries(&self, repo: &Repo, package: &str) -> Vec<Binary> {
        let list = self.manifest.get(&["bin"]).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let stated = list.iter().enumerate().filter_map(|(index, entry)| {
            let name = entry.get("name")?.as_str()?.to_owned();
            let usual = || self.usual_path(repo, &name, package, list.len());
            let path = entry.get("path").and_then(Value::as_str).map_or_else(usual, |path| join(&self.folder, path));
            let features = entry.get("required-features").and_then(Value::as_array);
            let features = features.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
            let evidence = self.manifest.evidence(&["bin", &index.to_string(), "name"]);
            Some(Binary { name, path, features, evidence })
        });
        stated.filter(|binary| repo.has(&binary.path)).collect()
    }

    /// Where the main file of a stated binary lies that names none.
    fn usual_path(&self, repo: &Repo, name: &str, package: &str, count: usize) -> String {
        let main = join(&self.folder, "src/main.rs");
        let own =
            [format!("src/bin/{name}.rs"), format!("src/bin/{name}/main.rs")].map(|path| join(&self.folder, &path));
        if name == package && repo.has(&main) {
            return main;
        }
        let found = own.into_iter().find(|path| repo.has(path));
        // Edition 2015 let a single binary of any name be src/main.rs, and any be src/NAME.rs.
        let old = join(&self.folder, &format!("src/{name}.rs"));
        found.unwrap_or_else(|| if count > 1 && repo.has(&old) { old } else { main })
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
