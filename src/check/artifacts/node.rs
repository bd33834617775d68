//! What the build tools of Node make: folders by their configurations.

use jsonc_parser::{JsonValue, ParseOptions};
use serde_json::Value;

use crate::catalog::node_frameworks;
use crate::check::artifacts::{Effect, Mismatch, Output};
use crate::check::shell::{self, Simple};
use crate::check::view::{View, join};
use crate::dockerfile::Joined;

/// Scripts that call scripts, deeper than this, are not followed.
const DEEPEST: usize = 8;

/// What a command of a package manager or a build tool does.
pub(super) fn effect(view: &View<'_>, command: &Simple, folder: &str, depth: usize) -> Effect {
    if depth > DEEPEST {
        return Effect::Unknown;
    }
    let Some((place, manifest)) = manifest(view, folder) else { return Effect::Unknown };
    let verb = command.arguments().find(|word| !word.starts_with('-'));
    match (command.program(), verb) {
        ("npm" | "pnpm" | "yarn" | "bun", None)
        | ("npm", Some("ci" | "install" | "i"))
        | ("pnpm" | "yarn" | "bun", Some("install")) => installed(&manifest, folder),
        ("npm", Some("config" | "prune" | "cache" | "audit" | "version" | "test"))
        | ("pnpm" | "yarn", Some("config" | "prune" | "cache" | "store" | "test")) => Effect::None,
        ("npm" | "pnpm" | "yarn" | "bun", Some(verb)) => {
            let script = if matches!(verb, "run" | "run-script") { command.operands().nth(1) } else { Some(verb) };
            script.map_or(Effect::Unknown, |script| run_script(view, &manifest, script, folder, depth))
        }
        ("npx", Some(_)) => {
            let words: Vec<_> =
                command.words.iter().skip(1).skip_while(|word| word.value.starts_with('-')).cloned().collect();
            effect(view, &Simple { words, ..command.clone() }, folder, depth + 1)
        }
        ("tsc", _) => compiled(view, command, &place, folder),
        ("nest", Some("build")) => Effect::Makes(vec![Output::Folder(format!("{folder}/dist"))]),
        ("vite", Some("build")) => match of_framework(&manifest, "vite") {
            Some(output) => Effect::Makes(vec![Output::Folder(format!("{folder}/{output}"))]),
            None => configured(view, &place, "vite.config", "outDir", folder, &["dist"]),
        },
        ("next", Some("build")) => configured(view, &place, "next.config", "distDir", folder, &[".next", "out"]),
        _ => Effect::Unknown,
    }
}

/// The folder that a framework makes, whose package is there and whose builds a program starts.
fn of_framework(manifest: &Value, program: &str) -> Option<&'static str> {
    let lists = ["dependencies", "devDependencies"];
    let is_there = |name: &str| lists.iter().any(|list| manifest[*list].get(name).is_some());
    let mut frameworks = node_frameworks().iter().filter(|it| it.program == program && it.dependency != program);
    let output = &frameworks.find(|it| is_there(&it.dependency))?.output;
    output.split('/').next().filter(|first| !first.is_empty())
}

/// A copy of Next's standalone server, where the configuration asks for none.
pub(super) fn standalone(view: &View<'_>, builder: usize, path: &str) -> Option<Mismatch> {
    let (folder, _) = path.split_once("/.next/standalone")?;
    let builds = view.commands_in(builder).iter().any(|command| {
        command.program() == "next"
            || matches!(command.program(), "npm" | "pnpm" | "yarn" | "bun") && command.has("build")
    });
    let (place, manifest) = manifest(view, folder)?;
    let text = configuration(view, &place, "next.config");
    let uses_next = ["dependencies", "devDependencies"].iter().any(|list| manifest[*list].get("next").is_some());
    let wanted = text.is_none_or(|text| text.contains("standalone"));
    (builds && uses_next && !wanted).then(|| Mismatch {
        message: format!("Next.js makes no `{path}`"),
        help: "set `output: \"standalone\"` in `next.config`".to_owned(),
    })
}

