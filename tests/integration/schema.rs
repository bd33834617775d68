//! Whether what is printed as JSON is what its published schema in `docs/schema/` says. Only the words of JSON Schema that the
//! schemas use are understood; another one is a failure, so that nothing goes unchecked.

use dockgen::container::CHECKS;
use dockgen::plan::{Kind, PROGRAMS, QUESTIONS};
use serde_json::{Map, Value, json};

use crate::documents::is_current;

/// The fields of an object: the name, with `?` behind it where the field may be absent; its schema; what it is.
type Fields<'a> = &'a [(&'a str, Value, &'a str)];

fn object(fields: Fields) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, schema, about) in fields {
        let mut schema = schema.clone();
        if !about.is_empty() {
            schema["description"] = (*about).into();
        }
        if !name.ends_with('?') {
            required.push(*name);
        }
        properties.insert(name.trim_end_matches('?').to_owned(), schema);
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn text_or_null() -> Value {
    json!({ "type": ["string", "null"] })
}

fn number() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn seconds() -> Value {
    json!({ "type": ["number", "null"] })
}

fn truth() -> Value {
    json!({ "type": "boolean" })
}

fn one_of(values: &[&str]) -> Value {
    json!({ "enum": values })
}

fn list(items: Value) -> Value {
    let mut schema = json!({ "type": "array" });
    schema["items"] = items;
    schema
}

fn or_null(schema: Value) -> Value {
    let mut either = json!({ "anyOf": [null, { "type": "null" }] });
    either["anyOf"][0] = schema;
    either
}

fn version() -> Value {
    json!({ "const": 1 })
}

fn failure() -> Value {
    object(&[
        ("kind", text(), "The kind of error, in a word."),
        ("message", text(), "What failed and where."),
        ("hint", text_or_null(), "What to do about it."),
        ("status", number(), "The exit status."),
    ])
}

fn evidence_fields() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("path", text(), "The file, from the root of the repository."),
        ("line", number(), "Its line, from 1; 0 where the file speaks by being there."),
        ("quote", text(), "The line itself, without what reads like a secret."),
    ]
}

fn evidence() -> Value {
    object(&evidence_fields())
}

fn fact() -> Value {
    let mut fields = vec![("name", text(), "What it is about."), ("value", text(), "What is stated.")];
    fields.extend(evidence_fields());
    object(&fields)
}

fn source() -> Value {
    let mut detected = vec![("kind", json!({ "const": "detected" }), "A file of the repository says it.")];
    detected.extend(evidence_fields());
    let kind = |kind: &str, about: &'static str| object(&[("kind", json!({ "const": kind }), about)]);
    json!({ "anyOf": [
        kind("default", "Nothing says it: what most projects want."),
        object(&detected),
        object(&[("kind", json!({ "const": "config" }), "dockgen.toml says it."), ("path", text(), "")]),
        kind("prompt", "The user said it in the wizard."),
        object(&[("kind", json!({ "const": "variable" }), "A variable of the environment says it."), ("name", text(), "")]),
        kind("flag", "The user said it on the command line."),
    ] })
}

fn answer() -> Value {
    object(&[("value", text(), ""), ("source", source(), "Where it came from.")])
}

fn span() -> Value {
    object(&[("start", number(), "The first byte."), ("end", number(), "The byte behind the last one.")])
}

fn finding() -> Value {
    object(&[
        ("rule", text(), "The rule's name."),
        ("code?", text(), "The one of its names elsewhere that this is, where only one of several is."),
        ("severity", one_of(&["error", "warning", "note"]), ""),
        ("file", text(), "The Dockerfile, or its ignore file."),
        ("line", number(), "From 1."),
        ("column", number(), "From 1, in characters."),
        ("span", span(), "The bytes of the file that it is about."),
        ("message", text(), "What is wrong."),
        ("help", text_or_null(), "What to do about it."),
        (
            "fix",
            or_null(object(&[("span", span(), "The bytes that go."), ("text", text(), "What comes instead.")])),
            "",
        ),
    ])
}

