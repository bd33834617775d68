//! `cargo metadata`: the packages that have programs, their binaries, and their features.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use dockgen::languages::detect;
use dockgen::path::parent;
use dockgen::plan::Application;
use dockgen::repo::Repo;
use serde_json::Value;

use crate::Comparison;

/// Packages, binaries and features, each with the folder of the package.
///
/// What dockgen refuses by name, and what Cargo does not read either, is left out.
pub fn compare(checkout: &Path, found: &[Box<dyn Application>]) -> Result<Vec<Comparison>, String> {
    let (repo, _) = Repo::open(checkout).map_err(|error| error.to_string())?;
    let refused: BTreeSet<String> = detect(&repo).problems.into_iter().map(|(folder, _)| folder).collect();
    let (told, read) = told(&repo);
    let mut all =
        ["packages", "binaries", "features"].map(|what| Comparison { what, tool: Vec::new(), ours: Vec::new() });
    for (folder, package) in told.iter().filter(|(folder, _)| !refused.contains(folder)) {
        let is_program = |target: &&Value| has(&target["kind"], "bin");
        let binaries: Vec<&Value> = package["targets"].as_array().into_iter().flatten().filter(is_program).collect();
        if binaries.is_empty() {
            continue;
        }
        let line = |name: &str| format!("{folder}: {name}");
        all[0].tool.extend(package["name"].as_str().map(line));
        all[1].tool.extend(binaries.iter().filter_map(|target| target["name"].as_str()).map(line));
        all[2].tool.extend(package["features"].as_object().into_iter().flatten().map(|(name, _)| line(name)));
    }
    for app in found.iter().map(|it| it.app()).filter(|app| read.contains(&app.folder)) {
        let line = |name: &str| format!("{}: {name}", app.folder);
        all[0].ours.push(line(&app.name));
        for fact in &app.facts {
            match fact.name {
                "binary" => all[1].ours.push(line(&fact.value)),
                "features" => all[2].ours.extend(fact.value.split(", ").map(line)),
                _ => {}
            }
        }
    }
    for it in &mut all {
        it.tool.sort();
        it.ours.sort();
    }
    Ok(if all[0].tool.is_empty() && all[0].ours.is_empty() { Vec::new() } else { all.into() })
}

fn has(list: &Value, text: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|item| item == text))
}

/// Every package that Cargo reads with its folder, and the folders of the manifests that it read.
fn told(repo: &Repo) -> (Vec<(String, Value)>, BTreeSet<String>) {
    let (mut packages, mut read) = (Vec::new(), BTreeSet::new());
    for manifest in repo.files().iter().filter(|file| file.rsplit('/').next() == Some("Cargo.toml")) {
        if read.contains(parent(manifest)) {
            continue;
        }
        let Some(metadata) = metadata(&repo.root().join(manifest)) else { continue };
        for package in metadata["packages"].as_array().into_iter().flatten() {
            let path = PathBuf::from(package["manifest_path"].as_str().unwrap_or_default());
            let Some(place) = path.parent().and_then(|path| path.strip_prefix(repo.root()).ok()) else { continue };
            let place = place.to_string_lossy().into_owned();
            if read.insert(place.clone()) {
                packages.push((place, package.clone()));
            }
        }
    }
    (packages, read)
}

fn metadata(manifest: &Path) -> Option<Value> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"])
        .arg(manifest)
        .envs([("RUSTC_BOOTSTRAP", "1"), ("RUSTUP_TOOLCHAIN", "stable")])
        .current_dir(manifest.parent()?)
        .output()
        .ok()?;
    serde_json::from_slice(&output.stdout).ok()
}
