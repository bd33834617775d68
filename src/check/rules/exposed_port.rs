//! An `EXPOSE` that is no port, that the user may not open, or that is not the one the program uses.
//!
//! Ports below 1024 are root's on some engines and clusters. A port that nothing listens on misleads whoever runs the image.
//!
//! ### Problematic
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! USER 65532:65532
//! EXPOSE 80
//! CMD ["/app/server.js"]
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! USER 65532:65532
//! EXPOSE 8080
//! CMD ["/app/server.js"]
//! ```

use std::rc::Rc;

use crate::analysis::listen::{asks_others, listeners, may_listen};
use crate::analysis::settings_file::fills_fields;
use crate::analysis::{Found, Program};
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Text};
use crate::repo::Document;
use crate::source::{self, Index, Language, is_test};

/// The rule.
pub static RULE: Rule = Rule::new(
    "exposed-port",
    Severity::Warning,
    &["DL3011", "ExposeInvalidFormat", "ExposeProtoCasing"],
    include_str!("exposed_port.rs"),
    check,
);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let Some(last) = view.last().map(|last| last.index) else {
        return;
    };
    let mut exposed: Vec<(Text, u16)> = Vec::new();
    for (stage, at, instruction) in view.each() {
        let Body::Expose(ports) = &instruction.body else {
            continue;
        };
        for port in ports {
            let Some(text) = view.expand(stage.index, at, port.written()) else {
                continue;
            };
            let (mapped, own) = text.rsplit_once(':').map_or((None, text.as_str()), |(host, own)| (Some(host), own));
            if mapped.is_some() && range(own).is_some() {
                findings
                    .at(port.span, format!("`{text}` names a port or an address of the host, which is left out"))
                    .code(Some("ExposeInvalidFormat"))
                    .help(format!("write `EXPOSE {own}`, and publish it: `--publish {text}`"));
            }
            match range(own) {
                None => {
                    findings
                        .at(port.span, format!("`{text}` is no port"))
                        .severity(Severity::Error)
                        .help("write a number from 1 to 65535, a range, and perhaps `/tcp` or `/udp`");
                }
                Some((low, high)) => {
                    let is_final = view.chain(last).iter().any(|it| it.index == stage.index);
                    if is_final && low < 1024 && view.is_unprivileged() {
                        findings
                            .at(port.span, format!("port {low} is below 1024, and the user is not root"))
                            .help("let the application listen on 8080, and publish that: `--publish 80:8080`");
                    }
                    exposed.extend((is_final && low == high).then(|| (port.clone(), low)));
                }
            }
        }
    }
    if let Some((first, _)) = exposed.first()
        && let Some(used) = used_port(view)
        && exposed.iter().all(|(_, port)| *port != used)
    {
        findings
            .at(first.span, format!("the program listens on port {used}, and `EXPOSE` says {}", first.value))
            .help(format!("write `EXPOSE {used}`"));
    }
}

/// The ends of a port or a range, when both are ports.
fn range(text: &str) -> Option<(u16, u16)> {
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    if !matches!(protocol.to_ascii_lowercase().as_str(), "tcp" | "udp" | "sctp") {
        return None;
    }
    let (low, high) = ports.split_once('-').unwrap_or((ports, ports));
    let (low, high): (u16, u16) = (low.parse().ok()?, high.parse().ok()?);
    (low > 0 && low <= high).then_some((low, high))
}

/// The port that the command line names, else the one in `PORT`, else the one that the sources state.
fn used_port(view: &View<'_>) -> Option<u16> {
    let start = view.start()?;
    let words = start.words().unwrap_or_default();
    let flags = ["--port", "--bind", "-b", "--http-port", "--listen"];
    let mut values = words.iter().enumerate().filter_map(|(place, word)| match word.value.split_once('=') {
        Some((flag, value)) if flags.contains(&flag) => Some(value),
        None if flags.contains(&word.value.as_str()) => words.get(place + 1).map(|next| next.value.as_str()),
        _ => None,
    });
    if let Some(port) = values.find_map(|value| value.rsplit(':').next()?.parse().ok()) {
        return Some(port);
    }
    let variable = |name: &str| view.expand(start.stage, usize::MAX, &format!("${name}"))?.parse().ok();
    variable("PORT").or_else(|| stated_port(view, &variable))
}

/// The port that the sources state, where they open just one; `variable` gives the value of a variable of the image.
fn stated_port(view: &View<'_>, variable: &dyn Fn(&str) -> Option<u16>) -> Option<u16> {
    let sources: Vec<&str> = view
        .context
        .files()
        .filter(|path| Language::of(path).is_some() && !is_test(path))
        .take(MOST_SOURCES + 1)
        .collect();
    if sources.len() > MOST_SOURCES {
        return None;
    }
    let document = |path: &str| Some(Document::new(path, view.context.read(path)?));
    let (likely, others): (Vec<Document>, Vec<Document>) =
        sources.into_iter().filter_map(document).partition(|it| may_listen(it.path(), it.text()));
    let mut files: Vec<Rc<Index>> = source::read_all(likely).into_iter().map(Rc::new).collect();
    // the other files are read where a name may lead into them
    if files.iter().any(|file| asks_others(file)) {
        files.extend(source::read_all(others).into_iter().map(Rc::new));
        files.sort_by(|a, b| a.path().cmp(b.path()));
    }
    let program = Program::of(files);
    let listeners = listeners(&program);
    let [listener] = listeners.as_slice() else { return None };
    // a file of settings may say another than the field that it fills
    let is_of_call = |found: &Found| found.file.path() == listener.file.path() && listener.call.place.has(&found.place);
    let is_of_field = listener.stated().is_some_and(|found| !is_of_call(&found));
    if is_of_field && fills_fields(&program) {
        return None;
    }
    let setting = listener.port_setting();
    match setting.as_ref().map(|setting| setting.variable()) {
        // What the command line says is not known here.
        Some(None) => None,
        Some(Some(name)) => variable(name).or_else(|| listener.port()),
        None => listener.port(),
    }
}

/// A project with more sources than this is not read for its port.
const MOST_SOURCES: usize = 60;