fn warning() -> Value {
    object(&[
        ("message", text(), ""),
        ("evidence", or_null(evidence()), "The line that says so."),
        ("hint", text_or_null(), "What to do about it."),
    ])
}

fn made_file() -> Value {
    object(&[
        ("path", text(), "From the folder that was named."),
        ("action", one_of(&["create", "unchanged", "renew", "merge", "replace"]), "What happens to it."),
        ("stale", truth(), "Whether an instruction or a pattern changes."),
        ("conflicts", number(), "Places that a merge could not decide."),
    ])
}

fn made() -> Vec<(&'static str, Value, &'static str)> {
    let app = object(&[
        ("name", text(), ""),
        ("language", text(), ""),
        ("shape", text(), "What it is, in a word or three."),
        ("folder", text(), ""),
    ]);
    let changed = object(&[("key", text(), ""), ("before", text(), ""), ("now", text(), "")]);
    vec![
        ("app", app, "The application; paths are relative to the folder that was named."),
        ("build_context", text(), "The folder for `docker build`."),
        ("dockerfile", text(), ""),
        ("files", list(made_file()), "What happens to each file."),
        ("facts", list(fact()), "What its files say."),
        ("answers", json!({ "type": "object", "additionalProperties": answer() }), "The answers by their keys."),
        ("changed_answers", list(changed), "Those that are others than when the files were written last."),
        ("findings", list(finding()), "What the self-check says."),
        ("warnings", list(warning()), "What the Dockerfile can't show."),
    ]
}

fn app() -> Value {
    object(&[
        ("language", text(), ""),
        ("name", text(), "From the manifest, else the folder's."),
        ("folder", text(), "From the root of the repository; empty for the root itself."),
        ("context", text(), "The folder that `docker build` is given."),
        ("role", one_of(&["application", "auxiliary"]), "Whether it is meant to run on its own."),
        ("shape", text(), "What it is, in a word or three."),
        ("facts", list(fact()), "What its files say."),
    ])
}

/// The schema of a command: one of its objects, or an error alone.
fn command(title: &str, objects: Vec<Value>) -> Value {
    let failed = object(&[("version", version(), ""), ("error", failure(), "")]);
    let all: Vec<Value> = objects.into_iter().chain([failed]).collect();
    json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, "anyOf": all })
}

fn with_version(fields: Vec<(&'static str, Value, &'static str)>) -> Value {
    let mut all = vec![("version", version(), "")];
    all.extend(fields);
    object(&all)
}

fn init() -> Value {
    let error = || ("error?", failure(), "Why the status is not 0.");
    let shared = || ("shared_files?", list(made_file()), "docker-bake.hcl and compose.yaml.");
    let mut one = made();
    one.extend([shared(), error()]);
    let several = vec![("applications", list(object(&made())), "With --all: each application."), shared(), error()];
    command("dockgen init --json, dockgen update --json", vec![with_version(one), with_version(several)])
}

fn detect() -> Value {
    let problem = object(&[("folder", text(), ""), ("message", text(), ""), ("hint", text_or_null(), "")]);
    let fields = vec![
        ("applications", list(app()), "By folder and language."),
        ("problems", list(problem), "What looks like an application and can't be made an image of."),
        ("error?", failure(), "Why the status is not 0."),
    ];
    command("dockgen detect --json", vec![with_version(fields)])
}

