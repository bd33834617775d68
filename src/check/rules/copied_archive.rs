//! An archive is copied to be unpacked.
//!
//! The archive stays in its layer, unpacked or not. `ADD` unpacks a local archive as it copies it.
//!
//! ### Problematic
//! ```dockerfile
//! FROM debian:trixie-slim
//! COPY app.tar.gz /tmp/
//! RUN tar -xzf /tmp/app.tar.gz -C /opt && rm /tmp/app.tar.gz
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM debian:trixie-slim
//! ADD app.tar.gz /opt/
//! ```

use crate::check::shell::Simple;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::Body;

/// The rule.
pub static RULE: Rule =
    Rule::new("copied-archive", Severity::Note, &["DL3010"], include_str!("copied_archive.rs"), check);

/// The endings of archives that `ADD` unpacks.
const ARCHIVES: &[&str] = &[".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for stage in &view.stages {
        for (at, instruction) in stage.instructions.iter().enumerate() {
            let Body::Copy(copy) = &instruction.body else { continue };
            if instruction.flag("from").is_some() {
                continue;
            }
            let target = copy.destination.as_ref().map_or("", |it| it.value.as_str());
            for source in &copy.sources {
                let renamed = !target.ends_with('/') && ARCHIVES.iter().any(|ending| target.ends_with(ending));
                let path = if renamed { target } else { source.value.as_str() };
                let name = path.rsplit('/').next().unwrap_or_default();
                if !ARCHIVES.iter().any(|ending| name.ends_with(ending)) {
                    continue;
                }
                let unpacks = |command: &Simple| {
                    let extracts = command.arguments().any(|word| {
                        word == "--extract"
                            || word.starts_with("--get")
                            || !word.starts_with("--")
                                && word.trim_start_matches('-').contains('x')
                                && !word.contains('.')
                    });
                    command.program() == "tar"
                        && extracts
                        && command.arguments().any(|word| word.rsplit('/').next() == Some(name))
                };
                let later = stage.instructions[at..].iter().flat_map(|instruction| view.commands(instruction));
                if later.into_iter().any(unpacks) {
                    findings
                        .at(source.span, format!("`{name}` is copied and unpacked later"))
                        .help("use `ADD`: it unpacks");
                }
            }
        }
    }
}
