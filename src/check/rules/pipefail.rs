//! A command in a pipe may fail, and the build goes on.
//!
//! The shell looks at the last command of a pipe alone. `set -o pipefail`, where the shell has it, makes every failure count.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie
//! RUN curl -fsS https://example.org/list | sort > /list
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie
//! SHELL ["/bin/bash", "-o", "pipefail", "-c"]
//! RUN curl -fsS https://example.org/list | sort > /list
//! ```

use crate::check::{Findings, Rule, Severity, View};

/// The rule.
pub static RULE: Rule = Rule::new("pipefail", Severity::Note, &["DL4006"], include_str!("pipefail.rs"), check);

/// Shells whose pipes are another matter.
const OTHER_SHELLS: &[&str] = &["pwsh", "powershell", "cmd"];
/// Programs in front of a pipe that do not fail, or whose failure nobody waits for.
const HARMLESS: &[&str] = &["echo", "printf", "yes", "true", "set", "seq"];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        if let Some(shell) = &view.state(stage.index, at).shell {
            let program = shell.first().map_or("", |word| word.value.rsplit('/').next().unwrap_or_default());
            let other = OTHER_SHELLS.iter().any(|name| program.to_ascii_lowercase().starts_with(name));
            if other || shell.iter().any(|word| word.value.contains("pipefail")) {
                continue;
            }
        }
        let commands = view.commands(instruction);
        if commands
            .iter()
            .any(|command| command.arguments().any(|word| word == "pipefail" || word.contains("pipefail")))
        {
            continue;
        }
        let pipe = commands.windows(2).find(|pair| pair[1].piped && !HARMLESS.contains(&pair[0].program()));
        if let Some([before, _]) = pipe {
            findings
                .at(before.span(), format!("when `{}` fails here, the build goes on", before.program()))
                .help("put `SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]` above, or write into a file first");
        }
    }
}