fn explain() -> Value {
    let place = object(&[
        ("place", text(), "A flag, a variable, a file, the repository, or the default."),
        ("value", text_or_null(), "What it says; nothing where it is silent."),
        ("evidence", or_null(evidence()), ""),
        ("decides", truth(), "Whether this is the one that decided."),
    ]);
    let decision = object(&[
        ("key", text(), "The question."),
        ("decides", text(), "What it decides."),
        ("value", text(), "The answer."),
        ("source", source(), "Where it came from."),
        ("places", list(place), "Where an answer can come from; the first that says one decides."),
        ("choices", list(object(&[("value", text(), ""), ("description", text(), "")])), ""),
        ("facts", list(fact()), "What was found for it."),
    ]);
    let rule = object(&[
        ("name", text(), ""),
        ("severity", one_of(&["error", "warning", "note"]), ""),
        ("also", list(text()), "Its names elsewhere."),
        ("optional", truth(), "Whether it is off until dockgen.toml asks for it."),
        ("page", text(), "Its page, as Markdown."),
    ]);
    let check = object(&[("name", text(), ""), ("page", text(), "Its page, as Markdown.")]);
    let objects = [("decisions", list(decision)), ("facts", list(fact())), ("rule", rule), ("check", check)];
    let objects = objects.map(|(name, schema)| with_version(vec![(name, schema, "")]));
    command("dockgen explain --json", objects.into())
}

fn check_command() -> Value {
    let fields = vec![
        ("dockerfiles", list(text()), "What was checked."),
        ("findings", list(finding()), "What was found, file by file."),
    ];
    command("dockgen check --json", vec![with_version(fields)])
}

fn test_command() -> Value {
    let check = object(&[
        ("check", text(), ""),
        ("verdict", one_of(&["passed", "failed", "skipped"]), ""),
        ("reason", text(), "What was seen."),
    ]);
    let folder = object(&[
        ("folder", text(), "The first two parts of its path."),
        ("size", number(), "The bytes of its files."),
    ]);
    let layer = object(&[
        ("size", number(), "The bytes of its files."),
        ("largest", list(folder), "The folders that hold most of it, the largest first."),
    ]);
    let report = vec![
        ("image", text(), ""),
        ("engine", text(), ""),
        ("size", number(), "In bytes."),
        ("files", number(), "How many there are."),
        ("build_seconds", seconds(), "How long the build took; nothing where none was made."),
        ("start_seconds", seconds(), "How long it took until the first answer; nothing where there was none."),
        ("layers", list(layer), "The layers, the lowest first."),
        ("checks", list(check), "In the order in which they were made."),
    ];
    let mut side = vec![
        ("dockerfile", text(), ""),
        ("build_seconds", json!({ "type": "number" }), "How long a build without a cache took."),
        ("rebuild_seconds", seconds(), "How long a build after a change of the source took."),
    ];
    side.extend(report.iter().filter(|(name, ..)| *name != "build_seconds").cloned());
    let side = object(&side);
    let comparison = vec![
        ("touched", text_or_null(), "The source that was changed before the second build."),
        ("own", side.clone(), "The Dockerfile that is tested."),
        ("other", side, "The one that it is held against."),
    ];
    command("dockgen test --json", vec![with_version(report), with_version(comparison)])
}

fn doctor() -> Value {
    let check = object(&[
        ("check", text(), ""),
        ("verdict", one_of(&["fine", "missing", "wrong"]), ""),
        ("seen", text(), ""),
        ("hint", text_or_null(), "What to do about it."),
    ]);
    let fields = vec![("dockgen", text(), "Its version."), ("checks", list(check), "What was looked at.")];
    command("dockgen doctor --json", vec![with_version(fields)])
}

fn templates() -> Value {
    let row = object(&[
        ("name", text(), ""),
        ("file", text_or_null(), "Where it is not part of the program."),
        ("about", text(), "What it makes, where it says so."),
    ]);
    let fields =
        vec![("templates_version", number(), "The version of what templates are given."), ("templates", list(row), "")];
    command("dockgen templates list --json", vec![with_version(fields)])
}

