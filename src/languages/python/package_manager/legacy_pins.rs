//! Pinned versions of some years ago: what they need so that they install and work today. What they lack is added, what is
//! too old for every maintained Python is replaced, what does not exist for Linux is left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::python::{self, Implied, Lift};
use crate::evidence::{Evidence, Warning};
use crate::languages::python::manifest::requirement::Dependency;
use crate::languages::python::package_manager::{Installer, Project};

/// The last line of setuptools that brings `pkg_resources`.
const SETUPTOOLS: &str = "setuptools==80.*";

/// What the build does about old pins.
#[derive(Debug, Default)]
pub struct LegacyPins {
    /// Requirements that are installed besides.
    pub additions: Vec<String>,
    /// Expressions of `sed` that take a requirement out.
    pub exclusions: Vec<String>,
    /// Expressions of `sed` that lift a pinned version.
    pub replacements: Vec<String>,
    /// What packages are compiled with.
    pub build_constraints: Vec<String>,
    /// Each of them, said.
    pub warnings: Vec<Warning>,
}

/// Finds what the old pins of a project need.
pub fn find(project: &Project, installer: Installer, pkg_resources: Option<&Evidence>) -> LegacyPins {
    let mut pins = LegacyPins::default();
    for (row, evidence) in implied(project) {
        pins.additions.push(row.requirement.clone());
        let message = format!("a package of this age needs `{}`, which nothing pins: it is added", row.requirement);
        pins.warnings.push(Warning::new(message).at(evidence));
    }
    let is_brought =
        project.version_of("setuptools").is_some() || pins.additions.iter().any(|it| it.starts_with("setuptools"));
    if let Some(evidence) = pkg_resources.filter(|_| !is_brought) {
        pins.additions.push(SETUPTOOLS.to_owned());
        let message = format!("`pkg_resources` is imported, which newer setuptools lack: `{SETUPTOOLS}` is added");
        pins.warnings.push(
            Warning::new(message).at(evidence.clone()).hint("use `importlib.metadata` and `importlib.resources`"),
        );
    }
    for dependency in &project.manifests.dependencies {
        if installer == Installer::Requirements && python::is_elsewhere(&dependency.name) {
            pins.exclusions.push(format!("/^{}([^A-Za-z0-9._-]|$)/Id", pattern(&dependency.name)));
            let message = format!("`{}` does not exist for Linux: it is left out", dependency.name);
            pins.warnings.push(Warning::new(message).at(dependency.evidence.clone()));
        }
    }
    if has_editable_pins(project, installer) {
        for (name, lift) in replacements(project) {
            pins.replacements.push(format!("s/^({}(\\[[^]]*\\])?) *==[^;, ]+/\\1=={}/I", pattern(name), lift.to));
            let installed = project.version_of(name).unwrap_or_default();
            let message = match lift.asked_by {
                None => format!("`{name}` {installed} works on no maintained Python: the build takes {}", lift.to),
                Some(owner) => {
                    format!("`{name}` {installed} is too old for the newer `{owner}`: the build takes {}", lift.to)
                }
            };
            let warning = Warning::new(message).hint("pin that or a newer one, and test the application with it");
            pins.warnings.push(project.evidence_of(name).into_iter().fold(warning, Warning::at));
        }
    }
    for row in python::build_constraints() {
        if let Some(name) = needed_by(project, row) {
            pins.build_constraints.push(row.requirement.clone());
            let message = format!("a package of this age compiles with `{}` only: it does", row.requirement);
            let warning = Warning::new(message);
            pins.warnings.push(project.evidence_of(name).into_iter().fold(warning, Warning::at));
        }
    }
    pins
}

/// A name as any of its spellings.
fn pattern(name: &str) -> String {
    name.replace('-', "[-_.]")
}

/// Whether what is installed is a list of requirements that can be edited: not one that pins files by their hashes.
fn has_editable_pins(project: &Project, installer: Installer) -> bool {
    let is_hashed =
        |it: &Dependency| it.evidence.quote.trim_end().ends_with('\\') || it.evidence.quote.contains("--hash");
    match installer {
        Installer::Requirements => !project.manifests.dependencies.iter().any(is_hashed),
        Installer::Poetry | Installer::Pdm | Installer::Pipenv => true,
        _ => false,
    }
}

/// The version that takes the place of a pinned one.
struct Replacement {
    to: &'static str,
    /// The lifted package that asks for it, where it is not lifted for itself.
    asked_by: Option<&'static str>,
}

/// Packages in versions that work on no maintained Python, and those that what takes their place asks for.
fn replacements(project: &Project) -> BTreeMap<&'static str, Replacement> {
    let is_too_old =
        |row: &&Lift| project.is_below(&row.package, &row.to) && !project.is_below(&row.package, &row.from);
    let mut found = BTreeMap::new();
    for row in python::lifts().iter().filter(is_too_old) {
        found.insert(row.package.as_str(), Replacement { to: &row.to, asked_by: None });
        for (name, to) in row.also.iter().filter(|(name, to)| project.is_below(name, to)) {
            found.entry(name.as_str()).or_insert(Replacement { to, asked_by: Some(&row.package) });
        }
    }
    found
}

/// The package in an older version that needs what a row names.
fn needed_by(project: &Project, row: &'static Implied) -> Option<&'static str> {
    row.below.iter().find(|(name, bound)| project.is_below(name, bound)).map(|(name, _)| name.as_str())
}

/// What older packages need and do not bring, where nothing pins it, each with the line that asks for one of them.
fn implied(project: &Project) -> Vec<(&'static Implied, Evidence)> {
    let named = |row: &'static Implied| row.requirement.split(['=', '<']).next().unwrap_or_default();
    let asked = |row: &'static Implied| {
        let is_pinned = project.version_of(named(row)).is_some();
        if is_pinned { None } else { project.evidence_of(needed_by(project, row)?) }
    };
    let found = python::implied().iter().filter_map(|row| Some((row, asked(row)?)));
    // Of several rows for a package, the first is the strictest.
    let mut names = BTreeSet::new();
    found.filter(|(row, _)| names.insert(named(row))).collect()
}
