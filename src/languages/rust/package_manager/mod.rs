//! Cargo: what its configuration, its lock file and the build scripts want of the build.

pub mod build_script;
pub mod configuration;
pub mod lock_file;
