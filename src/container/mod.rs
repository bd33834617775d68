//! `dockgen test`: builds an image, starts it, and sees that it works. It starts the programs of a
//! container engine.

mod contents;
mod engine;
mod form;
mod layers;
mod page;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

pub use engine::Engine;
pub use form::{junit, sarif};
pub use page::page;

use crate::container::layers::Layer;
use crate::error::Result;

/// How long a container is watched that has no port to ask.
const WATCH: Duration = Duration::from_secs(3);
/// How long it may take to end after SIGTERM before it is killed.
const LAST_RESORT: Duration = Duration::from_secs(10);
/// How many folders of a layer are told.
const LARGEST_FOLDERS: usize = 3;
/// The exit status of a process that was killed.
const KILLED: i64 = 137;

/// What is tested, and how.
#[derive(Debug, Clone)]
pub struct Trial {
    /// An image that is there already; otherwise one is built.
    pub image: Option<String>,
    /// The build context.
    pub context: PathBuf,
    /// The Dockerfile.
    pub dockerfile: PathBuf,
    /// The port that must answer; otherwise the first that the image exposes.
    pub port: Option<u16>,
    /// The HTTP path that must answer with 2xx or 3xx; otherwise the port has to accept a connection.
    pub path: Option<String>,
    /// More options of `docker run`: variables and files of variables.
    pub options: Vec<String>,
    /// How long the application may take until it answers.
    pub patience: Duration,
    /// How long it may take to end after SIGTERM.
    pub stop: Duration,
    /// The largest size of the image, in bytes.
    pub largest: Option<u64>,
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", content = "reason", rename_all = "kebab-case")]
pub enum Verdict {
    /// It holds; what was seen.
    Passed(String),
    /// It does not; what was seen instead.
    Failed(String),
    /// It could not be asked; why.
    Skipped(String),
}

/// What a layer of an image holds.
#[derive(Debug, Clone, Serialize)]
pub struct LayerSize {
    /// The bytes of its files.
    pub size: u64,
    /// The folders that hold most of it, the largest first.
    pub largest: Vec<FolderSize>,
}

/// A folder of a layer.
#[derive(Debug, Clone, Serialize)]
pub struct FolderSize {
    /// The first two parts of its path.
    pub folder: String,
    /// The bytes of its files.
    pub size: u64,
}

/// A check and its verdict.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The name of the check.
    pub check: &'static str,
    /// What it came to.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// All checks of one image.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The image.
    pub image: String,
    /// The engine's program.
    pub engine: String,
    /// The size of the image, in bytes.
    pub size: u64,
    /// Its layers, the lowest first.
    pub layers: Vec<LayerSize>,
    /// The checks, in the order in which they were made.
    pub checks: Vec<Outcome>,
}

impl Report {
    /// Whether nothing failed.
    pub fn is_passed(&self) -> bool {
        !self.checks.iter().any(|outcome| matches!(outcome.verdict, Verdict::Failed(_)))
    }

    fn add(&mut self, check: &'static str, verdict: Verdict) {
        self.checks.push(Outcome { check, verdict });
    }
}

/// Builds the image where none is named, starts it, and makes all checks. What it makes is removed again.
///
/// # Errors
/// When the engine fails, or the image does not build.
pub fn test(engine: &Engine, trial: &Trial) -> Result<Report> {
    engine.sweep();
    let built = format!("dockgen-test-{}", std::process::id());
    if trial.image.is_none() {
        engine.build(&built, &trial.dockerfile.to_string_lossy(), &trial.context.to_string_lossy())?;
    }
    let outcome = checks(engine, trial, trial.image.as_ref().unwrap_or(&built));
    engine.sweep();
    outcome
}

fn checks(engine: &Engine, trial: &Trial, image: &str) -> Result<Report> {
    let facts = engine.inspect("image", image)?;
    let size = facts["Size"].as_u64().unwrap_or_default();
    let mut report = Report {
        image: image.to_owned(),
        engine: engine.name().to_owned(),
        size,
        layers: Vec::new(),
        checks: Vec::new(),
    };
    report.add("user", user(&facts));
    let contents = engine.files(image, |archive| contents::read(archive))?;
    report.add("shell", contents.shell());
    report.add("setuid", contents.setuid());
    let layers = engine.layers(image, |archive| layers::read(archive))?;
    report.layers = layers.layers.iter().map(layer_size).collect();
    report.add("secrets", contents.secrets(&facts, &layers));
    report.add("leftovers", contents.leftovers());
    report.add("size", size_verdict(size, trial.largest));
    let port = trial.port.or_else(|| exposed(&facts));
    run(engine, trial, image, port, &facts, &mut report)?;
    Ok(report)
}

fn layer_size(layer: &Layer) -> LayerSize {
    let folders = layer.folders.iter().map(|(folder, size)| FolderSize { folder: folder.clone(), size: *size });
    let mut largest: Vec<FolderSize> = folders.collect();
    largest.sort_by_key(|it| std::cmp::Reverse(it.size));
    largest.truncate(LARGEST_FOLDERS);
    LayerSize { size: layer.size, largest }
}

