//! What official images hold and lack, from `contents.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Table {
    contents: Vec<Row>,
    also: Vec<Row>,
    users: Vec<Users>,
    program: Vec<Program>,
}

/// A row about images of one form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    images: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    system: Option<System>,
    lacks: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Users {
    system: Option<System>,
    #[serde(default)]
    images: Vec<String>,
    names: Vec<String>,
}

/// The packages that bring a program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// The names of the programs.
    pub names: Vec<String>,
    /// The packages; a `*` at the end stands for anything.
    pub packages: Vec<String>,
}

/// The system that an image is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// Debian or Ubuntu: glibc, apt.
    Debian,
    /// Alpine: musl, apk, busybox.
    Alpine,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("contents"));

impl Row {
    /// Whether it is about an image with these words in its tag.
    fn is_about(&self, image: &str, words: &[&str]) -> bool {
        let says = |tag: &String| words.iter().any(|word| word.starts_with(tag.as_str()));
        self.images.iter().any(|it| it == image) && (self.tags.is_empty() || self.tags.iter().any(says))
    }
}

fn row(image: &str, words: &[&str]) -> Option<&'static Row> {
    TABLE.contents.iter().filter(|row| row.is_about(image, words)).max_by_key(|row| row.tags.len())
}

/// The system of an official image; `words` are those of its tag.
pub fn system(image: &str, words: &[&str]) -> Option<System> {
    row(image, words)?.system
}

/// Whether an official image is known to lack a program.
pub fn lacks(image: &str, words: &[&str], program: &str) -> bool {
    let also = TABLE.also.iter().filter(|row| row.is_about(image, words));
    row(image, words).into_iter().chain(also).any(|row| row.lacks.iter().any(|it| it == program))
}

/// Whether an official image is known to have a user; nothing where its users are not known.
pub fn has_user(image: &str, words: &[&str], user: &str) -> Option<bool> {
    let system = system(image, words)?;
    let mut rows =
        TABLE.users.iter().filter(|row| row.system == Some(system) || row.images.iter().any(|it| it == image));
    Some(rows.any(|row| row.names.iter().any(|name| name == user)))
}

/// Whether a package brings a program.
pub fn brings(package: &str, program: &str) -> bool {
    let rows = TABLE.program.iter().filter(|row| row.names.iter().any(|name| name == program));
    rows.flat_map(|row| &row.packages).any(|name| match name.strip_suffix('*') {
        Some(start) => package.starts_with(start),
        None => package == name,
    })
}
