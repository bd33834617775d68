//! Requirements: one dependency as PEP 508 writes it, and the files of pip that list them.

use std::collections::BTreeSet;

use crate::languages::Evidence;
use crate::repo::{Document, Repo, join, parent};

/// A package that a project depends on.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// Its name, normalised.
    pub name: String,
    /// The extras that are asked for.
    pub extras: Vec<String>,
    /// The exact version, where one is pinned.
    pub pinned: Option<String>,
    /// Whether it comes from a version control system.
    pub from_git: bool,
    /// The line that says so.
    pub evidence: Evidence,
}

/// A name as package indexes compare it: lower case, one hyphen between words.
pub fn normalise(name: &str) -> String {
    let mut clean = String::new();
    for c in name.trim().chars() {
        match c {
            '-' | '_' | '.' if clean.ends_with('-') => {}
            '-' | '_' | '.' => clean.push('-'),
            c => clean.push(c.to_ascii_lowercase()),
        }
    }
    clean
}

/// Reads one requirement; nothing where the text is none, or is for another operating system only.
pub fn parse(text: &str, evidence: Evidence) -> Option<Dependency> {
    let text = text.split(" #").next().unwrap_or(text).trim();
    let (requirement, marker) = text.split_once(';').unwrap_or((text, ""));
    let elsewhere = |marker: &str| {
        let marker: String = marker.chars().filter(|c| !c.is_whitespace() && *c != '"').collect();
        let marker = marker.replace('\'', "");
        [
            "sys_platform==win32",
            "platform_system==Windows",
            "os_name==nt",
            "sys_platform==darwin",
            "platform_system==Darwin",
        ]
        .iter()
        .any(|condition| marker.contains(condition))
    };
    if elsewhere(marker) {
        return None;
    }
    let from_git = ["git+", "hg+", "svn+"]
        .iter()
        .any(|scheme| requirement.contains(scheme));
    if let Some((_, name)) = requirement.split_once("#egg=") {
        let name = name.split(['&', '[', ' ']).next().unwrap_or(name);
        return Some(Dependency {
            name: normalise(name),
            extras: Vec::new(),
            pinned: None,
            from_git,
            evidence,
        });
    }
    let end = requirement
        .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
        .unwrap_or(requirement.len());
    let (name, rest) = requirement.split_at(end);
    if name.is_empty() || requirement[end..].starts_with(['/', ':', '+']) {
        if !from_git {
            return None;
        }
        let last = requirement
            .split(['@', '#'])
            .next()
            .unwrap_or_default()
            .trim_end_matches('/');
        let last = last.rsplit('/').next().unwrap_or_default().trim_end_matches(".git");
        return Some(Dependency {
            name: normalise(last),
            extras: Vec::new(),
            pinned: None,
            from_git,
            evidence,
        });
    }
    let rest = rest.trim();
    let (extras, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((extras, rest)) => (
            extras
                .split(',')
                .map(normalise)
                .filter(|extra| !extra.is_empty())
                .collect(),
            rest,
        ),
        None => (Vec::new(), rest),
    };
    let rest = rest.trim_start_matches([' ', '(']);
    let pinned = rest.strip_prefix("==").map(|version| {
        let version = version.trim_start_matches(['=', ' ']);
        let end = version
            .find(|c: char| !(c.is_ascii_alphanumeric() || ".+!".contains(c)))
            .unwrap_or(version.len());
        version[..end].trim_end_matches('.').to_owned()
    });
    Some(Dependency {
        name: normalise(name),
        extras,
        pinned,
        from_git,
        evidence,
    })
}

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
}

/// Reads a requirements file and all that it includes.
pub fn read(repo: &Repo, path: &str) -> Requirements {
    let mut found = Requirements::default();
    include(repo, path, &mut BTreeSet::new(), &mut found);
    found
}

fn include(repo: &Repo, path: &str, seen: &mut BTreeSet<String>, found: &mut Requirements) {
    if !seen.insert(path.to_owned()) {
        return;
    }
    let Some(document) = repo.read_optional(path) else {
        return;
    };
    found.files.push(path.to_owned());
    for (number, line) in logical_lines(&document) {
        let evidence = || document.evidence_line(number);
        if let Some(other) = option(&line, &["-r", "--requirement", "-c", "--constraint"]) {
            let other = join(parent(path), &other);
            if repo.has(&other) {
                include(repo, &other, seen, found);
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
}

/// Folders are installed from the place where pip is run, the folder of the application.
fn local_or_package(repo: &Repo, path: &str, target: &str, evidence: Evidence, found: &mut Requirements) {
    let place = target
        .split(['[', ' ', ';'])
        .next()
        .unwrap_or_default()
        .trim_start_matches("file:");
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
        let text = if text.trim_start().starts_with('#') {
            ""
        } else {
            text.trim()
        };
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

    fn one(text: &str) -> Dependency {
        parse(text, Evidence::file("requirements.txt")).unwrap()
    }

    #[test]
    fn requirements_are_read_as_pip_reads_them() {
        let dependency = one("Uvicorn[standard,foo] == 0.30.1 ; python_version >= '3.8'  # why");
        assert_eq!(dependency.name, "uvicorn");
        assert_eq!(dependency.extras, ["standard", "foo"]);
        assert_eq!(dependency.pinned.as_deref(), Some("0.30.1"));
        assert_eq!(one("zope.interface>=1").name, "zope-interface");
        assert_eq!(one("git+https://example.org/a/my_lib.git@main").name, "my-lib");
        assert_eq!(one("name @ git+https://example.org/a/b").name, "name");
        assert!(one("name @ git+https://example.org/a/b").from_git);
        assert_eq!(
            one("-e git+https://example.org/x#egg=thing&subdirectory=y".trim_start_matches("-e ")).name,
            "thing"
        );
        assert!(parse("pywin32; sys_platform == 'win32'", Evidence::file("x")).is_none());
        assert!(parse("https://example.org/x.whl", Evidence::file("x")).is_none());
    }
}
