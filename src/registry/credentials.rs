//! The credentials that `docker login` keeps: in Docker's configuration, or in a program that it names.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::error::{Error, Result};

/// The name of Docker Hub in Docker's configuration.
const HUB: &str = "https://index.docker.io/v1/";

/// A name and what proves it.
#[derive(Debug, PartialEq, Eq)]
pub struct Credentials {
    user: String,
    password: String,
}

impl Credentials {
    /// The header `Authorization` of the scheme Basic.
    pub fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.user, self.password)))
    }
}

/// What Docker's configuration in a folder says for a registry.
///
/// # Errors
/// Where the configuration can't be read.
pub fn credentials(folder: Option<&Path>, registry: &str) -> Result<Option<Credentials>> {
    let Some(path) = folder.map(|folder| folder.join("config.json")).filter(|path| path.exists()) else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
    let value: Value = serde_json::from_str(&text).map_err(|error| Error::Usage {
        message: format!("could not read `{}`: {error}", path.display()),
        hint: "`docker login` writes it".into(),
    })?;
    let name = if registry == "docker.io" { HUB } else { registry };
    let helper = value["credHelpers"][name].as_str().or_else(|| value["credsStore"].as_str());
    if let Some(found) = helper.and_then(|helper| asked(helper, name)) {
        return Ok(Some(found));
    }
    let entries = [name.to_owned(), format!("https://{name}"), format!("https://{name}/v1/")];
    Ok(entries.iter().find_map(|name| decoded(value["auths"][name]["auth"].as_str()?)))
}

fn decoded(text: &str) -> Option<Credentials> {
    let bytes = STANDARD.decode(text).ok()?;
    let (user, password) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some(Credentials { user: user.to_owned(), password: password.to_owned() })
}

/// What a credential helper says, by Docker's protocol: the registry on its input, JSON on its output.
fn asked(helper: &str, registry: &str) -> Option<Credentials> {
    if !helper.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
        return None;
    }
    let mut child = Command::new(format!("docker-credential-{helper}"))
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(registry.as_bytes()).ok()?;
    let output = child.wait_with_output().ok().filter(|output| output.status.success())?;
    let value: Value = serde_json::from_slice(&output.stdout).ok()?;
    Some(Credentials { user: value["Username"].as_str()?.to_owned(), password: value["Secret"].as_str()?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_docker_login_keeps_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"auths": {"registry.example.org": {"auth": "YWRhOnNlOmNyZXQ="}, "https://index.docker.io/v1/": {"auth": "Yjpj"}, "broken": {"auth": "!"}}}"#;
        std::fs::write(folder.path().join("config.json"), text).unwrap();
        let found = |registry: &str| credentials(Some(folder.path()), registry).unwrap();
        let ada = Credentials { user: "ada".into(), password: "se:cret".into() };
        assert_eq!(found("registry.example.org"), Some(ada));
        assert_eq!(found("docker.io").unwrap().basic(), "Basic Yjpj");
        assert_eq!(found("other.example.org"), None);
        assert_eq!(found("broken"), None);
        assert_eq!(credentials(None, "docker.io").unwrap(), None);
        std::fs::write(folder.path().join("config.json"), "{").unwrap();
        assert!(credentials(Some(folder.path()), "docker.io").is_err());
    }
}
