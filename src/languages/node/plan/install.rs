//! In which steps dependencies are installed: those that run in a layer of their own, where that is safe.

use crate::languages::node::NodeApplication;
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::Kind;
use crate::languages::node::package_manager::install::Install;
use crate::shell::quote;

/// The commands of each step; empty where there is none.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Installs what runs, in a stage that a change of the source leaves as it is.
    pub layer: String,
    /// Installs what the build needs.
    pub install: String,
    /// Takes away what only the build needed.
    pub prune: String,
}

/// What the final image takes from the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageContent {
    /// Files that are complete in themselves: pages, or what a framework puts together.
    Output,
    /// The application with all its dependencies.
    Everything,
    /// The application with the dependencies that it runs with.
    Production,
}

/// The steps for an application; `builds` says whether anything is made of the sources.
pub fn steps(
    application: &NodeApplication,
    commands: &Install,
    kind: Kind,
    taken: ImageContent,
    builds: bool,
) -> Steps {
    let all = commands.all.clone();
    let has_development = has_development(application);
    if taken == ImageContent::Output || taken == ImageContent::Everything && has_development {
        return Steps { install: all, ..Steps::default() };
    }
    let is_image_of_bun = application.bun.is_some();
    let production = format!("{all} {}", commands.production);
    // npm takes scripts out that a lean installation can't run, and the image of Bun has none.
    let can_be_lean =
        !commands.production.is_empty() && (application.facts.dropped_scripts.is_empty() || !is_image_of_bun);
    let changes = changes_modules(application, builds);
    let is_apart = !is_image_of_bun && !changes && (can_be_lean || !has_development);
    match (is_apart, builds, has_development) {
        (true, _, false) => Steps { layer: all, ..Steps::default() },
        (true, false, true) => Steps { layer: production, ..Steps::default() },
        // What is compiled is not compiled twice.
        (true, true, true) if application.needs.build.is_empty() => {
            // pnpm asks before it replaces what is installed, unless nobody is there.
            let install = if kind == Kind::Pnpm { format!("CI=true {all}") } else { all };
            Steps { layer: production, install, ..Steps::default() }
        }
        (_, false, _) if can_be_lean && application.facts.makes_nothing() => {
            let selected = lean(application, commands, kind);
            let install = selected.unwrap_or(if has_development { production } else { all });
            Steps { install, ..Steps::default() }
        }
        _ => {
            let prunes = has_development || has_others(application);
            let selected = prune(application, commands, kind).filter(|_| prunes);
            let usual = || if has_development { commands.prune.clone() } else { String::new() };
            Steps { install: all, prune: selected.unwrap_or_else(usual), ..Steps::default() }
        }
    }
}

/// Whether anything of the workspace is there for development only.
fn has_development(application: &NodeApplication) -> bool {
    let packages = application.workspace.members.iter().chain([&application.workspace.root]);
    packages.into_iter().any(|package| !package.manifest.names(&["devDependencies"]).is_empty())
}

/// Whether there may be more in the modules than an installation puts there, or more than one folder of them, or none.
fn changes_modules(application: &NodeApplication, builds: bool) -> bool {
    application.workspace.has_members()
        || application.nx.is_some()
        || !application.facts.makes_nothing()
        || application.package.manifest.names(&["dependencies"]).is_empty()
        || builds && writes_modules(&application.package)
}

/// Programs that write into installed modules.
const WRITERS: &[&str] = &["patch-package", "prisma", "zenstack", "node_modules"];

/// Whether a script, or a dependency that is generated, may write into installed modules.
fn writes_modules(package: &Package) -> bool {
    let writes = |text: &str| WRITERS.iter().any(|writer| text.contains(writer));
    let scripts = package.manifest.names(&["scripts"]);
    scripts.iter().filter_map(|name| package.script(name)).any(|script| writes(&script.value))
        || package.depends_on("@prisma/client")
}

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
            !needed.iter().any(|wanted| wanted.folder == member.folder)
                && !member.manifest.names(&["dependencies"]).is_empty()
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
