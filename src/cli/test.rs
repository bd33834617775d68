//! `dockgen test`: builds the image, starts it, and sees that it works.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use serde_json::Value;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use toml::Spanned;

use crate::check::Checkable;
use crate::cli::json::{self, Compared, Tested};
use crate::cli::progress::Bars;
use crate::cli::stream::{self, Style, Text};
use crate::container::{self, CHECKS, Comparison, Engine, Report, Services, Side, TestSettings, Trial, Verdict};
use crate::dockerfile::{Body, Dockerfile};
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact};
use crate::languages;
use crate::output;
use crate::path::{parent, relative_to};
use crate::plan::CONFIG_FILE;
use crate::repo::{Document, Repo, file};
use crate::source::{Language, is_test};

/// Build the image, start it, and see that it works
///
/// Needs Docker, Podman or Buildah. The image must run as a user that is not root, without a shell; it must answer on its port,
/// run with a read-only root, and end on SIGTERM. Everything that a test makes is removed again. `dockgen explain
/// test/start` is the page of a check; `[test]` in dockgen.toml keeps what a project wants.
#[derive(Debug, Args)]
pub struct Test {
    /// The build context
    #[arg(default_value = ".")]
    context: PathBuf,
    /// What the application is given on its command line
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
    /// The Dockerfile; PATH/Dockerfile where none is named
    #[arg(long, short, value_name = "DOCKERFILE")]
    file: Option<PathBuf>,
    /// Test this image and build none
    #[arg(long, value_name = "IMAGE", conflicts_with_all = ["file", "twice", "against"])]
    image: Option<String>,
    /// Build twice without a cache, and compare the layers
    #[arg(long)]
    twice: bool,
    /// Build and test another Dockerfile too, and show both beside each other
    #[arg(long, value_name = "DOCKERFILE", conflicts_with = "twice")]
    against: Option<PathBuf>,
    /// The source that is changed before `--against` builds again, from the build context
    #[arg(long, value_name = "FILE", requires = "against")]
    touch: Option<String>,
    /// The engine: docker, podman or buildah; the first that answers where none is named
    #[arg(long, value_name = "PROGRAM")]
    engine: Option<String>,
    /// The port that must answer; the first that the image exposes where none is named
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// The HTTP path that must answer with 2xx or 3xx
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// The HTTP status that it must answer with
    #[arg(long, value_name = "STATUS", requires = "path")]
    status: Option<u16>,
    /// The health service of gRPC must answer
    #[arg(long, conflicts_with = "path")]
    grpc: bool,
    /// A text that the answer must hold, or what is printed where there is no port
    #[arg(long, value_name = "TEXT")]
    expect: Option<String>,
    /// A variable for the container
    #[arg(long, short, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// A file of variables for the container
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// Start the services of a compose file beside it, with the variables that it has for the application
    #[arg(long, value_name = "FILE")]
    compose: Option<PathBuf>,
    /// How long the application may take until it answers, in seconds; 60 where nothing is said
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
    /// How long it may take to end after SIGTERM, in seconds; 3 where nothing is said
    #[arg(long, value_name = "SECONDS")]
    stop_timeout: Option<u64>,
    /// How long the build may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    build_timeout: u64,
    /// The memory that it may have, in megabytes; 2048 where nothing is said
    #[arg(long, value_name = "MEGABYTES")]
    memory: Option<u64>,
    /// The largest size of the image, in megabytes
    #[arg(long, value_name = "MEGABYTES")]
    max_size: Option<u64>,
    /// The report of an earlier run by `--json`, to see how the size has changed
    #[arg(long, value_name = "FILE")]
    last: Option<PathBuf>,
    /// A check that is left out
    #[arg(long, value_name = "CHECK", value_delimiter = ',', value_parser = PossibleValuesParser::new(CHECKS.iter().map(|it| it.name)))]
    skip: Vec<String>,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Form::Text, value_name = "FORMAT")]
    format: Form,
    /// Write the report as a page for a browser, too
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print one JSON object: the same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people, a line for each check
    Text,
    /// One JSON object
    Json,
    /// The XML of JUnit, a test case for each check
    Junit,
    /// SARIF 2.1.0, an error for each check that failed
    Sarif,
}

