//! The application ends by itself soon after SIGTERM.
//!
//! Docker and Kubernetes send it SIGTERM and kill it later, so one that does not listen breaks off what it is at. As a rule it was
//! started through a shell, or is process 1 without a handler: an `ENTRYPOINT` in exec form, or `tini` in front, mends that. It may
//! take three seconds, or those of `--stop-timeout`.

use crate::container::check::{Check, Verdict};
use crate::container::instance::State;
use crate::container::subject::Subject;
use crate::error::Result;

/// The exit status of a process that was killed.
const KILLED: i64 = 137;

/// The check.
pub static CHECK: Check = Check::new("stop", include_str!("stop.rs"), check);

fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    let Some(instance) = &subject.instance else { return Ok(Verdict::skipped("it did not start")) };
    if instance.state() != State::Running {
        return Ok(Verdict::skipped("it had ended"));
    }
    let took = instance.stop()?;
    let seconds = took.as_secs_f64();
    Ok(match instance.state() {
        State::Running => Verdict::failed("it still runs"),
        State::Ended(KILLED) => Verdict::Failed(format!("it ignores SIGTERM and was killed after {seconds:.1} s")),
        State::Ended(_) if took > subject.trial.stop => {
            Verdict::Failed(format!("it took {seconds:.1} s to end after SIGTERM"))
        }
        State::Ended(_) => Verdict::Passed(format!("it ended {seconds:.1} s after SIGTERM")),
    })
}
