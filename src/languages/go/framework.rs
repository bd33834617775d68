//! The framework that opens a program's port, and what its row of the catalogue says.

use crate::analysis::Program;
use crate::analysis::listen::listeners;
use crate::catalog::{GoFramework, go_frameworks};

/// The framework whose call opens the port of a program.
pub fn framework(program: &Program) -> Option<&'static GoFramework> {
    let imports = listeners(program).into_iter().filter_map(|listener| listener.row.import.as_ref());
    imports.into_iter().find_map(|import| go_frameworks().iter().find(|framework| framework.import == *import))
}
