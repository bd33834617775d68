//! What an image that only runs an application has no use for, from `leftovers.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::path::{file_name, is_inside, parent};

/// Folders of programs.
const PROGRAM_FOLDERS: &[&str] =
    &["bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin", "usr/local/go/bin", "busybox"];

/// The table.
#[derive(Debug, Deserialize)]
pub struct Leftovers {
    shells: Vec<String>,
    package_managers: Vec<String>,
    compilers: Vec<String>,
    caches: Vec<String>,
    node_packages: Vec<String>,
    python_packages: Vec<String>,
    sources: Vec<String>,
}

static TABLE: LazyLock<Leftovers> = LazyLock::new(|| table!("leftovers"));

/// What an image that only runs an application has no use for.
pub fn leftovers() -> &'static Leftovers {
    &TABLE
}

impl Leftovers {
    /// Whether the file of an image, from its root, is a shell or a package manager.
    pub fn is_way_in(&self, path: &str) -> bool {
        is_program(path, &self.shells) || is_program(path, &self.package_managers)
    }

    /// What a file of an image is there for that only a build needs: a sentence's end, or nothing.
    pub fn build_only(&self, path: &str) -> Option<&'static str> {
        if is_program(path, &self.compilers) {
            return Some("a compiler");
        }
        if self.caches.iter().any(|folder| path != folder && is_inside(path, folder)) {
            return Some("a cache of a package manager");
        }
        let package = |folder: &str, names: &[String]| {
            let (_, inner) = path.rsplit_once(&format!("{folder}/"))?;
            let (name, _) = inner.split_once('/')?;
            names.iter().any(|it| it == name).then_some("a package for development")
        };
        let installed =
            package("node_modules", &self.node_packages).or_else(|| package("site-packages", &self.python_packages));
        let is_own = !["node_modules", "site-packages", "dist-packages"].iter().any(|it| path.contains(it));
        let is_source = || {
            let ending = file_name(path).rsplit_once('.').map(|(_, ending)| ending);
            let is_of_system = ["usr", "lib", "opt/java", "etc"].iter().any(|folder| is_inside(path, folder));
            is_own && !is_of_system && ending.is_some_and(|ending| self.sources.iter().any(|it| it == ending))
        };
        installed.or_else(|| is_source().then_some("a source that is compiled"))
    }
}

fn is_program(path: &str, names: &[String]) -> bool {
    PROGRAM_FOLDERS.contains(&parent(path)) && names.iter().any(|name| name == file_name(path))
}

#[cfg(test)]
mod tests {
    use super::leftovers;

    #[test]
    fn what_only_a_build_needs_is_told_from_what_runs() {
        for path in [
            "usr/bin/gcc",
            "usr/local/go/bin/go",
            "root/.npm/_cacache/a",
            "app/node_modules/eslint/package.json",
            "app/node_modules/a/node_modules/jest/index.js",
            "venv/lib/python3.13/site-packages/pytest/__init__.py",
            "app/src/main/java/App.java",
            "app/main.go",
        ] {
            assert!(leftovers().build_only(path).is_some(), "{path}");
        }
        for path in [
            "usr/bin/python3.13",
            "app/go",
            "app/server.js",
            "app/node_modules/express/index.js",
            "app/node_modules/eslint",
            "app/node_modules/react-native/Main.java",
            "usr/lib/jvm/java-17/lib/src.java",
            "app/data.rs.gz",
        ] {
            assert!(leftovers().build_only(path).is_none(), "{path}");
        }
    }

    #[test]
    fn shells_count_where_programs_are() {
        assert!(leftovers().is_way_in("bin/sh") && leftovers().is_way_in("usr/local/bin/npm"));
        assert!(!leftovers().is_way_in("app/bin/sh") && !leftovers().is_way_in("usr/bin/tini"));
    }
}
