//! Files that a program reads and writes at run time, by the paths in its source.

use std::collections::BTreeMap;

use crate::analysis::files::{Used, uses};
use crate::analysis::services::words;
use crate::analysis::settings_file::{SettingsFile, absent, names_settings_file, of_variables};
use crate::analysis::texts::{TextUse, texts};
use crate::analysis::{Found, Program};
use crate::catalog::analysis::{FileUse, data};
use crate::catalog::go_files;
use crate::evidence::Fact;
use crate::languages::go::entrypoint::embedded_files;
use crate::languages::go::workspace::packages::{Closure, Packages};
use crate::path::{file_name, is_inside, join, join_inside, parent};
use crate::repo::{Document, Repo};
use crate::source::go::{ends, goes_on_after, is_source, mentions};
use crate::source::{Call, Folder, Index, Value};

/// What a program reads and writes in its working folder.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// Files and folders of the repository that it reads, from its root.
    pub read: Vec<Fact<String>>,
    /// Files of the repository that it reads and writes, from its root.
    pub kept: Vec<Fact<String>>,
    /// The folder of the repository that stands for the working folder.
    pub base: String,
    /// Folders that it writes: absolute, or relative to the working folder.
    pub written: Vec<Fact<String>>,
    /// A file that it makes in the working folder itself, or in one above.
    pub written_here: Option<Fact<String>>,
    /// Files without which it refuses to start though they may be empty.
    pub empty: Vec<Fact<String>>,
    /// The file of settings that it wants and that is not there.
    pub settings: Option<Fact<SettingsFile>>,
    /// Files that it asks for when it starts, ends without, and that are not there.
    pub wanted: Vec<Fact<String>>,
}

impl Files {
    /// The sample that its settings are made from, where they are not there.
    pub fn sample_of_settings(&self) -> Option<Fact<String>> {
        let file = self.settings.as_ref()?;
        let sample = file.value.sample.clone()?;
        Some(file.clone().map(|_| sample))
    }

    /// How many folders above the working folder a file is made.
    pub fn levels_above(&self) -> usize {
        let here = self.written_here.as_ref().map(|fact| fact.value.as_str()).unwrap_or_default();
        here.split('/').filter(|part| *part == "..").count()
    }
}

/// Reads it from the texts of the program's packages.
pub fn files(packages: &mut Packages, closure: &Closure, module: &str, is_server: bool) -> Files {
    let repo = packages.repo();
    let command = closure.folders.first().map(String::as_str).unwrap_or_default();
    let embedded = embedded_files::places(packages, closure);
    let program = packages.analysed(closure);
    let mut used = uses(&program);
    used.retain(|used| is_server && matches!(used.how, FileUse::ReadFile | FileUse::ReadFolder));
    let mut best = Files::default();
    let bases = if module == command { vec![module] } else { vec![module, command] };
    for base in bases {
        let mut found = Files { base: base.to_owned(), ..Files::default() };
        let mut read: BTreeMap<String, Fact<String>> = BTreeMap::new();
        let reading = Reading { repo, base, is_server, embedded: &embedded };
        for folder in &closure.folders {
            for source in &packages.package(folder).sources {
                for text in texts(&source.index) {
                    if let Some(path) = reading.path(&text) {
                        let fact = || source.index.fact(path.clone(), &text.literal.place);
                        read.entry(path.clone()).or_insert_with(fact);
                    }
                }
            }
        }
        for used in &used {
            let path = used.path.in_repository(used.found.file.path(), base);
            let is_embedded = |path: &str| embedded.iter().any(|place| is_inside(path, place));
            let is_other = |path: &str| is_secret(path) || is_source(path) || is_of_tool(path) || is_embedded(path);
            let is_there = |path: &str| match used.how {
                FileUse::ReadFolder => !path.is_empty() && path != module && repo.files_under(path).any(is_data),
                _ => repo.has(path) && !used.is_demanded,
            };
            if let Some(path) = path.filter(|path| is_there(path) && is_inside(path, module) && !is_other(path)) {
                read.entry(path.clone()).or_insert_with(|| Fact::new(path, used.found.evidence()));
            }
        }
        for fact in opened(&program).into_iter().filter(|_| is_server) {
            let full = join(base, &fact.value);
            let is_inside = embedded.iter().any(|place| full.starts_with(place.as_str()));
            if !is_inside && repo.files_under(&full).any(is_data) && !full.is_empty() {
                read.entry(full.clone()).or_insert_with(|| Fact::new(full, fact.evidence));
            }
        }
        // what a library ends the program without holds a secret, which stays out of the image
        let demanded = used.iter().filter(|used| used.is_demanded);
        for used in demanded.filter_map(|used| used.path.in_repository(used.found.file.path(), base)) {
            read.remove(&used);
        }
        found.read = outermost(read);
        if best.read.is_empty() && (base == module || !found.read.is_empty()) {
            best = found;
        }
    }
    let configured = configured(&program, repo, (module, command), &mut best);
    if is_server {
        best.settings = settings_wanted(&program, repo, &best.base).or(best.settings.take()).or(configured);
        best.wanted = wanted(&program, repo, &best.base);
        let demanded = used.iter().filter(|used| used.is_demanded && used.path.base == Some(Folder::Working));
        best.wanted.extend(demanded.map(|used| Fact::new(used.path.path.clone(), used.found.evidence())));
        best.wanted.extend(certificates(&program, repo, &best));
    }
    named_in_settings(repo, &mut best);
    best
}

