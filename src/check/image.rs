//! What a reference to an image says, and what the catalogue knows of it.

use crate::catalog::{self, Cycle, DistrolessImage, Official, Suite, System};

/// A reference to an image, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Registry and name, without `docker.io/library/`.
    pub repository: String,
    /// The tag.
    pub tag: Option<String>,
    /// Whether a digest pins it.
    pub pinned: bool,
}

impl Image {
    /// Takes a reference apart.
    pub fn parse(reference: &str) -> Self {
        let (reference, pinned) = match reference.split_once('@') {
            Some((name, _)) => (name, true),
            None => (reference, false),
        };
        let (repository, tag) = match reference.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag.to_owned())),
            _ => (reference, None),
        };
        let prefixes = ["docker.io/library/", "index.docker.io/library/", "library/", "docker.io/"];
        let short = prefixes.iter().find_map(|prefix| repository.strip_prefix(prefix)).unwrap_or(repository);
        Self { repository: mirrored(short).unwrap_or_else(|| short.to_owned()), tag, pinned }
    }

    /// The name below the registry of distroless images.
    pub fn distroless_name(&self) -> Option<&str> {
        self.repository.strip_prefix(catalog::distroless().registry.as_str())?.strip_prefix('/')
    }

    /// What is known of it, where it is a distroless image that exists.
    pub fn distroless(&self) -> Option<&'static DistrolessImage> {
        let of_google = self.distroless_name().and_then(|name| catalog::distroless().find(name));
        of_google.or_else(|| self.hardened())
    }

    /// What is known of it, where it is one of Docker's hardened images without a shell.
    fn hardened(&self) -> Option<&'static DistrolessImage> {
        let table = catalog::hardened();
        let name = self.repository.strip_prefix(table.registry.as_str())?.strip_prefix('/')?;
        table.find(name, &self.words().collect::<Vec<_>>())
    }

    /// What is known of it, where it is one of Docker's official images.
    pub fn official(&self) -> Option<&'static Official> {
        catalog::official(&self.repository)
    }

    /// Whether it is distroless with a busybox inside, which is no `/bin/sh`.
    pub fn is_distroless_debug(&self) -> bool {
        self.distroless_name().is_some() && self.words().any(|word| word == "debug")
    }

    /// The tag's words, between dashes.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.tag.as_deref().unwrap_or_default().split('-')
    }

    /// The system that it is made from, where that is known.
    pub fn system(&self) -> Option<System> {
        let words: Vec<&str> = self.words().collect();
        let is_debian = self.distroless_name().is_some() || self.hardened().is_some();
        if is_debian { Some(System::Debian) } else { catalog::system(&self.repository, &words) }
    }

    /// Whether it is known to lack a program.
    pub fn lacks(&self, program: &str) -> bool {
        // of a release that is too old for the catalogue nobody knows what it had
        let is_by_release = self.official().is_some_and(|official| official.suites.is_some());
        if is_by_release && self.version().is_some() && self.suite().is_none() {
            return false;
        }
        let words: Vec<&str> = self.words().collect();
        catalog::lacks(&self.repository, &words, program)
    }

    /// Whether it has a user; nothing where its users are not known.
    pub fn has_user(&self, user: &str) -> Option<bool> {
        if let Some(image) = self.hardened() {
            return Some(image.users.iter().any(|name| name == user));
        }
        if self.distroless().is_some() {
            return Some(matches!(user, "root" | "nobody" | "nonroot"));
        }
        let words: Vec<&str> = self.words().collect();
        catalog::has_user(&self.repository, &words, user)
    }

    /// The user that it runs as, where that is known.
    pub fn user(&self) -> Option<&'static str> {
        if self.distroless_name().is_some() {
            let nonroot = self.words().any(|word| word == "nonroot");
            return Some(if nonroot { catalog::distroless().user.as_str() } else { "root" });
        }
        self.hardened().and_then(|image| image.user.as_deref()).or_else(|| self.official().map(|_| "root"))
    }

    /// The working directory that it sets, where that is known.
    pub fn working_directory(&self) -> Option<&'static str> {
        let nonroot = self.words().any(|word| word == "nonroot");
        let of_google = self.distroless_name().map(|_| if nonroot { catalog::distroless().home.as_str() } else { "/" });
        of_google.or_else(|| self.hardened()?.home.as_deref())
    }

    /// The version that the tag starts with, or that follows the product's word: `3.13` of `3.13-slim-trixie`.
    pub fn version(&self) -> Option<String> {
        let after = self.official().map(|official| official.version_after.as_slice()).unwrap_or_default();
        let tag = self.tag.as_deref()?;
        let rest = if after.is_empty() {
            tag
        } else {
            after.iter().find_map(|word| tag.split_once(word.as_str()).map(|(_, rest)| rest.trim_start_matches('-')))?
        };
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        Some(rest[..end].trim_end_matches('.').to_owned()).filter(|version| !version.is_empty())
    }

    /// The release of a distribution that it is made from, where the tag or the catalogue says so.
    pub fn suite(&self) -> Option<&'static Suite> {
        let official = self.official()?;
        if let Some(suite) = self.words().find_map(catalog::suite) {
            return Some(suite);
        }
        match &official.suites {
            Some(system) => {
                let version = self.version()?;
                catalog::suites().iter().find(|suite| {
                    suite.system == *system
                        && (version == suite.number || version.starts_with(&format!("{}.", suite.number)))
                })
            }
            None if self.words().any(|word| word.starts_with("alpine")) => None,
            None => official.suite.as_deref().and_then(catalog::suite),
        }
    }

    /// The release line of its product.
    pub fn cycle(&self) -> Option<&'static Cycle> {
        let product = self.official()?.product.as_deref()?;
        let version = self.version()?;
        let parts: Vec<&str> = version.split('.').collect();
        (1..=parts.len()).rev().find_map(|length| catalog::cycle(product, &parts[..length].join(".")))
    }

    /// The language that it builds, and the version, perhaps without its last parts.
    pub fn toolchain(&self) -> Option<(&'static str, String)> {
        let product = match self.repository.as_str() {
            "golang" => "go",
            "rust" => "rust",
            _ => self.official()?.product.as_deref()?,
        };
        Some((product, self.version()?))
    }

    /// The release line of Python inside.
    pub fn python(&self) -> Option<String> {
        if let Some(image) = self.distroless() {
            let is_python = image.names.iter().any(|name| name == "python");
            return image.python.clone().or_else(|| self.python_of_tag().filter(|_| is_python));
        }
        self.python_of_tag().filter(|_| self.repository == "python")
    }

    /// The release line that the tag says.
    fn python_of_tag(&self) -> Option<String> {
        let version = self.version()?;
        let mut parts = version.split('.');
        Some(format!("{}.{}", parts.next()?, parts.next()?))
    }

    /// The version of the C library inside.
    pub fn glibc(&self) -> Option<&'static str> {
        if let Some(image) = self.distroless() {
            return image.glibc.as_deref();
        }
        self.suite()?.glibc.as_deref()
    }
}

