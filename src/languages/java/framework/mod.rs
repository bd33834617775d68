//! What a framework changes: its settings, its port, its route for health.

pub mod configuration;
pub mod health;

use crate::languages::java::manifest::JvmModule;

/// Whether it is an application of Dropwizard.
pub fn is_dropwizard(module: &JvmModule) -> bool {
    module.dependency(|dependency| dependency.artifact().starts_with("dropwizard-")).is_some()
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
