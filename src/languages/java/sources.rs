//! What sources and configuration say: main classes, ports, files that are written.

use crate::languages::Fact;
use crate::languages::source::{Sources, find_in};
use crate::pattern;
use crate::repo::{Repo, file_name, join};

/// What the sources of a module say.
#[derive(Debug, Default)]
pub struct SourceFacts {
    /// Classes with a main method, by their full names.
    pub mains: Vec<Fact<String>>,
    /// The class that a framework starts.
    pub framework_main: Option<Fact<String>>,
    /// The port that it listens on.
    pub port: Option<Fact<u16>>,
    /// Whether it opens a server socket at all.
    pub listens: bool,
    /// Folders that it writes, absolute or from its working directory.
    pub writable: Vec<Fact<String>>,
    /// Whether the servlet API of Jakarta is used.
    pub is_jakarta: bool,
    /// The configuration file of Dropwizard, from the module's folder.
    pub dropwizard: Option<Fact<String>>,
    /// A health route of Spring's actuator or of Quarkus is there.
    pub main_count: usize,
}

/// Reads the sources and the configuration of a module.
pub fn read(repo: &Repo, folder: &str) -> SourceFacts {
    let main = join(folder, "src/main");
    let is_code = |file: &&str| {
        let ending = file.rsplit('.').next().unwrap_or_default();
        matches!(ending, "java" | "kt" | "scala")
    };
    let code = Sources::read(repo, repo.files_under(&main).filter(is_code));
    let mains = mains(&code);
    let framework_main = framework_main(&code);
    let socket = pattern!(
        r#"(?:InetSocketAddress|ServerSocket|setPort|\.start|\.listen|\.port|\bport|\bPORT)\s*(?:\(|=)\s*(?:Integer\.(?:parseInt|valueOf)\([^)]*?["'])?(\d{4,5})\b"#
    );
    let in_code = code.find(socket, |captures| captures[1].parse::<u16>().ok());
    let listens = in_code.is_some() || code.any(pattern!(r"HttpServer\.create|ServerSocket|\.createHttpServer|new Server\(|Undertow\.builder|Javalin\.(?:create|start)|embeddedServer\(")).is_some();
    SourceFacts {
        main_count: mains.len(),
        mains,
        framework_main,
        port: configured_port(repo, folder).or(in_code),
        listens,
        writable: writable(repo, folder),
        is_jakarta: code.any(pattern!(r"import jakarta\.(?:servlet|ws)")).is_some(),
        dropwizard: dropwizard(repo, folder),
    }
}

fn mains(code: &Sources) -> Vec<Fact<String>> {
    let java = pattern!(r"\bpublic\s+static\s+(?:final\s+)?void\s+main\s*\(|\bstatic\s+public\s+void\s+main\s*\(");
    let kotlin = pattern!(r"(?m)^(?:suspend\s+)?fun\s+main\s*\(");
    let scala = pattern!(r"\bobject\s+\w+\s+extends\s+App\b|\bdef\s+main\s*\(");
    let mut found = Vec::new();
    for document in code.documents() {
        let is_kotlin = document.path().ends_with(".kt");
        let pattern = if is_kotlin {
            kotlin
        } else if document.path().ends_with(".scala") {
            scala
        } else {
            java
        };
        if let Some(fact) = find_in(document, pattern, |_| Some(())) {
            found.push(Fact::new(class_of(document, is_kotlin), fact.evidence));
        }
    }
    found
}

fn framework_main(code: &Sources) -> Option<Fact<String>> {
    let pattern = pattern!(
        r"@SpringBootApplication|@EnableAutoConfiguration|SpringApplication\.run|runApplication<|extends SpringBootServletInitializer"
    );
    code.documents().iter().find_map(|document| {
        let fact = find_in(document, pattern, |_| Some(()))?;
        Some(Fact::new(class_of(document, document.path().ends_with(".kt")), fact.evidence))
    })
}

