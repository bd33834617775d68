//! Files of the repository that an application reads from its working directory.

use crate::analysis::runtime_files::{Entry, runtime_files};
use crate::analysis::{self, Found, Program, settings_file};
use crate::catalog::java_settings;
use crate::evidence::{Evidence, Fact};
use crate::languages::java::framework::configuration::Configuration;
use crate::languages::java::manifest::{ArchiveType, JvmModule};
use crate::path::{file_name, join, relative_to};
use crate::plan::is_ignored;
use crate::repo::Repo;
use crate::source::{Call, Folder, Value};

/// A file or folder as the application names it, and where it is in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuntimeFile {
    /// From the working directory.
    pub name: String,
    /// From the root of the repository.
    pub place: String,
}

/// The files and folders that sources and settings name and that are there, in one of `folders`.
pub fn read(repo: &Repo, folders: &[&str], configuration: &Configuration, program: &Program) -> Vec<Fact<RuntimeFile>> {
    let entry = |path: &str| {
        let folder = repo.has_folder(path).then_some(Entry::Folder);
        repo.has(path).then_some(Entry::File).or(folder)
    };
    let mut named: Vec<Fact<String>> = Vec::new();
    for folder in folders {
        let found = runtime_files(program, folder, entry).into_iter().filter(|file| !file.is_beside_source);
        named.extend(found.map(|file| Fact::new(relative_to(&file.path, folder), file.evidence)));
    }
    // A path is made to be read, whatever reads it.
    let is_path = |call: &&Call| ["File", "Paths.get", "Path.of", "Path"].contains(&call.path.as_str());
    for file in program.sources() {
        let paths = file.calls.iter().filter(is_path).filter_map(|call| {
            let parts = Value::Path(call.arguments.iter().map(|argument| argument.value.clone()).collect());
            // The folder in front may be the working directory, too, where it is not known.
            let path = parts.path().or_else(|| call.arguments.last()?.value.path());
            let path = path.filter(|path| path.base == Some(Folder::Working))?;
            Some(file.fact(path.path, &call.place))
        });
        named.extend(paths);
    }
    for (_, fact) in configuration.entries() {
        named.extend(from_disk(&fact.value).map(|path| fact.clone().map(|_| path.to_owned())));
    }
    let mut files: Vec<Fact<RuntimeFile>> = Vec::new();
    for fact in named {
        let name = fact.value.trim_end_matches('/').to_owned();
        let Some(file) = located(repo, folders, &name) else { continue };
        let is_inside =
            |known: &Fact<RuntimeFile>| known.value.name == name || name.starts_with(&format!("{}/", known.value.name));
        if !files.iter().any(is_inside) {
            files.push(Fact::new(file, fact.evidence));
        }
    }
    files
}

/// The folder of pages beside the sources: a jar does not hold it, and the server that Spring Boot embeds looks for it in its working
/// directory.
pub fn pages(repo: &Repo, module: &JvmModule) -> Option<Fact<RuntimeFile>> {
    const FOLDER: &str = "src/main/webapp";
    let place = join(&module.folder, FOLDER);
    let file = repo.files_under(&place).next()?.to_owned();
    let is_boot = module.archive == ArchiveType::Jar && module.plugin("spring-boot-maven-plugin").is_some();
    is_boot.then(|| Fact::new(RuntimeFile { name: FOLDER.to_owned(), place }, Evidence::file(file)))
}

