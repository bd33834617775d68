//! Where a program listens: the port that it opens, what tells it another, and whether others can reach it.
//!
//! The rules of [`listen`], in their order:
//!
//! 1. the port that a call opens, followed to what states it (a constant, a default, a parameter, a configuration);
//! 2. the default of an option of the command line for the port;
//! 3. the default of a variable for the port, however it is read;
//! 4. a constant or a field that is called like the program's own port;
//! 5. the port that the library takes without one.
//!
//! A client of a service opens no port, and a name or number that is known as another service's is none of 2 to 4.

use std::net::IpAddr;
use std::sync::LazyLock;

use crate::analysis::calls::{CallRow, CallRows};
use crate::analysis::program::setting;
use crate::analysis::services::{
    is_client, is_of_a_service, is_of_another, is_own_port_variable, names_host, names_own_port, names_port,
};
use crate::analysis::{Found, Program, Setting, SourceEdit};
use crate::catalog::analysis::{Listens, listens, services};
use crate::evidence::{Evidence, Fact};
use crate::source::{Argument, Call, CommandOption, Index, Language, Value};

/// Where a program listens.
#[derive(Debug, Clone, Default)]
pub struct Listen {
    /// The call that opens a port, where one was seen.
    pub server: Option<Evidence>,
    /// The port.
    pub port: Option<Fact<u16>>,
    /// The other ports that it opens beside that one.
    pub others: Vec<Fact<u16>>,
    /// What tells it another port.
    pub port_setting: Option<Setting>,
    /// Whether that setting holds a whole address, not a port alone.
    pub is_address: bool,
    /// The interface, where the source states one.
    pub host: Option<String>,
    /// The variables that it takes its interface from.
    pub host_variables: Vec<String>,
    /// That only the machine itself reaches it, unless it is told otherwise.
    pub loopback: Option<Loopback>,
}

/// A server that only the machine itself reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loopback {
    /// The line that says so, or that opens the port without an interface.
    pub evidence: Evidence,
    /// What tells it another interface.
    pub setting: Option<Setting>,
    /// Whether that setting holds a whole address, not a host alone.
    pub is_address: bool,
    /// The change of the source that opens it to others, where it stands on one line.
    pub edit: Option<SourceEdit>,
}

impl Loopback {
    /// The variable that tells it another interface.
    pub fn variable(&self) -> Option<&str> {
        self.setting.as_ref().and_then(Setting::variable).filter(|_| !self.is_address)
    }
}

/// A call that opens a port.
#[derive(Debug, Clone)]
pub struct Listener<'a> {
    /// The file.
    pub file: &'a Index,
    /// The call.
    pub call: &'a Call,
    /// What the table says of it.
    pub row: &'static Listens,
    /// Where it listens.
    address: Address<'a>,
}

/// A host and a port, each as far as it is said.
#[derive(Debug, Clone, Default)]
struct Address<'a> {
    port: Option<(u16, Found<'a>)>,
    port_setting: Option<Setting>,
    /// Whether the port is read from the environment, though perhaps by a name that can't be set.
    is_port_read: bool,
    host: Option<(String, Found<'a>)>,
    host_setting: Option<Setting>,
    /// Whether both come from one value.
    is_whole: bool,
    /// Whether something stands where the host would.
    has_host: bool,
    /// Whether the system chooses the port, as tests of a server have it: its number is zero.
    is_any_port: bool,
}

static ROWS: LazyLock<CallRows<Listens>> = LazyLock::new(|| CallRows::new(listens()));

impl CallRow for Listens {
    fn language(&self) -> &str {
        &self.language
    }

    fn call(&self) -> &str {
        &self.call
    }
}

/// Whether the text of a file may have a call that opens a port: it has the name of one.
pub fn may_listen(path: &str, text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mentions = |name: &str| {
        let mut places = text.match_indices(name);
        places.any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part))
    };
    Language::of(path).is_some_and(|language| ROWS.names(language).any(mentions))
}

/// Whether a file has a call that is called like one which opens a port.
pub fn may_open(file: &Index) -> bool {
    let language = Language::of(file.path());
    language.is_some_and(|language| file.calls.iter().any(|call| ROWS.of(language, call).next().is_some()))
}

/// Whether a call of a file may open a port that another file states: what is passed has a name that this file does not explain.
pub fn asks_others(file: &Index) -> bool {
    let Some(language) = Language::of(file.path()) else { return false };
    let calls = file.calls.iter().filter(|call| ROWS.of(language, call).next().is_some());
    calls.flat_map(|call| &call.arguments).any(|argument| argument.value.has_name())
}

/// The calls that open a port, in the order of the files.
pub fn listeners(program: &Program) -> Vec<Listener<'_>> {
    let mut found = Vec::new();
    for file in program.sources() {
        let Some(language) = Language::of(file.path()) else { continue };
        for call in &file.calls {
            found.extend(ROWS.of(language, call).find_map(|row| listener(program, file, call, row)));
        }
    }
    found
}

