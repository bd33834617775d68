//! Which port a program opens, by which variable or flag it is told, and whether others can reach it.
//!
//! What the calls of libraries open is known by the table of the analysis. A program of Go often hands its address through
//! several packages before it comes to such a call; so all that states a port is a candidate, and the surest one counts.

use std::cmp::Reverse;

use crate::analysis::compose;
use crate::analysis::listen::{Listener, is_loopback, listeners};
use crate::analysis::services::{
    is_of_a_service, is_of_another, names_address, names_host, names_listening, names_port,
};
use crate::analysis::settings_file::fills_fields;
use crate::analysis::texts::{TextUse, texts};
use crate::analysis::variable_files::{address, given, number, port_number, sample};
use crate::analysis::{Found, Program, Setting, SourceEdit, setting};
use crate::catalog::file_names;
use crate::evidence::{Evidence, Fact};
use crate::languages::go::entrypoint::runtime_files::Files;
use crate::path::{file_name, join, parent, relative_to};
use crate::repo::{Document, Repo};
use crate::source::go::is_variable;
use crate::source::{CommandOption, EnvironmentRead, Index, NamedValue, Place, Value};

/// So many sections around a setting are told from each other.
const MOST_SECTIONS: usize = 32;

/// What is known of the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its number, where one is stated.
    pub number: Option<u16>,
    /// What changes it.
    pub setting: Option<Setting>,
    /// What changes the interface that it listens on, where that is a setting of its own and only the machine's own.
    pub host: Option<Fact<Setting>>,
    /// Whether the address is a whole one, not a port alone.
    pub is_address: bool,
    /// The host as the source states it; empty where it states none.
    pub host_name: String,
    /// The change of the source that opens it to others, where nothing else does.
    pub edit: Option<SourceEdit>,
    /// Whether the program has no number of its own everywhere, so that it has to be told.
    pub is_stated_outside: bool,
    /// The line of a file of settings that keeps it on the machine's own interface.
    pub kept_by: Option<Evidence>,
    /// The constant or field that states it.
    pub name: Option<String>,
    /// What the source states of it, where a file of settings takes the place of that.
    pub replaced: Option<u16>,
    /// The line that says so.
    pub evidence: Evidence,
}

impl Port {
    /// Whether only the machine itself can reach it.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host_name)
    }

    /// The variable that changes it.
    pub fn variable(&self) -> Option<&str> {
        self.setting.as_ref().and_then(Setting::variable)
    }

    /// A port of which nothing but a line is known.
    fn at(evidence: Evidence) -> Self {
        Self {
            number: None,
            setting: None,
            host: None,
            host_name: String::new(),
            edit: None,
            is_address: false,
            is_stated_outside: true,
            kept_by: None,
            name: None,
            replaced: None,
            evidence,
        }
    }
}

/// The port of a program, if it opens one.
pub fn port(program: &Program, repo: &Repo, files: &Files) -> Option<Port> {
    let stated = in_source(program, &files.base);
    let says_something = stated.as_ref().is_some_and(|port| port.number.is_some() || port.setting.is_some());
    let mut found = if says_something {
        stated
    } else {
        asked_for(program, repo, files).or_else(|| in_file_of_variables(program, repo, &files.base)).or(stated)
    };
    let unknown = found.as_ref().is_none_or(|port| port.number.is_none());
    let variable = found.as_ref().and_then(Port::variable);
    let left_out = files.settings.as_ref().filter(|file| file.value.is_left_out);
    let own = |name: &str| given(repo, &join(&files.base, &left_out?.value.path), name);
    let sampled = variable.filter(|_| unknown).and_then(|name| {
        own(name).or_else(|| sample(repo, &files.base, name)).or_else(|| compose::port(repo, &files.base))
    });
    let is_rpc = program.sources().any(|file| file.imports("google.golang.org/grpc"));
    let read = || files.read.iter().cloned().chain(files.sample_of_settings()).collect::<Vec<_>>();
    let in_settings = || port_in_settings(repo, &read(), is_rpc, None).filter(|_| unknown);
    if let Some((stated, kept_by)) = sampled.map(|stated| (stated, None)).or_else(in_settings) {
        let port = found.get_or_insert_with(|| Port::at(stated.evidence.clone()));
        port.kept_by = kept_by.filter(|_| port.setting.is_none() && port.host_name.is_empty());
        port.number = Some(stated.value);
        port.is_stated_outside = true;
        port.evidence = stated.evidence;
    }
    if let Some(port) = found.as_mut().filter(|port| port.setting.is_none() && fills_fields(program))
        && let Some(name) = port.name.as_deref()
        && let Some((stated, kept_by)) = port_in_settings(repo, &read(), is_rpc, Some(name))
    {
        // what the source says is there until the file is read
        port.replaced = port.number;
        (port.number, port.evidence, port.kept_by) = (Some(stated.value), stated.evidence, kept_by);
        (port.host_name, port.edit) = (String::new(), None);
    }
    found
}

