use crate::repo::Document;
use crate::source::{Call, Coverage, Folder, Index, SourcePath, Value, read};

fn index(text: &str) -> Index {
    let index = read(Document::new("src/main.rs", text));
    assert_eq!(index.coverage, Coverage::Whole, "{text}");
    index
}

fn body(text: &str) -> Index {
    index(&format!("fn main() {{ {text}\n }}"))
}

fn call(text: &str, path: &str) -> Call {
    let index = body(text);
    let found = index.calls.iter().find(|call| call.is(path)).cloned();
    found.unwrap_or_else(|| panic!("no {path} in {:?}", index.calls))
}

#[test]
fn calls_have_their_paths_written_and_resolved() {
    assert_eq!(call("TcpListener::bind(\"a:1\")", "TcpListener.bind").positional(0).unwrap().text(), Some("a:1"));
    let chain = call("let a = HttpServer::new(f).workers(2).bind(x)?.run().await;", "HttpServer.new().bind");
    assert_eq!(chain.arguments.len(), 1);
    let imported =
        index("use axum::{Router, routing::get as g}; fn main() { let app = Router::new().layer(x); app.listen(g()) }");
    assert!(imported.calls.iter().any(|call| call.is("axum.Router.new().listen")), "{:?}", imported.calls);
    assert!(imported.calls.iter().any(|call| call.is("axum.routing.get")));
    assert!(imported.imports("axum") && body("actix_web::run()").imports("actix_web"));
    assert!(!body("self::run(); std::mem::drop(x)").imports("std"));
    let made = call("let c = Config { port: 80, ..x };", "Config");
    assert!(made.is_construction && made.named("port").unwrap().number() == Some(80));
    assert_eq!(body("f(); // g()\n/* h() */").calls.len(), 1);
}

#[test]
fn a_value_is_followed_to_what_states_it() {
    let passed = |text: &str| call(text, "f").positional(0).unwrap().clone();
    for text in [
        "f(\"a\".to_string())",
        "f(String::from(\"a\"))",
        "let x = \"a\"; f(&x)",
        "let x: SocketAddr =\n  \"a\".parse().unwrap(); f(x)",
        "f(\"a\".parse::<SocketAddr>()?)",
        "const X: &str = \"a\"; f(X)",
    ] {
        let value = passed(text);
        assert!(value.text() == Some("a") || text.contains("const"), "{text}: {value:?}");
    }
    let constant = index("const PORT: u16 = 80; fn port() -> u16 { 81 } fn main() { f(PORT); f(port()) }");
    let numbers: Vec<_> =
        constant.calls.iter().filter(|it| it.is("f")).map(|it| it.positional(0).unwrap().number()).collect();
    assert_eq!(numbers, [Some(80), Some(81)]);
    let joined = passed("let host = \"h\"; f(format!(\"{host}:{}\", port))");
    assert_eq!(joined, Value::Joined(vec![Value::constant("host", "h"), ":".into(), Value::Name("port".into())]));
    assert_eq!(passed("f(format!(\"{{}}\"))").text(), Some("{}"));
    let pair = passed("f(([127, 0, 0, 1], 3000))");
    assert!(matches!(&pair, Value::List(parts) if parts.len() == 2 && parts[1].number() == Some(3000)), "{pair:?}");
    assert_eq!(passed("f(config.port)"), Value::Name("config.port".into()));
    assert_eq!(
        passed("f(Path::new(env!(\"CARGO_MANIFEST_DIR\")).join(\"../x\"))").path(),
        Some(SourcePath { base: Some(Folder::Package), path: "../x".into() })
    );
}