/// Where the program listens.
pub fn listen(program: &Program) -> Listen {
    let all = listeners(program);
    // What is named after another purpose, such as metrics, is a server beside the one that is meant.
    let is_aside = |listener: &&Listener| {
        let passed = listener.address.port.iter().any(|(_, found)| is_of_another(&name_of(found)));
        is_of_another(listener.call.receiver()) || passed
    };
    let is_optional = |listener: &&Listener<'_>| listener.file.is_optional(&listener.call.place);
    let (optional, all): (Vec<&Listener>, Vec<&Listener>) = all.iter().partition(is_optional);
    let all_optional = all.is_empty();
    let (aside, own): (Vec<&Listener>, Vec<&Listener>) = all.into_iter().partition(is_aside);
    // People come by HTTP first, programs by calls of procedures.
    let (of_calls, of_people): (Vec<&Listener>, Vec<&Listener>) = own.into_iter().partition(|it| it.row.is_rpc);
    let order: Vec<&Listener> = of_people.into_iter().chain(of_calls).chain(aside).chain(optional).collect();
    // what a flag opens is meant only where nothing else is opened
    let is_meant = |listener: &&&Listener| all_optional || !is_optional(listener);
    // Of several, the one that is told its port is meant, not one beside it that has its own.
    let is_told = |listener: &&&Listener| !listener.call.place.is_conditional && listener.is_told_own_port();
    let told = order.iter().filter(is_meant).find(is_told);
    let stated = told.or_else(|| order.iter().filter(is_meant).find(|listener| listener.address.port.is_some()));
    let main = stated.or(order.first()).copied();
    let default = || main.and_then(|it| Some(Fact::new(it.row.default_port?, it.file.evidence(&it.call.place))));
    let by_option = main.filter(|it| it.is_told_elsewhere()).and_then(|_| address_option(program));
    let port = stated
        .and_then(|it| it.address.port.as_ref())
        .map(|(port, found)| Fact::new(*port, found.evidence()))
        .or_else(|| option(program))
        .or_else(|| by_option.as_ref()?.port.clone())
        .or_else(|| variable(program))
        .or_else(|| named(program))
        .or_else(default);
    let is_of_other = |setting: &Setting| {
        let mut sure = order.iter().filter(|listener| !listener.call.place.is_conditional);
        sure.any(|listener| listener.address.port_setting.as_ref() == Some(setting))
    };
    let read = || read(program).filter(|setting| !is_of_other(setting));
    let whole_option = by_option.as_ref().filter(|it| it.port.is_some() && it.port == port);
    let of_option = || whole_option.and_then(|it| it.setting.clone());
    let port_setting = main.and_then(Listener::port_setting).or_else(of_option).or_else(read);
    let others = others(order.iter().copied(), port.as_ref().map(|port| port.value));
    Listen {
        others,
        server: main.map(|it| it.file.evidence(&it.call.place)),
        port,
        is_address: main.is_some_and(|it| it.address.is_whole && it.address.port_setting.is_some())
            || whole_option.is_some_and(|it| it.setting.is_some() && it.setting == port_setting),
        port_setting,
        host: main.and_then(Listener::host).map(str::to_owned),
        host_variables: host_variables(program),
        loopback: main.and_then(|it| it.loopback(program)).or_else(|| by_option?.loopback()),
    }
}

/// The ports that a program opens beside this one, wherever it goes.
pub fn other_ports(program: &Program, own: u16) -> Vec<Fact<u16>> {
    others(listeners(program).iter(), Some(own))
}

fn others<'l, 'a: 'l>(listeners: impl Iterator<Item = &'l Listener<'a>>, own: Option<u16>) -> Vec<Fact<u16>> {
    let mut found: Vec<Fact<u16>> = Vec::new();
    let stated = listeners.filter(|it| it.file.is_sure(&it.call.place)).filter_map(|it| it.address.port.as_ref());
    for (number, place) in stated {
        if Some(*number) != own && !found.iter().any(|known| known.value == *number) {
            found.push(Fact::new(*number, place.evidence()));
        }
    }
    found
}

/// Whether what a call is made on comes from a function of the program whose file takes a module: `app = create_app()`.
fn is_made_with(program: &Program, call: &Call, module: &str) -> bool {
    let maker = call.resolved().rsplit_once("().").and_then(|(made, _)| made.rsplit('.').next());
    let makes = |file: &Index, maker: &str| {
        let mut functions = file.functions.iter();
        file.imports(module) && functions.any(|function| function.name == maker)
    };
    maker.is_some_and(|maker| !maker.is_empty() && program.sources().any(|file| makes(file, maker)))
}

