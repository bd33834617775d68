//! The build plan of a Cargo package.

use serde_json::Value;

use crate::analysis::Setting;
use crate::catalog::{Runtime, required_image, required_runtime, secrets};
use crate::dockerfile::literal_pattern;
use crate::error::Result;
use crate::languages::rust::framework::{Database, QUERIES_VARIABLE};
use crate::languages::rust::manifest::Cargo;
use crate::languages::rust::package_manager::build_script::ENVIRONMENT_SECRET;
use crate::languages::rust::plan::RustApplication;
use crate::languages::rust::plan::warnings::warnings;
use crate::path::{is_inside, relative_to};
use crate::plan::history;
use crate::plan::model::rust::{LayeredProgram, Libraries, Program};
use crate::plan::{
    Answers, BuildPlan, Command, Copy, FinalStage, IgnoreSection, Mount, Recipe, Script, Variable, Word, exec_words,
    listen_substitution, project_id, sections_of,
};

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
    let is_layered = answers.get("cache") == Some("layer");
    let run_image = required_runtime(answers.family(), runtime, "")?;
    let build_image = required_image("rust-build", version)?.reference;
    let folders = Folders::new(application, is_layered);
    let entrypoint = &application.entrypoint;
    let binary = application.binary(answers);
    let program_path = format!("/app/{}", binary.name);
    let last = final_stage(application, answers, &run_image, &program_path)?;
    let selection = selection(application, answers);
    let front_ends = application.build.front_ends.iter().enumerate();
    let asks = |command: &[String]| command.first().is_some_and(|program| program == HEALTH_PROGRAM);
    let owns_folder = entrypoint.writes || !entrypoint.data_folders.is_empty();
    let program = Program {
        health_image: asks(&last.health_check).then(|| build_image.clone()),
        build_image,
        build_packages: build_packages(application),
        build_environment: build_environment(application, is_static, &folders.target),
        build_arguments: build_arguments(application),
        front_ends: front_ends
            .map(|(index, it)| it.stage(index, &application.app, |path| folders.in_image(path)))
            .collect(),
        listen_edit: listen_substitution(answers, entrypoint.edit(), |path| folders.in_image(path)),
        compile: compile(application, &folders, &selection, &program_path, is_layered, is_static),
        has_updates: !application.needs.updates.is_empty(),
        has_database: database(application).is_some(),
        libraries: match runtime {
            "static" => Libraries::Static,
            "cc" if application.needs.is_pure => Libraries::Image,
            _ => Libraries::Collected,
        },
        folders: made_folders(&last.writable, owns_folder),
        empty_files: Script::empty_files(empty_files(application).map(|file| file.sources[0].clone())),
        program: program_path,
        files: files(application, &folders),
        init: entrypoint.goes_on().then(|| tini(is_static).to_owned()),
        owns_folder,
        work_folder: folders.workspace,
    };
    let recipe = if is_layered {
        let words = ["cargo", "chef", "cook", "--release"];
        let cook = Command::new(words).words(selection).words(["--recipe-path", "/recipe.json"]);
        Recipe::RustLayered(LayeredProgram { program, cook: Script::new([cook]) })
    } else {
        Recipe::RustCached(program)
    };
    let mut plan = BuildPlan::new(recipe, last);
    plan.warnings = warnings(application, answers, &plan.last);
    plan.migrations.clone_from(&entrypoint.migrations);
    plan.ignore = ignore(application);
    Ok(plan)
}

/// Where the folders of the repository lie in the build stage.
struct Folders {
    /// The build context, from the root of the repository.
    context: String,
    /// The workspace, absolute in the build stage.
    workspace: String,
    /// The folder that Cargo builds in, absolute.
    target: String,
}

impl Folders {
    fn new(application: &RustApplication, is_layered: bool) -> Self {
        let mut folders =
            Self { context: application.app.context.clone(), workspace: String::new(), target: "/build/target".into() };
        folders.workspace = folders.in_image(&application.facts.workspace);
        if is_layered {
            folders.target = format!("{}/target", folders.workspace);
        }
        folders
    }

    /// Where a path from the root of the repository lies in the build stage.
    fn in_image(&self, path: &str) -> String {
        match relative_to(path, &self.context).as_str() {
            "." | "" => "/build".to_owned(),
            inside => format!("/build/{inside}"),
        }
    }
}

