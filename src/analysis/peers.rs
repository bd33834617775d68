//! Whether npm's lock file was made by an npm that does not mind which versions packages want beside them.

use nodejs_semver::{Range, Version};
use serde_json::Value;

use crate::repo::Document;

/// What makes npm as careless as the one that made the lock file.
pub const OLD_PEERS: &str = "--legacy-peer-deps";

/// Whether an install by this lock file has to be as careless: it is of the first format, which npm 6 wrote, or a package of the
/// manifest wants another version of its neighbour than the one that is there.
pub fn are_old(lock: &Document) -> bool {
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
            let found = beside(packages, path, name).filter(|_| !is_optional(name));
            let version = found.and_then(|it| Version::parse(it.get("version")?.as_str()?).ok());
            let range = range.as_str().and_then(|range| Range::parse(range).ok());
            version.zip(range).is_some_and(|(version, range)| !version.is_prerelease() && !range.satisfies(&version))
        })
    };
    !packages.values().any(is_for_peer) && packages.iter().filter(|(path, _)| !path.is_empty()).any(is_unmet)
}

/// What a package has beside it under a name: in the folder that it lies in, or in one above.
fn beside<'a>(packages: &'a serde_json::Map<String, Value>, path: &str, name: &str) -> Option<&'a Value> {
    let mut folder = path;
    while let Some((above, _)) = folder.rsplit_once("node_modules/") {
        if let Some(found) = packages.get(&format!("{above}node_modules/{name}")) {
            return Some(found);
        }
        folder = above.trim_end_matches('/');
    }
    None
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
            are_old(&Document::new("package-lock.json", text))
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
            are_old(&Document::new("package-lock.json", text))
        };
        assert!(lock(3, "18.1.0", "^0.14.0 || ^16.0.1") && lock(1, "18.1.0", "18"));
        assert!(!lock(3, "18.1.0", "^16 || ^18") && !lock(2, "18.1.0", "latest") && !lock(3, "18.0.0-rc.1", "^18"));
        assert!(!are_old(&Document::new("package-lock.json", "{")));
    }
}
