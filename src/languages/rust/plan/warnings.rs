//! What the Dockerfile of a Cargo package can't show.

use crate::analysis::local_services::LocalService;
use crate::analysis::settings_file;
use crate::catalog::secrets;
use crate::evidence::{Fact, Warning};
use crate::languages::rust::framework::QUERIES_VARIABLE;
use crate::languages::rust::package_manager::build_script::ENVIRONMENT_SECRET;
use crate::languages::rust::plan::RustApplication;
use crate::path::{is_inside, join};
use crate::plan::{
    Answers, FinalStage, history, listen_warning, lost_database, needed_arguments_warning, needed_environment_file,
    needed_file, needed_variables, other_port_warning, written_folder,
};

/// Every warning, in the order of the build.
pub fn warnings(application: &RustApplication, answers: &Answers, last: &FinalStage) -> Vec<Warning> {
    let version = answers.get("version").unwrap_or_default();
    let mut warnings = application.needs.warnings.clone();
    warnings.extend(application.toolchain.warning(version, &application.entrypoint.unstable_features));
    warnings.extend(application.config.warnings());
    warnings.extend(other_programs(application, answers));
    warnings.extend(build(application));
    warnings.extend(listening(application, answers));
    warnings.extend(running(application, last));
    warnings
}

/// Names the programs of the package that the image does not hold, where a part of its name chose one.
fn other_programs(application: &RustApplication, answers: &Answers) -> Option<Warning> {
    let chosen = application.named_in_part().filter(|it| it.name == application.binary(answers).name)?;
    let others = application.binaries.iter().filter(|it| it.name != chosen.name);
    let others: Vec<String> = others.map(|it| format!("`{}`", it.name)).collect();
    let message = format!(
        "the package has {} programs, and the image is of `{}`: it does not hold {}",
        application.binaries.len(),
        chosen.name,
        others.join(", ")
    );
    let migrates = others.iter().any(|name| name.contains("migrat"));
    let warning = Warning::new(message).at(chosen.evidence.clone()).release_job(migrates);
    Some(warning.hint("choose another with `--binary`"))
}

fn build(application: &RustApplication) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(queries) = application.entrypoint.queries.as_ref().filter(|queries| !queries.has_answers) {
        let what = match queries.database {
            Some(_) => "the build makes a database of its own for them, from the migrations",
            None => "there is neither a database in the build nor an answer of one in the repository",
        };
        let message = format!("queries are checked against a database while the program compiles: {what}");
        warnings.push(
            Warning::new(message)
                .at(queries.evidence.clone())
                .hint("run `cargo sqlx prepare` and commit the folder `.sqlx`"),
        );
    }
    warnings.extend(compiled_variables(application));
    warnings.extend(compiled_file(application));
    if let Some(asked) = &application.build.history {
        let is_given = asked.is_needed && application.app.context.is_empty();
        warnings.push(history::warning(asked.evidence.clone(), is_given));
    }
    if let Some(feature) = &application.build.feature {
        let message =
            format!("it does not compile with its default features alone; the build adds `{}`", feature.value);
        warnings.push(Warning::new(message).at(feature.evidence.clone()).hint("choose others with `--features`"));
    }
    for outside in &application.build.outside {
        let message =
            format!("`{}` is compiled in and lies outside of the repository: no build context has it", outside.value);
        warnings.push(Warning::new(message).at(outside.evidence.clone()).hint("move it into the repository"));
    }
    warnings.extend(application.needed_files.warnings.clone());
    for absent in &application.build.absent {
        let message = format!("`{}` is compiled in and is not there", absent.value);
        warnings.push(
            Warning::new(message).at(absent.evidence.clone()).hint("make it before `docker build`, or commit it"),
        );
    }
    for unserved in &application.build.unserved {
        let message = format!("`{}` is served, and no step here makes it", unserved.value);
        warnings.push(
            Warning::new(message).at(unserved.evidence.clone()).hint("make it before `docker build`, or commit it"),
        );
    }
    warnings.extend(application.build.front_ends.iter().flat_map(|it| it.warnings.iter().cloned()));
    warnings
}

