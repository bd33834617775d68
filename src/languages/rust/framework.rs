//! What crates change: programs for another place than a container, queries that are checked while the program compiles,
//! settings whose variables are the names of fields.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::analysis::data_folders::{DataFolder, database};
use crate::analysis::local_services::{self, LocalService};
use crate::analysis::{Program, Setting};
use crate::catalog::{RustDriver, postgresql_extension, rust_drivers, rust_servers, rust_unsupported};
use crate::error::Error;
use crate::evidence::{Evidence, Fact, Warning};
use crate::languages::rust::manifest::{Binary, Cargo};
use crate::path::join;
use crate::plan::Command;
use crate::repo::{Manifest, Repo};
use crate::source::{Assignment, Call, EnvironmentRead, Index, Sources, Value};

/// Why no image is made of a package, where the table of crates knows one.
pub fn unsupported(sources: &Sources, package: &Cargo, binaries: &mut Vec<Binary>) -> Option<Error> {
    let repo = sources.repo();
    let dependencies = package.dependencies();
    let is_server = rust_servers().iter().any(|server| !server.is_client && dependencies.contains(&server.name));
    let row = rust_unsupported().iter().find(|row| {
        (row.dependency.is_empty() || dependencies.contains(&row.dependency))
            && (row.file.is_empty() || repo.has(&join(&package.folder, &row.file)))
            && (row.metadata.is_empty() || package.manifest.get(&["package", "metadata", &row.metadata]).is_some())
            && !(row.unless_server && is_server)
    })?;
    if !row.crates.is_empty() && binaries.len() > 1 {
        let names = |index: &Index| index.imports.iter().any(|import| import.module.starts_with(&row.crates));
        let runs_there = |binary: &Binary| sources.get(&binary.path).is_none_or(|index| names(&index));
        if binaries.iter().any(|binary| !runs_there(binary)) {
            binaries.retain(|binary| !runs_there(binary));
            return None;
        }
    }
    let name = package.name().map(|name| name.value).unwrap_or_default();
    Some(Error::Unsupported {
        message: format!("`{}` is {}", name.escape_debug(), row.message),
        evidence: package
            .dependency(&row.dependency)
            .or_else(|| (!row.file.is_empty()).then(|| Evidence::file(join(&package.folder, &row.file)))),
        hint: row.hint.as_deref().unwrap_or("name the application that runs on a server: `dockgen init PATH`").into(),
    })
}

/// The dependencies of packages and the features that they ask of them, `sqlx/postgres`, but for databases that the source does not name where
/// it names another: a crate may have been told of several.
pub fn enabled(parts: &[&Cargo], workspace: &Cargo, files: &[Rc<Index>]) -> BTreeSet<String> {
    let mut enabled: BTreeSet<String> = parts.iter().flat_map(|part| part.all_enabled(workspace)).collect();
    let feature = |driver: &RustDriver| format!("{}/{}", driver.package, driver.feature);
    let drivers: Vec<&RustDriver> = rust_drivers().iter().filter(|it| enabled.contains(&feature(it))).collect();
    let is_named = |driver: &&&RustDriver| {
        let names = |path: &str| {
            let mut parts = path.split(['.', ':']);
            parts.next() == Some(&driver.package) && parts.any(|part| driver.names.iter().any(|name| name == part))
        };
        files.iter().filter(|file| !file.is_test).any(|file| {
            file.calls.iter().any(|call| names(call.resolved()))
                || file.imports.iter().any(|import| {
                    let taken = import.names.iter().map(|(name, _)| format!("{}::{name}", import.module));
                    names(&import.module) || taken.into_iter().any(|path| names(&path))
                })
        })
    };
    let named: Vec<&&RustDriver> = drivers.iter().filter(is_named).collect();
    for driver in &drivers {
        let other = named.iter().find(|it| it.package == driver.package);
        if other.is_some() && !named.iter().any(|it| feature(it) == feature(driver)) {
            enabled.remove(&feature(driver));
        }
    }
    enabled
}

