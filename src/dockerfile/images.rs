//! The images that a Dockerfile takes from registries, each with its place.

use std::collections::HashSet;

use crate::dockerfile::{Body, Dockerfile, Span};

/// An image that is named in a FROM, in a `--from=` of COPY or in a mount's `from=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedImage {
    /// The reference, as written.
    pub reference: String,
    /// Where it stands.
    pub span: Span,
}

/// The images that are no stage of the file, in order; one that a variable is part of is among them as it is written.
pub fn images(file: &Dockerfile) -> Vec<NamedImage> {
    let mut found = Vec::new();
    let mut names: HashSet<String> = HashSet::new();
    let is_stage = |names: &HashSet<String>, name: &str| names.contains(&name.to_ascii_lowercase());
    let is_number = |name: &str| name.chars().all(|c| c.is_ascii_digit());
    for stage in file.stages() {
        let from = &stage.from.image;
        let written = file.source(from.span);
        if !is_stage(&names, written) && written != "scratch" && !written.is_empty() {
            found.push(NamedImage { reference: written.to_owned(), span: from.span });
        }
        for instruction in file.instructions_of(stage) {
            if matches!(instruction.body, Body::From(_)) {
                continue;
            }
            for flag in &instruction.flags {
                let Some((reference, span)) = source_of(file.source(flag.span), flag.span) else { continue };
                if !is_stage(&names, reference) && !is_number(reference) {
                    found.push(NamedImage { reference: reference.to_owned(), span });
                }
            }
        }
        names.extend(stage.from.alias.as_ref().map(|alias| alias.value.to_ascii_lowercase()));
    }
    found
}

/// What `--from=` or a mount's `from=` names, with its place.
fn source_of(flag: &str, span: Span) -> Option<(&str, Span)> {
    let start = if flag.starts_with("--from=") {
        "--from=".len()
    } else if flag.starts_with("--mount=") {
        flag.find("=from=")
            .map(|at| at + "=from=".len())
            .or_else(|| flag.find(",from=").map(|at| at + ",from=".len()))?
    } else {
        return None;
    };
    let value = &flag[start..];
    let value = value.split([',', '"']).next().filter(|value| !value.is_empty())?;
    let start = span.start + start;
    Some((value, Span::new(start, start + value.len())))
}

/// The text with each image for which `replace` has another reference named by that.
pub fn with_images(text: &str, mut replace: impl FnMut(&str) -> Option<String>) -> String {
    let mut changed = text.to_owned();
    for image in images(&Dockerfile::parse(text)).into_iter().rev() {
        if let Some(reference) = replace(&image.reference) {
            changed.replace_range(image.span.start..image.span.end, &reference);
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_told_from_stages_and_replaced_in_place() {
        let text = "# syntax=docker/dockerfile:1\nARG V=24\nFROM --platform=$BUILDPLATFORM node:24 AS build\n\
                    COPY --from=ghcr.io/astral-sh/uv:0.13 --chown=1 /uv /bin/\n\
                    RUN --mount=from=busybox:1,target=/z true\n\
                    FROM build AS test\n\
                    RUN --mount=type=cache,target=/x --mount=type=bind,from=build,target=/y true\nFROM scratch\nCOPY --from=0 /a /a\nCOPY --from=BUILD /a /a\n\
                    FROM node:${V}-slim\n# FROM alpine\n";
        let found: Vec<String> = images(&Dockerfile::parse(text)).into_iter().map(|image| image.reference).collect();
        assert_eq!(found, ["node:24", "ghcr.io/astral-sh/uv:0.13", "busybox:1", "node:${V}-slim"]);
        let changed = with_images(text, |reference| reference.contains("uv").then(|| "mirror/uv:1".into()));
        assert_eq!(changed, text.replace("ghcr.io/astral-sh/uv:0.13", "mirror/uv:1"));
        assert_eq!(with_images(text, |_| None), text);
    }
}