/// The variables that the compiler puts into the program. Where queries are checked, the one that names their database is
/// the build's own while it compiles.
fn compiled_variables(application: &RustApplication) -> Option<Warning> {
    let build = &application.build;
    let variables = &build.variables;
    let queries = application.entrypoint.queries.as_ref().filter(|it| !it.has_answers && it.database.is_some());
    let mut all = variables.iter().chain(&build.file_variables);
    let of_queries = all.find(|fact| queries.is_some() && fact.value == QUERIES_VARIABLE);
    if let Some(fact) = of_queries {
        let message = format!(
            "`{}` is put into the program when it is compiled, and the build's own database stands there then: the program would not find another one",
            fact.value
        );
        let hint = format!("read it when the program runs, by `std::env::var(\"{}\")`", fact.value);
        return Some(Warning::new(message).at(fact.evidence.clone()).hint(hint));
    }
    let first = variables.first()?;
    let names: Vec<String> = variables.iter().map(|fact| format!("`{}`", fact.value)).collect();
    let message = format!("the build ends without {}, which the compiler puts into the program", names.join(", "));
    let hint = if secrets().variables.matches(&first.value) {
        format!("docker build --secret id={0},env={0} …; who has the program can read it there", first.value)
    } else {
        format!("docker build --build-arg {}=…", first.value)
    };
    Some(Warning::new(message).at(first.evidence.clone()).hint(hint))
}

/// The file of variables that a macro reads while the program is compiled.
fn compiled_file(application: &RustApplication) -> Option<Warning> {
    let file = application.build.environment_file.as_ref()?;
    let message = format!(
        "the build ends without the file `{}`, whose variables the compiler puts into the program: it is given as a secret",
        file.value
    );
    let hint = format!(
        "docker build --secret id={ENVIRONMENT_SECRET},src={} …; or read them when the program runs, by `std::env::var`",
        file.value
    );
    Some(Warning::new(message).at(file.evidence.clone()).hint(hint))
}

fn listening(application: &RustApplication, answers: &Answers) -> Option<Warning> {
    let entrypoint = &application.entrypoint;
    let loopback = entrypoint.listen.loopback.as_ref().filter(|it| entrypoint.is_server && it.setting.is_none())?;
    Some(listen_warning(answers, &loopback.evidence, entrypoint.edit()))
}

fn running(application: &RustApplication, last: &FinalStage) -> Vec<Warning> {
    let entrypoint = &application.entrypoint;
    let mut warnings = Vec::new();
    warnings.extend(needed_variables(&entrypoint.required, &last.environment));
    let served = entrypoint.subcommands.serve.as_ref().map(|fact| fact.value.as_str());
    warnings.extend(needed_arguments_warning(&entrypoint.needed_arguments, served));
    let others = entrypoint.listen.others.iter().filter(|_| entrypoint.is_server);
    warnings.extend(others.map(other_port_warning));
    let is_made = |path: &str| {
        let build = &application.build;
        let made = build.front_ends.iter().map(|it| &it.wanted);
        let made = made.chain(build.absent.iter().chain(&build.unserved).map(|fact| &fact.value));
        let path = join(&application.app.folder, path);
        made.into_iter().any(|made| is_inside(&path, made))
    };
    warnings.extend(entrypoint.needed_files.iter().filter(|file| !is_made(&file.value.path)).map(|file| {
        let path = Fact::new(file.value.path.clone(), file.evidence.clone());
        needed_file(&path, file.value.is_folder, &format!("/app/{}", path.value))
    }));
    warnings.extend(entrypoint.dotenv.as_ref().map(|file| needed_environment_file(file, true)));
    let local = entrypoint.local_services.iter().chain(&entrypoint.configured_services);
    warnings.extend(local.map(LocalService::warning));
    warnings.extend(entrypoint.settings.iter().map(|fact| settings_file::warning(fact, "/app")));
    warnings.extend(entrypoint.data_folders.iter().map(|fact| written_folder(&fact.value, false, &fact.evidence)));
    warnings.extend(entrypoint.unmade_database.clone());
    let loose = entrypoint.loose_database.as_ref();
    warnings.extend(loose.and_then(|it| Some(lost_database(it.file.as_ref()?, it.setting.as_ref(), &it.evidence))));
    warnings
}
