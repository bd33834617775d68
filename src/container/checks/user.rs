//! The image runs as a user that is not root, by number.
//!
//! Whoever breaks out of the application has root's rights in the container else. By a name alone nobody can tell: Kubernetes
//! refuses such an image where `runAsNonRoot` is set. End the Dockerfile with `USER 65532:65532`, or with the number that the base
//! image has for its user.

use crate::container::check::{Check, Verdict};
use crate::container::subject::Subject;
use crate::error::Result;

/// The check.
pub static CHECK: Check = Check::new("user", include_str!("user.rs"), check);

#[expect(clippy::unnecessary_wraps, reason = "the other checks may fail")]
fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    Ok(verdict(subject.facts["Config"]["User"].as_str().unwrap_or_default()))
}

fn verdict(user: &str) -> Verdict {
    match user.split(':').next().unwrap_or_default().parse::<u32>() {
        Ok(0) => Verdict::failed("it runs as root"),
        Ok(number) => Verdict::Passed(format!("it runs as user {number}")),
        Err(_) if user.is_empty() => Verdict::failed("no user is set: it runs as root"),
        Err(_) => Verdict::Failed(format!("the user `{user}` is no number, so nobody can tell that it is not root")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, verdict};

    #[test]
    fn only_a_number_is_seen_not_to_be_root() {
        assert!(matches!(verdict("65532:65532"), Verdict::Passed(_)));
        for user in ["", "0", "0:0", "root", "nonroot"] {
            assert!(matches!(verdict(user), Verdict::Failed(_)), "{user}");
        }
    }
}