/// The port in the variable of the environment that the program asks for one: the one that a sample gives, else the first.
fn asked_for(program: &Program, repo: &Repo, files: &Files) -> Option<Port> {
    let reads = program
        .sources()
        .flat_map(|file| file.environment.iter().map(move |read| file.fact(read.variable.clone(), &read.place)));
    let is_port = |read: &Fact<String>| names_listening(&read.value) && !is_of_another(&read.value);
    let asked: Vec<Fact<String>> = reads.chain(viper_variables(program)).filter(is_port).collect();
    let is_sampled = |read: &&Fact<String>| sample(repo, &files.base, &read.value).is_some();
    // beside an address the port is the one to tell: `BIND_IP` and `PORT`
    let is_named_port = |read: &&Fact<String>| names_port(&read.value);
    let read = asked.iter().find(is_sampled).or_else(|| asked.iter().find(is_named_port)).or(asked.first())?;
    Some(Port {
        setting: Some(Setting::Variable(read.value.clone())),
        is_address: names_address(&read.value),
        ..Port::at(read.evidence.clone())
    })
}

/// The port in a setting that the program takes from a file of variables itself, as a sample gives it: nothing but that file changes it.
fn in_file_of_variables(program: &Program, repo: &Repo, base: &str) -> Option<Port> {
    let calls = || program.sources().flat_map(|file| &file.calls);
    if !calls().any(|call| call.is("godotenv.Read") || call.name() == "ReadInConfig") {
        return None;
    }
    let texts = program.sources().flat_map(|file| &file.texts).map(|literal| literal.text.as_str());
    let mut asked = texts.filter(|text| is_variable(text) && names_port(text) && !is_of_another(text));
    asked.find_map(|name| {
        let given = sample(repo, base, name)?;
        Some(Port { number: Some(given.value), is_stated_outside: false, ..Port::at(given.evidence) })
    })
}

/// The settings that viper looks for in the environment as they are called: `viper.GetString("APP_PORT")`.
fn viper_variables(program: &Program) -> Vec<Fact<String>> {
    let calls = || program.sources().flat_map(|file| file.calls.iter().map(move |call| (file, call)));
    if !calls().any(|(_, call)| call.name() == "AutomaticEnv") {
        return Vec::new();
    }
    let asked = calls().filter(|(_, call)| call.receiver() == "viper" && call.name().starts_with("Get"));
    let named = asked.filter_map(|(file, call)| {
        let stated = program.follow(Found::argument(file, call, call.positional_argument(0)?));
        let name = stated.value.known_text().filter(|name| is_variable(name))?;
        Some(file.fact(name, &call.place))
    });
    named.collect()
}

