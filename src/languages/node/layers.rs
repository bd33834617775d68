//! In which steps dependencies are installed: those that run in a layer of their own, where that is safe.

use crate::languages::node::application::NodeApplication;
use crate::languages::node::install::Install;
use crate::languages::node::manager::Kind;
use crate::languages::node::package::Package;
use crate::languages::node::selection;

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
pub enum Taken {
    /// Files that are complete in themselves: pages, or what a framework puts together.
    Output,
    /// The application with all its dependencies.
    All,
    /// The application with the dependencies that it runs with.
    Production,
}

/// The steps for an application; `builds` says whether anything is made of the sources.
pub fn steps(application: &NodeApplication, commands: &Install, kind: Kind, taken: Taken, builds: bool) -> Steps {
    let all = commands.all.clone();
    let has_development = has_development(application);
    if taken == Taken::Output || taken == Taken::All && has_development {
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
            let selected = selection::lean(application, commands, kind);
            let install = selected.unwrap_or(if has_development { production } else { all });
            Steps { install, ..Steps::default() }
        }
        _ => {
            let prunes = has_development || selection::has_others(application);
            let selected = selection::prune(application, commands, kind).filter(|_| prunes);
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
