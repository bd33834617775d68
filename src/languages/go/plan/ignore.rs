//! What the build context leaves out, and what it takes in again because the program embeds or reads it.

use crate::dockerfile::literal_pattern;
use crate::languages::go::entrypoint::Program;
use crate::languages::go::workspace::module::Module;
use crate::path::relative_to;
use crate::plan::{IgnoreSection, is_ignored, sections_of};

/// The patterns of the ignore file.
pub fn ignore(module: &Module, program: &Program) -> Vec<IgnoreSection> {
    let mut sections = sections_of("go", false);
    if !program.front_ends.is_empty() {
        for section in &mut sections {
            section.patterns.push("**/node_modules".into());
        }
    }
    let built: Vec<String> = program.front_ends.iter().map(|it| it.front_end.ignore_pattern(&module.context)).collect();
    if !built.is_empty() {
        sections.push(IgnoreSection::new("The front end is built in the image", built));
    }
    let read = program.files.read.iter().chain(&program.files.kept);
    let wanted = program.embedded.iter().chain(read.map(|file| &file.value));
    let again: Vec<String> = wanted
        .filter(|path| is_hidden(path))
        .map(|path| format!("!{}", literal_pattern(&relative_to(path, &module.context))))
        .collect();
    if !again.is_empty() {
        sections.push(IgnoreSection::new("The program embeds or reads these", again));
    }
    sections
}

/// Whether the common part of the ignore file hides a path, or the part for Go's tests.
fn is_hidden(path: &str) -> bool {
    path.ends_with("_test.go") || is_ignored(path)
}