/// The variable by which queries that are checked find their database.
pub const QUERIES_VARIABLE: &str = "DATABASE_URL";

/// A database that the build can make by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// PostgreSQL.
    Postgresql,
    /// SQLite.
    Sqlite,
}

impl Database {
    /// Makes it, with the tables of the migrations in a folder of the build stage, and tells Cargo its address.
    pub fn commands(self, migrations: &str) -> Vec<Command> {
        let found = Command::new(["find", migrations, "-name", "*.sql", "!", "-name", "*down.sql"]);
        let listed = "/tmp/migrations";
        let each = ["xargs", "--arg-file", listed, "--replace"];
        let mut commands = vec![
            found.words(["-fprint", listed]),
            Command::new(["sort", "--version-sort", "--output", listed, listed]),
        ];
        match self {
            Self::Postgresql => commands.extend([
                Command::new(["service", "postgresql", "start"]),
                Command::new(["runuser", "--user", "postgres", "--", "createuser", "--superuser", "root"]),
                Command::new(["createdb", "build"]),
                Command::new(each).words([
                    "psql",
                    "--quiet",
                    "--set",
                    "ON_ERROR_STOP=1",
                    "--dbname",
                    "build",
                    "--file",
                    "{}",
                ]),
                Command::new(["export", "DATABASE_URL=postgres:///build?host=/var/run/postgresql"]),
            ]),
            Self::Sqlite => commands.extend([
                Command::new(each).words(["sqlite3", "/tmp/build.db", ".read {}"]),
                Command::new(["export", "DATABASE_URL=sqlite:/tmp/build.db"]),
            ]),
        }
        commands
    }

    /// The Debian packages that provide it.
    pub fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgresql => &["postgresql", "postgresql-contrib"],
            Self::Sqlite => &["sqlite3"],
        }
    }
}

/// What the queries need while the program compiles.
#[derive(Debug)]
pub struct Queries {
    /// The first of them.
    pub evidence: Evidence,
    /// Whether the answers of a database are kept in the repository.
    pub has_answers: bool,
    /// The database to make for the build, and the folder of the migrations that make its tables.
    pub database: Option<(Database, String)>,
    /// Debian packages with the extensions that the migrations make.
    pub extensions: Vec<String>,
}

/// What the queries need; nothing where none is checked.
pub fn queries(repo: &Repo, parts: &[&Cargo], workspace: &Cargo, program: &Program) -> Option<Queries> {
    if !program.depends_on("sqlx") {
        return None;
    }
    let is_checked = |call: &Call| call.name().starts_with("query") && call.name().ends_with('!');
    let evidence = program.sources().find_map(|file| {
        let call = file.calls.iter().find(|call| is_checked(call))?;
        Some(file.evidence(&call.place))
    })?;
    let folders: Vec<&str> = parts.iter().map(|part| part.folder.as_str()).chain([workspace.folder.as_str()]).collect();
    let has = |name: &str| {
        let places = folders.iter().map(|folder| join(folder, name));
        places.filter(|path| repo.has(path) || repo.has_folder(path)).count() > 0
    };
    let uses = |name: &str| program.depends_on(&format!("sqlx/{name}"));
    let database = match (uses("postgres"), uses("sqlite")) {
        (true, _) => Some(Database::Postgresql),
        (_, true) => Some(Database::Sqlite),
        _ => None,
    };
    let migrations = folders.iter().find_map(|folder| {
        let path = join(folder, "migrations");
        let has_tables = repo.files_under(&path).any(|file| file.ends_with(".sql"));
        has_tables.then_some(path)
    });
    let made = migrations.iter().filter(|_| database == Some(Database::Postgresql));
    let extensions = made.flat_map(|folder| extensions(repo, folder)).collect();
    let database = database.zip(migrations);
    Some(Queries { evidence, has_answers: has(".sqlx") || has("sqlx-data.json"), database, extensions })
}

