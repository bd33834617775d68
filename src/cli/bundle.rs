//! What holds several images together: `docker-bake.hcl` and `compose.yaml`.

use crate::catalog::file_names;
use crate::cli::outcome::{Manner, Outcome};
use crate::error::{Error, Result};
use crate::output::{self, Batch, Change, Record};
use crate::path::join;
use crate::render::{self, Artifact, BAKE_FILE, COMPOSE_FILE, Member};
use crate::repo::Repo;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Whether every application of the folder is there.
    pub is_all: bool,
    /// Whether a compose file was asked for.
    pub compose: bool,
    /// Whether one that was written before is renewed.
    pub renews: bool,
}

/// The files, what happens to them, and what they want of people.
pub struct Bundle {
    folder: String,
    /// What happens to the files.
    pub changes: Vec<Change>,
    /// The files with a password that are to be written.
    pub secrets: Vec<String>,
    /// The variables that `.env` must have.
    pub variables: Vec<String>,
    record: Record,
}

impl Bundle {
    /// The files for these images in a folder; nothing where none is asked for. What the folder remembers of its own image is
    /// gone on with.
    ///
    /// # Errors
    /// When a template fails, a file can't be read, or Compose would no longer see a file that somebody wrote.
    pub fn new(
        repo: &Repo,
        folder: &str,
        outcomes: &[Outcome],
        wanted: Wanted,
        manner: Manner,
    ) -> Result<Option<Self>> {
        let own = outcomes.iter().rfind(|outcome| outcome.app().folder == folder);
        let last = own.map_or_else(|| Record::read(repo, folder), |own| Ok(own.last.clone()))?;
        let was_composed = last.files.contains_key(COMPOSE_FILE);
        let was_baked = last.files.contains_key(BAKE_FILE);
        let bakes = wanted.is_all && outcomes.len() > 1;
        // one image alone would take the others out of a file that was made for all
        let composes = wanted.compose || wanted.renews && was_composed && (wanted.is_all || !was_baked);
        if outcomes.is_empty() || !bakes && !composes {
            return Ok(None);
        }
        let members: Vec<Member> = outcomes.iter().map(member).collect();
        let mut files: Vec<Artifact> = Vec::new();
        if bakes {
            files.push(render::bake(&members, folder, manner.templates)?);
        }
        let (mut secrets, mut variables) = (Vec::new(), Vec::new());
        if composes {
            let others = file_names().compose.iter().filter(|name| *name != COMPOSE_FILE);
            if let Some(other) = others.into_iter().find(|name| !was_composed && repo.has(&join(folder, name))) {
                return Err(Error::Usage {
                    message: format!("`{other}` is there: beside a `{COMPOSE_FILE}` Compose would no longer read it"),
                    hint: format!("rename it to `{COMPOSE_FILE}` to see the difference, or leave out `--compose`"),
                });
            }
            let made = render::compose(&members, folder, wanted.is_all, manner.templates)?;
            files.push(made.artifact);
            (secrets, variables) = (made.secrets, made.variables);
        }
        let mut record = own.map_or(&last, |own| &own.record).clone();
        record.before.clear();
        for file in &files {
            record.files.insert(crate::path::relative_to(&file.path, folder), file.text.clone());
        }
        let made: Vec<&Artifact> = files.iter().collect();
        let changes = output::preview(repo, folder, &made, &last, manner.edits)?;
        Ok(Some(Self { folder: folder.to_owned(), changes, secrets, variables, record }))
    }

    /// The files in which something would change.
    pub fn stale(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.is_stale())
    }
}

fn member(outcome: &Outcome) -> Member<'_> {
    Member { name: &outcome.name, app: outcome.app(), plan: &outcome.plan, artifacts: &outcome.artifacts }
}

/// Everything that is written, folder by folder: images that share one share its record and settings.
pub fn batches<'a>(outcomes: &'a [Outcome], bundle: Option<&'a Bundle>) -> Vec<Batch<'a>> {
    let mut batches: Vec<Batch> = Vec::new();
    for outcome in outcomes {
        let folder = &outcome.app().folder;
        match batches.iter_mut().find(|batch| batch.folder == folder) {
            // the last one knows of those before it
            Some(batch) => {
                batch.changes.extend(&outcome.changes);
                batch.settings = outcome.settings.as_ref();
                batch.record = &outcome.record;
            }
            None => batches.push(Batch {
                folder,
                changes: outcome.changes.iter().collect(),
                settings: outcome.settings.as_ref(),
                record: &outcome.record,
            }),
        }
    }
    if let Some(bundle) = bundle {
        match batches.iter_mut().find(|batch| batch.folder == bundle.folder) {
            Some(batch) => {
                batch.changes.extend(&bundle.changes);
                batch.record = &bundle.record;
            }
            None => batches.push(Batch {
                folder: &bundle.folder,
                changes: bundle.changes.iter().collect(),
                settings: None,
                record: &bundle.record,
            }),
        }
    }
    batches
}
