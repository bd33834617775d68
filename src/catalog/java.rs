//! What a Maven project takes from outside of its repository, from `java.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Table {
    parent: Vec<JavaParent>,
    skip: Vec<JavaSkip>,
    framework: Vec<JavaFramework>,
    container: Vec<JavaContainer>,
}

/// A well-known parent that sets the Java release.
#[derive(Debug, Deserialize)]
pub struct JavaParent {
    /// Group.
    pub group: String,
    /// Artifact.
    pub artifact: String,
    /// The property that overrides the release.
    pub property: String,
    /// The release by the start of the parent's version.
    pub releases: BTreeMap<String, String>,
}

/// A plugin that an image build leaves out.
#[derive(Debug, Deserialize)]
pub struct JavaSkip {
    /// Its artifact.
    pub plugin: String,
    /// The flag that leaves it out.
    pub flag: String,
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

/// A servlet container in one executable jar.
#[derive(Debug, Clone, Deserialize)]
pub struct JavaContainer {
    /// The servlet API that it serves: `javax` or `jakarta`.
    pub api: String,
    /// Group, artifact and version.
    pub artifact: String,
    /// Its file, as Maven copies it.
    pub file: String,
    /// What it takes before the WAR; `{port}` stands for the port.
    pub arguments: Vec<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| super::embedded(include_str!("java.toml")));

/// Well-known parents.
pub fn java_parents() -> &'static [JavaParent] {
    &TABLE.parent
}

/// Plugins that an image build leaves out.
pub fn java_skips() -> &'static [JavaSkip] {
    &TABLE.skip
}

/// Frameworks, those that say more first.
pub fn java_frameworks() -> &'static [JavaFramework] {
    &TABLE.framework
}

/// The servlet container for an API.
pub fn java_container(api: &str) -> Option<&'static JavaContainer> {
    TABLE.container.iter().find(|container| container.api == api)
}
