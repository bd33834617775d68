//! What the caches of a project's builds are called.
//!
//! A builder keeps a cache mount by its id, for all projects that it builds. Most tools take what lies there without checking
//! it (compiled files, unpacked packages, wheels, the local repository of Maven), so each project's caches are its own:
//! another project's build could put anything there.

use sha2::{Digest, Sha256};

use crate::path::relative_to;
use crate::plan::App;

/// What ends the id of each cache of a project: `1f2e3d4c`.
///
/// It is the same on whatever machine the repository lies, and whatever the folder of the checkout is called.
pub fn project_id(app: &App) -> String {
    let folder = relative_to(&app.folder, &app.context);
    let digest = Sha256::digest([app.identity.as_str(), folder.as_str()].join("\0"));
    let number = digest.iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{number:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Role;
    use crate::source::Unread;

    fn app(name: &str, identity: &str, folder: &str) -> App {
        App {
            language: "rust",
            name: name.into(),
            identity: identity.into(),
            folder: folder.into(),
            context: String::new(),
            role: Role::Application,
            shape: String::new(),
            facts: Vec::new(),
            unread: Unread::default(),
        }
    }

    #[test]
    fn projects_of_one_name_have_caches_of_their_own() {
        let id = project_id(&app("Shop", "Shop\0", "crates/shop"));
        assert_eq!(id, project_id(&app("Shop", "Shop\0", "crates/shop")));
        assert!(id.len() == 8 && id.chars().all(|c| c.is_ascii_hexdigit()), "{id}");
        let others = [
            app("Shop", "Shop\0https://example.org/shop", "crates/shop"),
            app("Shop", "Shop\0", ""),
            app("shop", "shop\0", "crates/shop"),
        ];
        assert!(others.iter().all(|other| project_id(other) != id));
    }

    #[test]
    fn the_name_of_the_checkout_is_no_part_of_it() {
        assert_eq!(project_id(&app("clone-1", "", "")), project_id(&app("clone-2", "", "")));
    }
}
