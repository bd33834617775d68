//! What the Dockerfile of an application of Python can't show.

use crate::analysis::Program;
use crate::analysis::services::words;
use crate::analysis::subprocesses::{SHELL, subprocesses, wanted};
use crate::catalog::python::module_of_command;
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::python::entrypoint::{Entrypoint, procfile};
use crate::languages::python::framework::Django;
use crate::languages::python::package_manager::{Installer, Project};
use crate::languages::python::plan::Input;
use crate::repo::Repo;
use crate::source::Index;
use crate::source::python::modules::Module;

/// The programs that the source starts and the image lacks, a shell first.
pub fn programs(modules: &[Module]) -> Vec<Fact<String>> {
    let started = subprocesses(&Program::of(modules.iter().map(Module::index)));
    let mut programs: Vec<Fact<String>> = wanted(&started);
    programs.retain(|program| !is_there(&program.value));
    programs.sort_by_key(|program| program.value != SHELL);
    programs
}

/// What the source and the manifests imply and the Dockerfile can't show.
pub fn of_source(
    repo: &Repo,
    project: &Project,
    django: Option<&Django>,
    modules: &[Module],
    start: &Entrypoint,
) -> Vec<Warning> {
    let mut found = Vec::new();
    if let Some(command) = modules.iter().find_map(|module| database_command(&module.index())) {
        let name = &command.value;
        let message =
            format!("its database is made by a command of its own, `flask {name}`, which is not run at start");
        let target = start.invocation.arguments.iter().find_map(|word| Some(word.split_once(':')?.0));
        let job = format!("docker run --rm --env FLASK_APP={} IMAGE -m flask {name}", target.unwrap_or("…"));
        let hint = format!("run it as a job, with the volume of its data: `{job}`");
        found.push(Warning::new(message).at(command.evidence).hint(hint).release_job(true));
    }
    for evidence in project.manifests.requirements.iter().flat_map(|it| it.outside.iter().cloned()) {
        found.push(
            Warning::new("what is installed here lies outside of the repository: the installation will fail")
                .at(evidence)
                .hint("take it into the repository, or publish it as a package"),
        );
    }
    for evidence in project.manifests.requirements.iter().flat_map(|it| it.missing.iter().cloned()) {
        found.push(
            Warning::new("what the requirements name here does not exist: the installation will fail").at(evidence),
        );
    }
    for evidence in project.manifests.requirements.iter().flat_map(|it| it.circular.iter().cloned()) {
        found.push(
            Warning::new("the requirements include one another in a circle: pip refuses that")
                .at(evidence)
                .hint("let one file include the other, and not back"),
        );
    }
    if let Some(django) = django {
        let is_listed = project.installer() == Installer::None
            || project.manifests.dependency("django").is_some()
            || project.version_of("django").is_some();
        if !is_listed {
            let message = "nothing that is installed lists Django, which this needs: the image would not have it";
            let hint = "add `django` to the project's dependencies";
            found.push(Warning::new(message).at(Evidence::file(django.manage())).hint(hint));
        }
        let migrate = Warning::new(
            "migrations are not run at start: run them as a job, `docker run --rm IMAGE manage.py migrate`",
        );
        found.push(migrate.at(Evidence::file(django.manage())).release_job(true));
        if let Some(refused) = &django.refused_hosts {
            let message = "it answers every request with 400: `DEBUG` is off, and `ALLOWED_HOSTS` names no host";
            let hint = match &refused.value {
                Some(variable) => format!("name the hosts at run time: `docker run --env {variable}=localhost`"),
                None => "take the hosts from a variable in `ALLOWED_HOSTS`".to_owned(),
            };
            found.push(Warning::new(message).at(refused.evidence.clone()).hint(hint));
        }
        if let Some(unserved) = &django.unserved_files {
            let message = format!(
                "nothing in the image serves the static files of {}: its pages would lack their styles and scripts",
                unserved.value
            );
            let hint = "add `whitenoise` to the dependencies and to `MIDDLEWARE`, or let a proxy serve them";
            found.push(Warning::new(message).at(unserved.evidence.clone()).hint(hint));
        }
        if let Some(evidence) = &django.sqlite {
            let message = "the settings keep a SQLite database beside the source: it is lost with the container";
            found.push(
                Warning::new(message).at(evidence.clone()).hint("use a database server, or a path in a mounted volume"),
            );
        }
        if !django.other_settings.is_empty() {
            let message = format!("there are other settings modules: {}", django.other_settings.join(", "));
            let warning = Warning::new(message).hint("choose one at run time with `--env DJANGO_SETTINGS_MODULE=…`");
            found.push(match &django.settings {
                Some(settings) => warning.at(settings.evidence.clone()),
                None => warning,
            });
        }
    }
    let released = procfile::find(repo, project).into_iter().find(|command| command.value.process == "release");
    if let Some(release) = released {
        found.push(
            Warning::new("a command is to be run at each release: run it as a job, it is not part of the start")
                .at(release.evidence)
                .release_job(true),
        );
    }
    found
}

/// The command of a Flask application that makes its tables: `@app.cli.command("init-db")`.
fn database_command(file: &Index) -> Option<Fact<String>> {
    const MAKES: &[&str] = &["init", "create", "setup", "make", "build"];
    const MADE: &[&str] = &["db", "database", "tables", "schema"];
    let has = |words: &[String], list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_of_flask = file.imports("flask");
    let mut commands = file.calls.iter().filter(|call| is_of_flask && call.name() == "command" && !file.is_test);
    commands.find_map(|call| {
        let name = call.positional(0)?.text()?;
        let words = words(name);
        (has(&words, MAKES) && has(&words, MADE)).then(|| file.fact(name.to_owned(), &call.place))
    })
}

/// Whether the image has a program: the interpreter and the commands of packages.
fn is_there(program: &str) -> bool {
    program.starts_with("python") || module_of_command(program).is_some()
}

/// What is to be known of how the project is installed.
pub fn of_installation(input: &Input, has_lock: bool, version_from_git: Option<&Evidence>) -> Vec<Warning> {
    let project = input.project;
    let is_own = project.installer() == input.installer;
    let mut found = Vec::new();
    if let Some(evidence) = version_from_git {
        let message = "the version comes from git, which the build does not see: it is 0.0.0 unless `--build-arg VERSION=…` says it";
        found.push(Warning::new(message).at(evidence.clone()));
    }
    if let Some(left_out) = project.left_out.as_ref().filter(|_| is_own && has_lock) {
        let message = format!(
            "the lock file lacks `{}`, which Poetry before 1.2 left out: it is installed besides",
            left_out.value
        );
        found.push(Warning::new(message).at(left_out.evidence.clone()).hint("run `poetry lock` and commit the file"));
    }
    if let Some(problem) = project.out_of_step.as_ref().filter(|_| is_own) {
        let message = format!("the lock file is out of step: {}; the build locks anew", problem.value);
        let warning = Warning::new(message).at(problem.evidence.clone());
        found.push(warning.hint("lock again and commit the file: then each build installs the same"));
    } else if let Some(installer) = project.installers.iter().find(|it| it.value == input.installer)
        && !has_lock
        && !matches!(installer.value, Installer::Requirements | Installer::None)
    {
        let warning =
            Warning::new("there is no lock file: each build may install other versions").at(installer.evidence.clone());
        found.push(warning.hint("commit a lock file"));
    }
    found
}
