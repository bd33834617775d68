//! The build plan of a Cargo package.

use serde_json::Value;

use crate::analysis::Setting;
use crate::catalog::{Runtime, required_image, required_runtime};
use crate::dockerfile::literal_pattern;
use crate::error::{Error, Result};
use crate::languages::front_end_stage::stage;
use crate::languages::rebound::Rebound;
use crate::languages::rust::manifest::Cargo;
use crate::languages::rust::plan::RustApplication;
use crate::languages::rust::plan::warnings::warnings;
use crate::path::{file_name, relative_to};
use crate::plan::model::rust::Program;
use crate::plan::{Answers, BuildPlan, FinalStage, IgnoreSection, Recipe, Variable};

/// What the plan takes from the manifests, read before any question is asked.
#[derive(Debug)]
pub struct Facts {
    /// Whether the release profile says what is stripped.
    says_strip: bool,
    /// Whether the package has features beside the default ones.
    pub has_features: bool,
    /// The workspace's folder, from the root of the repository.
    pub workspace: String,
    /// The package's folder, from the root of the repository.
    folder: String,
    /// The address of the repository, where the manifest states one.
    pub address: Option<String>,
}

impl Facts {
    /// Reads them.
    pub fn read(package: &Cargo, workspace: &Cargo) -> Self {
        let profile = |key: &str| {
            workspace.manifest.get(&["profile", "release", key]).is_some_and(|value| *value != Value::Bool(false))
        };
        Self {
            has_features: package.manifest.names(&["features"]).iter().any(|name| *name != "default"),
            says_strip: profile("strip") || profile("debug"),
            workspace: workspace.folder.clone(),
            folder: package.folder.clone(),
            address: package.package_field(workspace, "repository").map(|fact| fact.value),
        }
    }
}

/// Makes the plan.
///
/// # Errors
/// When an answer can't be read as a command.
pub fn plan(application: &RustApplication, answers: &Answers) -> Result<BuildPlan> {
    let version = answers.get("version").unwrap_or_default();
    let runtime = answers.get("runtime").unwrap_or("cc");
    let is_static = runtime == "static";
    let is_cooked = answers.get("cache") == Some("layer");
    let run_image = required_runtime(runtime, "")?;
    let binary = application.binary(answers);
    let context = application.app.context.as_str();
    let in_image = |path: &str| match relative_to(path, context).as_str() {
        "." | "" => "/build".to_owned(),
        inside => format!("/build/{inside}"),
    };
    let entrypoint = &application.entrypoint;
    let build_folder = in_image(&application.facts.workspace);
    let target_folder = if is_cooked { format!("{build_folder}/target") } else { "/build/target".to_owned() };
    let program = format!("/app/{}", binary.name);
    let selection = selection(application, answers);
    let is_locked = application.needs.is_locked && application.needs.updates.is_empty();
    let locked = is_locked.then(|| "--locked".to_owned());
    let words = |words: &[&str]| -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).chain(locked.clone()).chain(selection.clone()).collect()
    };
    let database =
        entrypoint.queries.as_ref().filter(|queries| !queries.has_answers).and_then(|it| it.database.as_ref());
    let files = entrypoint.files.iter().map(|fact| {
        let base = if fact.value.starts_with(&application.facts.folder) {
            &application.facts.folder
        } else {
            &application.facts.workspace
        };
        vec![in_image(&fact.value), format!("/app/{}", relative_to(&fact.value, base))]
    });
    let front_ends = application.build.front_ends.iter().enumerate();
    let served = application
        .build
        .front_ends
        .iter()
        .filter(|it| entrypoint.opened.iter().any(|fact| it.wanted.ends_with(&fact.value)));
    let served = served.map(|it| {
        let opened = entrypoint.opened.iter().find(|fact| it.wanted.ends_with(&fact.value));
        vec![in_image(&it.wanted), format!("/app/{}", opened.map_or(file_name(&it.wanted), |fact| &fact.value))]
    });
    let view = Program {
        build_image: required_image("rust-build", version)?.reference,
        build_packages: build_packages(application),
        build_environment: build_environment(application, is_static, &target_folder),
        files: files.chain(served).collect(),
        front_ends: front_ends.map(|(index, it)| stage(index, it, context, in_image)).collect(),
        rebound: entrypoint.edit().map(|edit| {
            let piece = Rebound { from: edit.from.clone(), to: edit.to.clone() };
            piece.edit(in_image(&edit.path))
        }),
        database: database.map_or("", |(database, _)| database.name()),
        migrations: database.map(|(_, folder)| in_image(folder)).unwrap_or_default(),
        build_folder,
        target_folder,
        cache_id: application.target_cache(),
        is_cooked,
        cook: words(&["cargo", "chef", "cook", "--release"]),
        has_registry: !application.config.registries.is_empty(),
        updates: application.needs.updates.clone(),
        build: words(&["cargo", "build", "--release"]),
        binary: binary.name.clone(),
        is_static,
        names_target: is_static || application.config.target.is_some(),
        tini: tini(is_static).into(),
        program: program.clone(),
        has_tini: entrypoint.is_server,
        owns_folder: entrypoint.writes || !entrypoint.data_folders.is_empty(),
    };
    let last = final_stage(application, answers, &run_image, &program)?;
    let mut plan = BuildPlan::new(Recipe::RustProgram(view), last);
    plan.warnings = warnings(application, version, &plan.last);
    plan.ignore = ignore(application);
    Ok(plan)
}

