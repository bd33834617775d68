//! Pinned versions of some years ago: what they need so that they install and work today. What they lack is added, what is
//! too old for every maintained Python is replaced, what does not exist for Linux is left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::python::{self, Implied, Lift, Unlisted, Withdrawn};
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::python::package_manager::{Installer, Project};
use crate::path::relative_to;
use crate::plan::model::python::LiftedPin;
use crate::plan::{Choice, Question, Resolved};
use crate::source::python::modules::Module;
use crate::source::python::syntax;

/// The file that a lock file is exported to.
pub const EXPORT: &str = "/tmp/requirements.txt";

/// What the build does about old pins.
#[derive(Debug, Default)]
pub struct LegacyPins {
    /// Requirements that are installed besides.
    pub additions: Vec<String>,
    /// Expressions of `sed` that take a requirement out.
    pub exclusions: Vec<String>,
    /// The pinned versions that are lifted.
    pub lifted: Vec<LiftedPin>,
    /// What packages are compiled with.
    pub build_constraints: Vec<String>,
    /// Each of them, said.
    pub warnings: Vec<Warning>,
}

/// What the source uses of packages that are not installed by themselves, or no more.
#[derive(Debug, Default)]
pub struct Used {
    /// The packages that it imports, by the names of their modules.
    pub imported: BTreeSet<String>,
    /// `pkg_resources`, which setuptools no longer brings.
    pub pkg_resources: Option<Evidence>,
    /// What it imports of packages that nothing lists: by row of the table, the first name and its line.
    pub unlisted: Vec<Fact<(&'static Unlisted, &'static str)>>,
    /// What newer versions of a package lack, and its name.
    pub withdrawn: Vec<Fact<(&'static Withdrawn, &'static str)>>,
}

impl Used {
    /// By the modules of a project.
    pub fn of(project: &Project, modules: &[Module]) -> Self {
        let mut importing = modules.iter().filter(|module| module.uses("pkg_resources"));
        let imports = modules.iter().flat_map(|module| &module.imports);
        Self {
            imported: imports.filter_map(|(_, full)| full.split('.').next().map(str::to_owned)).collect(),
            pkg_resources: importing.find_map(|module| module.document.find("pkg_resources")),
            unlisted: unlisted(project, modules),
            withdrawn: withdrawn(project, modules),
        }
    }
}

