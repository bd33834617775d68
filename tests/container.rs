//! What needs a container engine beside `dockgen test`: the stand-ins, and images that are built by hand.
//!
//! Where no registry can be reached, `DOCKGEN_STANDINS` names a program that is given `--for DOCKERFILE` before each build
//! and provides the images that it names.

use std::process::{Command, Output};

use crate::support::{Copy, Example, dockgen, is_generated};

/// How much of the log of a failed build is shown.
const LAST_LINES: usize = 60;

/// Whether an engine answers.
pub fn has_engine() -> bool {
    Command::new("docker").arg("info").output().is_ok_and(|output| output.status.success())
}

/// Runs a docker command.
pub fn docker(arguments: &[&str]) -> Output {
    Command::new("docker").args(arguments).output().unwrap()
}

/// The output of a docker command that must succeed.
pub fn told(arguments: &[&str]) -> Result<String, String> {
    let output = docker(arguments);
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() { Ok(text) } else { Err(format!("docker {arguments:?}: {}", both(&output))) }
}

/// All that a program printed.
pub fn both(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// An example as dockgen has containerised it, in a copy of its own.
pub struct Generated {
    /// The Dockerfile's path.
    pub dockerfile: String,
    /// The build context's path.
    pub context: String,
    /// The folder that `dockgen init` ran in.
    pub folder: String,
    /// The copy, which goes away with this value.
    _copy: Copy,
}

/// Runs `dockgen init --yes` in a copy of the example.
pub fn generate(example: &Example) -> Result<Generated, String> {
    let copy = example.copy(|path| !is_generated(path));
    let folder = copy.path().join(&example.path);
    let mut arguments = example.init_arguments();
    arguments.push("--json".into());
    let made = dockgen(&folder, &arguments);
    let said: serde_json::Value = serde_json::from_slice(&made.stdout).map_err(|_| both(&made))?;
    if let Some(message) = said["error"]["message"].as_str() {
        return Err(message.to_owned());
    }
    let place = |key: &str| folder.join(said[key].as_str().unwrap_or_default()).display().to_string();
    let (dockerfile, context) = (place("dockerfile"), place("build_context"));
    Ok(Generated { dockerfile, context, folder: folder.display().to_string(), _copy: copy })
}

/// Provides the images that a Dockerfile names, where no registry can be reached.
pub fn provide(dockerfile: &str) -> Result<(), String> {
    let Some(program) = std::env::var_os("DOCKGEN_STANDINS") else {
        return Ok(());
    };
    let output = Command::new(program).args(["--for", dockerfile]).output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(format!("no stand-ins: {}", both(&output))) }
}

/// Builds an image; more options come before the context. A failure is told with the end of its log.
pub fn build(image: &str, dockerfile: &str, context: &str, options: &[&str]) -> Result<(), String> {
    let mut arguments = vec!["build", "--progress", "plain", "--tag", image, "--file", dockerfile];
    arguments.extend(options);
    arguments.push(context);
    let built = docker(&arguments);
    if built.status.success() {
        return Ok(());
    }
    let log = both(&built);
    let lines: Vec<&str> = log.lines().collect();
    Err(format!("the build failed:\n{}", lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")))
}
