//! Lock files: which versions are installed, and whether each comes as a wheel.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use crate::languages::python::manifest::requirement::{Dependency, normalise};
use crate::repo::{Document, Repo};

/// The lock files of a repository, each read once: the members of a workspace share theirs.
#[derive(Debug)]
pub struct LockFiles<'a> {
    repo: &'a Repo,
    read: RefCell<BTreeMap<String, Rc<LockFile>>>,
}

impl<'a> LockFiles<'a> {
    /// Those of a repository; none is read yet.
    pub fn new(repo: &'a Repo) -> Self {
        Self { repo, read: RefCell::default() }
    }

    /// The repository.
    pub fn repo(&self) -> &'a Repo {
        self.repo
    }

    /// What the lock file at a path holds; nothing where it can't be read.
    pub fn get(&self, path: &str) -> Rc<LockFile> {
        let read = || self.repo.read_optional(path).map(|it| LockFile::read(&it)).unwrap_or_default();
        self.read.borrow_mut().entry(path.to_owned()).or_insert_with(|| Rc::new(read())).clone()
    }
}

/// What a lock file holds.
#[derive(Debug, Default)]
pub struct LockFile {
    packages: Vec<Locked>,
    /// The positions of the packages of a name: PDM writes one once more for each extra.
    by_name: BTreeMap<String, Vec<usize>>,
    /// All names, those of the project's own packages too.
    names: BTreeSet<String>,
}

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
    /// The packages that it depends on, each with the extra of this package that asks for it, if one does.
    pub requires: Vec<(String, Option<String>)>,
}

impl LockFile {
    /// Those of a text, by the name of the file; nothing where it is no lock file.
    fn read(document: &Document) -> Self {
        let packages = if document.path().ends_with("Pipfile.lock") {
            serde_json::from_str(document.text()).map(|lock| pipfile(&lock))
        } else {
            Ok(toml::from_str(document.text()).map(|lock| packages(&lock)).unwrap_or_default())
        };
        let packages = packages.unwrap_or_default();
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, package) in packages.iter().enumerate() {
            by_name.entry(package.name.clone()).or_default().push(at);
        }
        let named = |line: &str| -> Option<String> {
            let line = line.trim();
            let name = match line.strip_prefix("name = ") {
                Some(name) => name,
                None => line.strip_suffix("\": {")?,
            };
            Some(normalise(name.trim_matches('"')))
        };
        let names = document.lines().filter_map(|(_, line)| named(line)).collect();
        Self { packages, by_name, names }
    }

    /// The packages, in the order of the file.
    pub fn packages(&self) -> &[Locked] {
        &self.packages
    }

    /// The packages of a name.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Locked> {
        self.by_name.get(name).into_iter().flatten().filter_map(|at| self.packages.get(*at))
    }

    /// Whether it holds a package.
    pub fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The names of the packages that these dependencies draw in, whether it holds them or not; of all that it holds where it draws
    /// no connections.
    pub fn reached(&self, from: &[Dependency]) -> BTreeSet<String> {
        if self.packages.iter().all(|it| it.requires.is_empty()) {
            return self.by_name.keys().cloned().collect();
        }
        let mut open: Vec<&str> = Vec::new();
        for dependency in from {
            open.push(&dependency.name);
            for owner in self.named(&dependency.name) {
                let asked =
                    |extra: &Option<String>| extra.as_ref().is_some_and(|extra| dependency.extras.contains(extra));
                open.extend(owner.requires.iter().filter(|(_, extra)| asked(extra)).map(|(name, _)| name.as_str()));
            }
        }
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            if !seen.insert(name) {
                continue;
            }
            for owner in self.named(name) {
                open.extend(owner.requires.iter().filter(|(_, extra)| extra.is_none()).map(|(name, _)| name.as_str()));
            }
        }
        seen.into_iter().map(str::to_owned).collect()
    }

    /// The direct dependencies that it does not hold: it is out of step with the manifest. What a condition may leave out is not
    /// counted.
    pub fn lacks<'d>(&self, dependencies: &'d [Dependency]) -> Vec<&'d Dependency> {
        let is_absent = |it: &&Dependency| !self.names.contains(&it.name) && !it.is_conditional;
        dependencies.iter().filter(|_| !self.names.is_empty()).filter(is_absent).collect()
    }
}

impl Locked {
    /// Whether an image of any architecture has to compile it, or at least build it, on this line of Python; nothing where the
    /// lock does not tell.
    pub fn is_built(&self, python: &str) -> Option<bool> {
        let files = self.files.as_ref().filter(|files| !files.is_empty())?;
        let has_source = files.iter().any(|file| !file.ends_with(".whl"));
        let has_wheel = |architecture: &&str| files.iter().any(|file| fits(file, python, architecture));
        Some(has_source && !ARCHITECTURES.iter().all(has_wheel))
    }
}

/// The architectures that images are built for, as the tags of wheels name them.
const ARCHITECTURES: &[&str] = &["x86_64", "aarch64"];

