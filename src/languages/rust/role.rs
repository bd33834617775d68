//! Which packages of a workspace are applications, and which help to make or run one.

use std::collections::BTreeSet;

use crate::catalog::{is_rust_server_name, rust_servers};
use crate::languages::rust::application::RustApplication;
use crate::languages::rust::manifest::Cargo;
use crate::languages::rust::workspace::Workspaces;
use crate::path::join;
use crate::plan::Role;
use crate::repo::Repo;

/// Whether a package or one of its parts depends on a crate that makes it a server.
fn serves(workspaces: &Workspaces, package: &Cargo) -> bool {
    let dependencies: Vec<String> = workspaces.parts(package).iter().flat_map(|part| part.dependencies()).collect();
    rust_servers().iter().any(|server| !server.is_client && dependencies.contains(&server.name))
}

/// Whether a package of this name helps to develop another one.
fn helps(name: &str) -> bool {
    let ends = ["-xtask", "-fuzz", "-generator", "-codegen"];
    name == "xtask"
        || name.contains("benchmark")
        || name.starts_with("fuzz")
        || ends.iter().any(|end| name.ends_with(end))
}

/// Helpers of a workspace: its own build tool, what `default-members` leaves out, what another program is made from, and
/// what is beside the one that the repository is named after.
pub fn role(repo: &Repo, workspaces: &Workspaces, package: &Cargo, programs: &[&Cargo]) -> Role {
    let workspace = workspaces.of(package);
    let name = package.name().map(|name| name.value).unwrap_or_default();
    let is_helper = helps(&name);
    let listed = workspace.manifest.strings(&["workspace", "default-members"]);
    let defaults: Vec<String> =
        listed.iter().map(|place| join(&workspace.folder, place.trim_end_matches('/'))).collect();
    let is_left_out = !defaults.is_empty() && !defaults.contains(&package.folder) && package.folder != workspace.folder;
    let siblings: Vec<&Cargo> =
        programs.iter().copied().filter(|other| workspaces.of(other).folder == workspace.folder).collect();
    let is_namesake = |cargo: &Cargo| {
        let address = cargo.package_field(workspace, "repository").map(|fact| fact.value).unwrap_or_default();
        let repository = address.trim_end_matches('/').trim_end_matches(".git").rsplit('/').next().unwrap_or_default();
        !repository.is_empty()
            && (cargo.name().is_some_and(|name| name.value == repository)
                || cargo.binaries(repo).iter().any(|binary| binary.name == repository))
    };
    let is_peer = |other: &&Cargo| {
        let is_helper = other.name().is_some_and(|name| helps(&name.value));
        !is_helper && (serves(workspaces, other) || !serves(workspaces, package))
    };
    let peers: Vec<&Cargo> = siblings.iter().copied().filter(is_peer).collect();
    let is_beside = !is_namesake(package) && siblings.iter().any(|other| is_namesake(other));
    if is_helper || is_left_out || is_beside || workspaces.is_part_of_another(package, &peers) {
        Role::Auxiliary
    } else {
        Role::Application
    }
}

/// At most this many tools stand beside a server that is not called one.
const FEW: usize = 2;

/// The tools of a workspace beside its one server: they help to run that. A tool that can listen is no server, and among
/// many tools a server is one of them.
pub fn put_aside_tools(applications: &mut [RustApplication]) {
    let is_candidate = |it: &&RustApplication| it.app.role == Role::Application;
    let workspaces: BTreeSet<String> = applications.iter().map(|it| it.facts.workspace.clone()).collect();
    for workspace in workspaces {
        let members = || applications.iter().filter(is_candidate).filter(|it| it.facts.workspace == workspace);
        let servers: Vec<&RustApplication> = members().filter(|it| it.source.is_server).collect();
        let [server] = servers.as_slice() else { continue };
        let is_tool = |it: &RustApplication| !it.source.is_server && it.app.folder != workspace;
        let has_few = members().filter(|it| is_tool(it)).count() <= FEW;
        if server.source.server.is_none() || !has_few && !is_rust_server_name(&server.package) {
            continue;
        }
        for tool in applications.iter_mut().filter(|it| it.facts.workspace == workspace && is_tool(it)) {
            tool.app.role = Role::Auxiliary;
        }
    }
}
