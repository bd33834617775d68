//! Release lines and their ends of life, from `versions.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Table {
    data_as_of: String,
    product: Vec<Product>,
}

/// A language with its release lines.
#[derive(Debug, Deserialize)]
pub struct Product {
    /// The language's name.
    pub name: String,
    /// Where the dates come from.
    pub source: String,
    /// The release lines, newest first.
    pub cycles: Vec<Cycle>,
}

/// A release line.
#[derive(Debug, Clone, Deserialize)]
pub struct Cycle {
    /// Its number as in image tags: `24`, `3.13`, `1.100`.
    pub name: String,
    /// Its codename, lower case.
    pub codename: Option<String>,
    /// The day of the first release, `YYYY-MM-DD`.
    pub released: String,
    /// Whether it has long-term support.
    #[serde(default)]
    pub long_term: bool,
    /// The last day with security fixes, `YYYY-MM-DD`; unknown for lines that end with a later release.
    pub end_of_life: Option<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table!("versions"));

/// The day that the tables were checked, `YYYY-MM-DD`.
pub fn data_as_of() -> &'static str {
    &TABLE.data_as_of
}

/// Every language with its release lines.
pub fn products() -> &'static [Product] {
    &TABLE.product
}

/// A release line by its name or codename.
pub fn cycle(product: &str, name: &str) -> Option<&'static Cycle> {
    let cycles = &TABLE.product.iter().find(|it| it.name == product)?.cycles;
    cycles.iter().find(|cycle| cycle.name == name || cycle.codename.as_deref() == Some(name))
}

/// The release lines that still get security fixes, newest first.
pub fn maintained(product: &str) -> Vec<&'static Cycle> {
    let cycles = TABLE.product.iter().find(|it| it.name == product).map(|it| it.cycles.as_slice()).unwrap_or_default();
    cycles.iter().filter(|cycle| !cycle.has_ended()).collect()
}

impl Cycle {
    /// Whether it no longer gets security fixes, as of the tables' date.
    pub fn has_ended(&self) -> bool {
        self.end_of_life.as_deref().is_some_and(|end| end < data_as_of())
    }
}
