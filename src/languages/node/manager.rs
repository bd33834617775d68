//! The package manager: which one, which version, and the commands that it takes.

use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::node::manager_version;
use crate::languages::node::package::Package;
use crate::languages::node::workspace::Workspace;
use crate::path::{file_name, join};
use crate::pattern;
use crate::repo::Repo;

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// npm, part of every image.
    Npm,
    /// Yarn 1.
    YarnClassic,
    /// Yarn 2 and later.
    YarnBerry,
    /// pnpm.
    Pnpm,
    /// Bun, used to install.
    Bun,
}

/// Every package manager with its name as an answer.
pub const KINDS: &[(Kind, &str, &str)] = &[
    (Kind::Npm, "npm", "part of Node.js"),
    (Kind::YarnClassic, "yarn", "Yarn 1"),
    (Kind::YarnBerry, "yarn-berry", "Yarn 2 and later"),
    (Kind::Pnpm, "pnpm", ""),
    (Kind::Bun, "bun", "installs; Node.js runs"),
];

impl Kind {
    /// The name as an answer.
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(kind, ..)| *kind == self).map_or("npm", |(_, name, _)| name)
    }

    /// The kind of an answer.
    pub fn from_name(name: &str) -> Self {
        KINDS.iter().find(|(_, known, _)| *known == name).map_or(Self::Npm, |(kind, ..)| *kind)
    }

    /// Its lock files, the usual one first.
    pub fn lock_files(self) -> &'static [&'static str] {
        match self {
            Self::Npm => &["package-lock.json", "npm-shrinkwrap.json"],
            Self::YarnClassic | Self::YarnBerry => &["yarn.lock"],
            Self::Pnpm => &["pnpm-lock.yaml"],
            Self::Bun => &["bun.lock", "bun.lockb"],
        }
    }

    /// The name of the program.
    pub fn program(self) -> &'static str {
        match self {
            Self::YarnClassic | Self::YarnBerry => "yarn",
            other => other.name(),
        }
    }

    /// The prefix of a command that runs a script of `package.json`.
    pub fn run(self) -> &'static str {
        match self {
            Self::Npm => "npm run",
            Self::YarnClassic | Self::YarnBerry => "yarn run",
            Self::Pnpm => "pnpm run",
            Self::Bun => "bun run",
        }
    }

    /// The prefix of a command that runs a program of a dependency.
    pub fn exec(self) -> &'static str {
        match self {
            Self::Npm => "npx --no-install",
            Self::YarnClassic | Self::YarnBerry => "yarn run",
            Self::Pnpm => "pnpm exec",
            Self::Bun => "bunx --no-install",
        }
    }
}

/// What the repository says about its package manager.
#[derive(Debug, Clone)]
pub struct Manager {
    /// The one that the evidence names.
    pub kind: Fact<Kind>,
    /// Whether nothing at all says so.
    pub is_guess: bool,
    /// The version that the project wants, as an install command takes it.
    pub version: Option<Fact<String>>,
    /// What is contradictory.
    pub warning: Option<Warning>,
}

