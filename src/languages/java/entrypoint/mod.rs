//! What the sources of a module say: what is started, where it listens, what it reads and writes.

pub mod arguments;
pub mod data_folders;
pub mod listen;
pub mod main_class;
pub mod packaging;
pub mod runtime_files;

use crate::evidence::{Evidence, Fact};
use crate::languages::java::entrypoint::data_folders::Writable;
use crate::languages::java::entrypoint::listen::Listening;
use crate::languages::java::entrypoint::main_class::Main;
use crate::languages::java::entrypoint::runtime_files::RuntimeFile;
use crate::languages::java::framework::configuration::{Configuration, Names};
use crate::languages::source::Sources;
use crate::path::{file_name, join};
use crate::pattern;
use crate::repo::Repo;

/// What the sources of a module say.
#[derive(Debug, Default)]
pub struct SourceFacts {
    /// Classes with a main method.
    pub mains: Vec<Main>,
    /// The class that a framework starts.
    pub framework_main: Option<Fact<String>>,
    /// Where it listens.
    pub listening: Listening,
    /// What it writes.
    pub writable: Writable,
    /// What it reads from its working directory.
    pub files: Vec<Fact<RuntimeFile>>,
    /// The servlet API that is used, where one is: whether it is that of Jakarta.
    pub is_jakarta: Option<bool>,
    /// What a servlet container lacks and the sources use.
    pub enterprise: Option<Evidence>,
    /// The configuration file of Dropwizard, from the folder of the build.
    pub dropwizard: Option<Fact<String>>,
    /// The settings.
    pub configuration: Configuration,
}

/// The folders of a module that its facts are read from.
#[derive(Debug)]
pub struct Places<'a> {
    /// The module's own.
    pub folder: &'a str,
    /// That of its sources.
    pub sources: String,
    /// Where its files lie beside the code: its own folder, then that of the build.
    pub files: Vec<&'a str>,
    /// The module's own and those of the modules that it needs.
    pub modules: Vec<&'a str>,
    /// Whether it is an application of Dropwizard.
    pub is_dropwizard: bool,
    /// Whether its framework takes the port from settings.
    pub is_configured: bool,
}

impl SourceFacts {
    /// Reads the sources and the configuration of a module.
    pub fn read(repo: &Repo, places: &Places) -> Self {
        let code = code(repo, &places.sources);
        let mains = main_class::find(&code);
        let mut configuration = Configuration::read(repo, places.folder, &Names::of(&code));
        let dropwizard =
            places.files.iter().filter(|_| places.is_dropwizard).find_map(|folder| dropwizard(repo, folder));
        if let Some(document) = dropwizard.as_ref().and_then(|file| repo.read_optional(&file.evidence.path)) {
            configuration.put_first(Configuration::of(&document));
        }
        Self {
            framework_main: main_class::of_framework(&code),
            mains,
            listening: listen::read(&code, &configuration, places.is_configured),
            writable: Writable::read(repo, &places.modules, &configuration, &code),
            files: runtime_files::read(repo, &places.files, &configuration, &code),
            is_jakarta: code
                .find(pattern!(r"import (jakarta|javax)\.(?:servlet|ws)"), |captures| Some(&captures[1] == "jakarta"))
                .map(|fact| fact.value),
            enterprise: code.any(pattern!(
                r"import (?:jakarta|javax)\.(?:ejb|jms|batch|faces|ws\.rs|enterprise\.context|inject)\."
            )),
            dropwizard,
            configuration,
        }
    }
}

/// Whether files of this ending are source of a language of the JVM.
fn is_code(ending: &str) -> bool {
    matches!(ending, "java" | "kt" | "scala" | "groovy")
}

/// The source files, those that are likely to start something first, since only so many are read.
fn code(repo: &Repo, folder: &str) -> Sources {
    let is_of_program =
        |file: &&str| is_code(file.rsplit('.').next().unwrap_or_default()) && !file.contains("/src/test/");
    let mut files: Vec<&str> = repo.files_under(folder).filter(is_of_program).collect();
    files.sort_by_key(|file| (!main_class::is_named_so(file_name(file)), file.matches('/').count()));
    Sources::read(repo, files.into_iter())
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
