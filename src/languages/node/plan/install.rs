//! In which steps dependencies are installed: those that run in a layer of their own, where that is safe.

use crate::catalog::node::build;
use crate::languages::node::NodeApplication;
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::Kind;
use crate::languages::node::package_manager::install::{Install, unasked};
use crate::plan::Command;

/// How the dependencies are installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installation {
    /// Those that run in a stage that a change of the source leaves as it is.
    Layer {
        /// Installs what runs.
        layer: Command,
        /// Installs what the build needs; none where that is nothing.
        build: Option<Command>,
    },
    /// All of them in the stage of the build.
    Stage {
        /// Installs them.
        install: Command,
        /// Takes away what only the build needed; empty where that is nothing.
        prune: Vec<Command>,
    },
}

impl Installation {
    fn stage(install: Command) -> Self {
        Self::Stage { install, prune: Vec::new() }
    }

    fn layer(layer: Command) -> Self {
        Self::Layer { layer, build: None }
    }
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

/// How an application's dependencies are installed; `builds` says whether anything is made of the sources.
pub fn installation(
    application: &NodeApplication,
    commands: &Install,
    kind: Kind,
    taken: ImageContent,
    builds: bool,
) -> Installation {
    let mut installation = steps(application, commands, kind, taken, builds);
    if let Installation::Stage { prune, .. } = &mut installation
        && let Some(edit) = commands.registry_edit.clone().filter(|_| !prune.is_empty())
    {
        // the sources have brought the lock file back as it was
        prune.insert(0, edit);
    }
    installation
}

fn steps(
    application: &NodeApplication,
    commands: &Install,
    kind: Kind,
    taken: ImageContent,
    builds: bool,
) -> Installation {
    let all = commands.all.clone();
    let has_development = has_development(application);
    if taken == ImageContent::Output || taken == ImageContent::Everything && has_development {
        return Installation::stage(all);
    }
    let is_image_of_bun = application.bun.is_some();
    let production = commands.production.map(|flag| all.clone().word(flag));
    // npm takes scripts out that a lean installation can't run, and the image of Bun has none.
    let can_be_lean = production.is_some() && (application.facts.dropped_scripts.is_empty() || !is_image_of_bun);
    let production = production.unwrap_or_else(|| all.clone());
    let changes = changes_modules(application, builds);
    let is_apart = !is_image_of_bun && !changes && (can_be_lean || !has_development);
    match (is_apart, builds, has_development) {
        (true, _, false) => Installation::layer(all),
        (true, false, true) => Installation::layer(production),
        // What is compiled is not compiled twice.
        (true, true, true) if application.needs.build.is_empty() => {
            Installation::Layer { layer: production, build: Some(unasked(kind.row(), all)) }
        }
        (_, false, _) if can_be_lean && application.facts.makes_nothing() => {
            let selected = lean(application, commands, kind);
            Installation::stage(selected.unwrap_or(if has_development { production } else { all }))
        }
        _ => {
            let prunes = has_development || has_others(application);
            let selected = prune(application, commands, kind).filter(|_| prunes);
            let usual = || if has_development { usual_prune(application, commands, kind) } else { Vec::new() };
            Installation::Stage { install: all, prune: selected.unwrap_or_else(usual) }
        }
    }
}

/// Takes away what only development needs, where the package manager can't do that without installing anew. What generators have put
/// among the modules stays, and what is compiled is compiled again.
fn usual_prune(application: &NodeApplication, commands: &Install, kind: Kind) -> Vec<Command> {
    let is_compiled = application.needs.build.iter().any(|package| package == "g++");
    let root = &application.workspace.root.manifest;
    let has_scripts = is_compiled || !root.strings(&["trustedDependencies"]).is_empty();
    if !kind.row().cleans_first {
        return commands.prune.clone();
    }
    if has_scripts && !application.facts.own_scripts.is_empty() {
        // its own scripts want what development installs
        return Vec::new();
    }
    let kept = ["!", "-name", ".prisma", "!", "-name", ".zenstack"];
    let clean = Command::new(["find", "node_modules", "-mindepth", "1", "-maxdepth", "1"]).words(kept);
    let clean = clean.words(["-exec", "rm", "-rf", "{}", "+"]);
    let mut prune = commands.prune.clone();
    if let Some(first) = prune.first_mut().filter(|_| writes_modules(&application.package)) {
        *first = clean;
    }
    if has_scripts && let Some(install) = prune.last_mut() {
        install.words.retain(|word| word.text() != Some(kind.row().without_scripts.as_str()));
    }
    prune
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

/// Whether a script, or a dependency that is generated, may write into installed modules.
fn writes_modules(package: &Package) -> bool {
    let writes = |text: &str| build().module_writers.iter().any(|writer| text.contains(writer.as_str()));
    let scripts = package.manifest.names(&["scripts"]);
    scripts.iter().filter_map(|name| package.script(name)).any(|script| writes(&script.value))
        || package.depends_on("@prisma/client")
}

/// Takes every folder of modules away, so that nothing of another member is left.
fn without_modules() -> Command {
    Command::new(["find", ".", "-name", "node_modules", "-prune", "-exec", "rm", "-rf", "{}", "+"])
}

/// Installs what an application of a workspace runs with from the start; nothing where its package manager can't.
fn lean(application: &NodeApplication, commands: &Install, kind: Kind) -> Option<Command> {
    let name = member(application)?;
    match kind {
        Kind::Npm => Some(of_npm_member(commands.all.clone().word("--omit=dev"), &name)),
        Kind::Pnpm if !root_runs_something(application) => {
            let flags = commands.all.words.iter().skip(2).cloned();
            let mut command = of_pnpm_member(&name);
            command.words.extend(flags);
            Some(command)
        }
        _ => None,
    }
}

/// Leaves what an application of a workspace runs with, after a build; nothing where its package manager can't.
fn prune(application: &NodeApplication, commands: &Install, kind: Kind) -> Option<Vec<Command>> {
    let name = member(application)?;
    let is_compiled = !application.needs.build.is_empty() || !application.needs.run.is_empty();
    let is_plain = !is_compiled && application.facts.makes_nothing() && commands.lock.is_some();
    match kind {
        Kind::Npm if is_plain => {
            let install = commands.all.clone().words(["--omit=dev", "--ignore-scripts"]);
            Some(vec![without_modules(), of_npm_member(install, &name)])
        }
        Kind::Pnpm if is_plain && !root_runs_something(application) => {
            let install = of_pnpm_member(&name).words(["--prefer-offline", "--ignore-scripts", "--frozen-lockfile"]);
            Some(vec![without_modules(), unasked(kind.row(), install)])
        }
        Kind::YarnBerry if !commands.prune.is_empty() && !root_runs_something(application) => {
            let focus = Command::new(["yarn", "workspaces", "focus", &name, "--production"]);
            Some(std::iter::once(focus).chain(commands.prune.iter().skip(1).cloned()).collect())
        }
        _ => None,
    }
}

/// Whether another member would leave something behind.
fn has_others(application: &NodeApplication) -> bool {
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

/// An installation by npm of one member, and of what the root has for all.
fn of_npm_member(install: Command, name: &str) -> Command {
    install.words(["--workspace", name, "--include-workspace-root"])
}

/// An installation by pnpm of what one member and those that it needs run with.
fn of_pnpm_member(name: &str) -> Command {
    Command::new(["pnpm", "--filter"]).word(format!("{name}...")).words(["install", "--prod"])
}
