//! No file of the image runs with the rights of its owner.
//!
//! A program with the setuid bit makes whoever starts it its owner, which is root as a rule. An application needs none.

use crate::container::check::{Check, Verdict};
use crate::container::subject::Subject;
use crate::error::Result;

/// The check.
pub static CHECK: Check = Check::new("setuid", include_str!("setuid.rs"), check);

#[expect(clippy::unnecessary_wraps, reason = "the other checks may fail")]
fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    Ok(Verdict::none_of(&subject.contents.setuid, "no setuid file"))
}
