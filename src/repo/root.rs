//! Where a repository starts.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::repo::walk::relative;
use crate::repo::{Document, Manifest, document, member_glob};

/// Where a repository starts, and who says so.
#[derive(Debug)]
pub struct Root {
    /// The folder.
    pub folder: PathBuf,
    /// The manifest in it whose workspace names a folder below as its member; nothing where none had to be asked.
    pub workspace: Option<&'static str>,
}

impl Root {
    /// The nearest folder at or above this one with a `.git`. An archive and a copy for continuous integration have none: there
    /// it is the highest folder whose workspace names the one below as a member, else the folder itself.
    pub fn of(folder: &Path) -> Self {
        if let Some(root) = folder.ancestors().find(|above| above.join(".git").exists()) {
            return Self { folder: root.to_owned(), workspace: None };
        }
        let mut root = Self { folder: folder.to_owned(), workspace: None };
        for above in folder.ancestors().skip(1) {
            if let Some(manifest) = naming(above, &root.folder).or_else(|| naming(above, folder)) {
                root = Self { folder: above.to_owned(), workspace: Some(manifest) };
            }
        }
        root
    }
}

/// The manifest of `above` whose workspace names `folder` among its members.
fn naming(above: &Path, folder: &Path) -> Option<&'static str> {
    let place = relative(folder, above)?;
    let is_it = |(_, member): &(&str, String)| member_glob::names_member(member, &place);
    members(above).into_iter().find(is_it).map(|(manifest, _)| manifest)
}

/// The folders that the workspaces of a folder name as their members, as globs, each with the manifest that names it.
fn members(folder: &Path) -> Vec<(&'static str, String)> {
    let read = |name: &str| folder.join(name).is_file().then(|| document::read(folder, name).ok()).flatten();
    let mut found = Vec::new();
    let mut add = |name: &'static str, list: &dyn Fn(Document) -> Vec<String>| {
        found.extend(read(name).into_iter().flat_map(list).map(|member| (name, member)));
    };
    let listed = |manifest: Result<Manifest>, keys: &[&str]| -> Vec<String> {
        manifest.iter().flat_map(|manifest| manifest.strings(keys)).map(str::to_owned).collect()
    };
    add("Cargo.toml", &|document| listed(document.toml(), &["workspace", "members"]));
    add("pyproject.toml", &|document| listed(document.toml(), &["tool", "uv", "workspace", "members"]));
    add("package.json", &|document| listed(document.json(), &["workspaces"]));
    add("package.json", &|document| listed(document.json(), &["workspaces", "packages"]));
    add("pnpm-workspace.yaml", &|document| listed(document.yaml(), &["packages"]));
    add("go.work", &|document| used_modules(&document));
    add("pom.xml", &|document| maven_modules(&document));
    found
}

/// The folders behind `use` in `go.work`, alone or in a list.
fn used_modules(document: &Document) -> Vec<String> {
    let mut is_list = false;
    let mut found = Vec::new();
    for (_, line) in document.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        match line.strip_prefix("use").filter(|_| !is_list) {
            Some(rest) if rest.trim() == "(" => is_list = true,
            Some(rest) if rest.starts_with([' ', '\t']) => found.push(rest.trim().trim_matches('"').to_owned()),
            _ if line == ")" => is_list = false,
            _ if is_list && !line.is_empty() => found.push(line.trim_matches('"').to_owned()),
            _ => {}
        }
    }
    found
}

/// The modules of a Maven project.
fn maven_modules(document: &Document) -> Vec<String> {
    let Ok(tree) = roxmltree::Document::parse(document.text()) else { return Vec::new() };
    let modules = tree.descendants().filter(|node| node.has_tag_name("module") || node.tag_name().name() == "module");
    modules.filter_map(|node| node.text()).map(|text| text.trim().trim_end_matches("/pom.xml").to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::Root;

    fn found(files: &[(&str, &str)], folder: &str) -> String {
        let scratch = tempfile::tempdir().unwrap();
        let top = scratch.path().canonicalize().unwrap();
        for (path, text) in files {
            let path = top.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::fs::create_dir_all(top.join(folder)).unwrap();
        let root = Root::of(&top.join(folder));
        let place = root.folder.strip_prefix(&top).unwrap().to_str().unwrap().to_owned();
        assert_eq!(root.workspace.is_some(), place != folder && !root.folder.join(".git").exists());
        place
    }

    #[test]
    fn a_workspace_that_names_the_folder_is_the_root() {
        for (name, text) in [
            ("Cargo.toml", "[workspace]\nmembers = [\"a/*\"]\n"),
            ("package.json", "{\"workspaces\": [\"a/*\"]}"),
            ("package.json", "{\"workspaces\": {\"packages\": [\"./a/b/\"]}}"),
            ("pnpm-workspace.yaml", "packages:\n  - a/**\n"),
            ("pyproject.toml", "[tool.uv.workspace]\nmembers = [\"a/b\"]\n"),
            ("go.work", "go 1.25\nuse (\n\t./x // first\n\t./a/b\n)\n"),
            ("go.work", "use ./a/b\n"),
            ("pom.xml", "<project><modules><module>a/b</module></modules></project>"),
        ] {
            assert_eq!(found(&[(&format!("top/{name}"), text)], "top/a/b"), "top", "{text}");
        }
        let nested = [
            ("pom.xml", "<project><modules><module>a</module></modules></project>"),
            ("a/pom.xml", "<project><modules><module>b</module></modules></project>"),
        ];
        assert_eq!(found(&nested, "a/b"), "");
    }

    #[test]
    fn a_folder_that_no_workspace_names_is_a_root_itself() {
        let other = [("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"), ("package.json", "{")];
        assert_eq!(found(&other, "tools/x"), "tools/x");
        assert_eq!(found(&[("pom.xml", "<module>x</module>"), ("x/.git/HEAD", "")], "x"), "x");
    }
}
