//! Atomic writes: every text is complete on the disk before the first file changes its name.

use std::fs::File;
use std::io::{Error as Reason, Result as IoResult, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::render::Artifact;
use crate::repo::file;

/// How the name of a file starts that waits for its own, and how it ends.
const STAGED: (&str, &str) = (".dockgen-", ".new");

/// A text that is complete on the disk under a name of its own.
struct Staged {
    shown: PathBuf,
    target: PathBuf,
    file: NamedTempFile,
    backup: Option<Vec<u8>>,
}

/// Writes all files below `root` in their order, or none. A link is written through to the file it names.
///
/// Runs in one folder wait for each other; what one left behind that was killed is removed.
pub fn all(root: &Path, artifacts: &[Artifact]) -> Result<()> {
    let mut held: Vec<(PathBuf, Option<File>)> = Vec::new();
    let mut staged = Vec::new();
    for artifact in artifacts {
        let shown = PathBuf::from(&artifact.path);
        let failed = |source| Error::Write { path: shown.clone(), source };
        let target = target(root, &root.join(&artifact.path)).map_err(failed)?;
        let folder = target.parent().unwrap_or(root).to_owned();
        if !held.iter().any(|(path, _)| *path == folder) {
            held.push((folder.clone(), hold(&folder)));
            remove_leftovers(&folder);
        }
        staged.push(stage(&folder, target, artifact).map_err(failed)?);
    }
    let mut done: Vec<(PathBuf, Option<Vec<u8>>)> = Vec::new();
    for Staged { shown, target, file, backup } in staged {
        if let Err(error) = file.persist(&target) {
            for (path, backup) in done.into_iter().rev() {
                let _ = match backup {
                    Some(bytes) => std::fs::write(&path, bytes),
                    None => std::fs::remove_file(&path),
                };
            }
            return Err(Error::Write { path: shown, source: error.error });
        }
        done.push((target, backup));
    }
    Ok(())
}

/// Writes one file anew, whole or not at all; where it is a link, the file that it names.
///
/// # Errors
/// [`Error::Write`] when that is not possible.
pub fn rewrite(path: &Path, text: &str) -> Result<()> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    let path = path.canonicalize().map_err(failed)?;
    let root = path.parent().unwrap_or(&path);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    all(root, &[Artifact { path: name.to_owned(), text: text.to_owned() }])
}

/// The file itself, or the one that a link in its place names; a link that leaves the repository is not followed.
fn target(root: &Path, path: &Path) -> IoResult<PathBuf> {
    if !path.is_symlink() {
        return Ok(path.to_owned());
    }
    let target = path.canonicalize()?;
    if !target.starts_with(root.canonicalize()?) {
        return Err(Reason::other("it is a link that leaves the repository"));
    }
    Ok(target)
}

/// Keeps other runs out of a folder for as long as the value lives; nothing where the system has no such lock.
fn hold(folder: &Path) -> Option<File> {
    let file = File::open(folder).ok()?;
    file.lock().ok()?;
    Some(file)
}

fn remove_leftovers(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_staged = name.to_str().is_some_and(|name| name.starts_with(STAGED.0) && name.ends_with(STAGED.1));
        if is_staged && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn stage(folder: &Path, target: PathBuf, artifact: &Artifact) -> IoResult<Staged> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(STAGED.0).suffix(STAGED.1);
    // like every new file, as far as the user's mask allows
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(artifact.text.as_bytes())?;
    let backup = match std::fs::metadata(&target) {
        Ok(data) => {
            like(file.as_file(), &data)?;
            Some(file::bytes(folder, &target, file::LARGEST_FILE)?)
        }
        Err(_) => None,
    };
    file.as_file().sync_all()?;
    Ok(Staged { shown: artifact.path.clone().into(), target, file, backup })
}

/// Gives a file the owner and the permissions of the one that it replaces, but no right to act as somebody else.
fn like(file: &File, old: &std::fs::Metadata) -> IoResult<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
        let new = file.metadata()?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            // only root can give files away; others own what they write
            let _ = fchown(file, Some(old.uid()), Some(old.gid()));
        }
        file.set_permissions(std::fs::Permissions::from_mode(old.mode() & 0o777))?;
    }
    #[cfg(not(unix))]
    let _ = (file, old);
    Ok(())
}
