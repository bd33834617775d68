//! Which port a program opens, by which variable or flag it is told, and whether others can reach it.

use crate::languages::go::candidate::{Candidate, from_call, from_literal, uses};
use crate::languages::go::files::Files;
use crate::languages::go::names::{address, is_aside};
use crate::languages::go::packages::{Closure, Packages};
use crate::languages::go::settings;
use crate::languages::go::source::{Call, Piece, Source};
use crate::languages::{Evidence, Fact};

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
