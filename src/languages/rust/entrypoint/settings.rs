//! Files of settings that a library reads: what they say of where the program listens and of the services that it speaks to, and
//! the variables that take the place of what they say.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value as Json;

use crate::analysis::listen::{Listen, Loopback, is_loopback};
use crate::analysis::local_services::{self, LocalService};
use crate::analysis::services::{is_of_a_service, is_of_another, names_host, names_own_port, words};
use crate::analysis::{self, Program};
use crate::catalog::{RustSettings, backing_services, rust_files, rust_settings};
use crate::evidence::{Evidence, Fact};
use crate::path::{file_name, join};
use crate::plan::Variable;
use crate::repo::{Manifest, Repo};
use crate::source::{Call, Folder, Index, Value};
use crate::text::is_variable;

/// The settings that libraries read by their keys with dots between them, as they are when no variable takes the place of one.
#[derive(Debug, Default)]
pub struct Settings(BTreeMap<String, Setting>);

/// A setting of a file.
#[derive(Debug)]
pub struct Setting {
    /// Its keys, with dots between them.
    pub key: String,
    /// What it is.
    pub value: Json,
    /// The variable that takes its place.
    variable: Option<String>,
    manifest: Rc<Manifest>,
}

impl Setting {
    /// Where it stands.
    fn evidence(&self) -> Evidence {
        self.manifest.evidence(&self.keys())
    }

    fn offset(&self) -> Option<usize> {
        self.manifest.offset(&self.keys())
    }

    fn keys(&self) -> Vec<&str> {
        self.key.split('.').collect()
    }

    /// The last of its keys, and those before.
    fn name(&self) -> (&str, &str) {
        self.key.rsplit_once('.').map_or((self.key.as_str(), ""), |(table, name)| (name, table))
    }
}

/// Where the program listens by its settings.
#[derive(Debug)]
pub struct Address {
    /// The port.
    pub port: Fact<u16>,
    /// The variable that tells another one, and whether it holds a whole address.
    variable: Option<String>,
    is_whole: bool,
    loopback: Option<Loopback>,
}

impl Address {
    /// Says it of a program whose source does not say where it listens.
    pub fn tell(self, listen: &mut Listen) {
        if listen.port_setting.is_none() {
            listen.is_address = self.is_whole && self.variable.is_some();
            listen.port_setting = self.variable.map(analysis::Setting::Variable);
        }
        if listen.host.is_none() {
            listen.loopback = listen.loopback.take().or(self.loopback);
        }
        listen.port = Some(self.port);
    }
}

/// The settings that libraries read from the files of the repository which the source names, those that are read later before
/// others. `environment` are the variables that the image has.
pub fn settings(repo: &Repo, folders: &[&str], program: &Program, environment: &[Variable]) -> Settings {
    let mut found = BTreeMap::new();
    for file in program.sources() {
        for library in rust_settings().iter().filter(|library| file.imports(&library.library)) {
            let is_read = |call: &&Call| is_one_of(call, &library.reads);
            for call in file.calls.iter().filter(is_read) {
                let path = call.positional(0).and_then(|value| text(value, environment));
                let Some(path) = path.and_then(|path| file_of(repo, folders, &path)) else { continue };
                let variables = Variables::of(file, call, library);
                for setting in settings_of(repo, &path) {
                    let variable = variables.as_ref().and_then(|it| it.variable(&setting.key));
                    found.insert(setting.key.clone(), Setting { variable, ..setting });
                }
            }
        }
    }
    Settings(found)
}

impl Settings {
    /// Where the program listens.
    pub fn address(&self) -> Option<Address> {
        let ports = self.0.values().filter_map(|setting| Some((own_port(setting)?, setting)));
        let (number, setting) = ports.min_by_key(|(_, setting)| setting.offset())?;
        let own_host = setting.value.as_str().and_then(|text| text.rsplit_once(':')).map(|(host, _)| host);
        let host = own_host.map(|host| (host, setting)).or_else(|| self.host_beside(setting));
        let loopback = host.filter(|(host, _)| is_loopback(host)).map(|(_, setting)| Loopback {
            evidence: setting.evidence(),
            setting: setting.variable.clone().map(analysis::Setting::Variable),
            is_address: own_host.is_some(),
            edit: None,
        });
        let port = Fact::new(number, setting.evidence());
        Some(Address { port, variable: setting.variable.clone(), is_whole: own_host.is_some(), loopback })
    }

