//! The services that an application needs, started from its compose file for the time of a test.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::container::Engine;
use crate::error::{Error, Result};

/// Services that run; they are removed with this value.
pub struct Services<'a> {
    engine: &'a Engine,
    project: String,
    /// The network that they are in.
    pub network: String,
    /// The variables that the file has for the application, as options of `docker run`.
    pub options: Vec<String>,
}

impl<'a> Services<'a> {
    /// Starts what a compose file has beside the service that is built from `context`, and waits until it is healthy: the
    /// services that this one depends on, or all others where it names none.
    ///
    /// # Errors
    /// [`Error::Usage`] when the file can't be read or what it asks for does not start.
    pub fn start(engine: &'a Engine, file: &Path, context: &Path) -> Result<Self> {
        let path = file.to_string_lossy().into_owned();
        let text = engine.ask(&["compose", "--file", &path, "config", "--format", "json"])?;
        let list: Value = serde_json::from_str(&text).map_err(|error| Error::Usage {
            message: format!("`{path}` could not be read\n  {error}"),
            hint: "see `docker compose config`".into(),
        })?;
        let (application, needed) = needed(&list, context);
        let project = format!("dockgen-test-{}", std::process::id());
        let mut options = Vec::new();
        let environment = application.and_then(|it| it["environment"].as_object()).into_iter().flatten();
        for (name, value) in environment.filter(|(_, value)| !value.is_null()) {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            options.push(format!("--env={name}={value}"));
        }
        let services = Self { engine, network: format!("{project}_default"), project, options };
        let mut command =
            vec!["compose", "--file", &path, "--project-name", &services.project, "up", "--detach", "--wait"];
        command.extend(needed.iter().map(String::as_str));
        if !needed.is_empty() {
            services.engine.ask(&command)?;
        }
        Ok(services)
    }
}

impl Drop for Services<'_> {
    fn drop(&mut self) {
        self.engine.remove_project(&self.project);
    }
}

/// The service of a compose file that is built from a folder, and the names of those that have to run beside it.
fn needed<'a>(list: &'a Value, context: &Path) -> (Option<&'a Value>, BTreeSet<String>) {
    let Some(services) = list["services"].as_object() else { return (None, BTreeSet::new()) };
    let context = context.canonicalize().unwrap_or_else(|_| context.to_owned());
    let is_application = |service: &Value| {
        let built = service["build"]["context"].as_str().map(Path::new);
        built.is_some_and(|built| built.canonicalize().unwrap_or_else(|_| built.to_owned()) == context)
    };
    let application = services.iter().find(|(_, service)| is_application(service));
    let named = application.and_then(|(_, service)| service["depends_on"].as_object());
    let needed = match named {
        Some(named) => named.keys().cloned().collect(),
        None => services.iter().filter(|(_, service)| !is_application(service)).map(|(name, _)| name.clone()).collect(),
    };
    (application.map(|(_, service)| service), needed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_application_depends_on_is_started() {
        let list = |application: Value| json!({"services": {"shop": application, "database": {"image": "postgres"}, "mail": {"image": "mail"}}});
        let needed = |list: &Value| needed(list, Path::new("/nowhere/shop")).1.into_iter().collect::<Vec<_>>();
        let dependent = list(
            json!({"build": {"context": "/nowhere/shop"}, "depends_on": {"database": {"condition": "service_healthy"}}}),
        );
        assert_eq!(needed(&dependent), ["database"]);
        assert_eq!(needed(&list(json!({"build": {"context": "/nowhere/shop"}}))), ["database", "mail"]);
        assert_eq!(needed(&list(json!({"build": {"context": "/nowhere/other"}}))), ["database", "mail", "shop"]);
        assert!(needed(&json!({})).is_empty());
    }
}
