//! Requirements: one dependency as PEP 508 writes it.

use crate::evidence::Evidence;

/// A package that a project depends on.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// Its name, normalised.
    pub name: String,
    /// The extras that are asked for.
    pub extras: Vec<String>,
    /// The exact version, where one is pinned.
    pub pinned: Option<String>,
    /// That version as a line `name[extra]==version` writes it, `1.1.*` for one; nothing in another form.
    pub pin: Option<String>,
    /// The version that every one that its range allows is below, or is at most, where the range says so.
    pub highest: Option<String>,
    /// Whether it comes from a version control system.
    pub from_git: bool,
    /// Whether it is wanted under a condition alone: a system, a version of Python.
    pub is_conditional: bool,
    /// Whether its files are pinned by their hashes.
    pub is_hashed: bool,
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
    let from_git = ["git+", "hg+", "svn+"].iter().any(|scheme| requirement.contains(scheme));
    let plain = Dependency {
        name: String::new(),
        extras: Vec::new(),
        pinned: None,
        pin: None,
        highest: None,
        from_git,
        is_conditional: !marker.is_empty(),
        is_hashed: false,
        evidence,
    };
    if let Some((_, name)) = requirement.split_once("#egg=") {
        let name = name.split(['&', '[', ' ']).next().unwrap_or(name);
        return Some(Dependency { name: normalise(name), ..plain });
    }
    let end =
        requirement.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(requirement.len());
    let (name, rest) = requirement.split_at(end);
    if name.is_empty() || requirement[end..].starts_with(['/', ':', '+']) {
        if !from_git {
            return None;
        }
        let last = requirement.split(['@', '#']).next().unwrap_or_default().trim_end_matches('/');
        let last = last.rsplit('/').next().unwrap_or_default().trim_end_matches(".git");
        return Some(Dependency { name: normalise(last), ..plain });
    }
    let rest = rest.trim();
    let (extras, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((extras, rest)) => (extras.split(',').map(normalise).filter(|extra| !extra.is_empty()).collect(), rest),
        None => (Vec::new(), rest),
    };
    let is_simple = !rest.trim_start().starts_with('(') && !requirement[end..].starts_with(" [");
    let rest = rest.trim_start_matches([' ', '(']);
    let pin = rest.strip_prefix("==").map(|version| {
        let version = version.trim_start_matches(['=', ' ']);
        let end = version.find(|c: char| !(c.is_ascii_alphanumeric() || ".+!*".contains(c))).unwrap_or(version.len());
        version[..end].to_owned()
    });
    let pinned = pin.as_ref().map(|version| version.trim_end_matches(['.', '*']).to_owned());
    let highest = highest(rest.trim_end_matches(')'));
    Some(Dependency { name: normalise(name), extras, pinned, pin: pin.filter(|_| is_simple), highest, ..plain })
}

/// What every version of a range is below or at most: `<3.3`, `<=3.2`, `~=3.2`, and of Poetry `^3.2` and `~3.2`; nothing where
/// several ranges are allowed.
pub fn highest(range: &str) -> Option<String> {
    let stated = range.split(',').map(str::trim);
    let mut bounds = stated.filter_map(|part| {
        let digits = part.find(|c: char| c.is_ascii_digit())?;
        let (operator, version) = (part[..digits].trim(), part[digits..].trim());
        let numbers: Vec<u64> = version.split('.').map_while(|number| number.parse().ok()).collect();
        let first = numbers.iter().position(|number| *number > 0).unwrap_or_default();
        match operator {
            "<" | "<=" if version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.') => Some(version.to_owned()),
            "~=" => next(&numbers, numbers.len().checked_sub(2)?),
            "~" => next(&numbers, usize::from(numbers.len() > 1)),
            "^" => next(&numbers, first),
            _ => None,
        }
    });
    bounds.next_back().filter(|_| !range.contains("||") && !range.contains(" | "))
}

/// The version after all that begin with these numbers up to a place.
fn next(numbers: &[u64], place: usize) -> Option<String> {
    let raised = numbers.get(place)?.checked_add(1)?;
    let kept = numbers[..place].iter().chain([&raised]).map(u64::to_string);
    Some(kept.collect::<Vec<_>>().join("."))
}

/// Poetry's and npm-like notations as PEP 440 writes them.
pub fn pep440(range: &str) -> String {
    let parts = range.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
    let mut joined: Vec<String> = Vec::new();
    let mut operator = String::new();
    for part in parts {
        if part.chars().all(|c| "<>=!~^".contains(c)) {
            part.clone_into(&mut operator);
            continue;
        }
        let part = format!("{}{part}", std::mem::take(&mut operator));
        let digits = part.trim_start_matches(|c: char| "<>=!~^".contains(c)).to_owned();
        let mut numbers = digits.split('.').filter_map(|digit| digit.parse::<u32>().ok());
        let (major, minor) = (numbers.next().unwrap_or(3), numbers.next());
        joined.push(if part.starts_with('^') {
            format!(">={digits},<{}", major + 1)
        } else if part.starts_with('~') && !part.starts_with("~=") {
            minor.map_or_else(
                || format!(">={digits},<{}", major + 1),
                |minor| format!(">={digits},<{major}.{}", minor + 1),
            )
        } else if part == "*" {
            ">=3".into()
        } else if part.starts_with(|c: char| c.is_ascii_digit())
            || part.starts_with("==") && digits.matches('.').count() < 2
        {
            format!("=={}.*", digits.trim_end_matches(".*"))
        } else {
            part
        });
    }
    joined.join(",")
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
        assert_eq!(dependency.pin.as_deref(), Some("0.30.1"));
        assert_eq!(one("greenlet == 1.1.*").pin.as_deref(), Some("1.1.*"));
        assert_eq!(one("greenlet == 1.1.*").pinned.as_deref(), Some("1.1"));
        assert_eq!(one("greenlet (==1.1.2)").pinned.as_deref(), Some("1.1.2"));
        assert!(one("greenlet (==1.1.2)").pin.is_none() && one("a [b]==1").pin.is_none());
        assert_eq!(one("Django>=3.2.6,<3.3.0").highest.as_deref(), Some("3.3.0"));
        assert!(one("django>=3.2").highest.is_none() && one("django").highest.is_none());
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

    #[test]
    fn a_range_may_have_a_highest_version() {
        for (range, expected) in [
            (">=3.2.6,<3.3.0", "3.3.0"),
            ("<=2.0", "2.0"),
            ("~=3.2", "4"),
            ("~=3.2.1", "3.3"),
            ("^0.110.1", "0.111"),
            ("^3.2", "4"),
            ("~3.2", "3.3"),
            ("~3", "4"),
        ] {
            assert_eq!(highest(range).as_deref(), Some(expected), "{range}");
        }
        for range in ["", ">=3.2", ">3,!=4.1", "==3.2", "*", "^2.0 || ^3.0", "~=3", "latest"] {
            assert_eq!(highest(range), None, "{range}");
        }
    }
}
