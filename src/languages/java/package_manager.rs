//! How Maven builds an application.

use std::collections::BTreeSet;

use crate::catalog::{
    JavaSkip, ended_repository, images_maven, is_private_repository, java_fetcher, java_skips, lombok,
};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::java::JavaApplication;
use crate::languages::java::entrypoint::packaging::{Packaging, major_and_minor};
use crate::languages::java::manifest::Dependency;
use crate::languages::java::manifest::maven::Module;
use crate::languages::java::manifest::pom::{Plugin, Pom};
use crate::languages::java::workspace::Workspace;
use crate::path::{join, relative_to};
use crate::repo::Repo;
use crate::shell::quote;
use crate::text::visible;

/// What the build takes from the repository, read before any question is asked.
#[derive(Debug)]
pub struct BuildFacts {
    /// Flags that leave out what has no place in an image build: checks, publishing, images of the build's own.
    pub skips: Vec<String>,
    /// Whether a module uses the tests of another, so that they must be compiled.
    pub needs_tests: bool,
    /// Lombok, where the project uses it in a version that is known.
    pub lombok: Option<Lombok>,
    /// The version of Maven that only the project's wrapper brings.
    pub wrapper: Option<Fact<String>>,
    /// The JDK that the toolchains ask for; empty where they take any.
    pub toolchain: Option<String>,
    /// Every POM that Maven reads, and its own settings, from the folder of the build.
    pub poms: Vec<String>,
    /// A repository that wants an account.
    pub private_repository: Option<Evidence>,
    /// The repositories that no build can ask: without TLS, or at an end.
    pub lost_repositories: Vec<Warning>,
}

/// The warning that a build can't ask the repository at an address; nothing where it can.
fn lost_repository(url: &Fact<String>) -> Option<Warning> {
    let shown = visible(&url.value);
    let (message, hint) = if let Some(ended) = ended_repository(&url.value) {
        (format!("the repository `{shown}` ended on {ended}"), "take it away where Maven Central has what it had")
    } else {
        let rest = url.value.strip_prefix("http://")?;
        let is_local = ["localhost", "127.0.0.1"].iter().any(|host| rest.starts_with(host));
        let message = format!("Maven asks no repository without TLS since 3.8.1: `{shown}`");
        (message, Some("write `https://`, or take it away where Maven Central has what it had").filter(|_| !is_local)?)
    };
    Some(Warning::new(message).at(url.evidence.clone()).hint(hint))
}

impl BuildFacts {
    /// Reads them.
    pub fn read(repo: &Repo, workspace: &Workspace, module: &Module) -> Self {
        let reactor = module.reactor.as_str();
        let inside: Vec<&Pom> = workspace.below(reactor).collect();
        let skips = skips(module, &inside);
        let needs_tests = inside.iter().any(|pom| {
            pom.dependencies.iter().any(|it| it.kind == "test-jar")
                || pom.plugins.iter().any(|plugin| plugin.setting("goal") == Some("test-jar"))
        });
        let boot = module
            .known_parent
            .as_ref()
            .filter(|(known, _)| known.artifact == "spring-boot-starter-parent")
            .map(|(_, version)| version.value.clone());
        let lombok = inside.iter().find_map(|pom| pom.dependency("lombok"));
        let lombok =
            lombok.map(|lombok| Lombok::read(module, lombok, boot.and_then(|version| major_and_minor(&version))));
        let chain: Vec<&Pom> = module.chain.iter().collect();
        let mut all: Vec<&Fact<String>> = inside.iter().chain(&chain).flat_map(|pom| &pom.repositories).collect();
        all.dedup_by(|a, b| a.value == b.value);
        let repositories = all.iter().find(|url| is_private_repository(&url.value));
        Self {
            skips,
            needs_tests,
            lombok,
            wrapper: later_maven(repo, module),
            toolchain: toolchain(module),
            poms: workspace.files_of_maven(repo, module),
            private_repository: repositories.map(|url| url.evidence.clone()),
            lost_repositories: all.iter().filter_map(|url| lost_repository(url)).collect(),
        }
    }
}

