//! Python: the syntax trees of a project's modules, and how each is imported.

pub mod hints;
pub mod modules;
pub mod syntax;
pub mod writes;
