//! Data that ages, as dated tables with their sources: release lines, base images, native packages.
//!
//! "Today" is the date of the tables, never the clock: the same repository gives the same bytes on any day.

/// A table of this folder, by its name.
macro_rules! table {
    ($name:literal) => {
        $crate::catalog::embedded($name, include_str!(concat!(env!("OUT_DIR"), "/catalog/", $name, ".json")))
    };
}

pub mod analysis;
mod backing_services;
mod bases;
mod c_libraries;
mod contents;
pub mod environment;
mod file_names;
mod frameworks;
mod go;
mod ignored;
mod images;
mod java;
mod java_releases;
mod leftovers;
mod native;
pub mod node;
mod package_managers;
pub mod python;
mod runtimes;
mod rust;
mod secrets;
mod shared_libraries;
mod side_folders;
mod unsupported;
mod versions;

pub use backing_services::{BackingService, backing_service, backing_services};
pub use bases::{
    Distroless, DistrolessImage, Hardened, Official, Suite, distroless, hardened, official, officials, suite, suites,
};
pub use c_libraries::c_libraries;
pub use contents::{System, brings, has_user, lacks, system};
pub use file_names::{FileNames, file_names};
pub use frameworks::{Condition, NodeFramework, OutputSetting, node_frameworks, placeholder};
pub use go::{
    GoBuildFiles, GoFiles, GoFramework, GoGenerator, GoNames, GoRefusedLink, GoWorker, go_build_files,
    go_complete_sums, go_files, go_frameworks, go_generators, go_names, go_refused_links, go_terminals, go_workers,
    is_go_processor, is_go_standard, is_go_system,
};
pub use ignored::{IgnoredFiles, LanguageFiles, ignored_files, ignored_files_of};
pub use images::{Image, has_image, image, images, required_image};
pub use java::{
    ApplicationServer, ByVersion, JavaContainer, JavaHealth, JavaLogSettings, JavaNeededSetting, JavaParent,
    JavaSettings, JavaSkip, JavaStarter, JvmOptions, application_servers, archive_kind, ended_repository, images_maven,
    is_private_repository, java_container, java_fetcher, java_frameworks, java_health, java_log_settings,
    java_needed_settings, java_parents, java_settings, java_skips, java_starters, jlink, jvm_options, lombok,
    opened_packages, spring_boot,
};
pub use java_releases::{JavaLibrary, JavaStandard, java_standard, release_of_library};
pub use leftovers::{Leftovers, leftovers};
pub use native::{Native, native, natives};
pub use package_managers::{PackageKind, PackageManager, package_manager};
pub use runtimes::{
    CopiedFolder, DebugTools, Family, Runtime, families, has_runtime, required_runtime, runtime, runtimes,
};
pub use rust::{
    RustBroken, RustCompanion, RustDriver, RustFiles, RustGit, RustLogs, RustServer, RustSettings, RustSubcommands,
    RustUnsupported, RustWorker, is_rust_binding, is_rust_compiler_variable, is_rust_read, is_rust_server_name,
    is_rust_write, postgresql_extension, rust_broken, rust_compiler_variable_set, rust_compiler_variables,
    rust_drivers, rust_files, rust_git, rust_linkers, rust_servers, rust_settings, rust_subcommands, rust_unsupported,
    rust_workers,
};
pub use secrets::{SecretFiles, SecretText, SecretValues, SecretVariables, Secrets, secrets};
pub use shared_libraries::shared_libraries;
pub use side_folders::is_side_folder;
pub use unsupported::{UnsupportedLanguage, unsupported_languages};
pub use versions::{Cycle, Product, cycle, data_as_of, maintained, products};

/// A table that is part of the program, by its name: the build made JSON of it.
///
/// # Panics
/// When the table is broken, which the tests rule out for every one.
fn embedded<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> T {
    match serde_json::from_str(text) {
        Ok(table) => table,
        Err(error) => panic!("the table `{name}` is broken: {error}"),
    }
}
