//! A distroless name or a tag that was never published.
//!
//! Distroless images are called `nodejs24-debian13`, not `nodejs:24`; their tags are `latest`, `nonroot`, `debug` and
//! `debug-nonroot`. The words of official tags have an order: `node:24-trixie-slim`, but `python:3.13-slim-trixie`.
//!
//! ### Problematic
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs:24
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! ```

use crate::catalog;
use crate::check::image::Image;
use crate::check::view::{Base, View};
use crate::check::{Findings, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule::new("unknown-image", Severity::Error, &[], include_str!("unknown_image.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for stage in &view.stages {
        let Base::Image(image) = &stage.base else { continue };
        let span = stage.stage.from.image.span;
        let table = catalog::distroless();
        if let Some(name) = image.distroless_name() {
            let tag = image.tag.as_deref();
            if image.distroless().is_none() {
                findings.at(span, format!("there is no distroless image `{name}`")).help(alternatives(name));
            } else if let Some(tag) = tag.filter(|tag| !table.has_tag(tag)) {
                findings
                    .at(span, format!("`{name}` has no tag `{tag}`"))
                    .help(format!("distroless tags are {}", quoted(table.tags.iter().map(String::as_str))));
            }
        } else if let Some(forms) = missing_form(image) {
            let tag = image.tag.as_deref().unwrap_or_default();
            findings
                .at(span, format!("`{}` has no tag `{tag}`", image.repository))
                .help(format!("its tags look like {forms}"));
        }
    }
}

/// The names that begin like the one that does not exist.
fn alternatives(name: &str) -> String {
    let stem: String = name.chars().take_while(char::is_ascii_alphabetic).collect();
    let all = catalog::distroless().image.iter().filter(|image| image.ended.is_none()).flat_map(|image| &image.names);
    let current: Vec<&str> = all.map(String::as_str).filter(|it| it.contains("-debian")).collect();
    let like: Vec<&str> = current.iter().copied().filter(|it| it.starts_with(&stem) && !stem.is_empty()).collect();
    format!("there are {}", quoted(if like.is_empty() { current } else { like }.into_iter()))
}

/// The forms of an official image's tags, when all words of the tag are known and their order is none of them.
fn missing_form(image: &Image) -> Option<String> {
    let official = image.official().filter(|official| !official.forms.is_empty())?;
    image.tag.as_ref()?;
    let mut form = Vec::new();
    for (place, word) in image.words().enumerate() {
        let is_alpine =
            word.strip_prefix("alpine").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'));
        form.push(match word {
            _ if is_alpine => "{alpine}",
            "slim" | "jdk" | "jre" => word,
            _ if catalog::suite(word).is_some() => "{suite}",
            _ if place == 0
                && word.starts_with(|c: char| c.is_ascii_digit())
                && word.chars().all(|c| c.is_ascii_digit() || c == '.') =>
            {
                "{version}"
            }
            _ => return None,
        });
    }
    let form = form.join("-");
    let examples = official.forms.iter().filter(|form| form.contains("{suite}")).take(2);
    let shown = examples.map(|form| form.replace("{version}", "VERSION").replace("{suite}", "RELEASE"));
    (!official.forms.contains(&form)).then(|| quoted(shown.collect::<Vec<_>>().iter().map(String::as_str)))
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
