//! Generated documentation is what the tables say; `UPDATE_DOCS=1` writes it anew.

use std::fmt::Write;

use dockgen::catalog::{data_as_of, images, natives, products, runtimes};
use dockgen::languages::LANGUAGES;
use dockgen::plan::{Kind, QUESTIONS};
use syn::spanned::Spanned;

use crate::scratch::Scratch;
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
            family.name,
            image.user.unwrap_or(family.user),
            image.user.unwrap_or(family.group),
            image.kind,
            image.reference
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
            Kind::Choice if question.values.is_empty() => "one of the choices".to_owned(),
            Kind::Choice => question.values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "),
            kind => answer_of(kind).to_owned(),
        };
        writeln!(page, "| `{}` | {answer} | {} | {} |", question.key, question.prompt, question.help).unwrap();
    }
    page.push_str("\nAn application takes those of a list that fit it: `dockgen explain KEY` says which, and why one was taken.\n");
    page.push_str("\nFor example:\n\n```toml\nversion = \"24\"\nport = 8080\nstart = \"node server.js\"\n```\n");
    page.push_str(PROGRAMS);
    is_current("docs/questions.md", &page);
}

const PROGRAMS: &str = r#"
Where a folder has several programs, each has a `Dockerfile.NAME`, and a table `[programs.NAME]` has the answers that are its own:

```toml
version = "1.26"

[programs.worker]
port = 9090
```

Editors know the keys by [schema/dockgen-toml.json](schema/dockgen-toml.json).
"#;

fn answer_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Choice => "one of the choices",
        Kind::Text => "text, or `none`",
        Kind::Port => "1 to 65535, or `none`",
        Kind::HttpPath => "the path of a URL, or `none`",
        Kind::CommandLine => "a program and its arguments",
        Kind::Switch => "`yes` or `no`",
        Kind::Packages => "names with commas between, or `none`",
        Kind::Registry => "a registry, perhaps with folders, or `none`",
    }
}

#[test]
fn each_finding_of_the_page_on_trust_names_its_tests() {
    let page = std::fs::read_to_string(root().join("docs/trust.md")).unwrap();
    let mut sources = String::new();
    let mut open = vec![root().join("src"), root().join("tests")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| S")).collect();
    for row in &rows {
        let tests: Vec<&str> =
            row.trim_end_matches('|').rsplit(" | ").next().unwrap().split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "no test: {row}");
        for test in tests {
            let name = test.rsplit("::").next().unwrap();
            assert!(sources.contains(&format!("fn {name}(")), "`{test}` is no test: {row}");
        }
    }
    for number in 1..=20 {
        let is_there =
            |row: &&str| row.split(" | ").next().unwrap().split([' ', ',']).any(|it| it == format!("S{number}"));
        assert_eq!(rows.iter().filter(|row| is_there(row)).count(), 1, "S{number}");
    }
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

/// A field: its name, its type, and what is said of it.
type FieldRow = (String, String, String);

/// The fields of the types of the plan, as the templates see them: name, type and what is said of it.
fn fields(file: &str) -> Vec<(String, Vec<FieldRow>)> {
    let text = std::fs::read_to_string(root().join("src/plan/model").join(file)).unwrap();
    let parsed = syn::parse_file(&text).unwrap();
    let about = |attributes: &[syn::Attribute]| {
        let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
            syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        });
        lines.collect::<Vec<_>>().join(" ")
    };
    let of_struct = |item: &syn::Item| {
        let syn::Item::Struct(item) = item else { return None };
        // what is left out of the JSON of a plan is given to no template
        let is_given = |field: &&syn::Field| {
            let is_serde = |it: &&syn::Attribute| it.path().is_ident("serde");
            let is_skipped =
                |it: &syn::Attribute| it.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "skip");
            !field.attrs.iter().filter(is_serde).any(is_skipped)
        };
        let fields = item.fields.iter().filter(is_given).filter_map(|field| {
            let kind = field.ty.span().source_text()?;
            Some((field.ident.as_ref()?.to_string(), kind, about(&field.attrs)))
        });
        let is_public = matches!(item.vis, syn::Visibility::Public(_));
        is_public.then(|| (item.ident.to_string(), fields.collect()))
    };
    parsed.items.iter().filter_map(of_struct).collect()
}

