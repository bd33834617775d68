//! Servers in Rust: which program of a workspace serves, on which port, and what is no part of it.

use crate::scratch::{Ran, Scratch};

const AXUM: &str =
    "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\naxum = \"0.8\"\n";

fn made(files: &[(&str, &str)]) -> Ran {
    let ran = Scratch::new(files.iter().copied()).run(&["init", "--yes", "--print"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    ran
}

#[track_caller]
fn holds(ran: &Ran, parts: &[&str]) {
    for part in parts {
        assert!(ran.stdout.contains(part), "`{part}` is not in {}", ran.stdout);
    }
}

#[test]
fn neither_tests_nor_packages_inside_are_source_of_the_program() {
    let tool = AXUM.replace("axum = \"0.8\"", "clap = \"4\"");
    let listens = "fn main() { TcpListener::bind(\"127.0.0.1:8888\") }\n";
    let ran = made(&[
        ("Cargo.toml", &tool),
        ("src/main.rs", "fn main() {}\n"),
        ("src/test_utils.rs", listens),
        ("pgo/server/Cargo.toml", &AXUM.replace("shop", "server")),
        ("pgo/server/src/main.rs", listens),
    ]);
    holds(&ran, &["# Made by dockgen: command-line tool", "ENTRYPOINT [\"/app/shop\"]"]);
}

#[test]
fn a_program_whose_subcommands_do_not_serve_is_a_tool() {
    let source = "#[derive(Subcommand)]\nenum Command { Backup, Mount { port: u16 } }\nfn main() { TcpListener::bind(\"0.0.0.0:8000\") }\n";
    holds(&made(&[("Cargo.toml", AXUM), ("src/main.rs", source)]), &["# Made by dockgen: command-line tool"]);
    let serves = source.replace("Mount", "Serve");
    holds(&made(&[("Cargo.toml", AXUM), ("src/main.rs", &serves)]), &["EXPOSE 8000\n", "CMD [\"serve\"]"]);
}

#[test]
fn of_a_workspace_the_one_server_is_meant_not_the_tools_beside_it() {
    let tool = AXUM.replace("\"shop\"", "\"shop-admin\"");
    let generator = AXUM.replace("\"shop\"", "\"openapi-generator\"") + "shop = { path = \"../shop\" }\n";
    let ran = made(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
        ("crates/shop/Cargo.toml", AXUM),
        ("crates/shop/src/main.rs", "fn main() { TcpListener::bind(\"0.0.0.0:7700\") }\n"),
        ("crates/shop/src/lib.rs", ""),
        ("crates/admin/Cargo.toml", &tool),
        ("crates/admin/src/main.rs", "#[derive(Subcommand)]\nenum Command { Dump, Restore }\nfn main() {}\n"),
        ("crates/generator/Cargo.toml", &generator),
        ("crates/generator/src/main.rs", "fn main() {}\n"),
    ]);
    holds(&ran, &["--package shop --bin shop", "EXPOSE 7700\n"]);
}

#[test]
fn the_plainest_of_several_ports_is_its_own() {
    let fields = "struct Config {\n    #[env(name = \"SHOP_REPORT_HTTP_PORT\", default = 5082)]\n    pub port: u16,\n    #[env(name = \"SHOP_HTTP_PORT\", default = 5080)]\n    pub port: u16,\n}\nfn main() { println!(\"https://example.org:443\", \"localhost:443\") }\n";
    holds(&made(&[("Cargo.toml", AXUM), ("src/main.rs", fields)]), &["EXPOSE 5080\n"]);
    let variables = "fn main() { env::var(\"SHOP_RECOVERY_MODE_PORT\"); env::var(\"SHOP_SYSLOG_PORT\"); }\n";
    let ran = made(&[("Cargo.toml", AXUM), ("src/main.rs", variables)]);
    assert!(!ran.stdout.contains("_PORT="), "{}", ran.stdout);
    let settings = "pg_port = 5432\nsmtp_port = 2525\nport_http = 4080\n";
    let read = "fn main() { File::open(\"config.toml\") }\n";
    let ran = made(&[("Cargo.toml", AXUM), ("src/main.rs", read), ("config.toml", settings)]);
    holds(&ran, &["EXPOSE 4080\n"]);
}

#[test]
fn settings_behind_a_prefix_lift_it_off_the_loopback() {
    let source = "impl Default for Config {\n    fn default() -> Self {\n        Self {\n            host: String::from(\"127.0.0.1\"),\n            port: 8020,\n        }\n    }\n}\nfn main() { figment.merge(Env::prefixed(\"SHOP_\")); TcpListener::bind((config.host, config.port)) }\n";
    let ran = made(&[("Cargo.toml", AXUM), ("src/main.rs", source)]);
    holds(&ran, &["EXPOSE 8020\n", "ENV SHOP_HOST=0.0.0.0\n", "ENV SHOP_PORT=8020\n"]);
}

#[test]
fn packages_are_not_copied_as_files_to_read_and_settings_in_constants_are() {
    let source =
        "const FOLDER: &str = \"shop\";\nconst FILE: &str = \"shop.lua\";\nfn main() { data.join(\"crates\"); }\n";
    let ran = made(&[
        ("Cargo.toml", AXUM),
        ("src/main.rs", source),
        ("crates/part/Cargo.toml", &AXUM.replace("shop", "part")),
        ("crates/part/src/lib.rs", ""),
        ("shop/shop.lua", "port = 1\n"),
    ]);
    holds(&ran, &["COPY --from=build /build/shop/shop.lua /app/shop/shop.lua\n"]);
    assert!(!ran.stdout.contains("/app/crates"), "{}", ran.stdout);
}

#[test]
fn what_is_wanted_and_can_not_be_made_is_named() {
    let source = "#[derive(Parser)]\nstruct Args {\n    #[arg(long, default_value = \"/etc/shop.toml\")]\n    config: PathBuf,\n}\nfn main() { warp::fs::dir(\"dist\") }\n";
    let page =
        "{\"scripts\": {\"build\": \"vite build\"}, \"dependencies\": {\"shop-wasm\": \"file:./shop-wasm/pkg\"}}";
    made(&[("Cargo.toml", AXUM), ("src/main.rs", source), ("package.json", page)]).ends(
        0,
        &[
            "`dist` is served, and no step here makes it",
            "it reads `/etc/shop.toml` unless told otherwise",
            "--volume \"$PWD/shop.toml:/etc/shop.toml:ro\"",
        ],
    );
}

#[test]
fn a_route_for_health_is_asked_by_a_small_program_of_its_own() {
    let of = |text: &str| made(&[("Cargo.toml", AXUM), ("src/main.rs", text)]);
    let listens =
        "let port = std::env::var(\"PORT\").unwrap_or(\"4000\".into()); TcpListener::bind(format!(\"0.0.0.0:{port}\"))";
    let plain = of(&format!("fn main() {{ Router::new().route(\"/health\", get(check)); {listens} }}\n"));
    let parts = ["AS health\n", "HEALTHCHECK", "CMD [\"/health/check\", \"/health\", \"4000\", \"PORT\"]"];
    holds(&plain, &parts);
    holds(&plain, &["COPY --from=health /health/check /health/check\n", "ENV PORT=4000\n"]);
    // below a router that is mounted elsewhere the path is another one
    let nested = format!(
        "fn routes() -> Router {{ Router::new().route(\"/health\", get(check)) }}\nfn main() {{ Router::new().nest(\"/api\", routes()); {listens} }}\n"
    );
    for text in [nested, format!("fn main() {{ /* .route(\"/health\", get(check)) */ {listens} }}\n")] {
        let ran = of(&text);
        assert!(!ran.stdout.contains("health"), "{}", ran.stdout);
    }
}

#[test]
fn libraries_are_collected_where_a_crate_may_link_one() {
    let lock = |name: &str| {
        let package = |name: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"0.8.0\"\n\n");
        let shop = package("shop").replace("0.8.0", "0.1.0");
        format!("version = 4\n\n{}{}{shop}", package("axum"), package(name))
    };
    let of = |name: &str| {
        let files =
            [("Cargo.toml", AXUM.to_owned()), ("Cargo.lock", lock(name)), ("src/main.rs", "fn main() {}".into())];
        let ran =
            Scratch::new(files.iter().map(|(path, text)| (*path, text.as_str()))).run(&["init", "--yes", "--print"]);
        ran.stdout.contains("/libraries")
    };
    assert!(of("openssl-sys") && of("curl-sys"));
    assert!(!of("serde") && !of("windows-sys"));
}

