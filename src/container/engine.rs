//! A container engine by its command: Docker, Podman or Buildah, asked for JSON and archives, never for text meant for people.

use std::collections::BTreeSet;
use std::io::Read;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use serde_json::{Value, json};

use crate::container::contents::{self, Contents};
use crate::container::layers;
use crate::container::progress::Progress;
use crate::error::{Error, Result};
use crate::path::file_name;

/// The label on everything that a test makes; its value is the number of the process that made it.
const LABEL: &str = "dockgen.test.process";

/// The label that a compose project puts on its containers; its value is the project's name.
const PROJECT: &str = "com.docker.compose.project";

/// The programs that are tried, in this order.
const PROGRAMS: &[&str] = &["docker", "podman", "buildah"];

/// The status of `run` where the command is not executable, of Docker and of Podman.
const NOT_EXECUTABLE: i32 = 126;
/// The same where there is no such command.
const NOT_FOUND: i32 = 127;

/// An image to be built.
#[derive(Debug, Clone, Copy)]
pub struct Build<'a> {
    /// The name that it gets.
    pub image: &'a str,
    /// The Dockerfile.
    pub dockerfile: &'a str,
    /// The build context.
    pub context: &'a str,
    /// Whether nothing is taken from an earlier build.
    pub is_fresh: bool,
    /// The time that is given to the build in place of its own, in seconds since 1970: `SOURCE_DATE_EPOCH`.
    pub epoch: Option<u64>,
    /// How long it may take.
    pub patience: Duration,
}

/// An engine that answers.
#[derive(Debug, Clone)]
pub struct Engine {
    program: String,
    gate: Arc<Gate>,
}

/// What lets commands of the engine pass, until the user leaves in the middle.
#[derive(Debug, Default)]
struct Gate {
    is_closed: AtomicBool,
    /// Held for reading by each command while it runs.
    passing: RwLock<()>,
    /// The process that builds; 0 where none does.
    builder: AtomicU32,
}

impl Engine {
    /// The engine of this name, or the first that answers.
    ///
    /// # Errors
    /// [`Error::Usage`] when none answers, with what it said.
    pub fn find(wanted: Option<&str>) -> Result<Self> {
        let names: Vec<&str> = wanted.map_or_else(|| PROGRAMS.to_vec(), |name| vec![name]);
        let mut problems = Vec::new();
        for name in names {
            match Command::new(name).arg("info").stdin(Stdio::null()).output() {
                Ok(output) if output.status.success() => {
                    return Ok(Self { program: name.to_owned(), gate: Arc::default() });
                }
                Ok(output) => problems.push(format!("`{name} info`: {}", last_line(&output))),
                Err(error) => problems.push(format!("`{name}`: {error}")),
            }
        }
        Err(Error::Usage {
            message: format!("no container engine answers\n  {}", problems.join("\n  ")),
            hint: "start Docker, or install Podman or Buildah; `--engine podman` names one".into(),
        })
    }

    /// The engine's program.
    pub fn name(&self) -> &str {
        &self.program
    }

    /// Runs a command of the engine to its end.
    ///
    /// # Errors
    /// [`Error::Usage`] when the program can't be started.
    pub fn run(&self, arguments: &[&str]) -> Result<Output> {
        let _passing = self.pass();
        let output = Command::new(&self.program).args(arguments).stdin(Stdio::null()).output();
        output.map_err(|error| self.failure(arguments, &error.to_string()))
    }

    /// What a command that must succeed printed, without the blanks around it.
    ///
    /// # Errors
    /// [`Error::Usage`] when it fails, with the last line that it printed.
    pub fn ask(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run(arguments)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        Err(self.failure(arguments, &last_line(&output)))
    }

    /// What the engine knows of an image or container, as JSON.
    ///
    /// # Errors
    /// As [`Engine::ask`], and when the answer is no JSON.
    pub fn inspect(&self, kind: &str, name: &str) -> Result<Value> {
        let question: &[&str] =
            if self.is("buildah") { &["inspect", "--type", kind, name] } else { &[kind, "inspect", name] };
        let text = self.ask(question)?;
        let known: Value = serde_json::from_str(&text).map_err(|error| self.failure(question, &error.to_string()))?;
        if self.is("buildah") {
            let image = &known["Docker"];
            return Ok(json!({ "Config": image["config"], "Architecture": image["architecture"] }));
        }
        Ok(known.get(0).cloned().unwrap_or(Value::Null))
    }

