//! A report as one page that needs nothing else: for a browser, on a phone and in the dark.

use std::collections::HashMap;

use serde::Serialize;
use tera::{Context, Tera};

use crate::container::{LayerSize, Report, Verdict};
use crate::dockerfile::{Body, Dockerfile};
use crate::error::{Error, Result};
use crate::text::visible;

/// The height of a stage and the gap below it, in the units of the drawing.
const STEP: usize = 64;
/// The left edge of the stages, where the curves begin and end.
const EDGE: usize = 60;
/// No longer text stands in a stage, in characters.
const LONGEST_NAME: usize = 54;

/// A check on the page.
#[derive(Serialize)]
struct Check<'a> {
    name: &'a str,
    verdict: &'static str,
    mark: &'static str,
    seen: String,
}

/// A layer on the page: the size in words, as a share of the largest in per cent, and what fills it.
#[derive(Serialize)]
struct Layer {
    size: String,
    width: u64,
    folders: String,
}

/// A stage of the drawing, by the place of its upper edge.
#[derive(Serialize)]
struct Stage {
    name: String,
    base: String,
    top: usize,
}

/// A curve from a stage to one that takes something from it.
#[derive(Serialize)]
struct Edge {
    curve: String,
}

/// The page, called by `title`; `dockerfile` is the text of the Dockerfile, where the image was built from one.
///
/// # Errors
/// [`Error::Defect`] when the page can't be put together.
pub fn page(report: &Report, title: &str, dockerfile: Option<&str>) -> Result<String> {
    let broken = |error: tera::Error| Error::Defect(format!("could not render the page: {error}"));
    let (stages, edges) = dockerfile.map(|text| drawing(&Dockerfile::parse(text))).unwrap_or_default();
    let checks: Vec<Check> = report.checks.iter().map(|outcome| check(outcome.check, &outcome.verdict)).collect();
    let mut context = Context::new();
    context.insert("title", &visible(title));
    context.insert("engine", &visible(&report.engine));
    context.insert("size", &readable(report.size));
    context.insert("failed", &checks.iter().filter(|it| it.verdict == "failed").count());
    context.insert("checks", &checks);
    context.insert("height", &(stages.len() * STEP));
    context.insert("stages", &stages);
    context.insert("edges", &edges);
    context.insert("layers", &layers(&report.layers));
    let mut tera = Tera::default();
    tera.add_raw_template("page.html", include_str!("page.html")).map_err(broken)?;
    tera.render("page.html", &context).map_err(broken)
}

fn check<'a>(name: &'a str, verdict: &Verdict) -> Check<'a> {
    let (verdict, mark, seen) = match verdict {
        Verdict::Passed(seen) => ("passed", "✓", seen),
        Verdict::Failed(seen) => ("failed", "✗", seen),
        Verdict::Skipped(seen) => ("skipped", "–", seen),
    };
    let seen = seen.lines().map(visible).collect::<Vec<_>>().join("\n");
    Check { name, verdict, mark, seen }
}

fn layers(layers: &[LayerSize]) -> Vec<Layer> {
    let largest = layers.iter().map(|layer| layer.size).max().unwrap_or(0).max(1);
    let shown = layers.iter().filter(|layer| layer.size > 0).map(|layer| {
        let folders = layer.largest.iter().map(|it| format!("{} {}", visible(&it.folder), readable(it.size)));
        Layer {
            size: readable(layer.size),
            width: layer.size * 100 / largest,
            folders: folders.collect::<Vec<_>>().join(" · "),
        }
    });
    shown.collect()
}

/// A size in kilobytes or megabytes, with a digit behind the point where that says something.
fn readable(size: u64) -> String {
    let (unit, name) = if size < 1_000_000 { (1_000, "kB") } else { (1_000_000, "MB") };
    let tenths = size * 10 / unit;
    if tenths < 100 { format!("{}.{} {name}", tenths / 10, tenths % 10) } else { format!("{} {name}", tenths / 10) }
}

/// The stages, one below the other, and a curve at their left for each that stands on another or copies from it.
fn drawing(file: &Dockerfile) -> (Vec<Stage>, Vec<Edge>) {
    let mut places: HashMap<String, usize> = HashMap::new();
    let (mut stages, mut edges) = (Vec::new(), Vec::new());
    for (index, stage) in file.stages().iter().enumerate() {
        let copied = file.instructions()[stage.instructions.clone()].iter().filter_map(|it| match &it.body {
            Body::Copy(_) | Body::Add(_) => it.flag("from"),
            _ => None,
        });
        let base = stage.from.image.value.as_str();
        let place = |name: &str| places.get(&name.to_lowercase()).copied().or_else(|| name.parse().ok());
        let mut sources: Vec<usize> = copied
            .filter_map(place)
            .chain(places.get(&base.to_lowercase()).copied())
            .filter(|it| *it < index)
            .collect();
        sources.sort_unstable();
        sources.dedup();
        for source in sources {
            let (from, to) = (source * STEP + 24, index * STEP + 24);
            let reach = EDGE.saturating_sub(14 * (index - source));
            edges.push(Edge { curve: format!("M{EDGE} {from} C{reach} {from} {reach} {to} {EDGE} {to}") });
        }
        let name = stage.from.alias.as_ref().map(|alias| alias.value.clone());
        places.extend(name.as_ref().map(|name| (name.to_lowercase(), index)));
        let unnamed = if index + 1 == file.stages().len() { "the image" } else { "a stage without a name" };
        stages.push(Stage {
            name: shortened(name.as_deref().unwrap_or(unnamed)),
            base: shortened(base),
            top: index * STEP + 1,
        });
    }
    (stages, edges)
}

fn shortened(text: &str) -> String {
    let text = visible(text);
    let short: String = text.chars().take(LONGEST_NAME).collect();
    if short.len() < text.len() { short + "…" } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::{FolderSize, Outcome};

    fn report() -> Report {
        let checks = [
            ("user", Verdict::Passed("it runs as user 65532".into())),
            ("start", Verdict::Failed("it ended with 1\n<script>alert(1)</script>\u{202e}".into())),
        ];
        Report {
            image: "shop".into(),
            engine: "docker".into(),
            size: 25_340_000,
            files: 12,
            build_seconds: Some(3.0),
            start_seconds: None,
            layers: vec![LayerSize {
                size: 25_340_000,
                largest: vec![FolderSize { folder: "/app/<x>".into(), size: 900_000 }],
            }],
            checks: checks.into_iter().map(|(check, verdict)| Outcome { check, verdict }).collect(),
        }
    }

    #[test]
    fn a_page_shows_all_and_nothing_of_the_image_becomes_a_part_of_it() {
        let text = page(
            &report(),
            "shop<b>",
            Some("FROM golang:1.26 AS build\nFROM build AS tests\nFROM scratch\nCOPY --from=build /a /a\n"),
        );
        let text = text.unwrap();
        assert!(
            text.contains("1 of 2 checks failed · 25 MB") && text.contains("✗") && text.contains("900 kB"),
            "{text}"
        );
        assert!(!text.contains("<script>") && !text.contains("<b>shop") && !text.contains("<x>"), "{text}");
        assert!(!text.contains('\u{202e}') && !text.contains("http"), "{text}");
        assert_eq!((text.matches("<rect").count(), text.matches("<path").count()), (3, 2));
        assert!(!page(&report(), "shop", None).unwrap().contains("<svg"));
    }

    #[test]
    fn a_size_is_said_in_the_unit_that_fits() {
        assert_eq!([0, 99_999, 1_250_000, 25_340_000].map(readable), ["0.0 kB", "99 kB", "1.2 MB", "25 MB"]);
    }
}
