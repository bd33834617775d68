//! What the build makes, and how it is started.

use std::rc::Rc;

use crate::catalog::{JavaContainer, java_container, spring_boot};
use crate::evidence::{Evidence, Fact};
use crate::languages::java::entrypoint::main_class::{self, Main};
use crate::languages::java::entrypoint::{SourceFacts, is_code};
use crate::languages::java::manifest::Dependency;
use crate::languages::java::manifest::maven::Module;
use crate::path::{is_inside, join};
use crate::repo::Repo;

/// What a module becomes.
#[derive(Debug, Clone)]
pub enum Packaging {
    /// A jar or WAR of Spring Boot that starts itself, with the version of Spring Boot where it is known.
    SpringBoot {
        /// Major and minor version.
        version: Option<(u32, u32)>,
        /// Whether its layers can be taken apart.
        has_layers: bool,
        /// The file's name without its ending, where the plugin sets another one.
        name: Option<String>,
        /// Appended to the file's name, where the plugin leaves the plain jar in its place.
        classifier: String,
    },
    /// Quarkus, in its own folder.
    QuarkusFast,
    /// Quarkus as it was until 1.11: a runner beside its libraries.
    QuarkusLegacy,
    /// A jar that holds everything, with what is appended to its name.
    Whole {
        /// Appended to the final name: `-shaded`, `-jar-with-dependencies`, `-runner`; usually nothing.
        classifier: String,
        /// The file's name without its ending, where a plugin sets another one.
        name: Option<String>,
        /// The goal that packs it, where no phase of the build does.
        goal: &'static str,
    },
    /// A plain jar beside its dependencies, with the main class where the POM says it.
    Plain {
        /// The main class.
        main: Option<String>,
    },
    /// A WAR for a servlet container.
    Container(JavaContainer),
}

/// The packaging of a module with the line that says so; nothing for a library.
pub fn find(repo: &Repo, module: &Module, sources: &SourceFacts) -> Option<Fact<Packaging>> {
    let pom = module.pom();
    let kind = module.packaging();
    if kind == "pom" {
        return None;
    }
    let plugin = |name: &str| module.plugin(name).map(|plugin| plugin.evidence.clone());
    // A module that only inherits the plugin is an application when it has the class that the framework starts.
    let says_itself = pom.plugins.iter().any(|plugin| plugin.artifact == "spring-boot-maven-plugin");
    if let Some(evidence) = plugin("spring-boot-maven-plugin")
        && (sources.spring_boot_class.is_some() || says_itself && !sources.mains.is_empty())
    {
        let version = boot_version(module);
        let is_script =
            module.setting("spring-boot-maven-plugin", "executable").is_some_and(|fact| fact.value == "true");
        let is_off = module.setting("spring-boot-maven-plugin", "skip").is_some_and(|fact| fact.value == "true");
        if !is_off && is_repackaged(module) {
            let has_layers = !is_script
                && kind == "jar"
                && version.is_some_and(|version| spring_boot().folders.is_reached_by(version));
            let setting =
                |name: &str| module.lasting_name(&module.setting_as_written("spring-boot-maven-plugin", name)?.value);
            let classifier = setting("classifier").map(|classifier| format!("-{classifier}")).unwrap_or_default();
            return Some(Fact::new(
                Packaging::SpringBoot { version, has_layers, name: setting("finalName"), classifier },
                evidence,
            ));
        }
    }
    if let Some(evidence) = plugin("quarkus-maven-plugin") {
        return Some(Fact::new(quarkus(module, sources), evidence));
    }
    if kind == "war" {
        return Some(Fact::new(Packaging::Container(container(module, sources)?), Evidence::file(&pom.path)));
    }
    let is_lost = names_lost_verticle(repo, module) && !sources.mains.is_empty();
    // what is told no verticle packs a jar that nothing starts, beside that of another plugin
    let says_verticle = || {
        module.property("vertx.verticle").or_else(|| module.setting("vertx-maven-plugin", "verticle")).is_some()
            || whole(module).is_none()
    };
    if let Some(evidence) = plugin("vertx-maven-plugin").filter(|_| says_verticle()) {
        let whole = Packaging::Whole { classifier: String::new(), name: None, goal: "" };
        return Some(Fact::new(whole, evidence));
    }
    let packed = || whole(module).or_else(|| shaded_by_parent(module));
    Some(()).filter(|()| !is_lost).and_then(|()| packed()).or_else(|| {
        if is_lost {
            // what the jar would start by itself is not there
        } else if let Some(main) = stated_main(module).or_else(|| started_by_framework(sources)) {
            return Some(main.map(|main| Packaging::Plain { main: Some(main) }));
        }
        let main = main_class::evident(&sources.mains).or_else(|| sources.mains.first())?;
        Some(Fact::new(Packaging::Plain { main: None }, main.class.evidence.clone()))
    })
}