#[test]
fn a_function_of_the_program_that_reads_a_variable_is_followed() {
    let helpers = "fn env_get(key: &str) -> String { match std::env::var(key) { Ok(v) => v, Err(e) => panic!(\"{e}\") } } fn env_or(key: &str, other: &str) -> String { std::env::var(key).unwrap_or(other.into()) }";
    let reads = |text: &str| {
        let index = index(&format!("{helpers} fn main() {{ {text} }}"));
        let shown = index.environment.iter().map(|read| {
            let default = read.default.as_ref().and_then(Value::known_text).unwrap_or_default();
            format!("{}{} {default}", if read.is_required { "!" } else { "" }, read.variable).trim_end().to_owned()
        });
        shown.collect::<Vec<_>>().join(",")
    };
    assert_eq!(reads("f(env_get(\"DATABASE_URL\"))"), "!DATABASE_URL");
    assert_eq!(reads("f(env_or(\"HOST\", \"0.0.0.0\"))"), "HOST 0.0.0.0");
    assert_eq!(reads("f(config::read_env(\"SHOP_KEY\"))"), "SHOP_KEY");
    for text in
        ["set_env(\"A_B\", x)", "f(env_get(\"name of it\"))", "envelope(\"A_B\")", "f(\"env_get(\\\"A_B\\\")\")"]
    {
        assert_eq!(reads(text), "", "{text}");
    }
}

#[test]
fn what_is_run_once_when_it_is_first_used_is_under_no_condition() {
    let conditional = |text: &str| {
        let index = index(text);
        let [read] = index.environment.as_slice() else { panic!("{text}: {:?}", index.environment) };
        read.place.is_conditional
    };
    let read = "env::var(\"KEY\").unwrap()";
    assert!(!conditional(&format!("static KEY: LazyLock<String> = LazyLock::new(|| {read});")));
    assert!(!conditional(&format!("fn key() -> &'static str {{ CELL.get_or_init(|| {read}) }}")));
    assert!(conditional(&format!("fn main() {{ names.iter().map(|_| {read}); }}")));
    assert!(conditional(&format!("fn main() {{ Handler::new(|| {read}); }}")));
    assert!(conditional(&format!("static KEY: LazyLock<String> = LazyLock::new(|| if x {{ {read} }} else {{ y }});")));
}

#[test]
fn a_type_that_envconfig_fills_names_its_variables() {
    let settings = |attribute: &str, kind: &str| {
        let index = index(&format!("#[derive(Envconfig)] struct Settings {{ #[{attribute}] key: {kind} }}"));
        let [read] = index.environment.as_slice() else { panic!("{attribute}: {:?}", index.environment) };
        (read.variable.clone(), read.is_required)
    };
    assert_eq!(settings("envconfig(from = \"KEY\")", "String"), ("KEY".to_owned(), true));
    assert_eq!(settings("envconfig(from = \"KEY\")", "Option<String>"), ("KEY".to_owned(), false));
    assert_eq!(settings("envconfig(from = \"KEY\", default = \"a\")", "String"), ("KEY".to_owned(), false));
}

#[test]
fn variables_are_read_with_what_stands_in_for_them() {
    let read = |text: &str| {
        let index = index(&format!("use std::env; fn main() {{ {text} }}"));
        let [read] = index.environment.as_slice() else { panic!("{text}: {:?}", index.environment) };
        let default = read.default.as_ref().and_then(Value::known_text);
        (read.variable.clone(), default.unwrap_or_default(), read.is_required)
    };
    let is = |text: &str, default: &str, is_required: bool| {
        assert_eq!(read(text), ("PORT".to_owned(), default.to_owned(), is_required), "{text}");
    };
    is("env::var(\"PORT\").unwrap()", "", true);
    is("std::env::var(\"PORT\").expect(\"PORT\").parse::<u16>().unwrap()", "", true);
    is("env::var(\"PORT\")?", "", true);
    is("env::var(\"PORT\").unwrap_or_else(|_| panic!(\"PORT must be set\"))", "", true);
    is("env::var(\"PORT\").unwrap_or_else(|e| { eprintln!(\"{e}\"); std::process::exit(1) })", "", true);
    is("dotenv::var(\"PORT\").change_context(Failed)?", "", true);
    is("env::var(\"PORT\").wrap_err(\"no port\")?", "", true);
    is("env::var(\"PORT\").change_context(Failed).ok()", "", false);
    is("env::var(\"PORT\").unwrap_or(\"80\".into()).parse().unwrap()", "80", false);
    is("env::var(\"PORT\").ok().and_then(|p| p.parse().ok()).unwrap_or(80)", "80", false);
    is("let x = match env::var(\"PORT\") { Ok(p) => p, Err(_) => \"80\".to_string() };", "80", false);
    is("let x = match env::var(\"PORT\") { Ok(p) => p, Err(_) => panic!(\"no\") };", "", true);
    is("let x = if let Ok(p) = env::var(\"PORT\") { p } else { \"80\".into() };", "80", false);
    is("let Ok(x) = env::var(\"PORT\") else { return };", "", true);
    is("if let Ok(p) = env::var(\"PORT\") { f(p) }", "", false);
    is("static P: Lazy<String> = Lazy::new(|| env::var(\"PORT\").expect(\"no port\"));", "", true);
    is("let p = CELL.get_or_init(|| env::var(\"PORT\").unwrap());", "", true);
    is("if env::var(\"PORT\").is_err() { panic!(\"no port\"); }", "", true);
    is("if x || (env::var(\"PORT\").ok().is_none()) { eprintln!(\"no port\"); std::process::exit(1) }", "", true);
    is("if env::var(\"PORT\").is_err() { warn!(\"no port\"); }", "", false);
    is("if env::var(\"PORT\").is_err() { return; }", "", false);
    is("if env::var(\"PORT\").is_ok() { panic!(\"a port\"); }", "", false);
    is("if x && env::var(\"PORT\").is_err() { panic!(\"no port\"); }", "", false);
    assert!(body("map.get(\"PORT\").unwrap(); // env::var(\"PORT\").unwrap()").environment.is_empty());
    let port = call("let p = std::env::var(\"PORT\").unwrap_or_else(|_| \"80\".into()); f(p)", "f");
    assert_eq!(port.positional(0).unwrap().variable(), Some("PORT"));
    assert_eq!(port.positional(0).unwrap().default_value().text(), Some("80"));
}

