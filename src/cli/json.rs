//! What `--json` prints: one object in every outcome, as `docs/schema/` describes it.

use serde_json::{Map, Value, json};

use crate::cli::outcome::Outcome;
use crate::error::Error;
use crate::path::relative_to;
use crate::plan::{App, Detection};

/// The version of the objects: a field that goes away or means something else makes it the next one.
pub const VERSION: u32 = 1;

/// The object of an error without anything else.
pub fn error(error: &Error) -> Value {
    json!({ "version": VERSION, "error": error_fields(error) })
}

fn error_fields(error: &Error) -> Value {
    json!({ "kind": error.kind(), "message": error.to_string(), "hint": error.hint(), "status": error.exit_code() })
}

/// The object of `init` and `update`: the fields of the one application, or all applications in a list.
pub fn init(outcomes: &[Outcome], is_all: bool, error: Option<&Error>) -> Value {
    let mut object = Map::from_iter([("version".to_owned(), json!(VERSION))]);
    match outcomes {
        [outcome] if !is_all => object.extend(application(outcome)),
        _ if is_all => {
            let list: Vec<Value> = outcomes.iter().map(|outcome| Value::Object(application(outcome))).collect();
            object.insert("applications".to_owned(), list.into());
        }
        _ => {}
    }
    if let Some(error) = error {
        object.insert("error".to_owned(), error_fields(error));
    }
    Value::Object(object)
}

/// An application with what was made for it; paths are relative to the folder that the user named.
fn application(outcome: &Outcome) -> Map<String, Value> {
    let app = outcome.app();
    let shown = |path: &str| relative_to(path, &outcome.folder);
    let files: Vec<Value> = outcome
        .changes
        .iter()
        .map(|change| {
            let is_stale = outcome.stale().any(|stale| stale.artifact.path == change.artifact.path);
            let path = shown(&change.artifact.path);
            json!({ "path": path, "action": change.action, "stale": is_stale, "conflicts": change.conflicts })
        })
        .collect();
    let answers: Map<String, Value> = outcome
        .answers
        .iter()
        .map(|(key, answer)| (key.to_owned(), json!({ "value": answer.value, "source": answer.source })))
        .collect();
    let changed: Vec<Value> = outcome
        .other_answers()
        .into_iter()
        .map(|(key, before, now)| json!({ "key": key, "before": before, "now": now }))
        .collect();
    let object = json!({
        "app": { "name": app.name, "language": app.language, "shape": app.shape, "folder": shown(&app.folder) },
        "build_context": shown(&outcome.artifacts.context),
        "dockerfile": shown(&outcome.artifacts.dockerfile.path),
        "files": files,
        "facts": app.facts,
        "answers": answers,
        "changed_answers": changed,
        "findings": outcome.findings,
        "warnings": outcome.plan.warnings,
    });
    if let Value::Object(object) = object { object } else { Map::new() }
}

/// The object of `detect`.
pub fn detection(detection: &Detection, error: Option<&Error>) -> Value {
    let applications: Vec<&App> = detection.applications.iter().map(|application| application.app()).collect();
    let problems: Vec<Value> = detection
        .problems
        .iter()
        .map(|(folder, error)| json!({ "folder": folder, "message": error.to_string(), "hint": error.hint() }))
        .collect();
    let mut object = json!({ "version": VERSION, "applications": applications, "problems": problems });
    if let Some(error) = error {
        object["error"] = error_fields(error);
    }
    object
}
