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
    /// The checks of `dockgen test` that do not hold for it.
    #[serde(default)]
    pub skip: Vec<String>,
    /// The largest size of its image, in megabytes.
    pub max_size: Option<u64>,
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

    /// The arguments of `dockgen test` for this example, from the build context on.
    pub fn test_arguments(&self, context: &str) -> Vec<String> {
        let mut words = vec!["--timeout".to_owned(), "90".into()];
        let mut add = |flag: &str, value: &str| words.extend([flag.to_owned(), value.to_owned()]);
        for (name, value) in &self.environment {
            add("--env", &format!("{name}={value}"));
        }
        for check in &self.skip {
            add("--skip", check);
        }
        if let Some(size) = self.max_size {
            add("--max-size", &size.to_string());
        }
        if !self.contains.is_empty() {
            add("--expect", &self.contains);
        }
        let mut tool = Vec::new();
        match self.probe.split_once(':') {
            Some(("http", target)) => {
                let (port, path) = target.split_once('/').unwrap_or((target, ""));
                add("--port", port);
                add("--path", &format!("/{path}"));
            }
            Some(("tcp", port)) => add("--port", port),
            Some(("run", rest)) => tool = rest.split_whitespace().map(str::to_owned).collect(),
            _ => {}
        }
        words.push(context.to_owned());
        if !tool.is_empty() {
            words.push("--".into());
            words.extend(tool);
        }
        words
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
