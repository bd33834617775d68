//! A container of the image under test, while it runs and when it has ended.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::container::answer::{Question, ask};
use crate::container::{Engine, Trial, Verdict};
use crate::error::Result;

/// How long a container is watched that has no port to ask.
const WATCH: Duration = Duration::from_secs(3);
/// How long it is waited between two looks at it.
const PAUSE: Duration = Duration::from_millis(100);
/// How long it may take to end after SIGTERM before it is killed.
const LAST_RESORT: Duration = Duration::from_secs(10);
/// How many processes and threads a container may have: one that forks without end hurts nobody else.
const MOST_PROCESSES: &str = "--pids-limit=4096";
/// How much of its log the engine keeps.
const LONGEST_LOG: [&str; 2] = ["--log-opt=max-size=16m", "--log-opt=max-file=1"];

/// A container that was started; it is removed with this value.
pub struct Instance<'a> {
    engine: &'a Engine,
    trial: &'a Trial,
    port: Option<u16>,
    id: String,
    started: Instant,
    /// How long it took until it first answered.
    pub first_answer: Option<Duration>,
}

/// Whether a container runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It does.
    Running,
    /// It ended, with this exit status.
    Ended(i64),
}

impl<'a> Instance<'a> {
    /// Starts one, with its limits, what the trial gives it, and more options of the engine.
    ///
    /// # Errors
    /// When the engine refuses to.
    pub fn start(engine: &'a Engine, trial: &'a Trial, image: &str, port: Option<u16>, more: &[&str]) -> Result<Self> {
        let mut options = vec![MOST_PROCESSES.to_owned(), format!("--memory={}m", trial.memory)];
        options.extend(LONGEST_LOG.map(str::to_owned));
        options.extend(trial.network.iter().map(|network| format!("--network={network}")));
        options.extend(trial.options.iter().cloned());
        options.extend(port.map(|port| format!("--publish=127.0.0.1::{port}")));
        options.extend(more.iter().map(|&option| option.to_owned()));
        let started = Instant::now();
        let id = engine.start(image, &options, &trial.arguments)?;
        Ok(Self { engine, trial, port, id, started, first_answer: None })
    }

    /// The engine's name for it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it answers on its port as it should; one without a port stays up, or has ended with 0.
    pub fn works(&mut self) -> Verdict {
        let verdict = match self.port {
            Some(port) => self.answers(port),
            None => self.lives(),
        };
        if matches!(verdict, Verdict::Passed(_)) {
            self.first_answer = Some(self.started.elapsed());
        }
        verdict
    }

    fn answers(&self, port: u16) -> Verdict {
        let published = self.engine.ask(&["port", &self.id, &port.to_string()]).unwrap_or_default();
        let address = published.lines().next().unwrap_or_default().to_owned();
        let question = Question {
            path: self.trial.path.as_deref(),
            status: self.trial.status,
            is_grpc: self.trial.is_grpc,
            expected: self.trial.expected.as_deref(),
        };
        let mut last = format!("nothing listens on port {port}");
        while self.started.elapsed() < self.trial.patience {
            match ask(&address, &question) {
                Ok(()) => return Verdict::Passed(format!("it answers on port {port}")),
                Err(problem) => last = problem,
            }
            if let State::Ended(status) = self.state() {
                return self.ended(status);
            }
            std::thread::sleep(PAUSE);
        }
        Verdict::Failed(format!("{last}\n{}", self.log()))
    }

    fn lives(&self) -> Verdict {
        let expected = self.trial.expected.as_deref();
        // what has to be seen is waited for; what must only stay up is watched
        let patience = if expected.is_some() || !self.trial.arguments.is_empty() { self.trial.patience } else { WATCH };
        loop {
            let state = self.state();
            let log = expected.map(|text| (text, self.log()));
            match (state, &log) {
                (State::Ended(0), Some((text, log))) if !log.contains(text) => {
                    return Verdict::Failed(format!("it ended with 0, and did not print `{text}`\n{log}"));
                }
                (State::Ended(0), _) => return Verdict::passed("it ended with 0"),
                (State::Ended(status), _) => return self.ended(status),
                (State::Running, Some((text, log))) if log.contains(text) => {
                    return Verdict::passed("it stays up and printed what it should");
                }
                (State::Running, _) => {}
            }
            if self.started.elapsed() > patience {
                return match log {
                    Some((text, log)) => Verdict::Failed(format!("it did not print `{text}`\n{log}")),
                    None => Verdict::passed("it stays up"),
                };
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn ended(&self, status: i64) -> Verdict {
        let facts = self.facts();
        let reason = if facts["State"]["OOMKilled"].as_bool() == Some(true) {
            format!("it was killed: it wanted more than {} MB of memory", self.trial.memory)
        } else {
            format!("it ended with {status}")
        };
        Verdict::Failed(format!("{reason}\n{}", self.log()))
    }

    fn facts(&self) -> Value {
        self.engine.inspect("container", &self.id).unwrap_or(Value::Null)
    }

    /// Whether it runs.
    pub fn state(&self) -> State {
        let facts = self.facts();
        if facts["State"]["Running"].as_bool().unwrap_or(false) {
            State::Running
        } else {
            State::Ended(facts["State"]["ExitCode"].as_i64().unwrap_or(-1))
        }
    }

    /// The last lines that it printed.
    pub fn log(&self) -> String {
        self.engine.log(&self.id)
    }

    /// The paths that it has made outside of volumes and of `/tmp`, the folders among them without what is in them.
    pub fn written(&self) -> Vec<String> {
        let list = self.engine.ask(&["diff", &self.id]).unwrap_or_default();
        let paths = list.lines().filter_map(|line| line.split_once(' '));
        let made = paths.filter(|(kind, path)| *kind == "A" && !path.starts_with("/tmp"));
        let mut outer: Vec<String> = Vec::new();
        for (_, path) in made {
            let is_inside = |it: &String| path.strip_prefix(it.as_str()).is_some_and(|rest| rest.starts_with('/'));
            if !outer.iter().any(is_inside) {
                outer.push(path.to_owned());
            }
        }
        outer
    }

    /// The memory that it uses, in bytes.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn memory(&self) -> Result<Option<u64>> {
        self.engine.memory(&self.id)
    }

    /// Ends it by SIGTERM, and by SIGKILL where that does nothing; how long that took.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn stop(&self) -> Result<Duration> {
        let started = Instant::now();
        self.engine.stop(&self.id, LAST_RESORT)?;
        Ok(started.elapsed())
    }
}

impl Drop for Instance<'_> {
    fn drop(&mut self) {
        self.engine.remove(&self.id);
    }
}
