//! The last stage is not the one for production.
//!
//! `docker build` without `--target` makes the last stage. Where that is a stage for a look inside or for tests, that is what is
//! pushed and deployed by everybody who does not know.
//!
//! ### Problematic
//! ```dockerfile
//! FROM gcr.io/distroless/static-debian13:nonroot AS production
//! USER 65532:65532
//! FROM production AS debug
//! COPY --from=gcr.io/distroless/static-debian13:debug /busybox /busybox
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM gcr.io/distroless/static-debian13:nonroot AS production
//! USER 65532:65532
//! FROM production AS debug
//! COPY --from=gcr.io/distroless/static-debian13:debug /busybox /busybox
//! FROM production
//! ```

use crate::check::view::StageView;
use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule =
    Rule::new("production-stage", Severity::Warning, &[], include_str!("production_stage.rs"), check);

/// What stages are called that are not for production.
const OTHER: &[&str] = &["debug", "dev", "development", "test", "tests", "testing", "lint", "check", "ci"];
/// What stages are called that are.
const PRODUCTION: &[&str] = &["production", "prod", "release", "final", "runtime", "runner"];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(last) = view.last() else { return };
    let is = |names: &[&str], name: &str| names.contains(&name.to_ascii_lowercase().as_str());
    let Some(name) = last.name().filter(|name| is(OTHER, name)) else { return };
    let Some(production) = view.stages.iter().filter_map(StageView::name).find(|name| is(PRODUCTION, name)) else {
        return;
    };
    findings
        .at(last.instructions[0].span, format!("without `--target`, `docker build` makes the stage `{name}`"))
        .help(format!("end the file with `FROM {production}`"));
}