/// The port that the source states.
fn in_source(program: &Program, base: &str) -> Option<Port> {
    let mut candidates: Vec<Candidate> =
        listeners(program).iter().filter_map(|it| Candidate::listener(program, it)).collect();
    for file in program.sources() {
        candidates.extend(file.environment.iter().filter_map(|read| Candidate::variable(file, read)));
        candidates.extend(file.options.iter().filter_map(|option| Candidate::option(file, option)));
        candidates.extend(file.named_values().iter().filter_map(|named| Candidate::named(file, named)));
        candidates.extend(texts(file).iter().filter_map(Candidate::text));
    }
    let is_unresolved = |it: &&Candidate| it.number.is_none() && it.strength >= Strength::Variable;
    let unresolved = candidates.iter().filter(is_unresolved).find_map(Candidate::told_by_variable).map(str::to_owned);
    let rank = |it: &Candidate| {
        let is_side_file = is_of_another(&relative_to(it.file.path(), base));
        let strength = if is_side_file { it.strength.in_side_file() } else { it.strength };
        (strength, !is_loopback(&it.host))
    };
    // of equals the one with the plainest name: `SHOP_ADDR`, not `SHOP_AGENT_ADDR`
    let length = |it: &Candidate| it.told_by_variable().map_or(0, str::len);
    let best = candidates.iter().rev().max_by_key(|it| (rank(it), Reverse(length(it))))?;
    let setting = best.setting.clone().or_else(|| unresolved.clone().map(Setting::Variable));
    let variable = setting.as_ref().and_then(Setting::variable);
    let host = own_host(program);
    let edit = match &setting {
        // the number may stand elsewhere than the host in front of it
        None => best.edit().or_else(|| best.opened.clone()),
        // the setting holds the port alone: the host in front of it is the source's
        Some(_) if !best.is_address && host.is_none() => best.opened.clone(),
        Some(_) => None,
    };
    Some(Port {
        is_stated_outside: unresolved.is_some() && unresolved.as_deref() == variable,
        number: best.number,
        host,
        kept_by: None,
        replaced: None,
        name: best.name.clone().or_else(|| {
            let named = best.file.named_values();
            named.iter().find(|named| named.place.start == best.place.start).map(|named| named.name().to_owned())
        }),
        is_address: best.is_address,
        host_name: best.host.clone(),
        edit,
        evidence: best.file.evidence(&best.place),
        setting,
    })
}

/// The setting that holds the interface to listen on, where its default is the machine's own: the clearest.
fn own_host(program: &Program) -> Option<Fact<Setting>> {
    let is_own = |name: &str, default: Option<&Value>| {
        let is_loopback = default.and_then(Value::known_text).is_some_and(|host| is_loopback(&host));
        is_loopback && names_host(name) && !is_of_another(name)
    };
    let clear = |name: &str| {
        let name = name.to_lowercase();
        ["bind", "listen", "addr", "http"].iter().any(|word| name.contains(word))
    };
    let in_file = |file: &Index| -> Vec<(bool, Fact<Setting>)> {
        let reads = file.environment.iter().filter(|read| is_own(&read.variable, read.default.as_ref()));
        let reads = reads.map(|read| (Setting::Variable(read.variable.clone()), &read.place));
        let options = file.options.iter().filter(|option| is_own(&option.name, option.default.as_ref()));
        let options = options.filter_map(|option| Some((told_by(option)?, &option.place)));
        let found = reads.chain(options).map(|(setting, place)| {
            let name = setting.variable().or(setting.flag()).unwrap_or_default();
            (!clear(name), file.fact(setting.clone(), place))
        });
        found.collect()
    };
    program.sources().flat_map(in_file).min_by_key(|(rank, _)| *rank).map(|(_, fact)| fact)
}

/// What tells a program the value of an option: its variable, else its flag.
fn told_by(option: &CommandOption) -> Option<Setting> {
    let read = || option.default.as_ref().and_then(Value::variable).map(str::to_owned);
    let variable = option.variable.clone().or_else(read).map(Setting::Variable);
    variable.or_else(|| option.flag.clone().map(Setting::Flag))
}

