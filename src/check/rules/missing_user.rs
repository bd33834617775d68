//! No `USER` in the final stage.
//!
//! Most base images run as root. Distroless `:nonroot` images do not, but a tag is a promise that was broken once already: what the
//! Dockerfile says itself holds whatever the base image becomes.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! CMD ["node", "/app/server.js"]
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! USER 1000:1000
//! CMD ["node", "/app/server.js"]
//! ```

use crate::check::start::is_root;
use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule =
    Rule::new("missing-user", Severity::Warning, &["CKV_DOCKER_3"], include_str!("missing_user.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(last) = view.last().filter(|_| view.final_user().is_none()) else {
        return;
    };
    let span = last.stage.from.image.span;
    match view.root_image(last.index).and_then(super::super::image::Image::user) {
        Some(user) if is_root(user) => {
            findings.at(span, "no `USER`: the image runs as root").help("end with `USER 65532:65532`");
        }
        Some(user) => {
            findings
                .at(span, "only the tag of the base image says that it is not root's")
                .severity(Severity::Note)
                .help(format!("state it: `USER {user}:{user}`"));
        }
        None => {
            findings
                .at(span, "there is no `USER`: who runs this is up to the base image")
                .help("end with `USER 65532:65532`");
        }
    }
}
