//! Lock files: which versions are installed, and whether each comes as a wheel.

use serde_json::Value;

use crate::languages::python::requirement::normalise;
use crate::repo::{Manifest, Repo};

/// A package of a lock file.
#[derive(Debug, Clone)]
pub struct Locked {
    /// Its name, normalised.
    pub name: String,
    /// Its version; empty where the lock names none.
    pub version: String,
    /// The names of its files; nothing where the lock does not list them.
    pub files: Option<Vec<String>>,
    /// Whether it comes from a version control system.
    pub from_git: bool,
}

impl Locked {
    /// Whether it has to be compiled, or at least built, on this line of Python; nothing where the lock does not tell.
    pub fn is_built(&self, python: &str) -> Option<bool> {
        let files = self.files.as_ref().filter(|files| !files.is_empty())?;
        let line = python.replace('.', "");
        let minor: u32 = python.rsplit('.').next()?.parse().ok()?;
        let fits = |file: &String| {
            let Some(tags) = file.strip_suffix(".whl") else {
                return false;
            };
            let mut parts = tags.rsplit('-');
            let (platform, abi, interpreter) =
                (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            let on_linux = platform == "any" || platform.contains("manylinux") && platform.contains("x86_64");
            let stable = abi == "abi3"
                && interpreter.split('.').any(|tag| {
                    tag.strip_prefix("cp3").and_then(|rest| rest.parse::<u32>().ok()).is_some_and(|from| from <= minor)
                });
            let same = abi.split('.').any(|tag| tag == format!("cp{line}")) || interpreter == format!("cp{line}");
            on_linux && (stable || same || interpreter.contains("py3") || interpreter.contains("py2.py3"))
        };
        Some(!files.iter().any(fits))
    }
}

/// Reads a lock file by its name.
pub fn read(repo: &Repo, path: &str) -> Vec<Locked> {
    let Some(document) = repo.read_optional(path) else {
        return Vec::new();
    };
    let manifest = if path.ends_with("Pipfile.lock") { document.json() } else { document.toml() };
    let Ok(manifest) = manifest else { return Vec::new() };
    if path.ends_with("Pipfile.lock") {
        return pipfile(&manifest);
    }
    let packages = manifest.get(&["package"]).or_else(|| manifest.get(&["packages"])).and_then(Value::as_array);
    let old_files = manifest.get(&["metadata", "files"]);
    packages.into_iter().flatten().filter_map(|package| toml(package, old_files)).collect()
}

/// A package of poetry.lock, uv.lock, pdm.lock or pylock.toml.
fn toml(package: &Value, old_files: Option<&Value>) -> Option<Locked> {
    let name = package.get("name")?.as_str()?;
    let source = package.get("source");
    let is_local = source.is_some_and(|source| {
        ["editable", "virtual", "directory", "path"].iter().any(|key| source.get(key).is_some())
            || source.get("type").and_then(Value::as_str) == Some("directory")
    }) || package.get("path").is_some();
    if is_local {
        return None;
    }
    let file_name = |file: &Value| {
        let text = file.get("file").or_else(|| file.get("name")).or_else(|| file.get("url")).and_then(Value::as_str)?;
        Some(text.rsplit('/').next().unwrap_or(text).split(['#', '?']).next().unwrap_or_default().to_owned())
    };
    let listed = |value: Option<&Value>| -> Vec<String> {
        value.and_then(Value::as_array).into_iter().flatten().filter_map(file_name).collect()
    };
    let mut files = listed(package.get("files"));
    files.extend(listed(package.get("wheels")));
    files.extend(package.get("sdist").and_then(file_name));
    files.extend(listed(old_files.and_then(|files| files.get(name))));
    let from_git = source
        .is_some_and(|source| source.get("git").is_some() || source.get("type").and_then(Value::as_str) == Some("git"))
        || package.get("git").is_some()
        || package.get("vcs").is_some();
    Some(Locked {
        name: normalise(name),
        version: package.get("version").and_then(Value::as_str).unwrap_or_default().to_owned(),
        files: (!files.is_empty()).then_some(files),
        from_git,
    })
}

fn pipfile(manifest: &Manifest) -> Vec<Locked> {
    let packages = manifest.get(&["default"]).and_then(Value::as_object);
    packages
        .into_iter()
        .flatten()
        .map(|(name, value)| Locked {
            name: normalise(name),
            version: value
                .get("version")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .trim_start_matches('=')
                .to_owned(),
            files: None,
            from_git: value.get("git").is_some(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wheel_for_the_line_is_recognised() {
        let locked = |files: &[&str]| Locked {
            name: "x".into(),
            version: "1".into(),
            files: Some(files.iter().map(|file| (*file).to_owned()).collect()),
            from_git: false,
        };
        let only = locked(&["x-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "x-1.tar.gz"]);
        assert_eq!(only.is_built("3.12"), Some(false));
        assert_eq!(only.is_built("3.13"), Some(true));
        assert_eq!(locked(&["x-1-cp39-abi3-manylinux_2_28_x86_64.whl"]).is_built("3.13"), Some(false));
        assert_eq!(locked(&["x-1-py3-none-any.whl"]).is_built("3.13"), Some(false));
        assert_eq!(locked(&["x-1.tar.gz"]).is_built("3.13"), Some(true));
    }
}
