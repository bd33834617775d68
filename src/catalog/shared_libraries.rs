//! Shared libraries that an image need not have, from `shared_libraries.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// How the names of such libraries begin.
#[derive(Debug, Deserialize)]
pub struct SharedLibraries {
    c_library: Vec<String>,
    host: Vec<String>,
}

impl SharedLibraries {
    /// Whether a library is a part of a C library: what needs an absent one was built for another.
    pub fn is_of_c_library(&self, name: &str) -> bool {
        self.c_library.iter().any(|start| name.starts_with(start.as_str()))
    }

    /// Whether the host puts a library into a container, with the driver of a device.
    pub fn is_of_host(&self, name: &str) -> bool {
        self.host.iter().any(|start| name.starts_with(start.as_str()))
    }
}

static TABLE: LazyLock<SharedLibraries> = LazyLock::new(|| table!("shared_libraries"));

/// The table.
pub fn shared_libraries() -> &'static SharedLibraries {
    &TABLE
}
