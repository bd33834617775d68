//! Rules over a Dockerfile, its ignore file and its build context: what no linter can see that reads the text alone.

mod allow;
mod artifacts;
mod context;
mod files;
mod finding;
pub mod image;
mod presence;
mod report;
mod rule;
mod rules;
pub mod shell;
pub mod start;
pub mod view;

pub use context::{Context, Entry};
pub use files::{Checkable, check_artifacts};
pub use finding::{Finding, Findings, Severity};
pub use presence::Presence;
pub use report::{describe, describe_all};
pub use rule::{Example, Rule, rules_page};
pub use rules::RULES;
pub use view::View;

use crate::dockerfile::Dockerfile;

/// What is checked.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The path of the Dockerfile, as findings name it.
    pub path: &'a str,
    /// Its text.
    pub dockerfile: &'a str,
    /// The path and the text of the ignore file in force.
    pub ignore: Option<(&'a str, &'a str)>,
    /// The build context.
    pub context: &'a Context,
}

/// Checks a Dockerfile by every rule; the findings come in the order of the text.
pub fn check(input: &Input<'_>) -> Vec<Finding> {
    let file = Dockerfile::parse(input.dockerfile);
    let view = View::new(input, &file);
    let [first, ..] = RULES else { return Vec::new() };
    let mut findings = Findings::new(first, (input.path, input.dockerfile), input.ignore);
    for rule in RULES {
        findings.begin(rule);
        (rule.check)(&view, &mut findings);
    }
    let mut findings = findings.into_sorted();
    findings.retain(|finding| !allow::is_allowed(finding, input, &file));
    findings
}
