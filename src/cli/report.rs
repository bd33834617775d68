//! The only printer: data to stdout, words for people to stderr.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the room that prints")]

use std::io::Write;

use console::style;
use serde_json::json;

use crate::check::Finding;
use crate::cli::Colour;
use crate::error::Error;
use crate::evidence::Warning;
use crate::output::{Action, Change};
use crate::path::relative_to;
use crate::plan::{Answers, App, Application, BuildPlan, Detection};
use crate::render::Artifacts;

/// Sets colour for both streams.
pub fn set_colour(colour: Colour) {
    match colour {
        Colour::Auto => {}
        Colour::Always | Colour::Never => {
            console::set_colors_enabled(colour == Colour::Always);
            console::set_colors_enabled_stderr(colour == Colour::Always);
        }
    }
}

/// Prints data; a reader that has gone away is no error.
pub fn data(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let _ = write!(stdout, "{text}{end}");
    let _ = stdout.flush();
}

/// Prints an error with its hint.
pub fn error(error: &Error) {
    eprintln!("{}: {error}", style("error").red().bold().for_stderr());
    if let Some(hint) = error.hint() {
        eprintln!("\n{}: {hint}", style("hint").cyan().bold().for_stderr());
    }
}

/// Says that the user left.
pub fn interrupted() {
    error(&Error::Interrupted);
}

/// Prints warnings with their evidence, seen from a folder.
pub fn warnings(warnings: &[Warning], folder: &str) {
    for warning in warnings {
        eprintln!("{}: {}", style("warning").yellow().bold().for_stderr(), warning.message);
        if let Some(evidence) = &warning.evidence {
            eprintln!("  {}", style(evidence.seen_from(folder)).dim().for_stderr());
        }
        if let Some(hint) = &warning.hint {
            eprintln!("  {}: {hint}", style("hint").cyan().for_stderr());
        }
    }
}

/// Prints what would change.
pub fn difference(diff: &str) {
    for line in diff.lines() {
        match line.as_bytes().first() {
            Some(b'+') => eprintln!("{}", style(line).green().for_stderr()),
            Some(b'-') => eprintln!("{}", style(line).red().for_stderr()),
            _ => eprintln!("{line}"),
        }
    }
}

/// Prints every application with its facts.
pub fn detection(detection: &Detection) {
    for application in &detection.applications {
        let app = application.app();
        let folder = if app.folder.is_empty() { "." } else { &app.folder };
        println!("{}  {} ({}) in {folder}", style(&app.name).bold(), app.shape, app.language);
        for fact in &app.facts {
            println!("  {:16} {}  {}", fact.name, fact.value, style(&fact.evidence).dim());
        }
    }
    for (folder, problem) in &detection.problems {
        let folder = if folder.is_empty() { "." } else { folder };
        eprintln!("{}: {folder}: {problem}", style("skipped").yellow().bold().for_stderr());
    }
}

/// The detection as one JSON object.
pub fn detection_json(detection: &Detection) -> String {
    let applications: Vec<&App> = detection.applications.iter().map(|application| application.app()).collect();
    let problems: Vec<serde_json::Value> = detection
        .problems
        .iter()
        .map(|(folder, error)| json!({ "folder": folder, "message": error.to_string(), "hint": error.hint() }))
        .collect();
    format!("{:#}", json!({ "applications": applications, "problems": problems }))
}

/// All that `init` has to tell of an application.
pub struct Outcome<'a> {
    /// The folder that the user named, from the root of the repository.
    pub folder: &'a str,
    /// The application.
    pub application: Box<dyn Application>,
    /// Its answers.
    pub answers: Answers,
    /// Its plan.
    pub plan: BuildPlan,
    /// What was made.
    pub artifacts: Artifacts,
    /// What the self-check says.
    pub findings: Vec<Finding>,
    /// What happens to the files.
    pub changes: Vec<Change>,
}

impl Outcome<'_> {
    /// One JSON object; paths are relative to the folder that the user named.
    pub fn json(&self) -> serde_json::Value {
        let app = self.application.app();
        let files: Vec<serde_json::Value> = self
            .changes
            .iter()
            .map(|change| json!({ "path": relative_to(&change.artifact.path, self.folder), "action": change.action }))
            .collect();
        let answers: serde_json::Map<String, serde_json::Value> = self
            .answers
            .iter()
            .map(|(key, answer)| (key.to_owned(), json!({ "value": answer.value, "source": answer.source })))
            .collect();
        json!({
            "app": { "name": app.name, "language": app.language, "shape": app.shape, "folder": relative_to(&app.folder, self.folder) },
            "build_context": relative_to(&self.artifacts.context, self.folder),
            "dockerfile": relative_to(&self.artifacts.dockerfile.path, self.folder),
            "files": files,
            "facts": app.facts,
            "answers": answers,
            "findings": self.findings,
            "warnings": self.plan.warnings,
        })
    }
}

/// Prints what was decided, by what, and what the user should know.
pub fn decisions(outcome: &Outcome) {
    let app = outcome.application.app();
    eprintln!("{}: {} ({})", style(&app.name).bold().for_stderr(), app.shape, app.language);
    let shown: Vec<_> = outcome.answers.iter().filter(|(_, answer)| !answer.value.is_empty()).collect();
    let width = shown.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    for (key, answer) in shown {
        eprintln!(
            "  {key:width$}  {}  {}",
            answer.value,
            style(answer.source.describe(outcome.folder)).dim().for_stderr()
        );
    }
    eprintln!();
    warnings(&outcome.plan.warnings, outcome.folder);
}

/// The name of a file as the user would write it.
pub fn name(change: &Change, folder: &str) -> String {
    relative_to(&change.artifact.path, folder)
}

/// Prints what happened to the files, or would happen, and how to go on.
pub fn files(outcome: &Outcome, written: bool) {
    for change in &outcome.changes {
        let word = match (change.action, written) {
            (Action::Unchanged, _) => "unchanged",
            (Action::Create, true) => "wrote",
            (Action::Replace, true) => "replaced",
            (Action::Create, false) => "would write",
            (Action::Replace, false) => "would replace",
        };
        eprintln!("{} {}", style(word).green().bold().for_stderr(), name(change, outcome.folder));
    }
    if written {
        let app = outcome.application.app();
        let context = relative_to(&outcome.artifacts.context, outcome.folder);
        let dockerfile = relative_to(&outcome.artifacts.dockerfile.path, outcome.folder);
        let image = crate::plan::image_name(&app.name);
        let file = if app.folder == outcome.artifacts.context && context == "." {
            String::new()
        } else {
            format!(" --file {}", crate::shell::quote(&dockerfile))
        };
        let port = outcome.plan.last.port;
        let publish = port.map(|port| format!(" --publish {port}:{port}")).unwrap_or_default();
        eprintln!("\nnext: docker build --tag {image}{file} {}", crate::shell::quote(&context));
        eprintln!("      docker run --rm{publish} {image}");
    }
}
