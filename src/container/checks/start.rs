//! The application starts and works.
//!
//! It answers on its port from outside of the container: over HTTP where `--path` is given, with a status of 2xx or 3xx or that of
//! `--status`; by the health service of gRPC with `--grpc`; else by taking a connection. A server that listens on the loopback alone
//! does not. Without a port it stays up, or ends with 0: so do a job and a command-line tool, which is given its arguments behind
//! `--`. `--expect TEXT` wants a text in the answer, or in what is printed where there is no port.

use crate::container::check::{Check, Verdict};
use crate::container::subject::Subject;
use crate::error::{Error, Result};

/// The check.
pub static CHECK: Check = Check::new("start", include_str!("start.rs"), check);

fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    if !subject.engine.starts_containers() {
        return Ok(Verdict::Skipped(format!("{} starts no containers", subject.engine.name())));
    }
    let mut instance = match subject.start(&[]) {
        Err(Error::Findings(reason)) => return Ok(Verdict::Failed(format!("its command can't be executed\n{reason}"))),
        started => started?,
    };
    let verdict = instance.works();
    let Verdict::Passed(seen) = verdict else { return Ok(verdict) };
    let seconds = instance.first_answer.unwrap_or_default().as_secs_f64();
    subject.instance = Some(instance);
    Ok(Verdict::Passed(format!("{seen} after {seconds:.1} s")))
}