/// The Debian packages with the extensions that migrations make: `CREATE EXTENSION IF NOT EXISTS "vector"`.
fn extensions(repo: &Repo, migrations: &str) -> BTreeSet<String> {
    let made = |line: &str| {
        let line = line.trim().to_ascii_lowercase();
        let name = line.strip_prefix("create extension ")?.trim_start();
        let name = name.strip_prefix("if not exists ").unwrap_or(name).trim_start();
        let name = name.trim_start_matches('"').split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?.to_owned();
        postgresql_extension(&name).map(str::to_owned)
    };
    let files = repo.files_under(migrations).filter(|file| file.ends_with(".sql") && !file.ends_with("down.sql"));
    let documents = files.filter_map(|file| repo.read_optional(file));
    documents.flat_map(|document| document.text().lines().filter_map(made).collect::<Vec<_>>()).collect()
}

/// The variables that figment reads: the fields of a configuration, behind the prefix that a call states. Each file gets them
/// as what its `impl Default` says they are unless told otherwise.
pub fn prefixed_variables(files: &mut [Rc<Index>]) {
    let calls =
        files.iter().flat_map(|file| &file.calls).filter(|call| call.is("Env.prefixed") || call.is("*.Env.prefixed"));
    let prefix = calls.into_iter().find_map(|call| call.positional(0)?.text().map(str::to_owned));
    let Some(prefix) = prefix else { return };
    for file in files {
        let defaults = file.calls.iter().filter(|call| {
            let function = file.function(&call.place).map(|function| function.name.as_str());
            call.is_construction && function.is_some_and(|name| name.ends_with(".default"))
        });
        let mut assignments = Vec::new();
        let mut reads = Vec::new();
        for call in defaults {
            for argument in &call.arguments {
                let Some(name) = &argument.name else { continue };
                let variable = format!("{prefix}{}", name.to_uppercase());
                let place = call.place.part(argument.start, argument.end);
                let value = Value::environment(&variable).or(argument.value.clone());
                let default = Some(argument.value.clone());
                reads.push(EnvironmentRead { variable, default, place, ..EnvironmentRead::default() });
                let name = format!("{}.{name}", call.path);
                assignments.push(Assignment { name, value, is_constant: false, place, value_start: argument.start });
            }
        }
        let file = Rc::make_mut(file);
        file.environment.extend(reads);
        file.assignments.extend(assignments);
    }
}

/// A type whose fields a library fills with variables.
struct Filled {
    /// Its name.
    name: String,
    /// What stands before the names of the variables.
    prefix: String,
    /// Whether the fields may have their values from elsewhere.
    has_other_sources: bool,
    /// The fields that the program gives a value before.
    given: Vec<String>,
}

/// The variables that envy and config fill the fields of a type with: their names in capitals, behind the prefix that a call states. It
/// ends the program without one of them, unless the field has a default or may be absent.
pub fn filled_variables(files: &mut [Rc<Index>]) {
    let types: Vec<Filled> = files.iter().flat_map(|file| filled_by_envy(file).chain(filled_by_config(file))).collect();
    for file in files {
        let mut reads = Vec::new();
        for filled in &types {
            let records = file.records.iter().filter(|record| record.name == filled.name);
            for field in records.flat_map(|record| &record.fields) {
                let is_given = field.is_optional || filled.has_other_sources || filled.given.contains(&field.name);
                reads.push(EnvironmentRead {
                    variable: format!("{}{}", filled.prefix, field.name.to_uppercase()),
                    default: field.default.clone(),
                    is_required: !is_given,
                    place: field.place,
                    ..EnvironmentRead::default()
                });
            }
        }
        if !reads.is_empty() {
            Rc::make_mut(file).environment.extend(reads);
        }
    }
}

