//! Services that a program looks for on its own machine: in a container, that is the container itself.

use crate::analysis::Program;
use crate::analysis::services::{is_client, words};
use crate::catalog::{BackingService, backing_services};
use crate::evidence::{Fact, Warning};
use crate::source::{Call, Field, Index, Literal, Value};

/// Names of the machine itself.
const LOCAL: &[&str] = &["localhost", "127.0.0.1", "[::1]", "0.0.0.0"];
/// Fields and arguments of a client that name the machine of a service.
const HOSTS: &[&str] = &["host", "hostname", "server"];
/// Fields that say which service it is, where a library speaks to several.
const KINDS: &[&str] = &["dialect", "type", "client", "drivername"];

/// The services whose address in the source is the machine itself, where no variable says another: each with its line.
pub fn local_services(program: &Program) -> Vec<Fact<String>> {
    let mut found: Vec<Fact<String>> = Vec::new();
    for file in program.sources() {
        let texts = file.texts.iter().filter(|literal| !is_default(file, literal));
        let addressed =
            texts.filter_map(|literal| Some(file.fact(addressed(&literal.text)?.name.clone(), &literal.place)));
        let named = file.calls.iter().filter_map(|call| Some(file.fact(client(file, call)?, &call.place)));
        for service in addressed.chain(named) {
            if !found.iter().any(|known| known.value == service.value) {
                found.push(service);
            }
        }
    }
    found
}

/// The services whose host in the source is another machine by its plain name, as those of a compose file are called, where no
/// variable says another: each as an address, `postgres://db`.
pub fn named_hosts(program: &Program) -> Vec<Fact<String>> {
    let mut found: Vec<Fact<String>> = Vec::new();
    for file in program.sources() {
        let texts = file.texts.iter().filter(|literal| !is_default(file, literal));
        let named = texts.filter_map(|literal| Some(file.fact(named_host(&literal.text)?, &literal.place)));
        for address in named {
            if !found.iter().any(|known| known.value == address.value) {
                found.push(address);
            }
        }
    }
    found
}

/// The service and the host of an address on another machine that has a plain name: `redis://cache` of `redis://cache:6379/0`.
fn named_host(text: &str) -> Option<String> {
    let (service, host) = placed(text)?;
    let name = host.split(':').next()?;
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_plain);
    (is_name && !LOCAL.contains(&name)).then(|| format!("{}://{name}", service.scheme))
}

/// That a service is looked for where it is not.
pub fn warning(service: &Fact<String>) -> Warning {
    told(service, "read the address from a variable, or run the container with `--network host`")
}

/// The same of a setting that a variable takes the place of.
pub fn warning_of_setting(service: &Fact<String>, variable: &str) -> Warning {
    told(service, &format!("give the address at run time: `docker run --env {variable}=…`"))
}

fn told(service: &Fact<String>, hint: &str) -> Warning {
    let message =
        format!("it looks for {} on its own machine, which in a container is the container itself", service.value);
    Warning::new(message).at(service.evidence.clone()).hint(hint)
}

/// The service whose address on this machine a setting is: `datasource.url=jdbc:mysql://localhost/shop`, `redis.host=localhost`.
pub fn of_setting(key: &str, value: &str) -> Option<&'static str> {
    if let Some(service) = addressed(value) {
        return Some(&service.name);
    }
    let host = value.split(':').next()?;
    let last = key.rsplit('.').next()?.to_lowercase();
    let is_host = HOSTS.contains(&last.as_str());
    let words = words(key);
    let is_of = |service: &&BackingService| service.words.iter().any(|word| words.contains(word));
    let service = backing_services().iter().find(is_of).filter(|_| is_host && LOCAL.contains(&host))?;
    Some(&service.name)
}

/// Whether a text only stands in for a variable or an option.
fn is_default(file: &Index, literal: &Literal) -> bool {
    let is_it = |value: &Option<Value>| value.as_ref().and_then(Value::text) == Some(literal.text.as_str());
    file.environment.iter().any(|read| is_it(&read.default)) || file.options.iter().any(|option| is_it(&option.default))
}

/// The service whose address on this machine a text is: `postgresql://user:password@localhost:5432/shop`.
fn addressed(text: &str) -> Option<&'static BackingService> {
    let (service, host) = placed(text)?;
    let is_local =
        |name: &&str| host.strip_prefix(*name).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ',']));
    LOCAL.iter().any(is_local).then_some(service)
}

/// The service that an address is one of, and its host with the port.
fn placed(text: &str) -> Option<(&'static BackingService, &str)> {
    let (scheme, rest) = text.strip_prefix("jdbc:").unwrap_or(text).split_once("://")?;
    let service =
        backing_services().iter().find(|service| !service.scheme.is_empty() && scheme.starts_with(&service.scheme))?;
    let place = rest.split(['/', '?']).next()?;
    Some((service, place.rsplit('@').next()?))
}

