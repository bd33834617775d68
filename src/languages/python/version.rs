//! Which line of Python: what the files pin and allow, and what the pinned packages work on.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use crate::catalog;
use crate::error::{Error, Result};
use crate::evidence::{Fact, Warning};
use crate::languages::python::manifest::requirement::pep440;
use crate::languages::python::package_manager::Project;
use crate::path::{join, parent};
use crate::plan::version::of_tool;
use crate::plan::{Resolved, Source};
use crate::repo::Repo;

/// The line that is taken where nothing says another: the newest that a distroless image of its own has, which runs it as it is.
pub fn preferred() -> &'static str {
    let family = &catalog::families()[0].name;
    let lines = catalog::maintained("python").into_iter().map(|cycle| cycle.name.as_str());
    let mut own = lines.filter(|line| catalog::runtime(family, "python", line).is_some());
    own.next().unwrap_or_default()
}

/// So many packages are named where several are too old.
const MOST_NAMED: usize = 5;

/// The version question's answer, with what else could be answered.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The preselected line.
    pub line: Resolved<String>,
    /// Every line that the files allow, newest first.
    pub allowed: Vec<String>,
    /// What should be known of the choice.
    pub warnings: Vec<Warning>,
}

/// Decides on a line of Python for a project whose program runs in `work_folder`, which may have a manifest of its own.
///
/// # Errors
/// When the files allow no maintained line, or name one that does not exist.
pub fn choose(repo: &Repo, project: &Project, work_folder: &str) -> Result<Choice> {
    let lines = catalog_lines();
    let mut ranges = ranges(project);
    if work_folder != project.manifests.folder {
        let inner = repo.read_optional(&join(work_folder, "pyproject.toml")).and_then(|it| it.toml().ok());
        ranges.extend(inner.as_ref().and_then(|manifest| manifest.text(&["project", "requires-python"])));
    }
    let allowed: Vec<String> =
        lines.iter().filter(|line| ranges.iter().all(|range| allows(&range.value, line))).cloned().collect();
    if allowed.is_empty() {
        return Err(none_allowed(&ranges, &lines));
    }
    let mut warnings = Vec::new();
    if let Some(pin) = pin(repo, project, work_folder) {
        let line = resolve_pin(&pin, &allowed, &lines, &mut warnings)?;
        let is_pinned = pin.value == line || pin.value.starts_with(&format!("{line}."));
        let excludes = ranges.iter().find(|range| !is_pinned && !allows(&range.value, &pinned_line(&pin.value)));
        let evidence = excludes.map_or(pin.evidence, |range| range.evidence.clone());
        return Ok(Choice { line: Resolved::new(line, Source::Detected(evidence)), allowed, warnings });
    }
    let (ceiling, floor) = (ceiling(project), floor(project));
    let lowest = floor.as_ref().map_or(0, |floor| number(&floor.value));
    let below = |line: &String| {
        number(line) >= lowest && ceiling.as_ref().is_none_or(|ceiling| number(line) <= number(&ceiling.value))
    };
    let fitting: Vec<&String> = allowed.iter().filter(|line| below(line)).collect();
    let preferred = number(preferred());
    let best = fitting
        .iter()
        .find(|line| number(line) <= preferred)
        .or_else(|| fitting.last())
        .map_or_else(|| allowed[allowed.len() - 1].clone(), |line| (*line).clone());
    let tested = if ranges.is_empty() { tested(repo, project) } else { None };
    let tested = tested.filter(|it| number(&it.value) >= lowest);
    let is_known_to_work = |line: &&String| tested.as_ref().is_none_or(|it| number(line) <= number(&it.value));
    let fitting = || fitting.iter().copied().filter(|line| number(line) <= preferred);
    let best = fitting().find(is_known_to_work).or_else(|| fitting().next_back()).map_or(best, Clone::clone);
    let source = match (&ceiling, ranges.first(), tested.as_ref().or(floor.as_ref())) {
        (Some(ceiling), ..) if number(&ceiling.value) < preferred => Source::Detected(ceiling.evidence.clone()),
        (_, Some(range), _) => Source::Detected(range.evidence.clone()),
        (.., Some(tested)) => Source::Detected(tested.evidence.clone()),
        _ => Source::Default,
    };
    if source == Source::Default {
        let message = format!("nothing names a version of Python: {best} is taken");
        warnings.push(Warning::new(message).hint("say it in `.python-version`, or with `--version`"));
    }
    if let Some(ceiling) = ceiling.filter(|ceiling| number(&ceiling.value) < preferred) {
        let warning = if number(&ceiling.value) < number(&best) {
            outdated(project, &best)
        } else {
            let limit = &ceiling.value;
            let message = format!("a pinned package does not work on a newer Python than {limit}: {best} is taken");
            Some(Warning::new(message))
        };
        warnings.extend(warning.map(|warning| warning.at(ceiling.evidence)));
    }
    Ok(Choice { line: Resolved::new(best, source), allowed, warnings })
}

