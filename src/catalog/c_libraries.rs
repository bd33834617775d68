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
    /// Whether the compiler brings a library.
    pub fn is_standard(&self, library: &str) -> bool {
        self.standard.iter().any(|name| name == library)
    }

    /// The package with the headers of a library.
    pub fn package(&self, library: &str) -> Option<&str> {
        let holds = |names: &[String]| names.iter().any(|name| name == library);
        self.debian.iter().find(|(_, names)| holds(names)).map(|(package, _)| package.as_str())
    }
}

static TABLE: LazyLock<CLibraries> = LazyLock::new(|| table!("native/cgo"));

/// Every known C library.
pub fn c_libraries() -> &'static CLibraries {
    &TABLE
}
