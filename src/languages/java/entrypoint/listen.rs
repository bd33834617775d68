//! Where an application listens: the port and the address, as its sources and its configuration say them.

use regex::Regex;

use crate::evidence::{Evidence, Fact};
use crate::languages::java::framework::configuration::Configuration;
use crate::languages::source::Sources;
use crate::pattern;

/// The settings that say the port, by framework.
const PORTS: &[&str] = &[
    "server.applicationConnectors.port",
    "server.connector.port",
    "server.port",
    "quarkus.http.port",
    "micronaut.server.port",
    "mp.server.port",
];

/// The settings that say the address, by framework, and the variables that take their place.
const ADDRESSES: &[(&str, &str)] = &[
    ("server.address", "SERVER_ADDRESS"),
    ("micronaut.server.host", "MICRONAUT_SERVER_HOST"),
    ("server.host", "SERVER_HOST"),
];

/// Words in the names of ports that are not the application's own.
const OTHERS: &[&str] = &[
    "db",
    "database",
    "sql",
    "postgres",
    "redis",
    "mongo",
    "kafka",
    "smtp",
    "mail",
    "ldap",
    "proxy",
    "debug",
    "jdwp",
    "management",
    "admin",
    "rabbit",
    "amqp",
    "mqtt",
    "zookeeper",
    "elastic",
    "cassandra",
    "remote",
    "target",
    "client",
    "metrics",
    "rmi",
    "jmx",
    "eureka",
    "nacos",
    "consul",
    "max",
    "min",
];

/// Ports of databases and other services, which an application connects to.
const SERVICES: &[u16] =
    &[389, 465, 587, 1433, 1521, 2181, 2525, 3306, 5432, 5672, 6379, 9042, 9092, 9200, 9300, 11211, 27017];

/// What was found of it.
#[derive(Debug, Default)]
pub struct Listening {
    /// The port.
    pub port: Option<Fact<u16>>,
    /// The variable that must say the port.
    pub port_variable: Option<Fact<String>>,
    /// Whether a server is opened at all.
    pub is_server: bool,
    /// The addresses that nobody outside of the container reaches, with what lifts them.
    pub loopback: Vec<(Evidence, Cure)>,
}

/// What makes an application listen on every address.
#[derive(Debug)]
pub enum Cure {
    /// A variable that takes the setting's place.
    Variable(&'static str),
    /// An option of the JVM.
    Option(String),
    /// Only a change of the source.
    None,
}

/// Reads where an application listens; ports in sources count where no framework takes them from settings.
pub fn read(code: &Sources, configuration: &Configuration, is_configured: bool) -> Listening {
    let in_code = if is_configured { setting_in_code(code) } else { port_in_code(code) };
    let mut loopback: Vec<(Evidence, Cure)> = Vec::new();
    for (key, variable) in ADDRESSES {
        let address = configuration.get(key).filter(|fact| is_loopback(&fact.value));
        loopback.extend(address.map(|fact| (fact.evidence, Cure::Variable(variable))));
    }
    loopback.extend(connectors(configuration));
    if !is_configured {
        let own = code.any(pattern!(
            r#"\.(?:listen|start|bind)\s*\((?:\s*\d{2,5}\s*,\s*|new\s+InetSocketAddress\(\s*)"(?:localhost|127\.0\.0\.1)"|HttpServer\.create\(\s*new\s+InetSocketAddress\(\s*(?:"(?:localhost|127\.0\.0\.1)"|InetAddress\.getLoopbackAddress)"#
        ));
        loopback.extend(own.map(|evidence| (evidence, Cure::None)));
    }
    Listening {
        is_server: in_code.is_some() || code.any(server()).is_some(),
        port: configuration.port(PORTS).or(in_code),
        port_variable: PORTS.iter().find_map(|key| configuration.wanted_variable(key)),
        loopback,
    }
}

/// What opens a server.
pub fn server() -> &'static Regex {
    pattern!(
        r"HttpServer\.(?:create|bind)|new\s+ServerSocket|ServerSocketChannel\.open|\.createHttpServer|new\s+Server\(|new\s+Tomcat\(|Undertow\.builder|Javalin\.(?:create|start)|embeddedServer\(|new\s+ServerBootstrap|ServerBuilder\.forPort|GrizzlyHttpServerFactory|JdkHttpServerFactory|NettyHttpContainerProvider|new\s+WebSocketServer|WebServer\.(?:builder|create)|Jex\.create|MuServerBuilder|Solon\.start|RatpackServer\.(?:start|of)|\bJooby\b|runApp\(|Server\.builder\(\)|extends\s+NanoHTTPD|import static spark\.Spark"
    )
}

