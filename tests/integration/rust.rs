//! Rust: what the manifests, the configuration and the source of a project lead to.

use crate::scratch::{Ran, Scratch};

const PACKAGE: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
const LOCK: &str = "version = 4\n\n[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n";

/// What is said and made for these files; dependencies are lines of the manifest.
fn made(files: &[(&str, &str)]) -> Ran {
    Scratch::new(files.iter().copied()).run(&["init", "--yes", "--print"])
}

#[track_caller]
fn has(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.status, 0, "{ran:?}");
    for part in parts {
        assert!(ran.stdout.contains(part), "`{part}` is not in {}", ran.stdout);
    }
}

fn with(dependencies: &str) -> String {
    format!("{PACKAGE}\n[dependencies]\n{dependencies}\n")
}

#[test]
fn a_lock_file_that_fits_is_held_to_and_another_is_not() {
    let main = ("src/main.rs", "fn main() {}\n");
    has(&made(&[("Cargo.toml", PACKAGE), ("Cargo.lock", LOCK), main]), &["cargo build --release --locked"]);
    let newer = PACKAGE.replace("0.1.0", "0.2.0");
    let ran = made(&[("Cargo.toml", &newer), ("Cargo.lock", LOCK), main]);
    has(&ran, &["cargo build --release --package shop"]);
    ran.ends(0, &["it lacks `shop 0.2.0`"]);
    let wanted = with("serde = \"1.0.200\"");
    let lock = format!("{LOCK}\n[[package]]\nname = \"serde\"\nversion = \"1.0.100\"\n");
    made(&[("Cargo.toml", &wanted), ("Cargo.lock", &lock), main]).ends(0, &["it lacks `serde 1.0.200`"]);
}

#[test]
fn locked_versions_that_do_not_compile_are_updated_in_the_build() {
    let cargo = with("openssl = \"0.10\"");
    let locked = |more: &str| {
        let package =
            |name: &str, version: &str| format!("\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n");
        let lock = format!("{LOCK}{}{}{more}", package("openssl", "0.10.30"), package("openssl-sys", "0.9.58"));
        made(&[("Cargo.toml", &cargo), ("Cargo.lock", &lock), ("src/main.rs", "fn main() {}\n")])
    };
    let ran = locked("");
    has(
        &ran,
        &[
            "cargo update --recursive --package openssl-sys@0.9.58 --package openssl@0.10.30 \\\n && cargo build --release --package",
        ],
    );
    ran.ends(0, &["Cargo.lock holds openssl 0.10.30, which"]);
    let with_net = |version: &str| {
        let lock = format!("{LOCK}\n[[package]]\nname = \"net2\"\nversion = \"{version}\"\n");
        made(&[("Cargo.toml", &with("net2 = \"0.2\"")), ("Cargo.lock", &lock), ("src/main.rs", "fn main() {}\n")])
    };
    has(&with_net("0.2.35"), &["cargo update --recursive --package net2@0.2.35 \\\n"]);
    with_net("0.2.35").ends(0, &["Cargo.lock holds net2 0.2.35, with which a program of the maintained Rust can't"]);
    assert!(!with_net("0.2.39").stdout.contains("cargo update"));
    let with_serde = |serde: &str| {
        let lock = format!(
            "{LOCK}\n[[package]]\nname = \"serde\"\nversion = \"{serde}\"\n\n[[package]]\nname = \"time\"\nversion = \"0.3.9\"\n"
        );
        made(&[("Cargo.toml", &with("time = \"0.3\"")), ("Cargo.lock", &lock), ("src/main.rs", "fn main() {}\n")])
    };
    has(
        &with_serde("1.0.126"),
        &[
            " && cargo update --package serde@1.0.126 --precise 1.0.228 \\\n && cargo update --recursive --package time@0.3.9 \\\n",
        ],
    );
    has(&with_serde("1.0.200"), &["cargo update --recursive --package time@0.3.9 \\\n"]);
    let own = locked("\n[[package]]\nname = \"openssl-src\"\nversion = \"111.1.0+1.1.1\"\n");
    has(&own, &["cargo build --release --locked"]);
}

#[test]
fn a_feature_brings_what_it_is_linked_to_where_no_lock_file_tells() {
    let text = |dependency: &str| made(&[("Cargo.toml", &with(dependency)), ("src/main.rs", "fn main() {}\n")]).stdout;
    let lettre = |feature: &str| format!("lettre = {{ version = \"0.11\", features = [\"builder\", \"{feature}\"] }}");
    assert!(text(&lettre("tokio1-native-tls")).contains("libssl-dev"));
    assert!(text("actix-web = { version = \"4\", features = [\"openssl\"] }").contains("libssl-dev"));
    assert!(!text(&lettre("tokio1-rustls")).contains("libssl-dev"));
}

#[test]
fn a_workspace_is_read_as_one_program() {
    let root =
        "[workspace]\nmembers = [\"crates/*\"]\n[workspace.dependencies]\nhttp-api = { path = \"crates/api\" }\n";
    let program = PACKAGE.to_owned() + "[dependencies]\nhttp-api.workspace = true\n";
    let api = "[package]\nname = \"http-api\"\nversion = \"0.1.0\"\n[dependencies]\naxum = \"0.8\"\n";
    let files = [
        ("Cargo.toml", root),
        ("crates/shop/Cargo.toml", &program),
        ("crates/shop/src/main.rs", "fn main() { http_api::run() }\n"),
        ("crates/api/Cargo.toml", api),
        ("crates/api/src/lib.rs", "pub fn run() { TcpListener::bind(\"0.0.0.0:4100\") }\n"),
        ("crates/api/src/main.rs", "fn main() {}\n"),
    ];
    // the part has a program of its own, but the other is made from it
    has(
        &made(&files),
        &["# Made by dockgen: Rust server", "EXPOSE 4100", "WORKDIR /build\n", "--package shop --bin shop"],
    );
}

