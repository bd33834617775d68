//! `dockgen check`: the self-check alone, on any Dockerfile and its build context.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use clap::{Args, ValueEnum};

use crate::check::builds::{Source, builds, is_list};
use crate::check::{
    Baseline, Checkable, Checked, Finding, Format, Settings, SettingsError, Severity, dockerfiles_below, fixed,
};
use crate::cli::report;
use crate::cli::stream::{self, Style, Text};
use crate::dockerfile::Dockerfile;
use crate::error::{Error, Result};
use crate::output;
use crate::plan::CONFIG_FILE;
use crate::repo::{Root, file};

/// Check Dockerfiles, their ignore files and their build contexts
///
/// Every rule is described in docs/rules.md. A comment `# dockgen: allow RULE reason` above an instruction allows one instruction,
/// `# dockgen: allow-file RULE reason` the file. `[check]` in dockgen.toml sets the level of rules.
#[derive(Debug, Args)]
pub struct Check {
    /// Dockerfiles, folders with Dockerfiles somewhere below, compose and bake files whose builds are meant, or `-` for
    /// standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// The Dockerfile; the one path is then its build context
    #[arg(long, short, value_name = "DOCKERFILE")]
    file: Option<PathBuf>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Form::Text, value_name = "FORMAT")]
    format: Form,
    /// Print one JSON object: the same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// What makes the status 1; notes alone are fine otherwise
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<Threshold>,
    /// Leave out the findings of this file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all findings into this file, to be left out from now on
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "fix"])]
    write_baseline: Option<PathBuf>,
    /// Repair what has one safe answer
    #[arg(long)]
    fix: bool,
    /// Show what --fix would change, and change nothing
    #[arg(long, requires = "fix")]
    diff: bool,
    /// Print the instructions of a Dockerfile as JSON, and check nothing
    #[arg(long, conflicts_with_all = ["fix", "write_baseline", "baseline"])]
    dump: bool,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// With the line that each is about
    Text,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// The XML of Checkstyle
    Checkstyle,
    /// The Test Anything Protocol
    Tap,
}

/// What makes the status 1.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Threshold {
    /// Errors alone
    Error,
    /// Errors and warnings
    Warning,
    /// Anything that is found
    Note,
}

impl Check {
    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json || matches!(self.format, Form::Json)
    }

    /// Checks and prints.
    pub fn run(self) -> Result<()> {
        if self.dump {
            return self.print_instructions();
        }
        let mut checked = self.checked()?;
        if let Some(path) = &self.write_baseline {
            let text = Baseline::of(checked.iter().flat_map(|it| &it.findings)).text();
            return output::replace(&[(path, text)]);
        }
        if self.fix {
            self.repair(&checked)?;
            if self.diff {
                return Ok(());
            }
            checked = self.checked()?;
        }
        let format = if self.json { Format::Json } else { self.format.into() };
        let text = format.write(&checked, console::colors_enabled());
        match format {
            Format::Text => stream::answer(&Text::new().coloured(&text).end())?,
            Format::Json | Format::Sarif | Format::Gitlab => stream::json_text(&text)?,
            Format::Github | Format::Checkstyle | Format::Tap => stream::data(&text)?,
        }
        let counted = |it: &Checked| it.findings.iter().filter(|finding| self.is_counted(finding, it.fail_on)).count();
        let count: usize = checked.iter().map(counted).sum();
        match (count, checked.as_slice()) {
            (0, _) => Ok(()),
            (count, [one]) => Err(Error::Findings(format!("{count} finding{} in `{}`", plural(count), one.path))),
            (count, all) => {
                Err(Error::Findings(format!("{count} finding{} in {} Dockerfiles", plural(count), all.len())))
            }
        }
    }

    /// Checks every Dockerfile, several at a time.
    fn checked(&self) -> Result<Vec<Checked>> {
        let targets = self.targets()?;
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::with_capacity(targets.len()));
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(targets.len());
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let place = next.fetch_add(1, Ordering::Relaxed);
                        let Some(target) = targets.get(place) else { break };
                        let result = self.check_one(target);
                        done.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
                    }
                });
            }
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_by_key(|(place, _)| *place);
        let mut checked: Vec<Checked> = done.into_iter().map(|(_, result)| result).collect::<Result<_>>()?;
        // several Dockerfiles can have one ignore file
        let mut said = BTreeSet::new();
        for Checked { path, findings, .. } in &mut checked {
            findings.retain(|it| it.file == *path || said.insert((it.file.clone(), it.span, it.message.clone())));
        }
        if let Some(path) = &self.baseline {
            // whoever runs it named it: it may lie anywhere, but is a file all the same
            let full = path.canonicalize().map_err(|source| Error::Read { path: path.clone(), source })?;
            let mut baseline = known_findings(full.parent().unwrap_or(&full), &full)?;
            for it in &mut checked {
                baseline.strike(&mut it.findings);
            }
        }
        Ok(checked)
    }
}

