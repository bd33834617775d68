//! The mode that `NODE_ENV` names: production, unless the application keeps settings by mode and has none for that.

use serde_json::Value as Json;

use crate::analysis::Program;
use crate::evidence::{Evidence, Fact};
use crate::languages::node::entrypoint::imports::{candidates, relative};
use crate::source::{Index, Sources, Value};

/// The mode of an application whose settings are kept by mode, in a file that it takes one mode of, and have none for
/// production: `require("../config.json")[process.env.NODE_ENV || "development"]`.
pub fn mode(sources: &Sources, program: &Program) -> Option<Fact<String>> {
    program.sources().find_map(|file| {
        let read = file.environment.iter().find(|read| read.variable == "NODE_ENV")?;
        if file.texts.iter().any(|text| text.text == "production") {
            return None;
        }
        let usual = read.default.as_ref().and_then(Value::text).unwrap_or("development");
        settings(sources, file).into_iter().find_map(|path| {
            let modes = modes(sources, &path)?;
            let has = |name: &&str| modes.iter().any(|mode| mode == name);
            // what takes its place by another name, where nothing stands in for an absent one
            let taken = [usual, "prod", "live"].into_iter().find(has).filter(|_| !has(&"production"))?;
            Some(Fact::new(taken.to_owned(), Evidence::file(path)))
        })
    })
}

/// The files of the repository that a source takes in.
pub fn settings(sources: &Sources, file: &Index) -> Vec<String> {
    let imported = file.imports.iter().filter_map(|import| relative(file.path(), &import.module));
    let required = file.calls.iter().filter(|call| call.path == "require");
    let required = required.filter_map(|call| call.positional(0)?.path()?.in_repository(file.path(), ""));
    let named = imported.chain(required).map(|target| candidates(&target).find(|path| sources.repo().has(path)));
    named.flatten().collect()
}

/// The names of the tables in a file that has nothing else.
fn modes(sources: &Sources, path: &str) -> Option<Vec<String>> {
    if path.ends_with(".json") {
        let manifest = sources.repo().read_optional(path)?.json().ok()?;
        let Json::Object(table) = manifest.value() else { return None };
        let is_whole = table.values().all(Json::is_object);
        return is_whole.then(|| table.keys().cloned().collect());
    }
    let index = sources.get(path)?;
    let Value::Object(fields) = index.value_of("module.exports")?.resolved() else { return None };
    let is_whole = fields.iter().all(|field| matches!(field.value.resolved(), Value::Object(_)));
    is_whole.then(|| fields.iter().map(|field| field.name.clone()).collect())
}
