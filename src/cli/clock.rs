//! How long the stages take, for `--verbose`.

use std::time::Instant;

use crate::cli::stream::{Style, Text, Volume, say, says};

/// A clock that is read at the end of each stage.
#[derive(Debug)]
pub struct Clock(Instant);

impl Clock {
    /// Starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Says how long a stage took, and starts anew.
    pub fn lap(&mut self, stage: &str) {
        if says(Volume::Verbose) {
            let time = format!("{:8.1} ms  {stage}", self.0.elapsed().as_secs_f64() * 1000.0);
            say(&Text::new().with(Style::Dim, time).end());
        }
        self.0 = Instant::now();
    }
}
