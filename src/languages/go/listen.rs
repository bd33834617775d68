//! Which port a program opens, by which variable or flag it is told, and whether others can reach it.

use crate::languages::go::files::Files;
use crate::languages::go::packages::{Closure, Packages};
use crate::languages::go::settings;
use crate::languages::go::source::{Call, Literal, Piece, Source};
use crate::languages::{Evidence, Fact};
use crate::repo::parent;

/// Functions that open a port, by their own names; those of the second list do other things too.
pub const CALLS: &[&str] = &[
    "ListenAndServe",
    "ListenAndServeTLS",
    "Serve",
    "ServeTLS",
    "Listen",
    "ListenTLS",
    "RunTLS",
    "StartTLS",
    "StartServer",
    "Run",
    "Start",
    "ListenAndServeContext",
    "StartAutoTLS",
];
const AMBIGUOUS: &[&str] = &["Run", "Start", "StartServer", "Serve", "Listen"];

/// Words that say that it is another service's address, or not the one that users talk to.
const ASIDE: &[&str] = &[
    "metric",
    "grpc",
    "admin",
    "debug",
    "pprof",
    "tls",
    "https",
    "secure",
    "ssl",
    "smtp",
    "mail",
    "redis",
    "postgres",
    "pg",
    "mysql",
    "mongo",
    "db",
    "database",
    "kafka",
    "nats",
    "rabbit",
    "amqp",
    "ldap",
    "dns",
    "gossip",
    "raft",
    "peer",
    "cluster",
    "telemetry",
    "otlp",
    "otel",
    "tracing",
    "jaeger",
    "statsd",
    "health",
    "manage",
    "mgmt",
    "remote",
    "upstream",
    "target",
    "backend",
    "client",
    "ssh",
    "ftp",
    "consul",
    "etcd",
    "vault",
    "memcache",
    "elastic",
    "clickhouse",
    "syslog",
    "prometheus",
    "mock",
    "forwarded",
    "header",
    "plugin",
    "fake",
    "fetch",
    "request",
    "scrape",
    "callback",
    "imap",
    "sentinel",
    "minio",
    "s3",
];

/// What is known of the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its number, where one is stated.
    pub number: Option<u16>,
    /// The environment variable that changes it, and whether it holds a whole address.
    pub variable: Option<String>,
    /// The flag that changes it.
    pub flag: Option<String>,
    /// Whether the address is a whole one, not a port alone.
    pub is_address: bool,
    /// Whether only the machine itself can reach it.
    pub is_loopback: bool,
    /// Whether the program has no number of its own everywhere, so that it has to be told.
    pub is_stated_outside: bool,
    /// The line that says so.
    pub evidence: Evidence,
}

impl Port {
    /// A port of which nothing but a line is known.
    fn at(evidence: Evidence) -> Self {
        Self {
            number: None,
            variable: None,
            flag: None,
            is_address: false,
            is_loopback: false,
            is_stated_outside: true,
            evidence,
        }
    }
}

struct Candidate<'a> {
    score: i32,
    source: &'a Source,
    line: u32,
    number: Option<u16>,
    host: &'a str,
    is_address: bool,
    variable: Option<String>,
    flag: Option<String>,
}

/// The port of the program that `closure` makes up, if it opens one.
pub fn port(packages: &mut Packages, closure: &Closure, files: &Files) -> Option<Port> {
    let mut found = in_source(packages, closure);
    let repo = packages.repo();
    let unknown = found.as_ref().is_none_or(|port| port.number.is_none());
    let variable = found.as_ref().and_then(|port| port.variable.clone());
    let sampled = variable
        .filter(|_| unknown)
        .and_then(|name| settings::sample(repo, &files.base, &name));
    if let Some(stated) = sampled.or_else(|| settings::port(repo, &files.read).filter(|_| unknown)) {
        let port = found.get_or_insert_with(|| Port::at(stated.evidence.clone()));
        port.number = Some(stated.value);
        port.is_stated_outside = true;
        port.evidence = stated.evidence;
    }
    found
}

