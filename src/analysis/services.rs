//! Whose a port is: the program's own, or that of a service that it reaches.

use crate::catalog::analysis::services;
use crate::source::Field;

/// Whether a port is known as another service's.
pub fn is_of_a_service(port: u16) -> bool {
    services().ports.contains(&port)
}

/// Whether a word of a name says that it is another service's address, or not the one that users talk to: `redisPort`,
/// `DB_HOST`, `metrics.port`.
pub fn is_of_another(name: &str) -> bool {
    let is_other = |part: &String| {
        services().other.iter().any(|word| part == word || word.len() > 3 && part.starts_with(word.as_str()))
    };
    words(name).iter().any(is_other)
}

/// Whether fields are those of a client that logs in to a service.
pub fn is_client(fields: &[Field]) -> bool {
    fields.iter().any(|field| services().credentials.iter().any(|name| field.name.eq_ignore_ascii_case(name)))
}

/// Whether a name is that of a port: `port`, `httpPort`, `LISTEN_PORT`.
pub fn names_port(name: &str) -> bool {
    let table = services();
    words(name).iter().any(|word| {
        (word.ends_with("port") || word == "ports")
            && !table.no_ports.iter().any(|other| word.ends_with(other.as_str()))
    })
}

/// Whether a name is that of the program's own port and nothing else: `PORT`, `server_port`, `DEFAULT_HTTP_PORT`.
pub fn names_own_port(name: &str) -> bool {
    let words = words(name);
    let (last, before) = match words.split_last() {
        Some((last, before)) => (last.as_str(), before),
        None => return false,
    };
    let is_own = |word: &String| services().own.contains(word);
    last == "port" && before.iter().all(is_own)
        || before.is_empty()
            && last.strip_suffix("port").is_some_and(|own| services().own.iter().any(|word| word == own))
}

/// Whether a variable is that of the program's own port, alone or behind the program's name: `PORT`, `SHOP_HTTP_PORT`.
pub fn is_own_port_variable(name: &str) -> bool {
    let behind = name.split_once('_').filter(|(program, _)| !is_of_another(program) && !names_port(program));
    names_own_port(name) || behind.is_some_and(|(_, rest)| names_own_port(rest))
}

/// Whether a name is that of an address to listen on: `host`, `BIND_ADDR`, `listen`.
pub fn names_host(name: &str) -> bool {
    let words = words(name);
    let Some((last, before)) = words.split_last() else { return false };
    let is_host = matches!(
        last.as_str(),
        "host" | "hostname" | "addr" | "addrs" | "address" | "interface" | "ip" | "listen" | "bind" | "listener"
    );
    is_host
        && before.iter().all(|word| services().own.contains(word) || matches!(word.as_str(), "host" | "ip" | "socket"))
}

/// Whether a name is about an address to listen on: `port`, `LISTEN_ADDR`, `bindAddress`, `web.listen-address`.
pub fn names_listening(name: &str) -> bool {
    names_port(name) || words(name).iter().any(|word| word.ends_with("addr")) || names_address(name)
}

/// Whether what a name holds is a whole address, not a port alone.
pub fn names_address(name: &str) -> bool {
    words(name).iter().any(|word| ["addr", "listen", "bind"].iter().any(|start| word.starts_with(start)))
}

/// The words of a name, lower case: `HTTPPort` gives `http` and `port`.
pub fn words(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (at, c) in letters.iter().enumerate() {
        let after_lower = at > 0 && letters[at - 1].is_lowercase();
        let before_lower = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (after_lower || before_lower) {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() { *c } else { ' ' });
    }
    spaced.to_lowercase().split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_names() {
        assert_eq!(words("HTTPPort"), ["http", "port"]);
        assert_eq!(words("server.listen_port"), ["server", "listen", "port"]);
    }

    #[test]
    fn names_are_about_listening() {
        for name in ["PORT", "httpPort", "LISTEN_ADDR", "bindAddress", "web.listen-address", "serveraddr"] {
            assert!(names_listening(name), "{name}");
        }
        for name in ["export", "report", "host", "addition", "list"] {
            assert!(!names_listening(name), "{name}");
        }
        assert!(names_address("BIND_ADDR") && !names_address("PORT") && !names_address("HOST"));
    }

    #[test]
    fn every_word_of_the_table_is_another_services_name_and_its_port_no_own() {
        for word in &services().other {
            for name in [format!("{word}_PORT"), format!("{word}.port"), format!("{}_PORT", word.to_uppercase())] {
                assert!(is_of_another(&name) && !names_own_port(&name), "{name}");
            }
        }
        for name in
            ["PORT", "port", "httpPort", "SERVER_PORT", "DEFAULT_PORT", "app.port", "maximum", "minute", "pgadminless"]
        {
            assert!(!is_of_another(name) || name.starts_with("max") || name.starts_with("pgadmin"), "{name}");
        }
    }

    #[test]
    fn the_programs_own_name_may_stand_in_front_of_its_port() {
        for name in ["PORT", "SHOP_PORT", "SHOP_HTTP_PORT", "HTTP_PORT"] {
            assert!(is_own_port_variable(name), "{name}");
        }
        for name in ["REDIS_PORT", "SHOP_REDIS_PORT", "SHOP_REPORT_HTTP_PORT", "DB_HTTP_PORT", "SHOP_EXPORT"] {
            assert!(!is_own_port_variable(name), "{name}");
        }
    }

    #[test]
    fn every_word_of_the_table_may_stand_in_front_of_an_own_port() {
        for word in &services().own {
            assert!(names_own_port(&format!("{word}_PORT")) && names_own_port(&format!("{word}port")), "{word}");
            assert!(!names_own_port(&format!("{word}_transport")), "{word}");
        }
        for word in &services().no_ports {
            assert!(!names_port(word) && !names_own_port(word), "{word}");
        }
        for port in &services().ports {
            assert!(is_of_a_service(*port));
        }
        for name in &services().credentials {
            let field = |name: &str| Field { name: name.to_owned(), ..Field::default() };
            assert!(
                is_client(&[field("port"), field(name)])
                    && !is_client(&[field("port"), field(&format!("{name}s_per_page"))])
            );
        }
        assert!(!is_of_a_service(3000) && !is_of_a_service(8080) && !is_of_a_service(80));
        assert!(
            names_host("HOST")
                && names_host("bind_addr")
                && names_host("LISTEN")
                && !names_host("db_host")
                && !names_host("redisHost")
        );
    }
}
