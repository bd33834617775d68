//! The databases, caches and queues that a program asks for, and the variables by which it is told where they are.

use crate::analysis::Program;
use crate::analysis::calls::names_more_than_types;
use crate::analysis::environment::{Variable, variables};
use crate::analysis::local_services::{named_hosts, variables_of_clients};
use crate::analysis::services::{is_own_port_variable, names_host, words};
use crate::catalog::{BackingService, backing_services};
use crate::evidence::{Evidence, Fact};

/// A service that the program speaks to, and every variable that it reads. The names are those of facts. `declared` is the line
/// of the manifest that has a package in production: a driver may be loaded by its name, so that nothing imports it.
pub fn needs(program: &Program, declared: impl Fn(&str) -> Option<Evidence>) -> Vec<(&'static str, Fact<String>)> {
    let variables = variables(program);
    let asked = backing_services().iter().filter_map(|service| {
        let fact = asked_for(program, &variables, service, &declared)?;
        Some(("service", fact))
    });
    let asked: Vec<_> = asked.collect();
    let is_told = |name: &str| !is_own_port_variable(name) && !names_host(name);
    let read = variables.into_iter().filter(|it| !it.is_of_build && (it.is_required || is_told(&it.name)));
    let read = read.map(|variable| {
        let name = if variable.is_required { "requires" } else { "variable" };
        (name, Fact::new(variable.name, variable.evidence))
    });
    let of_clients = variables_of_clients(program).into_iter().map(|variable| ("variable", variable));
    let named = named_hosts(program).into_iter().map(|address| ("address", address));
    asked.into_iter().chain(read).chain(of_clients).chain(named).collect()
}

/// Where the program speaks to a service: the line that imports what does, the line that has it installed, or the address that is
/// the default of a variable.
fn asked_for(
    program: &Program,
    variables: &[Variable],
    service: &BackingService,
    declared: impl Fn(&str) -> Option<Evidence>,
) -> Option<Fact<String>> {
    let is_of = |module: &str| service.packages.iter().any(|package| is_module_of(module, package));
    let imported = program.sources().find_map(|file| {
        let import = file.imports.iter().find(|import| is_of(&import.module) && names_more_than_types(file, import))?;
        Some(file.evidence(&import.place))
    });
    let address = format!("{}://", service.scheme);
    let is_address = |default: &Option<String>| default.as_ref().is_some_and(|text| text.starts_with(&address));
    let told = || -> Option<Evidence> {
        variables.iter().find(|variable| is_address(&variable.default)).map(|variable| variable.evidence.clone())
    };
    let installed = || service.packages.iter().find_map(|package| declared(package));
    imported.or_else(installed).or_else(told).map(|evidence| Fact::new(service.name.clone(), evidence))
}

/// Whether a module is a package or lies in one: `redis`, `redis.asyncio`, `github.com/jackc/pgx/v5`, `tokio_postgres::Config`.
pub fn is_module_of(module: &str, package: &str) -> bool {
    module.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/', ':']))
}

/// What a variable tells of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A whole address with user and password.
    Address,
    /// The name of the host and the port: `redis:6379`.
    Place,
    /// The name of the host.
    Host,
    /// The port.
    Port,
    /// The user.
    User,
    /// The password of the user.
    Password,
    /// The database.
    Database,
}

/// What a variable tells of which of these services: `REDIS_URL`, `DB_HOST` where there is one database.
pub fn told<'a>(variable: &str, services: &[&'a BackingService]) -> Option<(&'a BackingService, Part)> {
    let words = words(variable);
    let part = part(&words)?;
    let is_own = |service: &&&BackingService| words.iter().any(|word| service.words.contains(word));
    let databases: Vec<&&BackingService> = services.iter().filter(|service| service.database.is_some()).collect();
    let is_general = words
        .iter()
        .any(|word| matches!(word.as_str(), "db" | "database" | "datasource" | "datasources" | "sql" | "sqlalchemy"));
    let one = || databases.first().filter(|_| databases.len() == 1 && is_general).copied();
    services.iter().find(is_own).or_else(one).map(|service| (*service, part))
}

