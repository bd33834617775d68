//! `ADD` for files of the build context.
//!
//! `ADD` also downloads and unpacks, depending on the name; `COPY` does what it says.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! ADD server.sh /app/
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! COPY server.sh /app/
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule =
    Rule::new("add-local-file", Severity::Warning, &["DL3020"], include_str!("add_local_file.rs"), check);

/// Endings of what `ADD` unpacks.
const ARCHIVES: &[&str] =
    &[".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst", ".gz", ".bz2", ".xz"];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for instruction in view.file.instructions() {
        let Body::Add(copy) = &instruction.body else { continue };
        let is_local = |source: &str| {
            let remote = ["http://", "https://", "git@", "git://", "ssh://", "$", "<<"];
            !remote.iter().any(|start| source.starts_with(start))
                && !ARCHIVES.iter().any(|ending| source.ends_with(ending))
        };
        if copy.sources.iter().all(|source| is_local(&source.value)) && copy.destination.is_some() {
            findings.at(instruction.keyword.span, "`ADD` for files of the build context").help("use `COPY`");
        }
    }
}