#[test]
fn a_flag_without_a_default_is_told_the_port() {
    let cargo = AXUM.replace("axum = \"0.8\"", "axum = \"0.8\"\nclap = \"4\"");
    let source = |fallback: &str| {
        let text = format!(
            "#[derive(Parser)]\nstruct Args {{\n    #[arg(long)]\n    port: Option<u16>,\n}}\nfn main() {{ let args = Args::parse(); let port = args.port.unwrap_or({fallback}); TcpListener::bind(format!(\"0.0.0.0:{{}}\", port)) }}\n"
        );
        made(&[("Cargo.toml", &cargo), ("src/main.rs", &text)])
    };
    holds(&source("0"), &["EXPOSE 8080\n", "CMD [\"--port\", \"8080\"]"]);
    let own = source("4100");
    holds(&own, &["EXPOSE 4100\n"]);
    assert!(!own.stdout.contains("\"--port\""), "{}", own.stdout);
}

#[test]
fn pages_come_before_procedures_and_the_other_port_is_named() {
    let cargo = AXUM.replace("axum = \"0.8\"", "axum = \"0.8\"\ntonic = \"0.12\"");
    let calls = "Server::builder().serve(\"[::]:50051\".parse().unwrap());";
    let source = |pages: &str| format!("use tonic::transport::Server;\nfn main() {{ {calls} {pages} }}\n");
    let both = source("TcpListener::bind(\"0.0.0.0:4100\")");
    let ran = made(&[("Cargo.toml", &cargo), ("src/main.rs", &both)]);
    holds(&ran, &["EXPOSE 4100\n"]);
    ran.ends(0, &["listens on port 50051 as well"]);
    let ran = made(&[("Cargo.toml", &cargo), ("src/main.rs", &source(""))]);
    holds(&ran, &["EXPOSE 50051\n"]);
    assert!(!ran.stderr.contains("as well"), "{}", ran.stderr);
}

