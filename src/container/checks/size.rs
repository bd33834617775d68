//! The image is not larger than it may be.
//!
//! By `--max-size MEGABYTES`. With `--last FILE`, the report of an earlier `--json` run, it is said how the size has changed since.

use serde_json::Value;

use crate::container::check::{Check, Verdict};
use crate::container::subject::Subject;
use crate::error::Result;

/// The bytes of a megabyte.
const MEGABYTE: u64 = 1_000_000;

/// The check.
pub static CHECK: Check = Check::new("size", include_str!("size.rs"), check);

fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    let last = subject.trial.last.as_ref().and_then(|report| report.get("size").and_then(Value::as_u64));
    Ok(verdict(subject.size()?, subject.trial.largest, last))
}

fn verdict(size: u64, largest: Option<u64>, last: Option<u64>) -> Verdict {
    let megabytes = |size: u64| format!("{}.{} MB", size / MEGABYTE, size % MEGABYTE * 10 / MEGABYTE);
    let change = match last {
        Some(last) if size > last => format!(", {} more than the last time", megabytes(size - last)),
        Some(last) if size < last => format!(", {} less than the last time", megabytes(last - size)),
        Some(_) => ", as the last time".to_owned(),
        None => String::new(),
    };
    let text = format!("{}{change}", megabytes(size));
    match largest {
        Some(largest) if size > largest => Verdict::Failed(format!("{text}: it may have {}", megabytes(largest))),
        _ => Verdict::Passed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, verdict};

    #[test]
    fn a_size_is_held_against_the_largest_and_the_last() {
        assert_eq!(verdict(2_050_000, None, None), Verdict::passed("2.0 MB"));
        assert_eq!(verdict(2_000_000, Some(1_000_000), None), Verdict::failed("2.0 MB: it may have 1.0 MB"));
        assert_eq!(
            verdict(2_000_000, None, Some(1_500_000)),
            Verdict::passed("2.0 MB, 0.5 MB more than the last time")
        );
        assert_eq!(verdict(2_000_000, None, Some(2_000_000)), Verdict::passed("2.0 MB, as the last time"));
    }
}