#[test]
fn of_a_workspace_the_namesake_of_the_repository_is_meant() {
    let member = |name: &str| format!("[package]\nname = \"{name}\"\nrepository = \"https://example.org/me/bin\"\n");
    let (one, two) = (member("bin-ctl"), member("bin"));
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"ctl\", \"bin\"]\n"),
        ("ctl/Cargo.toml", &one),
        ("ctl/src/main.rs", "fn main() {}\n"),
        ("bin/Cargo.toml", &two),
        ("bin/src/main.rs", "fn main() {}\n"),
    ];
    has(&made(&files), &["--package bin --bin bin"]);
}

#[test]
fn a_member_or_a_dependency_that_is_not_there_is_named() {
    let main = ("src/main.rs", "fn main() {}\n");
    let member = format!("{PACKAGE}\n[workspace]\nmembers = [\"gone\"]\n");
    made(&[("Cargo.toml", &member), main]).ends(2, &["the workspace has the member `gone`", "Cargo.toml:7"]);
    let dependency = with("common = { path = \"libs/common\" }");
    let modules = (".gitmodules", "[submodule \"common\"]\n\tpath = libs/common\n");
    made(&[("Cargo.toml", &dependency), main, modules])
        .ends(2, &["a dependency lies at `libs/common`", "git submodule update --init"]);
}

#[test]
fn what_is_not_for_a_container_is_refused_by_name() {
    let main = ("src/main.rs", "fn main() {}\n");
    made(&[("Cargo.toml", &with("tauri = \"2\"")), main]).ends(2, &["a desktop application of Tauri"]);
    made(&[("Cargo.toml", &with("yew = \"0.21\"")), main]).ends(2, &["a web page of WebAssembly"]);
    made(&[("Cargo.toml", &with("yew = \"0.21\"\naxum = \"0.8\"")), main]).ends(0, &[]);
}

#[test]
fn the_loopback_interface_is_left_by_variable_flag_or_edit() {
    let cargo = with("axum = \"0.8\"\nclap = \"4\"");
    let source = |text: &str| made(&[("Cargo.toml", &cargo), ("src/main.rs", text)]);
    let variable = "fn main() { let host = env::var(\"HOST\").unwrap_or(\"127.0.0.1\".into()); TcpListener::bind((host, 3000)) }\n";
    has(&source(variable), &["ENV HOST=0.0.0.0\n"]);
    let address = "fn main() { let at = env::var(\"LISTEN_ADDR\").unwrap_or_else(|_| \"127.0.0.1:3000\".into()); TcpListener::bind(at) }\n";
    has(&source(address), &["ENV LISTEN_ADDR=0.0.0.0:3000\n"]);
    let flag = "#[derive(Parser)]\nstruct Args {\n    #[arg(long, default_value = \"127.0.0.1\")]\n    bind: String,\n    #[arg(long, default_value_t = 3100)]\n    port: u16,\n}\nfn main() { let args = Args::parse(); TcpListener::bind((args.bind, args.port)) }\n";
    has(&source(flag), &["CMD [\"--bind\", \"0.0.0.0\"]", "EXPOSE 3100"]);
    let fixed =
        "fn main() {\n    let address = SocketAddr::from(([127, 0, 0, 1], 3000));\n    TcpListener::bind(address)\n}\n";
    let ran = source(fixed);
    has(
        &ran,
        &[
            " && sed -i 's|let address = SocketAddr::from((\\[127, 0, 0, 1|let address = SocketAddr::from(([0, 0, 0, 0|' /build/src/main.rs",
        ],
    );
    ran.ends(0, &["the build changes that", "src/main.rs:2"]);
    let kept = Scratch::new([("Cargo.toml", cargo.as_str()), ("src/main.rs", fixed)]).init(".", &["--listen", "keep"]);
    let (text, said) = kept.unwrap();
    assert!(!text.contains("sed") && said.contains("from(([0, 0, 0, 0], 3000))"), "{said}");
    let test_only = "fn main() { bind(\"0.0.0.0:3000\") }\n// \"127.0.0.1:1\"\n#[cfg(test)]\nmod tests { fn x() { bind(\"127.0.0.1:9\") } }\n";
    let ran = source(test_only);
    assert!(!ran.stdout.contains("sed") && !ran.stderr.contains("loopback"), "{ran:?}");
}

#[test]
fn a_server_behind_a_subcommand_is_started_by_it_and_asks_itself_for_its_health() {
    let source = "#[derive(Subcommand)]\nenum Command {\n    Migrate,\n    /// Serves.\n    Serve { port: u16 },\n    #[command(name = \"healthcheck\")]\n    HealthCheck,\n}\nfn main() { TcpListener::bind(\"0.0.0.0:80\") }\n";
    let ran = made(&[("Cargo.toml", &with("axum = \"0.8\"")), ("src/main.rs", source)]);
    has(&ran, &["CMD [\"serve\"]", "CMD [\"/app/shop\", \"healthcheck\"]"]);
}

#[test]
fn features_are_those_of_the_guard_the_binary_and_the_answer() {
    let cargo = format!("{PACKAGE}\n[features]\nsqlite = []\nmysql = []\nextra = []\n");
    let guard =
        "#[cfg(not(any(feature = \"sqlite\", feature = \"mysql\")))]\ncompile_error!(\"choose\");\nfn main() {}\n";
    let scratch = Scratch::new([("Cargo.toml", cargo.as_str()), ("src/main.rs", guard)]);
    let ran = scratch.run(&["init", "--yes", "--print"]);
    has(&ran, &["--features sqlite"]);
    let ran = scratch.run(&["init", "--yes", "--print", "--features", "mysql,extra"]);
    has(&ran, &["--no-default-features --features mysql,extra"]);
    let bin = format!("{cargo}\n[[bin]]\nname = \"shop\"\npath = \"src/main.rs\"\nrequired-features = [\"extra\"]\n");
    has(&made(&[("Cargo.toml", &bin), ("src/main.rs", guard)]), &["--features sqlite,extra"]);
}