fn is_loopback(address: &str) -> bool {
    matches!(address, "localhost" | "127.0.0.1" | "::1")
}

/// The connectors of Dropwizard that are bound to the loopback address.
fn connectors(configuration: &Configuration) -> Vec<(Evidence, Cure)> {
    let pattern = pattern!(r"(?i)^(server\.(?:application|admin)_?connectors)\.(bind_?host)$");
    let entries = configuration.entries().iter().filter(|(_, fact)| is_loopback(&fact.value));
    let found = entries.filter_map(|(key, fact)| {
        let captures = pattern.captures(key)?;
        let option = format!("-Ddw.{}[0].{}=0.0.0.0", &captures[1], &captures[2]);
        Some((fact.evidence.clone(), Cure::Option(option)))
    });
    found.collect()
}

/// A setting of the port in the source of an application whose framework takes it from settings.
fn setting_in_code(code: &Sources) -> Option<Fact<u16>> {
    code.find(pattern!(r#""(?:server|quarkus\.http|micronaut\.server)\.port"?\s*[,=]\s*"?(\d{2,5})\b"#), |captures| {
        captures[1].parse().ok()
    })
}

/// A port in the source: the default of a variable or property, or what a server is told.
fn port_in_code(code: &Sources) -> Option<Fact<u16>> {
    let is_own = |name: &str| {
        let name = name.to_lowercase();
        !OTHERS.iter().any(|other| name.contains(other))
    };
    let default = pattern!(
        r#""((?:\w+[._-])*(?i:port))"\s*\)?\s*(?:,|\)?\s*\.orElse\(|\?:)\s*(?:Integer\.(?:parseInt|valueOf)\(\s*)?"?(\d{2,5})\b"#
    );
    let opened = pattern!(
        r#"(?:InetSocketAddress|ServerSocket|forPort|\.start|\.listen|\.http)\s*\(\s*(?:"[\d.]+"\s*,\s*)?(?:Integer\.(?:parseInt|valueOf)\([^)\n]*?["'])?(\d{2,5})\b|"https?://0\.0\.0\.0:(\d{2,5})\b"#
    );
    let named = pattern!(r#"\b(\w*(?:[pP]ort|PORT))\s*(?::\s*\w+\s*)?=\s*(?:[^;\n]{0,90}?[\s:,("])??(\d{4,5})\b"#);
    let told = pattern!(r"(?:\b[sS]etPort|(?:\.|\b)(?:local)?[pP]ort)\s*\(\s*(\d{4,5})\b");
    let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port >= 80 && !SERVICES.contains(port));
    code.find(default, |captures| number(&captures[2]).filter(|_| is_own(&captures[1])))
        .or_else(|| code.find(opened, |captures| number(captures.get(1).or(captures.get(2))?.as_str())))
        .or_else(|| code.find(named, |captures| number(&captures[2]).filter(|_| is_own(&captures[1]))))
        .or_else(|| code.find(told, |captures| number(&captures[1])))
}

#[cfg(test)]
mod tests {
    use super::port_in_code;
    use crate::languages::source::Sources;
    use crate::repo::Document;

    #[test]
    fn a_port_is_the_servers_own() {
        let port = |text: &str| port_in_code(&Sources::of(vec![Document::new("A.java", text)])).map(|fact| fact.value);
        assert_eq!(port(r#"Integer.getInteger("app.port", 3333)"#), Some(3333));
        assert_eq!(port(r#"env.getOrDefault("PORT", "8085")"#), Some(8085));
        assert_eq!(port(r#"System.getenv("HTTP_PORT") ?: "8086""#), Some(8086));
        assert_eq!(port(r#"env.getOrDefault("DB_PORT", "5432")"#), None);
        assert_eq!(port("static final int DEFAULT_PORT = 9106;"), Some(9106));
        assert_eq!(port("int redisPort = 6379;"), None);
        assert_eq!(port("int MAXIMUM_PORT = 65535;"), None);
        assert_eq!(port("Server.builder().http(8087)"), Some(8087));
        assert_eq!(port("vertx.createHttpServer().listen(80)"), Some(80));
        assert_eq!(port(r#"String webPort = "8088";"#), Some(8088));
        assert_eq!(port("int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8089;"), Some(8089));
        assert_eq!(port(r#"this.port = Integer.parseInt(p.getProperty(KEY, "8090"));"#), Some(8090));
        assert_eq!(port("options.setPort(5432); server.setPort(8091);"), Some(8091));
        assert_eq!(port(r#"URI.create("http://0.0.0.0:8092/")"#), Some(8092));
        assert_eq!(port(r#"new InetSocketAddress("elastic", 9200)"#), None);
    }
}
