//! A copy or mount from a stage that is not there yet, or not at all.
//!
//! Docker takes a name that is no stage for an image and tries to download it. A bare name can also be a named build context
//! (`--build-context`): then allow it with a comment.
//!
//! ### Problematic
//! ```dockerfile
//! FROM golang:1.27-trixie AS build
//! FROM scratch
//! COPY --from=builder /app /app
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM golang:1.27-trixie AS build
//! FROM scratch
//! COPY --from=build /app /app
//! ```

use crate::catalog;
use crate::check::view::{StageView, View};
use crate::check::{Findings, Rule, Severity};
use crate::dockerfile::Span;
use crate::text::is_near;

/// The rule.
pub static RULE: Rule =
    Rule::new("unknown-stage", Severity::Error, &["DL3022", "DL3023"], include_str!("unknown_stage.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, _, instruction) in view.each() {
        let flags = instruction.flags.iter().filter(|flag| flag.name == "from");
        let copies = flags.filter_map(|flag| Some((flag.value.clone()?, flag.span)));
        let mounts = instruction.mounts().filter_map(|mount| Some((mount.option(&["from"])?.to_owned(), mount.span)));
        for (from, span) in copies.chain(mounts) {
            examine(view, stage, &from, span, findings);
        }
    }
}

fn examine(view: &View<'_>, stage: &StageView<'_>, from: &str, span: Span, findings: &mut Findings<'_>) {
    if from.contains('$') || view.source_stage(from, stage.index).is_some() {
        return;
    }
    let names: Vec<&str> = view.stages[..stage.index].iter().filter_map(StageView::name).collect();
    let help = if names.is_empty() {
        "no stage above has a name".to_owned()
    } else {
        format!("the stages above are {}", list(&names))
    };
    if from.chars().all(|c| c.is_ascii_digit()) {
        findings.at(span, format!("there is no stage {from} above")).help(help);
    } else if stage.name().is_some_and(|name| name.eq_ignore_ascii_case(from)) {
        findings.at(span, format!("stage `{from}` copies from itself")).help(help);
    } else if view.stage_named(from).is_some() {
        findings.at(span, format!("stage `{from}` comes only later")).help("a stage can use only the stages above it");
    } else if let Some(meant) = names.iter().find(|name| is_near(name, from)) {
        findings.at(span, format!("there is no stage `{from}`")).help(format!("did you mean `{meant}`"));
    } else if !from.contains(['/', ':', '.']) && catalog::official(from).is_none() {
        // A named context of the command line may be meant, or an image of this name.
        findings
            .at(span, format!("there is no stage `{from}`: a build context or an image of this name is taken"))
            .severity(Severity::Note)
            .help(help);
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