    /// Builds an image, labelled as this process's own; what happens is told while it does.
    ///
    /// # Errors
    /// [`Error::Findings`] with the end of the log when the build fails or takes too long, [`Error::Registry`] when an image that
    /// it begins with can't be had.
    pub fn build(&self, build: &Build<'_>, watch: &mut dyn FnMut(&Progress)) -> Result<()> {
        let label = label();
        let tells = self.tells_progress();
        let mut arguments = vec!["build", "--label", &label, "--tag", build.image, "--file", build.dockerfile];
        if build.is_fresh {
            arguments.push("--no-cache");
        }
        let epoch = build.epoch.map(|seconds| seconds.to_string());
        let variable = epoch.as_ref().map(|seconds| format!("SOURCE_DATE_EPOCH={seconds}"));
        if let Some(variable) = &variable {
            arguments.extend(["--build-arg", variable]);
        }
        if !self.is("docker") {
            // the OCI's own form of images has no health check; Buildah makes one layer of all where nothing is said
            arguments.extend(["--format=docker", "--layers"]);
            if let Some(seconds) = &epoch {
                arguments.extend(["--timestamp", seconds]);
            }
        }
        if tells {
            arguments.push("--progress=rawjson");
        }
        arguments.push(build.context);
        let _passing = self.pass();
        let broken = |error: std::io::Error| self.failure(&arguments, &error.to_string());
        let (log, output) = std::io::pipe().map_err(broken)?;
        let mut command = Command::new(&self.program);
        command.args(&arguments).stdin(Stdio::null());
        command.stdout(output.try_clone().map_err(broken)?).stderr(output);
        let mut child = command.spawn().map_err(broken)?;
        drop(command); // its ends of the pipe
        self.gate.builder.store(child.id(), Ordering::SeqCst);
        let mut progress = Progress::default();
        let (done, ends) = channel::<()>();
        let (is_late, status) = std::thread::scope(|scope| {
            let number = child.id();
            let patience = build.patience;
            let guard = scope.spawn(move || {
                let is_late = ends.recv_timeout(patience) == Err(RecvTimeoutError::Timeout);
                if is_late {
                    end(number);
                }
                is_late
            });
            progress.read(log, tells, watch);
            let status = child.wait();
            self.gate.builder.store(0, Ordering::SeqCst);
            drop(done);
            (guard.join().unwrap_or_default(), status)
        });
        if status.map_err(broken)?.success() {
            return Ok(());
        }
        if is_late {
            let seconds = build.patience.as_secs();
            let end = progress.end();
            return Err(Error::Findings(format!(
                "the image is not built after {seconds} s; the end of the log:\n  {end}"
            )));
        }
        Err(progress.failure())
    }

    fn is(&self, name: &str) -> bool {
        file_name(&self.program) == name
    }

    /// Whether it can start what it has built, as Buildah can't.
    pub fn starts_containers(&self) -> bool {
        !self.is("buildah")
    }

    /// Whether it tells the progress of a build in JSON, as buildx does since 0.13.
    fn tells_progress(&self) -> bool {
        let Ok(text) = self.ask(&["buildx", "version"]) else { return false };
        let version = text.split_whitespace().nth(1).map(|it| it.trim_start_matches('v')).unwrap_or_default();
        let mut numbers = version.split(['.', '+', '-']).map_while(|part| part.parse::<u32>().ok());
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (0, 13)
    }

    /// Starts a container, labelled as this process's own; its number.
    ///
    /// # Errors
    /// [`Error::Findings`] where the image has no such command or one that can't be executed, else as [`Engine::ask`].
    pub fn start(&self, image: &str, options: &[String], arguments: &[String]) -> Result<String> {
        let label = label();
        let mut all = vec!["run", "--detach", "--label", &label];
        all.extend(options.iter().map(String::as_str));
        all.push(image);
        all.extend(arguments.iter().map(String::as_str));
        let output = self.run(&all)?;
        match output.status.code() {
            Some(0) => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
            Some(NOT_EXECUTABLE | NOT_FOUND) => Err(Error::Findings(last_line(&output))),
            _ => Err(self.failure(&all, &last_line(&output))),
        }
    }

