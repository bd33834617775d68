//! A base image without a tag, or with `latest`.
//!
//! The next build may be another release, with another language version and another operating system.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! ```

use crate::check::view::{Base, View};
use crate::check::{Findings, Rule, Severity};

/// The rule.
pub static RULE: Rule =
    Rule::new("untagged-image", Severity::Warning, &["DL3006", "DL3007"], include_str!("untagged_image.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for stage in &view.stages {
        let Base::Image(image) = &stage.base else { continue };
        let distroless = image.distroless_name().is_some();
        let message = match image.tag.as_deref() {
            _ if image.pinned => continue,
            None => format!("`{}` has no tag", image.repository),
            Some("latest") => format!("`{}:latest` is another image tomorrow", image.repository),
            Some(_) => continue,
        };
        let help = if distroless {
            "use the tag `nonroot`, and a name that ends in its Debian release"
        } else {
            "name the version and the release of the operating system in the tag"
        };
        findings.at(stage.stage.from.image.span, message).help(help);
    }
}
