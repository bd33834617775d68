//! The requirements files of pip, with all that they include.

use crate::evidence::Evidence;
use crate::languages::python::manifest::requirement::{Dependency, normalise, parse};
use crate::path::{join, parent};
use crate::repo::{Document, Repo};

/// What the requirements files of an application say, read together.
#[derive(Debug, Default)]
pub struct Requirements {
    /// The files, the first one being what `pip install -r` names.
    pub files: Vec<String>,
    /// What they list.
    pub dependencies: Vec<Dependency>,
    /// Folders of the repository that they install from.
    pub local: Vec<String>,
    /// Packages that they want compiled; `:all:` for every one.
    pub compiled: Vec<String>,
    /// Files that they name and that do not exist.
    pub missing: Vec<Evidence>,
    /// Lines that include a file which includes them.
    pub circular: Vec<Evidence>,
}

/// Reads a requirements file and all that it includes.
pub fn read(repo: &Repo, path: &str) -> Requirements {
    let mut found = Requirements::default();
    include(repo, path, &mut Vec::new(), &mut found);
    found
}

/// Reads a file that those `above` have led to.
fn include(repo: &Repo, path: &str, above: &mut Vec<String>, found: &mut Requirements) {
    if found.files.iter().any(|file| file == path) {
        return;
    }
    found.files.push(path.to_owned());
    above.push(path.to_owned());
    // pip reads other encodings; what such a file lists is then not known
    let Some(document) = repo.read_optional(path) else {
        above.pop();
        return;
    };
    for (number, line) in logical_lines(&document) {
        let evidence = || document.evidence_line(number);
        if let Some(other) = option(&line, &["-r", "--requirement", "-c", "--constraint"]) {
            let other = join(parent(path), &other);
            if above.contains(&other) {
                found.circular.push(evidence());
            } else if repo.has(&other) {
                include(repo, &other, above, found);
            } else {
                found.missing.push(evidence());
            }
        } else if let Some(target) = option(&line, &["-e", "--editable"]) {
            local_or_package(repo, path, &target, evidence(), found);
        } else if let Some(names) = option(&line, &["--no-binary"]) {
            found.compiled.extend(names.split(',').map(normalise));
        } else if line.starts_with('.') {
            local_or_package(repo, path, &line, evidence(), found);
        } else if !line.starts_with('-') {
            let line = line.split(" --").next().unwrap_or_default();
            found.dependencies.extend(parse(line, evidence()));
        }
    }
    above.pop();
}

/// Folders are installed from the place where pip is run, the folder of the application.
fn local_or_package(repo: &Repo, path: &str, target: &str, evidence: Evidence, found: &mut Requirements) {
    let place = target.split(['[', ' ', ';']).next().unwrap_or_default().trim_start_matches("file:");
    if place.starts_with('.') || repo.has_folder(&join(parent(path), place)) {
        found.local.push(place.to_owned());
    } else {
        found.dependencies.extend(parse(target, evidence));
    }
}

/// Lines without comments, with continuations joined.
fn logical_lines(document: &Document) -> Vec<(u32, String)> {
    let mut lines = Vec::new();
    let mut open: Option<(u32, String)> = None;
    for (number, text) in document.lines() {
        let text = if text.trim_start().starts_with('#') { "" } else { text.trim() };
        let text = text.split(" #").next().unwrap_or_default().trim_end();
        let (part, continues) = match text.strip_suffix('\\') {
            Some(part) => (part.trim_end(), true),
            None => (text, false),
        };
        let (first, mut joined) = open.take().unwrap_or((number, String::new()));
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(part);
        if continues {
            open = Some((first, joined));
        } else if !joined.is_empty() {
            lines.push((first, joined));
        }
    }
    lines.extend(open);
    lines
}

/// The value of an option that the line consists of.
fn option(line: &str, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let rest = line.strip_prefix(name)?;
        let value = rest
            .strip_prefix('=')
            .or_else(|| rest.strip_prefix(char::is_whitespace))
            .or_else(|| (name.len() == 2 && !rest.starts_with('-')).then_some(rest))?;
        Some(value.trim().to_owned())
    })
}
