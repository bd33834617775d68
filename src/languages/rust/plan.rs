//! The build plan of a Cargo package.

use serde::Serialize;
use serde_json::Value;

use crate::catalog::{Image, required_image};
use crate::error::{Error, Result};
use crate::languages::Warning;
use crate::languages::rust::application::RustApplication;
use crate::languages::rust::manifest::Cargo;
use crate::plan::{Answers, BuildPlan, FinalStage, IgnoreSection, Variable};
use crate::render::image_name;
use crate::repo::{Repo, file_name, join, relative_to};

/// What the plan takes from the repository, read before any question is asked.
#[derive(Debug)]
pub struct Facts {
    /// Whether the answers of a database to the queries are kept in the repository.
    has_query_data: bool,
    /// Whether the release profile says what is stripped.
    says_strip: bool,
    /// The workspace's folder, from the root of the repository.
    workspace: String,
    /// Whether a build script asks git.
    wants_git: bool,
}

impl Facts {
    /// Reads them.
    pub fn read(repo: &Repo, package: &Cargo, workspace: &Cargo) -> Self {
        let profile = |key: &str| {
            workspace.manifest.get(&["profile", "release", key]).is_some_and(|value| *value != Value::Bool(false))
        };
        let has = |name: &str| {
            [&package.folder, &workspace.folder]
                .iter()
                .any(|folder| repo.has(&join(folder, name)) || repo.has_folder(&join(folder, name)))
        };
        let script = repo.read_optional(&join(&package.folder, "build.rs"));
        Self {
            has_query_data: has(".sqlx") || has("sqlx-data.json"),
            says_strip: profile("strip") || profile("debug"),
            workspace: workspace.folder.clone(),
            wants_git: script.is_some_and(|script| {
                script.text().contains("\"git\"") || script.text().contains(".git/") || script.text().contains("vergen")
            }),
        }
    }
}

/// What the template of Rust needs beside the final stage.
#[derive(Debug, Serialize)]
struct View {
    build_image: String,
    build_packages: Vec<String>,
    build_environment: Vec<Variable>,
    build_folder: String,
    cache_id: String,
    updates: Vec<String>,
    build: Vec<String>,
    binary: String,
    is_static: bool,
    tini: String,
    program: String,
    files: Vec<Vec<String>>,
    has_tini: bool,
    owns_folder: bool,
    library_roots: Vec<String>,
    loaded_libraries: Vec<String>,
    present_libraries: Vec<String>,
}

/// Makes the plan.
///
/// # Errors
/// When an answer can't be read as a command.
pub fn plan(application: &RustApplication, answers: &Answers) -> Result<BuildPlan> {
    let version = answers.get("version").unwrap_or_default();
    let is_static = answers.get("runtime") == Some("static");
    let run_image = required_image(if is_static { "static" } else { "cc" }, "")?;
    let binary = application.binary(answers);
    let context = application.app.context.as_str();
    let inside = relative_to(&application.facts.workspace, context);
    let build_folder = if inside == "." { "/build".to_owned() } else { format!("/build/{inside}") };
    let program = format!("/app/{}", binary.name);
    let mut build_packages: Vec<String> = application.needs.build.iter().cloned().collect();
    if application.source.is_server {
        build_packages.push("tini".into());
    }
    build_packages.sort();
    build_packages.dedup();
    let mut build: Vec<String> = ["cargo", "build", "--release"].map(str::to_owned).to_vec();
    if application.needs.is_locked && application.needs.updates.is_empty() {
        build.push("--locked".into());
    }
    build.extend(["--package".into(), application.package.clone(), "--bin".into(), binary.name.clone()]);
    if !binary.features.is_empty() {
        build.extend(["--features".into(), binary.features.join(",")]);
    }
    let source = &application.source;
    let files = source
        .files
        .iter()
        .map(|fact| {
            vec![format!("/build/{}", relative_to(&fact.value, context)), format!("/app/{}", file_name(&fact.value))]
        })
        .collect();
    let view = View {
        build_image: required_image("rust-build", version)?.reference,
        build_packages,
        build_environment: build_environment(application, is_static),
        build_folder,
        cache_id: format!("target-{}", image_name(&application.package)),
        updates: application.needs.updates.clone(),
        build,
        binary: binary.name.clone(),
        is_static,
        tini: tini(is_static).into(),
        program: program.clone(),
        files,
        has_tini: application.source.is_server,
        owns_folder: source.writes || !source.writable.is_empty(),
        library_roots: if application.needs.links && !is_static { vec![program.clone()] } else { Vec::new() },
        loaded_libraries: Vec::new(),
        present_libraries: run_image.libraries.clone(),
    };
    let last = final_stage(application, answers, &run_image, &program)?;
    let mut plan = BuildPlan::new("rust/program", &last, &view);
    plan.warnings = warnings(application, version);
    let mut build_output = vec!["**/target".to_owned()];
    if application.toolchain.pinned.is_some() {
        build_output.extend(application.toolchain.files.iter().map(|file| relative_to(file, context)));
    }
    plan.ignore = vec![IgnoreSection::new("Built again in the image, by its own toolchain", build_output)];
    Ok(plan)
}

