//! What people read: findings, differences, decisions, and what happened to the files.

use crate::check::{Finding, describe_all};
use crate::cli::Colour;
use crate::cli::bundle::Bundle;
use crate::cli::map::map;
use crate::cli::outcome::Outcome;
use crate::cli::stream::{Style, Text, answer, say, tell};
use crate::cli::viewpoint::Viewpoint;
use crate::error::{Error, Result};
use crate::evidence::Warning;
use crate::output::{Action, Change};
use crate::path::file_name;
use crate::plan::{App, Detection};
use crate::render::{BAKE_FILE, COMPOSE_FILE};
use crate::text::visible;

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

/// Says an error with its hint.
pub fn error(error: &Error) {
    let mut text = Text::new().with(Style::Error, "error").plain(": ");
    text = match error {
        Error::WouldOverwrite { files, diff } => {
            let names: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
            difference(text.plain(format!("would overwrite {}", names.join(" and "))).end(), diff)
        }
        error => text.message(error).end(),
    };
    if let Some(hint) = error.hint() {
        text = text.end().with(Style::Hint, "hint").plain(": ").message(hint).end();
    }
    say(&text);
}

/// Says that the user left.
pub fn interrupted() {
    error(&Error::Interrupted);
}

/// Says warnings with their evidence.
pub fn warnings(warnings: &[Warning], view: &Viewpoint) {
    for warning in warnings {
        let message = warning.text(|evidence| view.evidence(evidence));
        let mut text = Text::new().with(Style::Warning, "warning").plain(": ").plain(message).end();
        if let Some(evidence) = &warning.evidence {
            text = text.plain("  ").with(Style::Dim, view.evidence(evidence)).end();
        }
        if let Some(hint) = &warning.hint {
            text = text.plain("  ").with(Style::Hint, "hint").plain(": ").plain(hint).end();
        }
        say(&text);
    }
}

/// Findings with the lines that they are about.
fn described(findings: &[Finding], texts: &[(&str, &str)], in_colour: bool) -> Text {
    let shown: Vec<Finding> = findings
        .iter()
        .cloned()
        .map(|finding| Finding {
            message: visible(&finding.message).into_owned(),
            help: finding.help.map(|help| visible(&help).into_owned()),
            ..finding
        })
        .collect();
    Text::new().coloured(&describe_all(&shown, texts, in_colour)).end()
}

/// Says what the self-check found in what was made.
pub fn own_findings(outcome: &Outcome) {
    let of = |artifact: &crate::render::Artifact| (artifact.path.clone(), artifact.text.clone());
    let texts = [of(&outcome.artifacts.dockerfile), of(&outcome.artifacts.dockerignore)];
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    if !outcome.findings.is_empty() {
        say(&described(&outcome.findings, &texts, console::colors_enabled_stderr()).end());
    }
}

/// Adds a unified diff.
pub fn difference(mut text: Text, diff: &str) -> Text {
    for line in diff.lines() {
        let style = match line.as_bytes().first() {
            Some(b'+') => Style::Added,
            Some(b'-') => Style::Removed,
            _ => Style::Plain,
        };
        text = text.with(style, line).end();
    }
    text
}

/// Prints every application with its facts; before that, where there are several, their map.
///
/// # Errors
/// When it can't be written.
pub fn detection(detection: &Detection, folder: &str, view: &Viewpoint) -> Result<()> {
    let mut text = Text::new();
    let apps: Vec<&App> = detection.applications.iter().map(|application| application.app()).collect();
    if apps.len() > 1 {
        text = text.append(map(&apps, folder)).end();
    }
    for application in &detection.applications {
        let app = application.app();
        text = text
            .with(Style::Bold, &app.name)
            .plain(format!("  {} ({}) in {}", app.shape, app.language, view.show(&app.folder)))
            .end();
        for fact in &app.facts {
            text = text.plain(format!("  {:16} {}  ", fact.name, fact.value));
            text = text.with(Style::Dim, view.evidence(&fact.evidence)).end();
        }
    }
    if !detection.applications.is_empty() {
        answer(&text)?;
    }
    for (folder, problem) in &detection.problems {
        let place = format!(": {}: ", view.show(folder));
        say(&Text::new().with(Style::Warning, "skipped").plain(place).message(problem).end());
    }
    Ok(())
}