impl Test {
    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json || self.format == Form::Json
    }

    /// Tests and prints.
    pub fn run(self) -> Result<()> {
        let dockerfile = self.file.clone().unwrap_or_else(|| self.context.join("Dockerfile"));
        let named = [Some(&dockerfile).filter(|_| self.image.is_none()), self.against.as_ref()];
        if let Some(missing) = named.into_iter().flatten().find(|path| !path.is_file()) {
            return Err(Error::Usage {
                message: format!("there is no Dockerfile at `{}`", missing.display()),
                hint: "make one with `dockgen init`, name it with `--file`, or an image with `--image`".into(),
            });
        }
        let (settings, folder) = settings(&dockerfile)?;
        let mut trial = self.trial(dockerfile, &settings, &folder)?;
        if self.image.is_none() {
            for warning in unmet(&self.context, &trial) {
                stream::say(&warning);
            }
        }
        let engine = Engine::find(self.engine.as_deref())?;
        clean_up_on_signals(&engine)?;
        let file = self.compose.clone().or_else(|| settings.compose.as_ref().map(|file| folder.join(file)));
        let services = file.map(|file| Services::start(&engine, &file, &self.context)).transpose()?;
        if let Some(services) = &services {
            trial.network = Some(services.network.clone());
            trial.options.splice(0..0, services.options.iter().cloned());
        }
        let mut bars = Bars::new();
        let mut watch = |progress: &container::Progress| bars.show(progress);
        if let Some(other) = &self.against {
            let touched = self.touch.clone().or_else(|| source(&self.context));
            let compared = container::compare(&engine, &trial, other, touched, &mut watch)?;
            drop(bars);
            return self.tell_comparison(&compared);
        }
        let tested = container::test(&engine, &trial, &mut watch)?;
        drop(bars);
        self.tell(&trial, &tested)
    }

    /// What is tested, from the command line first and from `dockgen.toml` where that says nothing.
    fn trial(&self, dockerfile: PathBuf, settings: &TestSettings, folder: &Path) -> Result<Trial> {
        let mut trial = Trial::new(&self.context, dockerfile);
        let megabytes = |size: u64| size.saturating_mul(1_000_000);
        trial.image.clone_from(&self.image);
        trial.port = self.port.or(settings.port);
        trial.path = self.path.clone().or_else(|| settings.path.clone()).filter(|_| !self.grpc);
        trial.status = self.status.or(settings.status);
        trial.is_grpc = (self.grpc || settings.grpc) && self.path.is_none();
        trial.expected = self.expect.clone().or_else(|| settings.expect.clone());
        trial.arguments = if self.arguments.is_empty() { settings.arguments.clone() } else { self.arguments.clone() };
        for file in settings.env_file.iter().map(|file| folder.join(file)).chain(self.env_file.iter().cloned()) {
            trial.options.push(format!("--env-file={}", file.to_string_lossy()));
        }
        let kept = settings.env.iter().map(|(name, value)| format!("{name}={value}"));
        trial.options.extend(kept.chain(self.env.iter().cloned()).map(|variable| format!("--env={variable}")));
        trial.patience = self.timeout.or(settings.timeout).map_or(trial.patience, Duration::from_secs);
        trial.stop = self.stop_timeout.or(settings.stop_timeout).map_or(trial.stop, Duration::from_secs);
        trial.build = Duration::from_secs(self.build_timeout);
        trial.memory = self.memory.or(settings.memory).unwrap_or(trial.memory);
        trial.largest = self.max_size.or(settings.max_size).map(megabytes);
        trial.last = self.last.as_deref().map(report).transpose()?;
        trial.skipped = settings.skip.iter().map(Spanned::as_ref).chain(&self.skip).cloned().collect();
        trial.is_twice = self.twice;
        trial.epoch = self.twice.then(epoch).transpose()?;
        Ok(trial)
    }

    /// Prints the report of a test.
    fn tell(&self, trial: &Trial, tested: &Report) -> Result<()> {
        if let Some(path) = &self.html {
            let is_built = trial.image.is_none();
            let dockerfile = is_built.then(|| Checkable::read(&trial.context, &trial.dockerfile)).transpose()?;
            let title = dockerfile.as_ref().map_or(tested.image.as_str(), |it| it.path.as_str());
            let page = container::page(tested, title, dockerfile.as_ref().map(|it| it.dockerfile.as_str()))?;
            output::replace(&[(path.clone(), page)])?;
        }
        let lines = |text: String| stream::answer(&Text::new().lines(Style::Plain, text).end());
        match if self.json { Form::Json } else { self.format } {
            Form::Text => lines(text(tested))?,
            Form::Junit => lines(container::junit(tested).trim_end().to_owned())?,
            Form::Sarif => lines(container::sarif(tested, &trial.dockerfile.to_string_lossy()))?,
            Form::Json => stream::json(&json::value(&Tested::new(tested))?)?,
        }
        verdict(tested)
    }

    /// Prints two Dockerfiles beside each other; the status is that of the one that is tested.
    fn tell_comparison(&self, compared: &Comparison) -> Result<()> {
        if self.is_json() {
            stream::json(&json::value(&Compared::new(compared))?)?;
        } else {
            stream::answer(&Text::new().lines(Style::Plain, table(compared)).end())?;
        }
        verdict(&compared.own.report)
    }
}