#[test]
fn queries_are_checked_against_what_is_there() {
    let cargo = with("sqlx = { version = \"0.8\", features = [\"postgres\"] }");
    let main = ("src/main.rs", "fn main() { sqlx::query!(\"select 1\") }\n");
    let table = ("migrations/1_table.sql", "create table x (y int);\n");
    let ran = made(&[("Cargo.toml", &cargo), main, table]);
    has(
        &ran,
        &["service postgresql start", "find /build/migrations", "DATABASE_URL=postgres:///build", " postgresql "],
    );
    assert!(!ran.stdout.contains("postgresql-17-"), "{ran:?}");
    // An extension that another package has, and one of the usual package.
    let vector =
        ("migrations/0_types.up.sql", "CREATE EXTENSION IF NOT EXISTS vector;\ncreate extension \"uuid-ossp\";\n");
    let undone = ("migrations/0_types.down.sql", "create extension postgis;\n");
    let ran = made(&[("Cargo.toml", &cargo), main, table, vector, undone]);
    has(&ran, &[" postgresql postgresql-17-pgvector postgresql-contrib "]);
    let answers = made(&[("Cargo.toml", &cargo), main, table, (".sqlx/query-1.json", "{}\n")]);
    has(&answers, &["ENV SQLX_OFFLINE=true"]);
    assert!(!answers.stdout.contains("service postgresql"), "{answers:?}");
    made(&[("Cargo.toml", &cargo), main]).ends(0, &["there is neither a database", "src/main.rs:1"]);
}

#[test]
fn a_build_script_that_insists_on_git_gets_it() {
    let asks = ("build.rs", "fn main() { if let Ok(x) = Command::new(\"git\").output() {} }\n");
    let ran = made(&[("Cargo.toml", PACKAGE), ("src/main.rs", "fn main() {}\n"), asks]);
    ran.ends(0, &["the build asks git, and the build context has no `.git`", "build.rs:1"]);
    assert!(!ran.stdout.contains(" git "), "{}", ran.stdout);
    let script = ("build.rs", "fn main() { Command::new(\"git\").arg(\"describe\").output().unwrap(); }\n");
    let scratch = Scratch::new([("Cargo.toml", PACKAGE), ("src/main.rs", "fn main() {}\n"), script]);
    scratch.run(&["init", "--yes"]).ends(0, &["the build asks git", "build.rs:1"]);
    assert!(scratch.read(".dockerignore").ends_with("# The build asks git\n!.git\n.git/config\n"));
    assert!(scratch.read("Dockerfile").contains("--no-install-recommends git "));
}

#[test]
fn the_configuration_of_cargo_is_followed_or_undone() {
    let config = "[build]\ntarget = \"x86_64-unknown-linux-musl\"\nrustc-wrapper = \"sccache\"\n[target.x86_64-unknown-linux-gnu]\nlinker = \"clang\"\nrustflags = [\"-C\", \"link-arg=-fuse-ld=mold\"]\n[registries.house]\nindex = \"sparse+https://example.org/\"\n";
    let ran = made(&[("Cargo.toml", PACKAGE), ("src/main.rs", "fn main() {}\n"), (".cargo/config.toml", config)]);
    has(
        &ran,
        &[
            "install --yes --no-install-recommends clang mold ",
            "ENV RUSTC_WRAPPER=\"\"",
            "--target \"$(rustc --print host-tuple)\"",
            "--mount=type=secret,id=cargo-credentials,target=/usr/local/cargo/credentials.toml",
        ],
    );
    ran.ends(0, &["the project builds for `x86_64-unknown-linux-musl`", "the registry `house` may want a token"]);
}

#[test]
fn unstable_features_are_named() {
    let files = [
        ("Cargo.toml", PACKAGE),
        ("src/main.rs", "#![feature(never_type, box_patterns)]\nfn main() {}\n"),
        ("rust-toolchain", "nightly-2024-01-01\n"),
    ];
    let ran = made(&files);
    has(&ran, &["ENV RUSTC_BOOTSTRAP=1"]);
    ran.ends(0, &["`never_type`, `box_patterns`"]);
}

#[test]
fn what_an_argument_names_lies_beside_the_program() {
    let source = "#[derive(Parser)]\nstruct Args {\n    #[arg(long, default_value = \"./shop.cfg\")]\n    config: String,\n}\nfn main() { ServeDir::new(\"pages\") }\n";
    let files = [
        ("Cargo.toml", PACKAGE),
        ("src/main.rs", source),
        ("shop.cfg", "x = 1\n"),
        ("pages/index.html", "x"),
        ("other.cfg", "y"),
    ];
    let ran = made(&files);
    has(&ran, &["COPY --from=build /build/shop.cfg /app/shop.cfg", "COPY --from=build /build/pages /app/pages"]);
    assert!(!ran.stdout.contains("other.cfg"));
}

#[test]
fn a_front_end_that_the_program_serves_is_built_first() {
    let files = [
        ("Cargo.toml", &*with("axum = \"0.8\"")),
        ("src/main.rs", "fn main() { ServeDir::new(\"web/dist\") }\n"),
        ("web/package.json", "{ \"scripts\": { \"build\": \"vite build\" } }\n"),
        ("web/package-lock.json", "{}\n"),
    ];
    let ran = made(&files);
    has(
        &ran,
        &["AS front-end", "COPY --from=front-end /build/web/dist/ /build/web/dist/", "/build/web/dist /app/web/dist"],
    );
    // wherever it lies, and however much of it each line asks for
    let served = |output: &str| {
        let settings = format!("export default {{ build: {{ outDir: '{output}' }} }}");
        made(&[
            ("Cargo.toml", &*with("actix-files = \"0.6\"")),
            ("src/main.rs", "fn main() { Files::new(\"/assets\", \"./site/assets\"); ServeDir::new(\"site\") }\n"),
            (
                "src/client/package.json",
                "{ \"scripts\": { \"build\": \"vite build\" }, \"devDependencies\": { \"vite\": \"7\" } }\n",
            ),
            ("src/client/package-lock.json", "{}\n"),
            ("src/client/vite.config.ts", &settings),
        ])
    };
    let ran = served("../../site");
    has(&ran, &["WORKDIR /build/src/client\n", "COPY --from=front-end /build/site/ /build/site/\n"]);
    assert!(!ran.stdout.contains("front-end-2"), "{}", ran.stdout);
    assert!(!served("../../other").stdout.contains("front-end"));
}

