//! The requirements files of pip, with all that they include.

use crate::evidence::{Evidence, Fact};
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
    /// Files and folders of the repository that they install from, from its root.
    pub local: Vec<Fact<String>>,
    /// Lines that install from outside of the repository.
    pub outside: Vec<Evidence>,
    /// Packages that they want compiled; `:all:` for every one.
    pub compiled: Vec<String>,
    /// Files that they name and that do not exist.
    pub missing: Vec<Evidence>,
    /// Lines that include a file which includes them.
    pub circular: Vec<Evidence>,
}

/// Reads a requirements file and all that it includes, for pip that runs in this folder.
pub fn read(repo: &Repo, path: &str, folder: &str) -> Requirements {
    let mut found = Requirements::default();
    include(repo, path, folder, &mut Vec::new(), &mut found);
    found
}

/// Reads a file that those `above` have led to.
fn include(repo: &Repo, path: &str, folder: &str, above: &mut Vec<String>, found: &mut Requirements) {
    if found.files.iter().any(|file| file == path) {
        return;
    }
    found.files.push(path.to_owned());
    above.push(path.to_owned());
    let Ok(document) = repo.read_encoded(path) else {
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
                include(repo, &other, folder, above, found);
            } else {
                found.missing.push(evidence());
            }
        } else if let Some(target) = option(&line, &["-e", "--editable"]) {
            local_or_package(repo, folder, &target, evidence(), found);
        } else if let Some(links) = option(&line, &["-f", "--find-links"]) {
            // beside the file that names it, else where pip runs
            let beside = join(parent(path), &links);
            let base = if repo.has_folder(&beside) || repo.has(&beside) { parent(path) } else { folder };
            if !links.contains("://") {
                local(repo, base, &links, evidence(), found);
            }
        } else if let Some(names) = option(&line, &["--no-binary"]) {
            found.compiled.extend(names.split(',').map(normalise));
        } else if !line.starts_with('-') {
            let (requirement, options) = line.split_once(" --").unwrap_or((line.as_str(), ""));
            let before = found.dependencies.len();
            local_or_package(repo, folder, requirement, evidence(), found);
            let is_hashed = options.split_whitespace().any(|word| word.trim_start_matches('-').starts_with("hash"));
            found.dependencies.iter_mut().skip(before).for_each(|it| it.is_hashed = is_hashed);
        }
    }
    above.pop();
}

/// What a requirement installs: a file or folder, from the folder where pip runs, or a package of an index.
fn local_or_package(repo: &Repo, folder: &str, requirement: &str, evidence: Evidence, found: &mut Requirements) {
    let (name, place) =
        requirement.split_once('@').map_or((None, requirement), |(name, place)| (Some(name), place.trim()));
    let place = if place.starts_with("file:") || name.is_none() { place } else { requirement };
    let place = place.split(['[', ' ', ';', '#']).next().unwrap_or_default().trim_start_matches("file:");
    let is_named = place.starts_with('.') || place.contains('/') && !place.contains("://");
    let is_there = || repo.has(&join(folder, place)) || repo.has_folder(&join(folder, place));
    if is_named && (place.starts_with('.') || is_there()) {
        local(repo, folder, place, evidence.clone(), found);
        found.dependencies.extend(name.and_then(|name| parse(name, evidence)));
    } else {
        found.dependencies.extend(parse(requirement, evidence));
    }
}

/// Notes a path of the repository, as seen from a folder.
fn local(repo: &Repo, folder: &str, place: &str, evidence: Evidence, found: &mut Requirements) {
    let path = join(folder, place);
    let depth = folder.split('/').filter(|part| !part.is_empty()).count();
    let above = place.split('/').filter(|part| *part == "..").count();
    if above > depth {
        found.outside.push(evidence);
    } else if repo.has(&path) || repo.has_folder(&path) || path.is_empty() {
        found.local.push(Fact::new(path, evidence));
    } else {
        found.missing.push(evidence);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn requirements(files: &[(&str, &[u8])]) -> Requirements {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            std::fs::create_dir_all(folder.path().join(parent(path))).unwrap();
            std::fs::write(folder.path().join(path), bytes).unwrap();
        }
        let (repo, _) = Repo::open(folder.path()).unwrap();
        read(&repo, "service/requirements.txt", "service")
    }

    #[test]
    fn what_is_installed_from_the_repository_is_told_from_packages() {
        let text = "--find-links ./wheels\n-e ../libs/pg\n./vendor/x.whl\ndemo @ file:./demo\n-e .\nflask\n\
                    x @ https://example.org/x.whl\n-f https://example.org/links\n-e ../../out\n./gone\n";
        let found = requirements(&[
            ("service/requirements.txt", text.as_bytes()),
            ("service/wheels/a.whl", b"x"),
            ("service/vendor/x.whl", b"x"),
            ("service/demo/setup.py", b"x"),
            ("libs/pg/pyproject.toml", b"x"),
        ]);
        let local: Vec<&str> = found.local.iter().map(|fact| fact.value.as_str()).collect();
        assert_eq!(local, ["service/wheels", "libs/pg", "service/vendor/x.whl", "service/demo", "service"]);
        let names: Vec<&str> = found.dependencies.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["demo", "flask", "x"]);
        assert_eq!((found.outside.len(), found.missing.len()), (1, 1));
    }

    #[test]
    fn other_encodings_are_read_as_pip_reads_them() {
        let utf16: Vec<u8> = "\u{feff}Flask==3.1.2\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let latin = b"# -*- coding: latin-1 -*-\n# caf\xe9\nflask==3.1.2\n";
        for bytes in [utf16.as_slice(), latin] {
            let found = requirements(&[("service/requirements.txt", bytes)]);
            assert_eq!(found.dependencies[0].pinned.as_deref(), Some("3.1.2"));
        }
        assert!(requirements(&[("service/requirements.txt", b"# caf\xe9\nflask\n")]).dependencies.is_empty());
    }
}
