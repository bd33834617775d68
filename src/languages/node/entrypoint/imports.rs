//! What the file that is started loads, and which of it an image would not find.

use std::collections::{BTreeMap, BTreeSet};

use jsonc_parser::{JsonValue, ParseOptions};

use crate::catalog::analysis::data;
use crate::catalog::node::babel;
use crate::evidence::{Evidence, Fact};
use crate::languages::node::entrypoint::runner::is_development;
use crate::languages::node::manifest::Package;
use crate::path::{file_name, join, parent, relative_to};
use crate::repo::Repo;
use crate::source::{Import, MOST_FILES, Sources};

/// The imports that fail in an image, each with its line.
#[derive(Debug, Default)]
pub struct MissingImports {
    /// Packages that only development installs.
    pub development: Vec<Fact<String>>,
    /// Files as they are written, and as they are called: only some file systems take one for the other.
    pub other_case: Vec<Fact<(String, String)>>,
    /// Files of the package that are not there, and that nothing seems to make.
    pub absent: Vec<Fact<String>>,
}

/// What a module may be called by without its ending.
const ENDINGS: &[&str] = &[
    "",
    ".js",
    ".mjs",
    ".cjs",
    ".ts",
    ".mts",
    ".cts",
    ".tsx",
    ".jsx",
    ".json",
    ".node",
    "/index.js",
    "/index.mjs",
    "/index.cjs",
    "/index.ts",
    "/index.tsx",
];

/// Follows the imports from a file, a path from the root of the repository.
pub fn missing(sources: &Sources, package: &Package, entry: &str) -> MissingImports {
    let repo = sources.repo();
    let names: BTreeMap<String, &str> =
        repo.files_under(&package.folder).map(|file| (file.to_lowercase(), file)).collect();
    let mut missing = MissingImports::default();
    let mut seen = BTreeSet::new();
    let mut open = vec![entry.to_owned()];
    while let Some(path) = open.pop() {
        if seen.len() == MOST_FILES || !seen.insert(path.clone()) {
            continue;
        }
        let Some(file) = sources.get(&path) else { continue };
        for import in file.imports.iter().filter(|import| !import.is_type) {
            let Some(target) = relative(&path, &import.module) else {
                if is_loaded_at_once(import) && is_development(package, &import.module) {
                    let is_new = !missing.development.iter().any(|known| known.value == import.module);
                    missing.development.extend(is_new.then(|| file.fact(import.module.clone(), &import.place)));
                }
                continue;
            };
            let candidates = || candidates(&target);
            if let Some(found) = candidates().find(|candidate| repo.has(candidate)) {
                open.push(found);
            } else if let Some(found) = candidates().find_map(|candidate| names.get(&candidate.to_lowercase())) {
                let value = (import.module.clone(), (*found).to_owned());
                missing.other_case.push(file.fact(value, &import.place));
                open.push((*found).to_owned());
            } else if is_loaded_at_once(import) && is_absent(repo, package, &target) {
                let is_new = !missing.absent.iter().any(|known| known.value == target);
                missing.absent.extend(is_new.then(|| file.fact(target, &import.place)));
            }
        }
    }
    missing
}

/// Whether a file of the package is nowhere, in whatever language: no folder is called so, no script names it or generates sources, and it
/// lies in no folder that a build makes.
fn is_absent(repo: &Repo, package: &Package, target: &str) -> bool {
    let inside = relative_to(target, &package.folder);
    let stem = file_name(target).split('.').next().unwrap_or_default();
    let is_there = repo.has_folder(target) || repo.names_beginning(parent(target), stem).next().is_some();
    let is_made = |part: &str| {
        data().built.iter().any(|name| name == part) || part.contains("gen") || part.starts_with(['_', '.'])
    };
    let mut scripts = package.manifest.names(&["scripts"]).into_iter().filter_map(|name| package.script(name));
    let is_named = |script: &str| script.contains("gen") || stem.is_empty() || script.contains(stem);
    !inside.starts_with("..")
        && !is_there
        && !inside.split('/').any(is_made)
        && !scripts.any(|script| is_named(&script.value))
}

/// The packages that Babel makes the compiled files import and that production lacks, each with the plugin.
pub fn injected(sources: &Sources, package: &Package) -> Vec<Fact<String>> {
    let table = babel();
    if !table.compilers.iter().any(|compiler| package.dependency(compiler).is_some()) {
        return Vec::new();
    }
    let repo = sources.repo();
    let settings = table.settings.iter().map(|name| join(&package.folder, name)).filter(|path| repo.has(path));
    let files: Vec<String> = settings.collect();
    let missing = table.injects.iter().filter(|row| package.production_dependency(&row.package).is_none());
    let named = missing.filter_map(|row| {
        let evidence = files.iter().find_map(|path| plugin(sources, path, &row.plugins))?;
        Some(Fact::new(row.package.clone(), evidence))
    });
    named.collect()
}

/// Where settings of Babel name one of these plugins.
fn plugin(sources: &Sources, path: &str, plugins: &[String]) -> Option<Evidence> {
    let is_named = |name: &str| plugins.iter().any(|plugin| plugin == name);
    if path.ends_with("js") && !path.ends_with(".json") {
        let file = sources.get(path)?;
        let text = file.texts.iter().find(|literal| is_named(&literal.text))?;
        return Some(file.evidence(&text.place));
    }
    let document = sources.repo().read_optional(path)?;
    let Ok(Some(JsonValue::Object(all))) = jsonc_parser::parse_to_value(document.text(), &ParseOptions::default())
    else {
        return None;
    };
    let list = all.get_array("plugins")?;
    let name = list.iter().find_map(|entry| {
        match entry {
            JsonValue::String(name) => Some(name.clone()),
            JsonValue::Array(pair) => match pair.get(0) {
                Some(JsonValue::String(name)) => Some(name.clone()),
                _ => None,
            },
            _ => None,
        }
        .filter(|name| is_named(name))
    })?;
    Some(document.find_line(|line| line.contains(name.as_ref())).unwrap_or_else(|| Evidence::file(path)))
}

/// Whether an import happens as soon as its file is loaded, whatever the settings are.
fn is_loaded_at_once(import: &Import) -> bool {
    !import.is_dynamic && !import.place.is_conditional && import.place.function.is_none()
}

/// The path that a relative import means, without an ending; nothing for a package.
pub fn relative(file: &str, module: &str) -> Option<String> {
    let is_relative = module == "." || module == ".." || module.starts_with("./") || module.starts_with("../");
    let mut parts: Vec<&str> = parent(file).split('/').filter(|part| !part.is_empty()).collect();
    for part in module.split('/').filter(|_| is_relative) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    is_relative.then(|| parts.join("/"))
}

/// The files that a path without an ending may be; TypeScript names its files by the endings of what it makes.
pub fn candidates(target: &str) -> impl Iterator<Item = String> {
    let written = ENDINGS.iter().map(move |ending| {
        if let Some(index) = ending.strip_prefix('/') { join(target, index) } else { format!("{target}{ending}") }
    });
    let source = [(".js", ".ts"), (".js", ".tsx"), (".mjs", ".mts"), (".cjs", ".cts")];
    let sources =
        source.into_iter().filter_map(move |(made, own)| Some(format!("{}{own}", target.strip_suffix(made)?)));
    written.chain(sources)
}
