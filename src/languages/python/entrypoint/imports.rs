//! What the module that is started imports, and which of it an image would not find.

use std::collections::BTreeSet;

use crate::analysis::other_case;
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::python::entrypoint::Entrypoint;
use crate::languages::python::manifest::requirement::normalise;
use crate::languages::python::package_manager::Project;
use crate::path::{join, parent};
use crate::repo::Repo;
use crate::source::Import;
use crate::source::python::modules::Module;

/// A warning for each import that fails when the program starts: of a package that only a group for development lists, of a module whose
/// file is called by other letters, and of one beside the file that is not there. `settings` is a module that a framework loads.
pub fn warnings(
    repo: &Repo,
    project: &Project,
    modules: &[Module],
    start: &Entrypoint,
    settings: Option<&str>,
) -> Vec<Warning> {
    let production = production(project);
    let groups = project.manifests.groups.iter().filter(|group| !group.is_extra);
    let developed: Vec<(&str, &str)> = groups
        .flat_map(|group| group.dependencies.iter().map(|it| (it.name.as_str(), group.name.as_str())))
        .filter(|(name, _)| !production.contains(*name))
        .collect();
    let mut said: BTreeSet<String> = BTreeSet::new();
    let mut found = Vec::new();
    for module in reached(modules, start, settings) {
        let index = module.index();
        let at_once = |import: &&Import| !import.is_type && !import.is_dynamic && !import.place.is_conditional;
        for import in index.imports.iter().filter(at_once).filter(|import| import.place.function.is_none()) {
            let absent = absent_neighbour(repo, module.path(), &import.module).filter(|path| said.insert(path.clone()));
            found.extend(absent.map(|path| of_neighbour(&path, index.evidence(&import.place))));
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

/// The file of a module beside the one that imports it, `from .local import *`, where the repository lacks it; what a build writes
/// has names of its own.
fn absent_neighbour(repo: &Repo, path: &str, module: &str) -> Option<String> {
    let name = module.trim_start_matches('.');
    let level = module.len() - name.len();
    let first = name.split('.').next().filter(|first| level > 0 && !first.is_empty())?;
    let is_made =
        first.starts_with('_') || first.ends_with("_pb2") || first.ends_with("_pb2_grpc") || first == "version";
    let folder = (0..level).fold(path, |folder, _| parent(folder));
    let is_there = repo.names_beginning(folder, first).any(|file| file.split('.').next() == Some(first));
    let is_absent = !is_made && !is_there && !repo.has_folder(&join(folder, first)) && repo.has_folder(folder);
    is_absent.then(|| join(folder, &format!("{first}.py")))
}

fn of_neighbour(path: &str, evidence: Evidence) -> Warning {
    Warning::new(format!("it imports `{path}`, which is not there: it ends when it starts"))
        .at(evidence)
        .hint("commit the file, or one that takes its values from variables")
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

/// The modules that are loaded with the one that is started: what its command line names, the settings, and what they import.
fn reached<'a>(modules: &'a [Module], start: &Entrypoint, settings: Option<&str>) -> Vec<&'a Module> {
    let is_named = |module: &Module| {
        start.invocation.arguments.iter().any(|word| {
            word.split(':').next() == Some(module.name.as_str())
                || word.ends_with(".py") && format!("/{}", module.path()).ends_with(&format!("/{word}"))
        })
    };
    let mut open: Vec<&Module> = modules.iter().filter(|module| is_named(module)).take(1).collect();
    open.extend(modules.iter().filter(|module| settings == Some(module.name.as_str())).take(1));
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
