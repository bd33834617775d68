//! `dockgen test`: builds the image, starts it, and sees that it works.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::check::Checkable;
use crate::cli::json::{self, Tested};
use crate::cli::stream::{self, Style, Text};
use crate::container::{self, Engine, Report, Trial, Verdict};
use crate::error::{Error, Result};
use crate::output;

/// Build the image, start it, and see that it works
///
/// Needs Docker or Podman. The image must run as a user that is not root, without a shell; it must answer on its port,
/// run with a read-only root, and end on SIGTERM. Everything that a test makes is removed again.
#[derive(Debug, Args)]
pub struct Test {
    /// The build context
    #[arg(default_value = ".")]
    context: PathBuf,
    /// The Dockerfile; PATH/Dockerfile where none is named
    #[arg(long, short, value_name = "DOCKERFILE")]
    file: Option<PathBuf>,
    /// Test this image and build none
    #[arg(long, value_name = "IMAGE", conflicts_with = "file")]
    image: Option<String>,
    /// The engine: docker or podman; the first that answers where none is named
    #[arg(long, value_name = "PROGRAM")]
    engine: Option<String>,
    /// The port that must answer; the first that the image exposes where none is named
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// The HTTP path that must answer with 2xx or 3xx
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// A variable for the container
    #[arg(long, short, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// A file of variables for the container
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// How long the application may take until it answers, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
    /// How long it may take to end after SIGTERM, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    stop_timeout: u64,
    /// The largest size of the image, in megabytes
    #[arg(long, value_name = "MEGABYTES")]
    max_size: Option<u64>,
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
        let form = if self.is_json() { Form::Json } else { self.format };
        let engine = Engine::find(self.engine.as_deref())?;
        clean_up_on_signals(&engine)?;
        let mut options = Vec::new();
        for variable in &self.env {
            options.extend(["--env".to_owned(), variable.clone()]);
        }
        for file in &self.env_file {
            options.extend(["--env-file".to_owned(), file.to_string_lossy().into_owned()]);
        }
        let trial = Trial {
            dockerfile: self.file.unwrap_or_else(|| self.context.join("Dockerfile")),
            image: self.image,
            context: self.context,
            port: self.port,
            path: self.path,
            options,
            patience: Duration::from_secs(self.timeout),
            stop: Duration::from_secs(self.stop_timeout),
            largest: self.max_size.map(|size| size * 1_000_000),
        };
        if trial.image.is_none() && !trial.dockerfile.is_file() {
            return Err(Error::Usage {
                message: format!("there is no Dockerfile at `{}`", trial.dockerfile.display()),
                hint: "make one with `dockgen init`, name it with `--file`, or an image with `--image`".into(),
            });
        }
        let tested = container::test(&engine, &trial)?;
        if let Some(path) = &self.html {
            let is_built = trial.image.is_none();
            let dockerfile = is_built.then(|| Checkable::read(&trial.context, &trial.dockerfile)).transpose()?;
            let title = dockerfile.as_ref().map_or(tested.image.as_str(), |it| it.path.as_str());
            let page = container::page(&tested, title, dockerfile.as_ref().map(|it| it.dockerfile.as_str()))?;
            output::replace(&[(path, page)])?;
        }
        let lines = |text: String| stream::answer(&Text::new().lines(Style::Plain, text).end());
        match form {
            Form::Text => lines(text(&tested))?,
            Form::Junit => lines(container::junit(&tested).trim_end().to_owned())?,
            Form::Sarif => lines(container::sarif(&tested, &trial.dockerfile.to_string_lossy()))?,
            Form::Json => stream::json(&json::value(&Tested::new(&tested))?)?,
        }
        if tested.is_passed() {
            return Ok(());
        }
        let failed = tested.checks.iter().filter(|it| matches!(it.verdict, Verdict::Failed(_))).count();
        Err(Error::Findings(format!("{failed} of {} checks failed", tested.checks.len())))
    }
}

/// One line for each check, and what was seen.
fn text(report: &Report) -> String {
    let line = |check: &str, mark: &str, seen: &str| format!("{mark:<4} {check:<10} {}", seen.replace('\n', "\n     "));
    let lines = report.checks.iter().map(|outcome| match &outcome.verdict {
        Verdict::Passed(seen) => line(outcome.check, "ok", seen),
        Verdict::Failed(seen) => line(outcome.check, "FAIL", seen),
        Verdict::Skipped(seen) => line(outcome.check, "-", seen),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Removes what the test has made when the user leaves in the middle.
fn clean_up_on_signals(engine: &Engine) -> Result<()> {
    let failed = |source| Error::Read { path: "signals".into(), source };
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(failed)?;
    let engine = engine.clone();
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            engine.sweep();
            std::process::exit(i32::from(Error::Interrupted.exit_code()));
        }
    });
    Ok(())
}
