//! Ports that calls, literals and struct tags state.

use crate::catalog::go_frameworks;
use crate::languages::go::listen::{AMBIGUOUS, opened_by};
use crate::languages::go::names::{
    about_listening, address, is_aside, is_of_another_service, is_variable, names_address, port_number,
};
use crate::languages::go::source::{Call, Literal, Piece, Source};
use crate::path::parent;
use crate::plan::Variable;

/// A port that something in the source may mean, and how sure it is.
pub struct Candidate<'a> {
    /// How sure: the highest wins, nothing below one counts.
    pub score: i32,
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

/// Whether a file imports a module.
pub fn uses(source: &Source, module: &str) -> bool {
    source.imports.iter().any(|import| import.value.starts_with(module))
}

/// What a call that opens a port is given.
pub fn from_call<'a>(call: &'a Call, source: &'a Source, sources: &[&'a Source]) -> Option<Candidate<'a>> {
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
    let function = call.function();
    if call.arguments.is_empty() {
        let framework = opened_by(call, source)?;
        let host = if framework.is_loopback { "127.0.0.1" } else { "" };
        let known = candidate(90, Some(framework.port?), host, framework.is_loopback, framework.variable.clone());
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
    let mut variable = None;
    let mut number = None;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(text) => {
                let after_name = index.checked_sub(1).map(|before| &pieces[before]);
                if matches!(after_name, Some(Piece::Name(name)) if name.to_lowercase().contains("env")) {
                    variable = Some(text.clone()).filter(|name| Variable::is_name(name));
                } else if let Some((host, port)) = address(text) {
                    let score = if is_of_another_service(port) { 40 } else { 100 };
                    return Some(candidate(score, Some(port), host, !host.is_empty(), variable));
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
                    let score = match found.number {
                        None => 60,
                        Some(_) if is_any_start(&found) => 48,
                        Some(_) => 95,
                    };
                    let is_more = function != "Run" && function != "Start" || found.is_address || number.is_none();
                    return is_more.then_some(Candidate { score, ..found });
                }
            }
        }
    }
    if number.is_some() || variable.is_some() {
        let score = match number {
            None => 60,
            Some(_) if variable.is_none() && is_any_start(&candidate(0, number, "", false, None)) => 48,
            Some(_) => 92,
        };
        return Some(candidate(score, number, "", false, variable));
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
            if is_environment(literal) && literal.position == 0 && is_variable(&literal.value) {
                variable = variable.or(Some((*source, literal)));
                continue;
            }
            let (host, number) =
                address(&literal.value).or_else(|| Some(("", port_number(&literal.value)?))).unwrap_or(("", 0));
            if number == 0 || !about_listening(name) && !literal.value.contains(':') {
                continue;
            }
            let told = literal.before.first().filter(|it| is_environment(literal) && is_variable(it));
            return Some(Candidate {
                score: 95,
                source,
                line: literal.line,
                number: Some(number),
                host,
                is_address: literal.value.contains(':'),
                variable: told.cloned().or_else(|| variable.map(|(_, literal)| literal.value.clone())),
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
    let environment = environment(literal);
    let in_table =
        [&literal.outer, &literal.name].into_iter().filter(|_| !literal.call.is_empty() || !literal.outer.is_empty());
    let variable =
        environment.or_else(|| in_table.into_iter().find(|name| is_variable(name) && name.contains('_')).cloned());
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
    if is_aside(&words) || is_of_another_service(number) {
        score -= 60;
    }
    Some(Candidate { score, source, line: literal.line, number: Some(number), host, is_address, variable, flag })
}

/// `env:"PORT" envDefault:"8080"` and its like.
fn from_tag<'a>(literal: &'a Literal, source: &'a Source) -> Option<Candidate<'a>> {
    let value = |key: &str| tag(literal, key);
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
    let score = match number {
        // the address that a user sets is the one that users talk to, whatever else is opened
        Some(_) if is_settable => 102,
        Some(_) => 96,
        None if is_required => 96,
        None => 45,
    };
    let is_other = is_aside(&words) || number.is_some_and(is_of_another_service);
    let score = if is_other { score - 60 } else { score };
    Some(Candidate {
        score,
        source,
        line: literal.line,
        number,
        host,
        is_address: default.map_or_else(|| variable.is_some_and(names_address), |text| text.contains(':')),
        variable: variable.map(str::to_owned),
        flag: value("long").or_else(|| argument("--")).map(str::to_owned),
    })
}

/// The variable that a literal is the fallback of: `getEnv("PORT", "8080")`.
pub fn environment(literal: &Literal) -> Option<String> {
    let name = literal.before.first().filter(|it| is_variable(it))?;
    is_environment(literal).then(|| name.clone())
}

/// What a struct tag says for a key.
pub fn tag<'a>(literal: &'a Literal, key: &str) -> Option<&'a str> {
    let text = &literal.value;
    let start = text.match_indices(key).find_map(|(at, _)| {
        let is_word = at == 0 || !matches!(text.as_bytes()[at - 1], b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_');
        (is_word && text[at + key.len()..].starts_with(":\"")).then_some(at)
    })?;
    text[start + key.len() + 2..].split('"').next()
}

/// Whether a literal is the variable of the environment that a program asks for an address to listen on.
pub fn asks_for_port(literal: &Literal) -> bool {
    is_environment(literal)
        && literal.position == 0
        && is_variable(&literal.value)
        && about_listening(&literal.value)
        && !is_aside(&[literal.value.as_str()])
}

fn is_environment(literal: &Literal) -> bool {
    let function = literal.function().to_lowercase();
    function.contains("env") || function == "lookup"
}

/// The flag whose default this literal is.
pub fn flag(literal: &Literal) -> Option<String> {
    let function = literal.function();
    let defines = ["Int", "String", "Uint", "Default", "Value", "TCP"].iter().any(|start| function.starts_with(start))
        || function.ends_with("Flag");
    let name = literal.before.first()?;
    let is_name = name.len() > 1
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '_'));
    (defines && is_name).then(|| name.clone())
}
