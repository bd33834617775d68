//! Services that a program looks for on its own machine: in a container, that is the container itself.

use std::cell::OnceCell;
use std::sync::LazyLock;

use crate::analysis::Program;
use crate::analysis::calls::{CallRow, CallRows};
use crate::analysis::services::{is_client, words};
use crate::catalog::analysis::{LocalClient, local_clients};
use crate::catalog::{BackingService, backing_services};
use crate::evidence::{Fact, Warning};
use crate::source::{Argument, Call, Field, Import, Index, Language, Literal, Value};

/// Names of the machine itself.
const LOCAL: &[&str] = &["localhost", "127.0.0.1", "[::1]", "0.0.0.0"];
/// Fields and arguments of a client that name the machine of a service.
pub const HOSTS: &[&str] = &["host", "hostname", "server"];
/// Last words of a variable that names the machine of a service.
const HOST_WORDS: &[&str] = &["host", "hostname", "server", "addr", "address"];
/// Methods of a builder that name the machine of a service.
const HOST_METHODS: &[&str] = &["setHost", "setHostname", "setServer", "host", "hostname"];
/// Fields that hold the machine of a service and its port.
const ADDRESSES: &[&str] = &["addr", "address", "addrs", "addresses"];
/// Settings that hold the machines of a service with their ports.
const PLACES: &[&str] = &["servers", "brokers", "addresses", "nodes", "hosts"];
/// Fields that say which service it is, where a library speaks to several.
pub const KINDS: &[&str] = &["dialect", "type", "client", "drivername", "engine"];
/// Words of the settings of whichever database there is.
const OF_DATABASES: &[&str] = &["db", "database", "databases", "datasource", "sql"];
/// Words of the settings that a developer's machine and tests have of their own.
const OF_DEVELOPMENT: &[&str] = &["development", "dev", "test", "testing"];

/// A service that is looked for where it is not.
#[derive(Debug, Clone)]
pub struct LocalService {
    /// Its name, where the source or a setting gives the address.
    pub service: Fact<String>,
    /// The variable that can give another address.
    pub variable: Option<String>,
}

impl LocalService {
    /// A service whose address a setting gives, and the variable that takes the place of the setting.
    pub fn of_setting(service: &Fact<String>, variable: &str) -> Self {
        Self { service: service.clone(), variable: Some(variable.to_owned()) }
    }

    /// That it is looked for where it is not.
    pub fn warning(&self) -> Warning {
        let name = &self.service.value;
        let message = format!("it looks for {name} on its own machine, which in a container is the container itself");
        let hint = match &self.variable {
            Some(variable) => format!("give the address at run time: `docker run --env {variable}=…`"),
            None => "read the address from a variable, or run the container with `--network host`".to_owned(),
        };
        Warning::new(message).at(self.service.evidence.clone()).hint(hint)
    }
}

/// The services whose address in the source is the machine itself, or that of a variable that nobody sets: each with its line.
pub fn local_services(program: &Program) -> Vec<LocalService> {
    let database = OnlyDatabase::default();
    let stated = stated(program, &database).into_iter().map(|service| LocalService { service, variable: None });
    let mut found: Vec<LocalService> = stated.collect();
    for file in program.sources() {
        for read in &file.environment {
            let Some(default) = read.default.as_ref().and_then(Value::known_text) else { continue };
            let general = || database.of_variable(program, &read.variable, &default);
            let Some(name) = of_setting(&read.variable, &default).or_else(general) else { continue };
            if !found.iter().any(|known| known.service.value == name) {
                found.push(LocalService::of_setting(&file.fact(name.to_owned(), &read.place), &read.variable));
            }
        }
    }
    for service in told_by_tables(program) {
        if !found.iter().any(|known| known.service.value == service.service.value) {
            found.push(service);
        }
    }
    for (file, call, row) in clients_without_address(program) {
        if !found.iter().any(|known| known.service.value == row.service) {
            let service = file.fact(row.service.clone(), &call.place);
            found.push(LocalService { service, variable: row.variable.clone() });
        }
    }
    found
}

