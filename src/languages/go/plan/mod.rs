//! From a program and answers to the build plan.

pub mod application;
mod ignore;
mod warnings;

use crate::analysis::{Setting, settings_file};
use crate::catalog::{Runtime, go_complete_sums, required_runtime};
use crate::error::{Error, Result};
use crate::evidence::Fact;
use crate::languages::go::entrypoint::Program;
use crate::languages::go::entrypoint::front_end::{copies, stages};
use crate::languages::go::entrypoint::runtime_files::Files;
use crate::languages::go::package_manager::BuildSettings;
use crate::languages::go::plan::application::Project;
use crate::languages::go::plan::ignore::ignore;
use crate::languages::go::plan::warnings::warnings;
use crate::languages::go::version::Version;
use crate::languages::go::workspace::module::Module;
use crate::path::{is_inside, join, parent, relative_to};
use crate::plan::model;
use crate::plan::{
    Answers, App, BuildPlan, Command, Copy, FinalStage, Mount, Script, Variable, exec_words, listen_substitution,
    needed_file, project_id,
};

/// The plan.
///
/// # Errors
/// When the answers don't fit the program.
pub fn plan(app: &App, project: &Project, program: &Program, answers: &Answers, builder: &str) -> Result<BuildPlan> {
    let (module, recipe) = (&project.module, &project.recipe);
    let caches = Caches(project_id(app));
    let runtime = runtime(answers)?;
    let folders = Folders::new(program);
    let last = final_stage(program, answers, &runtime, &folders)?;
    let needs = &program.needs;
    let in_image = |path: &str| module.in_image(path);
    let at_run_time = |path: &str| folders.in_image(&relative_to(path, &program.files.base));
    let front_ends = stages(&program.front_ends).into_iter().enumerate();
    let placeholders = program.absent.iter().filter(|absent| !absent.has_placeholder);
    let empty_files: Vec<String> = program.files.empty.iter().map(|file| folders.in_image(&file.value)).collect();
    let copied = run_files(module, program, &folders, &program.files.read);
    let view = model::go::Program {
        asks_for_health: last.health_check.first().is_some_and(|program| program == HEALTH_PROGRAM),
        is_cross_compiled: !needs.cgo(),
        build_image: builder.to_owned(),
        build_packages: needs.build_packages(),
        build_environment: build_environment(module, recipe, program),
        library_roots: needs.links().then(|| format!("{BUILT}/{}", program.name)).into_iter().collect(),
        loaded_libraries: Vec::new(),
        present_libraries: if needs.links() { runtime.libraries } else { Vec::new() },
        data_files: needs.natives.iter().flat_map(|native| native.files.clone()).collect(),
        work_folder: module.in_image(&module.folder),
        manifests: manifests(module),
        download: download(module, recipe, &caches),
        is_vendored: module.vendored,
        source: Copy::new(".", format!("{}/", module.in_image(&module.context))),
        front_ends: front_ends.map(|(index, it)| it.stage(index, app, in_image)).collect(),
        embedded_front_ends: copies(&program.front_ends, false, in_image, in_image),
        served_front_ends: copies(&program.front_ends, true, in_image, at_run_time),
        placeholders: Script::empty_files(placeholders.map(|absent| module.in_image(&absent.placeholder()))),
        generators: program.generators.iter().map(|generator| caches.both(generator.value.clone())).collect(),
        listen_edit: listen_substitution(answers, program.listen_edit(), |path| relative_to(path, &module.folder)),
        new_module: new_module(module, program, &caches),
        completes_sum: completes_sum(module, program),
        tags: recipe.tag_names(),
        has_refused_link: program.refused_link.is_some(),
        linked_values: recipe.sets.iter().map(|set| set.value.clone()).collect(),
        version_variable: recipe.version.as_ref().map(|fact| fact.value.clone()),
        package: package(module, program),
        output: format!("{BUILT}/{}", program.name),
        program: format!("/app/{}", program.name),
        made_folders: folders.made(),
        own_folders: own_folders(&folders, &copied),
        made_files: Script::empty_files(empty_files.iter().map(|file| format!("{MADE}{file}"))),
        empty_files: empty_files.iter().map(|file| made(file)).collect(),
        run_files: copied,
        kept_files: run_files(module, program, &folders, &program.files.kept),
        run_folder: folders.run.clone(),
    };
    let kind = if needs.cgo() { model::Recipe::GoCgo } else { model::Recipe::GoStatic };
    let mut plan = BuildPlan::new(kind(view), last);
    plan.ignore = ignore(module, program);
    plan.warnings = warnings(module, recipe, program, answers, &plan.last);
    plan.migrations.clone_from(&program.migrations);
    let wanted = program.files.wanted.iter();
    plan.warnings.extend(wanted.map(|file| needed_file(file, false, &folders.in_image(&file.value))));
    plan.warnings.extend(program.files.settings.iter().map(|fact| settings_file::warning(fact, &folders.run)));
    Ok(plan)
}

