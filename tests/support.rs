//! What several test binaries share: the examples and the program under test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;

/// The folder of the package.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// An example and what is expected of it, from `tests/examples/<name>.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The folder below `examples/`.
    #[serde(skip)]
    pub name: String,
    /// The folder to run `dockgen init` in, below the example.
    #[serde(default)]
    pub path: String,
    /// More flags for `dockgen init --yes`.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// The container's environment.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// How to tell that it works: `http:PORT/PATH`, `tcp:PORT`, `run:ARGUMENTS` (ends with 0) or `stays` (keeps running).
    pub probe: String,
    /// Text that the answer or output must hold.
    #[serde(default)]
    pub contains: String,
    /// Whether SIGTERM must end it within three seconds.
    #[serde(default = "yes")]
    pub stops: bool,
    /// Whether it runs on a read-only root, with a temporary /tmp.
    #[serde(default = "yes")]
    pub read_only: bool,
    /// Whether the image is at most a tenth larger than its base and the program in it.
    #[serde(default)]
    pub lean: bool,
}

fn yes() -> bool {
    true
}

/// Every example, by name.
pub fn examples() -> Vec<Example> {
    let Ok(entries) = std::fs::read_dir(root().join("examples")) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names.into_iter().map(|name| example(&name)).collect()
}

/// One example.
pub fn example(name: &str) -> Example {
    let path = root().join("tests/examples").join(format!("{name}.toml"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let example: Example = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Example { name: name.to_owned(), ..example }
}

impl Example {
    /// The example's folder in the repository.
    pub fn folder(&self) -> PathBuf {
        root().join("examples").join(&self.name)
    }

    /// A copy as a repository of its own, in a folder of the example's name; `keep` decides by path which files come along.
    pub fn copy(&self, keep: impl Fn(&Path) -> bool) -> Copy {
        let temporary = tempfile::Builder::new().prefix("dockgen-").tempdir().unwrap();
        let folder = temporary.path().join(&self.name);
        std::fs::create_dir(&folder).unwrap();
        copy(&self.folder(), &folder, &keep);
        std::fs::create_dir(folder.join(".git")).unwrap();
        Copy { folder, _temporary: temporary }
    }

    /// The port that the probe asks, and the path where it asks over HTTP.
    pub fn target(&self) -> (&str, Option<&str>) {
        match self.probe.split_once(':') {
            Some(("http", target)) => {
                let (port, path) = target.split_once('/').unwrap_or((target, ""));
                (port, Some(path))
            }
            Some(("tcp", port)) => (port, None),
            _ => ("", None),
        }
    }

    /// The arguments of `dockgen init` for this example.
    pub fn init_arguments(&self) -> Vec<String> {
        let mut arguments = vec!["init".to_owned(), "--yes".to_owned()];
        arguments.extend(self.arguments.clone());
        arguments
    }
}

/// A copy of an example that goes away with this value.
pub struct Copy {
    folder: PathBuf,
    _temporary: tempfile::TempDir,
}

impl Copy {
    /// Its folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }
}

/// Whether a file is one that dockgen makes.
pub fn is_generated(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    matches!(name, "Dockerfile" | ".dockerignore" | "Dockerfile.dockerignore")
}

/// Copies a tree into an existing folder, without what tools leave in it.
pub fn copy(from: &Path, to: &Path, keep: &impl Fn(&Path) -> bool) {
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_symlink() {
            std::os::unix::fs::symlink(std::fs::read_link(&path).unwrap(), target).unwrap();
        } else if kind.is_dir()
            && !matches!(entry.file_name().to_str(), Some("node_modules" | "target" | ".venv" | "__pycache__"))
        {
            std::fs::create_dir(&target).unwrap();
            copy(&path, &target, keep);
        } else if kind.is_file() && keep(&path) {
            std::fs::copy(&path, target).unwrap();
        }
    }
}

/// Runs the program in a folder.
pub fn dockgen(folder: &Path, arguments: &[impl AsRef<std::ffi::OsStr>]) -> Output {
    dockgen_command(folder, arguments).output().unwrap()
}

/// The program in a folder, ready to run.
pub fn dockgen_command(folder: &Path, arguments: &[impl AsRef<std::ffi::OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dockgen"));
    command.args(arguments).current_dir(folder).stdin(std::process::Stdio::null());
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}