fn settings() -> Value {
    let mut answers = Map::new();
    for question in QUESTIONS {
        let kinds = if question.kind == Kind::Port { ["string", "integer"] } else { ["string", "number"] };
        answers.insert(question.key.into(), json!({ "description": question.help, "type": kinds }));
    }
    let level = one_of(&["off", "note", "warning", "error"]);
    let rules = json!({ "description": "The level of rules, by their names.", "type": "object", "additionalProperties": level });
    let closed = |mut schema: Value| {
        schema["additionalProperties"] = false.into();
        schema
    };
    let path = closed(object(&[
        ("path", text(), "A pattern, as in .dockerignore."),
        ("rules?", rules.clone(), ""),
        ("registries?", list(text()), "The registries that their images may come from."),
        ("required-labels?", list(text()), "The labels that their images must have."),
    ]));
    let check = closed(object(&[
        ("rules?", rules, ""),
        ("registries?", list(text()), "The registries that images may come from."),
        ("required-labels?", list(text()), "The labels that an image must have."),
        ("fail-on?", one_of(&["error", "warning", "note"]), "What makes the status 1."),
        ("baseline?", text(), "The file of findings that are known."),
        ("paths?", list(path), "What holds for some Dockerfiles alone."),
    ]));
    let variables =
        json!({ "description": "Variables of the container.", "type": "object", "additionalProperties": text() });
    let checks: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
    let test = closed(object(&[
        ("port?", number(), "The port that must answer."),
        ("path?", text(), "The HTTP path that must answer."),
        ("status?", number(), "The HTTP status that is wanted."),
        ("grpc?", truth(), "Whether the health service of gRPC must answer."),
        ("expect?", text(), "A text that the answer must hold."),
        ("arguments?", list(text()), "What the application is given on its command line."),
        ("env?", variables, ""),
        ("env-file?", list(text()), "Files of variables."),
        ("compose?", text(), "A compose file with the services that the application needs."),
        ("timeout?", number(), "How long it may take until it answers, in seconds."),
        ("stop-timeout?", number(), "How long it may take to end after SIGTERM, in seconds."),
        ("memory?", number(), "The memory that it may have, in megabytes."),
        ("max-size?", number(), "The largest size of the image, in megabytes."),
        ("skip?", list(one_of(&checks)), "The checks that are left out."),
    ]));
    let own = json!({ "type": "object", "properties": answers, "additionalProperties": false });
    let about = "The answers of one program of several in the folder: `[programs.NAME]` is for `Dockerfile.NAME`.";
    answers.insert(PROGRAMS.into(), json!({ "description": about, "type": "object", "additionalProperties": own }));
    answers.insert("check".into(), check);
    answers.insert("test".into(), test);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dockgen.toml",
        "description": "Answers that a project keeps, and what it wants of the rules and of a test.",
        "type": "object",
        "properties": answers,
        "additionalProperties": false,
    })
}

#[test]
fn documents_of_schemas_are_current() {
    for (name, schema) in [
        ("init", init()),
        ("detect", detect()),
        ("explain", explain()),
        ("check", check_command()),
        ("test", test_command()),
        ("doctor", doctor()),
        ("templates", templates()),
        ("dockgen-toml", settings()),
    ] {
        is_current(&format!("docs/schema/{name}.json"), &format!("{schema:#}\n"));
    }
}

/// The schema of a command's object; nothing where it prints none.
fn schema_of(command: &str) -> Option<Value> {
    Some(match command {
        "init" | "update" => init(),
        "detect" => detect(),
        "explain" => explain(),
        "check" => check_command(),
        "test" => test_command(),
        "doctor" => doctor(),
        "templates" => templates(),
        _ => return None,
    })
}

