//! How far a build is: its stages with their steps, read from the JSON that BuildKit tells, and the end of its log.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::error::Error;
use crate::text::visible;

/// How much of the log is kept, in lines.
const LAST_LINES: usize = 40;
/// A longer line of it is taken for several, in bytes.
const LONGEST_LINE: u64 = 4096;
/// A longer line of JSON is not read, in bytes.
const LONGEST_STATUS: u64 = 16 * 1024 * 1024;

/// How far a build is.
#[derive(Debug, Default)]
pub struct Progress {
    /// The stages, in the order in which they began.
    pub stages: Vec<Stage>,
    vertices: BTreeMap<String, Vertex>,
    log: VecDeque<String>,
    failed: Option<Vertex>,
}

/// A stage of the Dockerfile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stage {
    /// Its name, or its number.
    pub name: String,
    /// How many steps it has.
    pub steps: u64,
    /// How many of them are done.
    pub done: u64,
    /// How many of these were taken from an earlier build.
    pub cached: u64,
    /// The step that it is at.
    pub step: String,
}

/// A line of BuildKit's: what has changed since the last one.
#[derive(Debug, Deserialize)]
struct Status {
    #[serde(default)]
    vertexes: Option<Vec<Vertex>>,
    #[serde(default)]
    logs: Option<Vec<Log>>,
}

/// A step of a build.
#[derive(Debug, Clone, Default, Deserialize)]
struct Vertex {
    digest: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    completed: Option<String>,
    #[serde(default)]
    cached: bool,
    #[serde(default)]
    error: String,
}

/// What a step has printed.
#[derive(Debug, Deserialize)]
struct Log {
    #[serde(default)]
    data: String,
}

impl Progress {
    /// Reads what an engine tells to its end; `is_json` says in which form.
    pub fn read(&mut self, stream: impl Read, is_json: bool, watch: &mut dyn FnMut(&Self)) {
        let mut reader = BufReader::new(stream);
        let longest = if is_json { LONGEST_STATUS } else { LONGEST_LINE };
        // an object is on one line, or, as buildx 0.13 writes it, ends with a brace at the start of a line
        let mut object = Vec::new();
        loop {
            let mut line = Vec::new();
            if reader.by_ref().take(longest).read_until(b'\n', &mut line).unwrap_or_default() == 0 {
                return;
            }
            if !is_json || object.is_empty() && !line.starts_with(b"{") {
                self.print(&String::from_utf8_lossy(&line));
                watch(self);
                continue;
            }
            let is_alone = object.is_empty() && line.trim_ascii_end().ends_with(b"}");
            object.extend(&line);
            if !is_alone && !line.starts_with(b"}") && object.len() as u64 <= LONGEST_STATUS {
                continue;
            }
            match serde_json::from_slice::<Status>(&object) {
                Ok(status) => self.add(status),
                Err(_) => self.print(&String::from_utf8_lossy(&object)),
            }
            object.clear();
            watch(self);
        }
    }

    fn add(&mut self, status: Status) {
        for vertex in status.vertexes.into_iter().flatten() {
            if !vertex.error.is_empty() && !vertex.error.contains("context canceled") {
                self.failed = Some(vertex.clone());
            }
            self.vertices.insert(vertex.digest.clone(), vertex.clone());
            self.count(&vertex);
        }
        for log in status.logs.into_iter().flatten() {
            let text = STANDARD.decode(&log.data).unwrap_or_default();
            for line in String::from_utf8_lossy(&text).lines() {
                self.print(line);
            }
        }
    }

    /// Counts the steps of a step's stage anew.
    fn count(&mut self, vertex: &Vertex) {
        let Some((name, _, steps)) = place(&vertex.name) else { return };
        let of_stage = self.vertices.values().filter(|it| place(&it.name).is_some_and(|it| it.0 == name));
        let done: Vec<&Vertex> = of_stage.filter(|it| it.completed.is_some()).collect();
        let (done, cached) = (done.len() as u64, done.iter().filter(|it| it.cached).count() as u64);
        let step = visible(vertex.name.split_once("] ").map_or("", |(_, step)| step)).into_owned();
        let stage = Stage { name: name.to_owned(), steps: steps.max(done), done, cached, step };
        match self.stages.iter_mut().find(|it| it.name == stage.name) {
            Some(known) => *known = stage,
            None => self.stages.push(stage),
        }
    }