fn listener<'a>(program: &'a Program, file: &'a Index, call: &'a Call, row: &'static Listens) -> Option<Listener<'a>> {
    let is_imported =
        row.import.as_ref().is_none_or(|module| file.imports(module) || is_made_with(program, call, module));
    let is_installed = row.package.as_ref().is_none_or(|package| program.depends_on(package));
    if !is_imported || !is_installed {
        return None;
    }
    let network = row.network.and_then(|at| call.positional(at));
    // what a variable holds may be another one at another time
    if matches!(network, Some(Value::Text(network)) if !network.starts_with("tcp")) {
        return None;
    }
    let mut address = Address::default();
    let found = |argument: &'a Argument| program.follow(Found::argument(file, call, argument));
    let named = |names: &[String]| names.iter().find_map(|name| by_name(file, call, name));
    let whole = row.address.and_then(|at| call.positional_argument(at)).map(found);
    let whole = whole.or_else(|| named(&row.address_names).map(|it| program.follow(it)));
    let whole_value = whole.as_ref().map(|whole| whole.value);
    if let Some(whole) = whole {
        whole_address(program, &whole, &mut address, 0);
    }
    let ported =
        row.port.and_then(|at| call.positional_argument(at)).filter(|it| !matches!(it.value, Value::Object(_)));
    let is_given_port = ported.is_some();
    if let Some(port) = ported.map(found).or_else(|| named(&row.port_names).map(|it| program.follow(it))) {
        address.port_setting = told(program, &port);
        address.is_port_read = is_read(port.value);
        address.is_any_port = is_zero(port.value);
        match port_number(port.value) {
            Some(number) => address.port = Some((number, port)),
            // A socket in a file, an event: what is no port opens none.
            None if port.value.default_value().text().is_some() => return None,
            None => {}
        }
    }
    let hosted = row
        .host
        .and_then(|at| call.positional_argument(at))
        .filter(|it| !matches!(it.value, Value::Function(_) | Value::Number(_) | Value::Object(_) | Value::Call(_)));
    let hosted = hosted.filter(|_| is_given_port || row.port.is_none_or(|at| at > row.host.unwrap_or_default()));
    if let Some(host) = hosted.map(found).or_else(|| named(&row.host_names).map(|it| program.follow(it))) {
        address.has_host = true;
        address.host_setting = host.setting();
        address.host = host.value.default_value().known_text().map(|text| (text, host));
    }
    let is_socket = call.named("path").is_some() && row.port_names.iter().any(|name| name == "port");
    let needs_port = row.needs_port && address.port.is_none() && address.port_setting.is_none();
    let is_other = is_socket && address.port.is_none();
    let is_of_tests = address.is_any_port && address.port_setting.is_none();
    let is_number = || whole_value.is_none_or(|value| matches!(value.default_value(), Value::Number(_)));
    let needs_address = row.needs_address && (is_number() || address.port.is_none() && address.port_setting.is_none());
    let is_left = needs_port || needs_address || is_other || is_of_tests;
    (!is_left).then_some(Listener { file, call, row, address })
}

/// An argument or field by its name, dotted where it is a field of a field.
fn by_name<'a>(file: &'a Index, call: &'a Call, name: &str) -> Option<Found<'a>> {
    let passed = call.arguments.iter().find(|argument| argument.name.as_deref() == Some(name));
    if let Some(argument) = passed {
        return Some(Found::argument(file, call, argument));
    }
    call.arguments.iter().find_map(|argument| {
        let (mut value, mut place) = (&argument.value, call.place);
        for part in name.split('.') {
            // the first of several: `connections: [{ port: 80 }]`
            let one = match value.resolved() {
                Value::List(values) => values.first()?.resolved(),
                other => other,
            };
            let Value::Object(fields) = one else { return None };
            let field = fields.iter().find(|field| field.name == part)?;
            (value, place) = (&field.value, call.place.part(field.start, field.end));
        }
        Some(Found { file, value, place })
    })
}

/// The number of a port; none where it is not known, and for the port that the system chooses.
fn port_number(value: &Value) -> Option<u16> {
    let value = value.default_value();
    let number = value.number().or_else(|| value.text()?.parse().ok())?;
    u16::try_from(number).ok().filter(|port| *port > 0)
}

/// Whether a value is zero: the port that the system chooses.
fn is_zero(value: &Value) -> bool {
    let value = value.resolved();
    value.number() == Some(0) || value.text() == Some("0")
}

/// Whether a value comes from the environment.
fn is_read(value: &Value) -> bool {
    matches!(value.resolved(), Value::Environment { .. })
}

/// Reads an address: `"host:port"`, `host + ":" + port`, a pair, a call that is given one or both.
fn whole_address<'a>(program: &'a Program, found: &Found<'a>, address: &mut Address<'a>, depth: u32) {
    if depth > 4 {
        return;
    }
    let part = |value: &'a Value| program.follow(Found { value, ..found.clone() });
    let default = found.value.default_value();
    if setting(found.value).is_some() {
        (address.port_setting, address.host_setting, address.is_whole) = (found.setting(), found.setting(), true);
    }
    match default {
        Value::Number(_) => address.port = port_number(default).map(|port| (port, found.clone())),
        Value::Text(text) => {
            let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest.split('/').next().unwrap_or(rest));
            let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
            address.has_host = true;
            address.host = Some((host.trim_matches(['[', ']']).to_owned(), found.clone()));
            address.port = port.parse().ok().filter(|port| *port > 0).map(|port| (port, found.clone()));
            address.is_any_port = port == "0";
            address.is_whole = true;
        }
        Value::Joined(parts) => {
            address.is_whole = false;
            let mut is_port = false;
            for value in parts {
                let piece = part(value);
                match value {
                    Value::Text(text) if text.contains(':') => {
                        let (host, port) = text.rsplit_once(':').unwrap_or_default();
                        if !host.is_empty() {
                            address.has_host = true;
                            address.host = Some((host.trim_matches(['[', ']']).to_owned(), found.clone()));
                        }
                        is_port = true;
                        address.is_any_port = port == "0";
                        if let Some(port) = port.parse().ok().filter(|port| *port > 0) {
                            address.port = Some((port, found.clone()));
                        }
                    }
                    _ if is_port => {
                        address.port_setting = told(program, &piece);
                        address.is_port_read = is_read(piece.value);
                        address.port = port_number(piece.value).map(|port| (port, piece));
                    }
                    _ => {
                        address.has_host = true;
                        address.host_setting = piece.setting();
                        address.host = piece.value.default_value().known_text().map(|text| (text, piece));
                    }
                }
            }
        }
        Value::List(values) => {
            if let [host, port] = values.as_slice() {
                pair(program, &part(host), &part(port), address);
            }
        }
        Value::Call(call) => {
            let values: Vec<&'a Value> = call.arguments.iter().map(|argument| &argument.value).collect();
            match values.as_slice() {
                [one] => whole_address(program, &part(one), address, depth + 1),
                [host, port, ..] => pair(program, &part(host), &part(port), address),
                [] => {}
            }
        }
        _ => {}
    }
}

