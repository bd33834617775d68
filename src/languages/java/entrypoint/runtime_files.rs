//! Files of the repository that an application reads from its working directory.

use crate::evidence::Fact;
use crate::languages::java::framework::configuration::Configuration;
use crate::languages::source::Sources;
use crate::path::join;
use crate::pattern;
use crate::repo::Repo;

/// A file or folder as the application names it, and where it is in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuntimeFile {
    /// From the working directory.
    pub name: String,
    /// From the root of the repository.
    pub place: String,
}

/// The files and folders that sources and settings name and that are there, in one of `folders`.
pub fn read(repo: &Repo, folders: &[&str], configuration: &Configuration, code: &Sources) -> Vec<Fact<RuntimeFile>> {
    let opened = pattern!(
        r#"\b(?:File|FileReader|FileInputStream|FileSystemResource|RandomAccessFile|Paths\.get|Path\.of|Path|externalLocation|externalStaticFileLocation)\s*\((?:[\w.()]+,\s*)?\s*"(?:\./)?([\w][\w./-]*)""#
    );
    let mut named = code.find_all(opened, |captures| Some(captures[1].to_owned()));
    let from_disk = pattern!(r"(?:^|[,;\s])(?:optional:)?file:(?:\./)?([\w][\w./-]*)");
    for (_, fact) in configuration.entries() {
        let found = from_disk.captures_iter(&fact.value).map(|captures| fact.clone().map(|_| captures[1].to_owned()));
        named.extend(found);
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
