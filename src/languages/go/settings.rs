//! The port in a configuration file: what the source does not say, its settings may.

use crate::evidence::{Evidence, Fact};
use crate::languages::go::names::{about_listening, address, is_aside, port_number};
use crate::path::{file_name, join, parent};
use crate::repo::{Document, Repo};

/// Samples of the environment that people copy to `.env`.
const SAMPLES: &[&str] =
    &[".env.example", ".env.sample", ".env.dist", ".env.template", "env.example", ".env.local.example"];
/// Endings of files with settings.
const SETTINGS: &[&str] = &["ini", "yml", "yaml", "toml", "conf", "json", "properties", "cfg", "env"];

/// What a sample of the environment gives a variable for a port.
pub fn sample(repo: &Repo, base: &str, variable: &str) -> Option<Fact<u16>> {
    let mut folder = base;
    loop {
        let own = (folder == base).then_some(&".env");
        for name in SAMPLES.iter().chain(own) {
            let found = repo.read_optional(&join(folder, name)).and_then(|document| {
                let evidence = document.find_line(|line| {
                    line.trim_start().strip_prefix(variable).is_some_and(|rest| rest.trim_start().starts_with('='))
                })?;
                let value = evidence.quote.split_once('=')?.1.trim().trim_matches(['"', '\'']).to_owned();
                Some(Fact::new(number(&value)?, evidence))
            });
            if found.is_some() {
                return found;
            }
        }
        if folder.is_empty() {
            return None;
        }
        folder = parent(folder);
    }
}

/// The first port to listen on in the settings that a program reads.
pub fn port(repo: &Repo, read: &[Fact<String>]) -> Option<Fact<u16>> {
    let paths = read.iter().flat_map(|fact| {
        repo.files_under(parent(&fact.value))
            .filter(|path| *path == fact.value || path.starts_with(&format!("{}/", fact.value)))
            .take(20)
    });
    paths
        .filter(|path| SETTINGS.contains(&file_name(path).rsplit_once('.').map_or("", |(_, ending)| ending)))
        .find_map(|path| in_settings(&repo.read_optional(path)?))
}

fn in_settings(document: &Document) -> Option<Fact<u16>> {
    let mut above: Vec<(usize, String)> = Vec::new();
    for (line, text) in document.lines() {
        let bare = text.trim();
        if bare.starts_with(['#', ';']) || bare.is_empty() {
            continue;
        }
        if let Some(section) = bare.strip_prefix('[') {
            above = vec![(0, section.trim_end_matches(']').to_owned())];
            continue;
        }
        let indent = text.len() - text.trim_start().len();
        let Some((key, value)) = bare.split_once([':', '=']) else {
            continue;
        };
        let key = key.trim().trim_matches(['"', '\'']);
        let is_ini = bare.contains('=') && !bare.contains(": ");
        if !is_ini {
            above.retain(|(depth, _)| *depth < indent);
        }
        let value =
            value.trim().trim_end_matches(',').trim_matches(['"', '\'']).split('#').next().unwrap_or_default().trim();
        let names: Vec<&str> = above.iter().map(|(_, name)| name.as_str()).chain([key]).collect();
        if value.is_empty() || value == "{" {
            above.push((indent, key.to_owned()));
        } else if about_listening(key)
            && !is_aside(&names)
            && let Some(number) = number(value)
        {
            return Some(Fact::new(number, Evidence::new(document.path(), line, text)));
        }
    }
    None
}

/// The port in a value: alone, or at the end of an address to listen on.
fn number(value: &str) -> Option<u16> {
    port_number(value).or_else(|| address(value).map(|(_, port)| port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_s_port_is_told_from_others() {
        for (name, text) in [
            ("app.ini", "[database]\nPort = 3306\n[server]\n; HttpPort = 1\nHttpPort = 8000\n"),
            ("a.yml", "postgres:\n  host: x\n  port: 5432\nserver:\n  name: y\n  port: 8000 # here\n"),
            ("a.json", "{\n  \"redis\": {\n    \"port\": 6379\n  },\n  \"listen\": \":8000\"\n}\n"),
        ] {
            let found = in_settings(&Document::new(name, text)).map(|fact| fact.value);
            assert_eq!(found, Some(8000), "{name}");
        }
    }
}
