//! The user does not exist.
//!
//! Docker looks the name up in the image's `/etc/passwd` when a step or the container starts, and ends with "unable to find user".
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:24-trixie-slim
//! USER app
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! RUN useradd --no-log-init --uid 1001 app
//! USER app
//! ```

use crate::check::view::Base;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule = Rule::new("unknown-user", Severity::Error, &[], include_str!("unknown_user.rs"), check);

/// Programs that make users.
const MAKERS: &[&str] = &["useradd", "adduser", "newusers", "usermod"];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        let Body::User(written) = &instruction.body else { continue };
        let Some(user) = view.expand(stage.index, at, written.written()) else { continue };
        let name = user.split(':').next().unwrap_or_default();
        let is_number = name.chars().all(|c| c.is_ascii_digit());
        if is_number || has_user(view, stage.index, name) != Some(false) {
            continue;
        }
        let before = view.before(stage.index, at);
        let made = before.iter().any(|(_, it)| match &it.body {
            Body::Run(_) => {
                view.commands(it).iter().any(|command| {
                    let words = || command.words.iter().map(|word| word.value.as_str());
                    MAKERS.contains(&command.program()) && words().any(|word| word == name || word.contains('$'))
                        || words().any(|word| {
                            word.contains("/etc/passwd") || word.contains("adduser") || word.contains("useradd")
                        })
                        || crate::check::packages::Call::of(command).is_some_and(|call| !call.packages().is_empty())
                        || command.program().contains('/')
                }) || !it.heredocs.is_empty()
            }
            Body::Copy(copy) | Body::Add(copy) => {
                copy.destination.as_ref().is_none_or(|to| to.value == "/" || to.value.starts_with("/etc"))
            }
            Body::Onbuild(_) => true,
            _ => false,
        });
        if !made {
            findings
                .at(written.span, format!("there is no user `{name}` in this image"))
                .help("make it above, or name a number: `USER 65532:65532`");
        }
    }
}

/// Whether what a stage stands on has a user; nothing where its users are not known.
fn has_user(view: &View<'_>, stage: usize, name: &str) -> Option<bool> {
    match view.root(stage) {
        Base::Scratch => Some(false),
        Base::Image(image) => image.has_user(name),
        _ => None,
    }
}
