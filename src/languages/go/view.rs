//! From a program and answers to the build plan.

use serde::Serialize;

use crate::catalog::image;
use crate::error::{Error, Result};
use crate::languages::go::front_end::FrontEnd;
use crate::languages::go::modfile::Version;
use crate::languages::go::module::Module;
use crate::languages::go::program::Program;
use crate::languages::go::warnings::{ignore, warnings};
use crate::plan::{Answers, BuildPlan, FinalStage, Variable};
use crate::repo::{parent, relative_to};

/// The oldest version whose modules list all that a build needs in `go.sum`.
const READS_ONLY: Version = Version(1, 16);

/// The fields of the templates, beside those of the final stage.
#[derive(Debug, Default, Serialize)]
struct View {
    build_image: String,
    build_packages: Vec<String>,
    build_environment: Vec<Variable>,
    /// The folder of the module in the build stage.
    work_folder: String,
    manifests: Vec<Copied>,
    has_download: bool,
    is_vendored: bool,
    /// The path for a module that has to be made first; empty where there is one.
    new_module: String,
    /// Whether `go.sum` has to be completed in the build.
    completes_sum: bool,
    front_ends: Vec<FrontEndStage>,
    package: String,
    binary: String,
    /// The working folder of the program.
    run_folder: String,
    run_files: Vec<Copied>,
    /// Folders that the program writes, absolute.
    made_folders: Vec<Made>,
    /// Files that must be there and may be empty, absolute.
    empty_files: Vec<Made>,
}

/// A COPY: what, seen from the build context, and where to.
#[derive(Debug, Serialize)]
struct Copied {
    sources: Vec<String>,
    target: String,
}

/// The stage that builds a front end; its paths are ready for use.
#[derive(Debug, Serialize)]
struct FrontEndStage {
    stage: String,
    image: String,
    work_folder: String,
    manifests: Vec<String>,
    setup: String,
    install: String,
    cache: String,
    source: String,
    build: String,
    output: String,
    wanted: String,
}

/// A folder that is made in the build stage, and where it goes.
#[derive(Debug, Serialize)]
struct Made {
    from: String,
    to: String,
}

fn stage(index: usize, front_end: &FrontEnd, module: &Module) -> FrontEndStage {
    let from_context = |path: &str| relative_to(path, &module.context);
    let in_image = |path: &str| match from_context(path).as_str() {
        "." => "/src".to_owned(),
        inside => format!("/src/{inside}"),
    };
    FrontEndStage {
        stage: if index == 0 {
            "front-end".into()
        } else {
            format!("front-end-{}", index + 1)
        },
        image: front_end.image.clone(),
        work_folder: in_image(&front_end.folder),
        manifests: front_end.manifests.iter().map(|path| from_context(path)).collect(),
        setup: front_end.setup.clone(),
        install: front_end.install.clone(),
        cache: front_end.cache.clone(),
        source: format!("{}/", from_context(&front_end.folder)),
        build: front_end.build.clone(),
        output: format!("{}/", in_image(&front_end.output)),
        wanted: format!("{}/", in_image(&front_end.wanted)),
    }
}

