//! Where a server listens: its port, its interface, and what tells it another.

use regex::Regex;

use crate::evidence::{Evidence, Fact};
use crate::languages::rebound::Rebound;
use crate::languages::rust::entrypoint::command_line::Argument;
use crate::languages::services::is_of_a_service;
use crate::languages::source::{Sources, find_in};
use crate::pattern;
use crate::repo::Repo;

/// What changes a value from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// An environment variable.
    Variable(String),
    /// A flag, without the dashes.
    Flag(String),
}

/// A setting whose default is the loopback interface.
#[derive(Debug, Clone)]
pub struct Interface {
    /// The setting.
    pub setting: Setting,
    /// Whether the port is part of its value.
    pub is_address: bool,
}

/// Where a server listens.
#[derive(Debug, Default)]
pub struct Listen {
    /// The port.
    pub port: Option<Fact<u16>>,
    /// What changes the port.
    pub port_setting: Option<Setting>,
    /// What lifts it off the loopback interface.
    pub interface: Option<Fact<Interface>>,
    /// The address that keeps it there, where no setting does.
    pub rebound: Option<Fact<Rebound>>,
}

/// Names of an address to listen on, not of one to reach.
fn is_own_address(name: &str) -> bool {
    pattern!(r"^(?:(?:http|https|web|server|api|rest|grpc|listen|bind|app|service|socket)_)*(?:host|hostname|addrs?|address|interfaces?|ip|listen|bind|to)$")
        .is_match(&name.to_lowercase())
        && name != "to"
}

fn is_own_port(name: &str) -> bool {
    pattern!(r"^(?:(?:http|web|server|api|rest|grpc|listen|bind|app|service|public)_)*port$")
        .is_match(&name.to_lowercase())
}

/// Names of what a program reaches, which has addresses too.
fn is_of_another(name: &str) -> bool {
    pattern!(r"(?i)(?:db|database|redis|postgres|pg|mysql|mongo|smtp|mail|kafka|nats|amqp|rabbit|proxy|upstream|remote|target|backend|min|max|client|origin|qdrant|elastic|meili|influx|metric|recovery|syslog|emulator|mock)")
        .is_match(name)
}

/// Reads where the sources listen; `settings` are the files of settings that they read.
pub fn listen(repo: &Repo, code: &Sources, arguments: &[Argument], settings: &[Fact<String>]) -> Listen {
    let own_port = arguments.iter().find(|it| is_own_port(&it.name));
    let own_address = arguments.iter().find(|it| is_own_address(&it.name) && it.default.is_some());
    let variable = variable(code);
    let port_setting = own_port
        .and_then(|argument| argument.variable.clone().map(Setting::Variable))
        .or_else(|| port_variable(code))
        .or_else(|| own_port.and_then(setting));
    let by_argument = own_port.into_iter().chain(own_address).find_map(|argument| {
        let default = argument.default.as_deref()?;
        let digits = default.rsplit([':', ' ', ')']).find(|part| !part.is_empty())?;
        Some(Fact::new(port_number(digits)?, argument.evidence.clone()))
    });
    let interface = own_address
        .filter(|argument| argument.default.as_deref().is_some_and(is_loopback))
        .and_then(|argument| {
            let is_address = argument.default.as_deref().is_some_and(has_port);
            Some(Fact::new(Interface { setting: setting(argument)?, is_address }, argument.evidence.clone()))
        })
        .or(variable);
    Listen {
        port: by_argument
            .or_else(|| own_port.and_then(|argument| field_port(code, &argument.name)))
            .or_else(|| port_in_code(code))
            .or_else(|| settings.iter().find_map(|file| setting_port(repo, &file.value))),
        port_setting,
        rebound: if interface.is_none() { rebound(code) } else { None },
        interface,
    }
}

/// The variable that the port is read from: the one that is called like a port of its own, of several.
fn port_variable(code: &Sources) -> Option<Setting> {
    let mut read = code.find_all(pattern!(r#"(?:var|var_os)!?\(\s*"(\w*PORT)""#), |captures| {
        (!is_of_another(&captures[1])).then(|| captures[1].to_owned())
    });
    let is_own = |name: &str| is_own_port(name) || name.split_once('_').is_some_and(|(_, rest)| is_own_port(rest));
    read.sort_by_key(|fact| !is_own(&fact.value));
    read.into_iter().next().map(|fact| Setting::Variable(fact.value))
}

fn setting(argument: &Argument) -> Option<Setting> {
    let variable = argument.variable.clone().map(Setting::Variable);
    variable.or_else(|| argument.flag.clone().map(Setting::Flag))
}

fn is_loopback(text: &str) -> bool {
    pattern!(r"127\.0\.0\.1|localhost|\[?::1\b|127\s*,\s*0\s*,\s*0\s*,\s*1|LOCALHOST").is_match(text)
}

