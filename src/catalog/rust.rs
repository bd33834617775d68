//! Crates that newer compilers do not build, from `rust_broken.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Table {
    broken: Vec<RustBroken>,
}

/// A range of versions of a crate that the maintained Rust does not compile.
#[derive(Debug, Deserialize)]
pub struct RustBroken {
    /// The crate.
    pub name: String,
    /// The first version that breaks.
    pub from: String,
    /// The first version that is mended.
    pub below: String,
    /// Where it is reported.
    pub source: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| super::embedded(include_str!("rust_broken.toml")));

/// Every known range.
pub fn rust_broken() -> &'static [RustBroken] {
    &TABLE.broken
}
