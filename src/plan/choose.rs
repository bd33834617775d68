//! Which of the applications found is meant.

use std::path::Path;

use crate::catalog::is_side_folder;
use crate::error::{Error, Result};
use crate::evidence::Warning;
use crate::path::{file_name, is_inside, parent};
use crate::plan::{Answers, App, Application, Choice, Config, Detection, Prompter, Question, Reply, Role};

/// Picks the application for `folder` (from the root of the repository; `shown` as the user wrote it).
///
/// One in the folder itself wins over those below it; below it, samples, tests and tools do not count while there is
/// another. Where several remain, the flags or the prompter decide.
///
/// # Errors
/// [`Error::NoApplication`], [`Error::SeveralApplications`], the problem of a manifest in the folder, or what the
/// prompter says.
pub fn choose(
    detection: Detection,
    folder: &str,
    shown: &Path,
    flags: &Answers,
    prompter: &mut dyn Prompter,
) -> Result<Box<dyn Application>> {
    let mut candidates = candidates(detection, folder, shown, flags)?;
    let chosen = pick(&candidates, folder, false, prompter)?.unwrap_or(0);
    Ok(candidates.remove(chosen))
}

/// As [`choose`], where somebody who is asked may say that all are meant.
///
/// # Errors
/// As [`choose`].
pub fn choose_some(
    detection: Detection,
    folder: &str,
    shown: &Path,
    flags: &Answers,
    prompter: &mut dyn Prompter,
) -> Result<Vec<Box<dyn Application>>> {
    let mut candidates = candidates(detection, folder, shown, flags)?;
    Ok(match pick(&candidates, folder, true, prompter)? {
        Some(chosen) => vec![candidates.swap_remove(chosen)],
        None => candidates,
    })
}

/// The answer that every application is meant; no name of one holds blanks.
const ALL: &str = "all of them";

/// Which of them is meant; nothing where all are.
fn pick(
    candidates: &[Box<dyn Application>],
    folder: &str,
    offers_all: bool,
    prompter: &mut dyn Prompter,
) -> Result<Option<usize>> {
    if candidates.len() == 1 {
        return Ok(Some(0));
    }
    let question = question(candidates, folder);
    let mut asked = question.clone();
    if offers_all {
        asked.choices.push(Choice::new(ALL, "a Dockerfile for each"));
    }
    let mut problem = None;
    loop {
        let reply = prompter.ask(&asked, None, problem.as_ref()).map_err(|error| match error {
            Error::MissingAnswer { .. } => several(&question),
            other => other,
        })?;
        if let Reply::Answer(value) = reply {
            match asked.choices.iter().position(|choice| choice.value == value) {
                Some(index) => return Ok(Some(index).filter(|index| *index < candidates.len())),
                None => problem = asked.accept(&value).err(),
            }
        }
    }
}

/// That a part of the repository is in no image: an application that none can be made of, in a folder of its own.
pub fn left_out(detection: &Detection, folder: &str) -> Vec<Warning> {
    let is_apart = |place: &str| !detection.applications.iter().any(|it| is_inside(place, &it.app().folder));
    let left_out = detection
        .left_out
        .iter()
        .filter(|(place, _)| is_apart(place) && below(place, folder).is_some_and(|inside| !is_side_folder(inside)));
    left_out.map(|(_, warning)| warning.clone()).collect()
}

/// The answers, with those of `dockgen.toml` in the folder that the user named to which application is meant and what it is started by.
pub fn with_choice(given: &Answers, config: &Config) -> Answers {
    let mut given = given.clone();
    for key in ["app", "language", "start"] {
        if let Some(kept) = config.answer(key).filter(|_| !given.has(key)) {
            given.set(key, kept);
        }
    }
    given
}

/// Every application that [`choose`] would let the user choose from.
///
/// # Errors
/// As [`choose`].
pub fn choose_all(
    detection: Detection,
    folder: &str,
    shown: &Path,
    flags: &Answers,
) -> Result<Vec<Box<dyn Application>>> {
    candidates(detection, folder, shown, flags)
}