/// The services whose machine a table of settings takes from a variable, with this machine where nobody sets it: `{ "ENGINE":
/// "django.db.backends.mysql", "HOST": env("PLACE", default="localhost"), "USER": … }`.
fn told_by_tables(program: &Program) -> Vec<LocalService> {
    let mut found = Vec::new();
    for file in program.sources() {
        for named in file.named_values() {
            let is_host = HOSTS.iter().any(|host| named.name().eq_ignore_ascii_case(host));
            let is_here = || named.value.default_value().text().is_some_and(is_local_place);
            let Some(variable) = named.value.variable().filter(|_| is_host && is_client(named.object) && is_here())
            else {
                continue;
            };
            let service = service_named(named.object).map(|service| file.fact(service.name.clone(), &named.place));
            found.extend(service.map(|service| LocalService::of_setting(&service, variable)));
        }
    }
    found
}

static CLIENTS: LazyLock<CallRows<LocalClient>> = LazyLock::new(|| CallRows::new(local_clients()));

impl CallRow for LocalClient {
    fn language(&self) -> &str {
        &self.language
    }

    fn call(&self) -> &str {
        &self.call
    }
}

/// The clients that are told no address, or this machine, and look for their service on their own machine.
fn clients_without_address(program: &Program) -> Vec<(&Index, &Call, &'static LocalClient)> {
    let mut found = Vec::new();
    for file in program.sources() {
        let Some(language) = Language::of(file.path()) else { continue };
        for call in &file.calls {
            let is_address = |argument: &Argument, row: &LocalClient| match &argument.name {
                Some(name) => name.starts_with('*') || row.addresses.contains(name),
                None => true,
            };
            let is_here = |row: &LocalClient| {
                let host = row.host.and_then(|at| call.positional(at)?.resolved().text());
                host.is_some_and(is_local_place)
            };
            let is_method =
                |row: &LocalClient| file.calls.iter().any(|it| row.methods.iter().any(|name| it.name() == name));
            let is_told = |row: &LocalClient| {
                !is_here(row) && (call.arguments.iter().any(|argument| is_address(argument, row)) || is_method(row))
            };
            let is_brought = |row: &LocalClient| row.import.as_ref().is_none_or(|module| file.imports(module));
            let row = CLIENTS.of(language, call).find(|row| is_brought(row) && !is_told(row));
            found.extend(row.map(|row| (file, call, row)));
        }
    }
    found
}

/// The variables that clients read by themselves, each with the line that makes such a client.
pub fn variables_of_clients(program: &Program) -> Vec<Fact<String>> {
    let clients = clients_without_address(program).into_iter();
    let named = clients.flat_map(|(file, call, row)| {
        row.variable.iter().chain(&row.others).map(|name| file.fact(name.clone(), &call.place))
    });
    let mut found: Vec<Fact<String>> = Vec::new();
    for variable in named {
        if !found.iter().any(|known| known.value == variable.value) {
            found.push(variable);
        }
    }
    found
}

/// The services whose address in the source no variable can change.
fn stated(program: &Program, database: &OnlyDatabase) -> Vec<Fact<String>> {
    let mut found: Vec<Fact<String>> = Vec::new();
    for file in program.sources() {
        let addressed = file.texts.iter().filter_map(|literal| {
            let service = addressed(&literal.text).filter(|_| !is_default(file, literal))?;
            Some(file.fact(service.name.clone(), &literal.place))
        });
        let imported = ImportedServices::new(file);
        let called = file.calls.iter().filter_map(|call| Some(file.fact(client(&imported, call)?, &call.place)));
        let configured = configured(program, file, database);
        for service in addressed.chain(called).chain(configured) {
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
        let named = file.texts.iter().filter_map(|literal| {
            let host = named_host(&literal.text).filter(|_| !is_default(file, literal))?;
            Some(file.fact(host, &literal.place))
        });
        for address in named {
            if !found.iter().any(|known| known.value == address.value) {
                found.push(address);
            }
        }
    }
    found
}

/// The service and the host of an address on another machine that has a plain name: `redis://cache` of `redis://cache:6379/0`.
pub fn named_host(text: &str) -> Option<String> {
    let (service, host) = placed(text)?;
    let name = host.split(':').next()?;
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_plain);
    (is_name && !LOCAL.contains(&name)).then(|| format!("{}://{name}", service.scheme))
}

