//! What the project's own files start a program with: a line of a Procfile, the `command` of a compose file.

use crate::analysis::compose;
use crate::evidence::Fact;
use crate::path::{file_name, join};
use crate::repo::Repo;
use crate::shell;

/// Processes of a Procfile, the one that is meant first.
const PROCESSES: &[&str] = &["web", "app", "server", "api", "bot", "worker"];

/// The arguments that a program gets, whose first is one of its subcommands; `names` are what the program is called.
pub fn arguments(repo: &Repo, folder: &str, names: &[&str], subcommands: &[&str]) -> Option<Fact<Vec<String>>> {
    let stated = procfile(repo, folder).into_iter().chain(compose::commands(repo, folder));
    let own = stated.filter_map(|fact| {
        let words = fact.value.iter().position(|word| !word.contains('=')).map(|at| &fact.value[at..])?;
        let is_named = names.contains(&file_name(words.first()?));
        let arguments = if is_named { &words[1..] } else { words };
        let is_known = subcommands.contains(&arguments.first()?.as_str());
        let is_plain = !arguments.iter().any(|word| word.contains(['$', '|', '&', ';', '<', '>', '`']));
        (is_known && is_plain).then(|| Fact::new(arguments.to_vec(), fact.evidence.clone()))
    });
    own.into_iter().next()
}

/// The commands of a Procfile.
fn procfile(repo: &Repo, folder: &str) -> Vec<Fact<Vec<String>>> {
    let Some(document) = repo.read_optional(&join(folder, "Procfile")) else { return Vec::new() };
    let lines = document.lines().filter_map(|(number, line)| {
        let (process, command) = line.split_once(':')?;
        let rank = PROCESSES.iter().position(|known| *known == process.trim()).unwrap_or(PROCESSES.len());
        let words = shell::words(command).filter(|words| !words.is_empty() && process.trim() != "release")?;
        Some((rank, Fact::new(words, document.evidence_line(number))))
    });
    let mut found: Vec<_> = lines.collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, fact)| fact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(files: &[(&str, &str)]) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            std::fs::write(folder.path().join(path), text).unwrap();
        }
        let (repo, _) = Repo::open(folder.path()).unwrap();
        arguments(&repo, "", &["shop"], &["listen", "migrate"]).map(|fact| fact.value.join(" "))
    }

    #[test]
    fn the_projects_own_files_say_which_subcommand_is_started() {
        assert_eq!(
            shown(&[("Procfile", "job: bin/shop migrate\nweb: bin/shop listen --all\n")]).as_deref(),
            Some("listen --all")
        );
        assert_eq!(shown(&[("Procfile", "listen: A=1 ./shop listen\n")]).as_deref(), Some("listen"));
        let compose = |command: &str| {
            format!("services:\n  a:\n    build: .\n    command: {command}\n  db:\n    image: x\n    command: listen\n")
        };
        assert_eq!(shown(&[("compose.yaml", &compose("listen"))]).as_deref(), Some("listen"));
        assert_eq!(shown(&[("compose.yaml", &compose("[./shop, listen]"))]).as_deref(), Some("listen"));
        assert_eq!(shown(&[("compose.yaml", &compose("air"))]), None);
        assert_eq!(shown(&[("compose.yaml", &compose("listen $PORT"))]), None);
        assert_eq!(shown(&[("Procfile", "web: bin/other listen\nrelease: bin/shop migrate\n")]), None);
        assert_eq!(shown(&[("compose.yaml", "services:\n  db:\n    image: x\n    command: listen\n")]), None);
    }
}
