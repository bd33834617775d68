//! A download is added without a checksum.
//!
//! Whoever can change the file at the address can change the image. `--checksum` makes the build end instead.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! ADD https://example.org/tool.tar.gz /opt/
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.org/tool.tar.gz /opt/
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, is_remote};

/// The rule.
pub static RULE: Rule =
    Rule::new("unverified-download", Severity::Note, &[], include_str!("unverified_download.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, instruction) in view.each() {
        let Body::Add(add) = &instruction.body else { continue };
        let web = add.sources.iter().find(|source| source.value.starts_with("http") && is_remote(&source.value));
        if let Some(source) =
            web.filter(|source| instruction.flag("checksum").is_none() && !source.value.ends_with(".git"))
        {
            findings.at(source.span, "nothing says what this file must be").help("add `--checksum=sha256:…`");
        }
    }
}
