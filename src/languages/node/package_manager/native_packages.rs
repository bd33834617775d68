//! Packages that are compiled or need system libraries, by the table and by the lock file.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::catalog::node::{has, source as rules};
use crate::catalog::{Native, native, natives};
use crate::evidence::Warning;
use crate::languages::node::manifest::Package;
use crate::languages::node::workspace::Workspace;
use crate::path::join;
use crate::repo::Repo;

/// What the compiled packages of a workspace need.
#[derive(Debug, Default)]
pub struct Needs {
    /// Debian packages for the build.
    pub build: BTreeSet<String>,
    /// Debian packages whose libraries must reach the final image.
    pub run: BTreeSet<String>,
    /// Variables for the build stage.
    pub environment: Vec<(String, String)>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// Looks through the manifests and the lock file.
pub fn needs(repo: &Repo, workspace: &Workspace, package: &Package) -> Needs {
    let mut needs = Needs::default();
    let packages = [&workspace.root, package];
    let direct: BTreeSet<&str> = packages.iter().flat_map(|package| package.dependencies()).collect();
    let locked = locked(repo, workspace);
    for known in natives("node") {
        let is_locked = locked.contains(known.name.as_str());
        if direct.contains(known.name.as_str()) || is_locked {
            needs.add(known);
            let evidence =
                packages.iter().find_map(|package| package.dependency(&known.name)).map(|fact| fact.evidence);
            if !known.note.is_empty()
                && let Some(evidence) = evidence
            {
                needs.warnings.push(Warning::new(known.note.clone()).at(evidence));
            }
        }
    }
    let is_of_workspace = || workspace.members.iter().any(depends_on_git) || locks_git(repo, workspace);
    if packages.into_iter().any(depends_on_git) || *workspace.is_fetched_by_git.get_or_init(is_of_workspace) {
        // The installer starts git, which trusts the certificates of the system.
        needs.build.extend(["ca-certificates", "git"].map(str::to_owned));
    }
    if rules().compiled_marks.iter().any(|mark| locked.contains(mark.as_str()))
        && let Some(tools) = native("node", "node-gyp")
    {
        needs.add(tools);
    }
    needs
}

/// The packages that a compiler makes when they are installed, among those that the workspace locks.
pub fn compiled(repo: &Repo, workspace: &Workspace) -> Vec<&'static str> {
    let locked = locked(repo, workspace);
    let rows = natives("node").iter().filter(|known| !known.build.is_empty());
    rows.map(|known| known.name.as_str())
        .filter(|name| !has(&rules().compiled_marks, name) && locked.contains(name))
        .collect()
}

/// Whether a package has a dependency that is fetched by git.
fn depends_on_git(package: &Package) -> bool {
    package.dependencies().into_iter().filter_map(|name| package.range(name)).any(is_of_git)
}

/// Whether a range is an address of a git server: `git+https://…`, `github:owner/name`, `owner/name#v1`.
fn is_of_git(range: &str) -> bool {
    const PREFIXES: &[&str] = &["git+", "git:", "git@", "github:", "gitlab:", "bitbucket:", "gist:"];
    let address = range.split('#').next().unwrap_or_default();
    let is_short = |text: &str| {
        let is_name =
            |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        text.split_once('/').is_some_and(|(owner, name)| is_name(owner) && is_name(name) && !owner.starts_with('.'))
    };
    PREFIXES.iter().any(|prefix| range.starts_with(prefix)) || address.ends_with(".git") || is_short(address)
}

/// Whether a lock file has a package from a git server, which may be a dependency of a dependency.
fn locks_git(repo: &Repo, workspace: &Workspace) -> bool {
    let folder = workspace.root.folder.as_str();
    let names = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"];
    let lock = names.iter().find_map(|name| repo.read_optional(&join(folder, name)));
    lock.is_some_and(|lock| ["git+ssh://", "git+https://", "type: git"].iter().any(|mark| lock.text().contains(mark)))
}

