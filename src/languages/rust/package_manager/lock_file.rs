//! Crates that need C libraries or tools, by the table and by the lock file.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

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
    /// What these want of the lock file besides: crates, each with the version that it is updated to before.
    pub companions: Vec<(String, String)>,
    /// Whether a lock file is there that fits the manifests.
    pub is_locked: bool,
    /// Whether the lock file shows that no crate links a library of C.
    pub is_pure: bool,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// The lock files of a repository by their paths, each read once however many programs a workspace has.
#[derive(Debug, Default)]
pub struct LockFiles(RefCell<BTreeMap<String, Rc<LockFile>>>);

/// What a lock file says.
#[derive(Debug, Default)]
struct LockFile {
    is_there: bool,
    /// The packages with their versions.
    packages: BTreeMap<String, Vec<String>>,
    /// The first package that is fetched by SSH, which the build has no key for.
    by_ssh: Option<String>,
    /// What the manifests of the workspace want and it lacks, as `name version`.
    gap: Option<String>,
}

impl LockFiles {
    fn of(&self, repo: &Repo, path: &str, workspaces: &Workspaces, workspace: &Cargo) -> Rc<LockFile> {
        let read = || {
            let Some(lock) = repo.read_optional(path).and_then(|document| document.toml().ok()) else {
                return LockFile::default();
            };
            let packages = packages(lock.value());
            let gap = gap(&packages, workspaces, workspace);
            LockFile { is_there: true, packages, by_ssh: by_ssh(lock.value()).map(str::to_owned), gap }
        };
        Rc::clone(self.0.borrow_mut().entry(path.to_owned()).or_insert_with(|| Rc::new(read())))
    }
}

/// Looks through the lock file; through the manifests, where there is none.
pub fn needs(repo: &Repo, locks: &LockFiles, workspaces: &Workspaces, package: &Cargo, is_nightly: bool) -> Needs {
    let workspace = workspaces.of(package);
    let mut needs = Needs::default();
    let path = join(&workspace.folder, "Cargo.lock");
    let lock = locks.of(repo, &path, workspaces, workspace);
    let locked = &lock.packages;
    let direct: BTreeSet<String> = workspaces.parts(package).iter().flat_map(|part| part.dependencies()).collect();
    let enabled: Vec<String> = workspaces.parts(package).iter().flat_map(|part| part.all_enabled(workspace)).collect();
    let is_enabled = |word: &String| {
        enabled.iter().any(|it| it.split_once('/').is_some_and(|(_, feature)| feature.contains(word.as_str())))
    };
    needs.is_locked = lock.is_there && lock.gap.is_none();
    if !lock.is_there {
        let warning = Warning::new("there is no Cargo.lock: each build may take other versions of the dependencies");
        needs.warnings.push(
            warning
                .at(Evidence::file(workspace.manifest.path()))
                .hint("commit Cargo.lock: it belongs to every program"),
        );
    } else if let Some(gap) = &lock.gap {
        let warning = Warning::new(format!(
            "Cargo.lock is out of step with Cargo.toml: it lacks `{gap}`, so the build can't be locked"
        ));
        needs.warnings.push(warning.at(Evidence::file(&path)).hint("run `cargo build` and commit Cargo.lock"));
    }
    if let Some(name) = &lock.by_ssh {
        let message = format!("`{name}` is fetched by SSH, and the build has no key for it: it will fail");
        let hint = "name the repository by `https://` and a public address, or take the crate in with `cargo vendor`";
        needs.warnings.push(Warning::new(message).at(Evidence::file(&path)).hint(hint));
    }
    for known in natives("rust") {
        let is_there = if known.only_unlocked || !lock.is_there {
            !lock.is_there && (direct.contains(&known.name) || known.features.iter().any(is_enabled))
        } else {
            locked.contains_key(&known.name)
        };
        let is_void = known.unless.iter().any(|it| locked.contains_key(it) || enabled.contains(it));
        if is_there && !is_void {
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
            for it in &broken.with {
                let old =
                    locked.get(&it.name).into_iter().flatten().filter(|version| is_in(version, "0.0.0", &it.below));
                needs.companions.extend(old.map(|version| (format!("{}@{version}", it.name), it.to.clone())));
            }
            let consequence = if broken.compiles {
                "with which a program of the maintained Rust can't listen or connect"
            } else {
                "which the maintained Rust does not compile"
            };
            let message = format!("Cargo.lock holds {} {version}, {consequence}; the build updates it", broken.name);
            let hint = format!("run `cargo update --recursive --package {}` and commit Cargo.lock", broken.name);
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