/// The port that the source states.
fn in_source(packages: &mut Packages, closure: &Closure) -> Option<Port> {
    let found: Vec<_> = closure.folders.iter().map(|folder| packages.package(folder)).collect();
    let sources: Vec<&Source> = found.iter().flat_map(|package| &package.sources).collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    for source in &sources {
        candidates.extend(source.calls.iter().filter_map(|call| from_call(call, source, &sources)));
        candidates.extend(
            source
                .literals
                .iter()
                .filter_map(|literal| from_literal(literal, source)),
        );
    }
    let unresolved = candidates
        .iter()
        .find(|it| it.number.is_none() && it.variable.is_some() && it.score >= 60)
        .and_then(|it| it.variable.clone());
    let rank = |it: &Candidate| it.score - 30 * i32::from(is_aside(&[it.source.path.as_str()]));
    let possible = candidates.iter().rev().filter(|candidate| candidate.score > 0);
    let best = possible.max_by_key(|candidate| rank(candidate))?;
    let variable = best.variable.clone().or_else(|| unresolved.clone());
    Some(Port {
        is_stated_outside: unresolved.is_some() && unresolved == variable,
        number: best.number,
        variable,
        flag: best.flag.clone(),
        is_address: best.is_address,
        is_loopback: matches!(best.host, "127.0.0.1" | "localhost" | "[::1]"),
        evidence: packages.evidence(&best.source.path, best.line),
    })
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
    let function = call.name.rsplit('.').next().unwrap_or_default();
    if !AMBIGUOUS.contains(&function) {
        return true;
    }
    let uses_gin = source
        .imports
        .iter()
        .any(|import| import.value == "github.com/gin-gonic/gin");
    let says_address = call.arguments.first().is_some_and(|first| {
        first.iter().any(|piece| matches!(piece, Piece::Literal(text) if address(text).is_some() || text == ":" || text.starts_with(":%")))
    });
    match function {
        "Listen" => says_address || call.arguments.len() > 1 || uses(source, "github.com/gofiber/fiber"),
        "Serve" => call.arguments.len() <= 2 && (uses(source, "google.golang.org/grpc") || uses(source, "net/http")),
        "Run" => says_address || uses_gin && call.arguments.is_empty(),
        _ => {
            says_address
                || function == "Start" && uses(source, "github.com/labstack/echo") && !call.arguments.is_empty()
        }
    }
}

fn uses(source: &Source, module: &str) -> bool {
    source.imports.iter().any(|import| import.value.starts_with(module))
}

fn from_call<'a>(call: &'a Call, source: &'a Source, sources: &[&'a Source]) -> Option<Candidate<'a>> {
    let candidate = |score, number, host, is_address, variable| Candidate {
        score,
        source,
        line: call.line,
        number,
        host,
        is_address,
        variable,
        flag: None,
    };
    let function = call.name.rsplit('.').next().unwrap_or_default();
    if call.arguments.is_empty() {
        let is_gin = function == "Run" && uses(source, "github.com/gin-gonic/gin");
        return is_gin.then(|| candidate(90, Some(8080), "", false, Some("PORT".into())));
    }
    let position = match call.arguments[0].first() {
        Some(Piece::Literal(network)) if network.starts_with("tcp") => 1,
        Some(Piece::Literal(network)) if network.starts_with("unix") || network.starts_with("udp") => return None,
        _ => 0,
    };
    let pieces = call.arguments.get(position)?;
    let mut variable = None;
    let mut number = None;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(text) => {
                let after_name = index.checked_sub(1).map(|before| &pieces[before]);
                if matches!(after_name, Some(Piece::Name(name)) if name.to_lowercase().contains("env")) {
                    variable = Some(text.clone());
                } else if let Some((host, port)) = address(text) {
                    return Some(candidate(100, Some(port), host, host != "", variable));
                } else if let Some(port) = text.parse().ok().filter(|port| *port > 0).filter(|_| text.len() > 1) {
                    number = Some(port);
                }
            }
            Piece::Name(name) => {
                let last = name.rsplit('.').next().unwrap_or_default();
                if matches!(
                    last,
                    "Sprintf" | "JoinHostPort" | "Itoa" | "Sprint" | "nil" | "Getenv" | "LookupEnv"
                ) {
                    continue;
                }
                if let Some(found) = assigned(last, source, sources) {
                    let score = if found.number.is_some() { 95 } else { 60 };
                    let is_more = function != "Run" && function != "Start" || found.is_address || number.is_none();
                    return is_more.then_some(Candidate { score, ..found });
                }
            }
        }
    }
    if number.is_some() || variable.is_some() {
        return Some(candidate(
            if number.is_some() { 92 } else { 60 },
            number,
            "",
            false,
            variable,
        ));
    }
    None
}