/// The service whose address on this machine a setting is: `datasource.url=jdbc:mysql://localhost/shop`, `redis.host=localhost`.
pub fn of_setting(key: &str, value: &str) -> Option<&'static str> {
    if let Some(service) = addressed(value) {
        return Some(&service.name);
    }
    let host = value.split(':').next()?;
    let words = words(key);
    let last = words.last()?.as_str();
    let is_host = HOST_WORDS.contains(&last) && LOCAL.contains(&host);
    // several of them, as a cluster is told: `kafka.bootstrap.servers=localhost:9092`
    let is_place = |place: &str| place.contains(':') && is_local_place(place.trim());
    let is_list = || PLACES.contains(&last) && value.split(',').any(is_place);
    let is_of = |service: &&BackingService| service.words.iter().any(|word| words.contains(word));
    let service = backing_services().iter().find(is_of).filter(|_| is_host || is_list())?;
    Some(&service.name)
}

/// The same, where a word for any database means the one that the program speaks to: `database.host=localhost`.
pub fn of_setting_of(program: &Program, key: &str, value: &str) -> Option<&'static str> {
    of_setting(key, value).or_else(|| OnlyDatabase::default().of_variable(program, key, value))
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
    if let Some(place) = place_of_driver(text) {
        return Some((backing_services().iter().find(|service| service.scheme == "mysql")?, place));
    }
    // and those of Postgres: `host=localhost user=app dbname=shop`
    let field = |key: &str| text.split_whitespace().find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
    if let Some(host) = field("host").filter(|_| field("dbname").or_else(|| field("user")).is_some()) {
        return Some((backing_services().iter().find(|service| service.scheme == "postgres")?, host));
    }
    let driver = ["jdbc:", "r2dbc:pool:", "r2dbc:", "vertx-reactive:"].iter().find_map(|it| text.strip_prefix(it));
    let (scheme, rest) = driver.unwrap_or(text).split_once("://")?;
    let service =
        backing_services().iter().find(|service| !service.scheme.is_empty() && scheme.starts_with(&service.scheme))?;
    let place = rest.split(['/', '?']).next()?;
    Some((service, place.rsplit('@').next()?))
}

/// The host and port that the driver of Go for MySQL is told: `root@tcp(localhost:3306)/shop`, `root@(localhost)/shop`.
pub fn place_of_driver(text: &str) -> Option<&str> {
    let with_protocol = text.split_once("@tcp(").and_then(|(_, rest)| rest.split(')').next());
    let without = || text.split_once("@(").and_then(|(_, rest)| Some(rest.split_once(")/")?.0));
    with_protocol.or_else(without)
}

/// The service that a call reaches on this machine: `new Pool({ host: "localhost", user: "app" })`, `redis.NewClient(&redis.Options{Addr:
/// "localhost:6379"})`, `new MySQLConnectOptions().setHost("localhost")`.
fn client(imported: &ImportedServices, call: &Call) -> Option<String> {
    let passed = call.arguments.iter().filter_map(|argument| {
        let name = argument.name.clone()?;
        Some(Field { name, value: argument.value.clone(), start: argument.start, end: argument.end })
    });
    let passed: Vec<Field> = passed.collect();
    let objects = call.arguments.iter().filter_map(|argument| match argument.value.resolved() {
        Value::Object(fields) => Some(fields.as_slice()),
        _ => None,
    });
    let all: Vec<&[Field]> = objects.chain([passed.as_slice()]).collect();
    let is_named = |field: &Field, names: &[&str]| names.iter().any(|name| field.name.eq_ignore_ascii_case(name));
    let is_local = |field: &Field| is_named(field, HOSTS) && field.value.resolved().text().is_some_and(is_local);
    let fields = all.iter().find(|fields| is_client(fields) && fields.iter().any(is_local));
    if let Some(service) = fields.and_then(|fields| service_of(imported, fields)) {
        return Some(service.name.clone());
    }
    let is_address = |field: &Field| {
        let texts: Vec<&str> = match field.value.resolved() {
            Value::List(values) => values.iter().filter_map(Value::text).collect(),
            value => value.text().into_iter().collect(),
        };
        is_named(field, ADDRESSES) && texts.iter().any(|text| text.contains(':') && is_local_place(text))
    };
    let is_built = HOST_METHODS.contains(&call.name())
        && call.receiver().ends_with(')')
        && call.positional(0).and_then(Value::text).is_some_and(self::is_local);
    let reaches = is_built || all.iter().any(|fields| fields.iter().any(|field| is_local(field) || is_address(field)));
    let service = match (is_built, reaches) {
        (true, _) => service_of(imported, &[]),
        (false, true) => imported.maker(call.path.split(['.', '(']).next().unwrap_or_default()),
        (false, false) => None,
    };
    service.map(|service| service.name.clone())
}

