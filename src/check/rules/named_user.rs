//! The final user is a name and no number.
//!
//! Kubernetes can't tell from a name that it is not root (`runAsNonRoot`), and a name must be in the image's `/etc/passwd`.
//!
//! ### Problematic
//! ```dockerfile
//! FROM gcr.io/distroless/static-debian13:nonroot
//! USER nonroot
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
pub static RULE: Rule = Rule::new("named-user", Severity::Warning, &["DL3066"], include_str!("named_user.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some((user, span)) = view.final_user() else { return };
    let name = user.split(':').next().unwrap_or_default();
    let is_number = !name.is_empty() && name.chars().all(|c| c.is_ascii_digit());
    if !is_number && !is_root(&user) && !name.contains('$') {
        findings
            .at(span, format!("`{name}` does not say by itself that it is not root"))
            .help("name the user by number, e.g. `USER 65532:65532`");
    }
}
