//! What a Maven project takes from outside of its repository, from `java.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalog::{Image, images};

#[derive(Debug, Deserialize)]
struct Table {
    parent: Vec<JavaParent>,
    skip: Vec<JavaSkip>,
    framework: Vec<JavaFramework>,
    needed_setting: Vec<JavaNeededSetting>,
    health: Vec<JavaHealth>,
    jlink: Jlink,
    fetch: Fetch,
    private: Vec<PrivateRepository>,
    ended_repository: Vec<EndedRepository>,
    container: Vec<JavaContainer>,
    starter: Vec<JavaStarter>,
    settings: JavaSettings,
    lombok: Lombok,
    options: Vec<JvmOptions>,
    spring_boot: SpringBoot,
    opened: OpenedPackages,
    archive: Vec<ArchiveKind>,
    application_server: Vec<ApplicationServer>,
    log_settings: Vec<JavaLogSettings>,
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

/// Which Lombok compiles on which line of Java.
#[derive(Debug, Deserialize)]
pub struct Lombok {
    /// The version that the build asks for in place of an older one.
    pub version: String,
    lines: Vec<LombokLine>,
}

/// From a line of Java on: the first Lombok that compiles there, and the first Spring Boot that brings one.
#[derive(Debug, Deserialize)]
struct LombokLine {
    from: u32,
    first: String,
    spring_boot: FirstRelease,
}

impl Lombok {
    fn row(&self, line: u32) -> Option<&LombokLine> {
        self.lines.iter().find(|row| line >= row.from)
    }

    /// The first version that compiles on a line of Java; nothing where every one does.
    pub fn first(&self, line: u32) -> Option<&str> {
        self.row(line).map(|row| row.first.as_str())
    }

    /// Whether the Lombok of a version of Spring Boot, major and minor, compiles on a line of Java.
    pub fn is_brought_by(&self, boot: (u32, u32), line: u32) -> bool {
        self.row(line).is_none_or(|row| row.spring_boot.is_reached_by(boot))
    }
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
    /// The port of what serves and states none.
    pub usual_port: u16,
    /// The line of Java of what states none.
    pub usual_version: String,
    /// Those for the address, each with the variable that takes its place.
    pub addresses: Vec<(String, String)>,
    /// Those that an application does not start with where nothing is in them; `*` stands for any part of a key.
    pub refused_empty: Vec<String>,
    /// Those that hold the address of a server which is no database, each with what it is; `*` stands for any part of a key.
    pub servers: Vec<(String, String)>,
    /// Calls that read a file among the resources by its name.
    pub resource_readers: Vec<String>,
    /// Parts of the names of plugins that write sources.
    pub source_writers: Vec<String>,
    /// Those that switch profiles on.
    pub profiles: Vec<String>,
    /// Calls that do so.
    pub profile_calls: Vec<String>,
    /// Plugins, each with the profile that what they build runs with.
    pub plugin_profiles: Vec<(String, String)>,
    /// Those of Dropwizard.
    pub dropwizard: DropwizardSettings,
    /// Those that name a file of a log.
    pub log_files: Vec<String>,
    /// The ends of settings that say what becomes of the tables of a database at the start.
    pub schema_keys: Vec<String>,
    /// Their values where the tables are made anew.
    pub new_schemas: Vec<String>,
}

/// The settings that a file of Dropwizard is known by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropwizardSettings {
    /// Sections, of which other files have some too.
    pub sections: Vec<String>,
    /// Those that no other file has.
    pub own: Vec<String>,
}

/// A setting that a library ends an application without.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JavaNeededSetting {
    /// The libraries.
    pub artifacts: Vec<String>,
    /// The variable that gives it.
    pub variable: String,
    /// The part of the folders of all settings that give it.
    pub folder: String,
    /// The parts of their names within the folder: of `url` and `platform` only the first says where something is.
    pub given_by: Vec<String>,
    /// The libraries that bring it, or another place for settings.
    pub brought_by: Vec<String>,
    /// What a source imports that makes it by itself: the end of the name.
    pub made_with: Vec<String>,
    /// The variable that switches a profile on, which may give it too.
    #[serde(default)]
    pub profile: Option<String>,
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

