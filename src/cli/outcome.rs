//! What is made for one application, up to the moment before it is written.

use crate::check::{Checkable, Finding, Severity, describe_all};
use crate::cli::viewpoint::Viewpoint;
use crate::error::{Error, Result};
use crate::evidence::{Evidence, Warning};
use crate::output::{self, Change, Edits, Kept, Record};
use crate::path::{join, relative_to};
use crate::plan::{self, Answers, App, BuildPlan, Config, IgnoreSection, Prompter, Question, Resolved, Source, Target};
use crate::render::{self, Artifact, Artifacts, Templates};
use crate::repo::Repo;

/// Which answers are kept in `dockgen.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Save {
    /// Those that were given and that the repository does not say
    #[default]
    Given,
    /// Every one
    All,
    /// None
    None,
}

/// What `init` does, whatever the application.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    /// What becomes of edits.
    pub edits: Edits,
    /// Which answers are kept.
    pub save: Save,
    /// The Dockerfile, from the root of the repository, where it is not the usual one.
    pub dockerfile: Option<&'a str>,
    /// The templates, with those of the project and the user.
    pub templates: &'a Templates,
    /// What another application of the same folder is about to remember and to keep there.
    pub pending: Option<(&'a Record, Option<&'a Artifact>)>,
}

/// All that `init` has to tell of an application.
pub struct Outcome {
    /// How the user sees the repository.
    pub view: Viewpoint,
    /// The folder that the user named, from the root of the repository.
    pub folder: String,
    /// What people call it: the program of several in a folder, or the application.
    pub name: String,
    /// What is known of the application, given its answers.
    app: App,
    /// Its questions, given the answers.
    pub questions: Vec<Question>,
    /// Its answers.
    pub answers: Answers,
    /// Its plan.
    pub plan: BuildPlan,
    /// What was made: the texts that are written, with what people added.
    pub artifacts: Artifacts,
    /// What the self-check says.
    pub findings: Vec<Finding>,
    /// What happens to the files.
    pub changes: Vec<Change>,
    /// What happens to the settings.
    pub settings: Option<Artifact>,
    /// What was remembered of the last time.
    pub last: Record,
    /// What is to be remembered.
    pub record: Record,
}

impl Outcome {
    /// Resolves, renders, and checks; nothing is written.
    ///
    /// # Errors
    /// Of every stage, with paths as the user sees them.
    pub fn new(
        repo: &Repo,
        (view, folder): (&Viewpoint, &str),
        target: &Target,
        given: &Answers,
        manner: Manner,
        prompter: &mut dyn Prompter,
    ) -> Result<Self> {
        let application = &target.application;
        let app = application.app();
        let program = target.name.as_deref();
        let config = Config::read(repo, &app.folder)?.of_program(program);
        let answers = plan::resolve(application.as_ref(), given, &config, prompter)?;
        let questions = plan::questions(application.as_ref(), &answers)?;
        let chosen = application.chosen(&answers).into_owned();
        let app = &chosen;
        plan::check_certificates(repo, app, &answers)?;
        plan::check_start(repo, app, &answers)?;
        let mut plan = plan::plan(application.as_ref(), &answers)?;
        if repo.has_folder(&join(&app.context, ".dockgen")) {
            plan.ignore.push(IgnoreSection::new("What only dockgen reads.", [".dockgen"]));
        }
        plan.warnings.extend(taken_over(repo, app));
        plan.warnings.extend(plan::release_job(repo, app, &plan));
        let made = render::render_as(app, &plan, manner.dockerfile, manner.templates)?;
        let last = Record::read(repo, &app.folder)?;
        let files = [&made.dockerfile, &made.dockerignore];
        let changes = output::preview(repo, &app.folder, &files, &last, manner.edits)?;
        let mut artifacts = made.clone();
        artifacts.dockerfile = changes[0].artifact.clone();
        artifacts.dockerignore = changes[1].artifact.clone();
        let has_own = !manner.templates.own().is_empty();
        let findings = checked(repo, &made, &artifacts, &changes, has_own)?;
        let kept = kept(&answers, &questions, &config, manner.save);
        let settings = output::settings(repo, &app.folder, program, &kept, manner.pending.and_then(|it| it.1))?;
        let mut record = manner.pending.map_or(&last, |it| it.0).clone();
        record.before.clear();
        let said = noted(&answers).map(|(key, answer)| (key.to_owned(), answer.value.clone())).collect();
        record.answers.insert(relative_to(&made.dockerfile.path, &app.folder), said);
        for artifact in [&made.dockerfile, &made.dockerignore] {
            record.files.insert(relative_to(&artifact.path, &app.folder), artifact.text.clone());
        }
        let name = target.name.clone().unwrap_or_else(|| app.name.clone());
        let (view, folder) = (view.clone(), folder.to_owned());
        Ok(Self {
            view,
            folder,
            name,
            app: chosen,
            questions,
            answers,
            plan,
            artifacts,
            findings,
            changes,
            settings,
            last,
            record,
        })
    }

