//! The files of an image, read once from its archive as a stream.

use std::io::Read;
use std::sync::LazyLock;

use crate::catalog::{leftovers, secrets};
use crate::container::layers::{self, Visible};
use crate::container::libraries::Libraries;
use crate::dockerfile::Glob;
use crate::path::file_name;

/// Folders of the system, whose certificates are everybody's.
const SYSTEM_FOLDERS: &[&str] = &["etc/ssl/", "usr/share/", "usr/lib/", "usr/local/lib/", "etc/pki/"];

/// The bit of a file that runs as its owner.
const SETUID: u32 = 0o4000;

/// What stands out among the files of an image; every path begins with `/`.
#[derive(Debug, Default)]
pub struct Contents {
    /// Shells and package managers.
    pub programs: Vec<String>,
    /// Files that run as their owner.
    pub setuid: Vec<String>,
    /// Files that are called like a secret.
    pub secrets: Vec<String>,
    /// What only a build needs, each with a word about it.
    pub leftovers: Vec<String>,
    /// The shared libraries, and the programs that need them.
    pub libraries: Libraries,
    /// How many files there are.
    pub files: u64,
}

/// Reads the archive of a container.
///
/// # Errors
/// When the archive breaks off.
pub fn read(archive: &mut dyn Read) -> std::io::Result<Contents> {
    let mut contents = Contents::default();
    for entry in tar::Archive::new(archive).entries()? {
        contents.add_entry(&mut entry?)?;
    }
    Ok(contents)
}

/// Reads the archive of an image, of each layer what is to be seen in a container.
///
/// # Errors
/// When the archive breaks off.
pub fn read_layers(archive: &mut dyn Read, visible: &Visible) -> std::io::Result<Contents> {
    let mut contents = Contents::default();
    layers::read_by(archive, |layer, archive| {
        for entry in tar::Archive::new(archive).entries()? {
            let mut entry = entry?;
            if visible.get(&layers::relative(&entry.path()?)).is_some_and(|it| it == layer) {
                contents.add_entry(&mut entry)?;
            }
        }
        Ok(())
    })?;
    Ok(contents)
}

impl Contents {
    fn add_entry(&mut self, entry: &mut tar::Entry<'_, impl Read>) -> std::io::Result<()> {
        let kind = entry.header().entry_type();
        let path = layers::relative(&entry.path()?);
        self.add(&path, entry.header().mode()?, kind.is_file().then_some(entry.size()));
        if kind.is_file() {
            self.libraries.add_file(&path, entry)?;
        } else if let Some(target) = entry.link_name()? {
            self.libraries.add_link(&path, &target.to_string_lossy());
        }
        Ok(())
    }

    /// Takes a file or link in; `mode` holds its permissions, `size` the bytes of a file.
    fn add(&mut self, path: &str, mode: u32, size: Option<u64>) {
        if leftovers().is_way_in(path) {
            self.programs.push(format!("/{path}"));
        }
        let Some(size) = size else { return };
        self.files += 1;
        if mode & SETUID != 0 {
            self.setuid.push(format!("/{path}"));
        }
        if is_secret_file(path) {
            self.secrets.push(format!("/{path}"));
        }
        // an empty file, such as the lock of a package manager, is nothing that is left
        if let Some(what) = leftovers().build_only(path).filter(|_| size > 0) {
            self.leftovers.push(format!("/{path} ({what})"));
        }
    }
}

/// Whether a file of an image, by its path from the root, is called like a secret and is not the system's or a package's.
pub fn is_secret_file(path: &str) -> bool {
    let is_system = SYSTEM_FOLDERS.iter().any(|folder| path.starts_with(folder));
    !is_system && !path.contains("node_modules/") && is_secret(file_name(path))
}

/// Whether a name is that of a secret.
fn is_secret(name: &str) -> bool {
    static NAMES: LazyLock<Vec<Glob>> =
        LazyLock::new(|| secrets().files.names.iter().map(|name| Glob::new(name)).collect());
    NAMES.iter().any(|glob| glob.matches(name))
}

#[cfg(test)]
pub(super) mod tests {
    use super::Contents;

    /// The contents of an image with these files.
    pub fn contents(files: &[(&str, u32)]) -> Contents {
        let mut contents = Contents::default();
        for (path, mode) in files {
            contents.add(path, *mode, Some(1));
        }
        contents
    }

    #[test]
    fn what_an_application_has_no_use_for_stands_out() {
        let found =
            contents(&[("bin/sh", 0o755), ("app/main.go", 0o644), ("usr/bin/su", 0o4755), ("app/id_rsa", 0o600)]);
        assert_eq!(found.programs, ["/bin/sh"]);
        assert_eq!(found.leftovers, ["/app/main.go (a source that is compiled)"]);
        assert_eq!(found.setuid, ["/usr/bin/su"]);
        assert_eq!(found.secrets, ["/app/id_rsa"]);
        assert_eq!(found.files, 4);
        let mut lock = Contents::default();
        lock.add("var/cache/apt/archives/lock", 0o640, Some(0));
        assert!(lock.leftovers.is_empty());
        let clean = contents(&[("app/bin/sh", 0o755), ("app/server.js", 0o644), ("etc/ssl/certs/a.pem", 0o644)]);
        assert!([&clean.programs, &clean.leftovers, &clean.setuid, &clean.secrets].iter().all(|it| it.is_empty()));
    }
}