#[test]
fn dependencies_can_be_a_layer() {
    let scratch = Scratch::new([("Cargo.toml", PACKAGE), ("Cargo.lock", LOCK), ("src/main.rs", "fn main() {}\n")]);
    let ran = scratch.run(&["init", "--yes", "--print", "--cache", "layer"]);
    has(&ran, &["cargo chef prepare", "cargo chef cook --release --locked --package shop --bin shop"]);
    assert!(!ran.stdout.contains("type=cache"), "{}", ran.stdout);
}

/// What the check of the shared libraries does in the build, with an `ldd` that prints these lines: its status, what it said, and
/// the libraries that it copied. Of the runtime image only `libc.so.6` is there.
fn checked(linked: &str) -> (bool, String, Vec<String>) {
    let scratch = Scratch::new([("Cargo.toml", PACKAGE), ("src/main.rs", "fn main() {}\n")]);
    let dockerfile = scratch.run(&["init", "--yes", "--print"]).stdout;
    let step = dockerfile.split("target=/runtime \\\n").nth(1).unwrap().split("\n\n").next().unwrap().to_owned();
    let root = scratch.path().display().to_string();
    let script = ["/runtime", "/libraries", "/app/", "/tmp/linked"]
        .iter()
        .fold(step, |script, place| script.replace(place, &format!("{root}{place}")));
    scratch.file("runtime/usr/lib/libc.so.6", "");
    scratch.file("build/libpq.so.5", "a library");
    scratch.file("tmp/.keep", "");
    scratch.file("bin/ldd", format!("#!/bin/sh\nprintf '{}'\n", linked.replace("ROOT", &root)));
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(scratch.path().join("bin/ldd"), mode).unwrap();
    let path = format!("{root}/bin:{}", std::env::var("PATH").unwrap());
    let output = std::process::Command::new("sh").args(["-c", &script]).env("PATH", path).output().unwrap();
    let copied = std::fs::read_dir(scratch.path().join("libraries")).unwrap().flatten();
    let copied = copied.map(|entry| entry.file_name().into_string().unwrap()).collect();
    (output.status.success(), String::from_utf8(output.stderr).unwrap(), copied)
}

#[test]
fn a_library_that_the_runtime_image_lacks_is_copied_and_a_missing_one_ends_the_build() {
    let present = "\\tlinux-vdso.so.1 (0x1)\\n\\tlibc.so.6 => /lib/libc.so.6 (0x2)\\n";
    assert_eq!(checked(present), (true, String::new(), Vec::new()));
    let lacking = format!("{present}\\tlibpq.so.5 => ROOT/build/libpq.so.5 (0x3)\\n");
    assert_eq!(checked(&lacking), (true, String::new(), vec!["libpq.so.5".to_owned()]));
    let (succeeded, said, copied) = checked("\\tlibgone.so.1 => not found\\n");
    assert!(!succeeded && copied.is_empty());
    assert_eq!(said, "the program is linked to libraries that no package of the build stage has\n");
    assert_eq!(checked("\\tstatically linked\\n"), (true, String::new(), Vec::new()));
}

#[test]
fn a_file_that_is_compiled_in_reaches_the_build() {
    let folder = |main: &str| {
        let scratch = Scratch::new([("server/Cargo.toml", PACKAGE), ("server/src/main.rs", main)]);
        scratch.file("server/certs/ca.pem", "-----BEGIN CERTIFICATE-----\n");
        scratch.file("server/certs/server.key", "-----BEGIN PRIVATE KEY-----\n");
        scratch.file("db/schema.sql", "select 1;\n");
        scratch
    };
    let inside = folder("fn main() { include_bytes!(\"../certs/ca.pem\"); }\n");
    inside.run(&["init", "server", "--yes"]).ends(0, &[]);
    assert!(inside.read("server/.dockerignore").contains("\n!certs/ca.pem\n"));
    let secret = folder("\nfn main() { include_bytes!(\"../certs/server.key\"); }\n");
    secret.run(&["init", "server", "--yes"]).ends(0, &["may hold a secret", "src/main.rs:2"]);
    assert!(!secret.read("server/.dockerignore").contains("server.key"));
    let beside = folder("fn main() { include_str!(\"../../db/schema.sql\"); }\n");
    beside.run(&["init", "server", "--yes"]).ends(0, &["--file server/Dockerfile ."]);
    let outside = folder("fn main() { include_str!(\"../../../schema.sql\"); }\n");
    outside.run(&["init", "server", "--yes"]).ends(0, &["lies outside of the repository", "src/main.rs:1"]);
    assert!(!outside.read("server/.dockerignore").contains("ca.pem"));
    // a file that no module declares is not compiled
    for (main, said) in [("fn main() {}\n", false), ("mod old;\nfn main() {}\n", true)] {
        let scratch = folder(main);
        scratch.file("server/src/old.rs", "pub const PAGE: &str = include_str!(\"gone.html\");\n");
        let ran = scratch.run(&["init", "server", "--yes"]);
        ran.ends(0, &[]);
        assert_eq!(ran.stderr.contains("is compiled in and is not there"), said, "{}", ran.stderr);
    }
}

#[test]
fn a_workspace_above_that_takes_over_is_said_unless_version_control_is_there() {
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"shop\"]\n"),
        ("shop/Cargo.toml", PACKAGE),
        ("shop/src/main.rs", "fn main() {}\n"),
    ];
    for (version_control, is_said) in [("none", true), (".git/HEAD", false), ("shop/.git/HEAD", false)] {
        let scratch = Scratch::new(files);
        std::fs::remove_dir(scratch.path().join(".git")).unwrap();
        scratch.file(version_control, "");
        let ran = scratch.run(&["init", "shop", "--yes", "--print"]);
        assert_eq!(ran.stderr.contains("no `.git` tells where"), is_said, "{version_control}: {}", ran.stderr);
    }
}

/// A workspace of command-line tools, with the dependencies and the main file of the last one.
fn tools(names: &[&str], dependencies: &str, main: &str) -> Ran {
    let scratch = Scratch::new([("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n")]);
    for (index, name) in names.iter().enumerate() {
        let is_last = index + 1 == names.len();
        let package = if is_last { with(dependencies) } else { PACKAGE.to_owned() };
        scratch.file(format!("crates/{name}/Cargo.toml"), package.replace("shop", name));
        let main = if is_last { main } else { "fn main() {}\n" };
        scratch.file(format!("crates/{name}/src/main.rs"), main);
    }
    scratch.run(&["init", "--yes", "--print"])
}

