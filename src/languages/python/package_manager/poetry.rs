//! Whether `poetry.lock` was made from the `pyproject.toml` beside it: Poetry itself refuses one that was not.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::repo::Manifest;

/// What Poetry has always looked at; absent ones count as null where there is no `[project]`.
const LEGACY: &[&str] = &["dependencies", "source", "extras", "dev-dependencies"];
/// What it looks at in `[project]`.
const PROJECT: &[&str] = &["requires-python", "dependencies", "optional-dependencies"];

/// What Poetry before 1.2 left out of its lock files, though others need it; newer versions end at its absence.
/// https://github.com/python-poetry/poetry/issues/1584
pub const LEFT_OUT: &str = "setuptools";

/// Whether the hash in the lock file is another than that of the manifest.
pub fn is_out_of_step(manifest: &Manifest, lock: &Manifest) -> bool {
    lock.text(&["metadata", "content-hash"]).is_some_and(|it| it.value != content_hash(manifest))
}

/// The hash of all that dependencies are resolved from, as Poetry writes it.
fn content_hash(manifest: &Manifest) -> String {
    let take = |keys: &[&str]| manifest.get(keys).filter(|value| !value.is_null()).cloned();
    let project: Map<String, Value> =
        PROJECT.iter().filter_map(|key| Some(((*key).to_owned(), take(&["project", key])?))).collect();
    let mut poetry: Map<String, Value> = Map::new();
    for key in LEGACY.iter().chain(&["group"]) {
        let value = take(&["tool", "poetry", key]);
        let counts = value.is_some() || LEGACY.contains(key) && project.is_empty();
        if counts {
            poetry.insert((*key).to_owned(), value.unwrap_or_default());
        }
    }
    let groups = take(&["dependency-groups"]).filter(|groups| groups.as_object().is_some_and(|it| !it.is_empty()));
    let relevant = if project.is_empty() && groups.is_none() {
        Value::Object(poetry)
    } else {
        let mut all = Map::new();
        if !project.is_empty() {
            all.insert("project".into(), Value::Object(project));
        }
        all.extend(groups.map(|groups| ("dependency-groups".to_owned(), groups)));
        all.insert("tool".into(), serde_json::json!({ "poetry": poetry }));
        Value::Object(all)
    };
    Sha256::digest(as_python_writes(&relevant)).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// JSON with sorted keys, a space after colons and commas, and nothing but ASCII.
fn as_python_writes(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(as_python_writes).collect::<Vec<_>>().join(", ")),
        Value::Object(table) => {
            let mut items: Vec<(&String, &Value)> = table.iter().collect();
            items.sort_by_key(|(key, _)| *key);
            let pair = |(key, value): (&String, &Value)| format!("{}: {}", quoted(key), as_python_writes(value));
            format!("{{{}}}", items.into_iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    let escaped = Value::from(text).to_string();
    let ascii = |c: char| {
        let mut units = [0; 2];
        let escape = |unit: &u16| format!("\\u{unit:04x}");
        if c.is_ascii() { c.to_string() } else { c.encode_utf16(&mut units).iter().map(escape).collect() }
    };
    escaped.chars().map(ascii).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Repo;

    #[test]
    fn hashes_are_those_of_poetry() {
        let folder = tempfile::tempdir().unwrap();
        let hash = |text: &str| {
            std::fs::write(folder.path().join("pyproject.toml"), text).unwrap();
            let (repo, _) = Repo::open(folder.path()).unwrap();
            content_hash(&repo.read("pyproject.toml").unwrap().toml().unwrap())
        };
        let old = "[tool.poetry]\nname = \"x\"\n[tool.poetry.dependencies]\npython = \"^3.12\"\nflask = { version = \"^3\", extras = [\"async\"] }\n";
        let new = "[project]\nname = \"x\"\nrequires-python = \">=3.12\"\ndependencies = [\"flask (>=3,<4)\", \"é\"]\n[tool.poetry.group.dev.dependencies]\npytest = \"*\"\n";
        assert_eq!(hash(old), "4dc8795d012d047f70c10de565c68d908b1c897510e14f97a34b615a30d4b7ab");
        assert_eq!(hash(new), "de90c653eba2177fe2f7a20daeff0737b7a9df708db43e7182b5b5978f9ab15e");
    }
}
