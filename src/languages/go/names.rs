//! What the names of flags, fields, variables and settings say about ports.

use crate::languages::services::is_of_a_service;

/// Words that say that it is another service's address, or not the one that users talk to.
const ASIDE: &str = "metric grpc admin debug pprof tls https secure ssl smtp mail redis postgres pg mysql mongo db \
    database kafka nats rabbit amqp ldap dns gossip raft peer cluster telemetry otlp otel tracing jaeger \
    statsd health manage mgmt remote upstream target backend client ssh ftp consul etcd vault memcache \
    elastic clickhouse syslog prometheus mock forwarded header plugin fake fetch request scrape callback \
    imap sentinel minio s3 ntp snmp provider";

/// The words of a name, lower case: `HTTPPort` gives `http` and `port`.
pub fn parts(name: &str) -> Vec<String> {
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
    const OTHER: &[&str] =
        &["export", "import", "support", "report", "transport", "passport", "viewport", "airport", "sport"];
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
    let is_other =
        |part: &String| ASIDE.split_whitespace().any(|word| part.starts_with(word) && (word.len() > 3 || part == word));
    names.iter().any(|name| parts(name).iter().any(is_other))
}

/// Whether a variable of this name holds a whole address, not a port alone.
pub fn names_address(name: &str) -> bool {
    parts(name).iter().any(|part| part.starts_with("addr") || part.starts_with("listen") || part.starts_with("bind"))
}

/// Whether this is a name as environment variables have.
pub fn is_variable(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
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
    parts(name).iter().any(about) && !is_aside(&[name])
}
