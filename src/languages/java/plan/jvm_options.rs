//! Options for every JVM of the image.

use crate::catalog::{self, opened_packages};
use crate::evidence::Fact;
use crate::languages::java::manifest::JvmModule;

/// The options: a share of the container's memory as heap, an end where it is used up, so that an orchestrator starts the
/// container anew, and what the project needs opened or switched on, on a line of Java.
pub fn all(line: u32, release: Option<&Fact<String>>, module: &JvmModule) -> Vec<String> {
    let mut options = vec![catalog::jvm_options(line).heap.clone(), "-XX:+ExitOnOutOfMemoryError".to_owned()];
    let opened = opened_packages();
    let is_of_before = release.and_then(|fact| fact.value.parse::<u32>().ok()).is_some_and(|it| it < opened.closed_by);
    if is_of_before && line >= opened.closed_by {
        options.extend(opened.packages.iter().map(|package| format!("--add-opens=java.base/{package}=ALL-UNNAMED")));
    }
    for option in &module.jvm_options {
        if !options.contains(option) {
            options.push(option.clone());
        }
    }
    options
}
