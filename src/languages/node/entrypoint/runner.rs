//! Programs that run a file: what they are given, and what Node.js is given instead.

use crate::languages::node::manifest::Package;
use crate::path::join;
use crate::pattern;
use crate::repo::Repo;

/// The file that a process manager starts: its own argument, or what its configuration names.
pub fn managed(repo: &Repo, package: &Package, program: &str, file: Option<String>) -> (Option<String>, bool) {
    if !matches!(program, "pm2" | "pm2-runtime" | "forever") {
        return (file, false);
    }
    let named = file.as_deref().filter(|file| file.contains(".config.") || file.ends_with(".json")).and_then(|file| {
        let document = repo.read_optional(&join(&package.folder, file))?;
        let script = document
            .find_match(pattern!(r#"["']?script["']?\s*:\s*["'](?:\./)?([\w./-]+)["']"#), |captures| {
                Some(captures[1].to_owned())
            })?;
        Some(script.value)
    });
    (named.or(file), true)
}

/// How Node.js runs a TypeScript file that nothing compiles, and whether that needs development dependencies.
pub fn type_script(package: &Package, program: &str) -> (Vec<String>, bool) {
    // Node.js itself takes the types away.
    if matches!(program, "bun" | "node" | "nodejs") {
        return (Vec::new(), false);
    }
    let has = |name: &str| package.depends_on(name);
    if has("tsx") {
        return (vec!["--import".into(), "tsx".into()], is_development(package, "tsx"));
    }
    if has("ts-node") || program.starts_with("ts-node") && has("ts-node-dev") {
        let words = vec!["--require".into(), "ts-node/register/transpile-only".into()];
        return (words, package.production_dependency("ts-node").is_none());
    }
    (Vec::new(), false)
}

/// Whether a module is, or lies in, a package that only development installs.
pub fn is_development(package: &Package, module: &str) -> bool {
    let parts = module.split('/').take(if module.starts_with('@') { 2 } else { 1 });
    let name = parts.collect::<Vec<_>>().join("/");
    package.manifest.get(&["devDependencies", &name]).is_some() && package.production_dependency(&name).is_none()
}

/// Programs that run a file; all but `node` are replaced by it.
pub const RUNNERS: &[&str] = &[
    "node",
    "nodejs",
    "nodemon",
    "tsx",
    "ts-node",
    "ts-node-dev",
    "tsnd",
    "ts-node-esm",
    "babel-node",
    "node-dev",
    "pm2-runtime",
    "pm2",
    "forever",
    "supervisor",
    "bun",
    "swc-node",
    "esno",
    "esmo",
    "vite-node",
];

/// Flags of those programs that take a value in the next word.
pub const VALUED: &[&str] = &[
    "-r",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "-C",
    "--conditions",
    "--exec",
    "-e",
    "--ext",
    "-w",
    "--watch-path",
    "--ignore",
    "-i",
    "--inspect-port",
    "--project",
    "-P",
    "--tsconfig",
    "--env-file",
    "--max-old-space-size",
    "--name",
    "-x",
    "--delay",
];

/// The arguments of a file without the options of `nodemon`, which takes them there as well.
pub fn without_options(arguments: Vec<String>) -> Vec<String> {
    let is_own = |word: &str| VALUED.contains(&word) || word == "--watch";
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
    let mut words = arguments.iter().peekable();
    if matches!(program, "pm2" | "pm2-runtime" | "forever" | "tsx" | "bun") {
        words.next_if(|word| matches!(word.as_str(), "start" | "watch" | "run"));
    }
    let mut flags = Vec::new();
    while let Some(flag) = words.next_if(|word| word.starts_with('-')) {
        let value = if VALUED.contains(&flag.as_str()) { words.next() } else { None };
        let is_for_node = matches!(program, "node" | "nodejs");
        let is_development =
            flag.starts_with("--inspect") || flag.starts_with("--watch") || flag.starts_with("--env-file");
        if is_for_node && matches!(flag.as_str(), "-e" | "--eval" | "-p") {
            return None;
        }
        // The loader of Yarn's archives is not there: the image has the packages in `node_modules`.
        let is_loader = value.is_some_and(|value| value.contains(".pnp.")) || flag.contains("=./.pnp.");
        if is_for_node && !is_development && !is_loader {
            flags.push(flag.clone());
            flags.extend(value.cloned());
        }
    }
    let file = words.next().cloned();
    Some((flags, file, words.cloned().collect()))
}
