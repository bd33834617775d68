//! Which port a program opens, by which variable or flag it is told, and whether others can reach it.

use std::cmp::Reverse;

use crate::analysis::services::is_of_a_service;
use crate::analysis::{self, SourceEdit};
use crate::catalog::go_frameworks;
use crate::evidence::{Evidence, Fact};
use crate::languages::go::entrypoint::runtime_files::Files;
use crate::languages::go::framework::{opened_by, uses};
use crate::languages::go::workspace::packages::{Closure, Packages};
use crate::path::{file_name, join, parent};
use crate::plan::Variable;
use crate::repo::{Document, Repo};
use crate::source::go::{Call, Literal, Piece, Source, is_variable, name_words};

/// Those of [`CALLS`] that do other things, too.
pub const AMBIGUOUS: &[&str] = &["Run", "Start", "StartServer", "Serve", "Listen", "Spin", "Execute"];

/// What is known of the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its number, where one is stated.
    pub number: Option<u16>,
    /// The environment variable that changes it, and whether it holds a whole address.
    pub variable: Option<String>,
    /// The flag that changes it.
    pub flag: Option<String>,
    /// What changes the interface that it listens on, where that is a setting of its own and only the machine's own.
    pub host: Option<Fact<Setting>>,
    /// Whether the address is a whole one, not a port alone.
    pub is_address: bool,
    /// The change of the source that opens it to others, where nothing else does.
    pub edit: Option<SourceEdit>,
    /// Whether only the machine itself can reach it.
    pub is_loopback: bool,
    /// Whether the program has no number of its own everywhere, so that it has to be told.
    pub is_stated_outside: bool,
    /// The line that says so.
    pub evidence: Evidence,
}

/// What a program can be told something by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// A variable of the environment.
    Variable(String),
    /// A flag, without dashes.
    Flag(String),
}

impl Port {
    /// What changes it: its variable, else its flag.
    pub fn setting(&self) -> Option<Setting> {
        let variable = self.variable.clone().map(Setting::Variable);
        variable.or_else(|| self.flag.clone().map(Setting::Flag))
    }

    /// The port that the calls of the program's libraries state.
    pub fn heard(heard: &analysis::listen::Listen) -> Option<Self> {
        if heard.port.is_none() && heard.port_setting.is_none() {
            return None;
        }
        let evidence = heard.port.as_ref().map(|port| port.evidence.clone()).or_else(|| heard.server.clone())?;
        let setting = heard.port_setting.as_ref();
        let flag = setting.and_then(analysis::Setting::flag);
        Some(Self {
            number: heard.port.as_ref().map(|port| port.value),
            variable: setting.and_then(analysis::Setting::variable).map(str::to_owned),
            flag: flag.map(|flag| flag.trim_start_matches('-').to_owned()),
            is_address: heard.is_address,
            is_stated_outside: heard.port.is_none(),
            ..Self::at(evidence)
        })
    }

    /// The same with the change of the source that opens it to others, where it needs one.
    #[must_use]
    pub fn with_edit(mut self, heard: &analysis::listen::Listen) -> Self {
        let loopback = heard.loopback.as_ref().filter(|_| self.is_loopback && self.setting().is_none());
        self.edit = loopback.and_then(|loopback| loopback.edit.clone());
        self
    }

    /// A port of which nothing but a line is known.
    fn at(evidence: Evidence) -> Self {
        Self {
            number: None,
            variable: None,
            flag: None,
            host: None,
            edit: None,
            is_address: false,
            is_loopback: false,
            is_stated_outside: true,
            evidence,
        }
    }
}

/// The port of the program that `closure` makes up, if it opens one.
pub fn port(packages: &mut Packages, closure: &Closure, files: &Files) -> Option<Port> {
    let mut found = in_source(packages, closure).or_else(|| asked_for(packages, closure, files));
    let repo = packages.repo();
    let unknown = found.as_ref().is_none_or(|port| port.number.is_none());
    let variable = found.as_ref().and_then(|port| port.variable.clone());
    let sampled = variable.filter(|_| unknown).and_then(|name| sample(repo, &files.base, &name));
    if let Some(stated) = sampled.or_else(|| port_in_settings(repo, &files.read).filter(|_| unknown)) {
        let port = found.get_or_insert_with(|| Port::at(stated.evidence.clone()));
        port.number = Some(stated.value);
        port.is_stated_outside = true;
        port.evidence = stated.evidence;
    }
    found
}