/// The public name of an image that is named below an organisation's own registry, in the way of registries that keep
/// copies of others: `registry.example.org/proxy/library/node` for `node`.
fn mirrored(repository: &str) -> Option<String> {
    let (_, official) = repository.split_once("/library/").unwrap_or_default();
    if catalog::official(official).is_some() {
        return Some(official.to_owned());
    }
    let table = catalog::distroless();
    let folder = table.registry.rsplit('/').next().unwrap_or_default();
    let (_, name) = repository.split_once(&format!("/{folder}/")).unwrap_or_default();
    if table.find(name).is_some() {
        return Some(format!("{}/{name}", table.registry));
    }
    let table = catalog::hardened();
    let of_registry = repository.split_once(&format!("/{}/", table.registry)).map(|(_, name)| name);
    let name = of_registry.or_else(|| repository.rsplit('/').next()?.strip_prefix("dhi-"))?;
    table.find(name, &[]).map(|_| format!("{}/{name}", table.registry))
}

/// Compares versions number by number: `2.9` is older than `2.36`.
pub fn older(a: &str, b: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> { text.split('.').map(|part| part.parse().unwrap_or(0)).collect() };
    numbers(a) < numbers(b)
}

#[cfg(test)]
mod tests {
    use super::Image;

    #[test]
    fn copies_of_other_registries_are_known_by_their_public_names() {
        for (reference, name) in [
            ("docker.io/library/node:24", "node"),
            ("registry.example.org/proxy/library/node:24-trixie-slim", "node"),
            ("registry.example.org/distroless/static-debian13:nonroot", "gcr.io/distroless/static-debian13"),
            ("gcr.io/distroless/static-debian13:nonroot", "gcr.io/distroless/static-debian13"),
            ("docker.io/acme/dhi-node:24-debian13", "dhi.io/node"),
            ("registry.example.org/dhi.io/static:20250419-debian13", "dhi.io/static"),
            ("registry.example.org/acme/dhi-billing:1", "registry.example.org/acme/dhi-billing"),
            ("registry.example.org/library/billing:1", "registry.example.org/library/billing"),
            ("registry.example.org/acme/node:24", "registry.example.org/acme/node"),
        ] {
            assert_eq!(Image::parse(reference).repository, name, "{reference}");
        }
    }

    #[test]
    fn hardened_images_are_known_by_name_and_tag() {
        let node = Image::parse("dhi.io/node:24-debian13");
        assert_eq!((node.user(), node.has_user("node"), node.glibc()), (Some("1000"), Some(true), Some("2.41")));
        let python = Image::parse("dhi.io/python:3.12-debian13");
        assert_eq!((python.python().as_deref(), python.has_user("root")), (Some("3.12"), Some(false)));
        assert!(Image::parse("dhi.io/python:3.12-debian13-dev").distroless().is_none());
        assert_eq!(Image::parse("dhi.io/static:20250419-debian13").glibc(), None);
        assert_eq!(Image::parse("dhi.io/static:20250419-glibc-debian13").glibc(), Some("2.41"));
    }
}
