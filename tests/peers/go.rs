//! `go list`: the programs of each module, and how many packages of the repository each is made of.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use dockgen::plan::{App, Application};

use crate::Comparison;

/// The settings to try, the first that gives an answer counts: without the network, for a module beside a workspace, for one
/// that is out of step with `vendor`, for one whose file lists too little.
const SETTINGS: &[&[(&str, &str)]] =
    &[&[("GOPROXY", "off")], &[("GOPROXY", "off"), ("GOWORK", "off")], &[("GOFLAGS", "-mod=mod")], &[]];

/// Programs and packages of every module, each with its folder from the root of the checkout.
pub fn compare(checkout: &Path, found: &[Box<dyn Application>]) -> Result<Vec<Comparison>, String> {
    let root = checkout.canonicalize().map_err(|error| error.to_string())?;
    let mut programs = Comparison { what: "programs", tool: Vec::new(), ours: Vec::new() };
    let mut packages = Comparison { what: "packages of each", tool: Vec::new(), ours: Vec::new() };
    for app in found.iter().map(|it| it.app()).filter(|app| module(app) == Some(app.folder.as_str())) {
        let folder = root.join(&app.folder);
        let all = list(&folder, app, &["-find", "-f", "{{.Name}}\t{{.Dir}}", "./..."])?;
        let mains: BTreeSet<String> =
            all.iter().filter_map(|line| inside(&root, line.strip_prefix("main\t")?)).collect();
        programs.tool.extend(mains);
        let ours: BTreeSet<String> = facts(app, "program").map(|(_, place)| place).collect();
        programs.ours.extend(ours);
    }
    let modules: BTreeSet<String> =
        found.iter().flat_map(|it| facts(it.app(), "module")).map(|(path, _)| format!("{path}/")).collect();
    for app in found.iter().map(|it| it.app()) {
        for (count, place) in facts(app, "packages") {
            let Some(folder) = module(app) else { continue };
            let program = format!("./{}", place.strip_prefix(folder).unwrap_or(&place).trim_start_matches('/'));
            let all = list(&root.join(folder), app, &["-deps", "-f", "{{.Dir}}", &program])?;
            let own: BTreeSet<String> =
                all.iter().filter_map(|line| inside(&root, line)).filter(|place| is_own(place, &modules)).collect();
            packages.tool.push(format!("{place}: {}", own.len()));
            packages.ours.push(format!("{place}: {count}"));
        }
    }
    for it in [&mut programs, &mut packages] {
        it.tool.sort();
        it.ours.sort();
    }
    Ok(if programs.ours.is_empty() && programs.tool.is_empty() { Vec::new() } else { vec![programs, packages] })
}

/// The folder of the `go.mod` that an application is in.
fn module(app: &App) -> Option<&str> {
    let path = &app.facts.iter().find(|fact| fact.name == "module")?.evidence.path;
    Some(path.strip_suffix("go.mod").unwrap_or(path).trim_end_matches('/'))
}

/// The values of the facts of a name, each with the folder of the file that says it.
fn facts<'a>(app: &'a App, name: &'a str) -> impl Iterator<Item = (String, String)> + 'a {
    let named = app.facts.iter().filter(move |fact| fact.name == name);
    named.map(|fact| {
        let folder = fact.evidence.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        (fact.value.clone(), folder.to_owned())
    })
}

fn list(folder: &Path, app: &App, arguments: &[&str]) -> Result<Vec<String>, String> {
    let tags = app.facts.iter().find(|fact| fact.name == "tags").map(|fact| fact.value.replace(' ', ","));
    let mut said = String::new();
    for settings in SETTINGS {
        let output = Command::new("go")
            .args(["list", "-e", "-tags", tags.as_deref().unwrap_or_default()])
            .args(arguments)
            .envs([("GOOS", "linux"), ("GOARCH", "amd64"), ("CGO_ENABLED", "1")])
            .envs(settings.iter().copied())
            .current_dir(folder)
            .output()
            .map_err(|error| error.to_string())?;
        let lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
        if output.status.success() && !lines.is_empty() {
            return Ok(lines);
        }
        said = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    Err(format!("`go list` fails in {}: {said}", folder.display()))
}

/// A folder as seen from the root of the checkout, where it is in it.
fn inside(root: &Path, folder: &str) -> Option<String> {
    Path::new(folder).strip_prefix(root).ok()?.to_str().map(str::to_owned)
}

/// Whether a package is of this repository: not in `vendor`, or put there from another of its modules.
fn is_own(place: &str, modules: &BTreeSet<String>) -> bool {
    let vendored = place.split_once("vendor/").filter(|(before, _)| before.is_empty() || before.ends_with('/'));
    vendored.is_none_or(|(_, import)| modules.iter().any(|module| format!("{import}/").starts_with(module)))
}
