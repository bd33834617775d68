//! References to images: `registry/name:tag@digest`.

/// A reference, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The registry, where one is named.
    pub registry: Option<String>,
    /// The name without registry.
    pub name: String,
    /// The tag.
    pub tag: Option<String>,
    /// The digest.
    pub digest: Option<String>,
}

impl Reference {
    /// Takes a reference apart.
    ///
    /// # Errors
    /// Why BuildKit refuses it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        if digest.is_some_and(|digest| !is_digest(digest)) {
            return Err("the digest is `sha256:` and 64 digits");
        }
        let (path, tag) = match rest.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
            _ => (rest, None),
        };
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err("a tag has letters, digits, `_`, `.` and `-`, and starts with none of the last two");
        }
        let is_registry =
            |first: &str| first.contains(['.', ':']) || first == "localhost" || first.to_ascii_lowercase() != first;
        let (registry, name) = match path.split_once('/') {
            Some((first, name)) if is_registry(first) => (Some(first), name),
            _ => (None, path),
        };
        if registry.is_some_and(|registry| !is_domain(registry)) {
            return Err("the registry is a name or an address, perhaps with a port");
        }
        if name.is_empty() {
            return Err("the name is missing");
        }
        if name.chars().any(|c| c.is_ascii_uppercase()) {
            return Err("the name must be in lower case");
        }
        if !name.split('/').all(is_component) {
            return Err("a name has lower-case letters and digits, and `.`, `_`, `-` between them");
        }
        Ok(Self {
            registry: registry.map(str::to_owned),
            name: name.to_owned(),
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }
}

fn is_tag(tag: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    tag.len() <= 128 && tag.starts_with(word) && tag.chars().all(|c| word(c) || c == '.' || c == '-')
}

fn is_digest(digest: &str) -> bool {
    digest.split_once(':').is_some_and(|(algorithm, hex)| {
        let length = match algorithm {
            "sha256" => 64,
            "sha384" => 96,
            "sha512" => 128,
            _ => return hex.len() >= 32 && !algorithm.is_empty(),
        };
        hex.len() == length && hex.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
    })
}

fn is_domain(domain: &str) -> bool {
    if domain.starts_with('[') {
        return domain.contains(']');
    }
    let (host, port) = domain.split_once(':').map_or((domain, "0"), |(host, port)| (host, port));
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.ends_with(|c: char| c.is_ascii_alphanumeric())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    host.split('.').all(part) && !port.is_empty() && port.chars().all(|c| c.is_ascii_digit())
}

/// Lower-case letters and digits, with one `.`, one or two `_` or any number of `-` between them.
fn is_component(component: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    component.starts_with(plain)
        && component.ends_with(plain)
        && component
            .split(plain)
            .filter(|separator| !separator.is_empty())
            .all(|separator| matches!(separator, "." | "_" | "__") || separator.chars().all(|c| c == '-'))
}
