//! What is wanted of any image, added to the Dockerfile of one: by the places of its instructions, whatever made it.

use crate::dockerfile::{Body, Dockerfile, PieceKind, Stage, Text, with_images};
use crate::error::Result;
use crate::plan::{Certificates, ImageOptions};
use crate::render::{Templates, tidy};

/// The name of the stage that is the image, where others stand on it.
const PRODUCTION: &str = "production";

/// The Dockerfile with all that is wanted.
///
/// # Errors
/// [`Error::Defect`](crate::error::Error::Defect) when a template is broken.
pub fn applied(mut text: String, templates: &Templates, options: &ImageOptions) -> Result<String> {
    if let Some(certificates) = &options.certificates {
        text = trusting(text, templates, certificates)?;
    }
    if let Some(reproducible) = &options.reproducible {
        let time = part(templates, "_shared/time", &serde_json::json!(reproducible))?;
        text = after_from(text, &time);
    }
    if options.has_labels {
        text.push_str(&part(templates, "_shared/labels", &serde_json::json!({}))?);
    }
    if let Some(debug) = &options.debug {
        let name = named_last_stage(&mut text);
        text.push_str(&part(templates, "_shared/debug", &serde_json::json!({ "debug": debug, "production": name }))?);
    }
    if let Some(syntax) = &options.syntax {
        text.insert_str(0, &format!("# syntax={}\n", options.registries.reference(syntax)));
    }
    Ok(with_images(&text, |reference| Some(options.registries.reference(reference))))
}

fn part(templates: &Templates, template: &str, view: &serde_json::Value) -> Result<String> {
    let view = view.as_object().cloned().unwrap_or_default();
    Ok(format!("\n{}", tidy(&templates.render(template, &view)?)))
}

/// The Dockerfile with a stage that puts certificates beside the usual ones, which every stage that fetches something and the
/// image trust.
fn trusting(mut text: String, templates: &Templates, certificates: &Certificates) -> Result<String> {
    let file = Dockerfile::parse(&text);
    let names: Vec<String> =
        file.stages().iter().filter_map(|it| it.from.alias.as_ref().map(Text::written)).map(str::to_owned).collect();
    let is_image = |stage: &&Stage| !names.iter().any(|name| name == stage.from.image.written());
    let runs = |stage: &&Stage| file.instructions_of(stage).iter().any(|it| matches!(it.body, Body::Run(_)));
    let Some(last) = file.stages().last() else { return Ok(text) };
    // the image that the last stage stands on, over the stages in between
    let mut base = last;
    while let Some(below) = file
        .stages()
        .iter()
        .find(|it| it.from.alias.as_ref().is_some_and(|alias| alias.written() == base.from.image.written()))
    {
        base = below;
    }
    let Some(builder) = file.stages().iter().find(|stage| is_image(stage) && runs(stage)) else { return Ok(text) };
    let view = serde_json::json!({
        "certificates": certificates,
        "copied": certificates.files.iter().map(String::as_str).chain(["/certificates/"]).collect::<Vec<_>>(),
        "builder": builder.from.image.written(),
        "runtime_image": base.from.image.written(),
    });
    let mut insertions: Vec<(usize, String)> = Vec::new();
    for stage in file.stages().iter().filter(is_image) {
        let from = &file.instructions()[stage.instructions.start];
        let is_last = stage.instructions.start == base.instructions.start;
        if runs(&stage) || is_last {
            let mut view = view.clone();
            view["is_build"] = (!is_last).into();
            view["runs"] = runs(&stage).into();
            insertions.push((from.span.end, part(templates, "_shared/trusted", &view)?.trim_end().to_owned()));
        }
    }
    let end = text.trim_end().len();
    insertions.push((end, part(templates, "_shared/trusted_at_run_time", &view)?.trim_end().to_owned()));
    insertions.push((
        start_with_comments(&file, 0),
        part(templates, "_shared/certificates", &view)?.trim_start().to_owned() + "\n",
    ));
    insertions.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    for (place, added) in insertions {
        text.insert_str(place, &added);
    }
    Ok(text)
}

/// The Dockerfile with instructions at the start of each stage that runs something.
fn after_from(mut text: String, added: &str) -> String {
    let file = Dockerfile::parse(&text);
    let runs = |stage: &&Stage| file.instructions_of(stage).iter().any(|it| matches!(it.body, Body::Run(_)));
    let stages = file.stages().iter().filter(runs);
    let places: Vec<usize> = stages.map(|stage| file.instructions()[stage.instructions.start].span.end).collect();
    for place in places.into_iter().rev() {
        text.insert_str(place, added.trim_end());
    }
    text
}

/// Where a stage begins, with the comments above it.
fn start_with_comments(file: &Dockerfile, stage: usize) -> usize {
    let start = file.stages().get(stage).map_or(0, |it| file.instructions()[it.instructions.start].span.start);
    let before = file.pieces().partition_point(|piece| piece.span.start < start);
    let comments = file.pieces()[..before].iter().rev().take_while(|piece| piece.kind == PieceKind::Comment);
    comments.last().map_or(start, |piece| piece.span.start)
}

/// The name of the last stage, which gets one where it has none.
fn named_last_stage(text: &mut String) -> String {
    let file = Dockerfile::parse(text);
    let Some(last) = file.stages().last() else { return PRODUCTION.to_owned() };
    if let Some(alias) = &last.from.alias {
        return alias.value.clone();
    }
    text.insert_str(last.from.image.span.end, &format!(" AS {PRODUCTION}"));
    PRODUCTION.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::families;

    const TEXT: &str =
        "# Made by dockgen: x\n\nFROM golang:1.27 AS build\nRUN true\n\nFROM a.b/static:nonroot\nUSER 1\n";

    #[test]
    fn nothing_is_added_that_is_not_wanted() {
        assert_eq!(applied(TEXT.to_owned(), Templates::embedded(), &ImageOptions::default()).unwrap(), TEXT);
    }

    #[test]
    fn the_image_stays_last_below_the_stage_for_a_look_inside() {
        let options = ImageOptions {
            debug: families()[0].debug.clone(),
            has_labels: true,
            syntax: Some("docker/dockerfile:1".into()),
            ..ImageOptions::default()
        };
        let text = applied(TEXT.to_owned(), Templates::embedded(), &options).unwrap();
        let file = Dockerfile::parse(&text);
        let stages: Vec<(&str, &str)> = file
            .stages()
            .iter()
            .map(|stage| (stage.from.image.written(), stage.from.alias.as_ref().map_or("", |alias| alias.written())))
            .collect();
        let expected = [
            ("golang:1.27", "build"),
            ("a.b/static:nonroot", "production"),
            ("production", "debug"),
            ("production", ""),
        ];
        assert_eq!(stages, expected, "{text}");
        assert!(text.starts_with("# syntax=docker/dockerfile:1\n# Made by"), "{text}");
        let label = text.find("LABEL").unwrap();
        assert!(label < text.find("AS debug").unwrap(), "{text}");
    }
}