/// The types that a file has envy fill.
fn filled_by_envy(file: &Index) -> impl Iterator<Item = Filled> {
    let is_filled = |call: &&Call| ["envy.from_env", "envy.prefixed().from_env"].iter().any(|name| call.is(name));
    file.calls.iter().filter(is_filled).filter_map(|call| {
        let stated = file.calls.iter().find(|other| other.is("envy.prefixed") && call.place.has(&other.place));
        let prefix = stated.and_then(|call| call.positional(0)?.text().map(str::to_owned)).unwrap_or_default();
        let name = call.made_type()?.to_owned();
        Some(Filled { name, prefix, has_other_sources: false, given: Vec::new() })
    })
}

/// The types that a file has config fill with variables: `Config::builder().add_source(Environment::default())`. What a separator makes
/// of several parts is left out, since only the types of the fields would say those.
fn filled_by_config(file: &Index) -> impl Iterator<Item = Filled> {
    let is_environment = |call: &Call| {
        ["Environment.default", "Environment.with_prefix"].iter().any(|end| call.resolved().ends_with(end))
    };
    let told = |name: &str| file.calls.iter().find(|call| call.name() == name);
    let source = file.calls.iter().find(|call| is_environment(call));
    let source = source.filter(|_| file.imports("config") && told("separator").is_none());
    let between = told("prefix_separator").and_then(|call| call.positional(0)?.text()).unwrap_or("_");
    // it takes a name in any case, and people write variables in capitals
    let stated = source.and_then(|call| Some(format!("{}{between}", call.positional(0)?.text()?)));
    let prefix = stated.unwrap_or_default().to_uppercase();
    let mut sources = file.calls.iter().filter(|call| call.name() == "add_source");
    let has_other_sources =
        sources.any(|call| !file.calls.iter().any(|it| is_environment(it) && call.place.has(&it.place)));
    let defaults = file.calls.iter().filter(|call| call.name() == "set_default");
    let given: Vec<String> = defaults.filter_map(|call| Some(call.positional(0)?.text()?.to_owned())).collect();
    let made = file.calls.iter().filter(move |call| source.is_some() && call.name() == "try_deserialize");
    made.filter_map(|call| call.made_type()).map(move |name| Filled {
        name: name.to_owned(),
        prefix: prefix.clone(),
        has_other_sources,
        given: given.clone(),
    })
}

/// That a database in a file must be there already, where sqlx opens one that the repository lacks and is not told to make it;
/// `is_there` says what the repository has.
pub fn unmade_database(program: &Program, written: &[DataFolder], is_there: impl Fn(&str) -> bool) -> Option<Warning> {
    let makes_it = program.sources().any(|file| {
        file.calls.iter().any(|call| matches!(call.name(), "create_if_missing" | "create_database"))
            || file.texts.iter().any(|literal| literal.text.contains("mode=rwc"))
    });
    if makes_it || !SQLX.iter().any(|name| program.depends_on(name)) {
        return None;
    }
    let is_opened = |path: &str| {
        let mut texts = program.sources().flat_map(|file| &file.texts);
        texts.any(|literal| literal.text.starts_with("sqlite:") && database(&literal.text) == Some(path))
    };
    written.iter().find_map(|folder| {
        let path = join(&folder.path, folder.file.as_deref()?);
        let address = format!("sqlite:{path}?mode=rwc");
        let hint = match &folder.setting {
            Some(Setting::Variable(name)) => format!("let it make the database: `docker run --env {name}={address}`"),
            Some(Setting::Flag(flag)) => format!("let it make the database: `{flag} {address}`"),
            None => format!("let it make the database: write `{address}`"),
        };
        let message = format!("sqlx makes no database: the program ends unless `{path}` is there");
        (is_opened(&path) && !is_there(&path)).then(|| Warning::new(message).at(folder.evidence.clone()).hint(hint))
    })
}

/// Crates that open databases by sqlx.
const SQLX: [&str; 2] = ["sqlx", "sea-orm"];

