//! The configuration that an application carries: the files of Spring, Quarkus, Micronaut, Helidon and Dropwizard, flat.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use roxmltree::{Document as Tree, ParsingOptions};

use crate::analysis::listen::is_loopback;
use crate::analysis::services::{is_own_port_variable, names_host, words};
use crate::analysis::{Program, local_services};
use crate::catalog::environment::is_of_platform;
use crate::catalog::{java_settings, secrets};
use crate::evidence::Fact;
use crate::languages::java::manifest::JvmModule;
use crate::path::join;
use crate::repo::{Document, Repo};
use crate::source::Value;

/// Where they lie in a module, those that count first.
const FOLDERS: &[&str] = &["src/main/resources/config", "src/main/resources"];
/// Their names without ending.
const NAMES: &[&str] = &["application", "bootstrap", "META-INF/microprofile-config"];
/// Their endings.
const ENDINGS: &[&str] = &["properties", "yml", "yaml"];
/// Profiles that are looked at where none is switched on: who runs the image may choose one of them.
const LATER: &[&str] = &["prod", "dev"];

/// The files of JPA and Hibernate, in a module.
const PERSISTENCE: [&str; 2] = ["src/main/resources/META-INF/persistence.xml", "src/main/resources/hibernate.cfg.xml"];

/// What settings start with that Java itself, or Spring, gives.
const OF_JAVA: &[&str] =
    &["java.", "user.", "os.", "file.", "line.", "path.", "random.", "local.", "spring.application."];

/// Settings by their dotted keys, those that count first.
#[derive(Debug, Default)]
pub struct Configuration {
    entries: Vec<(String, Fact<String>)>,
    /// Those of profiles that nothing switches on.
    later: Option<Box<Self>>,
    /// Whether a profile is switched on, and what is read here does not say which: any of these may be the one.
    is_open: bool,
    /// Whether Spring reads them.
    is_of_spring: bool,
    /// A file that people make the application's own settings from, where there are none.
    pub sample: Option<String>,
    /// Where the first setting of each key is, as frameworks compare it: made when something is first asked for.
    places: OnceLock<HashMap<String, usize>>,
}

/// What the source and the build of an application say about its files of settings.
#[derive(Debug, Default)]
pub struct Names<'a> {
    /// The names that take the place of `application`.
    own: Vec<String>,
    /// Files that are read beside them, with their endings.
    beside: Vec<String>,
    /// Profiles that are switched on.
    profiles: Vec<String>,
    /// Whether one is switched on and nothing here says which.
    is_open: bool,
    /// What the build writes into them for `@NAME@`.
    properties: &'a [(String, Fact<String>)],
    /// Whether Spring reads them.
    is_of_spring: bool,
}

impl<'a> Names<'a> {
    /// Reads them; `is_configured` says whether a framework reads the files, which is known to leave out what no profile switches on.
    pub fn of(program: &Program, module: &'a JvmModule, is_configured: bool) -> Self {
        let list = |text: &str| text.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
        let calls = || program.sources().flat_map(|file| &file.calls);
        let texts = || program.sources().flat_map(|file| &file.texts);
        let set = || calls().find(|call| call.positional(0).and_then(Value::text) == Some("spring.config.name"));
        let written =
            || texts().find_map(|text| text.text.trim_start_matches("--").strip_prefix("spring.config.name="));
        let own = set().and_then(|call| call.positional(1)).and_then(Value::text).or_else(written);
        let mut beside = Vec::new();
        for call in calls().filter(|call| call.is("@PropertySource")) {
            for argument in &call.arguments {
                let values = match argument.value.resolved() {
                    Value::List(values) => values.as_slice(),
                    _ => std::slice::from_ref(&argument.value),
                };
                let named = values.iter().filter_map(|value| value.text());
                let files = named.map(|name| name.strip_prefix("classpath:").unwrap_or(name));
                let files = files.filter(|name| !name.contains(':'));
                beside.extend(files.map(|file| file.trim_start_matches('/').to_owned()));
            }
        }
        let (mut profiles, mut is_open) = (Vec::new(), !is_configured);
        for stated in profiles_of_source(program) {
            match stated {
                Some(names) => profiles.extend(list(&names)),
                None => is_open = true,
            }
        }
        let of_plugins = java_settings().plugin_profiles.iter().filter(|(plugin, _)| module.plugin(plugin).is_some());
        profiles.extend(of_plugins.map(|(_, profile)| profile.clone()));
        let own = own.map(list).unwrap_or_default();
        Self { own, beside, profiles, is_open, properties: &module.properties, ..Self::of_others(module) }
    }

