//! What the caches of a project's builds are called.
//!
//! A builder keeps a cache mount by its name, for all projects that it builds. What a tool takes from a cache without
//! checking it (compiled files, the local repository of Maven) must be the project's own: another project's build, or
//! one that was tampered with, could put anything there.

use sha2::{Digest, Sha256};

use crate::plan::image_name;

/// Who a project is, on whatever machine its repository lies and whatever the folder of the checkout is called.
#[derive(Debug, Clone, Copy)]
pub struct Project<'a> {
    /// The name in its manifest.
    pub name: &'a str,
    /// The address of its repository, where the manifest states one.
    pub address: Option<&'a str>,
    /// Its folder as seen from the build context.
    pub folder: &'a str,
}

impl Project<'_> {
    /// The name of its cache for a purpose: `target-shop-1f2e3d4c`.
    pub fn cache_id(&self, purpose: &str) -> String {
        let identity = [self.name, self.address.unwrap_or_default(), self.folder].join("\0");
        let digest = Sha256::digest(identity);
        let number = digest.iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        format!("{purpose}-{}-{number:08x}", image_name(self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::Project;

    #[test]
    fn projects_of_one_name_have_caches_of_their_own() {
        let shop = Project { name: "Shop", address: None, folder: "crates/shop" };
        let id = shop.cache_id("target");
        assert_eq!(id, shop.cache_id("target"));
        assert!(id.starts_with("target-shop-") && id.len() == "target-shop-".len() + 8, "{id}");
        let others = [
            Project { address: Some("https://example.org/shop"), ..shop },
            Project { folder: ".", ..shop },
            Project { name: "shop", ..shop },
        ];
        assert!(others.iter().all(|other| other.cache_id("target") != id));
    }
}
