//! The script that builds a package.

use crate::evidence::Evidence;
use crate::languages::node::manifest::Package;
use crate::pattern;

/// Whether anything builds the package.
pub fn has_build(package: &Package) -> bool {
    build_script(package).is_some() || package.depends_on("typescript")
}

/// Parts of a build that some packages have a script for and no script that runs them all, in the order that they run.
const PARTS: &[&str] = &[
    "css", "scss", "styles", "assets", "client", "frontend", "ui", "web", "ts", "js", "app", "api", "backend", "server",
];

/// The scripts of a package that builds in parts; nothing where one script builds it all.
pub fn partial_builds(package: &Package) -> Vec<String> {
    let names = PARTS.iter().flat_map(|part| [format!("build:{part}"), format!("build-{part}")]);
    names.filter(|name| package.script(name).is_some_and(|script| !is_of_image(&script.value))).collect()
}

/// Whether a script builds an image itself.
fn is_of_image(script: &str) -> bool {
    script.contains("docker ") || script.contains("podman ")
}

/// The script that builds the package, or the part that makes the program: one for images first, which knows what is not there.
pub fn build_script(package: &Package) -> Option<(String, Evidence)> {
    const NAMES: &[&str] = &[
        "build:docker",
        "build-docker",
        "build",
        "build:prod",
        "build:production",
        "compile",
        "prestart:prod",
        "prestart",
        "heroku-postbuild",
        "tsc",
        "prepare",
        "prepack",
    ];
    let whole = NAMES.iter().find_map(|name| {
        let script = package.script(name)?;
        let makes = pattern!(r"\b(?:build|tsc|tsup|rollup|webpack|vite|esbuild|babel|unbuild|microbundle)\b");
        let is_build = !name.starts_with("pre") || makes.is_match(&script.value);
        let is_placeholder = script.value.contains("no build") || script.value.starts_with("echo ");
        (is_build && !is_placeholder && !is_of_image(&script.value)).then(|| ((*name).to_owned(), script.evidence))
    });
    whole.or_else(|| {
        let name = partial_builds(package).pop()?;
        let evidence = package.script(&name)?.evidence;
        Some((name, evidence))
    })
}

/// Whether the build puts dependencies into what it makes.
pub fn bundles(package: &Package) -> bool {
    let tools =
        pattern!(r"\b(?:tsup|esbuild|rollup|webpack|vite|ncc|bun|tsdown|pkgroll|parcel|rspack|rolldown|turbo)\b");
    let script = build_script(package).and_then(|(name, _)| package.script(&name));
    script.is_some_and(|script| tools.is_match(&script.value))
}