#[test]
fn of_equal_programs_one_is_asked_for() {
    let listens = "fn main() { std::net::TcpListener::bind(\"0.0.0.0:7007\"); }\n";
    tools(&["cut", "sort", "wc"], "", listens).ends(2, &["cut", "sort", "wc"]);
    tools(&["cut", "join", "sort", "wc"], "axum = \"0.8\"", "fn main() {}\n").ends(2, &["cut", "join", "wc"]);
    has(&tools(&["ctl", "shop"], "axum = \"0.8\"", "fn main() {}\n"), &["--package shop --bin shop"]);
    let named = tools(&["ctl", "dump", "load", "shop-server"], "axum = \"0.8\"", "fn main() {}\n");
    has(&named, &["--package shop-server"]);
}

#[test]
fn an_environment_file_that_must_be_there_is_named() {
    let of = |text: &str| made(&[("Cargo.toml", PACKAGE), ("src/main.rs", text)]);
    for text in ["fn main() {\n    dotenvy::dotenv().expect(\"x\");\n}\n", "fn main() -> R {\n    dotenv()?;\n}\n"] {
        of(text).ends(0, &["the program ends unless there is a file `.env`", "src/main.rs:2"]);
        has(&of(text), &["install -D /dev/null /written/app/.env", "COPY --from=build /written/app/.env /app/.env"]);
    }
    for text in ["fn main() { dotenvy::dotenv().ok(); }\n", "fn main() { let _ = dotenv(); f()?; }\n"] {
        let ran = of(text);
        assert!(!ran.stderr.contains(".env") && !ran.stdout.contains("/app/.env"), "{text}");
    }
}

#[test]
fn a_crate_that_is_fetched_by_ssh_is_named() {
    let lock =
        |source: &str| format!("{LOCK}\n[[package]]\nname = \"secret\"\nversion = \"0.1.0\"\nsource = \"{source}\"\n");
    let of = |source: &str| {
        made(&[("Cargo.toml", PACKAGE), ("Cargo.lock", &lock(source)), ("src/main.rs", "fn main() {}\n")])
    };
    of("git+ssh://git@example.org/me/secret#1").ends(0, &["`secret` is fetched by SSH"]);
    assert!(!of("git+https://example.org/me/secret#1").stderr.contains("SSH"));
}

#[test]
fn a_file_in_the_source_folder_that_a_function_is_given_to_read_is_taken_along() {
    let main = |path: &str| {
        format!(
            "fn main() {{ print(\"{path}\"); }}\nfn print(path: &str) {{ let rows = csv::Reader::from_path(path); }}\n"
        )
    };
    let files = |path: &str| {
        let main = main(path);
        made(&[("Cargo.toml", &*with("csv = \"1\"")), ("src/main.rs", &main), ("src/words/a.csv", "a,b\n")])
    };
    has(&files("./src/words/a.csv"), &["COPY --from=build /build/src/words/a.csv /app/src/words/a.csv\n"]);
    for other in ["./src/main.rs", "./src"] {
        let ran = files(other);
        assert!(!ran.stdout.contains("/app/src"), "{other}: {}", ran.stdout);
    }
}

#[test]
fn every_file_that_is_handed_on_to_what_reads_it_is_taken_along() {
    let mails = "fn main() { welcome(); renew(); }\nfn welcome() { let path = \"src/mails/a.html\"; send(path); }\nfn renew() { let path = \"src/mails/b.html\"; send(path); }\nfn send(path: &str) { let text = std::fs::read_to_string(path).unwrap(); }\n";
    let files = |main: &str| {
        let there = [("src/mails/a.html", "a"), ("src/mails/b.html", "b"), ("queries/a.sql", "select 1")];
        let manifest = with("sqlx = \"0.8\"");
        made(&[("Cargo.toml", &*manifest), ("src/main.rs", main)].into_iter().chain(there).collect::<Vec<_>>())
    };
    has(&files(mails), &["/app/src/mails/a.html\n", "/app/src/mails/b.html\n"]);
    // What the compiler reads, a file that is not there, and a text that only holds the name.
    for main in [
        "fn main() { let page = include_str!(\"mails/a.html\"); f(\"src/mails/c.html\"); }\n",
        "fn main() { sqlx::query_file!(\"queries/a.sql\"); }\n",
        "fn main() { f(\"see src/mails/a.html\"); }\n",
    ] {
        let ran = files(main);
        assert!(!ran.stdout.contains("mails") && !ran.stdout.contains("/app/queries"), "{main}: {}", ran.stdout);
    }
}

#[test]
fn packages_that_are_compiled_in_are_installed_first() {
    let main = "static JS: &str = include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/node_modules/htmx.org/dist/htmx.min.js\"));\nfn main() {}\n";
    let manifest = ("package.json", "{ \"dependencies\": { \"htmx.org\": \"1\" } }\n");
    let packages = r#"{"": {"dependencies": {"htmx.org": "1"}}, "node_modules/htmx.org": {"version": "1.9.12"}}"#;
    let lock = ("package-lock.json", &*format!("{{\"lockfileVersion\": 3, \"packages\": {packages}}}\n"));
    let ran = made(&[("Cargo.toml", PACKAGE), ("src/main.rs", main), manifest, lock]);
    has(
        &ran,
        &["    npm ci --no-audit --no-fund\n", "COPY --from=front-end /build/node_modules/ /build/node_modules/\n"],
    );
    assert!(!ran.stdout.contains("npm run"), "{}", ran.stdout);
    let ran = made(&[("Cargo.toml", PACKAGE), ("src/main.rs", main)]);
    assert!(!ran.stdout.contains("front-end") && ran.stderr.contains("is compiled in and is not there"), "{ran:?}");
}