/// Whether the jar would have the launcher of Vert.x start a class that no source of the module has.
fn names_lost_verticle(repo: &Repo, module: &Module) -> bool {
    let verticle = module.setting("maven-shade-plugin", "Main-Verticle").filter(|class| is_class(&class.value));
    verticle.is_some_and(|class| {
        let path = class.value.replace('.', "/");
        let ends = ["java", "kt", "groovy"].map(|ending| format!("/{path}.{ending}"));
        !repo.files_under(&module.pom().folder).any(|file| ends.iter().any(|end| file.ends_with(end.as_str())))
    })
}

/// The class that a framework starts, where it has a main method.
fn started_by_framework(sources: &SourceFacts) -> Option<Fact<String>> {
    let is_started = |class: &&Fact<String>| sources.mains.iter().any(|main| main.class.value == class.value);
    sources.spring_boot_class.as_ref().filter(is_started).cloned()
}

/// Whether Spring Boot's plugin packs the jar anew: an execution says so, or a parent outside of the repository may.
fn is_repackaged(module: &Module) -> bool {
    let has_parent = module.chain.last().is_some_and(|pom| pom.parent.is_some());
    let mut plugins = module.chain.iter().flat_map(|pom| pom.plugins.iter().chain(&pom.managed_plugins));
    has_parent
        || plugins.any(|plugin| {
            let is_goal = |(name, value): &(String, String)| name == "goal" && value == "repackage";
            plugin.artifact == "spring-boot-maven-plugin" && plugin.settings.iter().any(is_goal)
        })
}

/// A jar that the lifecycle of a known parent's plugin packs with its dependencies.
fn shaded_by_parent(module: &Module) -> Option<Fact<Packaging>> {
    let (parent, version) = module.known_parent.as_ref()?;
    let has_main = module.property("exec.mainClass").is_some();
    let is_used = parent.shaded_by.as_ref().is_some_and(|plugin| module.plugin(plugin).is_some());
    let whole = Packaging::Whole { classifier: String::new(), name: None, goal: "" };
    (has_main && is_used).then(|| Fact::new(whole, version.evidence.clone()))
}

/// The main class that the POM names.
fn stated_main(module: &Module) -> Option<Fact<String>> {
    let plugins = [
        module.setting("maven-shade-plugin", "mainClass"),
        module.setting("maven-shade-plugin", "Main-Class"),
        module.setting("maven-jar-plugin", "mainClass"),
        module.own_setting("exec-maven-plugin", "mainClass"),
    ];
    let properties = ["mainClass", "main.class", "exec.mainClass", "start-class", "exec.main.class", "mainclass"];
    let others = ["maven-assembly-plugin", "appassembler-maven-plugin", "jib-maven-plugin", "native-maven-plugin"];
    let all = plugins.into_iter().flatten().chain(properties.iter().filter_map(|name| module.property(name)));
    let all = all.chain(others.iter().filter_map(|plugin| module.setting(plugin, "mainClass")));
    all.into_iter().find(|main| is_class(&main.value) && main.value != "none")
}

/// The class that the POM has started, where no source has it but one of other letters: with the name that this one has.
pub fn misspelt_main(module: &Module, mains: &[Main]) -> Option<Fact<(String, String)>> {
    let by_plugin = || module.setting("spring-boot-maven-plugin", "mainClass").filter(|main| is_class(&main.value));
    let stated = by_plugin().or_else(|| stated_main(module))?;
    if mains.iter().any(|main| main.class.value == stated.value) {
        return None;
    }
    let meant = mains.iter().find(|main| main.class.value.eq_ignore_ascii_case(&stated.value))?.class.value.clone();
    Some(stated.map(|name| (name, meant)))
}

/// Whether a text is the full name of a class.
fn is_class(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    text.split('.')
        .all(|part| part.starts_with(|c: char| is_part(c) && !c.is_ascii_digit()) && part.chars().all(is_part))
}