/// Finds what the old pins of a project need; `is_kept` where the answer is that none is lifted.
pub fn find(project: &Project, installer: Installer, is_kept: bool, used: &Used) -> LegacyPins {
    let mut pins = LegacyPins::default();
    for (row, evidence) in implied(project) {
        pins.additions.push(row.requirement.clone());
        let message = if row.with.is_empty() {
            format!("a package of this age needs `{}`, which nothing pins: it is added", row.requirement)
        } else {
            format!("this needs `{}`, which nothing pins: it is added", row.requirement)
        };
        pins.warnings.push(Warning::new(message).at(evidence));
    }
    let is_brought =
        project.version_of("setuptools").is_some() || pins.additions.iter().any(|it| it.starts_with("setuptools"));
    if let Some(evidence) = used.pkg_resources.as_ref().filter(|_| !is_brought) {
        let setuptools = python::pkg_resources();
        pins.additions.push(setuptools.to_owned());
        let message = format!("`pkg_resources` is imported, which newer setuptools lack: `{setuptools}` is added");
        pins.warnings.push(
            Warning::new(message).at(evidence.clone()).hint("use `importlib.metadata` and `importlib.resources`"),
        );
    }
    let is_added = pins.additions.iter().any(|it| package(it) == "setuptools");
    pins.additions.extend(project.left_out.iter().filter(|_| !is_added).map(|_| python::pkg_resources().to_owned()));
    for fact in &used.withdrawn {
        let (row, name) = fact.value;
        let is_new = |requirement: &&String| !pins.additions.iter().any(|known| package(known) == package(requirement));
        let added: Vec<String> = row.requirements.iter().filter(is_new).cloned().collect();
        pins.additions.extend(added);
        let message = format!(
            "`{}` lacks `{name}` since {}, and nothing pins it: `{}` is installed",
            row.package,
            row.bound,
            row.requirements.join("` and `")
        );
        pins.warnings.push(
            Warning::new(message).at(fact.evidence.clone()).hint("pin the version that the project is written for"),
        );
    }
    for fact in &used.unlisted {
        let (row, name) = fact.value;
        let requirement = row.requirement.as_str();
        pins.additions.push(requirement.to_owned());
        let message = format!("the source uses `{name}`, and nothing lists `{requirement}`: it is added in the image");
        let warning = Warning::new(message).at(fact.evidence.clone());
        pins.warnings.push(warning.hint("add it to the project's own dependencies"));
    }
    for dependency in &project.manifests.dependencies {
        if installer == Installer::Requirements && python::is_elsewhere(&dependency.name) {
            pins.exclusions.push(format!("/^{}([^A-Za-z0-9._-]|$)/Id", pattern(&dependency.name)));
            let message = format!("`{}` does not exist for Linux: it is left out", dependency.name);
            pins.warnings.push(Warning::new(message).at(dependency.evidence.clone()));
        }
    }
    for lift in lifts(project, installer) {
        pins.warnings.push(lift.warning(is_kept));
        if !is_kept {
            pins.lifted.extend(lift.pins);
        }
    }
    let is_stuck = |row: &&python::Stuck| match &row.below {
        Some(below) => project.is_below(&row.package, below),
        None => {
            let is_older = row.from.as_ref().is_some_and(|from| project.is_below(&row.package, from));
            project.manifests.dependency(&row.package).is_some() && !is_older
        }
    };
    for row in python::stuck().iter().filter(is_stuck) {
        let warning = match &row.below {
            Some(below) => {
                let version = project.version_of(&row.package).unwrap_or_default();
                let message =
                    format!("`{}` {version} runs on no maintained Python: the program will not start", row.package);
                Warning::new(message).hint(format!("take {below} or a newer one, and test the application with it"))
            }
            None if row.from.is_some() => {
                let message = format!("`{}` runs on no maintained Python: it ends when it is imported", row.package);
                Warning::new(message).hint(format!("use `{}` instead", row.instead))
            }
            None => {
                let message =
                    format!("no version of `{}` installs on a maintained Python: the build will fail", row.package);
                Warning::new(message).hint(format!("serve the application by `{}` instead", row.instead))
            }
        };
        pins.warnings.push(project.evidence_of(&row.package).into_iter().fold(warning, Warning::at));
    }
    for row in python::build_constraints().iter().filter(|row| project.version_of(named(row)).is_none()) {
        if let Some(name) = needed_by(project, row) {
            pins.build_constraints.push(row.requirement.clone());
            let message = format!("a package of this age compiles with `{}` only: it does", row.requirement);
            let warning = Warning::new(message);
            pins.warnings.push(project.evidence_of(name).into_iter().fold(warning, Warning::at));
            // pip holds what it installs to the same list
            pins.additions
                .iter_mut()
                .filter(|it| package(it) == named(row))
                .for_each(|it| it.clone_from(&row.requirement));
        }
    }
    pins
}

/// The package that a row names.
fn named(row: &Implied) -> &str {
    package(&row.requirement)
}

/// The package of a requirement.
fn package(requirement: &str) -> &str {
    requirement.split(['=', '<']).next().unwrap_or_default()
}

/// What modules take from objects of a package that newer versions of it lack, where nothing says which version is installed.
fn withdrawn(project: &Project, modules: &[Module]) -> Vec<Fact<(&'static Withdrawn, &'static str)>> {
    let is_open = |row: &&Withdrawn| {
        let package = &row.package;
        project.version_of(package).is_none() && !project.is_below(package, &row.bound)
    };
    let rows = python::withdrawn().iter().filter(|_| project.installer() != Installer::None).filter(is_open);
    let found = rows.filter_map(|row| {
        let imports = |module: &&Module| module.uses(&row.package.replace('-', "_"));
        modules.iter().filter(imports).find_map(|module| {
            row.attributes.iter().find_map(|name| {
                let at = syntax::attribute(&module.statements, name)?;
                Some(Fact::new((row, name.as_str()), module.document.evidence_at(at)))
            })
        })
    });
    found.collect()
}