    /// Those of the modules that come along: their settings are read by the same framework.
    pub fn of_others(module: &JvmModule) -> Self {
        let is_of_spring = module.plugin("spring-boot-maven-plugin").is_some()
            || module.dependency(|it| it.coordinates.group.starts_with("org.springframework")).is_some();
        Self { is_of_spring, ..Self::default() }
    }

    /// What the build writes in the place of `@NAME@`, where that is the whole of a value; any other value is as it stands.
    fn filtered<'b>(&'b self, value: &'b str) -> Option<&'b str> {
        let Some(name) = value.strip_prefix('@').and_then(|rest| rest.strip_suffix('@')) else { return Some(value) };
        let (_, fact) = self.properties.iter().find(|(key, _)| key == name)?;
        (!fact.value.contains("${")).then_some(&fact.value)
    }
}

/// The profiles that the source switches on, as lists; none for a list that it does not state.
fn profiles_of_source(program: &Program) -> Vec<Option<String>> {
    let settings = java_settings();
    let is_setting = |text: &str| settings.profiles.iter().any(|key| key == text);
    let mut found = Vec::new();
    for file in program.sources() {
        for call in &file.calls {
            let is_set = call.positional(0).and_then(Value::text).is_some_and(is_setting);
            // the key of a setting stands before its value
            let keys = match call.name() {
                name if settings.profile_calls.iter().any(|it| it == name) => 0,
                name if is_set && !name.starts_with("get") => 1,
                _ => continue,
            };
            let named = call.arguments.iter().filter(|argument| argument.name.is_none()).skip(keys);
            found.extend(named.map(|argument| argument.value.text().map(str::to_owned)));
        }
        found.extend(file.texts.iter().filter_map(|text| {
            let (key, value) = text.text.trim_start_matches("--").split_once('=')?;
            is_setting(key).then(|| Some(value.to_owned()))
        }));
    }
    found
}

impl Configuration {
    /// The configuration of the module in a folder, with the profiles that it makes active.
    pub fn read(repo: &Repo, folder: &str, named: &Names) -> Self {
        let mut all = Self { is_open: named.is_open, is_of_spring: named.is_of_spring, ..Self::default() };
        let usual = NAMES.iter().map(|name| (*name).to_owned());
        let names: Vec<String> = named.own.iter().cloned().chain(usual).collect();
        for name in &names {
            all.entries.extend(files(repo, folder, name));
        }
        let stated = java_settings().profiles.iter().find_map(|key| all.raw(key).cloned());
        let told = stated.as_ref().map(|fact| all.filled(named.filtered(&fact.value)?.to_owned()));
        all.is_open |= matches!(told, Some(None));
        all.places = OnceLock::new();
        let told = told.flatten().unwrap_or_default();
        let active = told.split(',').map(str::trim).chain(named.profiles.iter().map(String::as_str));
        let active: Vec<&str> = active.filter(|profile| !profile.is_empty()).collect();
        for profile in &active {
            for name in &names {
                all.entries.splice(0..0, files(repo, folder, &format!("{name}-{profile}")));
            }
        }
        all.sample = Some(()).filter(|()| all.entries.is_empty()).and_then(|()| sample(repo, folder));
        for file in &named.beside {
            let path = join(folder, &format!("src/main/resources/{file}"));
            all.entries.extend(repo.read_latin(&path).map(|document| Self::of(&document).entries).unwrap_or_default());
        }
        // one that is switched on is the one that it starts with
        let later = LATER.iter().filter(|_| active.is_empty());
        let entries: Vec<_> =
            later.flat_map(|profile| files(repo, folder, &format!("application-{profile}"))).collect();
        all.later = (!entries.is_empty()).then(|| Box::new(Self { entries, ..Self::default() }));
        all
    }

    /// What the source reads by itself: the files of properties that it names, from the resources of its folder or from the folder, and
    /// the properties that the build writes there.
    pub fn of_source(repo: &Repo, module: &JvmModule, folder: &str, program: &Program) -> Self {
        let mut entries = Vec::new();
        for text in program.sources().flat_map(|file| &file.texts).filter(|text| text.text.ends_with(".properties")) {
            let name = text.text.trim_start_matches('/');
            let place = |place: &str| Some(join(folder, &join(place, name))).filter(|path| repo.has(path));
            let path = place("src/main/resources").or_else(|| place(""));
            let document = path.and_then(|path| repo.read_latin(&path));
            entries.extend(document.map(|document| properties(&document)).unwrap_or_default());
        }
        entries.extend(module.properties.iter().filter(|_| module.writes_properties).cloned());
        Self { entries, ..Self::default() }
    }

