//! What a framework changes: its settings, its port, its route for health.

pub mod configuration;
pub mod container;
pub mod health;

use crate::analysis::Program;
use crate::catalog::java_needed_settings;
use crate::evidence::Fact;
use crate::languages::java::framework::configuration::Configuration;
use crate::languages::java::manifest::JvmModule;

/// Whether it is an application of Dropwizard.
pub fn is_dropwizard(module: &JvmModule) -> bool {
    module.dependency(|dependency| dependency.artifact().starts_with("dropwizard-")).is_some()
}

/// Whether its settings are those of MicroProfile: `META-INF/microprofile-config.properties`.
pub fn is_microprofile(module: &JvmModule) -> bool {
    module.dependency(|dependency| dependency.artifact().starts_with("helidon-microprofile")).is_some()
}

/// Whether it takes its settings as Micronaut does, whose plugin only newer builds have.
pub fn is_micronaut(module: &JvmModule) -> bool {
    module.dependency(|dependency| dependency.artifact().starts_with("micronaut-")).is_some()
}

/// Whether a dependency of Spring Boot's brings a server.
pub fn boot_serves(module: &JvmModule) -> bool {
    let words = [
        "web",
        "jersey",
        "rest",
        "gateway",
        "zuul",
        "eureka-server",
        "config-server",
        "graphql",
        "admin-starter-server",
        "undertow",
        "jetty",
        "tomcat",
    ];
    module
        .dependency(|dependency| {
            dependency.artifact().contains("starter") && words.iter().any(|word| dependency.artifact().contains(word))
        })
        .is_some()
}

/// The variables that libraries end the application without, where neither a setting nor the source gives them.
pub fn needed_variables(module: &JvmModule, configuration: &[&Configuration], program: &Program) -> Vec<Fact<String>> {
    let is_here = |names: &[String]| {
        module
            .dependency(|it| it.scope != "test" && names.iter().any(|name| name == it.artifact()))
            .map(|it| &it.evidence)
    };
    let needed = java_needed_settings().iter().filter_map(|row| {
        let evidence = is_here(&row.artifacts).filter(|_| is_here(&row.brought_by).is_none())?;
        let gives = |key: &str| {
            let key = key.to_lowercase();
            let (folder, last) = key.rsplit_once('.').unwrap_or_default();
            // what only another profile of Quarkus sets is not set
            let is_of_production = !key.starts_with('%') || key.starts_with("%prod.");
            let is_given = folder.contains(&row.folder) && row.given_by.iter().any(|part| last.contains(part.as_str()));
            is_of_production && is_given || key == "spring.config.import"
        };
        let given = || {
            let all =
                configuration.iter().flat_map(|settings| settings.counted_entries().map(move |it| (settings, it)));
            all.filter(|(_, (key, _))| gives(key))
        };
        // an empty one gives nothing, but tells by what it is filled in
        let filled_by = |(settings, (key, fact)): (&&Configuration, &(String, Fact<String>))| {
            Some(Fact::new(settings.variable_of_empty(key, fact)?, fact.evidence.clone()))
        };
        let is_set = given().any(|it| filled_by(it).is_none());
        let by_variable = given().find_map(filled_by);
        let mut later = configuration.iter().flat_map(|settings| settings.later_entries());
        let by_profile = row.profile.as_ref().and_then(|profile| {
            let (_, fact) = later.find(|(key, _)| gives(key))?;
            Some(fact.clone().map(|_| profile.clone()))
        });
        let has_sample = configuration.iter().any(|settings| settings.sample.is_some());
        let is_made = program.sources().any(|file| {
            file.imports.iter().any(|import| row.made_with.iter().any(|name| import.module.ends_with(name.as_str())))
        });
        let stated = by_profile.or(by_variable);
        let needed = || stated.unwrap_or_else(|| Fact::new(row.variable.clone(), evidence.clone()));
        (!is_set && !has_sample && !is_made).then(needed)
    });
    needed.collect()
}