/// Finds the package manager of a workspace: `packageManager` decides, then the lock file.
pub fn detect(repo: &Repo, workspace: &Workspace) -> Manager {
    let root = &workspace.root;
    let folder = root.folder.as_str();
    let has = |name: &str| repo.has(&join(folder, name));
    let all: Vec<&str> = [Kind::Pnpm, Kind::YarnClassic, Kind::Bun, Kind::Npm]
        .iter()
        .flat_map(|kind| kind.lock_files())
        .copied()
        .filter(|name| has(name))
        .collect();
    let by_lock = |name: &str| match name {
        "pnpm-lock.yaml" => Kind::Pnpm,
        "yarn.lock" => yarn(repo, folder),
        "bun.lock" | "bun.lockb" => Kind::Bun,
        _ => Kind::Npm,
    };
    let at = |name: &str| Fact::new(by_lock(name), Evidence::file(join(folder, name)));
    let with = |kind: Fact<Kind>, warning: Option<Warning>| {
        let version = manager_version::stated(repo, root, kind.value);
        Manager { kind, is_guess: false, version, warning }
    };
    if let Some(fact) = declared(repo, root) {
        let own = fact.value.lock_files();
        let other = all.first().filter(|_| !all.iter().any(|name| own.contains(name)));
        return match other {
            Some(name) => with(at(name), Some(not_declared(&fact, &join(folder, name)))),
            None => with(fact, None),
        };
    }
    let preferred = match all.as_slice() {
        [] => None,
        [one] => Some(*one),
        several => several.iter().find(|name| mentioned(root, by_lock(name))).or(several.last()).copied(),
    };
    let warning = (all.len() > 1).then(|| several(&all, &join(folder, preferred.unwrap_or_default())));
    match preferred {
        Some(name) => with(at(name), warning),
        None if has("pnpm-workspace.yaml") => {
            with(Fact::new(Kind::Pnpm, Evidence::file(join(folder, "pnpm-workspace.yaml"))), None)
        }
        None => {
            let kind = Fact::new(Kind::Npm, Evidence::file(root.path()));
            Manager { is_guess: true, ..with(kind, None) }
        }
    }
}

fn several(all: &[&str], preferred: &str) -> Warning {
    let list: Vec<String> = all.iter().map(|name| format!("`{name}`")).collect();
    Warning::new(format!("there are several lock files ({}); {} decides", list.join(", "), file_name(preferred)))
        .at(Evidence::file(preferred))
        .hint("delete the ones that are out of date, or name the package manager: `\"packageManager\"` in package.json")
}

fn not_declared(declared: &Fact<Kind>, lock: &str) -> Warning {
    Warning::new(format!(
        "the manifest names {}, and the only lock file is another's: `{}` decides",
        declared.value.name(),
        file_name(lock)
    ))
    .at(declared.evidence.clone())
    .hint("commit the lock file of the package manager that is named, or name the other")
}

/// The package manager that the manifest names.
fn declared(repo: &Repo, root: &Package) -> Option<Fact<Kind>> {
    let fact = manager_version::declared(root)?;
    let kind = match (fact.value.0.as_str(), fact.value.1.as_str()) {
        ("npm", _) => Kind::Npm,
        ("pnpm", _) => Kind::Pnpm,
        ("bun", _) => Kind::Bun,
        ("yarn", "") => yarn(repo, &root.folder),
        ("yarn", version) if version.starts_with("1.") || version == "1" => Kind::YarnClassic,
        ("yarn", _) => Kind::YarnBerry,
        _ => return None,
    };
    Some(Fact::new(kind, fact.evidence))
}

/// Which Yarn wrote `yarn.lock`: the first one says so in its head.
fn yarn(repo: &Repo, folder: &str) -> Kind {
    let lock = repo.read_optional(&join(folder, "yarn.lock"));
    let is_berry = lock.is_some_and(|lock| lock.text().lines().take(12).any(|line| line.starts_with("__metadata:")));
    let is_berry = is_berry || repo.has(&join(folder, ".yarnrc.yml"));
    if is_berry { Kind::YarnBerry } else { Kind::YarnClassic }
}

/// Whether a script of the package runs the manager.
fn mentioned(root: &Package, kind: Kind) -> bool {
    let word = kind.program();
    root.manifest.names(&["scripts"]).iter().any(|name| {
        root.script(name)
            .is_some_and(|script| script.value.split(|c: char| !c.is_alphanumeric()).any(|part| part == word))
    })
}

/// The version line of pnpm that reads a lock file, from its format.
pub fn pnpm_line(repo: &Repo, folder: &str) -> Option<Fact<String>> {
    let lock = repo.read_optional(&join(folder, "pnpm-lock.yaml"))?;
    let evidence = lock.find_line(|line| line.starts_with("lockfileVersion"))?;
    let format = pattern!(r"(\d+)").captures(&evidence.quote)?;
    let line = match &format[1] {
        "5" => "7",
        "6" => "8",
        _ => "10",
    };
    Some(Fact::new(line.to_owned(), evidence))
}
