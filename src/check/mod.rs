//! Rules over a Dockerfile, its ignore file and its build context: what no linter can see that reads the text alone.

mod allow;
mod artifacts;
mod baseline;
pub mod builds;
mod context;
mod files;
mod finding;
mod fix;
mod format;
pub mod image;
pub mod packages;
mod presence;
mod report;
mod rule;
mod rules;
mod settings;
pub mod shell;
mod shellcheck;
pub mod start;
pub mod view;

pub use baseline::Baseline;
pub use context::{Context, Entry};
pub use files::{Checkable, check_artifacts, dockerfiles_below};
pub use finding::{Finding, Findings, Fix, Severity};
pub use fix::fixed;
pub use format::{Checked, Format};
pub use presence::Presence;
pub use report::{describe, describe_all};
pub use rule::{Example, Rule, rules_page};
pub use rules::RULES;
pub use settings::{Level, Settings, SettingsError};
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
    /// What the project wants of the rules.
    pub settings: &'a Settings,
}

/// Checks a Dockerfile by every rule that the project wants; the findings come in the order of the text.
pub fn check(input: &Input<'_>) -> Vec<Finding> {
    let file = Dockerfile::parse(input.dockerfile);
    let view = View::new(input, &file);
    let [first, ..] = RULES else { return Vec::new() };
    let mut findings = Findings::new(first, (input.path, input.dockerfile), input.ignore);
    for rule in RULES.iter().filter(|rule| input.settings.runs(rule, input.path)) {
        findings.begin(rule);
        (rule.check)(&view, &mut findings);
    }
    let allowances = allow::Allowances::of(input.path, &file, input.ignore.map(|(_, text)| text));
    let mut findings = findings.into_sorted();
    findings.retain_mut(|finding| {
        let rule = RULES.iter().find(|rule| rule.name == finding.rule);
        rule.is_none_or(|rule| input.settings.apply(finding, rule, input.path)) && !allowances.allow(finding)
    });
    findings
}
