//! A base image that gets no security fixes any more.
//!
//! It still pulls and builds; what is found in it from now on stays in it.
//!
//! ### Problematic
//! ```dockerfile
//! FROM node:14
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM node:24-trixie-slim
//! ```

use crate::catalog;
use crate::check::image::{Image, older};
use crate::check::view::{Base, View};
use crate::check::{Findings, Rule, Severity};

/// The rule.
pub static RULE: Rule =
    Rule::new("end-of-life-image", Severity::Warning, &[], include_str!("end_of_life_image.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for stage in &view.stages {
        let Base::Image(image) = &stage.base else { continue };
        if let Some((what, help)) = ended(image) {
            findings.at(stage.stage.from.image.span, what).help(help);
        }
    }
}

/// What has ended, and what to use instead.
fn ended(image: &Image) -> Option<(String, String)> {
    let name = &image.repository;
    if let Some(day) = image.distroless().and_then(|known| known.ended.as_deref()) {
        return Some((
            format!("`{name}` has had no patches since {day}"),
            "use an image whose name ends in `-debian13`".into(),
        ));
    }
    let official = image.official()?;
    if let Some(day) = &official.ended {
        let instead = official.instead.as_deref().unwrap_or("another image");
        return Some((format!("the image `{name}` was given up on {day}"), format!("use {instead}")));
    }
    if let Some(product) = &official.product {
        let maintained = catalog::maintained(product);
        let names: Vec<String> = maintained.iter().map(|cycle| format!("`{}`", cycle.name)).collect();
        let help = format!("maintained are {}", names.join(", "));
        if let Some(cycle) = image.cycle() {
            if let Some(day) = cycle.end_of_life.as_deref().filter(|_| cycle.has_ended()) {
                return Some((format!("{product} {} has had no security fixes since {day}", cycle.name), help));
            }
        } else if let Some(version) = image.version() {
            let oldest = catalog::products().iter().find(|it| it.name == *product)?.cycles.last()?;
            if older(&version, &oldest.name) && !oldest.name.starts_with(&format!("{version}.")) {
                return Some((format!("{product} {version} has had no security fixes for years"), help));
            }
        }
    }
    let suite = image.suite().filter(|suite| suite.has_ended())?;
    let help = format!("use a maintained release of {}", suite.system);
    Some((format!("{} {} has had no security fixes since {}", suite.system, suite.number, suite.end_of_life), help))
}