fn has_port(text: &str) -> bool {
    pattern!(r"(?::\d{2,5}$|[)\]]\s*,\s*\d{2,5}\s*\)?$)").is_match(text)
}

fn port_number(text: &str) -> Option<u16> {
    text.parse::<u16>().ok().filter(|port| *port > 9 && !is_of_a_service(*port))
}

/// A variable whose fallback is the loopback interface: `env::var("HOST").unwrap_or("127.0.0.1".into())`.
fn variable(code: &Sources) -> Option<Fact<Interface>> {
    let pattern = pattern!(
        r#"(?:var|var_os)!?\(\s*"(\w*(?:HOST|ADDR|ADDRESS|BIND|LISTEN|INTERFACE|IP))"\s*\)[^;]{0,120}?"(?:127\.0\.0\.1|localhost|\[::1\])(:\d{2,5})?""#
    );
    code.find(pattern, |captures| {
        let name = captures[1].to_owned();
        (!is_of_another(&name))
            .then(|| Interface { setting: Setting::Variable(name), is_address: captures.get(2).is_some() })
    })
}

/// The loopback interface as the argument of what binds, or as the value of an address that is bound.
fn rebound(code: &Sources) -> Option<Fact<Rebound>> {
    let bound = pattern!(
        r#"(?:\bbind\w*\(|SocketAddr(?:V4)?::(?:from|new)\(|\.run\(|\bserve\(|\blisten\(|Server::http\(|\b(?:const|static|let)\s+(?:\w*_)?(?:HOST|ADDR|ADDRESS|BIND|host|addr|address|bind\w*|listen\w*)\b[^=\n;]{0,40}=\s*)[^\n;"]{0,40}?(?:"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{2,5}|:\{\w*\})?"|\[\s*127\s*,\s*0\s*,\s*0\s*,\s*1\s*\]|Ipv4Addr::LOCALHOST|Ipv4Addr::new\(\s*127\s*,\s*0\s*,\s*0\s*,\s*1\s*\))"#
    );
    code.find(bound, |captures| {
        let from = captures[0].to_owned();
        if from.contains(":0\"") || is_of_another(&from) {
            return None;
        }
        let to = pattern!(r"127\.0\.0\.1|localhost").replace(&from, "0.0.0.0");
        let to = pattern!(r"127\s*,\s*0\s*,\s*0\s*,\s*1").replace(&to, "0, 0, 0, 0");
        let to = to.replace("[::1]", "[::]").replace("Ipv4Addr::LOCALHOST", "Ipv4Addr::UNSPECIFIED");
        changed_line(&from, &to)
    })
}

/// The edit of the one line on which two texts differ.
fn changed_line(from: &str, to: &str) -> Option<Rebound> {
    let mut changed = from.lines().zip(to.lines()).filter(|(from, to)| from != to);
    let (from, to) = changed.next()?;
    if changed.next().is_some() {
        return None;
    }
    Rebound::within_line(from.trim_start(), to.trim_start().to_owned())
}

/// The default of the field of that name: `#[builder(default = "17170")] pub http_port: u16`.
fn field_port(code: &Sources, field: &str) -> Option<Fact<u16>> {
    let attribute = pattern!(
        r#"default\w*\s*=\s*"?(\d{2,5})"?[^\n]*\n(?:\s*#\[[^\n]*\n)*\s*(?:pub(?:\([^)]*\))?\s+)?(\w*port)\s*:"#
    );
    code.find(attribute, |captures| port_number(&captures[1]).filter(|_| captures[2] == *field))
}

