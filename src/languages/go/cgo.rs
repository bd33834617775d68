//! Whether a program needs C: not whether it could use it.

use crate::catalog::{Native, natives};
use crate::evidence::Fact;
use crate::languages::go::linked::{Linked, linked};
use crate::languages::go::packages::{Closure, Packages};

/// What a program needs of C.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// Why cgo must be on, each with the import that says so.
    pub reasons: Vec<Fact<String>>,
    /// The rows of the catalogue that apply.
    pub natives: Vec<&'static Native>,
    /// What its own source is linked to.
    pub linked: Linked,
}

/// Reads it from the program's imports.
pub fn needs(packages: &mut Packages, closure: &Closure) -> Needs {
    let mut needs = Needs { linked: linked(packages, closure), ..Needs::default() };
    for folder in &closure.folders {
        let package = packages.package(folder);
        if package.works_without_cgo {
            continue;
        }
        for source in &package.sources {
            let import = source.imports.iter().find(|import| import.value == "C" || import.value == "plugin");
            if let Some(import) = import.filter(|_| !source.minds_cgo) {
                needs.reasons.push(packages.fact(source, import.line, import.value.clone()));
                break;
            }
        }
    }
    for known in natives("go") {
        if let Some((path, line)) = closure.imports(&known.name) {
            needs.reasons.push(Fact::new(known.name.clone(), packages.evidence(path, line)));
            needs.natives.push(known);
        }
    }
    needs
}

impl Needs {
    /// Whether cgo must be on.
    pub fn cgo(&self) -> bool {
        !self.reasons.is_empty()
    }

    /// Whether the program may be linked to more than the C library.
    pub fn links(&self) -> bool {
        self.natives.iter().any(|native| !native.run.is_empty())
            || self.reasons.iter().any(|reason| reason.value == "C")
    }

    /// Debian packages for the build stage.
    pub fn build_packages(&self) -> Vec<String> {
        let known = self.natives.iter().flat_map(|native| native.build.clone());
        sorted(known.chain(self.linked.packages.clone()))
    }

    /// Debian packages whose libraries must reach the final image.
    pub fn run_packages(&self) -> Vec<String> {
        sorted(self.natives.iter().flat_map(|native| native.run.clone()))
    }
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    names
}