/// A Dockerfile that is to be checked.
enum Target {
    /// Its path; its build context is looked for.
    Alone(PathBuf),
    /// Its build context and its path.
    Within(PathBuf, PathBuf),
    /// Its build context, and its path and text where it is in no file of its own.
    Text(PathBuf, String, String),
    /// Standard input.
    Input(String),
}

/// The builds of a compose or bake file; those that can't be looked at are named.
fn listed(list: &Path) -> Result<Vec<Target>> {
    let mut targets = Vec::new();
    for build in builds(list)? {
        match build.source {
            Source::File(context, file) => targets.push(Target::Within(context, file)),
            Source::Inline(context, text) => {
                targets.push(Target::Text(context, format!("{} ({})", list.display(), build.name), text));
            }
            Source::Elsewhere(reason) => {
                let name = format!("{} ({})", list.display(), build.name);
                stream::tell(&Text::new().with(Style::Bold, "left out: ").plain(format!("{name}: {reason}")).end());
            }
        }
    }
    Ok(targets)
}

impl Check {
    /// What the arguments name.
    fn targets(&self) -> Result<Vec<Target>> {
        if let Some(file) = &self.file {
            let [context] = self.paths.as_slice() else {
                return Err(Error::Usage {
                    message: "`--file` has one build context".into(),
                    hint: "name one folder, or name the Dockerfiles without `--file`".into(),
                });
            };
            let file = if file.exists() { file.clone() } else { context.join(file) };
            return Ok(vec![Target::Within(context.clone(), file)]);
        }
        let (mut seen, mut within) = (BTreeSet::new(), BTreeSet::new());
        let mut targets = Vec::new();
        for path in &self.paths {
            if path == Path::new("-") {
                let mut bytes = Vec::new();
                let unreadable = |source| Error::Read { path: path.clone(), source };
                let read = std::io::stdin().lock().take(file::LARGEST_FILE + 1).read_to_end(&mut bytes);
                if read.map_err(unreadable)? as u64 > file::LARGEST_FILE {
                    return Err(unreadable(std::io::Error::other(format!(
                        "it is larger than {} MiB",
                        file::LARGEST_FILE >> 20
                    ))));
                }
                targets.push(Target::Input(String::from_utf8_lossy(&bytes).into_owned()));
                continue;
            }
            let kind = std::fs::metadata(path).map_err(|source| Error::Read { path: path.clone(), source })?;
            if is_list(path) && !kind.is_dir() {
                targets.extend(listed(path)?.into_iter().filter(|target| match target {
                    Target::Within(context, file) => within.insert((context.clone(), file.clone())),
                    _ => true,
                }));
                continue;
            }
            if !kind.is_dir() {
                targets.extend(seen.insert(path.clone()).then(|| Target::Alone(path.clone())));
                continue;
            }
            let own = path.join("Dockerfile");
            let below = dockerfiles_below(path);
            if below.is_empty() {
                return Err(Error::Usage {
                    message: format!("there is no Dockerfile in `{}`", path.display()),
                    hint: "name it, or make one with `dockgen init`".into(),
                });
            }
            for file in below.into_iter().filter(|file| seen.insert(file.clone())) {
                targets.push(if file == own { Target::Within(path.clone(), file) } else { Target::Alone(file) });
            }
        }
        Ok(targets)
    }

    fn check_one(&self, target: &Target) -> Result<Checked> {
        let here = Path::new(".");
        let root = self.paths.iter().find(|path| path.is_dir()).map_or(here, PathBuf::as_path);
        let (mut checkable, folder) = match target {
            Target::Alone(file) => {
                (Checkable::read_alone(file, root)?, file.parent().filter(|it| *it != Path::new("")).unwrap_or(here))
            }
            Target::Within(context, file) => (Checkable::read(context, file)?, context.as_path()),
            Target::Text(context, path, text) => (Checkable::of_build(path, text.clone(), context)?, context.as_path()),
            Target::Input(text) => (Checkable::of_text("-", text.clone()), here),
        };
        let (settings, place) = settings(folder)?;
        let (fail_on, baseline) = (settings.fail_on, settings.baseline.clone());
        checkable.settings = Settings { asks_shellcheck: true, ..settings };
        let mut findings = checkable.check();
        if let Some(baseline) = baseline.filter(|_| self.baseline.is_none() && self.write_baseline.is_none()) {
            known_findings(&Root::of(&place).folder, &place.join(baseline))?.strike(&mut findings);
        }
        let texts = checkable.texts().into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        Ok(Checked { path: checkable.path.clone(), findings, texts, fail_on })
    }

