//! Atomic writes: every text is complete on the disk before the first file changes its name.

use std::io::Write;
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::render::Artifact;

/// Writes all files below `root`, or none. A link is written through to the file it names.
pub fn all(root: &Path, artifacts: &[&Artifact]) -> Result<()> {
    let mut staged = Vec::new();
    for artifact in artifacts {
        let failed = |source| Error::Write { path: artifact.path.clone().into(), source };
        let path = root.join(&artifact.path);
        let path = if path.is_symlink() { inside(root, &path).map_err(failed)? } else { path };
        let folder = path.parent().unwrap_or(root);
        let mut file = NamedTempFile::with_prefix_in(".dockgen-", folder).map_err(failed)?;
        file.write_all(artifact.text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        make_readable(file.as_file(), &path).map_err(failed)?;
        let backup = if path.exists() { Some(std::fs::read(&path).map_err(failed)?) } else { None };
        staged.push((artifact, path, file, backup));
    }
    let mut done: Vec<(std::path::PathBuf, Option<Vec<u8>>)> = Vec::new();
    for (artifact, path, file, backup) in staged {
        if let Err(error) = file.persist(&path) {
            for (path, backup) in done.into_iter().rev() {
                let _ = match backup {
                    Some(bytes) => std::fs::write(&path, bytes),
                    None => std::fs::remove_file(&path),
                };
            }
            return Err(Error::Write { path: artifact.path.clone().into(), source: error.error });
        }
        done.push((path, backup));
    }
    Ok(())
}

/// The file that a link in the repository names; one that leaves it is not followed.
fn inside(root: &Path, link: &Path) -> std::io::Result<std::path::PathBuf> {
    let target = link.canonicalize()?;
    if !target.starts_with(root.canonicalize()?) {
        return Err(std::io::Error::other("it is a link that leaves the repository"));
    }
    Ok(target)
}

/// A temporary file is private; what is committed has the permissions of the file it replaces, or the usual ones.
fn make_readable(file: &std::fs::File, path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let usual = || std::fs::Permissions::from_mode(0o644);
        let permissions = std::fs::metadata(path).map_or_else(|_| usual(), |data| data.permissions());
        file.set_permissions(permissions)?;
    }
    #[cfg(not(unix))]
    let _ = (file, path);
    Ok(())
}