/// The folder of the context and the `package.json` that a folder of a stage holds.
fn manifest(view: &View<'_>, folder: &str) -> Option<(String, Value)> {
    let mut rest = folder.trim_start_matches('/');
    loop {
        let path = if rest.is_empty() { "package.json".to_owned() } else { format!("{rest}/package.json") };
        if let Some(text) = view.context.read(&path) {
            return Some((rest.to_owned(), serde_json::from_str(&text).ok()?));
        }
        if rest.is_empty() {
            return None;
        }
        rest = rest.split_once('/').map_or("", |(_, rest)| rest);
    }
}

fn installed(manifest: &Value, folder: &str) -> Effect {
    let hooks = ["preinstall", "install", "postinstall", "prepare", "prepublish"];
    if hooks.iter().any(|hook| manifest["scripts"].get(*hook).is_some()) {
        return Effect::Unknown;
    }
    Effect::Makes(vec![Output::Folder(format!("{folder}/node_modules"))])
}

fn run_script(view: &View<'_>, manifest: &Value, name: &str, folder: &str, depth: usize) -> Effect {
    let mut made = Vec::new();
    for name in [format!("pre{name}"), name.to_owned(), format!("post{name}")] {
        let Some(text) = manifest["scripts"][&name].as_str() else { continue };
        for command in shell::commands(&Joined::from_source(0, text)) {
            let effect = match command.program() {
                "npm" | "pnpm" | "yarn" | "bun" | "npx" | "tsc" | "vite" | "next" | "nest" => {
                    effect(view, &command, folder, depth + 1)
                }
                _ => super::effect(view, &command, folder, &[]),
            };
            match effect {
                Effect::None => {}
                Effect::Makes(outputs) => made.extend(outputs),
                Effect::Unknown => return Effect::Unknown,
            }
        }
    }
    if manifest["scripts"].get(name).is_none() { Effect::Unknown } else { Effect::Makes(made) }
}

/// What the TypeScript compiler makes: the output folder of its configuration.
fn compiled(view: &View<'_>, command: &Simple, place: &str, folder: &str) -> Effect {
    if command.has("--noEmit") || command.has("--version") {
        return Effect::None;
    }
    if let Some(output) = command.value_of(&["--outDir"]) {
        return join(Some(folder), output).map_or(Effect::Unknown, |path| Effect::Makes(vec![Output::Folder(path)]));
    }
    let file = command.value_of(&["-p", "--project"]).unwrap_or("tsconfig.json");
    let file = if file.ends_with(".json") { file.to_owned() } else { format!("{file}/tsconfig.json") };
    let path = crate::dockerfile::clean(&format!("{place}/{file}"));
    let Some(text) = view.context.read(path.trim_start_matches('/')) else { return Effect::Unknown };
    let Ok(Some(JsonValue::Object(value))) = jsonc_parser::parse_to_value(&text, &ParseOptions::default()) else {
        return Effect::Unknown;
    };
    let Some(options) = value.get_object("compilerOptions") else { return Effect::Unknown };
    match options.get_string("outDir") {
        Some(output) => {
            join(Some(folder), output).map_or(Effect::Unknown, |path| Effect::Makes(vec![Output::Folder(path)]))
        }
        None => Effect::Unknown,
    }
}

/// The folders that a tool makes where its configuration does not name another one.
fn configured(view: &View<'_>, place: &str, file: &str, option: &str, folder: &str, usual: &[&str]) -> Effect {
    if configuration(view, place, file).is_some_and(|text| text.contains(option)) {
        return Effect::Unknown;
    }
    Effect::Makes(usual.iter().map(|name| Output::Folder(format!("{folder}/{name}"))).collect())
}

/// The text of a tool's configuration in a folder of the context.
fn configuration(view: &View<'_>, place: &str, file: &str) -> Option<String> {
    let prefix = if place.is_empty() { String::new() } else { format!("{place}/") };
    ["js", "mjs", "cjs", "ts", "mts", "cts"]
        .iter()
        .find_map(|ending| view.context.read(&format!("{prefix}{file}.{ending}")))
}