#[test]
fn options_of_the_command_line_are_found_however_they_are_declared() {
    let derived = index(
        "#[derive(Parser)] struct Args { /// the host\n #[arg(short, long, env = \"SHOP_HOST\", default_value = \"127.0.0.1\")] host: String,\n #[clap(long = \"listen-port\", default_value_t = 8080)] pub port: u16, #[arg(long)] quiet: bool, #[arg(value_parser(x))] file: Option<String> }",
    );
    let shown: Vec<String> = derived
        .options
        .iter()
        .map(|it| {
            let default = it.default.as_ref().and_then(Value::known_text);
            format!("{} {:?} {:?} {default:?} {}", it.name, it.flag, it.variable, it.is_required)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "host Some(\"--host\") Some(\"SHOP_HOST\") Some(\"127.0.0.1\") false",
            "port Some(\"--listen-port\") None Some(\"8080\") false",
            "quiet Some(\"--quiet\") None None false",
            "file None None None false",
        ]
    );
    assert_eq!(derived.value_of("Args.host").unwrap().variable(), Some("SHOP_HOST"));
    let built = body(
        "Command::new(\"x\").arg(Arg::new(\"bind-to\").long(\"bind\").env(\"BIND\").default_value(\"localhost\"))",
    );
    let [option] = built.options.as_slice() else { panic!("{:?}", built.options) };
    assert_eq!((option.name.as_str(), option.flag.as_deref()), ("bind_to", Some("--bind")));
    assert_eq!(option.default.as_ref().unwrap().text(), Some("localhost"));
    let looked_up = |name: &str| {
        let text = format!(
            "static ADDRESS: &str = \"localhost:1\"; fn f() {{ let m = App::new(\"x\").arg(Arg::with_name(\"bind-to\").long(\"bind\").default_value(ADDRESS)).get_matches(); \
             let a: SocketAddr = m.value_of(\"{name}\").unwrap().parse().unwrap(); g(a); }}"
        );
        let found = index(&text);
        let call = found.calls.iter().find(|call| call.path == "g").unwrap();
        format!("{:?}", call.positional(0).unwrap().known_text())
    };
    assert_eq!(looked_up("bind-to"), "Some(\"localhost:1\")");
    assert_eq!(looked_up("other"), "None");
    assert!(index("struct Plain { host: String }").options.is_empty());
    let required = |fields: &str| {
        let options = index(&format!("#[derive(Parser)] struct Args {{ {fields} }}")).options.clone();
        options.iter().map(|it| (it.name.clone(), it.is_required)).collect::<Vec<_>>()
    };
    assert_eq!(required("host: String, #[command(flatten)] more: More"), [("host".to_owned(), true)]);
    assert_eq!(required("#[arg(action = ArgAction::Count)] verbose: u8"), [("verbose".to_owned(), false)]);
    assert_eq!(required("#[arg(long, required_unless_present = \"b\")] a: u8"), [("a".to_owned(), false)]);
    assert_eq!(required("#[arg(long, default_values_t = [1])] a: Set"), [("a".to_owned(), false)]);
    let taken = index(
        "#[derive(Subcommand)] enum C { Serve { #[arg(long)] port: u16 } } fn f(c: C) { match c { C::Serve { port } => g(port) } }",
    );
    assert_eq!(taken.calls[0].positional(0), Some(&Value::Name("Serve.port".into())));
}

