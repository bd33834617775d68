//! What every ignore file hides, though a program may embed or read it.

use crate::languages::ignored_files;

/// Whether the common part of the ignore file hides a path, or the part for Go's tests.
pub fn is_hidden(path: &str) -> bool {
    path.ends_with("_test.go") || ignored_files::is_ignored(path)
}
