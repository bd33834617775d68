//! Where a build puts the files that a web server hands out, from the tool's own configuration.

use serde_json::Value;

use crate::catalog::NodeFramework;
use crate::evidence::{Evidence, Fact};
use crate::languages::node::package::Package;
use crate::languages::source::find_in;
use crate::path::join;
use crate::pattern;
use crate::repo::Repo;

/// The folder that the build of `framework` makes, from the package's folder.
///
/// A build script that goes to another package (`yarn --cwd app build`) makes the folder of that package.
pub fn folder(repo: &Repo, package: &Package, framework: &NodeFramework) -> Fact<String> {
    let Some(place) = delegate(package) else {
        return folder_of(repo, package, framework);
    };
    match Package::read(repo, &join(&package.folder, &place)) {
        Ok(inner) => folder_of(repo, &inner, framework).map(|folder| format!("{place}/{folder}")),
        Err(_) => folder_of(repo, package, framework),
    }
}

/// The folder that the build script goes to.
pub fn delegate(package: &Package) -> Option<String> {
    let script = package.script("build")?;
    let pattern = pattern!(r"(?:--cwd|--prefix|--dir|-C)[ =](?:\./)?([\w./-]+)|^cd\s+(?:\./)?([\w./-]+)\s*&&");
    let captures = pattern.captures(&script.value)?;
    captures.get(1).or(captures.get(2)).map(|place| place.as_str().trim_end_matches('/').to_owned())
}

fn folder_of(repo: &Repo, package: &Package, framework: &NodeFramework) -> Fact<String> {
    let usual = || Fact::new(framework.output.clone(), Evidence::file(package.path()));
    let stated = match framework.dependency.as_str() {
        "@angular/core" => angular(repo, package),
        "vite" => configured(repo, package, "vite.config", pattern!(r#"\boutDir\s*:\s*["'`]([^"'`$]+)["'`]"#)),
        "astro" => configured(repo, package, "astro.config", pattern!(r#"\boutDir\s*:\s*["'`]([^"'`$]+)["'`]"#)),
        "@vue/cli-service" => {
            configured(repo, package, "vue.config", pattern!(r#"\boutputDir\s*:\s*["'`]([^"'`$]+)["'`]"#))
        }
        "@sveltejs/adapter-static" => {
            configured(repo, package, "svelte.config", pattern!(r#"\bpages\s*:\s*["'`]([^"'`$]+)["'`]"#))
        }
        "vitepress" => vitepress(package),
        "webpack" => configured(
            repo,
            package,
            "webpack",
            pattern!(r#"\bpath\s*:\s*path\.(?:resolve|join)\([^"'`]*["'`]([^"'`$]+)["'`]"#),
        ),
        _ => None,
    };
    stated.map_or_else(usual, |fact| fact.map(|folder| folder.trim_start_matches("./").trim_matches('/').to_owned()))
}

fn configured(repo: &Repo, package: &Package, name: &str, pattern: &regex::Regex) -> Option<Fact<String>> {
    let files: Vec<&str> = repo.names_in(&package.folder).filter(|file| file.starts_with(name)).collect();
    files.into_iter().find_map(|file| {
        let document = repo.read_optional(&join(&package.folder, file))?;
        find_in(&document, pattern, |captures| Some(captures[1].to_owned()))
    })
}

/// Angular's output path is text or an object; the application builder puts what browsers get in a folder of its own.
fn angular(repo: &Repo, package: &Package) -> Option<Fact<String>> {
    let manifest = repo.read_optional(&join(&package.folder, "angular.json"))?.json().ok()?;
    let projects = manifest.get(&["projects"])?.as_object()?;
    let name = projects
        .iter()
        .find(|(_, project)| project.get("projectType").and_then(Value::as_str) != Some("library"))?
        .0
        .clone();
    let build = ["architect", "targets"].iter().find_map(|key| manifest.get(&["projects", &name, key, "build"]))?;
    let options = build.get("options");
    let builder = build.get("builder").and_then(Value::as_str).unwrap_or_default();
    let has_browser_folder = builder.ends_with(":application");
    let path = match options.and_then(|options| options.get("outputPath")) {
        Some(Value::String(path)) if has_browser_folder => format!("{path}/browser"),
        Some(Value::String(path)) => path.clone(),
        Some(Value::Object(path)) => {
            let base = path.get("base").and_then(Value::as_str).unwrap_or("dist");
            let browser = path.get("browser").and_then(Value::as_str).unwrap_or("browser");
            format!("{base}/{browser}")
        }
        _ => format!("dist/{name}/browser"),
    };
    Some(Fact::new(path, manifest.evidence(&["projects", &name])))
}

/// VitePress builds beside the folder of pages that its script names.
fn vitepress(package: &Package) -> Option<Fact<String>> {
    package.manifest.names(&["scripts"]).into_iter().find_map(|name| {
        let script = package.script(name)?;
        let folder = pattern!(r"vitepress build\s+([\w./-]+)").captures(&script.value)?[1].to_owned();
        Some(Fact::new(format!("{folder}/.vitepress/dist"), script.evidence))
    })
}

/// The text of the framework's configuration file.
pub fn configuration(repo: &Repo, package: &Package, name: &str) -> Option<crate::repo::Document> {
    let file = repo.names_in(&package.folder).find(|file| file.starts_with(name))?;
    repo.read_optional(&join(&package.folder, file))
}