    /// What the files say by which JPA and Hibernate find their database: `META-INF/persistence.xml`, `hibernate.cfg.xml`.
    pub fn of_persistence(repo: &Repo, folders: &[&str]) -> Self {
        let paths = folders.iter().flat_map(|folder| PERSISTENCE.map(|name| join(folder, name)));
        let files = paths.filter_map(|path| repo.read_latin(&path));
        Self { entries: files.flat_map(|document| elements(&document)).collect(), ..Self::default() }
    }

    /// The settings of one file.
    pub fn of(document: &Document) -> Self {
        let entries = if document.path().ends_with(".properties") { properties(document) } else { tree(document) };
        Self { entries, ..Self::default() }
    }

    /// Puts the settings of another file before these.
    pub fn put_first(&mut self, other: Self) {
        self.entries.splice(0..0, other.entries);
        self.places = OnceLock::new();
    }

    /// A setting as it stands, that of Quarkus' production profile before the common one.
    pub fn raw(&self, key: &str) -> Option<&Fact<String>> {
        let in_production = format!("%prod.{key}");
        let places = self.places.get_or_init(|| {
            let keys = self.entries.iter().enumerate().rev();
            keys.map(|(place, (key, _))| (relaxed(key), place)).collect()
        });
        let find = |wanted: &str| places.get(&relaxed(wanted)).map(|place| &self.entries[*place].1);
        let may_be = || self.later.as_deref().filter(|_| self.is_open).and_then(|later| later.raw(key));
        find(&in_production).or_else(|| find(key)).or_else(may_be)
    }

    /// A setting of a profile that nothing switches on, where no other one gives it.
    pub fn of_later_profile(&self, key: &str) -> Option<&Fact<String>> {
        self.later.as_deref().filter(|_| self.raw(key).is_none())?.raw(key)
    }

    /// A setting with the defaults of its variables; nothing where one has none.
    pub fn get(&self, key: &str) -> Option<Fact<String>> {
        let fact = self.raw(key)?;
        Some(Fact::new(self.filled(fact.value.clone())?, fact.evidence.clone()))
    }

    /// A value with the defaults of its variables; nothing where one has none.
    pub fn filled(&self, mut value: String) -> Option<String> {
        for _ in 0..8 {
            let Some((name, default)) = variable(&value) else { break };
            value = self.raw(&name).map(|other| other.value.clone()).or(default)?;
        }
        (!value.contains("${") && !value.starts_with('@')).then_some(value)
    }

    /// The variable that a setting must be given by, since it has no default.
    pub fn wanted_variable(&self, key: &str) -> Option<Fact<String>> {
        let fact = self.raw(key)?;
        let (name, default) = variable(&fact.value)?;
        (default.is_none() && is_variable(&name)).then(|| Fact::new(name, fact.evidence.clone()))
    }

    /// The settings that count, those of profiles that are not switched on left out.
    fn active(&self) -> impl Iterator<Item = &(String, Fact<String>)> {
        // What another file overrides counts nowhere.
        let is_first = |key: &str, path: &str| self.raw(key).is_none_or(|first| first.evidence.path == path);
        self.entries.iter().filter(move |(key, fact)| {
            (!key.starts_with('%') || key.starts_with("%prod.")) && is_first(key, &fact.evidence.path)
        })
    }

    /// The services that settings look for on the machine itself, each once, with the variable that takes the setting's place.
    pub fn local_services(&self) -> Vec<(Fact<String>, String)> {
        let mut found: Vec<(Fact<String>, String)> = Vec::new();
        for (key, fact) in self.active() {
            let service = local_services::of_setting(key, &fact.value).or_else(|| local_server(key, &fact.value));
            let Some(service) = service.filter(|name| !found.iter().any(|(known, _)| known.value == *name)) else {
                continue;
            };
            found.push((fact.clone().map(|_| service.to_owned()), self.variable_of(key)));
        }
        found
    }

    /// The services that settings look for on another machine by its plain name, each as an address, `mysql://db`, with the variable
    /// that takes the setting's place.
    pub fn named_hosts(&self) -> Vec<(Fact<String>, String)> {
        let mut found: Vec<(Fact<String>, String)> = Vec::new();
        for (key, fact) in self.active() {
            let address = local_services::named_host(&fact.value);
            let Some(address) = address.filter(|address| !found.iter().any(|(known, _)| known.value == *address))
            else {
                continue;
            };
            found.push((fact.clone().map(|_| address), self.variable_of(key)));
        }
        found
    }

    /// The variables that settings refer to, with something that stands in for them, each once; the port and the address of the
    /// program itself are told elsewhere.
    pub fn offered_variables(&self) -> Vec<Fact<String>> {
        let is_told = |name: &str| !is_own_port_variable(name) && !names_host(name) && !is_of_platform(name);
        self.referred(|name, default| {
            (default.is_some() && is_variable(name) && is_told(name)).then(|| name.to_owned())
        })
    }