/// Whether a file is a wheel for a line of Python on Linux with glibc, on this architecture.
fn fits(file: &str, python: &str, architecture: &str) -> bool {
    let Some(tags) = file.strip_suffix(".whl") else { return false };
    let mut parts = tags.rsplit('-');
    let (platform, abi, interpreter) =
        (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let line = format!("cp{}", python.replace('.', ""));
    let minor = python.rsplit('.').next().and_then(|minor| minor.parse::<u32>().ok()).unwrap_or(0);
    let is_platform = platform.split('.').any(|tag| {
        tag == "any" || (tag.starts_with("manylinux") || tag.starts_with("linux")) && tag.ends_with(architecture)
    });
    let is_before =
        |tag: &str| tag.strip_prefix("cp3").and_then(|rest| rest.parse::<u32>().ok()).is_some_and(|from| from <= minor);
    let is_stable = abi == "abi3" && interpreter.split('.').any(is_before);
    let is_line = abi.split('.').any(|tag| tag == line) || interpreter.split('.').any(|tag| tag == line);
    let is_any = interpreter.split('.').any(|tag| tag == "py3");
    is_platform && (is_stable || is_line || is_any)
}

/// The packages of poetry.lock, uv.lock, pdm.lock or pylock.toml.
fn packages(lock: &Value) -> Vec<Locked> {
    let old_files = lock.get("metadata").and_then(|metadata| metadata.get("files"));
    let packages = lock.get("package").or_else(|| lock.get("packages")).and_then(Value::as_array);
    packages.into_iter().flatten().filter_map(|package| package_of(package, old_files)).collect()
}

/// One of them; nothing for a package of the project itself.
fn package_of(package: &Value, old_files: Option<&Value>) -> Option<Locked> {
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
        requires: requires(package),
    })
}

/// What a package depends on: uv's tables, PDM's requirements, Poetry's table, and their extras.
fn requires(package: &Value) -> Vec<(String, Option<String>)> {
    let name_in = |text: &str| {
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
        normalise(&text[..end])
    };
    let listed = |value: &Value| -> Vec<String> {
        match value {
            Value::Array(items) => items
                .iter()
                .filter_map(|item| item.as_str().or_else(|| item.get("name").and_then(Value::as_str)))
                .map(name_in)
                .collect(),
            Value::Object(table) => table.keys().map(|name| normalise(name)).collect(),
            _ => Vec::new(),
        }
    };
    // PDM writes a package once more for each extra
    let itself =
        package.get("extras").and_then(Value::as_array).and_then(|extras| extras.first()).and_then(Value::as_str);
    let own = package.get("dependencies").map(listed).unwrap_or_default();
    let own = own.into_iter().map(|name| (name, itself.map(normalise)));
    let by_extra = package.get("optional-dependencies").or_else(|| package.get("extras")).and_then(Value::as_object);
    let optional = by_extra.into_iter().flatten().flat_map(|(extra, value)| {
        listed(value).into_iter().map(|name| (name, Some(normalise(extra)))).collect::<Vec<_>>()
    });
    own.chain(optional).collect()
}

fn pipfile(lock: &Value) -> Vec<Locked> {
    let packages = lock.get("default").and_then(Value::as_object);
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
            requires: Vec::new(),
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
            requires: Vec::new(),
        };
        let intel = "x-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl";
        let arm = "x-1-cp312-cp312-manylinux_2_17_aarch64.manylinux2014_aarch64.whl";
        let both = locked(&[intel, arm, "x-1.tar.gz"]);
        assert_eq!(both.is_built("3.12"), Some(false));
        assert_eq!(both.is_built("3.13"), Some(true));
        assert_eq!(locked(&[intel, "x-1.tar.gz"]).is_built("3.12"), Some(true), "arm64 compiles");
        assert_eq!(locked(&[intel]).is_built("3.12"), Some(false), "there is nothing to compile");
        let stable = ["x-1-cp39-abi3-manylinux_2_28_x86_64.whl", "x-1-cp39-abi3-manylinux_2_28_aarch64.whl", "x-1.zip"];
        assert_eq!(locked(&stable).is_built("3.13"), Some(false));
        assert_eq!(locked(&["x-1-py2.py3-none-any.whl", "x-1.tar.gz"]).is_built("3.13"), Some(false));
        assert_eq!(locked(&["x-1-py3-none-any.whl"]).is_built("3.13"), Some(false));
        assert_eq!(locked(&["x-1.tar.gz"]).is_built("3.13"), Some(true));
    }

    #[test]
    fn what_development_alone_needs_is_not_reached() {
        let text = concat!(
            "[[package]]\nname = \"web\"\nversion = \"1\"\ndependencies = [{ name = \"core\" }]\n",
            "[package.optional-dependencies]\nfull = [{ name = \"server\" }]\n",
            "[[package]]\nname = \"core\"\nversion = \"1\"\n[[package]]\nname = \"server\"\nversion = \"1\"\n",
            "[[package]]\nname = \"linter\"\nversion = \"1\"\n"
        );
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("uv.lock"), text).unwrap();
        let (repo, _) = Repo::open(folder.path()).unwrap();
        let lock_files = LockFiles::new(&repo);
        let locked = lock_files.get("uv.lock");
        assert!(Rc::ptr_eq(&locked, &lock_files.get("uv.lock")), "it is read once");
        let depends = |text: &str| {
            crate::languages::python::manifest::requirement::parse(
                text,
                crate::evidence::Evidence::file("pyproject.toml"),
            )
            .unwrap()
        };
        let (plain, full) = (depends("web"), depends("web[full]"));
        let reached = |from: &Dependency, name: &str| locked.reached(std::slice::from_ref(from)).contains(name);
        assert!(reached(&plain, "core") && !reached(&plain, "server") && !reached(&plain, "linter"));
        assert!(reached(&full, "server") && !reached(&full, "linter"));
    }
}
