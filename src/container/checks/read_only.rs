//! The application works where it can write nothing but `/tmp`, and has no capabilities.
//!
//! So it is started by whoever is careful: with a read-only root, all capabilities dropped and no new privileges. Where it fails,
//! the paths that it wrote before are named: make volumes of them (`dockgen init --data PATH`), or give the application
//! another place for them.

use crate::container::check::{Check, Verdict};
use crate::container::subject::Subject;
use crate::error::Result;

/// How a careful person starts a container.
const CONFINED: &[&str] = &["--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges"];

/// The check.
pub static CHECK: Check = Check::new("read-only", include_str!("read_only.rs"), check);

fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    let Some(instance) = &subject.instance else { return Ok(Verdict::skipped("it did not start")) };
    let written = instance.written();
    let verdict = subject.start(CONFINED)?.works();
    Ok(match verdict {
        Verdict::Failed(reason) if written.is_empty() => Verdict::Failed(reason),
        Verdict::Failed(reason) => {
            Verdict::Failed(format!("{reason}\nit writes {}: make these folders volumes", written.join(", ")))
        }
        _ => Verdict::passed("it works with a read-only root and without capabilities"),
    })
}