#[test]
fn the_settings_of_a_logger_say_which_folder_is_written() {
    let made = |kind: &str| {
        let settings = format!("appenders:\n  own:\n    kind: {kind}\n    path: \"kept/shop.log\"\n");
        made(&[
            ("Cargo.toml", AXUM),
            ("src/main.rs", "fn main() { log4rs::init_file(\"logging.yaml\", Default::default()) }\n"),
            ("logging.yaml", &settings),
        ])
    };
    holds(&made("rolling_file"), &["/app/kept /app/kept\n", "VOLUME [\"/app/kept\"]"]);
    holds(&made("file"), &["VOLUME [\"/app/kept\"]"]);
    let other = made("console");
    assert!(!other.stdout.contains("kept"), "{}", other.stdout);
    let in_folder = |call: &str| {
        let main = format!("fn main() {{ {call}(\"conf/logs.yml\", Default::default()).unwrap() }}\n");
        let settings = "appenders:\n  own:\n    kind: file\n    path: kept/shop.log\n";
        self::made(&[("Cargo.toml", AXUM), ("src/main.rs", &main), ("conf/logs.yml", settings)])
    };
    holds(&in_folder("log4rs::init_file"), &["VOLUME [\"/app/kept\"]"]);
    assert!(!in_folder("read").stdout.contains("kept"));
}

#[test]
fn every_crate_of_a_worker_is_stopped_by_a_signal_and_its_neighbour_is_a_tool() {
    for worker in dockgen::catalog::rust_workers() {
        let made = |name: &str, source: &str| {
            let cargo = AXUM.replace("axum = \"0.8\"", &format!("{name} = \"1\""));
            made(&[("Cargo.toml", &cargo), ("src/main.rs", source)])
        };
        let (name, main) = (worker.name.as_str(), "fn main() {}\n");
        let ran = made(name, main);
        holds(
            &ran,
            &[
                &format!("# Made by dockgen: {}\n", worker.title),
                "ENTRYPOINT [\"/usr/bin/tini\", \"--\", \"/app/shop\"]",
            ],
        );
        assert!(!ran.stdout.contains("EXPOSE"), "{}", ran.stdout);
        let tool = "# Made by dockgen: command-line tool\n";
        holds(&made(&format!("{name}-macros"), main), &[tool, "ENTRYPOINT [\"/app/shop\"]"]);
        holds(&made(name, "#[derive(Subcommand)]\nenum Command { Dump, Restore }\nfn main() {}\n"), &[tool]);
    }
}

