//! Which Node.js: from every place that a project can say it, the most deliberate first.

use nodejs_semver::{Range, Version};

use crate::catalog::node::compiles_on;
use crate::catalog::{Cycle, cycle};
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::node::manifest::Package;
use crate::languages::node::package_manager::lock_file::older_than;
use crate::path::join;
use crate::plan::version::{choices, of_file, of_tool, offered};
use crate::plan::{Question, Resolved};
use crate::repo::Repo;

/// The version question with its answer, and what to say about it.
#[derive(Debug)]
pub struct Choosing {
    /// The question.
    pub question: Question,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// Files that hold one version, the most deliberate first.
const FILES: &[&str] = &[".nvmrc", ".node-version"];

/// Everything that the project says, in the order of precedence: files of one version, those for version managers of many
/// tools, then the manifest's pins, then `engines`.
pub fn stated(repo: &Repo, folders: &[&str], packages: &[&Package]) -> Result<Vec<Fact<String>>> {
    let mut all: Vec<Fact<String>> = Vec::new();
    for folder in folders {
        all.extend(FILES.iter().filter_map(|name| of_file(repo, &join(folder, name))));
        all.extend(of_tool(repo, folder, &["node", "nodejs"]));
    }
    for keys in [&["volta", "node"][..], &["devEngines", "runtime", "version"], &["engines", "node"]] {
        if keys[0] == "engines" && all.is_empty() {
            all.extend(folders.iter().zip(packages).find_map(|(folder, package)| compiled(repo, folder, package)));
        }
        for package in packages {
            all.extend(package.manifest.string(keys)?);
        }
    }
    // A range without an end says nothing of the lines that came after it was written.
    if all.iter().all(|fact| is_open(&fact.value)) {
        let era = folders.iter().zip(packages).find_map(|(folder, package)| era(repo, folder, package));
        let era = era.filter(|era| !all.iter().any(|fact| excludes(&fact.value, &era.value)));
        all.splice(0..0, era);
    }
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|fact| seen.insert(fact.evidence.place()));
    Ok(all)
}

/// Whether a range allows any later line: `>=14`, `*`.
fn is_open(range: &str) -> bool {
    const LATER: (u64, u64, u64) = (999, 0, 0);
    Range::parse(range.trim()).is_ok_and(|range| range.satisfies(&Version::from(LATER)))
}

/// The newest line whose packages may still call what Node.js 23 took away, such as `util.isArray`'s siblings
/// (<https://nodejs.org/en/blog/release/v23.0.0>).
const LAST_OLD: u32 = 16;

/// The last line whose npm wrote lock files of the first version (<https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json>).
const LAST_OF_FIRST_LOCK: &str = "14";

/// The old line that a project was made with, where nothing states one: by the types of Node.js, then by the lock file.
fn era(repo: &Repo, folder: &str, package: &Package) -> Option<Fact<String>> {
    let major = |text: &str| {
        let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        digits.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok()
    };
    if let Some(types) = package.dependency("@types/node") {
        let line = major(&types.value).filter(|line| *line <= LAST_OLD)?;
        // Odd lines were never for production: the next one that was.
        let known = (line..=LAST_OLD)
            .map(|line| line.to_string())
            .find(|line| cycle("node", line).is_some_and(|it| it.long_term))?;
        return Some(Fact::new(known, types.evidence));
    }
    let lock = repo.read_optional(&join(folder, "package-lock.json"))?;
    let line = lock.find_line(|line| line.trim() == "\"lockfileVersion\": 1,")?;
    Some(Fact::new(LAST_OF_FIRST_LOCK.to_owned(), line))
}

/// The newest line that a compiled package, as it is installed, compiles on.
fn compiled(repo: &Repo, folder: &str, package: &Package) -> Option<Fact<String>> {
    compiles_on().iter().find_map(|row| {
        let evidence = older_than(repo, folder, package, &row.package, &row.below)?;
        Some(Fact::new(row.node.clone(), evidence))
    })
}

/// The line to use where nothing is said: the long-term line that is neither brand new nor near its end.
fn usual(offered: &[&Cycle]) -> String {
    offered.get(1).or(offered.first()).map(|cycle| cycle.name.clone()).unwrap_or_default()
}

/// The question, with what the project states as its answer.
///
/// # Errors
/// When the project states something that no Node.js ever was, or a range that no maintained line is in.
pub fn question(stated: &[Fact<String>]) -> Result<Choosing> {
    let offered = offered("node", "node-build");
    let (default, warnings) = match stated {
        [] => (Resolved::default(usual(&offered)), Vec::new()),
        [fact, others @ ..] => {
            let (name, warning) = pick(&fact.value, &fact.evidence, &offered)?;
            let mut warnings: Vec<Warning> = warning.into_iter().collect();
            if warnings.is_empty() {
                warnings.extend(
                    others.iter().find(|other| excludes(&other.value, &name)).map(|other| contradiction(fact, other)),
                );
            }
            (Resolved::from(Fact::new(name, fact.evidence.clone())), warnings)
        }
    };
    Ok(Choosing { question: Question::new("version", Some(default)).choices(choices(&offered)), warnings })
}

