//! The arguments that a program wants, as its README starts it.

use crate::evidence::Fact;
use crate::languages::java::entrypoint::runtime_files::{self, RuntimeFile};
use crate::path::{file_name, join};
use crate::pattern;
use crate::repo::Repo;

/// Commands that start a server.
const COMMANDS: &[&str] = &["server", "serve", "start", "run", "web"];

/// Arguments with the files among them.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// The arguments, as written.
    pub words: Vec<String>,
    /// Those that are files of the repository.
    pub files: Vec<RuntimeFile>,
    /// The one that is a port.
    pub port: Option<u16>,
}

/// The arguments after `java -jar …` of this artifact in a README, where each is a port, a file of the repository or a
/// command: anything else is an example of its author's.
pub fn of_readme(repo: &Repo, folders: &[&str], artifact: &str) -> Option<Fact<Arguments>> {
    let line_of = pattern!(r"\bjava\s(?:[^\n|&;`]*\s)?-jar\s+(\S+\.jar)((?:[ \t]+[^\s|&;>`#]+)+)");
    for folder in folders {
        let is_readme = |name: &&str| name.to_lowercase().starts_with("readme");
        for name in repo.names_in(folder).filter(is_readme) {
            let Some(document) = repo.read_optional(&join(folder, name)) else { continue };
            for captures in line_of.captures_iter(document.text()) {
                let is_meant = !artifact.is_empty() && file_name(&captures[1]).starts_with(artifact);
                let evidence = document.evidence_at(captures.get(1).map_or(0, |jar| jar.start()));
                if let Some(found) = is_meant.then(|| understood(repo, folders, &captures[2])).flatten() {
                    return Some(Fact::new(found, evidence));
                }
            }
        }
    }
    None
}

fn understood(repo: &Repo, folders: &[&str], text: &str) -> Option<Arguments> {
    let mut found = Arguments::default();
    for word in text.split_whitespace() {
        let number = word.parse::<u16>().ok().filter(|port| *port >= 80 && found.port.is_none());
        let file = runtime_files::located(repo, folders, word.trim_start_matches("./"));
        if number.is_some() {
            found.port = number;
        } else if let Some(file) = file {
            found.files.push(file);
        } else if !COMMANDS.contains(&word) {
            return None;
        }
        found.words.push(word.to_owned());
    }
    (!found.words.is_empty()).then_some(found)
}