/// The applications that `folder` can mean, the less evident ones put aside; at least one.
fn candidates(detection: Detection, folder: &str, shown: &Path, flags: &Answers) -> Result<Vec<Box<dyn Application>>> {
    let Detection { mut applications, mut problems, startable, left_out: _, languages } = detection;
    if flags.has("start") && !applications.iter().any(|it| below(&it.app().folder, folder).is_some()) {
        applications.extend(startable);
    }
    let inside: Vec<Box<dyn Application>> =
        applications.into_iter().filter(|it| below(&it.app().folder, folder).is_some()).collect();
    let is_broken = |(place, error): &(String, Error)| {
        place == folder && matches!(error, Error::Manifest { .. } | Error::Read { .. })
    };
    if !inside.iter().any(|it| it.app().folder == folder)
        && let Some(index) = problems.iter().position(is_broken)
    {
        // The manifest of the very folder that the user named can't be read: nothing below it is what was meant.
        return Err(problems.swap_remove(index).1);
    }
    if inside.is_empty() {
        let mut problems: Vec<(String, Error)> =
            problems.into_iter().filter(|(place, _)| below(place, folder).is_some()).collect();
        // a package that starts nothing says least: beside the manifest of another language it makes the assets
        problems.sort_by_key(|(place, error)| {
            (place.split('/').count() * usize::from(!place.is_empty()), is_of_package(error))
        });
        return Err(problems.into_iter().next().map_or_else(|| nothing(shown, &languages), |(_, error)| error));
    }
    let mut candidates = matching(inside, folder, flags)?;
    if candidates.len() > 1 {
        candidates = most_evident(candidates, folder);
    }
    // beside the manifest of a language without templates, what could run makes its assets
    let is_foreign = problems.iter().any(|(place, it)| place == folder && matches!(it, Error::NoApplication { .. }));
    let is_evident = |app: &App| {
        let place = below(&app.folder, folder).unwrap_or_default();
        let is_own = app.role == Role::Application;
        place.is_empty() && (is_own || !is_foreign) || is_own && !is_side_folder(place)
    };
    if flags.get("app").is_none()
        && flags.get("language").is_none()
        && !candidates.iter().any(|it| is_evident(it.app()))
    {
        // a library with samples is no application, and a broken manifest is not made up for by a tool beside it
        if let Some((_, error)) = problems.into_iter().find(|(place, _)| place == folder) {
            return Err(error);
        }
    }
    Ok(candidates)
}

/// Which of them.
fn question(candidates: &[Box<dyn Application>], folder: &str) -> Question {
    let choices = candidates
        .iter()
        .map(|it| Choice::new(selector(it.app(), candidates, folder), describe(it.app(), folder)))
        .collect();
    Question::new("app", None).choices(choices)
}

/// Whether a problem is about a `package.json`.
fn is_of_package(error: &Error) -> bool {
    let Error::Unsupported { evidence: Some(evidence), .. } = error else { return false };
    file_name(&evidence.path) == "package.json"
}

/// `place` as seen from `folder` when it lies at or below it.
fn below<'a>(place: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(place);
    }
    let rest = place.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// The applications that the flags allow.
fn matching(inside: Vec<Box<dyn Application>>, folder: &str, flags: &Answers) -> Result<Vec<Box<dyn Application>>> {
    let list: Vec<String> = inside.iter().map(|it| line(it.app(), folder)).collect();
    let wanted = |app: &App| {
        let named = flags.get("app").is_none_or(|name| {
            let place = name.trim_start_matches("./").trim_end_matches('/');
            let folder_of_app = below(&app.folder, folder).unwrap_or_default();
            app.name == name
                || folder_of_app == place
                || app.folder == place
                || (place == "." && folder_of_app.is_empty())
        });
        named && flags.get("language").is_none_or(|language| app.language == language)
    };
    let mut candidates: Vec<Box<dyn Application>> = inside.into_iter().filter(|it| wanted(it.app())).collect();
    // A folder is one application of a language; a name can be that of several.
    let is_there = |app: &App| flags.get("app").is_some() && below(&app.folder, folder) == flags.get("app");
    if candidates.iter().any(|it| is_there(it.app())) {
        candidates.retain(|it| is_there(it.app()));
    }
    if candidates.is_empty() {
        let key = if flags.has("app") { "app" } else { "language" };
        return Err(Error::BadAnswer {
            key: key.into(),
            value: flags.get(key).unwrap_or_default().escape_debug().to_string(),
            message: format!("the applications found are\n{}", list.join("\n")),
            hint: "name one of them by its name or folder".into(),
        });
    }
    Ok(candidates)
}

