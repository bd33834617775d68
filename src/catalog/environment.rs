//! How the source of each language reads environment variables through a function.

use std::sync::LazyLock;

use serde::Deserialize;

/// A function that reads a variable.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reader {
    /// The language that it belongs to.
    language: String,
    /// The call: its path with dots; `*.name` for a method of anything.
    call: String,
    /// The position of the argument with the variable's name.
    #[serde(default)]
    pub variable: usize,
    /// The position of the argument that stands in for an absent variable; none where there is no such argument.
    pub default: Option<usize>,
    /// The name of that argument, where it is passed by name.
    pub default_name: Option<String>,
    /// Whether the program fails where the variable is absent and nothing stands in.
    #[serde(default)]
    pub is_required: bool,
    /// Whether the call reads more than the environment, so that only a name in capitals is a variable.
    #[serde(default)]
    is_general: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(rename = "source")]
    _source: String,
    built: Vec<Built>,
    platform: Vec<String>,
    own: Vec<OwnNames>,
    reads: Vec<Reader>,
    records: Vec<RecordClass>,
    schemas: Vec<Schema>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnNames {
    language: String,
    names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordClass {
    language: String,
    class: String,
}

/// Whether the values of a class that is derived from this one can't be made without each of their fields.
pub fn is_record(language: &str, class: &str) -> bool {
    TABLE.records.iter().any(|row| row.language == language && row.class == class)
}

/// A library by which a program describes its variables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The language that it belongs to.
    language: String,
    /// The module that makes the description of a variable.
    module: String,
    /// Methods after which the variable may be absent.
    pub optional: Vec<String>,
    /// The method without which it may be absent; none where it must be there anyway.
    pub required: Option<String>,
}

/// The library that a call belongs to, by where it comes from.
pub fn schema(language: &str, origin: &str) -> Option<&'static Schema> {
    let is_it = |row: &&Schema| {
        let rest = origin.strip_prefix(row.module.as_str());
        row.language == language && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/', '(']))
    };
    TABLE.schemas.iter().find(is_it)
}

/// Variables that bundlers put into the program when they build it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Built {
    /// What their names start with.
    pub prefix: String,
    /// The packages that do so.
    pub packages: Vec<String>,
}

/// The variables that are put into the program when it is built.
pub fn built() -> &'static [Built] {
    &TABLE.built
}

/// Variables that are set by themselves: whole names, and prefixes that end with `_`.
pub fn platform_variables() -> &'static [String] {
    &TABLE.platform
}

/// Whether a variable is put into the program when it is built, by one of the packages that the project depends on.
pub fn is_of_build(name: &str, depends_on: impl Fn(&str) -> bool) -> bool {
    let rows = TABLE.built.iter().filter(|row| name.starts_with(row.prefix.as_str()));
    rows.into_iter().any(|row| row.packages.iter().any(|package| depends_on(package)))
}

/// Whether the name of a variable is one that some bundler puts into the program.
pub fn has_built_name(name: &str) -> bool {
    TABLE.built.iter().any(|row| name.starts_with(row.prefix.as_str()))
}

/// Whether the system, the runtime, a package manager or a platform sets a variable by itself.
pub fn is_of_platform(name: &str) -> bool {
    TABLE.platform.iter().any(|known| name == known || known.ends_with('_') && name.starts_with(known.as_str()))
}

/// Whether programs of a language have a setting of this name, which elsewhere a platform sets.
pub fn is_of_program(language: &str, name: &str) -> bool {
    TABLE.own.iter().any(|row| row.language == language && row.names.iter().any(|known| known == name))
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("environment"));

impl Reader {
    /// Whether a text is the name of a variable for this function.
    pub fn names(&self, variable: &str) -> bool {
        let is_capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_allowed = |c: char| if self.is_general { is_capital(c) } else { is_name(c) };
        variable.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && variable.chars().all(is_allowed)
    }
}

/// The row for a call, by its path as written and as resolved; the first row that fits.
pub fn reader(language: &str, path: &str, origin: Option<&str>) -> Option<&'static Reader> {
    let fits = |pattern: &str, path: &str| match pattern.strip_prefix('*') {
        Some(end) => path.len() > end.len() && path.ends_with(end),
        None => path == pattern,
    };
    let is_it = |row: &&Reader| {
        row.language == language && (fits(&row.call, path) || origin.is_some_and(|origin| fits(&row.call, origin)))
    };
    TABLE.reads.iter().find(is_it)
}
