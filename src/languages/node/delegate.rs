//! A script that hands over to another package: a member of the workspace, or a folder with a manifest of its own.

use crate::languages::node::package::Package;
use crate::languages::node::script::{self, Command};
use crate::languages::node::workspace::Workspace;
use crate::path::join;
use crate::repo::Repo;

/// Programs that run scripts of packages.
const MANAGERS: &[&str] = &["npm", "yarn", "pnpm", "bun", "turbo", "lerna", "nx"];

/// Flags that name the package, by its name or by its folder.
const FLAGS: &[&str] =
    &["--filter", "-F", "--workspace", "-w", "--scope", "--cwd", "--prefix", "-C", "--dir", "--project"];

/// The package that a command hands over to, as it is written: a name or a folder.
pub fn target(command: &Command) -> Option<String> {
    if !MANAGERS.contains(&command.program.as_str()) {
        return None;
    }
    let named = command.arguments.iter().enumerate().find_map(|(index, word)| {
        let next = || command.arguments.get(index + 1).cloned();
        match word.split_once('=') {
            Some((flag, value)) if FLAGS.contains(&flag) => Some(value.to_owned()),
            _ if FLAGS.contains(&word.as_str()) => next(),
            _ if command.program == "yarn" && index == 0 && word == "workspace" => next(),
            _ => None,
        }
    });
    let name = named.unwrap_or_else(|| command.folder.clone());
    let name = name.trim_end_matches("...").trim_start_matches("./").trim_end_matches('/').to_owned();
    (!name.is_empty() && name != "." && !name.contains('*')).then_some(name)
}

/// The folder of the package that the production scripts of `package` hand over to.
pub fn folder(repo: &Repo, package: &Package, workspace: &Workspace) -> Option<String> {
    let found = script::starting(repo, package).into_iter().find(|found| !script::is_for_development(&found.script))?;
    let name = target(&found.command)?;
    if found.command.before.iter().any(|text| text.contains("start")) {
        // It starts more than one.
        return None;
    }
    let member = workspace.members.iter().find(|member| member.name() == name).map(|member| member.folder.clone());
    let folder = member.unwrap_or_else(|| join(&package.folder, &name));
    (folder != package.folder && repo.has(&join(&folder, "package.json"))).then_some(folder)
}
