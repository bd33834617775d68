//! Folders that a program writes: of databases in a file, uploads, logs, and those that it makes itself.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::analysis::files::{folders_of_written_names, is_certificate, path, uses, written_by_variables};
use crate::analysis::program::setting;
use crate::analysis::services::words;
use crate::analysis::{Program, Setting};
use crate::catalog::analysis::{FileUse, LogTable, data};
use crate::catalog::file_names;
use crate::evidence::Evidence;
use crate::path::{file_name, join, parent, relative_to};
use crate::repo::Repo;
use crate::source::{
    Argument, Call, EnvironmentRead, Folder, Index, Language, Literal, NamedValue, Place, SourcePath, Value,
};

/// A folder that the program writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFolder {
    /// Its path: absolute, or from the program's working directory; empty for that directory itself.
    pub path: String,
    /// The name of the file in it that the program writes, where it is one.
    pub file: Option<String>,
    /// What tells the program another folder.
    pub setting: Option<Setting>,
    /// Whether its path is a whole one, not the end of one that the program puts together.
    pub is_whole: bool,
    /// Whether it is found from the folder of the source file: compiled elsewhere, the program looks for it there.
    pub is_from_source: bool,
    /// The line that says so.
    pub evidence: Evidence,
}

impl DataFolder {
    /// Whether it lies outside of the working directory, by a path that starts with `..`.
    pub fn is_outside(&self) -> bool {
        self.path.split('/').next() == Some("..")
    }
}

/// The folders that the program writes, in the order of the files. `working` is its working directory, from the root of the
/// repository. Temporary folders, the user's home and folders of the system are left out, and those outside of the working directory.
pub fn data_folders(program: &Program, working: &str) -> Vec<DataFolder> {
    let mut folders = data_folders_anywhere(program, working);
    folders.retain(|folder| !folder.is_outside());
    folders
}

/// The same with those that a path leads to out of the working directory: `../uploads`.
pub fn data_folders_anywhere(program: &Program, working: &str) -> Vec<DataFolder> {
    let mut folders = Folders { bases: bases(program, working), working, found: Vec::new() };
    for file in program.sources() {
        folders.databases(file);
        folders.settings(file);
    }
    for used in uses(program) {
        let is_file = match used.how {
            FileUse::WriteFile => true,
            FileUse::WriteFolder => false,
            FileUse::ReadFile | FileUse::ReadFolder | FileUse::ReadVariables => continue,
        };
        folders.add(&used.path, is_file, setting(used.found.value), used.found.file, &used.found.place);
    }
    for (folder, found) in folders_of_written_names(program).into_iter().filter(|(folder, _)| !folder.path.is_empty()) {
        folders.add(&folder, false, setting(found.value), found.file, &found.place);
    }
    // a name without a folder lies in the working folder
    if let Some(told) = written_by_variables(program).into_iter().next()
        && !folders.found.iter().any(|known| known.path.is_empty())
    {
        let (path, file, setting) = (String::new(), None, Some(Setting::Variable(told.value)));
        let evidence = told.evidence;
        folders.found.push(DataFolder { path, file, setting, is_whole: true, is_from_source: false, evidence });
    }
    folders.found
}

/// The folders that a file of variables, or a sample of one, names by variables which the program reads, seen from `base`: that of a
/// database in a file, `DATABASE_URL=sqlite://data/shop.db`, and those of files that it writes, `LOG_FILE=./logs/shop.log`.
pub fn sampled_folders(program: &Program, repo: &Repo, base: &str) -> Vec<DataFolder> {
    let is_read = |name: &str| program.sources().any(|file| file.environment.iter().any(|read| read.variable == name));
    let written: Vec<String> = written_by_variables(program).into_iter().map(|told| told.value).collect();
    let named = |line: &str| {
        let (name, value) = line.split_once('=')?;
        let (name, value) = (name.trim(), value.trim().trim_matches(['"', '\'']));
        let has_scheme = data().schemes.iter().any(|scheme| value.starts_with(scheme.as_str()));
        let of_database = || database(value).filter(|_| has_scheme && is_read(name));
        let of_file = || Some(value).filter(|_| written.iter().any(|it| it == name) && file_name(value).contains('.'));
        let path = of_database().or_else(of_file)?;
        Some((name.to_owned(), Value::from(path).path()?.path))
    };
    let names = file_names().variable_samples.iter().map(String::as_str).chain([".env"]);
    let mut found: Vec<DataFolder> = Vec::new();
    for document in names.filter_map(|name| repo.read_optional(&join(base, name))) {
        for (number, line) in document.lines() {
            let Some((variable, path)) = named(line) else { continue };
            let folder = DataFolder {
                path: parent_of(&path).to_owned(),
                file: Some(file_name(&path).to_owned()),
                setting: Some(Setting::Variable(variable)),
                is_whole: true,
                is_from_source: false,
                evidence: document.evidence_line(number),
            };
            let is_new = !found.iter().any(|known| known.setting == folder.setting);
            // a file beside the source is said by the call that writes it
            let is_told = !folder.path.is_empty() || database(&path).is_some();
            if is_new && is_told && is_plain(&path) && is_own(&folder.path) && !folder.is_outside() {
                found.push(folder);
            }
        }
    }
    found
}

