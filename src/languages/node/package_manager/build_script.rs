//! The script that builds a package.

use crate::catalog::node::{build, has_word};
use crate::evidence::Evidence;
use crate::languages::node::manifest::Package;

/// Whether anything builds the package.
pub fn has_build(package: &Package) -> bool {
    build_script(package).is_some() || package.depends_on("typescript")
}

/// The scripts of a package that builds in parts; nothing where one script builds it all.
pub fn partial_builds(package: &Package) -> Vec<String> {
    let names = build().parts.iter().flat_map(|part| [format!("build:{part}"), format!("build-{part}")]);
    names.filter(|name| package.script(name).is_some_and(|script| !is_of_image(&script.value))).collect()
}

/// Whether a script builds an image itself.
fn is_of_image(script: &str) -> bool {
    build().image_builders.iter().any(|program| script.contains(&format!("{program} ")))
}

/// The script that builds the package, or the part that makes the program: one for images first, which knows what is not there.
pub fn build_script(package: &Package) -> Option<(String, Evidence)> {
    let whole = build().scripts.iter().find_map(|name| {
        let script = package.script(name)?;
        let is_build = !name.starts_with("pre") || has_word(&script.value, &build().tools);
        let is_placeholder = script.value.contains("no build") || script.value.starts_with("echo ");
        (is_build && !is_placeholder && !is_of_image(&script.value)).then(|| (name.clone(), script.evidence))
    });
    whole.or_else(|| {
        let name = partial_builds(package).pop()?;
        let evidence = package.script(&name)?.evidence;
        Some((name, evidence))
    })
}

/// Whether the build puts dependencies into what it makes.
pub fn bundles(package: &Package) -> bool {
    let script = build_script(package).and_then(|(name, _)| package.script(&name));
    script.is_some_and(|script| has_word(&script.value, &build().bundlers))
}
