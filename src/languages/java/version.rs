//! Which Java: from every place that a project can say it.

use crate::catalog::{Cycle, java_settings, opened_packages};
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::java::manifest::maven::Module;
use crate::path::join;
use crate::plan::version::{choices, of_file, of_tool, offered};
use crate::plan::{Question, Resolved};
use crate::repo::Repo;

/// What the project compiles for, the most deliberate place first.
pub fn stated(repo: &Repo, module: &Module) -> Option<Fact<String>> {
    const COMPILER: &str = "maven-compiler-plugin";
    let property = |name: &str| module.property(name);
    let setting = |name: &str| module.setting(COMPILER, name);
    let found = [
        property("maven.compiler.release"),
        setting("release"),
        property("maven.compiler.target"),
        setting("target"),
        property("maven.compiler.source"),
        setting("source"),
        property("java.version"),
        property("jdk.version"),
        module.setting("kotlin-maven-plugin", "jvmTarget"),
        property("kotlin.compiler.jvmTarget"),
    ];
    let in_pom = found.into_iter().flatten().find(|fact| number(&fact.value).is_some());
    in_pom
        .or_else(|| module.of_known_parent(|known| Some(&known.releases)))
        .or_else(|| toolchain(module))
        .or_else(|| tool_file(repo, module))
        .map(|fact| fact.map(|text| number(&text).unwrap_or(text)))
}

/// The JDK that the toolchains of the POM ask for.
fn toolchain(module: &Module) -> Option<Fact<String>> {
    let plugin = module.plugin("maven-toolchains-plugin")?;
    let asks = |(name, value): &&(String, String)| name == "version" && *value != plugin.version;
    let (_, asked) = plugin.settings.iter().rev().find(asks)?;
    let asked = asked.trim_start_matches(['[', '(']).split(',').next().unwrap_or_default();
    number(&module.interpolate(asked)).map(|version| Fact::new(version, plugin.evidence.clone()))
}

/// Files for version managers.
fn tool_file(repo: &Repo, module: &Module) -> Option<Fact<String>> {
    [module.pom().folder.as_str(), module.reactor.as_str()].into_iter().find_map(|folder| {
        let found = [
            of_file(repo, &join(folder, ".java-version")),
            property(repo, &join(folder, ".sdkmanrc"), "java"),
            of_tool(repo, folder, &["java"]).into_iter().next(),
            property(repo, &join(folder, "system.properties"), "java.runtime.version"),
        ];
        found.into_iter().flatten().find_map(|fact| {
            let version = number(without_vendor(&fact.value))?;
            Some(fact.map(|_| version))
        })
    })
}

/// The value of a key in a file of `key=value`.
fn property(repo: &Repo, path: &str, key: &str) -> Option<Fact<String>> {
    let document = repo.read_optional(path)?;
    document.lines().find_map(|(number, line)| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then(|| Fact::new(value.trim().to_owned(), document.evidence_line(number)))
    })
}

/// The version behind the name of who builds the JDK, `temurin-21.0.2`, and in front of it, `21.0.2-tem`.
fn without_vendor(text: &str) -> &str {
    let version = text.trim_start_matches(|c: char| c.is_ascii_lowercase() || c == '-');
    let is_named = text[..text.len() - version.len()].ends_with('-');
    let version = if is_named { version } else { text };
    version.split(|c: char| !(c.is_ascii_digit() || c == '.')).next().unwrap_or_default()
}

/// `1.8` is `8`; anything that is no number is nothing.
fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("1.").unwrap_or(text);
    let major = text.split('.').next()?;
    major.parse::<u32>().ok().filter(|major| (5..100).contains(major)).map(|major| major.to_string())
}

/// The question: the oldest long-term line that satisfies the project.
///
/// # Errors
/// When the project wants a release that no maintained image has.
pub fn question(stated: Option<&Fact<String>>) -> Result<(Question, Option<Warning>)> {
    let mut offered = offered("java", "java-build");
    offered.reverse();
    let major = |cycle: &Cycle| cycle.name.parse::<u32>().unwrap_or(0);
    let wanted = stated.and_then(|fact| fact.value.parse::<u32>().ok());
    let (default, warning) = match (stated, wanted) {
        (Some(fact), Some(wanted)) => {
            let Some(line) = offered.iter().find(|cycle| major(cycle) >= wanted) else {
                return Err(too_new(fact, &offered));
            };
            (Resolved::from(Fact::new(line.name.clone(), fact.evidence.clone())), newer(fact, wanted, line))
        }
        _ => {
            let usual = offered.iter().find(|cycle| cycle.name == java_settings().usual_version).or(offered.first());
            (Resolved::default(usual.map(|cycle| cycle.name.clone()).unwrap_or_default()), None)
        }
    };
    // an older compiler refuses the release
    let fitting: Vec<&Cycle> =
        offered.into_iter().filter(|cycle| wanted.is_none_or(|wanted| major(cycle) >= wanted)).collect();
    Ok((Question::new("version", Some(default)).choices(choices(&fitting)), warning))
}

fn newer(fact: &Fact<String>, wanted: u32, line: &Cycle) -> Option<Warning> {
    let is_other = line.name.parse::<u32>().is_ok_and(|major| major > wanted && wanted < opened_packages().closed_by);
    is_other.then(|| {
        Warning::new(format!("the project is written for Java {wanted}; the image builds and runs it on Java {}, the oldest with maintained images", line.name))
            .at(fact.evidence.clone())
            .hint("packages of the JDK that it reaches into are opened by JDK_JAVA_OPTIONS; test it there")
    })
}

fn too_new(fact: &Fact<String>, offered: &[&Cycle]) -> Error {
    let Evidence { path, line, .. } = fact.evidence.clone();
    let newest = offered.last().map(|cycle| cycle.name.as_str()).unwrap_or_default();
    let message = format!("no maintained image has Java {}", fact.value.escape_debug());
    Error::Manifest {
        path,
        line,
        column: 1,
        message,
        hint: Some(format!("the newest is Java {newest}; decide with `--version {newest}`")),
    }
}