    /// Runs a container to its end, labelled as this process's own; it is removed again.
    ///
    /// # Errors
    /// [`Error::Usage`] when the program can't be started.
    pub fn run_once(&self, arguments: &[&str]) -> Result<Output> {
        self.run(&[&["run", "--rm", "--label", &label()], arguments].concat())
    }

    /// The memory that a container uses, in bytes; nothing where the engine does not say.
    ///
    /// # Errors
    /// As [`Engine::ask`].
    pub fn memory(&self, container: &str) -> Result<Option<u64>> {
        let text = self.ask(&["stats", "--no-stream", "--format", "{{json .}}", container])?;
        let facts: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(facts["MemUsage"].as_u64().or_else(|| bytes(facts["MemUsage"].as_str()?.split('/').next()?.trim())))
    }

    /// What stands out among the files of an image: by the archive of a container that is made for it and removed again, by
    /// the layers where no container can be made.
    ///
    /// # Errors
    /// As [`Engine::ask`], and when the archive breaks off.
    pub fn contents(&self, image: &str) -> Result<Contents> {
        if !self.starts_containers() {
            let visible = self.layers(image, layers::read_visible)?;
            return self.layers(image, |archive| contents::read_layers(archive, &visible));
        }
        let label = label();
        let container = self.ask(&["create", "--label", &label, image])?;
        let outcome = self.stream(&["export", &container], contents::read);
        self.remove(&container);
        outcome
    }

    /// The archive of an image with its layers.
    ///
    /// # Errors
    /// As [`Engine::ask`], and when the archive breaks off.
    pub fn layers<T>(&self, image: &str, read: impl FnOnce(&mut dyn Read) -> std::io::Result<T>) -> Result<T> {
        if self.is("buildah") {
            return self.stream(&["push", "--quiet", image, "docker-archive:/dev/stdout"], read);
        }
        self.stream(&["save", image], read)
    }

    /// What a command of the engine puts out, as a stream; the command ends with it.
    fn stream<T>(&self, arguments: &[&str], read: impl FnOnce(&mut dyn Read) -> std::io::Result<T>) -> Result<T> {
        let _passing = self.pass();
        let broken = |error: std::io::Error| self.failure(arguments, &error.to_string());
        let mut command = Command::new(&self.program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child: Child = command.spawn().map_err(broken)?;
        let outcome = match child.stdout.take() {
            Some(mut archive) => read(&mut archive).map_err(broken),
            None => Err(self.failure(arguments, "it has no output")),
        };
        if outcome.is_err() {
            let _ = child.kill();
        }
        child.wait().map_err(broken)?;
        outcome
    }

    /// Removes a container with its volumes; one that is gone is no error.
    pub fn remove(&self, container: &str) {
        let _ = self.run(&["rm", "--force", "--volumes", container]);
    }

    /// Ends a container by SIGTERM, and by SIGKILL when `patience` is over.
    ///
    /// # Errors
    /// As [`Engine::ask`].
    pub fn stop(&self, container: &str, patience: Duration) -> Result<()> {
        self.ask(&["stop", "--time", &patience.as_secs().to_string(), container]).map(|_| ())
    }

    /// The last lines that a container printed.
    pub fn log(&self, container: &str) -> String {
        let output = self.run(&["logs", "--tail", "15", container]);
        output.map(|it| String::from_utf8_lossy(&[it.stdout, it.stderr].concat()).trim().to_owned()).unwrap_or_default()
    }

    /// Removes the services of a compose project with their network and volumes; one that is gone is no error.
    pub fn remove_project(&self, project: &str) {
        let _ = self.run(&["compose", "--project-name", project, "down", "--volumes", "--timeout", "1"]);
    }

    /// Lets a command run; where the user is leaving, waits for the end of the process, which another thread makes.
    fn pass(&self) -> RwLockReadGuard<'_, ()> {
        let passing = self.gate.passing.read().unwrap_or_else(PoisonError::into_inner);
        if !self.gate.is_closed.load(Ordering::SeqCst) {
            return passing;
        }
        drop(passing);
        loop {
            std::thread::park();
        }
    }

