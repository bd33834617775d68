//! The configuration that an application carries: the files of Spring, Quarkus, Micronaut, Helidon and Dropwizard, flat.

use crate::languages::Fact;
use crate::pattern;
use crate::repo::{Document, Repo, join};

/// Where they lie in a module, those that count first.
const FOLDERS: &[&str] = &["src/main/resources/config", "src/main/resources"];
/// Their names without ending.
const NAMES: &[&str] = &["application", "bootstrap", "META-INF/microprofile-config"];
/// Their endings.
const ENDINGS: &[&str] = &["properties", "yml", "yaml"];
/// Profiles that are looked at when the others are silent, since a build or an environment can choose them.
const LATER: &[&str] = &["prod", "dev"];

/// Settings by their dotted keys, those that count first.
#[derive(Debug, Default)]
pub struct Configuration {
    entries: Vec<(String, Fact<String>)>,
}

impl Configuration {
    /// The configuration of the module in a folder, with the profiles that it makes active.
    pub fn read(repo: &Repo, folder: &str) -> Self {
        let mut all = Self::default();
        for name in NAMES {
            all.entries.extend(files(repo, folder, name));
        }
        if let Some(active) = all.get("spring.profiles.active") {
            for profile in active.value.split(',').map(str::trim) {
                all.entries.splice(0..0, files(repo, folder, &format!("application-{profile}")));
            }
        }
        for profile in LATER {
            all.entries.extend(files(repo, folder, &format!("application-{profile}")));
        }
        all
    }

    /// The settings of one file.
    pub fn of(document: &Document) -> Self {
        let entries = if document.path().ends_with(".properties") { properties(document) } else { tree(document) };
        Self { entries }
    }

    /// Puts the settings of another file before these.
    pub fn put_first(&mut self, other: Self) {
        self.entries.splice(0..0, other.entries);
    }

    /// A setting as it stands, that of Quarkus' production profile before the common one.
    pub fn raw(&self, key: &str) -> Option<&Fact<String>> {
        let in_production = format!("%prod.{key}");
        let find = |wanted: &str| self.entries.iter().find(|(key, _)| key == wanted).map(|(_, fact)| fact);
        find(&in_production).or_else(|| find(key))
    }

    /// A setting with the defaults of its variables; nothing where one has none.
    pub fn get(&self, key: &str) -> Option<Fact<String>> {
        let mut fact = self.raw(key)?.clone();
        while let Some((_, default)) = variable(&fact.value) {
            fact.value = default?;
        }
        (!fact.value.contains("${") && !fact.value.starts_with('@')).then_some(fact)
    }

    /// The variable that a setting must be given by, since it has no default.
    pub fn wanted_variable(&self, key: &str) -> Option<Fact<String>> {
        let fact = self.raw(key)?;
        let (name, default) = variable(&fact.value)?;
        let is_variable = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        (default.is_none() && is_variable).then(|| Fact::new(name, fact.evidence.clone()))
    }

    /// The first of these settings that is a port.
    pub fn port(&self, keys: &[&str]) -> Option<Fact<u16>> {
        keys.iter().find_map(|key| {
            let fact = self.get(key)?;
            let port = fact.value.parse::<u16>().ok().filter(|port| *port > 0)?;
            Some(Fact::new(port, fact.evidence))
        })
    }

    /// All settings, as they stand.
    pub fn entries(&self) -> &[(String, Fact<String>)] {
        &self.entries
    }
}

/// `${NAME:default}` that is the whole of a text.
fn variable(text: &str) -> Option<(String, Option<String>)> {
    let inside = text.strip_prefix("${")?.strip_suffix('}')?;
    match inside.split_once(':') {
        Some((name, default)) => Some((name.to_owned(), Some(default.to_owned()))),
        None => Some((inside.to_owned(), None)),
    }
}

fn files(repo: &Repo, folder: &str, name: &str) -> Vec<(String, Fact<String>)> {
    let mut entries = Vec::new();
    for place in FOLDERS {
        for ending in ENDINGS {
            let path = join(folder, &format!("{place}/{name}.{ending}"));
            if let Some(document) = repo.has(&path).then(|| repo.read_optional(&path)).flatten() {
                entries.extend(Configuration::of(&document).entries);
            }
        }
    }
    entries
}

fn properties(document: &Document) -> Vec<(String, Fact<String>)> {
    let pattern = pattern!(r"^\s*([^#!\s=:][^=:\s]*)\s*[=:]?\s*(.*?)\s*$");
    let lines = document.lines().filter_map(|(line, text)| {
        let captures = pattern.captures(text)?;
        Some((captures[1].to_owned(), Fact::new(captures[2].to_owned(), document.evidence_line(line))))
    });
    lines.collect()
}

/// The keys of a YAML file by their indentation; documents for a profile that is not active are left out.
fn tree(document: &Document) -> Vec<(String, Fact<String>)> {
    let pattern = pattern!(r#"^["']?([^\s"'#:\[{][^"':]*)["']?\s*:(?:\s+(.*))?$"#);
    let mut all = Vec::new();
    let mut part: Vec<(String, Fact<String>)> = Vec::new();
    let mut above: Vec<(usize, String)> = Vec::new();
    let mut close = |part: &mut Vec<(String, Fact<String>)>| {
        let is_for_profile =
            part.iter().any(|(key, _)| key == "spring.config.activate.on-profile" || key == "spring.profiles");
        let done = std::mem::take(part);
        if !is_for_profile {
            all.extend(done);
        }
    };
    for (line, text) in document.lines() {
        if text.starts_with("---") {
            close(&mut part);
            above.clear();
            continue;
        }
        let mut rest = text.trim_start_matches(' ');
        while let Some(item) = rest.strip_prefix("- ") {
            rest = item.trim_start_matches(' ');
        }
        let indent = text.len() - rest.len();
        let Some(captures) = pattern.captures(rest.trim_end()) else { continue };
        above.retain(|(place, _)| *place < indent);
        above.push((indent, captures[1].trim().to_owned()));
        let value = captures.get(2).map_or("", |value| value.as_str());
        let value = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        if !value.is_empty() && !value.starts_with('#') {
            let key: Vec<&str> = above.iter().map(|(_, key)| key.as_str()).collect();
            part.push((key.join("."), Fact::new(value.to_owned(), document.evidence_line(line))));
        }
    }
    close(&mut part);
    all
}

#[cfg(test)]
mod tests {
    use super::Configuration;
    use crate::repo::Document;

    #[test]
    fn trees_are_flat_and_other_profiles_are_left_out() {
        let text = "server:\n  # a comment\n  port: ${PORT:8081}\n'%prod':\n  quarkus.http.port: 9\nlist:\n  - type: http\n    port: 7\n---\nspring:\n  config:\n    activate:\n      on-profile: other\nserver:\n  port: 1\n";
        let configuration = Configuration::of(&Document::new("application.yml", text));
        assert_eq!(configuration.port(&["server.port"]).unwrap().value, 8081);
        assert_eq!(configuration.port(&["server.port"]).unwrap().evidence.line, 3);
        assert_eq!(configuration.port(&["quarkus.http.port"]).unwrap().value, 9);
        assert_eq!(configuration.port(&["list.port"]).unwrap().value, 7);
    }

    #[test]
    fn a_variable_without_a_default_is_wanted() {
        let document = Document::new("application.properties", "# server.port=1\nserver.port = ${PORT}\n");
        let configuration = Configuration::of(&document);
        assert!(configuration.port(&["server.port"]).is_none());
        assert_eq!(configuration.wanted_variable("server.port").unwrap().value, "PORT");
    }
}