/// An end stands at most this many lines below the call that may fail.
const NEAR: u32 = 4;

/// Certificates and keys that the program is given to serve by, and that are not there or stay out of the image:
/// `server.ListenAndServeTLS("tls/cert.pem", …)`.
fn certificates(program: &Program, repo: &Repo, files: &Files) -> Vec<Fact<String>> {
    let is_taken = |path: &str| {
        let full = join(&files.base, path);
        repo.has(&full) && !is_secret(&full) && files.read.iter().any(|it| is_inside(&full, &it.value))
    };
    let mut found: Vec<Fact<String>> = Vec::new();
    for file in program.sources() {
        let is_reader = |call: &&Call| is_in(&go_files().certificate_readers, call.name());
        // one that is asked for it serves with them
        for call in file.calls.iter().filter(is_reader).filter(|call| !call.place.is_conditional) {
            for argument in &call.arguments {
                let stated = program.follow(Found::argument(file, call, argument));
                let path = stated.value.default_value().known_text().and_then(|path| relative(&path));
                let is_one = |path: &String| data().certificates.iter().any(|known| known == ending(path));
                let is_absent = |path: &String| !is_taken(path) && !found.iter().any(|it| it.value == *path);
                if let Some(path) = path.filter(is_one).filter(is_absent) {
                    found.push(file.fact(path, &call.place));
                }
            }
        }
    }
    found
}

/// Files that are not there and without which the program ends: `if _, err := os.Stat(path); os.IsNotExist(err) { log.Fatal(…) }`.
fn wanted(program: &Program, repo: &Repo, base: &str) -> Vec<Fact<String>> {
    let mut found: Vec<Fact<String>> = Vec::new();
    for file in program.sources() {
        for call in file.calls.iter().filter(|call| call.is("os.Stat")) {
            let near = |other: &&Call| {
                let lines = call.place.line..call.place.line + NEAR;
                lines.contains(&other.place.line) && other.place.start > call.place.end
            };
            let below = || file.calls.iter().filter(near);
            let is_ended = below().any(|other| other.is("os.IsNotExist")) && below().any(|other| ends(other.name()));
            let Some(argument) = call.positional_argument(0).filter(|_| is_ended) else { continue };
            let stated = program.follow(Found::argument(file, call, argument));
            let path = stated.value.default_value().known_text().and_then(|path| relative(&path));
            let is_file = |path: &String| !ending(path).is_empty() && !is_secret(path);
            let is_absent = |path: &String| !repo.has(&join(base, path)) && !found.iter().any(|it| it.value == *path);
            if let Some(path) = path.filter(is_file).filter(is_absent) {
                found.push(file.fact(path, &call.place));
            }
        }
    }
    found
}

