//! The ignore file hides what the program embeds.
//!
//! `//go:embed` makes a file part of the program when it is built. Hidden from the builder, `go build` ends with "no matching files found".
//!
//! ```go main.go
//! package main
//!
//! import _ "embed"
//!
//! //go:embed job.yaml
//! var job string
//!
//! func main() { println(job) }
//! ```
//! ```yaml job.yaml
//! kind: Job
//! ```
//!
//! ### Problematic
//! ```text .dockerignore
//! *.yaml
//! ```
//! ```dockerfile
//! FROM golang:1.27-trixie
//! WORKDIR /src
//! COPY . .
//! RUN go build -o /server .
//! ```
//!
//! ### Better
//! ```text .dockerignore
//! *.md
//! ```
//! ```dockerfile
//! FROM golang:1.27-trixie
//! WORKDIR /src
//! COPY . .
//! RUN go build -o /server .
//! ```

use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Span, clean};
use crate::source::go::embed_patterns;

/// The rule.
pub static RULE: Rule = Rule::new("hidden-embed", Severity::Error, &[], include_str!("hidden_embed.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let builds = view.each_command().any(|(_, _, command)| command.program() == "go" && command.has("build"));
    let Some(Ok(ignore)) = view.ignore.as_ref().filter(|_| builds) else { return };
    let mut seen: Vec<Span> = Vec::new();
    let sources = view.context.files().filter(|path| path.ends_with(".go") && !path.ends_with("_test.go"));
    for path in sources {
        let embeds = |text: &String| text.contains("//go:embed ") && !view.is_ignored(path);
        let Some(text) = view.context.read(path).filter(embeds) else { continue };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for line in text.lines().filter_map(|line| line.strip_prefix("//go:embed ")) {
            for pattern in embed_patterns(line) {
                let wanted = clean(&format!("{folder}/{pattern}"));
                let wanted = wanted.trim_start_matches('/');
                let all = view.all_sources(wanted);
                let Some(hidden) = all.first().filter(|_| all.iter().all(|it| !view.is_sent(it))) else { continue };
                let Some(decided) = ignore.decided_by(hidden).filter(|_| !is_copied_from_a_stage(view, wanted)) else {
                    continue;
                };
                if !seen.contains(&decided.span) {
                    seen.push(decided.span);
                    findings
                        .in_ignore_file(decided.span, format!("this hides `{hidden}`, which `{path}` embeds"))
                        .help(format!("take it in again below: `!{hidden}`"));
                }
            }
        }
    }
}

/// Whether another stage fills a folder of that name, such as the one that builds a front end.
fn is_copied_from_a_stage(view: &View<'_>, wanted: &str) -> bool {
    let wanted = wanted.trim_end_matches(['/', '*']);
    view.each().any(|(_, _, instruction)| {
        let (Body::Copy(copy), Some(_)) = (&instruction.body, instruction.flag("from")) else { return false };
        let target = copy.destination.as_ref().map_or("", |target| target.value.trim_end_matches('/'));
        target.strip_suffix(wanted).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    })
}
