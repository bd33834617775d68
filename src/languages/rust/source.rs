//! What the source says about ports, interfaces, signals and files that the program reads or writes.

use crate::languages::rust::manifest::Cargo;
use crate::languages::source::{Sources, find_in};
use crate::languages::{Evidence, Fact};
use crate::pattern;
use crate::plan::Variable;
use crate::repo::{Repo, file_name, join};

/// What the source of a package says.
#[derive(Debug, Default)]
pub struct SourceFacts {
    /// The port that it listens on.
    pub port: Option<Fact<u16>>,
    /// Whether it takes the port from the variable PORT.
    pub reads_port: bool,
    /// Where it binds the loopback interface.
    pub loopback: Option<Evidence>,
    /// Whether a crate or the source opens a server.
    pub is_server: bool,
    /// Files and folders that it reads beside the program, from the root of the repository.
    pub files: Vec<Fact<String>>,
    /// Folders that it writes.
    pub writable: Vec<Fact<String>>,
    /// Whether it writes somewhere that is not known.
    pub writes: bool,
    /// Where queries are checked against a database while it compiles.
    pub checked_queries: Option<Evidence>,
    /// Variables that choose the settings of production.
    pub environment: Vec<Variable>,
}

/// Crates that make a program a server, and the port that they take unless told otherwise; 0 where there is none.
const SERVERS: &[(&str, u16)] = &[
    ("rocket", 8000),
    ("axum", 0),
    ("actix-web", 0),
    ("warp", 0),
    ("tide", 0),
    ("poem", 0),
    ("salvo", 0),
    ("tonic", 0),
    ("tiny_http", 0),
    ("gotham", 0),
    ("ntex", 0),
    ("trillium", 0),
    ("rouille", 0),
    ("iron", 0),
    ("nickel", 0),
    ("loco-rs", 5150),
    ("leptos_axum", 3000),
    ("jsonrpsee", 0),
    ("hyper", 0),
    ("viz", 0),
    ("dropshot", 0),
    ("actix-files", 0),
];

/// Files and folders that programs read beside themselves.
const BESIDE: &[&str] = &[
    "templates",
    "static",
    "assets",
    "public",
    "config",
    "configuration",
    "settings",
    "migrations",
    "conf",
    "views",
    "locales",
    "i18n",
    "resources",
    "www",
    "dist",
    "data",
    "Rocket.toml",
    "config.toml",
    "config.yaml",
    "config.yml",
    "config.json",
    "Config.toml",
    "settings.toml",
    "settings.yaml",
    "configuration.yaml",
    "configuration.yml",
    "log4rs.yml",
    "log4rs.yaml",
    "log4rs.toml",
    "App.toml",
    "Settings.toml",
    "default.toml",
];

