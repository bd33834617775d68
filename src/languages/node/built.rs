//! Which files are there already, and which only after a build.

use crate::languages::Evidence;
use crate::languages::node::package::Package;
use crate::pattern;
use crate::repo::{Repo, join};

/// Whether a file is in the repository, or only after a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Source,
    TypeScript,
    Built,
    Absent,
}

/// Endings that Node.js tries, and those that it runs by taking the types away.
const ENDINGS: &[&str] =
    &["", ".js", ".mjs", ".cjs", "/index.js", "/index.mjs", "/index.cjs", ".ts", ".mts", "/index.ts"];

pub fn locate(repo: &Repo, package: &Package, file: &str) -> (String, State) {
    let clean = file.trim_start_matches("./").trim_end_matches('/');
    let clean = if clean == "." || clean.is_empty() {
        package
            .manifest
            .text(&["main"])
            .map_or_else(|| "index.js".into(), |main| main.value.trim_start_matches("./").to_owned())
    } else {
        clean.to_owned()
    };
    let is_type_script = |path: &str| path.ends_with(".ts") || path.ends_with(".mts");
    let build = has_build(package) && is_output(package, repo, &clean);
    if !build
        && let Some(found) =
            ENDINGS.iter().map(|ending| format!("{clean}{ending}")).find(|path| repo.has(&join(&package.folder, path)))
    {
        let state = if is_type_script(&found) { State::TypeScript } else { State::Source };
        if state == State::TypeScript
            && let Some(built) = compiled(repo, package, &found)
        {
            return (built, State::Built);
        }
        return (found, state);
    }
    if is_type_script(&clean) || !has_build(package) {
        return (clean, State::Absent);
    }
    let ending = if clean.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        ""
    } else {
        built_ending(repo, package, &clean)
    };
    (format!("{clean}{ending}"), State::Built)
}

/// A folder named without the file in it stands for its index.
fn built_ending(repo: &Repo, package: &Package, clean: &str) -> &'static str {
    let folder = output_folder(repo, package);
    if clean == folder { "/index.js" } else { ".js" }
}

/// Whether anything builds the package.
pub fn has_build(package: &Package) -> bool {
    build_script(package).is_some() || package.depends_on("typescript")
}

/// The script that builds the package.
pub fn build_script(package: &Package) -> Option<(String, Evidence)> {
    const NAMES: &[&str] =
        &["build", "build:prod", "build:production", "compile", "prestart:prod", "prestart", "heroku-postbuild", "tsc"];
    NAMES.iter().find_map(|name| {
        let script = package.script(name)?;
        let is_build = !name.starts_with("prestart") || script.value.contains("build") || script.value.contains("tsc");
        let is_placeholder = script.value.contains("no build") || script.value.starts_with("echo ");
        (is_build && !is_placeholder).then(|| ((*name).to_owned(), script.evidence))
    })
}

fn is_output(package: &Package, repo: &Repo, file: &str) -> bool {
    let folder = output_folder(repo, package);
    let first = file.split('/').next().unwrap_or_default();
    first == folder.split('/').next().unwrap_or_default() && first != "src" && first != "."
        || matches!(first, "dist" | "build" | ".output" | ".next" | "out" | "lib")
            && !repo.has(&join(&package.folder, file))
}

/// The folder that the TypeScript compiler or the bundler writes.
fn output_folder(repo: &Repo, package: &Package) -> String {
    compiler_option(repo, package, "outDir").unwrap_or_else(|| "dist".into())
}

/// A path among the compiler options of `tsconfig.json`, which may hold comments.
fn compiler_option(repo: &Repo, package: &Package, name: &str) -> Option<String> {
    let files = ["tsconfig.build.json", "tsconfig.json", "tsconfig.app.json", "tsconfig.server.json"];
    files.iter().find_map(|file| {
        let document = repo.read_optional(&join(&package.folder, file))?;
        let line = document.find_line(|line| line.trim_start().starts_with(&format!("\"{name}\"")))?;
        let value = line.quote.split_once(':')?.1;
        let value = value.split("//").next()?.trim().trim_end_matches(',').trim().trim_matches(['"', '\'']);
        Some(value.trim_start_matches("./").trim_end_matches('/').to_owned()).filter(|value| !value.is_empty())
    })
}

/// The JavaScript that the package's own build makes of a TypeScript file.
fn compiled(repo: &Repo, package: &Package, file: &str) -> Option<String> {
    let (script, _) = build_script(package)?;
    let text = package.script(&script)?.value;
    if !pattern!(r"\b(tsc|tsup|swc|esbuild|nest|rollup|unbuild|ncc|tsdown|pkgroll|tsc-alias)\b").is_match(&text) {
        return None;
    }
    let output = output_folder(repo, package);
    let source = compiler_option(repo, package, "rootDir").unwrap_or_else(|| "src".into());
    let inner = file.strip_prefix(&format!("{source}/")).unwrap_or(file);
    let stem = inner.rsplit_once('.').map_or(inner, |(stem, _)| stem);
    Some(format!("{output}/{stem}.js"))
}