/// Folders below the working folder from which calls read files whose names are put together:
/// `os.Open(fmt.Sprintf("locales/%s.json", language))`.
fn opened(program: &Program) -> Vec<Fact<String>> {
    const READERS: &[&str] = &["os.Open", "os.ReadFile", "ioutil.ReadFile", "os.ReadDir", "ioutil.ReadDir"];
    let mut found = Vec::new();
    for file in program.sources() {
        for call in file.calls.iter().filter(|call| READERS.iter().any(|name| call.is(name))) {
            let value = call.positional(0).map(Value::default_value);
            let folder = match value {
                Some(path @ Value::Joined(_)) => {
                    path.known_start().rsplit_once('/').map(|(folder, _)| folder.to_owned())
                }
                Some(Value::Path(parts)) => {
                    let known: Vec<String> = parts.iter().map_while(Value::known_text).collect();
                    (known.len() < parts.len()).then(|| known.join("/"))
                }
                _ => None,
            };
            let folder = folder.and_then(|folder| relative(&folder));
            found.extend(folder.map(|folder| file.fact(folder, &call.place)));
        }
    }
    found
}

/// The file of settings that a flag, a constant or a field of that name holds, where it is not there.
fn settings_wanted(program: &Program, repo: &Repo, base: &str) -> Option<Fact<SettingsFile>> {
    let is_of_settings = |name: &str| name.len() < 40 && names_settings_file(&words(name).join(" "));
    let is_put_together = |text: &TextUse| matches!(text.function(), "Join" | "HasSuffix" | "Contains" | "Base");
    program.sources().find_map(|file| {
        // `cleanenv.ReadConfig("config/local.yml", &settings)`
        let is_read = |call: &Call| {
            words(call.name()).iter().any(|word| word.starts_with("conf") || word == "settings")
                && !goes_on_after(file.document().text(), &call.place)
        };
        let stated = texts(file).into_iter().filter(|text| !is_put_together(text)).find_map(|text| {
            let is_wanted =
                text.before().take(1).chain([text.name()]).any(is_of_settings) || text.call.is_some_and(is_read);
            Some(file.fact(absent(repo, base, text.text()).filter(|_| is_wanted)?, &text.literal.place))
        });
        let options = file.options.iter().map(|it| (it.name.as_str(), it.default.as_ref(), &it.place));
        let variables = file.environment.iter().map(|it| (it.variable.as_str(), it.default.as_ref(), &it.place));
        let by_default = || {
            options
                .chain(variables)
                .filter(|(name, ..)| is_of_settings(name))
                .find_map(|(_, default, place)| Some(file.fact(absent(repo, base, &default?.known_text()?)?, place)))
        };
        stated.or_else(by_default)
    })
}

/// Only paths that are in no other of them.
pub fn outermost(all: BTreeMap<String, Fact<String>>) -> Vec<Fact<String>> {
    let mut kept: Vec<Fact<String>> = Vec::new();
    for (path, fact) in all {
        if !kept.iter().any(|it| path.starts_with(&format!("{}/", it.value))) {
            kept.push(fact);
        }
    }
    kept
}

