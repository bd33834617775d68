//! From a program and answers to the build plan.

pub mod application;
mod ignore;
mod warnings;

use crate::analysis::settings_file;
use crate::catalog::{Runtime, required_runtime};
use crate::error::{Error, Result};
use crate::evidence::Fact;
use crate::languages::go::entrypoint::Program;
use crate::languages::go::entrypoint::front_end::{copies, stages};
use crate::languages::go::entrypoint::listen::Setting;
use crate::languages::go::package_manager::BuildSettings;
use crate::languages::go::plan::ignore::ignore;
use crate::languages::go::plan::warnings::warnings;
use crate::languages::go::version::Version;
use crate::languages::go::workspace::module::Module;
use crate::path::{parent, relative_to};
use crate::plan::front_end_stage;
use crate::plan::model::{self, go::MadeFolder};
use crate::plan::{Answers, BuildPlan, FinalStage, Variable, listen_substitution};
use crate::shell;

/// The oldest version whose modules list all that a build needs in `go.sum`.
const READS_ONLY: Version = Version(1, 16);

/// A COPY: what, seen from the build context, and last where to.
pub type Copied = Vec<String>;

/// The plan.
///
/// # Errors
/// When the answers don't fit the program.
pub fn plan(
    module: &Module,
    recipe: &BuildSettings,
    program: &Program,
    answers: &Answers,
    builder: &str,
) -> Result<BuildPlan> {
    let placeholders = program.absent.iter().filter(|absent| !absent.has_placeholder);
    let mut view = model::go::Program {
        build_image: builder.to_owned(),
        build_packages: program.needs.build_packages(),
        source_root: format!("{}/", module.in_image(&module.context)),
        work_folder: module.in_image(&module.folder),
        manifests: manifests(module),
        is_vendored: module.vendored,
        has_download: !module.vendored && module.has_dependencies() && !module.is_loose,
        has_private: recipe.private.is_some(),
        completes_sum: completes_sum(module),
        listen_edit: listen_substitution(answers, program.listen_edit(), |path| relative_to(path, &module.folder)),
        placeholders: placeholders.map(|absent| module.in_image(&absent.placeholder())).collect(),
        generators: program.generators.iter().map(|generator| generator.value.clone()).collect(),
        tags: recipe.tag_names().join(","),
        linker_flags: linker_flags(recipe),
        takes_version: recipe.version.is_some(),
        package: package(module, program),
        binary: program.name.clone(),
        ..model::go::Program::default()
    };
    view.build_environment.extend(recipe.private.iter().map(|fact| Variable::new("GOPRIVATE", &fact.value)));
    native(&mut view, module, program, answers)?;
    let mut last = FinalStage {
        port: answers.some("port").and_then(|port| port.parse().ok()),
        ..FinalStage::new(&runtime(answers)?)
    };
    folders(&mut view, &mut last, module, program);
    front_ends(&mut view, module, program);
    start(&mut last, program, answers)?;
    listen(&mut last, program, answers);
    health(&mut view, &mut last, program, answers);

    let run_folder = view.run_folder.clone();
    let kind = if program.needs.cgo() { model::Recipe::GoCgo } else { model::Recipe::GoStatic };
    let mut plan = BuildPlan::new(kind(view), last);
    plan.ignore = ignore(module, program);
    plan.warnings = warnings(module, recipe, program, answers, &plan.last);
    plan.warnings.extend(program.files.settings.iter().map(|fact| settings_file::warning(fact, &run_folder)));
    Ok(plan)
}

/// The stages of the front ends, and what is taken from them.
fn front_ends(view: &mut model::go::Program, module: &Module, program: &Program) {
    let in_image = |path: &str| module.in_image(path);
    let at_run_time = |path: &str| format!("{}/{}", view.run_folder, relative_to(path, &program.files.base));
    view.embedded_front_ends = copies(&program.front_ends, false, in_image, in_image);
    view.served_front_ends = copies(&program.front_ends, true, in_image, at_run_time);
    let stages = stages(&program.front_ends).into_iter().enumerate();
    view.front_ends = stages.map(|(index, it)| front_end_stage(index, it, &module.context, in_image)).collect();
}

/// What the program needs beyond Go, and how the dependencies are found.
fn native(view: &mut model::go::Program, module: &Module, program: &Program, answers: &Answers) -> Result<()> {
    if program.needs.links() {
        view.library_roots = vec![format!("/out/{}", program.name)];
        view.present_libraries = runtime(answers)?.libraries;
    }
    view.data_files = program.needs.natives.iter().flat_map(|native| native.files.clone()).collect();
    if module.is_loose {
        view.completes_sum = program.has_dependencies && !module.vendored;
        if module.vendored {
            view.build_environment.push(Variable::new("GO111MODULE", "off"));
        } else {
            view.new_module.clone_from(&module.path);
        }
    }
    if module.beside_workspace {
        view.build_environment.push(Variable::new("GOWORK", "off"));
    }
    for native in &program.needs.natives {
        view.build_environment.extend(native.environment.iter().map(|(name, value)| Variable::new(name, value)));
    }
    Ok(())
}

