//! Two Dockerfiles of one application beside each other: what each builds, how long that takes, and whether it works.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::container::{Engine, Progress, Report, Trial, look};
use crate::error::{Error, Result};

/// How often a build after a change is measured.
const REBUILDS: usize = 3;

/// What one of two Dockerfiles came to.
#[derive(Debug, Clone, Serialize)]
pub struct Side {
    /// The Dockerfile, as it was named.
    pub dockerfile: String,
    /// How long a build without any cache took, in seconds.
    pub build_seconds: f64,
    /// How long a build after a change of the source took, in seconds, the median of three; nothing where no source was found to
    /// change.
    pub rebuild_seconds: Option<f64>,
    /// The image, and the checks of it.
    #[serde(flatten)]
    pub report: Report,
}

/// Two Dockerfiles beside each other.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// The source that was changed before the second build, from the build context.
    pub touched: Option<String>,
    /// The one that is tested.
    pub own: Side,
    /// The one that it is held against.
    pub other: Side,
}

/// Builds both without a cache and again after a change of one source, and makes all checks of both.
///
/// # Errors
/// When the engine fails, or one of them does not build.
pub fn compare(
    engine: &Engine,
    trial: &Trial,
    other: &Path,
    touched: Option<String>,
    watch: &mut dyn FnMut(&Progress),
) -> Result<Comparison> {
    engine.sweep();
    let own = side(engine, trial, "own", touched.as_deref(), watch);
    let other = Trial { dockerfile: other.to_owned(), ..trial.clone() };
    let comparison = own.and_then(|own| {
        let other = side(engine, &other, "other", touched.as_deref(), watch)?;
        Ok(Comparison { touched, own, other })
    });
    engine.clean_up();
    comparison
}

fn side(
    engine: &Engine,
    trial: &Trial,
    name: &str,
    touched: Option<&str>,
    watch: &mut dyn FnMut(&Progress),
) -> Result<Side> {
    let image = format!("dockgen-test-{}-{name}", std::process::id());
    let built = trial.build(engine, &image, true, watch)?;
    let report = look(engine, trial, &image, Some(built))?;
    let rebuilt = touched.map(|touched| rebuild(engine, trial, &image, touched, watch)).transpose()?;
    Ok(Side {
        dockerfile: trial.dockerfile.to_string_lossy().into_owned(),
        build_seconds: built.as_secs_f64(),
        rebuild_seconds: rebuilt.map(|took| took.as_secs_f64()),
        report,
    })
}

/// Builds a copy of the build context several times, each time with one more blank line in one file, from the cache that the first build
/// left; the median of the times.
fn rebuild(
    engine: &Engine,
    trial: &Trial,
    image: &str,
    touched: &str,
    watch: &mut dyn FnMut(&Progress),
) -> Result<Duration> {
    let failed = |source| Error::Read { path: trial.context.clone(), source };
    let folder = tempfile::tempdir().map_err(failed)?;
    copy(&trial.context, folder.path()).map_err(failed)?;
    let place = folder.path().join(touched);
    let mut text = fs::read(&place).map_err(failed)?;
    let copied = Trial { context: folder.path().to_owned(), ..trial.clone() };
    let mut times = Vec::new();
    for _ in 0..REBUILDS {
        text.extend(blank_line());
        // the file may be a link to the user's own
        fs::remove_file(&place).map_err(failed)?;
        fs::write(&place, &text).map_err(failed)?;
        times.push(copied.build(engine, image, false, watch)?);
    }
    times.sort_unstable();
    Ok(times[REBUILDS / 2])
}

/// A line of blanks that no build has seen before: the cache may hold what an earlier one made of an empty line. It is the time, bit by
/// bit.
fn blank_line() -> Vec<u8> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
    let blanks = (0..u64::BITS).map(|bit| if now >> bit & 1 == 0 { b' ' } else { b'\t' });
    blanks.chain([b'\n']).collect()
}

/// Copies a folder by links where the disk has them, which costs nothing; only regular files, folders and links come along.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, target, kind) = (entry.path(), to.join(entry.file_name()), entry.file_type()?);
        if kind.is_dir() {
            fs::create_dir(&target)?;
            fs::set_permissions(&target, entry.metadata()?.permissions())?;
            copy(&path, &target)?;
        } else if kind.is_symlink() {
            #[cfg(unix)]
            std::os::unix::fs::symlink(fs::read_link(&path)?, &target)?;
        } else if kind.is_file() && fs::hard_link(&path, &target).is_err() {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_all_and_a_change_of_it_reaches_nobody() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(from.path().join("src")).unwrap();
        fs::write(from.path().join("src/main.go"), "package main\n").unwrap();
        copy(from.path(), to.path()).unwrap();
        let copied = to.path().join("src/main.go");
        assert_eq!(fs::read_to_string(&copied).unwrap(), "package main\n");
        fs::remove_file(&copied).unwrap();
        fs::write(&copied, "changed").unwrap();
        assert_eq!(fs::read_to_string(from.path().join("src/main.go")).unwrap(), "package main\n");
    }
}