#[test]
fn templates() {
    let mut page = String::from(TEMPLATES);
    writeln!(page, "The version of what is described here is {}.", dockgen::render::TEMPLATES_VERSION).unwrap();
    for (title, file) in [
        ("All templates", "mod.rs"),
        ("Steps", "script.rs"),
        ("Go", "go.rs"),
        ("Java", "java.rs"),
        ("Node", "node.rs"),
        ("Python", "python.rs"),
        ("Rust", "rust.rs"),
    ] {
        writeln!(page, "\n## {title}").unwrap();
        // the plan itself is no field of a template, but what it is made of
        for (name, fields) in fields(file).into_iter().filter(|(name, _)| name != "BuildPlan") {
            writeln!(page, "\n### {name}\n\n| Field | Type | What it is |\n|---|---|---|").unwrap();
            for (field, kind, about) in fields {
                writeln!(page, "| `{field}` | `{kind}` | {about} |").unwrap();
            }
        }
    }
    is_current("docs/templates.md", &page);
}

const TEMPLATES: &str = "\
# Templates of your own

Files are made from [Tera](https://keats.github.io/tera/) templates. A template in `.dockgen/templates/` of the repository, or in
`dockgen/templates/` below the folder for a user's configuration (`~/.config`), stands in for the one of the same name; the
repository's come first. What a user has for all projects is not in the repository: where a gate compares files, keep it there.

```sh
dockgen templates list                     # all of them, and where each comes from
dockgen templates show node/server         # as it is used
dockgen templates eject node/server        # a copy in .dockgen/templates, to be changed
```

Most of the time a block is enough. It is empty, and every Dockerfile includes it:

| File below `.dockgen/templates/` | Where its text goes |
|---|---|
| `_blocks/packages.tera` | the build stage, before the dependencies are installed |
| `_blocks/before_build.tera` | the build stage, between the copy of the sources and the build |
| `_blocks/environment.tera` | the final stage, behind its variables |
| `_blocks/labels.tera` | the final stage, before `USER` |

The final stage as a whole is `go/_final`, `java/_run`, `python/_final`, `rust/_final`, and the end of each template of `node/`. A
template may include others of your own.

- A template that does not parse, a name that it is not given, a filter that there is not: an error with file, line, and what there is.
- The self-check reads what came of it: an image that could not be built is refused.
- A line that holds a tag and nothing else leaves no line behind.
- Filters make a value from the repository safe for its place: `env` for the value of an ENV, `json` for the exec form, `copy` for the
  words of a COPY, `sh` and `words` for a shell, `script` for the commands of a RUN, `path`, `pattern`, `variable`, `comment`.
- The first line of an ejected template says for which version of this page it was made, `{# dockgen templates 1 #}`: a dockgen with
  another one refuses it, by its line.

## What templates are given

A template is given the fields of `FinalStage` and those of its own recipe, and beside them `app_shape`, `app_folder`, `dockerfile` and
`ignore`. ";

/// What the hooks of pre-commit and the action run is a command that there is; README names the hooks.
#[test]
fn hooks_and_the_action_run_what_there_is() {
    let read = |path: &str| -> serde_json::Value {
        serde_saphyr::from_str(&std::fs::read_to_string(root().join(path)).unwrap()).unwrap()
    };
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (hooks, action) = (read(".pre-commit-hooks.yaml"), read("action.yml"));
    let names = |key: &str| -> Vec<String> {
        hooks.as_array().unwrap().iter().map(|hook| hook[key].as_str().unwrap().to_owned()).collect()
    };
    assert!(names("id").iter().all(|id| readme.contains(&format!("id: {id} "))), "{:?}", names("id"));
    let arguments = format!("dockgen {}", action["inputs"]["arguments"]["default"].as_str().unwrap());
    let scratch = Scratch::new([("Dockerfile", "FROM scratch\nUSER 1000\nCMD [\"/a\"]\n")]);
    for entry in names("entry").into_iter().chain([arguments]) {
        let words: Vec<&str> = entry.split(' ').skip(1).chain(["--help"]).collect();
        scratch.run(&words).prints(0, &["Usage: dockgen"]);
    }
}