impl Needs {
    fn add(&mut self, known: &Native) {
        self.build.extend(known.build.iter().cloned());
        self.run.extend(known.run.iter().cloned());
        self.environment.extend(known.environment.iter().map(|(name, value)| (name.clone(), value.clone())));
        self.environment.sort();
        self.environment.dedup();
    }
}

/// The names of interest that a lock file holds packages of: those of the table and the marks.
fn locked<'a>(repo: &Repo, workspace: &'a Workspace) -> &'a BTreeSet<&'static str> {
    workspace.locked.get_or_init(|| read_locked(repo, workspace))
}

fn read_locked(repo: &Repo, workspace: &Workspace) -> BTreeSet<&'static str> {
    let names = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"];
    let read = |name: &&str| repo.read_optional(&join(&workspace.root.folder, name));
    let Some(lock) = names.iter().find_map(read) else {
        return BTreeSet::new();
    };
    let natives = natives("node").iter().map(|known| known.name.as_str());
    installed(lock.text(), &natives.chain(rules().compiled_marks.iter().map(String::as_str)).collect())
}

/// A lock file of npm, as far as it names packages.
#[derive(Deserialize)]
struct NpmLock {
    #[serde(default)]
    packages: BTreeMap<String, NpmPackage>,
    #[serde(default)]
    dependencies: BTreeMap<String, NpmLock>,
}

/// A package of such a lock file.
#[derive(Deserialize)]
struct NpmPackage {
    /// Whether it is a folder of the repository.
    #[serde(default)]
    link: bool,
}

impl NpmLock {
    /// The names of the packages that it installs: the ends of their folders, or those of the form before npm 7.
    fn names(&self) -> Vec<&str> {
        let fetched = self.packages.iter().filter(|(_, package)| !package.link);
        let folders = fetched.filter_map(|(path, _)| path.rsplit_once("node_modules/").map(|(_, name)| name));
        let nested = self.dependencies.iter().filter(|_| self.packages.is_empty());
        folders.chain(nested.flat_map(|(name, it)| it.names().into_iter().chain([name.as_str()]))).collect()
    }
}