/// The database in a file that lies in the working folder itself, where no volume keeps it; `is_there` says whether the repository
/// has a file of that name in it, which the program may only read.
pub fn loose_database(folders: &[DataFolder], is_there: impl Fn(&str) -> bool) -> Option<&DataFolder> {
    folders.iter().find(|folder| {
        let name = folder.file.as_deref().filter(|_| folder.path.is_empty() && folder.is_whole);
        name.is_some_and(|name| database(name).is_some() && !is_there(name))
    })
}

struct Folders<'a> {
    /// The folders, from the working folder, that the program puts in front of the settings of a name.
    bases: BTreeMap<&'a str, String>,
    working: &'a str,
    found: Vec<DataFolder>,
}

/// By the names of settings, the folders that the program puts in front of them: `os.path.join(basedir, app.config["UPLOAD_FOLDER"],
/// name)`.
fn bases<'a>(program: &'a Program, working: &str) -> BTreeMap<&'a str, String> {
    let mut found = BTreeMap::new();
    let calls = program.sources().flat_map(|file| file.calls.iter().map(move |call| (file, call)));
    for (file, value) in calls.flat_map(|(file, call)| call.arguments.iter().map(move |it| (file, it.value.resolved())))
    {
        let Value::Path(parts) = value else { continue };
        let [first, Value::Name(name) | Value::Constant { name, .. }, ..] = parts.as_slice() else { continue };
        let Some(name) = name.rsplit('.').next().filter(|name| !found.contains_key(name)) else { continue };
        let stated = match first {
            Value::Name(first) => imported(program, file, first),
            other => Some((file, other)),
        };
        let folder = stated.and_then(|(home, first)| {
            let base = first.path().filter(|path| path.base == Some(Folder::Source))?;
            let folder = relative_to(&base.in_repository(home.path(), working)?, working);
            Some(if folder == "." { String::new() } else { folder })
        });
        found.extend(folder.map(|folder| (name, folder)));
    }
    found
}

/// What a name stands for that a file takes from another one of the program.
fn imported<'a>(program: &'a Program, file: &Index, name: &str) -> Option<(&'a Index, &'a Value)> {
    let is_it = |(_, own): &(String, String)| own == name;
    let exported = file.imports.iter().find_map(|import| import.names.iter().find(|it| is_it(it)))?.0.as_str();
    let mut others = program.sources().filter(|other| other.path() != file.path());
    others.find_map(|other| Some((other, other.value_of(exported)?.resolved())))
}