/// Whether a module is of a package that speaks to a service.
fn is_of_package(module: &str, service: &BackingService) -> bool {
    service.packages.iter().any(|package| {
        module.strip_prefix(package.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.', ':']))
    })
}

/// Whether a package is used by a name where its import gives it none: `redis` of `github.com/redis/go-redis/v9`.
fn is_module_name(module: &str, name: &str) -> bool {
    module.split('/').any(|part| part == name || part.strip_prefix("go-") == Some(name))
}

/// The one database that a program speaks to, where it is one, sought when it is first asked for.
#[derive(Default)]
struct OnlyDatabase(OnceCell<Option<&'static BackingService>>);

impl OnlyDatabase {
    fn get(&self, program: &Program) -> Option<&'static BackingService> {
        *self.0.get_or_init(|| {
            let is_spoken_to = |service: &&BackingService| {
                let is_of = |package: &String| {
                    program.depends_on(package) || program.sources().any(|file| file.imports(package))
                };
                service.database.is_some() && service.packages.iter().any(is_of)
            };
            let mut databases = backing_services().iter().filter(is_spoken_to);
            databases.next().filter(|_| databases.next().is_none())
        })
    }

    /// The name of the one database, where a variable names its machine by a word for any: `DB_HOST`.
    fn of_variable(&self, program: &Program, variable: &str, default: &str) -> Option<&'static str> {
        let words = words(variable);
        let is_host = words.last().is_some_and(|last| HOST_WORDS.contains(&last.as_str())) && is_local_place(default);
        let is_general = words.iter().any(|word| OF_DATABASES.contains(&word.as_str()));
        (is_host && is_general).then(|| self.get(program)).flatten().map(|service| service.name.as_str())
    }
}

/// The services whose machine a table of settings names, beside the user that logs in: `mysql: { host: "localhost", user: "app" }`,
/// and `database: { … }` where there is one.
fn configured(program: &Program, file: &Index, database: &OnlyDatabase) -> Vec<Fact<String>> {
    let mut found = Vec::new();
    for named in file.named_values() {
        let is_host = HOSTS.iter().any(|host| named.name().eq_ignore_ascii_case(host));
        let path = words(&named.path);
        let is_of_development = path.iter().any(|word| OF_DEVELOPMENT.contains(&word.as_str()));
        if !is_host || is_of_development || !is_client(named.object) || !named.value.text().is_some_and(is_local) {
            continue;
        }
        let is_called = |service: &&BackingService| service.words.iter().any(|word| path.contains(word));
        let has_kind =
            || named.object.iter().any(|field| KINDS.iter().any(|kind| field.name.eq_ignore_ascii_case(kind)));
        let is_general = || path.iter().any(|word| OF_DATABASES.contains(&word.as_str())) && !has_kind();
        let service = service_named(named.object).or_else(|| backing_services().iter().find(is_called));
        let service = service.or_else(|| database.get(program).filter(|_| is_general()));
        found.extend(service.map(|service| file.fact(service.name.clone(), &named.place)));
    }
    found
}

