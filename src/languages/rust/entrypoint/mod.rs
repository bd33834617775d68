//! What the source of a package, and of the packages of the repository that it is made from, says.

mod code;
pub mod command_line;
pub mod listen;
mod runtime_files;

use crate::catalog::{RustServer, rust_servers};
use crate::evidence::{Evidence, Fact};
use crate::languages::rust::entrypoint::code::code;
use crate::languages::rust::entrypoint::command_line::{Argument, Subcommands};
use crate::languages::rust::entrypoint::listen::Listen;
use crate::languages::rust::framework::{self, Queries};
use crate::languages::rust::manifest::Cargo;
use crate::languages::settings_file::{SettingsFile, absent, is_called_so};
use crate::languages::source::Sources;
use crate::path::{file_name, join, parent};
use crate::pattern;
use crate::plan::Variable;
use crate::repo::Repo;

/// What the source of a package says.
#[derive(Debug, Default)]
pub struct SourceFacts {
    /// Where it listens.
    pub listen: Listen,
    /// Where it binds the loopback interface, when nothing here lifts it.
    pub loopback: Option<Evidence>,
    /// Whether a crate or the source opens a server.
    pub is_server: bool,
    /// The crate that it serves with.
    pub server: Option<&'static RustServer>,
    /// What it can be told to do.
    pub subcommands: Subcommands,
    /// Files and folders that it reads beside the program, from the root of the repository.
    pub files: Vec<Fact<String>>,
    /// Folders that it writes.
    pub writable: Vec<Fact<String>>,
    /// Whether it writes somewhere that is not known.
    pub writes: bool,
    /// Queries that are checked against a database while it compiles.
    pub queries: Option<Queries>,
    /// Variables that choose the settings of production.
    pub environment: Vec<Variable>,
    /// Variables without which it ends, or does not compile.
    pub required: Vec<Fact<String>>,
    /// Features that only the nightly compiler lets through.
    pub unstable: Vec<Fact<String>>,
    /// The file of settings that it wants and that is not there.
    pub settings: Option<Fact<SettingsFile>>,
    /// Relative paths that it opens or serves.
    pub opened: Vec<Fact<String>>,
}

/// Reads the source of a package, whose parts start with the package itself.
pub fn read(repo: &Repo, parts: &[&Cargo], workspace: &Cargo) -> SourceFacts {
    let package = parts[0];
    let code = sources(repo, parts);
    let own = sources(repo, &parts[..1]);
    let mut arguments = command_line::arguments(&code);
    arguments.extend(framework::prefixed_arguments(&code));
    let subcommands = command_line::subcommands(&own);
    let dependencies: Vec<String> = parts.iter().flat_map(|part| part.dependencies()).collect();
    let listens = code.any(pattern!(r"TcpListener::bind|\.bind\(|Server::bind|\bserve\(|HttpServer::new"));
    let server =
        rust_servers().iter().find(|it| dependencies.contains(&it.name) && (!it.is_client || listens.is_some()));
    let serves = server.is_some() || code.any(pattern!(r"TcpListener::bind")).is_some();
    let is_server = serves && !subcommands.is_tool;
    let files = runtime_files::files(repo, package, workspace, &code, &arguments);
    let mut listen = listen::listen(repo, &code, &arguments, &files);
    listen.port = listen.port.or_else(|| {
        let server = server?;
        let evidence = parts.iter().find_map(|part| part.dependency(&server.name));
        Some(Fact::new(server.port?, evidence.unwrap_or_else(|| Evidence::file(package.manifest.path()))))
    });
    let is_told = listen.interface.is_some()
        || listen.rebound.is_some()
        || server.is_some_and(|it| it.environment.values().any(|value| value.starts_with("0.0.0.0")));
    let writes = code
        .any(pattern!(r"File::create|create_dir|OpenOptions|sled::open|Connection::open\(|sqlite:|fs::write"))
        .is_some();
    SourceFacts {
        loopback: if is_server && !is_told { listen::loopback(&code) } else { None },
        is_server,
        server,
        subcommands,
        writable: runtime_files::writable(repo, &code, &arguments, &files),
        opened: runtime_files::opened(&code),
        settings: settings_wanted(repo, package, workspace, &arguments).filter(|_| is_server),
        files,
        writes: writes && is_server,
        queries: framework::queries(repo, parts, workspace, &code),
        environment: production(repo, package, workspace, &code),
        required: required(&code),
        unstable: unstable(&code),
        listen,
    }
}