/// How sure it is that a port is the one that the program listens on, the least sure first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// An address with a host, given to nothing whose name is about listening.
    AddressWithHost,
    /// A variable of a function that is called `port`.
    LocalPort,
    /// It belongs to another service, though it is stated as the program's own would be.
    OtherService,
    /// A field that a variable of the environment sets, without a number.
    FieldOfVariable,
    /// A number whose name is about listening.
    NamedNumber,
    /// An address without a host.
    Address,
    /// A variable of the environment, without a number.
    Variable,
    /// An address whose name is about listening.
    NamedAddress,
    /// What stands in for a variable of the environment.
    Fallback,
    /// The default of a flag.
    FlagDefault,
    /// What a framework opens where it is told nothing.
    FrameworkDefault,
    /// A number that is given to a function which listens.
    CallWithNumber,
    /// A name that is given to a function which listens, with what the name stands for.
    CallWithName,
    /// The default of a field, or one that has to be set.
    Field,
    /// An address that is given to a function which listens.
    CallWithAddress,
    /// The default address of a field that users set: whatever else is opened, that is the one that they talk to.
    FieldOfUsers,
}

impl Strength {
    /// The strength of the same statement where its names say that it is another service's; a weak one says nothing then.
    fn of_another(self) -> Option<Self> {
        (self >= Self::NamedAddress).then_some(Self::OtherService)
    }

    /// The strength of the same statement in a file whose name says that it is about another service.
    fn in_side_file(self) -> Self {
        self.min(if self >= Self::FrameworkDefault { Self::Variable } else { Self::OtherService })
    }
}

/// A port that something in the source may mean, and how sure it is.
struct Candidate<'a> {
    strength: Strength,
    file: &'a Index,
    place: Place,
    number: Option<u16>,
    host: String,
    /// Whether a whole address is stated.
    is_address: bool,
    setting: Option<Setting>,
    /// The change of the host that the call itself states.
    opened: Option<SourceEdit>,
    /// The constant or field that states it.
    name: Option<String>,
}

impl<'a> Candidate<'a> {
    fn told_by_variable(&self) -> Option<&str> {
        self.setting.as_ref().and_then(Setting::variable)
    }

    /// The change of the source that opens the port to others, where only the machine itself reaches it.
    fn edit(&self) -> Option<SourceEdit> {
        let at = self.file.text_at(&self.place).find(&self.host).filter(|_| is_loopback(&self.host))?;
        let start = self.place.start as usize + at;
        SourceEdit::new(self.file.document(), start, start + self.host.len(), "0.0.0.0")
    }

    /// The same where it may be another service's, by a name or the number.
    fn unless_of_another(self, is_named_so: bool) -> Option<Self> {
        let is_other = is_named_so || self.number.is_some_and(is_of_another_service);
        let strength = if is_other { self.strength.of_another()? } else { self.strength };
        Some(Self { strength, ..self })
    }

    /// What a call that opens a port is given.
    fn listener(program: &Program, listener: &Listener<'a>) -> Option<Self> {
        let call = listener.call;
        let stated = listener.stated();
        let is_followed = stated.as_ref().is_some_and(|found| {
            let place = &found.place;
            found.file.path() != listener.file.path() || place.start < call.place.start || place.end > call.place.end
        });
        let (file, place) = stated.as_ref().map_or((listener.file, call.place), |found| (found.file, found.place));
        let setting = listener.port_setting();
        let (strength, number) = match (listener.port(), listener.row.default_port, &setting) {
            (Some(number), ..) if is_followed || setting.is_some() => (Strength::CallWithName, Some(number)),
            (Some(number), ..) if listener.is_address() => (Strength::CallWithAddress, Some(number)),
            (Some(number), ..) => (Strength::CallWithNumber, Some(number)),
            // what it is given is not known, so that its own default says nothing
            (None, Some(number), _) if call.arguments.is_empty() => (Strength::FrameworkDefault, Some(number)),
            (None, _, Some(Setting::Variable(_))) => (Strength::Variable, None),
            (None, ..) if listener.is_port_read() => (Strength::Variable, None),
            (None, ..) => return None,
        };
        let is_silent = listener.row.is_loopback && listener.host().is_none();
        let host = if is_silent { "127.0.0.1" } else { listener.host().unwrap_or_default() };
        let name = stated.as_ref().map(|found| name_of(found.value)).unwrap_or_default();
        let is_address = listener.is_address();
        let opened = listener.loopback(program).and_then(|loopback| loopback.edit);
        let candidate =
            Self { strength, file, place, number, host: host.to_owned(), is_address, setting, opened, name: None };
        candidate.unless_of_another(is_of_another(call.receiver()) || is_of_another(&name))
    }

