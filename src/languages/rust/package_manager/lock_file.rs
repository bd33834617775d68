//! Crates that need C libraries or tools, by the table and by the lock file.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::catalog::{is_rust_binding, natives, rust_broken};
use crate::evidence::{Evidence, Warning};
use crate::languages::rust::manifest::Cargo;
use crate::languages::rust::workspace::Workspaces;
use crate::path::join;
use crate::repo::Repo;

/// What the dependencies of a workspace need.
#[derive(Debug, Default)]
pub struct Needs {
    /// Debian packages for the build.
    pub build: BTreeSet<String>,
    /// Variables for the build.
    pub environment: BTreeMap<String, String>,
    /// Crates of versions that the newest Rust does not compile: to be updated in the build.
    pub updates: Vec<String>,
    /// Whether a lock file is there that fits the manifests.
    pub is_locked: bool,
    /// Whether the lock file shows that no crate links a library of C.
    pub is_pure: bool,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// Looks through the lock file; through the manifests, where there is none.
pub fn needs(repo: &Repo, workspaces: &Workspaces, package: &Cargo, is_nightly: bool) -> Needs {
    let workspace = workspaces.of(package);
    let mut needs = Needs::default();
    let path = join(&workspace.folder, "Cargo.lock");
    let lock = repo.read_optional(&path).and_then(|document| document.toml().ok());
    let locked = lock.as_ref().map(|lock| packages(lock.value())).unwrap_or_default();
    let direct: Vec<String> = workspaces.parts(package).iter().flat_map(|part| part.dependencies()).collect();
    let gap = lock.as_ref().and_then(|_| gap(&locked, workspaces, workspace));
    needs.is_locked = lock.is_some() && gap.is_none();
    if lock.is_none() {
        let warning = Warning::new("there is no Cargo.lock: each build may take other versions of the dependencies");
        needs.warnings.push(
            warning
                .at(Evidence::file(workspace.manifest.path()))
                .hint("commit Cargo.lock: it belongs to every program"),
        );
    } else if let Some(gap) = gap {
        let warning = Warning::new(format!(
            "Cargo.lock is out of step with Cargo.toml: it lacks `{gap}`, so the build can't be locked"
        ));
        needs.warnings.push(warning.at(Evidence::file(&path)).hint("run `cargo build` and commit Cargo.lock"));
    }
    if let Some(name) = lock.as_ref().and_then(|lock| by_ssh(lock.value())) {
        let message = format!("`{name}` is fetched by SSH, and the build has no key for it: it will fail");
        let hint = "name the repository by `https://` and a public address, or take the crate in with `cargo vendor`";
        needs.warnings.push(Warning::new(message).at(Evidence::file(&path)).hint(hint));
    }
    for known in natives("rust") {
        let is_there = if known.only_unlocked || lock.is_none() {
            lock.is_none() && direct.contains(&known.name)
        } else {
            locked.contains_key(&known.name)
        };
        if is_there {
            needs.build.extend(known.build.iter().cloned());
            needs.environment.extend(known.environment.clone());
            if !known.note.is_empty() {
                needs.warnings.push(Warning::new(known.note.clone()).at(Evidence::file(&path)));
            }
        }
    }
    needs.is_pure = needs.is_locked && needs.build.is_empty() && !locked.keys().any(|name| is_rust_binding(name));
    for broken in rust_broken() {
        let applies = (is_nightly || !broken.only_nightly) && !locked.contains_key(&broken.unless);
        let versions = locked.get(&broken.name).filter(|_| applies).into_iter().flatten();
        for version in versions.filter(|it| is_in(it, &broken.from, &broken.below)) {
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

/// The first package that is fetched by SSH, which the build has no key for.
fn by_ssh(lock: &Value) -> Option<&str> {
    let list = lock.get("package")?.as_array()?;
    let is_by_ssh = |package: &&Value| {
        package.get("source").and_then(Value::as_str).is_some_and(|source| source.starts_with("git+ssh://"))
    };
    list.iter().find(is_by_ssh)?.get("name")?.as_str()
}

/// What the manifests of a workspace want and its lock file lacks, as `name version`.
fn gap(locked: &BTreeMap<String, Vec<String>>, workspaces: &Workspaces, workspace: &Cargo) -> Option<String> {
    for member in workspaces.members(workspace) {
        let Some(name) = member.name() else { continue };
        let version = member.package_field(workspace, "version").map_or_else(|| "0.0.0".to_owned(), |fact| fact.value);
        if !locked.get(&name.value).is_some_and(|versions| versions.contains(&version)) {
            return Some(format!("{} {version}", name.value));
        }
        for (name, wanted) in member.requirements(workspace) {
            let request = semver::VersionReq::parse(&wanted).ok();
            let is_met = |version: &String| {
                let version = semver::Version::parse(version).ok();
                request.as_ref().zip(version).is_none_or(|(request, version)| request.matches(&version))
            };
            if !locked.get(&name).is_some_and(|versions| versions.iter().any(is_met)) {
                return Some(format!("{name} {wanted}"));
            }
        }
    }
    None
}

/// The packages of a lock file with their versions.
fn packages(lock: &Value) -> BTreeMap<String, Vec<String>> {
    let list = lock.get("package").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in list {
        let text = |key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
        if let Some((name, version)) = text("name").zip(text("version")) {
            found.entry(name).or_default().push(version);
        }
    }
    found
}

fn is_in(version: &str, from: &str, below: &str) -> bool {
    let parse = |text: &str| semver::Version::parse(text).ok();
    matches!((parse(version), parse(from), parse(below)), (Some(version), Some(from), Some(below)) if version >= from && version < below)
}