/// The port in the variable of the environment that the program asks for one: the one that a sample gives, else the first.
fn asked_for(packages: &mut Packages, closure: &Closure, files: &Files) -> Option<Port> {
    let found: Vec<_> = closure.folders.iter().map(|folder| packages.package(folder)).collect();
    let sources = found.iter().flat_map(|package| &package.sources);
    let asked: Vec<_> = sources
        .flat_map(|source| source.literals.iter().map(move |literal| (source, literal)))
        .filter(|(_, literal)| asks_for_port(literal))
        .collect();
    let repo = packages.repo();
    let is_sampled = |literal: &Literal| sample(repo, &files.base, &literal.value).is_some();
    let (source, literal) = asked.iter().find(|(_, literal)| is_sampled(literal)).or(asked.first())?;
    let port = Port::at(packages.evidence(&source.path, literal.line));
    Some(Port { variable: Some(literal.value.clone()), is_address: names_address(&literal.value), ..port })
}

/// The port that the source states.
fn in_source(packages: &mut Packages, closure: &Closure) -> Option<Port> {
    let found: Vec<_> = closure.folders.iter().map(|folder| packages.package(folder)).collect();
    let sources: Vec<&Source> = found.iter().flat_map(|package| &package.sources).collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    for source in &sources {
        candidates.extend(
            source.calls.iter().filter(|call| call.may_open()).filter_map(|call| from_call(call, source, &sources)),
        );
        candidates.extend(source.literals.iter().filter_map(|literal| from_literal(literal, source)));
    }
    let unresolved = candidates
        .iter()
        .find(|it| it.number.is_none() && it.variable.is_some() && it.strength >= Strength::Variable)
        .and_then(|it| it.variable.clone());
    let rank = |it: &Candidate| {
        let is_side_file = is_aside(&[it.source.path.as_str()]);
        let strength = if is_side_file { it.strength.in_side_file() } else { it.strength };
        (strength, !is_own_machine(it.host))
    };
    let possible = candidates.iter().rev();
    // of equals the one with the plainest name: `SHOP_ADDR`, not `SHOP_AGENT_ADDR`
    let length = |it: &Candidate| it.variable.as_ref().map_or(0, String::len);
    let best = possible.max_by_key(|candidate| (rank(candidate), Reverse(length(candidate))))?;
    let variable = best.variable.clone().or_else(|| unresolved.clone());
    Some(Port {
        is_stated_outside: unresolved.is_some() && unresolved == variable,
        number: best.number,
        variable,
        flag: best.flag.clone(),
        host: sources
            .iter()
            .flat_map(|source| own_hosts(packages, source))
            .min_by_key(|(rank, _)| *rank)
            .map(|(_, fact)| fact),
        is_address: best.is_address,
        edit: None,
        is_loopback: is_own_machine(best.host),
        evidence: packages.evidence(&best.source.path, best.line),
    })
}

fn is_own_machine(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

/// The settings that hold the interface to listen on, where their default is the machine's own; lowest the clearest.
fn own_hosts(packages: &Packages, source: &Source) -> Vec<(usize, Fact<Setting>)> {
    source
        .literals
        .iter()
        .filter_map(|literal| {
            let setting = if matches!(literal.value.as_str(), "127.0.0.1" | "localhost") {
                let variable = literal.environment().map(Setting::Variable);
                variable.or_else(|| literal.flag().map(Setting::Flag))
            } else if ["127.0.0.1", "localhost"]
                .iter()
                .any(|host| literal.tag("default") == Some(host) || literal.tag("envDefault") == Some(host))
            {
                let variable = literal
                    .tag("env")
                    .or_else(|| literal.tag("envconfig"))
                    .map(|name| Setting::Variable(name.to_owned()));
                variable
                    .filter(|_| !literal.value.contains("env-namespace"))
                    .or_else(|| literal.tag("long").map(|name| Setting::Flag(name.to_owned())))
            } else {
                None
            }?;
            let name = match &setting {
                Setting::Variable(name) | Setting::Flag(name) => name,
            };
            let is_own = about_host(name) && !is_aside(&[literal.name.as_str(), literal.call.as_str()]);
            let is_clear = ["bind", "listen", "addr", "http"].iter().any(|word| name.to_lowercase().contains(word));
            is_own.then(|| (usize::from(!is_clear), packages.fact(source, literal.line, setting.clone())))
        })
        .collect()
}

/// The first call that makes the program a server.
pub fn server(packages: &mut Packages, closure: &Closure) -> Option<Fact<String>> {
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            let call = source.calls.iter().find(|call| is_opening(call, source));
            if let Some(call) = call {
                return Some(packages.fact(source, call.line, call.name.clone()));
            }
        }
    }
    None
}

