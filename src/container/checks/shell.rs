//! No shell and no package manager is in the image.
//!
//! They are what somebody who got in goes on with, and what scanners of vulnerabilities find most in. A program that starts others
//! through a shell needs one: then the family `slim` is the right one (`dockgen init --family slim`), and this check is left out.
//! To look inside an image without a shell: `docker debug`, or the stage of `dockgen init --debug-target yes`.

use crate::container::check::{Check, Verdict};
use crate::container::subject::Subject;
use crate::error::Result;

/// The check.
pub static CHECK: Check = Check::new("shell", include_str!("shell.rs"), check);

#[expect(clippy::unnecessary_wraps, reason = "the other checks may fail")]
fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    Ok(Verdict::none_of(&subject.contents.programs, "no shell and no package manager"))
}