/// What tells it another value, also where that is only the first of several: `args.port.unwrap_or(80)`.
fn told<'a>(program: &'a Program, found: &Found<'a>) -> Option<Setting> {
    let of_first = |values: &'a [Value]| {
        values.iter().find_map(|value| program.follow(Found { value, ..found.clone() }).setting())
    };
    found.setting().or_else(|| match found.value.resolved() {
        Value::Either(values) => of_first(values),
        _ => None,
    })
}

fn pair<'a>(program: &'a Program, host: &Found<'a>, port: &Found<'a>, address: &mut Address<'a>) {
    address.is_whole = false;
    (address.port_setting, address.host_setting) = (told(program, port), told(program, host));
    address.is_port_read = is_read(port.value);
    address.port = port_number(port.value).map(|number| (number, port.clone()));
    address.is_any_port = is_zero(port.value);
    address.has_host = true;
    address.host = match host.value.default_value() {
        // `[127, 0, 0, 1]`
        Value::List(numbers) => {
            let numbers: Option<Vec<String>> = numbers.iter().map(Value::known_text).collect();
            numbers.map(|numbers| (numbers.join("."), host.clone()))
        }
        Value::Call(call) => {
            let numbers: Option<Vec<String>> = call.arguments.iter().map(|it| it.value.known_text()).collect();
            numbers.filter(|it| !it.is_empty()).map(|it| (it.join("."), host.clone()))
        }
        Value::Name(name) if name.ends_with("LOCALHOST") => Some(("localhost".into(), host.clone())),
        other => other.known_text().map(|text| (text, host.clone())),
    };
}

impl<'a> Listener<'a> {
    /// The port, where the call states one.
    pub fn port(&self) -> Option<u16> {
        self.address.port.as_ref().map(|(port, _)| *port)
    }

    /// The host, where the call states one.
    pub fn host(&self) -> Option<&str> {
        self.address.host.as_ref().map(|(host, _)| host.as_str())
    }

    /// What tells it another port.
    pub fn port_setting(&self) -> Option<Setting> {
        let flag = || self.row.address_flag.clone().map(Setting::Flag);
        let own = || self.row.port_variable.clone().map(Setting::Variable).or_else(flag);
        // what is given and not known is no reason to ask for the library's own
        let positions = [self.row.port, self.row.address];
        let is_given = positions.into_iter().flatten().any(|at| self.call.positional_argument(at).is_some());
        self.address.port_setting.clone().or_else(|| own().filter(|_| self.address.port.is_none() && !is_given))
    }

    /// Whether a variable that is called like the program's own port tells it that.
    fn is_told_own_port(&self) -> bool {
        self.address.port_setting.as_ref().and_then(Setting::variable).is_some_and(is_own_port_variable)
    }

    /// Whether it is given something that says neither a host nor a port.
    fn is_told_elsewhere(&self) -> bool {
        let says = self.address.port.is_some() || self.address.host.is_some() || self.address.has_host;
        !says && self.address.host_setting.is_none() && !self.call.arguments.is_empty()
    }

    /// Whether the port is read from the environment, though perhaps by a name that can't be set.
    pub fn is_port_read(&self) -> bool {
        self.address.is_port_read
    }

