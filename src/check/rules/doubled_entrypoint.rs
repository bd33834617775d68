//! CMD repeats what the base image's entrypoint starts already.
//!
//! On distroless Node the entrypoint is `node`, on distroless Java `java -jar`, on distroless Python `python3`: CMD is their
//! arguments. `node node server.js` looks for a module called `node`.
//!
//! ### Problematic
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! USER 65532:65532
//! CMD ["node", "/app/server.js"]
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! USER 65532:65532
//! CMD ["/app/server.js"]
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Command};

/// The rule.
pub static RULE: Rule =
    Rule::new("doubled-entrypoint", Severity::Error, &[], include_str!("doubled_entrypoint.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(start) = view.start() else { return };
    let Some(Body::Cmd(Command::Exec(words))) = start.command.map(|command| &command.body) else {
        return;
    };
    let ([program, flags @ ..], [first, ..]) = (start.inherited, words.as_slice()) else {
        return;
    };
    let name = |path: &str| {
        path.rsplit('/').next().unwrap_or(path).trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').to_owned()
    };
    let entrypoint = start.inherited.join(" ");
    let repeats_flag = flags.contains(&first.value);
    if name(program) == name(&first.value) && !first.value.ends_with(".js") || repeats_flag {
        findings
            .at(first.span, format!("`{}` is given to `{entrypoint}` as an argument", first.value))
            .help(format!("the base image starts `{entrypoint}` already: leave `{}` out", first.value));
    }
}
