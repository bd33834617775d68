//! The program `shellcheck`, where it is installed: all scripts of a Dockerfile at once, and what it says of them.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::dockerfile::{Joined, Span};
use crate::repo::file;

/// How long it may take for a Dockerfile.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long it is waited between two looks at it.
const PAUSE: Duration = Duration::from_millis(5);

/// What it can't know of a line of a Dockerfile: files that are sourced, and variables of ENV and ARG.
const EXCLUDED: &str = "--exclude=SC1090,SC1091,SC2154";

/// A shell that it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The shell of POSIX.
    Posix,
    /// Bash.
    Bash,
    /// Dash, and BusyBox's, which is near it.
    Dash,
    /// The KornShell.
    Korn,
}

/// What a shell is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its text, with its place in the Dockerfile.
    pub text: Joined,
    /// The shell.
    pub dialect: Dialect,
}

/// What it says of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The place in the Dockerfile.
    pub span: Span,
    /// `error`, `warning`, `info` or `style`.
    pub level: String,
    /// Its number for this.
    pub code: u32,
    /// What is wrong.
    pub message: String,
}

/// Its report, the form `json1`.
#[derive(Deserialize)]
struct Report {
    comments: Vec<Said>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    file: String,
    line: usize,
    end_line: usize,
    column: usize,
    end_column: usize,
    level: String,
    code: u32,
    message: String,
}

impl Dialect {
    /// That of a program; nothing where it is no shell that it knows.
    pub fn of(program: &str) -> Option<Self> {
        match program.rsplit('/').next()? {
            "sh" => Some(Self::Posix),
            "bash" => Some(Self::Bash),
            "dash" | "ash" => Some(Self::Dash),
            "ksh" => Some(Self::Korn),
            _ => None,
        }
    }

    /// The line that tells it.
    fn first_line(self) -> &'static str {
        match self {
            Self::Posix => "#!/bin/sh\n",
            Self::Bash => "#!/bin/bash\n",
            Self::Dash => "#!/bin/dash\n",
            Self::Korn => "#!/bin/ksh\n",
        }
    }
}

/// The program that the first line of a script names.
pub fn interpreter(script: &str) -> Option<&str> {
    let mut words = script.lines().next()?.strip_prefix("#!")?.split_whitespace();
    let program = words.next()?;
    if program.ends_with("/env") { words.find(|word| !word.starts_with('-')) } else { Some(program) }
}

/// What it says of scripts; nothing where it is not installed, fails or takes too long.
pub fn comments(scripts: &[Script]) -> Vec<Comment> {
    if scripts.is_empty() {
        return Vec::new();
    }
    ask(scripts).map(|report| placed(&report, scripts)).unwrap_or_default()
}

/// Its report on scripts, each in a file whose name is its number.
fn ask(scripts: &[Script]) -> Option<String> {
    let folder = tempfile::tempdir().ok()?;
    let mut command = Command::new("shellcheck");
    // neither settings of the user nor files beside these
    command.args(["--norc", "--format=json1", EXCLUDED]).current_dir(folder.path());
    for (number, script) in scripts.iter().enumerate() {
        let name = number.to_string();
        std::fs::write(folder.path().join(&name), script.dialect.first_line().to_owned() + script.text.as_str())
            .ok()?;
        command.arg(name);
    }
    let report = folder.path().join("report");
    command.stdin(Stdio::null()).stdout(std::fs::File::create(&report).ok()?).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let started = Instant::now();
    while child.try_wait().ok()?.is_none() {
        if started.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(PAUSE);
    }
    file::text(folder.path(), &report, &report).ok()
}

/// The comments of a report at their places in the Dockerfile.
fn placed(report: &str, scripts: &[Script]) -> Vec<Comment> {
    let Ok(report) = serde_json::from_str::<Report>(report) else { return Vec::new() };
    let comments = report.comments.into_iter().filter_map(|said| {
        let script = scripts.get(said.file.parse::<usize>().ok()?)?;
        let start = offset(script.text.as_str(), said.line, said.column)?;
        let end = offset(script.text.as_str(), said.end_line, said.end_column).unwrap_or(start);
        let span = script.text.span(start..end.max(start));
        Some(Comment { span, level: said.level, code: said.code, message: said.message })
    });
    comments.collect()
}

/// The byte of a text that a line and a column mean, both from one, with the line of the shell in front.
fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let before: usize = text.split_inclusive('\n').take(line.checked_sub(2)?).map(str::len).sum();
    let rest = text.get(before..)?;
    let inside = rest.char_indices().map(|(at, _)| at).chain([rest.len()]).nth(column.checked_sub(1)?)?;
    Some(before + inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_are_known_by_their_programs() {
        assert_eq!(Dialect::of("/bin/bash"), Some(Dialect::Bash));
        assert_eq!(Dialect::of("pwsh"), None);
        assert_eq!(interpreter("#!/usr/bin/env -S bash -e\ntrue\n"), Some("bash"));
        assert_eq!(interpreter("#!/usr/bin/python3\n"), Some("/usr/bin/python3"));
        assert_eq!(interpreter("echo a\n"), None);
    }

    #[test]
    fn what_is_said_is_brought_to_its_place() {
        // the line of a RUN at byte 10, which is the first that a script has behind the line of its shell
        let script = Script { text: Joined::from_source(10, "echo ä $x\nrm $y"), dialect: Dialect::Posix };
        let said = |line: usize, column: usize, end: usize| {
            format!(
                r#"{{"file":"0","line":{line},"endLine":{line},"column":{column},"endColumn":{end},"level":"info","code":2086,"message":"m","fix":null}}"#
            )
        };
        let report = format!(r#"{{"comments":[{},{},{}]}}"#, said(2, 8, 10), said(3, 4, 6), said(9, 9, 9));
        let found = placed(&report, &[script]);
        let spans: Vec<Span> = found.iter().map(|comment| comment.span).collect();
        assert_eq!(spans, [Span::new(18, 20), Span::new(24, 26)], "what is out of the text is passed over");
        assert_eq!((found[0].code, found[0].level.as_str()), (2086, "info"));
        assert!(placed("no report", &[]).is_empty());
    }
}