/// The full name of the class that a file defines.
fn class_of(document: &crate::repo::Document, is_kotlin: bool) -> String {
    let package = find_in(document, pattern!(r"(?m)^\s*package\s+([\w.]+)"), |captures| Some(captures[1].to_owned()));
    let stem = file_name(document.path()).rsplit_once('.').map_or("", |(stem, _)| stem);
    let has_main_inside = is_kotlin && document.text().contains("@JvmStatic");
    let name = if is_kotlin && !has_main_inside {
        format!("{}{}Kt", stem[..1].to_uppercase(), &stem[1..])
    } else {
        stem.to_owned()
    };
    package.map_or(name.clone(), |package| format!("{}.{name}", package.value))
}

/// The files that configure a server, those that count first.
fn configuration(repo: &Repo, folder: &str) -> Vec<String> {
    let names = [
        "src/main/resources/application.properties",
        "src/main/resources/application.yml",
        "src/main/resources/application.yaml",
        "src/main/resources/bootstrap.yml",
        "src/main/resources/config/application.yml",
        "src/main/resources/config/application.properties",
        "src/main/resources/META-INF/microprofile-config.properties",
        "src/main/resources/application-prod.yml",
        "src/main/resources/config/application-prod.yml",
        "src/main/resources/application-dev.yml",
    ];
    names.iter().map(|name| join(folder, name)).filter(|path| repo.has(path)).collect()
}

fn configured_port(repo: &Repo, folder: &str) -> Option<Fact<u16>> {
    let properties = pattern!(
        r"(?m)^\s*(?:server|quarkus\.http|micronaut\.server|mp\.server)\.port\s*[=:]\s*(?:\$\{[^:}]*:)?(\d{2,5})"
    );
    let tree = pattern!(
        r"(?m)^server:\s*(?:#.*)?\n(?:(?:[ \t]+.*|\s*#.*|\s*)\n)*?[ \t]+port:\s*(?:\$\{[^:}]*:)?[\x22']?(\d{2,5})"
    );
    configuration(repo, folder).iter().find_map(|path| {
        let document = repo.read_optional(path)?;
        let number = |captures: &regex::Captures| captures[1].parse::<u16>().ok().filter(|port| *port > 0);
        let pattern = if path.ends_with(".properties") { properties } else { tree };
        find_in(&document, pattern, number).or_else(|| find_in(&document, properties, number))
    })
}

fn writable(repo: &Repo, folder: &str) -> Vec<Fact<String>> {
    let pattern = pattern!(
        r"jdbc:(?:h2:(?:file:)?|sqlite:|hsqldb:file:)(?:\./)?([\w./-]+/)[\w-]+|(?m)^\s*logging\.file(?:\.path|\.name)?\s*[=:]\s*(?:\./)?([\w./-]*/)"
    );
    let found = configuration(repo, folder).into_iter().filter_map(|path| {
        let document = repo.read_optional(&path)?;
        find_in(&document, pattern, |captures| {
            captures.get(1).or(captures.get(2)).map(|place| place.as_str().trim_end_matches('/').to_owned())
        })
    });
    found
        .filter(|fact| {
            !fact.value.is_empty()
                && !fact.value.contains("..")
                && !fact.value.starts_with("mem")
                && fact.value != "/tmp"
        })
        .collect()
}

/// The YAML file in the module's own folder that has the connectors of a server.
fn dropwizard(repo: &Repo, folder: &str) -> Option<Fact<String>> {
    let names: Vec<&str> =
        repo.names_in(folder).filter(|name| name.ends_with(".yml") || name.ends_with(".yaml")).collect();
    names.into_iter().filter(|name| !name.starts_with('.') && !name.contains("compose")).find_map(|name| {
        let document = repo.read_optional(&join(folder, name))?;
        let line = document.find_line(|line| {
            line.starts_with("server:") || line.starts_with("database:") || line.starts_with("template:")
        })?;
        Some(Fact::new(name.to_owned(), line))
    })
}