/// A literal as a clean relative path: without `./`, scheme and glob.
pub fn relative(text: &str) -> Option<String> {
    let text = text.strip_prefix("file://").or_else(|| text.strip_prefix("file:")).unwrap_or(text);
    let text = text.split('?').next().unwrap_or_default();
    let odd = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '%' | '{' | '<' | '>' | '|' | '"' | '$' | ':' | ',' | '(' | '=' | '@')
    };
    if text.is_empty() || text.len() > 120 || text.starts_with('/') || text.contains("..") || text.contains(odd) {
        return None;
    }
    let parts: Vec<&str> = text
        .split('/')
        .take_while(|part| !part.contains(['*', '[']))
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The ending of a file's name.
pub fn ending(path: &str) -> &str {
    file_name(path).rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Whether a file must not be in an image.
pub fn is_secret(path: &str) -> bool {
    let name = file_name(path);
    name.starts_with(".env") || matches!(ending(name), "pem" | "key" | "p12" | "pfx")
}

/// Whether a text is given to something whose name says that it is a path.
fn names_path(text: &TextUse) -> bool {
    let before = text.before().filter(|text| text.len() < 40);
    before.chain([text.name()]).any(|name| {
        let name = name.to_lowercase();
        go_files().path_words.iter().any(|word| name.contains(word.as_str()))
    })
}

/// Whether a file is one of Go's own tools, which no image needs.
fn is_of_tool(path: &str) -> bool {
    matches!(ending(path), "mod" | "sum" | "work")
}

/// Whether a path ends like a file that programs read beside themselves.
pub fn is_data(path: &str) -> bool {
    go_files().data.iter().any(|known| known == ending(path))
}

fn is_in(list: &[String], name: &str) -> bool {
    list.iter().any(|known| known == name)
}

/// How texts are read as paths.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The folder that stands for the working folder.
    pub base: &'a str,
    /// Whether the program serves; one that does not works on its users' files.
    pub is_server: bool,
    /// What the program has inside already.
    pub embedded: &'a [String],
}

impl Reading<'_> {
    /// The path from the root of the repository, where a literal names what is read at run time.
    pub fn path(&self, text: &TextUse) -> Option<String> {
        let table = go_files();
        let is_given_to_reader = is_in(&table.readers, text.function());
        if !self.is_server && !is_in(&table.sure_readers, text.function()) {
            return None;
        }
        let path = relative(self.below_working_folder(text))?;
        let first = path.split('/').next().unwrap_or_default();
        let mut patterns = text.file.files.iter().filter_map(|file| file.path.text());
        let is_embedded = patterns.any(|pattern| pattern.split('/').next() == Some(first) || pattern.starts_with('*'));
        if is_embedded || is_secret(&path) || first.starts_with('.') || matches!(ending(&path), "go" | "mod" | "sum") {
            return None;
        }
        let full = join(self.base, &path);
        if self.embedded.iter().any(|place| *place == full || *place == parent(&full)) {
            return None;
        }
        if self.repo.has(&full) {
            return (is_data(&path) || is_given_to_reader && path.contains('/')).then_some(full);
        }
        if !self.repo.has_folder(&full) || full.is_empty() || !self.holds_data(&full, text) {
            return None;
        }
        let names_path = names_path(text);
        let stated = text.text();
        let looks_like_path =
            stated.starts_with("./") || stated.starts_with("file:") || stated.contains('/') && stated.contains('*');
        let is_sure = looks_like_path
            || is_given_to_reader && (names_path || !is_in(&table.unsure_readers, text.function()))
            || is_named_folder(text.name()) && !is_in(&table.joiners, text.function()) && !names_variable(text);
        (is_sure || names_path && stated.contains('/')).then_some(full)
    }

    /// A constant such as `/conf/app.ini` or `/db/migrations` is put behind the working folder by the code that uses it,
    /// where the repository has it.
    fn below_working_folder<'t>(&self, text: &'t TextUse) -> &'t str {
        let is_constant = text.call.is_none() && names_path(text);
        let is_joined = is_constant || text.function() == "Join";
        let inside = text.text().strip_prefix('/');
        let is_folder = |inside: &&str| is_constant && self.repo.has_folder(&join(self.base, inside));
        inside.filter(|inside| is_data(inside) && is_joined || is_folder(inside)).unwrap_or(text.text())
    }

    /// Whether a folder holds files to read, and is no package of Go or source of a front end.
    fn holds_data(&self, folder: &str, text: &TextUse) -> bool {
        let is_package = self.repo.names_in(folder).any(is_source);
        if self.repo.has(&join(folder, "package.json")) || is_package && is_in(&go_files().joiners, text.function()) {
            return false;
        }
        let is_data = |file: &str| !is_source(file) && (!is_package || is_data(file));
        self.repo.files_under(folder).any(is_data)
    }
}