/// A runtime by jlink.
#[derive(Debug, Deserialize)]
pub struct Jlink {
    /// The line of Java from which on it is offered.
    pub from: u32,
    /// Its modules.
    pub modules: Vec<String>,
}

/// Where options for every JVM go, from a line of Java on.
#[derive(Debug, Deserialize)]
pub struct JvmOptions {
    from: u32,
    /// The variable.
    pub variable: String,
    /// The option for the share of the memory that the heap takes.
    pub heap: String,
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

/// A server for a WAR, by the API that it serves: `javax`, `jakarta`, or one of them for an application server.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum JavaContainer {
    /// Tomcat, embedded.
    Tomcat {
        /// The API.
        api: String,
        /// The version of Tomcat.
        tomcat: String,
    },
    /// One executable jar.
    Executable {
        /// The API.
        api: String,
        /// Its group, artifact and version.
        artifact: String,
        /// Its file, as Maven copies it.
        file: String,
        /// What it takes before the WAR; `{port}` stands for the port.
        arguments: Vec<String>,
    },
}

impl JavaContainer {
    fn api(&self) -> &str {
        match self {
            Self::Tomcat { api, .. } | Self::Executable { api, .. } => api,
        }
    }
}

/// A line of releases: `3.2` and all that follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct FirstRelease(u32, u32);

impl TryFrom<String> for FirstRelease {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts =
            text.split_once('.').and_then(|(major, minor)| Some(Self(major.parse().ok()?, minor.parse().ok()?)));
        parts.ok_or_else(|| format!("`{text}` is no major and minor version"))
    }
}

impl FirstRelease {
    /// Whether a version, major and minor, is of this line or later.
    pub fn is_reached_by(self, (major, minor): (u32, u32)) -> bool {
        (major, minor) >= (self.0, self.1)
    }
}

/// From which release on Spring Boot does what.
#[derive(Debug, Deserialize)]
pub struct SpringBoot {
    /// Jars hold their classes and dependencies in folders of their own, from which the loader starts them too.
    pub folders: FirstRelease,
    /// Jars can be taken apart into layers.
    pub layers: FirstRelease,
    /// That is done by `-Djarmode=tools`, which leaves a jar that starts beside its dependencies.
    pub tools: FirstRelease,
    /// The loader lies in its new package.
    pub new_loader: FirstRelease,
    /// The class of the loader that starts the layers.
    pub launcher: String,
    /// The same in the package of before.
    pub old_launcher: String,
    /// The option of the JVM that ends an application as soon as it is ready.
    pub exit_when_ready: String,
}

/// Packages of the JDK that were open to every class until they were closed.
#[derive(Debug, Deserialize)]
pub struct OpenedPackages {
    /// The line of Java that closed them.
    pub closed_by: u32,
    /// The packages, of the module `java.base`.
    pub packages: Vec<String>,
}

/// An archive of loaded classes, as a line of Java makes and takes it.
#[derive(Debug, Deserialize)]
pub struct ArchiveKind {
    /// The line of Java from which on it is made so.
    pub from: u32,
    /// Its file.
    pub file: String,
    /// The option that makes it.
    pub make: String,
    /// The option that takes it.
    pub take: String,
}

/// An application server that no image here has.
#[derive(Debug, Deserialize)]
pub struct ApplicationServer {
    /// The plugin that tells it.
    pub plugin: String,
    /// Its name, as people write it.
    pub title: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("java"));

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

/// Which Lombok compiles on which line of Java.
pub fn lombok() -> &'static Lombok {
    &TABLE.lombok
}

/// What starts frameworks.
pub fn java_starters() -> &'static [JavaStarter] {
    &TABLE.starter
}

/// Settings of a library for logs, as properties.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JavaLogSettings {
    /// The file, in the resources.
    pub file: String,
    /// How the keys start that name a file.
    pub start: String,
    /// How they end.
    pub ends: Vec<String>,
}

/// Settings of libraries for logs.
pub fn java_log_settings() -> &'static [JavaLogSettings] {
    &TABLE.log_settings
}