/// The variable that tells Rocket of its databases.
const ROCKET_DATABASES: &str = "ROCKET_DATABASES";

/// The databases in the settings of Rocket, each by its name with its address where that is said, in whichever profile.
fn rocket_settings(repo: &Repo, folder: &str) -> Vec<(String, Option<Fact<String>>)> {
    let document = repo.read_optional(&join(folder, "Rocket.toml"));
    let Some(settings) = document.and_then(|document| document.toml().ok()) else { return Vec::new() };
    let mut found = Vec::new();
    for profile in settings.names(&[]) {
        for name in settings.names(&[profile, "databases"]) {
            found.push((name.to_owned(), settings.text(&[profile, "databases", name, "url"])));
        }
    }
    found
}

/// The variable that tells Rocket of its databases, `#[database("shop")]`, where its settings do not: it ends without.
pub fn databases_of_rocket(repo: &Repo, folder: &str, files: &mut [Rc<Index>]) {
    let known = rocket_settings(repo, folder);
    for file in files {
        let is_told = |call: &&Call| {
            let name = call.positional(0).and_then(Value::text);
            call.path == "#database" && name.is_some_and(|name| !known.iter().any(|(known, _)| known == name))
        };
        if let Some(place) = file.calls.iter().find(is_told).map(|call| call.place) {
            let read = EnvironmentRead {
                variable: ROCKET_DATABASES.to_owned(),
                is_required: true,
                place,
                ..Default::default()
            };
            Rc::make_mut(file).environment.push(read);
        }
    }
}

/// The variable for the key of Rocket's private cookies, where its settings and the source say none: a release ends without.
pub fn secret_key_of_rocket(
    repo: &Repo,
    package: &Cargo,
    workspace: &Cargo,
    program: &Program,
) -> Option<Fact<String>> {
    let evidence = package.enabled(workspace, "rocket/secrets")?;
    let settings = repo.read_optional(&join(&package.folder, "Rocket.toml")).and_then(|document| document.toml().ok());
    let is_set = |settings: &Manifest| {
        ["default", "release"].iter().any(|profile| settings.get(&[profile, "secret_key"]).is_some())
    };
    let is_made = program.sources().any(|file| {
        file.texts.iter().any(|literal| literal.text == "secret_key")
            || file.calls.iter().any(|call| call.resolved().contains("SecretKey."))
    });
    let is_said = is_made || settings.as_ref().is_some_and(is_set);
    (!is_said).then(|| Fact::new("ROCKET_SECRET_KEY".to_owned(), evidence))
}

