//! Python: the syntax trees of a project's modules, how each is imported, and the index of a file.

mod bindings;
mod entries;
pub mod modules;
pub mod syntax;
#[cfg(test)]
mod tests;
mod values;

pub use entries::{index, index_of};
