//! What somebody should know that the Dockerfile can't show.

use crate::analysis::local_services::LocalService;
use crate::analysis::settings_file::{self, SettingsFile};
use crate::catalog;
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::java::JavaApplication;
use crate::languages::java::entrypoint::listen::Override;
use crate::languages::java::entrypoint::packaging::{self, Packaging};
use crate::languages::java::version;
use crate::plan::{
    Answers, FinalStage, listen_warning, lost_database, needed_environment_file, needed_variables, written_folder,
};
use crate::text::visible;

/// Every warning of an application.
pub fn all(application: &JavaApplication, answers: &Answers, last: &FinalStage) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let line = application.line(answers);
    warnings.extend(version::warning(application.release.as_ref(), line));
    if let Some(lombok) = application.facts.lombok.as_ref().filter(|lombok| lombok.is_too_old(line)) {
        let version = &catalog::lombok().version;
        let warning = match &lombok.property {
            Some(property) => Warning::new(format!(
                "this Lombok can't compile on Java {line}; the build asks for Lombok {version} by its property"
            ))
            .hint(format!("set `{property}` to {version} in the POM")),
            None => Warning::new(format!(
                "this Lombok can't compile on Java {line}, and its version is no property that a flag could set"
            ))
            .hint(format!("set its version to {version}")),
        };
        warnings.push(warning.at(lombok.evidence.clone()));
    }
    if let Some(wrapper) = &application.facts.wrapper {
        warnings.push(
            Warning::new(format!(
                "the project wants Maven {}, which the image does not have; its wrapper fetches it in each build",
                wrapper.value
            ))
            .at(wrapper.evidence.clone()),
        );
    }
    if application.sources.mains.len() > 1 && matches!(application.packaging.value, Packaging::Plain { main: None }) {
        let list: Vec<&str> = application.sources.mains.iter().map(|main| main.class.value.as_str()).collect();
        warnings.push(
            Warning::new(format!("several classes have a main method: {}", list.join(", ")))
                .at(application.packaging.evidence.clone())
                .hint("say which one by `--binary`, or in the POM by `<mainClass>` of maven-jar-plugin"),
        );
    }
    if let Some(main) = packaging::misspelt_main(&application.maven, &application.sources.mains) {
        let (stated, meant) = &main.value;
        let warning = Warning::new(format!("the POM has `{stated}` started, which the source calls `{meant}`"));
        warnings.push(warning.at(main.evidence.clone()).hint("write it as the class is called"));
    }
    for file in &application.sources.uncommitted_sources {
        let message =
            format!("the sources use `{}`, which `.gitignore` leaves out of the repository", visible(&file.value));
        let hint = "write it before the build, which fails without it";
        warnings.push(Warning::new(message).at(file.evidence.clone()).hint(hint));
    }
    for file in &application.sources.sampled_resources {
        let (path, sample) = &file.value;
        let message = format!(
            "the program reads `{}` from its resources, and the repository has only a sample of it",
            visible(path)
        );
        let hint = format!("write it before the build, from `{}`", visible(sample));
        warnings.push(Warning::new(message).at(file.evidence.clone()).hint(hint));
    }
    if let Some(file) = &application.sources.uncommitted_settings {
        let path = visible(&file.value);
        let message =
            format!("`.gitignore` leaves out `{path}`, and no other settings are there: it may not start without");
        let hint = "write it before the build, or give its settings to the container by variables";
        warnings.push(Warning::new(message).at(file.evidence.clone()).hint(hint));
    }
    if let Some(repository) = &application.facts.private_repository {
        warnings.push(
            Warning::new("this repository hands out nothing without an account; the build takes one from a secret")
                .at(repository.clone())
                .hint("`docker build --secret id=maven-settings,src=$HOME/.m2/settings.xml …`"),
        );
    }
    warnings.extend(application.facts.lost_repositories.iter().cloned());
    for (evidence, told) in &application.sources.listening.loopback {
        let warning = match told {
            Override::Variable(name) => Warning::new(format!(
                "it listens on the loopback address, which nobody outside of the container reaches; `{name}` lifts it"
            )),
            Override::Option(_) => Warning::new(
                "it listens on the loopback address, which nobody outside of the container reaches; an option lifts it",
            ),
            Override::Source(edit) => listen_warning(answers, evidence, edit.as_ref()),
        };
        warnings.push(warning.at(evidence.clone()));
    }
    warnings.extend(needed_variables(&required_variables(application), &last.environment));
    let is_boot = matches!(application.packaging.value, Packaging::SpringBoot { .. });
    if let Some(sample) = application.sources.configuration.sample.as_ref().filter(|_| is_boot) {
        let name = if sample.contains(".y") { "application.yml" } else { "application.properties" };
        let file = SettingsFile { path: name.to_owned(), sample: Some(sample.clone()), is_left_out: false };
        warnings.push(settings_file::warning(&Fact::new(file, Evidence::file(sample)), "/app"));
    }
    let sources = &application.sources;
    let configured = sources.configured_services.iter();
    warnings.extend(configured.map(|(service, variable)| LocalService::of_setting(service, variable).warning()));
    let is_told = |name: &str| sources.configured_services.iter().any(|(known, _)| known.value == name);
    let in_source = sources.local_services.iter().filter(|it| !is_told(&it.service.value));
    warnings.extend(in_source.map(LocalService::warning));
    warnings.extend(application.sources.dotenv.as_ref().map(|file| needed_environment_file(file, true)));
    let written = application.sources.data_folders.folders.iter();
    warnings.extend(written.map(|fact| written_folder(&fact.value, false, &fact.evidence)));
    let loose = sources.data_folders.loose_database.as_ref();
    warnings.extend(loose.map(|(file, setting)| lost_database(&file.value, setting.as_ref(), &file.evidence)));
    warnings
}

/// The variables that must be set, from the source and from the settings.
fn required_variables(application: &JavaApplication) -> Vec<Fact<String>> {
    let sources = &application.sources;
    let in_source = sources.variables.iter().filter(|variable| variable.is_required);
    let in_source = in_source.map(|variable| Fact::new(variable.name.clone(), variable.evidence.clone()));
    let mut required: Vec<Fact<String>> = Vec::new();
    for fact in in_source.chain(sources.wanted.iter().cloned()).chain(sources.configuration.wanted_variables()) {
        if !required.iter().any(|known| known.value == fact.value) {
            required.push(fact);
        }
    }
    required
}
