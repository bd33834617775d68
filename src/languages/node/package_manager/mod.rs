//! The package manager: which one, which version, and the commands that it takes.

pub mod build_script;
pub mod install;
pub mod install_scripts;
pub mod lock_file;
pub mod native_packages;

use serde_json::Value;

use crate::catalog::node::{NodePackageManager, package_managers};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::node::manifest::Package;
use crate::languages::node::workspace::Workspace;
use crate::path::{file_name, join};
use crate::plan::version::{of_file, of_tool};
use crate::plan::{App, Command, Mount, project_id};
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

impl Kind {
    /// Every package manager.
    pub const ALL: [Self; 5] = [Self::Npm, Self::YarnClassic, Self::YarnBerry, Self::Pnpm, Self::Bun];

    /// The name as an answer.
    pub fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::YarnClassic => "yarn",
            Self::YarnBerry => "yarn-berry",
            Self::Pnpm => "pnpm",
            Self::Bun => "bun",
        }
    }

    /// The kind of an answer.
    pub fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.name() == name).unwrap_or(Self::Npm)
    }

    /// Its row of the table.
    pub fn row(self) -> &'static NodePackageManager {
        let rows = package_managers();
        rows.iter().find(|row| row.name == self.name()).unwrap_or(&rows[0])
    }

    /// Its lock files, the usual one first.
    pub fn lock_files(self) -> &'static [String] {
        &self.row().lock_files
    }

    /// The folder that it caches in, kept between the builds of an application.
    pub fn cache(self, app: &App) -> Mount {
        let id = format!("{}-{}", self.name(), project_id(app));
        Mount::Cache { id, target: self.row().cache.clone(), is_locked: false }
    }

    /// The name of the program.
    pub fn program(self) -> &'static str {
        &self.row().program
    }

    /// A command that runs a script of `package.json`.
    pub fn run(self, script: &str) -> Command {
        Command::new(&self.row().run).word(script)
    }

    /// A command that runs a program of a dependency, as it is typed.
    pub fn exec(self, words: &[&str]) -> Command {
        Command::new(&self.row().exec).words(words)
    }

    /// A command that runs a script of a workspace member, from the root of the workspace.
    pub fn run_in(self, member: &Package, script: &str) -> Command {
        let name = member.name();
        let name = name.as_str();
        match self {
            Self::Npm => Command::new(["npm", "run", script, "--workspace", name]),
            Self::YarnClassic | Self::YarnBerry => Command::new(["yarn", "workspace", name, "run", script]),
            Self::Pnpm => Command::new(["pnpm", "--filter", name, "run", script]),
            Self::Bun => Command::new(["bun", "run", "--filter", name, script]),
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
        .map(String::as_str)
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
        let version = stated_version(repo, root, kind.value);
        Manager { kind, is_guess: false, version, warning }
    };
    if let Some(fact) = declared(repo, root) {
        let own = fact.value.lock_files();
        let other = all.first().filter(|_| !all.iter().any(|name| own.iter().any(|known| known == name)));
        return match other {
            Some(name) => with(at(name), Some(not_declared(&fact, &join(folder, name)))),
            None => with(fact, None),
        };
    }
    let preferred = match all.as_slice() {
        [] => None,
        [one] => Some(*one),
        several => {
            // One that is out of step was left behind.
            let in_step = several.iter().copied().filter(|name| lock_file::missing(repo, workspace, name).is_none());
            let mut meant: Vec<&str> = in_step.collect();
            if meant.is_empty() {
                meant = several.to_vec();
            }
            meant.iter().find(|name| mentioned(root, by_lock(name))).or(meant.last()).copied()
        }
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
    let fact = named(root)?;
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
    let stated = lock.find_stated(|line| line.starts_with("lockfileVersion"))?;
    let format: String =
        stated.value.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let row = Kind::Pnpm.row();
    let line = row.lock_formats.get(&format).or(row.version.as_ref())?;
    Some(Fact::new(line.clone(), stated.evidence))
}

/// What is stated, the most deliberate first: `packageManager`, `devEngines`, volta, files for version managers, `engines`.
fn stated_version(repo: &Repo, root: &Package, kind: Kind) -> Option<Fact<String>> {
    let name = kind.program();
    let text = |keys: &[&str]| root.manifest.text(keys);
    let named = named(root).filter(|fact| fact.value.0 == name).map(|fact| fact.map(|(_, version)| version));
    let stated = [named, text(&["volta", name]), from_files(repo, root, name), text(&["engines", name])];
    stated.into_iter().flatten().find_map(|fact| {
        let version = usable(&fact.value)?;
        Some(Fact::new(version, fact.evidence))
    })
}

/// The package manager that the manifest names, and the version beside it.
pub fn named(root: &Package) -> Option<Fact<(String, String)>> {
    if let Some(fact) = root.manifest.text(&["packageManager"]) {
        return Some(fact.map(|text| {
            let (name, version) = text.split_once('@').unwrap_or((&text, ""));
            (name.to_owned(), version.split('+').next().unwrap_or_default().to_owned())
        }));
    }
    let keys = ["devEngines", "packageManager"];
    let value = match root.manifest.get(&keys)? {
        Value::Array(list) => list.first()?,
        value => value,
    };
    let field = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(Fact::new((field("name"), field("version")), root.evidence(&keys)))
}

fn from_files(repo: &Repo, root: &Package, name: &str) -> Option<Fact<String>> {
    let own = of_file(repo, &join(&root.folder, &format!(".{name}-version")));
    of_tool(repo, &root.folder, &[name, &format!("npm:{name}")]).into_iter().next().or(own)
}

/// An exact version, or a range that stays in one major line; a floor says too little.
fn usable(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches(['v', '=']);
    let number = text.trim_start_matches(['^', '~']);
    let is_version = number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    is_version.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::usable;

    #[test]
    fn floors_and_more_say_too_little() {
        for text in [">=8", "*", "8 || 9", "latest", "", "1; rm -rf /", "$(id)"] {
            assert_eq!(usable(text), None, "{text}");
        }
        assert_eq!(usable("v9.1.0").as_deref(), Some("9.1.0"));
        assert_eq!(usable("11.5.x").as_deref(), Some("11.5.x"));
        assert_eq!(usable("^10").as_deref(), Some("^10"));
    }
}