/// Where the compiler puts programs, in the build stage.
const BUILT: &str = "/out";
/// Where folders and files that the program wants are made, in the build stage.
const MADE: &str = "/out/writable";
/// The program that asks for the health.
const HEALTH_PROGRAM: &str = "/health/check";

/// What runs.
fn final_stage(program: &Program, answers: &Answers, runtime: &Runtime, folders: &Folders) -> Result<FinalStage> {
    let mut last = FinalStage {
        port: answers.some("port").and_then(|port| port.parse().ok()),
        is_tool: program.takes_arguments && program.server.is_none() && !program.is_worker,
        writable: folders.written.clone(),
        ..FinalStage::new(runtime)
    };
    start(&mut last, program, answers)?;
    listen(&mut last, program, answers);
    health(&mut last, program, answers);
    Ok(last)
}

/// The environment of the build: where modules come from, and what libraries of C want.
fn build_environment(module: &Module, recipe: &BuildSettings, program: &Program) -> Vec<Variable> {
    let private = recipe.private.iter().map(|fact| Variable::new("GOPRIVATE", &fact.value));
    let without_modules = module.is_loose && module.vendored;
    let without_modules = without_modules.then(|| Variable::new("GO111MODULE", "off"));
    let without_workspace = module.beside_workspace.then(|| Variable::new("GOWORK", "off"));
    let natives = program.needs.natives.iter().flat_map(|native| &native.environment);
    let natives = natives.map(|(name, value)| Variable::new(name, value));
    private.chain(without_modules).chain(without_workspace).chain(natives).collect()
}

/// The builder's caches of a project, by its id: no other project's build writes to them.
struct Caches(String);

impl Caches {
    /// That of modules.
    fn modules(&self) -> Mount {
        Mount::Cache { id: format!("go-modules-{}", self.0), target: "/go/pkg/mod".into(), is_locked: false }
    }

    /// A command that has those of modules and of compiled packages.
    fn both(&self, command: Command) -> Script {
        let (id, target) = (format!("go-build-{}", self.0), "/root/.cache/go-build".to_owned());
        Script::new([command]).mount(self.modules()).mount(Mount::Cache { id, target, is_locked: false })
    }
}

/// Downloads the dependencies, where there are any that do not come along.
fn download(module: &Module, recipe: &BuildSettings, caches: &Caches) -> Script {
    if module.vendored || module.is_loose || !module.has_dependencies() {
        return Script::default();
    }
    let script = Script::new([Command::new(["go", "mod", "download"])]).mount(caches.modules());
    match &recipe.private {
        Some(_) => script.mount(Mount::Secret { id: "netrc".into(), target: Some("/root/.netrc".into()) }),
        None => script,
    }
}

/// Makes a module of code without one.
fn new_module(module: &Module, program: &Program, caches: &Caches) -> Script {
    if !module.is_loose || module.vendored {
        return Script::default();
    }
    let tidy = completes_sum(module, program).then(|| Command::new(["go", "mod", "tidy"]));
    let script = Script::new([Command::new(["go", "mod", "init", &module.path])].into_iter().chain(tidy));
    script.mount(caches.modules())
}