#[test]
fn a_variable_that_the_compiler_puts_into_the_program_is_an_argument_of_the_build() {
    let source = "fn main() { println!(\"{} {}\", env!(\"SHOP_ADDRESS\"), env!(\"CARGO_PKG_VERSION\")) }\n";
    let script = |line: &str| format!("fn main() {{ println!(\"{line}\") }}\n");
    let main = ("src/main.rs", source);
    let ran = made(&[("Cargo.toml", PACKAGE), main]);
    has(&ran, &["--build-arg SHOP_ADDRESS=…\nARG SHOP_ADDRESS\nRUN "]);
    ran.ends(0, &["the build ends without `SHOP_ADDRESS`", "src/main.rs:1"]);
    let lacks = |files: &[(&str, &str)]| {
        let ran = made(files);
        assert!(!ran.stdout.contains("ARG SHOP_ADDRESS") && !ran.stderr.contains("the build ends"), "{ran:?}");
    };
    // what the build script, Cargo's configuration or a default gives is not asked for
    lacks(&[("Cargo.toml", PACKAGE), main, ("build.rs", &script("cargo:rustc-env=SHOP_ADDRESS={}"))]);
    lacks(&[("Cargo.toml", PACKAGE), main, ("build.rs", &script("cargo:rustc-env={}={}"))]);
    lacks(&[("Cargo.toml", PACKAGE), main, (".cargo/config.toml", "[env]\nSHOP_ADDRESS = \"x\"\n")]);
    lacks(&[("Cargo.toml", PACKAGE), ("src/main.rs", &source.replace("env!(\"SHOP", "option_env!(\"SHOP"))]);
    let other = script("cargo:rustc-env=SHOP_NAME={}");
    has(&made(&[("Cargo.toml", PACKAGE), main, ("build.rs", &other)]), &["ARG SHOP_ADDRESS\n"]);
}

#[test]
fn what_the_compiler_reads_and_nobody_may_see_is_a_secret_of_the_build() {
    let ran = made(&[("Cargo.toml", PACKAGE), ("src/main.rs", "fn main() { sign(env!(\"JWT_SECRET\")) }\n")]);
    has(&ran, &["--mount=type=secret,id=JWT_SECRET", "JWT_SECRET=\"$(cat /run/secrets/JWT_SECRET)\" cargo build"]);
    assert!(!ran.stdout.contains("ARG JWT_SECRET"), "{}", ran.stdout);
    ran.ends(0, &["the build ends without `JWT_SECRET`", "--secret id=JWT_SECRET,env=JWT_SECRET"]);
    let by_file =
        "use dotenvy_macro::dotenv;\nfn main() { connect(dotenv!(\"DATABASE_URL\"), dotenv!(\"JWT_SECRET\")) }\n";
    let ran = made(&[("Cargo.toml", PACKAGE), ("src/main.rs", by_file), (".env", "DATABASE_URL=x\nJWT_SECRET=y\n")]);
    has(&ran, &["--mount=type=secret,id=env,target=/build/.env"]);
    assert!(!ran.stdout.contains("ARG DATABASE_URL") && !ran.stdout.contains("/run/secrets"), "{}", ran.stdout);
    ran.ends(0, &["the build ends without the file `.env`", "--secret id=env,src=.env", "src/main.rs:2"]);
    let at_run_time = "fn main() { dotenvy::dotenv().ok(); sign(std::env::var(\"JWT_SECRET\").unwrap()) }\n";
    let ran = made(&[("Cargo.toml", PACKAGE), ("src/main.rs", at_run_time), (".env", "JWT_SECRET=y\n")]);
    assert!(!ran.stdout.contains("type=secret"), "{}", ran.stdout);
}

#[test]
fn features_of_nightly_are_let_through_where_nothing_pins_it() {
    let ran = made(&[("Cargo.toml", PACKAGE), ("src/main.rs", "#![feature(decl_macro)]\nfn main() {}\n")]);
    has(&ran, &["ENV RUSTC_BOOTSTRAP=1"]);
    ran.ends(0, &["features that only a nightly Rust has: `decl_macro`", "src/main.rs:1"]);
    let ran = made(&[("Cargo.toml", PACKAGE), ("src/main.rs", "#![allow(dead_code)]\nfn main() {}\n")]);
    assert!(!ran.stdout.contains("RUSTC_BOOTSTRAP") && !ran.stderr.contains("nightly"), "{ran:?}");
}

#[test]
fn a_program_that_is_called_by_a_part_of_the_package_is_meant() {
    let made = |package: &str, names: &[&str]| {
        let mut files =
            vec![("Cargo.toml".to_owned(), format!("[package]\nname = \"{package}\"\nversion = \"0.1.0\"\n"))];
        files.extend(names.iter().map(|name| (format!("src/bin/{name}.rs"), "fn main() {}\n".to_owned())));
        Scratch::new(files).run(&["init", "--yes", "--print"])
    };
    let ran = made("chat-server", &["server", "client"]);
    has(&ran, &["--bin server"]);
    ran.ends(0, &["the image is of `server`: it does not hold `client`", "--binary"]);
    made("chat", &["server", "client"]).ends(2, &["the choices are `client`, `server`"]);
    made("client-server", &["server", "client"]).ends(2, &["--binary"]);
}

#[test]
fn the_database_of_the_build_is_not_asked_for_as_an_argument() {
    let source = "fn main() { connect(dotenv!(\"DATABASE_URL\")); sqlx::query!(\"select 1\"); }\n";
    let ran = made(&[
        ("Cargo.toml", &with("sqlx = { version = \"0.8\", features = [\"postgres\"] }")),
        ("src/main.rs", source),
        ("migrations/1.sql", "create table a (b int);\n"),
    ]);
    assert!(!ran.stdout.contains("ARG DATABASE_URL"), "{}", ran.stdout);
    ran.ends(0, &["the program would not find another one", "std::env::var"]);
}

#[test]
fn what_is_read_at_the_place_of_the_package_lies_there_in_the_image() {
    let source =
        "fn main() { Tera::new(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/pages/**/*\")); File::open(\"shop.toml\") }\n";
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"shop\"]\n"),
        ("shop/Cargo.toml", PACKAGE),
        ("shop/src/main.rs", source),
        ("shop/pages/a.html", "x"),
        ("shop/shop.toml", "port = 4100\n"),
    ];
    let ran = made(&files);
    has(&ran, &["COPY --from=build /build/shop/pages /build/shop/pages\n", "/build/shop/shop.toml /app/shop.toml\n"]);
    assert!(!ran.stdout.contains("/app/pages"), "{}", ran.stdout);
}

