//! What the repository implies and the Dockerfile can't show, each with its line.

use crate::analysis::local_services::LocalService;
use crate::analysis::{other_case, settings_file};
use crate::error::Result;
use crate::evidence::Warning;
use crate::languages::node::entrypoint::steps::{Step, in_image, script_needs_database, without_database};
use crate::languages::node::package_manager::Kind;
use crate::languages::node::package_manager::build_script::build_script;
use crate::languages::node::package_manager::install::Install;
use crate::languages::node::plan::final_stage::absolute;
use crate::languages::node::plan::working_folder;
use crate::languages::node::{NodeApplication, version};
use crate::path::relative_to;
use crate::plan::{Answers, history, listen_warning, lost_database, other_port_warning, written_folder};

/// All warnings of a plan.
///
/// # Errors
/// When the version that is stated is none.
pub fn all(
    application: &NodeApplication,
    answers: &Answers,
    commands: &Install,
    kind: Kind,
    is_site: bool,
) -> Result<Vec<Warning>> {
    let mut warnings = commands.warnings.clone();
    warnings.extend(version::question(&application.versions)?.warnings);
    warnings.extend(application.manager.warning.clone());
    warnings.extend(application.needs.warnings.clone());
    let asked = application.facts.asks_git.clone();
    warnings.extend(asked.map(|evidence| history::warning(evidence, application.app.context.is_empty())));
    if let Some(framework) = application.entry.framework.filter(|framework| !framework.note.is_empty()) {
        warnings.push(Warning::new(framework.note.clone()).at(application.entry.evidence.clone()));
    }
    if let Some(token) = &application.facts.token {
        let name = &token.value;
        let message = format!(
            "the install reads a registry token from `{name}`; the build takes it as a secret, never as an argument"
        );
        warnings.push(
            Warning::new(message)
                .at(token.evidence.clone())
                .hint(format!("docker build --secret id={name},env={name} …")),
        );
    }
    if let Some(variable) = &application.facts.other_token {
        let name = &variable.value;
        let message = format!("`{name}` is not named for the token of a registry, so the build does not ask for it");
        warnings.push(
            Warning::new(message)
                .at(variable.evidence.clone())
                .hint("if it is one, call it `NPM_TOKEN` there, and in what sets it"),
        );
    }
    warnings.extend(build_needs(application, kind));
    warnings.extend(broken(application));
    if let names @ [_, ..] = application.placeholders().as_slice() {
        let names: Vec<String> = names.iter().map(|variable| format!("`{}`", variable.name)).collect();
        let message =
            format!("modules of the server can't be read without {}, so the build gets placeholders", names.join(", "));
        warnings.push(Warning::new(message).at(application.entry.evidence.clone()).hint("give the values at run time"));
    }
    if let Some(evidence) = &application.facts.settings {
        warnings.push(
            Warning::new(format!("`{}` is left out of the image", evidence.path))
                .at(evidence.clone())
                .hint(format!("give its variables at run time: docker run --env-file {}", evidence.path)),
        );
    }
    warnings.extend(pages(application));
    if is_site {
        return Ok(warnings);
    }
    warnings.extend(imports(application));
    let other_case = application.entry.other_case.iter().chain(&application.source.other_case);
    warnings.extend(other_case.map(other_case::warning));
    warnings.extend(application.source.local_services.iter().map(LocalService::warning));
    let folder = working_folder(application);
    warnings.extend(application.source.settings.iter().map(|fact| settings_file::warning(fact, &folder)));
    for step in application.steps() {
        if let Step::Job(text) = step {
            warnings.push(
                Warning::new(format!("the start script runs `{text}` first; the image starts the server alone"))
                    .at(application.entry.evidence.clone())
                    .hint(job_hint(application, &text, kind))
                    .release_job(true),
            );
        }
    }
    warnings.extend(differences(application));
    if let Some(script) = &application.entry.instead_of {
        let message =
            format!("the start script `{}` can't be run without a shell, so something else is started", script.value);
        warnings.push(
            Warning::new(message)
                .at(script.evidence.clone())
                .hint("see that the start command above is right, or decide with `--start 'node …'`"),
        );
    }
    for other in &application.entry.other_servers {
        let message = format!("a script starts another server, `{}`, which the image does not start", other.value);
        let hint = format!("give it a container of its own, from an image made with `--start 'node {}'`", other.value);
        warnings.push(Warning::new(message).at(other.evidence.clone()).hint(hint));
    }
    warnings.extend(development(application));
    let listen = &application.source.listen;
    let is_lifted = listen.loopback.as_ref().is_some_and(|it| it.variable().is_some());
    if let Some(loopback) = listen.loopback.as_ref().filter(|_| !is_site && !is_lifted) {
        warnings.push(listen_warning(answers, &loopback.evidence, application.listen_edit()));
    }
    warnings.extend(listen.others.iter().map(other_port_warning));
    for folder in &application.source.data_folders {
        let is_shared = application.source.shared_folders.contains(&folder.path);
        let place = if folder.is_outside() {
            absolute(&working_folder(application), &folder.path)
        } else {
            folder.path.clone()
        };
        warnings.push(written_folder(&place, is_shared, &folder.evidence));
    }
    let loose = application.source.loose_database.as_ref();
    warnings.extend(loose.and_then(|it| Some(lost_database(it.file.as_ref()?, it.setting.as_ref(), &it.evidence))));
    Ok(warnings)
}

