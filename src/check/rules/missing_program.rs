//! What the image starts is not in it.
//!
//! On distroless and scratch all that is there was copied, so that can be told: the program, and the script or jar that it is given,
//! looked for through `WORKDIR` and every `COPY`.
//!
//! ```js src/server.js
//! console.log("hello")
//! ```
//!
//! ### Problematic
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! WORKDIR /app
//! COPY src ./src
//! USER 65532:65532
//! CMD ["server.js"]
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM gcr.io/distroless/nodejs24-debian13:nonroot
//! WORKDIR /app
//! COPY src ./src
//! USER 65532:65532
//! CMD ["src/server.js"]
//! ```

use crate::check::presence::installs;
use crate::check::{Findings, Presence, Rule, Severity, View};
use crate::dockerfile::Text;

/// The rule.
pub static RULE: Rule = Rule::new("missing-program", Severity::Error, &[], include_str!("missing_program.rs"), check);

/// Programs that start the one behind `--`, or their first operand.
const WRAPPERS: &[&str] = &["tini", "tini-static", "dumb-init", "catatonit"];

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    run_programs(view, findings);
    let Some(start) = view.start() else { return };
    let Some(words) = start.words().filter(|words| !words.is_empty()) else {
        return;
    };
    if !view.is_bare(start.stage) {
        return;
    }
    let mut words = words.as_slice();
    while let [program, rest @ ..] = words {
        // a module of WebAssembly is not looked for in PATH: its runtime opens it
        let is_module = program.value.ends_with(".wasm");
        if !is_module && view.has_no_program(start.stage, &program.value) {
            findings
                .at(program.span, format!("`{}` is not in the image", program.value))
                .help("copy it there, or name its absolute path");
            return;
        }
        let name = program.value.rsplit('/').next().unwrap_or_default();
        if !WRAPPERS.contains(&name) {
            examine_script(view, start.stage, name, rest, findings);
            return;
        }
        let skip = rest
            .iter()
            .position(|word| word.value == "--")
            .map_or_else(|| rest.iter().take_while(|word| word.value.starts_with('-')).count(), |place| place + 1);
        words = &rest[skip..];
    }
}

/// Looks at what is run while the image is built.
fn run_programs(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, at, instruction) in view.each() {
        let Some(image) = view.root_image(stage.index) else { continue };
        for command in view.commands(instruction) {
            let Some(word) = command.words.first().filter(|word| image.lacks(&word.value)) else { continue };
            // What is tried first, or has an alternative, may be missing.
            let text = instruction.arguments.as_str();
            let is_tried =
                text.contains("||") || text.contains("command -v") || text.contains("which ") || text.contains("if ");
            let own = view.commands(instruction).iter().any(|command| installs(command, &word.value));
            if !is_tried && !own && view.lacks_program(stage.index, at, &word.value) {
                let tag = image.tag.as_deref().unwrap_or("latest");
                findings
                    .at(word.span, format!("`{}` is not in `{}:{tag}`", word.value, image.repository))
                    .help("install it first, or do without: `ADD` downloads, and `--mount=type=bind` lends a program");
            }
        }
    }
}

/// Looks for the file that an interpreter is given.
fn examine_script(view: &View<'_>, stage: usize, interpreter: &str, arguments: &[Text], findings: &mut Findings<'_>) {
    let script = if interpreter == "java" {
        arguments.iter().skip_while(|word| word.value != "-jar").nth(1)
    } else if interpreter == "node" || interpreter.starts_with("python") {
        // Flags with a value of their own, and code on the command line, hide which word is the script.
        arguments.first().filter(|word| !word.value.starts_with('-'))
    } else {
        None
    };
    let Some(script) = script else { return };
    let Some(path) = view.started_path(stage, &script.value) else {
        return;
    };
    let endings: &[&str] = if interpreter == "node" {
        &["", ".js", ".cjs", ".mjs", "/index.js", "/package.json", ".json", ".node"]
    } else {
        &[""]
    };
    if endings.iter().all(|ending| view.presence(stage, &format!("{path}{ending}")) == Presence::Absent) {
        findings
            .at(script.span, format!("`{interpreter}` is given `{path}`, which is not in the image"))
            .help("nothing that is copied puts it there: check `WORKDIR`, the copies and the path");
    }
}
