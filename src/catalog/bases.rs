//! What is inside the images that people name in a `FROM`, from `bases.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalog::data_as_of;

#[derive(Debug, Deserialize)]
struct Table {
    distroless: Distroless,
    hardened: Hardened,
    official: Vec<Official>,
    suite: Vec<Suite>,
}

/// What all distroless images have in common.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distroless {
    /// The registry and folder in front of the names.
    pub registry: String,
    /// The tags that every image has.
    pub tags: Vec<String>,
    /// What a tag may end in, after a dash.
    pub architectures: Vec<String>,
    /// The user of the `nonroot` tags.
    pub user: String,
    /// The working directory of the `nonroot` tags.
    pub home: String,
    /// Where they are documented.
    pub source: String,
    /// The images.
    pub image: Vec<DistrolessImage>,
}

/// What all of Docker's hardened images have in common.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hardened {
    /// The registry.
    pub registry: String,
    /// The word in the tag of those that have a shell and a package manager.
    pub development: String,
    /// Where they are documented.
    pub source: String,
    /// Those without a shell.
    pub image: Vec<DistrolessImage>,
}

/// Distroless images that are alike.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistrolessImage {
    /// Their names, the recommended one first.
    pub names: Vec<String>,
    /// Their own ENTRYPOINT.
    #[serde(default)]
    pub entrypoint: Vec<String>,
    /// The programs inside.
    #[serde(default)]
    pub programs: Vec<String>,
    /// The release line of Python inside.
    pub python: Option<String>,
    /// The version of the C library inside.
    pub glibc: Option<String>,
    /// The day of the last patches.
    pub ended: Option<String>,
    /// The words that the tag has, where they make a difference.
    #[serde(default)]
    pub words: Vec<String>,
    /// The user that it runs as, by number; that of the tag where none is named.
    pub user: Option<String>,
    /// The names of its users.
    #[serde(default)]
    pub users: Vec<String>,
    /// The working directory; that of the tag where none is named.
    pub home: Option<String>,
}

/// One of Docker's official images.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Official {
    /// Its name.
    pub name: String,
    /// The product of `versions.toml` whose release line the tag starts with.
    pub product: Option<String>,
    /// Words that the release line follows in the tag, where it does not start with it.
    #[serde(default)]
    pub version_after: Vec<String>,
    /// The release of Debian that a tag without one means.
    pub suite: Option<String>,
    /// The system whose releases its tags are.
    pub suites: Option<String>,
    /// The forms of its tags; empty where they are not known.
    #[serde(default)]
    pub forms: Vec<String>,
    /// The day it was given up.
    pub ended: Option<String>,
    /// What to use instead.
    pub instead: Option<String>,
}

/// A release of a Linux distribution.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// The distribution.
    pub system: String,
    /// Its name in tags.
    pub name: String,
    /// Its number.
    pub number: String,
    /// The version of its C library.
    pub glibc: Option<String>,
    /// The last day with security fixes.
    pub end_of_life: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("bases"));

/// What is known of distroless images.
pub fn distroless() -> &'static Distroless {
    &TABLE.distroless
}

/// What is known of Docker's hardened images.
pub fn hardened() -> &'static Hardened {
    &TABLE.hardened
}

/// Docker's official images that something is known of.
pub fn officials() -> &'static [Official] {
    &TABLE.official
}

/// An official image by its name.
pub fn official(name: &str) -> Option<&'static Official> {
    TABLE.official.iter().find(|image| image.name == name)
}

/// The releases of distributions.
pub fn suites() -> &'static [Suite] {
    &TABLE.suite
}

/// A release of a distribution by its name in tags.
pub fn suite(name: &str) -> Option<&'static Suite> {
    TABLE.suite.iter().find(|suite| suite.name == name)
}

impl Hardened {
    /// An image without a shell by its name and the words of its tag.
    pub fn find(&self, name: &str, words: &[&str]) -> Option<&DistrolessImage> {
        let says = |image: &&DistrolessImage| image.words.iter().all(|word| words.contains(&word.as_str()));
        let named = self.image.iter().filter(|image| image.names.iter().any(|it| it == name)).filter(says);
        named.max_by_key(|image| image.words.len()).filter(|_| !words.contains(&self.development.as_str()))
    }
}

impl Distroless {
    /// An image by its name.
    pub fn find(&self, name: &str) -> Option<&DistrolessImage> {
        self.image.iter().find(|image| image.names.iter().any(|it| it == name))
    }

    /// Whether every image has this tag: a known one, perhaps with an architecture or the commit it was built from.
    pub fn has_tag(&self, tag: &str) -> bool {
        let is_commit = |text: &str| text.len() == 40 && text.chars().all(|c| c.is_ascii_hexdigit());
        let without = match tag.rsplit_once('-') {
            Some((rest, end)) if is_commit(end) || self.architectures.iter().any(|it| it == end) => rest,
            _ => tag,
        };
        is_commit(tag)
            || self.architectures.iter().any(|it| it == without)
            || self.tags.iter().any(|it| it == without)
            || without.rsplit_once('-').is_some_and(|(rest, end)| {
                self.architectures.iter().any(|it| it == end) && self.tags.iter().any(|it| it == rest)
            })
    }
}

impl Suite {
    /// Whether it no longer gets security fixes, as of the tables' date.
    pub fn has_ended(&self) -> bool {
        self.end_of_life.as_str() < data_as_of()
    }
}