/// Asserts that a command's JSON is as its schema says.
#[track_caller]
pub fn holds(arguments: &[&str], stdout: &str) {
    let is_object = arguments.contains(&"--json");
    let Some(command) = arguments.iter().find(|argument| !argument.starts_with('-')).filter(|_| is_object) else {
        return;
    };
    if arguments.contains(&"--dump") || arguments.contains(&"--help") {
        return;
    }
    let Some(schema) = schema_of(command) else { return };
    let value: Value = serde_json::from_str(stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {stdout}"));
    if let Err(problem) = check(&schema, &value, "") {
        panic!("{arguments:?}: {problem}\n{value:#}");
    }
}

/// Whether a value is what a schema says; where not, the place and why.
pub fn check(schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    let Value::Object(words) = schema else {
        return if schema == &Value::Bool(true) { Ok(()) } else { Err(format!("{place}: nothing may be there")) };
    };
    for (word, wanted) in words {
        let is_met = match word.as_str() {
            "$schema" | "title" | "description" | "format" | "default" => true,
            "additionalProperties" => {
                let known = |key: &str| schema.pointer("/properties").is_some_and(|all| all.get(key).is_some());
                for (key, item) in value.as_object().into_iter().flatten().filter(|(key, _)| !known(key)) {
                    check(wanted, item, &format!("{place}/{key}"))?;
                }
                true
            }
            "minimum" => value.as_f64() >= wanted.as_f64(),
            "const" => value == wanted,
            "enum" => wanted.as_array().unwrap().contains(value),
            "type" => match wanted {
                Value::Array(kinds) => kinds.iter().any(|kind| is_a(value, kind.as_str().unwrap())),
                kind => is_a(value, kind.as_str().unwrap()),
            },
            "required" => {
                let missing = wanted.as_array().unwrap().iter().find(|key| value.get(key.as_str().unwrap()).is_none());
                if let Some(missing) = missing {
                    return Err(format!("{place}: {missing} is missing"));
                }
                true
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(wanted, item, &format!("{place}/{index}"))?;
                }
                true
            }
            "properties" => {
                for (key, item) in value.as_object().into_iter().flatten() {
                    if let Some(property) = wanted.get(key) {
                        check(property, item, &format!("{place}/{key}"))?;
                    }
                }
                true
            }
            "anyOf" => {
                let parts = wanted.as_array().unwrap().iter().map(|part| check(part, value, place));
                let problems: Vec<String> = parts.clone().filter_map(Result::err).collect();
                if parts.clone().all(|part| part.is_err()) {
                    return Err(problems.join("\nor "));
                }
                true
            }
            word => panic!("`{word}` is a word of JSON Schema that this does not know"),
        };
        if !is_met {
            return Err(format!("{place}: {value} is not {word} {wanted}"));
        }
    }
    unknown_property(schema, value, place)
}

/// What is printed and stands in no schema is a mistake here, though the schemas allow it to readers.
fn unknown_property(schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    let (Some(object), Some(properties)) = (value.as_object(), schema.get("properties")) else { return Ok(()) };
    if schema.get("additionalProperties").is_some_and(|other| other != &Value::Bool(false)) {
        return Ok(());
    }
    match object.keys().find(|key| properties.get(key.as_str()).is_none()) {
        Some(key) => Err(format!("{place}: the schema does not know `{key}`")),
        None => Ok(()),
    }
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => panic!("`{kind}` is no type"),
    }
}

#[test]
fn a_value_that_is_not_what_the_schema_says_is_found() {
    let schema = detect();
    let fine = serde_json::json!({ "version": 1, "applications": [], "problems": [] });
    assert_eq!(check(&schema, &fine, ""), Ok(()));
    for other in [
        serde_json::json!({ "version": "1", "applications": [], "problems": [] }),
        serde_json::json!({ "version": 1, "applications": [{}], "problems": [] }),
        serde_json::json!({ "version": 1, "problems": [] }),
        serde_json::json!({ "version": 1, "applications": [], "problems": [], "more": 1 }),
        serde_json::json!([]),
    ] {
        assert!(check(&schema, &other, "").is_err(), "{other}");
    }
}

#[test]
fn a_file_of_settings_is_what_its_schema_says_or_is_refused_by_both() {
    let schema = settings();
    for (text, is_fine) in [
        ("port = 8080\nversion = \"24\"\n", true),
        ("[programs.worker]\nport = 8080\n", true),
        ("[programs.worker]\nprot = 8080\n", false),
        ("[check]\nfail-on = \"error\"\n[check.rules]\nsudo = \"off\"\n", true),
        ("prot = 8080\n", false),
        ("port = [1]\n", false),
        ("[check]\nfail-on = \"never\"\n", false),
    ] {
        let value = serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
        assert_eq!(check(&schema, &value, "").is_ok(), is_fine, "{text}");
    }
}