/// The init of Debian's package: the static one where the runtime image has no C library.
fn tini(is_static: bool) -> &'static str {
    if is_static { "/usr/bin/tini-static" } else { "/usr/bin/tini" }
}

fn build_environment(application: &RustApplication, is_static: bool) -> Vec<Variable> {
    let mut variables = vec![Variable::new("CARGO_TARGET_DIR", "/build/target")];
    if !application.facts.says_strip {
        variables.push(Variable::new("CARGO_PROFILE_RELEASE_STRIP", "symbols"));
    }
    if application.facts.has_query_data {
        variables.push(Variable::new("SQLX_OFFLINE", "true"));
    }
    if application.toolchain.is_nightly() {
        variables.push(Variable::new("RUSTC_BOOTSTRAP", "1"));
    }
    if is_static {
        variables.push(Variable::new("RUSTFLAGS", "-C target-feature=+crt-static"));
    }
    variables.extend(application.needs.environment.iter().map(|(name, value)| Variable::new(name, value)));
    variables
}

fn final_stage(application: &RustApplication, answers: &Answers, image: &Image, program: &str) -> Result<FinalStage> {
    let port: Option<u16> = answers.some("port").and_then(|port| port.parse().ok());
    let source = &application.source;
    let mut environment = source.environment.clone();
    let uses_rocket = application.app.facts.iter().any(|fact| fact.name == "framework" && fact.value == "rocket")
        || source.files.iter().any(|fact| fact.value.ends_with("Rocket.toml"));
    if uses_rocket || source.port.as_ref().is_some_and(|port| port.evidence.quote.starts_with("rocket")) {
        environment.push(Variable::new("ROCKET_ADDRESS", "0.0.0.0"));
        environment.extend(port.map(|port| Variable::new("ROCKET_PORT", port.to_string())));
    }
    if let (true, Some(port)) = (source.reads_port, port) {
        environment.push(Variable::new("PORT", port.to_string()));
    }
    let start = answers.get("start").unwrap_or_default();
    let words = shlex::split(start).filter(|words| !words.is_empty()).ok_or_else(|| Error::BadAnswer {
        key: "start".into(),
        value: start.escape_debug().to_string(),
        message: "a quote is not closed, or nothing is there".into(),
        hint: "name the program and its arguments, e.g. `--start 'server --port 8080'`".into(),
    })?;
    let mut entrypoint = Vec::new();
    if source.is_server {
        entrypoint.extend([tini(answers.get("runtime") == Some("static")).to_owned(), "--".to_owned()]);
    }
    entrypoint.push(program.to_owned());
    let writable = source
        .writable
        .iter()
        .map(|fact| if fact.value.starts_with('/') { fact.value.clone() } else { format!("/app/{}", fact.value) });
    Ok(FinalStage {
        runtime_image: image.reference.clone(),
        environment,
        port,
        writable: writable.collect(),
        entrypoint,
        command: words.into_iter().skip(1).collect(),
        health_check: Vec::new(),
    })
}

fn warnings(application: &RustApplication, version: &str) -> Vec<Warning> {
    let mut warnings = application.needs.warnings.clone();
    warnings.extend(application.toolchain.warning(version));
    if let Some(evidence) = &application.source.loopback {
        let message = "an address in the source is the loopback interface, which nothing outside the container reaches";
        warnings.push(
            Warning::new(message).at(evidence.clone()).hint("see that the server listens on 0.0.0.0 in the container"),
        );
    }
    if let Some(evidence) = application.source.checked_queries.as_ref().filter(|_| !application.facts.has_query_data) {
        let message =
            "queries are checked against a database while the program compiles, and the repository keeps no answers";
        warnings.push(
            Warning::new(message).at(evidence.clone()).hint("run `cargo sqlx prepare` and commit the folder `.sqlx`"),
        );
    }
    if application.facts.wants_git {
        warnings.push(
            Warning::new("a build script asks git, and the build context has no `.git`")
                .hint("see that the build script works without it"),
        );
    }
    for fact in &application.source.writable {
        warnings.push(
            Warning::new(format!(
                "the application writes `{}`; it belongs to the user of the container and is a volume",
                fact.value
            ))
            .at(fact.evidence.clone())
            .hint("keep it with `docker run --volume`"),
        );
    }
    warnings
}
