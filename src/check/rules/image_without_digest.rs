//! The image behind a tag may change.
//!
//! A digest names the very image that was tried. It must then be renewed by a bot or by hand, so the rule is off until the
//! configuration asks for it.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
//! ```

use crate::check::view::Base;
use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule =
    Rule::new("image-without-digest", Severity::Note, &[], include_str!("image_without_digest.rs"), check).optional();

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for stage in &view.stages {
        if let Base::Image(image) = &stage.base
            && !image.pinned
        {
            findings
                .at(stage.stage.from.image.span, format!("no digest says which `{}` this is", image.repository))
                .help("add `@sha256:…`");
        }
    }
}