/// Whether a parent names the main class for all of its modules, and the sources of another module hold it.
pub fn has_main_class_elsewhere(repo: &Repo, module: &Module) -> bool {
    let Some(main) = stated_main(module).filter(|main| main.evidence.path != module.pom().path) else { return false };
    let path = main.value.strip_suffix("Kt").unwrap_or(&main.value).replace('.', "/");
    let is_source = |file: &&String| {
        let stem = file.rsplit_once('.').filter(|(_, ending)| is_code(ending)).map(|(stem, _)| stem);
        stem.is_some_and(|stem| stem.ends_with(&format!("/{path}")))
    };
    let own: Vec<String> = std::iter::once(module.pom())
        .chain(module.siblings.iter().map(Rc::as_ref))
        .map(|pom| join(&pom.folder, "src"))
        .collect();
    let holders: Vec<&String> = repo.files().iter().filter(is_source).collect();
    !holders.is_empty() && !holders.iter().any(|file| own.iter().any(|folder| is_inside(file, folder)))
}

/// The server for a WAR: with the services of an application server where it uses them and does not bring them.
fn container(module: &Module, sources: &SourceFacts) -> Option<JavaContainer> {
    let is_new = sources.is_jakarta.unwrap_or_else(|| names_jakarta(module));
    let api = if is_new { "jakarta" } else { "javax" };
    let is_platform = |name: &str| {
        matches!(
            name,
            "jakarta.jakartaee-api" | "jakarta.jakartaee-web-api" | "javaee-api" | "javaee-web-api" | "microprofile"
        )
    };
    let is_given = module.dependency(|it| is_platform(it.artifact()) && it.scope == "provided").is_some();
    let needs_more = is_given && sources.enterprise.is_some();
    java_container(&if needs_more {
        format!("{api}-enterprise")
    } else if is_new && names_edition_11(module) {
        format!("{api}-11")
    } else {
        api.to_owned()
    })
    .cloned()
}

/// Whether the dependencies want Servlet 6.1, of the edition 11 of Jakarta.
fn names_edition_11(module: &Module) -> bool {
    let least = [
        ("jakarta.servlet-api", (6, 1)),
        ("jakarta.jakartaee-api", (11, 0)),
        ("jakarta.jakartaee-web-api", (11, 0)),
        ("spring-web", (7, 0)),
        ("spring-webmvc", (7, 0)),
    ];
    let is_new = |it: &Dependency| {
        let version = major_and_minor(&module.interpolate(&it.version));
        least
            .iter()
            .any(|(artifact, least)| *artifact == it.artifact() && version.is_some_and(|version| version >= *least))
    };
    module.dependency(is_new).is_some()
}

/// Whether the dependencies bring the packages `jakarta`: its first artifacts still have those of `javax`.
fn names_jakarta(module: &Module) -> bool {
    let first = [
        ("jakarta.servlet-api", 5),
        ("jakarta.servlet.jsp-api", 3),
        ("jakarta.servlet.jsp.jstl-api", 2),
        ("jakarta.ws.rs-api", 3),
        ("jakarta.jakartaee-api", 9),
        ("jakarta.jakartaee-web-api", 9),
    ];
    let is_new = |it: &Dependency| {
        let version = module.interpolate(&it.version);
        let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        let least = first.iter().find(|(artifact, _)| *artifact == it.artifact()).map(|(_, least)| *least);
        least.is_some_and(|least| major.is_none_or(|major| major >= least))
    };
    module.dependency(is_new).is_some()
}

