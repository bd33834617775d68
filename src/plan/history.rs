//! The history of the repository, which a build may ask git for.

use crate::evidence::{Evidence, Warning};
use crate::plan::IgnoreSection;

/// Lets the history into the build context, without git's settings, which may hold a token.
pub fn section() -> IgnoreSection {
    IgnoreSection::new("The build asks git", ["!.git", ".git/config"])
}

/// What the user should know of a build that asks git in this line; `is_given` says whether the build context has the history.
pub fn warning(evidence: Evidence, is_given: bool) -> Warning {
    let message = if is_given {
        "the build asks git: it gets `.git`, so each commit builds the program again"
    } else {
        "the build asks git, and the build context has no `.git`"
    };
    Warning::new(message).at(evidence).hint("see that the build works without it")
}
