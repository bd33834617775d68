//! The dependencies of a package, in every table that has some: by name, and the ones that lie in the repository.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::evidence::{Evidence, Fact};
use crate::languages::rust::manifest::Cargo;
use crate::path::join;

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

    /// The folders of its path dependencies, those of tests too, from the root of the repository.
    pub fn local_dependencies(&self, workspace: &Self) -> Vec<Fact<String>> {
        self.folders(workspace, &["dependencies", "build-dependencies", "dev-dependencies"])
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
