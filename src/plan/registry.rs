//! Where images are taken from: an organisation's own registry in place of the public ones.

use serde::Serialize;

use crate::dockerfile::Reference;

/// The registry of references that name none.
const HUB: &str = "docker.io";

/// What is to be named in place of public registries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Registries(Vec<Registry>);

/// One place that images are taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Registry {
    /// What it stands in for, perhaps with folders: `gcr.io`; nothing for every registry that no other one stands in for.
    upstream: Option<String>,
    /// What stands in front of the names there: a registry, perhaps with folders, or with the start of a name that ends in `-`.
    prefix: String,
}

impl Registries {
    /// Reads an answer: `registry.example.org/proxy`, or `docker.io=registry.example.org/hub,gcr.io=…`; `none` for none.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self::default());
        }
        text.split(',').map(|part| Registry::parse(part.trim())).collect::<Result<_, _>>().map(Self)
    }

    /// What a reference of the tables is called there.
    pub fn reference(&self, reference: &str) -> String {
        let Ok(Reference { registry, name, .. }) = Reference::parse(reference) else { return reference.to_owned() };
        let end = reference.strip_prefix(registry.as_deref().unwrap_or_default()).unwrap_or(reference);
        let end = end.trim_start_matches('/').strip_prefix(name.as_str()).unwrap_or_default();
        let host = registry.as_deref().unwrap_or(HUB);
        let name = if host == HUB && !name.contains('/') { format!("library/{name}") } else { name };
        let whole = format!("{host}/{name}");
        let of = |it: &&Registry| it.upstream.as_ref().is_some_and(|upstream| below(&whole, upstream).is_some());
        let nearest = self.0.iter().filter(of).max_by_key(|it| it.upstream.as_ref().map_or(0, String::len));
        let Some(registry) = nearest.or_else(|| self.0.iter().find(|it| it.upstream.is_none())) else {
            return reference.to_owned();
        };
        let rest = match &registry.upstream {
            Some(upstream) => below(&whole, upstream).unwrap_or(&name),
            // a name without a folder keeps its registry as one, since another registry may have the name, too
            None if name.contains('/') => &name,
            None => &whole,
        };
        let slash = if registry.prefix.ends_with(['-', '/']) { "" } else { "/" };
        format!("{}{slash}{rest}{end}", registry.prefix)
    }
}

impl Registry {
    fn parse(text: &str) -> Result<Self, String> {
        let (upstream, prefix) = match text.split_once('=') {
            Some((upstream, prefix)) => (Some(upstream), prefix),
            None => (None, text),
        };
        let names_registry = |text: &str, end: &str| {
            Reference::parse(&format!("{}{end}", text.trim_end_matches('/'))).is_ok_and(|it| it.registry.is_some())
        };
        if upstream.is_some_and(|upstream| !names_registry(upstream, "/x")) {
            return Err(format!("`{}` is no registry", upstream.unwrap_or_default()));
        }
        if !names_registry(prefix, if prefix.ends_with('-') { "x" } else { "/x" }) {
            return Err(format!("`{prefix}` does not begin with the name of a registry"));
        }
        let prefix = prefix.trim_end_matches('/').to_owned();
        Ok(Self { upstream: upstream.map(|upstream| upstream.trim_end_matches('/').to_owned()), prefix })
    }
}

/// What is left of a name below a registry or one of its folders.
fn below<'a>(name: &'a str, upstream: &str) -> Option<&'a str> {
    name.strip_prefix(upstream)?.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_named_below_the_registry() {
        let cases = [
            (
                "registry.example.org/proxy",
                "node:24-trixie-slim",
                "registry.example.org/proxy/library/node:24-trixie-slim",
            ),
            ("registry.example.org:5000", "oven/bun:1-debian", "registry.example.org:5000/oven/bun:1-debian"),
            ("localhost/a/", "gcr.io/distroless/cc-debian13:nonroot", "localhost/a/distroless/cc-debian13:nonroot"),
            ("r.example.org", "dhi.io/node:24-debian13", "r.example.org/dhi.io/node:24-debian13"),
            ("dhi.io=docker.io/acme/dhi-", "dhi.io/node:24-debian13", "docker.io/acme/dhi-node:24-debian13"),
            ("dhi.io=docker.io/acme/dhi-", "node:24", "node:24"),
            ("docker.io=r.example.org/hub,gcr.io=r.example.org/gcr", "node:24", "r.example.org/hub/library/node:24"),
            (
                "docker.io=r.example.org/hub,s.example.org",
                "ghcr.io/astral-sh/uv:0.13",
                "s.example.org/astral-sh/uv:0.13",
            ),
            (
                "gcr.io=a.b/c,gcr.io/distroless=a.b/d",
                "gcr.io/distroless/static-debian13:nonroot",
                "a.b/d/static-debian13:nonroot",
            ),
            ("none", "node:24", "node:24"),
        ];
        for (answer, reference, expected) in cases {
            assert_eq!(Registries::parse(answer).unwrap().reference(reference), expected, "{answer}");
        }
    }

    #[test]
    fn what_is_no_registry_is_refused() {
        for text in [
            "",
            "proxy",
            "acme/mirror",
            "r.example.org/Upper",
            "https://r.example.org",
            "a=b",
            "gcr.io=",
            "r.example.org,",
        ] {
            assert!(Registries::parse(text).is_err(), "{text}");
        }
    }
}