#[test]
fn a_front_end_that_is_compiled_in_is_not_copied_beside_the_program() {
    let files = |embeds: &str| {
        let source = format!("{embeds}fn main() {{ ServeDir::new(\"web/dist\") }}\n");
        made(&[
            ("Cargo.toml", &*with("axum = \"0.8\"")),
            ("src/main.rs", &source),
            ("web/package.json", "{ \"scripts\": { \"build\": \"vite build\" } }\n"),
            ("web/package-lock.json", "{}\n"),
        ])
    };
    let ran = files("static PAGES: Dir = include_dir!(\"$CARGO_MANIFEST_DIR/web/dist\");\n");
    has(&ran, &["COPY --from=front-end /build/web/dist/ /build/web/dist/"]);
    assert!(!ran.stdout.contains("/app/web/dist"), "{}", ran.stdout);
    has(&files(""), &["/build/web/dist /app/web/dist"]);
}

#[test]
fn programs_of_a_part_are_no_source_of_the_program() {
    let part =
        "[package]\nname = \"kinds\"\nversion = \"0.1.0\"\n[[bin]]\nname = \"bundle\"\npath = \"src/bin/bundle.rs\"\n";
    let files = |library: &'static str| {
        made(&[
            ("Cargo.toml", "[workspace]\nmembers = [\"shop\", \"kinds\"]\n"),
            ("shop/Cargo.toml", &*with("axum = \"0.8\"\nkinds = { path = \"../kinds\" }")),
            ("shop/src/main.rs", "fn main() { TcpListener::bind(\"0.0.0.0:4100\") }\n"),
            ("kinds/Cargo.toml", part),
            ("kinds/src/lib.rs", library),
            ("kinds/src/bin/bundle.rs", "fn main() { std::fs::create_dir_all(\"bindings\") }\n"),
        ])
    };
    let ran = files("");
    has(&ran, &["--package shop --bin shop"]);
    assert!(!ran.stdout.contains("bindings"), "{}", ran.stdout);
    has(&files("pub fn run() { std::fs::create_dir_all(\"exports\") }\n"), &["/app/exports"]);
}

#[test]
fn a_stylesheet_that_a_tool_makes_of_the_pages_is_made_in_the_build() {
    let package = |script: &str| {
        format!("{{ \"scripts\": {{ \"css\": \"{script}\" }}, \"devDependencies\": {{ \"tailwindcss\": \"3\" }} }}\n")
    };
    let files = |script: &str, more: &'static [(&'static str, &'static str)]| {
        let package = package(script);
        let cargo = with("axum = \"0.8\"");
        let own = [
            ("Cargo.toml", &*cargo),
            ("src/main.rs", "fn main() { ServeDir::new(\"assets\") }\n"),
            ("assets/logo.svg", "x"),
            ("style/package.json", &*package),
            ("style/package-lock.json", "{}\n"),
        ];
        made(&own.into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
    };
    let script = "npx tailwindcss -i base.css -o ../assets/css/site.css --minify";
    has(
        &files(script, &[]),
        &[
            "WORKDIR /build/style\nCOPY style/package.json style/package-lock.json ./\n",
            "COPY . /build/\nRUN npm run css\n",
            "COPY --from=front-end /build/assets/css/site.css /build/assets/css/site.css\n",
            "COPY --from=build /build/assets /app/assets\n",
        ],
    );
    let lacks = |ran: &Ran| assert!(!ran.stdout.contains("front-end"), "{}", ran.stdout);
    lacks(&files(script, &[("assets/css/site.css", "x")]));
    lacks(&files(&format!("{script} --watch"), &[]));
    lacks(&files(&script.replace("../assets", "../other"), &[]));
    lacks(&files(&script.replace("tailwindcss", "mytool"), &[]));
}