    /// The variables that settings refer to without a default, each once: names of several words that no other
    /// setting gives. Spring finds `${db_host}` in `DB_HOST`, too.
    pub fn wanted_variables(&self) -> Vec<Fact<String>> {
        let is_variable =
            |name: &str| name.contains('_') && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        self.referred(|name, default| (default.is_none() && is_variable(name)).then(|| name.to_uppercase()))
    }

    /// The variables, each once, that settings refer to by names which no other setting gives: what `variable` makes of a name and
    /// what stands in for it.
    fn referred(&self, variable: impl Fn(&str, Option<&str>) -> Option<String>) -> Vec<Fact<String>> {
        let mut found: Vec<Fact<String>> = Vec::new();
        let mut known = HashSet::new();
        for (_, fact) in self.active() {
            for (name, default) in references(&fact.value) {
                if let Some(variable) = variable(name, default)
                    && self.raw(name).is_none()
                    && known.insert(variable.clone())
                {
                    found.push(fact.clone().map(|_| variable));
                }
            }
        }
        found
    }

    /// The variables for settings that the source wants and that nothing gives: `@Value("${jwt.secret}")` is found in
    /// `JWT_SECRET`. `others` are the settings of the modules that come along.
    pub fn wanted_by_source(&self, program: &Program, others: &[Self]) -> Vec<Fact<String>> {
        let all = || [self].into_iter().chain(others);
        let given = |key: &str| {
            all().find_map(|known| known.raw(key)).or_else(|| all().find_map(|known| known.of_later_profile(key)))
        };
        // a token is never nothing, as the password of a database of one's own may be
        let is_placeholder = |key: &str, value: &str| {
            let words = words(key);
            let is_key = secrets().variables.matches(&words.join("_")) || words.last().is_some_and(|it| it == "key");
            value.is_empty() && is_key && !words.iter().any(|it| it == "password")
        };
        let mut wanted: Vec<Fact<String>> = Vec::new();
        for file in program.sources() {
            for call in file.calls.iter().filter(|call| call.is("@Value")) {
                let stated =
                    call.positional(0).or_else(|| call.named("value")).and_then(Value::text).unwrap_or_default();
                let Some((key, None)) = variable(stated) else { continue };
                let is_variable = || !key.contains(|c: char| c.is_ascii_lowercase()) && !is_of_platform(&key);
                let is_plain = key.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
                    && (key.contains('.') || is_variable());
                let is_of_java = OF_JAVA.iter().any(|start| key.starts_with(start));
                let name = self.variable_of(&key);
                let is_missing = match given(&key) {
                    Some(fact) => is_placeholder(&key, &fact.value),
                    None => is_plain && !is_of_java,
                };
                if is_missing && !wanted.iter().any(|known| known.value == name) {
                    wanted.push(file.fact(name, &call.place));
                }
            }
        }
        wanted
    }

    /// The variable that takes the place of a setting: Spring leaves dashes out, MicroProfile and Micronaut have underscores for them.
    pub fn variable_of(&self, key: &str) -> String {
        let dash = if self.is_of_spring { "" } else { "_" };
        key.trim_start_matches("%prod.").replace('.', "_").replace('-', dash).to_uppercase()
    }

    /// The variable that fills in a setting which is empty: `a.url=${DB_URL:}`, `a.url=`; none for one that says something.
    pub fn variable_of_empty(&self, key: &str, fact: &Fact<String>) -> Option<String> {
        if fact.value.is_empty() {
            return Some(self.variable_of(key));
        }
        let (name, default) = variable(&fact.value)?;
        let is_empty = default.is_some_and(|it| it.is_empty()) && self.raw(&name).is_none_or(|it| it.value.is_empty());
        is_empty.then(|| if is_variable(&name) { name } else { self.variable_of(&name) })
    }

    /// The variables for settings that are empty and that the framework does not take so.
    pub fn refused_empty(&self) -> Vec<Fact<String>> {
        let is_refused = |key: &str| java_settings().refused_empty.iter().any(|pattern| is_setting(pattern, key));
        let refused = self.active().filter(|(key, _)| is_refused(key));
        let wanted = refused
            .filter_map(|(key, fact)| Some(Fact::new(self.variable_of_empty(key, fact)?, fact.evidence.clone())));
        wanted.collect()
    }

