//! Of a workspace, only the dependencies that one application needs.

use crate::languages::node::application::NodeApplication;
use crate::languages::node::install::Install;
use crate::languages::node::manager::Kind;
use crate::shell::quote;

/// Takes every folder of modules away, so that nothing of another member is left.
const CLEAN: &str = "find . -name node_modules -prune -exec rm -rf {} +";

/// Installs what an application of a workspace runs with from the start; nothing where its package manager can't.
pub fn lean(application: &NodeApplication, commands: &Install, kind: Kind) -> Option<String> {
    let name = member(application)?;
    match kind {
        Kind::Npm => Some(format!("{} --omit=dev {}", commands.all, of_npm(&name))),
        Kind::Pnpm if !root_runs_something(application) => {
            Some(commands.all.replacen("pnpm install", &format!("pnpm --filter {} install --prod", of_pnpm(&name)), 1))
        }
        _ => None,
    }
}

/// Leaves what an application of a workspace runs with, after a build; nothing where its package manager can't.
pub fn prune(application: &NodeApplication, commands: &Install, kind: Kind) -> Option<String> {
    let name = member(application)?;
    let is_compiled = !application.needs.build.is_empty() || !application.needs.run.is_empty();
    let is_plain = !is_compiled && application.facts.makes_nothing() && commands.lock.is_some();
    match kind {
        Kind::Npm if is_plain => {
            Some(format!("{CLEAN} && {} --omit=dev --ignore-scripts {}", commands.all, of_npm(&name)))
        }
        Kind::Pnpm if is_plain && !root_runs_something(application) => Some(format!(
            "{CLEAN} && CI=true pnpm --filter {} install --prod --prefer-offline --ignore-scripts --frozen-lockfile",
            of_pnpm(&name)
        )),
        Kind::YarnBerry if commands.prune.contains(" focus ") && !root_runs_something(application) => {
            Some(commands.prune.replacen("--all", &quote(&name), 1))
        }
        _ => None,
    }
}

/// Whether another member would leave something behind.
pub fn has_others(application: &NodeApplication) -> bool {
    let needed = application.workspace.needed_by(&application.package);
    let mut members = application.workspace.members.iter();
    !needed.is_empty()
        && members.any(|member| {
            !needed.iter().any(|it| it.folder == member.folder) && !member.manifest.names(&["dependencies"]).is_empty()
        })
}

/// The name by which a package manager knows the application among the members of its workspace.
fn member(application: &NodeApplication) -> Option<String> {
    let is_member = application.workspace.members.iter().any(|member| member.folder == application.package.folder);
    if !is_member || application.nx.is_some() {
        return None;
    }
    application.package.manifest.text(&["name"]).map(|name| name.value)
}

/// Whether the root of the workspace has dependencies of its own, which its members can load as well.
fn root_runs_something(application: &NodeApplication) -> bool {
    !application.workspace.root.manifest.names(&["dependencies"]).is_empty()
}

fn of_npm(name: &str) -> String {
    format!("--workspace {} --include-workspace-root", quote(name))
}

fn of_pnpm(name: &str) -> String {
    quote(&format!("{name}..."))
}