/// The folders of the image that the program runs in and writes.
struct Folders {
    /// The working folder, absolute.
    run: String,
    /// Absolute folders that it writes: volumes.
    written: Vec<String>,
    /// All absolute folders that are its own: those, and the working folder where it makes files there.
    own: Vec<String>,
}

impl Folders {
    fn new(program: &Program) -> Self {
        let files = &program.files;
        let levels = files.levels_above();
        let writes_alone =
            files.written_here.is_some() && (files.read.is_empty() && files.kept.is_empty() || levels > 0);
        let run = if writes_alone { format!("/data{}", "/app".repeat(levels)) } else { beside_what_is_read(files) };
        let mut folders = Self { run, written: Vec::new(), own: Vec::new() };
        folders.written = files.written.iter().map(|folder| folders.in_image(&folder.value)).collect();
        if writes_alone {
            folders.written.retain(|path| !path.starts_with("/data"));
            folders.written.insert(0, "/data".into());
        }
        let is_own = levels > 0 || files.written_here.is_some() && !writes_alone;
        folders.own = is_own.then(|| folders.run.clone()).into_iter().chain(folders.written.clone()).collect();
        folders
    }

    /// Where a path lies in the image: absolute, or from the working folder.
    fn in_image(&self, path: &str) -> String {
        match path {
            _ if path.starts_with('/') => path.to_owned(),
            _ if path.starts_with("..") => format!("/{}", join(&self.run, path)),
            _ => format!("{}/{path}", self.run),
        }
    }

    /// Makes them in the build stage, since the last one has no shell.
    fn made(&self) -> Script {
        let folders: Vec<String> = self.own.iter().map(|folder| format!("{MADE}{folder}/")).collect();
        let make = (!folders.is_empty()).then(|| Command::new(["mkdir", "-p"]).words(folders));
        Script::new(make)
    }
}

/// The working folder below `/app` from which a program finds what it reads beside its own: `/app/cmd` for `../config/app.yml`.
fn beside_what_is_read(files: &Files) -> String {
    let above = |path: &str| relative_to(path, &files.base).split('/').take_while(|part| *part == "..").count();
    let levels = files.read.iter().map(|fact| above(&fact.value)).max().unwrap_or(0);
    let parts: Vec<&str> = files.base.split('/').collect();
    let own = &parts[parts.len().saturating_sub(levels)..];
    ["/app"].iter().chain(own).copied().collect::<Vec<_>>().join("/")
}

/// What is made in the build stage, and where it goes.
fn made(path: &str) -> Copy {
    Copy::new(format!("{MADE}{path}"), path)
}

/// The folders of the application's own. A copy does not change whose a folder is that is there already, but whose those are that lie
/// in it: one that comes with what the program reads is copied with the folder above it.
fn own_folders(folders: &Folders, copied: &[Copy]) -> Vec<Copy> {
    let mut found: Vec<Copy> = Vec::new();
    for folder in &folders.own {
        let is_there = copied.iter().any(|copy| is_inside(folder, &copy.target));
        let copy = made(&format!("{}/", if is_there { parent(folder) } else { folder }));
        if !found.contains(&copy) {
            found.push(copy);
        }
    }
    found
}

/// What the program reads, from the build context.
fn run_files(module: &Module, program: &Program, folders: &Folders, paths: &[Fact<String>]) -> Vec<Copy> {
    let files = &program.files;
    let copied = |file: &Fact<String>| {
        let target = folders.in_image(&relative_to(&file.value, &files.base));
        Copy::new(relative_to(&file.value, &module.context), target)
    };
    paths.iter().map(copied).collect()
}

fn package(module: &Module, program: &Program) -> String {
    match relative_to(&program.folder, &module.folder).as_str() {
        "." => ".".into(),
        inside => format!("./{inside}"),
    }
}

