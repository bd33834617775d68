//! The Debian packages of C libraries, from `native/cgo.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// C libraries by the names that linkers and pkg-config use.
#[derive(Debug, Deserialize)]
pub struct CLibraries {
    standard: Vec<String>,
    debian: BTreeMap<String, Vec<String>>,
}

impl CLibraries {
    /// The package with the headers of a library; `Some(None)` where the compiler brings it, nothing where none is known.
    pub fn package(&self, library: &str) -> Option<Option<&str>> {
        if self.standard.iter().any(|name| name == library) {
            return Some(None);
        }
        let holds = |names: &Vec<String>| names.iter().any(|name| name == library);
        self.debian.iter().find(|(_, names)| holds(names)).map(|(package, _)| Some(package.as_str()))
    }
}

static TABLE: LazyLock<CLibraries> = LazyLock::new(|| super::embedded(include_str!("native/cgo.toml")));

/// Every known C library.
pub fn c_libraries() -> &'static CLibraries {
    &TABLE
}
