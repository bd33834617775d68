//! `dockgen init` and `dockgen update`: the whole pipeline, in order.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::check::Severity;
use crate::cli::answers::AnswerFlags;
use crate::cli::bundle::{Bundle, Wanted};
use crate::cli::clock::Clock;
use crate::cli::json::Made;
use crate::cli::outcome::{Manner, Outcome, Save};
use crate::cli::patience::{agree_to_walk, while_waiting};
use crate::cli::stream::{self, Text, Volume, tell};
use crate::cli::viewpoint::Viewpoint;
use crate::cli::wizard::{self, Wizard};
use crate::cli::{bundle, json, report, targets, templates};
use crate::error::{Error, Result};
use crate::output::Edits;
use crate::plan::{self, Answers, Config, Defaults, NoTerminal, Prompter, Target};
use crate::repo::Repo;
use crate::{languages, output};

/// Write a Dockerfile and a .dockerignore for an application
///
/// In a terminal it shows what was found and what would be written; Enter writes, `e` changes an answer, Ctrl-C leaves
/// without writing anything. In scripts each question is a flag, or a variable DOCKGEN_KEY, and --yes takes the detected
/// answers for the rest. Answers that the repository does not say are kept in dockgen.toml beside the application.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder of the application or repository
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Take the detected answers and ask nothing
    #[arg(long, short)]
    yes: bool,
    /// Write nothing, print the Dockerfile
    #[arg(long, conflicts_with_all = ["json", "dry_run", "check", "all"])]
    print: bool,
    /// Write nothing, list what would be written
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,
    /// Write nothing, end with status 1 where an instruction or a pattern would change
    #[arg(long)]
    check: bool,
    /// Replace files that dockgen did not write; a copy of the Dockerfile is kept beside it
    #[arg(long)]
    force: bool,
    /// Print one JSON object: application, files, facts, answers, findings and warnings; with --all a list of them
    #[arg(long)]
    json: bool,
    /// Take every application of the repository and every program of it; each gets files of its own, and docker-bake.hcl
    /// builds them together
    #[arg(long, conflicts_with_all = ["app", "output"])]
    all: bool,
    /// Write a compose.yaml, too: what was made, and the services that the code asks for
    #[arg(long, conflicts_with = "print")]
    compose: bool,
    /// Write the Dockerfile to this file, and its ignore file beside it
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Which answers are kept in dockgen.toml
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_value = "given", default_missing_value = "given")]
    save: Save,
    /// End with status 1 where the self-check finds something of this kind or worse
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    #[command(flatten)]
    answers: AnswerFlags,
    #[arg(skip)]
    keeps_edits: bool,
}

/// Renew what `dockgen init` wrote, and keep what was changed in it since
///
/// What changed in the repository, in dockgen.toml and in dockgen itself is merged with edits of the files, line by line.
/// Where both changed the same lines, both stand in the file between marks, and the status is 1.
#[derive(Debug, Args)]
pub struct Update {
    /// The folder of the application or repository
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Write nothing, list what would be written
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Take every application of the repository
    #[arg(long, conflicts_with = "app")]
    all: bool,
    /// Write a compose.yaml, too
    #[arg(long)]
    compose: bool,
    #[command(flatten)]
    answers: AnswerFlags,
}

/// From which severity on findings make the status 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors
    Error,
    /// Warnings and errors
    Warning,
    /// Anything
    Note,
}

impl FailOn {
    fn counts(self, severity: Severity) -> bool {
        severity
            <= match self {
                Self::Error => Severity::Error,
                Self::Warning => Severity::Warning,
                Self::Note => Severity::Note,
            }
    }
}

impl Update {
    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Does what `init` does, with edits kept.
    pub fn run(self) -> Result<()> {
        let Self { path, dry_run, json, all, compose, answers } = self;
        Init { path, dry_run, json, all, compose, answers, yes: true, keeps_edits: true, ..Init::here() }.run()
    }
}

impl Init {
    /// Without any flag, in the working folder.
    pub fn here() -> Self {
        Self {
            path: ".".into(),
            yes: false,
            print: false,
            dry_run: false,
            check: false,
            force: false,
            json: false,
            all: false,
            compose: false,
            output: None,
            save: Save::Given,
            fail_on: None,
            answers: AnswerFlags::from_environment(),
            keeps_edits: false,
        }
    }

    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Scans, detects, resolves, renders, checks and writes.
    pub fn run(self) -> Result<()> {
        let mut clock = Clock::start();
        agree_to_walk(&self.path)?;
        let (repo, folder) = while_waiting("reading the names of all files", || Repo::open(&self.path))?;
        clock.lap("scan");
        let view = Viewpoint::new(&repo, &self.path, &folder);
        let (mut outcomes, mut bundle) = (Vec::new(), None);
        let done = self
            .carry_out(&repo, (&view, &folder), &mut outcomes, &mut bundle, &mut clock)
            .map_err(|error| plan::with_what_was_seen(&repo, &folder, view.error(error)));
        if self.json {
            stream::json(&json::value(&Made::new(&outcomes, bundle.as_ref(), self.all, done.as_ref().err()))?)?;
        }
        done
    }