/// The databases that the settings of Rocket look for on the machine itself.
pub fn local_databases_of_rocket(repo: &Repo, folder: &str) -> Vec<LocalService> {
    let addresses = rocket_settings(repo, folder).into_iter().filter_map(|(_, address)| address);
    let local = addresses.filter_map(|address| {
        let service = local_services::of_setting("url", &address.value)?;
        Some(LocalService::of_setting(&address.map(|_| service.to_owned()), ROCKET_DATABASES))
    });
    local.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Document;

    fn variables(text: &str) -> Vec<(String, Option<String>)> {
        let mut files = [Rc::new(crate::source::read(Document::new("main.rs", text)))];
        prefixed_variables(&mut files);
        let show = |read: &EnvironmentRead| (read.variable.clone(), read.default.as_ref().and_then(Value::known_text));
        files[0].environment.iter().map(show).collect()
    }

    #[test]
    fn the_fields_of_a_type_that_envy_fills_are_variables() {
        let settings = "#[derive(Deserialize)] struct Settings { database_url: String, #[serde(rename = \"listen\")] port: u16, token: Option<String>, #[serde(default = \"level\")] log_level: String, #[serde(skip)] cache: Cache } fn level() -> String { \"info\".into() }";
        let shown = |text: &str| {
            let mut files = [Rc::new(crate::source::read(Document::new("main.rs", format!("{settings} {text}"))))];
            filled_variables(&mut files);
            let show = |read: &EnvironmentRead| {
                let default = read.default.as_ref().and_then(Value::known_text).unwrap_or_default();
                format!("{}{} {default}", if read.is_required { "!" } else { "" }, read.variable).trim_end().to_owned()
            };
            files[0].environment.iter().map(show).collect::<Vec<_>>().join(",")
        };
        let all = "!DATABASE_URL,!LISTEN,TOKEN,LOG_LEVEL info";
        for call in [
            "fn f() { let settings: Settings = envy::from_env().expect(\"settings\"); }",
            "fn f() { run(envy::from_env::<Settings>()?) }",
            "fn f() -> Result<Settings, envy::Error> { envy::from_env() }",
            "impl Settings { fn read() -> envy::Result<Self> { envy::from_env::<Self>() } }",
        ] {
            assert_eq!(shown(call), all, "{call}");
        }
        let prefixed = "fn f() { let settings = envy::prefixed(\"SHOP_\").from_env::<Settings>().unwrap(); }";
        assert_eq!(shown(prefixed), "!SHOP_DATABASE_URL,!SHOP_LISTEN,SHOP_TOKEN,SHOP_LOG_LEVEL info");
        for other in [
            "fn f() { let settings: Settings = serde_json::from_str(text).unwrap(); }",
            "fn f() { let other: Other = envy::from_env().unwrap(); }",
            "fn f() { let settings: Settings = other::from_env().unwrap(); }",
        ] {
            assert_eq!(shown(other), "", "{other}");
        }
    }

    #[test]
    fn the_fields_of_a_type_that_config_fills_are_variables() {
        let shown = |sources: &str| {
            let text = format!(
                "use config::{{Config, Environment, File}}; #[derive(Deserialize)] struct Settings {{ token: String, level: Option<u8>, port: u16 }} \
                 impl Settings {{ fn load() -> Result<Self, E> {{ let it = Config::builder().{sources}.build()?; it.try_deserialize::<Settings>() }} }}"
            );
            let mut files = [Rc::new(crate::source::read(Document::new("main.rs", text)))];
            filled_variables(&mut files);
            let show = |read: &EnvironmentRead| format!("{}{}", if read.is_required { "!" } else { "" }, read.variable);
            files[0].environment.iter().map(show).collect::<Vec<_>>().join(",")
        };
        assert_eq!(shown("add_source(Environment::default())"), "!TOKEN,LEVEL,!PORT");
        let told = "set_default(\"port\", 80)?.add_source(config::Environment::with_prefix(\"SHOP\"))";
        assert_eq!(shown(told), "!SHOP_TOKEN,SHOP_LEVEL,SHOP_PORT");
        assert_eq!(
            shown("add_source(config::Environment::with_prefix(\"my_shop\"))"),
            "!MY_SHOP_TOKEN,MY_SHOP_LEVEL,!MY_SHOP_PORT"
        );
        let with_file = "add_source(File::with_name(\"settings\")).add_source(Environment::default())";
        assert_eq!(shown(with_file), "TOKEN,LEVEL,PORT");
        assert_eq!(shown("add_source(File::with_name(\"settings\"))"), "");
        assert_eq!(shown("add_source(Environment::default().separator(\"__\"))"), "");
    }

    #[test]
    fn the_variable_of_a_field_is_its_name_behind_the_prefix() {
        let text = "impl Default for Config { fn default() -> Self { Self { host: String::from(\"127.0.0.1\"), port: 8020 } } } fn f() { figment.merge(Env::prefixed(\"SHOP_\")) }";
        let of = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
        assert_eq!(variables(text), [of("SHOP_HOST", "127.0.0.1"), of("SHOP_PORT", "8020")]);
        assert!(variables(&text.replace("Env::prefixed", "of")).is_empty());
        assert!(variables(&text.replace("fn default", "fn made")).is_empty());
    }
}
