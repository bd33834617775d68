//! The application gets by with the memory that it may have.
//!
//! What it uses is said, once it has answered. A container of a test may have 2,048 MB, or what `--memory MEGABYTES` gives it, and
//! is killed when it wants more.

use crate::container::check::{Check, Verdict};
use crate::container::instance::State;
use crate::container::subject::Subject;
use crate::error::Result;

/// The check.
pub static CHECK: Check = Check::new("memory", include_str!("memory.rs"), check);

fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    let Some(instance) = &subject.instance else { return Ok(Verdict::skipped("it did not start")) };
    if instance.state() != State::Running {
        return Ok(Verdict::skipped("it had ended"));
    }
    Ok(match instance.memory()? {
        Some(bytes) => Verdict::Passed(format!("it uses {} of {} MB", bytes / 1_000_000, subject.trial.memory)),
        None => Verdict::skipped("the engine does not say"),
    })
}