#[test]
fn settings_that_envy_fills_and_logs_that_are_rolled_are_seen() {
    let manifest = format!("{AXUM}envy = \"0.4\"\ntracing-appender = \"0.2\"\n");
    let main = "mod settings;\nfn main() { let settings: settings::Settings = envy::from_env().unwrap(); let log = tracing_appender::rolling::daily(\"logs\", \"shop.log\"); TcpListener::bind(\"0.0.0.0:8000\") }\n";
    let settings =
        "#[derive(Deserialize)]\npub struct Settings { pub database_url: String, pub token: Option<String> }\n";
    let ran = made(&[("Cargo.toml", &manifest), ("src/main.rs", main), ("src/settings.rs", settings)]);
    holds(&ran, &["VOLUME [\"/app/logs\"]"]);
    assert!(
        ran.stderr.contains("`DATABASE_URL` (src/settings.rs:2)") && !ran.stderr.contains("TOKEN"),
        "{}",
        ran.stderr
    );
    let other = main.replace("envy::from_env()", "other::from_env()").replace("tracing_appender", "other");
    let ran = made(&[("Cargo.toml", &manifest), ("src/main.rs", &other), ("src/settings.rs", settings)]);
    assert!(!ran.stderr.contains("DATABASE_URL") && !ran.stdout.contains("VOLUME"), "{ran:?}");
}

#[test]
fn databases_of_rocket_are_told_by_its_settings_or_a_variable() {
    let manifest = AXUM.replace("axum = \"0.8\"", "rocket = \"0.5\"\nrocket_sync_db_pools = \"0.1\"");
    let main =
        "#[database(\"shop\")]\nstruct Shop(diesel::PgConnection);\n#[launch]\nfn rocket() -> _ { rocket::build() }\n";
    let needs = |main: &str, more: &[(&str, &str)]| {
        let files = [("Cargo.toml", manifest.as_str()), ("src/main.rs", main)];
        let ran = made(&files.into_iter().chain(more.iter().copied()).collect::<Vec<_>>());
        ran.stderr.contains("`ROCKET_DATABASES` (src/main.rs:1)")
    };
    assert!(needs(main, &[]) && needs(main, &[("Rocket.toml", "[default]\nport = 8000\n")]));
    assert!(!needs(main, &[("Rocket.toml", "[default.databases.shop]\nurl = \"x\"\n")]));
    assert!(!needs(main, &[("Rocket.toml", "[default.databases]\nshop = { url = \"x\" }\n")]));
    assert!(needs(main, &[("Rocket.toml", "[default.databases]\nother = { url = \"x\" }\n")]));
    let said = |url: &str| {
        let settings = format!("[default.databases]\nshop = {{ url = \"{url}\" }}\n");
        made(&[("Cargo.toml", &manifest), ("src/main.rs", main), ("Rocket.toml", &settings)]).stderr
    };
    let local = said("postgres://a:b@localhost/shop");
    assert!(
        local.contains("it looks for postgres on its own machine") && local.contains("--env ROCKET_DATABASES="),
        "{local}"
    );
    assert!(!said("postgres://a:b@db/shop").contains("on its own machine"));
    assert!(!needs(&main.replace("#[database(\"shop\")]", "#[table(\"shop\")]"), &[]));
}

#[test]
fn the_file_that_the_crate_config_is_told_must_be_there() {
    let manifest = format!("{AXUM}config = \"0.15\"\n");
    let main = "use config::{Config, File};\nfn main() { let settings = Config::builder().add_source(File::with_name(\"NAME\")).build().unwrap(); TcpListener::bind(\"0.0.0.0:8000\") }\n";
    let said = |main: &str, more: &[(&str, &str)]| {
        let files = [("Cargo.toml", manifest.as_str()), ("src/main.rs", main)];
        made(&files.into_iter().chain(more.iter().copied()).collect::<Vec<_>>()).stderr
    };
    let sample = ("config.example.toml", "port = 8000\n");
    let named = said(&main.replace("NAME", "config.toml"), &[sample]);
    assert!(named.contains("it reads `config.toml`") && named.contains("made from `config.example.toml`"), "{named}");
    assert!(said(&main.replace("NAME", "settings"), &[]).contains("it reads `settings.toml`"));
    for (main, more) in [
        (main.replace("NAME", "config.toml"), &[("config.toml", "port = 8000\n")][..]),
        (main.replace("NAME", "settings"), &[("settings.yaml", "port: 8000\n")]),
        (main.replace("NAME\")", "settings\").required(false)"), &[]),
        (main.replace("File::with_name", "Other::with_name").replace("NAME", "settings"), &[]),
    ] {
        let said = said(&main, more);
        assert!(!said.contains("it reads `"), "{main}{said}");
    }
}