/// Compiles the program, with all that has to be there for it, and copies it out of the folder that is a cache.
fn compile(
    application: &RustApplication,
    folders: &Folders,
    selection: &[String],
    program: &str,
    is_layered: bool,
    is_static: bool,
) -> Script {
    let target = folders.target.as_str();
    let binary = program.trim_start_matches("/app/");
    let names_target = is_static || application.config.target.is_some();
    let mut commands: Vec<Command> = Vec::new();
    if let Some((database, migrations)) = database(application) {
        commands.extend(database.commands(&folders.in_image(migrations)));
    }
    if !is_layered {
        let source = ["find", "/build", "-path", target, "-prune", "-o", "-name", "*.rs"];
        commands.push(Command::new(source).words(["-exec", "touch", "{}", "+"]));
    }
    let updates = &application.needs.updates;
    for (name, version) in &application.needs.companions {
        commands.push(Command::new(["cargo", "update", "--package", name, "--precise", version]));
    }
    if !updates.is_empty() {
        // what they depend on may be locked too low for the versions that compile
        let names = updates.iter().flat_map(|name| ["--package", name]);
        commands.push(Command::new(["cargo", "update", "--recursive"]).words(names));
    }
    let build = Command::new(["cargo", "build", "--release"]).words(selection);
    let build = secret_variables(application).fold(build, |build, name| build.with(name, Word::Secret(name.into())));
    commands.push(if names_target {
        build.word("--target").word(Word::expansion("\"$(rustc --print host-tuple)\""))
    } else {
        build
    });
    commands.push(Command::new(["mkdir", "/app"]));
    commands.push(if names_target {
        // below the folder of the target, whatever that is called
        let found = format!("{target}/*/release/{binary}");
        let copy = ["-exec", "cp", "{}", program, ";"];
        Command::new(["find", target, "-maxdepth", "3", "-path", &found]).words(copy)
    } else {
        Command::new(["cp", &format!("{target}/release/{binary}"), program])
    });
    let secrets = secret_variables(application).map(|name| Mount::Secret { id: name.into(), target: None });
    let file = application.build.environment_file.iter().map(|file| Mount::Secret {
        id: ENVIRONMENT_SECRET.into(),
        target: Some(format!("{}/{}", folders.workspace, file.value)),
    });
    let script = secrets.chain(file).fold(Script::new(commands), Script::mount);
    if is_layered {
        return script;
    }
    let cache =
        |id: &str, target: &str, is_locked: bool| Mount::Cache { id: id.into(), target: target.into(), is_locked };
    let project = project_id(&application.app);
    let own = |purpose: &str| format!("{purpose}-{project}");
    let compiled = format!("{}-$TARGETARCH", own("target"));
    let script = script
        .mount(cache(&own("cargo-registry"), "/usr/local/cargo/registry", false))
        .mount(cache(&own("cargo-git"), "/usr/local/cargo/git", false))
        .mount(cache(&compiled, target, true));
    if application.config.registries.is_empty() {
        return script;
    }
    let target = Some("/usr/local/cargo/credentials.toml".to_owned());
    script.mount(Mount::Secret { id: "cargo-credentials".into(), target })
}

/// The variables that the compiler puts into the program, but for secrets and the one that the build's own database is named by.
fn build_arguments(application: &RustApplication) -> Vec<String> {
    let is_own = |name: &str| database(application).is_some() && name == QUERIES_VARIABLE;
    let names = application.build.variables.iter().map(|fact| fact.value.clone());
    names.filter(|name| !is_own(name) && !secrets().variables.matches(name)).collect()
}

/// Those that are secrets: an argument would keep them in the history of the image.
fn secret_variables(application: &RustApplication) -> impl Iterator<Item = &str> {
    let names = application.build.variables.iter().map(|fact| fact.value.as_str());
    names.filter(|name| secrets().variables.matches(name))
}

/// Makes the folders that the application writes, and an empty one for its own.
fn made_folders(writable: &[String], owns_folder: bool) -> Script {
    if writable.is_empty() && !owns_folder {
        return Script::default();
    }
    Script::new([Command::new(["mkdir", "-p", "/empty"]).words(writable)])
}

/// The database that the build makes for its queries, and the folder of its migrations from the root of the repository.
fn database(application: &RustApplication) -> Option<(Database, &str)> {
    let queries = application.entrypoint.queries.as_ref().filter(|queries| !queries.has_answers)?;
    queries.database.as_ref().map(|(database, migrations)| (*database, migrations.as_str()))
}

