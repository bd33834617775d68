//! Variables that settings name by a text: which of them holds the address of a database, or takes the place of a setting.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value as Json;

use crate::catalog::node::{NamedVariables, named_variables};
use crate::languages::node::entrypoint::mode;
use crate::languages::node::manifest::Package;
use crate::path::join;
use crate::repo::{Manifest, Repo};
use crate::source::{EnvironmentRead, Index, Place, Sources, Value};
use crate::text::is_variable;

/// What names a variable in the settings of Sequelize for production.
const KEYS: [&str; 2] = ["production", "use_env_variable"];
/// Tables are looked into so deep.
const DEEPEST: usize = 8;

/// Adds what the settings of a program name to its files.
pub fn add(sources: &Sources, package: &Package, files: &mut Vec<Rc<Index>>) {
    let repo = sources.repo();
    let of_files: BTreeSet<String> = files.iter().flat_map(|file| mode::settings(sources, file)).collect();
    let of_json = of_files.iter().filter(|path| path.ends_with(".json")).filter_map(|path| {
        let manifest = repo.read_optional(path)?.json().ok()?;
        let variable = manifest.text(&KEYS)?.value;
        index(&manifest, [needed(&variable, place(&manifest, &KEYS))?].into())
    });
    let mut more: Vec<Rc<Index>> = of_json.collect();
    for file in files.iter_mut().filter(|file| !file.is_test) {
        let named = file.named_values().into_iter().filter(|named| named.path.ends_with(&KEYS.join(".")));
        let reads: Vec<EnvironmentRead> = named.filter_map(|named| needed(named.value.text()?, named.place)).collect();
        if !reads.is_empty() {
            Rc::make_mut(file).environment.extend(reads);
        }
    }
    let rows = named_variables().iter().filter(|row| row.packages.iter().any(|name| package.depends_on(name)));
    more.extend(rows.filter_map(|row| of_settings(repo, package, row)));
    files.extend(more);
}

/// A variable without which the program does not work.
fn needed(variable: &str, place: Place) -> Option<EnvironmentRead> {
    let variable = Some(variable).filter(|name| is_variable(name))?.to_owned();
    Some(EnvironmentRead { variable, is_required: true, place, ..EnvironmentRead::default() })
}

fn place(manifest: &Manifest, keys: &[&str]) -> Place {
    let start = manifest.offset(keys).and_then(|at| u32::try_from(at).ok()).unwrap_or_default();
    Place { start, end: start, ..Place::default() }
}

fn index(manifest: &Manifest, reads: Vec<EnvironmentRead>) -> Option<Rc<Index>> {
    let mut index = Index::new(manifest.document().clone());
    index.environment = reads;
    (!index.environment.is_empty()).then(|| Rc::new(index))
}

/// The variables that a file of settings names in the place of values: `"port": "PORT"`, `{ "__name": "PORT" }`.
fn of_settings(repo: &Repo, package: &Package, row: &NamedVariables) -> Option<Rc<Index>> {
    let read = |file: &str| repo.read_optional(&join(&package.folder, file))?.json().ok();
    let (manifest, usual) = (read(&row.file)?, read(&row.usual));
    let mut reads = Vec::new();
    let mut open: Vec<(Vec<&str>, &Json)> = vec![(Vec::new(), manifest.value())];
    while let Some((keys, value)) = open.pop() {
        let named = value.as_str().or_else(|| value.get("__name").and_then(Json::as_str));
        let Some(variable) = named else {
            let fields = value.as_object().into_iter().flatten().filter(|_| keys.len() < DEEPEST);
            open.extend(fields.map(|(key, value)| (keys.iter().copied().chain([key.as_str()]).collect(), value)));
            continue;
        };
        let Some(mut read) = needed(variable, place(&manifest, &keys)) else { continue };
        let stated = usual.as_ref().and_then(|usual| usual.get(&keys));
        read.default = match stated {
            Some(Json::Number(number)) => number.as_i64().map(Value::Number),
            Some(Json::String(text)) if !row.is_needed => Some(Value::Text(text.clone())),
            _ => None,
        };
        read.is_required = row.is_needed && read.default.is_none();
        reads.push(read);
    }
    index(&manifest, reads)
}
