//! The binary targets of a package, by Cargo's own rules.

use serde_json::Value;

use crate::evidence::Evidence;
use crate::languages::rust::manifest::Cargo;
use crate::path::join;
use crate::repo::Repo;

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
        let stated = list.iter().filter_map(|entry| {
            let name = entry.get("name")?.as_str()?.to_owned();
            let usual = || self.usual_path(repo, &name, package, list.len());
            let path = entry.get("path").and_then(Value::as_str).map_or_else(usual, |path| join(&self.folder, path));
            let features = entry.get("required-features").and_then(Value::as_array);
            let features = features.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
            let quoted = format!("\"{name}\"");
            let evidence =
                self.manifest.document().find_line(|line| line.starts_with("name") && line.contains(&quoted));
            let evidence = evidence.unwrap_or_else(|| Evidence::file(self.manifest.path()));
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
