//! The route that tells the health of an application.

use crate::catalog::{JavaHealth, java_health};
use crate::evidence::Fact;
use crate::languages::java::framework::configuration::Configuration;
use crate::languages::java::manifest::JvmModule;

/// The path of the route, or its whole address where it has a port of its own.
pub fn route(module: &JvmModule, configuration: &Configuration) -> Option<Fact<String>> {
    java_health().iter().find_map(|row| {
        let dependency = module.dependency(|dependency| dependency.artifact() == row.artifact)?;
        let moved = row.unless.as_ref().and_then(|(key, value)| Some(configuration.get(key)?.value == *value));
        (moved != Some(true)).then(|| Fact::new(address(row, configuration), dependency.evidence.clone()))
    })
}

/// Whether a route of the source is where it says, for everybody: nothing stands in front of it, and nobody has to log in.
pub fn is_open(module: &JvmModule, configuration: &Configuration) -> bool {
    let prefixes = java_health().iter().flat_map(|row| &row.prefixes);
    let has_prefix = prefixes.into_iter().any(|key| configuration.raw(key).is_some());
    let asks_who =
        |artifact: &str| ["security", "oidc", "shiro", "sa-token"].iter().any(|word| artifact.contains(word));
    !has_prefix && module.dependency(|dependency| asks_who(dependency.artifact())).is_none()
}

fn address(row: &JavaHealth, configuration: &Configuration) -> String {
    let text = |key: &String| configuration.get(key).map(|fact| fact.value.trim_end_matches('/').to_owned());
    let base = row.base.as_ref().map(|(key, usual)| text(key).unwrap_or_else(|| usual.clone())).unwrap_or_default();
    let own_port = configuration.port(&[&row.port_setting]).map(|fact| fact.value).or(row.port);
    match own_port {
        Some(port) => format!("http://127.0.0.1:{port}{base}{}", row.path),
        None => format!("{}{base}{}", row.prefixes.iter().find_map(text).unwrap_or_default(), row.path),
    }
}
