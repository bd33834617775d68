//! The files of an image, read once from its archive as a stream.

use std::io::Read;
use std::sync::LazyLock;

use serde_json::Value;

use crate::catalog::{leftovers, secrets};
use crate::container::Verdict;
use crate::container::layers::Layers;
use crate::dockerfile::Glob;
use crate::path::file_name;

/// Folders of the system, whose certificates are everybody's.
const SYSTEM_FOLDERS: &[&str] = &["etc/ssl/", "usr/share/", "usr/lib/", "usr/local/lib/", "etc/pki/"];

/// The bit of a file that runs as its owner.
const SETUID: u32 = 0o4000;

/// What stands out among the files of an image.
#[derive(Debug, Default)]
pub struct Contents {
    programs: Vec<String>,
    setuid: Vec<String>,
    secrets: Vec<String>,
    leftovers: Vec<String>,
}

/// Reads the archive of a container.
///
/// # Errors
/// When the archive breaks off.
pub fn read(archive: &mut dyn Read) -> std::io::Result<Contents> {
    let mut contents = Contents::default();
    for entry in tar::Archive::new(archive).entries()? {
        let entry = entry?;
        let kind = entry.header().entry_type();
        let path = entry.path()?.to_string_lossy().trim_start_matches("./").to_owned();
        contents.add(&path, entry.header().mode()?, kind.is_file());
    }
    Ok(contents)
}

impl Contents {
    /// Takes a file or link in; `mode` holds its permissions.
    fn add(&mut self, path: &str, mode: u32, is_file: bool) {
        if leftovers().is_way_in(path) {
            self.programs.push(format!("/{path}"));
        }
        if is_file && mode & SETUID != 0 {
            self.setuid.push(format!("/{path}"));
        }
        if is_file && is_secret_file(path) {
            self.secrets.push(format!("/{path}"));
        }
        if let Some(what) = leftovers().build_only(path).filter(|_| is_file) {
            self.leftovers.push(format!("/{path} ({what})"));
        }
    }

    /// No shell and no package manager is there.
    pub fn shell(&self) -> Verdict {
        none(&self.programs, "no shell and no package manager")
    }

    /// No file runs as its owner.
    pub fn setuid(&self) -> Verdict {
        none(&self.setuid, "no setuid file")
    }

    /// Nothing is left of what only the build needs.
    pub fn leftovers(&self) -> Verdict {
        none(&self.leftovers, "nothing that only a build needs")
    }

    /// No file of any layer is called like a secret, and neither a variable of the image nor its history holds one.
    pub fn secrets(&self, facts: &Value, layers: &Layers) -> Verdict {
        let variables = facts["Config"]["Env"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let named = variables.filter_map(|text| text.split_once('=')).filter(|(name, value)| {
            !value.is_empty() && secrets().variables.matches(name) && !secrets().variables.is_public(name)
        });
        let found: Vec<String> =
            named.map(|(name, _)| format!("the variable {name}")).chain(self.secrets.iter().cloned()).collect();
        let told = layers.told.iter().map(|name| format!("the variable {name}"));
        let told = told.filter(|it| !found.contains(it)).map(|it| format!("{it} in its history"));
        let hidden = layers.layers.iter().flat_map(|layer| &layer.secrets).filter(|path| !self.secrets.contains(path));
        let hidden = hidden.map(|path| format!("{path} in a layer that a later one hides"));
        let found: Vec<String> = told.chain(hidden).chain(found.iter().cloned()).collect();
        none(&found, "nothing is called like a secret")
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

/// Passed where nothing was found; else the first few.
fn none(found: &[String], good: &str) -> Verdict {
    if found.is_empty() {
        return Verdict::Passed(good.to_owned());
    }
    let more = if found.len() > 5 { format!(" and {} more", found.len() - 5) } else { String::new() };
    Verdict::Failed(format!("it has {}{more}", found[..found.len().min(5)].join(", ")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::container::layers::Layer;

    fn contents(files: &[(&str, u32)]) -> Contents {
        let mut contents = Contents::default();
        for (path, mode) in files {
            contents.add(path, *mode, true);
        }
        contents
    }

    #[test]
    fn what_only_a_build_needs_is_found() {
        assert!(matches!(contents(&[("bin/sh", 0o755)]).shell(), Verdict::Failed(_)));
        assert!(matches!(contents(&[("app/main.go", 0o644)]).leftovers(), Verdict::Failed(_)));
        let clean = contents(&[("app/bin/sh", 0o755), ("app/server.js", 0o644)]);
        assert!(matches!((clean.shell(), clean.leftovers()), (Verdict::Passed(_), Verdict::Passed(_))));
    }

    #[test]
    fn files_that_run_as_their_owner_are_found() {
        assert!(matches!(contents(&[("usr/bin/su", 0o4755)]).setuid(), Verdict::Failed(_)));
        assert!(matches!(contents(&[("usr/bin/su", 0o755)]).setuid(), Verdict::Passed(_)));
    }

    #[test]
    fn secrets_are_files_and_variables() {
        let clean = json!({"Config": {"Env": ["PATH=/bin", "NODE_ENV=production"]}});
        let leaky = json!({"Config": {"Env": ["DATABASE_PASSWORD=hunter2"]}});
        let certificates = contents(&[("etc/ssl/certs/a.pem", 0o644), ("app/server.js", 0o644)]);
        let layers = Layers::default();
        assert!(matches!(certificates.secrets(&clean, &layers), Verdict::Passed(_)));
        assert!(matches!(certificates.secrets(&leaky, &layers), Verdict::Failed(_)));
        assert!(matches!(contents(&[("app/id_rsa", 0o600)]).secrets(&clean, &layers), Verdict::Failed(_)));
        let hidden = Layer { secrets: vec!["/app/id_rsa".into()], ..Layer::default() };
        for layers in [
            Layers { layers: vec![hidden], ..Layers::default() },
            Layers { told: vec!["API_TOKEN".into()], ..Layers::default() },
        ] {
            assert!(matches!(certificates.secrets(&clean, &layers), Verdict::Failed(_)));
        }
    }
}
