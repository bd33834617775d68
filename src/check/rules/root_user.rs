//! The final image runs as root by its own words.
//!
//! Whoever breaks out of the application then has root's rights in the container. Build stages may be root's.
//!
//! ### Problematic
//! ```dockerfile
//! FROM gcr.io/distroless/static-debian13:nonroot
//! USER root
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM gcr.io/distroless/static-debian13:nonroot
//! USER 65532:65532
//! ```

use crate::check::start::is_root;
use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule =
    Rule::new("root-user", Severity::Warning, &["DL3002", "CKV_DOCKER_8"], include_str!("root_user.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    if let Some((user, span)) = view.final_user()
        && is_root(&user)
    {
        findings
            .at(span, "the image runs as root")
            .help("end with a `USER` that is not root, by number: `USER 65532:65532`");
    }
}