/// What is seen of the image when it runs.
fn run(
    engine: &Engine,
    trial: &Trial,
    image: &str,
    port: Option<u16>,
    facts: &Value,
    report: &mut Report,
) -> Result<()> {
    let started = Instant::now();
    let container = engine.start(image, &options(trial, port))?;
    let verdict = works(engine, trial, &container, port);
    let is_up = matches!(verdict, Verdict::Passed(_));
    report.add("start", timed(verdict, started));
    report.add("health", if is_up { health(engine, &container, image, facts)? } else { skipped("it did not start") });
    let written = written(engine, &container);
    report.add("stop", if is_up { stop(engine, trial, &container)? } else { skipped("it did not start") });
    engine.remove(&container);
    if !is_up {
        report.add("read-only", skipped("it did not start"));
        return Ok(());
    }
    let mut confined = options(trial, port);
    for option in ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"] {
        confined.push(option.to_owned());
    }
    let container = engine.start(image, &confined)?;
    let verdict = match works(engine, trial, &container, port) {
        Verdict::Failed(reason) if written.is_empty() => Verdict::Failed(reason),
        Verdict::Failed(reason) => {
            Verdict::Failed(format!("{reason}\nit writes {}: make these folders volumes", written.join(", ")))
        }
        _ => Verdict::Passed("it works with a read-only root and without capabilities".into()),
    };
    report.add("read-only", verdict);
    engine.remove(&container);
    Ok(())
}

fn options(trial: &Trial, port: Option<u16>) -> Vec<String> {
    let mut options = trial.options.clone();
    if let Some(port) = port {
        options.extend(["--publish".to_owned(), format!("127.0.0.1:0:{port}")]);
    }
    options
}

fn skipped(reason: &str) -> Verdict {
    Verdict::Skipped(reason.to_owned())
}

/// A verdict that says how long it took.
fn timed(verdict: Verdict, started: Instant) -> Verdict {
    match verdict {
        Verdict::Passed(seen) => Verdict::Passed(format!("{seen} after {:.1} s", started.elapsed().as_secs_f64())),
        other => other,
    }
}

/// The image runs as a user that is not root, by number.
fn user(facts: &Value) -> Verdict {
    let user = facts["Config"]["User"].as_str().unwrap_or_default();
    match user.split(':').next().unwrap_or_default().parse::<u32>() {
        Ok(0) => Verdict::Failed("it runs as root".into()),
        Ok(number) => Verdict::Passed(format!("it runs as user {number}")),
        Err(_) if user.is_empty() => Verdict::Failed("no user is set: it runs as root".into()),
        Err(_) => Verdict::Failed(format!("the user `{user}` is no number, so nobody can tell that it is not root")),
    }
}

fn size_verdict(size: u64, largest: Option<u64>) -> Verdict {
    let text = format!("{} MB", size / 1_000_000);
    match largest {
        Some(largest) if size > largest => Verdict::Failed(format!("{text}, more than {} MB", largest / 1_000_000)),
        _ => Verdict::Passed(text),
    }
}

/// The first TCP port that the image exposes.
fn exposed(facts: &Value) -> Option<u16> {
    let ports = facts["Config"]["ExposedPorts"].as_object()?;
    ports.keys().filter_map(|port| port.strip_suffix("/tcp").unwrap_or(port).parse().ok()).min()
}