fn port_in_code(code: &Sources) -> Option<Fact<u16>> {
    let fallback = pattern!(r#"(?:PORT|port)"?\s*\)[^;]{0,80}?(?:unwrap_or|or)[^;]{0,40}?["(](\d{2,5})\b"#);
    let address = pattern!(
        r#""(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::\]|\[::1\])?:(\d{2,5})"|"(?:0\.0\.0\.0|127\.0\.0\.1|localhost|::)"\s*,\s*(\d{2,5})\s*\)|\[\s*\d+\s*,\s*\d+\s*,\s*\d+\s*,\s*\d+\s*\]\s*,\s*(\d{2,5})|Ipv[46]Addr::(?:new\([^)]*\)|\w+)(?:\(\))?[\s,)]{1,8}(\d{4,5})\b"#
    );
    let named = pattern!(
        r#"(?i)\b((?:\w+_)?port(?:_\w+)?)\s*(?::\s*[\w<>]+\s*)?=\s*(?:[^\n;]{0,80}?unwrap_or[^\n;]{0,40}?)?["'(\s]*(\d{4,5})\b"#
    );
    let function = pattern!(r"fn\s+(\w*port\w*)\(\)\s*->\s*u16\s*\{\s*(\d{2,5})\s*\}");
    let attribute = pattern!(
        r#"default\w*\s*=\s*"?(\d{2,5})"?[^\n]*\n(?:\s*#\[[^\n]*\n)*\s*(?:pub(?:\([^)]*\))?\s+)?(\w*port)\s*:"#
    );
    // of several the plainest variable: `SHOP_HTTP_PORT`, not `SHOP_REPORT_HTTP_PORT`
    let told = |captures: &regex::Captures| port_number(&captures[1]).filter(|_| is_own_port(&captures[2]));
    let plainest = code.find_all(attribute, told).into_iter().min_by_key(|fact| fact.evidence.quote.len());
    let any = |captures: &regex::Captures| {
        let first = captures.get(1).map_or("", |found| found.as_str());
        if is_of_another(first) || first.to_lowercase().contains("support") {
            return None;
        }
        if captures.get(2).is_some_and(|name| name.as_str().ends_with("port") && !is_own_port(name.as_str())) {
            return None;
        }
        (1..captures.len()).filter_map(|index| captures.get(index)).find_map(|found| port_number(found.as_str()))
    };
    let find = |patterns: &[&'static Regex]| patterns.iter().find_map(|pattern| code.find(pattern, any));
    find(&[fallback, function]).or(plainest).or_else(|| find(&[address, named]))
}

/// A port in a file of settings, or in one of a folder of them.
fn setting_port(repo: &Repo, path: &str) -> Option<Fact<u16>> {
    let pattern = pattern!(
        r#"(?m)^\s*["']?((?:\w*_)?(?:port|address|bind|listen|inet)(?:_http)?)["']?\s*[:=]\s*["']?(?:[\w.\[\]:]*:)?(\d{4,5})\b"#
    );
    let mut files: Vec<&str> = if repo.has(path) { vec![path] } else { repo.files_under(path).collect() };
    files.sort_by_key(|file| {
        (!file.contains("prod"), !file.contains("base") && !file.contains("default"), (*file).to_owned())
    });
    files.into_iter().filter(|file| matches!(file.rsplit('.').next(), Some("toml" | "yaml" | "yml" | "json"))).find_map(
        |file| {
            find_in(&repo.read_optional(file)?, pattern, |captures| {
                port_number(&captures[2]).filter(|_| !is_of_another(&captures[1]))
            })
        },
    )
}

/// Where the sources name the loopback interface in a way that nothing here can lift.
pub fn loopback(code: &Sources) -> Option<Evidence> {
    let bound = pattern!(
        r#"(?i)\b(\w*(?:host|addr|address|bind|listen|inet))\b[^\n;]{0,60}"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?""#
    );
    let is_own = |name: &str| name == "inet" || is_own_address(name);
    code.find(bound, |captures| (is_own(&captures[1]) && !is_of_another(&captures[0])).then_some(()))
        .map(|fact| fact.evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Document;

    fn rebinds(text: &str) -> Option<String> {
        rebound(&Sources::of(vec![Document::new("main.rs", text)])).map(|fact| fact.value.to)
    }

    #[test]
    fn what_binds_the_loopback_is_lifted() {
        for (text, to) in [
            (".bind((\"127.0.0.1\", 8080))?", "bind((\"0.0.0.0\""),
            ("TcpListener::bind(\"localhost:3000\")", "bind(\"0.0.0.0:3000\""),
            ("SocketAddr::from(([127, 0, 0, 1], 3000))", "SocketAddr::from(([0, 0, 0, 0]"),
            (".run(([127,0,0,1], 3030))", ".run(([0, 0, 0, 0]"),
            ("let addr = \"[::1]:50051\".parse()", "let addr = \"[::]:50051\""),
            ("let addr =\n    \"127.0.0.1:3000\".parse()", "\"0.0.0.0:3000\""),
            ("SocketAddr::from((\n    [127, 0, 0, 1],\n    3000,\n))", "[0, 0, 0, 0]"),
        ] {
            assert_eq!(rebinds(text).as_deref(), Some(to), "{text}");
        }
    }

    #[test]
    fn what_reaches_another_is_left_alone() {
        for text in [
            "let redis_addr = \"127.0.0.1:6379\"",
            "connect(\"127.0.0.1:5432\")",
            "TcpListener::bind(\"127.0.0.1:0\")",
            "bind(\"0.0.0.0:80\")",
        ] {
            assert_eq!(rebinds(text), None, "{text}");
        }
    }

    #[test]
    fn ports_are_found() {
        for (text, port) in [
            ("fn default_port() -> u16 { 5000 }", 5000),
            ("var(\"PORT\").unwrap_or(\"80\".into())", 80),
            ("pub const CONTROL_PORT: u16 = 7835;", 7835),
            (".bind((\"127.0.0.1\", 8080))", 8080),
        ] {
            let code = Sources::of(vec![Document::new("main.rs", text)]);
            assert_eq!(port_in_code(&code).map(|fact| fact.value), Some(port), "{text}");
        }
        let code = Sources::of(vec![Document::new("main.rs", "let max_port = 65535; let redis_port = 6379;")]);
        assert!(port_in_code(&code).is_none());
    }
}