/// The working folder, what is read in it, and what is written.
fn folders(view: &mut model::go::Program, last: &mut FinalStage, module: &Module, program: &Program) {
    let files = &program.files;
    let levels = files.levels_above();
    let writes_alone = files.written_here.is_some() && (files.read.is_empty() || levels > 0);
    let base = if writes_alone { format!("/data{}", "/app".repeat(levels)) } else { "/app".to_owned() };
    let in_image = |path: &str| join_absolute(&base, path);
    let copied = |file: &Fact<String>| {
        let target = in_image(&relative_to(&file.value, &files.base));
        vec![relative_to(&file.value, &module.context), target]
    };
    view.run_files = files.read.iter().map(copied).collect();
    view.empty_files = files.empty.iter().map(|file| made(in_image(&file.value))).collect();
    last.writable = files.written.iter().map(|folder| in_image(&folder.value)).collect();
    if writes_alone {
        last.writable.retain(|path| !path.starts_with("/data"));
        last.writable.insert(0, "/data".into());
    }
    if levels > 0 {
        view.made_folders.push(folder(&base));
    } else if files.written_here.is_some() && !writes_alone {
        view.made_folders.push(folder("/app"));
    }
    view.made_folders.extend(last.writable.iter().map(|path| folder(path)));
    view.run_folder = base;
}

/// A file that is made below `/out/writable`.
fn made(path: String) -> MadeFolder {
    MadeFolder { from: format!("/out/writable{path}"), to: path }
}

/// A folder that is made below `/out/writable`.
fn folder(path: &str) -> MadeFolder {
    made(format!("{path}/"))
}

fn join_absolute(base: &str, path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("{base}/{path}") }
}

fn package(module: &Module, program: &Program) -> String {
    match relative_to(&program.folder, &module.folder).as_str() {
        "." => ".".into(),
        inside => format!("./{inside}"),
    }
}

fn manifests(module: &Module) -> Vec<Copied> {
    let mut copies: Vec<Copied> = Vec::new();
    for path in &module.manifests {
        let target = format!("{}/", module.in_image(parent(path)));
        let source = relative_to(path, &module.context);
        match copies.iter_mut().find(|copy| copy.last() == Some(&target)) {
            Some(copy) => copy.insert(copy.len() - 1, source),
            None => copies.push(vec![source, target]),
        }
    }
    copies
}

/// Before Go 1.16 a build added what `go.sum` lacked; without a `go.sum` it has to be made anyway.
fn completes_sum(module: &Module) -> bool {
    let is_old = module.floor.as_ref().is_none_or(|floor| floor.value < READS_ONLY);
    !module.vendored && module.workspace.is_none() && module.has_dependencies() && (is_old || !module.has_sum)
}

fn runtime(answers: &Answers) -> Result<Runtime> {
    required_runtime(answers.family(), answers.get("runtime").unwrap_or("static"), "")
}

fn start(last: &mut FinalStage, program: &Program, answers: &Answers) -> Result<()> {
    let start = answers.some("start").unwrap_or(&program.name);
    let words = shell::words(start).ok_or_else(|| Error::BadAnswer {
        key: "start".into(),
        value: start.escape_debug().to_string(),
        message: "it is no command".into(),
        hint: format!("e.g. `--start '{} --help'`", program.name),
    })?;
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
        Setting::Flag(name) => last.command.push(format!("--{name}={value}")),
    };
    if port.number.is_none_or(|own| own.to_string() != number) || port.is_loopback || port.is_stated_outside {
        let value = if port.is_address { format!("0.0.0.0:{number}") } else { number.to_owned() };
        if let Some(setting) = port.setting() {
            tell(&setting, &value);
        }
    }
    if let Some(host) = port.host.as_ref().filter(|_| !port.is_address) {
        tell(&host.value, "0.0.0.0");
    }
}

/// The command that asks for the health: the program's own, or a small one of its own stage.
fn health(view: &mut model::go::Program, last: &mut FinalStage, program: &Program, answers: &Answers) {
    if let Some(command) = &program.health_command {
        last.health_check = vec![format!("/app/{}", program.name), command.clone()];
    } else if let (Some(path), Some(port)) = (answers.some("health"), last.port) {
        view.health_image = Some(view.build_image.clone());
        last.health_check = vec!["/health/check".into(), path.to_owned(), port.to_string()];
        last.health_check.extend(program.port.as_ref().and_then(|port| port.variable.clone()));
    }
}

/// Without symbols, with what the project's own build sets; in double quotes of a shell.
fn linker_flags(recipe: &BuildSettings) -> String {
    let sets = recipe.sets.iter().map(|set| format!(" -X {}", set.value));
    let version = recipe.version.iter().map(|name| format!("${{VERSION:+ -X {}=$VERSION}}", name.value));
    format!("-s -w{}", sets.chain(version).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_stay() {
        assert_eq!(join_absolute("/app", "/data"), "/data");
        assert_eq!(join_absolute("/app", "data"), "/app/data");
    }
}