impl Folders<'_> {
    fn add(&mut self, path: &SourcePath, is_file: bool, setting: Option<Setting>, file: &Index, place: &Place) {
        self.add_stated(path, is_file, setting, file, place, true);
    }

    /// Adds what may be the end of a path alone: `is_whole` says whether it is not.
    fn add_stated(
        &mut self,
        path: &SourcePath,
        is_file: bool,
        setting: Option<Setting>,
        file: &Index,
        place: &Place,
        is_whole: bool,
    ) {
        let Some(full) = self.seen_by_program(path, file.path()) else { return };
        let folder = if is_file { parent_of(&full) } else { full.as_str() };
        if is_plain(&full) && is_own(folder) && !self.found.iter().any(|known| known.path == folder) {
            let name = is_file.then(|| file_name(&full).to_owned());
            self.found.push(DataFolder {
                path: folder.to_owned(),
                file: name,
                setting,
                is_whole,
                is_from_source: path.base == Some(Folder::Source),
                evidence: file.evidence(place),
            });
        }
    }

    /// A path as the program sees it from its working directory.
    fn seen_by_program(&self, path: &SourcePath, source: &str) -> Option<String> {
        match path.base {
            None | Some(Folder::Working | Folder::Package) => Some(path.path.clone()),
            Some(Folder::Source) => {
                let relative = relative_to(&path.in_repository(source, self.working)?, self.working);
                Some(if relative == "." { String::new() } else { relative })
            }
            Some(Folder::Program | Folder::Home | Folder::Temporary) => None,
        }
    }

    /// Values and texts that name a database in a file.
    fn databases(&mut self, file: &Index) {
        // An address is read as a text.
        let is_database = |path: &SourcePath| !path.path.contains(':') && database(&path.path).is_some();
        let mut known: Vec<Range<u32>> = Vec::new();
        let mut arguments: Vec<(&Argument, &Call)> =
            file.calls.iter().flat_map(|call| call.arguments.iter().map(move |argument| (argument, call))).collect();
        // A call stands before those within its arguments, whose texts are parts of its path.
        arguments.sort_by_key(|(argument, _)| (argument.start, Reverse(argument.end)));
        for (argument, call) in arguments {
            let is_key = data().lookups.iter().any(|name| name == call.name())
                && !data().paths.iter().any(|path| call.is(path))
                && call.positional_argument(0).is_some_and(|first| first.start == argument.start)
                && argument.value.text().is_some_and(|text| !text.contains('/'));
            if is_key {
                known.push(argument.start..argument.end);
                continue;
            }
            let is_part = known.last().is_some_and(|whole| whole.contains(&argument.start));
            let address = || address(&argument.value);
            if let Some(path) = path(&argument.value).filter(is_database).or_else(address).filter(|_| !is_part) {
                known.push(argument.start..argument.end);
                let is_whole = is_whole_argument(call, argument);
                self.add_stated(&path, true, setting(&argument.value), file, &call.place, is_whole);
            }
        }
        for named in file.named_values() {
            if let Some(path) = path(named.value).filter(is_database).or_else(|| address(named.value)) {
                known.push(named.place.start..named.place.end);
                // a constant may be a name that is put behind a folder
                let is_whole =
                    !named.object.is_empty() || named.value.known_text().is_some_and(|text| is_address(&text));
                self.add_stated(&path, true, setting(named.value), file, &named.place, is_whole);
            }
        }
        self.told_database(file);
        // A text within one of those is a part of its path.
        let is_part = |text: &&Literal| known.iter().any(|value| value.contains(&text.place.start));
        for text in file.texts.iter().filter(|text| !is_part(text)) {
            if let Some(path) = database(&text.text).and_then(|path| Value::from(path).path()) {
                let stands_in = |read: &&EnvironmentRead| {
                    read.default.as_ref().and_then(Value::known_text).is_some_and(|default| default == text.text)
                };
                let read = file.environment.iter().find(stands_in);
                let setting = read.map(|read| Setting::Variable(read.variable.clone()));
                self.add_stated(&path, true, setting, file, &text.place, is_address(&text.text));
            }
        }
    }

    /// A database in a file that only a variable names, beside the field that says its kind: `{ type: "sqlite", database: env.DB }`.
    /// A name without a folder lies in the working folder.
    fn told_database(&mut self, file: &Index) {
        let table = data();
        let is_kind = |text: &&Literal| {
            let name = text.name.as_deref().and_then(|name| name.rsplit('.').next());
            table.database_kinds.contains(&text.text)
                && name.is_some_and(|name| table.database_kind_names.iter().any(|known| known == name))
        };
        let is_told = |name: &str| words(name).iter().any(|word| table.database_words.contains(word));
        for kind in file.texts.iter().filter(is_kind) {
            let mut reads = file.environment.iter().filter(|read| read.place.function == kind.place.function);
            let told = reads.find(|read| read.default.is_none() && is_told(&read.variable));
            if let Some(read) = told.filter(|_| !self.found.iter().any(|known| known.path.is_empty())) {
                self.found.push(DataFolder {
                    path: String::new(),
                    file: None,
                    setting: Some(Setting::Variable(read.variable.clone())),
                    is_whole: true,
                    is_from_source: false,
                    evidence: file.evidence(&read.place),
                });
            }
        }
    }

    /// Settings for a folder: constants, fields, defaults of variables and options.
    fn settings(&mut self, file: &Index) {
        let language = Language::of(file.path()).map(Language::name);
        let is_other = |name: &str| {
            data().other_settings.iter().any(|other| other.name == name && Some(other.language.as_str()) == language)
        };
        for named in file.named_values() {
            let variable = named.value.variable().unwrap_or_default();
            if names_data(named.name()) && !is_other(named.name()) && !is_own_variable(&named) || names_data(variable) {
                match path(named.value).and_then(|stated| self.joined(named.name(), &stated)) {
                    Some(whole) => self.add_setting(&whole, setting(named.value), file, &named.place),
                    None => self.setting(named.value, file, &named.place),
                }
                self.answers(named.value, file);
            } else if is_log(&named)
                && let Some(path) = path(named.value)
            {
                self.add(&path, true, setting(named.value), file, &named.place);
            }
        }
        for read in file.environment.iter().filter(|read| names_data(&read.variable)) {
            let told = Some(Setting::Variable(read.variable.clone()));
            if let Some(path) = read.default.as_ref().and_then(path) {
                self.add_setting(&path, told, file, &read.place);
            }
        }
        for option in file.options.iter().filter(|option| names_data(&option.name)) {
            let told = option.variable.clone().map(Setting::Variable).or(option.flag.clone().map(Setting::Flag));
            if let Some(path) = option.default.as_ref().and_then(path) {
                self.add_setting(&path, told, file, &option.place);
            }
        }
    }

    /// A relative folder behind the one that the program puts in front of it.
    fn joined(&self, name: &str, stated: &SourcePath) -> Option<SourcePath> {
        let folder = self.bases.get(name).filter(|_| stated.base == Some(Folder::Working))?;
        Some(SourcePath { base: Some(Folder::Working), path: join(folder, &stated.path) })
    }

    fn setting(&mut self, value: &Value, file: &Index, place: &Place) {
        if let Some(path) = path(value) {
            self.add_setting(&path, setting(value), file, place);
        }
    }

    /// What a function hands to its callback: `destination: (request, file, callback) => callback(null, "uploads")`.
    fn answers(&mut self, value: &Value, file: &Index) {
        let Value::Function(function) = value else { return };
        let calls = file.calls.iter().filter(|call| call.place.function == Some(*function));
        for call in calls.filter(|call| call.receiver().is_empty()) {
            if let Some(value) = call.positional(1) {
                self.setting(value, file, &call.place);
            }
        }
    }

    fn add_setting(&mut self, path: &SourcePath, told: Option<Setting>, file: &Index, place: &Place) {
        let name = file_name(&path.path);
        // what is called like a setting is the name of one: `const dataFlag = "data-dir"`
        if names_data(name) {
            return;
        }
        // a file of variables is read: `envFilePath: ".env"`
        if name == ".env" || name.starts_with(".env.") {
            return;
        }
        // and so is a certificate or a key: `pem_file_path = "tls/shop.pem"`
        if is_certificate(name) {
            return;
        }
        let is_file = name.trim_start_matches('.').contains('.');
        self.add(path, is_file, told, file, place);
    }
}

