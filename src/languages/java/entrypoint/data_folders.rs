//! The folders that an application writes: databases and logs in files, uploads, what its code makes.

use std::collections::BTreeMap;

use roxmltree::{Document as Tree, Node};

use crate::analysis::compose;
use crate::analysis::data_folders::{data_folders, loose_database};
use crate::analysis::{Program, Setting};
use crate::catalog::{JavaLogSettings, java_log_settings, java_settings};
use crate::evidence::Fact;
use crate::languages::java::framework::configuration::Configuration;
use crate::path::join;
use crate::repo::{Document, Repo};

/// Where logs go whose folder only a variable says.
const LOGS: &str = "logs";
/// Folders of the system, which are not the application's to own, and those that everybody may write.
const SYSTEM: &[&str] = &["", "tmp", "var", "var/log", "var/lib", "opt", "home", "usr", "etc", "root", "data/.."];

/// What an application writes.
#[derive(Debug, Default)]
pub struct DataFolders {
    /// Folders, absolute or from its working directory.
    pub folders: Vec<Fact<String>>,
    /// Variables that have to say a folder or a file, with their values.
    pub variables: Vec<(String, Fact<String>)>,
    /// The database that it keeps in its working folder or at home, with what tells it another place.
    pub loose_database: Option<(Fact<String>, Option<Setting>)>,
}

impl DataFolders {
    /// What an application writes, by its settings, its code, its compose file, and the files that say where it logs to.
    pub fn read(
        repo: &Repo,
        artifact: &str,
        folders: &[&str],
        configuration: &Configuration,
        program: &Program,
    ) -> Self {
        let mut found = Self::default();
        found.settings(repo, folders, configuration);
        for folder in folders {
            for name in ["logback.xml", "logback-spring.xml", "log4j2.xml", "log4j2-spring.xml"] {
                if let Some(document) = repo.read_optional(&join(folder, &format!("src/main/resources/{name}"))) {
                    found.logs(&document, configuration);
                }
            }
        }
        for settings in java_log_settings() {
            for folder in folders {
                let path = join(folder, &format!("src/main/resources/{}", settings.file));
                if let Some(document) = repo.read_optional(&path) {
                    found.log_settings(&document, settings);
                }
            }
        }
        let own = folders.first().copied().unwrap_or_default();
        let written = data_folders(program, own);
        if let Some(loose) =
            loose_database(&written, |name| repo.has(&join(own, name))).filter(|_| !configuration.makes_tables_anew())
            && let Some(file) = &loose.file
        {
            let file = Fact::new(file.clone(), loose.evidence.clone());
            found.loose_database.get_or_insert((file, loose.setting.clone()));
        }
        let composed = compose::besides(compose::data_folders(repo, own, artifact), &written);
        for folder in written.into_iter().chain(composed) {
            found.add(Fact::new(folder.path, folder.evidence));
        }
        found
    }

    fn settings(&mut self, repo: &Repo, folders: &[&str], configuration: &Configuration) {
        for (key, fact) in configuration.entries() {
            if java_settings().log_files.contains(key) {
                self.log_file(fact);
            }
            // that of a profile counts too: a folder too many does no harm
            let of_profile = || Some(Fact::new(configuration.filled(fact.value.clone())?, fact.evidence.clone()));
            let Some(fact) = configuration.get(key).or_else(of_profile) else { continue };
            if let Some(folder) = database_folder(&fact.value).map(str::to_owned) {
                self.add(fact.clone().map(|_| folder));
            } else if let Some(file) = loose_file(&fact.value).filter(|_| !configuration.makes_tables_anew()) {
                let setting = Setting::Variable(configuration.variable_of(key));
                self.loose_database.get_or_insert((fact.map(|_| file), Some(setting)));
            } else if matches!(key.as_str(), "logging.file" | "logging.file.name") {
                self.log(fact);
            } else if names_folder(key)
                && let Some(place) = place(&fact.value)
            {
                let is_there = folders.iter().any(|folder| {
                    let path = join(folder, place);
                    repo.has(&path) || repo.has(&join(folder, &format!("src/main/resources/{place}")))
                });
                let is_file = place.rsplit('/').next().is_some_and(|name| name.contains('.'));
                // One absolute word is as likely the path of an address.
                let is_address = place.starts_with('/') && place.matches('/').count() == 1;
                if !is_there && !is_file && (!is_address || key.starts_with("logging.")) {
                    let place = place.to_owned();
                    self.add(fact.map(|_| place));
                }
            }
        }
    }