    /// Lets no further command pass, ends a build, waits for what runs, and removes what this process has made.
    pub fn leave(&self) {
        self.gate.is_closed.store(true, Ordering::SeqCst);
        match self.gate.builder.load(Ordering::SeqCst) {
            0 => {}
            number => end(number),
        }
        let _nothing_runs = self.gate.passing.write().unwrap_or_else(PoisonError::into_inner);
        let last = Self { program: self.program.clone(), gate: Arc::default() };
        last.clean_up();
    }

    /// Removes the containers, images and services that this process has made.
    pub fn clean_up(&self) {
        let own = std::process::id().to_string();
        self.remove_of(|process| process == own);
    }

    /// Removes the containers, images and services that were left behind by processes which have ended.
    pub fn sweep(&self) {
        self.remove_of(has_ended);
    }

    fn remove_of(&self, is_over: impl Fn(&str) -> bool) {
        let filter = format!("label={PROJECT}");
        let format = format!("{{{{.Label \"{PROJECT}\"}}}}");
        let projects = self.ask(&["ps", "--all", "--filter", &filter, "--format", &format]).unwrap_or_default();
        let projects: BTreeSet<&str> = projects.lines().collect();
        for project in projects {
            if project.strip_prefix("dockgen-test-").is_some_and(&is_over) {
                self.remove_project(project);
            }
        }
        let filter = format!("label={LABEL}");
        for (kind, list) in [("container", ["ps", "--all"].as_slice()), ("image", &["images"])] {
            let arguments = [list, &["--quiet", "--filter", &filter]].concat();
            for id in self.ask(&arguments).unwrap_or_default().lines() {
                let facts = self.inspect(kind, id).unwrap_or(Value::Null);
                if !facts["Config"]["Labels"][LABEL].as_str().is_some_and(&is_over) {
                    continue;
                }
                if kind == "container" {
                    self.remove(id);
                } else {
                    let _ = self.run(&["rmi", "--force", id]);
                }
            }
        }
    }

    fn failure(&self, arguments: &[&str], reason: &str) -> Error {
        let command = arguments.first().copied().unwrap_or_default();
        Error::Usage {
            message: format!("`{} {command}` failed\n  {reason}", self.program),
            hint: format!("see that `{} info` works, and that the image can be reached", self.program),
        }
    }
}

/// The bytes that a text such as `12.5MiB` means.
fn bytes(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(end);
    let factor = match unit.trim() {
        "B" => 1.0,
        "kB" | "KB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "KiB" => 1024.0,
        "MiB" => 1_048_576.0,
        "GiB" => 1_073_741_824.0,
        _ => return None,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no memory is that large, none is negative"
    )]
    number.parse::<f64>().ok().map(|number| (number * factor) as u64)
}

fn label() -> String {
    format!("{LABEL}={}", std::process::id())
}

/// Asks a process to end.
fn end(number: u32) {
    let _ = Command::new("kill").arg(number.to_string()).status();
}

/// Whether a process is gone; unknown where the system does not show processes as files.
fn has_ended(process: &str) -> bool {
    let processes = std::path::Path::new("/proc");
    processes.join("self").exists() && !processes.join(process).exists()
}

fn last_line(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    // docker ends with where its help is
    let is_said = |line: &&str| !line.trim().is_empty() && !line.starts_with("Run '") && !line.starts_with("See '");
    text.lines().rev().find(is_said).unwrap_or("it said nothing").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn the_units_of_memory_are_understood() {
        assert_eq!(["7.5MiB", "1.2GB", "512B", "3KiB"].map(bytes), [7_864_320, 1_200_000_000, 512, 3072].map(Some));
        assert_eq!(["", "12", "x", "1.2.3MB"].map(bytes), [None; 4]);
    }
}