/// Whether a variable of its own has a name that means a folder only as a field or an argument: `const destination = "Rome"`.
fn is_own_variable(named: &NamedValue) -> bool {
    !named.path.contains('.') && data().fields.contains(&named.path)
}

/// Whether a value is the file of a log, by the fields beside it: `{"class": "logging.FileHandler", "filename": "logs/x.log"}`.
fn is_log(named: &NamedValue) -> bool {
    let says = |table: &&LogTable| {
        let beside = named.object.iter().find(|field| field.name == table.key).and_then(|field| field.value.text());
        named.name() == table.file && beside.is_some_and(|kind| kind.ends_with(&table.value))
    };
    data().logs.iter().any(|table| says(&table))
}

/// Whether the path that is passed to a call is a whole one: the first argument, or one with a name, of a call that joins no paths.
fn is_whole_argument(call: &Call, argument: &Argument) -> bool {
    let is_first = call.positional_argument(0).is_some_and(|first| first.start == argument.start);
    (is_first || argument.name.is_some()) && !data().joins.iter().any(|name| name == call.name())
}

/// Whether a text is the address of a database, not a path alone.
fn is_address(text: &str) -> bool {
    data().schemes.iter().any(|scheme| text.starts_with(scheme.as_str()))
}

/// The path of the database that a text names: `data/shop.db`, `sqlite:///data/shop.db?mode=rwc`.
pub fn database(text: &str) -> Option<&str> {
    let scheme = data().schemes.iter().find_map(|scheme| text.strip_prefix(scheme.as_str()));
    let path = scheme.unwrap_or(text).split(['?', ';']).next().unwrap_or_default();
    let (stem, ending) = file_name(path).rsplit_once('.').unwrap_or((file_name(path), ""));
    let is_known = data().databases.iter().any(|known| known == ending);
    let is_path = !path.is_empty() && path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    // what starts so is the end of a name that is put together
    let is_end = stem.starts_with(['_', '-']);
    (is_path && !is_end && !stem.is_empty() && (is_known || scheme.is_some() && !path.starts_with(':'))).then_some(path)
}

/// The path of the database in an address that is put together: `f"sqlite:///{folder}/shop.db"`, `"sqlite:///" + path`.
fn address(value: &Value) -> Option<SourcePath> {
    let Value::Joined(parts) = value.default_value() else { return None };
    if let Some(text) = value.known_text() {
        let has_scheme = data().schemes.iter().any(|scheme| text.starts_with(scheme.as_str()));
        return database(&text).filter(|_| has_scheme).and_then(|path| Value::from(path).path());
    }
    let (first, rest) = parts.split_first()?;
    let text = first.known_text()?;
    let inside = data().schemes.iter().find_map(|scheme| text.strip_prefix(scheme.as_str()))?;
    let first = (!inside.is_empty()).then(|| Value::from(inside));
    let path = Value::Joined(first.into_iter().chain(rest.iter().cloned()).collect()).path()?;
    let file = file_name(&path.path).split(['?', ';']).next().unwrap_or_default().to_owned();
    let folder = parent_of(&path.path);
    let full = if folder.is_empty() { file.clone() } else { format!("{}/{file}", folder.trim_end_matches('/')) };
    (file.contains('.') && path.base != Some(Folder::Temporary)).then_some(SourcePath { path: full, ..path })
}

