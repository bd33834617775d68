//! Whether a lock file is in step with the manifest: each package manager refuses a frozen install otherwise.

use std::collections::HashSet;

use jsonc_parser::{JsonValue, ParseOptions};
use nodejs_semver::{Range, Version};
use serde_json::Value;

use crate::evidence::Evidence;
use crate::languages::node::manifest::Package;
use crate::languages::node::workspace::Workspace;
use crate::path::{join, parent, relative_to};
use crate::repo::{Document, Repo};

/// Kinds of dependencies that a lock file holds.
const KINDS: &[&str] = &["dependencies", "devDependencies"];

/// A dependency of the manifest, or of a member of its workspace, that the lock file lacks or has with another range.
pub fn missing(repo: &Repo, workspace: &Workspace, name: &str) -> Option<String> {
    let root = &workspace.root;
    if name == "bun.lockb" {
        let bytes = repo.read_bytes(&join(&root.folder, name))?;
        let lock = String::from_utf8_lossy(&bytes);
        let mut packages = workspace.members.iter().chain([root]);
        return packages.find_map(|package| first(package, |dependency, range| in_binary(&lock, dependency, range)));
    }
    let lock = repo.read_optional(&join(&root.folder, name))?;
    match name {
        "yarn.lock" => {
            let entries = entries(lock.text());
            first(root, |dependency, range| in_yarn(&entries, dependency, range))
        }
        "pnpm-lock.yaml" => {
            let pairs = specifiers(lock.text());
            let overrides = lock.find_line(|line| line.starts_with("overrides:")).is_some();
            if pairs.is_empty() || overrides {
                None
            } else {
                first(root, |dependency, range| pairs.contains(&(dependency, range)))
            }
        }
        "bun.lock" => in_bun(workspace, &lock),
        _ => in_npm(root, &lock),
    }
}

/// What Bun's lock file lacks: it lists the dependencies of each package of the workspace by its folder.
fn in_bun(workspace: &Workspace, document: &Document) -> Option<String> {
    let options = ParseOptions::default();
    let Ok(Some(JsonValue::Object(lock))) = jsonc_parser::parse_to_value(document.text(), &options) else {
        return None;
    };
    let packages = lock.get_object("workspaces")?;
    workspace.members.iter().chain([&workspace.root]).find_map(|package| {
        let folder = relative_to(&package.folder, &workspace.root.folder);
        let known = packages.get_object(if folder == "." { "" } else { &folder });
        let range_of = |kind: &str, name: &str| known?.get_object(kind)?.get_string(name);
        first(package, |dependency, range| {
            KINDS.iter().any(|kind| range_of(kind, dependency).is_some_and(|known| known.as_ref() == range))
        })
    })
}

/// Whether Bun's binary lock file may hold a dependency: it has names and ranges as they are written.
fn in_binary(lock: &str, dependency: &str, range: &str) -> bool {
    let is_local = range.contains(':');
    lock.contains(dependency) && (is_local || lock.contains(range))
}

/// The version of a package that npm's lock file of a folder installs at its top.
pub fn version_of(repo: &Repo, folder: &str, package: &str) -> Option<String> {
    let lock = repo.read_optional(&join(folder, "package-lock.json"))?;
    let lock: Value = serde_json::from_str(lock.text()).ok()?;
    let installed = lock.get("packages").and_then(|packages| packages.get(format!("node_modules/{package}")));
    let installed = installed.or_else(|| lock.get("dependencies")?.get(package))?;
    installed.get("version")?.as_str().map(str::to_owned)
}

/// Where a package asks for a dependency, where what is installed of it is older than a version.
pub fn older_than(repo: &Repo, folder: &str, package: &Package, name: &str, below: &str) -> Option<Evidence> {
    let range = package.dependency(name)?;
    let is_older = match version_of(repo, folder, name) {
        Some(version) => Version::parse(version).ok()? < Version::parse(below).ok()?,
        None => !Range::parse(&range.value).ok()?.allows_any(&Range::parse(format!(">={below}")).ok()?),
    };
    is_older.then_some(range.evidence)
}

/// The package of npm's lock file that npm installs on other systems only, and refuses here: one that is made for them and that
/// nothing calls optional.
pub fn of_another_system(document: &Document) -> Option<String> {
    let lock: Value = serde_json::from_str(document.text()).ok()?;
    let packages = lock.get("packages")?.as_object()?;
    packages.iter().find_map(|(path, package)| {
        let systems: Vec<&str> = package.get("os")?.as_array()?.iter().filter_map(Value::as_str).collect();
        let is_optional = ["optional", "devOptional"].iter().any(|key| package.get(key) == Some(&Value::Bool(true)));
        (!is_optional && !runs_on(&systems, SYSTEM)).then(|| path.rsplit("node_modules/").next().map(str::to_owned))?
    })
}

