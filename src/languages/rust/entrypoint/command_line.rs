//! The arguments that a program declares with clap, structopt or argh: flags, their variables and defaults, and subcommands.

use crate::evidence::{Evidence, Fact};
use crate::languages::source::{Sources, find_in};
use crate::pattern;

/// An argument with a value.
#[derive(Debug, Clone)]
pub struct Argument {
    /// The name of the field or of the argument, in lower case with `_`.
    pub name: String,
    /// The flag that sets it, without the dashes; nothing where it stands at a place.
    pub flag: Option<String>,
    /// The environment variable that sets it.
    pub variable: Option<String>,
    /// Its value unless told otherwise, as written.
    pub default: Option<String>,
    /// Where it is declared.
    pub evidence: Evidence,
}

/// Every argument of the sources.
pub fn arguments(code: &Sources) -> Vec<Argument> {
    let derived = pattern!(
        r"(?s)#\[(?:arg|clap|structopt|argh|options)\((.{0,500}?)\)\]\s*(?:#\[[^\n]*\]\s*)*(?:pub(?:\([^)]*\))?\s+)?(\w+)\s*:"
    );
    let mut found: Vec<Argument> = Vec::new();
    for fact in code.find_all(derived, |captures| Some((captures[1].to_owned(), captures[2].to_owned()))) {
        let (attributes, field) = &fact.value;
        let is_option = has_word(attributes, "long") || has_word(attributes, "option");
        let flag = setting(attributes, "long").or_else(|| is_option.then(|| field.replace('_', "-")));
        let variable =
            setting(attributes, "env").or_else(|| has_word(attributes, "env").then(|| field.to_ascii_uppercase()));
        found.push(Argument {
            name: field.to_lowercase(),
            flag,
            variable,
            default: default_of(attributes),
            evidence: fact.evidence,
        });
    }
    let built = pattern!(r#"(?s)Arg::(?:new|with_name)\(\s*"([\w-]+)"\s*\)"#);
    for document in code.documents() {
        for captures in built.captures_iter(document.text()) {
            let Some(whole) = captures.get(0) else { continue };
            let rest = document.text()[whole.end()..].split("Arg::").next().unwrap_or_default();
            found.push(Argument {
                name: captures[1].replace('-', "_").to_lowercase(),
                flag: called(rest, "long"),
                variable: called(rest, "env"),
                default: called(rest, "default_value"),
                evidence: document.evidence_at(whole.start()),
            });
        }
    }
    found
}

/// `name = "value"` among attributes.
fn setting(attributes: &str, name: &str) -> Option<String> {
    let start = attributes.match_indices(name).find_map(|(at, _)| {
        let rest = attributes[at + name.len()..].trim_start().strip_prefix('=')?;
        let starts_a_word = !attributes[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        starts_a_word.then_some(rest.trim_start())
    })?;
    start.strip_prefix('"')?.split('"').next().map(str::to_owned)
}

/// Whether an attribute stands alone.
fn has_word(attributes: &str, name: &str) -> bool {
    attributes.split(',').any(|part| part.trim() == name)
}

/// The value of `default_value`, `default_value_t` or `default`, as written, without quotes.
fn default_of(attributes: &str) -> Option<String> {
    let pattern = pattern!(r#"(?s)\bdefault(?:_value)?(?:_t)?\s*=\s*(?:"([^"]*)"|([^,]+))"#);
    let captures = pattern.captures(attributes)?;
    captures.get(1).or(captures.get(2)).map(|found| found.as_str().trim().to_owned())
}

/// `.name("value")` in a chain of calls.
fn called(chain: &str, name: &str) -> Option<String> {
    let at = chain.find(&format!(".{name}("))?;
    chain[at..].split('"').nth(1).map(str::to_owned)
}

/// Names of subcommands that make a program serve, preferred first.
const SERVE: &[&str] = &[
    "serve",
    "server",
    "start",
    "web",
    "webserver",
    "listen",
    "daemon",
    "run",
    "run-server",
    "http",
    "api",
    "up",
    "standalone",
];
/// Names of subcommands that ask whether the program is healthy.
const HEALTH: &[&str] = &["healthcheck", "health-check"];

/// What a program can be told to do.
#[derive(Debug, Default)]
pub struct Subcommands {
    /// The one that serves, where it must be said.
    pub serve: Option<Fact<String>>,
    /// Whether it knows none, so that flags follow the program's name.
    pub is_bare: bool,
    /// Whether one must be said and none of them serves.
    pub is_tool: bool,
    /// The one that asks a running program whether it is healthy.
    pub health: Option<Fact<String>>,
}

/// The subcommands of the sources.
pub fn subcommands(code: &Sources) -> Subcommands {
    let mut names: Vec<Fact<String>> = Vec::new();
    let declared =
        pattern!(r"(?s)#\[derive\([^)]*\b(?:Subcommand|StructOpt|Parser)\b[^)]*\)\][^{};]{0,300}?\benum\s+\w+\s*\{");
    for document in code.documents() {
        for found in declared.find_iter(document.text()) {
            let body = &document.text()[found.end()..];
            let mut last = 0;
            for (at, variant) in variants(body) {
                let name = setting(&body[last..at], "name").unwrap_or_else(|| kebab(variant));
                names.push(Fact::new(name, document.evidence_at(found.end() + at)));
                last = at;
            }
        }
    }
    let has_declared = !names.is_empty();
    if code.any(pattern!(r"\.subcommands?\(")).is_some() {
        let built = pattern!(r#"(?:SubCommand::with_name|\b(?:Command|App)::new)\(\s*"([\w-]+)""#);
        names.extend(code.find_all(built, |captures| Some(captures[1].to_owned())));
    }
    let pick = |wanted: &[&str]| wanted.iter().find_map(|name| names.iter().find(|fact| fact.value == *name)).cloned();
    let optional = pattern!(
        r"(?s)#\[(?:command|clap)\([^\]]{0,100}\bsubcommand\b[^\]]{0,100}\]\s*(?:pub(?:\([^)]*\))?\s+)?\w+\s*:\s*Option<"
    );
    let is_optional = code.documents().iter().any(|document| find_in(document, optional, |_| Some(())).is_some());
    let serve = pick(SERVE);
    Subcommands {
        is_bare: names.is_empty(),
        is_tool: has_declared && serve.is_none() && !is_optional,
        serve: serve.filter(|_| !is_optional),
        health: pick(HEALTH),
    }
}

/// The variants at the top of an enum's body, with their places.
fn variants(body: &str) -> Vec<(usize, &str)> {
    let (mut depth, mut found, mut start) = (0_i32, Vec::new(), None);
    for (at, c) in body.char_indices() {
        let is_word = c.is_alphanumeric() || c == '_';
        match (start, is_word) {
            (None, true) if depth == 0 => start = Some(at),
            (Some(from), false) => {
                found.push((from, &body[from..at]));
                start = None;
            }
            _ => {}
        }
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            break;
        }
    }
    found.retain(|(_, name)| name.starts_with(char::is_uppercase));
    found
}

/// `HealthCheck` as clap names it: `health-check`.
fn kebab(variant: &str) -> String {
    let mut name = String::new();
    for c in variant.chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(c.to_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Document;

    fn sources(text: &str) -> Sources {
        Sources::of(vec![Document::new("main.rs", text)])
    }

    #[test]
    fn arguments_are_found_however_they_are_declared() {
        let derived = "#[derive(Parser)] struct Args {\n #[arg(short, long, env = \"SHOP_HOST\", default_value = \"127.0.0.1\")]\n host: String,\n #[clap(long = \"listen-port\", default_value_t = 8080)]\n pub port: u16 }";
        let all = arguments(&sources(derived));
        assert_eq!(all[0].flag.as_deref(), Some("host"));
        assert_eq!(all[0].variable.as_deref(), Some("SHOP_HOST"));
        assert_eq!(all[0].default.as_deref(), Some("127.0.0.1"));
        assert_eq!(all[1].flag.as_deref(), Some("listen-port"));
        assert_eq!(all[1].default.as_deref(), Some("8080"));
        let built = "Arg::new(\"bind-to\").long(\"bind\").env(\"BIND\").default_value(\"localhost\") , Arg::new(\"x\")";
        let all = arguments(&sources(built));
        assert_eq!((all[0].name.as_str(), all[0].flag.as_deref()), ("bind_to", Some("bind")));
        assert_eq!(all[1].flag, None);
    }

    #[test]
    fn the_subcommand_that_serves_is_found_where_it_must_be_said() {
        let text = "#[derive(Debug, Subcommand)]\nenum Command { Migrate { up: bool }, Serve(Serve), HealthCheck }";
        let all = subcommands(&sources(text));
        assert_eq!(all.serve.as_ref().map(|fact| fact.value.clone()).as_deref(), Some("serve"));
        assert_eq!(all.health.as_ref().map(|fact| fact.value.as_str()), Some("health-check"));
        let optional = format!("#[command(subcommand)]\n command: Option<Command> {text}");
        assert!(subcommands(&sources(&optional)).serve.is_none());
        let tool = "#[derive(Parser)]\nenum Command { Backup, Restore { to: String } }";
        assert!(subcommands(&sources(tool)).is_tool && !all.is_tool);
        assert!(!subcommands(&sources(&format!("#[clap(subcommand)]\n command: Option<Command>, {tool}"))).is_tool);
    }
}
