//! Crates that need C libraries or tools, by the table and by the lock file.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::catalog::{natives, rust_broken};
use crate::languages::rust::manifest::Cargo;
use crate::languages::{Evidence, Warning};
use crate::repo::{Repo, join};

/// What the dependencies of a workspace need.
#[derive(Debug, Default)]
pub struct Needs {
    /// Debian packages for the build.
    pub build: BTreeSet<String>,
    /// Whether libraries may be linked that the runtime image lacks.
    pub links: bool,
    /// Variables for the build.
    pub environment: BTreeMap<String, String>,
    /// Crates of versions that the newest Rust does not compile: to be updated in the build.
    pub updates: Vec<String>,
    /// Whether a lock file is there that fits the manifests.
    pub is_locked: bool,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// Looks through the lock file; through the manifest, where there is none.
pub fn needs(repo: &Repo, package: &Cargo, workspace: &Cargo) -> Needs {
    let mut needs = Needs::default();
    let path = join(&workspace.folder, "Cargo.lock");
    let lock = repo.read_optional(&path).and_then(|document| document.toml().ok());
    let locked: BTreeMap<String, String> = lock.as_ref().map(|lock| packages(lock.value())).unwrap_or_default();
    let direct = package.dependencies();
    needs.is_locked = lock.is_some() && direct.iter().all(|name| locked.contains_key(name));
    if lock.is_none() {
        let warning = Warning::new("there is no Cargo.lock: each build may take other versions of the dependencies");
        needs.warnings.push(
            warning
                .at(Evidence::file(workspace.manifest.path()))
                .hint("commit Cargo.lock: it belongs to every program"),
        );
    } else if !needs.is_locked {
        let name = direct.iter().find(|name| !locked.contains_key(*name)).cloned().unwrap_or_default();
        let warning = Warning::new(format!(
            "Cargo.lock is out of step with Cargo.toml: it lacks `{name}`, so the build can't be locked"
        ));
        needs.warnings.push(warning.at(Evidence::file(&path)).hint("run `cargo build` and commit Cargo.lock"));
    }
    for known in natives("rust") {
        let is_there = if known.only_unlocked || lock.is_none() {
            lock.is_none() && direct.contains(&known.name)
        } else {
            locked.contains_key(&known.name)
        };
        if is_there {
            needs.build.extend(known.build.iter().cloned());
            needs.links |= !known.build.is_empty();
            needs.environment.extend(known.environment.clone());
            if !known.note.is_empty() {
                needs.warnings.push(Warning::new(known.note.clone()).at(Evidence::file(&path)));
            }
        }
    }
    for broken in rust_broken() {
        let Some(version) = locked.get(&broken.name) else {
            continue;
        };
        if is_in(version, &broken.from, &broken.below) {
            needs.updates.push(format!("{}@{version}", broken.name));
            let message = format!(
                "Cargo.lock holds {} {version}, which the maintained Rust does not compile; the build updates it",
                broken.name
            );
            let hint = format!("run `cargo update --package {}` and commit Cargo.lock", broken.name);
            needs.warnings.push(Warning::new(message).at(Evidence::file(&path)).hint(hint));
        }
    }
    needs
}

/// The packages of a lock file with their versions; the newest where there are several.
fn packages(lock: &Value) -> BTreeMap<String, String> {
    let list = lock.get("package").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .filter_map(|package| {
            Some((package.get("name")?.as_str()?.to_owned(), package.get("version")?.as_str()?.to_owned()))
        })
        .collect()
}

fn is_in(version: &str, from: &str, below: &str) -> bool {
    let parse = |text: &str| semver::Version::parse(text).ok();
    matches!((parse(version), parse(from), parse(below)), (Some(version), Some(from), Some(below)) if version >= from && version < below)
}

/// What `.cargo/config.toml` wants of the linker, as Debian packages.
pub fn linkers(repo: &Repo, workspace: &Cargo) -> Vec<String> {
    let files = [".cargo/config.toml", ".cargo/config"];
    let Some(document) = files.iter().find_map(|name| repo.read_optional(&join(&workspace.folder, name))) else {
        return Vec::new();
    };
    let wanted = [("clang", "clang"), ("lld", "lld"), ("mold", "mold")];
    let is_set = |word: &str| {
        document.lines().any(|(_, line)| {
            !line.trim_start().starts_with('#')
                && line.contains(word)
                && (line.contains("linker") || line.contains("fuse-ld") || line.contains("rustflags"))
        })
    };
    wanted.iter().filter(|(word, _)| is_set(word)).map(|(_, package)| (*package).to_owned()).collect()
}