/// Whether a text is the name of a variable that is read there.
fn names_variable(text: &TextUse) -> bool {
    let at = text.literal.place.start;
    text.file.environment.iter().any(|read| (read.place.start..read.place.end).contains(&at))
}

/// Whether a constant or variable is called a folder: `templatesDir`, `STATIC_PATH`.
fn is_named_folder(name: &str) -> bool {
    let name = name.to_lowercase();
    ["dir", "path", "folder", "root", "directory"].iter().any(|end| name.ends_with(end))
}

/// The endings of files that viper finds by their name.
const FOUND_BY_NAME: &[&str] = &["yaml", "yml", "json", "toml", "ini", "properties", "env"];

/// Configuration that viper and godotenv find by name, and the file of variables that is the only place of settings; what is given back
/// is another file of settings that viper is to find and that is not there. `module` and `command` are the folders that the program may
/// be started in.
fn configured(
    program: &Program,
    repo: &Repo,
    (module, command): (&str, &str),
    files: &mut Files,
) -> Option<Fact<SettingsFile>> {
    let (mut folders, mut names, mut kind) = (Vec::new(), Vec::new(), None);
    for (file, call) in calls(program) {
        let stated = || {
            let argument = call.positional_argument(0).map(|it| Found::argument(file, call, it));
            argument.map(|found| program.texts_of(found)).unwrap_or_default()
        };
        let folder = |text: String| relative(&text).or_else(|| (text == ".").then(String::new));
        match call.name() {
            "AddConfigPath" => folders.extend(stated().into_iter().filter_map(folder)),
            "SetConfigName" => names.push(file.fact(stated(), &call.place)),
            "SetConfigType" => kind = stated().pop().or(kind),
            _ => {}
        }
    }
    files.empty.extend(environment_files(program));
    // an empty file would do no good where the variables are taken from the file itself
    files.settings = table_of_variables(program, repo, &files.base);
    files.empty.retain(|file| files.settings.as_ref().is_none_or(|table| table.value.path != file.value));
    if folders.is_empty() {
        folders.push(String::new());
    }
    // one that asks for this error goes on without the file
    let does_without = program.sources().any(|file| mentions(file.document().text(), "ConfigFileNotFoundError"));
    let is_of_variables = matches!(kind.as_deref(), Some("env" | "dotenv"));
    let mut absent_file = None;
    for name in names {
        let Some(first) = name.value.first() else { continue };
        // a name that starts with a dot and has a kind is a whole one: `.env.dev`
        let is_whole = first.starts_with(".env") && is_of_variables;
        let bases = [files.base.as_str(), command];
        let there = bases.iter().find_map(|base| {
            let there = named_files(repo, base, &folders, &name.value, module);
            (!there.is_empty() && !is_whole).then(|| ((*base).to_owned(), there))
        });
        if let Some((base, there)) = there.filter(|(base, _)| *base == files.base || files.read.is_empty()) {
            files.base = base;
            let is_new = |path: &String| !is_secret(path) && !files.read.iter().any(|it| path.starts_with(&it.value));
            let new: Vec<String> = there.into_iter().filter(is_new).collect();
            files.read.extend(new.into_iter().map(|path| Fact::new(path, name.evidence.clone())));
            continue;
        }
        if does_without {
            continue;
        }
        let path = |ending: &str| join(&folders[0], &format!("{first}.{ending}"));
        if is_of_variables {
            let path = if is_whole { join(&folders[0], first) } else { path(kind.as_deref().unwrap_or_default()) };
            if asks_environment(program) {
                files.empty.push(Fact::new(path, name.evidence));
            } else {
                let found = of_variables(repo, &files.base, &path).map(|found| Fact::new(found, name.evidence));
                files.settings = files.settings.take().or(found);
            }
            continue;
        }
        // one that there is a sample of has the ending of that
        let endings = kind.as_deref().map_or(FOUND_BY_NAME.to_vec(), |kind| vec![kind]);
        let mut absent = endings.iter().filter_map(|ending| absent(repo, &files.base, &path(ending)));
        let usual = absent.next();
        let found = usual.iter().cloned().chain(absent).find(|file| file.sample.is_some()).or(usual);
        absent_file = absent_file.or_else(|| Some(Fact::new(found?, name.evidence)));
    }
    absent_file
        .or_else(|| absent_by_path(program, repo, &files.base))
        .or_else(|| sampled(program, repo, &files.base))
        .or_else(|| left_out(program, repo, &files.base))
}