fn ignore(application: &RustApplication) -> Vec<IgnoreSection> {
    let context = application.app.context.as_str();
    let mut build_output = vec!["**/target".to_owned()];
    if application.toolchain.pinned.is_some() {
        build_output
            .extend(application.toolchain.files.iter().map(|file| literal_pattern(&relative_to(file, context))));
    }
    let mut sections = vec![IgnoreSection::new("Built again in the image, by its own toolchain", build_output)];
    if !application.build.front_ends.is_empty() {
        sections.push(IgnoreSection::new("Installed again in the image", ["**/node_modules"]));
    }
    if application.build.needs_history() && context.is_empty() {
        // without its settings, which may hold a token
        sections.push(IgnoreSection::new("A build script asks git", ["!.git", ".git/config"]));
    }
    sections.extend(application.needed_files.exceptions.clone());
    sections
}

/// The package, the program and the features.
fn selection(application: &RustApplication, answers: &Answers) -> Vec<String> {
    let binary = application.binary(answers);
    let mut words: Vec<String> = ["--package", &application.package, "--bin", &binary.name].map(str::to_owned).to_vec();
    let answered = answers.get("features").unwrap_or("default").split([',', ' ']).map(str::trim);
    let mut features: Vec<&str> = answered.filter(|name| !name.is_empty() && *name != "none").collect();
    if !features.contains(&"default") {
        words.push("--no-default-features".into());
    }
    features.retain(|name| *name != "default");
    features
        .extend(binary.features.iter().map(String::as_str).filter(|name| !features.contains(name)).collect::<Vec<_>>());
    if !features.is_empty() {
        words.extend(["--features".into(), features.join(",")]);
    }
    words
}

fn build_packages(application: &RustApplication) -> Vec<String> {
    let mut packages: Vec<String> =
        application.needs.build.iter().chain(&application.config.packages).cloned().collect();
    if application.entrypoint.is_server {
        packages.push("tini".into());
    }
    if application.build.needs_history() {
        packages.push("git".into());
    }
    let queries = application.entrypoint.queries.as_ref().filter(|queries| !queries.has_answers);
    if let Some((database, _)) = queries.and_then(|queries| queries.database.as_ref()) {
        packages.extend(database.packages().iter().map(|name| (*name).to_owned()));
    }
    packages.sort();
    packages.dedup();
    packages
}

/// The init of Debian's package: the static one where the runtime image has no C library.
fn tini(is_static: bool) -> &'static str {
    if is_static { "/usr/bin/tini-static" } else { "/usr/bin/tini" }
}