    /// The file that Spring logs to; one without a folder of its own is put into one.
    fn log(&mut self, fact: Fact<String>) {
        let folder = fact.value.rsplit_once('/').map_or("", |(folder, _)| folder).trim_start_matches("./");
        if is_own(folder) {
            let folder = folder.to_owned();
            self.add(fact.map(|_| folder));
        } else {
            let name = fact.value.rsplit('/').next().unwrap_or_default();
            let value = format!("{LOGS}/{name}");
            self.variables.push(("LOGGING_FILE_NAME".into(), fact.clone().map(|_| value)));
            self.add(fact.map(|_| LOGS.to_owned()));
        }
    }

    /// The files that Logback or Log4j 2 write.
    fn logs(&mut self, document: &Document, configuration: &Configuration) {
        let Ok(tree) = Tree::parse(document.text()) else { return };
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for (name, keys) in
            [("LOG_PATH", ["logging.file.path", "logging.path"]), ("LOG_FILE", ["logging.file.name", "logging.file"])]
        {
            known.extend(keys.iter().find_map(|key| configuration.get(key)).map(|fact| (name.to_owned(), fact.value)));
        }
        for node in tree.descendants().filter(Node::is_element) {
            if matches!(node.tag_name().name().to_lowercase().as_str(), "property" | "springproperty" | "variable") {
                let value = node.attribute("value").or(node.attribute("defaultValue")).or(node.text());
                known.extend(
                    node.attribute("name").zip(value).map(|(name, value)| (name.to_owned(), value.trim().to_owned())),
                );
            }
        }
        for node in tree.descendants().filter(Node::is_element) {
            let is_file = matches!(node.tag_name().name(), "file" | "File" | "fileNamePattern" | "FileNamePattern");
            let texts = [node.text().filter(|_| is_file), node.attribute("fileName"), node.attribute("filePattern")];
            for text in texts.into_iter().flatten() {
                let evidence = document.evidence_at(node.range().start);
                let path = self.filled(&Fact::new(text.trim().to_owned(), evidence.clone()), &known, 0);
                let fixed = path.split(['%', '$']).next().unwrap_or_default();
                if let Some((folder, _)) = fixed.rsplit_once('/') {
                    self.add(Fact::new(folder.to_owned(), evidence));
                }
            }
        }
    }

    /// The files that the settings of a library for logs name, each by a key of its appender.
    fn log_settings(&mut self, document: &Document, settings: &JavaLogSettings) {
        for (key, fact) in Configuration::of(document).entries() {
            if key.starts_with(&settings.start) && settings.ends.iter().any(|end| key.ends_with(end)) {
                self.log_file(fact);
            }
        }
    }

    /// A file of a log: what a pattern begins with tells its folder.
    fn log_file(&mut self, fact: &Fact<String>) {
        let fixed = fact.value.split(['%', '$']).next().unwrap_or_default();
        if let Some((folder, _)) = fixed.rsplit_once('/') {
            self.add(fact.clone().map(|_| folder.to_owned()));
        }
    }

    /// A path with its variables filled in: by what is known, else by its default; a bare one gets a value.
    fn filled(&mut self, text: &Fact<String>, known: &BTreeMap<String, String>, depth: u32) -> String {
        let Some(start) = text.value.rfind("${").filter(|_| depth < 12) else { return text.value.clone() };
        let Some(length) = text.value[start..].find('}') else { return text.value.clone() };
        let inside = &text.value[start + 2..start + length];
        let (name, default) = inside.split_once(":-").map_or((inside, None), |(name, default)| (name, Some(default)));
        let name = name.rsplit(':').next().unwrap_or(name);
        let is_variable = name.chars().all(|c| c.is_ascii_uppercase() || c == '_') && name.contains("LOG");
        let value = match (known.get(name).map(String::as_str), default) {
            (Some(value), _) | (None, Some(value)) => value.to_owned(),
            (None, None) if is_variable => {
                if !self.variables.iter().any(|(known, _)| known == name) {
                    self.variables.push((name.to_owned(), text.clone().map(|_| LOGS.to_owned())));
                }
                LOGS.to_owned()
            }
            // What is put behind a folder is not known: only the folder is sure.
            (None, None) if start > 0 => {
                return self.filled(&text.clone().map(|text| text[..start].to_owned()), known, depth + 1);
            }
            // The home of the user and the folder for temporary files can be written anyway.
            (None, None) => "/tmp".to_owned(),
        };
        let next = format!("{}{value}{}", &text.value[..start], &text.value[start + length + 1..]);
        self.filled(&text.clone().map(|_| next), known, depth + 1)
    }

    fn add(&mut self, fact: Fact<String>) {
        let fact = fact.map(|folder| folder.trim_start_matches("./").trim_end_matches('/').to_owned());
        if is_own(&fact.value) && !self.folders.iter().any(|known| known.value == fact.value) {
            self.folders.push(fact);
        }
    }
}

