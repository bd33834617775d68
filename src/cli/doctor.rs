//! `dockgen doctor`: whether what dockgen works with is in order here.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use serde::Serialize;

use crate::catalog::data_as_of;
use crate::check::Settings;
use crate::cli::json::{self, VERSION};
use crate::cli::stream::{self, Style, Text};
use crate::cli::templates;
use crate::cli::viewpoint::Viewpoint;
use crate::container::Engine;
use crate::error::{Error, Result};
use crate::output::{RECORD_NAME, Record};
use crate::path::{file_name, parent};
use crate::plan::{CONFIG_FILE, Config};
use crate::repo::Repo;

/// How old the tables of versions and images may be, in days.
const OLDEST: u64 = 180;

const DAY: u64 = 24 * 60 * 60;

/// See whether what dockgen works with is in order here
///
/// Looks at the container engine, the age of the tables, and every dockgen.toml, dockgen.lock and template of the
/// repository. Ends with status 1 where something is out of order.
#[derive(Debug, Args)]
pub struct Doctor {
    /// The repository
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What `dockgen doctor --json` prints.
#[derive(Debug, Serialize)]
pub struct Diagnosis {
    version: u32,
    /// The version of dockgen.
    dockgen: &'static str,
    /// What was looked at.
    checks: Vec<Diagnosed>,
}

/// Something that was looked at.
#[derive(Debug, Serialize)]
struct Diagnosed {
    /// What it is.
    check: String,
    verdict: Verdict,
    /// What was seen.
    seen: String,
    /// What to do about it.
    hint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    /// In order.
    Fine,
    /// Something is missing that only some commands need.
    Missing,
    /// Out of order.
    Wrong,
}

impl Doctor {
    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Looks and prints.
    pub fn run(self) -> Result<()> {
        let (repo, folder) = Repo::open(&self.path)?;
        let view = Viewpoint::new(&repo, &self.path, &folder);
        let mut checks = vec![root(&repo, &self.path), tables(), engine()];
        checks.extend(files(&repo, &view));
        let wrong = checks.iter().filter(|seen| seen.verdict == Verdict::Wrong).count();
        let diagnosis = Diagnosis { version: VERSION, dockgen: env!("CARGO_PKG_VERSION"), checks };
        if self.json {
            stream::json(&json::value(&diagnosis)?)?;
        } else {
            stream::answer(&text(&diagnosis))?;
        }
        match wrong {
            0 => Ok(()),
            1 => Err(Error::Findings("one thing is out of order".into())),
            count => Err(Error::Findings(format!("{count} things are out of order"))),
        }
    }
}

fn text(diagnosis: &Diagnosis) -> Text {
    let head = Text::new().with(Style::Bold, "dockgen").plain(format!(" {}", diagnosis.dockgen)).end();
    let width = diagnosis.checks.iter().map(|seen| seen.check.chars().count()).max().unwrap_or(0);
    diagnosis.checks.iter().fold(head, |text, seen| {
        let (style, mark) = match seen.verdict {
            Verdict::Fine => (Style::Done, "ok    "),
            Verdict::Missing => (Style::Dim, "-     "),
            Verdict::Wrong => (Style::Error, "wrong "),
        };
        let text =
            text.with(style, mark).plain(format!("{:width$}  ", seen.check)).lines(Style::Plain, &seen.seen).end();
        match &seen.hint {
            Some(hint) => text.plain("      ").with(Style::Hint, "hint").plain(": ").lines(Style::Plain, hint).end(),
            None => text,
        }
    })
}

fn fine(check: impl Into<String>, seen: impl Into<String>) -> Diagnosed {
    Diagnosed { check: check.into(), verdict: Verdict::Fine, seen: seen.into(), hint: None }
}

fn wrong(check: impl Into<String>, error: &Error) -> Diagnosed {
    Diagnosed { check: check.into(), verdict: Verdict::Wrong, seen: error.to_string(), hint: error.hint() }
}

fn root(repo: &Repo, path: &Path) -> Diagnosed {
    let seen = format!("{} files below `{}`", repo.files().len(), repo.root().display());
    if repo.root().join(".git").exists() {
        return fine("repository", seen);
    }
    Diagnosed {
        check: "repository".into(),
        verdict: Verdict::Missing,
        seen: format!("`{}` lies in no repository of Git: {seen}", path.display()),
        hint: Some("a workspace around it is found by its manifest; `git init` at its root makes that sure".into()),
    }
}

/// Whether the tables are of this time: an old dockgen takes lines for maintained that have ended.
fn tables() -> Diagnosed {
    let age = days_of(data_as_of()).zip(today()).map(|(then, now)| now.saturating_sub(then));
    let seen = format!("versions and images as of {}", data_as_of());
    match age {
        Some(age) if age > OLDEST => Diagnosed {
            check: "tables".into(),
            verdict: Verdict::Wrong,
            seen: format!("{seen}, {age} days ago"),
            hint: Some("use a newer dockgen".into()),
        },
        _ => fine("tables", seen),
    }
}

fn today() -> Option<u64> {
    Some(SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs() / DAY)
}

/// The days from 1 January 1970 to a date `YYYY-MM-DD`.
fn days_of(date: &str) -> Option<u64> {
    let mut parts = date.split('-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    // years begin in March, so that a leap day is the last one
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    // 1 January 1970, counted like that
    days.checked_sub(719_469)
}

fn engine() -> Diagnosed {
    match Engine::find(None) {
        Ok(engine) => {
            let version = engine.ask(&["version", "--format", "{{.Server.Version}}"]);
            let version = version.or_else(|_| engine.ask(&["--version"])).unwrap_or_default();
            fine("engine", format!("{} {version}", engine.name()))
        }
        Err(error) => Diagnosed {
            check: "engine".into(),
            verdict: Verdict::Missing,
            seen: error.to_string(),
            hint: Some("only `dockgen test` and building need one".into()),
        },
    }
}

/// Every file of dockgen's own, and the templates.
fn files(repo: &Repo, view: &Viewpoint) -> Vec<Diagnosed> {
    let mut all = Vec::new();
    let mut look = |name: String, result: Result<()>| match result {
        Ok(()) => all.push(fine(name, "can be read")),
        Err(error) => all.push(wrong(name, &view.error(error))),
    };
    for path in repo.files() {
        match file_name(path) {
            CONFIG_FILE => {
                let settings = Config::read(repo, parent(path)).and_then(|_| rules(repo, path));
                look(view.show(path), settings);
            }
            RECORD_NAME => look(view.show(path), Record::read(repo, parent(path)).map(|_| ())),
            _ => {}
        }
    }
    match templates::of(repo, view) {
        Ok(templates) if templates.own().is_empty() => {}
        Ok(templates) => all.push(fine("templates", format!("{} of your own", templates.own().len()))),
        Err(error) => all.push(wrong("templates", &error)),
    }
    all
}

fn rules(repo: &Repo, path: &str) -> Result<()> {
    let document = repo.read(path)?;
    Settings::from_toml(document.text())
        .map(|_| ())
        .map_err(|error| document.error_at(document.text().find("[check").unwrap_or(0), error.to_string(), None))
}

#[cfg(test)]
mod tests {
    use super::days_of;

    #[test]
    fn days_are_counted_over_leap_years() {
        assert_eq!(days_of("1970-01-01"), Some(0));
        assert_eq!(days_of("1970-03-01"), Some(59));
        assert_eq!(days_of("2000-03-01"), Some(11017));
        assert_eq!(days_of("2024-02-29"), Some(19782));
        assert_eq!(days_of("2026-11-29"), Some(20786));
        assert_eq!(days_of("soon"), None);
    }
}