/// The files of a module that viper finds by any of these names in these folders, seen from `base`.
fn named_files(repo: &Repo, base: &str, folders: &[String], names: &[String], module: &str) -> Vec<String> {
    let places = names.iter().flat_map(|name| folders.iter().map(move |folder| (name, join(base, folder))));
    let paths = places.flat_map(|(name, folder)| {
        FOUND_BY_NAME.iter().filter_map(move |ending| join_inside(&folder, &format!("{name}.{ending}")))
    });
    paths.filter(|path| is_inside(path, module) && repo.has(path)).collect()
}

/// Whether viper is told to look into the environment. What it fills the fields of a type with are the keys that it knows, by a file or a
/// default: there it asks for no others.
fn asks_environment(program: &Program) -> bool {
    let has = |names: &[&str]| calls(program).any(|(_, call)| names.contains(&call.name()));
    let asks = || calls(program).any(|(_, call)| call.receiver() == "viper" && call.name().starts_with("Get"));
    let fills = || has(&["Unmarshal", "UnmarshalExact", "UnmarshalKey"]);
    has(&["BindEnv", "ExperimentalBindStruct"])
        || has(&["AutomaticEnv"]) && (!fills() || has(&["SetDefault"]) || asks())
}

/// The file of variables that is the only place of settings, and without which the program ends: godotenv gives it as a table, or
/// viper is told of no variable, so that nobody asks the environment.
fn table_of_variables(program: &Program, repo: &Repo, base: &str) -> Option<Fact<SettingsFile>> {
    let asks_environment = asks_environment(program);
    let mut read = calls(program).filter(|(_, call)| !call.place.is_conditional);
    read.find_map(|(file, call)| {
        let argument = call.positional_argument(0);
        // viper reads the file that it is told later
        let failing = match call.name() {
            "SetConfigFile" if !asks_environment && argument.is_some() => {
                file.calls.iter().find(|call| call.name() == "ReadInConfig")?
            }
            _ if call.is("godotenv.Read") => call,
            _ => return None,
        };
        let stated = argument.map(|it| program.follow(Found::argument(file, call, it)));
        let stated = stated.map_or(Some(".env".to_owned()), |stated| environment_file(stated.value))?;
        if goes_on_after(file.document().text(), &failing.place) {
            return None;
        }
        Some(file.fact(of_variables(repo, base, &stated)?, &call.place))
    })
}

/// The calls of a program, each with its file.
fn calls(program: &Program) -> impl Iterator<Item = (&Index, &Call)> {
    program.sources().flat_map(|file| file.calls.iter().map(move |call| (file, call)))
}

/// A file of settings that viper is told by its path, that is not there, and that the program ends without.
fn absent_by_path(program: &Program, repo: &Repo, base: &str) -> Option<Fact<SettingsFile>> {
    program.sources().find_map(|file| {
        let read = file.calls.iter().find(|call| call.name() == "ReadInConfig")?;
        if goes_on_after(file.document().text(), &read.place) {
            return None;
        }
        file.calls.iter().filter(|call| call.name() == "SetConfigFile").find_map(|call| {
            let path = call.positional(0).and_then(Value::known_text)?;
            // one of variables may be empty, and is told as such
            let is_own = environment_file(&call.positional_argument(0)?.value).is_none();
            let path = relative(&path).filter(|path| is_own && !repo.has(&join(base, path)))?;
            Some(file.fact(absent(repo, base, &path)?, &call.place))
        })
    })
}

