//! What the sources of a module say: what is started, where it listens, what it reads and writes.

pub mod arguments;
pub mod data_folders;
pub mod listen;
pub mod main_class;
pub mod packaging;
pub mod runtime_files;

use std::collections::BTreeSet;

use crate::analysis::environment::Variable;
use crate::analysis::local_services::{LocalService, local_services};
use crate::analysis::subprocesses::Subprocess;
use crate::analysis::uncommitted::{IgnoredFile, ignored_files};
use crate::analysis::{self, Program};
use crate::catalog::{backing_services, java_settings};
use crate::evidence::{Evidence, Fact};
use crate::languages::java::entrypoint::data_folders::DataFolders;
use crate::languages::java::entrypoint::listen::Listening;
use crate::languages::java::entrypoint::main_class::Main;
use crate::languages::java::entrypoint::runtime_files::RuntimeFile;
use crate::languages::java::framework;
use crate::languages::java::framework::configuration::{self, Configuration, Names};
use crate::languages::java::manifest::{Coordinates, JvmModule};
use crate::languages::java::version;
use crate::path::{file_name, join, join_inside, parent, relative_to};
use crate::repo::Repo;
use crate::source::{Call, Sources, is_test};

/// What the sources of a module say.
#[derive(Debug, Default)]
pub struct SourceFacts {
    /// Classes with a main method.
    pub mains: Vec<Main>,
    /// The class that Spring Boot starts.
    pub spring_boot_class: Option<Fact<String>>,
    /// Where it listens.
    pub listening: Listening,
    /// What it writes.
    pub data_folders: DataFolders,
    /// What it reads from its working directory.
    pub files: Vec<Fact<RuntimeFile>>,
    /// Those of its resources that every ignore file leaves out, from the root of the repository.
    pub ignored_resources: Vec<Fact<String>>,
    /// The databases in files that it comes with.
    pub databases: Vec<Fact<RuntimeFile>>,
    /// Where it ends unless there is a file `.env`, which no image has.
    pub dotenv: Option<Fact<String>>,
    /// The servlet API that is used, where one is: whether it is that of Jakarta.
    pub is_jakarta: Option<bool>,
    /// What a servlet container lacks and the sources use.
    pub enterprise: Option<Evidence>,
    /// A route that tells whether it is healthy.
    pub health: Option<Fact<String>>,
    /// The services that it speaks to, and the variables that it reads, as facts with their names.
    pub surroundings: Vec<(&'static str, Fact<String>)>,
    /// The services that the settings of a framework look for on the machine itself, with the variable that says another address.
    pub configured_services: Vec<(Fact<String>, String)>,
    /// The services that the source looks for on the machine itself.
    pub local_services: Vec<LocalService>,
    /// The variables for settings that the source wants and that nothing gives.
    pub wanted: Vec<Fact<String>>,
    /// The variables of the environment that it reads.
    pub variables: Vec<Variable>,
    /// The programs that it starts.
    pub subprocesses: Vec<Subprocess>,
    /// The latest line of Java whose standard library it uses.
    pub standard_library: Option<Fact<u32>>,
    /// The libraries by which a servlet container makes the pools of connections that its settings name.
    pub pools: Vec<&'static str>,
    /// The configuration file of Dropwizard, from the folder of the build.
    pub dropwizard: Option<Fact<String>>,
    /// The source files that others use, that `.gitignore` names, and that are not there: each with the line that uses it.
    pub uncommitted_sources: Vec<Fact<String>>,
    /// The files among the resources that it reads by their names and of which a sample alone is there, each with that.
    pub sampled_resources: Vec<Fact<(String, String)>>,
    /// The file of settings that `.gitignore` names, where none is there.
    pub uncommitted_settings: Option<Fact<String>>,
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
    pub fn read(sources: &Sources, module: &JvmModule, places: &Places) -> Self {
        let repo = sources.repo();
        let program = program(sources, module, &places.sources);
        let mut configuration =
            Configuration::read(repo, places.folder, &Names::of(&program, module, places.is_configured));
        let dropwizard =
            places.files.iter().filter(|_| places.is_dropwizard).find_map(|folder| dropwizard(repo, folder));
        if let Some(document) = dropwizard.as_ref().and_then(|file| repo.read_optional(&file.evidence.path)) {
            configuration.put_first(Configuration::of(&document));
        }
        let beside: Vec<Configuration> =
            places.modules.iter().map(|folder| Configuration::read(repo, folder, &Names::of_others(module))).collect();
        let mut wanted = configuration.wanted_by_source(&program, &beside);
        wanted.extend(configuration.refused_empty());
        let settings: Vec<&Configuration> = [&configuration].into_iter().chain(&beside).collect();
        wanted.extend(framework::needed_variables(module, &settings, &program));
        let required = wanted.iter().cloned().chain(configuration.wanted_variables());
        // a driver of the manifest says nothing where an address does
        let is_other = |driver: &str| {
            let services = backing_services().iter().filter(|service| service.packages.iter().any(|it| it == driver));
            let mut starts = services.filter_map(|service| service.jdbc.as_deref());
            starts.any(|start| configuration.names_other_databases(start))
        };
        let mut surroundings = analysis::backing_services::needs(&program, |name| {
            let (group, artifact) = name.split_once(':').filter(|_| !is_other(name))?;
            let is_it = |it: &Coordinates| it.group == group && it.artifact == artifact;
            let found = module.dependency(|it| it.scope != "test" && is_it(&it.coordinates))?;
            Some(found.evidence.clone())
        });
        surroundings.extend(required.map(|fact| ("requires", fact)));
        let configured_services = if places.is_configured { configuration.local_services() } else { Vec::new() };
        for (service, variable) in &configured_services {
            if !surroundings.iter().any(|(name, known)| *name == "service" && known.value == service.value) {
                surroundings.push(("service", service.clone()));
            }
            surroundings.push(("variable", service.clone().map(|_| variable.clone())));
        }
        if places.is_configured {
            surroundings.extend(configuration.offered_variables().into_iter().map(|fact| ("variable", fact)));
            for (address, variable) in configuration.named_hosts() {
                surroundings.push(("variable", address.clone().map(|_| variable)));
                surroundings.push(("address", address));
            }
        }
        surroundings.extend(logins(&surroundings));
        let mut seen = BTreeSet::new();
        surroundings.retain(|(name, fact)| seen.insert((*name, fact.value.clone())));
        // what no variable takes the place of
        let fixed = Configuration::of_persistence(repo, &places.modules).local_services().into_iter();
        let fixed = fixed.chain(configuration.local_services().into_iter().filter(|_| places.is_dropwizard));
        let container = framework::container::settings(repo, places.folder);
        let fixed = fixed.map(|(service, _)| service).chain(container.local_services);
        let mut local_services = local_services(&program);
        for service in fixed {
            if !local_services.iter().any(|known| known.service.value == service.value) {
                local_services.push(LocalService { service, variable: None });
            }
        }
        let ignored = ignored_files(repo, places.folder);
        let uncommitted_settings = uncommitted_settings(repo, places, &configuration, &ignored);
        Self {
            uncommitted_sources: uncommitted_sources(&program, module, &ignored),
            uncommitted_settings,
            spring_boot_class: main_class::of_spring_boot(&program),
            mains: main_class::find(&program),
            listening: listen::read(
                &program,
                &configuration,
                &Configuration::of_source(repo, module, places.folder, &program),
                places.is_configured,
            ),
            data_folders: DataFolders::read(repo, &module.artifact, &places.modules, &configuration, &program),
            files: runtime_files::read(repo, &places.files, &configuration, &program)
                .into_iter()
                .chain(runtime_files::pages(repo, module))
                .collect(),
            ignored_resources: runtime_files::ignored_resources(
                repo,
                &module.root,
                &places.modules,
                &configuration,
                &program,
            ),
            sampled_resources: runtime_files::sampled_resources(repo, &places.modules, &program),
            databases: runtime_files::databases(repo, &places.files, &program),
            dotenv: dotenv(&program),
            is_jakarta: imported(&program, &["servlet", "ws"]).map(|(root, _)| root == "jakarta"),
            enterprise: imported(&program, ENTERPRISE).map(|(_, evidence)| evidence),
            health: analysis::health::health(&program),
            surroundings,
            variables: analysis::environment::variables(&program),
            subprocesses: analysis::subprocesses::subprocesses(&program),
            configured_services,
            local_services,
            wanted,
            standard_library: version::of_standard_library(&program),
            pools: container.pools,
            dropwizard,
            configuration,
        }
    }
}

/// The file of settings that `.gitignore` names, where the application has no other.
fn uncommitted_settings(
    repo: &Repo,
    places: &Places,
    configuration: &Configuration,
    ignored: &[Fact<IgnoredFile>],
) -> Option<Fact<String>> {
    let is_read = places.is_configured && configuration.entries().next().is_none() && configuration.sample.is_none();
    let settings = configuration::usual_files(repo, places.folder).filter(|_| is_read);
    settings.into_iter().flatten().find_map(|path| {
        let fact = ignored.iter().find(|fact| fact.value.is(&path))?;
        Some(fact.clone().map(|_| path))
    })
}

/// The source files that `.gitignore` names, that no file of the program is, and whose classes the program uses.
fn uncommitted_sources(program: &Program, module: &JvmModule, ignored: &[Fact<IgnoredFile>]) -> Vec<Fact<String>> {
    let writes = |name: &str| java_settings().source_writers.iter().any(|part| name.contains(part.as_str()));
    if ignored.is_empty() || module.plugins.iter().any(|plugin| writes(&plugin.value)) {
        return Vec::new();
    }
    let mut found: Vec<Fact<String>> = Vec::new();
    for fact in ignored {
        let Some((class, ending)) = fact.value.name().rsplit_once('.').filter(|(_, ending)| is_code(ending)) else {
            continue;
        };
        let is_class =
            |name: &str| name.strip_prefix(class).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let is_there = program.sources().any(|file| {
            let stem = file_name(file.path()).rsplit_once('.').map(|(stem, _)| stem);
            stem == Some(class) || file.functions.iter().any(|it| it.name.split('.').any(|part| part == class))
        });
        let used = program.sources().filter(|_| !is_there).find_map(|file| {
            let import = file.imports.iter().find(|it| it.module.rsplit('.').next() == Some(class));
            let call = file.calls.iter().find(|call| is_class(&call.path));
            let place = import.map(|it| &it.place).or(call.map(|it| &it.place))?;
            // beside what uses it, or in the folder of the package that it is imported from
            let package =
                import.and_then(|it| it.module.rsplit_once('.')).map(|(package, _)| package.replace('.', "/"));
            let is_its = |folder: &&str| match &package {
                Some(package) => folder.ends_with(&format!("/{package}")),
                None => *folder == parent(file.path()),
            };
            let folder = program.sources().map(|it| parent(it.path())).find(is_its)?;
            let path = join(folder, &format!("{class}.{ending}"));
            fact.value.is(&path).then(|| file.fact(path, place))
        });
        found.extend(used.filter(|it| !found.iter().any(|known| known.value == it.value)));
    }
    found
}

/// The variables for user and password beside that for the address of a data source: `SPRING_DATASOURCE_USERNAME` beside
/// `SPRING_DATASOURCE_URL`.
fn logins(surroundings: &[(&'static str, Fact<String>)]) -> Vec<(&'static str, Fact<String>)> {
    let addresses = surroundings.iter().filter(|(name, _)| matches!(*name, "requires" | "variable"));
    let sources = addresses.filter_map(|(_, fact)| {
        let source = fact.value.strip_suffix("_JDBC_URL").or_else(|| fact.value.strip_suffix("_URL"))?;
        source.contains("DATASOURCE").then_some((source, fact))
    });
    let login = |source: &str, fact: &Fact<String>, part: &str| {
        ("variable", Fact::new(format!("{source}_{part}"), fact.evidence.clone()))
    };
    sources.flat_map(|(source, fact)| ["USERNAME", "PASSWORD"].map(|part| login(source, fact, part))).collect()
}

/// The file of variables that the program reads and ends without: `Dotenv.load()`, `Dotenv.configure().directory("config").load()`.
fn dotenv(program: &Program) -> Option<Fact<String>> {
    const LIBRARY: &str = "io.github.cdimascio.dotenv";
    program.sources().filter(|file| file.imports(LIBRARY)).find_map(|file| {
        let is_of_library = |call: &&Call| call.path.split(['.', '(']).next() == Some("Dotenv");
        let calls = || file.calls.iter().filter(is_of_library);
        let mut strict = calls().filter(|call| call.name() == "load" && !call.path.contains(".ignoreIfMissing()"));
        let load = strict.next()?;
        let told = |name: &str| calls().find(|call| call.name() == name).map(|call| call.positional(0)?.known_text());
        let folder = told("directory").unwrap_or_else(|| Some(String::new()))?;
        let name = told("filename").unwrap_or_else(|| Some(".env".to_owned()))?;
        let path = join_inside(folder.trim_start_matches("./"), &name).filter(|_| !folder.starts_with('/'))?;
        Some(file.fact(path, &load.place))
    })
}

/// Packages of an application server, below `jakarta` or `javax`.
const ENTERPRISE: &[&str] = &["ejb", "jms", "batch", "faces", "ws.rs", "enterprise.context", "inject"];

/// The root of the first import of one of these packages, `jakarta` or `javax`, with its line.
fn imported(program: &Program, packages: &[&str]) -> Option<(&'static str, Evidence)> {
    program.sources().find_map(|file| {
        file.imports.iter().find_map(|import| {
            let (root, rest) = ["jakarta", "javax"]
                .into_iter()
                .find_map(|root| Some((root, import.module.strip_prefix(root)?.strip_prefix('.')?)))?;
            let is_below = |package: &&&str| rest.strip_prefix(**package).is_some_and(|rest| rest.starts_with('.'));
            packages.iter().find(is_below).map(|_| (root, file.evidence(&import.place)))
        })
    })
}

/// Whether files of this ending are source of a language of the JVM.
fn is_code(ending: &str) -> bool {
    matches!(ending, "java" | "kt" | "scala" | "groovy")
}

/// The source files, those that are likely to start something first, and what the module depends on.
fn program(sources: &Sources, module: &JvmModule, folder: &str) -> Program {
    let is_of_program =
        |file: &&str| is_code(file.rsplit('.').next().unwrap_or_default()) && !file.contains("/src/test/");
    let mut files: Vec<&str> = sources.repo().files_under(folder).filter(is_of_program).collect();
    files.sort_by_key(|file| (!main_class::has_usual_name(file_name(file)), file.matches('/').count()));
    sources.truncate(&mut files);
    let packages = module.dependencies.iter().map(|dependency| dependency.artifact().to_owned());
    Program::new(sources.all(files), packages.collect())
}

/// The file of settings of a Dropwizard application: a YAML of the folder itself, else one below it that has what only these have.
fn dropwizard(repo: &Repo, folder: &str) -> Option<Fact<String>> {
    let is_yaml = |name: &str| name.ends_with(".yml") || name.ends_with(".yaml");
    let keys = &java_settings().dropwizard;
    let setting = |name: &str, keys: &[String]| {
        let settings = repo.read_optional(&join(folder, name))?.yaml().ok()?;
        let mut paths = keys.iter().map(|key| key.split('.').collect::<Vec<_>>());
        let path = paths.find(|path| settings.get(path).is_some())?;
        Some(Fact::new(name.to_owned(), settings.evidence(&path)))
    };
    let beside =
        repo.names_in(folder).filter(|name| is_yaml(name) && !name.starts_with('.') && !name.contains("compose"));
    let mut below = repo.files_under(folder).filter(|path| is_yaml(path) && !is_test(path));
    beside
        .into_iter()
        .find_map(|name| setting(name, &keys.sections))
        .or_else(|| below.find_map(|path| setting(&relative_to(path, folder), &keys.own)))
}