/// What the modules of a project import that needs a package which nothing brings: by row of the table, the first name and its line.
fn unlisted(project: &Project, modules: &[Module]) -> Vec<Fact<(&'static Unlisted, &'static str)>> {
    if project.installer() == Installer::None {
        return Vec::new();
    }
    let rows = python::unlisted().iter().filter(|row| !is_brought(project, row));
    let found = rows.filter_map(|row| {
        row.uses.iter().find_map(|name| {
            let is_it =
                |full: &str| full.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            let module = modules.iter().find(|module| module.imports.iter().any(|(_, full)| is_it(full)))?;
            let last = name.rsplit('.').next().unwrap_or(name);
            let evidence = module.document.find(last).unwrap_or_else(|| Evidence::file(module.path()));
            Some(Fact::new((row, name.as_str()), evidence))
        })
    });
    found.collect()
}

/// Whether a project has what a row names: it lists or locks one of its packages, or another package that brings one.
fn is_brought(project: &Project, row: &Unlisted) -> bool {
    let dependency = |name: &String| project.manifests.dependency(name);
    let has = |name: &String| dependency(name).is_some() || project.version_of(name).is_some();
    let has_extra = |(name, extras): (&String, &Vec<String>)| {
        dependency(name).is_some_and(|it| it.extras.iter().any(|extra| extras.contains(extra)))
    };
    row.listed.iter().any(has)
        || row.extras.iter().any(has_extra)
        || row.brought.iter().any(|(name, bound)| project.is_below(name, bound))
}

/// A name as any of its spellings.
fn pattern(name: &str) -> String {
    name.replace('-', "[-_.]")
}

/// Whether what is installed is a list of requirements that can be edited: not one that pins files by their hashes.
fn has_editable_pins(project: &Project, installer: Installer) -> bool {
    match installer {
        Installer::Requirements => !project.manifests.dependencies.iter().any(|it| it.is_hashed),
        Installer::Poetry | Installer::Pdm | Installer::Pipenv => true,
        _ => false,
    }
}

/// The question whether the build lifts the pinned versions of a project; nothing where it has none to lift.
pub fn question(project: &Project, installer: Installer) -> Option<Question> {
    let lifts = lifts(project, installer);
    let first = lifts.first()?;
    let lift = "lift".to_owned();
    let default = match &first.evidence {
        Some(evidence) => Resolved::from(Fact::new(lift, evidence.clone())),
        None => Resolved::default(lift),
    };
    let names: Vec<String> = lifts.iter().map(|lift| format!("{} {}", lift.package, lift.to)).collect();
    Some(Question::new("pins", Some(default)).choices(vec![
        Choice::new("lift", format!("the build takes the first versions that work: {}", names.join(", "))),
        Choice::new("keep", "the versions stay as they are pinned, whether they can be installed or not"),
    ]))
}

/// A package whose pinned version gives way to a newer one.
struct PackageLift {
    package: &'static str,
    /// The version that is installed without it.
    from: String,
    to: &'static str,
    /// The lifted package that asks for it, where it is not lifted for itself.
    asked_by: Option<&'static str>,
    /// Each place that pins it.
    pins: Vec<LiftedPin>,
    evidence: Option<Evidence>,
}

impl PackageLift {
    fn warning(&self, is_kept: bool) -> Warning {
        let Self { package, from, to, .. } = self;
        let why = match self.asked_by {
            None => format!("`{package}` {from} works on no maintained Python"),
            Some(owner) => format!("`{package}` {from} is too old for the newer `{owner}`"),
        };
        let warning = if is_kept {
            Warning::new(format!("{why}: it is installed all the same, as answered"))
        } else {
            Warning::new(format!("{why}: the build takes {to}"))
        };
        let warning = warning.hint(format!("pin `{package}=={to}` or a newer one, and test the application with it"));
        self.evidence.iter().cloned().fold(warning, Warning::at)
    }
}