/// The lines that images are built on, newest first.
fn catalog_lines() -> Vec<String> {
    let buildable = |name: &str| catalog::image("python-build", name).is_some();
    catalog::maintained("python").into_iter().map(|cycle| cycle.name.clone()).filter(|name| buildable(name)).collect()
}

fn number(line: &str) -> u32 {
    line.rsplit('.').next().and_then(|minor| minor.parse().ok()).unwrap_or(0)
}

/// Whether any release of a line lies in a range.
fn allows(range: &str, line: &str) -> bool {
    let minor = u64::from(number(line));
    range.split("||").any(|part| {
        let Ok(specifiers) = VersionSpecifiers::from_str(&pep440(part.trim())) else {
            return true;
        };
        (0..40).any(|patch| specifiers.contains(&Version::new([3, minor, patch])))
    })
}

/// The ranges that manifests state.
fn ranges(project: &Project) -> Vec<Fact<String>> {
    let manifest = project.manifests.pyproject.as_ref();
    let keys: [&[&str]; 2] = [&["project", "requires-python"], &["tool", "poetry", "dependencies", "python"]];
    let mut found: Vec<Fact<String>> = keys.iter().filter_map(|keys| manifest?.text(keys)).collect();
    found.extend(project.manifests.setup.as_ref().and_then(|setup| setup.python.clone()));
    found
}

/// The newest line that the project says it is tested on: by classifiers, else tox, else its continuous integration.
fn tested(repo: &Repo, project: &Project) -> Option<Fact<String>> {
    let at = |name: &str| join(&project.manifests.folder, name);
    let manifests = ["pyproject.toml", "setup.cfg", "setup.py"].map(at).to_vec();
    let workflows: Vec<String> = repo.files_under(&at(".github/workflows")).map(str::to_owned).collect();
    let sources: [(Vec<String>, &str, &str); 3] = [
        (manifests, "Programming Language :: Python ::", "3."),
        (vec![at("tox.ini")], "py3", "py3"),
        (workflows, "python-version", "3."),
    ];
    sources.into_iter().find_map(|(files, needle, mark)| {
        let documents = files.iter().filter_map(|path| repo.read_optional(path));
        let lines = documents.flat_map(|document| {
            let found = document.lines().filter(|(_, line)| line.contains(needle)).flat_map(|(at, line)| {
                lines_in(line, mark).into_iter().map(move |minor| (minor, at)).collect::<Vec<_>>()
            });
            found.map(|(minor, at)| (minor, document.evidence_line(at))).collect::<Vec<_>>()
        });
        let (minor, evidence) = lines.max_by_key(|(minor, _)| *minor)?;
        Some(Fact::new(format!("3.{minor}"), evidence))
    })
}

/// The minor versions that follow a mark in a text.
fn lines_in(text: &str, mark: &str) -> Vec<u32> {
    let digits = |rest: &str| rest.chars().take_while(char::is_ascii_digit).collect::<String>();
    text.match_indices(mark).filter_map(|(at, _)| digits(&text[at + mark.len()..]).parse().ok()).collect()
}