#[test]
fn the_port_of_the_application_in_its_settings_is_taken() {
    let manifest = format!("{AXUM}config = \"0.15\"\n");
    let main = "fn main() { let settings = config::Config::builder().add_source(config::File::with_name(\"settings\")).build(); TcpListener::bind(format!(\"0.0.0.0:{}\", settings.application_port)) }\n";
    let of = |settings: &str| {
        made(&[("Cargo.toml", manifest.as_str()), ("src/main.rs", main), ("settings.yml", settings)]).stdout
    };
    assert!(of("application_port: 8123\n").contains("EXPOSE 8123\n"));
    assert!(!of("database_port: 8123\n").contains("EXPOSE 8123\n"));
}

#[test]
fn of_a_package_of_shuttle_the_binary_that_runs_anywhere_is_meant() {
    let manifest = format!("{AXUM}shuttle-runtime = \"0.57\"\n");
    let own = "fn main() { TcpListener::bind(\"0.0.0.0:8000\") }\n";
    let theirs = "use shuttle_runtime::SecretStore;\n#[shuttle_runtime::main]\nasync fn main() {}\n";
    let of = |files: &[(&str, &str)]| {
        let files = files.iter().copied().chain([("Cargo.toml", manifest.as_str())]);
        Scratch::new(files).run(&["init", "--yes", "--print"])
    };
    let ran = of(&[("src/bin/shop.rs", own), ("src/bin/shuttle.rs", theirs)]);
    ran.ends(0, &[]);
    holds(&ran, &["--bin shop", "EXPOSE 8000\n"]);
    of(&[("src/main.rs", theirs)]).ends(2, &["a service of Shuttle"]);
    of(&[("src/main.rs", own)]).ends(2, &["a service of Shuttle"]);
}

#[test]
fn an_address_of_two_parts_in_another_file_is_followed() {
    let of = |place: &str| {
        let constants = format!("pub const PLACE: (&str, u16) = {place};\n");
        let main = "mod constants;\nuse actix_web::{App, HttpServer};\nuse constants::PLACE;\nfn main() { HttpServer::new(|| App::new()).bind(PLACE) }\n";
        let manifest = AXUM.replace("axum = \"0.8\"", "actix-web = \"4\"");
        made(&[("Cargo.toml", &manifest), ("src/main.rs", main), ("src/constants.rs", &constants)])
    };
    let loopback = of("(\"127.0.0.1\", 8111)");
    holds(&loopback, &["EXPOSE 8111\n", "src/constants.rs"]);
    assert!(loopback.stderr.contains("pub const PLACE: (&str, u16) = (\"0.0.0.0\", 8111);"), "{}", loopback.stderr);
    let open = of("(\"0.0.0.0\", 8111)");
    holds(&open, &["EXPOSE 8111\n"]);
    assert!(!open.stderr.contains("loopback"), "{}", open.stderr);
}

/// A server that listens where its settings say, which are read by these calls.
fn configured(libraries: &str, reads: &str, settings: &str) -> Ran {
    let main = format!(
        "use config::{{Config, Environment, File}};\nuse figment::{{Figment, providers::{{Env, Toml}}}};\nfn main() {{ let settings: Settings = {reads}; TcpListener::bind(&settings.listen_addr) }}\n"
    );
    let manifest = format!("{AXUM}{libraries} = \"0.13\"\n");
    made(&[("Cargo.toml", &manifest), ("src/main.rs", &main), ("shop.toml", settings)])
}

#[test]
fn the_variable_that_takes_the_place_of_a_setting_lifts_it_off_the_loopback() {
    let whole = "listen_addr = \"127.0.0.1:8123\"\n";
    let of_config = |environment: &str| {
        format!("Config::builder().add_source(File::with_name(\"shop\")).add_source({environment}).build()?")
    };
    let plain = configured("config", &of_config("Environment::default().separator(\"__\")"), whole);
    holds(&plain, &["ENV LISTEN_ADDR=0.0.0.0:8123\n", "EXPOSE 8123\n"]);
    let prefixed = configured("config", &of_config("Environment::with_prefix(\"shop\")"), whole);
    holds(&prefixed, &["ENV SHOP_LISTEN_ADDR=0.0.0.0:8123\n"]);
    let apart = "[database]\nhost = \"localhost\"\n[server]\nhost = \"127.0.0.1\"\nport = 8123\n";
    let parted = configured("config", &of_config("Environment::with_prefix(\"SHOP\").separator(\"__\")"), apart);
    holds(&parted, &["ENV SHOP__SERVER__HOST=0.0.0.0\n", "ENV SHOP__SERVER__PORT=8123\n"]);
    let of_figment = "Figment::new().merge(Toml::file(\"shop.toml\")).merge(Env::prefixed(\"SHOP_\")).extract()?";
    holds(&configured("figment", of_figment, whole), &["ENV SHOP_LISTEN_ADDR=0.0.0.0:8123\n"]);
    // a field of a table has no variable without a separator, and what a file says comes last
    let before = "Figment::new().merge(Env::prefixed(\"SHOP_\")).merge(Toml::file(\"shop.toml\")).extract()?";
    for (reads, settings) in [(of_figment, apart), (before, whole)] {
        let ran = configured("figment", reads, settings);
        ran.ends(0, &["listen on the machine's own loopback only"]);
        assert!(!ran.stdout.contains("ENV SHOP_"), "{}", ran.stdout);
    }
    let open = configured("figment", before, "[database]\nhost = \"localhost\"\n[server]\nport = 8123\n");
    holds(&open, &["EXPOSE 8123\n"]);
    assert!(!open.stderr.contains("loopback"), "{}", open.stderr);
}