fn is_opening(call: &Call, source: &Source) -> bool {
    if !call.may_open() {
        return false;
    }
    let function = call.function();
    if !AMBIGUOUS.contains(&function) {
        return true;
    }
    if opened_by(call, source).is_some() {
        return true;
    }
    let says_address = call.arguments.first().is_some_and(|first| {
        first.iter().any(|piece| matches!(piece, Piece::Literal(text) if address(text).is_some() || text == ":" || text.starts_with(":%")))
    });
    match function {
        "Listen" => says_address || call.arguments.len() > 1 || uses(source, "github.com/gofiber/fiber"),
        "Serve" => call.arguments.len() <= 2 && (uses(source, "google.golang.org/grpc") || uses(source, "net/http")),
        _ => {
            says_address
                || function == "Start" && uses(source, "github.com/labstack/echo") && !call.arguments.is_empty()
        }
    }
}

/// How sure it is that a port is the one that the program listens on, the least sure first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// An address with a host, given to nothing whose name is about listening.
    AddressWithHost,
    /// A variable of a function that is called `port`.
    LocalPort,
    /// It belongs to another service, though it is stated as the program's own would be.
    OtherService,
    /// A field that a variable of the environment sets, without a number.
    FieldOfVariable,
    /// A number that is given to a function which starts anything.
    AnyStart,
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
pub struct Candidate<'a> {
    /// How sure it is.
    pub strength: Strength,
    /// The file.
    pub source: &'a Source,
    /// One-based line.
    pub line: u32,
    /// The number, where one is stated.
    pub number: Option<u16>,
    /// The host, where one is stated.
    pub host: &'a str,
    /// Whether a whole address is stated.
    pub is_address: bool,
    /// The environment variable that changes it.
    pub variable: Option<String>,
    /// The flag that changes it.
    pub flag: Option<String>,
}

/// What a call that opens a port is given.
pub fn from_call<'a>(call: &'a Call, source: &'a Source, sources: &[&'a Source]) -> Option<Candidate<'a>> {
    let candidate = |strength, number, host, is_address, variable| Candidate {
        strength,
        source,
        line: call.line,
        number,
        host,
        is_address,
        variable,
        flag: None,
    };
    let function = call.function();
    if call.arguments.is_empty() {
        let framework = opened_by(call, source)?;
        let host = if framework.is_loopback { "127.0.0.1" } else { "" };
        let known = candidate(
            Strength::FrameworkDefault,
            Some(framework.port?),
            host,
            framework.is_loopback,
            framework.variable.clone(),
        );
        return Some(Candidate { flag: framework.flag.clone(), ..known });
    }
    let position = match call.arguments[0].first() {
        Some(Piece::Literal(network)) if network.starts_with("tcp") => 1,
        Some(Piece::Literal(network)) if network.starts_with("unix") || network.starts_with("udp") => return None,
        _ => 0,
    };
    // what is started with a number alone, and by no framework of servers, may be anything
    let is_framework = go_frameworks().iter().any(|framework| uses(source, &framework.import));
    let is_any_start =
        |it: &Candidate| AMBIGUOUS.contains(&function) && !is_framework && !it.is_address && it.variable.is_none();
    let pieces = port_part(call.arguments.get(position)?);
    let (mut variable, mut is_read) = (None, false);
    let mut number = None;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(text) => {
                let after_name = index.checked_sub(1).map(|before| &pieces[before]);
                if matches!(after_name, Some(Piece::Name(name)) if name.to_lowercase().contains("env")) {
                    // what has no name of a variable is read all the same, and can't be set
                    is_read = true;
                    variable = Some(text.clone()).filter(|name| Variable::is_name(name));
                } else if let Some((host, port)) = address(text) {
                    let strength =
                        if is_of_another_service(port) { Strength::OtherService } else { Strength::CallWithAddress };
                    return Some(candidate(strength, Some(port), host, !host.is_empty(), variable));
                } else if let Some(port) = text.parse().ok().filter(|port| *port > 0).filter(|_| text.len() > 1) {
                    number = Some(port);
                }
            }
            Piece::Name(name) => {
                let last = name.rsplit('.').next().unwrap_or_default();
                if matches!(last, "Sprintf" | "JoinHostPort" | "Itoa" | "Sprint" | "nil" | "Getenv" | "LookupEnv") {
                    continue;
                }
                if let Some(found) = assigned(last, source, sources) {
                    let strength = match found.number {
                        None => Strength::Variable,
                        Some(_) if is_any_start(&found) => Strength::AnyStart,
                        Some(_) => Strength::CallWithName,
                    };
                    let is_more = function != "Run" && function != "Start" || found.is_address || number.is_none();
                    return is_more.then_some(Candidate { strength, ..found });
                }
            }
        }
    }
    if number.is_some() || is_read {
        let strength = match number {
            None => Strength::Variable,
            Some(_)
                if variable.is_none()
                    && is_any_start(&candidate(Strength::CallWithNumber, number, "", false, None)) =>
            {
                Strength::AnyStart
            }
            Some(_) => Strength::CallWithNumber,
        };
        return Some(candidate(strength, number, "", false, variable));
    }
    None
}