/// The system of an image, as packages of npm name it.
const SYSTEM: &str = "linux";

/// Whether a list of systems has one: each is named, or all are but those with `!` in front.
fn runs_on(systems: &[&str], system: &str) -> bool {
    let is_excluded = systems.iter().any(|it| it.strip_prefix('!') == Some(system));
    let named = systems.iter().filter(|it| !it.starts_with('!')).count();
    !is_excluded && (named == 0 || systems.contains(&system))
}

/// The first dependency that is not known; one that the manifest overrides has another range in the lock file.
fn first(root: &Package, is_known: impl Fn(&str, &str) -> bool) -> Option<String> {
    let overridden =
        root.manifest.get(&["resolutions"]).is_some() || root.manifest.get(&["pnpm", "overrides"]).is_some();
    if overridden {
        return None;
    }
    KINDS.iter().find_map(|kind| {
        let wanted = root.manifest.get(&[kind])?.as_object()?;
        wanted.iter().find_map(|(dependency, range)| {
            let range = range.as_str()?;
            (!is_known(dependency, range)).then(|| dependency.clone())
        })
    })
}

/// What the lock file of Yarn has, as it names it: `name@range` of Yarn 1, `name@npm:range` of its successors.
fn entries(lock: &str) -> HashSet<&str> {
    let heads = lock.lines().filter(|line| !line.starts_with([' ', '#'])).filter_map(|line| line.strip_suffix(':'));
    heads.flat_map(|head| head.split(',')).map(|entry| entry.trim_matches([' ', '"'])).collect()
}

fn in_yarn(entries: &HashSet<&str>, dependency: &str, range: &str) -> bool {
    let is_local = ["workspace:", "link:", "portal:", "file:", "patch:"].iter().any(|kind| range.starts_with(kind));
    // an entry is split where a range has a comma
    let first = range.split(',').next().unwrap_or_default().trim();
    is_local
        || entries.contains(format!("{dependency}@{first}").as_str())
        || entries.contains(format!("{dependency}@npm:{first}").as_str())
}

/// Every `name:` that a `specifier:` follows.
fn specifiers(lock: &str) -> HashSet<(&str, &str)> {
    let lines: Vec<&str> = lock.lines().map(str::trim).collect();
    let pairs = lines.windows(2).filter_map(|pair| {
        let range = pair[1].strip_prefix("specifier:")?.trim().trim_matches(['"', '\'']);
        let name = pair[0].strip_suffix(':')?.trim_matches(['"', '\'']);
        (!name.is_empty()).then_some((name, range))
    });
    pairs.collect()
}

fn in_npm(root: &Package, document: &Document) -> Option<String> {
    let lock: Value = serde_json::from_str(document.text()).ok()?;
    let own = KINDS.iter().find_map(|kind| {
        let wanted = root.manifest.get(&[kind])?.as_object()?;
        wanted.iter().find_map(|(dependency, range)| {
            let known = match lock.get("packages").and_then(|packages| packages.get("")) {
                Some(root) => root.get(kind).and_then(|table| table.get(dependency)) == Some(range),
                None => lock.get("dependencies").is_some_and(|table| table.get(dependency).is_some()),
            };
            (!known).then(|| dependency.clone())
        })
    });
    let is_overridden = root.manifest.get(&["overrides"]).is_some();
    own.or_else(|| of_a_package(&lock)).or_else(|| if is_overridden { None } else { unsatisfied(&lock) })
}

/// What a package of npm's lock file depends on, and finds in a version that its range does not allow.
fn unsatisfied(lock: &Value) -> Option<String> {
    let packages = lock.get("packages")?.as_object()?;
    let text = |package: &Value, key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
    packages.iter().filter(|(_, package)| package.get("inBundle").is_none()).find_map(|(path, package)| {
        let wanted = package.get("dependencies")?.as_object()?;
        wanted.iter().find_map(|(name, range)| {
            let found = packages.get(&above(packages, path, name)?)?;
            // what has another name or comes from elsewhere is not told by a version
            let is_plain = found.get("name").is_none() && found.get("link").is_none();
            let version = Version::parse(text(found, "version")?).ok()?;
            let range = Range::parse(range.as_str()?).ok()?;
            (is_plain && version.pre_release().is_empty() && !range.satisfies(&version)).then(|| name.clone())
        })
    })
}