/// What a variable holds: a literal, or a variable of the environment with a fallback.
fn assigned<'a>(name: &str, near: &'a Source, sources: &[&'a Source]) -> Option<Candidate<'a>> {
    let folder = parent(&near.path);
    let beside = sources
        .iter()
        .filter(|it| it.path != near.path && parent(&it.path) == folder);
    let everywhere = std::iter::once(&near).chain(beside);
    let mut variable = None;
    for source in everywhere {
        for literal in source
            .literals
            .iter()
            .filter(|it| it.name.rsplit('.').next() == Some(name))
        {
            if is_environment(literal) && literal.position == 0 && is_variable(&literal.value) {
                variable = variable.or_else(|| Some((*source, literal)));
                continue;
            }
            let (host, number) = address(&literal.value)
                .or_else(|| Some(("", port_number(&literal.value)?)))
                .unwrap_or(("", 0));
            if number == 0 || !about_listening(name) && !literal.value.contains(':') {
                continue;
            }
            let told = literal
                .before
                .first()
                .filter(|it| is_environment(literal) && is_variable(it));
            return Some(Candidate {
                score: 95,
                source,
                line: literal.line,
                number: Some(number),
                host,
                is_address: literal.value.contains(':'),
                variable: told
                    .cloned()
                    .or_else(|| variable.map(|(_, literal)| literal.value.clone())),
                flag: flag(literal),
            });
        }
        if variable.is_some() {
            break;
        }
    }
    variable.map(|(source, literal)| Candidate {
        score: 60,
        source,
        line: literal.line,
        number: None,
        host: "",
        is_address: names_address(&literal.value),
        variable: Some(literal.value.clone()),
        flag: None,
    })
}

fn from_literal<'a>(literal: &'a Literal, source: &'a Source) -> Option<Candidate<'a>> {
    if literal.value.contains(":\"") {
        return from_tag(literal, source);
    }
    let words: Vec<&str> = [literal.name.as_str(), literal.outer.as_str()]
        .into_iter()
        .chain(literal.before.iter().map(String::as_str).filter(|it| it.len() < 40))
        .collect();
    let listening = words.iter().any(|word| about_listening(word));
    let environment = is_environment(literal)
        .then(|| literal.before.first().filter(|it| is_variable(it)).cloned())
        .flatten();
    let in_table = [&literal.outer, &literal.name]
        .into_iter()
        .filter(|_| !literal.call.is_empty() || !literal.outer.is_empty());
    let variable = environment.or_else(|| {
        in_table
            .into_iter()
            .find(|name| is_variable(name) && name.contains('_'))
            .cloned()
    });
    let flag = flag(literal);
    let (host, number, is_address) = match address(&literal.value) {
        Some((host, number)) => (host, number, true),
        None => ("", port_number(&literal.value).filter(|_| listening)?, false),
    };
    let mut score = match (is_address, listening) {
        _ if flag.is_some() && listening => 80,
        _ if variable.is_some() && listening => 78,
        (true, true) => 75,
        (true, false) if host.is_empty() => 55,
        (true, false) => 15,
        // a variable of a function says less than a constant or a field
        (false, _) if literal.call.is_empty() && literal.name == "port" => 25,
        (false, _) => 50,
    };
    if is_aside(&words) {
        score -= 60;
    }
    Some(Candidate {
        score,
        source,
        line: literal.line,
        number: Some(number),
        host,
        is_address,
        variable,
        flag,
    })
}

/// `env:"PORT" envDefault:"8080"` and its like.
fn from_tag<'a>(literal: &'a Literal, source: &'a Source) -> Option<Candidate<'a>> {
    let value = |key: &str| {
        let start = literal
            .value
            .find(&format!("{key}:\""))
            .filter(|at| *at == 0 || !literal.value.as_bytes()[at - 1].is_ascii_alphanumeric())?;
        let text = &literal.value[start + key.len() + 2..];
        text.split('"').next()
    };
    let variable = ["env", "envconfig"]
        .iter()
        .find_map(|key| value(key))
        .and_then(|text| text.split(',').next())
        .filter(|it| is_variable(it));
    let words = [
        literal.name.as_str(),
        variable.unwrap_or_default(),
        literal.call.as_str(),
    ];
    if !words[..2].iter().any(|word| about_listening(word)) {
        return None;
    }
    let default = ["envDefault", "env-default", "default"]
        .iter()
        .find_map(|key| value(key));
    let (host, number) = default
        .and_then(|text| address(text).or_else(|| Some(("", port_number(text)?))))
        .map_or(("", None), |(host, number)| (host, Some(number)));
    if number.is_none() && variable.is_none() {
        return None;
    }
    let is_required = literal.value.contains("required");
    let score = if is_required || number.is_some() { 96 } else { 45 };
    let score = if is_aside(&words) { score - 60 } else { score };
    Some(Candidate {
        score,
        source,
        line: literal.line,
        number,
        host,
        is_address: default.map_or_else(|| variable.is_some_and(names_address), |text| text.contains(':')),
        variable: variable.map(str::to_owned),
        flag: None,
    })
}

/// The words of a name, lower case: `HTTPPort` gives `http` and `port`.
fn parts(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (index, c) in letters.iter().enumerate() {
        let after_lower = index > 0 && letters[index - 1].is_lowercase();
        let before_lower = letters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (after_lower || before_lower) {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() { *c } else { ' ' });
    }
    spaced.to_lowercase().split_whitespace().map(str::to_owned).collect()
}

/// Whether a name is about an address to listen on.
pub fn about_listening(name: &str) -> bool {
    const OTHER: &[&str] = &[
        "export",
        "import",
        "support",
        "report",
        "transport",
        "passport",
        "viewport",
        "airport",
        "sport",
    ];
    parts(name).iter().any(|part| {
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
    let is_other = |part: &String| {
        ASIDE
            .iter()
            .any(|word| part.starts_with(word) && (word.len() > 3 || part == word))
    };
    names.iter().any(|name| parts(name).iter().any(is_other))
}

/// Whether a variable of this name holds a whole address, not a port alone.
fn names_address(name: &str) -> bool {
    parts(name)
        .iter()
        .any(|part| part.starts_with("addr") || part.starts_with("listen") || part.starts_with("bind"))
}

fn is_environment(literal: &Literal) -> bool {
    let function = literal.function().to_lowercase();
    function.contains("env") || function == "lookup"
}

/// Whether this is a name as environment variables have.
pub fn is_variable(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The flag whose default this literal is.
fn flag(literal: &Literal) -> Option<String> {
    let function = literal.function();
    let defines = ["Int", "String", "Uint", "Default", "Value", "TCP"]
        .iter()
        .any(|start| function.starts_with(start))
        || function.ends_with("Flag");
    let name = literal.before.first()?;
    let is_name = name.len() > 1
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_'));
    (defines && is_name).then(|| name.clone())
}

pub fn port_number(text: &str) -> Option<u16> {
    text.parse()
        .ok()
        .filter(|number: &u16| *number >= 80 || *number == 70)
        .filter(|_| text.len() > 1)
}

/// Host and port of an address to listen on.
pub fn address(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok().filter(|port| *port > 0)?;
    matches!(host, "" | "0.0.0.0" | "[::]" | "127.0.0.1" | "localhost" | "[::1]").then_some((host, port))
}
