//! A program needs a loader or a C library that the image does not have.
//!
//! The container ends with "no such file or directory", though the file is there: what is missing is the loader that it names. Go links
//! dynamically where cgo is on and there is a C compiler; Rust does for every target but musl.
//!
//! ```go main.go
//! package main
//!
//! import "net/http"
//!
//! func main() { http.ListenAndServe(":8080", nil) }
//! ```
//!
//! ### Problematic
//! ```dockerfile
//! FROM golang:1.27-trixie AS build
//! WORKDIR /src
//! COPY . .
//! RUN go build -o /server .
//! FROM gcr.io/distroless/static-debian13:nonroot
//! COPY --from=build /server /server
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM golang:1.27-trixie AS build
//! WORKDIR /src
//! COPY . .
//! RUN CGO_ENABLED=0 go build -o /server .
//! FROM gcr.io/distroless/static-debian13:nonroot
//! COPY --from=build /server /server
//! ```

use crate::catalog::System;
use crate::check::image::Image;
use crate::check::packages::Call;
use crate::check::view::Base;
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, Text};

/// The rule.
pub static RULE: Rule = Rule::new("dynamic-program", Severity::Error, &[], include_str!("dynamic_program.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for (stage, _, instruction) in view.each() {
        let (Body::Copy(copy), Some(from)) = (&instruction.body, instruction.flag("from")) else { continue };
        let Some(builder) = view.source_stage(from, stage.index) else { continue };
        let Some(builder_system) = view.root_image(builder).and_then(Image::system) else { continue };
        let Some(lack) = lack(view, stage.index, builder_system) else { continue };
        // Data is no program; and who copies libraries along, knows what is needed.
        let is_program = |source: &&Text| {
            let name = source.value.rsplit('/').next().unwrap_or_default();
            let is_system =
                ["/usr/", "/bin/", "/sbin/", "/etc/", "/lib"].iter().any(|folder| source.value.starts_with(folder));
            !is_system && !name.contains(['.', '*', '$']) && !name.is_empty()
        };
        let libraries = view.before(stage.index, usize::MAX).iter().any(|(_, it)| match &it.body {
            Body::Copy(copy) => copy
                .sources
                .iter()
                .any(|source| source.value.contains("/lib") || source.value.contains(".so") || source.value == "/"),
            _ => false,
        });
        if libraries || !copy.sources.iter().any(|source| is_program(&source)) {
            continue;
        }
        if let Some((tool, help)) = dynamic(view, builder, builder_system, &copy.sources) {
            findings.at(instruction.span, format!("{tool} links this dynamically, and {lack}")).help(help);
        }
    }
}

/// What a stage lacks to run a dynamic program of a system.
fn lack(view: &View<'_>, stage: usize, builder: System) -> Option<&'static str> {
    match (view.root(stage), builder) {
        (Base::Scratch, _) => Some("there is no loader in `scratch`"),
        (Base::Image(image), _) if image.distroless().is_some() => {
            let is_static = image.repository.rsplit('/').next().is_some_and(|name| name.starts_with("static"));
            let has_none = is_static && image.distroless()?.glibc.is_none();
            has_none.then_some("there is no loader in this image")
        }
        (Base::Image(image), System::Debian)
            if image.system() == Some(System::Alpine) && !brings_glibc(view, stage) =>
        {
            Some("Alpine has another C library")
        }
        _ => None,
    }
}

/// Whether a package, or a link in place of its loader, makes programs for glibc run on Alpine.
fn brings_glibc(view: &View<'_>, stage: usize) -> bool {
    let commands = view.commands_in(stage);
    let is_loader = |word: &str| word.rsplit('/').next().is_some_and(|name| name.starts_with("ld-linux"));
    if commands.iter().any(|command| command.program() == "ln" && command.arguments().any(is_loader)) {
        return true;
    }
    let mut packages = commands.iter().filter_map(|command| Call::of(command));
    packages.any(|call| {
        call.packages().iter().any(|package| package.value.contains("compat") || package.value.contains("glibc"))
    })
}

/// The tool that links dynamically in a stage, and what to do about it.
fn dynamic(view: &View<'_>, builder: usize, system: System, copied: &[Text]) -> Option<(&'static str, &'static str)> {
    let mut found = None;
    for (stage, instruction) in view.before(builder, usize::MAX) {
        let at =
            view.stages[stage].instructions.iter().position(|it| std::ptr::eq(it, instruction)).unwrap_or_default();
        let commands = view.commands(instruction);
        for command in commands {
            let words = || command.arguments().chain(command.assignments.iter().map(|word| word.value.as_str()));
            let is_static =
                words().any(|word| word.contains("static") || word.contains("musl") || word.contains("crt-static"));
            match (command.program(), command.arguments().next()) {
                ("go", Some("build" | "install")) if !is_static && system == System::Debian => {
                    let exported = commands.iter().any(|it| it.words.iter().any(|word| word.value == "CGO_ENABLED=0"));
                    let off = exported
                        || words().any(|word| word == "CGO_ENABLED=0" || word.contains("netgo"))
                        || view.expand(stage, at, "$CGO_ENABLED").as_deref() == Some("0");
                    if !off && uses_c(view) && !view.root_image(builder).is_some_and(|image| image.lacks("gcc")) {
                        found = Some(("Go", "build with `CGO_ENABLED=0`, or run on an image with glibc"));
                    }
                }
                ("cargo", Some("build" | "install")) if !is_static && system == System::Debian => {
                    let set = |name: &str| view.expand(stage, at, name).unwrap_or_default();
                    let target = set("$CARGO_BUILD_TARGET") + &set("$RUSTFLAGS") + &set("$CARGO_ENCODED_RUSTFLAGS");
                    let configured = ["Cargo.toml", ".cargo/config.toml", ".cargo/config"].iter().any(|path| {
                        view.context.read(path).is_some_and(|text| text.contains("musl") || text.contains("crt-static"))
                    });
                    let from_target = copied.iter().any(|source| source.value.contains("musl"));
                    if !target.contains("musl") && !target.contains("crt-static") && !configured && !from_target {
                        found = Some(("Rust", "run on `gcr.io/distroless/cc-debian13`, or build for a musl target"));
                    }
                }
                _ => {}
            }
        }
    }
    found
}

/// Whether the Go sources use a package that is built with C where it can be.
fn uses_c(view: &View<'_>) -> bool {
    let sources = view.context.files().filter(|path| path.ends_with(".go") && !path.ends_with("_test.go"));
    sources.take(MOST_SOURCES).filter_map(|path| view.context.read(path)).any(|text| {
        text.lines().any(|line| {
            matches!(
                line.trim().trim_start_matches("import ").trim(),
                "\"C\"" | "\"net\"" | "\"net/http\"" | "\"os/user\""
            )
        })
    })
}

/// No more sources than this are read.
const MOST_SOURCES: usize = 2_000;
