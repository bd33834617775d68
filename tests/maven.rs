//! What dockgen reads from POMs, beside what Maven itself says: release, packaging and artifact of every application in some
//! checkouts. Nothing runs unless `DOCKGEN_CHECKOUTS` names their folders, as it needs `mvn` and its repository:
//!
//!     DOCKGEN_CHECKOUTS=$HOME/checkouts/petclinic:$HOME/checkouts/mall/mall-admin cargo test --test maven
//!
//! The table goes to the standard output; a row where the two differ is a failure.

use std::path::Path;
use std::process::{Command, ExitCode};

/// What is compared.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    release: String,
    packaging: String,
    artifact: String,
}

fn main() -> ExitCode {
    let Some(folders) = std::env::var_os("DOCKGEN_CHECKOUTS") else {
        eprintln!("DOCKGEN_CHECKOUTS names no folder: nothing is compared with Maven");
        return ExitCode::SUCCESS;
    };
    println!("| application | release | packaging | artifact | Maven agrees |\n|---|---|---|---|---|");
    let mut differs = false;
    for checkout in std::env::split_paths(&folders) {
        let root = checkout.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&checkout);
        let name = root.file_name().unwrap_or_default().to_string_lossy();
        for (module, ours) in by_dockgen(&checkout) {
            let agrees = match by_maven(&root.join(&module)) {
                Ok(theirs) if theirs == ours => "yes".to_owned(),
                Ok(theirs) => {
                    differs = true;
                    format!("no: {theirs:?}")
                }
                Err(reason) => format!("Maven can't tell: {reason}"),
            };
            println!("| {name} {module} | {} | {} | {} | {agrees} |", ours.release, ours.packaging, ours.artifact);
        }
    }
    if differs { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The applications of a checkout, each with its folder from there.
fn by_dockgen(checkout: &Path) -> Vec<(String, Said)> {
    let program = env!("CARGO_BIN_EXE_dockgen");
    let output = Command::new(program).args(["detect", "--json"]).current_dir(checkout).output().unwrap();
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let list = said["applications"].as_array().cloned().unwrap_or_default();
    let java = list.iter().filter(|application| application["language"] == "java");
    let told = java.map(|application| {
        let fact = |name: &str| {
            let facts = application["facts"].as_array().cloned().unwrap_or_default();
            let found = facts.iter().find(|fact| fact["name"] == name).map(|fact| fact["value"].clone());
            found.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
        };
        let text = |key: &str| application[key].as_str().unwrap_or_default().to_owned();
        let ending = if fact("packaging").contains("war") { "war" } else { "jar" };
        let said = Said { release: fact("release"), packaging: ending.into(), artifact: fact("artifact") };
        (text("folder"), said)
    });
    told.collect()
}

/// The same from the effective POM.
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