/// A file of settings that a call reads, of which the repository has a sample alone, and that the program ends without.
fn sampled(program: &Program, repo: &Repo, base: &str) -> Option<Fact<SettingsFile>> {
    let is_needed = |used: &Used| {
        used.how == FileUse::ReadFile
            && used.path.base == Some(Folder::Working)
            && !goes_on_after(used.caller.document().text(), &used.call.place)
    };
    uses(program).into_iter().filter(is_needed).find_map(|used| {
        let file = absent(repo, base, &used.path.path).filter(|file| file.sample.is_some())?;
        Some(Fact::new(file, used.found.evidence()))
    })
}

/// A file of variables that the repository has and viper is told to read, though it goes on without: no image holds it.
fn left_out(program: &Program, repo: &Repo, base: &str) -> Option<Fact<SettingsFile>> {
    calls(program).filter(|(_, call)| call.name() == "SetConfigFile").find_map(|(file, call)| {
        let stated = program.follow(Found::argument(file, call, call.positional_argument(0)?));
        let path = environment_file(stated.value).filter(|path| path.contains('/') && repo.has(&join(base, path)))?;
        Some(file.fact(SettingsFile { path, sample: None, is_left_out: true }, &call.place))
    })
}

/// The files of variables that a library is told to read: `.env` unless it is told another.
fn environment_files(program: &Program) -> Vec<Fact<String>> {
    const READERS: &[&str] = &["SetConfigFile", "ReadConfig", "Load", "Overload", "LoadConfig"];
    let mut found: Vec<Fact<String>> = Vec::new();
    for file in program.sources() {
        let text = file.document().text();
        // viper reads the file that it is told later
        let read = file.calls.iter().find(|call| call.name() == "ReadInConfig");
        let fails = |call: &Call| read.filter(|_| call.name() == "SetConfigFile").unwrap_or(call).place;
        let readers = file.calls.iter().filter(|call| READERS.contains(&call.name()));
        for call in readers.filter(|call| !goes_on_after(text, &fails(call))) {
            let stated = call.arguments.iter().map(|argument| program.follow(Found::argument(file, call, argument)));
            let mut paths: Vec<String> = stated.filter_map(|stated| environment_file(stated.value)).collect();
            if call.is("godotenv.Load") && call.arguments.is_empty() {
                paths.push(".env".to_owned());
            }
            paths.retain(|path| !is_looked_for(file, call, path));
            for path in
                paths.into_iter().filter(|path| !found.iter().any(|known| known.value == *path)).collect::<Vec<_>>()
            {
                found.push(file.fact(path, &call.place));
            }
        }
    }
    found.extend(
        read_by_itself(program).filter(|own| !found.iter().any(|known| known.value == own.value)).collect::<Vec<_>>(),
    );
    found
}

/// Whether a call runs only where the file that it reads was found: `if _, err := os.Stat(".env"); err == nil { … }`.
fn is_looked_for(file: &Index, call: &Call, path: &str) -> bool {
    let is_before = |other: &&Call| other.place.function == call.place.function && other.place.end < call.place.start;
    let looks = |other: &Call| {
        let asked = other.positional(0).and_then(Value::known_text).and_then(|text| relative(&text));
        other.is("os.Stat") && asked.as_deref() == Some(path)
    };
    call.place.is_conditional && file.calls.iter().filter(is_before).any(looks)
}

/// The files of variables that the program opens itself, where it ends without them: `if err := loadEnv(".env"); err != nil`.
fn read_by_itself(program: &Program) -> impl Iterator<Item = Fact<String>> + '_ {
    uses(program).into_iter().filter(|used| used.how == FileUse::ReadFile).filter_map(|used| {
        let Found { file, value, place } = used.found;
        let is_near = |call: &&Call| (place.line..place.line + NEAR).contains(&call.place.line);
        let is_ended = file.calls.iter().filter(is_near).any(|call| call.place.start > place.end && ends(call.name()));
        environment_file(value).filter(|_| is_ended).map(|path| file.fact(path, &place))
    })
}

