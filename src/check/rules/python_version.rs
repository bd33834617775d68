//! Packages are installed by another Python than the one that runs them.
//!
//! They lie in a folder that is named for the minor version: with another one, every import fails.
//!
//! ### Problematic
//! ```dockerfile
//! FROM python:3.12-slim-trixie AS build
//! RUN python -m venv /venv && /venv/bin/pip install flask
//! FROM gcr.io/distroless/python3-debian13:nonroot
//! COPY --from=build /venv /venv
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM python:3.13-slim-trixie AS build
//! RUN python -m venv /venv && /venv/bin/pip install flask
//! FROM gcr.io/distroless/python3-debian13:nonroot
//! COPY --from=build /venv /venv
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule = Rule::new("python-version", Severity::Error, &[], include_str!("python_version.rs"), check);

/// Tools that install packages for the Python that they run in.
const INSTALLERS: &[&str] = &["pip", "pip3", "poetry", "uv", "pipenv", "pdm"];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, _, instruction) in view.each() {
        let (Body::Copy(copy), Some(from)) = (&instruction.body, instruction.flag("from")) else {
            continue;
        };
        let Some(builder) = view.source_stage(from, stage.index) else {
            continue;
        };
        let python = |index: usize| view.root_image(index).and_then(super::super::image::Image::python);
        let (Some(built), Some(runs)) = (python(builder), python(stage.index)) else {
            continue;
        };
        // A stage that brings its own interpreter along does not run with the base image's.
        let brings_own = copy.sources.iter().any(|source| source.value.starts_with("/usr/local"));
        let installs = view.commands_in(builder).iter().any(|command| {
            INSTALLERS.contains(&command.program()) || command.operands().any(|operand| INSTALLERS.contains(&operand))
        });
        if built != runs && installs && !brings_own {
            findings
                .at(instruction.span, format!("packages for Python {built} are copied to an image with Python {runs}"))
                .help(format!("build with Python {runs}, or run with Python {built}"));
        }
    }
}