    /// The interface in the table that a port stands in.
    fn host_beside(&self, port: &Setting) -> Option<(&str, &Setting)> {
        let (_, table) = port.name();
        let is_it = |it: &&Setting| it.name().1 == table && names_host(it.name().0) && !is_of_another(&it.key);
        self.0.values().filter(is_it).find_map(|setting| Some((setting.value.as_str()?, setting)))
    }

    /// The services that they look for on the machine itself.
    pub fn local_services(&self, program: &Program) -> Vec<LocalService> {
        let mut found: Vec<LocalService> = Vec::new();
        for setting in self.0.values() {
            let value = setting.value.as_str();
            let service = value.and_then(|value| local_services::of_setting_of(program, &setting.key, value));
            let service = service.or_else(|| self.service_beside(setting));
            let is_known = |name: &str| found.iter().any(|known| known.service.value == name);
            if let Some(name) = service.filter(|name| !is_known(name)) {
                let service = Fact::new(name.to_owned(), setting.evidence());
                found.push(LocalService { service, variable: setting.variable.clone() });
            }
        }
        found
    }

    /// The service whose port stands in the table of a host that is the machine itself: `host: 127.0.0.1`, `port: 5432`.
    fn service_beside(&self, host: &Setting) -> Option<&'static str> {
        let (name, table) = host.name();
        let is_local = names_host(name) && !table.is_empty() && host.value.as_str().is_some_and(is_loopback);
        let port = self.0.get(&format!("{table}.port")).filter(|_| is_local)?;
        let number = port.value.as_u64().or_else(|| port.value.as_str()?.parse().ok())?;
        let known = backing_services().iter().find(|service| u64::from(service.port) == number);
        known.map(|service| service.name.as_str())
    }

    /// The paths that they hold, by the names of the settings: `template_dir = "templates"`.
    pub fn paths(&self) -> impl Iterator<Item = Fact<String>> {
        let is_place = |word: &String| rust_files().places.contains(word) || word == "file";
        let named = self.0.values().filter(move |setting| words(setting.name().0).last().is_some_and(is_place));
        named.filter_map(|setting| {
            let path = setting.value.as_str()?.trim_start_matches("./").trim_end_matches('/');
            (!path.is_empty() && !path.starts_with(['/', '.'])).then(|| Fact::new(path.to_owned(), setting.evidence()))
        })
    }
}

/// How the variables are called that take the place of settings.
struct Variables {
    prefix: String,
    /// What stands between the parts of a name that lies in a table, where that can be said.
    separator: Option<String>,
}

impl Variables {
    /// Those that a library reads behind a file: later sources come before earlier ones.
    fn of(file: &Index, read: &Call, library: &RustSettings) -> Option<Self> {
        let is_it = |call: &&Call| is_one_of(call, &library.environment) && call.place.start > read.place.end;
        let source = file.calls.iter().find(is_it)?;
        let told = |name: &str| {
            let mut calls = file.calls.iter().filter(|call| call.name() == name && call.place.has(&source.place));
            calls.next()?.positional(0)?.text().map(str::to_owned)
        };
        let separator = told(&library.separator);
        let prefix = match source.positional(0) {
            Some(prefix) => {
                let between =
                    told("prefix_separator").or_else(|| separator.clone().filter(|_| !library.between.is_empty()));
                format!("{}{}", prefix.text()?, between.unwrap_or_else(|| library.between.clone()))
            }
            None => String::new(),
        };
        Some(Self { prefix: prefix.to_uppercase(), separator })
    }

    fn variable(&self, key: &str) -> Option<String> {
        let separator = self.separator.as_deref();
        let is_said = !key.contains('.') || separator.is_some();
        let is_split = separator.is_some_and(|it| !it.is_empty() && key.contains(it));
        let name = format!("{}{}", self.prefix, key.replace('.', separator.unwrap_or_default()).to_uppercase());
        (is_said && !is_split && is_variable(&name)).then_some(name)
    }
}

