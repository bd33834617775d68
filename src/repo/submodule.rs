//! Submodules of Git, which a clone leaves empty unless it is told otherwise.

use crate::path::is_inside;
use crate::repo::Repo;

impl Repo {
    /// The submodule of Git that a path lies in, where nobody checked that out: its folder is empty.
    pub fn absent_submodule(&self, path: &str) -> Option<String> {
        let modules = self.read_optional(".gitmodules")?;
        let folders = modules.lines().filter_map(|(_, line)| {
            let (key, folder) = line.split_once('=')?;
            Some(folder.trim().trim_matches('"').trim_end_matches('/')).filter(|_| key.trim() == "path")
        });
        let mut around = folders.filter(|folder| !folder.is_empty() && is_inside(path, folder));
        around.find(|folder| !self.has_folder(folder)).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::Repo;

    #[test]
    fn a_submodule_is_absent_while_its_folder_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let modules =
            "[submodule \"pages\"]\n\tpath = web/pages\n\turl = ../path\n[submodule \"x\"]\n\tpath = \"libs/a b/\"\n";
        std::fs::write(folder.path().join(".gitmodules"), modules).unwrap();
        let absent = |path: &str| Repo::open(folder.path()).unwrap().0.absent_submodule(path);
        assert_eq!(absent("web/pages/dist").as_deref(), Some("web/pages"));
        assert_eq!(absent("web/pages").as_deref(), Some("web/pages"));
        assert_eq!(absent("libs/a b/x").as_deref(), Some("libs/a b"));
        for other in ["web", "web/pages2", "../path", "dist", ""] {
            assert_eq!(absent(other), None, "{other}");
        }
        std::fs::create_dir_all(folder.path().join("web/pages")).unwrap();
        assert!(absent("web/pages/dist").is_some(), "it is there and empty");
        std::fs::write(folder.path().join("web/pages/index.html"), "").unwrap();
        assert_eq!(absent("web/pages/dist"), None, "it is checked out");
    }
}
