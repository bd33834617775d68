//! What every ignore file hides, though a program may embed or read it.

use std::sync::LazyLock;

use crate::dockerfile::Dockerignore;

static COMMON: LazyLock<Option<Dockerignore>> = LazyLock::new(|| {
    let text = include_str!("../../../templates/_shared/dockerignore.tera");
    let plain: String =
        text.lines().filter(|line| !line.contains('{')).fold(String::new(), |all, line| all + line + "\n");
    Dockerignore::parse(&plain).ok()
});

/// Whether the common part of the ignore file hides a path, or the part for Go's tests.
pub fn is_hidden(path: &str) -> bool {
    path.ends_with("_test.go") || COMMON.as_ref().is_some_and(|common| common.excludes(path))
}