/// Whether a call is one of those, by the end of its path.
fn is_one_of(call: &Call, ends: &[String]) -> bool {
    let path = call.resolved();
    ends.iter().any(|end| path.strip_suffix(end.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// A text, with what the image gives the variables in it.
fn text(value: &Value, environment: &[Variable]) -> Option<String> {
    match value.resolved() {
        Value::Joined(parts) => parts.iter().map(|part| text(part, environment)).collect(),
        Value::Path(parts) => {
            parts.iter().try_fold(String::new(), |folder, part| Some(join(&folder, &text(part, environment)?)))
        }
        Value::Folder(Folder::Working) => Some(String::new()),
        Value::Environment { variable, .. } => {
            let given = environment.iter().find(|it| it.name == *variable).map(|it| it.value.clone());
            given.or_else(|| value.known_text())
        }
        other => other.known_text(),
    }
}

/// The file of settings that a path means, with or without its ending.
fn file_of(repo: &Repo, folders: &[&str], path: &str) -> Option<String> {
    let path = path.trim_start_matches("./");
    let names = || rust_files().settings.iter().map(|ending| format!("{path}.{ending}"));
    let mut places =
        folders.iter().flat_map(|folder| [path.to_owned()].into_iter().chain(names()).map(|it| join(folder, &it)));
    places.find(|place| repo.has(place))
}

/// The port in a file of settings, or in one of a folder of them.
pub fn port(repo: &Repo, path: &str) -> Option<Fact<u16>> {
    let mut files: Vec<&str> = if repo.has(path) { vec![path] } else { repo.files_under(path).collect() };
    files.sort_by_key(|file| {
        (!file.contains("prod"), !file.contains("base") && !file.contains("default"), (*file).to_owned())
    });
    let mut settings = files.into_iter().flat_map(|file| settings_of(repo, file));
    settings.find_map(|setting| Some(Fact::new(own_port(&setting)?, setting.evidence())))
}

/// The program's own port, where a setting is that, alone or behind a host.
fn own_port(setting: &Setting) -> Option<u16> {
    let (last, _) = setting.name();
    let number = match &setting.value {
        Json::Number(number) => number.as_u64(),
        Json::String(text) if is_port(last) => text.parse().ok(),
        Json::String(text) if names_host(last) => text.rsplit_once(':').and_then(|(_, port)| port.parse().ok()),
        _ => None,
    };
    let number = number.and_then(|number| u16::try_from(number).ok())?;
    let is_own = !is_of_another(&setting.key) && (is_port(last) || names_host(last));
    (is_own && number > 9 && !is_of_a_service(number)).then_some(number)
}

/// Whether a setting is the program's own port, whatever the order of its words: `http_port`, `port_http`.
fn is_port(name: &str) -> bool {
    let mut words = words(name);
    let Some(at) = words.iter().position(|word| word == "port") else { return names_own_port(name) };
    let port = words.remove(at);
    words.push(port);
    names_own_port(&words.join("_"))
}

/// The settings of a file.
pub fn settings_of(repo: &Repo, path: &str) -> Vec<Setting> {
    let document = repo.read_optional(path);
    let manifest = document.and_then(|document| match file_name(path).rsplit('.').next() {
        Some("toml") => document.toml().ok(),
        Some("yaml" | "yml") => document.yaml().ok(),
        Some("json") => document.json().ok(),
        _ => None,
    });
    let Some(manifest) = manifest.map(Rc::new) else { return Vec::new() };
    let mut found = Vec::new();
    flatten("", manifest.value(), &mut found);
    let of_file = |(key, value)| Setting { key, value, variable: None, manifest: Rc::clone(&manifest) };
    found.into_iter().map(of_file).collect()
}

fn flatten(above: &str, value: &Json, found: &mut Vec<(String, Json)>) {
    match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                let name = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
                flatten(&name, value, found);
            }
        }
        other => found.push((above.to_owned(), other.clone())),
    }
}