/// More variables than this are counted, not named.
const MOST_VARIABLES: usize = 12;

/// What was decided, and by what; and what it asks of its surroundings.
pub fn decisions(outcome: &Outcome) -> Text {
    let app = outcome.app();
    let mut text =
        Text::new().with(Style::Bold, &outcome.name).plain(format!(": {} ({})", app.shape, app.language)).end();
    let shown: Vec<_> = outcome.noted().filter(|(_, answer)| !answer.value.is_empty()).collect();
    let surroundings = [
        ("services", ["service"].as_slice(), "looked for"),
        ("variables", &["requires", "variable"], "read at run time"),
    ];
    let surroundings = surroundings.map(|(key, kinds, source)| (key, named(app, kinds), source));
    let keys = shown.iter().map(|(key, _)| key.len()).chain(surroundings.iter().map(|(key, ..)| key.len()));
    let width = keys.max().unwrap_or(0);
    for (key, answer) in shown {
        let source = answer.source.describe(|path| outcome.view.show(path));
        text = text.plain(format!("  {key:width$}  {}  ", answer.value)).with(Style::Dim, source).end();
    }
    for (key, names, source) in surroundings.into_iter().filter(|(_, names, _)| !names.is_empty()) {
        text = text.plain(format!("  {key:width$}  {names}  ")).with(Style::Dim, source).end();
    }
    text
}

/// The values of facts of some kinds, each once, those of the first kind first.
fn named(app: &App, kinds: &[&str]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for fact in kinds.iter().flat_map(|kind| app.facts_named(kind)) {
        if !names.contains(&fact.value.as_str()) {
            names.push(&fact.value);
        }
    }
    let more = names.len().saturating_sub(MOST_VARIABLES);
    names.truncate(MOST_VARIABLES);
    let named = names.join(", ");
    if more > 0 { format!("{named} and {more} more") } else { named }
}

/// Says what was decided, by what, and what the user should know.
pub fn decided(outcome: &Outcome) {
    tell(&decisions(outcome).end());
    advice(outcome);
}

/// Says what the Dockerfile can't show, and what the self-check found.
pub fn advice(outcome: &Outcome) {
    warnings(&outcome.plan.warnings, &outcome.view);
    own_findings(outcome);
}

/// What happened to a file, or would.
fn verb(action: Action, is_done: bool) -> &'static str {
    match (action, is_done) {
        (Action::Unchanged, _) => "unchanged",
        (Action::Create, true) => "wrote",
        (Action::Renew, true) => "renewed",
        (Action::Merge, true) => "merged",
        (Action::Replace, true) => "replaced",
        (Action::Create, false) => "would write",
        (Action::Renew, false) => "would renew",
        (Action::Merge, false) => "would merge",
        (Action::Replace, false) => "would replace",
    }
}

/// What happened to a file, or would happen.
fn file(text: Text, change: &Change, view: &Viewpoint, is_done: bool) -> Text {
    let path = view.show(&change.artifact.path);
    let text = text.with(Style::Done, verb(change.action, is_done)).plain(format!(" {path}"));
    match change.conflicts {
        0 => text.end(),
        1 => text.plain(": one place is left for you to decide").end(),
        count => text.plain(format!(": {count} places are left for you to decide")).end(),
    }
}

/// What happened to the files that hold several images together, or would happen.
pub fn bundle(bundle: &Bundle, outcomes: &[Outcome], is_done: bool) -> Text {
    let Some(first) = outcomes.first() else { return Text::new() };
    bundle.changes.iter().fold(Text::new(), |text, change| file(text, change, &first.view, is_done))
}

/// Says how to go on with several images.
pub fn next_of_all(bundle: &Bundle) {
    let has = |name: &str| bundle.changes.iter().any(|change| file_name(&change.artifact.path) == name);
    let mut text = Text::new().end().plain("next: ");
    if has(BAKE_FILE) {
        text = text.plain(format!("docker buildx bake --file {BAKE_FILE}")).end();
    }
    if has(COMPOSE_FILE) {
        text = if has(BAKE_FILE) { text.plain("      ") } else { text };
        text = text.plain("docker compose up --build").end();
        for secret in &bundle.secrets {
            text = text.plain(format!("      before that, write a password into {secret}")).end();
        }
        if !bundle.variables.is_empty() {
            text = text.plain(format!("      and into .env: {}", bundle.variables.join(", "))).end();
        }
    }
    tell(&text);
}