    /// Whether every database that the settings name is another one than that of addresses which start so: `jdbc:mysql://`.
    pub fn names_other_databases(&self, start: &str) -> bool {
        let scheme = start.trim_end_matches('/');
        let is_address = |key: &str| relaxed(key).ends_with("url");
        let values = || self.entries().map(|(key, fact)| (key.as_str(), fact.value.as_str()));
        let is_untold =
            |(key, value): (&str, &str)| is_address(key) && variable(value).is_some_and(|(_, it)| it.is_none());
        let is_other = values().any(|(_, value)| value.contains("jdbc:"));
        is_other && !values().any(|(_, value)| value.contains(scheme)) && !values().any(is_untold)
    }

    /// The first of these settings that is a port.
    pub fn port(&self, keys: &[&str]) -> Option<Fact<u16>> {
        keys.iter().find_map(|key| {
            let fact = self.get(key)?;
            let port = fact.value.parse::<u16>().ok().filter(|port| *port > 0)?;
            Some(Fact::new(port, fact.evidence))
        })
    }

    /// Whether the tables of the database, with all that is in them, are made anew at each start.
    pub fn makes_tables_anew(&self) -> bool {
        let settings = java_settings();
        let is_key = |key: &str| settings.schema_keys.iter().any(|end| relaxed(key).ends_with(&relaxed(end)));
        self.counted_entries().any(|(key, fact)| is_key(key) && settings.new_schemas.contains(&fact.value))
    }

    /// All settings, as they stand, with those of profiles that nothing switches on behind the others.
    pub fn entries(&self) -> impl Iterator<Item = &(String, Fact<String>)> {
        self.counted_entries().chain(self.later_entries())
    }

    /// All settings that count, or that may.
    pub fn counted_entries(&self) -> impl Iterator<Item = &(String, Fact<String>)> {
        let may_count = self.later.iter().filter(|_| self.is_open);
        self.entries.iter().chain(may_count.flat_map(|later| &later.entries))
    }

    /// Those of profiles that nothing switches on.
    pub fn later_entries(&self) -> impl Iterator<Item = &(String, Fact<String>)> {
        self.later.iter().filter(|_| !self.is_open).flat_map(|later| &later.entries)
    }
}

/// Whether a key is that of a setting; `*` stands for any part of it.
fn is_setting(setting: &str, key: &str) -> bool {
    let key = relaxed(key.trim_start_matches("%prod."));
    let mut parts = key.split('.');
    relaxed(setting).split('.').all(|it| parts.next().is_some_and(|part| it == "*" || it == part))
        && parts.next().is_none()
}

/// The server whose address on this machine a setting is: `keycloak.auth-server-url=http://localhost:8180/auth`.
fn local_server(key: &str, value: &str) -> Option<&'static str> {
    let value = variable(value).map_or_else(|| Some(value.to_owned()), |(_, default)| default)?;
    let place = value.split_once("://").map_or(value.as_str(), |(_, place)| place);
    let host = place.split([':', '/']).next()?;
    let server = java_settings().servers.iter().find(|(setting, _)| is_setting(setting, key));
    server.filter(|_| is_loopback(host)).map(|(_, server)| server.as_str())
}

/// A key as frameworks compare it: `bindHost`, `bind-host` and `bind_host` are the same.
pub fn relaxed(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// `${NAME:default}` that is the whole of a text.
fn variable(text: &str) -> Option<(String, Option<String>)> {
    let (name, default) = reference(text.strip_prefix("${")?.strip_suffix('}')?);
    Some((name.to_owned(), default.map(str::to_owned)))
}

/// The name and the default of what stands in `${…}`; Micronaut lets blanks stand around, and a default in backticks.
fn reference(inside: &str) -> (&str, Option<&str>) {
    match inside.split_once(':') {
        Some((name, default)) => (name.trim(), Some(default.trim().trim_matches('`'))),
        None => (inside.trim(), None),
    }
}

/// What a text refers to by `${NAME}` or `${NAME:default}`: each name with its default.
fn references(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    text.split("${").skip(1).filter_map(|rest| Some(reference(rest.split('}').next()?)))
}

/// Whether a name is written like that of a variable of the environment: in capitals.
fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// A file such as `application.properties.example` or `application-sample.yml`, from the root of the repository.
fn sample(repo: &Repo, folder: &str) -> Option<String> {
    let is_sample = |name: &&str| {
        let marked = ["example", "sample", "template", "dist"].iter().any(|word| name.contains(word));
        name.starts_with("application") && marked && ENDINGS.iter().any(|ending| name.contains(&format!(".{ending}")))
    };
    let places = FOLDERS.iter().copied().chain([""]).map(|place| join(folder, place));
    places.into_iter().find_map(|place| Some(join(&place, repo.names_in(&place).find(is_sample)?)))
}

fn files(repo: &Repo, folder: &str, name: &str) -> Vec<(String, Fact<String>)> {
    let mut entries = Vec::new();
    for place in FOLDERS {
        for ending in ENDINGS {
            let path = join(folder, &format!("{place}/{name}.{ending}"));
            if let Some(document) = repo.read_latin(&path) {
                entries.extend(Configuration::of(&document).entries);
            }
        }
    }
    entries
}

/// The files of settings that a module usually has; nothing where it has one of them.
pub fn usual_files(repo: &Repo, folder: &str) -> Option<Vec<String>> {
    let of = |name: &str| {
        ENDINGS.iter().map(|ending| join(folder, &format!("src/main/resources/{name}.{ending}"))).collect::<Vec<_>>()
    };
    let paths: Vec<String> = NAMES.iter().flat_map(|name| of(name)).collect();
    (!paths.iter().any(|path| repo.has(path))).then_some(paths)
}

/// The elements `<property name="…" value="…"/>` and `<property name="…">…</property>` of a file.
fn elements(document: &Document) -> Vec<(String, Fact<String>)> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let Ok(tree) = Tree::parse_with_options(document.text(), options) else { return Vec::new() };
    let properties = tree.descendants().filter(|node| node.tag_name().name() == "property");
    let entries = properties.filter_map(|node| {
        let value = node.attribute("value").or_else(|| node.text())?;
        Some((
            node.attribute("name")?.to_owned(),
            Fact::new(value.trim().to_owned(), document.evidence_at(node.range().start)),
        ))
    });
    entries.collect()
}

