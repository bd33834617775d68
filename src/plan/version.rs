//! Which line of a language: what files for version managers state, and the lines that images are made of.

use crate::catalog::{Cycle, families, has_image, has_runtime, maintained};
use crate::evidence::Fact;
use crate::path::join;
use crate::plan::Choice;
use crate::repo::{Document, Repo};

/// Files that mise reads.
const MISE: &[&str] = &["mise.toml", ".mise.toml"];

/// What the files for version managers of many tools state of one, by any of its names: `.tool-versions` before mise's.
pub fn of_tool(repo: &Repo, folder: &str, names: &[&str]) -> Vec<Fact<String>> {
    let listed = repo.read_optional(&join(folder, ".tool-versions")).and_then(|document| in_list(&document, names));
    let in_mise = MISE.iter().filter_map(|file| {
        let manifest = repo.read_optional(&join(folder, file))?.toml().ok()?;
        names.iter().find_map(|name| {
            let keys = ["tools", name];
            let value = manifest.get(&keys)?;
            let first = value.as_array().and_then(|list| list.first()).unwrap_or(value);
            let version = first.get("version").unwrap_or(first).as_str()?.to_owned();
            Some(Fact::new(version, manifest.evidence(&keys)))
        })
    });
    listed.into_iter().chain(in_mise).collect()
}

/// The line `name version` of a tool.
fn in_list(document: &Document, names: &[&str]) -> Option<Fact<String>> {
    document.lines().find_map(|(number, line)| {
        let mut words = line.split('#').next()?.split_whitespace();
        let version = words.next().filter(|name| names.contains(name)).and_then(|_| words.next())?;
        Some(Fact::new(version.to_owned(), document.evidence_line(number)))
    })
}

/// The first line of a file that holds one version and nothing else, without comments.
pub fn of_file(repo: &Repo, path: &str) -> Option<Fact<String>> {
    let document = repo.read_optional(path)?;
    let line = document.find_line(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))?;
    let version = line.quote.split('#').next().unwrap_or_default().trim().to_owned();
    Some(Fact::new(version, line))
}

/// The maintained lines of a product that there are images to build and to run on, newest first.
pub fn offered(product: &str, build_image: &str) -> Vec<&'static Cycle> {
    let has_images = |cycle: &&&Cycle| {
        has_image(build_image, &cycle.name)
            && families().iter().any(|family| has_runtime(&family.name, product, &cycle.name))
    };
    maintained(product).iter().filter(has_images).copied().collect()
}

/// Those lines as choices of a question.
pub fn choices(offered: &[&Cycle]) -> Vec<Choice> {
    let until = |cycle: &Cycle| cycle.end_of_life.clone().unwrap_or_else(|| "a later line".into());
    offered.iter().map(|cycle| Choice::new(&cycle.name, format!("maintained until {}", until(cycle)))).collect()
}

#[cfg(test)]
mod tests {
    use super::in_list;
    use crate::repo::Document;

    #[test]
    fn a_tool_is_found_by_its_whole_name() {
        let document = Document::new(".tool-versions", "# node 1\nnodejs 22.1.0 20 # both\npnpm 9\n");
        let found = |names: &[&str]| in_list(&document, names).map(|fact| (fact.value, fact.evidence.line));
        assert_eq!(found(&["node", "nodejs"]), Some(("22.1.0".into(), 2)));
        assert_eq!(found(&["npm"]), None);
    }
}