/// The flags for what these modules do beside building: each only where one of them does it.
fn skips(module: &Module, modules: &[&Pom]) -> Vec<String> {
    let plugins = || modules.iter().flat_map(|pom| pom.plugins.iter().chain(&pom.managed_plugins));
    let packaging = module.interpolate(&module.pom().packaging);
    let mut flags = BTreeSet::new();
    for row in java_skips() {
        let used: Vec<&Plugin> = plugins().filter(|plugin| uses(plugin, row)).collect();
        let is_dependency = modules.iter().any(|pom| pom.dependency(&row.dependency).is_some());
        let is_packaging = module.pom().packaging.starts_with("${") && packaging == row.packaging;
        if !used.is_empty() || is_dependency || is_packaging {
            flags.extend(row.flags.iter().cloned());
        }
        // A property of the project's own decides before the plugin's.
        let switches = used.iter().flat_map(|plugin| &plugin.settings).filter(|(name, _)| name.starts_with("skip"));
        let properties = switches.filter_map(|(_, value)| value.strip_prefix("${")?.strip_suffix('}'));
        flags.extend(properties.map(|property| format!("-D{property}")));
    }
    flags.into_iter().collect()
}

/// Whether this plugin is the one of a row, with one of its goals, and starts none but its programs.
fn uses(plugin: &Plugin, row: &JavaSkip) -> bool {
    let all = |name: &'static str| plugin.settings.iter().filter(move |(key, _)| key == name).map(|(_, value)| value);
    let is_goal = row.goals.is_empty() || all("goal").any(|goal| row.goals.contains(goal));
    let is_program = row.programs.is_empty()
        || all("goal").all(|goal| goal == "exec")
            && all("executable").count() > 0
            && all("executable").all(|program| row.programs.contains(program));
    plugin.artifact == row.plugin && is_goal && is_program
}

/// The Lombok of a project.
#[derive(Debug)]
pub struct Lombok {
    /// The property that sets its version; none where the version stands in the dependency itself, which no flag can change.
    pub property: Option<String>,
    /// Its line.
    pub evidence: Evidence,
    version: Option<String>,
    boot: Option<(u32, u32)>,
}

impl Lombok {
    fn read(module: &Module, dependency: &Dependency, boot: Option<(u32, u32)>) -> Self {
        let own = dependency.version.strip_prefix("${").and_then(|name| name.strip_suffix('}'));
        let property = own.or_else(|| dependency.version.is_empty().then_some("lombok.version")).map(str::to_owned);
        let version = match &property {
            Some(property) => module.property(property).map(|fact| fact.value),
            None => Some(dependency.version.clone()),
        };
        let boot = boot.filter(|_| property.as_deref() == Some("lombok.version"));
        Self { property, evidence: dependency.evidence.clone(), version, boot }
    }

    /// Whether it can't compile on a line of Java.
    pub fn is_too_old(&self, line: u32) -> bool {
        let parts = |version: &str| -> Vec<u32> { version.split('.').map_while(|part| part.parse().ok()).collect() };
        match (&self.version, self.boot) {
            (Some(version), _) => {
                let own = parts(version);
                !own.is_empty() && lombok().first(line).is_some_and(|first| own < parts(first))
            }
            (None, boot) => boot.is_some_and(|boot| !lombok().is_brought_by(boot, line)),
        }
    }
}

/// The command that builds the application on a line of Java.
pub fn command(application: &JavaApplication, line: u32) -> String {
    let facts = &application.facts;
    let mut words = start(application);
    words.push(without_tests(facts).to_owned());
    words.extend(flags(facts, line));
    words.push("package".into());
    if let Packaging::Whole { goal, .. } = application.packaging.value
        && !goal.is_empty()
    {
        words.push(goal.to_owned());
    }
    if matches!(application.packaging.value, Packaging::Plain { .. }) {
        // In the same run, so that modules of the reactor are found without being installed.
        let copied = ["dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=/libraries"];
        words.extend(copied.map(str::to_owned));
    }
    let commands = installations(application, line).chain([words]);
    let quoted = |words: Vec<String>| words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ");
    commands.map(quoted).collect::<Vec<_>>().join(" && ")
}

