//! What needs a line of Java at least, from `java_releases.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalog::ByVersion;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "data_as_of")]
    _data_as_of: String,
    library: Vec<JavaLibrary>,
    standard: Vec<JavaStandard>,
}

/// A library or a plugin that runs from a line of Java on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JavaLibrary {
    /// Its group.
    pub group: String,
    /// Its artifact; every one of the group where none is named.
    pub artifact: Option<String>,
    /// The line by the start of its version, the longest that fits.
    pub releases: ByVersion,
    /// Where it is said.
    pub source: String,
}

/// What the standard library has since a line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JavaStandard {
    /// The line.
    pub release: u32,
    /// Packages.
    #[serde(default)]
    pub imports: Vec<String>,
    /// Methods, as [`crate::source::Call::is`] has them.
    #[serde(default)]
    pub calls: Vec<String>,
    /// How many arguments they are given; any number where nothing is said.
    pub arguments: Option<usize>,
    /// The call that the object in front comes from.
    pub of: Option<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("java_releases"));

/// The line that an artifact in a version needs at least.
pub fn release_of_library(group: &str, artifact: &str, version: &str) -> Option<u32> {
    let is_it = |row: &&JavaLibrary| row.group == group && row.artifact.as_deref().is_none_or(|it| it == artifact);
    let row = TABLE.library.iter().find(is_it)?;
    let fitting = row.releases.iter().filter(|(start, _)| version.starts_with(start.as_str()));
    fitting.max_by_key(|(start, _)| start.len()).and_then(|(_, line)| line.parse().ok())
}

/// What the standard library has since when.
pub fn java_standard() -> &'static [JavaStandard] {
    &TABLE.standard
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_start_of_a_version_counts() {
        let cases = [
            ("org.springframework.boot", "spring-boot-starter-web", "3.1.2", Some(17)),
            ("org.springframework.boot", "spring-boot-starter-web", "2.7.18", None),
            ("io.quarkus.platform", "quarkus-bom", "3.6.4", Some(11)),
            ("io.quarkus.platform", "quarkus-bom", "3.15.1", Some(17)),
            ("com.zaxxer", "HikariCP", "5.0.1", Some(11)),
            ("com.zaxxer", "HikariCP-java7", "5.0.1", None),
        ];
        for (group, artifact, version, line) in cases {
            assert_eq!(release_of_library(group, artifact, version), line, "{group}:{artifact}:{version}");
        }
        assert!(TABLE.library.iter().all(|row| row.source.starts_with("https://") && !row.releases.is_empty()));
    }
}