/// Settings that say where an application listens.
pub fn java_settings() -> &'static JavaSettings {
    &TABLE.settings
}

/// Settings that libraries end an application without.
pub fn java_needed_settings() -> &'static [JavaNeededSetting] {
    &TABLE.needed_setting
}

/// Routes for health.
pub fn java_health() -> &'static [JavaHealth] {
    &TABLE.health
}

/// A runtime by jlink.
pub fn jlink() -> &'static Jlink {
    &TABLE.jlink
}

/// Where options for every JVM of a line of Java go.
///
/// # Panics
/// Never: the last row of the table is for every line, as a test holds.
pub fn jvm_options(line: u32) -> &'static JvmOptions {
    TABLE.options.iter().find(|row| line >= row.from).unwrap_or(&TABLE.options[0])
}

/// The plugin that fetches what the POMs name.
pub fn java_fetcher() -> &'static str {
    &TABLE.fetch.plugin
}

/// From which release on Spring Boot does what.
pub fn spring_boot() -> &'static SpringBoot {
    &TABLE.spring_boot
}

/// Packages of the JDK that were open once.
pub fn opened_packages() -> &'static OpenedPackages {
    &TABLE.opened
}

/// How a line of Java archives loaded classes; nothing for a line that archives none of an application.
pub fn archive_kind(line: u32) -> Option<&'static ArchiveKind> {
    TABLE.archive.iter().find(|kind| line >= kind.from)
}

/// Application servers that no image here has.
pub fn application_servers() -> &'static [ApplicationServer] {
    &TABLE.application_server
}

/// The major version of Maven in the images that build: their tags begin with it.
pub fn images_maven() -> u32 {
    let tag = build_image().and_then(|image| image.reference.split_once(':'));
    tag.and_then(|(_, tag)| tag.split('.').next()?.parse().ok()).unwrap_or_default()
}

fn build_image() -> Option<&'static Image> {
    images().iter().find(|image| image.id == "java-build")
}

/// A repository of Maven that has ended.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndedRepository {
    host: String,
    ended: String,
}

/// The day on which the repository at an address ended; nothing where it is not known to.
pub fn ended_repository(url: &str) -> Option<&'static str> {
    let host = url.split_once("://")?.1.split(['/', ':']).next()?;
    let row = TABLE.ended_repository.iter().find(|repository| repository.host == host)?;
    Some(&row.ended)
}

/// Whether nothing can be had from an address without an account.
pub fn is_private_repository(url: &str) -> bool {
    TABLE.private.iter().any(|repository| url.contains(&repository.host))
}

/// The servlet container for an API.
pub fn java_container(api: &str) -> Option<&'static JavaContainer> {
    TABLE.container.iter().find(|container| container.api() == api)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_from_the_images_is_there() {
        assert!(images_maven() >= 3, "{}", images_maven());
    }

    #[test]
    fn the_newest_row_that_a_line_reaches_counts() {
        assert!(TABLE.archive.is_sorted_by(|a, b| a.from > b.from));
        let file = |line| archive_kind(line).map(|kind| kind.file.as_str());
        assert_eq!(
            [11, 17, 21, 25].map(file),
            [None, Some("application.jsa"), Some("application.jsa"), Some("application.aot")]
        );
        assert_eq!(TABLE.options.last().map(|row| row.from), Some(0));
        assert_eq!(
            [8, 11, 21].map(|line| jvm_options(line).variable.as_str()),
            ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"]
        );
        assert_eq!(
            [8, 11, 17, 21, 25].map(|line| lombok().first(line)),
            [None, Some("1.18.4"), Some("1.18.20"), Some("1.18.30"), Some("1.18.40")]
        );
    }

    #[test]
    fn a_release_reaches_its_line() {
        let line = FirstRelease::try_from("3.2".to_owned()).unwrap();
        assert!(line.is_reached_by((3, 2)) && line.is_reached_by((4, 0)) && !line.is_reached_by((3, 1)));
        assert!(FirstRelease::try_from("3".to_owned()).is_err());
    }
}
