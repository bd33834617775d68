//! What the file that is started loads, and which of it an image would not find.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::Fact;
use crate::languages::node::entrypoint::runner::is_development;
use crate::languages::node::manifest::Package;
use crate::path::{join, parent};
use crate::source::{Import, MOST_FILES, Sources};

/// The imports that fail in an image, each with its line.
#[derive(Debug, Default)]
pub struct MissingImports {
    /// Packages that only development installs.
    pub development: Vec<Fact<String>>,
    /// Files as they are written, and as they are called: only some file systems take one for the other.
    pub other_case: Vec<Fact<(String, String)>>,
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
            }
        }
    }
    missing
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