/// What happened to the files, or would happen.
pub fn files(outcome: &Outcome, is_done: bool) -> Text {
    let changes = outcome.changes.iter();
    let mut text = changes.fold(Text::new(), |text, change| file(text, change, &outcome.view, is_done));
    if let Some(settings) = &outcome.settings {
        let path = outcome.view.show(&settings.path);
        let verb = if is_done { "kept" } else { "would keep" };
        text = text.with(Style::Done, verb).plain(format!(" the answers in {path}")).end();
    }
    text
}

/// Says how to go on.
pub fn next(outcome: &Outcome) {
    let quote = crate::shell::quote;
    let artifacts = &outcome.artifacts;
    let (context, dockerfile) = (outcome.view.show(&artifacts.context), outcome.view.show(&artifacts.dockerfile.path));
    let is_usual = crate::path::relative_to(&artifacts.dockerfile.path, &artifacts.context) == "Dockerfile";
    let file = if is_usual { String::new() } else { format!(" --file {}", quote(&dockerfile)) };
    let image = crate::plan::image_name(&outcome.name);
    let publish = outcome.plan.last.port.map(|port| format!(" --publish {port}:{port}")).unwrap_or_default();
    // what the program can't do without, and the image does not set
    let is_set = |name: &str| outcome.plan.last.environment.iter().any(|variable| variable.name == name);
    let needs_variables = outcome.app().facts_named("requires").any(|fact| !is_set(&fact.value));
    let variables = if needs_variables { " --env-file .env" } else { "" };
    let mut steps: Vec<String> = outcome.plan.options.login.iter().cloned().collect();
    if outcome.plan.options.reproducible.is_some() {
        // the usual exporter of Docker keeps the times of files as they are
        steps.push(format!(
            "docker buildx build --build-arg SOURCE_DATE_EPOCH=$(git log -1 --pretty=%ct) \
             --output type=oci,name={image},dest={image}.tar,rewrite-timestamp=true{file} {}",
            quote(&context)
        ));
        steps.push(format!("docker load --input {image}.tar"));
    } else {
        steps.push(format!("docker build --tag {image}{file} {}", quote(&context)));
    }
    steps.push(format!("docker run --rm{publish}{variables} {image}"));
    if outcome.plan.options.debug.is_some() {
        steps.push(format!("docker build --target debug --tag {image}-debug{file} {}", quote(&context)));
        steps.push(format!("docker run --rm --interactive --tty {image}-debug"));
    }
    let mut text = Text::new().end();
    for (place, step) in steps.iter().enumerate() {
        text = text.plain(if place == 0 { "next: " } else { "      " }).plain(step).end();
    }
    tell(&text);
}

/// What is out of date, why, and what would change.
pub fn stale(outcome: &Outcome) -> Text {
    let mut text = Text::new();
    for (key, before, now) in outcome.other_answers() {
        let source = outcome.answers.resolved(key).map(|it| it.source.describe(|path| outcome.view.show(path)));
        let named = |value: &str| if value.is_empty() { "nothing".to_owned() } else { format!("`{value}`") };
        text = text.with(Style::Bold, key).plain(format!(" was {} and is {}", named(before), named(now)));
        text = match source {
            Some(source) => text.plain("  ").with(Style::Dim, source).end(),
            None => text.end(),
        };
    }
    outcome.stale().fold(text, |text, change| match change.action {
        Action::Create => text.plain(format!("{} does not exist", outcome.view.show(&change.artifact.path))).end(),
        _ => difference(text, &change.diff()),
    })
}

/// The paths of files as people read them: `a`, `b` and `c`.
pub fn names(outcome: &Outcome, changes: &[&Change]) -> Vec<String> {
    changes.iter().map(|change| format!("`{}`", outcome.view.show(&change.artifact.path))).collect()
}
