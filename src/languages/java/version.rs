//! Which Java: from every place that a project can say it.

use crate::analysis::Program;
use crate::catalog::{Cycle, cycle, java_settings, java_standard, opened_packages, release_of_library};
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::java::manifest::maven::Module;
use crate::path::join;
use crate::plan::version::{choices, of_file, of_tool, offered};
use crate::plan::{Question, Resolved};
use crate::repo::Repo;

/// The line that the project needs: what it compiles for, or a later one that its libraries, plugins or calls of the
/// standard library need.
pub fn needed(repo: &Repo, module: &Module, called: Option<&Fact<u32>>) -> Option<Fact<String>> {
    let stated = stated(repo, module);
    let written_for = stated.as_ref().map_or(java_settings().usual_version.as_str(), |fact| fact.value.as_str());
    let written_for = written_for.parse().unwrap_or(0);
    let later = of_libraries(module).into_iter().chain(called.cloned()).max_by_key(|fact| fact.value);
    later.filter(|fact| fact.value > written_for).map(|fact| fact.map(|line| line.to_string())).or(stated)
}

/// The latest line that a parent, a bill of materials, a library or a plugin needs.
fn of_libraries(module: &Module) -> Option<Fact<u32>> {
    let parents = module.chain.iter().filter_map(|pom| pom.parent.as_ref());
    let parents = parents.map(|it| (it.group.as_str(), it.artifact.as_str(), it.version.as_str(), &it.evidence));
    let libraries = module.chain.iter().flat_map(|pom| pom.imports.iter().chain(&pom.dependencies));
    let libraries = libraries
        .filter(|it| it.scope != "test")
        .map(|it| (it.coordinates.group.as_str(), it.coordinates.artifact.as_str(), it.version.as_str(), &it.evidence));
    let plugins = module.chain.iter().flat_map(|pom| &pom.plugins);
    let plugins = plugins.map(|it| (it.group.as_str(), it.artifact.as_str(), it.version.as_str(), &it.evidence));
    let lines = parents.chain(libraries).chain(plugins).filter_map(|(group, artifact, version, evidence)| {
        let line = release_of_library(&module.interpolate(group), artifact, &module.interpolate(version))?;
        Some(Fact::new(line, evidence.clone()))
    });
    lines.max_by_key(|fact| fact.value)
}

/// The latest line whose standard library the Java sources use.
pub fn of_standard_library(program: &Program) -> Option<Fact<u32>> {
    let java = program.sources().filter(|file| file.path().ends_with(".java"));
    let used = java.flat_map(|file| {
        java_standard().iter().filter_map(move |row| {
            let imported = file.imports.iter().find(|it| row.imports.iter().any(|name| it.module.starts_with(name)));
            let called = file.calls.iter().find(|call| {
                row.calls.iter().any(|pattern| call.is(pattern))
                    && row.arguments.is_none_or(|count| call.arguments.len() == count)
                    && row.of.as_ref().is_none_or(|of| call.receiver().contains(of.as_str()))
            });
            let place = imported.map(|it| &it.place).or(called.map(|call| &call.place))?;
            Some(Fact::new(row.release, file.evidence(place)))
        })
    });
    used.max_by_key(|fact| fact.value)
}

/// What the project compiles for: the latest line that the POM names, since another place of it may need that one; of
/// equal ones the most deliberate place.
fn stated(repo: &Repo, module: &Module) -> Option<Fact<String>> {
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
    let line = |fact: &Fact<String>| number(&fact.value).and_then(|line| line.parse::<u32>().ok());
    let in_pom = found.into_iter().rev().flatten().filter(|fact| line(fact).is_some()).max_by_key(line);
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
pub fn question(needed: Option<&Fact<String>>) -> Result<Question> {
    let mut offered = offered("java", "java-build");
    offered.reverse();
    let major = |cycle: &Cycle| cycle.name.parse::<u32>().unwrap_or(0);
    let wanted = needed.and_then(|fact| fact.value.parse::<u32>().ok());
    let default = match (needed, wanted) {
        (Some(fact), Some(wanted)) => {
            let Some(line) = offered.iter().find(|cycle| major(cycle) >= wanted) else {
                return Err(too_new(fact, &offered));
            };
            Resolved::from(Fact::new(line.name.clone(), fact.evidence.clone()))
        }
        _ => {
            let usual = offered.iter().find(|cycle| cycle.name == java_settings().usual_version).or(offered.first());
            Resolved::default(usual.map(|cycle| cycle.name.clone()).unwrap_or_default())
        }
    };
    // an older compiler refuses the release
    let fitting: Vec<&Cycle> =
        offered.into_iter().filter(|cycle| wanted.is_none_or(|wanted| major(cycle) >= wanted)).collect();
    Ok(Question::new("version", Some(default)).choices(choices(&fitting)))
}

/// That the line closed what the project, written for an older one, may reach into.
pub fn warning(needed: Option<&Fact<String>>, line: u32) -> Option<Warning> {
    let needed = needed?;
    let wanted = needed.value.parse::<u32>().ok()?;
    let is_closed = wanted < opened_packages().closed_by && opened_packages().closed_by <= line;
    is_closed.then(|| {
        Warning::new(format!("the project is written for Java {wanted}; the image builds and runs it on Java {line}"))
            .at(needed.evidence.clone())
            .hint("packages of the JDK that it reaches into are opened by JDK_JAVA_OPTIONS; test it there")
    })
}

fn too_new(fact: &Fact<String>, offered: &[&Cycle]) -> Error {
    let Evidence { path, line, .. } = fact.evidence.clone();
    let newest = offered.last().map(|cycle| cycle.name.as_str()).unwrap_or_default();
    let version = fact.value.escape_debug();
    let ended = cycle("java", &fact.value).filter(|cycle| cycle.has_ended()).and_then(|it| it.end_of_life.as_ref());
    let message = match ended {
        Some(day) => format!("Java {version} has ended on {day}, and no image has a later line"),
        None => format!("no maintained image has Java {version}"),
    };
    Error::Manifest {
        path,
        line,
        column: 1,
        message,
        hint: Some(format!("compile for Java {newest}, the newest line with long-term support")),
    }
}
