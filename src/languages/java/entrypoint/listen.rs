//! Where an application listens: the port and the address, as its sources and its configuration say them.

use crate::analysis::listen::{self, is_loopback};
use crate::analysis::services::{is_of_another, names_port};
use crate::analysis::{Program, Setting, SourceEdit};
use crate::catalog::java_settings;
use crate::evidence::{Evidence, Fact};
use crate::languages::java::framework::configuration::{Configuration, relaxed};
use crate::path::file_name;
use crate::source::{Index, Value};

/// Where an application listens.
#[derive(Debug, Default)]
pub struct Listening {
    /// The port.
    pub port: Option<Fact<u16>>,
    /// The variable that must say the port.
    pub port_variable: Option<Fact<String>>,
    /// Whether a server is opened at all.
    pub is_server: bool,
    /// The addresses that nobody outside of the container reaches, with what takes their place.
    pub loopback: Vec<(Evidence, Override)>,
}

impl Listening {
    /// The change of the source that makes it listen on every address, where nothing outside of the source does.
    pub fn edit(&self) -> Option<&SourceEdit> {
        self.loopback.iter().find_map(|(_, told)| if let Override::Source(edit) = told { edit.as_ref() } else { None })
    }
}

/// What makes an application listen on every address.
#[derive(Debug)]
pub enum Override {
    /// A variable that takes the setting's place.
    Variable(String),
    /// An option of the JVM.
    Option(String),
    /// Only a change of the source; none where it can't be made in one place.
    Source(Option<SourceEdit>),
}

/// Reads where an application listens; ports in sources, and in what these read by themselves, count where no framework takes them
/// from settings.
pub fn read(program: &Program, configuration: &Configuration, asked: &Configuration, is_configured: bool) -> Listening {
    let ports: Vec<&str> = java_settings().ports.iter().map(String::as_str).collect();
    let found = listen::listen(program);
    let mut loopback: Vec<(Evidence, Override)> = Vec::new();
    for (key, variable) in &java_settings().addresses {
        let address = configuration.get(key).filter(|fact| is_loopback(&fact.value));
        loopback.extend(address.map(|fact| (fact.evidence, Override::Variable(variable.clone()))));
    }
    loopback.extend(connectors(configuration));
    let wanted = ports.iter().find_map(|key| configuration.wanted_variable(key));
    if is_configured {
        let port = configuration.port(&ports).or_else(|| port_in_source(program, &ports));
        return Listening { port, port_variable: wanted, is_server: found.server.is_some(), loopback };
    }
    loopback.extend(found.loopback.map(|loopback| {
        let told = match loopback.setting.filter(|_| !loopback.is_address) {
            Some(Setting::Variable(name)) => Override::Variable(name),
            Some(Setting::Flag(flag)) if flag.starts_with("-D") => Override::Option(format!("{flag}=0.0.0.0")),
            _ => Override::Source(loopback.edit),
        };
        (loopback.evidence, told)
    }));
    let variable = found.port_setting.as_ref().and_then(Setting::variable).filter(|_| found.port.is_none());
    let evidence = found.server.clone().unwrap_or_else(|| Evidence::file(""));
    let is_server = found.port.is_some() || found.server.is_some();
    let asked = || is_server.then(|| asked_port(program, asked)).flatten();
    Listening {
        is_server,
        port: configuration.port(&ports).or_else(asked).or(found.port),
        port_variable: wanted.or_else(|| Some(Fact::new(variable?.to_owned(), evidence))),
        loopback,
    }
}

/// The connectors of Dropwizard that are bound to the loopback address.
fn connectors(configuration: &Configuration) -> Vec<(Evidence, Override)> {
    let entries = configuration.entries().filter(|(_, fact)| is_loopback(&fact.value));
    let found = entries.filter_map(|(key, fact)| {
        let (list, field) = key.rsplit_once('.')?;
        let is_list = ["server.applicationconnectors", "server.adminconnectors"].contains(&relaxed(list).as_str());
        let option = format!("-Ddw.{list}[0].{field}=0.0.0.0");
        (is_list && relaxed(field) == "bindhost").then(|| (fact.evidence.clone(), Override::Option(option)))
    });
    found.collect()
}

/// The port that the source asks its own settings for: `properties.getProperty("javalin.port")`.
fn asked_port(program: &Program, settings: &Configuration) -> Option<Fact<u16>> {
    let calls = program.sources().flat_map(|file| &file.calls).filter(|call| call.arguments.len() == 1);
    let keys = calls.filter_map(|call| call.positional(0)?.text());
    let mut own = keys.filter(|key| names_port(key) && !is_of_another(key));
    // a file of another service holds the port of that: `redis.properties`
    let is_own = |port: &Fact<u16>| !is_of_another(file_name(&port.evidence.path));
    own.find_map(|key| settings.port(&[key]).filter(is_own))
}