/// Packages in versions that work on no maintained Python, and those that what takes their place asks for, as far as what is
/// installed is a list of requirements that can be changed.
fn lifts(project: &Project, installer: Installer) -> Vec<PackageLift> {
    if !has_editable_pins(project, installer) {
        return Vec::new();
    }
    // a lock file holds what only developers install, which is not exported
    let is_exported = |name: &str| installer == Installer::Requirements || project.installs(name);
    let is_too_old = |row: &&Lift| {
        project.is_below(&row.package, &row.to)
            && !project.is_below(&row.package, &row.from)
            && is_exported(&row.package)
    };
    let mut versions: BTreeMap<&'static str, (&'static str, Option<&'static str>)> = BTreeMap::new();
    for row in python::lifts().iter().filter(is_too_old) {
        versions.insert(row.package.as_str(), (&row.to, None));
        for (name, to) in row.also.iter().filter(|(name, to)| project.is_below(name, to) && is_exported(name)) {
            versions.entry(name.as_str()).or_insert((to, Some(&row.package)));
        }
    }
    let lifts = versions.into_iter().map(|(package, (to, asked_by))| PackageLift {
        package,
        from: project.version_of(package).unwrap_or_default().to_owned(),
        to,
        asked_by,
        pins: pins(project, installer, package, to),
        evidence: project.evidence_of(package),
    });
    lifts.filter(|lift| !lift.pins.is_empty()).collect()
}

/// The places that pin a package: lines of the requirements files, or of what a lock file is exported to.
fn pins(project: &Project, installer: Installer, package: &str, to: &str) -> Vec<LiftedPin> {
    let pin = |file: &str, from: &str| LiftedPin {
        file: file.to_owned(),
        package: package.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
    };
    if installer != Installer::Requirements {
        return project.version_of(package).map(|from| pin(EXPORT, from)).into_iter().collect();
    }
    let files = project.manifests.requirements.as_ref().map(|it| it.files.as_slice()).unwrap_or_default();
    let lines = project.manifests.dependencies.iter().filter(|it| it.name == package);
    let lines = lines.filter(|it| files.contains(&it.evidence.path) && !it.from_git);
    let mut found: Vec<LiftedPin> = Vec::new();
    for line in lines {
        let file = relative_to(&line.evidence.path, &project.manifests.folder);
        let new = line.pin.as_ref().map(|from| pin(&file, from));
        found.extend(new.filter(|new| !found.contains(new)));
    }
    found
}

/// The package in an older version that needs what a row names.
fn needed_by(project: &Project, row: &'static Implied) -> Option<&'static str> {
    let is_older = |name: &String| row.since.get(name).is_some_and(|since| project.is_below(name, since));
    let mut rows = row.below.iter().filter(|(name, _)| !is_older(name));
    rows.find(|(name, bound)| project.is_below(name, bound)).map(|(name, _)| name.as_str())
}

/// The line of what a project has and the newest line of a package that it does not pin no longer takes.
fn held_back(project: &Project, row: &'static Implied) -> Option<Evidence> {
    let dependency = |name: &String| project.manifests.dependency(name);
    let brings = row.of.iter().find_map(dependency)?;
    let had = row.with.iter().find_map(dependency)?;
    let asks_for_newest = brings.evidence.quote.contains(row.requirement.split('<').next_back()?);
    (project.lock.is_none() && project.manifests.dependency(&row.without).is_none() && !asks_for_newest)
        .then(|| had.evidence.clone())
}

/// What older packages need and do not bring, where nothing pins it, each with the line that asks for one of them.
fn implied(project: &Project) -> Vec<(&'static Implied, Evidence)> {
    let asked = |row: &'static Implied| {
        let bound = row.requirement.split_once('<').map(|(_, bound)| bound);
        let is_bounded = bound.is_some_and(|bound| project.is_below(named(row), bound));
        let is_pinned = is_bounded || project.version_of(named(row)).is_some();
        let needed = || needed_by(project, row).and_then(|name| project.evidence_of(name));
        if is_pinned { None } else { needed().or_else(|| held_back(project, row)) }
    };
    let found = python::implied().iter().filter_map(|row| Some((row, asked(row)?)));
    // Of several rows for a package, the first is the strictest.
    let mut names = BTreeSet::new();
    found.filter(|(row, _)| names.insert(named(row))).collect()
}