fn part(words: &[String]) -> Option<Part> {
    Some(match words.last()?.as_str() {
        "url" | "uri" | "dsn" => Part::Address,
        "addr" | "endpoint" | "broker" | "brokers" => Part::Place,
        "host" | "hostname" | "server" | "pghost" => Part::Host,
        "port" | "pgport" => Part::Port,
        "user" | "username" | "pguser" => Part::User,
        "password" | "pass" | "passwd" | "pgpassword" => Part::Password,
        "name" | "database" | "db" | "dbname" | "pgdatabase" => Part::Database,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::catalog::backing_service;
    use crate::repo::Document;

    fn found(path: &str, text: &str) -> Vec<String> {
        found_beside(path, text, "")
    }

    fn found_beside(path: &str, text: &str, driver: &str) -> Vec<String> {
        let file = Rc::new(crate::source::read(Document::new(path, text)));
        let needs = needs(&Program::of([file]), |name| (name == driver).then(|| Evidence::file("manifest")));
        needs.into_iter().map(|(name, fact)| format!("{name} {}", fact.value)).collect()
    }

    #[test]
    fn a_service_is_needed_where_what_speaks_to_it_is_imported() {
        assert_eq!(found("a.ts", "import { Pool } from 'pg'; new Pool(settings)"), ["service postgres"]);
        let of_client = ["variable PGHOST", "variable PGUSER", "variable PGPASSWORD", "variable PGDATABASE"];
        assert_eq!(found("a.ts", "import { Pool } from 'pg'; new Pool()")[1..], of_client);
        assert_eq!(found("a.js", "const r = require('ioredis')"), ["service redis"]);
        assert_eq!(
            found("a.py", "import psycopg2\nimport redis.asyncio as r\n"),
            ["service postgres", "service redis"]
        );
        let go = "package main\n\nimport \"github.com/jackc/pgx/v5\"\n\nfunc main() { pgx.Connect() }\n";
        assert_eq!(found("main.go", go), ["service postgres"]);
        let types = go.replace("pgx.Connect()", "use(pgx.Identifier{})").replace("main()", "main(c *pgx.Conn)");
        assert!(found("main.go", &types).is_empty(), "of types alone");
        assert_eq!(found("main.go", &format!("// Code generated by x. DO NOT EDIT.\n{types}")), ["service postgres"]);
        let effects = go.replace("\"github.com/jackc/pgx/v5\"", "_ \"github.com/jackc/pgx/v5/stdlib\"");
        assert_eq!(found("main.go", &effects), ["service postgres"]);
        let other = "package main\n\nimport \"github.com/segmentio/kafka-go\"\n\nfunc main() { use(kafka.Writer{}) }\n";
        assert_eq!(found("main.go", other), ["service kafka"], "its folder has another name");
        assert!(found("a.ts", "import type { Pool } from 'pg'").is_empty());
        assert!(found("a.ts", "import { Pool } from 'pg-pool-of-mine'; // require('redis')").is_empty());
    }

    #[test]
    fn a_driver_that_is_installed_and_loaded_by_its_name_counts() {
        assert_eq!(found_beside("a.ts", "connect()", "pg"), ["service postgres"]);
        assert_eq!(found_beside("A.java", "class A {}", "com.mysql:mysql-connector-j"), ["service mysql"]);
        assert_eq!(found_beside("a.py", "import sqlalchemy", "psycopg2-binary"), ["service postgres"]);
        assert_eq!(found_beside("main.rs", "fn main() {}", "sqlx/postgres"), ["service postgres"]);
        assert_eq!(found_beside("main.rs", "fn main() {}", "rbdc-mysql"), ["service mysql"]);
        assert!(found_beside("a.ts", "connect()", "pg-format").is_empty());
        assert!(found_beside("main.rs", "fn main() {}", "sqlx/sqlite").is_empty());
    }

    #[test]
    fn the_default_of_a_variable_names_a_service_by_its_scheme() {
        let text = "f(process.env.CACHE_URL || 'redis://localhost:6379'); f(process.env.SITE || 'https://x')";
        assert_eq!(found("a.js", text), ["service redis", "variable CACHE_URL", "variable SITE"]);
    }

    #[test]
    fn variables_tell_of_a_service_what_their_last_word_says() {
        let (postgres, redis) = (backing_service("postgres").unwrap(), backing_service("redis").unwrap());
        let says = |name: &str| told(name, &[postgres, redis]).map(|(service, part)| (service.name.as_str(), part));
        assert_eq!(says("REDIS_URL"), Some(("redis", Part::Address)));
        assert_eq!(says("DB_HOST"), Some(("postgres", Part::Host)));
        assert_eq!(says("PGPASSWORD"), Some(("postgres", Part::Password)));
        assert_eq!(says("DATABASE_URL"), Some(("postgres", Part::Address)));
        assert_eq!(says("REDIS_ADDR"), Some(("redis", Part::Place)));
        assert_eq!(says("API_URL"), None);
        assert_eq!(says("USERS_ADDR"), None, "another program of the project");
        assert_eq!(says("DB_POOL_SIZE"), None);
        let mysql = backing_service("mysql").unwrap();
        assert!(told("DB_HOST", &[postgres, mysql]).is_none(), "nothing says which");
    }
}