#[test]
fn subcommands_are_found_and_whether_one_must_be_said() {
    let names = |text: &str| {
        let index = index(text);
        let show = |it: &crate::source::Subcommand| format!("{}{}", it.name, if it.is_optional { "?" } else { "" });
        index.subcommands.iter().map(show).collect::<Vec<_>>()
    };
    let commands =
        "#[derive(Subcommand)] enum Command { Serve(Serve), #[command(name = \"up\")] Start, HealthCheck { x: u8 } }";
    assert_eq!(names(commands), ["serve", "up", "health-check"]);
    let optional = format!("{commands} struct Cli {{ #[command(subcommand)] command: Option<Command> }}");
    assert_eq!(names(&optional)[0], "serve?");
    assert_eq!(names("fn main() { App::new(\"shop\").subcommand(App::new(\"serve\").about(\"x\")) }"), ["serve?"]);
    assert!(names("#[derive(Debug)] enum Colour { Red }").is_empty());
}

#[test]
fn defaults_of_fields_are_values_with_their_names() {
    let index = index(
        "fn default_port() -> u16 { 5000 } #[derive(Deserialize)] struct Config { #[serde(default = \"default_port\")] port: u16, #[envconfig(from = \"ADDR\", default = \"::1\")] addr: String }",
    );
    assert_eq!(index.value_of("Config.port").unwrap().number(), Some(5000));
    assert_eq!(index.value_of("Config.addr").unwrap().variable(), Some("ADDR"));
    let made = self::index("impl Default for Config { fn default() -> Self { Self { port: 8020 } } }");
    assert!(made.calls.iter().any(|it| it.path == "Config" && it.named("port").is_some()));
}

#[test]
fn routes_are_found_by_every_kind_of_router() {
    let routes = |text: &str| {
        let index = index(text);
        let show = |it: &crate::source::Route| format!("{} {}", it.method.clone().unwrap_or_default(), it.path);
        index.routes.iter().map(show).collect::<Vec<_>>()
    };
    assert_eq!(
        routes("fn f() { Router::new().route(\"/health\", get(check)).route(\"/x\", axum::routing::post(y)) }"),
        ["POST /x", "GET /health"]
    );
    let layered = |layer: &str| {
        routes(&format!(
            "fn f() {{ Router::new().route(\"/health\", get(check)).layer({layer}).route(\"/open\", get(y)) }}"
        ))
    };
    assert_eq!(layered("middleware::from_fn_with_state(state, api_key_auth)"), ["GET /open"]);
    assert_eq!(layered("TraceLayer::new_for_http()"), ["GET /open", "GET /health"]);
    assert_eq!(routes("#[get(\"/health\")] async fn health() {}"), ["GET /health"]);
    assert_eq!(routes("fn f() { warp::path(\"health\").map(g) }"), [" /health"]);
    assert!(routes("fn f() { map.get(\"/health\"); x.route(name) } // .route(\"/health\", get(x))").is_empty());
}