    fn carry_out(
        &self,
        repo: &Repo,
        (view, folder): (&Viewpoint, &str),
        outcomes: &mut Vec<Outcome>,
        bundle: &mut Option<Bundle>,
        clock: &mut Clock,
    ) -> Result<()> {
        let detection = while_waiting("reading what the files say", || languages::detect(repo));
        clock.lap("detect");
        let kept = if self.all { Config::default() } else { Config::read(repo, folder)? };
        let given = &plan::with_choice(&self.answers.0, &kept);
        let left_out = if self.all || given.has("app") { Vec::new() } else { plan::left_out(&detection, folder) };
        let mut wizard = self.asks().then(|| Wizard::new(view));
        let (mut defaults, mut nobody) = (Defaults, NoTerminal);
        let silent: &mut dyn Prompter = if self.yes || self.writes_nothing() { &mut defaults } else { &mut nobody };
        let applications = match &mut wizard {
            _ if self.all => plan::choose_all(detection, folder, &self.path, given)?,
            Some(wizard) => plan::choose_some(detection, folder, &self.path, given, wizard)?,
            None => vec![plan::choose(detection, folder, &self.path, given, silent)?],
        };
        let is_all = self.all || applications.len() > 1;
        let templates = templates::of(repo, view)?;
        let manner =
            Manner { edits: self.edits(), save: self.save, templates: &templates, dockerfile: None, pending: None };
        for (target, dockerfile) in self.targets(repo, applications, given, is_all)? {
            // another program of the folder is about to change the same record and settings
            let place = &target.application.app().folder;
            let before = outcomes.iter().rposition(|outcome| outcome.app().folder == *place);
            let pending = before.map(|at| (outcomes[at].record.clone(), outcomes[at].settings.take()));
            let pending = pending.as_ref().map(|(record, settings)| (record, settings.as_ref()));
            let manner = Manner { dockerfile: dockerfile.as_deref(), pending, ..manner };
            let make = |given: &Answers, prompter: &mut dyn Prompter| {
                let mut outcome = Outcome::new(repo, (view, folder), &target, given, manner, prompter)?;
                outcome.plan.warnings.extend(left_out.iter().cloned());
                Ok(outcome)
            };
            if let Some(wizard) = &mut wizard {
                let app = target.application.app();
                wizard.turn_to(target.name.as_ref().unwrap_or(&app.name), app.language);
            }
            let outcome = match &mut wizard {
                None => make(&target.given, silent)?,
                Some(wizard) => match wizard::review(wizard, &target.given, make)? {
                    Some(outcome) => outcome,
                    None => return Ok(()),
                },
            };
            outcomes.push(outcome);
        }
        let wanted = Wanted { is_all, compose: self.compose, renews: self.keeps_edits || self.check };
        *bundle = Bundle::new(repo, folder, outcomes, wanted, manner)?;
        clock.lap("resolve, render and check");
        self.finish(repo, outcomes, bundle.as_ref(), wizard.is_some(), clock)
    }

    /// The images to make, each with its Dockerfile where that is not the usual one.
    fn targets(
        &self,
        repo: &Repo,
        applications: Vec<Box<dyn plan::Application>>,
        given: &Answers,
        is_all: bool,
    ) -> Result<Vec<(Target, Option<String>)>> {
        if is_all {
            let targets = plan::targets(applications, given)?;
            targets::refuse_unknown(repo, &targets)?;
            return Ok(targets.into_iter().map(targets::with_dockerfile).collect());
        }
        let named = self.output.as_deref().map(|file| place(repo, file)).transpose()?;
        let mut all = Vec::new();
        for application in applications {
            let target = Target::alone(application.into(), given);
            all.extend(match &named {
                Some(file) => vec![targets::at(target, file)],
                None if self.keeps_edits || self.check => targets::recorded(repo, target)?,
                None => vec![(target, None)],
            });
        }
        Ok(all)
    }

    /// What becomes of edits; the gate asks what an update would do.
    fn edits(&self) -> Edits {
        if self.keeps_edits || self.check { Edits::Merge } else { Edits::Replace }
    }

