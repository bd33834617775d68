//! The one place that opens a file of a repository: regular files only, inside their root, of a bounded size.

use std::fs::File;
use std::io::{Error, Read, Result};
use std::path::Path;

/// No file that people write is larger, in bytes.
pub const LARGEST_FILE: u64 = 2 * 1024 * 1024;

/// No file is larger that a package manager writes about what it has locked, in bytes.
const LARGEST_LOCK_FILE: u64 = 8 * 1024 * 1024;
/// The same of npm, which writes down every folder of a package.
const LARGEST_NPM_LOCK_FILE: u64 = 16 * 1024 * 1024;

/// How large a file may be, in bytes, by its name: a small file is read in no time, whatever it says.
pub fn largest(path: &str) -> u64 {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_lock = ["lock", "shrinkwrap", "go.sum"].iter().any(|part| name.contains(part));
    match is_lock {
        true if name.ends_with(".json") => LARGEST_NPM_LOCK_FILE,
        true => LARGEST_LOCK_FILE,
        false => LARGEST_FILE,
    }
}

/// The bytes of a regular file below `root`; links are followed as long as they stay there.
///
/// # Errors
/// The reason of the operating system, or that it is a link that leaves `root`, no regular file, or larger than `most`
/// bytes. Nothing but a regular file is ever opened: a pipe or a device could wait for ever, or never end.
pub fn bytes(root: &Path, path: &Path, most: u64) -> Result<Vec<u8>> {
    let target = root.join(path).canonicalize()?;
    if !target.starts_with(root.canonicalize()?) {
        return Err(Error::other("it is a link that leaves the repository"));
    }
    let is_regular = |data: std::fs::Metadata| match () {
        () if data.is_dir() => Err(Error::other("it is a folder")),
        () if !data.is_file() => Err(Error::other("it is no regular file")),
        () if data.len() > most => {
            Err(Error::other(format!("it is larger than {} MiB, which no file of its kind is", most >> 20)))
        }
        () => Ok(()),
    };
    is_regular(std::fs::metadata(&target)?)?;
    let file = File::open(&target)?;
    is_regular(file.metadata()?)?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a regular file below `root`, as [`bytes`]; `shown` is its path in messages.
///
/// # Errors
/// [`crate::error::Error::Read`] with the reason.
pub fn text(root: &Path, path: &Path, shown: &Path) -> crate::error::Result<String> {
    let unreadable = |source| crate::error::Error::Read { path: shown.to_owned(), source };
    let bytes = bytes(root, path, LARGEST_FILE).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|_| unreadable(Error::other("its text is not UTF-8")))
}

/// The folder that a file lies in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