    /// What states the port, where something does.
    pub fn stated(&self) -> Option<Found<'a>> {
        self.address.port.as_ref().map(|(_, found)| found.clone())
    }

    /// Whether what tells it the port, or else the call itself, holds a whole address.
    pub fn is_address(&self) -> bool {
        self.address.is_whole || self.address.port.is_none() && self.row.address_flag.is_some()
    }

    /// That only the machine itself reaches it.
    pub fn loopback(&self, program: &Program) -> Option<Loopback> {
        match &self.address.host {
            Some((host, found)) if is_loopback(host) => Some(Loopback {
                evidence: found.evidence(),
                setting: self.address.host_setting.clone().or_else(|| host_option(program)),
                is_address: self.address.is_whole && self.address.host_setting.is_some(),
                edit: opened(found, host),
            }),
            // a variable that nothing sets leaves the library's own address
            None if self.row.is_loopback && self.address.host_setting.is_some() => Some(Loopback {
                evidence: self.file.evidence(&self.call.place),
                setting: self.address.host_setting.clone(),
                is_address: false,
                edit: None,
            }),
            None if self.row.is_loopback && !self.address.has_host && !self.is_given_all() => Some(Loopback {
                evidence: self.file.evidence(&self.call.place),
                setting: self.row.host_variable.clone().map(Setting::Variable),
                is_address: false,
                edit: self.with_host(),
            }),
            _ => None,
        }
    }

    /// Whether it is given arguments whose names are not said: `app.run(**options)`.
    fn is_given_all(&self) -> bool {
        self.call.arguments.iter().any(|argument| argument.name.as_deref() == Some("**"))
    }

    /// The change that gives a call of Python a host by its name: behind what is given without one.
    fn with_named_host(&self, name: &str) -> Option<SourceEdit> {
        let document = self.file.document();
        let text = document.text();
        let unnamed = self.call.arguments.iter().rfind(|argument| argument.name.is_none());
        if let Some(last) = unnamed {
            let end = last.end as usize;
            return SourceEdit::new(document, end, end, &format!(", {name}=\"0.0.0.0\""));
        }
        let first = self.call.arguments.iter().find(|argument| argument.name.as_deref() != Some("self"));
        let end = first.map_or(self.call.place.end, |argument| argument.start) as usize;
        let open = self.call.place.start as usize + text.get(self.call.place.start as usize..end)?.rfind('(')?;
        let more = if first.is_some() { ", " } else { "" };
        SourceEdit::new(document, open + 1, open + 1, &format!("{name}=\"0.0.0.0\"{more}"))
    }

    /// The change that gives the call a host.
    fn with_host(&self) -> Option<SourceEdit> {
        let document = self.file.document();
        let name = self.row.host_names.first();
        let object = self.call.arguments.iter().find(|it| matches!(it.value, Value::Object(_)));
        if let (Some(object), Some(name)) = (object, name) {
            let start = object.start as usize;
            return SourceEdit::new(document, start, start + 1, &format!("{{ {name}: \"0.0.0.0\","));
        }
        if let (Some(Language::Python), Some(name)) = (Language::of(self.file.path()), name) {
            return self.with_named_host(name);
        }
        match (name, self.row.host, self.call.arguments.last()) {
            (_, Some(position), Some(_)) if position > 0 => {
                let before = self.call.positional_argument(position - 1)?;
                let end = before.end as usize;
                SourceEdit::new(document, end, end, ", \"0.0.0.0\"")
            }
            _ => None,
        }
    }
}

/// Whether a host is the machine itself.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host == "::1" || host.starts_with("127.")
}

/// The change of a loopback address to that of all interfaces.
fn opened(found: &Found, host: &str) -> Option<SourceEdit> {
    // The port behind it may be read from a variable, the host itself not.
    if found.setting().is_some() {
        return None;
    }
    let any = if host.contains("::") { "::" } else { "0.0.0.0" };
    found.replace(host, any).or_else(|| {
        let text = found.file.text_at(&found.place);
        let start = text.find("127")?;
        let end = start + text[start..].find([']', ')']).unwrap_or(text.len() - start);
        let numbers = text.get(start..end)?;
        found.replace(numbers, &numbers.replacen("127", "0", 1).replace('1', "0"))
    })
}

/// The name of what a value is read from.
fn name_of(found: &Found) -> String {
    match found.value {
        Value::Name(name) | Value::Constant { name, .. } => name.clone(),
        value => value.variable().unwrap_or_default().to_owned(),
    }
}

/// The default of an option for the port.
pub fn option(program: &Program) -> Option<Fact<u16>> {
    program.sources().find_map(|file| {
        file.options.iter().filter(|it| names_own_port(&it.name)).find_map(|option| {
            let port = port_number(option.default.as_ref()?)?;
            Some(file.fact(port, &option.place))
        })
    })
}

/// An option that holds where the program listens.
struct AddressOption {
    host: String,
    port: Option<Fact<u16>>,
    setting: Option<Setting>,
    evidence: Evidence,
}

impl AddressOption {
    /// That only the machine itself reaches what listens where it says.
    fn loopback(self) -> Option<Loopback> {
        let Self { host, port, setting, evidence } = self;
        is_loopback(&host).then(|| Loopback { evidence, setting, is_address: port.is_some(), edit: None })
    }
}

/// The option whose default is an interface of the machine, alone or with a port, and that is called like the program's own address.
fn address_option(program: &Program) -> Option<AddressOption> {
    program.sources().find_map(|file| {
        file.options.iter().filter(|it| names_host(&it.name)).find_map(|option| {
            let text = option.default.as_ref()?.known_text()?;
            let (host, port) = text.rsplit_once(':').filter(|_| text.parse::<IpAddr>().is_err()).unwrap_or((&text, ""));
            let is_own = is_loopback(host) || matches!(host, "0.0.0.0" | "[::]" | "::");
            let port = port.parse().ok().filter(|port| *port > 0 && !is_of_a_service(*port));
            is_own.then(|| AddressOption {
                host: host.to_owned(),
                port: port.map(|port| file.fact(port, &option.place)),
                setting: option_setting(option),
                evidence: file.evidence(&option.place),
            })
        })
    })
}

/// What tells the program the value of an option: its variable, else its flag.
fn option_setting(option: &CommandOption) -> Option<Setting> {
    let flag = option.flag.clone().map(Setting::Flag);
    option.variable.clone().map(Setting::Variable).or(flag)
}

/// An option for the host, where no other setting is known.
fn host_option(program: &Program) -> Option<Setting> {
    let options = program.sources().flat_map(|file| &file.options);
    options.filter(|it| names_host(&it.name)).find_map(option_setting)
}

