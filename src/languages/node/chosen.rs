//! Which row of the table of frameworks holds for a package.

use crate::catalog::{Condition, NodeFramework, node_frameworks};
use crate::evidence::{Evidence, Fact};
use crate::languages::node::assets;
use crate::languages::node::built::build_script;
use crate::languages::node::package::Package;
use crate::languages::source::{compile, find_in};
use crate::path::join;
use crate::repo::Repo;

/// The framework whose own configuration decides what the build makes, whatever the scripts start.
pub fn configured(repo: &Repo, package: &Package) -> Option<Fact<&'static NodeFramework>> {
    build_script(package)?;
    node_frameworks().iter().filter(|framework| package.depends_on(&framework.dependency)).find_map(|framework| {
        let evidence = met(repo, package, framework.when.as_ref()?)?;
        Some(Fact::new(framework, evidence))
    })
}

/// The framework that a dependency tells, where something builds the package.
pub fn depended_on(repo: &Repo, package: &Package) -> Option<Fact<&'static NodeFramework>> {
    // What only prepares a package for its registry makes a tool or a library.
    build_script(package).filter(|(name, _)| !name.starts_with("prep"))?;
    let framework = node_frameworks().iter().find(|framework| {
        let makes_something = framework.is_static || !framework.start.is_empty();
        makes_something
            && framework.when.is_none()
            && package.depends_on(&framework.dependency)
            && has_page(repo, package, framework)
    })?;
    let kind =
        if package.production_dependency(&framework.dependency).is_some() { "dependencies" } else { "devDependencies" };
    Some(Fact::new(framework, package.evidence(&[kind, &framework.dependency])))
}

/// The framework that a program in a script starts.
pub fn started_by(package: &Package, program: &str) -> Option<&'static NodeFramework> {
    node_frameworks().iter().find(|framework| {
        !framework.program.is_empty()
            && framework.program == program
            && !framework.start.is_empty()
            && package.depends_on(&framework.dependency)
    })
}

/// Where a condition is met.
fn met(repo: &Repo, package: &Package, condition: &Condition) -> Option<Evidence> {
    let says = compile(&condition.says);
    if condition.file.is_empty() {
        return package.script(&condition.script).filter(|script| says.is_match(&script.value)).map(|it| it.evidence);
    }
    let document = assets::configuration(repo, package, &condition.file)?;
    find_in(&document, &says, |_| Some(())).map(|fact| fact.evidence)
}

/// Bundlers that make sites and libraries alike: a site has a page to start from.
const BUNDLERS: &[&str] = &["vite", "parcel", "webpack"];

fn has_page(repo: &Repo, package: &Package, framework: &NodeFramework) -> bool {
    if !BUNDLERS.contains(&framework.dependency.as_str()) || assets::delegate(package).is_some() {
        return true;
    }
    let is_page = |file: &str| {
        [".html", ".htm", ".pug", ".ejs", ".hbs"].iter().any(|ending| file.ends_with(ending))
            && !file.split('/').any(|part| matches!(part, "test" | "tests" | "docs" | "coverage" | "examples"))
    };
    let skip = join(&package.folder, "x").len() - 1;
    repo.files_under(&package.folder).any(|file| is_page(&file[skip..]))
}