fn properties(document: &Document) -> Vec<(String, Fact<String>)> {
    let lines = document.lines().filter_map(|(line, text)| {
        let (key, value) = property(text.trim_ascii())?;
        Some((key.to_owned(), Fact::new(value.to_owned(), document.evidence_line(line))))
    });
    lines.collect()
}

/// The key and the value of a line of a file of properties: `key=value`, `key: value`, `key value`; a comment has none.
fn property(line: &str) -> Option<(&str, &str)> {
    let is_end = |c: char| matches!(c, '=' | ':') || c.is_ascii_whitespace();
    let (key, rest) = line.split_at(line.find(is_end).unwrap_or(line.len()));
    if key.is_empty() || key.starts_with(['#', '!']) {
        return None;
    }
    let rest = rest.trim_ascii_start();
    Some((key, rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_ascii_start()))
}

/// The key and the value of a line of a YAML file: `key: value`, `"key": value`, `key:`.
fn field(line: &str) -> Option<(&str, &str)> {
    const QUOTES: [char; 2] = ['"', '\''];
    let line = line.strip_prefix(QUOTES).unwrap_or(line);
    let (key, rest) = line.split_at(line.find(['"', '\'', ':'])?);
    if key.is_empty() || key.starts_with([' ', '\t', '#', '[', '{']) {
        return None;
    }
    let value = rest.strip_prefix(QUOTES).unwrap_or(rest).trim_ascii_start().strip_prefix(':')?;
    (value.is_empty() || value.starts_with([' ', '\t'])).then(|| (key.trim(), value.trim_ascii_start()))
}

/// The keys of a YAML file by their indentation; documents for a profile that is not active are left out.
fn tree(document: &Document) -> Vec<(String, Fact<String>)> {
    let mut all = Vec::new();
    let mut part: Vec<(String, Fact<String>)> = Vec::new();
    let mut above: Vec<(usize, String)> = Vec::new();
    let mut close = |part: &mut Vec<(String, Fact<String>)>| {
        let is_for_profile =
            part.iter().any(|(key, _)| key == "spring.config.activate.on-profile" || key == "spring.profiles");
        let done = std::mem::take(part);
        if !is_for_profile {
            all.extend(done);
        }
    };
    for (line, text) in document.lines() {
        if text.starts_with("---") {
            close(&mut part);
            above.clear();
            continue;
        }
        let mut rest = text.trim_start_matches(' ');
        while let Some(item) = rest.strip_prefix("- ") {
            rest = item.trim_start_matches(' ');
        }
        let indent = text.len() - rest.len();
        let Some((key, value)) = field(rest.trim_end()) else { continue };
        above.retain(|(place, _)| *place < indent);
        above.push((indent, key.to_owned()));
        let value = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        if !value.is_empty() && !value.starts_with('#') {
            let key: Vec<&str> = above.iter().map(|(_, key)| key.as_str()).collect();
            part.push((key.join("."), Fact::new(value.to_owned(), document.evidence_line(line))));
        }
    }
    close(&mut part);
    all
}

#[cfg(test)]
mod tests {
    use super::{Configuration, field, property};
    use crate::analysis::Program;
    use crate::repo::Document;

