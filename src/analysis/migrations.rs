//! The files of the repository that a tool makes the tables of a database from, where the program that is started does not.

use std::sync::LazyLock;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::analysis::backing_services::is_module_of;
use crate::analysis::calls::{CallRow, CallRows};
use crate::analysis::{Program, compose};
use crate::catalog::analysis::{MigrationTool, RunsMigrations, migration_table};
use crate::evidence::{Evidence, Fact, Warning};
use crate::path::{file_name, join, parent, relative_to};
use crate::repo::Repo;
use crate::source::{Call, Index, Language, Value, is_test};

/// So many folders with files of a tool's form are looked into for its mark.
const MOST_FOLDERS: usize = 8;

/// How the tables of a database are made, where nothing does it at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrations {
    /// The command that makes them.
    pub command: String,
    /// The arguments of the image that do.
    pub arguments: Option<String>,
    /// What says so.
    pub evidence: Evidence,
}

impl Migrations {
    /// That the start does not run them.
    pub fn warning(&self) -> Warning {
        let message = format!("its database gets its tables by `{}`, which is not run at start", self.command);
        let hint = match &self.arguments {
            Some(arguments) => format!("run it as a job at each release: `docker run --rm IMAGE {arguments}`"),
            None => "run it at each release, from a checkout or in an image that has the tool".to_owned(),
        };
        Warning::new(message).at(self.evidence.clone()).hint(hint)
    }
}

/// The files of a tool, in the folder of an application.
struct Files<'a> {
    tool: &'static MigrationTool,
    /// The folder of the application that they lie below.
    above: &'a str,
    /// Their own folder, from the root of the repository.
    folder: String,
    /// One of them.
    file: &'a str,
}

/// The migrations below the folders of an application which nothing runs at its start: the program never does, or by a
/// subcommand only. `declared` says whether its manifest lists a package.
pub fn migrations(
    program: &Program,
    repo: &Repo,
    folders: &[&str],
    declared: impl Fn(&str) -> bool,
) -> Option<Migrations> {
    let language = program.sources().find_map(|file| Language::of(file.path()))?;
    let is_there = |name: &String| program.packages.iter().any(|known| is_module_of(known, name)) || declared(name);
    let is_used = |tool: &&MigrationTool| {
        tool.languages.iter().any(|it| it == language.name()) && tool.packages.iter().any(is_there)
    };
    let tools: Vec<&MigrationTool> = migration_table().tools.iter().filter(is_used).collect();
    let globs = globs(&tools).filter(|_| !tools.is_empty())?;
    let files = folders.iter().find_map(|folder| files(repo, folder, &tools, &globs))?;
    let all = program.sources().flat_map(|file| file.calls.iter().map(move |call| (file, call)));
    let found = files.migrations(repo);
    let is_run = |call: &Call| runs(language, call) || spells(call, &found.command);
    let runs = all.filter(|(file, call)| is_run(call) && program.is_reached(file, &call.place));
    let runs: Vec<(&Index, &Call)> = runs.collect();
    if !runs.is_empty() {
        return by_subcommand(program, &runs);
    }
    let is_filled = compose::fills_database(repo, files.above, &files.folder);
    (!is_filled && !is_set_up(program) && !is_named(program, &files)).then_some(found)
}

fn globs(tools: &[&MigrationTool]) -> Option<GlobSet> {
    let mut globs = GlobSetBuilder::new();
    for tool in tools {
        globs.add(GlobBuilder::new(&tool.files).literal_separator(true).build().ok()?);
    }
    globs.build().ok()
}

/// The files of the first tool that has some below a folder and outside of other projects there.
fn files<'a>(repo: &'a Repo, above: &'a str, tools: &[&'static MigrationTool], globs: &GlobSet) -> Option<Files<'a>> {
    let mut found: Vec<Vec<Files>> = tools.iter().map(|_| Vec::new()).collect();
    for file in repo.files_under(above) {
        let inside = file.strip_prefix(above).unwrap_or(file).trim_start_matches('/');
        for at in globs.matches(inside) {
            let folder = (0..tools[at].folder).fold(file, |path, _| parent(path)).to_owned();
            if found[at].len() < MOST_FOLDERS && found[at].last().is_none_or(|last| last.folder != folder) {
                found[at].push(Files { tool: tools[at], above, folder, file });
            }
        }
    }
    found.into_iter().flatten().find(|files| files.is_of_project(repo) && files.is_of_tool(repo))
}