/// Reads the source of a package.
pub fn read(repo: &Repo, package: &Cargo, workspace: &Cargo) -> SourceFacts {
    let inside = join(&package.folder, "src");
    let code = Sources::read(
        repo,
        repo.files_under(&package.folder).filter(|file| {
            file.ends_with(".rs")
                && (file.starts_with(&inside) || file_name(file) == "main.rs")
                && !file.contains("/tests/")
        }),
    );
    let dependencies = package.dependencies();
    let server = SERVERS.iter().find(|(name, _)| dependencies.iter().any(|dependency| dependency == name));
    let files = files(repo, package, workspace, &code);
    let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    let address = pattern!(
        r#""(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::\]|\[::1\])?:(\d{2,5})"|\[\s*\d+\s*,\s*\d+\s*,\s*\d+\s*,\s*\d+\s*\]\s*,\s*(\d{2,5})|Ipv4Addr::\w+(?:\(\))?,?\s*\)?,?\s*(\d{4,5})\b"#
    );
    let named =
        pattern!(r#"(?i)\bport\w*\s*(?::\s*\w+\s*)?=\s*(?:[^\n;]{0,80}?unwrap_or[^\n;]{0,40}?)?["'(\s]*(\d{4,5})\b"#);
    let argument = pattern!(
        r#"(?is)default_value(?:_t)?\s*=\s*"?(\d{4,5})"?[^\n]*\n(?:[^\n]*\n){0,2}?[^\n]*port|port[^\n]*\n?[^\n]{0,120}default_value(?:_t)?\s*=\s*"?(\d{4,5})"#
    );
    let fallback = pattern!(r#"(?:PORT|port)"?\)[^;]{0,80}?(?:unwrap_or|or)[^;]{0,40}?["(](\d{4,5})\b"#);
    let any = |captures: &regex::Captures| {
        (1..captures.len()).find_map(|index| captures.get(index)).and_then(|found| number(found.as_str()))
    };
    let in_code = [address, argument, fallback, named].iter().find_map(|pattern| code.find(pattern, any));
    let in_settings = files.iter().find_map(|file| setting_port(repo, &file.value));
    let usual = server.filter(|(_, port)| *port > 0).map(|(name, port)| {
        Fact::new(*port, package.dependency(name).unwrap_or_else(|| Evidence::file(package.manifest.path())))
    });
    let listens = code.any(pattern!(r"TcpListener::bind|\.bind\(|Server::bind|serve\(|HttpServer::new"));
    let is_server = server.is_some_and(|(name, _)| *name != "hyper" || listens.is_some())
        || code.any(pattern!(r"TcpListener::bind")).is_some();
    let loopback = code.any(pattern!(
        r#""(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?"|\[\s*127\s*,\s*0\s*,\s*0\s*,\s*1\s*\]|Ipv4Addr::LOCALHOST"#
    ));
    let writes = code
        .any(pattern!(r"File::create|create_dir|OpenOptions|sled::open|Connection::open\(|sqlite:|fs::write"))
        .is_some();
    SourceFacts {
        port: in_code.or(in_settings).or(usual),
        reads_port: code.any(pattern!(r#"(?:var|var_os|env)!?\(\s*"PORT"|env\s*=\s*"PORT""#)).is_some(),
        loopback: loopback.filter(|_| is_server),
        is_server,
        writable: writable(repo, &code, &files),
        files,
        writes: writes && is_server,
        checked_queries: code.any(pattern!(r"\bsqlx::query(?:_as|_scalar|_file)?!|\bquery(?:_as|_scalar)?!\s*\(")),
        environment: production(repo, package, workspace, &code),
    }
}

/// Files and folders with usual names that are there and that a string of the source names.
fn files(repo: &Repo, package: &Cargo, workspace: &Cargo, code: &Sources) -> Vec<Fact<String>> {
    let mut found: Vec<Fact<String>> = Vec::new();
    for folder in [&package.folder, &workspace.folder] {
        for name in BESIDE {
            let path = join(folder, name);
            if !(repo.has(&path) || repo.has_folder(&path)) || found.iter().any(|known| known.value == path) {
                continue;
            }
            let needles = [format!("\"{name}\""), format!("\"{name}/"), format!("\"./{name}"), format!("/{name}\"")];
            let stem = name.split('.').next().unwrap_or(name);
            let is_settings = name.contains('.');
            let evidence = code.documents().iter().find_map(|document| {
                document.find_line(|line| {
                    let is_compiled_in =
                        line.contains("include_") || line.contains("embed") || line.contains("migrate!");
                    !is_compiled_in
                        && (needles.iter().any(|needle| line.contains(needle))
                            || is_settings && line.contains(&format!("\"{stem}\"")))
                })
            });
            let evidence = evidence.or_else(|| (*name == "Rocket.toml").then(|| Evidence::file(&path)));
            if let Some(evidence) = evidence {
                found.push(Fact::new(path, evidence));
            }
        }
    }
    found
}

/// A port in a file of settings, or in one of a folder of them.
fn setting_port(repo: &Repo, path: &str) -> Option<Fact<u16>> {
    let pattern =
        pattern!(r#"(?m)^\s*["']?(?:\w*_)?(?:port|address|bind|listen)["']?\s*[:=]\s*["']?(?:[\w.]*:)?(\d{4,5})\b"#);
    let mut files: Vec<&str> = if repo.has(path) { vec![path] } else { repo.files_under(path).collect() };
    files.sort_by_key(|file| {
        (!file.contains("prod"), !file.contains("base") && !file.contains("default"), (*file).to_owned())
    });
    files
        .into_iter()
        .filter(|file| matches!(file.rsplit('.').next(), Some("toml" | "yaml" | "yml" | "json")))
        .find_map(|file| find_in(&repo.read_optional(file)?, pattern, |captures| captures[1].parse().ok()))
}

/// Folders that arguments, settings and the source name as written.
fn writable(repo: &Repo, code: &Sources, files: &[Fact<String>]) -> Vec<Fact<String>> {
    let argument = pattern!(
        r#"(?i)(?:data|upload|storage|cache|db|database)[_-]?(?:dir|path|folder|directory)[^\n]*\n?[^\n]{0,100}default_value\s*=\s*"([^"]+)"|default_value\s*=\s*"([^"]+)"[^\n]*\n(?:[^\n]*\n)?[^\n]*(?:data|upload|storage|cache|db)_(?:dir|path|folder)"#
    );
    let called = pattern!(r#"create_dir(?:_all)?\(\s*"([^"]+)"|"sqlite:(?://)?([\w./-]+/)[\w-]+\.\w+"#);
    let pick = |captures: &regex::Captures| {
        (1..captures.len()).find_map(|index| captures.get(index)).map(|found| found.as_str().to_owned())
    };
    let mut found = code.find_all(argument, pick);
    found.extend(code.find_all(called, pick));
    for file in files.iter().filter(|file| repo.has(&file.value)) {
        let setting =
            pattern!(r#"(?m)^\s*(?:upload|data|storage|cache)_?(?:path|dir|folder)?\s*[:=]\s*["']([^"'\n]+)["']"#);
        found.extend(
            repo.read_optional(&file.value)
                .and_then(|document| find_in(&document, setting, |captures| Some(captures[1].to_owned()))),
        );
    }
    let mut kept: Vec<Fact<String>> = Vec::new();
    for fact in found {
        let folder = fact.value.trim_start_matches("./").trim_end_matches('/').to_owned();
        let is_plain = !folder.is_empty()
            && !folder.contains("..")
            && folder != "."
            && folder.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
        if is_plain && !folder.starts_with("/tmp") && !kept.iter().any(|known| known.value == folder) {
            kept.push(Fact::new(folder, fact.evidence));
        }
    }
    kept.truncate(4);
    kept
}

/// A variable like APP_ENVIRONMENT whose `production` has a file of settings.
fn production(repo: &Repo, package: &Cargo, workspace: &Cargo, code: &Sources) -> Vec<Variable> {
    let has_settings = [&package.folder, &workspace.folder].iter().any(|folder| {
        ["config", "configuration", "settings", "conf"]
            .iter()
            .any(|name| repo.files_under(&join(folder, name)).any(|file| file_name(file).starts_with("production.")))
    });
    let variable =
        code.find(pattern!(r#"var\(\s*"(\w*(?:ENVIRONMENT|ENV|RUN_MODE))""#), |captures| Some(captures[1].to_owned()));
    variable.filter(|_| has_settings).map(|fact| Variable::new(fact.value, "production")).into_iter().collect()
}
