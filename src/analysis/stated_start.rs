//! What the project's own files start a program with: a line of a Procfile, the `command` of a compose file.

use serde_json::Value as Json;

use crate::evidence::Fact;
use crate::path::{file_name, join, join_inside, parent};
use crate::repo::{Manifest, Repo};
use crate::shell;

/// Processes of a Procfile, the one that is meant first.
const PROCESSES: &[&str] = &["web", "app", "server", "api", "bot", "worker"];
/// Names of compose files, in the order of their weight.
const COMPOSE: &[&str] = &["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// The arguments that a program gets, whose first is one of its subcommands; `names` are what the program is called.
pub fn arguments(repo: &Repo, folder: &str, names: &[&str], subcommands: &[&str]) -> Option<Fact<Vec<String>>> {
    let stated = procfile(repo, folder).into_iter().chain(compose(repo, folder));
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

/// The commands of the services that are built here.
fn compose(repo: &Repo, folder: &str) -> Vec<Fact<Vec<String>>> {
    let Some(manifest) = COMPOSE.iter().find_map(|file| repo.read_optional(&join(folder, file))?.yaml().ok()) else {
        return Vec::new();
    };
    let services = manifest.get(&["services"]).and_then(Json::as_object);
    let stated = services.into_iter().flatten().filter_map(|(name, service)| {
        let build = service.get("build")?;
        let context = build.as_str().or_else(|| build.get("context")?.as_str()).unwrap_or(".");
        let words = match service.get("command")? {
            Json::String(text) => shell::words(text)?,
            Json::Array(words) => words.iter().map(|word| word.as_str().map(str::to_owned)).collect::<Option<_>>()?,
            _ => return None,
        };
        let is_here = matches!(context.trim_end_matches('/'), "." | "") && !words.is_empty();
        is_here.then(|| Fact::new(words, manifest.evidence(&["services", name, "command"])))
    });
    stated.collect()
}

/// The port in the container that a compose file publishes of the service that is built from a folder; nothing where it publishes
/// several, or where more than one service is built from it.
pub fn port(repo: &Repo, folder: &str) -> Option<Fact<u16>> {
    let mut above = Some(folder);
    while let Some(place) = above {
        let manifest = COMPOSE.iter().find_map(|file| repo.read_optional(&join(place, file))?.yaml().ok());
        if let Some(manifest) = manifest {
            return published(&manifest, place, folder);
        }
        above = (!place.is_empty()).then(|| parent(place));
    }
    None
}

/// The port that a compose file in `place` publishes of the service that is built from `folder`.
fn published(manifest: &Manifest, place: &str, folder: &str) -> Option<Fact<u16>> {
    let services = manifest.get(&["services"]).and_then(Json::as_object)?;
    let is_built_from = |service: &Json| {
        let build = service.get("build")?;
        let context = build.as_str().or_else(|| build.get("context")?.as_str()).unwrap_or(".");
        Some(join_inside(place, context)? == folder)
    };
    let mut built = services.iter().filter(|(_, service)| is_built_from(service) == Some(true));
    let (name, service) = built.next()?;
    let [only] = service.get("ports")?.as_array()?.as_slice() else { return None };
    if built.next().is_some() {
        return None;
    }
    let port = match only {
        Json::Number(port) => port.as_u64().and_then(|port| u16::try_from(port).ok()),
        Json::String(text) => {
            text.rsplit(':').next().and_then(|port| port.strip_suffix("/tcp").unwrap_or(port).parse().ok())
        }
        other => other.get("target").and_then(Json::as_u64).and_then(|port| u16::try_from(port).ok()),
    };
    Some(Fact::new(port?, manifest.evidence(&["services", name, "ports"])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compose_file_says_the_port_of_what_it_builds() {
        let found = |file: &str, text: &str, folder: &str| {
            let root = tempfile::tempdir().unwrap();
            std::fs::create_dir_all(root.path().join("services/api")).unwrap();
            std::fs::write(root.path().join("services/api/x.py"), "").unwrap();
            std::fs::write(root.path().join(file), text).unwrap();
            let (repo, _) = Repo::open(root.path()).unwrap();
            port(&repo, folder).map(|fact| fact.value)
        };
        let compose = |build: &str, ports: &str| {
            format!(
                "services:\n  api:\n    build: {build}\n    ports: {ports}\n  db:\n    image: x\n    ports: ['5432:5432']\n"
            )
        };
        for ports in
            ["['2005:2005']", "['80:2005/tcp']", "[2005]", "[{target: 2005, published: 80}]", "['127.0.0.1:80:2005']"]
        {
            assert_eq!(found("compose.yaml", &compose(".", ports), ""), Some(2005), "{ports}");
        }
        let built = compose("{context: ./services/api}", "['3001:3001']");
        assert_eq!(found("docker-compose.yml", &built, "services/api"), Some(3001));
        assert_eq!(found("docker-compose.yml", &built, ""), None);
        for ports in ["['80:80', '5678:5678']", "['80:$PORT']", "[]", "['80:80/udp']", "['8000-8010:8000-8010']"] {
            assert_eq!(found("compose.yaml", &compose(".", ports), ""), None, "{ports}");
        }
        let two = format!("{}  other:\n    build: .\n    ports: ['1:1']\n", compose(".", "['80:80']"));
        assert_eq!(found("compose.yaml", &two, ""), None);
    }

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
