//! A build as it goes on: a bar for each stage, where somebody watches.

use std::collections::HashMap;

use console::Term;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::stream::{Volume, says};
use crate::container::{Progress, Stage};

/// No longer text of a step is shown, in characters.
const LONGEST_STEP: usize = 48;

/// The bars of a build; they go away with this value.
pub struct Bars {
    all: Option<MultiProgress>,
    by_stage: HashMap<String, ProgressBar>,
}

impl Bars {
    /// Bars on standard error where that is a terminal and nobody wants silence, none else.
    pub fn new() -> Self {
        let watched = Term::stderr().is_term() && says(Volume::Usual);
        let all = watched.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));
        Self { all, by_stage: HashMap::new() }
    }

    /// Shows how far a build is.
    pub fn show(&mut self, progress: &Progress) {
        let Some(all) = &self.all else { return };
        for stage in &progress.stages {
            let new = || all.add(ProgressBar::new(stage.steps).with_style(style()).with_prefix(stage.name.clone()));
            let bar = self.by_stage.entry(stage.name.clone()).or_insert_with(new);
            bar.set_length(stage.steps);
            bar.set_position(stage.done);
            bar.set_message(message(stage));
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        if let Some(all) = &self.all {
            // a terminal that is gone shows nothing anyway
            let _ = all.clear();
        }
    }
}

fn style() -> ProgressStyle {
    let style = ProgressStyle::with_template("{prefix:>14} {bar:20} {pos}/{len} {msg}");
    style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸ ")
}

/// The step that a stage is at, and how many were taken from an earlier build.
fn message(stage: &Stage) -> String {
    let mut step: String = stage.step.chars().take(LONGEST_STEP).collect();
    if step.len() < stage.step.len() {
        step.push('…');
    }
    let is_done = stage.done == stage.steps;
    match (is_done, stage.cached) {
        (true, cached) if cached == stage.steps => "all from the cache".into(),
        (true, 0) => "done".into(),
        (true, cached) => format!("done, {cached} from the cache"),
        (false, 0) => step,
        (false, cached) => format!("{step} ({cached} from the cache)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_tells_its_step_and_what_was_cached() {
        let stage =
            |steps, done, cached| Stage { name: "build".into(), steps, done, cached, step: "RUN npm ci".into() };
        assert_eq!(message(&stage(4, 1, 0)), "RUN npm ci");
        assert_eq!(message(&stage(4, 3, 2)), "RUN npm ci (2 from the cache)");
        assert_eq!(message(&stage(4, 4, 0)), "done");
        assert_eq!(message(&stage(4, 4, 3)), "done, 3 from the cache");
        assert_eq!(message(&stage(4, 4, 4)), "all from the cache");
    }
}