#[test]
fn the_services_and_folders_that_settings_name_are_those_of_the_program() {
    let reads = "Config::builder().add_source(File::with_name(\"shop\")).add_source(Environment::default().separator(\"__\")).build()?";
    let of = |settings: &str| {
        let main = format!("use config::{{Config, Environment, File}};\nfn main() {{ let settings = {reads}; }}\n");
        let manifest = format!("{AXUM}config = \"0.13\"\n");
        let files = [("Cargo.toml", manifest.as_str()), ("src/main.rs", &main), ("shop.toml", settings)];
        let others = [("pages/a.html", "a"), ("tests.toml", "[queue]\nurl = \"amqp://localhost\"\n")];
        made(&files.into_iter().chain(others).collect::<Vec<_>>())
    };
    let ran = of("page_dir = \"pages\"\n[database]\nurl = \"postgresql://app@localhost/shop\"\n");
    ran.ends(0, &["it looks for postgres on its own machine", "`docker run --env DATABASE__URL=…`"]);
    holds(&ran, &["COPY --from=build /build/pages /app/pages\n"]);
    let other = of("title = \"pages\"\n[database]\nurl = \"postgresql://app@db/shop\"\n");
    assert!(!other.stderr.contains("on its own machine"), "{}", other.stderr);
    assert!(!other.stdout.contains("/app/pages"), "{}", other.stdout);
}

#[test]
fn a_method_that_puts_the_address_together_is_followed() {
    let of = |method: &str| {
        let main = format!(
            "struct Config {{ host: String, port: String }}\nimpl Config {{\n    fn load() -> Self {{ Config {{ host: std::env::var(\"HOST\").unwrap_or(\"127.0.0.1\".to_owned()), port: std::env::var(\"PORT\").unwrap_or(\"8123\".to_owned()) }} }}\n    fn address(&self) -> String {{ format!(\"{{}}:{{}}\", self.host, self.port) }}\n    fn place(&self) -> String {{ format!(\"0.0.0.0:{{}}\", self.port) }}\n}}\nfn main() {{ let config = Config::load(); TcpListener::bind(config.{method}()) }}\n"
        );
        made(&[("Cargo.toml", AXUM), ("src/main.rs", &main)])
    };
    holds(&of("address"), &["ENV HOST=0.0.0.0\n", "ENV PORT=8123\n", "EXPOSE 8123\n"]);
    let open = of("place");
    holds(&open, &["ENV PORT=8123\n"]);
    assert!(!open.stdout.contains("ENV HOST") && !open.stderr.contains("loopback"), "{open:?}");
}

#[test]
fn what_a_server_ends_without_is_said_unless_it_is_there() {
    let serves = "TcpListener::bind(\"0.0.0.0:8000\").await.unwrap();";
    let main = format!("async fn main() {{ let key = std::fs::read(\"keys/shop.pub\").unwrap(); {serves} }}\n");
    let files = [("Cargo.toml", AXUM), ("src/main.rs", main.as_str())];
    let absent = made(&files);
    absent.ends(0, &["it ends unless there is a file `keys/shop.pub`", "\"$PWD/shop.pub:/app/keys/shop.pub\""]);
    let there = made(&[files[0], files[1], ("keys/shop.pub", "x")]);
    assert!(!there.stderr.contains("it ends unless"), "{}", there.stderr);
    let tool = [("Cargo.toml", &*AXUM.replace("axum", "clap")), ("src/main.rs", &*main.replace(serves, ""))];
    assert!(!made(&tool).stderr.contains("it ends unless"));
}