/// A setting of the port that the source makes itself: `System.setProperty("server.port", "8081")`, a map with it, or a text
/// `server.port=8081`.
fn port_in_source(program: &Program, keys: &[&str]) -> Option<Fact<u16>> {
    let number =
        |value: &Value| value.number().and_then(|it| it.try_into().ok()).or_else(|| value.text()?.parse().ok());
    let in_file = |file: &Index| {
        let passed = file.calls.iter().find_map(|call| {
            let is_key = call.positional(0).and_then(Value::text).is_some_and(|key| keys.contains(&key));
            Some(file.fact(number(call.positional(1).filter(|_| is_key)?)?, &call.place))
        });
        let written = || {
            file.texts.iter().find_map(|text| {
                let (key, value) = text.text.trim_start_matches("--").split_once('=')?;
                Some(file.fact(value.parse().ok().filter(|_| keys.contains(&key))?, &text.place))
            })
        };
        passed.or_else(written)
    };
    program.sources().find_map(in_file)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::read;
    use crate::analysis::Program;
    use crate::languages::java::framework::configuration::Configuration;
    use crate::repo::Document;

    fn port(text: &str, is_configured: bool) -> Option<u16> {
        let text = format!("class A {{ void f(String[] arguments) {{ {text} }} }}");
        let file = Rc::new(crate::source::read(Document::new("A.java", text)));
        let program = Program::of([file]);
        read(&program, &Configuration::default(), &Configuration::default(), is_configured).port.map(|fact| fact.value)
    }

    #[test]
    fn a_port_is_the_servers_own() {
        let port = |text: &str| port(text, false);
        assert_eq!(port(r#"int port = Integer.getInteger("app.port", 3333);"#), Some(3333));
        assert_eq!(port(r#"env.getOrDefault("PORT", "8085");"#), Some(8085));
        assert_eq!(port(r#"env.getOrDefault("DB_PORT", "5432");"#), None);
        assert_eq!(port("final int DEFAULT_PORT = 9106;"), Some(9106));
        assert_eq!(port("int redisPort = 6379;"), None);
        assert_eq!(port("int MAXIMUM_PORT = 65535;"), None);
        assert_eq!(port("Server.builder().http(8087);"), Some(8087));
        assert_eq!(port("vertx.createHttpServer().listen(80);"), Some(80));
        assert_eq!(port(r#"String webPort = "8088";"#), Some(8088));
        assert_eq!(port("int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8089;"), Some(8089));
        assert_eq!(port(r#"this.port = Integer.parseInt(p.getProperty(KEY, "8090"));"#), Some(8090));
        assert_eq!(port("options.setPort(5432); // new ServerSocket(8091)"), None);
        assert_eq!(port(r#"new InetSocketAddress("elastic", 9200);"#), None);
        assert_eq!(port(r#"String s = "new ServerSocket(8092)"; /* new ServerSocket(8093) */"#), None);
        assert_eq!(port("new ServerSocket(8094);"), Some(8094));
    }

    #[test]
    fn the_file_of_another_service_holds_no_port_of_the_server() {
        let text = "class A { void f(Properties p) { p.getProperty(\"port\"); new ServerSocket(8095); } }";
        let program = Program::of([Rc::new(crate::source::read(Document::new("A.java", text)))]);
        let port = |file: &str| {
            let asked = Configuration::of(&Document::new(file, "port=6379\n"));
            read(&program, &Configuration::default(), &asked, false).port.map(|fact| fact.value)
        };
        assert_eq!(port("src/main/resources/redis.properties"), Some(8095));
        assert_eq!(port("src/main/resources/shop.properties"), Some(6379));
    }

    #[test]
    fn a_framework_is_told_its_port_by_its_own_settings_only() {
        assert_eq!(port(r#"System.setProperty("server.port", "8081");"#, true), Some(8081));
        assert_eq!(port(r#"application.run("--server.port=8082");"#, true), Some(8082));
        assert_eq!(port(r#"application.setDefaultProperties(Map.of("server.port", 8083));"#, true), Some(8083));
        assert_eq!(port("int port = 8084;", true), None);
        assert_eq!(port(r#"System.setProperty("client.port", "8085");"#, true), None);
    }
}