    /// A variable of the environment that is called like an address to listen on.
    fn variable(file: &'a Index, read: &EnvironmentRead) -> Option<Self> {
        if !names_listening(&read.variable) {
            return None;
        }
        let (host, number, is_address) = match &read.default {
            Some(default) => stated(default)?,
            None => (String::new(), None, names_address(&read.variable)),
        };
        let field = tagged_field(file, &read.place);
        let is_field = field.is_some();
        let strength = match (number, is_field) {
            (Some(_), true) if is_address => Strength::FieldOfUsers,
            (Some(_), true) => Strength::Field,
            (Some(_), false) => Strength::Fallback,
            (None, true) if read.is_required => Strength::Field,
            (None, true) => Strength::FieldOfVariable,
            (None, false) => return None,
        };
        let setting = Some(Setting::Variable(read.variable.clone()));
        let candidate =
            Self { strength, file, place: read.place, number, host, is_address, setting, opened: None, name: None };
        candidate.unless_of_another(is_of_another(&read.variable) || field.is_some_and(is_of_another))
    }

    /// An option of the command line that is called like an address to listen on.
    fn option(file: &'a Index, option: &CommandOption) -> Option<Self> {
        if !names_listening(&option.name) {
            return None;
        }
        let (host, number, is_address) = stated(option.default.as_ref()?)?;
        let field = tagged_field(file, &option.place);
        let is_field = field.is_some();
        let strength = match &option.variable {
            Some(_) if is_address => Strength::FieldOfUsers,
            _ if is_field => Strength::Field,
            _ => Strength::FlagDefault,
        };
        let setting = told_by(option);
        let candidate =
            Self { strength, file, place: option.place, number, host, is_address, setting, opened: None, name: None };
        candidate.unless_of_another(is_of_another(&option.name) || field.is_some_and(is_of_another))
    }

    /// A constant, variable or field that is called like an address to listen on.
    fn named(file: &'a Index, named: &NamedValue) -> Option<Self> {
        let name = named.name();
        let is_plain = !matches!(named.value.resolved(), Value::Environment { .. } | Value::Option { .. });
        // in a table of variables each stands in front of what is said of it
        let variable = named.path.rsplit('.').take(2).find(|part| is_variable(part) && part.contains('_'));
        let variable = variable.filter(|name| names_listening(name));
        if !is_plain || !names_listening(name) && variable.is_none() {
            return None;
        }
        let (host, number, is_address) = stated(named.value)?;
        let is_local = named.object.is_empty() && named.place.function.is_some() && name == "port";
        let strength = match is_address {
            _ if variable.is_some() => Strength::Fallback,
            true => Strength::NamedAddress,
            // a variable of a function says less than a constant or a field
            false if is_local => Strength::LocalPort,
            false => Strength::NamedNumber,
        };
        let setting = variable.map(|name| Setting::Variable(name.to_owned())).or_else(|| setting(named.value));
        let name = Some(name.to_owned());
        let candidate =
            Self { strength, file, place: named.place, number, host, is_address, setting, opened: None, name };
        candidate.unless_of_another(is_of_another(&named.path))
    }

    /// An address, whatever it is given to.
    fn text(text: &TextUse<'a>) -> Option<Self> {
        let (host, number) = address(text.text())?;
        if text.before().any(|before| before.starts_with("udp") || before.starts_with("unix")) {
            return None;
        }
        let words: Vec<&str> = text.before().filter(|before| before.len() < 40).chain([text.name()]).collect();
        let strength = match host {
            _ if words.iter().any(|word| names_listening(word)) => Strength::NamedAddress,
            "" => Strength::Address,
            _ => Strength::AddressWithHost,
        };
        let candidate = Self {
            strength,
            file: text.file,
            place: text.literal.place,
            number: Some(number),
            host: host.to_owned(),
            is_address: true,
            setting: None,
            opened: None,
            name: Some(text.name().to_owned()).filter(|name| !name.is_empty()),
        };
        candidate.unless_of_another(words.iter().any(|word| is_of_another(word)))
    }
}

