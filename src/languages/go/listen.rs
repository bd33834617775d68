//! Which port a program opens, by which variable or flag it is told, and whether others can reach it.

use std::cmp::Reverse;

use crate::catalog::{GoFramework, go_frameworks};
use crate::evidence::{Evidence, Fact};
use crate::languages::go::candidate::{
    Candidate, asks_for_port, environment, flag, from_call, from_literal, tag, uses,
};
use crate::languages::go::files::Files;
use crate::languages::go::names::{about_host, address, is_aside, names_address};
use crate::languages::go::packages::{Closure, Packages};
use crate::languages::go::settings;
use crate::languages::go::source::{Call, Literal, Piece, Source};

/// Functions that open a port, by their own names.
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
    "Spin",
    "Execute",
];
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
    /// The host as the source states it; empty where it states none.
    pub host_name: String,
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

    /// A port of which nothing but a line is known.
    fn at(evidence: Evidence) -> Self {
        Self {
            number: None,
            variable: None,
            flag: None,
            host: None,
            host_name: String::new(),
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
    let sampled = variable.filter(|_| unknown).and_then(|name| settings::sample(repo, &files.base, &name));
    if let Some(stated) = sampled.or_else(|| settings::port(repo, &files.read).filter(|_| unknown)) {
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
    let is_sampled = |literal: &Literal| settings::sample(repo, &files.base, &literal.value).is_some();
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
        .find(|it| it.number.is_none() && it.variable.is_some() && it.score >= 60)
        .and_then(|it| it.variable.clone());
    let rank = |it: &Candidate| {
        it.score - 30 * i32::from(is_aside(&[it.source.path.as_str()])) - 5 * i32::from(is_own_machine(it.host))
    };
    let possible = candidates.iter().rev().filter(|candidate| candidate.score > 0);
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
        host_name: best.host.to_owned(),
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
                let variable = environment(literal).map(Setting::Variable);
                variable.or_else(|| flag(literal).map(Setting::Flag))
            } else if ["127.0.0.1", "localhost"]
                .iter()
                .any(|host| tag(literal, "default") == Some(host) || tag(literal, "envDefault") == Some(host))
            {
                let variable = tag(literal, "env")
                    .or_else(|| tag(literal, "envconfig"))
                    .map(|name| Setting::Variable(name.to_owned()));
                variable
                    .filter(|_| !literal.value.contains("env-namespace"))
                    .or_else(|| tag(literal, "long").map(|name| Setting::Flag(name.to_owned())))
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

/// The framework that opens the port of the program that `closure` makes up.
pub fn framework(packages: &mut Packages, closure: &Closure) -> Option<&'static GoFramework> {
    let found: Vec<_> = closure.folders.iter().map(|folder| packages.package(folder)).collect();
    let mut sources = found.iter().flat_map(|package| &package.sources);
    sources.find_map(|source| source.calls.iter().find_map(|call| opened_by(call, source)))
}

/// The framework whose function this call is, where it opens a port without being told an address.
pub fn opened_by(call: &Call, source: &Source) -> Option<&'static GoFramework> {
    let is_its = |framework: &&GoFramework| {
        framework.opens.iter().any(|name| name == call.function()) && uses(source, &framework.import)
    };
    go_frameworks().iter().filter(|_| call.arguments.is_empty()).find(is_its)
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