fn build_environment(application: &RustApplication, is_static: bool, target_folder: &str) -> Vec<Variable> {
    let mut variables = vec![Variable::new("CARGO_TARGET_DIR", target_folder)];
    if !application.facts.says_strip {
        variables.push(Variable::new("CARGO_PROFILE_RELEASE_STRIP", "symbols"));
    }
    if application.entrypoint.queries.as_ref().is_some_and(|queries| queries.has_answers) {
        variables.push(Variable::new("SQLX_OFFLINE", "true"));
    }
    if application.toolchain.is_nightly() || application.config.unstable.is_some() {
        variables.push(Variable::new("RUSTC_BOOTSTRAP", "1"));
    }
    if application.config.wraps {
        variables.push(Variable::new("RUSTC_WRAPPER", ""));
    }
    if is_static {
        variables.push(Variable::new("RUSTFLAGS", "-C target-feature=+crt-static"));
    }
    variables.extend(application.needs.environment.iter().map(|(name, value)| Variable::new(name, value)));
    variables
}

fn final_stage(application: &RustApplication, answers: &Answers, image: &Runtime, program: &str) -> Result<FinalStage> {
    let port: Option<u16> = answers.some("port").and_then(|port| port.parse().ok());
    let entrypoint = &application.entrypoint;
    let start = answers.get("start").unwrap_or_default();
    let words = shlex::split(start).filter(|words| !words.is_empty()).ok_or_else(|| Error::BadAnswer {
        key: "start".into(),
        value: start.escape_debug().to_string(),
        message: "a quote is not closed, or nothing is there".into(),
        hint: "name the program and its arguments, e.g. `--start 'server --port 8080'`".into(),
    })?;
    let mut exec = Vec::new();
    if entrypoint.is_server {
        exec.extend([tini(answers.get("runtime") == Some("static")).to_owned(), "--".to_owned()]);
    }
    exec.push(program.to_owned());
    let writable = entrypoint
        .data_folders
        .iter()
        .map(|fact| if fact.value.starts_with('/') { fact.value.clone() } else { format!("/app/{}", fact.value) });
    let health = entrypoint.subcommands.health.as_ref().filter(|_| entrypoint.is_server);
    Ok(FinalStage {
        environment: environment(application, port),
        port,
        writable: writable.collect(),
        entrypoint: exec,
        command: words.into_iter().skip(1).collect(),
        health_check: health.map(|it| vec![program.to_owned(), it.value.clone()]).unwrap_or_default(),
        ..FinalStage::new(image)
    })
}

/// The variables that make it listen where others reach it.
fn environment(application: &RustApplication, port: Option<u16>) -> Vec<Variable> {
    let entrypoint = &application.entrypoint;
    let mut environment = entrypoint.environment.clone();
    let Some(port) = port.filter(|_| entrypoint.is_server) else {
        return environment;
    };
    let own = entrypoint.server.iter().flat_map(|server| &server.environment);
    environment.extend(own.map(|(name, value)| Variable::new(name, value.replace("{port}", &port.to_string()))));
    let value = |is_address: bool| if is_address { format!("0.0.0.0:{port}") } else { "0.0.0.0".to_owned() };
    if let Some((Setting::Variable(name), is_address)) = entrypoint.interface() {
        environment.push(Variable::new(name, value(is_address)));
    }
    let listen = &entrypoint.listen;
    if let Some(Setting::Variable(name)) = &listen.port_setting {
        let value = if listen.is_address { value(true) } else { port.to_string() };
        environment.push(Variable::new(name, value));
    }
    // an interface that it must be told
    let is_required = |name: &&String| entrypoint.required.iter().any(|fact| fact.value == **name);
    environment.extend(listen.host_variables.iter().filter(is_required).map(|name| Variable::new(name, value(false))));
    let mut seen = std::collections::BTreeSet::new();
    environment.retain(|variable| seen.insert(variable.name.clone()));
    environment
}