/// The host and number that a value states, and whether it is a whole address.
fn stated(value: &Value) -> Option<(String, Option<u16>, bool)> {
    let text = value.known_text()?;
    match address(&text) {
        Some((host, number)) => Some((host.to_owned(), Some(number), true)),
        None => port_number(&text).map(|number| (String::new(), Some(number), false)),
    }
}

/// The name of what a value is read from.
fn name_of(value: &Value) -> String {
    match value {
        Value::Name(name) | Value::Constant { name, .. } => name.clone(),
        value => value.variable().unwrap_or_default().to_owned(),
    }
}

/// The field, behind those around it, whose tag says what stands at a place.
fn tagged_field<'a>(file: &'a Index, place: &Place) -> Option<&'a str> {
    let mut assigned = file.assignments.iter();
    assigned.find(|it| it.place.start == place.start && it.value_start == place.start).map(|it| it.name.as_str())
}

/// Whether what stands at a place is said by the tag of a field.
pub fn is_of_tag(file: &Index, place: &Place) -> bool {
    tagged_field(file, place).is_some()
}

/// Whether a port is known as another service's, as that of names, or as the profiler's.
fn is_of_another_service(port: u16) -> bool {
    matches!(port, 53 | 6060) || is_of_a_service(port)
}

/// The first port to listen on in the settings that a program reads, and the line that keeps it on the loopback, where one does. A
/// program of gRPC has its own in a section of that name. Where a field is named, only what that is called counts.
fn port_in_settings(
    repo: &Repo,
    read: &[Fact<String>],
    is_rpc: bool,
    field: Option<&str>,
) -> Option<(Fact<u16>, Option<Evidence>)> {
    let paths = read.iter().flat_map(|fact| {
        repo.files_under(parent(&fact.value))
            .filter(|path| *path == fact.value || path.starts_with(&format!("{}/", fact.value)))
            .take(20)
    });
    // the name of a sample says its ending in front of what makes it one: `settings.json.example`
    let is_of_settings = |path: &&str| file_name(path).split('.').skip(1).any(|it| file_names().is_settings_ending(it));
    paths.filter(is_of_settings).find_map(|path| in_settings(&repo.read_optional(path)?, is_rpc, field))
}

/// A setting of a file.
struct Entry<'a> {
    /// The names of the sections around it.
    above: Vec<String>,
    key: &'a str,
    value: &'a str,
    line: u32,
}

fn in_settings(document: &Document, is_rpc: bool, field: Option<&str>) -> Option<(Fact<u16>, Option<Evidence>)> {
    let entries = entries(document);
    let is_other = |name: &str| !(is_rpc && name.eq_ignore_ascii_case("grpc")) && is_of_another(name);
    let is_own = |entry: &&Entry| {
        let mut names = entry.above.iter().map(String::as_str).chain([entry.key]);
        let is_told = names_listening(entry.key) || names_host(entry.key) && address(entry.value).is_some();
        is_told && field.is_none_or(|field| field.eq_ignore_ascii_case(entry.key)) && !names.any(is_other)
    };
    let (entry, number) = entries.iter().filter(is_own).find_map(|entry| Some((entry, number(entry.value)?)))?;
    let is_host = |other: &&Entry| {
        let is_beside = other.above == entry.above && names_host(other.key) && is_loopback(other.value);
        is_beside || other.line == entry.line && address(other.value).is_some_and(|(host, _)| is_loopback(host))
    };
    let evidence = |entry: &Entry| document.evidence_line(entry.line);
    Some((Fact::new(number, evidence(entry)), entries.iter().find(is_host).map(evidence)))
}