/// Whether a key of settings names a folder that is written: `app.upload.dir`, `storage.location`, `logging.file.path`.
fn names_folder(key: &str) -> bool {
    const ENDS: &[&str] = &["directory", "dir", "path", "location", "folder"];
    const KINDS: &[&str] = &["uploads", "upload", "storage", "downloads", "download", "logs", "log"];
    let key = key.to_ascii_lowercase();
    let ends_with = |text: &str, word: &str| {
        text.strip_suffix(word).is_some_and(|before| before.is_empty() || before.ends_with(['.', '_', '-']))
    };
    let is_kind = |text: &str| KINDS.iter().any(|kind| ends_with(text, kind));
    let is_named = |end: &&str| {
        let Some(text) = key.strip_suffix(*end) else { return false };
        let text = text.strip_suffix(['.', '-']).unwrap_or(text);
        // a word may stand between: `upload.image.dir`
        let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_');
        is_kind(text) || text.rsplit_once(['.', '-']).is_some_and(|(kind, word)| is_word(word) && is_kind(kind))
    };
    ENDS.iter().any(is_named)
        || ["multipart.location", "logging.path", "logging.file.path"].iter().any(|known| ends_with(&key, known))
}

/// The folder of a database in a file that an address names: `jdbc:h2:file:./data/shop` keeps it in `data/`.
fn database_folder(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("jdbc:")?;
    let h2 = || rest.strip_prefix("h2:").map(|path| path.strip_prefix("file:").unwrap_or(path));
    let path = rest.strip_prefix("sqlite:").or_else(|| rest.strip_prefix("hsqldb:file:")).or_else(h2)?;
    let path = path.strip_prefix("./").unwrap_or(path);
    let path = &path[..path.find(|c: char| !is_plain(c) && !matches!(c, '.' | '/')).unwrap_or(path.len())];
    let is_folder = |end: &usize| *end > 0 && path[end + 1..].starts_with(is_plain);
    let (end, _) = path.rmatch_indices('/').find(|(end, _)| is_folder(end))?;
    Some(&path[..=end])
}

/// The file of the database that an address keeps in the working folder or at home: `jdbc:h2:./shop`, `jdbc:sqlite:shop.db`.
fn loose_file(address: &str) -> Option<String> {
    let rest = address.strip_prefix("jdbc:")?;
    let h2 = || rest.strip_prefix("h2:").map(|path| (path.strip_prefix("file:").unwrap_or(path), ".mv.db"));
    let (path, ending) = rest.strip_prefix("sqlite:").map(|path| (path, "")).or_else(h2)?;
    let path = path.split([';', '?']).next().unwrap_or_default();
    let name = path.strip_prefix("./").or_else(|| path.strip_prefix("~/")).unwrap_or(path);
    let is_name = name.starts_with(is_plain) && name.chars().all(|c| is_plain(c) || c == '.');
    is_name.then(|| format!("{}{ending}", path.strip_prefix("./").unwrap_or(path)))
}

/// The path that a setting holds, if that is all: `file:./data/uploads`.
fn place(value: &str) -> Option<&str> {
    let path = value.strip_prefix("file:").unwrap_or(value);
    let path = path.strip_prefix("./").unwrap_or(path);
    let inside = path.strip_prefix('/').unwrap_or(path);
    let is_path = inside.starts_with(is_plain) && inside.chars().all(|c| is_plain(c) || matches!(c, '.' | '/'));
    is_path.then_some(path)
}

/// Whether a character needs no quotes in a name.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// Whether a folder can be given to the application.
fn is_own(folder: &str) -> bool {
    let is_plain = folder.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    is_plain
        && !folder.contains("..")
        && !folder.starts_with("mem")
        && !folder.starts_with("/tmp/")
        && folder != "."
        && !(SYSTEM.contains(&folder.trim_matches('/'))
            && (folder.starts_with('/') || folder.is_empty() || folder == "tmp"))
}

#[cfg(test)]
mod tests {
    use super::{DataFolders, is_own, names_folder};
    use crate::catalog::java_log_settings;
    use crate::languages::java::framework::configuration::Configuration;
    use crate::repo::Document;

    fn folders(settings: &str, logback: &str) -> (Vec<String>, Vec<String>) {
        let configuration = Configuration::of(&Document::new("application.properties", settings));
        let mut found = DataFolders::default();
        found.logs(&Document::new("logback.xml", logback), &configuration);
        let variables = found.variables.iter().map(|(name, fact)| format!("{name}={}", fact.value)).collect();
        (found.folders.into_iter().map(|fact| fact.value).collect(), variables)
    }

