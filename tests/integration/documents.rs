//! Generated documentation is what the tables say; `UPDATE_DOCS=1` writes it anew.

use std::fmt::Write;

use dockgen::catalog::{data_as_of, images, natives, products, runtimes};
use dockgen::languages::LANGUAGES;
use dockgen::plan::{Kind, QUESTIONS};

use crate::support::root;

/// Compares a generated page with the committed one, or writes it.
pub fn is_current(path: &str, text: &str) {
    let file = root().join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert!(committed == text, "{path} is out of date; run UPDATE_DOCS=1 cargo test documents");
}

#[test]
fn base_images() {
    let mut page = String::from("# Base images, versions and native packages\n\n");
    let date = data_as_of();
    writeln!(
        page,
        "What dockgen knows about the outside world, as of {date}. Generated from the tables in `src/catalog/`.\n"
    )
    .unwrap();
    page.push_str("## Images to build on\n\n| Name | Reference | Lines | Source |\n|---|---|---|---|\n");
    for image in images() {
        let lines = image.cycles.join(", ");
        writeln!(page, "| {} | `{}` | {lines} | <{}> |", image.id, image.reference, image.source).unwrap();
    }
    page.push_str("\n## Images to run on\n\n");
    page.push_str(
        "| Family | User | Kind | Reference | Lines | Entrypoint | Source |\n|---|---|---|---|---|---|---|\n",
    );
    for image in runtimes() {
        let family = image.family();
        let entrypoint = image.entrypoint.join(" ");
        let (lines, source) = (image.cycles.join(", "), &image.source);
        writeln!(
            page,
            "| {} | {}:{} | {} | `{}` | {lines} | {entrypoint} | <{source}> |",
            family.name, family.user, family.group, image.kind, image.reference
        )
        .unwrap();
    }
    for product in products() {
        writeln!(
            page,
            "\n## {}\n\nSource: <{}>\n\n| Line | Released | Long-term | End of life |\n|---|---|---|---|",
            product.name, product.source
        )
        .unwrap();
        for line in &product.cycles {
            let ended = if line.has_ended() { " (ended)" } else { "" };
            let long = if line.long_term { "yes" } else { "" };
            let codename = line.codename.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
            let end = line.end_of_life.as_deref().unwrap_or("with a later line");
            writeln!(page, "| {}{codename} | {} | {long} | {end}{ended} |", line.name, line.released).unwrap();
        }
    }
    for language in LANGUAGES.iter().filter(|language| !natives(language.name()).is_empty()) {
        writeln!(
            page,
            "\n## Native packages of {}\n\n| Package | Build | Run | Note |\n|---|---|---|---|",
            language.title()
        )
        .unwrap();
        for native in natives(language.name()) {
            writeln!(
                page,
                "| {} | {} | {} | {} |",
                native.name,
                native.build.join(" "),
                native.run.join(" "),
                native.note
            )
            .unwrap();
        }
    }
    is_current("docs/base-images.md", &page);
}

#[test]
fn questions() {
    let mut page = String::from("# Questions\n\n");
    page.push_str("A key is the flag `--KEY`, the key in `dockgen.toml` beside the application, and the field under `answers` in JSON. ");
    page.push_str("Which of them an application has depends on its language and on the answers before. ");
    page.push_str("`none` says that nothing is wanted. Generated from the table in `src/plan/question.rs`.\n\n");
    page.push_str("| Key | Answer | The wizard asks | What it decides |\n|---|---|---|---|\n");
    for question in QUESTIONS {
        let answer = match question.kind {
            Kind::Choice => "one of the choices",
            Kind::Text => "text, or `none`",
            Kind::Port => "1 to 65535, or `none`",
            Kind::HttpPath => "the path of a URL, or `none`",
            Kind::CommandLine => "a program and its arguments",
            Kind::Registry => "a registry, perhaps with folders, or `none`",
        };
        writeln!(page, "| `{}` | {answer} | {} | {} |", question.key, question.prompt, question.help).unwrap();
    }
    page.push_str("\nFor example:\n\n```toml\nversion = \"24\"\nport = 8080\nstart = \"node server.js\"\n```\n");
    is_current("docs/questions.md", &page);
}

#[test]
fn every_dependency_is_justified() {
    let page = std::fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let manifest: toml::Table = std::fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    for name in manifest["dependencies"].as_table().unwrap().keys() {
        let family = name.split('_').next().unwrap_or_default();
        let is_there = page.contains(&format!("`{name}`")) || page.contains(&format!("`{family}_*`"));
        assert!(is_there, "docs/dependencies.md does not say what `{name}` is for");
    }
}
