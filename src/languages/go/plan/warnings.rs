//! What the Dockerfile can't show, and what the build context leaves out.

use crate::analysis::local_services::LocalService;
use crate::evidence::{Fact, Warning};
use crate::languages::go::entrypoint::Program;
use crate::languages::go::entrypoint::front_end::stages;
use crate::languages::go::package_manager::BuildSettings;
use crate::languages::go::version::Version;
use crate::languages::go::workspace::module::Module;
use crate::path::relative_to;
use crate::plan::{
    Answers, BuildPlan, FinalStage, listen_warning, needed_arguments_warning, needed_environment_file,
    needed_variables, other_port_warning, settings_listen_warning, submodule_hint, written_folder,
};
use crate::shell::quote;

/// What to tell the user.
pub fn warnings(
    module: &Module,
    recipe: &BuildSettings,
    program: &Program,
    answers: &Answers,
    last: &FinalStage,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(tags) = recipe.run_tags.as_ref().filter(|_| recipe.tags.is_none()) {
        let warning = Warning::new(format!(
            "the tags `{}` are for `go run` only, and are left out of the image",
            tags.value.join(",")
        ));
        warnings.push(
            warning.at(tags.evidence.clone()).hint("give them to `go build` there too, where the image needs them"),
        );
    }
    if let Some(port) = &program.port {
        if port.is_loopback() && port.setting.is_none() {
            warnings.push(listen_warning(answers, &port.evidence, program.listen_edit()));
        }
        warnings.extend(port.kept_by.clone().map(settings_listen_warning));
        if let Some(number) = last.port.filter(|number| *number < 1024) {
            let warning = Warning::new(format!(
                "port {number} is below 1024, which some platforms deny to users other than root"
            ));
            let hint = if port.setting.is_some() { "`--port 8080` moves it" } else { "listen on a port from 1024" };
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
        warnings.push(warning.at(first.evidence.clone()).hint("run `go mod tidy` and commit `go.sum`"));
    }
    let unsummed = module.unsummed.iter().filter(|_| !module.vendored && module.workspace.is_none());
    warnings.extend(unsummed.map(|required| {
        let message = format!("`go.sum` lacks the sum of `{}`: the build completes it", required.value);
        Warning::new(message).at(required.evidence.clone()).hint("run `go mod tidy` and commit `go.sum`")
    }));
    if module.is_loose && !module.vendored && program.has_dependencies {
        let warning =
            Warning::new("there is no `go.mod`, so that the build takes the newest version of every dependency");
        warnings.push(
            warning
                .at(program.main.evidence.clone())
                .hint("run `go mod init` and `go mod tidy`, and commit both files"),
        );
    }
    if let Some(private) = &recipe.private {
        let warning = Warning::new(format!("modules of `{}` may want credentials", private.value));
        let hint = "give them to the build: `docker build --secret id=netrc,src=$HOME/.netrc .`";
        warnings.push(warning.at(private.evidence.clone()).hint(hint));
    }
    for unknown in &program.needs.linked.unknown {
        let warning =
            Warning::new(format!("it is linked to `{}`, and no Debian package is known to hold that", unknown.value));
        warnings.push(
            warning
                .at(unknown.evidence.clone())
                .hint("add the package to the first `apt-get install` of the Dockerfile"),
        );
    }
    if let Some(link) = &program.refused_link {
        let message = format!("`{}` reaches into Go's own packages; the linker is told to let it", link.value);
        warnings.push(Warning::new(message).at(link.evidence.clone()).hint("update the module"));
    }
    warnings.extend(missing_files(program));
    warnings.extend(program.local_services.iter().map(LocalService::warning));
    warnings.extend(program.other_ports.iter().map(other_port_warning));
    warnings.extend(program.files.written.iter().map(|fact| written_folder(&fact.value, false, &fact.evidence)));
    warnings.extend(beside(program));
    warnings.extend(needed_variables(&program.required, &last.environment));
    warnings.extend(needed_arguments_warning(&program.needed_arguments, None));
    for native in program.needs.natives.iter().filter(|native| !native.note.is_empty()) {
        warnings.push(Warning::new(&native.note));
    }
    warnings
}

/// The subcommands that the image does not start and that go on beside the one that it does.
fn beside(program: &Program) -> Option<Warning> {
    let serving = program.serving.as_ref()?;
    let started = |name: &str| serving.value.split_whitespace().next() == Some(name);
    let others: Vec<&Fact<String>> = program.beside.iter().filter(|it| !started(&it.value)).collect();
    let first = others.first()?;
    let names: Vec<String> = others.iter().map(|it| format!("`{}`", it.value)).collect();
    let message =
        format!("the image starts `{}`, and {} goes on beside it in another", serving.value, names.join(", "));
    let hint = format!("run a container of its own: `docker run IMAGE {}`", first.value);
    Some(Warning::new(message).at(first.evidence.clone()).hint(hint))
}

/// Files that are absent, unlocked, empty or written in the wrong place.
fn missing_files(program: &Program) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for absent in &program.absent {
        let warning = Warning::new(if absent.has_placeholder {
            format!("`{}` is embedded, and only a placeholder is there", absent.place)
        } else {
            format!("`{}` is embedded and is not there: an empty file stands for it, so that it compiles", absent.place)
        });
        let usual = "what the program does with it fails until something makes it: build it first, or commit it";
        let hint = absent.submodule.as_deref().map_or_else(|| usual.to_owned(), submodule_hint);
        warnings.push(warning.at(absent.pattern.evidence.clone()).hint(hint));
    }
    let mut named: Vec<&str> = Vec::new();
    for missing in &program.missing {
        if named.contains(&missing.value.as_str()) {
            continue;
        }
        named.push(&missing.value);
        let warning = Warning::new(format!("the package `{}` is imported and is not there", missing.value));
        warnings.push(warning.at(missing.evidence.clone()).hint("generate it first, or commit it"));
    }
    warnings.extend(stages(&program.front_ends).into_iter().flat_map(|it| it.warnings.iter().cloned()));
    warnings.extend(program.files.empty.iter().map(|file| needed_environment_file(file, true)));
    for kept in &program.files.kept {
        let message = format!("it writes `{}`, which is taken into the image with all that it holds", kept.value);
        let hint = "mount a file or a volume there, so that it outlives the container";
        warnings.push(Warning::new(message).at(kept.evidence.clone()).hint(hint));
    }
    let is_kept = |name: &str| program.files.kept.iter().any(|kept| kept.value.ends_with(name));
    if let Some(here) = program.files.written_here.as_ref().filter(|here| !is_kept(&here.value)) {
        let warning = Warning::new(format!("it writes `{}` into its working folder", here.value));
        warnings.push(warning.at(here.evidence.clone()).hint("mount a volume where it must outlive the container"));
    }
    warnings
}

/// Names the programs of the module that the image does not hold, where nobody chose one.
pub fn other_programs(module: &Module, chosen: &Program, programs: &[Program]) -> Option<Warning> {
    let others = programs.iter().filter(|program| !program.is_aside && program.label != chosen.label);
    let others: Vec<&Program> = others.collect();
    let first = others.first()?;
    let names: Vec<String> = others.iter().map(|program| format!("`{}`", program.label)).collect();
    let warning = Warning::new(format!(
        "the module has {} programs, and the image is of `{}`: it does not hold {}",
        others.len() + 1,
        chosen.label,
        names.join(", ")
    ));
    let folder = relative_to(&first.folder, &module.folder);
    let hint = format!(
        "`--binary {}` makes the image of another; `dockgen init {}` gives it files of its own",
        quote(&first.label),
        quote(&folder)
    );
    let migrates = others.iter().any(|program| program.label.contains("migrat"));
    Some(warning.at(chosen.main.evidence.clone()).hint(hint).release_job(migrates))
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