#[test]
fn a_bundle_that_version_control_leaves_out_is_made_in_the_build() {
    let files = |settings: &str, more: &[(&'static str, &'static str)]| {
        let cargo = with("actix-web = \"4\"");
        let own = [
            ("Cargo.toml", &*cargo),
            ("src/main.rs", "fn main() { actix_files::Files::new(\"/static\", \"./static\") }\n"),
            ("static/logo.svg", "x"),
            ("package.json", r#"{"scripts": {"build": "rollup -c"}, "devDependencies": {"rollup": "4"}}"#),
            ("package-lock.json", "{}\n"),
            ("rollup.config.js", settings),
        ];
        made(&own.into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
    };
    let settings = "export default { input: 'pages/app.js', output: { file: 'static/bundle/app.js' } }\n";
    let ignored = (".gitignore", "node_modules\n/static/bundle/\n");
    has(
        &files(settings, &[ignored]),
        &["RUN npm run build\n", "COPY --from=front-end /build/static/bundle/ /build/static/bundle/\n"],
    );
    let lacks = |ran: &Ran| assert!(!ran.stdout.contains("front-end"), "{}", ran.stdout);
    lacks(&files(settings, &[(".gitignore", "node_modules\n")]));
    lacks(&files(settings, &[ignored, ("static/bundle/app.js", "x")]));
    lacks(&files(&settings.replace("static/bundle", "other/bundle"), &[(".gitignore", "/other/bundle/\n")]));
}

#[test]
fn what_stands_in_for_a_crate_and_git_itself_are_there() {
    let patched = |table: &str| {
        let scratch = Scratch::new([
            ("app/Cargo.toml", format!("[package]\nname = \"x\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{table}")),
            ("app/src/main.rs", "fn main() {}\n".to_owned()),
            ("patched/foo/Cargo.toml", "[package]\nname = \"foo\"\nversion = \"1.0.0\"\n".to_owned()),
            ("patched/foo/src/lib.rs", String::new()),
        ]);
        scratch.run(&["init", "--yes", "--json", "app"]).json()["build_context"].as_str().unwrap().to_owned()
    };
    assert_ne!(
        patched("[patch.crates-io]\nfoo = { path = \"../patched/foo\" }\n"),
        patched("[dependencies]\nfoo = \"1\"\n"),
        "the folder above has both"
    );
    let has_git = |setting: &str| {
        let scratch = Scratch::new([
            ("Cargo.toml", "[package]\nname = \"x\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
            ("src/main.rs", "fn main() {}\n"),
            (".cargo/config.toml", setting),
        ]);
        scratch.init(".", &[]).unwrap().0.contains(" git ")
    };
    assert!(has_git("[net]\ngit-fetch-with-cli = true\n"));
    assert!(!has_git("[net]\ngit-fetch-with-cli = false\n"));
}

#[test]
fn an_option_that_a_variable_may_give_is_needed() {
    let says = |field: &str| {
        let manifest = "[package]\nname = \"x\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nclap = { version = \"4\", features = [\"derive\", \"env\"] }\n";
        let main = format!(
            "use clap::Parser;\n#[derive(Parser)]\nstruct Arguments {{ {field} }}\nfn main() {{ let a = Arguments::parse(); std::net::TcpListener::bind(\"0.0.0.0:8080\").unwrap(); }}\n"
        );
        let scratch = Scratch::new([("Cargo.toml", manifest), ("src/main.rs", main.as_str())]);
        scratch.init(".", &[]).unwrap().1.contains("API_KEY")
    };
    assert!(says("#[arg(long, env = \"API_KEY\")] key: String"));
    assert!(!says("#[arg(long, env = \"API_KEY\")] key: Option<String>"), "it may stay away");
    assert!(!says("#[arg(long, env = \"API_KEY\", default_value = \"x\")] key: String"));
}

#[test]
fn a_file_of_variables_is_named_by_its_path() {
    let of = |read: &str| {
        let source =
            format!("fn main() {{\n    {read};\n    let listener = TcpListener::bind(\"0.0.0.0:7000\");\n}}\n");
        made(&[
            ("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
            ("src/main.rs", &source),
        ])
    };
    for read in [
        "dotenvy::from_path(\"conf/.env\").expect(\"none\")",
        "dotenvy::from_filename(\"./conf/.env\")\n        .unwrap()",
        "dotenvy::from_filename(\"./conf/.env\").ok().expect(\"none\")",
    ] {
        let ran = of(read);
        has(&ran, &["RUN install -D /dev/null /written/app/conf/.env\n", "/written/app/conf/.env /app/conf/.env\n"]);
        assert!(ran.stderr.contains("ends unless there is a file `conf/.env`"), "{}", ran.stderr);
    }
    for read in ["dotenvy::from_path(\"conf/.env\").ok()", "settings::from_path(\"conf/.env\").unwrap()"] {
        assert!(!of(read).stderr.contains("ends unless"), "{read}");
    }
}

#[test]
fn a_build_that_downloads_has_what_it_downloads_with() {
    let of = |dependency: &str| {
        let manifest = format!(
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{dependency}\n"
        );
        made(&[("Cargo.toml", &manifest), ("src/main.rs", "fn main() {}\n")])
    };
    let downloads = of("utoipa-swagger-ui = \"9\"");
    has(&downloads, &["install --yes --no-install-recommends curl \\\n"]);
    assert!(downloads.stderr.contains("downloads Swagger UI"), "{}", downloads.stderr);
    let carried = of("utoipa-swagger-ui = { version = \"9\", features = [\"vendored\"] }");
    assert!(!carried.stdout.contains("curl") && !carried.stderr.contains("downloads"), "{}", carried.stdout);
}

#[test]
fn arguments_that_a_server_ends_without_are_said() {
    let of = |field: &str| {
        let source = format!(
            "#[derive(clap::Parser)]\nstruct Options {{ {field} }}\nfn main() {{\n    let options = Options::parse();\n    let listener = TcpListener::bind(\"0.0.0.0:7000\");\n}}\n"
        );
        let manifest =
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nclap = \"4\"\n";
        made(&[("Cargo.toml", manifest), ("src/main.rs", &source)]).stderr
    };
    let said = of("#[arg(long)] config: String");
    assert!(said.contains("needs arguments that nothing gives it: `--config` (src/main.rs:2)"), "{said}");
    for field in ["#[arg(long, default_value = \"x\")] config: String", "#[arg(long)] config: Option<String>"] {
        assert!(!of(field).contains("needs arguments"), "{field}");
    }
}

#[test]
fn a_program_that_nobody_touched_since_cargo_made_it_is_not_the_one_that_is_meant() {
    let hello = "fn main() {\n    println!(\"Hello, world!\");\n}\n";
    let server = "fn main() {\n    let listener = TcpListener::bind(\"0.0.0.0:7000\");\n}\n";
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    let manifest = format!("{}[[bin]]\nname = \"server\"\npath = \"src/server.rs\"\n", package("shop"));
    let of = |main: &str| made(&[("Cargo.toml", &manifest), ("src/main.rs", main), ("src/server.rs", server)]);
    has(&of(hello), &["/release/server", "EXPOSE 7000"]);
    has(&of(&hello.replace("Hello, world", "Good day")), &["/release/shop"]);
    let root = format!("{}[workspace]\nmembers = [\"till\"]\n", package("shop"));
    let till = package("till");
    let files = [("Cargo.toml", root.as_str()), ("src/main.rs", hello), ("till/Cargo.toml", &till)];
    has(&made(&[files[0], files[1], files[2], ("till/src/main.rs", server)]), &["/release/till", "EXPOSE 7000"]);
    has(&made(&[("Cargo.toml", &package("shop")), files[1]]), &["/release/shop"]);
}

#[test]
fn what_a_build_script_names_above_its_package_comes_along() {
    let manifest = "[package]\nname = \"chat\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let of = |named: &str| {
        let script = format!("fn main() {{\n    tonic_build::compile_protos(\"{named}\").unwrap();\n}}\n");
        let scratch = Scratch::new([
            ("server/Cargo.toml", manifest),
            ("server/build.rs", &script),
            ("server/src/main.rs", "fn main() { serve(); }\n"),
            ("protos/chat.proto", "syntax = \"proto3\";\n"),
        ]);
        scratch.run(&["init", "server", "--print"]).stdout
    };
    assert!(of("../protos/chat.proto").contains("--file server/Dockerfile ."), "{}", of("../protos/chat.proto"));
    assert!(!of("../absent/chat.proto").contains("--file server/Dockerfile ."));
}