fn is_local(host: &str) -> bool {
    LOCAL.contains(&host)
}

/// Whether an address without a scheme is one of this machine: `localhost:6379`.
fn is_local_place(address: &str) -> bool {
    LOCAL.iter().any(|name| address.strip_prefix(*name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
}

/// The service that fields name as the one that they are for: `dialect: "mysql"`, `'ENGINE': 'django.db.backends.mysql'`.
fn service_named(fields: &[Field]) -> Option<&'static BackingService> {
    let is_kind = |field: &&Field| KINDS.iter().any(|kind| field.name.eq_ignore_ascii_case(kind));
    let kind = fields.iter().find(is_kind).and_then(|field| field.value.text())?;
    let last = kind.rsplit('.').next().unwrap_or(kind);
    let is_called =
        |word: &String| last == word || last.strip_prefix(word.as_str()).is_some_and(|it| it.starts_with('_'));
    backing_services().iter().find(|service| service.words.iter().any(is_called))
}

/// The service that a client with these fields speaks to: the one that they name, else the one whose package the file imports.
pub fn service_of(imported: &ImportedServices, fields: &[Field]) -> Option<&'static BackingService> {
    service_named(fields).or_else(|| imported.first())
}

/// The services whose packages a file imports, sought when they are first asked for: a file may have many calls and imports.
pub struct ImportedServices<'a> {
    file: &'a Index,
    first: OnceCell<Option<&'static BackingService>>,
    imports: OnceCell<Vec<(&'static BackingService, &'a Import)>>,
}

impl<'a> ImportedServices<'a> {
    /// Those of a file.
    pub fn new(file: &'a Index) -> Self {
        Self { file, first: OnceCell::new(), imports: OnceCell::new() }
    }

