//! The images that are to be made: one for each application, or for each program of one; and what tells their files apart.

use std::rc::Rc;

use crate::error::Result;
use crate::plan::{Answers, Application, Resolved, image_name};

/// An image that is to be made.
pub struct Target {
    /// Its application.
    pub application: Rc<dyn Application>,
    /// What tells its files from those of others in the same folder, `Dockerfile.NAME`; nothing where it is alone there.
    pub name: Option<String>,
    /// The answers that were given, and the one that makes it this program of several.
    pub given: Answers,
}

impl Target {
    /// The only image of an application.
    pub fn alone(application: Rc<dyn Application>, given: &Answers) -> Self {
        Self { application, name: None, given: given.clone() }
    }
}

/// All images of these applications: a program that has a folder in common with another gets a name of its own.
///
/// # Errors
/// What an application says of its questions.
pub fn targets(applications: Vec<Box<dyn Application>>, given: &Answers) -> Result<Vec<Target>> {
    let mut targets = Vec::new();
    for application in applications {
        let application: Rc<dyn Application> = application.into();
        let programs = programs(application.as_ref(), given)?;
        if programs.len() < 2 {
            targets.push(Target::alone(application, given));
            continue;
        }
        for program in programs {
            let mut given = given.clone();
            given.set("binary", Resolved::default(program));
            targets.push(Target { application: Rc::clone(&application), name: None, given });
        }
    }
    let mut used: Vec<(String, String)> = Vec::new();
    for index in 0..targets.len() {
        let app = targets[index].application.app();
        if targets.iter().filter(|other| other.application.app().folder == app.folder).count() < 2 {
            continue;
        }
        let own = image_name(targets[index].given.get("binary").unwrap_or(&app.name));
        let with_language = format!("{own}-{}", app.language);
        let numbered = (2..).map(|number| format!("{own}-{number}"));
        let mut names = [own.clone(), with_language].into_iter().chain(numbered);
        let folder = app.folder.clone();
        let is_free = |name: &String| !used.contains(&(folder.clone(), name.clone()));
        if let Some(name) = names.find(is_free) {
            used.push((folder, name.clone()));
            targets[index].name = Some(name);
        }
    }
    Ok(targets)
}

/// The programs that an application makes, where it makes several and nobody named one; those aside of them are left out.
fn programs(application: &dyn Application, given: &Answers) -> Result<Vec<String>> {
    if given.has("binary") {
        return Ok(Vec::new());
    }
    let questions = application.questions(&Answers::default())?;
    let question = questions.into_iter().find(|question| question.key() == "binary");
    let choices = question.into_iter().flat_map(|question| question.choices);
    Ok(choices.filter(|choice| !choice.is_aside).map(|choice| choice.value).collect())
}
