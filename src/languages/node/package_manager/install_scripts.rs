//! The scripts of a package that run by themselves when its dependencies are installed.

use crate::catalog::node::install_scripts;
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::build_script::build_script;

/// Whether a script does nothing that an image needs.
fn is_for_developers(package: &Package, name: &str) -> bool {
    package.script(name).is_some_and(|script| {
        install_scripts().for_developers.iter().any(|part| script.value.contains(part.as_str()))
            && !script.value.contains("&&")
    })
}

/// Those that run at some moment of an installation.
fn there(package: &Package) -> impl Iterator<Item = &'static str> {
    install_scripts().names.iter().map(String::as_str).filter(|name| package.script(name).is_some())
}

/// Those that only matter in the clone of a developer; they fail where their programs are not installed.
pub fn for_developers(package: &Package) -> Vec<String> {
    there(package).filter(|name| is_for_developers(package, name)).map(str::to_owned).collect()
}

/// Whether any of them reads or makes files, so that the sources must be there first.
pub fn wait_for_sources(package: &Package) -> bool {
    there(package).any(|name| !is_for_developers(package, name))
}

/// Those to run when the sources are there; what builds the package runs as its build.
pub fn own(package: &Package) -> Vec<String> {
    let is_build = |name: &str| {
        build_script(package).is_some_and(|(build, _)| build == name)
            || name == "prepare" && package.script(name).is_some_and(|script| script.value.contains("build"))
    };
    there(package).filter(|name| !is_for_developers(package, name) && !is_build(name)).map(str::to_owned).collect()
}
