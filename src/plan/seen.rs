//! What was seen where nothing is found: an error that says so is no riddle.

use std::path::Path;

use crate::error::Error;
use crate::path::file_name;
use crate::repo::Repo;

/// The endings of sources, with what people call their language.
const SOURCES: &[(&str, &str)] = &[
    ("js", "JavaScript"),
    ("mjs", "JavaScript"),
    ("cjs", "JavaScript"),
    ("ts", "TypeScript"),
    ("tsx", "TypeScript"),
    ("py", "Python"),
    ("go", "Go"),
    ("rs", "Rust"),
    ("java", "Java"),
    ("kt", "Kotlin"),
];

/// The files that say that a project lies in their folder.
const MANIFESTS: &[&str] = &[
    "package.json",
    "pom.xml",
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
    "Pipfile",
    "Cargo.toml",
    "go.mod",
    "go.work",
];

/// At most this many files are opened to see whether they can be read.
const MOST_OPENED: usize = 2000;

/// Whether a project lies directly in a folder.
pub fn has_manifest(folder: &Path) -> bool {
    MANIFESTS.iter().any(|name| folder.join(name).is_file())
}

/// An error that nothing is there, with what is there instead: the sources, and what could not be read of them.
#[must_use]
pub fn with_what_was_seen(repo: &Repo, folder: &str, error: Error) -> Error {
    match error {
        Error::NoApplication { folder: shown, message, hint } => {
            let seen = [Some(sources(repo, folder)), unread(repo, folder)];
            let seen = seen.into_iter().flatten().collect::<Vec<_>>().join("; ");
            Error::NoApplication { folder: shown, message: format!("{message}\n  {seen}"), hint }
        }
        Error::Unsupported { message, evidence, hint } => match unread(repo, folder) {
            Some(unread) => Error::Unsupported { message, evidence, hint: format!("{unread}\n      {hint}") },
            None => Error::Unsupported { message, evidence, hint },
        },
        other => other,
    }
}

/// The sources of a folder, counted by their language.
fn sources(repo: &Repo, folder: &str) -> String {
    let language = |file: &str| {
        let ending = file.rsplit_once('.')?.1;
        SOURCES.iter().find(|(known, _)| *known == ending).map(|(_, language)| *language)
    };
    let mut counts: Vec<(&str, usize, &str)> = Vec::new();
    let mut total = 0;
    for file in repo.files_under(folder) {
        total += 1;
        let Some(language) = language(file_name(file)) else { continue };
        match counts.iter_mut().find(|(known, ..)| *known == language) {
            Some((_, count, _)) => *count += 1,
            None => counts.push((language, 1, file)),
        }
    }
    let shown: Vec<String> = counts
        .iter()
        .map(|(language, count, first)| match count {
            1 => format!("one file of {language} (`{}`)", first.escape_debug()),
            count => format!("{count} files of {language} (`{}` is the first)", first.escape_debug()),
        })
        .collect();
    match (total, shown.as_slice()) {
        (0, _) => "the folder is empty".into(),
        (1, []) => "seen: one file, and no source".into(),
        (total, []) => format!("seen: {total} files, and no source"),
        _ => format!("seen: {}, and nothing that starts it", shown.join(", ")),
    }
}

/// The files that matter and can't be read.
fn unread(repo: &Repo, folder: &str) -> Option<String> {
    let matters = |file: &&str| {
        let name = file_name(file);
        MANIFESTS.contains(&name)
            || name.rsplit_once('.').is_some_and(|(_, ending)| SOURCES.iter().any(|(known, _)| *known == ending))
    };
    let failed = repo.files_under(folder).filter(matters).take(MOST_OPENED).find_map(|file| match repo.read(file) {
        Err(Error::Read { source, .. }) => Some((file, source)),
        _ => None,
    });
    failed.map(|(file, reason)| format!("`{}` could not be read: {reason}", file.escape_debug()))
}
