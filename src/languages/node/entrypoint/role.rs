//! What an application is: of interest or not, and its shape in words.

use crate::catalog::node::source as rules;
use crate::catalog::{NodeFramework, node_frameworks};
use crate::languages::node::entrypoint::Entrypoint;
use crate::languages::node::entrypoint::source::SourceFacts;
use crate::languages::node::manifest::Package;
use crate::languages::node::workspace::Workspace;
use crate::path::join;
use crate::plan::Role;
use crate::repo::Repo;

/// Whether the package is an application, or helps one.
pub fn role(
    repo: &Repo,
    package: &Package,
    workspace: &Workspace,
    entry: &Entrypoint,
    source: &SourceFacts,
    serves_files: bool,
) -> Role {
    let is_root_of_others = workspace.has_members()
        && workspace.root.folder == package.folder
        && !source.listens()
        && entry.framework.is_none();
    let helps_other = rules().other_manifests.iter().any(|name| repo.has(&join(&package.folder, name)))
        && (serves_files || !source.listens());
    let is_scripted = package.script("start").is_some() || entry.is_scripted;
    let is_started = is_scripted || entry.framework.is_some() || source.listens() || entry.is_tool;
    if is_root_of_others || helps_other || !is_started { Role::Auxiliary } else { Role::Application }
}

/// The shape in words.
pub fn shape(package: &Package, entry: &Entrypoint, source: &SourceFacts, serves_files: bool) -> String {
    if entry.is_tool && !source.listens() {
        return "command-line tool".into();
    }
    match entry.framework.or_else(|| plain(package)) {
        Some(framework) if serves_files => format!("{} site", framework.title),
        Some(framework) => format!("{} server", framework.title),
        None if source.listens() => "Node.js server".into(),
        None => "Node.js program".into(),
    }
}

/// The framework of a plain program: only its title and port are of interest.
pub fn plain(package: &Package) -> Option<&'static NodeFramework> {
    let plain = || node_frameworks().iter().filter(|framework| !framework.is_static && framework.start.is_empty());
    plain()
        .find(|framework| package.production_dependency(&framework.dependency).is_some())
        .or_else(|| plain().find(|framework| package.depends_on(&framework.dependency)))
}
