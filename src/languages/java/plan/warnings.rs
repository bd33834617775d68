//! What somebody should know that the Dockerfile can't show.

use crate::error::Result;
use crate::evidence::Warning;
use crate::languages::java::JavaApplication;
use crate::languages::java::entrypoint::listen::Cure;
use crate::languages::java::entrypoint::packaging::Packaging;
use crate::languages::java::version;

/// Every warning of an application.
///
/// # Errors
/// When no maintained image has the release.
pub fn all(application: &JavaApplication) -> Result<Vec<Warning>> {
    let mut warnings = Vec::new();
    warnings.extend(version::question(application.release.as_ref())?.1);
    if application.facts.old_lombok {
        warnings.push(
            Warning::new(
                "this Lombok can't compile on a maintained Java; the build asks for Lombok 1.18.42 by its property",
            )
            .at(application
                .module
                .pom()
                .dependency("lombok")
                .map_or_else(|| application.packaging.evidence.clone(), |lombok| lombok.evidence.clone()))
            .hint("set `lombok.version` to 1.18.42 in the POM"),
        );
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
    if let Some(lombok) = &application.facts.fixed_lombok {
        warnings.push(
            Warning::new(
                "this Lombok can't compile on a maintained Java, and its version is no property that a flag could set",
            )
            .at(lombok.clone())
            .hint("set its version to 1.18.42"),
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
    if let Some(repository) = &application.facts.private_repository {
        warnings.push(
            Warning::new("this repository hands out nothing without an account; the build takes one from a secret")
                .at(repository.clone())
                .hint("`docker build --secret id=maven-settings,src=$HOME/.m2/settings.xml …`"),
        );
    }
    for (evidence, cure) in &application.sources.listening.loopback {
        let warning = match cure {
            Cure::Variable(name) => Warning::new(format!(
                "it listens on the loopback address, which nobody outside of the container reaches; `{name}` lifts it"
            )),
            Cure::Option(_) => Warning::new(
                "it listens on the loopback address, which nobody outside of the container reaches; an option lifts it",
            ),
            Cure::None => {
                Warning::new("it listens on the loopback address, which nobody outside of the container reaches")
                    .hint("listen on 0.0.0.0")
            }
        };
        warnings.push(warning.at(evidence.clone()));
    }
    for fact in &application.sources.writable.folders {
        warnings.push(
            Warning::new(format!(
                "the application writes `{}`; it belongs to the user of the container and is a volume",
                fact.value
            ))
            .at(fact.evidence.clone()),
        );
    }
    Ok(warnings)
}
