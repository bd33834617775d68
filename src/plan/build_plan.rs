//! The build plan: pure data. Order and comments belong to the templates.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::evidence::Warning;

/// All that the templates need, and what to tell the user beside.
#[derive(Debug, Clone, Serialize)]
pub struct BuildPlan {
    /// The template below `templates/`, without its ending: `node/server`.
    pub template: &'static str,
    /// The fields of the view, flat: those of the final stage and those of the language.
    pub view: Map<String, Value>,
    /// What the build context leaves out, beside what it always leaves out.
    pub ignore: Vec<IgnoreSection>,
    /// What the Dockerfile can't show.
    pub warnings: Vec<Warning>,
}

impl BuildPlan {
    /// A plan from the final stage and the language's own view, both of which become flat fields.
    pub fn new(template: &'static str, last: &FinalStage, details: &impl Serialize) -> Self {
        let mut view = Map::new();
        for value in [serde_json::to_value(last), serde_json::to_value(details)] {
            if let Ok(Value::Object(fields)) = value {
                view.extend(fields);
            }
        }
        Self { template, view, ignore: Vec::new(), warnings: Vec::new() }
    }
}

/// The last stage: what runs. Its fields are in every template's view.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FinalStage {
    /// The reference of the runtime image.
    pub runtime_image: String,
    /// Environment variables, in order.
    pub environment: Vec<Variable>,
    /// The port that it listens on.
    pub port: Option<u16>,
    /// Absolute folders that the application writes: made in the build with the right owner, and declared as volumes.
    pub writable: Vec<String>,
    /// The whole ENTRYPOINT; empty where the image's own serves.
    pub entrypoint: Vec<String>,
    /// The CMD: arguments for the entrypoint; empty where there are none.
    pub command: Vec<String>,
    /// The command of the HEALTHCHECK in exec form; empty where nothing is known to ask.
    pub health_check: Vec<String>,
}

/// An environment variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, unquoted.
    pub value: String,
}

impl Variable {
    /// A variable.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }

    /// Whether a text can be the name of a variable: a letter or `_`, then letters, digits and `_`, all of ASCII.
    pub fn is_name(text: &str) -> bool {
        text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    }
}

/// Patterns for `.dockerignore` that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IgnoreSection {
    /// Why they are left out, as a heading.
    pub comment: String,
    /// The patterns by Docker's rules, in order; one that starts with `!` takes files in again.
    pub patterns: Vec<String>,
}

impl IgnoreSection {
    /// Patterns with their heading.
    pub fn new<P: Into<String>>(comment: impl Into<String>, patterns: impl IntoIterator<Item = P>) -> Self {
        Self { comment: comment.into(), patterns: patterns.into_iter().map(Into::into).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::Variable;

    #[test]
    fn names_of_variables_have_no_marks() {
        assert!(["PORT", "_x", "a1"].into_iter().all(Variable::is_name));
        assert!(!["", "1A", "X=1 LD_PRELOAD", "A-B", "$A", "A\n", "É"].into_iter().any(Variable::is_name));
    }
}