/// The default of a variable for the port: one that is called `PORT` first, then those that are called like an own port.
pub fn variable(program: &Program) -> Option<Fact<u16>> {
    let reads = || program.sources().flat_map(|file| file.environment.iter().map(move |read| (file, read)));
    let fact = |file: &Index, read: &crate::source::EnvironmentRead| {
        let port = port_number(read.default.as_ref()?)?;
        Some(file.fact(port, &read.place))
    };
    let exact = reads().filter(|(_, read)| read.variable == "PORT").find_map(|(file, read)| fact(file, read));
    exact.or_else(|| {
        reads().filter(|(_, read)| is_own_port_variable(&read.variable)).find_map(|(file, read)| fact(file, read))
    })
}

/// A constant or field that is called like the program's own port.
pub fn named(program: &Program) -> Option<Fact<u16>> {
    program.sources().find_map(|file| {
        file.named_values().into_iter().find_map(|named| {
            let is_own = names_own_port(named.name()) && !is_of_another(&named.path) && !is_client(named.object);
            let port = port_number(named.value).filter(|port| is_own && *port >= 80 && !is_of_a_service(*port))?;
            Some(file.fact(port, &named.place))
        })
    })
}

/// The variable that the port is read from, however it is read: `PORT` first, then the one that is called like an own port.
fn read(program: &Program) -> Option<Setting> {
    let names = || program.sources().flat_map(|file| file.environment.iter().map(|read| read.variable.as_str()));
    let is_port = |name: &&str| names_port(name) && !is_of_another(name);
    let found = names().find(|name| *name == "PORT").or_else(|| names().find(|name| is_own_port_variable(name)));
    found.or_else(|| names().find(is_port)).map(|name| Setting::Variable(name.to_owned()))
}

