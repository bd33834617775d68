//! A comment silences a rule that there is not.
//!
//! It silences nothing: a name is misspelt, or the rule has another one.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! # dockgen: allow sudoo it is there already
//! RUN sudo true
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! # dockgen: allow sudo it is there already
//! RUN sudo true
//! ```

use crate::check::settings::meant;
use crate::check::{Findings, RULES, Rule, Severity, View, allow};
use crate::dockerfile::{PieceKind, Span};

/// The rule.
pub static RULE: Rule = Rule::new("unknown-rule", Severity::Warning, &[], include_str!("unknown_rule.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for piece in view.file.pieces().iter().filter(|piece| piece.kind == PieceKind::Comment) {
        let text = view.file.source(piece.span);
        let Some(allowance) = allow::read(allow::comment(text)).filter(|it| it.is_own) else { continue };
        for name in allowance.names.iter().filter(|name| !RULES.iter().any(|rule| rule.is_called(name))) {
            let start = piece.span.start + text.find(name).unwrap_or_default();
            findings
                .at(Span::new(start, start + name.len()), format!("there is no rule `{name}`{}", meant(name)))
                .help("the rules are in docs/rules.md; write `# dockgen: allow RULE reason`");
        }
    }
}
