//! Nx: applications that have a `project.json` and share the manifest at the root.

use serde_json::Value;

use crate::catalog::node_frameworks;
use crate::evidence::{Evidence, Fact};
use crate::languages::node::entrypoint::Entrypoint;
use crate::languages::node::manifest::Package;
use crate::path::{file_name, join, parent};
use crate::repo::{Manifest, Repo};

/// An application of an Nx workspace.
#[derive(Debug)]
pub struct Project {
    /// Its name, which commands take.
    pub name: String,
    /// Its folder.
    pub folder: String,
    /// What is started; a framework where files are served.
    pub entry: Entrypoint,
    /// The folder of files that its build makes, from its own folder.
    pub assets: Option<Fact<String>>,
    /// Whether the workspace means it when no project is named.
    pub is_default: bool,
}

/// The options of the target `build`.
const OPTIONS: &[&str] = &["targets", "build", "options"];

/// The applications below a root with `nx.json`; one at the root itself has the manifest to say it all.
pub fn projects(repo: &Repo, root: &Package) -> Vec<Project> {
    let Some(settings) = repo.read_optional(&join(&root.folder, "nx.json")).and_then(|text| text.json().ok()) else {
        return Vec::new();
    };
    let default = settings.text(&["defaultProject"]).map(|fact| fact.value);
    let files = repo.files_under(&root.folder).filter(|file| file_name(file) == "project.json");
    files
        .filter(|file| parent(file) != root.folder && repo.is_asked_for(parent(file)))
        .filter_map(|file| {
            let manifest = repo.read_optional(file)?.json().ok()?;
            let mut project = project(root, &manifest, parent(file))?;
            project.is_default = default.as_ref() == Some(&project.name);
            Some(project)
        })
        .collect()
}

fn project(root: &Package, manifest: &Manifest, folder: &str) -> Option<Project> {
    let option = |name: &str| manifest.text(&[OPTIONS, &[name]].concat());
    let executor = manifest.text(&["targets", "build", "executor"])?;
    if manifest.text(&["projectType"])?.value != "application" {
        return None;
    }
    let name = manifest.text(&["name"]).map_or_else(|| file_name(folder).to_owned(), |fact| fact.value);
    if name.starts_with('-') {
        return None; // for Nx it would be an option
    }
    let output = option("outputPath").or_else(|| base(manifest)).filter(|output| is_below(&output.value))?;
    let up = "../".repeat(folder.split('/').count() - root.folder.split('/').filter(|part| !part.is_empty()).count());
    let place = format!("{up}{}", output.value.trim_start_matches("./").trim_end_matches('/'));
    let evidence = output.evidence;
    let made = |entry, assets| Some(Project { name, folder: folder.to_owned(), entry, assets, is_default: false });
    if executor.value.ends_with("next:build") {
        let next = node_frameworks().iter().find(|row| row.dependency == "next" && !row.is_static)?;
        let mut entry = Entrypoint::of_framework(Fact::new(next, evidence));
        entry.arguments = vec![format!("{up}node_modules/next/dist/bin/next"), "start".into(), place];
        return made(entry, None);
    }
    let is_site = option("index").is_some()
        || ["vite:", "web:", "angular:", "-angular:"].iter().any(|tool| executor.value.contains(tool));
    if is_site {
        let site = node_frameworks().iter().find(|row| row.is_static && row.dependency == "vite")?;
        let browser = if executor.value.ends_with(":application") { "/browser" } else { "" };
        let entry = Entrypoint::of_framework(Fact::new(site, evidence.clone()));
        return made(entry, Some(Fact::new(format!("{place}{browser}"), evidence)));
    }
    let main = option("main")?.value;
    let stem = file_name(&main).rsplit_once('.').map_or("main", |(stem, _)| stem).to_owned();
    made(Entrypoint::built(format!("{place}/{stem}.js"), evidence), None)
}

/// Whether a path from the root of the workspace stays below it.
fn is_below(path: &str) -> bool {
    !path.starts_with('/') && path.split('/').all(|part| part != "..")
}

/// The output folder, where it is an object.
fn base(manifest: &Manifest) -> Option<Fact<String>> {
    let keys = [OPTIONS, &["outputPath", "base"]].concat();
    let value = manifest.get(&keys).and_then(Value::as_str)?;
    Some(Fact::new(value.to_owned(), Evidence::clone(&manifest.evidence(&keys))))
}

/// What Nx builds of the package: its main file in the folder that `project.json` names.
pub fn of_package(repo: &Repo, package: &Package) -> Option<(String, Evidence)> {
    let project = repo.read_optional(&join(&package.folder, "project.json"))?.json().ok()?;
    let options = ["targets", "build", "options"];
    let output = project.text(&[&options[..], &["outputPath"]].concat()).filter(|output| is_below(&output.value))?;
    let main = project.text(&[&options[..], &["main"]].concat())?.value;
    let stem = file_name(&main).rsplit_once('.').map_or("main", |(stem, _)| stem).to_owned();
    Some((format!("{}/{stem}.js", output.value), output.evidence))
}