#[test]
fn files_that_are_compiled_in_know_where_they_start() {
    let path = |text: &str| {
        let index = body(text);
        let [file] = index.files.as_slice() else { panic!("{text}: {:?}", index.files) };
        file.path.path().map(|path| (path.base, path.path))
    };
    assert_eq!(path("include_str!(\"../a.sql\");"), Some((Some(Folder::Source), "../a.sql".into())));
    assert_eq!(path("let x = include_bytes!(\"a.pem\", );"), Some((Some(Folder::Source), "a.pem".into())));
    let package = "include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/a.sql\"));";
    assert_eq!(path(package), Some((Some(Folder::Package), "a.sql".into())));
    assert_eq!(
        path("static D: Dir = include_dir!(\"$CARGO_MANIFEST_DIR/www\");"),
        Some((Some(Folder::Package), "www".into()))
    );
    assert_eq!(path("sqlx::migrate!().run(x);"), Some((Some(Folder::Package), "migrations".into())));
    let query = Some((Some(Folder::Package), "sql/a.sql".into()));
    assert_eq!(path("query_file_as!(Row, \"sql/a.sql\", first.unwrap_or(\"none\"), 0);"), query);
    assert_eq!(path("sqlx::query_file_as_unchecked!(Row, \"sql/a.sql\", it);"), query);
    assert_eq!(path("query_file_scalar!(\"sql/a.sql\", \"b.sql\");"), query);
    assert_eq!(path("include!(concat!(env!(\"OUT_DIR\"), \"/x.rs\"));"), None);
    let folder = index("#[derive(RustEmbed)] #[folder = \"ui/dist/\"] struct Assets;");
    assert_eq!(folder.files[0].path.path().unwrap().path, "ui/dist");
    assert!(body("f(\"include_str!(x)\")").files.is_empty());
}

#[test]
fn tests_are_no_code_of_the_program() {
    let text = "#[cfg(test)] mod tests { fn f() { a() } } #[tokio::test] async fn g() { b() } #[cfg(all(test, unix))] use c::d; #[cfg(not(test))] fn h() { e() }";
    let index = index(text);
    assert_eq!(index.calls.iter().map(|call| call.path.as_str()).collect::<Vec<_>>(), ["e"]);
    assert!(index.imports.is_empty());
}

#[test]
fn what_stands_in_macros_is_read() {
    let lazy = index("lazy_static! { static ref URL: String = std::env::var(\"URL\").unwrap(); }");
    assert!(lazy.environment[0].is_required);
    let select = body("tokio::select! { r = axum::serve(listener, app) => { done(r) } _ = stop() => {} }");
    assert!(select.calls.iter().any(|call| call.is("axum.serve")) && select.calls.iter().any(|call| call.is("done")));
    assert!(body("println!(\"{}\", f(1))").calls.iter().any(|call| call.is("f")));
    assert!(body("sqlx::query!(\"select 1\")").calls.iter().any(|call| call.is("sqlx.query!")));
}

#[test]
fn every_entry_has_its_line_and_text() {
    let text = "#!/usr/bin/env run\n\nfn main() {\n    é();\n    f(\"ü\", g(\n      1))\n}\n";
    let index = index(text);
    let f = index.calls.iter().find(|call| call.is("f")).unwrap();
    assert_eq!((f.place.line, index.text_at(&f.place)), (5, "f(\"ü\", g(\n      1))"));
    assert_eq!(&text[f.arguments[0].start as usize..f.arguments[0].end as usize], "\"ü\"");
    assert_eq!(index.function(&f.place).unwrap().name, "main");
    assert!(body("if a { f() }").calls[0].place.is_conditional && !body("f()").calls[0].place.is_conditional);
}

#[test]
fn what_does_not_parse_or_nests_too_deep_has_tokens() {
    for text in [
        "fn main() { TcpListener::bind(\"a:1\") ".to_owned(),
        format!("fn main() {{ {}1{} }}", "(".repeat(5000), ")".repeat(5000)),
        format!("fn main() {{ let x = {}true; }}", "!".repeat(50_000)),
        format!("fn main() {{ a{} }}", ".b()".repeat(20_000)),
        format!("fn main() {{ {}{} }}", "f(".repeat(3000), ")".repeat(3000)),
        format!("fn main() {{ if a {{}}{} }}", " else if a {}".repeat(5000)),
        format!("fn main() {{ {}1{} }}", "{".repeat(3000), "}".repeat(3000)),
    ] {
        assert_eq!(read(Document::new("main.rs", text)).coverage, Coverage::Tokens);
    }
    for (open, close) in [("(", ")"), ("f(", ")"), ("[", "]"), ("{", "}"), ("!", ""), ("a.b(", ")"), ("|| ", "")] {
        let text = format!("fn main() {{ {}1{} }}", open.repeat(60), close.repeat(60));
        assert_eq!(read(Document::new("main.rs", text)).coverage, Coverage::Whole, "{open}");
    }
}