    /// The first in the table's order.
    fn first(&self) -> Option<&'static BackingService> {
        let speaks = |service: &&BackingService| service.packages.iter().any(|package| self.file.imports(package));
        *self.first.get_or_init(|| backing_services().iter().find(speaks))
    }

    /// The service whose package brings what is called so in the file: `Pool` of `import { Pool } from "pg"`.
    fn maker(&self, name: &str) -> Option<&'static BackingService> {
        let brings = |import: &Import| {
            import.names.iter().any(|(_, own)| own == name)
                || import.names.is_empty() && is_module_name(&import.module, name)
        };
        self.imports().iter().find(|(_, import)| brings(import)).map(|(service, _)| *service)
    }

    fn imports(&self) -> &[(&'static BackingService, &'a Import)] {
        self.imports.get_or_init(|| {
            let of = |service: &'static BackingService| {
                let imports = self.file.imports.iter().filter(|import| !import.is_type);
                imports.filter(|import| is_of_package(&import.module, service)).map(move |import| (service, import))
            };
            backing_services().iter().flat_map(of).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::repo::Document;

    fn found(path: &str, text: &str) -> Vec<String> {
        let file = Rc::new(crate::source::read(Document::new(path, text)));
        let fixed = local_services(&Program::of([file])).into_iter().filter(|it| it.variable.is_none());
        fixed.map(|it| it.service.value).collect()
    }

    #[test]
    fn a_variable_that_nobody_sets_leads_to_this_machine() {
        let of = |path: &str, text: &str| {
            let file = Rc::new(crate::source::read(Document::new(path, text)));
            let found = local_services(&Program::of([file])).into_iter();
            found.map(|it| (it.service.value, it.variable.unwrap_or_default())).collect::<Vec<_>>()
        };
        let redis = [("redis".to_owned(), "REDIS_URL".to_owned())];
        assert_eq!(of("a.js", "createClient({ url: process.env.REDIS_URL || 'redis://localhost:6379' })"), redis);
        assert_eq!(of("a.py", "import os\nfrom_url(os.getenv('REDIS_URL', 'redis://127.0.0.1/0'))\n"), redis);
        let rust = |host: &str| {
            let read = format!("std::env::var(\"REDIS_URL\").unwrap_or(\"redis://{host}:6379/0\".to_owned())");
            of("main.rs", &format!("fn main() {{ open({read}); }}\n"))
        };
        assert_eq!(rust("127.0.0.1"), redis);
        assert!(rust("cache").is_empty());
        assert_eq!(of("a.js", "connect(process.env.REDIS_HOST || 'localhost')")[0].1, "REDIS_HOST");
        let database = "const { Pool } = require('pg'); new Pool({ host: process.env.DB_HOST ?? 'localhost' })";
        assert_eq!(of("a.js", database), [("postgres".to_owned(), "DB_HOST".to_owned())]);
        assert!(of("a.js", &database.replace("require('pg')", "require('x')")).is_empty());
        assert!(of("a.js", "listen(process.env.HOST || 'localhost')").is_empty());
    }

    #[test]
    fn an_address_of_a_service_on_this_machine_is_found() {
        assert_eq!(found("a.py", "create_engine('postgresql+asyncpg://a:b@localhost:5432/c')"), ["postgres"]);
        assert_eq!(found("a.js", "connect('mongodb://127.0.0.1/shop')"), ["mongo"]);
        let dsn =
            |text: &str| found("main.go", &format!("package main\n\nfunc main() {{ sql.Open(\"x\", \"{text}\") }}\n"));
        assert_eq!(dsn("root@tcp(localhost:3306)/shop"), ["mysql"]);
        assert_eq!(dsn("root@(localhost)/shop"), ["mysql"]);
        assert!(dsn("write to me@(localhost)").is_empty());
        assert_eq!(dsn("host=localhost user=app dbname=shop"), ["postgres"]);
        assert!(dsn("root@tcp(db:3306)/shop").is_empty() && dsn("host=localhost port=80").is_empty());
        assert_eq!(found("A.java", "class A { String url = \"jdbc:mysql://localhost:3306/a\"; }"), ["mysql"]);
        assert_eq!(found("a.py", "import pymysql\npymysql.connect(host='localhost', user='a', password=b)"), ["mysql"]);
        assert_eq!(
            found("a.js", "const { Pool } = require('pg'); new Pool({ host: 'localhost', user: 'a' })"),
            ["postgres"]
        );
        let options = "package main\n\nimport \"github.com/redis/go-redis/v9\"\n\nfunc main() { redis.NewClient(&redis.Options{Addr: \"localhost:6379\"}) }\n";
        assert_eq!(found("main.go", options), ["redis"]);
        assert!(found("main.go", &options.replace("localhost", "cache")).is_empty());
        assert!(found("main.go", &options.replace("redis.NewClient(&redis", "server.New(&server")).is_empty());
        let built = "import io.vertx.mysqlclient.MySQLConnectOptions; class A { Object a = new MySQLConnectOptions().setPort(3306).setHost(\"localhost\"); }";
        assert_eq!(found("A.java", built), ["mysql"]);
        assert!(found("A.java", &built.replace("io.vertx.mysqlclient", "com.mine")).is_empty());
        let by_kind = "import { Sequelize } from 'sequelize'; new Sequelize('a', 'root', '', { host: 'localhost', dialect: 'KIND' })";
        assert_eq!(found("a.js", &by_kind.replace("KIND", "mysql")), ["mysql"]);
        assert!(found("a.js", &by_kind.replace("KIND", "sqlite")).is_empty());
        assert!(found("a.js", &by_kind.replace("KIND", "mysql").replace("localhost", "db")).is_empty());
    }

    #[test]
    fn a_table_whose_host_is_a_variable_leads_to_this_machine() {
        let of = |host: &str, engine: &str| {
            let text = format!(
                "import os\nDATABASES = {{'default': {{'ENGINE': 'django.db.backends.{engine}', 'HOST': {host}, 'USER': 'a'}}}}\n"
            );
            let file = Rc::new(crate::source::read(Document::new("settings.py", text)));
            let found = local_services(&Program::of([file])).into_iter();
            found.map(|it| (it.service.value, it.variable.unwrap_or_default())).collect::<Vec<_>>()
        };
        let told = [("mysql".to_owned(), "PLACE".to_owned())];
        assert_eq!(of("os.environ.get('PLACE', '127.0.0.1')", "mysql"), told);
        assert!(
            of("os.environ.get('PLACE', 'db')", "mysql").is_empty() && of("os.environ['PLACE']", "mysql").is_empty()
        );
        assert!(of("os.environ.get('PLACE', '127.0.0.1')", "sqlite3").is_empty());
    }

    #[test]
    fn every_client_is_told_an_address_or_looks_on_this_machine() {
        for row in local_clients() {
            let endings = [("javascript", "js"), ("python", "py"), ("java", "java")];
            let (_, ending) = endings.into_iter().find(|(language, _)| *language == row.language).unwrap();
            let read = |text: &str| Rc::new(crate::source::read(Document::new(format!("a.{ending}"), text)));
            let services = |text: &str| local_services(&Program::of([read(text)])).len();
            let told = local_services(&Program::of([read(&row.takes)])).into_iter().next().unwrap();
            assert_eq!((&told.service.value, &told.variable), (&row.service, &row.variable), "{}", row.takes);
            assert!(backing_services().iter().any(|service| service.name == row.service), "{}", row.service);
            assert_eq!(services(&row.leaves), 0, "{}", row.leaves);
        }
    }

    #[test]
    fn a_table_of_settings_that_names_a_service_on_this_machine_is_found() {
        let table = "module.exports = { port: 3000, mysql: { host: '127.0.0.1', user: 'root', password: '' } }";
        assert_eq!(found("config.js", table), ["mysql"]);
        let django =
            "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': 'localhost', 'USER': 'a'}}\n";
        assert_eq!(found("settings.py", django), ["postgres"]);
        for other in [
            "module.exports = { development: { mysql: { host: '127.0.0.1', user: 'root' } } }",
            "module.exports = { mail: { host: '127.0.0.1', user: 'root' } }",
            "module.exports = { mysql: { host: 'db', user: 'root' } }",
            "module.exports = { mysql: { host: '127.0.0.1', colour: 'red' } }",
        ] {
            assert!(found("config.js", other).is_empty(), "{other}");
        }
        let lite =
            "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'HOST': 'localhost', 'USER': 'a'}}\n";
        assert!(found("settings.py", lite).is_empty());
    }

    #[test]
    fn the_settings_of_the_database_are_those_of_the_one_that_there_is() {
        let found = |text: &str, packages: &[&str]| -> Vec<String> {
            let file = Rc::new(crate::source::read(Document::new("config.js", text)));
            let packages = packages.iter().map(|name| (*name).to_owned()).collect();
            local_services(&Program::new([file], packages)).into_iter().map(|it| it.service.value).collect()
        };
        let table = "module.exports = { database: { host: 'localhost', user: 'root', password: 'root' } }";
        assert_eq!(found(table, &["mysql2"]), ["mysql"]);
        assert!(found(table, &[]).is_empty() && found(table, &["mysql2", "pg"]).is_empty(), "which one is not known");
        assert!(found(&table.replace("database:", "mail:"), &["mysql2"]).is_empty());
        assert!(found(&table.replace("host:", "dialect: 'sqlite', host:"), &["mysql2"]).is_empty());
    }

    #[test]
    fn a_setting_that_names_a_service_on_this_machine_is_found() {
        for (key, value, service) in [
            ("spring.datasource.url", "jdbc:mysql://localhost:3306/shop?useSSL=false", "mysql"),
            ("datasources.default.url", "jdbc:postgresql://127.0.0.1:5432/db", "postgres"),
            ("spring.r2dbc.url", "r2dbc:pool:postgresql://localhost:5432/db", "postgres"),
            ("quarkus.datasource.reactive.url", "vertx-reactive:mysql://localhost:3306/db", "mysql"),
            ("spring.data.mongodb.uri", "mongodb://localhost:27017/shop", "mongo"),
            ("spring.data.redis.host", "localhost", "redis"),
            ("rabbitmq-host", "localhost", "rabbitmq"),
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
