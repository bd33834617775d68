//! What the module that is started imports, and which of it an image would not find.

use std::collections::BTreeSet;

use crate::analysis::other_case;
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::python::entrypoint::Entrypoint;
use crate::languages::python::manifest::requirement::normalise;
use crate::languages::python::package_manager::Project;
use crate::path::join;
use crate::repo::Repo;
use crate::source::Import;
use crate::source::python::modules::Module;

/// A warning for each import that fails when the program starts: of a package that only a group for development lists, and of a
/// module whose file is called by other letters.
pub fn warnings(repo: &Repo, project: &Project, modules: &[Module], start: &Entrypoint) -> Vec<Warning> {
    let production = production(project);
    let groups = project.manifests.groups.iter().filter(|group| !group.is_extra);
    let developed: Vec<(&str, &str)> = groups
        .flat_map(|group| group.dependencies.iter().map(|it| (it.name.as_str(), group.name.as_str())))
        .filter(|(name, _)| !production.contains(*name))
        .collect();
    let mut said: BTreeSet<String> = BTreeSet::new();
    let mut found = Vec::new();
    for module in reached(modules, start) {
        let index = module.index();
        let at_once = |import: &&Import| !import.is_type && !import.is_dynamic && !import.place.is_conditional;
        for import in index.imports.iter().filter(at_once).filter(|import| import.place.function.is_none()) {
            let first = import.module.split('.').next().filter(|name| !name.is_empty());
            let Some(first) = first.filter(|name| said.insert((*name).to_owned())) else { continue };
            let evidence = index.evidence(&import.place);
            let is_own = has_module(repo, &module.root, first);
            let group = developed.iter().find(|(name, _)| *name == normalise(first)).filter(|_| !is_own);
            found.extend(group.map(|(name, group)| of_development(name, group, evidence.clone())));
            let file = join(&module.root, &format!("{first}.py"));
            let called = repo.in_other_case(&file).or_else(|| repo.in_other_case(&join(&module.root, first)));
            let is_installed = production.contains(&normalise(first)) || group.is_some();
            if let Some(called) = called.filter(|_| !is_own && !is_installed) {
                let fact = Fact::new((first.to_owned(), called.to_owned()), evidence);
                found.push(other_case::warning(&fact));
            }
        }
    }
    found
}

fn of_development(name: &str, group: &str, evidence: Evidence) -> Warning {
    Warning::new(format!(
        "`{name}` is imported, and only the group `{group}` lists it: the image does not install that"
    ))
    .at(evidence)
    .hint("list it among the dependencies")
}

/// The packages that production installs: what is listed, and what a lock file says that they need.
fn production(project: &Project) -> BTreeSet<String> {
    let mut open: Vec<String> = project.manifests.dependencies.iter().map(|it| it.name.clone()).collect();
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        let locked = project.locked.named(&name).flat_map(|it| &it.requires);
        open.extend(
            locked.map(|(needed, _)| needed.clone()).filter(|needed| !found.contains(needed)).collect::<Vec<_>>(),
        );
        found.insert(name);
    }
    found
}

/// Whether a folder holds a module or a package of this name.
fn has_module(repo: &Repo, root: &str, name: &str) -> bool {
    repo.has(&join(root, &format!("{name}.py"))) || repo.has_folder(&join(root, name))
}

/// The modules that are loaded with the one that is started: what its command line names, and what that imports.
fn reached<'a>(modules: &'a [Module], start: &Entrypoint) -> Vec<&'a Module> {
    let is_named = |module: &Module| {
        start.invocation.arguments.iter().any(|word| {
            word.split(':').next() == Some(module.name.as_str())
                || word.ends_with(".py") && format!("/{}", module.path()).ends_with(&format!("/{word}"))
        })
    };
    let mut open: Vec<&Module> = modules.iter().filter(|module| is_named(module)).take(1).collect();
    let mut found: Vec<&Module> = Vec::new();
    while let Some(module) = open.pop() {
        if found.iter().any(|known| known.path() == module.path()) {
            continue;
        }
        let is_imported = |other: &&Module| {
            module.imports.iter().any(|(_, full)| {
                full.strip_prefix(other.name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        open.extend(modules.iter().filter(is_imported));
        found.push(module);
    }
    found
}
