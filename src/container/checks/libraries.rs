//! Every shared library that a program of the image asks for is there.
//!
//! A program that was linked in a build stage and copied into a smaller image ends at its start with `cannot open shared object
//! file`, or with `no such file or directory` where even the loader is absent; a library that is loaded later fails in the middle of
//! the work. Looked at are the programs (ELF) of the image's own architecture, the libraries of the application and its packages, and
//! all that these need in turn. Passed over are libraries of the system and of an interpreter that none of them needs, such as Java's
//! for sound, those that were built for another C library than the image's, which packages bring beside the right ones, and
//! those that come from the host with a driver. Copy what is missing from the build stage, link statically, or take a base image that has it.

use crate::container::check::{Check, Verdict};
use crate::container::subject::Subject;
use crate::error::Result;

/// The check.
pub static CHECK: Check = Check::new("libraries", include_str!("libraries.rs"), check);

#[expect(clippy::unnecessary_wraps, reason = "the other checks may fail")]
fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    let libraries = &subject.contents.libraries;
    let architecture = subject.facts["Architecture"].as_str().unwrap_or_default();
    let missing = libraries.missing(architecture);
    if missing.is_empty() && libraries.count() == 0 {
        return Ok(Verdict::skipped("it has no program that is linked"));
    }
    Ok(Verdict::none_of(&missing, "all shared libraries are there"))
}
