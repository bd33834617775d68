//! What needs a container engine: building the image of an example, starting a container, asking it.
//!
//! Where no registry can be reached, `DOCKGEN_STANDINS` names a program that is given `--for DOCKERFILE` before each build
//! and provides the images that it names.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::support::{Copy, Example, dockgen, is_generated};

/// How long a container may take until it answers.
const PATIENCE: Duration = Duration::from_secs(90);

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
    let place = |key: &str| folder.join(said[key].as_str().unwrap_or_default()).display().to_string();
    let (dockerfile, context) = (place("dockerfile"), place("build_context"));
    Ok(Generated { dockerfile, context, _copy: copy })
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

/// Starts a container in the example's environment, with the port published where the probe names one.
pub fn start(example: &Example, name: &str, image: &str) -> Result<(), String> {
    docker(&["rm", "--force", "--volumes", name]);
    let mut arguments = vec!["run".to_owned(), "--detach".to_owned(), "--name".to_owned(), name.to_owned()];
    arguments.extend(options(example));
    if !example.target().0.is_empty() {
        arguments.extend(["--publish".into(), format!("127.0.0.1:0:{}", example.target().0)]);
    }
    arguments.push(image.to_owned());
    told(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).map(|_| ())
}

/// The options of `docker run` that an example asks for.
pub fn options(example: &Example) -> Vec<String> {
    let mut options: Vec<String> =
        example.environment.iter().flat_map(|(key, value)| ["--env".into(), format!("{key}={value}")]).collect();
    if example.read_only {
        options.extend(["--read-only".into(), "--tmpfs".into(), "/tmp".into()]);
    }
    options
}

/// Whether a container runs.
pub fn is_running(name: &str) -> bool {
    told(&["inspect", "--format", "{{.State.Running}}", name]).is_ok_and(|state| state == "true")
}

/// Waits until the published port answers as the example's probe wants: over HTTP with a status below 400 and the text, or
/// by accepting a connection.
pub fn answers(example: &Example, name: &str) -> Result<(), String> {
    let (port, path) = example.target();
    let published = told(&["port", name, port])?;
    let address = published.lines().next().unwrap_or_default().to_owned();
    let start = Instant::now();
    let mut last = String::from("no answer");
    while start.elapsed() < PATIENCE && is_running(name) {
        match path.map_or_else(|| TcpStream::connect(&address).map(|_| String::new()), |path| get(&address, path)) {
            Ok(_) if path.is_none() => return Ok(()),
            Ok(answer) if is_success(&answer) && answer.contains(&example.contains) => return Ok(()),
            Ok(answer) if !answer.is_empty() => last = answer,
            Ok(_) => {}
            Err(error) => last = error.to_string(),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(format!("it never answered as expected; the last was: {last}"))
}

fn get(address: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn is_success(answer: &str) -> bool {
    answer.split_whitespace().nth(1).and_then(|status| status.parse::<u16>().ok()).is_some_and(|status| status < 400)
}
