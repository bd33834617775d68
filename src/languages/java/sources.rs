//! What sources and configuration say: main classes, ports, files that are written.

use crate::languages::java::configuration::Configuration;
use crate::languages::java::mains::{self, Main};
use crate::languages::source::Sources;
use crate::languages::{Evidence, Fact};
use crate::pattern;
use crate::repo::{Repo, join};

/// What the sources of a module say.
#[derive(Debug, Default)]
pub struct SourceFacts {
    /// Classes with a main method.
    pub mains: Vec<Main>,
    /// The class that a framework starts.
    pub framework_main: Option<Fact<String>>,
    /// The port that it listens on.
    pub port: Option<Fact<u16>>,
    /// The variable that must say the port.
    pub port_variable: Option<Fact<String>>,
    /// Whether it opens a server socket at all.
    pub listens: bool,
    /// Folders that it writes, absolute or from its working directory.
    pub writable: Vec<Fact<String>>,
    /// Whether the servlet API of Jakarta is used.
    pub is_jakarta: bool,
    /// What a servlet container lacks and the sources use.
    pub enterprise: Option<Evidence>,
    /// The configuration file of Dropwizard, from the folder of the build.
    pub dropwizard: Option<Fact<String>>,
    /// The settings.
    pub configuration: Configuration,
}

/// The settings that say the port, by framework.
const PORTS: &[&str] = &[
    "server.applicationConnectors.port",
    "server.connector.port",
    "server.port",
    "quarkus.http.port",
    "micronaut.server.port",
    "mp.server.port",
];

/// Reads the sources and the configuration of a module; that of Dropwizard lies in one of `dropwizard_folders`.
pub fn read(repo: &Repo, folder: &str, dropwizard_folders: &[&str]) -> SourceFacts {
    let main = join(folder, "src/main");
    let is_code = |file: &&str| {
        let ending = file.rsplit('.').next().unwrap_or_default();
        matches!(ending, "java" | "kt" | "scala")
    };
    let code = Sources::read(repo, repo.files_under(&main).filter(is_code));
    let mains = mains::find(&code);
    let mut configuration = Configuration::read(repo, folder);
    let socket = pattern!(
        r#"(?:InetSocketAddress|ServerSocket|setPort|\.start|\.listen|\.port|\bport|\bPORT)\s*(?:\(|=)\s*(?:Integer\.(?:parseInt|valueOf)\([^)]*?["'])?(\d{4,5})\b"#
    );
    let in_code = code.find(socket, |captures| captures[1].parse::<u16>().ok());
    let listens = in_code.is_some() || code.any(pattern!(r"HttpServer\.create|ServerSocket|\.createHttpServer|new Server\(|Undertow\.builder|Javalin\.(?:create|start)|embeddedServer\(")).is_some();
    let dropwizard = dropwizard_folders.iter().find_map(|folder| dropwizard(repo, folder));
    if let Some(document) = dropwizard.as_ref().and_then(|file| repo.read_optional(&file.evidence.path)) {
        configuration.put_first(Configuration::of(&document));
    }
    SourceFacts {
        framework_main: mains::of_framework(&code),
        mains,
        port: configuration.port(PORTS).or(in_code),
        port_variable: PORTS.iter().find_map(|key| configuration.wanted_variable(key)),
        listens,
        writable: writable(&configuration),
        is_jakarta: code.any(pattern!(r"import jakarta\.(?:servlet|ws)")).is_some(),
        enterprise: code
            .any(pattern!(r"import (?:jakarta|javax)\.(?:ejb|jms|batch|faces|ws\.rs|enterprise\.context|inject)\.")),
        dropwizard,
        configuration,
    }
}

/// The folders of databases and logs in files.
fn writable(configuration: &Configuration) -> Vec<Fact<String>> {
    let database = pattern!(r"^jdbc:(?:h2:(?:file:)?|sqlite:|hsqldb:file:)(?:\./)?([\w./-]+/)[\w-]+");
    let log = pattern!(r"^(?:\./)?([\w./-]*/)");
    let mut found: Vec<Fact<String>> = Vec::new();
    for (key, fact) in configuration.entries() {
        let pattern = if matches!(key.as_str(), "logging.file" | "logging.file.path" | "logging.file.name") {
            log
        } else {
            database
        };
        let Some(captures) = pattern.captures(&fact.value) else { continue };
        let place = captures[1].trim_end_matches('/').to_owned();
        let is_own = !place.is_empty() && !place.contains("..") && !place.starts_with("mem") && place != "/tmp";
        if is_own && !found.iter().any(|known| known.value == place) {
            found.push(Fact::new(place, fact.evidence.clone()));
        }
    }
    found
}

/// The YAML file in a folder that has the connectors of a server.
fn dropwizard(repo: &Repo, folder: &str) -> Option<Fact<String>> {
    let is_yaml = |name: &&str| name.ends_with(".yml") || name.ends_with(".yaml");
    let names: Vec<&str> = repo.names_in(folder).filter(is_yaml).collect();
    names.into_iter().filter(|name| !name.starts_with('.') && !name.contains("compose")).find_map(|name| {
        let document = repo.read_optional(&join(folder, name))?;
        let line = document.find_line(|line| {
            line.starts_with("server:") || line.starts_with("database:") || line.starts_with("template:")
        })?;
        Some(Fact::new(name.to_owned(), line))
    })
}
