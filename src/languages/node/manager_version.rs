//! The version of the package manager that a project wants, in a form that an install command takes.

use serde_json::Value;

use crate::evidence::Fact;
use crate::languages::node::manager::Kind;
use crate::languages::node::package::Package;
use crate::languages::source::{compile, find_in};
use crate::path::join;
use crate::repo::Repo;

/// What is stated, the most deliberate first: `packageManager`, `devEngines`, volta, files for version managers, `engines`.
pub fn stated(repo: &Repo, root: &Package, kind: Kind) -> Option<Fact<String>> {
    let name = kind.program();
    let text = |keys: &[&str]| root.manifest.text(keys);
    let declared = declared(root).filter(|fact| fact.value.0 == name).map(|fact| fact.map(|(_, version)| version));
    let stated = [declared, text(&["volta", name]), from_files(repo, root, name), text(&["engines", name])];
    stated.into_iter().flatten().find_map(|fact| {
        let version = usable(&fact.value)?;
        Some(Fact::new(version, fact.evidence))
    })
}

/// The package manager that the manifest names, and the version beside it.
pub fn declared(root: &Package) -> Option<Fact<(String, String)>> {
    if let Some(fact) = root.manifest.text(&["packageManager"]) {
        return Some(fact.map(|text| {
            let (name, version) = text.split_once('@').unwrap_or((&text, ""));
            (name.to_owned(), version.split('+').next().unwrap_or_default().to_owned())
        }));
    }
    let keys = ["devEngines", "packageManager"];
    let value = match root.manifest.get(&keys)? {
        Value::Array(list) => list.first()?,
        value => value,
    };
    let field = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(Fact::new((field("name"), field("version")), root.evidence(&keys)))
}

fn from_files(repo: &Repo, root: &Package, name: &str) -> Option<Fact<String>> {
    let version_file = format!(".{name}-version");
    let patterns = [
        (".tool-versions", format!(r"(?m)^{name}\s+(\S+)")),
        ("mise.toml", format!(r#"(?m)^["']?(?:npm:)?{name}["']?\s*=\s*["']([^"']+)["']"#)),
        (".mise.toml", format!(r#"(?m)^["']?(?:npm:)?{name}["']?\s*=\s*["']([^"']+)["']"#)),
        (version_file.as_str(), r"(?m)^v?(\d\S*)".to_owned()),
    ];
    patterns.iter().find_map(|(file, pattern)| {
        let document = repo.read_optional(&join(&root.folder, file))?;
        find_in(&document, &compile(pattern), |captures| Some(captures[1].to_owned()))
    })
}

/// An exact version, or a range that stays in one major line; a floor says too little.
fn usable(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches(['v', '=']);
    let number = text.trim_start_matches(['^', '~']);
    let is_version = number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    is_version.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::usable;

    #[test]
    fn floors_and_more_say_too_little() {
        for text in [">=8", "*", "8 || 9", "latest", "", "1; rm -rf /", "$(id)"] {
            assert_eq!(usable(text), None, "{text}");
        }
        assert_eq!(usable("v9.1.0").as_deref(), Some("9.1.0"));
        assert_eq!(usable("11.5.x").as_deref(), Some("11.5.x"));
        assert_eq!(usable("^10").as_deref(), Some("^10"));
    }
}