    /// Makes the fixes, or shows them.
    fn repair(&self, checked: &[Checked]) -> Result<()> {
        let mut changes = Vec::new();
        for it in checked {
            // what is in no file of its own can't be repaired there
            for (path, text) in it.texts.iter().filter(|(path, _)| Path::new(path).is_file()) {
                let new = fixed(path, text, &it.findings);
                if new != *text {
                    if self.diff {
                        stream::answer(&report::difference(Text::new(), &output::difference(path, text, &new)))?;
                    }
                    changes.push((PathBuf::from(path), new));
                }
            }
        }
        if self.diff {
            return Ok(());
        }
        let changes: Vec<(&Path, String)> = changes.iter().map(|(path, text)| (path.as_path(), text.clone())).collect();
        output::replace(&changes)
    }

    fn print_instructions(&self) -> Result<()> {
        for target in self.targets()? {
            let checkable = match target {
                Target::Alone(file) | Target::Within(_, file) => Checkable::read(Path::new("."), &file)?,
                Target::Text(_, path, text) => Checkable::of_text(&path, text),
                Target::Input(text) => Checkable::of_text("-", text),
            };
            stream::json(&Dockerfile::parse(&checkable.dockerfile).dump())?;
        }
        Ok(())
    }

    /// Whether a finding makes the status 1; `wanted` is what the project says of it.
    fn is_counted(&self, finding: &Finding, wanted: Option<Severity>) -> bool {
        let least = match self.fail_on {
            Some(Threshold::Error) => Severity::Error,
            Some(Threshold::Note) => Severity::Note,
            Some(Threshold::Warning) => Severity::Warning,
            None => wanted.unwrap_or(Severity::Warning),
        };
        finding.severity <= least
    }
}

/// The settings for a folder, from the nearest files that have some, and the folder of `dockgen.toml`.
fn settings(folder: &Path) -> Result<(Settings, PathBuf)> {
    let folder = folder.canonicalize().map_err(|source| Error::Read { path: folder.to_owned(), source })?;
    let root = Root::of(&folder).folder;
    let mut settings = Settings::default();
    for above in folder.ancestors() {
        let root = if above.starts_with(&root) { &root } else { above };
        let elsewhere = [".hadolint.yaml", ".hadolint.yml"].map(|name| above.join(name));
        if let Some(path) = elsewhere.iter().find(|path| path.is_file()) {
            settings =
                Settings::from_hadolint(&file::text(root, path, path)?).map_err(|error| unusable(path, &error))?;
        }
        let own = above.join(CONFIG_FILE);
        if own.is_file() {
            let mut found =
                Settings::from_toml(&file::text(root, &own, &own)?).map_err(|error| unusable(&own, &error))?;
            settings.rules.append(&mut found.rules);
            found.rules = settings.rules;
            if found.registries.is_empty() {
                found.registries = settings.registries;
            }
            found.fail_on = found.fail_on.or(settings.fail_on);
            return Ok((found, above.to_owned()));
        }
        // Above a repository, others have their say.
        if above.join(".git").exists() {
            break;
        }
    }
    Ok((settings, folder))
}

fn known_findings(root: &Path, path: &Path) -> Result<Baseline> {
    Baseline::parse(&file::text(root, path, path)?).map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &SettingsError) -> Error {
    Error::Usage {
        message: format!("`{}` can't be used: {error}", path.display()),
        hint: "docs/rules.md says what may stand there".into(),
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

impl From<Form> for Format {
    fn from(form: Form) -> Self {
        match form {
            Form::Text => Self::Text,
            Form::Json => Self::Json,
            Form::Sarif => Self::Sarif,
            Form::Github => Self::Github,
            Form::Gitlab => Self::Gitlab,
            Form::Checkstyle => Self::Checkstyle,
            Form::Tap => Self::Tap,
        }
    }
}