    #[test]
    fn lines_of_settings_have_a_key_and_a_value() {
        assert_eq!(property("a.b = c d"), Some(("a.b", "c d")));
        assert_eq!(property("a:b"), Some(("a", "b")));
        assert_eq!(property("a b=c"), Some(("a", "b=c")));
        assert_eq!(property("a=="), Some(("a", "=")));
        assert_eq!(property("a"), Some(("a", "")));
        for line in ["", "# a=b", "!a=b", "=b", ": b"] {
            assert_eq!(property(line), None, "{line}");
        }
        assert_eq!(field("port: ${PORT:8081}"), Some(("port", "${PORT:8081}")));
        assert_eq!(field("'%prod':"), Some(("%prod", "")));
        assert_eq!(field("\"a b\" : c"), Some(("a b", "c")));
        for line in ["", "# a: b", "http://x", "[a: b]", "{a: b}", "a", "a\"b: c", ": b"] {
            assert_eq!(field(line), None, "{line}");
        }
    }

    #[test]
    fn trees_are_flat_and_other_profiles_are_left_out() {
        let text = "server:\n  # a comment\n  port: ${PORT:8081}\n'%prod':\n  quarkus.http.port: 9\nlist:\n  - type: http\n    port: 7\n---\nspring:\n  config:\n    activate:\n      on-profile: other\nserver:\n  port: 1\n";
        let configuration = Configuration::of(&Document::new("application.yml", text));
        assert_eq!(configuration.port(&["server.port"]).unwrap().value, 8081);
        assert_eq!(configuration.port(&["server.port"]).unwrap().evidence.line, 3);
        assert_eq!(configuration.port(&["quarkus.http.port"]).unwrap().value, 9);
        assert_eq!(configuration.port(&["list.port"]).unwrap().value, 7);
    }

    #[test]
    fn a_variable_without_a_default_is_wanted() {
        let document = Document::new("application.properties", "# server.port=1\nserver.port = ${PORT}\n");
        let configuration = Configuration::of(&document);
        assert!(configuration.port(&["server.port"]).is_none());
        assert_eq!(configuration.wanted_variable("server.port").unwrap().value, "PORT");
        let text = "a=${db_host}\nb=${DB_USER}:${DB_HOST}\nc=${user.home}\nd=${own_name}\nown_name=x\ne=${KEY:}\n";
        let configuration = Configuration::of(&Document::new("application.properties", text));
        let names: Vec<String> = configuration.wanted_variables().into_iter().map(|fact| fact.value).collect();
        assert_eq!(names, ["DB_HOST", "DB_USER"]);
    }

    #[test]
    fn what_another_file_overrides_wants_nothing() {
        let of = |path: &str, text: &str| Configuration::of(&Document::new(path, text));
        let mut all = of(
            "application.properties",
            "spring.datasource.url=jdbc:postgresql://db/${POSTGRES_DB}\nmail.host=${MAIL_HOST}\n",
        );
        all.put_first(of("application-dev.properties", "spring.datasource.url=jdbc:postgresql://localhost/shop\n"));
        let names: Vec<String> = all.wanted_variables().into_iter().map(|fact| fact.value).collect();
        assert_eq!(names, ["MAIL_HOST"]);
        assert_eq!(all.local_services()[0].1, "SPRING_DATASOURCE_URL");
    }

    #[test]
    fn settings_tell_of_services_and_of_variables_with_a_default() {
        let of = |text: &str| Configuration::of(&Document::new("application.properties", text));
        let found = |text: &str| -> Vec<(String, String)> {
            of(text).local_services().into_iter().map(|(service, variable)| (service.value, variable)).collect()
        };
        let url = "spring.datasource.url=jdbc:postgresql://${DB_SERVER:localhost:5432}/${DB_NAME:shop}\n";
        assert!(found(url).is_empty(), "a variable says another");
        let brokers = "kafka.bootstrap.servers=localhost:9092\n";
        assert_eq!(found(brokers), [("kafka".into(), "KAFKA_BOOTSTRAP_SERVERS".into())]);
        assert!(
            found("kafka.bootstrap.servers=broker:9092\n").is_empty() && found("web.servers=localhost:80\n").is_empty()
        );
        let names =
            |text: &str| -> Vec<String> { of(text).offered_variables().into_iter().map(|it| it.value).collect() };
        assert_eq!(names(url), ["DB_SERVER", "DB_NAME"]);
        assert!(names("server.port=${PORT:8080}\na=${DB_HOST}\nb=${user.home:/x}\n").is_empty());
        let hosts = of("spring.datasource.url=jdbc:mysql://db:3306/shop\na.url=jdbc:mysql://db.example.org/shop\n")
            .named_hosts();
        let hosts: Vec<(&str, &str)> = hosts.iter().map(|(host, by)| (host.value.as_str(), by.as_str())).collect();
        assert_eq!(hosts, [("mysql://db", "SPRING_DATASOURCE_URL")]);
    }

