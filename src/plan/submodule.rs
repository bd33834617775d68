//! What is said of files that lie in a submodule.

/// What to do where files of a submodule are wanted, and nobody checked it out.
pub fn submodule_hint(submodule: &str) -> String {
    format!(
        "`{submodule}` is a submodule that is not checked out: run `git submodule update --init`, then dockgen again"
    )
}