/// The one version that a file pins, the most specific file first.
fn pin(repo: &Repo, project: &Project, work_folder: &str) -> Option<Fact<String>> {
    let mut folder = work_folder;
    loop {
        let found = pin_in(repo, folder);
        if found.is_some() || folder.is_empty() {
            return found.or_else(|| pipfile_pin(project));
        }
        if folder == project.manifests.folder
            && let Some(pin) = pipfile_pin(project)
        {
            return Some(pin);
        }
        folder = parent(folder);
    }
}

fn pipfile_pin(project: &Project) -> Option<Fact<String>> {
    let manifest = project.manifests.pipfile.as_ref()?;
    let pin = manifest
        .text(&["requires", "python_version"])
        .or_else(|| manifest.text(&["requires", "python_full_version"]))?;
    pin.value.starts_with(|c: char| c.is_ascii_digit()).then_some(pin)
}

/// The version that the files of a folder pin.
fn pin_in(repo: &Repo, folder: &str) -> Option<Fact<String>> {
    let listed = [".python-version", "runtime.txt"].into_iter().find_map(|name| {
        let document = repo.read_optional(&join(folder, name))?;
        let mut lines = document.lines();
        lines.find_map(|(number, line)| {
            let bare = line.split('#').next().unwrap_or_default().trim();
            let value = bare.trim_start_matches("cpython-").trim_start_matches("python-");
            pinned(&Fact::new(value.to_owned(), document.evidence_line(number)))
        })
    });
    let proto = || repo.read_optional(&join(folder, ".prototools"))?.toml().ok()?.text(&["python"]);
    listed.or_else(|| of_tool(repo, folder, &["python"]).iter().find_map(pinned)).or_else(|| pinned(&proto()?))
}

/// A version of Python, as what pins it writes it.
fn pinned(stated: &Fact<String>) -> Option<Fact<String>> {
    let value = stated.value.trim_start_matches(['~', '=', 'v']).split_whitespace().next()?;
    (value.starts_with("3.") || value.starts_with("2.")).then(|| stated.clone().map(|_| value.to_owned()))
}

/// The line of a version: `3.13` of `3.13.1`.
fn pinned_line(version: &str) -> String {
    let mut parts = version.split('.');
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    format!("{major}.{}", minor.trim_end_matches(|c: char| !c.is_ascii_digit()))
}

fn resolve_pin(
    pin: &Fact<String>,
    allowed: &[String],
    lines: &[String],
    warnings: &mut Vec<Warning>,
) -> Result<String> {
    let line = pinned_line(&pin.value);
    if allowed.contains(&line) {
        return Ok(line);
    }
    if lines.contains(&line) {
        let best = allowed.iter().find(|it| number(it) <= number(preferred())).unwrap_or(&allowed[allowed.len() - 1]);
        let message = format!("Python {line} is pinned and the project's own range excludes it: {best} is taken");
        warnings.push(Warning::new(message).at(pin.evidence.clone()));
        return Ok(best.clone());
    }
    let Some(cycle) = catalog::cycle("python", &line).filter(|cycle| cycle.has_ended()) else {
        let list: Vec<String> = lines.iter().map(|line| format!("`{line}`")).collect();
        return Err(Error::Unsupported {
            message: format!("no image of Python {line} is known"),
            evidence: Some(pin.evidence.clone()),
            hint: format!(
                "the maintained lines are {}; e.g. `--version {}` with the pin changed",
                list.join(", "),
                preferred()
            ),
        });
    };
    let oldest = allowed[allowed.len() - 1].clone();
    let end = cycle.end_of_life.clone().unwrap_or_default();
    let message = format!(
        "Python {line} has had no security fixes since {end}: {oldest} is taken, the nearest line that has them"
    );
    warnings
        .push(Warning::new(message).at(pin.evidence.clone()).hint("test the application on it, then change the pin"));
    Ok(oldest)
}