fn manifests(module: &Module) -> Vec<Copy> {
    let mut copies: Vec<Copy> = Vec::new();
    for path in &module.manifests {
        let target = format!("{}/", module.in_image(parent(path)));
        let source = relative_to(path, &module.context);
        match copies.iter_mut().find(|copy| copy.target == target) {
            Some(copy) => copy.sources.push(source),
            None => copies.push(Copy::new(source, target)),
        }
    }
    copies
}

/// Whether the build may complete `go.sum`: before the release that the table names a build added what it lacked, and without
/// one, without a module, or where it lacks a sum that the build stops for, it has to be made anyway.
fn completes_sum(module: &Module, program: &Program) -> bool {
    if module.is_loose {
        return program.has_dependencies && !module.vendored;
    }
    let is_complete =
        |floor: &Fact<Version>| Version::parse(go_complete_sums()).is_some_and(|first| floor.value >= first);
    let is_old = !module.floor.as_ref().is_some_and(is_complete);
    !module.vendored
        && module.workspace.is_none()
        && module.has_dependencies()
        && (is_old || !module.has_sum || module.unsummed.is_some())
}

fn runtime(answers: &Answers) -> Result<Runtime> {
    required_runtime(answers.family(), answers.get("runtime").unwrap_or("static"), "")
}

fn start(last: &mut FinalStage, program: &Program, answers: &Answers) -> Result<()> {
    let start = answers.some("start").unwrap_or(&program.name);
    let words = exec_words(start, &format!("{} --help", program.name))?;
    let (first, arguments) = words.split_first().unwrap_or((&program.name, &[]));
    let name = first.trim_start_matches("./").trim_start_matches("/app/");
    if name != program.name && name != program.label {
        return Err(Error::BadAnswer {
            key: "start".into(),
            value: start.escape_debug().to_string(),
            message: format!("the image holds one program, `{}`", program.name),
            hint: format!("e.g. `--start '{} --help'`", program.name),
        });
    }
    last.entrypoint = vec![format!("/app/{}", program.name)];
    last.command = arguments.to_vec();
    Ok(())
}

/// Tells the program the port by its own variable or flag, where its own default is another or only the machine itself is
/// listened to.
fn listen(last: &mut FinalStage, program: &Program, answers: &Answers) {
    let (Some(port), Some(number)) = (&program.port, answers.some("port")) else {
        return;
    };
    let mut tell = |setting: &Setting, value: &str| match setting {
        Setting::Variable(name) => last.environment.push(Variable::new(name, value)),
        Setting::Flag(flag) => last.command.push(format!("--{}={value}", flag.trim_start_matches('-'))),
    };
    if port.number.is_none_or(|own| own.to_string() != number) || port.is_loopback() || port.is_stated_outside {
        let value = if port.is_address { format!("0.0.0.0:{number}") } else { number.to_owned() };
        if let Some(setting) = &port.setting {
            tell(setting, &value);
        }
    }
    if let Some(host) = port.host.as_ref().filter(|_| !port.is_address) {
        tell(&host.value, "0.0.0.0");
    }
}

/// The command that asks for the health: the program's own, or a small one of its own stage.
fn health(last: &mut FinalStage, program: &Program, answers: &Answers) {
    if let Some(command) = &program.health_command {
        last.health_check = vec![format!("/app/{}", program.name), command.clone()];
    } else if let (Some(path), Some(port)) = (answers.some("health"), last.port) {
        last.health_check = vec![HEALTH_PROGRAM.into(), path.to_owned(), port.to_string()];
        last.health_check.extend(program.port.as_ref().and_then(|port| port.variable().map(str::to_owned)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_stay() {
        let folders = Folders { run: "/app".into(), written: Vec::new(), own: Vec::new() };
        assert_eq!((folders.in_image("/data"), folders.in_image("data")), ("/data".to_owned(), "/app/data".to_owned()));
    }
}