/// Whether a name is that of a setting for a folder where data is kept: `UPLOAD_DIR`, `uploadsPath`, `dest`.
pub fn names_data(name: &str) -> bool {
    let table = data();
    let words = words(name);
    let is = |list: &[String], word: &String| list.contains(word);
    let is_kept = match words.as_slice() {
        [.., kind, place] => is(&table.kinds, kind) && is(&table.places, place),
        _ => false,
    };
    let joined = || table.places.iter().filter_map(|place| words.last()?.strip_suffix(place.as_str()));
    is_kept
        || table.settings.iter().chain(&table.fields).any(|known| known == name)
        || joined().any(|kind| table.kinds.iter().any(|it| it == kind))
}

fn parent_of(path: &str) -> &str {
    match path.strip_prefix('/') {
        Some(rest) if !rest.contains('/') => "/",
        _ => parent(path),
    }
}

/// Whether a path is no pattern, and nothing that a shell or Docker would read otherwise.
fn is_plain(path: &str) -> bool {
    path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-@".contains(c))
}

/// Whether a folder is the application's own: no folder of the system, no output of a build, no pattern.
fn is_own(folder: &str) -> bool {
    let table = data();
    // where a path leads that climbs as far as it can
    let above =
        folder.strip_prefix("..").map(|_| format!("/{}", folder.trim_start_matches("../").trim_start_matches("..")));
    let folder = above.as_deref().unwrap_or(folder);
    // no file system has longer names
    let is_short = folder.len() <= 1024 && folder.split('/').all(|name| name.len() <= 255);
    let is_system = folder.strip_prefix('/').is_some_and(|rest| {
        table.system.iter().any(|known| known == rest)
            || table
                .system_above
                .iter()
                .any(|above| rest.strip_prefix(above).is_some_and(|inner| inner.starts_with('/')))
    });
    let is_built =
        folder.split('/').any(|part| part == "node_modules") || table.built.iter().any(|known| known == folder);
    let is_word = table.no_folders.iter().any(|word| folder.eq_ignore_ascii_case(word));
    is_plain(folder) && is_short && !is_word && !is_system && !is_built
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::files::tests::program;

    fn found(text: &str) -> Vec<String> {
        let show = |it: DataFolder| match it.setting {
            Some(Setting::Variable(name)) => format!("{} {name}", it.path),
            Some(Setting::Flag(flag)) => format!("{} {flag}", it.path),
            None => it.path,
        };
        data_folders(&program("javascript", text), "").into_iter().map(show).collect()
    }

    #[test]
    fn a_file_that_only_a_variable_names_lies_in_the_working_folder() {
        let log = "import fs from 'fs'; fs.createWriteStream(process.env.LOG_FILE)";
        assert_eq!(found(log), [" LOG_FILE"]);
        assert_eq!(found(&log.replace("LOG_FILE", "LOG_FILE || 'logs/a.log'")), ["logs LOG_FILE"]);
        assert!(found(&log.replace("createWriteStream", "createReadStream")).is_empty());
    }

    #[test]
    fn the_key_of_a_setting_is_no_database() {
        let of = |text: &str| data_folders(&program("go", text), "").len();
        for lookup in &data().lookups {
            assert_eq!(of(&format!("package main\nfunc main() {{ config.{lookup}(\"app.db\") }}\n")), 0, "{lookup}");
        }
        assert_eq!(of("package main\nfunc main() { config.Open(\"app.db\") }\n"), 1);
        assert_eq!(of("package main\nfunc main() { config.GetString(\"data/app.db\") }\n"), 1);
        assert_eq!(found("const path = config.get('name', 'app.db')"), [""]);
    }

    #[test]
    fn a_file_of_variables_is_no_data() {
        assert!(found("const options = { envFilePath: '.env', filePath: '.env.local' }").is_empty());
        assert!(found("const options = { filePath: 'tls/shop.pem', outputFilePath: 'tls/shop.key' }").is_empty());
        assert_eq!(found("const options = { filePath: 'data/environment' }"), ["data/environment"]);
        assert_eq!(found("const options = { filePath: 'data/shop.pem.json' }"), ["data"]);
    }

    #[test]
    fn a_database_that_a_sample_of_the_variables_names_is_written() {
        let found = |sample: &str, text: &str| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(".env.example"), sample).unwrap();
            let (repo, _) = Repo::open(folder.path()).unwrap();
            let found = sampled_folders(&program("javascript", text), &repo, "").into_iter().next()?;
            Some((found.path, found.file.unwrap()))
        };
        let reads = "connect(process.env.DATABASE_URL)";
        let is = |sample: &str, path: &str, file: &str| {
            assert_eq!(found(sample, reads), Some((path.to_owned(), file.to_owned())), "{sample}");
        };
        is("KEY=x\nDATABASE_URL=sqlite://./data/shop.sqlite3\n", "data", "shop.sqlite3");
        is("DATABASE_URL=\"sqlite+aiosqlite:///shop.sqlite\"\n", "", "shop.sqlite");
        is("DATABASE_URL = sqlite:////data/shop.db\n", "/data", "shop.db");
        for other in [
            "DATABASE_URL=postgres://u:p@h/shop.db",
            "DATABASE_URL=shop.db",
            "DATABASE_URL=sqlite::memory:",
            "OTHER=sqlite://shop.db",
            "# DATABASE_URL=sqlite://shop.db",
        ] {
            assert_eq!(found(other, reads), None, "{other}");
        }
        assert_eq!(found("DATABASE_URL=sqlite://shop.db", "connect(process.env.OTHER)"), None);
        let writes = "const fs = require('fs'); fs.writeFileSync(process.env.LOG_FILE, text)";
        assert_eq!(found("LOG_FILE=./logs/shop.log", writes), Some(("logs".to_owned(), "shop.log".to_owned())));
        let reads = "const fs = require('fs'); fs.readFileSync(process.env.LOG_FILE)";
        for (sample, text) in
            [("LOG_FILE=./logs/shop.log", reads), ("LOG_FILE=/var/log/shop.log", writes), ("LOG_FILE=shop.log", writes)]
        {
            assert_eq!(found(sample, text), None, "{sample} {text}");
        }
    }

    #[test]
    fn a_database_that_lies_in_no_folder_is_loose() {
        let loose = |text: &str| {
            let folders = data_folders(&program("javascript", text), "");
            loose_database(&folders, |name| name == "words.db").and_then(|folder| folder.file.clone())
        };
        for text in [
            "new Database('shop.db')",
            "new Database(process.env.DB_PATH || './shop.db')",
            "const file = 'shop.db'; new Database(file)",
            "import path from 'path'; new Database(path.resolve('shop.db'))",
            "connect('sqlite:///shop.db?mode=rwc')",
            "const url = 'sqlite:///shop.db'",
            "new Sequelize({ dialect: 'sqlite', storage: './shop.db' })",
        ] {
            assert_eq!(loose(text).as_deref(), Some("shop.db"), "{text}");
        }
        for text in [
            "new Database('data/shop.db')",
            "new Database('/data/shop.db')",
            "new Database(':memory:')",
            "new Database('words.db')",
            "import path from 'path'; new Database(path.join(folder(), 'shop.db'))",
            "const name = 'shop.db'; new Database(`${folder()}/${name}`)",
            "open(folder, 'shop.db')",
            "folder.join('shop.db')",
            "require('fs').writeFileSync('shop.txt', x)",
            "f({ type: 'sqlite', database: process.env.DB_NAME })",
        ] {
            assert_eq!(loose(text), None, "{text}");
        }
    }

    #[test]
    fn every_call_that_joins_paths_is_given_parts() {
        for name in &data().joins {
            let is_whole = |name: &str| {
                let call = Call::new(&format!("folder.{name}")).with("shop.db");
                is_whole_argument(&call, &call.arguments[0])
            };
            assert!(!is_whole(name) && is_whole(&format!("{name}Else")), "{name}");
        }
    }

    #[test]
    fn what_is_written_is_named_from_the_working_directory() {
        let fs = "import fs from 'fs'; import path from 'path'; ";
        let long = format!("fs.mkdirSync('data/{}')", "x".repeat(256));
        let cases: [(&str, &[&str]); 45] = [
            ("f(() => { return { type: 'sqlite', database: config.get('DB_NAME') } })", &[" DB_NAME"]),
            ("f({ type: 'postgres', database: config.get('DB_NAME') })", &[]),
            ("f({ type: 'sqlite', logging: process.env.VERBOSE })", &[]),
            ("fs.mkdirSync('uploads')", &["uploads"]),
            ("fs.mkdirSync('./uploads/images', { recursive: true })", &["uploads/images"]),
            ("const dir = process.env.DATA_DIR || './data'; fs.mkdirSync(dir)", &["data DATA_DIR"]),
            ("const dir = path.join(process.cwd(), 'data'); fs.mkdirSync(dir)", &["data"]),
            ("fs.mkdirSync(path.join(__dirname, '../data'))", &["data"]),
            ("fs.writeFileSync('logs/app.log', x)", &["logs"]),
            ("fs.writeFileSync('/data/x/app.log', x)", &["/data/x"]),
            ("fs.writeFileSync('state.json', x)", &[""]),
            ("fs.writeFileSync(`./uploads/${x}`, x)", &["uploads"]),
            ("fs.writeFileSync(path.join(__dirname, '../pictures', x.name), x)", &["pictures"]),
            ("fs.writeFileSync(`${x}/uploads/a.png`, x)", &[]),
            ("fs.readFileSync(`./uploads/${x}`)", &[]),
            ("new Database('data/shop.db')", &["data"]),
            ("connect('sqlite:///data/shop.sqlite?mode=rwc')", &["data"]),
            ("open(path.join(__dirname, '../data/shop.sqlite'))", &["data"]),
            ("multer.diskStorage({ destination: (q, f, cb) => cb(null, 'uploads/') })", &["uploads"]),
            ("multer.diskStorage({ destination(q, f, cb) { cb(null, 'uploads/') } })", &["uploads"]),
            ("storage({ filename: (q, f, cb) => cb(null, 'uploads/x') })", &[]),
            ("connect('sqlite:////data/shop.sqlite')", &["/data"]),
            ("connect('file:./data/shop.db')", &["data"]),
            ("connect('sqlite+aiosqlite:///./data/shop.db')", &["data"]),
            ("const at = process.env.AT || '/jobs.sqlite'; connect(`sqlite://${at}`)", &[""]),
            ("connect('sqlite:///' + path.join(__dirname, '../data', 'shop.db'))", &["data"]),
            ("const url = `sqlite:///${__dirname}/shop.db`", &["src"]),
            ("connect(`postgres:///${__dirname}/shop`)", &[]),
            ("const uploadDir = 'public/uploads'", &["public/uploads"]),
            ("configure({ storagePath: 'storage' })", &["storage"]),
            ("multer({ storage: diskStorage({ destination: 'uploads/' }) })", &["uploads"]),
            ("fs.mkdirSync(path.join(os.tmpdir(), 'x'))", &[]),
            ("fs.mkdirSync('/tmp/x')", &[]),
            ("fs.mkdirSync('dist')", &[]),
            ("fs.mkdirSync('../elsewhere')", &[]),
            (&long, &[]),
            ("fs.mkdirSync(name)", &[]),
            ("fs.readFileSync('data/x.json')", &[]),
            ("connect('postgres://db/shop')", &[]),
            ("connect(':memory:')", &[]),
            ("connect(name + '_shop.db')", &[]),
            ("fs.writeFileSync('/api/v2/{name}', x)", &[]),
            ("const uploadDir = ''", &[]),
            ("const dataDir = 'data-dir'", &[]),
            ("// fs.mkdirSync('uploads')", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(found(&format!("{fs}{text}")), expected, "{text}");
        }
    }

    #[test]
    fn folders_of_python_are_named_in_many_ways() {
        let found = |text: &str| -> Vec<String> {
            let text = format!("import os, logging\nfrom pathlib import Path\n{text}");
            let folders = data_folders(&program("python", &text), "src");
            folders.into_iter().map(|folder| folder.path).collect()
        };
        let cases: [(&str, &[&str]); 14] = [
            ("UP = os.environ.get('UP', 'uploads')\nos.makedirs(UP)", &["uploads"]),
            ("BASE = Path(__file__).resolve().parent\n(BASE / 'data').mkdir()", &["data"]),
            ("BASE = Path(__file__).parent\nlogs = BASE / 'x'\nlogs.mkdir(exist_ok=True)", &["x"]),
            ("logging.FileHandler('logs/a.log')", &["logs"]),
            ("URL = 'sqlite:///./app.db'", &[""]),
            ("open('/tmp/x', 'w')\nopen('r.txt')", &[]),
            (
                "BASE = Path(__file__).parent\nLOGGING = {'handlers': {'file': {'class': 'logging.handlers.RotatingFileHandler', 'filename': BASE / 'kept/x.log'}}}",
                &["kept"],
            ),
            ("LOGGING = {'handlers': {'out': {'class': 'logging.StreamHandler', 'filename': 'kept/x.log'}}}", &[]),
            ("MEDIA_ROOT = env.str('MEDIA_ROOT', '/data/media')", &["/data/media"]),
            (
                "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    shop_data_folder: str = Field(default='./data')\n    log_level: str = 'info'",
                &["data"],
            ),
            (
                "app.config['PLACE'] = os.getenv('PLACE', os.path.join(os.path.dirname(os.path.abspath(__file__)), 'static'))\napp.config['S'] = os.path.join(app.config['PLACE'], 'sessions')\nos.makedirs(app.config['S'])",
                &["static/sessions"],
            ),
            ("URL = f'sqlite:///{os.path.dirname(os.path.abspath(__file__))}/db/shop.db'", &["db"]),
            ("OTHER = f'sqlite:///{unknown}/x.db'", &[]),
            ("LOG_PATH = 'logs/shop.log'", &["logs"]),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn a_variable_that_is_called_a_destination_is_no_folder() {
        assert!(found("const destination = query.get('x') || 'hand'; send(destination)").is_empty());
        assert_eq!(found("const destination = 'hand'; const fs = require('fs'); fs.mkdirSync(destination)"), ["hand"]);
        assert_eq!(found("store({ destination: 'hand' })"), ["hand"]);
        assert_eq!(found("store({ dest: 'hand' })"), ["hand"]);
    }

    #[test]
    fn a_folder_with_a_parameter_in_its_name_is_the_one_in_front() {
        let made = |text: &str| found(&format!("const fs = require('fs'); {text}"));
        assert_eq!(made("function put(kind = 'media/') { fs.mkdirSync(`kept/${kind}`) }"), ["kept"]);
        assert_eq!(made("function put(kind) { fs.mkdirSync(`kept/media/${kind}`) }"), ["kept/media"]);
        assert_eq!(
            made("const path = require('path'); const put = id => fs.mkdirSync(path.join('kept', id))"),
            ["kept"]
        );
        assert_eq!(made("function put(name = 'a') { fs.writeFileSync('kept/' + name, 'x') }"), ["kept"]);
        // a constant is known, and what nothing stands in front of is what it is by default
        assert_eq!(made("const kind = 'media'; function put() { fs.mkdirSync(`kept/${kind}`) }"), ["kept/media"]);
        assert_eq!(made("function put(folder = 'kept') { fs.mkdirSync(folder) }"), ["kept"]);
        assert!(made("function put(id) { fs.mkdirSync(`${id}/kept`) }").is_empty());
    }

    #[test]
    fn folders_out_of_the_working_folder_are_told_apart() {
        let file = "const fs = require('fs'); fs.mkdirSync('../kept'); fs.mkdirSync('own'); fs.mkdirSync('../../tmp/x'); fs.mkdirSync('..')";
        let program = program("javascript", file);
        let shown = |folders: Vec<DataFolder>| folders.into_iter().map(|folder| folder.path).collect::<Vec<_>>();
        assert_eq!(shown(data_folders_anywhere(&program, "")), ["../kept", "own"]);
        assert_eq!(shown(data_folders(&program, "")), ["own"]);
    }

    #[test]
    fn every_table_of_logs_names_its_file_and_others_do_not() {
        for table in &data().logs {
            let stated =
                |value: &str| format!("configure({{ {}: '{value}', {}: 'kept/x.log' }})", table.key, table.file);
            assert_eq!(found(&stated(&table.value)), ["kept"], "{}", table.key);
            assert!(found(&stated(&format!("{}x", table.value))).is_empty(), "{}", table.key);
        }
    }

    #[test]
    fn every_word_of_the_table_names_a_place_for_data_and_part_of_it_does_not() {
        let table = data();
        for kind in &table.kinds {
            for name in [format!("{kind}_dir"), format!("{}_PATH", kind.to_uppercase()), format!("{kind}Folder")] {
                assert!(names_data(&name), "{name}");
            }
            assert!(
                !names_data(kind) && !names_data(&format!("{kind}_name")) && !names_data(&format!("x{kind}x_dir")),
                "{kind}"
            );
        }
        for place in &table.places {
            assert!(names_data(&format!("upload_{place}")) && names_data(&format!("upload{place}")), "{place}");
            assert!(!names_data(place) && !names_data(&format!("source_{place}")), "{place}");
        }
        for name in table.settings.iter().chain(&table.fields) {
            assert!(names_data(name) && !names_data(&format!("{name}x")), "{name}");
        }
        for ending in &table.databases {
            assert_eq!(database(&format!("a/b.{ending}")), Some(format!("a/b.{ending}").as_str()));
            assert_eq!(database(ending), None);
            assert_eq!(database(&format!("a {ending}.{ending}")), None);
        }
        for scheme in &table.schemes {
            assert_eq!(database(&format!("{scheme}a/b")), Some("a/b"), "{scheme}");
            assert_eq!(database(&format!("x{scheme}a/b")), None, "{scheme}");
        }
        for word in &table.no_folders {
            assert!(!is_own(word) && !is_own(&word.to_uppercase()) && is_own(&format!("{word}x")), "{word}");
        }
        for other in &table.other_settings {
            let text = format!("f({}='kept')", other.name);
            assert!(data_folders(&program(&other.language, &text), "").is_empty(), "{}", other.name);
            assert_eq!(found(&format!("f({{ {}: 'kept' }})", other.name)), ["kept"], "{}", other.name);
        }
        for folder in &table.system_above {
            assert!(!is_own(&format!("/{folder}/x")) && is_own(&format!("/{folder}x/x")), "{folder}");
        }
        for folder in &table.system {
            assert!(!is_own(&format!("/{folder}")) && is_own(&format!("/data/{folder}x")), "{folder}");
        }
        for folder in &table.built {
            assert!(!is_own(folder) && is_own(&format!("{folder}x")), "{folder}");
        }
    }
}