/// What the program reads beside itself: files of the repository, and front ends that are served.
fn files(application: &RustApplication, folders: &Folders) -> Vec<Copy> {
    let entrypoint = &application.entrypoint;
    let read = entrypoint.files.iter().map(|fact| {
        let facts = &application.facts;
        let base = if is_inside(&fact.value, &facts.folder) { &facts.folder } else { &facts.workspace };
        Copy::new(folders.in_image(&fact.value), format!("/app/{}", relative_to(&fact.value, base)))
    });
    let placed = entrypoint.placed_files.iter().map(|fact| folders.in_image(&fact.value));
    let served = application.build.front_ends.iter().filter(|it| !application.build.embeds(&it.wanted));
    let served = served.filter_map(|front_end| {
        let opened = entrypoint.opened.iter().find(|fact| front_end.wanted.ends_with(&fact.value))?;
        Some(Copy::new(folders.in_image(&front_end.wanted), format!("/app/{}", opened.value)))
    });
    let there = read.chain(placed.map(|path| Copy::new(path.clone(), path))).chain(served);
    there.chain(empty_files(application)).collect()
}

/// The file of variables without which the program ends: an empty one, since a container is given its variables.
fn empty_files(application: &RustApplication) -> impl Iterator<Item = Copy> {
    let file = application.entrypoint.dotenv.iter().map(|file| format!("/app/{}", file.value));
    file.map(|path| Copy::new(format!("/written{path}"), path))
}

fn ignore(application: &RustApplication) -> Vec<IgnoreSection> {
    let context = application.app.context.as_str();
    let mut sections = sections_of("rust", false);
    if application.toolchain.pinned.is_some() {
        let files = application.toolchain.files.iter().map(|file| literal_pattern(&relative_to(file, context)));
        for section in &mut sections {
            section.patterns.extend(files.clone());
        }
    }
    if !application.build.front_ends.is_empty() {
        sections.push(IgnoreSection::new("Installed again in the image", ["**/node_modules"]));
    }
    if application.build.needs_history() && context.is_empty() {
        sections.push(history::section());
    }
    sections.extend(application.needed_files.exceptions.clone());
    sections
}

/// Whether the lock file holds, the package, the program and the features.
fn selection(application: &RustApplication, answers: &Answers) -> Vec<String> {
    let binary = application.binary(answers);
    let is_locked = application.needs.is_locked && application.needs.updates.is_empty();
    let mut words: Vec<String> = is_locked.then(|| "--locked".to_owned()).into_iter().collect();
    words.extend(["--package", &application.package, "--bin", &binary.name].map(str::to_owned));
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
    if application.entrypoint.goes_on() {
        packages.push("tini".into());
    }
    if application.build.needs_history() {
        packages.push("git".into());
    }
    if let Some((database, _)) = database(application) {
        packages.extend(database.packages().iter().map(|name| (*name).to_owned()));
        packages.extend(application.entrypoint.queries.iter().flat_map(|queries| queries.extensions.clone()));
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
    let is_unstable = application.config.unstable.is_some() || !application.entrypoint.unstable_features.is_empty();
    if application.toolchain.is_nightly() || is_unstable {
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
    let words = exec_words(start, "server --port 8080")?;
    let mut exec = Vec::new();
    if entrypoint.goes_on() {
        exec.extend([tini(answers.get("runtime") == Some("static")).to_owned(), "--".to_owned()]);
    }
    exec.push(program.to_owned());
    let writable = entrypoint
        .data_folders
        .iter()
        .map(|fact| if fact.value.starts_with('/') { fact.value.clone() } else { format!("/app/{}", fact.value) });
    Ok(FinalStage {
        environment: environment(application, port),
        port,
        is_tool: !entrypoint.goes_on(),
        writable: writable.collect(),
        entrypoint: exec,
        command: words.into_iter().skip(1).collect(),
        health_check: health_check(application, answers, port, program),
        ..FinalStage::new(image)
    })
}

/// The program in the final stage that asks for the health.
const HEALTH_PROGRAM: &str = "/health/check";

/// The command that asks for the health: the program's own, or a small one of its own stage.
fn health_check(application: &RustApplication, answers: &Answers, port: Option<u16>, program: &str) -> Vec<String> {
    let entrypoint = &application.entrypoint;
    if let Some(own) = entrypoint.subcommands.health.as_ref().filter(|_| entrypoint.is_server) {
        return vec![program.to_owned(), own.value.clone()];
    }
    let (Some(path), Some(port)) = (answers.some("health"), port) else { return Vec::new() };
    let mut command = vec![HEALTH_PROGRAM.to_owned(), path.to_owned(), port.to_string()];
    command.extend(entrypoint.listen.port_setting.as_ref().and_then(Setting::variable).map(str::to_owned));
    command
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
