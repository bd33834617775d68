//! Which Java: from every place that a project can say it.

use crate::catalog::{Cycle, families, image, java_settings, maintained, opened_packages, runtime};
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::java::manifest::maven::Module;
use crate::path::join;
use crate::pattern;
use crate::plan::{Choice, Question, Resolved};
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
    let files = [
        (".java-version", pattern!(r"(?m)^\s*(?:[a-z-]+-)?(\d+(?:\.\d+)?)")),
        (".sdkmanrc", pattern!(r"(?m)^\s*java\s*=\s*(\d+)")),
        (".tool-versions", pattern!(r"(?m)^java\s+(?:[a-z-]+-)?(\d+)")),
        ("system.properties", pattern!(r"(?m)^\s*java\.runtime\.version\s*=\s*(\d+(?:\.\d+)?)")),
    ];
    [module.pom().folder.as_str(), module.reactor.as_str()].into_iter().find_map(|folder| {
        files.iter().find_map(|(name, pattern)| {
            let document = repo.read_optional(&join(folder, name))?;
            document.find_match(pattern, |captures| number(&captures[1]))
        })
    })
}

/// `1.8` is `8`; anything that is no number is nothing.
fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("1.").unwrap_or(text);
    let major = text.split('.').next()?;
    major.parse::<u32>().ok().filter(|major| (5..100).contains(major)).map(|major| major.to_string())
}

fn offered() -> Vec<&'static Cycle> {
    let has_images = |cycle: &&&Cycle| {
        image("java-build", &cycle.name).is_some()
            && families().iter().any(|it| runtime(&it.name, "java", &cycle.name).is_some())
    };
    let mut offered: Vec<&Cycle> = maintained("java").iter().filter(has_images).copied().collect();
    offered.reverse();
    offered
}

/// The question: the oldest long-term line that satisfies the project.
///
/// # Errors
/// When the project wants a release that no maintained image has.
pub fn question(stated: Option<&Fact<String>>) -> Result<(Question, Option<Warning>)> {
    let offered = offered();
    let major = |cycle: &Cycle| cycle.name.parse::<u32>().unwrap_or(0);
    let choices = offered
        .iter()
        .map(|cycle| {
            Choice::new(
                &cycle.name,
                format!("maintained until {}", cycle.end_of_life.as_deref().unwrap_or("a later line")),
            )
        })
        .collect();
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
    Ok((Question::new("version", Some(default)).choices(choices), warning))
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
