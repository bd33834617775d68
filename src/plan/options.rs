//! What can be wanted of the image of any application, in whatever language it is written.

use serde::Serialize;

use crate::error::Result;
use crate::plan::registry::Registries;
use crate::plan::{Answers, Application, BuildPlan, Question, Resolved};

/// The answers that are the same questions for every application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImageOptions {
    /// Where the images are taken from.
    pub registries: Registries,
}

impl ImageOptions {
    /// What the answers say.
    ///
    /// # Errors
    /// When an answer is none, which the questions have ruled out.
    pub fn read(answers: &Answers) -> Result<Self> {
        let registries = answers.some("registry").map(Registries::parse).transpose();
        Ok(Self { registries: registries.map_err(crate::error::Error::Defect)?.unwrap_or_default() })
    }
}

/// All questions of an application: its own, and those of any image.
///
/// # Errors
/// As [`Application::questions`].
pub fn questions(application: &dyn Application, answers: &Answers) -> Result<Vec<Question>> {
    let mut questions = application.questions(answers)?;
    questions.push(Question::new("registry", Some(Resolved::default("none".into()))));
    Ok(questions)
}

/// The build plan of an application, with what is wanted of any image; every question is answered.
///
/// # Errors
/// As [`Application::plan`].
pub fn plan(application: &dyn Application, answers: &Answers) -> Result<BuildPlan> {
    let mut plan = application.plan(answers)?;
    plan.options = ImageOptions::read(answers)?;
    Ok(plan)
}
