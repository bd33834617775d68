//! The variables that a program needs and that its image does not set.

use crate::evidence::{Fact, Warning};
use crate::plan::Variable;

/// So many variables are named in one warning.
const MOST_NAMED: usize = 6;

/// That the program needs variables, but those that the image sets; nothing where it needs no other.
pub fn needed_variables(required: &[Fact<String>], environment: &[Variable]) -> Option<Warning> {
    let is_set = |name: &str| environment.iter().any(|variable| variable.name == name);
    let missing: Vec<&Fact<String>> = required.iter().filter(|fact| !is_set(&fact.value)).collect();
    let first = missing.first()?;
    let named = |fact: &&Fact<String>| format!("`{}` ({})", fact.value, fact.evidence.place());
    let mut names: Vec<String> = missing.iter().take(MOST_NAMED).map(named).collect();
    if missing.len() > MOST_NAMED {
        names.push(format!("and {} more", missing.len() - MOST_NAMED));
    }
    let message = format!("the program needs variables that nothing sets: {}", names.join(", "));
    let hint = format!("set them at run time: `docker run --env {}=…`, or `--env-file`", first.value);
    Some(Warning::new(message).at(first.evidence.clone()).hint(hint))
}
