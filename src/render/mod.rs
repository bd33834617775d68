//! From a build plan to the text of the files, by the embedded Tera templates.

mod bundle;
mod filters;
mod options;
mod templates;

pub use bundle::{BAKE_FILE, COMPOSE_FILE, Composition, Member, bake, compose};
pub use templates::{OwnTemplate, Templates, VERSION as TEMPLATES_VERSION, embedded_texts};

use crate::catalog::ignored_files;
use crate::error::{Error, Result};
use crate::path::join;
use crate::plan::{App, BuildPlan, IgnoreSection, project_id};
use crate::text::is_hidden;

/// The files that an image needs, and where they belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifacts {
    /// The build context, from the root of the repository.
    pub context: String,
    /// The Dockerfile, from the root of the repository.
    pub dockerfile: Artifact,
    /// Its ignore file, from the root of the repository.
    pub dockerignore: Artifact,
}

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Its path, from the root of the repository.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Renders the Dockerfile and its ignore file.
///
/// The ignore file is `.dockerignore` where the application is the whole build context, and `Dockerfile.dockerignore`
/// beside the Dockerfile where the context lies above it, so that the applications of a workspace don't share one.
///
/// # Errors
/// [`Error::Defect`] when a template and its view don't fit, or a value can't be represented.
pub fn render(app: &App, plan: &BuildPlan) -> Result<Artifacts> {
    render_as(app, plan, None, Templates::embedded())
}

/// Renders a Dockerfile that lies elsewhere than usual: at a path from the root of the repository. Its ignore file lies beside
/// it, under its name.
///
/// # Errors
/// As [`render`].
pub fn render_as(app: &App, plan: &BuildPlan, dockerfile: Option<&str>, templates: &Templates) -> Result<Artifacts> {
    let mut view = plan.fields();
    let usual = join(&app.folder, "Dockerfile");
    let dockerfile = dockerfile.unwrap_or(&usual).to_owned();
    let own = app.context == app.folder && dockerfile == usual;
    let everywhere = ignored_files().iter().map(|it| IgnoreSection::new(&it.comment, it.patterns.iter()));
    let ignore: Vec<IgnoreSection> = everywhere.chain(plan.ignore.iter().cloned()).collect();
    let common = serde_json::json!({
        "app_shape": app.shape,
        "project": project_id(app),
        "app_folder": crate::path::relative_to(&app.folder, &app.context),
        "dockerfile": if own { String::new() } else { crate::path::relative_to(&dockerfile, &app.context) },
        "ignore": ignore,
    });
    if let serde_json::Value::Object(fields) = common {
        view.extend(fields);
    }
    if let Some(text) = view.values().find_map(uncontrolled) {
        return Err(Error::Unsupported {
            message: format!(
                "`{}` can't stand in a Dockerfile: it contains a character that shows nothing itself",
                text.escape_debug()
            ),
            evidence: None,
            hint: "rename it, or give another answer by a flag".into(),
        });
    }
    let ignore = if own { join(&app.folder, ".dockerignore") } else { format!("{dockerfile}.dockerignore") };
    Ok(Artifacts {
        context: app.context.clone(),
        dockerfile: Artifact {
            text: options::applied(text(templates, plan.recipe.template(), &view)?, templates, &plan.options)?,
            path: dockerfile,
        },
        dockerignore: Artifact { text: text(templates, "_shared/dockerignore", &view)?, path: ignore },
    })
}

/// The first text in a value that contains a hidden character.
fn uncontrolled(value: &serde_json::Value) -> Option<&str> {
    match value {
        serde_json::Value::String(text) if text.chars().any(is_hidden) => Some(text),
        serde_json::Value::Array(list) => list.iter().find_map(uncontrolled),
        serde_json::Value::Object(table) => table.values().find_map(uncontrolled),
        _ => None,
    }
}

/// One template with its view.
fn text(templates: &Templates, template: &str, view: &serde_json::Map<String, serde_json::Value>) -> Result<String> {
    templates.render(template, view).map(|text| tidy(&text))
}

/// One newline at the end, no trailing blanks, no two blank lines in a row, none at the start.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() && (tidy.is_empty() || tidy.ends_with("\n\n")) {
            continue;
        }
        tidy.push_str(line);
        tidy.push('\n');
    }
    while tidy.ends_with("\n\n") {
        tidy.pop();
    }
    tidy
}
