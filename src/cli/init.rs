//! `dockgen init`: the whole pipeline, in order.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use crate::check::{Checkable, Finding, Severity, describe_all};
use crate::cli::answers::AnswerFlags;
use crate::cli::prompt::Terminal;
use crate::cli::report::{self, Outcome};
use crate::error::{Error, Result};
use crate::output::{Action, Change};
use crate::plan::{self, Answers, Application, Config, Defaults, NoTerminal, Prompter};
use crate::repo::Repo;
use crate::{languages, output, render};

/// Write a Dockerfile and a .dockerignore for an application
///
/// In a terminal it asks what the repository does not say, with what was detected preselected; Esc goes back one
/// question, Ctrl-C leaves without writing anything. In scripts each question is a flag, and --yes takes the detected
/// answers for the rest. Answers can also stand in a file dockgen.toml beside the application, under the flags' names.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder of the application or repository
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Take the detected answers and ask nothing
    #[arg(long, short)]
    yes: bool,
    /// Write nothing, print the Dockerfile
    #[arg(long, conflicts_with_all = ["json", "dry_run", "check", "all"])]
    print: bool,
    /// Write nothing, list what would be written
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,
    /// Write nothing, end with status 1 where a file is out of date
    #[arg(long)]
    check: bool,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
    /// Print one JSON object: application, files, facts, answers, findings and warnings; with --all an array of them
    #[arg(long)]
    json: bool,
    /// Take every application of the repository; each gets files of its own
    #[arg(long, conflicts_with = "app")]
    all: bool,
    #[command(flatten)]
    answers: AnswerFlags,
}

impl Init {
    /// Scans, detects, resolves, renders, checks and writes.
    pub fn run(self) -> Result<()> {
        let (repo, folder) = Repo::open(&self.path)?;
        let detection = languages::detect(&repo);
        let flags = &self.answers.0;
        let mut terminal = self.terminal(&folder);
        let prompter: &mut dyn Prompter = match &mut terminal {
            Some(terminal) => terminal,
            None if self.yes => &mut Defaults,
            None => &mut NoTerminal,
        };
        let applications = if self.all {
            plan::choose_all(detection, &folder, &self.path, flags)?
        } else {
            vec![plan::choose(detection, &folder, &self.path, flags, prompter)?]
        };
        let mut outcomes = Vec::new();
        for application in applications {
            outcomes.push(outcome(&repo, &folder, application, flags, prompter)?);
        }
        let changes: Vec<&Change> = outcomes.iter().flat_map(|outcome| &outcome.changes).collect();
        if self.check {
            return current(&changes, &folder);
        }
        if self.print {
            for outcome in &outcomes {
                report::data(&outcome.artifacts.dockerfile.text);
                report::warnings(&outcome.plan.warnings, &folder);
            }
            return Ok(());
        }
        if let Some(terminal) = &terminal {
            outcomes.iter().for_each(report::decisions);
            self.confirm(terminal, &changes, &folder)?;
            output::write(&repo, &changes, true)?;
            for outcome in &outcomes {
                report::files(outcome, true);
            }
            return Ok(());
        }
        if !self.dry_run {
            output::write(&repo, &changes, self.force).map_err(|error| seen_from(error, &folder))?;
        }
        if self.json {
            report::data(&self.json(&outcomes));
        } else {
            for outcome in &outcomes {
                report::decisions(outcome);
                report::files(outcome, !self.dry_run);
            }
        }
        Ok(())
    }

    /// One object, or an array where every application was asked for.
    fn json(&self, outcomes: &[Outcome]) -> String {
        let mut objects: Vec<_> = outcomes.iter().map(Outcome::json).collect();
        let value = if self.all { objects.into() } else { objects.remove(0) };
        format!("{value:#}")
    }

    /// The wizard, where there is somebody to ask and nothing says that nobody shall be asked.
    fn terminal(&self, folder: &str) -> Option<Terminal> {
        let is_terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let asks = is_terminal && !self.yes && !self.json && !self.dry_run && !self.check && !self.print;
        asks.then(|| Terminal::new(folder))
    }

    /// Shows what would be replaced and asks whether to go on.
    fn confirm(&self, terminal: &Terminal, changes: &[&Change], folder: &str) -> Result<()> {
        let replaced: Vec<&&Change> = changes.iter().filter(|change| change.action == Action::Replace).collect();
        for change in &replaced {
            report::difference(&change.diff);
        }
        let names: Vec<String> = changes
            .iter()
            .filter(|change| change.action != Action::Unchanged)
            .map(|change| report::name(change, folder))
            .collect();
        if names.is_empty() || self.force {
            return Ok(());
        }
        let verb = if replaced.is_empty() { "Write" } else { "Replace" };
        let agreed = terminal.confirm(&format!("{verb} {}?", names.join(" and ")), replaced.is_empty())?;
        if agreed { Ok(()) } else { Err(Error::Interrupted) }
    }
}

/// What is made for one application; nothing is written.
fn outcome<'a>(
    repo: &Repo,
    folder: &'a str,
    application: Box<dyn Application>,
    flags: &Answers,
    prompter: &mut dyn Prompter,
) -> Result<Outcome<'a>> {
    let config = Config::read(repo, &application.app().folder)?;
    let answers = plan::resolve(application.as_ref(), flags, &config, prompter)?;
    let plan = application.plan(&answers)?;
    let artifacts = render::render(application.app(), &plan)?;
    let checkable = Checkable::of(repo, &artifacts);
    let findings = checkable.check();
    refuse_defects(&findings, &checkable)?;
    let changes = output::preview(repo, &artifacts)?;
    Ok(Outcome { folder, application, answers, plan, artifacts, findings, changes })
}

/// What dockgen makes is not written when its own rules find an error in it.
fn refuse_defects(findings: &[Finding], checkable: &Checkable) -> Result<()> {
    let errors: Vec<Finding> = findings.iter().filter(|finding| finding.severity == Severity::Error).cloned().collect();
    if errors.is_empty() {
        return Ok(());
    }
    let described = describe_all(&errors, &checkable.texts(), false);
    Err(Error::Defect(format!(
        "the Dockerfile that was made does not pass its own check; nothing was written\n\n{described}"
    )))
}

/// Whether the files on the disk are what would be written.
fn current(changes: &[&Change], folder: &str) -> Result<()> {
    let stale: Vec<&&Change> = changes.iter().filter(|change| change.action != Action::Unchanged).collect();
    if stale.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = stale.iter().map(|change| format!("`{}`", report::name(change, folder))).collect();
    let diffs: Vec<&str> = stale.iter().map(|change| change.diff.trim_end()).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    Err(Error::Findings(format!("{} {verb} out of date\n{}", names.join(" and "), diffs.join("\n").trim_end())))
}

/// An error whose paths are shown from the folder that the user named.
fn seen_from(error: Error, folder: &str) -> Error {
    match error {
        Error::WouldOverwrite { files, diff } => {
            let files = files.iter().map(|file| crate::path::relative_to(file, folder)).collect();
            Error::WouldOverwrite { files, diff }
        }
        other => other,
    }
}
