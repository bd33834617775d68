//! What Cargo makes: binaries by the names of packages.

use std::collections::BTreeSet;

use crate::check::View;
use crate::check::artifacts::Mismatch;

/// The mismatch of a path in `target/release` or `target/debug`.
pub(super) fn mismatch(view: &View<'_>, builder: usize, path: &str) -> Option<Mismatch> {
    let (folder, name) = path.rsplit_once('/')?;
    let is_profile = matches!(folder.rsplit('/').next(), Some("release" | "debug"));
    let runs_cargo = || view.commands_in(builder).iter().any(|command| command.program() == "cargo");
    if !(is_profile && folder.contains("target/") && runs_cargo()) || name.contains('.') {
        return None;
    }
    let made = binaries(view);
    let is_known = made.is_empty() || made.contains(name);
    (!is_known).then(|| Mismatch {
        message: format!("Cargo makes no `{path}`"),
        help: format!(
            "the manifests make {}",
            made.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ),
    })
}

/// The binaries of every Cargo package in the build context.
fn binaries(view: &View<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for manifest in view.context.named("Cargo.toml") {
        let Some(table) = view.context.read(manifest).and_then(|text| toml::from_str::<toml::Table>(&text).ok()) else {
            continue;
        };
        let folder = manifest.trim_end_matches("Cargo.toml");
        let package = table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
        names.extend(package.map(str::to_owned));
        let listed = table.get("bin").and_then(toml::Value::as_array).into_iter().flatten();
        names.extend(listed.filter_map(|binary| binary.get("name")?.as_str().map(str::to_owned)));
        let inside = format!("{folder}src/bin/");
        let automatic = view.context.files().filter_map(|file| file.strip_prefix(&inside));
        names.extend(automatic.filter_map(|file| {
            let first = file.split('/').next()?;
            Some(first.strip_suffix(".rs").unwrap_or(first).to_owned())
        }));
    }
    names
}