impl Files<'_> {
    /// Whether no other project lies between the folder of the application and that of the migrations.
    fn is_of_project(&self, repo: &Repo) -> bool {
        let between = above(&self.folder, self.above).skip(1).take_while(|folder| *folder != self.above);
        let has_manifest = |folder| migration_table().manifests.iter().any(|name| repo.has(&join(folder, name)));
        let is_foreign = self.folder.split('/').any(|part| matches!(part, "node_modules" | "vendor"));
        // tables beside sources of Go are in a package, which a program has inside and runs by itself
        let is_source = |name: &str| Language::of(name) == Some(Language::Go) && !is_test(name);
        let is_package = Language::of(self.file).is_none() && repo.names_in(&self.folder).any(is_source);
        !is_foreign && !is_package && !is_test(self.file) && !between.into_iter().any(has_manifest)
    }

    /// Whether they have what tells the tool from others.
    fn is_of_tool(&self, repo: &Repo) -> bool {
        let has_mark =
            |mark: &String| repo.read_optional(self.file).is_some_and(|document| document.text().contains(mark));
        self.tool.mark.as_ref().is_none_or(has_mark) && (self.tool.beside.is_none() || self.beside(repo).is_some())
    }

    /// The folder with the file that the tool is set up by.
    fn beside(&self, repo: &Repo) -> Option<&str> {
        let name = self.tool.beside.as_ref()?;
        above(&self.folder, self.above).find(|folder| repo.has(&join(folder, name)))
    }

    fn migrations(&self, repo: &Repo) -> Migrations {
        let command = self.tool.command.replace("{folder}", &relative_to(&self.folder, self.above));
        let is_at_hand = self.beside(repo) == Some(self.above);
        let arguments = self.tool.arguments.clone().filter(|_| is_at_hand);
        Migrations { command, arguments, evidence: Evidence::file(self.file) }
    }
}

/// A folder and those above it, up to one that it lies in.
fn above<'a>(folder: &'a str, last: &'a str) -> impl Iterator<Item = &'a str> {
    std::iter::successors(Some(folder), move |folder| (*folder != last && !folder.is_empty()).then(|| parent(folder)))
}

static ROWS: LazyLock<CallRows<RunsMigrations>> = LazyLock::new(|| CallRows::new(&migration_table().runs));

impl CallRow for RunsMigrations {
    fn language(&self) -> &str {
        &self.language
    }

    fn call(&self) -> &str {
        &self.call
    }
}

/// Whether a call brings a database up to date.
fn runs(language: Language, call: &Call) -> bool {
    ROWS.of(language, call).next().is_some()
}

/// The function that makes the tables of the database, where nothing of the program calls it, and nothing else makes them.
pub fn uncalled(program: &Program) -> Option<Fact<String>> {
    let all = program.sources().flat_map(|file| file.calls.iter().map(move |call| (file, call)));
    let makes = |file: &Index, call: &Call| Language::of(file.path()).is_some_and(|language| runs(language, call));
    let (called, idle): (Vec<_>, Vec<_>) =
        all.filter(|(file, call)| makes(file, call)).partition(|(file, call)| program.is_reached(file, &call.place));
    let (file, call) = idle.first().filter(|_| called.is_empty())?;
    file.function(&call.place).map(|function| file.fact(function.name.clone(), &function.place))
}

/// Whether a call is given a command, as one text or word by word.
fn spells(call: &Call, command: &str) -> bool {
    let words = call.arguments.iter().flat_map(|argument| match argument.value.resolved() {
        Value::List(words) => words.iter().collect(),
        other => vec![other],
    });
    let words: Vec<&str> = words.filter_map(Value::text).collect();
    words.join(" ").contains(command)
}