/// What a package of npm's lock file depends on, perhaps on other systems only, and that it does not hold: `fsevents`, where a
/// lock file was written on one system by an npm that forgot the others.
fn of_a_package(lock: &Value) -> Option<String> {
    let packages = lock.get("packages")?.as_object()?;
    let installed = packages.iter().filter(|(path, _)| !path.is_empty());
    installed.into_iter().find_map(|(path, package)| {
        let groups =
            ["dependencies", "optionalDependencies"].into_iter().filter_map(|kind| package.get(kind)?.as_object());
        let mut wanted = groups.flat_map(serde_json::Map::keys);
        wanted.find(|name| above(packages, path, name).is_none()).cloned()
    })
}

/// What makes npm as careless as the one that made the lock file.
pub const OLD_PEERS: &str = "--legacy-peer-deps";

/// Whether an install by this lock file has to be as careless: it is of the first format, which npm 6 wrote, or a package of the
/// manifest wants another version of its neighbour than the one that is there.
pub fn has_old_peers(lock: &Document) -> bool {
    let Ok(lock) = serde_json::from_str::<Value>(lock.text()) else { return false };
    if lock.get("lockfileVersion").and_then(Value::as_u64).unwrap_or(1) == 1 {
        return true;
    }
    let Some(packages) = lock.get("packages").and_then(Value::as_object) else { return false };
    let at_top = |name: &str| packages.get(&format!("node_modules/{name}"));
    let root = packages.get("");
    let groups = ["dependencies", "devDependencies"].into_iter().filter_map(|group| root?.get(group)?.as_object());
    let is_direct = groups.flat_map(serde_json::Map::keys).any(|name| {
        let peers = at_top(name).and_then(|package| package.get("peerDependencies")?.as_object());
        peers.into_iter().flatten().any(|(peer, range)| {
            let is_own = packages.contains_key(&format!("node_modules/{name}/node_modules/{peer}"));
            let version = at_top(peer).and_then(|it| Version::parse(it.get("version")?.as_str()?).ok());
            let range = range.as_str().and_then(|range| Range::parse(range).ok());
            let is_met =
                version.zip(range).is_none_or(|(version, range)| version.is_prerelease() || range.satisfies(&version));
            !is_own && !is_met
        })
    });
    is_direct || is_without_peers(packages)
}

/// Whether no package is there for a peer alone, as the careless npm leaves them out, and some package of another one has a
/// neighbour in a version that it does not allow.
fn is_without_peers(packages: &serde_json::Map<String, Value>) -> bool {
    let is_for_peer = |package: &Value| package.get("peer") == Some(&Value::Bool(true));
    let is_unmet = |(path, package): (&String, &Value)| {
        let wanted = package.get("peerDependencies").and_then(Value::as_object);
        let is_optional = |name: &str| {
            package.pointer("/peerDependenciesMeta").and_then(|meta| meta.get(name)?.get("optional")).is_some()
        };
        wanted.into_iter().flatten().any(|(name, range)| {
            let found =
                above(packages, path, name).and_then(|place| packages.get(&place)).filter(|_| !is_optional(name));
            let version = found.and_then(|it| Version::parse(it.get("version")?.as_str()?).ok());
            let range = range.as_str().and_then(|range| Range::parse(range).ok());
            version.zip(range).is_some_and(|(version, range)| !version.is_prerelease() && !range.satisfies(&version))
        })
    };
    !packages.values().any(is_for_peer) && packages.iter().filter(|(path, _)| !path.is_empty()).any(is_unmet)
}

