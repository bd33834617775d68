//! wget fills the log with its progress.
//!
//! One line for every 50 kB. `--progress=dot:giga` or `-q` keep the log readable.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie
//! RUN wget https://example.org/large.bin
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie
//! RUN wget --progress=dot:giga https://example.org/large.bin
//! ```

use crate::catalog::System;
use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule = Rule::new("progress-bar", Severity::Note, &["DL3047"], include_str!("progress_bar.rs"), check);

/// Flags that keep it quiet.
const QUIET: &[&str] = &["--quiet", "--no-verbose", "--output-file", "--append-output", "-nv"];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, _, command) in view.each_command().filter(|(_, _, command)| command.program() == "wget") {
        let quiet = command.arguments().any(|word| {
            QUIET.contains(&word)
                || word.starts_with("--progress")
                || word.starts_with("--output-file=")
                || word.starts_with("--append-output=")
                || word.starts_with('-') && !word.starts_with("--") && word.contains(['q', 'o', 'a'])
        });
        // The wget of busybox has no such flag.
        if !quiet && view.system(stage.index) != Some(System::Alpine) {
            findings
                .at(command.span(), "the progress of this download fills the log")
                .help("add `--progress=dot:giga`");
        }
    }
}
