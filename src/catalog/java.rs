//! What a Maven project takes from outside of its repository, from `java.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Table {
    parent: Vec<JavaParent>,
    skip: Vec<JavaSkip>,
    framework: Vec<JavaFramework>,
    health: Vec<JavaHealth>,
    jlink: Jlink,
    fetch: Fetch,
    private: Vec<PrivateRepository>,
    container: Vec<JavaContainer>,
    starter: Vec<JavaStarter>,
    settings: JavaSettings,
    lombok: Lombok,
}

/// Values by the start of a version; the longest start that fits counts.
pub type ByVersion = BTreeMap<String, String>;

/// A well-known parent: what a module inherits from it.
#[derive(Debug, Deserialize)]
pub struct JavaParent {
    /// Group.
    pub group: String,
    /// Artifact.
    pub artifact: String,
    /// The Java release by the start of the parent's version.
    pub releases: ByVersion,
    /// The name of the artifact's file, where it is not the usual one.
    #[serde(default)]
    pub final_name: Option<ByVersion>,
    /// Properties that decide about an image.
    #[serde(default)]
    pub properties: BTreeMap<String, ByVersion>,
    /// The plugin whose lifecycle packs a jar with everything.
    pub shaded_by: Option<String>,
}

/// What an image build leaves out: exactly one of plugin, dependency and packaging tells it.
#[derive(Debug, Deserialize)]
pub struct JavaSkip {
    /// The artifact of a plugin.
    #[serde(default)]
    pub plugin: String,
    /// The goals of the plugin that count; any where the list is empty.
    #[serde(default)]
    pub goals: Vec<String>,
    /// The programs that the plugin starts, where it is left out only if it starts no other.
    #[serde(default)]
    pub programs: Vec<String>,
    /// The artifact of a dependency that adds to the build.
    #[serde(default)]
    pub dependency: String,
    /// A packaging that a property chooses.
    #[serde(default)]
    pub packaging: String,
    /// The flags that leave it out.
    pub flags: Vec<String>,
}

/// A framework.
#[derive(Debug, Deserialize)]
pub struct JavaFramework {
    /// Its name, as people write it.
    pub title: String,
    /// The artifact that tells it.
    pub artifact: String,
    /// The port that it listens on unless told otherwise.
    pub port: u16,
}

/// Which Lombok compiles on the maintained lines of Java.
#[derive(Debug, Deserialize)]
pub struct Lombok {
    /// The first version that does.
    pub first: String,
    /// The version that the build asks for in place of an older one.
    pub version: String,
}

/// What starts a framework.
#[derive(Debug, Deserialize)]
pub struct JavaStarter {
    /// The call, as the source index has it: `SpringApplication.run`, `@QuarkusMain`, a class that is extended.
    pub call: String,
    /// The package that the file must import from.
    #[serde(default)]
    pub import: Option<String>,
    /// Whether it is Spring Boot's.
    #[serde(default)]
    pub is_boot: bool,
}

/// Settings of frameworks that say where an application listens.
#[derive(Debug, Deserialize)]
pub struct JavaSettings {
    /// Those for the port, those that say more first.
    pub ports: Vec<String>,
    /// Those for the address, each with the variable that takes its place.
    pub addresses: Vec<(String, String)>,
}

/// A route that tells the health of an application.
#[derive(Debug, Deserialize)]
pub struct JavaHealth {
    /// The artifact that brings it.
    pub artifact: String,
    /// Where it is.
    pub path: String,
    /// The setting for the folder that it lies in, and what that is unless told otherwise.
    #[serde(default)]
    pub base: Option<(String, String)>,
    /// Settings for what stands before it.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// The setting for a port of its own.
    #[serde(default)]
    pub port_setting: String,
    /// The port of its own, where it has one anyway.
    #[serde(default)]
    pub port: Option<u16>,
    /// A setting and its value that move the route elsewhere.
    #[serde(default)]
    pub unless: Option<(String, String)>,
}

#[derive(Debug, Deserialize)]
struct Jlink {
    modules: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Fetch {
    plugin: String,
}

/// A host of repositories that hand out nothing without an account.
#[derive(Debug, Deserialize)]
struct PrivateRepository {
    host: String,
}

/// A server for a WAR: Tomcat in a version, or one executable jar.
#[derive(Debug, Clone, Deserialize)]
pub struct JavaContainer {
    /// The API that it serves: `javax`, `jakarta`, or one of them for an application server.
    pub api: String,
    /// The version of Tomcat; empty where it is another server.
    #[serde(default)]
    pub tomcat: String,
    /// Group, artifact and version of the executable jar.
    #[serde(default)]
    pub artifact: String,
    /// Its file, as Maven copies it.
    #[serde(default)]
    pub file: String,
    /// What it takes before the WAR; `{port}` stands for the port.
    #[serde(default)]
    pub arguments: Vec<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| super::embedded(include_str!("java.toml")));

/// Well-known parents.
pub fn java_parents() -> &'static [JavaParent] {
    &TABLE.parent
}

/// What an image build leaves out.
pub fn java_skips() -> &'static [JavaSkip] {
    &TABLE.skip
}

/// Frameworks, those that say more first.
pub fn java_frameworks() -> &'static [JavaFramework] {
    &TABLE.framework
}

/// Which Lombok compiles on the maintained lines of Java.
pub fn lombok() -> &'static Lombok {
    &TABLE.lombok
}

/// What starts frameworks.
pub fn java_starters() -> &'static [JavaStarter] {
    &TABLE.starter
}

/// Settings that say where an application listens.
pub fn java_settings() -> &'static JavaSettings {
    &TABLE.settings
}

/// Routes for health.
pub fn java_health() -> &'static [JavaHealth] {
    &TABLE.health
}

/// The modules of a runtime by jlink.
pub fn jlink_modules() -> &'static [String] {
    &TABLE.jlink.modules
}

/// The plugin that fetches what the POMs name.
pub fn java_fetcher() -> &'static str {
    &TABLE.fetch.plugin
}

/// Whether nothing can be had from an address without an account.
pub fn is_private_repository(url: &str) -> bool {
    TABLE.private.iter().any(|repository| url.contains(&repository.host))
}

/// The servlet container for an API.
pub fn java_container(api: &str) -> Option<&'static JavaContainer> {
    TABLE.container.iter().find(|container| container.api == api)
}