#[test]
fn a_port_behind_a_certificate_is_named_beside_the_plain_one() {
    let manifest = AXUM.replace("axum = \"0.8\"", "actix-web = \"4\"");
    let main = "use actix_web::{App, HttpServer};\nfn main() { HttpServer::new(|| App::new()).bind(\"0.0.0.0:8100\")?.bind_rustls_0_23(\"0.0.0.0:8143\", tls)?.run() }\n";
    let ran = made(&[("Cargo.toml", &manifest), ("src/main.rs", main)]);
    holds(&ran, &["EXPOSE 8100\n"]);
    ran.ends(0, &["listens on port 8143 as well"]);
}

#[test]
fn the_key_of_private_cookies_of_rocket_is_needed_where_nothing_gives_it() {
    let needs = |features: &str, main: &str, settings: &str| {
        let rocket = format!("rocket = {{ version = \"0.5\", features = [{features}] }}");
        let manifest = AXUM.replace("axum = \"0.8\"", &rocket);
        let ran = made(&[("Cargo.toml", &manifest), ("src/main.rs", main), ("Rocket.toml", settings)]);
        ran.stderr.contains("`ROCKET_SECRET_KEY` (Cargo.toml:")
    };
    let main = "#[launch]\nfn rocket() -> _ { rocket::build() }\n";
    let plain = "[default]\nport = 8000\n";
    assert!(needs("\"secrets\"", main, plain) && needs("\"secrets\"", main, "[debug]\nsecret_key = \"x\"\n"));
    assert!(!needs("\"json\"", main, plain) && !needs("\"secrets\"", main, "[default]\nsecret_key = \"x\"\n"));
    let made = "#[launch]\nfn rocket() -> _ { rocket::custom(Config { secret_key: SecretKey::generate().unwrap(), ..Config::default() }) }\n";
    assert!(!needs("\"secrets\"", made, plain));
}

#[test]
fn a_database_that_sqlx_does_not_make_must_be_there() {
    let said = |crates: &str, address: &str, more: &str, files: &[(&str, &str)]| {
        let manifest = format!("{AXUM}{crates}\n");
        let main = format!(
            "fn main() {{ let url = std::env::var(\"SHOP_DB\").unwrap_or(\"{address}\".into()); SqlitePool::connect(&url).await?; {more} \
             TcpListener::bind(\"0.0.0.0:8000\"); }}\n"
        );
        let own = [("Cargo.toml", manifest.as_str()), ("src/main.rs", main.as_str())];
        made(&own.into_iter().chain(files.iter().copied()).collect::<Vec<_>>()).stderr
    };
    let sqlx = "sqlx = { version = \"0.8\", features = [\"sqlite\"] }";
    let needed = said(sqlx, "sqlite:data/shop.db", "", &[]);
    assert!(needed.contains("ends unless `data/shop.db` is there"), "{needed}");
    assert!(needed.contains("--env SHOP_DB=sqlite:data/shop.db?mode=rwc"), "{needed}");
    for other in [
        said(sqlx, "sqlite:data/shop.db?mode=rwc", "", &[]),
        said(sqlx, "sqlite:data/shop.db", "Sqlite::create_database(&url).await?;", &[]),
        said(sqlx, "sqlite:data/shop.db", "", &[("data/shop.db", "x")]),
        said("rusqlite = \"0.31\"", "sqlite:data/shop.db", "", &[]),
    ] {
        assert!(!other.contains("ends unless"), "{other}");
    }
}

#[test]
fn arguments_of_the_subcommand_that_is_started_are_said_behind_it() {
    let said = |option: &str| {
        let main = format!(
            "#[derive(Subcommand)]\nenum Command {{ Serve(Serve), Migrate }}\n#[derive(Parser)]\nstruct Serve {{ #[arg(long)] config: {option} }}\n\
             fn main() {{ TcpListener::bind(\"0.0.0.0:8000\"); }}\n"
        );
        made(&[("Cargo.toml", AXUM), ("src/main.rs", &main)]).stderr
    };
    let needed = said("PathBuf");
    assert!(needed.contains("`--config` (src/main.rs:4)") && needed.contains("app serve --config …"), "{needed}");
    assert!(!said("Option<PathBuf>").contains("--config"));
}

