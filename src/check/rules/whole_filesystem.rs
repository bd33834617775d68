//! All files of another image are copied.
//!
//! Everything comes along: what it needs, what built it, and what nobody knows of. `FROM` that image, or copy what is needed.
//!
//! ### Problematic
//! ```dockerfile
//! FROM golang:1.27-trixie AS build
//! FROM scratch
//! COPY --from=build / /
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM golang:1.27-trixie AS build
//! FROM scratch
//! COPY --from=build /out/server /server
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Text};

/// The rule.
pub static RULE: Rule =
    Rule::new("whole-filesystem", Severity::Warning, &["DL3067"], include_str!("whole_filesystem.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, instruction) in view.each() {
        let Body::Copy(copy) = &instruction.body else { continue };
        let is_root = |text: &Text| text.value == "/";
        if instruction.flag("from").is_some()
            && copy.sources.iter().any(is_root)
            && copy.destination.as_ref().is_some_and(is_root)
        {
            findings
                .at(instruction.span, "this copies everything that the other image holds")
                .help("copy what is needed");
        }
    }
}
