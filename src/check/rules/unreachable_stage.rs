//! A stage that the final image does not need.
//!
//! It is not built. One with a name may be meant for `--target`, so that is only worth knowing; one without can't be reached at all.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! RUN npm --version
//! FROM gcr.io/distroless/static-debian13:nonroot
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim AS assets
//! RUN npm --version
//! FROM gcr.io/distroless/static-debian13:nonroot
//! COPY --from=assets /usr/local/LICENSE /licences/
//! ```

use crate::check::view::Base;
use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule =
    Rule::new("unreachable-stage", Severity::Warning, &[], include_str!("unreachable_stage.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let mut reached = vec![false; view.stages.len()];
    let mut open: Vec<usize> = view.last().map(|last| last.index).into_iter().collect();
    while let Some(index) = open.pop() {
        if std::mem::replace(&mut reached[index], true) {
            continue;
        }
        let stage = &view.stages[index];
        if let Base::Stage(below) = stage.base {
            open.push(below);
        }
        for instruction in stage.instructions {
            let from = instruction.flag("from").and_then(|from| view.source_stage(from, index));
            let mounts = instruction.mounts();
            open.extend(mounts.filter_map(|mount| view.source_stage(mount.option(&["from"])?, index)).chain(from));
        }
    }
    // where an argument chooses the stage that another stands on, each with a name can be meant
    let is_choice = view.stages.iter().any(|stage| {
        let is_named_by_argument = stage.stage.from.image.written().contains('$');
        reached[stage.index] && is_named_by_argument && matches!(stage.base, Base::Stage(_) | Base::Unknown)
    });
    for stage in view.stages.iter().filter(|stage| !reached[stage.index]) {
        let span = stage.instructions[0].span;
        match stage.name() {
            Some(_) if is_choice => continue,
            Some(name) => findings
                .at(span, format!("the final image does not need stage `{name}`"))
                .severity(Severity::Note)
                .help(format!("it is built only with `--target {name}`")),
            None => {
                findings.at(span, "nothing can reach this stage").help("remove it, or give it a name and copy from it")
            }
        };
    }
}