/// The subcommand of the program that brings its database up to date, where nothing else of it does.
fn by_subcommand(program: &Program, runs: &[(&Index, &Call)]) -> Option<Migrations> {
    let all = program.sources().flat_map(|file| file.subcommands.iter().map(move |it| (file, it)));
    let (file, subcommand) = all.into_iter().find(|(_, it)| migration_table().subcommands.contains(&it.name))?;
    let is_its = |(home, call): &(&Index, &Call)| {
        call.place.is_conditional || home.path() == file.path() && subcommand.place.has(&call.place)
    };
    let name = &subcommand.name;
    runs.iter().all(is_its).then(|| Migrations {
        command: name.clone(),
        arguments: Some(name.clone()),
        evidence: file.evidence(&subcommand.place),
    })
}

/// Whether a library is told to bring the database up to date, or may be.
fn is_set_up(program: &Program) -> bool {
    let is_it = |name: &str| migration_table().settings.iter().any(|known| known == name);
    program
        .sources()
        .any(|file| file.named_values().iter().any(|named| is_it(named.name()) && named.value.boolean() != Some(false)))
}

/// Whether the program names the folder of the migrations or embeds it: it reads them itself, in whatever way. The module of a
/// package may be called like the folder: `better-auth/adapters/drizzle`.
fn is_named(program: &Program, files: &Files) -> bool {
    let name = file_name(&files.folder);
    let is_it = |text: &str| text.split('/').any(|part| part == name);
    let is_package = |file: &Index, text: &str| !text.starts_with('.') && file.imports(text);
    let embeds = |file: &Index| file.files.iter().filter_map(|it| it.path.known_text()).any(|path| is_it(&path));
    !files.tool.is_configured
        && !name.is_empty()
        && program
            .sources()
            .any(|file| embeds(file) || file.texts.iter().any(|it| is_it(&it.text) && !is_package(file, &it.text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::files::tests::program;

    /// The command for a program of one file that depends on these packages, beside these files.
    fn found(language: &str, source: &str, packages: &[&str], files: &[(&str, &str)]) -> Option<Migrations> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let (repo, _) = Repo::open(folder.path()).unwrap();
        migrations(&program(language, source), &repo, &[""], |name| packages.contains(&name))
    }

    fn command(language: &str, source: &str, package: &str, path: &str, text: &str) -> Option<String> {
        let files = [(path, text), ("alembic.ini", ""), ("other.txt", "")];
        found(language, source, &[package], &files).map(|it| it.command)
    }

    #[test]
    fn every_row_of_a_call_takes_its_source_and_leaves_the_other() {
        for row in &migration_table().runs {
            let is_run = |text: &str| {
                let program = program(&row.language, text);
                let language = Language::of(program.files[0].path()).unwrap();
                program.files[0].calls.iter().any(|call| ROWS.of(language, call).any(|it| it.call == row.call))
            };
            assert!(is_run(&row.takes), "{}: {:?}", row.call, program(&row.language, &row.takes).files[0].calls);
            assert!(!is_run(&row.leaves), "{}: {}", row.call, row.leaves);
        }
    }

    #[test]
    fn tools_are_told_by_their_files() {
        let go = "package main\nfunc main() { sql.Open(\"pgx\", url) }\n";
        let of_go = |path: &str, text: &str| command("go", go, "database/sql", path, text);
        let is = |found: Option<String>, wanted: &str| assert_eq!(found.as_deref(), Some(wanted));
        is(of_go("db/migrations/1_shop.sql", "-- +goose Up\nselect 1;\n"), "goose -dir db/migrations up");
        is(of_go("sql/20240101_shop.sql", "-- migrate:up\n"), "dbmate --migrations-dir sql up");
        is(of_go("sql/1.sql", "-- +migrate Up\n"), "sql-migrate up");
        is(of_go("migrations/000001_shop.up.sql", ""), "migrate -path migrations up");
        is(of_go("migrations/20240101_shop.up.fizz", ""), "soda migrate -p migrations");
        is(of_go("ent/migrations/atlas.sum", ""), "atlas migrate apply --dir file://ent/migrations");
        for path in ["sql/1_shop.sql", "testdata/1_shop.up.sql", "vendor/x/1_shop.up.sql", "shop.up.sql"] {
            assert_eq!(of_go(path, ""), None, "{path}");
        }
        assert_eq!(command("go", go, "fmt", "m/1_shop.up.sql", ""), None, "nothing speaks to a database");
        let rust = |package: &str, path: &str| command("rust", "fn main() {}", package, path, "");
        is(rust("diesel", "migrations/2024-01-01_shop/up.sql"), "diesel migration run");
        is(rust("sqlx", "migrations/1_shop.sql"), "sqlx migrate run --source migrations");
        is(rust("sea-orm", "migration/src/m2024_shop.rs"), "sea-orm-cli migrate up");
        assert_eq!(rust("diesel", "migrations/00000000000000_diesel_initial_setup/up.sql"), None);
        assert_eq!(rust("sqlx", "migrations/2024-01-01_shop/up.sql"), None);
        let node = |package: &str, path: &str| command("javascript", "serve()", package, path, "");
        is(node("@prisma/client", "prisma/migrations/1_init/migration.sql"), "prisma migrate deploy");
        is(node("drizzle-orm", "drizzle/meta/_journal.json"), "drizzle-kit migrate");
        is(node("drizzle-orm", "drizzle.config.ts"), "drizzle-kit push");
        is(node("knex", "db/migrations/2024_shop.js"), "knex migrate:latest");
        is(node("typeorm", "src/migrations/1700000000000-Shop.ts"), "typeorm migration:run");
        is(node("sequelize", "migrations/2024-shop.js"), "sequelize-cli db:migrate");
        is(node("@adonisjs/lucid", "database/migrations/1503250034279_shop.js"), "node ace migration:run --force");
        for path in ["prisma/migrations/migration_lock.toml", "node_modules/x/migrations/1/migration.sql"] {
            assert_eq!(node("@prisma/client", path), None, "{path}");
        }
        assert_eq!(node("knex", "migrations/migrate.js"), None);
        let python = |package: &str, path: &str| command("python", "app = 1\n", package, path, "");
        is(python("alembic", "migrations/versions/a1_shop.py"), "alembic upgrade head");
        is(python("flask-migrate", "migrations/versions/a1_shop.py"), "flask db upgrade");
        assert_eq!(python("alembic", "migrations/versions/__init__.py"), None);
    }

    #[test]
    fn the_image_is_told_what_it_can_run() {
        let of = |ini: &str| {
            let files = [("app/migrations/versions/a1_shop.py", ""), (ini, "")];
            found("python", "app = 1\n", &["alembic"], &files).map(|it| it.warning().hint.unwrap())
        };
        assert!(of("alembic.ini").unwrap().contains("`docker run --rm IMAGE -m alembic upgrade head`"));
        assert!(!of("app/alembic.ini").unwrap().contains("docker run"), "its folder is not the working folder");
        assert_eq!(of("other/alembic.ini"), None);
    }

    #[test]
    fn a_program_that_uses_them_itself_says_nothing() {
        let files = [("migrations/1_shop.up.sql", "")];
        let go = |code: &str| found("go", &format!("package main\n{code}\n"), &["database/sql"], &files);
        assert!(go("func main() { serve(\"other\") }").is_some());
        for code in [
            "func main() { if err := m.Up(); err != nil { return } }",
            "func main() { migrate.New(\"file://migrations\", url) }",
            "//go:embed migrations/*.sql\nvar files embed.FS",
            "func main() { exec.Command(\"sh\", \"-c\", \"migrate -path migrations up\") }",
        ] {
            assert_eq!(go(code), None, "{code}");
        }
        let beside = |name: &str| {
            let files = [("migrations/1_shop.up.sql", ""), (name, "package migrations\n")];
            found("go", "package main\nfunc main() { serve() }\n", &["database/sql"], &files)
        };
        assert_eq!(beside("migrations/migrations.go"), None, "another program has them inside");
        assert!(beside("migrations/migrations_test.go").is_some() && beside("other/other.go").is_some());
        let files = [("migrations/1-Shop.ts", "")];
        let node = |code: &str| found("javascript", code, &["typeorm"], &files);
        assert!(node("new DataSource({ synchronize: false, migrations: ['dist/migrations/*.js'] })").is_some());
        assert_eq!(node("new DataSource({ synchronize: true })"), None);
        assert_eq!(node("new DataSource({ migrationsRun: process.env.RUN === '1' })"), None);
        let files = [("drizzle/meta/_journal.json", "")];
        let node = |code: &str| found("javascript", code, &["drizzle-orm"], &files);
        assert!(
            node("import { drizzleAdapter } from 'better-auth/adapters/drizzle'; auth(drizzleAdapter(db))").is_some()
        );
        assert_eq!(node("fs.readdirSync('./drizzle')"), None);
        let files = [("prisma/migrations/1_init/migration.sql", "")];
        let node = |code: &str| found("javascript", code, &["prisma"], &files);
        assert_eq!(node("spawn('npx', ['prisma', 'migrate', 'deploy'])"), None);
        assert!(node("spawn('npx', ['prisma', 'studio'])").is_some());
    }

    #[test]
    fn what_nothing_calls_makes_no_tables() {
        let files = [("migrations/versions/a1_shop.py", ""), ("alembic.ini", "")];
        let of = |code: &str| {
            let code = format!("from fastapi import FastAPI\napp = FastAPI()\n{code}\n");
            found("python", &code, &["alembic"], &files).map(|it| it.command)
        };
        let makes = "async def make():\n    await connection.run_sync(Base.metadata.create_all)\n";
        assert_eq!(of(makes).as_deref(), Some("alembic upgrade head"));
        for more in ["asyncio.run(make())", "app.add_event_handler('startup', make)", "FastAPI(on_startup=[make])"] {
            assert_eq!(of(&format!("{makes}\n{more}")), None, "{more}");
        }
        let idle = |code: &str| uncalled(&program("python", code)).map(|it| it.value);
        assert_eq!(idle(makes).as_deref(), Some("make"));
        for code in [format!("{makes}\nasyncio.run(make())"), format!("{makes}\nBase.metadata.create_all(engine)")] {
            assert_eq!(idle(&code), None, "{code}");
        }
        assert_eq!(of(&format!("@app.on_event('startup')\n{makes}")), None);
        assert_eq!(of(&format!("@app.before_first_request\n{makes}")), None);
        assert_eq!(of("def create_app():\n    Base.metadata.create_all(engine)\n"), None);
        assert_eq!(of("Base.metadata.create_all(engine)"), None);
    }

    #[test]
    fn a_subcommand_that_runs_them_is_named_where_nothing_else_does() {
        let files = [("migrations/1_shop.sql", "")];
        let rust = |main: &str| {
            let code = format!("#[derive(Subcommand)] enum Command {{ Serve, Migrate }} async fn main() {{ {main} }}");
            found("rust", &code, &["sqlx"], &files)
        };
        let of_match =
            "match command { Command::Serve => serve(), Command::Migrate => sqlx::migrate!().run(&pool).await }";
        let said = rust(of_match).unwrap().warning();
        assert!(said.message.contains("`migrate`, which is not run at start"), "{}", said.message);
        assert_eq!(said.hint.unwrap(), "run it as a job at each release: `docker run --rm IMAGE migrate`");
        assert_eq!(rust(&format!("sqlx::migrate!().run(&pool).await; {of_match}")), None);
        let go = |serve: &str| {
            let code = format!(
                "package main\nvar serve = &cobra.Command{{Use: \"serve\", Run: func() {{ {serve} }}}}\nvar up = &cobra.Command{{Use: \"migrate\", Run: func() {{ m.Up() }}}}\n"
            );
            found("go", &code, &["database/sql"], &[("migrations/1_shop.up.sql", "")]).map(|it| it.command)
        };
        assert_eq!(go("listen()").as_deref(), Some("migrate"));
        assert_eq!(go("if err := m.Up(); err != nil { return }"), None);
    }

    #[test]
    fn those_of_another_project_and_of_a_filled_database_are_left() {
        let of = |files: &[(&str, &str)]| found("rust", "fn main() {}", &["sqlx"], files).map(|it| it.command);
        let file = ("shop/migrations/1_shop.sql", "");
        assert!(of(&[file, ("migrations/Cargo.toml", "")]).is_some());
        assert_eq!(of(&[file, ("shop/Cargo.toml", "")]), None);
        let compose = |source: &str| {
            format!("services:\n  db:\n    image: postgres\n    volumes: ['{source}:/docker-entrypoint-initdb.d:ro']\n")
        };
        assert_eq!(of(&[file, ("compose.yaml", &compose("./shop/migrations"))]), None);
        assert_eq!(of(&[file, ("compose.yaml", &compose("./shop/migrations/1_shop.sql"))]), None);
        assert!(of(&[file, ("compose.yaml", &compose("./seed"))]).is_some());
    }
}