/// Whether the container answers on its port; one without a port stays up, or has ended with 0.
fn works(engine: &Engine, trial: &Trial, container: &str, port: Option<u16>) -> Verdict {
    let Some(port) = port else {
        std::thread::sleep(WATCH);
        return match state(engine, container) {
            State::Running => Verdict::Passed("it stays up".into()),
            State::Ended(0) => Verdict::Passed("it ended with 0".into()),
            State::Ended(status) => failed_start(engine, container, status),
        };
    };
    let published = engine.ask(&["port", container, &port.to_string()]).unwrap_or_default();
    let address = published.lines().next().unwrap_or_default().to_owned();
    let started = Instant::now();
    let mut last = format!("nothing listens on port {port}");
    while started.elapsed() < trial.patience {
        match answer(&address, trial.path.as_deref()) {
            Ok(()) => return Verdict::Passed(format!("it answers on port {port}")),
            Err(problem) => last = problem,
        }
        if let State::Ended(status) = state(engine, container) {
            return failed_start(engine, container, status);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Verdict::Failed(format!("{last}\n{}", engine.log(container)))
}

fn failed_start(engine: &Engine, container: &str, status: i64) -> Verdict {
    Verdict::Failed(format!("it ended with {status}\n{}", engine.log(container)))
}

/// Asks once: over HTTP where a path is given; else something must listen, which an engine's proxy tells only by not
/// closing the connection at once.
fn answer(address: &str, path: Option<&str>) -> std::result::Result<(), String> {
    let request = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path.unwrap_or("/"))?;
        let mut answer = vec![0; 64];
        let length = match stream.read(&mut answer) {
            // a server of another protocol waits for more
            Err(error) if path.is_none() && is_timeout(&error) => return Ok(b"open".to_vec()),
            read => read?,
        };
        answer.truncate(length);
        Ok(answer)
    };
    let bytes = request().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    match (path, text.starts_with("HTTP/")) {
        (None, _) if !bytes.is_empty() => Ok(()),
        (Some(path), true) => match text.split_whitespace().nth(1).and_then(|status| status.parse::<u16>().ok()) {
            Some(status) if (200..400).contains(&status) => Ok(()),
            Some(status) => Err(format!("`{path}` answers with {status}")),
            None => Err(format!("`{path}` answers with no status")),
        },
        (Some(path), false) => Err(format!("`{path}` is not answered over HTTP")),
        (None, _) => Err("the connection is closed at once".into()),
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}

/// Whether a container runs.
enum State {
    Running,
    /// With this exit status.
    Ended(i64),
}

fn state(engine: &Engine, container: &str) -> State {
    let facts = engine.inspect("container", container).unwrap_or(Value::Null);
    if facts["State"]["Running"].as_bool().unwrap_or(false) {
        State::Running
    } else {
        State::Ended(facts["State"]["ExitCode"].as_i64().unwrap_or(-1))
    }
}

/// The command of the health check ends with 0 in a container of the same image that shares the network of the one that
/// runs.
fn health(engine: &Engine, container: &str, image: &str, facts: &Value) -> Result<Verdict> {
    let words: Vec<&str> =
        facts["Config"]["Healthcheck"]["Test"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let [kind, program, arguments @ ..] = words.as_slice() else {
        return Ok(skipped("the image has none"));
    };
    if *kind == "NONE" {
        return Ok(skipped("the image switches it off"));
    }
    if *kind != "CMD" {
        return Ok(skipped("it is a line of shell"));
    }
    let network = format!("container:{container}");
    let mut command = vec!["run", "--rm", "--network", &network, "--entrypoint", program, image];
    command.extend(arguments);
    let output = engine.run(&command)?;
    if output.status.success() {
        return Ok(Verdict::Passed("its command ends with 0".into()));
    }
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).trim().to_owned();
    Ok(Verdict::Failed(format!("its command fails while the application answers\n{said}")))
}

/// The container ends within its time after SIGTERM, by itself.
fn stop(engine: &Engine, trial: &Trial, container: &str) -> Result<Verdict> {
    if let State::Ended(_) = state(engine, container) {
        return Ok(skipped("it had ended"));
    }
    let started = Instant::now();
    engine.stop(container, LAST_RESORT)?;
    let took = started.elapsed();
    let seconds = took.as_secs_f64();
    let State::Ended(status) = state(engine, container) else {
        return Ok(Verdict::Failed("it still runs".into()));
    };
    if status == KILLED {
        return Ok(Verdict::Failed(format!("it ignores SIGTERM and was killed after {seconds:.1} s")));
    }
    if took > trial.stop {
        return Ok(Verdict::Failed(format!("it took {seconds:.1} s to end after SIGTERM")));
    }
    Ok(Verdict::Passed(format!("it ended {seconds:.1} s after SIGTERM")))
}

/// The paths that a container has written.
fn written(engine: &Engine, container: &str) -> Vec<String> {
    let list = engine.ask(&["diff", container]).unwrap_or_default();
    let paths = list.lines().filter_map(|line| line.split_once(' '));
    paths.filter(|(kind, path)| *kind == "A" && !path.starts_with("/tmp")).map(|(_, path)| path.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_number_is_seen_not_to_be_root() {
        let verdict = |user: &str| user_is(user);
        assert!(matches!(verdict("65532:65532"), Verdict::Passed(_)));
        for user in ["", "0", "0:0", "root", "nonroot"] {
            assert!(matches!(verdict(user), Verdict::Failed(_)), "{user}");
        }
    }

    fn user_is(user: &str) -> Verdict {
        super::user(&json!({"Config": {"User": user}}))
    }

    #[test]
    fn the_smallest_exposed_port_is_asked() {
        assert_eq!(exposed(&json!({"Config": {"ExposedPorts": {"9090/tcp": {}, "8080/tcp": {}}}})), Some(8080));
        assert_eq!(exposed(&json!({"Config": {"ExposedPorts": {"53/udp": {}}}})), None);
        assert_eq!(exposed(&json!({"Config": {}})), None);
    }

    #[test]
    fn a_size_is_held_against_the_largest() {
        assert!(matches!(size_verdict(2_000_000, Some(1_000_000)), Verdict::Failed(_)));
        assert!(matches!(size_verdict(2_000_000, None), Verdict::Passed(_)));
    }
}