/// The settings of a file in YAML, JSON, TOML or the like, by its lines.
fn entries(document: &Document) -> Vec<Entry<'_>> {
    let (mut above, mut found): (Vec<(usize, String)>, _) = (Vec::new(), Vec::new());
    for (line, text) in document.lines() {
        let bare = text.trim();
        if bare.starts_with(['#', ';']) || bare.is_empty() {
            continue;
        }
        if let Some(section) = bare.strip_prefix('[') {
            above = vec![(0, section.trim_end_matches(']').to_owned())];
            continue;
        }
        let indent = text.len() - text.trim_start().len();
        let Some((key, value)) = bare.split_once([':', '=']) else {
            continue;
        };
        let key = key.trim().trim_matches(['"', '\'']);
        let is_ini = bare.contains('=') && !bare.contains(": ");
        if !is_ini {
            above.retain(|(depth, _)| *depth < indent);
        }
        let value =
            value.trim().trim_end_matches(',').trim_matches(['"', '\'']).split('#').next().unwrap_or_default().trim();
        if value.is_empty() || value == "{" {
            above.push((indent, key.to_owned()));
        } else {
            let above = above.iter().take(MOST_SECTIONS).map(|(_, name)| name.clone()).collect();
            found.push(Entry { above, key, value, line });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_s_port_is_told_from_others() {
        for (name, text) in [
            ("app.ini", "[database]\nPort = 3306\n[server]\n; HttpPort = 1\nHttpPort = 8000\n"),
            ("a.yml", "postgres:\n  host: x\n  port: 5432\nserver:\n  name: y\n  port: 8000 # here\n"),
            ("a.json", "{\n  \"redis\": {\n    \"port\": 6379\n  },\n  \"listen\": \":8000\"\n}\n"),
        ] {
            let (port, loopback) = in_settings(&Document::new(name, text), false, None).unwrap();
            assert_eq!((port.value, loopback), (8000, None), "{name}");
        }
        let (port, loopback) = in_settings(
            &Document::new("a.json", "{\n  \"app\": {\n    \"host\": \"127.0.0.1:8000\"\n  }\n}\n"),
            false,
            None,
        )
        .unwrap();
        assert_eq!((port.value, loopback.map(|it| it.line)), (8000, Some(3)));
        let database = Document::new("a.yml", "db:\n  host: localhost:5432\nname: 8000\n");
        assert_eq!(in_settings(&database, true, None), None);
    }

    #[test]
    fn a_section_for_grpc_is_that_of_a_program_of_grpc() {
        let document = Document::new("a.yml", "grpc:\n  port: 50051\nredis:\n  port: 6379\n");
        assert_eq!(in_settings(&document, true, None).map(|(port, _)| port.value), Some(50051));
        assert_eq!(in_settings(&document, false, None), None);
    }

    #[test]
    fn the_host_beside_the_port_keeps_it_on_the_loopback() {
        let line = |name: &str, text: &str| {
            let (_, loopback) = in_settings(&Document::new(name, text), false, None).unwrap();
            loopback.map(|evidence| evidence.line)
        };
        assert_eq!(line("a.yml", "web:\n  host: \"localhost\"\n  port: 8000\n"), Some(2));
        assert_eq!(
            line("a.json", "{\n  \"server\": {\n    \"port\": 8000,\n    \"host\": \"127.0.0.1\"\n  }\n}\n"),
            Some(4)
        );
        assert_eq!(line("a.toml", "listen = \"127.0.0.1:8000\"\n"), Some(1));
        assert_eq!(line("a.ini", "[server]\nhost = ::1\nport = 8000\n"), Some(2));
        for other in ["0.0.0.0", "", "shop.example.org"] {
            assert_eq!(line("a.yml", &format!("web:\n  host: {other}\n  port: 8000\n")), None, "{other}");
        }
        let database = "db:\n  host: localhost\n  port: 5432\nweb:\n  port: 8000\n";
        assert_eq!(line("a.yml", database), None, "another section");
        assert_eq!(line("a.yml", "db_host: localhost\nport: 8000\n"), None, "the machine of a service");
    }
}