/// The plan.
///
/// # Errors
/// When the answers don't fit the program.
pub fn plan(module: &Module, program: &Program, answers: &Answers, builder: &str) -> Result<BuildPlan> {
    let from_context = |path: &str| relative_to(path, &module.context);
    let inside = from_context(&module.folder);
    let mut view = View {
        build_image: builder.to_owned(),
        build_packages: program.needs.build_packages(),
        work_folder: if inside == "." {
            "/src".into()
        } else {
            format!("/src/{inside}")
        },
        manifests: manifests(module),
        is_vendored: module.vendored,
        has_download: !module.vendored && module.has_dependencies() && !module.is_loose,
        completes_sum: completes_sum(module),
        package: package(module, program),
        binary: program.name.clone(),
        ..View::default()
    };
    if module.is_loose {
        view.new_module.clone_from(&module.path);
        view.completes_sum = program.has_dependencies && !module.vendored;
    }
    if module.beside_workspace {
        view.build_environment.push(Variable::new("GOWORK", "off"));
    }
    for native in &program.needs.natives {
        view.build_environment.extend(
            native
                .environment
                .iter()
                .map(|(name, value)| Variable::new(name, value)),
        );
    }
    view.front_ends = program
        .front_ends
        .iter()
        .enumerate()
        .map(|(index, it)| stage(index, it, module))
        .collect();

    let writes_alone = program.files.written_here.is_some() && program.files.read.is_empty();
    view.run_folder = if writes_alone { "/data".into() } else { "/app".into() };
    view.run_files = program
        .files
        .read
        .iter()
        .map(|file| Copied {
            sources: vec![from_context(&file.value)],
            target: format!("/app/{}", relative_to(&file.value, &program.files.base)),
        })
        .collect();
    view.empty_files = program
        .files
        .empty
        .iter()
        .map(|file| made(join_absolute(&view.run_folder, &file.value)))
        .collect();

    let mut last = FinalStage {
        runtime_image: runtime(answers)?,
        port: answers.some("port").and_then(|port| port.parse().ok()),
        writable: program
            .files
            .written
            .iter()
            .map(|folder| join_absolute(&view.run_folder, &folder.value))
            .collect(),
        ..FinalStage::default()
    };
    if writes_alone {
        last.writable = vec!["/data".into()];
    }
    if program.files.written_here.is_some() && !writes_alone {
        view.made_folders.push(folder("/app"));
    }
    view.made_folders.extend(last.writable.iter().map(|path| folder(path)));
    start(&mut last, program, answers)?;
    listen(&mut last, program, answers);

    let template = match (program.needs.cgo(), module.is_loose) {
        (true, _) => "go/cgo",
        (false, _) => "go/static",
    };
    let mut plan = BuildPlan::new(template, &last, &view);
    plan.ignore = ignore(module, program);
    plan.warnings = warnings(module, program, &last);
    Ok(plan)
}

/// A file that is made below `/out/writable`.
fn made(path: String) -> Made {
    Made {
        from: format!("/out/writable{path}"),
        to: path,
    }
}

/// A folder that is made below `/out/writable`.
fn folder(path: &str) -> Made {
    made(format!("{path}/"))
}

fn join_absolute(base: &str, path: &str) -> String {
    if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{base}/{path}")
    }
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
        let target = match relative_to(parent(path), &module.context).as_str() {
            "." => "/src/".to_owned(),
            inside => format!("/src/{inside}/"),
        };
        let source = relative_to(path, &module.context);
        match copies.iter_mut().find(|copy| copy.target == target) {
            Some(copy) => copy.sources.push(source),
            None => copies.push(Copied {
                sources: vec![source],
                target,
            }),
        }
    }
    copies
}

/// Before Go 1.16 a build added what `go.sum` lacked; without a `go.sum` it has to be made anyway.
fn completes_sum(module: &Module) -> bool {
    let is_old = module.floor.as_ref().is_none_or(|floor| floor.value < READS_ONLY);
    !module.vendored && module.workspace.is_none() && module.has_dependencies() && (is_old || !module.has_sum)
}

fn runtime(answers: &Answers) -> Result<String> {
    let name = answers.get("runtime").unwrap_or("static");
    image(name, "")
        .map(|image| image.reference)
        .ok_or_else(|| Error::Defect(format!("no image `{name}`")))
}

fn start(last: &mut FinalStage, program: &Program, answers: &Answers) -> Result<()> {
    let start = answers.some("start").unwrap_or(&program.name);
    let mut words = start.split_whitespace().map(str::to_owned);
    let first = words.next().unwrap_or_default();
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
    last.command = words.collect();
    Ok(())
}

/// Tells the program the port by its own variable where its own default is another or only the machine itself is listened to.
fn listen(last: &mut FinalStage, program: &Program, answers: &Answers) {
    let (Some(port), Some(number)) = (&program.port, answers.some("port")) else {
        return;
    };
    let is_told = port.number.is_none_or(|own| own.to_string() != number) || port.is_loopback || port.is_stated_outside;
    if !is_told {
        return;
    }
    let value = if port.is_address {
        format!("0.0.0.0:{number}")
    } else {
        number.to_owned()
    };
    if let Some(variable) = &port.variable {
        last.environment.push(Variable::new(variable, value));
    } else if let Some(flag) = port.flag.as_ref().filter(|_| last.command.is_empty()) {
        last.command = vec![format!("--{flag}={value}")];
    }
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