/// The service that a call logs in to on this machine: `new Pool({ host: "localhost", user: "app" })`.
fn client(file: &Index, call: &Call) -> Option<String> {
    let passed = call.arguments.iter().filter_map(|argument| {
        let name = argument.name.clone()?;
        Some(Field { name, value: argument.value.clone(), start: argument.start, end: argument.end })
    });
    let passed: Vec<Field> = passed.collect();
    let objects = call.arguments.iter().filter_map(|argument| match argument.value.resolved() {
        Value::Object(fields) => Some(fields.as_slice()),
        _ => None,
    });
    let is_local = |field: &Field| {
        HOSTS.contains(&field.name.as_str()) && field.value.resolved().text().is_some_and(|host| LOCAL.contains(&host))
    };
    let mut all = objects.chain([passed.as_slice()]);
    let fields = all.find(|fields| is_client(fields) && fields.iter().any(is_local))?;
    let kind = fields.iter().find(|field| KINDS.contains(&field.name.as_str())).and_then(|field| field.value.text());
    let is_called = |service: &&BackingService| kind.is_some_and(|kind| service.words.iter().any(|word| word == kind));
    let speaks = |service: &&BackingService| service.packages.iter().any(|package| file.imports(package));
    let services = backing_services();
    services.iter().find(is_called).or_else(|| services.iter().find(speaks)).map(|service| service.name.clone())
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::repo::Document;

    fn found(path: &str, text: &str) -> Vec<String> {
        let file = Rc::new(crate::source::read(Document::new(path, text)));
        local_services(&Program::of([file])).into_iter().map(|fact| fact.value).collect()
    }

    #[test]
    fn an_address_of_a_service_on_this_machine_is_found() {
        assert_eq!(found("a.py", "create_engine('postgresql+asyncpg://a:b@localhost:5432/c')"), ["postgres"]);
        assert_eq!(found("a.js", "connect('mongodb://127.0.0.1/shop')"), ["mongo"]);
        assert_eq!(found("A.java", "class A { String url = \"jdbc:mysql://localhost:3306/a\"; }"), ["mysql"]);
        assert_eq!(found("a.py", "import pymysql\npymysql.connect(host='localhost', user='a', password=b)"), ["mysql"]);
        assert_eq!(
            found("a.js", "const { Pool } = require('pg'); new Pool({ host: 'localhost', user: 'a' })"),
            ["postgres"]
        );
        let by_kind = "import { Sequelize } from 'sequelize'; new Sequelize('a', 'root', '', { host: 'localhost', dialect: 'KIND' })";
        assert_eq!(found("a.js", &by_kind.replace("KIND", "mysql")), ["mysql"]);
        assert!(found("a.js", &by_kind.replace("KIND", "sqlite")).is_empty());
        assert!(found("a.js", &by_kind.replace("KIND", "mysql").replace("localhost", "db")).is_empty());
    }

    #[test]
    fn a_setting_that_names_a_service_on_this_machine_is_found() {
        for (key, value, service) in [
            ("spring.datasource.url", "jdbc:mysql://localhost:3306/shop?useSSL=false", "mysql"),
            ("datasources.default.url", "jdbc:postgresql://127.0.0.1:5432/db", "postgres"),
            ("spring.data.mongodb.uri", "mongodb://localhost:27017/shop", "mongo"),
            ("spring.data.redis.host", "localhost", "redis"),
        ] {
            assert_eq!(of_setting(key, value), Some(service), "{key}={value}");
        }
        for (key, value) in [
            ("spring.datasource.url", "jdbc:mysql://db:3306/shop"),
            ("spring.datasource.url", "jdbc:mysql://${DB_HOST:localhost}:3306/shop"),
            ("spring.datasource.url", "${DB_URL:jdbc:mysql://localhost:3306/shop}"),
            ("spring.datasource.url", "jdbc:h2:mem:localhost"),
            ("spring.data.redis.host", "redis"),
            ("spring.data.redis.database", "localhost"),
            ("server.host", "localhost"),
            ("app.frontend.url", "http://localhost:3000"),
        ] {
            assert_eq!(of_setting(key, value), None, "{key}={value}");
        }
    }

    #[test]
    fn a_service_that_the_source_calls_by_a_plain_name_has_that() {
        let named = |text: &str| {
            let file = Rc::new(crate::source::read(Document::new("a.js", text)));
            named_hosts(&Program::of([file])).into_iter().map(|fact| fact.value).collect::<Vec<_>>()
        };
        assert_eq!(named("connect('postgres://app:secret@db:5432/shop')"), ["postgres://db"]);
        assert_eq!(named("connect('redis://cache:6379')"), ["redis://cache"]);
        for text in [
            "connect('postgres://localhost:5432/shop')",
            "connect('postgres://db.example.org/shop')",
            "connect('postgres://127.0.0.1/shop')",
            "connect('http://db:5432')",
            "connect(process.env.URL || 'postgres://db:5432/shop')",
            "connect(`postgres://${host}/shop`)",
        ] {
            assert!(named(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn other_addresses_and_what_a_variable_tells_are_left() {
        for text in [
            "connect('mongodb://db.example.org/shop')",
            "connect(process.env.DB || 'mongodb://localhost/shop')",
            "fetch('http://localhost:3000/mongodb://x')",
            "connect('mongodb://localhost.example.org/shop')",
            "const { Pool } = require('pg'); new Pool({ host: process.env.HOST || 'localhost', user: 'a' })",
            "const { Pool } = require('pg'); new Pool({ host: 'db', user: 'a' })",
            "app.listen({ host: 'localhost', port: 3000 })",
            "import { connect } from './mine'; connect({ host: 'localhost', user: 'a' })",
        ] {
            assert!(found("a.js", text).is_empty(), "{text}");
        }
    }
}