    /// What is known of the application.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The answers that are worth a word: the options that every image has are, where another answer is given than the usual one.
    pub fn noted(&self) -> impl Iterator<Item = (&str, &Resolved<String>)> {
        noted(&self.answers)
    }

    /// The files in which an instruction or a pattern would change.
    pub fn stale(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.is_stale())
    }

    /// The answers that are others than those of the last time: the key, the answer then, and the answer now.
    pub fn other_answers(&self) -> Vec<(&str, &str, &str)> {
        let dockerfile = relative_to(&self.artifacts.dockerfile.path, &self.app().folder);
        let Some(last) = self.last.answers.get(&dockerfile) else { return Vec::new() };
        let now = |key: &str| self.answers.get(key).unwrap_or_default();
        let gone = last.iter().map(|(key, then)| (key.as_str(), then.as_str(), now(key)));
        let new = self.noted().filter(|(key, _)| !last.contains_key(*key));
        let new = new.map(|(key, answer)| (key, "", answer.value.as_str()));
        gone.filter(|(_, then, now)| then != now).chain(new).collect()
    }
}

fn noted(answers: &Answers) -> impl Iterator<Item = (&str, &Resolved<String>)> {
    answers.iter().filter(|(key, answer)| !plan::specification(key).is_option() || answer.source != Source::Default)
}

/// That a workspace above the folder that the user named makes the build context, where no `.git` says that it is theirs.
fn taken_over(repo: &Repo, app: &App) -> Option<Warning> {
    let manifest = repo.workspace_above().filter(|_| !repo.is_asked_for(&app.context))?;
    let message = format!(
        "no `.git` tells where the repository starts: the workspace of `{manifest}` names this folder, and it is built"
    );
    let hint = "if that is another project's, run `git init` in your own folder first";
    Some(Warning::new(message).at(Evidence::file(manifest)).hint(hint))
}

/// What the self-check says of the texts as they are written. What dockgen makes alone must hold by its own rules; where only
/// what people added breaks it, that is said.
fn checked(
    repo: &Repo,
    made: &Artifacts,
    artifacts: &Artifacts,
    changes: &[Change],
    has_own_templates: bool,
) -> Result<Vec<Finding>> {
    let errors = |findings: &[Finding]| -> Vec<Finding> {
        findings.iter().filter(|finding| finding.severity == Severity::Error).cloned().collect()
    };
    let checkable = Checkable::of(repo, artifacts);
    let findings = checkable.check();
    let wrong = errors(&findings);
    if wrong.is_empty() {
        return Ok(findings);
    }
    let alone = Checkable::of(repo, made);
    let own = errors(&alone.check());
    if !own.is_empty() && has_own_templates {
        return Err(Error::Usage {
            message: format!(
                "with templates of your own the image could not be built; nothing was written{}",
                described(&own, &alone)
            ),
            hint: "`dockgen templates list` says which are yours".into(),
        });
    }
    if !own.is_empty() {
        return Err(Error::Defect(format!(
            "the Dockerfile that was made does not pass its own check; nothing was written{}",
            described(&own, &alone)
        )));
    }
    if changes.iter().any(|change| change.conflicts > 0) {
        return Ok(findings);
    }
    Err(Error::Usage {
        message: format!(
            "with your own lines the image could not be built; nothing was written{}",
            described(&wrong, &checkable)
        ),
        hint: "change those lines".into(),
    })
}

/// Findings as lines of a message: each begins with the indentation that tells it from a line break of a value.
fn described(findings: &[Finding], checkable: &Checkable) -> String {
    let text = describe_all(findings, &checkable.texts(), false);
    text.lines().fold(String::new(), |lines, line| lines + "\n  " + line)
}

/// The answers that `dockgen.toml` gets, and those that it loses because the repository says the same.
fn kept<'a>(answers: &'a Answers, questions: &[Question], config: &Config, save: Save) -> Vec<Kept<'a>> {
    let said = |key: &str| questions.iter().find(|question| question.key() == key)?.default.as_ref();
    let decided = answers.iter().filter_map(|(key, answer)| {
        let is_said = said(key).is_some_and(|default| default.value == answer.value);
        match save {
            Save::None => None,
            Save::Given if !answer.source.is_given() => None,
            Save::Given if is_said => config.answer(key).map(|_| (key, None)),
            Save::All | Save::Given => Some((key, Some(answer.value.as_str()))),
        }
    });
    decided.filter(|(_, answer)| answer.is_none_or(|answer| !answer.is_empty())).collect()
}
