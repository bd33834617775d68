//! Where a repository starts.

use std::path::{Path, PathBuf};

use crate::repo::walk::relative;
use crate::repo::{Document, Manifest, document, member_glob};

/// The nearest folder at or above this one with a `.git`. An archive and a copy for continuous integration have none: there
/// it is the highest folder whose workspace names the one below as a member, else the folder itself.
pub fn root(folder: &Path) -> PathBuf {
    if let Some(root) = folder.ancestors().find(|above| above.join(".git").exists()) {
        return root.to_owned();
    }
    let mut root = folder;
    for above in folder.ancestors().skip(1) {
        if names_member(above, root) || names_member(above, folder) {
            root = above;
        }
    }
    root.to_owned()
}

/// Whether a workspace of `above` names `folder` among its members.
fn names_member(above: &Path, folder: &Path) -> bool {
    let Some(place) = relative(folder, above) else { return false };
    members(above).iter().any(|member| member_glob::names_member(member, &place))
}

/// The folders that the workspaces of a folder name as their members, as globs.
fn members(folder: &Path) -> Vec<String> {
    let read = |name: &str| folder.join(name).is_file().then(|| document::read(folder, name).ok()).flatten();
    let listed = |manifest: Option<Manifest>, keys: &[&str]| -> Vec<String> {
        manifest.iter().flat_map(|manifest| manifest.strings(keys)).map(str::to_owned).collect()
    };
    let toml = |name: &str| read(name).and_then(|document| document.toml().ok());
    let json = |name: &str| read(name).and_then(|document| document.json().ok());
    let yaml = |name: &str| read(name).and_then(|document| document.yaml().ok());
    let mut found = listed(toml("Cargo.toml"), &["workspace", "members"]);
    found.extend(listed(toml("pyproject.toml"), &["tool", "uv", "workspace", "members"]));
    found.extend(listed(json("package.json"), &["workspaces"]));
    found.extend(listed(json("package.json"), &["workspaces", "packages"]));
    found.extend(listed(yaml("pnpm-workspace.yaml"), &["packages"]));
    found.extend(read("go.work").iter().flat_map(used_modules));
    found.extend(read("pom.xml").iter().flat_map(maven_modules));
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
    use super::root;

    fn found(files: &[(&str, &str)], folder: &str) -> String {
        let scratch = tempfile::tempdir().unwrap();
        let top = scratch.path().canonicalize().unwrap();
        for (path, text) in files {
            let path = top.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::fs::create_dir_all(top.join(folder)).unwrap();
        let root = root(&top.join(folder));
        root.strip_prefix(&top).unwrap().to_str().unwrap().to_owned()
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