/// The pieces after the host of an address that is put together: `host + ":" + port`, `Sprintf("%s:%d", host, port)`.
fn port_part(pieces: &[Piece]) -> &[Piece] {
    let colon =
        pieces.iter().rposition(|piece| matches!(piece, Piece::Literal(text) if text == ":" || text.ends_with("%s:")));
    if let Some(colon) = colon {
        return &pieces[colon + 1..];
    }
    let is_joined = pieces.iter().any(|piece| match piece {
        Piece::Literal(text) => text.contains(":%") && !text.starts_with(":%"),
        Piece::Name(name) => name.ends_with("JoinHostPort"),
    });
    match pieces.iter().rposition(|piece| matches!(piece, Piece::Name(_))) {
        Some(last) if is_joined => &pieces[last..],
        _ => pieces,
    }
}

/// What a variable holds: a literal, or a variable of the environment with a fallback.
fn assigned<'a>(name: &str, near: &'a Source, sources: &[&'a Source]) -> Option<Candidate<'a>> {
    let folder = parent(&near.path);
    let beside = sources.iter().filter(|it| it.path != near.path && parent(&it.path) == folder);
    let everywhere = std::iter::once(&near).chain(beside);
    let mut variable = None;
    for source in everywhere {
        for literal in source.literals.iter().filter(|it| it.name.rsplit('.').next() == Some(name)) {
            if literal.is_environment() && literal.position == 0 && is_variable(&literal.value) {
                variable = variable.or(Some((*source, literal)));
                continue;
            }
            let (host, number) =
                address(&literal.value).or_else(|| Some(("", port_number(&literal.value)?))).unwrap_or(("", 0));
            if number == 0 || !about_listening(name) && !literal.value.contains(':') {
                continue;
            }
            let told = literal.before.first().filter(|it| literal.is_environment() && is_variable(it));
            return Some(Candidate {
                strength: Strength::CallWithName,
                source,
                line: literal.line,
                number: Some(number),
                host,
                is_address: literal.value.contains(':'),
                variable: told.cloned().or_else(|| variable.map(|(_, literal)| literal.value.clone())),
                flag: literal.flag(),
            });
        }
        if variable.is_some() {
            break;
        }
    }
    variable.map(|(source, literal)| Candidate {
        strength: Strength::Variable,
        source,
        line: literal.line,
        number: None,
        host: "",
        is_address: names_address(&literal.value),
        variable: Some(literal.value.clone()),
        flag: None,
    })
}

/// What a literal may be: an argument of a flag, a fallback, a field, a constant.
pub fn from_literal<'a>(literal: &'a Literal, source: &'a Source) -> Option<Candidate<'a>> {
    if literal.value.contains(":\"") {
        return from_tag(literal, source);
    }
    if address(&literal.value).is_none() && port_number(&literal.value).is_none() {
        return None;
    }
    if literal.before.iter().any(|text| text.starts_with("udp") || text.starts_with("unix")) {
        return None;
    }
    let words: Vec<&str> = [literal.name.as_str(), literal.outer.as_str()]
        .into_iter()
        .chain(literal.before.iter().map(String::as_str).filter(|it| it.len() < 40))
        .collect();
    let listening = words.iter().any(|word| about_listening(word));
    let environment = literal.environment();
    let in_table =
        [&literal.outer, &literal.name].into_iter().filter(|_| !literal.call.is_empty() || !literal.outer.is_empty());
    let variable =
        environment.or_else(|| in_table.into_iter().find(|name| is_variable(name) && name.contains('_')).cloned());
    let flag = literal.flag();
    let (host, number, is_address) = match address(&literal.value) {
        Some((host, number)) => (host, number, true),
        None => ("", port_number(&literal.value).filter(|_| listening)?, false),
    };
    let mut strength = match (is_address, listening) {
        _ if flag.is_some() && listening => Strength::FlagDefault,
        _ if variable.is_some() && listening => Strength::Fallback,
        (true, true) => Strength::NamedAddress,
        (true, false) if host.is_empty() => Strength::Address,
        (true, false) => Strength::AddressWithHost,
        // a variable of a function says less than a constant or a field
        (false, _) if literal.call.is_empty() && literal.name == "port" => Strength::LocalPort,
        (false, _) => Strength::NamedNumber,
    };
    if is_aside(&words) || is_of_another_service(number) {
        strength = strength.of_another()?;
    }
    Some(Candidate { strength, source, line: literal.line, number: Some(number), host, is_address, variable, flag })
}

/// `env:"PORT" envDefault:"8080"` and its like.
fn from_tag<'a>(literal: &'a Literal, source: &'a Source) -> Option<Candidate<'a>> {
    let value = |key: &str| literal.tag(key);
    // go-arg keeps its own settings in one tag: `arg:"--listen,env:LISTEN"`
    let argument = |key: &str| value("arg")?.split(',').find_map(|part| part.trim().strip_prefix(key));
    let variable = ["env", "envconfig"]
        .iter()
        .find_map(|key| value(key))
        .or_else(|| argument("env:"))
        .and_then(|text| text.split(',').next())
        .filter(|it| is_variable(it));
    let words = [literal.name.as_str(), variable.unwrap_or_default(), literal.call.as_str()];
    if !words[..2].iter().any(|word| about_listening(word)) {
        return None;
    }
    let within = |text: &'a str| text.split(',').find_map(|part| part.strip_prefix("default:"));
    let default = ["envDefault", "env-default", "default"].iter().find_map(|key| value(key));
    let default = default.or_else(|| value("conf").and_then(within));
    let (host, number) = default
        .and_then(|text| address(text).or_else(|| Some(("", port_number(text)?))))
        .map_or(("", None), |(host, number)| (host, Some(number)));
    if number.is_none() && variable.is_none() {
        return None;
    }
    let is_required = literal.value.contains("required");
    let is_settable = variable.is_some() && default.is_some_and(|text| text.contains(':'));
    let strength = match number {
        // the address that a user sets is the one that users talk to, whatever else is opened
        Some(_) if is_settable => Strength::FieldOfUsers,
        Some(_) => Strength::Field,
        None if is_required => Strength::Field,
        None => Strength::FieldOfVariable,
    };
    let is_other = is_aside(&words) || number.is_some_and(is_of_another_service);
    let strength = if is_other { strength.of_another()? } else { strength };
    Some(Candidate {
        strength,
        source,
        line: literal.line,
        number,
        host,
        is_address: default.map_or_else(|| variable.is_some_and(names_address), |text| text.contains(':')),
        variable: variable.map(str::to_owned),
        flag: value("long").or_else(|| argument("--")).map(str::to_owned),
    })
}

/// Whether a literal is the variable of the environment that a program asks for an address to listen on.
pub fn asks_for_port(literal: &Literal) -> bool {
    literal.is_environment()
        && literal.position == 0
        && is_variable(&literal.value)
        && about_listening(&literal.value)
        && !is_aside(&[literal.value.as_str()])
}

/// Words that say that it is another service's address, or not the one that users talk to.
const ASIDE: &str = "metric grpc admin debug pprof tls https secure ssl smtp mail redis postgres pg mysql mongo db \
    database kafka nats rabbit amqp ldap dns gossip raft peer cluster telemetry otlp otel tracing jaeger \
    statsd health manage mgmt remote upstream target backend client ssh ftp consul etcd vault memcache \
    elastic clickhouse syslog prometheus mock forwarded header plugin fake fetch request scrape callback \
    imap sentinel minio s3 ntp snmp provider";

/// Whether a name is about an address to listen on.
pub fn about_listening(name: &str) -> bool {
    const OTHER: &[&str] =
        &["export", "import", "support", "report", "transport", "passport", "viewport", "airport", "sport"];
    name_words(name).iter().any(|part| {
        let is_port = (part.ends_with("port") || part == "ports") && !OTHER.contains(&part.as_str());
        is_port
            || part.ends_with("addr")
            || part.starts_with("address")
            || part.starts_with("listen")
            || part.starts_with("bind")
    })
}

/// Whether any part of the names says that it is not the port that users talk to.
pub fn is_aside(names: &[&str]) -> bool {
    let is_other =
        |part: &String| ASIDE.split_whitespace().any(|word| part.starts_with(word) && (word.len() > 3 || part == word));
    names.iter().any(|name| name_words(name).iter().any(is_other))
}

/// Whether a variable of this name holds a whole address, not a port alone.
pub fn names_address(name: &str) -> bool {
    name_words(name)
        .iter()
        .any(|part| part.starts_with("addr") || part.starts_with("listen") || part.starts_with("bind"))
}

/// The number of a port, alone.
pub fn port_number(text: &str) -> Option<u16> {
    text.parse().ok().filter(|number: &u16| *number >= 80 || *number == 70).filter(|_| text.len() > 1)
}

/// Host and port of an address to listen on.
pub fn address(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok().filter(|port| *port > 0)?;
    matches!(host, "" | "0.0.0.0" | "[::]" | "127.0.0.1" | "localhost" | "[::1]").then_some((host, port))
}

/// Whether a port is known as another service's, as that of names, or as the profiler's.
pub fn is_of_another_service(port: u16) -> bool {
    matches!(port, 53 | 6060) || is_of_a_service(port)
}

/// Whether a name is about the interface to listen on, and not about another service's host.
pub fn about_host(name: &str) -> bool {
    let about = |part: &String| {
        matches!(
            part.as_str(),
            "host" | "addr" | "address" | "bind" | "listen" | "interface" | "ip" | "httphost" | "v4" | "ipv4"
        )
    };
    name_words(name).iter().any(about) && !is_aside(&[name])
}

/// Samples of the environment that people copy to `.env`.
const SAMPLES: &[&str] =
    &[".env.example", ".env.sample", ".env.dist", ".env.template", "env.example", ".env.local.example"];
/// Endings of files with settings.
const SETTINGS: &[&str] = &["ini", "yml", "yaml", "toml", "conf", "json", "properties", "cfg", "env"];

/// What a sample of the environment gives a variable for a port.
pub fn sample(repo: &Repo, base: &str, variable: &str) -> Option<Fact<u16>> {
    let mut folder = base;
    loop {
        let own = (folder == base).then_some(&".env");
        for name in SAMPLES.iter().chain(own) {
            let found = repo.read_optional(&join(folder, name)).and_then(|document| {
                let line = document.find_stated(|line| {
                    line.trim_start().strip_prefix(variable).is_some_and(|rest| rest.trim_start().starts_with('='))
                })?;
                let value = line.value.split_once('=')?.1.trim().trim_matches(['"', '\'']);
                Some(Fact::new(number(value)?, line.evidence))
            });
            if found.is_some() {
                return found;
            }
        }
        if folder.is_empty() {
            return None;
        }
        folder = parent(folder);
    }
}

/// The first port to listen on in the settings that a program reads.
fn port_in_settings(repo: &Repo, read: &[Fact<String>]) -> Option<Fact<u16>> {
    let paths = read.iter().flat_map(|fact| {
        repo.files_under(parent(&fact.value))
            .filter(|path| *path == fact.value || path.starts_with(&format!("{}/", fact.value)))
            .take(20)
    });
    paths
        .filter(|path| SETTINGS.contains(&file_name(path).rsplit_once('.').map_or("", |(_, ending)| ending)))
        .find_map(|path| in_settings(&repo.read_optional(path)?))
}

fn in_settings(document: &Document) -> Option<Fact<u16>> {
    let mut above: Vec<(usize, String)> = Vec::new();
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
        let names: Vec<&str> = above.iter().map(|(_, name)| name.as_str()).chain([key]).collect();
        if value.is_empty() || value == "{" {
            above.push((indent, key.to_owned()));
        } else if about_listening(key)
            && !is_aside(&names)
            && let Some(number) = number(value)
        {
            return Some(Fact::new(number, Evidence::new(document.path(), line, text)));
        }
    }
    None
}

/// The port in a value: alone, or at the end of an address to listen on.
fn number(value: &str) -> Option<u16> {
    port_number(value).or_else(|| address(value).map(|(_, port)| port))
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
            let found = in_settings(&Document::new(name, text)).map(|fact| fact.value);
            assert_eq!(found, Some(8000), "{name}");
        }
    }
}