/// The code of packages, each package's main file first.
fn sources(repo: &Repo, parts: &[&Cargo]) -> Sources {
    let mut paths: Vec<&str> = Vec::new();
    for part in parts {
        let inside = join(&part.folder, "src/");
        let is_code = |file: &&str| {
            file.ends_with(".rs")
                && (file.starts_with(&inside) || file_name(file) == "main.rs")
                && !is_test(file)
                && !is_of_another_package(repo, &part.folder, file)
        };
        let mut own: Vec<&str> =
            repo.files_under(&part.folder).filter(is_code).filter(|it| !paths.contains(it)).collect();
        own.sort_by_key(|path| (file_name(path) != "main.rs", path.matches('/').count()));
        paths.extend(own);
    }
    let read = Sources::read(repo, paths.into_iter());
    Sources::of(read.documents().iter().map(code).collect())
}

/// Whether a file is of tests or examples, not of the program.
fn is_test(file: &str) -> bool {
    let stem = file_name(file).trim_end_matches(".rs");
    file.contains("/tests/")
        || file.contains("/examples/")
        || matches!(stem, "test" | "tests" | "testing" | "build")
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
}

/// Whether a folder between a package's own and a file is a package itself.
fn is_of_another_package(repo: &Repo, package: &str, file: &str) -> bool {
    let mut folder = parent(file);
    while folder.len() > package.len() {
        if repo.has(&join(folder, "Cargo.toml")) {
            return true;
        }
        folder = parent(folder);
    }
    false
}

/// The file of settings that an argument holds unless told otherwise, where it is not there.
fn settings_wanted(
    repo: &Repo,
    package: &Cargo,
    workspace: &Cargo,
    arguments: &[Argument],
) -> Option<Fact<SettingsFile>> {
    let of_settings = arguments.iter().filter(|argument| is_called_so(&argument.name));
    of_settings.filter_map(|argument| Some((argument.default.as_deref()?, argument))).find_map(|(path, argument)| {
        let found = absent(repo, &workspace.folder, path)?;
        absent(repo, &package.folder, path)?;
        Some(Fact::new(found, argument.evidence.clone()))
    })
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

/// Variables that the source has no answer to when they are missing.
fn required(code: &Sources) -> Vec<Fact<String>> {
    let pattern = pattern!(r#"\bvar(?:_os)?\(\s*"([A-Z][A-Z0-9_]+)"\s*\)\s*\.(?:expect|unwrap)\("#);
    let mut found: Vec<Fact<String>> = Vec::new();
    for fact in code.find_all(pattern, |captures| Some(captures[1].to_owned())) {
        if !found.iter().any(|known| known.value == fact.value) && !fact.value.starts_with("CARGO_") {
            found.push(fact);
        }
    }
    found
}

/// `#![feature(…)]`.
fn unstable(code: &Sources) -> Vec<Fact<String>> {
    let lists = code.find_all(pattern!(r"#!\[feature\(([^)]*)\)"), |captures| Some(captures[1].to_owned()));
    let names = lists.into_iter().flat_map(|fact| {
        let names: Vec<String> = fact.value.split(',').map(|name| name.trim().to_owned()).collect();
        names.into_iter().map(move |name| Fact::new(name, fact.evidence.clone()))
    });
    names.filter(|fact| !fact.value.is_empty()).collect()
}