    #[test]
    fn a_placeholder_may_have_blanks_and_a_default_in_backticks() {
        let text = "url: ${ JDBC_URL:`jdbc:h2:mem:shop;MODE=LEGACY` }\nuser: ${ DB_USER }\n";
        let configuration = Configuration::of(&Document::new("application.yml", text));
        assert_eq!(configuration.get("url").unwrap().value, "jdbc:h2:mem:shop;MODE=LEGACY");
        let names: Vec<String> = configuration.wanted_variables().into_iter().map(|fact| fact.value).collect();
        assert_eq!(names, ["DB_USER"]);
    }

    #[test]
    fn a_setting_that_may_not_be_empty_wants_its_variable() {
        let of = |text: &str| {
            let found = Configuration::of(&Document::new("application.properties", text)).refused_empty();
            found.into_iter().map(|fact| fact.value).collect::<Vec<_>>()
        };
        let registration = "spring.security.oauth2.client.registration";
        assert_eq!(of(&format!("{registration}.shop.client-id=\n")).len(), 1);
        assert_eq!(of(&format!("{registration}.shop.clientId=${{SHOP_ID:}}\n")), ["SHOP_ID"]);
        assert_eq!(of("spring.data.mongodb.uri=\n"), ["SPRING_DATA_MONGODB_URI"]);
        for text in [
            format!("{registration}.shop.client-id=${{SHOP_ID}}\n"),
            format!("{registration}.shop.client-id=${{SHOP_ID:shop}}\n"),
            format!("{registration}.shop.client-id=${{shop.id:}}\nshop.id=7\n"),
            format!("{registration}.shop.client-name=\n"),
            format!("{registration}.client-id=\n"),
            "server.port=${PORT:}\nspring.datasource.password=\n".to_owned(),
        ] {
            assert!(of(&text).is_empty(), "{text}");
        }
    }

    #[test]
    fn an_address_says_which_database_it_is() {
        let of = |text: &str| Configuration::of(&Document::new("application.properties", text));
        let is_other = |text: &str| of(text).names_other_databases("jdbc:mysql://");
        assert!(is_other("spring.datasource.url=jdbc:h2:file:./data/demo\n"));
        assert!(is_other("a.url=${DB_URL:jdbc:h2:mem:x}\n"));
        assert!(!is_other("a.url=jdbc:h2:mem:x\nb.url=jdbc:mysql://db/shop\n"));
        assert!(!is_other("a.url=jdbc:h2:mem:x\n%prod.b.url=${DB_URL}\n"));
        assert!(!is_other("server.port=1\n"));
    }

    #[test]
    fn a_setting_that_the_source_wants_and_nothing_gives_is_a_variable() {
        let text = "class A {\n  @Value(\"${jwt.secret-key}\") String a;\n  @Value(\"${jwt.life:60}\") int b;\n  @Value(\"${shop.name}\") String c;\n  @Value(\"${user.home}\") String d;\n  @Value(\"${core.path}\") String e;\n}";
        let program = Program::of([std::rc::Rc::new(crate::source::read(Document::new("A.java", text)))]);
        let of = |text: &str| Configuration::of(&Document::new("application.properties", text));
        let read = "class A { @Value(\"${bot.token}\") String a; @Value(\"${db.password}\") String b; @Value(\"${bot.title}\") String c; @Value(\"${bot.key}\") String d; }";
        let bot = Program::of([std::rc::Rc::new(crate::source::read(Document::new("A.java", read)))]);
        let empty = of("bot.token=\ndb.password=\nbot.title=\nbot.key=\n").wanted_by_source(&bot, &[]);
        assert_eq!(empty.iter().map(|fact| fact.value.as_str()).collect::<Vec<_>>(), ["BOT_TOKEN", "BOT_KEY"]);
        let wanted = of("shop.name=x\n").wanted_by_source(&program, &[of("core.path=/x\n")]);
        let names: Vec<&str> = wanted.iter().map(|fact| fact.value.as_str()).collect();
        assert_eq!(names, ["JWT_SECRET_KEY"]);
        let spring = Configuration { is_of_spring: true, ..of("shop.name=x\n") };
        let wanted = spring.wanted_by_source(&program, &[of("core.path=/x\n")]);
        assert_eq!(wanted[0].value, "JWT_SECRETKEY");
    }
}
