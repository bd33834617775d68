//! Programs that run a file: what they are given, and what Node.js is given instead.

use nodejs_semver::Range;
use serde_json::Value;

use crate::catalog::node::{babel, has, runner, start, tsx};
use crate::languages::node::manifest::Package;
use crate::path::join;
use crate::repo::{Document, Repo};
use crate::source;

/// The file that a process manager starts: its own argument, or what its configuration names.
pub fn managed(repo: &Repo, package: &Package, program: &str, file: Option<String>) -> (Option<String>, bool) {
    if !runner(program).is_some_and(|runner| runner.is_process_manager) {
        return (file, false);
    }
    let named = file.as_deref().filter(|file| file.contains(".config.") || file.ends_with(".json")).and_then(|file| {
        let script = configured(repo.read_optional(&join(&package.folder, file))?)?;
        Some(script.trim_start_matches("./").to_owned())
    });
    (named.or(file), true)
}

/// The first script that the configuration of a process manager names.
fn configured(document: Document) -> Option<String> {
    if document.path().ends_with(".json") {
        let manifest = document.json().ok()?;
        let value = manifest.value();
        let application = match value.get("apps") {
            Some(Value::Array(list)) => list.first()?,
            Some(application) => application,
            None => value,
        };
        return application.get("script")?.as_str().map(str::to_owned);
    }
    let index = source::read_bounded(document).ok()?;
    let named = index.named_values();
    let script = named.iter().filter(|named| named.name() == "script").min_by_key(|named| named.place.start)?;
    script.value.known_text()
}

/// How Node.js runs a TypeScript file that nothing compiles, and whether that needs development dependencies.
pub fn type_script(package: &Package, program: &str) -> (Vec<String>, bool) {
    // Node.js itself takes the types away.
    if runner(program).is_some_and(|runner| runner.runs_typescript) {
        return (Vec::new(), false);
    }
    let has = |name: &str| package.depends_on(name);
    if has("tsx") && is_before_loading(package) {
        return (vec![tsx().program.clone()], is_development(package, "tsx"));
    }
    if has("tsx") {
        return (vec!["--import".into(), "tsx".into()], is_development(package, "tsx"));
    }
    // the watcher brings the compiler along
    if has("ts-node") || has("ts-node-dev") {
        let words = vec!["--require".into(), "ts-node/register/transpile-only".into()];
        return (words, package.production_dependency("ts-node").is_none());
    }
    (Vec::new(), false)
}

/// Whether a package asks for a tsx that Node.js can't load.
fn is_before_loading(package: &Package) -> bool {
    let stated = package.dependency("tsx").and_then(|fact| Range::parse(&fact.value).ok());
    let first = Range::parse(format!(">={}", tsx().loads_from)).ok();
    stated.zip(first).is_some_and(|(stated, first)| !stated.allows_any(&first))
}

/// What compiles a file by Babel when it is loaded, where a script runs it so, and whether that needs development dependencies.
pub fn babel_node(package: &Package, program: &str, arguments: &[String]) -> Option<(Vec<String>, bool)> {
    const NAME: &str = "babel-node";
    // nodemon is given it as one word, perhaps with options
    let given = arguments.iter().map(|word| word.split_whitespace().collect::<Vec<_>>());
    let given = given.into_iter().find(|words| words.first() == Some(&NAME));
    let options: Vec<String> = match given {
        Some(words) => words.into_iter().skip(1).map(str::to_owned).collect(),
        None if program == NAME => options_in_front(arguments),
        None => return None,
    };
    let row = babel().runs.iter().find(|row| package.depends_on(&row.package))?;
    let words = std::iter::once(row.file.clone()).chain(options).collect();
    Some((words, package.production_dependency(&row.package).is_none()))
}

/// The options of a program that stand in front of the file that it runs.
fn options_in_front(arguments: &[String]) -> Vec<String> {
    let mut words = arguments.iter().peekable();
    let mut options = Vec::new();
    while let Some(flag) = words.next_if(|word| word.starts_with('-')) {
        options.push(flag.clone());
        options.extend(words.next_if(|_| start().takes_value(flag)).cloned());
    }
    options
}

/// Whether a module is, or lies in, a package that only development installs.
pub fn is_development(package: &Package, module: &str) -> bool {
    let parts = module.split('/').take(if module.starts_with('@') { 2 } else { 1 });
    let name = parts.collect::<Vec<_>>().join("/");
    package.manifest.get(&["devDependencies", &name]).is_some() && package.production_dependency(&name).is_none()
}

/// The arguments of a file without the options of `nodemon`, which takes them there as well.
pub fn without_options(arguments: Vec<String>) -> Vec<String> {
    let is_own = |word: &str| start().takes_value(word) || word == "--watch";
    let mut words = arguments.into_iter();
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        if is_own(&word) {
            words.next();
        } else {
            kept.push(word);
        }
    }
    kept
}

/// Flags for node, the file, and the arguments of the file.
pub fn split(program: &str, arguments: &[String]) -> Option<(Vec<String>, Option<String>, Vec<String>)> {
    let runner = runner(program)?;
    let mut words = arguments.iter().peekable();
    words.next_if(|word| has(&runner.subcommands, word));
    let mut flags = Vec::new();
    while let Some(flag) = words.next_if(|word| word.starts_with('-')) {
        let value = if start().takes_value(flag) { words.next() } else { None };
        let is_development =
            flag.starts_with("--inspect") || flag.starts_with("--watch") || flag.starts_with("--env-file");
        if runner.is_node && matches!(flag.as_str(), "-e" | "--eval" | "-p") {
            return None;
        }
        // The loader of Yarn's archives is not there: the image has the packages in `node_modules`.
        let is_loader = value.is_some_and(|value| value.contains(".pnp.")) || flag.contains("=./.pnp.");
        if runner.is_node && !is_development && !is_loader {
            flags.push(flag.clone());
            flags.extend(value.cloned());
        }
    }
    let file = words.next().cloned();
    Some((flags, file, words.cloned().collect()))
}