#[test]
fn an_address_that_the_command_line_gives_is_the_default_of_its_option() {
    let manifest = format!("{AXUM}clap = \"2\"\nwarp = \"0.3\"\n");
    let of = |main: &str| made(&[("Cargo.toml", &*manifest), ("src/main.rs", main)]);
    let built = |name: &str| {
        of(&format!(
            "static ADDRESS: &str = \"127.0.0.1:9679\";\nfn main() {{ let matches = App::new(\"x\").arg(Arg::with_name(\"address\").long(\"listen\").default_value(ADDRESS)).get_matches();\n\
             let address: SocketAddr = matches.value_of(\"{name}\").unwrap().parse().unwrap();\nlet server = warp::serve(routes);\nserver.try_bind(address).await; }}\n"
        ))
    };
    holds(&built("address"), &["EXPOSE 9679\n", "CMD [\"--listen\", \"0.0.0.0:9679\"]\n"]);
    assert!(!built("other").stdout.contains("--listen"));
    let taken_out = of(
        "#[derive(Parser)]\nstruct Cli { #[arg(long, default_value = \"127.0.0.1\")] ip: String, #[arg(long, default_value = \"9680\")] port: u16 }\n\
         fn main() { let cli = Cli::parse();\nlet address = match format!(\"{}:{}\", cli.ip, cli.port).parse::<SocketAddr>() { Ok(address) => address, Err(_) => return };\n\
         warp::serve(routes).run(address).await; }\n",
    );
    holds(&taken_out, &["EXPOSE 9680\n", "CMD [\"--ip\", \"0.0.0.0\"]\n"]);
}

#[test]
fn settings_in_a_folder_that_a_mode_chooses_are_those_of_production() {
    let manifest = format!("{AXUM}config = \"0.15\"\n");
    let main = "use config::{Config, Environment, File};\n\
        fn main() {\n\
        let base = std::env::current_dir().expect(\"no folder\");\n\
        let folder = base.join(\"configurations\");\n\
        let mode = std::env::var(\"APP_ENVIRONMENT\").unwrap_or_else(|_| \"local\".into());\n\
        let settings = Config::builder()\n\
        .add_source(File::from(folder.join(\"base.yaml\")))\n\
        .add_source(File::from(folder.join(&format!(\"{}.yaml\", mode))))\n\
        .add_source(Environment::with_prefix(\"APP\").prefix_separator(\"_\").separator(\"__\"))\n\
        .build().unwrap();\n\
        axum::serve(listener, app);\n}\n";
    let base = "application:\n  port: 8003\n  host: 127.0.0.1\ndatabase:\n  host: 127.0.0.1\n  port: 5432\n";
    let of = |folder: &str, production: &str| {
        let (first, second) = (format!("{folder}/base.yaml"), format!("{folder}/production.yaml"));
        let files = [("Cargo.toml", &*manifest), ("src/main.rs", main), (&first, base), (&second, production)];
        made(&files)
    };
    let ran = of("configurations", "application:\n  host: 0.0.0.0\n");
    holds(&ran, &["ENV APP_ENVIRONMENT=production\n", "EXPOSE 8003\n"]);
    assert!(ran.stderr.contains("it looks for postgres on its own machine"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--env APP_DATABASE__HOST=") && !ran.stderr.contains("loopback"), "{}", ran.stderr);
    let ran = of("configurations", "database:\n  host: db\n");
    assert!(!ran.stderr.contains("own machine"), "{}", ran.stderr);
    // a folder that the source does not name has nothing to do with it
    assert!(!of("deployment", "").stdout.contains("APP_ENVIRONMENT"));
}

#[test]
fn of_the_databases_of_a_crate_those_count_that_the_source_names() {
    let services = |main: &str| {
        let manifest =
            format!("{AXUM}sqlx = {{ version = \"0.8\", features = [\"postgres\", \"mysql\", \"sqlite\"] }}\n");
        let main = format!("{main}\nfn main() {{ TcpListener::bind(\"0.0.0.0:8000\") }}\n");
        let ran = Scratch::new([("Cargo.toml", &manifest), ("src/main.rs", &main)]).run(&["detect"]);
        let lines = ran.stdout.lines().filter(|line| line.trim_start().starts_with("service "));
        lines.filter_map(|line| line.split_whitespace().nth(1).map(str::to_owned)).collect::<Vec<_>>()
    };
    assert!(services("use sqlx::{Pool, Sqlite};\npub type Database = Sqlite;").is_empty());
    assert_eq!(services("fn open() { sqlx::mysql::MySqlPoolOptions::new().connect(place) }"), ["mysql"]);
    assert_eq!(services("use sqlx::AnyPool;"), ["postgres", "mysql"], "it names none");
    assert_eq!(services("use shop::sqlite::Sqlite;"), ["postgres", "mysql"], "that is its own");
}