fn verdict(tested: &Report) -> Result<()> {
    match tested.failed().count() {
        0 => Ok(()),
        failed => Err(Error::Findings(format!("{failed} of {} checks failed", tested.checks.len()))),
    }
}

/// What the nearest `dockgen.toml` wants of a test, and its folder.
fn settings(dockerfile: &Path) -> Result<(TestSettings, PathBuf)> {
    let folder = file::folder_of(dockerfile);
    let path = folder.join(CONFIG_FILE);
    if !path.is_file() {
        return Ok((TestSettings::default(), folder.to_owned()));
    }
    let document = Document::new(path.to_string_lossy(), file::text(folder, &path, &path)?);
    Ok((TestSettings::read(&document)?, folder.to_owned()))
}

/// The report of an earlier run.
fn report(path: &Path) -> Result<Value> {
    let text = file::text(file::folder_of(path), path, path)?;
    serde_json::from_str(&text).map_err(|error| Error::Usage {
        message: format!("`{}` is no report\n  {error}", path.display()),
        hint: "make one with `dockgen test --json`".into(),
    })
}

/// The time that the files of both builds of `--twice` are given, in seconds since 1970.
fn epoch() -> Result<u64> {
    /// The first second of the year 2000: an archive of ZIP, such as a jar, knows none before 1980.
    const USUAL: u64 = 946_684_800;
    let Some(value) = std::env::var_os("SOURCE_DATE_EPOCH") else { return Ok(USUAL) };
    value.to_str().and_then(|text| text.parse().ok()).ok_or_else(|| Error::Usage {
        message: format!("`SOURCE_DATE_EPOCH` is no time: `{}`", value.to_string_lossy().escape_debug()),
        hint: "it is a number of seconds since 1970, such as that of `git log -1 --pretty=%ct`".into(),
    })
}

/// A warning for each variable that the source requires and nobody gives.
fn unmet(context: &Path, trial: &Trial) -> Vec<Text> {
    let given = given(trial);
    let asked = required(context, &trial.dockerfile).into_iter().filter(|fact| !given.contains(&fact.value));
    let warning = |fact: Fact<String>| {
        let hint = format!("--env {}=…", fact.value);
        let text = Text::new().with(Style::Warning, "warning").plain(": `").plain(&fact.value);
        text.plain("` is required and not given (").plain(&fact.evidence).plain("): ").plain(hint).end()
    };
    asked.map(warning).collect()
}

/// The names of the variables that a container will have: from the command line, files of variables, and the Dockerfile.
fn given(trial: &Trial) -> BTreeSet<String> {
    let name = |text: &str| text.split('=').next().unwrap_or_default().trim().to_owned();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for option in &trial.options {
        if let Some(variable) = option.strip_prefix("--env=") {
            names.insert(name(variable));
        } else if let Some(path) = option.strip_prefix("--env-file=").map(Path::new) {
            let text = file::text(file::folder_of(path), path, path).unwrap_or_default();
            names.extend(text.lines().filter(|line| !line.trim_start().starts_with('#')).map(name));
        }
    }
    let path = &trial.dockerfile;
    let text = file::text(file::folder_of(path), path, path).unwrap_or_default();
    for instruction in Dockerfile::parse(&text).instructions() {
        if let Body::Env(pairs) = &instruction.body {
            names.extend(pairs.iter().map(|pair| pair.name.value.clone()));
        }
    }
    names
}