/// A relative path whose name says that the file holds variables: `.env`, `.env.local`, `config/app.env`. A variable that
/// nobody sets adds nothing to a name: `".env" + os.Getenv("SUFFIX")`. One that is put behind the working folder is in it.
fn environment_file(path: &Value) -> Option<String> {
    fn text(value: &Value) -> Option<String> {
        match value.default_value() {
            Value::Joined(parts) => parts.iter().map(text).collect(),
            Value::Environment { default: None, .. } => Some(String::new()),
            value => value.known_text(),
        }
    }
    let below = || path.path().filter(|path| path.base == Some(Folder::Working)).map(|path| path.path);
    let path = relative(&text(path).or_else(below)?)?;
    let name = file_name(&path);
    (name == ".env" || name.starts_with(".env.") || ending(name) == "env").then_some(path)
}

/// The settings that the program reads.
pub fn settings(repo: &Repo, files: &Files) -> Vec<Document> {
    let is_settings = |path: &&str| {
        matches!(ending(path), "yml" | "yaml" | "toml" | "ini" | "env" | "conf" | "json") && repo.has(path)
    };
    let paths = files.read.iter().map(|fact| fact.value.as_str()).filter(is_settings);
    paths.filter_map(|path| repo.read_optional(path)).filter(|document| document.text().len() < 65536).collect()
}

/// Files and folders that the settings name which the program reads.
pub fn named_in_settings(repo: &Repo, files: &mut Files) {
    for document in settings(repo, files) {
        for (line, text) in document.lines() {
            let Some((_, value)) = text.split_once(['=', ':']) else {
                continue;
            };
            let Some(path) = relative(value.trim().trim_matches(['"', '\''])).filter(|path| !is_secret(path)) else {
                continue;
            };
            let full = join(&files.base, &path);
            let holds_data = repo.files_under(&full).any(|file| !is_source(file));
            let is_named =
                repo.has(&full) && is_data(&full) || path.contains('/') && repo.has_folder(&full) && holds_data;
            let is_new = !files.read.iter().any(|it| it.value == full || full.starts_with(&format!("{}/", it.value)));
            if is_named && is_new {
                files.read.push(Fact::new(full, document.evidence_line(line)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("place/x")).unwrap();
        for name in go_files().data.iter().map(|ending| format!("place/a.{ending}")).chain(["place/x/a.bin".into()]) {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let (repo, _) = Repo::open(folder.path()).unwrap();
        let index =
            crate::source::read(Document::new("main.go", format!("package main\nfunc main() {{\n{body}\n}}\n")));
        let reading = Reading { repo: &repo, base: "", is_server: true, embedded: &[] };
        texts(&index).iter().filter_map(|text| reading.path(text)).collect()
    }

    #[test]
    fn every_row_of_the_table_is_read_and_longer_ones_are_not() {
        let table = go_files();
        for ending in &table.data {
            assert_eq!(read(&format!("f(\"place/a.{ending}\")")), [format!("place/a.{ending}")]);
            assert!(read(&format!("f(\"place/a.{ending}x\")")).is_empty(), "{ending}");
        }
        for reader in &table.readers {
            let call = |name: &str| read(&format!("root := x.{name}(\"place/x\")"));
            assert_eq!(call(reader), ["place/x"], "{reader}");
            assert_eq!(read(&format!("x.{reader}(\"place/x/a.bin\")")), ["place/x/a.bin"], "{reader}");
            assert!(read(&format!("x.{reader}Else(\"place/x/a.bin\")")).is_empty(), "{reader}");
            let is_unsure = is_in(&table.unsure_readers, reader);
            assert_eq!(read(&format!("x.{reader}(\"place/x\")")).is_empty(), is_unsure, "{reader}");
        }
        for reader in table.sure_readers.iter().chain(&table.unsure_readers).chain(&table.joiners) {
            assert!(is_in(&table.readers, reader), "{reader}");
        }
        for word in &table.path_words {
            assert_eq!(read(&format!("my_{word} := g(\"place/x\")")), ["place/x"], "{word}");
        }
        assert!(read("other := g(\"place/x\")").is_empty());
    }
}
