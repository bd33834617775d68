//! Two builds give the same image.
//!
//! Made with `--twice`: the image is built again without a cache, and the layers are compared; what differs is named by file. Times
//! of files differ as a rule, unless `SOURCE_DATE_EPOCH` is given to the build and the exporter rewrites them.

use crate::container::check::{Check, Verdict};
use crate::container::layers;
use crate::container::subject::Subject;
use crate::error::Result;

/// The check.
pub static CHECK: Check = Check::new("reproducible", include_str!("reproducible.rs"), check);

fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    let Some(again) = subject.trial.again.as_deref() else { return Ok(Verdict::skipped("it was built once")) };
    let read = |image: &str| subject.engine.layers(image, |archive| layers::read_digests(archive));
    let (first, second) = (read(subject.image)?, read(again)?);
    let differing = layers::differences(&first, &second);
    Ok(Verdict::none_of(&differing, "the layers of two builds are equal"))
}
