//! A container engine by its command: Docker or Podman, asked for JSON and archives, never for text meant for people.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::error::{Error, Result};

/// The label on everything that a test makes; its value is the number of the process that made it.
const LABEL: &str = "dockgen.test.process";

/// The programs that are tried, in this order.
const PROGRAMS: &[&str] = &["docker", "podman"];

/// How much of the log of a failed build is kept, in lines.
const LAST_LINES: usize = 40;
/// A longer line of it is taken for several, in bytes.
const LONGEST_LINE: u64 = 4096;

/// An engine that answers.
#[derive(Debug, Clone)]
pub struct Engine {
    program: String,
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
                Ok(output) if output.status.success() => return Ok(Self { program: name.to_owned() }),
                Ok(output) => problems.push(format!("`{name} info`: {}", last_line(&output))),
                Err(error) => problems.push(format!("`{name}`: {error}")),
            }
        }
        Err(Error::Usage {
            message: format!("no container engine answers\n  {}", problems.join("\n  ")),
            hint: "start Docker or Podman, or name the engine: `--engine podman`".into(),
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
        let text = self.ask(&[kind, "inspect", name])?;
        let list: Value = serde_json::from_str(&text).map_err(|error| self.failure(&[kind], &error.to_string()))?;
        Ok(list.get(0).cloned().unwrap_or(Value::Null))
    }

    /// Builds an image, labelled as this process's own.
    ///
    /// # Errors
    /// [`Error::Findings`] with the end of the log when the build fails.
    pub fn build(&self, image: &str, dockerfile: &str, context: &str) -> Result<()> {
        let label = label();
        let arguments = ["build", "--label", &label, "--tag", image, "--file", dockerfile, context];
        let broken = |error: std::io::Error| self.failure(&arguments, &error.to_string());
        let (log, output) = std::io::pipe().map_err(broken)?;
        let mut command = Command::new(&self.program);
        command.args(arguments).stdin(Stdio::null());
        command.stdout(output.try_clone().map_err(broken)?).stderr(output);
        let mut child = command.spawn().map_err(broken)?;
        drop(command); // its ends of the pipe
        let end = last_lines(log);
        if child.wait().map_err(broken)?.success() {
            return Ok(());
        }
        let end = end.into_iter().collect::<Vec<_>>().join("\n  ");
        Err(Error::Findings(format!("the image does not build; the end of the log:\n  {end}")))
    }

    /// Starts a container, labelled as this process's own; its number.
    ///
    /// # Errors
    /// As [`Engine::ask`].
    pub fn start(&self, image: &str, options: &[String]) -> Result<String> {
        let label = label();
        let mut arguments = vec!["run", "--detach", "--label", &label];
        arguments.extend(options.iter().map(String::as_str));
        arguments.push(image);
        self.ask(&arguments)
    }

    /// The files of an image, as the archive of a container that is made for it and removed again.
    ///
    /// # Errors
    /// As [`Engine::ask`], and when the archive breaks off.
    pub fn files<T>(&self, image: &str, read: impl FnOnce(&mut dyn Read) -> std::io::Result<T>) -> Result<T> {
        let label = label();
        let container = self.ask(&["create", "--label", &label, image])?;
        let outcome = self.stream(&["export", &container], read);
        self.remove(&container);
        outcome
    }

    /// The archive of an image with its layers.
    ///
    /// # Errors
    /// As [`Engine::ask`], and when the archive breaks off.
    pub fn layers<T>(&self, image: &str, read: impl FnOnce(&mut dyn Read) -> std::io::Result<T>) -> Result<T> {
        self.stream(&["save", image], read)
    }

    /// What a command of the engine puts out, as a stream; the command ends with it.
    fn stream<T>(&self, arguments: &[&str], read: impl FnOnce(&mut dyn Read) -> std::io::Result<T>) -> Result<T> {
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

    /// Removes the containers and images that this process has made, and those that processes left behind which have
    /// ended.
    pub fn sweep(&self) {
        let filter = format!("label={LABEL}");
        for (kind, list) in [("container", ["ps", "--all"].as_slice()), ("image", &["images"])] {
            let arguments = [list, &["--quiet", "--filter", &filter]].concat();
            for id in self.ask(&arguments).unwrap_or_default().lines() {
                let facts = self.inspect(kind, id).unwrap_or(Value::Null);
                let process = facts["Config"]["Labels"][LABEL].as_str().unwrap_or_default();
                if process != std::process::id().to_string() && !has_ended(process) {
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

/// The last lines of a stream, however much goes by.
fn last_lines(stream: impl Read) -> VecDeque<String> {
    let mut lines = VecDeque::new();
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).unwrap_or_default();
        if read == 0 {
            return lines;
        }
        lines.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
        if lines.len() > LAST_LINES {
            lines.pop_front();
        }
    }
}

fn label() -> String {
    format!("{LABEL}={}", std::process::id())
}

/// Whether a process is gone; unknown where the system does not show processes as files.
fn has_ended(process: &str) -> bool {
    let processes = std::path::Path::new("/proc");
    processes.join("self").exists() && !processes.join(process).exists()
}

fn last_line(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{LAST_LINES, LONGEST_LINE, last_lines};

    #[test]
    fn only_the_end_of_a_log_is_kept() {
        let lines: Vec<String> = (0..10_000).map(|number| format!("line {number}\n")).collect();
        let log = lines.concat();
        let kept = last_lines(log.as_bytes());
        assert_eq!((kept.len(), kept.back().map(String::as_str)), (LAST_LINES, Some("line 9999")));
        let endless = vec![b'x'; 10 * usize::try_from(LONGEST_LINE).unwrap()];
        assert_eq!(last_lines(endless.as_slice()).len(), 10);
    }
}