/// The commands that run the tests of the application, and of what one reactor builds along with it.
pub fn test_commands(application: &JavaApplication, line: u32) -> Vec<Vec<String>> {
    let mut words = start(application);
    words.extend(flags(&application.facts, line));
    words.push("test".into());
    installations(application, line).chain([words]).collect()
}

/// The commands that install what the application needs of other reactors of the repository, each POM by itself.
fn installations(application: &JavaApplication, line: u32) -> impl Iterator<Item = Vec<String>> {
    application.maven.installed.iter().map(move |path| {
        let path = relative_to(path, &application.app.context);
        let place = ["-f", path.strip_suffix("/pom.xml").unwrap_or(&path), "-N"].map(str::to_owned);
        let skips = [without_tests(&application.facts).to_owned()];
        let all = maven(application).into_iter().chain(place).chain(skips).chain(flags(&application.facts, line));
        all.chain(["install".to_owned()]).collect()
    })
}

/// The flag that runs no tests.
fn without_tests(facts: &BuildFacts) -> &'static str {
    if facts.needs_tests { "-DskipTests" } else { "-Dmaven.test.skip=true" }
}

/// The command that fetches what the build needs, as far as the POMs alone say it.
pub fn fetch_words(application: &JavaApplication) -> Vec<String> {
    let mut words = start(application);
    words.push(format!("{}:go-offline", java_fetcher()));
    words
}

/// Maven, or the wrapper where the project wants a Maven that the image does not have.
fn maven(application: &JavaApplication) -> Vec<String> {
    let program: &[&str] = if application.facts.wrapper.is_some() { &["sh", "mvnw"] } else { &["mvn"] };
    program.iter().chain(&["-B", "-ntp"]).map(|word| (*word).to_owned()).collect()
}

/// Maven, and the module to build.
fn start(application: &JavaApplication) -> Vec<String> {
    let mut words = maven(application);
    let module = relative_to(&application.app.folder, &application.app.context);
    if module != "." {
        let named = application.maven.named_modules.iter().map(|folder| relative_to(folder, &application.app.context));
        let modules: Vec<String> = named.chain([module]).collect();
        words.extend(if application.maven.is_listed {
            vec!["-pl".into(), modules.join(","), "-am".into()]
        } else {
            vec!["-f".into(), modules.concat()]
        });
    }
    words
}

fn flags(facts: &BuildFacts, line: u32) -> Vec<String> {
    let old = facts.lombok.as_ref().filter(|lombok| lombok.is_too_old(line));
    let lombok =
        old.and_then(|lombok| lombok.property.as_ref()).map(|property| format!("-D{property}={}", lombok().version));
    facts.skips.iter().cloned().chain(lombok).collect()
}

/// The Maven that the wrapper of a project asks for, where it is of a later line than that of the image.
fn later_maven(repo: &Repo, module: &Module) -> Option<Fact<String>> {
    let document = repo.read_optional(&join(&module.reactor, ".mvn/wrapper/maven-wrapper.properties"))?;
    let is_there = repo.has(&join(&module.reactor, "mvnw"));
    document.lines().filter(|_| is_there).find_map(|(number, line)| {
        let (key, address) = line.split_once('=')?;
        let (version, _) = address.rsplit_once("apache-maven-")?.1.split_once("-bin")?;
        let is_later = version.split('.').next()?.parse::<u32>().is_ok_and(|major| major > images_maven());
        let is_meant = key.trim_end() == "distributionUrl" && is_later;
        is_meant.then(|| Fact::new(version.to_owned(), document.evidence_line(number)))
    })
}

/// The JDK that the toolchains of the POM ask for; empty where they take any.
fn toolchain(module: &Module) -> Option<String> {
    let plugin = module.plugin("maven-toolchains-plugin")?;
    let asks = |(name, value): &&(String, String)| name == "version" && *value != plugin.version;
    Some(plugin.settings.iter().rev().find(asks).map(|(_, value)| module.interpolate(value)).unwrap_or_default())
}
