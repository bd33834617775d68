//! The working directory is a folder of the system.
//!
//! What is copied there mixes with the files of the base image, or replaces them.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /usr/lib
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! WORKDIR /app
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule = Rule::new("system-workdir", Severity::Warning, &[], include_str!("system_workdir.rs"), check);

/// Folders of the system.
const SYSTEM: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/sbin",
    "/usr/include",
    "/var",
    "/var/lib",
    "/var/run",
];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        let Body::Workdir(text) = &instruction.body else { continue };
        if let Some(folder) = view.workdir(stage.index, at + 1).filter(|folder| SYSTEM.contains(folder)) {
            findings
                .at(text.span, format!("`{folder}` is a folder of the system"))
                .help("use one of your own, as `/app`");
        }
    }
}
