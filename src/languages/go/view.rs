//! From a program and answers to the build plan.

use serde::Serialize;

use crate::catalog::image;
use crate::error::{Error, Result};
use crate::languages::go::front_end::FrontEnd;
use crate::languages::go::modfile::Version;
use crate::languages::go::module::Module;
use crate::languages::go::program::Program;
use crate::languages::{Fact, Warning};
use crate::plan::{Answers, BuildPlan, FinalStage, IgnoreSection, Variable};
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

fn ignore(module: &Module, program: &Program) -> Vec<IgnoreSection> {
    let mut patterns = vec![
        "**/*_test.go",
        "**/*.test",
        "**/*.prof",
        "**/coverage.out",
        "**/coverage.txt",
    ];
    if !program.front_ends.is_empty() {
        patterns.push("**/node_modules");
    }
    let mut sections = vec![IgnoreSection::new("Tests and what they leave behind", patterns)];
    let built: Vec<String> = program
        .front_ends
        .iter()
        .map(|it| relative_to(&it.wanted, &module.context))
        .collect();
    if !built.is_empty() {
        sections.push(IgnoreSection::new("The front end is built in the image", built));
    }
    let wanted = program
        .embedded
        .iter()
        .chain(program.files.read.iter().map(|file| &file.value));
    let again: Vec<String> = wanted
        .filter(|path| crate::languages::go::hidden::is_hidden(path))
        .map(|path| format!("!{}", relative_to(path, &module.context)))
        .collect();
    if !again.is_empty() {
        sections.push(IgnoreSection::new("The program embeds or reads these", again));
    }
    sections
}

fn warnings(module: &Module, program: &Program, last: &FinalStage) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(port) = &program.port {
        let told = last
            .environment
            .iter()
            .any(|it| Some(&it.name) == port.variable.as_ref())
            || !last.command.is_empty();
        if port.is_loopback && !told {
            let warning = Warning::new("it listens on the container's own loopback, where nobody reaches it");
            warnings.push(
                warning
                    .at(port.evidence.clone())
                    .hint("listen on all interfaces, e.g. `:8080`"),
            );
        }
        if let Some(number) = last.port.filter(|number| *number < 1024) {
            let warning = Warning::new(format!(
                "port {number} is below 1024, which some platforms deny to users other than root"
            ));
            let hint = if port.variable.is_some() || port.flag.is_some() {
                "`--port 8080` moves it"
            } else {
                "listen on a port from 1024"
            };
            warnings.push(warning.at(port.evidence.clone()).hint(hint));
        }
    }
    if let Some(first) = module
        .file
        .requires
        .first()
        .filter(|_| !module.has_sum && !module.vendored && module.workspace.is_none() && module.has_dependencies())
    {
        let warning = Warning::new("there is no `go.sum`, so that the build takes modules that nobody has checked");
        warnings.push(
            warning
                .at(first.evidence.clone())
                .hint("run `go mod tidy` and commit `go.sum`"),
        );
    }
    if module.is_loose && program.has_dependencies {
        let warning =
            Warning::new("there is no `go.mod`, so that the build takes the newest version of every dependency");
        warnings.push(
            warning
                .at(program.main.evidence.clone())
                .hint("run `go mod init` and `go mod tidy`, and commit both files"),
        );
    }
    for absent in &program.absent {
        let warning = Warning::new(format!("`{}` is embedded and is not there", absent.place));
        warnings.push(
            warning
                .at(absent.pattern.evidence.clone())
                .hint("the build fails until something makes it: build it first, or commit it"),
        );
    }
    for missing in &program.missing {
        let warning = Warning::new(format!("the package `{}` is imported and is not there", missing.value));
        warnings.push(
            warning
                .at(missing.evidence.clone())
                .hint("generate it first, or commit it"),
        );
    }
    for front_end in program.front_ends.iter().filter(|it| !it.is_locked) {
        let warning =
            Warning::new("the front end has no lock file, so that its dependencies can change with every build");
        warnings.push(warning.at(front_end.evidence.clone()));
    }
    for empty in &program.files.empty {
        let warning = Warning::new(format!(
            "it wants `{}`, which must not be in an image: an empty one is there instead",
            empty.value
        ));
        warnings.push(
            warning
                .at(empty.evidence.clone())
                .hint("give the variables to the container: `docker run --env-file .env`"),
        );
    }
    if let Some(here) = &program.files.written_here {
        let warning = Warning::new(format!("it writes `{}` into its working folder", here.value));
        warnings.push(
            warning
                .at(here.evidence.clone())
                .hint("mount a volume where it must outlive the container"),
        );
    }
    for native in program.needs.natives.iter().filter(|native| !native.note.is_empty()) {
        warnings.push(Warning::new(&native.note));
    }
    warnings
}

/// Says so where the project pins a version that the image is not.
pub fn warn_of_version(plan: &mut BuildPlan, pinned: Option<&Fact<Version>>, version: &str) {
    let Some(pinned) = pinned.filter(|pinned| pinned.value.to_string() != version) else {
        return;
    };
    let warning = Warning::new(format!("Go {} is pinned, and it is built with {version}", pinned.value));
    plan.warnings.push(
        warning
            .at(pinned.evidence.clone())
            .hint("older releases get no security fixes; newer ones build their modules too"),
    );
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
