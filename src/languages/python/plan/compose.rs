//! What `docker compose` files say of the application's own service: where it keeps its data.

use serde_json::Value;

use crate::evidence::Fact;
use crate::path::join;
use crate::repo::{Manifest, Repo};

/// Names of compose files, in the order of their weight.
const FILES: &[&str] =
    &["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml", "docker-compose.prod.yml"];
/// Folders that Dockerfiles put an application in: a volume below one lies below the application's folder here too.
const HOMES: &[&str] = &["/app", "/code", "/usr/src/app", "/src", "/opt/app", "/srv/app", "/home/app"];

/// The folders of volumes: relative ones are the application's own.
pub fn volumes(repo: &Repo, folder: &str, name: &str) -> Vec<Fact<String>> {
    let Some(manifest) = FILES.iter().find_map(|file| repo.read_optional(&join(folder, file))?.yaml().ok()) else {
        return Vec::new();
    };
    let services = manifest.get(&["services"]).and_then(Value::as_object);
    let mut found = Vec::new();
    for (service, value) in services.into_iter().flatten() {
        if is_own(service, value, name) {
            let volumes = value.get("volumes").and_then(Value::as_array);
            found.extend(volumes.into_iter().flatten().filter_map(|volume| target(&manifest, volume)));
        }
    }
    found
}

/// The service is built here, or its image is called like the application.
fn is_own(service: &str, value: &Value, name: &str) -> bool {
    let image = value.get("image").and_then(Value::as_str).unwrap_or_default();
    let called = image.rsplit('/').next().unwrap_or_default().split([':', '@']).next().unwrap_or_default();
    value.get("build").is_some()
        || !name.is_empty() && (called.eq_ignore_ascii_case(name) || service.eq_ignore_ascii_case(name))
}

/// The folder that a volume is mounted on; nothing for sources, sockets, single files and read-only mounts.
fn target(manifest: &Manifest, volume: &Value) -> Option<Fact<String>> {
    let text = volume.as_str()?;
    let mut parts = text.split(':');
    let (source, target) = (parts.next()?, parts.next()?);
    let is_read_only = parts.next() == Some("ro");
    let is_file = target.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let is_source = source.starts_with('.')
        && !target.contains("data")
        && !target.contains("log")
        && !target.contains("upload")
        && !target.contains("media");
    if is_read_only || is_file || is_source || !target.starts_with('/') || target.contains('$') {
        return None;
    }
    let target = target.trim_end_matches('/');
    let inside = HOMES.iter().find_map(|home| target.strip_prefix(home)?.strip_prefix('/'));
    if HOMES.contains(&target) {
        return None;
    }
    let evidence = manifest.document().find(text).unwrap_or_else(|| manifest.evidence(&["services"]));
    Some(Fact::new(inside.unwrap_or(target).to_owned(), evidence))
}
