//! Nothing of the build is in the image.
//!
//! Compilers, the caches of package managers, development dependencies and sources that a compiler has made a program of make an
//! image larger and give whoever gets in more to work with. They belong to a build stage, of which the last stage copies the result.

use crate::container::check::{Check, Verdict};
use crate::container::subject::Subject;
use crate::error::Result;

/// The check.
pub static CHECK: Check = Check::new("leftovers", include_str!("leftovers.rs"), check);

#[expect(clippy::unnecessary_wraps, reason = "the other checks may fail")]
fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    Ok(Verdict::none_of(&subject.contents.leftovers, "nothing that only a build needs"))
}