/// The variables that the source of the application beside a Dockerfile requires; none where there is no such application.
fn required(context: &Path, dockerfile: &Path) -> Vec<Fact<String>> {
    let Ok((repo, folder)) = Repo::open(context) else { return Vec::new() };
    let place = file::folder_of(dockerfile).canonicalize().unwrap_or_default();
    let place = place.strip_prefix(repo.root()).map_or_else(|_| folder, |it| it.to_string_lossy().into_owned());
    let applications = languages::detect(&repo).applications;
    let Some(app) = applications.iter().map(|it| it.app()).find(|app| app.folder == place) else { return Vec::new() };
    let fact = |evidence: &Evidence, value: &str| Fact::new(value.to_owned(), evidence.clone());
    app.facts_named("requires").map(|it| fact(&it.evidence, &it.value)).collect()
}

/// A source to change, from the build context: one that says something of the application, else the one that lies highest.
fn source(context: &Path) -> Option<String> {
    let (repo, folder) = Repo::open(context).ok()?;
    let is_source = |path: &str| Language::of(path).is_some() && !is_test(path) && repo.is_asked_for(parent(path));
    let applications = languages::detect(&repo).applications;
    let told = applications.iter().flat_map(|it| &it.app().facts).map(|fact| fact.evidence.path.as_str());
    let highest = repo.files().iter().map(String::as_str).filter(|path| is_source(path));
    let path = told.filter(|path| is_source(path)).map(str::to_owned).next();
    let path = path.or_else(|| highest.min_by_key(|path| path.matches('/').count()).map(str::to_owned))?;
    Some(relative_to(&path, &folder))
}

/// One line for each check, and what was seen.
fn text(report: &Report) -> String {
    let line = |check: &str, mark: &str, seen: &str| format!("{mark:<4} {check:<12} {}", seen.replace('\n', "\n     "));
    let lines = report.checks.iter().map(|outcome| match &outcome.verdict {
        Verdict::Passed(seen) => line(outcome.check, "ok", seen),
        Verdict::Failed(seen) => line(outcome.check, "FAIL", seen),
        Verdict::Skipped(seen) => line(outcome.check, "-", seen),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A line for each thing in which two Dockerfiles can differ.
fn table(compared: &Comparison) -> String {
    let seconds = |seconds: Option<f64>| seconds.map_or("-".to_owned(), |seconds| format!("{seconds:.1} s"));
    let column = |side: &Side| {
        let report = &side.report;
        let failed: Vec<&str> = report.failed().map(|outcome| outcome.check).collect();
        let failed = if failed.is_empty() { "none".to_owned() } else { failed.join(", ") };
        #[expect(clippy::cast_precision_loss, reason = "a size in megabytes with one digit")]
        let size = format!("{:.1} MB", report.size as f64 / 1e6);
        [
            side.dockerfile.clone(),
            size,
            report.files.to_string(),
            report.layers.len().to_string(),
            seconds(Some(side.build_seconds)),
            seconds(side.rebuild_seconds),
            seconds(report.start_seconds),
            failed,
        ]
    };
    let (own, other) = (column(&compared.own), column(&compared.other));
    let names = ["", "size", "files", "layers", "first build", "build after a change", "first answer", "failed checks"];
    let width = own.iter().map(|cell| cell.chars().count()).max().unwrap_or_default();
    let lines = names
        .iter()
        .zip(own.iter().zip(&other))
        .map(|(name, (own, other))| format!("{name:<21} {own:<width$}  {other}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// Removes what the test has made when the user leaves in the middle.
fn clean_up_on_signals(engine: &Engine) -> Result<()> {
    let failed = |source| Error::Read { path: "signals".into(), source };
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(failed)?;
    let engine = engine.clone();
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            engine.leave();
            std::process::exit(i32::from(Error::Interrupted.exit_code()));
        }
    });
    Ok(())
}