fn none_allowed(ranges: &[Fact<String>], lines: &[String]) -> Error {
    let evidence = ranges.iter().find(|range| !lines.iter().any(|line| allows(&range.value, line))).or(ranges.first());
    let products = catalog::products().iter().filter(|product| product.name == "python");
    let mut cycles = products.flat_map(|product| &product.cycles);
    let ended = cycles.find(|cycle| {
        cycle.has_ended()
            && cycle.name.starts_with("3.")
            && ranges.iter().all(|range| allows(&range.value, &cycle.name))
    });
    let oldest = lines.last().map(String::as_str).unwrap_or_default();
    let (message, hint) = match ended {
        Some(cycle) => (
            format!(
                "Python {}, the newest that the project allows, has had no security fixes since {}",
                cycle.name,
                cycle.end_of_life.as_deref().unwrap_or_default()
            ),
            format!("allow {oldest}, the nearest line that has them, and test the application on it"),
        ),
        None => (
            "no maintained version of Python lies in the range that the project allows".into(),
            format!("allow one of {}", lines.join(", ")),
        ),
    };
    Error::Unsupported { message, evidence: evidence.map(|range| range.evidence.clone()), hint }
}

/// The newest line that every package of a known version works on; nothing where none sets a limit.
fn ceiling(project: &Project) -> Option<Fact<String>> {
    let wheels = catalog::python::wheels();
    let too_new = wheels.first.iter().filter_map(|(name, first)| {
        let at = first.iter().position(|version| project.is_below(name, version))?;
        Some((name, wheels.lines.get(at)?))
    });
    let (name, line) = too_new.min_by_key(|(_, line)| number(line))?;
    Some(Fact::new(format!("3.{}", number(line).saturating_sub(1)), project.evidence_of(name)?))
}

/// That packages are pinned to versions that were made for no line from this one on, with the first of each that was; nothing where the
/// build lifts all of them.
fn outdated(project: &Project, line: &str) -> Option<Warning> {
    let wheels = catalog::python::wheels();
    let at = wheels.lines.iter().position(|known| known == line);
    let lifts = catalog::python::lifts();
    let is_lifted = |name: &str| lifts.iter().any(|row| row.package == name && !project.is_below(name, &row.from));
    let old = wheels.first.iter().filter_map(|(name, first)| {
        let first = first.get(at?).filter(|_| !is_lifted(name))?;
        let version = project.version_of(name).unwrap_or_default();
        project.is_below(name, first).then(|| (format!("`{name}` {version}"), name, first))
    });
    let old: Vec<_> = old.take(MOST_NAMED).collect();
    let named: Vec<&str> = old.iter().map(|(text, ..)| text.as_str()).collect();
    let newer: Vec<String> = old.iter().map(|(_, name, first)| format!("{name}=={first}")).collect();
    let message = format!(
        "no maintained Python is one that {} was made for: {line} is taken, where the pin may not install or work",
        named.join(", ")
    );
    let warning = Warning::new(message);
    let hint = format!("pin newer ones, and test the application with them: {}", newer.join(", "));
    (!old.is_empty()).then(|| warning.hint(hint))
}

/// The oldest line that every package of a known version installs on; nothing where none sets a limit.
fn floor(project: &Project) -> Option<Fact<String>> {
    catalog::python::floors().iter().find_map(|floor| {
        let is_new =
            |(name, bound): &(&String, &String)| project.version_of(name).is_some() && !project.is_below(name, bound);
        let (name, _) = floor.from.iter().find(is_new)?;
        Some(Fact::new(floor.python.clone(), project.evidence_of(name)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_every_notation() {
        let lines = ["3.15", "3.14", "3.13", "3.12", "3.11"];
        let allowed = |range: &str| lines.iter().filter(|line| allows(range, line)).copied().collect::<Vec<_>>();
        assert_eq!(allowed(">=3.12"), ["3.15", "3.14", "3.13", "3.12"]);
        assert_eq!(allowed("^3.14"), ["3.15", "3.14"]);
        assert_eq!(allowed("~3.12"), ["3.12"]);
        assert_eq!(allowed("3.12.*"), ["3.12"]);
        assert_eq!(allowed("==3.12.4"), ["3.12"]);
        assert_eq!(allowed(">= 3.9, < 3.13"), ["3.12", "3.11"]);
        assert_eq!(allowed("~=3.12.1"), ["3.12"]);
        assert_eq!(allowed(">=3.8,<3.11"), [] as [&str; 0]);
        assert_eq!(allowed("^3.11 || ^4"), lines);
    }
}
