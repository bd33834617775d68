//! The version of uv or Poetry that a project asks for: another one refuses to work.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use crate::catalog::{image, python};
use crate::languages::python::manifest::requirement::pep440;
use crate::languages::python::package_manager::Project;
use crate::path::join;
use crate::repo::Repo;

/// What pip installs uv by, where the image of uv has none that the project takes: `uv~=0.9.8` of
/// `required-version`, <https://docs.astral.sh/uv/reference/settings/#required-version>.
pub fn uv(repo: &Repo, project: &Project) -> Option<String> {
    let line = image("uv", "")?.reference.rsplit_once(':')?.1.to_owned();
    let folders = [Some(&project.manifests.folder), project.workspace.as_ref()];
    let in_file = |folder: &String| {
        let read = |name: &str| repo.read_optional(&join(folder, name))?.toml().ok();
        // the settings of a file of its own go before those of the project
        let own = || read("uv.toml")?.text(&["required-version"]);
        let stated = || read("pyproject.toml")?.text(&["tool", "uv", "required-version"]);
        own().or_else(stated)
    };
    let wanted = folders.into_iter().flatten().find_map(in_file)?;
    requirement("uv", &wanted.value, &line)
}

/// What pip installs Poetry by: the table's, where the project takes it, else what `requires-poetry` asks for,
/// <https://python-poetry.org/docs/pyproject/#requires-poetry>.
pub fn poetry(project: &Project) -> Vec<String> {
    let known = python::tool("poetry");
    let manifest = project.manifests.pyproject.as_ref();
    let wanted = manifest.and_then(|manifest| manifest.text(&["tool", "poetry", "requires-poetry"]));
    let line = known.iter().find_map(|it| it.strip_prefix("poetry==")?.strip_suffix(".*"));
    let own = wanted.and_then(|wanted| requirement("poetry", &wanted.value, line?));
    let Some(own) = own else { return known.to_vec() };
    let others = known.iter().filter(|it| !it.starts_with("poetry==")).cloned();
    std::iter::once(own).chain(others).collect()
}

/// A requirement of a tool in a range that leaves out a whole line of it: `0.13`, `2`.
fn requirement(tool: &str, range: &str, line: &str) -> Option<String> {
    let range = VersionSpecifiers::from_str(&pep440(range)).ok()?;
    let takes = |end: &str| Version::from_str(&format!("{line}.{end}")).is_ok_and(|version| range.contains(&version));
    let is_taken = (0..100).any(|number| takes(&number.to_string()) || takes(&format!("{number}.1")));
    (!is_taken && !range.is_empty()).then(|| format!("{tool}{}", range.to_string().replace(' ', "")))
}

#[cfg(test)]
mod tests {
    use super::requirement;

    #[test]
    fn another_line_is_asked_for_only_where_the_one_that_is_there_is_refused() {
        for (range, line, wanted) in [
            ("~=0.9.8", "0.13", Some("uv~=0.9.8")),
            ("==0.8.4", "0.13", Some("uv==0.8.4")),
            (">=0.5, <0.10", "0.13", Some("uv>=0.5,<0.10")),
            ("<2.0", "2", Some("uv<2.0")),
            ("^1.8", "2", Some("uv>=1.8,<2")),
            (">=0.9", "0.13", None),
            ("~=0.13.2", "0.13", None),
            (">=2.0,<3.0", "2", None),
            ("^2.1", "2", None),
            ("", "2", None),
            ("what", "2", None),
        ] {
            assert_eq!(requirement("uv", range, line).as_deref(), wanted, "{range}");
        }
    }
}