/// The files among the resources of modules that settings or sources name and that every ignore file leaves out:
/// `classpath:publicKey.pem`.
pub fn ignored_resources(
    repo: &Repo,
    context: &str,
    modules: &[&str],
    configuration: &Configuration,
    program: &Program,
) -> Vec<Fact<String>> {
    let mut found = Vec::new();
    for folder in modules.iter().map(|module| join(module, "src/main/resources")) {
        for path in repo.files_under(&folder).filter(|path| is_ignored(&relative_to(path, context))) {
            let name = relative_to(path, &folder);
            let is_it = |text: &str| text.strip_prefix("classpath:").unwrap_or(text).trim_start_matches('/') == name;
            let set = configuration.entries().map(|(_, fact)| fact).find(|fact| is_it(&fact.value));
            let stated = || {
                program.sources().find_map(|file| {
                    let literal = file.texts.iter().find(|literal| is_it(&literal.text))?;
                    Some(file.evidence(&literal.place))
                })
            };
            let evidence = set.map(|fact| fact.evidence.clone()).or_else(stated);
            found.extend(evidence.map(|evidence| Fact::new(path.to_owned(), evidence)));
        }
    }
    found
}

/// The files among the resources of modules that sources read by their names, and of which a sample alone is there: each with its path and
/// the sample's, `getResourceAsStream("mail.properties")`.
pub fn sampled_resources(repo: &Repo, modules: &[&str], program: &Program) -> Vec<Fact<(String, String)>> {
    let mut found: Vec<Fact<(String, String)>> = Vec::new();
    for file in program.sources() {
        for call in file.calls.iter().filter(|call| java_settings().resource_readers.iter().any(|it| it == call.name()))
        {
            let Some(argument) = call.positional_argument(0) else { continue };
            let stated = program.follow(Found::argument(file, call, argument));
            let Some(name) = stated.value.known_text() else { continue };
            let name = name.strip_prefix("classpath:").unwrap_or(&name).trim_start_matches('/').to_owned();
            let stem = file_name(&name).split('.').next().unwrap_or_default();
            let sampled = modules.iter().find_map(|module| {
                let folder = join(module, "src/main/resources");
                let file = settings_file::absent(repo, &folder, &name)?;
                let sample = file.sample.filter(|sample| file_name(sample).starts_with(stem))?;
                Some((join(&folder, &file.path), sample))
            });
            let is_new = |it: &(String, String)| !found.iter().any(|known| known.value.0 == it.0);
            if let Some(sampled) = sampled.filter(is_new) {
                found.push(Fact::new(sampled, stated.evidence()));
            }
        }
    }
    found
}

/// The databases in files that the sources name and that are there, in one of `folders`.
pub fn databases(repo: &Repo, folders: &[&str], program: &Program) -> Vec<Fact<RuntimeFile>> {
    let mut found: Vec<Fact<RuntimeFile>> = Vec::new();
    for folder in folders {
        for fact in analysis::runtime_files::databases(program, folder, |path| repo.has(path)) {
            let file = RuntimeFile { name: relative_to(&fact.value, folder), place: fact.value };
            if !file.name.starts_with("..") && !found.iter().any(|known| known.value.name == file.name) {
                found.push(Fact::new(file, fact.evidence));
            }
        }
    }
    found
}

/// The files on the disk that a setting names, from the working directory on: `optional:file:./config/`.
fn from_disk(value: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    value.split([',', ';', ' ', '\t']).filter_map(move |part| {
        let place = part.strip_prefix("optional:").unwrap_or(part).strip_prefix("file:")?;
        let place = place.strip_prefix("./").unwrap_or(place);
        let end = place.find(|c: char| !is_part(c) && !matches!(c, '.' | '/' | '-')).unwrap_or(place.len());
        place.starts_with(is_part).then(|| &place[..end])
    })
}

/// Where a file of this name is; nothing for what the build makes and for tests.
pub fn located(repo: &Repo, folders: &[&str], name: &str) -> Option<RuntimeFile> {
    let is_other = ["target", "build", "src/test", "src/main/java", "src/main/kotlin", "src", "src/main", "pom.xml"]
        .iter()
        .any(|other| {
            name == *other
                || matches!(*other, "target" | "build" | "src/test") && name.starts_with(&format!("{other}/"))
        });
    if is_other || name.contains("..") {
        return None;
    }
    let places = folders.iter().map(|folder| join(folder, name));
    let place = places.into_iter().find(|place| repo.has(place) || repo.has_folder(place))?;
    Some(RuntimeFile { name: name.to_owned(), place })
}
