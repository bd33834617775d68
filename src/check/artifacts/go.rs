//! What `go build` makes.

use crate::check::View;
use crate::check::artifacts::{Effect, Output};
use crate::check::shell::Simple;
use crate::check::view::join;

/// Subcommands that leave no file that is copied.
const HARMLESS: &[&str] = &["mod", "env", "version", "vet", "test", "fmt", "list", "clean", "work", "get", "telemetry"];
/// Flags that take the next word as their value.
const VALUED: &[&str] =
    &["-o", "-C", "-ldflags", "-tags", "-gcflags", "-asmflags", "-mod", "-modfile", "-p", "-buildmode", "-overlay"];

/// What a call of `go` does.
pub(super) fn effect(view: &View<'_>, command: &Simple, folder: &str, outputs: &[Output]) -> Effect {
    let mut words = command.arguments();
    match words.next() {
        Some("build") => {}
        Some("install") => return Effect::Makes(vec![Output::Folder("/go/bin".to_owned())]),
        Some(verb) if HARMLESS.contains(&verb) => return Effect::None,
        _ => return Effect::Unknown,
    }
    let mut packages = Vec::new();
    let mut output = None;
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        if word.contains('$') && !word.starts_with("-ldflags") && !word.starts_with("-tags") && !word.contains(' ') {
            return Effect::Unknown;
        }
        if let Some(value) = word.strip_prefix("-o=").or_else(|| word.strip_prefix("--o=")) {
            output = Some(value);
        } else if VALUED.contains(&word) {
            let value = words.next();
            match (word, value) {
                ("-o", value) => output = value,
                ("-C", _) => return Effect::Unknown,
                _ => {}
            }
        } else if !word.starts_with('-') {
            packages.push(word);
        }
    }
    if output.is_some_and(|output| output.contains('$')) {
        return Effect::Unknown;
    }
    let several = packages.len() > 1 && !packages.iter().all(|it| it.ends_with(".go"))
        || packages.iter().any(|it| it.contains("..."));
    let Some(output) = output else {
        if several {
            return Effect::None;
        }
        let name = match packages.first() {
            None | Some(&".") => module_name(view),
            Some(package) => Some(
                package.trim_end_matches('/').rsplit('/').next().unwrap_or_default().trim_end_matches(".go").to_owned(),
            ),
        };
        let path = name.and_then(|name| join(Some(folder), &name));
        return path.map_or(Effect::Unknown, |path| Effect::Makes(vec![Output::File(path)]));
    };
    let Some(path) = join(Some(folder), output) else { return Effect::Unknown };
    let is_folder = output.ends_with('/') || several || path == folder || matches!(output, "." | "..");
    let is_known_folder =
        outputs.contains(&Output::Folder(path.clone())) || outputs.contains(&Output::File(path.clone()));
    Effect::Makes(vec![if is_folder || is_known_folder { Output::Folder(path) } else { Output::File(path) }])
}

/// The last part of the module's path: the name that a program has when nobody gives one.
fn module_name(view: &View<'_>) -> Option<String> {
    let text = view.context.read("go.mod")?;
    let module = text.lines().find_map(|line| line.trim().strip_prefix("module "))?.trim().trim_matches('"').to_owned();
    let mut parts = module.rsplit('/');
    let last = parts.next()?;
    // A major version is no name.
    let is_version =
        last.strip_prefix('v').is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()));
    Some(if is_version { parts.next()?.to_owned() } else { last.to_owned() })
}
