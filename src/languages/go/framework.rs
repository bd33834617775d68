//! The framework whose functions a program calls, and what its row of the catalogue says.

use crate::catalog::{GoFramework, go_frameworks};
use crate::languages::go::workspace::packages::{Closure, Packages};
use crate::source::go::{Call, Source};

/// The framework that opens the port of the program that `closure` makes up.
pub fn framework(packages: &mut Packages, closure: &Closure) -> Option<&'static GoFramework> {
    let found: Vec<_> = closure.folders.iter().map(|folder| packages.package(folder)).collect();
    let mut sources = found.iter().flat_map(|package| &package.sources);
    sources.find_map(|source| source.calls.iter().find_map(|call| opened_by(call, source)))
}

/// The framework whose function this call is, where it opens a port without being told an address.
pub fn opened_by(call: &Call, source: &Source) -> Option<&'static GoFramework> {
    let is_its = |framework: &&GoFramework| {
        framework.opens.iter().any(|name| name == call.function()) && uses(source, &framework.import)
    };
    go_frameworks().iter().filter(|_| call.arguments.is_empty()).find(is_its)
}

/// Whether a file imports a module.
pub fn uses(source: &Source, module: &str) -> bool {
    source.imports.iter().any(|import| import.value.starts_with(module))
}