/// Those of some packages that a lock file of any format installs. One that it names only as a peer, which may be there and is
/// not brought along, is none.
fn installed(text: &str, wanted: &BTreeSet<&'static str>) -> BTreeSet<&'static str> {
    match serde_json::from_str::<NpmLock>(text) {
        Ok(lock) => lock.names().into_iter().filter_map(|name| wanted.get(name).copied()).collect(),
        Err(_) => named(&without_peers(text), wanted),
    }
}

/// A lock file of Yarn, pnpm or Bun without its lists of peers: what is deeper than their heading, or the rest of its line.
fn without_peers(text: &str) -> String {
    const HEADINGS: &[&str] = &["peerDependencies:", "peerDependenciesMeta:"];
    const OF_BUN: &str = "\"peerDependencies\":";
    let mut depth = None;
    let mut kept = String::new();
    for line in text.lines() {
        let indentation = line.len() - line.trim_start().len();
        if depth.is_some_and(|depth| indentation > depth) {
            continue;
        }
        let is_heading = HEADINGS.iter().any(|heading| line.trim_start().starts_with(heading));
        depth = is_heading.then_some(indentation);
        kept.push_str(line.split(OF_BUN).next().unwrap_or_default());
        kept.push('\n');
    }
    kept
}

/// Those of some packages that a lock file of any format names: `"node_modules/x":`, `x@…`, `/x@…`, `"x": [` or `x:` at a
/// line's start.
fn named(text: &str, wanted: &BTreeSet<&'static str>) -> BTreeSet<&'static str> {
    let longest = wanted.iter().map(|name| name.len()).max().unwrap_or_default();
    let starts = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'\n' | b'"' | b'\'' | b'/' | b' '));
    let found = std::iter::once(0).chain(starts.map(|(at, _)| at + 1)).filter_map(|start| {
        let bytes = text.as_bytes().get(start..)?;
        // no name goes on after a blank, and a scope begins with one of the marks that end a name
        let is_end = |byte: &u8| matches!(byte, b'@' | b'"' | b':' | b'\'' | b' ' | b'\n');
        bytes.first().filter(|byte| !byte.is_ascii_whitespace())?;
        let end = start + 1 + bytes.iter().take(longest + 1).skip(1).position(is_end)?;
        let name = wanted.get(text.get(start..end)?).filter(|_| !text.as_bytes()[end].is_ascii_whitespace())?;
        let is_of_types = text[..start].ends_with("@types/") && text[end..].starts_with('@');
        (!is_of_types).then_some(*name)
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{installed, is_of_git, named};

    #[test]
    fn lock_files_of_every_format_name_a_package_whole() {
        let wanted = BTreeSet::from(["sharp", "@img/sharp"]);
        let found = |text: &str| named(text, &wanted).into_iter().collect::<Vec<_>>();
        for text in [
            "{\"node_modules/sharp\": {}}",
            "sharp@^1.0.0:\n",
            "\"sharp@npm:^1\":\n",
            "  /sharp@1.0.0:\n",
            "  sharp: 1.0.0\n",
            "  \"sharp\": [\"sharp@1\"]",
            "  'sharp': 1",
        ] {
            assert_eq!(found(text), ["sharp"], "{text}");
        }
        assert_eq!(found("{\"node_modules/@img/sharp\": {}}"), ["@img/sharp", "sharp"]);
        for text in ["sharper@1", "  /@types/sharp@1", "x-sharp@1", "sharp", "  sharp, 1", ""] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_peer_that_is_only_named_is_not_installed() {
        let wanted = BTreeSet::from(["pg", "pg-native"]);
        let found = |text: &str| installed(text, &wanted).into_iter().collect::<Vec<_>>();
        for text in [
            "{\"packages\": {\"\": {}, \"node_modules/pg\": {\"peerDependencies\": {\"pg-native\": \">=3\"}, \"peerDependenciesMeta\": {\"pg-native\": {\"optional\": true}}}}}",
            "__metadata:\n  version: 8\n\n\"pg@npm:^8\":\n  peerDependencies:\n    pg-native: \">=3\"\n  peerDependenciesMeta:\n    pg-native:\n      optional: true\n  checksum: x\n",
            "packages:\n\n  pg@8.11.0:\n    peerDependencies:\n      pg-native: '>=3'\n    peerDependenciesMeta:\n      pg-native:\n        optional: true\n",
            "{\n  // a comment\n  \"pg\": [\"pg@8\", \"\", { \"peerDependencies\": { \"pg-native\": \">=3\" }, \"optionalPeers\": [\"pg-native\"] }, \"x\"],\n}",
        ] {
            assert_eq!(found(text), ["pg"], "{text}");
        }
        for text in [
            "{\"packages\": {\"node_modules/pg\": {}, \"node_modules/pg/node_modules/pg-native\": {}}}",
            "{\"dependencies\": {\"pg\": {\"requires\": {\"x\": \"1\"}, \"dependencies\": {\"pg-native\": {\"version\": \"3\"}}}}}",
            "\"pg@npm:^8\":\n  peerDependencies:\n    x: 1\n\n\"pg-native@npm:^3\":\n  version: 3\n",
            "packages:\n  pg@8.11.0:\n    peerDependencies:\n      x: '1'\n  pg-native@3.0.0:\n    engines: {}\n",
            "{\n  \"pg\": [\"pg@8\", \"\", { \"peerDependencies\": { \"x\": \"1\" } }, \"x\"],\n  \"pg-native\": [\"pg-native@3\"],\n}",
        ] {
            assert_eq!(found(text), ["pg", "pg-native"], "{text}");
        }
    }

    #[test]
    fn addresses_of_git_servers_are_told_from_ranges_and_archives() {
        for range in
            ["git+ssh://git@github.com/a/b.git", "github:a/b", "a/b", "a/b#semver:^1", "https://x.org/a/b.git#v1"]
        {
            assert!(is_of_git(range), "{range}");
        }
        for range in
            ["^1.0.0", "latest", "npm:a@1", "file:../a", "workspace:*", "https://x.org/a/b.tgz", "./a", "@a/b@1"]
        {
            assert!(!is_of_git(range), "{range}");
        }
    }
}