    /// Says, prints or writes what was made.
    fn finish(
        &self,
        repo: &Repo,
        outcomes: &[Outcome],
        bundle: Option<&Bundle>,
        was_shown: bool,
        clock: &mut Clock,
    ) -> Result<()> {
        if self.check {
            return self.current(outcomes, bundle);
        }
        if self.print {
            outcomes.iter().for_each(report::advice);
            return outcomes.iter().try_for_each(|outcome| stream::data(&outcome.artifacts.dockerfile.text));
        }
        if !was_shown && !self.json {
            outcomes.iter().for_each(report::decided);
        }
        if self.dry_run {
            if !self.json {
                outcomes.iter().try_for_each(|outcome| stream::answer(&report::files(outcome, false)))?;
                bundle.map_or(Ok(()), |bundle| stream::answer(&report::bundle(bundle, outcomes, false)))?;
            }
            return self.judge(outcomes, bundle);
        }
        if let Some(bundle) = bundle.filter(|_| was_shown && !self.force) {
            // what holds several images together was not on the screen
            output::refuse_replacing(bundle.changes.iter())?;
        }
        output::write(repo, &bundle::batches(outcomes, bundle), self.force || was_shown)?;
        clock.lap("write");
        if !self.json {
            for outcome in outcomes {
                tell(&report::files(outcome, true));
            }
            if let Some(bundle) = bundle {
                tell(&report::bundle(bundle, outcomes, true));
            }
            match bundle {
                Some(bundle) => report::next_of_all(bundle),
                None => outcomes.iter().for_each(report::next),
            }
        }
        self.judge(outcomes, bundle)
    }

    /// The status that conflicts and findings make.
    fn judge(&self, outcomes: &[Outcome], bundle: Option<&Bundle>) -> Result<()> {
        let changes = outcomes.iter().flat_map(|outcome| &outcome.changes);
        let changes = changes.chain(bundle.into_iter().flat_map(|bundle| &bundle.changes));
        let conflicts: usize = changes.map(|change| change.conflicts).sum();
        if conflicts > 0 {
            let places = if conflicts == 1 { "one place is".to_owned() } else { format!("{conflicts} places are") };
            return Err(Error::Findings(format!("{places} left for you to decide: look for `<<<<<<< yours`")));
        }
        let found = outcomes.iter().flat_map(|outcome| &outcome.findings);
        let count = found.filter(|finding| self.fail_on.is_some_and(|least| least.counts(finding.severity))).count();
        match count {
            0 => Ok(()),
            1 => Err(Error::Findings("the self-check has one finding".into())),
            count => Err(Error::Findings(format!("the self-check has {count} findings"))),
        }
    }

    /// Whether the files on the disk do what would be written.
    fn current(&self, outcomes: &[Outcome], bundle: Option<&Bundle>) -> Result<()> {
        let mut names = Vec::new();
        for outcome in outcomes {
            let stale: Vec<&output::Change> = outcome.stale().collect();
            names.extend(report::names(outcome, &stale));
            if !stale.is_empty() && !self.json {
                stream::answer(&report::stale(outcome))?;
            }
        }
        for change in bundle.into_iter().flat_map(Bundle::stale) {
            let name = outcomes.first().map_or_else(String::new, |outcome| outcome.view.show(&change.artifact.path));
            names.push(format!("`{name}`"));
            if !self.json {
                stream::answer(&report::difference(Text::new(), &change.diff()))?;
            }
        }
        match names.as_slice() {
            [] => self.judge(outcomes, bundle),
            [name] => Err(Error::Findings(format!("{name} is out of date"))),
            names => Err(Error::Findings(format!("{} are out of date", names.join(" and ")))),
        }
    }

    /// Whether there is somebody to ask and nothing says that nobody shall be asked.
    fn asks(&self) -> bool {
        let is_terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        is_terminal && !self.yes && !self.json && !self.writes_nothing() && stream::says(Volume::Usual)
    }

    fn writes_nothing(&self) -> bool {
        self.print || self.dry_run || self.check || self.json
    }
}

/// A file that is to be written, from the root of the repository.
fn place(repo: &Repo, file: &Path) -> Result<String> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().map_err(|source| Error::Write { path: file.to_owned(), source })?;
    let inside = folder.strip_prefix(repo.root()).ok().and_then(Path::to_str);
    match (inside, file.file_name().and_then(|name| name.to_str())) {
        (Some(inside), Some(name)) => Ok(crate::path::join(inside, name)),
        _ => Err(Error::Usage {
            message: format!("`{}` does not lie in the repository", file.display()),
            hint: "a Dockerfile lies beside what it is made for; `--print` prints it".into(),
        }),
    }
}
