//! Maven's effective POM: the release, the packaging and the name of the artifact of every application.

use std::path::Path;
use std::process::Command;

use dockgen::plan::{App, Application};
use globset::Glob;

use crate::Comparison;

/// What a POM says of an application.
struct Said {
    release: String,
    packaging: String,
    artifact: String,
}

/// Release, packaging and artifact, each with the folder of the application; one whose POM Maven can't read is left out, aloud.
pub fn compare(checkout: &Path, found: &[Box<dyn Application>]) -> Vec<Comparison> {
    let mut all =
        ["release", "packaging", "artifact"].map(|what| Comparison { what, tool: Vec::new(), ours: Vec::new() });
    for app in found.iter().map(|it| it.app()) {
        let theirs = match by_maven(&checkout.join(&app.folder)) {
            Ok(said) => said,
            Err(reason) => {
                eprintln!("{}: Maven can't tell: {reason}", app.folder);
                continue;
            }
        };
        let ours = by_dockgen(app);
        let line = |value: &str| format!("{}: {value}", app.folder);
        let [release, packaging, artifact] = &mut all;
        for (comparison, tool, own) in [
            (release, theirs.release, ours.release),
            (packaging, theirs.packaging, ours.packaging),
            (artifact, theirs.artifact, ours.artifact),
        ] {
            // `*` stands for the version in a name that has to outlive it
            let is_name = Glob::new(&own).is_ok_and(|name| name.compile_matcher().is_match(&tool));
            comparison.ours.push(line(if is_name { &tool } else { &own }));
            comparison.tool.push(line(&tool));
        }
    }
    if all[0].tool.is_empty() { Vec::new() } else { all.into() }
}

fn by_dockgen(app: &App) -> Said {
    let fact =
        |name: &str| app.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone()).unwrap_or_default();
    let packaging = if fact("packaging").contains("war") { "war" } else { "jar" };
    Said { release: fact("release"), packaging: packaging.into(), artifact: fact("artifact") }
}

/// What the effective POM says.
fn by_maven(folder: &Path) -> Result<Said, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let goal = "org.apache.maven.plugins:maven-help-plugin:3.5.1:effective-pom";
    let output = format!("-Doutput={}", file.path().display());
    let ran = Command::new("mvn").args(["-B", "-q", "-N", goal, &output]).current_dir(folder).output().unwrap();
    if !ran.status.success() {
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        let line = said.lines().find(|line| line.contains("ERROR")).unwrap_or_default();
        return Err(line.chars().take(160).collect());
    }
    let effective = std::fs::read_to_string(file.path()).unwrap();
    let tree = roxmltree::Document::parse(&effective).unwrap();
    let project = tree.descendants().find(|node| node.tag_name().name() == "project").unwrap();
    let release = compiled_for(project);
    let build = child(project, "build").unwrap();
    Ok(Said {
        release,
        packaging: child(project, "packaging").map_or_else(|| "jar".into(), text),
        artifact: child(build, "finalName").map(text).unwrap_or_default(),
    })
}

/// The release that the compiler plugin is given, by its configuration or the properties that it reads.
fn compiled_for(project: roxmltree::Node) -> String {
    let plugins = project.descendants().filter(|node| node.tag_name().name() == "plugin");
    let compiler: Vec<_> = plugins
        .filter(|plugin| child(*plugin, "artifactId").is_some_and(|id| text(id) == "maven-compiler-plugin"))
        .collect();
    let configured =
        |name: &str| compiler.iter().find_map(|plugin| child(child(*plugin, "configuration")?, name)).map(text);
    let property = |name: &str| child(child(project, "properties")?, name).map(text);
    let found = ["release", "target", "source"]
        .iter()
        .find_map(|name| configured(name).or_else(|| property(&format!("maven.compiler.{name}"))))
        .filter(|value| !value.is_empty())
        .or_else(|| property("kotlin.compiler.jvmTarget"))
        .unwrap_or_default();
    found.strip_prefix("1.").unwrap_or(&found).to_owned()
}

fn child<'a, 'input>(node: roxmltree::Node<'a, 'input>, name: &str) -> Option<roxmltree::Node<'a, 'input>> {
    node.children().find(|child| child.tag_name().name() == name)
}

fn text(node: roxmltree::Node) -> String {
    node.text().unwrap_or_default().trim().to_owned()
}
