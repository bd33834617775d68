//! Which image a tag names today: asked of its registry, by the API of the OCI's distribution specification.
//!
//! `dockgen pin` alone comes here; nothing else in dockgen speaks to the network.

mod challenge;
mod credentials;
mod http;

use std::path::Path;

use crate::dockerfile::Reference;
use crate::error::{Error, Result};
use crate::registry::challenge::Challenge;
use crate::registry::credentials::{Credentials, credentials};
use crate::registry::http::Answer;

/// The registry of references that name none, and the host that answers for it.
const HUB: (&str, &str) = ("docker.io", "registry-1.docker.io");
/// The kinds of manifests that a reference can name: those of several platforms first, whose digest fits each of them.
const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, \
                         application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

/// Registries, as one user sees them.
pub struct Registries<'a> {
    configuration: Option<&'a Path>,
}

impl<'a> Registries<'a> {
    /// Registries with the credentials of Docker's configuration in a folder.
    pub fn new(configuration: Option<&'a Path>) -> Self {
        Self { configuration }
    }

    /// The digest that the tag of a reference has today.
    ///
    /// # Errors
    /// [`Error::Registry`] where the registry can't be reached or has no such image, [`Error::Usage`] where the reference is none.
    pub fn digest(&self, text: &str) -> Result<String> {
        let reference = Reference::parse(text).map_err(|message| Error::Usage {
            message: format!("`{text}` names no image: {message}"),
            hint: "see `dockgen check`".into(),
        })?;
        let host = reference.registry.as_deref().unwrap_or(HUB.0);
        let is_short = host == HUB.0 && !reference.name.contains('/');
        let name = if is_short { format!("library/{}", reference.name) } else { reference.name.clone() };
        let address = if host == HUB.0 { HUB.1 } else { host };
        let scheme = if is_loopback(address) { "http" } else { "https" };
        let tag = reference.tag.as_deref().unwrap_or("latest");
        let url = format!("{scheme}://{address}/v2/{name}/manifests/{tag}");
        let mut answer = manifest(&url, None, text)?;
        if answer.status == 401
            && let Some(challenge) = answer.header("www-authenticate").and_then(Challenge::parse)
        {
            let known = credentials(self.configuration, host)?;
            let authorization = authorization(&challenge, known.as_ref(), text)?;
            answer = manifest(&url, authorization.as_deref(), text)?;
        }
        match answer.status {
            200 => match answer.header("docker-content-digest").filter(|it| it.contains(':')) {
                Some(digest) => Ok(digest.to_owned()),
                None => Err(refused(text, "it does not tell the digest", "is it a registry?")),
            },
            401 | 403 => Err(refused(text, "it does not let you in", &format!("`docker login {host}` first"))),
            404 => Err(refused(text, "it has no such image", "see `dockgen check`")),
            429 => Err(refused(text, "too many questions were asked", "wait, or log in with `docker login`")),
            status => Err(refused(text, &format!("it answers with status {status}"), "try again later")),
        }
    }
}

/// Asks for the headers of a manifest.
fn manifest(url: &str, authorization: Option<&str>, reference: &str) -> Result<Answer> {
    let headers = [("Accept", MANIFESTS)].into_iter().chain(authorization.map(|value| ("Authorization", value)));
    http::ask(url, &headers.collect::<Vec<_>>(), true).map_err(|message| unreachable(reference, &message))
}

/// What answers a challenge: the credentials themselves, or a token that is had for them.
fn authorization(challenge: &Challenge, known: Option<&Credentials>, reference: &str) -> Result<Option<String>> {
    let basic = known.map(Credentials::basic);
    if challenge.is_basic() {
        return Ok(basic);
    }
    let Some(realm) = challenge.get("realm") else { return Ok(None) };
    let asked =
        ["service", "scope"].iter().filter_map(|name| Some(format!("{name}={}", encoded(challenge.get(name)?))));
    let mark = if realm.contains('?') { '&' } else { '?' };
    let url = format!("{realm}{mark}{}", asked.collect::<Vec<_>>().join("&"));
    let headers: Vec<(&str, &str)> = basic.iter().map(|value| ("Authorization", value.as_str())).collect();
    let answer = http::ask(&url, &headers, false).map_err(|message| unreachable(reference, &message))?;
    let value: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let token = ["token", "access_token"].iter().find_map(|key| value[key].as_str());
    Ok(token.map(|token| format!("Bearer {token}")))
}

/// A value in the query of an address.
fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let shown = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(shown).collect::<Vec<_>>().concat()
}

/// Whether an address is this machine's own, where Docker speaks without encryption, too.
fn is_loopback(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host == "localhost" || host == "[::1]" || host.starts_with("127.")
}

fn refused(reference: &str, message: &str, hint: &str) -> Error {
    Error::Registry {
        message: format!("the registry of `{reference}` can't be asked: {message}"),
        hint: hint.to_owned(),
    }
}

fn unreachable(reference: &str, message: &str) -> Error {
    refused(reference, message, "is there a network, and does a proxy want to be named in `https_proxy`?")
}