    /// Keeps lines, however many go by.
    fn print(&mut self, line: &str) {
        self.log.push_back(visible(line.trim_end()).into_owned());
        if self.log.len() > LAST_LINES {
            self.log.pop_front();
        }
    }

    /// The end of the log.
    pub fn end(&self) -> String {
        self.log.iter().map(String::as_str).collect::<Vec<_>>().join("\n  ")
    }

    /// Why the build failed.
    pub fn failure(&self) -> Error {
        let end = self.end();
        let Some(vertex) = &self.failed else {
            return Error::Findings(format!("the image does not build; the end of the log:\n  {end}"));
        };
        let (step, reason) = (visible(&vertex.name), visible(&vertex.error));
        if vertex.name.contains("load metadata for") || vertex.name.contains("resolve image config for") {
            return Error::Registry {
                message: format!("an image that the build begins with can't be had\n  {step}\n  {reason}"),
                hint: "see that its registry can be reached and that you are logged in, and that the name is right"
                    .into(),
            };
        }
        let log = if end.is_empty() { String::new() } else { format!("; the end of the log:\n  {end}") };
        Error::Findings(format!("the image does not build: `{step}`\n  {reason}{log}"))
    }
}

/// The stage, number and count of a step by its name: `[build 2/5] RUN npm ci`; a Dockerfile of one stage has no name for it.
fn place(name: &str) -> Option<(&str, u64, u64)> {
    let (inside, _) = name.strip_prefix('[')?.split_once(']')?;
    let (stage, numbers) = inside.rsplit_once(' ').unwrap_or(("image", inside));
    let (number, count) = numbers.split_once('/')?;
    Some((stage, number.parse().ok()?, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], is_json: bool) -> Progress {
        let mut progress = Progress::default();
        progress.read(text, is_json, &mut |_| {});
        progress
    }

    #[test]
    fn stages_are_counted_by_their_steps() {
        let lines = [
            r#"{"vertexes":[{"digest":"a","name":"[internal] load build definition"},{"digest":"b","name":"[build 1/3] FROM golang"}]}"#,
            r#"{"vertexes":[{"digest":"b","name":"[build 1/3] FROM golang","completed":"2026","cached":true}]}"#,
            r#"{"vertexes":[{"digest":"c","name":"[stage-1 1/2] FROM static"},{"digest":"d","name":"[build 2/3] RUN go build"}],"logs":[{"data":"b2sK"}]}"#,
        ];
        let progress = read(lines.join("\n").as_bytes(), true);
        let stages: Vec<_> = progress
            .stages
            .iter()
            .map(|it| (it.name.as_str(), it.steps, it.done, it.cached, it.step.as_str()))
            .collect();
        assert_eq!(stages, [("build", 3, 1, 1, "RUN go build"), ("stage-1", 2, 0, 0, "FROM static")]);
        assert_eq!(progress.end(), "ok");
        let indented = lines.map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            format!("{value:#}")
        });
        let again = read((indented.join("\n") + "\nERROR: it failed\n").as_bytes(), true);
        assert_eq!((again.stages, again.log), (progress.stages, ["ok", "ERROR: it failed"].map(str::to_owned).into()));
    }

    #[test]
    fn an_image_that_cant_be_had_is_told_from_a_step_that_fails() {
        let failed = |name: &str| {
            let line = format!(r#"{{"vertexes":[{{"digest":"a","name":"{name}","error":"not found"}}]}}"#);
            read(line.as_bytes(), true).failure()
        };
        assert!(matches!(failed("[internal] load metadata for docker.io/library/node:1"), Error::Registry { .. }));
        assert!(matches!(failed("[build 2/5] RUN npm ci"), Error::Findings(text) if text.contains("npm ci")));
        assert!(matches!(read(b"ERROR: no", true).failure(), Error::Findings(text) if text.contains("ERROR: no")));
    }

    #[test]
    fn only_the_end_of_a_log_is_kept() {
        let log = (0..10_000).map(|number| format!("line {number}")).collect::<Vec<_>>().join("\n");
        let kept = read(log.as_bytes(), false).log;
        assert_eq!((kept.len(), kept.back().map(String::as_str)), (LAST_LINES, Some("line 9999")));
        let endless = vec![b'x'; 10 * usize::try_from(LONGEST_LINE).unwrap()];
        assert_eq!(read(&endless, false).log.len(), 10);
    }
}
