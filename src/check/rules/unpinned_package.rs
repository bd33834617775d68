//! A package is installed in whatever version there is today.
//!
//! The next build may get another one, and nobody will know why it behaves differently. In a build stage this matters less than in
//! the image itself; a lock file, where the tool has one, says it for all packages at once.
//!
//! ### Problematic
//! ```dockerfile
//! FROM python:3.13-slim-trixie
//! RUN pip install --no-cache-dir gunicorn
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM python:3.13-slim-trixie
//! RUN pip install --no-cache-dir gunicorn==23.0.0
//! ```

use crate::check::packages::Call;
use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule = Rule::new(
    "unpinned-package",
    Severity::Note,
    &["DL3008", "DL3013", "DL3016", "DL3018", "DL3028", "DL3033", "DL3037", "DL3041", "DL3062"],
    include_str!("unpinned_package.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (_, _, command) in view.each_command() {
        let Some(call) = Call::of(command) else { continue };
        if call.uses_list() || call.manager.programs.iter().any(|program| program == "yarn") {
            continue;
        }
        let loose: Vec<&str> = call
            .packages()
            .iter()
            .map(|package| package.value.as_str())
            .filter(|package| !call.is_pinned(package))
            .collect();
        if let [first, rest @ ..] = loose.as_slice() {
            let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            findings
                .at(call.span(), format!("`{first}`{more}: any version may come"))
                .code(call.manager.code("unpinned"))
                .help(format!("name the version behind `{}`", call.manager.pins.first().map_or("=", String::as_str)));
        }
    }
}