/// Where the image builds or starts other than the project's own scripts do.
fn differences(application: &NodeApplication) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let script = build_script(&application.package).map(|(name, _)| name);
    if script.is_some_and(|script| application.is_left_to_nest(&script))
        && let Some(import) = &application.source.import_from_base
    {
        let message = format!(
            "`tsc` leaves `{}` as it is, and Node.js finds no such package: the image is built by `nest build`, which makes the \
             path relative",
            import.value
        );
        let hint = "say `nest build` in the build script, too";
        warnings.push(Warning::new(message).at(import.evidence.clone()).hint(hint));
    }
    for left in &application.left_behind {
        let (path, place) = &left.value;
        let message = format!(
            "the compiler leaves `{path}` where it is, and the compiled program looks for `{place}`: the build copies it"
        );
        warnings.push(Warning::new(message).at(left.evidence.clone()).hint("let the build script copy it, too"));
    }
    if let Some(mode) = &application.source.mode {
        let message = format!("its settings have none for production, so the image says NODE_ENV={}", mode.value);
        warnings.push(Warning::new(message).at(mode.evidence.clone()).hint("add `production` to that file"));
    }
    warnings.extend(application.front_ends.iter().flat_map(|it| it.warnings.iter().cloned()));
    if let others @ [_, ..] = application.entry.beside.as_slice() {
        let others: Vec<String> = others.iter().map(|text| format!("`{text}`")).collect();
        let message = format!(
            "the start script starts {} beside the server; the image starts the server alone",
            others.join(", ")
        );
        warnings.push(
            Warning::new(message)
                .at(application.entry.evidence.clone())
                .hint("what serves in production has a container of its own; what only watches is not needed"),
        );
    }
    warnings
}

/// The variables that a bundler puts into pages.
fn pages(application: &NodeApplication) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for variable in application.source.build_variables() {
        let name = &variable.name;
        let message = format!("`{name}` is put into the pages when they are built, and can't be changed afterwards");
        warnings.push(
            Warning::new(message).at(variable.evidence.clone()).hint(format!("docker build --build-arg {name}=…")),
        );
    }
    for variable in &application.source.built_secrets {
        let name = &variable.value;
        let message = format!("`{name}` is put into the server when it is built: who has the image can read it there");
        let hint = format!("docker build --secret id={name},env={name} …; or take it from `$env/dynamic/private`");
        warnings.push(Warning::new(message).at(variable.evidence.clone()).hint(hint));
    }
    warnings
}

/// That development dependencies stay, since they run the application.
fn development(application: &NodeApplication) -> Option<Warning> {
    let is_typed = application.entry.file().is_some_and(|file| file.ends_with("ts") || file.ends_with("tsx"));
    let way = if is_typed { "runs TypeScript" } else { "is compiled by Babel while it runs," };
    let message =
        format!("the application {way} by a development dependency, so development dependencies stay in the image");
    application.entry.needs_development.then(|| {
        Warning::new(message)
            .at(application.entry.evidence.clone())
            .hint("compile it: add a `build` script, and start what it makes")
    })
}

/// The dependencies that are too old for any image.
fn broken(application: &NodeApplication) -> impl Iterator<Item = Warning> {
    application.facts.broken.iter().map(|(row, evidence)| {
        let message = format!("this `{}` works in no image: {}", row.package, row.because);
        Warning::new(message).at(evidence.clone()).hint(format!("raise it to {} or later", row.below))
    })
}

/// The imports that an image of production would not find.
fn imports(application: &NodeApplication) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for import in &application.missing_imports.other_case {
        let (written, file) = &import.value;
        let message = format!(
            "`{written}` is called `{}` in the repository: Linux tells them apart",
            relative_to(file, &application.app.context)
        );
        warnings.push(Warning::new(message).at(import.evidence.clone()).hint("write the import as the file is called"));
    }
    for import in &application.missing_imports.absent {
        let path = relative_to(&import.value, &application.app.context);
        let message = format!("it imports `{path}`, which is not there: it can't start");
        warnings
            .push(Warning::new(message).at(import.evidence.clone()).hint("commit the file, or take the import out"));
    }
    for import in &application.missing_imports.development {
        let name = &import.value;
        let message = format!(
            "the application imports `{name}`, a development dependency, so development dependencies stay in the image"
        );
        warnings.push(Warning::new(message).at(import.evidence.clone()).hint("move it to `dependencies`"));
    }
    warnings
}

/// How a job is run before the server starts.
fn job_hint(application: &NodeApplication, text: &str, kind: Kind) -> String {
    match in_image(&application.package, text, kind) {
        Some(arguments) => format!("run it before, with the same image: docker run --rm … {arguments}"),
        None => "run it as a job of its own, before the server starts".to_owned(),
    }
}

/// What the build needs that only a deployment has.
fn build_needs(application: &NodeApplication, kind: Kind) -> Option<Warning> {
    let (script, place) = build_script(&application.package).filter(|_| application.nx.is_none())?;
    let text = application.package.script(&script)?.value;
    let warning = match without_database(&application.package, &script, kind) {
        Some((_, out)) => Warning::new(format!("the build leaves out `{}`, which needs a database", out.join(" && ")))
            .hint("run it as a job of its own, before the server starts"),
        None if script_needs_database(&application.package, &script) => {
            Warning::new(format!("the build script runs `{text}`, which seems to need a database"))
                .hint("take that out of the script, or say `--build` with the commands that a build can run")
        }
        None => return None,
    };
    Some(warning.at(place))
}