/// Whether what a second place states leaves no release of a line.
fn excludes(text: &str, line: &str) -> bool {
    let major: u64 = line.parse().unwrap_or(0);
    Range::parse(text.trim().trim_start_matches('v')).is_ok_and(|range| {
        let releases = (0..100_u64).flat_map(|minor| [(major, minor, 0_u64), (major, minor, 1), (major, minor, 999)]);
        let is_exact =
            Version::parse(text.trim().trim_start_matches('v')).is_ok_and(|version| version.major() == major);
        !is_exact && !releases.into_iter().any(|release| range.satisfies(&Version::from(release)))
    })
}

fn contradiction(first: &Fact<String>, other: &Fact<String>) -> Warning {
    let stated = [first, other].map(|fact| fact.clone().map(|text| text.escape_debug().to_string()));
    Warning::new("the project states different versions of Node.js, and the first decides")
        .about(stated.to_vec())
        .hint("say the same in both places")
}

/// The offered line for what is stated.
fn pick(text: &str, evidence: &Evidence, offered: &[&Cycle]) -> Result<(String, Option<Warning>)> {
    let text = text.trim().trim_start_matches('v');
    let newest = || offered.first().map(|cycle| cycle.name.clone()).unwrap_or_default();
    match text {
        "" | "*" | "lts" | "lts/*" | "lts/-0" => return Ok((usual(offered), None)),
        "node" | "current" | "latest" | "stable" => return Ok((newest(), None)),
        _ => {}
    }
    let name = text.strip_prefix("lts/").unwrap_or(text).to_lowercase();
    let single = cycle("node", &name).or_else(|| {
        let major: String = name.chars().take_while(char::is_ascii_digit).collect();
        let is_version = !major.is_empty() && name.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'x' | '*'));
        if is_version { cycle("node", &major) } else { None }
    });
    if let Some(line) = single {
        if offered.iter().any(|cycle| cycle.name == line.name) {
            return Ok((line.name.clone(), None));
        }
        let instead = successor(line, offered);
        return Ok((instead.clone(), Some(ended(line, evidence, &instead))));
    }
    let invalid = |message: String, hint: String| Error::Manifest {
        path: evidence.path.clone(),
        line: evidence.line,
        column: 1,
        message,
        hint: Some(hint),
    };
    let Ok(range) = Range::parse(text) else {
        let message = format!("`{}` is no version of Node.js", text.escape_debug());
        return Err(invalid(
            message,
            format!("name a maintained line, e.g. `{}`, or use `--version {}`", usual(offered), usual(offered)),
        ));
    };
    // Any release of a line may satisfy the range, so its last one decides.
    let allows = |cycle: &&&Cycle| {
        let major = cycle.name.parse().unwrap_or(0);
        range.satisfies(&Version::from((major, 999_u64, 999_u64)))
            || range.satisfies(&Version::from((major, 0_u64, 0_u64)))
    };
    let allowed: Vec<&&Cycle> = offered.iter().filter(allows).collect();
    let usual = usual(offered);
    if let Some(line) = allowed.iter().find(|cycle| cycle.name == usual).or(allowed.first()) {
        return Ok((line.name.clone(), None));
    }
    let ended_line = crate::catalog::products()
        .iter()
        .find(|product| product.name == "node")
        .and_then(|product| product.cycles.iter().find(|line| allows(&line)));
    match ended_line {
        Some(line) => {
            let instead = successor(line, offered);
            Ok((instead.clone(), Some(ended(line, evidence, &instead))))
        }
        None => Err(invalid(
            format!("no maintained Node.js satisfies `{}`", text.escape_debug()),
            format!("widen the range, or decide with `--version {usual}`"),
        )),
    }
}

/// The line that follows one that has ended: the oldest that is newer.
fn successor(line: &Cycle, offered: &[&Cycle]) -> String {
    let number = |cycle: &Cycle| cycle.name.parse::<u32>().unwrap_or_default();
    let newer = offered.iter().rev().find(|cycle| number(cycle) > number(line));
    newer.or(offered.first()).map(|cycle| cycle.name.clone()).unwrap_or_default()
}

fn ended(line: &Cycle, evidence: &Evidence, instead: &str) -> Warning {
    let end = line.end_of_life.as_deref().unwrap_or("an earlier date");
    Warning::new(format!(
        "Node.js {} ended on {end}; the image has Node.js {instead}, the line after it that still gets security fixes",
        line.name
    ))
    .at(evidence.clone())
    .hint("test the application on it, then name it in `engines` or `.nvmrc`")
}