    #[test]
    fn logs_go_where_the_files_of_the_loggers_say() {
        let text = "<configuration><property name=\"log.path\" value=\"${LOG_HOME:-/data/logs}/shop/shop.log\"/>\
                    <appender><file>${log.path}</file><rollingPolicy><fileNamePattern>${log.path}.%d.log</fileNamePattern></rollingPolicy></appender></configuration>";
        assert_eq!(folders("", text).0, ["/data/logs/shop"]);
        let text = "<Configuration><Properties><Property name=\"dir\">logs/app</Property></Properties><Appenders>\
                    <RollingFile fileName=\"${dir}/a.log\" filePattern=\"${dir}/%d{yyyy}/a.log\"/></Appenders></Configuration>";
        assert_eq!(folders("", text).0, ["logs/app"]);
        let text = "<configuration><appender><file>${LOG_PATH}/a.log</file></appender></configuration>";
        assert_eq!(folders("", text), (vec!["logs".into()], vec!["LOG_PATH=logs".into()]));
        assert_eq!(folders("logging.file.path=/srv/out\n", text).0, ["/srv/out"]);
        let text = "<configuration><property name=\"log.path\" value=\"logs/${project.artifactId}\"/>\
                    <appender><file>${log.path}/debug.log</file></appender></configuration>";
        assert_eq!(folders("", text).0, ["logs"]);
        let text = "<configuration><appender><file>${user.home}/logs/a.log</file></appender></configuration>";
        assert!(folders("", text).0.is_empty());
    }

    #[test]
    fn every_row_of_settings_for_logs_names_a_folder_and_another_key_does_not() {
        for settings in java_log_settings() {
            let found = |key: &str| {
                let mut found = DataFolders::default();
                let text = format!("{}{key}=./logs/app.log\n", settings.start);
                found.log_settings(&Document::new(&settings.file, &text), settings);
                found.folders.into_iter().map(|fact| fact.value).collect::<Vec<_>>()
            };
            for end in &settings.ends {
                assert_eq!(found(&format!("x{end}")), ["logs"], "{end}");
                assert!(found(&format!("x{end}x")).is_empty(), "{end}");
            }
        }
    }

    #[test]
    fn a_database_without_a_folder_is_loose_unless_it_is_made_anew() {
        let loose = |settings: &str| {
            let configuration = Configuration::of(&Document::new("application.properties", settings));
            let folder = tempfile::tempdir().unwrap();
            let (repo, _) = crate::repo::Repo::open(folder.path()).unwrap();
            let mut found = DataFolders::default();
            found.settings(&repo, &[""], &configuration);
            found.loose_database.map(|(file, setting)| (file.value, setting.unwrap().variable().unwrap().to_owned()))
        };
        let is = |settings: &str, file: &str, variable: &str| {
            assert_eq!(loose(settings), Some((file.to_owned(), variable.to_owned())), "{settings}");
        };
        is("spring.datasource.url=jdbc:h2:file:./shop;MODE=MySQL\n", "shop.mv.db", "SPRING_DATASOURCE_URL");
        is("%prod.quarkus.datasource.jdbc.url=jdbc:h2:~/shop\n", "~/shop.mv.db", "QUARKUS_DATASOURCE_JDBC_URL");
        is("spring.datasource.url=jdbc:sqlite:shop.db\n", "shop.db", "SPRING_DATASOURCE_URL");
        let updated = "spring.datasource.url=jdbc:h2:./shop\nspring.jpa.hibernate.ddl-auto=update\n";
        assert!(loose(updated).is_some());
        for anew in
            ["spring.jpa.hibernate.ddl-auto=create-drop", "quarkus.hibernate-orm.database.generation=drop-and-create"]
        {
            assert_eq!(loose(&format!("spring.datasource.url=jdbc:h2:./shop\n{anew}\n")), None, "{anew}");
        }
        for address in [
            "jdbc:h2:mem:shop",
            "jdbc:h2:tcp://h/shop",
            "jdbc:sqlite::memory:",
            "jdbc:h2:./data/shop",
            "jdbc:mysql://h/shop",
        ] {
            assert_eq!(loose(&format!("spring.datasource.url={address}\n")), None, "{address}");
        }
    }

    #[test]
    fn keys_name_folders_that_are_written() {
        for key in [
            "upload.dir",
            "app.uploads.directory",
            "file.upload-dir",
            "storage.location",
            "app.storagePath",
            "download.image.folder",
            "logs-path",
            "my_log.x_y-path",
            "spring.servlet.multipart.location",
            "logging.file.path",
        ] {
            assert!(names_folder(key), "{key}");
        }
        for key in ["reupload.dir", "upload", "dir", "catalog.path", "upload.a.b.dir", "log.$.path", "server.location"]
        {
            assert!(!names_folder(key), "{key}");
        }
    }

    #[test]
    fn folders_of_the_system_are_not_given_away() {
        assert!(is_own("/var/logs") && is_own("logs") && is_own("var/data"));
        assert!(!is_own("/var") && !is_own("/") && !is_own("/tmp/x") && !is_own("../up") && !is_own(""));
    }
}