/// A jar that a plugin packs with its dependencies.
fn whole(module: &Module) -> Option<Fact<Packaging>> {
    if let Some(plugin) = module.plugin("maven-shade-plugin") {
        let has_main = module
            .setting("maven-shade-plugin", "mainClass")
            .or_else(|| module.setting("maven-shade-plugin", "Main-Class"))
            .is_some()
            || module.setting("maven-jar-plugin", "mainClass").is_some()
            || module.property("exec.mainClass").is_some();
        if has_main {
            let setting = |name: &str| module.lasting_name(plugin.setting(name)?);
            let output =
                plugin.setting("outputFile").and_then(file_in_target).and_then(|name| module.lasting_name(name));
            let (name, classifier) = if let Some(name) = output {
                (Some(name), String::new())
            } else if setting("shadedArtifactAttached").is_some_and(|value| value == "true") {
                // An attached jar is named after the artifact, whatever the build's final name is.
                let artifact = setting("shadedArtifactId").unwrap_or_else(|| module.pom().artifact.clone());
                let classifier = setting("shadedClassifierName").unwrap_or_else(|| "shaded".into());
                (Some(format!("{artifact}-*")), format!("-{classifier}"))
            } else {
                (setting("finalName"), String::new())
            };
            let goal = unbound(module, "maven-shade-plugin", "shade:shade");
            return Some(Fact::new(Packaging::Whole { classifier, name, goal }, plugin.evidence.clone()));
        }
    }
    let plugin = module.plugin("maven-assembly-plugin")?;
    module.setting("maven-assembly-plugin", "mainClass")?;
    let descriptor = plugin.setting("descriptorRef")?.to_owned();
    let is_appended = plugin.setting("appendAssemblyId") != Some("false");
    let classifier = if is_appended { format!("-{descriptor}") } else { String::new() };
    let name = plugin.setting("finalName").and_then(|name| module.lasting_name(name));
    let goal = unbound(module, "maven-assembly-plugin", "assembly:single");
    Some(Fact::new(Packaging::Whole { classifier, name, goal }, plugin.evidence.clone()))
}

/// The name of a jar that is written to the build's own folder, without its ending.
fn file_in_target(path: &str) -> Option<&str> {
    let folders =
        ["${project.build.directory}/", "${project.basedir}/target/", "${basedir}/target/", "./target/", "target/"];
    let name = folders.iter().find_map(|folder| path.trim().strip_prefix(folder))?;
    let name = [".jar", ".${project.packaging}"].iter().find_map(|ending| name.strip_suffix(ending))?;
    (!name.contains('/')).then_some(name)
}

/// The goal of a plugin, where no execution names any: people call it by hand.
fn unbound(module: &Module, plugin: &str, goal: &'static str) -> &'static str {
    if module.setting(plugin, "goal").is_some() { "" } else { goal }
}

fn quarkus(module: &Module, sources: &SourceFacts) -> Packaging {
    let names = ["quarkus.package.jar.type", "quarkus.package.type"];
    let stated = names.iter().find_map(|name| module.property(name).or_else(|| sources.configuration.get(name)));
    let version = ["quarkus.platform.version", "quarkus-plugin.version", "quarkus.version"]
        .iter()
        .find_map(|name| major_and_minor(&module.property(name)?.value));
    match stated.as_ref().map(|fact| fact.value.as_str()) {
        Some("uber-jar") => Packaging::Whole { classifier: "-runner".into(), name: None, goal: "" },
        Some("legacy-jar") => Packaging::QuarkusLegacy,
        None if version.is_some_and(|version| version < (1, 12)) => Packaging::QuarkusLegacy,
        _ => Packaging::QuarkusFast,
    }
}

/// Major and minor version of Spring Boot: of the parent, the imported bill of materials, or the plugin.
fn boot_version(module: &Module) -> Option<(u32, u32)> {
    let parent = module
        .known_parent
        .as_ref()
        .filter(|(known, _)| known.artifact == "spring-boot-starter-parent")
        .map(|(_, version)| version.value.clone());
    let import = module
        .chain
        .iter()
        .flat_map(|pom| &pom.imports)
        .find(|import| import.artifact() == "spring-boot-dependencies")
        .map(|import| import.version.clone());
    let plugin = module
        .plugin("spring-boot-maven-plugin")
        .map(|plugin| plugin.version.clone())
        .filter(|version| !version.is_empty());
    let managed = module
        .chain
        .iter()
        .flat_map(|pom| &pom.managed_plugins)
        .find(|plugin| plugin.artifact == "spring-boot-maven-plugin")
        .map(|plugin| plugin.version.clone());
    let property = ["spring-boot.version", "spring.boot.version"]
        .iter()
        .find_map(|name| module.property(name))
        .map(|fact| fact.value);
    major_and_minor(&module.interpolate(&parent.or(import).or(plugin).or(managed).or(property)?))
}

/// Major and minor of a version, `3.2.0-M1` for one.
pub fn major_and_minor(version: &str) -> Option<(u32, u32)> {
    let mut parts =
        version.split('.').map(|part| part.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u32>());
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}