/// The variables that the interface is read from.
fn host_variables(program: &Program) -> Vec<String> {
    let known = &services().host_variables;
    let read = program.sources().flat_map(|file| &file.environment).map(|read| &read.variable);
    let mut names: Vec<String> = read.filter(|name| known.contains(name)).cloned().collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::repo::Document;
    use crate::source::{Coverage, Import};

    fn file(language: &str, text: &str, import: Option<&str>) -> Rc<Index> {
        let name = match language {
            "javascript" => "server.ts",
            "python" => "main.py",
            "go" => "main.go",
            "java" => "Main.java",
            _ => "main.rs",
        };
        let mut index = crate::source::read(Document::new(name, text));
        // Tokens know of no imports; a row's own is in the file that it is tried on.
        if index.coverage == Coverage::Tokens || index.imports.is_empty() {
            index.imports.extend(import.map(|module| Import { module: module.to_owned(), ..Import::default() }));
        }
        Rc::new(index)
    }

    #[test]
    fn every_row_takes_its_source_and_leaves_the_other() {
        for row in listens() {
            let packages: Vec<String> = row.package.iter().cloned().collect();
            let program = |text| Program::new([file(&row.language, text, row.import.as_deref())], packages.clone());
            let taken = program(&row.takes);
            let all = listeners(&taken);
            assert!(
                all.iter().any(|it| it.port() == Some(7070) && it.row.call == row.call),
                "{}: {} {:?}",
                row.call,
                row.takes,
                taken.files[0].calls
            );
            let document = taken.files[0].document();
            assert!(may_listen(document.path(), document.text()), "{}", row.takes);
            let left = program(&row.leaves);
            assert!(listeners(&left).is_empty(), "{}: {}", row.call, row.leaves);
            let by_default = taken.packages.is_empty();
            assert!(!by_default || listen(&taken).port.is_some_and(|port| port.value == 7070), "{}", row.takes);
        }
    }

    #[test]
    fn a_port_that_a_flag_opens_comes_last_and_is_not_told() {
        let listened = |test: &str| {
            let text = format!("if ({test}) {{ web.listen(6666); }} app.listen(3000);");
            let found = listen(&Program::of([file("javascript", &text, None)]));
            (found.port.map(|port| port.value), found.others.len())
        };
        assert_eq!(listened("process.env.SSL === '1'"), (Some(3000), 0));
        assert_eq!(listened("process.env.NODE_ENV !== 'test'"), (Some(6666), 1));
        let text = "if (process.env.HTTP) { app.listen(3000); }";
        let found = listen(&Program::of([file("javascript", text, None)]));
        assert_eq!(found.port.map(|port| port.value), Some(3000), "it is all that there is");
    }

    #[test]
    fn a_port_that_the_system_chooses_is_of_no_server() {
        let listened = |text: &str| {
            let found = listen(&Program::of([file("rust", text, None)]));
            (found.server.is_some(), found.port.map(|port| port.value), found.loopback.is_some())
        };
        let helper = "use tokio::net::TcpListener; async fn spawn() { let address = \"127.0.0.1\"; TcpListener::bind(format!(\"{address}:0\")).await.unwrap(); }";
        assert_eq!(listened(helper), (false, None, false));
        let both = format!("{helper} async fn main() {{ TcpListener::bind(\"0.0.0.0:3000\").await.unwrap(); }}");
        assert_eq!(listened(&both), (true, Some(3000), false));
        assert_eq!(
            listened("async fn main() { tokio::net::TcpListener::bind(\"127.0.0.1:0\").await; }"),
            (false, None, false)
        );
        assert_eq!(
            listened("async fn main() { tokio::net::TcpListener::bind(\"127.0.0.1:80\").await; }"),
            (true, Some(80), true)
        );
    }

    #[test]
    fn the_default_of_an_option_for_the_address_is_where_it_listens_unless_told() {
        let of = |options: &str| {
            let text = format!("{options} async fn main() {{ warp::serve(routes).run(settings.place()).await }}");
            let found = listen(&Program::of([file("rust", &text, None)]));
            let shown = |it: &Setting| it.flag().unwrap_or_default().to_owned();
            let port = found.port.as_ref().map(|port| port.value);
            (port, found.loopback.and_then(|it| it.setting.as_ref().map(shown)), found.is_address)
        };
        let whole = "static PLACE: &str = \"[::]:9679\"; fn args() { App::new(\"a\").arg(Arg::with_name(\"listen_host\").long(\"listen\").default_value(PLACE)); }";
        assert_eq!(of(whole), (Some(9679), None, true));
        assert_eq!(of(&whole.replace("[::]", "127.0.0.1")), (Some(9679), Some("--listen".into()), true));
        let parts = "#[derive(StructOpt)] struct Args { #[structopt(long, default_value = \"127.0.0.1\")] ip: String, #[structopt(long, default_value = \"8081\")] port: u16 }";
        assert_eq!(of(parts), (Some(8081), Some("--ip".into()), false));
        let other = parts.replace("ip: String", "upstream_host: String");
        assert_eq!(of(&other), (Some(8081), None, false), "that is of another server");
        let stated = format!("{parts} async fn main() {{ warp::serve(routes).run(([0, 0, 0, 0], 3000)).await }}");
        let found = listen(&Program::of([file("rust", &stated, None)]));
        assert_eq!((found.port.map(|it| it.value), found.loopback), (Some(3000), None), "the source says it");
    }

    #[test]
    fn of_two_servers_the_one_that_is_told_its_port_is_meant() {
        let listened = |text: &str| {
            let found = listen(&Program::of([file("rust", text, None)]));
            let others: Vec<u16> = found.others.iter().map(|port| port.value).collect();
            (
                found.port.map(|port| port.value),
                found.port_setting.as_ref().and_then(Setting::variable).is_some(),
                others,
            )
        };
        let of = |inside: &str| listened(&format!("use tokio::net::TcpListener; async fn main() {{ {inside} }}"));
        let beside = "TcpListener::bind(\"0.0.0.0:3001\").await;";
        let told = |default: &str| {
            format!(
                "let port = std::env::var(\"PORT\"){default}; TcpListener::bind(format!(\"0.0.0.0:{{port}}\")).await;"
            )
        };
        let by_default = told(".unwrap_or(\"3000\".into())");
        assert_eq!(of(&format!("{beside} {by_default}")), (Some(3000), true, vec![3001]));
        assert_eq!(of(&format!("{beside} {}", told(".unwrap()"))), (None, true, vec![3001]));
        let other = told(".unwrap()").replace("PORT", "METRICS_PORT");
        assert_eq!(of(&format!("{beside} {other}")), (Some(3001), false, vec![]));
        // one server, which is told a port or else has its own
        let or = format!(
            "if let Ok(port) = std::env::var(\"PORT\") {{ TcpListener::bind(port).await }} else {{ {beside} }}"
        );
        assert_eq!(of(&or), (Some(3001), true, vec![]));
    }

    #[test]
    fn a_server_of_python_is_given_a_host_by_its_name() {
        let found = |call: &str| {
            let program =
                Program::of([file("python", &format!("from flask import Flask\napp = Flask(__name__)\n{call}"), None)]);
            let loopback = listen(&program).loopback;
            loopback.map(|it| it.edit.map_or("?".to_owned(), |edit| edit.to)).unwrap_or_default()
        };
        for (call, expected) in [
            ("app.run()", "app.run(host=\"0.0.0.0\")"),
            ("app.run(debug=True)", "app.run(host=\"0.0.0.0\", debug=True)"),
            ("app.run(port=5000)", "app.run(host=\"0.0.0.0\", port=5000)"),
            ("app.run(**options)", ""),
            ("app.run(host='0.0.0.0')", ""),
            ("app.run('127.0.0.1')", "app.run('0.0.0.0"),
            ("app.run(host=\n  '127.0.0.1')", "'0.0.0.0"),
        ] {
            assert_eq!(found(call), expected, "{call}");
        }
    }

    fn javascript(files: &[(&str, &str)], packages: &[&str]) -> Program {
        let files = files.iter().map(|(name, text)| Rc::new(crate::source::read(Document::new(*name, *text))));
        Program::new(files, packages.iter().map(|name| (*name).to_owned()).collect())
    }

    /// The port and what sets it.
    fn port(files: &[(&str, &str)]) -> String {
        let found = listen(&javascript(files, &[]));
        let port = found.port.map_or("-".into(), |port| port.value.to_string());
        match found.port_setting {
            Some(Setting::Variable(name)) => format!("{port} {name}"),
            Some(Setting::Flag(flag)) => format!("{port} {flag}"),
            None => port,
        }
    }

    #[test]
    fn a_port_is_followed_to_what_states_it() {
        let cases = [
            ("app.listen(3000)", "3000"),
            ("app.listen('3000')", "3000"),
            ("app.listen(process.env.PORT)", "- PORT"),
            ("app.listen(process.env.PORT || 3000)", "3000 PORT"),
            ("const port = process.env.PORT ?? 3000; app.listen(port, () => {})", "3000 PORT"),
            ("const port = Number(process.env.API_PORT ?? 3000); app.listen(port)", "3000 API_PORT"),
            ("function start(port) { app.listen(port) } start(4000)", "4000"),
            (
                "const start = async (port: number) => { await app.listen({ port }) }; start(Number(process.env.PORT ?? 4000))",
                "4000 PORT",
            ),
            ("app.listen(config.get('PORT'))", "- PORT"),
            ("app.set('port', process.env.PORT || 3000); app.listen(app.get('port'))", "3000 PORT"),
            (
                "import { Redis } from 'ioredis'; new Redis({ host: 'r', port: 6379 }); app.listen(process.env.PORT)",
                "- PORT",
            ),
            ("const db_port = 5432; app.listen(process.env.PORT)", "- PORT"),
            ("/* old: app.listen(8443) */ app.listen(process.env.PORT)", "- PORT"),
            ("const redisPort = 6380; const port = 3000; go(port)", "3000"),
            ("const config = { db: { port: 5433 }, port: 3000 }; start()", "3000"),
            ("createPool({ port: 3307, user: 'u' })", "-"),
            ("metricsApp.listen(9100); app.listen(3000)", "3000"),
            ("metrics.listen(process.env.METRICS_PORT || 9100); app.listen(process.env.PORT || 3000)", "3000 PORT"),
            ("program.option('-p, --port <n>', 'x', '8080'); start(program.opts().port)", "8080"),
            ("const { PORT = 8080 } = process.env; start(PORT)", "8080 PORT"),
            ("f({ host: process.env.DB_HOST, port: process.env.DB_PORT || 5432 })", "-"),
            ("test(80)", "-"),
            ("const MAX_PORT = 65535", "-"),
            ("app.listen(0)", "-"),
            ("app.listen(70000)", "-"),
        ];
        for (text, expected) in cases {
            assert_eq!(port(&[("server.ts", text)]), expected, "{text}");
        }
        let config =
            ("config.ts", "export const config = { db: { port: 5432 }, server: { port: process.env.PORT || 4000 } }");
        assert_eq!(
            port(&[("server.ts", "import { config } from './config'; app.listen(config.server.port)"), config]),
            "4000 PORT"
        );
        let constants = ("constants.js", "module.exports.HTTP_PORT = 4001");
        assert_eq!(
            port(&[("server.js", "const { HTTP_PORT } = require('./constants'); app.listen(HTTP_PORT)"), constants]),
            "4001"
        );
        assert_eq!(port(&[("test/server.test.js", "app.listen(3000)")]), "-");
    }

    #[test]
    fn a_server_on_the_loopback_is_told_otherwise_or_edited() {
        let cases = [
            ("app.listen(3000, 'localhost')", "app.listen(3000, '0.0.0.0"),
            ("app.listen(process.env.PORT || 80, '127.0.0.1')", "app.listen(process.env.PORT || 80, '0.0.0.0"),
            ("const hostname = '127.0.0.1';\nserver.listen(port, hostname, () => {});", "const hostname = '0.0.0.0"),
            ("const HOST = 'localhost'\napp.listen({ port: Number(PORT), host: HOST })", "const HOST = '0.0.0.0"),
            ("app.listen(80,\n  'localhost')", "'0.0.0.0"),
            ("app.listen({ port: 3000, host: process.env.HOST || 'localhost' })", "HOST"),
            ("app.listen(80, '::1')", "app.listen(80, '::"),
        ];
        for (text, expected) in cases {
            let found = listen(&javascript(&[("server.ts", text)], &[])).loopback.unwrap_or_else(|| panic!("{text}"));
            let told = found.setting.as_ref().and_then(Setting::variable).map(str::to_owned);
            assert_eq!(found.edit.map(|edit| edit.to).or(told).as_deref(), Some(expected), "{text}");
        }
        let silent = [
            ("await app.listen({ port: 3000 })", "await app.listen({ host: \"0.0.0.0\", port: 3000 })"),
            ("await app.listen(process.env.PORT ?? 3000);", "await app.listen(process.env.PORT ?? 3000, \"0.0.0.0\");"),
            ("app.listen(config.get('PORT'))", "app.listen(config.get('PORT'), \"0.0.0.0\")"),
            ("app.listen(3000, (err) => {})", "app.listen(3000, \"0.0.0.0\", (err) => {})"),
        ];
        for (text, to) in silent {
            let found = listen(&javascript(&[("server.ts", text)], &["fastify"])).loopback;
            assert_eq!(found.and_then(|it| it.edit).map(|edit| edit.to).as_deref(), Some(to), "{text}");
            assert!(listen(&javascript(&[("server.ts", text)], &["express"])).loopback.is_none(), "{text}");
        }
        for text in [
            "app.listen({ port, host: HOST })",
            "app.listen(3000, host)",
            "app.listen(3000, '0.0.0.0')",
            "const hostname = 'localhost'; fetch(hostname); app.listen({ port: 1, host: '::' })",
            "const host = 'localhost'; web.listen(80, '0.0.0.0', () => console.log(`http://${host}`))",
        ] {
            assert!(listen(&javascript(&[("server.ts", text)], &["fastify"])).loopback.is_none(), "{text}");
        }
    }
}
