//! Two builds give the same image.
//!
//! Made with `--twice`: the image is built again without a cache, and the layers are compared; what differs is named by file. Both
//! builds are given the variable `SOURCE_DATE_EPOCH`, or the year 2000 where it is not set, and a file that is newer counts as
//! of that time: BuildKit writes it so with `--output type=oci,dest=FILE,rewrite-timestamp=true`, Podman and Buildah with
//! `--timestamp`. `dockgen init --reproducible` makes a Dockerfile that tells compilers and packagers that time.

use crate::container::check::{Check, Verdict};
use crate::container::layers;
use crate::container::subject::Subject;
use crate::error::Result;

/// The check.
pub static CHECK: Check = Check::new("reproducible", include_str!("reproducible.rs"), check);

fn check(subject: &mut Subject<'_>) -> Result<Verdict> {
    let Some(again) = subject.trial.again.as_deref() else { return Ok(Verdict::skipped("it was built once")) };
    let epoch = subject.trial.epoch.unwrap_or(u64::MAX);
    let read = |image: &str| subject.engine.layers(image, |archive| layers::read_digests(archive, epoch));
    let (first, second) = (read(subject.image)?, read(again)?);
    let differing = layers::differences(&first, &second);
    Ok(Verdict::none_of(&differing, "the layers of two builds are equal"))
}
