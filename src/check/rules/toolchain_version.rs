//! The compiler or interpreter of the image is older than the project asks for.
//!
//! `go.mod`, `engines`, `requires-python`, `rust-version` and the release of the POM say what the sources need. The build ends with a
//! message about a version, or, with Node, installs what does not work.
//!
//! ```text go.mod
//! module example.org/server
//! go 1.26
//! ```
//!
//! ### Problematic
//! ```dockerfile
//! FROM golang:1.18
//! WORKDIR /src
//! COPY . .
//! RUN go build -o /server .
//! ```
//!
//! ### Better
//! ```dockerfile
//! FROM golang:1.27-trixie
//! WORKDIR /src
//! COPY . .
//! RUN go build -o /server .
//! ```

use crate::check::view::{Base, StageView};
use crate::check::{Findings, Rule, Severity, View};
use crate::dockerfile::{Body, clean};
use crate::path::{is_inside, parent};

/// The rule.
pub static RULE: Rule =
    Rule::new("toolchain-version", Severity::Error, &[], include_str!("toolchain_version.rs"), check);

fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    for stage in &view.stages {
        let Base::Image(image) = &stage.base else { continue };
        let Some((product, version)) = image.toolchain() else { continue };
        let Some(tool) = TOOLS.iter().find(|tool| tool.product == product) else { continue };
        let builds =
            stage.instructions.iter().flat_map(|it| view.commands(it)).any(|it| tool.programs.contains(&it.program()));
        let Some(wanted) = (if builds { wanted(view, stage, tool) } else { None }) else { continue };
        if (tool.fits)(&version, &wanted) == Some(false) {
            let finding = findings.at(
                stage.stage.from.image.span,
                format!("{} {version} is here, and `{}` asks for {wanted}", tool.name, tool.manifest),
            );
            finding.help(format!("take an image whose {} fits", tool.name));
            if tool.product == "node" {
                // npm only warns.
                finding.severity(Severity::Warning);
            }
        }
    }
}

/// A language's tool and what says which version of it a project needs.
struct Tool {
    product: &'static str,
    name: &'static str,
    programs: &'static [&'static str],
    manifest: &'static str,
    /// What the manifest asks for.
    wanted: fn(&str) -> Option<String>,
    /// Whether a version, perhaps without its last parts, can be what is asked for; nothing where it can't be told.
    fits: fn(&str, &str) -> Option<bool>,
}

const TOOLS: &[Tool] = &[
    Tool { product: "go", name: "Go", programs: &["go"], manifest: "go.mod", wanted: of_go, fits: at_least },
    Tool {
        product: "node",
        name: "Node",
        programs: &["npm", "yarn", "pnpm", "node"],
        manifest: "package.json",
        wanted: of_node,
        fits: in_node_range,
    },
    Tool {
        product: "python",
        name: "Python",
        programs: &["pip", "pip3", "python", "python3", "uv", "poetry", "pdm"],
        manifest: "pyproject.toml",
        wanted: of_python,
        fits: in_python_range,
    },
    Tool {
        product: "rust",
        name: "Rust",
        programs: &["cargo"],
        manifest: "Cargo.toml",
        wanted: of_rust,
        fits: at_least,
    },
    Tool {
        product: "java",
        name: "Java",
        programs: &["mvn", "mvnw"],
        manifest: "pom.xml",
        wanted: of_java,
        fits: at_least,
    },
];

/// What the manifest at the root of the context asks for, or the only one that there is, where the stage copies its folder.
fn wanted(view: &View<'_>, stage: &StageView<'_>, tool: &Tool) -> Option<String> {
    let text = view.context.read(tool.manifest).or_else(|| {
        let mut all = view.context.named(tool.manifest);
        let first = all.next()?;
        let is_only = all.next().is_none();
        (is_only && copies(stage, parent(first))).then(|| view.context.read(first)).flatten()
    })?;
    (tool.wanted)(&text)
}

/// Whether a stage copies something of a folder of the context by its name.
fn copies(stage: &StageView<'_>, folder: &str) -> bool {
    let sources = stage.instructions.iter().filter_map(|instruction| match &instruction.body {
        Body::Copy(copy) | Body::Add(copy) if instruction.flag("from").is_none() => Some(&copy.sources),
        _ => None,
    });
    sources.flatten().any(|source| is_inside(clean(&format!("/{}", source.value)).trim_start_matches('/'), folder))
}

fn of_go(text: &str) -> Option<String> {
    text.lines().find_map(|line| Some(line.trim().strip_prefix("go ")?.trim().to_owned()))
}

fn of_node(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(value["engines"]["node"].as_str()?.to_owned())
}

fn of_python(text: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(text).ok()?;
    Some(table.get("project")?.get("requires-python")?.as_str()?.to_owned())
}

fn of_rust(text: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(text).ok()?;
    let of = |table: &toml::Value| Some(table.get("rust-version")?.as_str()?.to_owned());
    table.get("package").and_then(of).or_else(|| of(table.get("workspace")?.get("package")?))
}

fn of_java(text: &str) -> Option<String> {
    let document = roxmltree::Document::parse(text).ok()?;
    let properties = document.root_element().children().find(|it| it.has_tag_name_anywhere("properties"))?;
    let value = |name: &str| properties.children().find(|it| it.has_tag_name_anywhere(name))?.text().map(str::trim);
    let names = ["maven.compiler.release", "maven.compiler.target", "java.version", "maven.compiler.source"];
    let text = names.iter().find_map(|name| value(name).filter(|text| !text.contains("${")))?;
    Some(text.strip_prefix("1.").unwrap_or(text).to_owned())
}

/// An element by its name, in whatever namespace.
trait Anywhere {
    fn has_tag_name_anywhere(&self, name: &str) -> bool;
}

impl Anywhere for roxmltree::Node<'_, '_> {
    fn has_tag_name_anywhere(&self, name: &str) -> bool {
        self.tag_name().name() == name
    }
}

/// Whether a version is at least another one, as far as both are given.
fn at_least(version: &str, wanted: &str) -> Option<bool> {
    let numbers = |text: &str| text.split('.').map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>();
    let (version, wanted) = (numbers(version)?, numbers(wanted)?);
    let shared = version.len().min(wanted.len());
    Some(version[..shared] >= wanted[..shared])
}

fn in_node_range(version: &str, wanted: &str) -> Option<bool> {
    let (version, wanted) = (nodejs_semver::Range::parse(version).ok()?, nodejs_semver::Range::parse(wanted).ok()?);
    Some(version.allows_any(&wanted))
}

fn in_python_range(version: &str, wanted: &str) -> Option<bool> {
    let wanted: pep440_rs::VersionSpecifiers = wanted.parse().ok()?;
    let full = version.split('.').count() > 2;
    let tried = if full { vec![version.to_owned()] } else { vec![format!("{version}.0"), format!("{version}.99")] };
    let fits = tried.iter().filter_map(|version| version.parse().ok()).any(|version| wanted.contains(&version));
    Some(fits)
}