/// Where a package at `path` finds another as Node.js does: in its own `node_modules`, or in one above.
fn above(packages: &serde_json::Map<String, Value>, path: &str, name: &str) -> Option<String> {
    let mut folder = path;
    loop {
        let place = join(folder, &format!("node_modules/{name}"));
        if packages.contains_key(&place) {
            return Some(place);
        }
        if folder.is_empty() {
            return None;
        }
        folder = parent(folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_of_another_version_deeper_down_is_careless_where_no_peer_was_installed() {
        let lock = |range: &str, mark: &str, own: &str| {
            let text = format!(
                r#"{{"lockfileVersion": 3, "packages": {{"": {{"dependencies": {{"menu": "2"}}}},
                "node_modules/menu": {{"version": "2.0.0", "dependencies": {{"words": "3"}}}},
                "node_modules/words": {{"version": "3.0.0", "peerDependencies": {{"ajv": "{range}"}}{mark}}}{own},
                "node_modules/ajv": {{"version": "8.12.0"}}}}}}"#
            );
            has_old_peers(&Document::new("package-lock.json", text))
        };
        assert!(lock("^6.9.1", "", ""));
        assert!(!lock("^8", "", "") && !lock("^6.9.1", r#", "peerDependenciesMeta": {"ajv": {"optional": true}}"#, ""));
        assert!(!lock("^6.9.1", "", r#", "node_modules/other": {"version": "1.0.0", "peer": true}"#));
    }

    #[test]
    fn only_a_neighbour_of_another_version_is_careless() {
        let lock = |format: u32, version: &str, range: &str| {
            let text = format!(
                r#"{{"lockfileVersion": {format}, "packages": {{"": {{"dependencies": {{"menu": "2", "react": "18"}}}},
                "node_modules/menu": {{"version": "2.0.0", "peerDependencies": {{"react": "{range}", "absent": "1"}}}},
                "node_modules/react": {{"version": "{version}"}}}}}}"#
            );
            has_old_peers(&Document::new("package-lock.json", text))
        };
        assert!(lock(3, "18.1.0", "^0.14.0 || ^16.0.1") && lock(1, "18.1.0", "18"));
        assert!(!lock(3, "18.1.0", "^16 || ^18") && !lock(2, "18.1.0", "latest") && !lock(3, "18.0.0-rc.1", "^18"));
        assert!(!has_old_peers(&Document::new("package-lock.json", "{")));
    }

    #[test]
    fn a_package_for_another_system_is_refused_unless_it_is_optional() {
        let found = |package: &str| {
            let text = format!("{{\"packages\": {{\"\": {{}}, \"node_modules/@img/x\": {package}}}}}");
            of_another_system(&Document::new("package-lock.json", &text))
        };
        assert_eq!(found("{\"os\": [\"win32\"]}").as_deref(), Some("@img/x"));
        assert_eq!(found("{\"os\": [\"!linux\"]}").as_deref(), Some("@img/x"));
        for package in [
            "{\"os\": [\"win32\"], \"optional\": true}",
            "{\"os\": [\"darwin\", \"linux\"]}",
            "{\"os\": [\"!win32\"]}",
            "{\"os\": []}",
            "{}",
        ] {
            assert_eq!(found(package), None, "{package}");
        }
    }

    #[test]
    fn a_dependency_that_is_found_in_another_version_is_out_of_step() {
        let found = |top: &str, own: &str| {
            let text = format!(
                r#"{{"packages": {{"": {{"dependencies": {{"a": "1"}}}}, "node_modules/a": {{"version": "1.0.0", "dependencies": {{"b": "^6.1.0"}}}}, "node_modules/b": {top}{own}}}}}"#
            );
            unsatisfied(&serde_json::from_str(&text).unwrap())
        };
        assert_eq!(found(r#"{"version": "8.12.0"}"#, "").as_deref(), Some("b"));
        for top in [
            r#"{"version": "6.2.0"}"#,
            r#"{"version": "8.0.0-beta.1"}"#,
            r#"{"version": "8.0.0", "name": "c"}"#,
            r#"{"link": true, "resolved": "b"}"#,
        ] {
            assert_eq!(found(top, ""), None, "{top}");
        }
        assert_eq!(
            found(r#"{"version": "8.12.0"}"#, r#", "node_modules/a/node_modules/b": {"version": "6.1.0"}"#),
            None
        );
    }

    #[test]
    fn entries_of_yarn_are_found_in_the_notation_of_each_line() {
        let classic = "# yarn lockfile v1\n\n\"@a/b@^1.0.0\", \"@a/b@^1.2.0\":\n  version \"1.2.0\"\n\nc@>=1, c@2:\n  version \"2\"\n";
        let found = entries(classic);
        assert!(in_yarn(&found, "@a/b", "^1.2.0") && in_yarn(&found, "c", "2") && in_yarn(&found, "c", ">=1"));
        assert!(!in_yarn(&found, "c", "3") && !in_yarn(&found, "b", "^1.2.0") && in_yarn(&found, "x", "file:../x"));
        let berry = "__metadata:\n  version: 8\n\n\"@a/b@npm:^1.0.0, @a/b@npm:^1.2.0\":\n  version: 1.2.0\n";
        let found = entries(berry);
        assert!(in_yarn(&found, "@a/b", "^1.2.0") && !in_yarn(&found, "@a/b", "^2"));
    }
}
