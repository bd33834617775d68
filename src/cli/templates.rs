//! `dockgen templates`: those that are part of the program, those of a project, and those of a user.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::cli::json::{self, VERSION};
use crate::cli::stream::{self, Style, Text, tell};
use crate::cli::viewpoint::Viewpoint;
use crate::error::{Error, Result};
use crate::output;
use crate::render::{OwnTemplate, TEMPLATES_VERSION, Templates, embedded_texts};
use crate::repo::Repo;
use crate::text::is_near;

/// Where a project keeps its own templates, from the root of the repository.
const FOLDER: &str = ".dockgen/templates";

/// The ending of a template's file.
const ENDING: &str = ".tera";

/// List, show and take over the templates that files are made from
///
/// A template in .dockgen/templates of the repository, or in dockgen/templates of the user's configuration, stands in for
/// the one of the same name. A block adds to all of them: packages, steps before the build, environment, labels.
#[derive(Debug, Args)]
pub struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the templates, and where each comes from
    List {
        /// The repository
        #[arg(default_value = ".")]
        path: PathBuf,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Print a template as it is used
    Show {
        /// Its name
        #[arg(index = 1)]
        name: String,
        /// The repository
        #[arg(index = 2, default_value = ".")]
        path: PathBuf,
    },
    /// Write a template into .dockgen/templates, to be changed there
    Eject {
        /// Its name
        #[arg(index = 1)]
        name: String,
        /// The repository
        #[arg(index = 2, default_value = ".")]
        path: PathBuf,
        /// Replace the one that is there
        #[arg(long)]
        force: bool,
    },
}

/// What `dockgen templates list --json` prints.
#[derive(Debug, Serialize)]
pub struct Listed {
    version: u32,
    /// The version of what templates are given.
    templates_version: u32,
    /// Every template.
    templates: Vec<Row>,
}

/// A template of the list.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    /// Its file, where it is not part of the program.
    file: Option<String>,
    /// What it makes, where it says so.
    about: String,
}

/// The templates for a repository: the user's above those of the program, the project's above both.
///
/// # Errors
/// Where one can't be read.
pub fn of(repo: &Repo, view: &Viewpoint) -> Result<Templates> {
    let mut own: Vec<OwnTemplate> = users()?;
    for file in repo.files_under(FOLDER).filter(|file| file.ends_with(ENDING)) {
        let name = file[FOLDER.len() + 1..].trim_end_matches(ENDING).to_owned();
        own.retain(|other| other.name != name);
        own.push(OwnTemplate { name, path: view.show(file), text: repo.read(file)?.text().to_owned() });
    }
    Templates::with(own)
}

/// The templates of the user, from the folder for configuration.
fn users() -> Result<Vec<OwnTemplate>> {
    let configuration = std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let configuration = configuration.or_else(|| Some(std::env::home_dir()?.join(".config")));
    let Some(folder) = configuration.map(|folder| folder.join("dockgen/templates")).filter(|it| it.is_dir()) else {
        return Ok(Vec::new());
    };
    let (repo, inside) = Repo::open(&folder)?;
    let mut own = Vec::new();
    for file in repo.files_under(&inside).filter(|file| file.ends_with(ENDING)) {
        let place = crate::path::relative_to(file, &inside);
        let path = folder.join(&place).to_string_lossy().into_owned();
        let name = place.trim_end_matches(ENDING).to_owned();
        own.push(OwnTemplate { name, path, text: repo.read(file)?.text().to_owned() });
    }
    Ok(own)
}

impl Command {
    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        matches!(self.action, Action::List { json: true, .. })
    }

    /// Lists, shows or writes.
    pub fn run(self) -> Result<()> {
        match self.action {
            Action::List { path, json } => list(&path, json),
            Action::Show { name, path } => show(&name, &path),
            Action::Eject { name, path, force } => eject(&name, &path, force),
        }
    }
}

fn list(path: &Path, is_json: bool) -> Result<()> {
    let (repo, folder) = Repo::open(path)?;
    let templates = of(&repo, &Viewpoint::new(&repo, path, &folder))?;
    let about = |name: &str| text_of(&templates, name).map(|text| first_comment(&text)).unwrap_or_default();
    let row = |name: &&str| Row {
        name: (*name).to_owned(),
        file: templates.own().iter().find(|own| own.name == **name).map(|own| own.path.clone()),
        about: about(name),
    };
    let rows: Vec<Row> = templates.names().iter().map(row).collect();
    if is_json {
        let object = Listed { version: VERSION, templates_version: TEMPLATES_VERSION, templates: rows };
        return stream::json(&json::value(&object)?);
    }
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let text = rows.iter().fold(Text::new(), |text, row| {
        let text = text.plain(format!("{:width$}  ", row.name));
        match &row.file {
            Some(file) => text.with(Style::Bold, file).end(),
            None => text.with(Style::Dim, &row.about).end(),
        }
    });
    stream::answer(&text)
}

fn show(name: &str, path: &Path) -> Result<()> {
    let (repo, folder) = Repo::open(path)?;
    let templates = of(&repo, &Viewpoint::new(&repo, path, &folder))?;
    stream::data(&text_of(&templates, name).ok_or_else(|| unknown(name))?)
}

fn eject(name: &str, path: &Path, is_forced: bool) -> Result<()> {
    let (repo, folder) = Repo::open(path)?;
    let view = Viewpoint::new(&repo, path, &folder);
    let (_, text) = embedded_texts().into_iter().find(|(known, _)| *known == name).ok_or_else(|| unknown(name))?;
    let file = format!("{FOLDER}/{name}{ENDING}");
    let shown = view.show(&file);
    if repo.has(&file) && !is_forced {
        return Err(Error::Usage {
            message: format!("`{shown}` is there already"),
            hint: "`--force` replaces it".into(),
        });
    }
    let target = repo.root().join(&file);
    output::create(&target, format!("{{# dockgen templates {TEMPLATES_VERSION} #}}\n{text}"))?;
    tell(&Text::new().with(Style::Done, "wrote").plain(format!(" {shown}")).end());
    Ok(())
}

/// The text of a template as it is used.
fn text_of(templates: &Templates, name: &str) -> Option<String> {
    let own = templates.own().iter().find(|own| own.name == name).map(|own| own.text.clone());
    own.or_else(|| Some(embedded_texts().into_iter().find(|(known, _)| *known == name)?.1.to_owned()))
}

/// What the first comment of a template says.
fn first_comment(text: &str) -> String {
    let comment = text.strip_prefix("{#").and_then(|rest| rest.split("#}").next()).unwrap_or_default();
    comment.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unknown(name: &str) -> Error {
    let near =
        embedded_texts().into_iter().find(|(known, _)| is_near(known, name) || known.ends_with(&format!("/{name}")));
    let meant = near.map(|(near, _)| format!("is `{near}` meant? ")).unwrap_or_default();
    Error::Usage {
        message: format!("there is no template `{name}`"),
        hint: format!("{meant}`dockgen templates list` names them all"),
    }
}