/// The folders of the front ends that other applications build into themselves.
fn built_in(candidates: &[Box<dyn Application>]) -> Vec<String> {
    let facts = candidates.iter().flat_map(|it| &it.app().facts);
    facts.filter(|fact| fact.name == "front end").map(|fact| parent(&fact.evidence.path).to_owned()).collect()
}

/// The applications that are left when the less evident ones are put aside.
fn most_evident(mut candidates: Vec<Box<dyn Application>>, folder: &str) -> Vec<Box<dyn Application>> {
    let parts = built_in(&candidates);
    let modules: Vec<String> =
        candidates.iter().filter(|it| it.app().language == "java").map(|it| it.app().folder.clone()).collect();
    let is_part = |app: &App| {
        // What lies among the sources of a Maven module is packed with it.
        let is_source = |module: &String| below(&app.folder, module).is_some_and(|rest| rest.starts_with("src/main/"));
        app.language == "node" && (parts.contains(&app.folder) || modules.iter().any(is_source))
    };
    candidates.retain(|it| !is_part(it.app()));
    let place = |app: &App| below(&app.folder, folder).unwrap_or_default().to_owned();
    let steps: [&dyn Fn(&App) -> bool; 4] = [
        &|app| place(app).is_empty() && app.role == Role::Application,
        &|app| app.role == Role::Application && !is_side_folder(&place(app)),
        &|app| place(app).is_empty(),
        &|app| app.role == Role::Application,
    ];
    for step in steps {
        if candidates.iter().any(|it| step(it.app())) {
            return candidates.into_iter().filter(|it| step(it.app())).collect();
        }
    }
    candidates
}

/// The shortest text that names this application among the candidates.
fn selector(app: &App, candidates: &[Box<dyn Application>], folder: &str) -> String {
    if candidates.iter().filter(|it| it.app().name == app.name).count() == 1 {
        return app.name.clone();
    }
    match below(&app.folder, folder) {
        None | Some("") => ".".into(),
        Some(place) => place.to_owned(),
    }
}

fn describe(app: &App, folder: &str) -> String {
    let place = below(&app.folder, folder).filter(|place| !place.is_empty()).unwrap_or(".");
    format!("{} in {place} ({})", app.shape, app.language)
}

fn line(app: &App, folder: &str) -> String {
    format!("  {}  {}", app.name.escape_debug(), describe(app, folder))
}

fn several(question: &Question) -> Error {
    let width = question.choices.iter().map(|choice| choice.value.chars().count()).max().unwrap_or(0);
    let list = question
        .choices
        .iter()
        .map(|choice| format!("  {:width$}  {}", choice.value.escape_debug().to_string(), choice.description));
    let first = question.choices.first().map_or("NAME", |choice| choice.value.as_str());
    Error::SeveralApplications {
        list: list.collect(),
        hint: format!(
            "name one: `dockgen init --yes --app {}`, or take each of them: `--all`",
            crate::shell::quote(first)
        ),
    }
}

/// The error that a folder holds nothing to make an image of.
pub fn nothing(folder: &Path, languages: &[&str]) -> Error {
    Error::NoApplication {
        folder: folder.to_owned(),
        message: format!("nothing that could be started is there in {}", languages.join(", ")),
        hint: "go to the folder of the application, or name it: `dockgen init PATH`".into(),
    }
}
