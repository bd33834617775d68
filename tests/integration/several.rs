//! Several applications in one repository or folder: each gets files of its own, and what holds them together.

use serde_json::Value;

use crate::scratch::{Scratch, go_program, node_server};

/// A module of Go with two servers and a sample.
fn commands() -> Scratch {
    let server = |port: u16| {
        format!("package main\n\nimport \"net/http\"\n\nfunc main() {{ http.ListenAndServe(\":{port}\", nil) }}\n")
    };
    Scratch::new([
        ("go.mod", "module example.org/shop\n\ngo 1.26\n".to_owned()),
        ("cmd/api/main.go", server(8080)),
        ("cmd/worker/main.go", server(9090)),
        ("examples/demo/main.go", server(7070)),
    ])
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

#[test]
fn every_program_of_a_folder_gets_a_dockerfile_of_its_own_name() {
    let scratch = commands();
    let ran = scratch.run(&["init", "--yes", "--all"]);
    ran.ends(0, &["wrote Dockerfile.api", "wrote Dockerfile.worker", "wrote docker-bake.hcl", "docker buildx bake"]);
    assert!(scratch.read("Dockerfile.api").contains("EXPOSE 8080"));
    assert!(scratch.read("Dockerfile.worker").contains("EXPOSE 9090"));
    assert!(!scratch.path().join("Dockerfile").exists() && !scratch.path().join("Dockerfile.demo").exists());
    assert!(scratch.path().join("Dockerfile.worker.dockerignore").is_file());
    let bake = scratch.read("docker-bake.hcl");
    assert!(
        bake.contains(r#"targets = ["api", "worker"]"#) && bake.contains(r#"dockerfile = "Dockerfile.api""#),
        "{bake}"
    );
    scratch.run(&["init", "--all", "--check"]).ends(0, &[]);
    scratch.run(&["init", "--yes", "--all"]).ends(0, &["unchanged Dockerfile.api", "unchanged docker-bake.hcl"]);
}

#[test]
fn a_tool_is_not_started_again_when_it_ends() {
    let scratch = commands();
    let tool = "package main\n\nimport (\"fmt\"; \"os\")\n\nfunc main() { fmt.Println(os.Args[1]) }\n";
    scratch.file("cmd/greet/main.go", tool);
    scratch.run(&["init", "--yes", "--all", "--compose"]).ends(0, &[]);
    let services = yaml(&scratch.read("compose.yaml"))["services"].clone();
    assert_eq!(services["api"]["restart"], "unless-stopped");
    assert!(services["greet"].is_object() && services["greet"].get("restart").is_none(), "{services:#}");
}

#[test]
fn programs_of_a_folder_share_neither_answers_nor_records() {
    let scratch = commands();
    scratch.file("dockgen.toml", "version = \"1.26\"\n\n# behind the load balancer\n[programs.worker]\nport = 9999\n");
    scratch.run(&["init", "--yes", "--all"]).ends(0, &[]);
    assert!(scratch.read("Dockerfile.api").contains("EXPOSE 8080"));
    assert!(scratch.read("Dockerfile.worker").contains("EXPOSE 9999"));
    // an update renews both, each with its own answers, without being told that there are two
    scratch.file("cmd/api/main.go", scratch_server(8081));
    scratch.file("Dockerfile.worker", format!("{}LABEL team=shop\n", scratch.read("Dockerfile.worker")));
    scratch.run(&["init", "--check"]).ends(1, &["`Dockerfile.api` is out of date"]);
    scratch.run(&["update"]).ends(0, &["renewed Dockerfile.api", "unchanged Dockerfile.worker"]);
    assert!(scratch.read("Dockerfile.api").contains("EXPOSE 8081"));
    assert!(scratch.read("Dockerfile.worker").ends_with("LABEL team=shop\n"));
    assert!(!scratch.path().join("Dockerfile").exists());
    // an answer that is given for one is kept for that one
    let ran = scratch.run(&["init", "--yes", "--binary", "api", "--output", "Dockerfile.api", "--port", "7000"]);
    ran.ends(0, &["renewed Dockerfile.api", "kept the answers in dockgen.toml"]);
    let kept = scratch.read("dockgen.toml");
    assert!(kept.contains("# behind the load balancer\n[programs.worker]\nport = 9999\n"), "{kept}");
    assert!(kept.contains("[programs.api]\n") && kept.contains("port = 7000\n"), "{kept}");
    scratch.run(&["init", "--all", "--check"]).ends(0, &[]);
}

fn scratch_server(port: u16) -> String {
    format!("package main\n\nimport \"net/http\"\n\nfunc main() {{ http.ListenAndServe(\":{port}\", nil) }}\n")
}

#[test]
fn a_table_for_a_program_that_there_is_not_is_refused_at_its_line() {
    let scratch = commands();
    scratch.file("dockgen.toml", "[programs.wroker]\nport = 9999\n");
    scratch.run(&["init", "--yes", "--all"]).ends(2, &["dockgen.toml:1", "no program `wroker`", "api, worker"]);
    scratch.file("dockgen.toml", "[programs.worker]\nprot = 9999\n");
    scratch.run(&["init", "--yes", "--all"]).ends(2, &["dockgen.toml:2", "`prot` is no question", "is `port` meant?"]);
    scratch.file("dockgen.toml", "[programs]\nworker = 1\n");
    scratch.run(&["init", "--yes", "--all"]).ends(2, &["dockgen.toml:2", "a table of answers"]);
    assert!(!scratch.path().join("Dockerfile.worker").exists());
}

#[test]
fn two_languages_of_a_folder_are_two_images() {
    let scratch = go_program();
    scratch.file("package.json", r#"{ "name": "other", "scripts": { "start": "node server.js" } }"#);
    scratch.file("server.js", "require('http').createServer().listen(3000)");
    scratch.run(&["init", "--yes", "--all"]).ends(0, &["wrote Dockerfile.hello", "wrote Dockerfile.other"]);
    assert!(scratch.read("Dockerfile.other").contains("FROM node:"));
    assert!(scratch.read("Dockerfile.hello").contains("golang"));
    scratch.run(&["update", "--all"]).ends(0, &["unchanged Dockerfile.hello", "unchanged Dockerfile.other"]);
}

/// Servers of Node.js on one port, by their folders and names.
fn servers(servers: [(&str, &str); 2]) -> Scratch {
    let scratch = Scratch::new::<&str, &str>([]);
    for (folder, name) in servers {
        let manifest = format!(r#"{{ "name": "{name}", "scripts": {{ "start": "node b.js" }} }}"#);
        scratch.file(format!("{folder}/package.json"), manifest);
        scratch.file(format!("{folder}/b.js"), "require('http').createServer().listen(3000)");
    }
    scratch
}

#[test]
fn applications_of_one_name_stay_apart() {
    let scratch = servers([("a", "web"), ("b", "web")]);
    scratch.run(&["init", "--yes", "--all", "--compose"]).ends(0, &["wrote a/Dockerfile", "wrote b/Dockerfile"]);
    let compose = yaml(&scratch.read("compose.yaml"));
    assert_eq!(compose["services"]["web"]["ports"][0], "3000:3000");
    assert_eq!(compose["services"]["web-2"]["ports"][0], "3001:3000", "one port of the machine each");
    assert_eq!(compose["services"]["web-2"]["build"]["context"], "b");
    assert!(scratch.read("docker-bake.hcl").contains(r#"targets = ["web", "web-2"]"#));
}

#[test]
fn a_compose_file_has_ports_volumes_services_and_passwords_as_files() {
    let scratch = node_server();
    let source = "\
const { Pool } = require('pg')
const pool = new Pool({ connectionString: process.env.DATABASE_URL })
const redis = require('ioredis').createClient(process.env.REDIS_URL || 'redis://localhost:6379')
if (!process.env.SESSION_SECRET) throw new Error('SESSION_SECRET')
const level = process.env.LOG_LEVEL
require('fs').writeFileSync('data/x', '')
require('http').createServer().listen(process.env.PORT || 4000)
";
    scratch.file("server.js", source);
    scratch.file("package.json", r#"{ "name": "shop", "scripts": { "start": "node server.js" }, "dependencies": { "pg": "8", "ioredis": "5" } }"#);
    let ran = scratch.run(&["init", "--yes", "--compose"]);
    ran.ends(0, &["wrote compose.yaml", "docker compose up --build", "secrets/postgres-password", "SESSION_SECRET"]);
    let text = scratch.read("compose.yaml");
    let compose = yaml(&text);
    let shop = &compose["services"]["shop"];
    assert_eq!((&shop["ports"][0], &shop["build"]["context"]), (&"4000:4000".into(), &".".into()), "{text}");
    assert_eq!(shop["depends_on"]["postgres"]["condition"], "service_healthy");
    assert_eq!(shop["environment"]["REDIS_URL"], "redis://redis:6379");
    assert_eq!(shop["environment"]["LOG_LEVEL"], Value::Null, "passed on where it is set");
    let required = |name: &str| shop["environment"][name].as_str().unwrap().starts_with(&format!("${{{name}:?"));
    assert!(required("DATABASE_URL") && required("SESSION_SECRET"), "{text}");
    assert_eq!(shop["volumes"][0], "shop-data:/app/data");
    let postgres = &compose["services"]["postgres"];
    assert_eq!(postgres["environment"]["POSTGRES_PASSWORD_FILE"], "/run/secrets/postgres-password");
    assert_eq!(postgres["secrets"][0], "postgres-password");
    assert_eq!(compose["secrets"]["postgres-password"]["file"], "./secrets/postgres-password");
    assert!(postgres["healthcheck"]["test"][1].as_str().unwrap().starts_with("pg_isready"));
    assert!(compose["volumes"].as_object().unwrap().contains_key("postgres-data"), "{text}");
    scratch.run(&["init", "--check"]).ends(0, &[]);
    // what people add to it survives
    scratch.file(
        "compose.yaml",
        text.replace(
            "    restart: unless-stopped\n\n  postgres:",
            "    restart: unless-stopped\n    mem_limit: 1g\n\n  postgres:",
        ),
    );
    scratch.file("server.js", source.replace("4000", "4100"));
    scratch.run(&["init", "--check"]).ends(1, &["`compose.yaml`"]);
    scratch.run(&["update"]).ends(0, &["merged compose.yaml"]);
    let merged = scratch.read("compose.yaml");
    assert!(merged.contains("mem_limit: 1g") && merged.contains("4100:4100"), "{merged}");
}

#[test]
fn a_driver_of_java_is_told_its_database_by_address_user_and_password() {
    let composed = |dependency: &str, settings: &str| {
        let pom = format!(
            "<project><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId>\
             <version>3.5.6</version></parent><groupId>a</groupId><artifactId>shop</artifactId><version>1</version>\
             <dependencies><dependency><groupId>org.springframework.boot</groupId>\
             <artifactId>spring-boot-starter-data-jpa</artifactId></dependency>{dependency}</dependencies><build><plugins>\
             <plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin>\
             </plugins></build></project>"
        );
        let source = "package a;\nimport org.springframework.boot.autoconfigure.SpringBootApplication;\n@SpringBootApplication\n\
            class Shop {\n  @Bean Object key(@Value(\"${KEY_PATH}\") String path, @Value(\"${LIFE:60}\") String life) { return path; }\n\
            \x20 public static void main(String[] a) { SpringApplication.run(Shop.class, a); }\n}\n";
        let scratch = Scratch::new([
            ("pom.xml", &*pom),
            ("src/main/java/a/Shop.java", source),
            ("src/main/resources/application.properties", settings),
        ]);
        scratch.run(&["init", "--yes", "--compose"]).ends(0, &["wrote compose.yaml"]);
        yaml(&scratch.read("compose.yaml"))["services"].clone()
    };
    let driver = |scope: &str| {
        format!(
            "<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><scope>{scope}</scope></dependency>"
        )
    };
    let local = "spring.datasource.url=jdbc:postgresql://localhost:5432/shop\nspring.datasource.username=me\n";
    for settings in ["", local] {
        let services = composed(&driver("runtime"), settings);
        assert!(services["postgres"].is_object(), "{services}");
        let told = &services["shop"]["environment"];
        assert_eq!(told["SPRING_DATASOURCE_URL"], "jdbc:postgresql://postgres:5432/app");
        assert_eq!(told["SPRING_DATASOURCE_USERNAME"], "app");
        assert!(told["SPRING_DATASOURCE_PASSWORD"].as_str().unwrap().contains("secrets/postgres-password"), "{told}");
        assert!(told["KEY_PATH"].as_str().unwrap().contains("KEY_PATH is not set"), "{told}");
        assert!(told.get("LIFE").is_none(), "it has a default: {told}");
    }
    let services = composed(&driver("test"), "");
    assert!(services["postgres"].is_null(), "only tests have the driver: {services}");
}

#[test]
fn a_service_has_the_name_by_which_the_source_reaches_it() {
    let aliases = |address: &str| {
        let scratch = node_server();
        scratch.file(
            "server.js",
            format!("require('pg')\nconnect('{address}')\nrequire('http').createServer().listen(4000)\n"),
        );
        scratch.file(
            "package.json",
            r#"{ "name": "shop", "scripts": { "start": "node server.js" }, "dependencies": { "pg": "8" } }"#,
        );
        scratch.run(&["init", "--yes", "--compose"]).ends(0, &["wrote compose.yaml"]);
        yaml(&scratch.read("compose.yaml"))["services"]["postgres"]["networks"]["default"]["aliases"].clone()
    };
    assert_eq!(aliases("postgres://app:secret@db:5432/shop")[0], "db");
    assert_eq!(aliases("postgres://postgres:5432/shop"), Value::Null, "it is called so");
    assert_eq!(aliases("postgres://shop:5432/shop"), Value::Null, "that is the application");
    assert_eq!(aliases("postgres://db.example.org/shop"), Value::Null);
}

#[test]
fn a_compose_file_of_somebody_else_is_kept() {
    let scratch = node_server();
    scratch.file("docker-compose.yml", "services: {}\n");
    scratch.run(&["init", "--yes", "--compose"]).ends(2, &["`docker-compose.yml` is there", "rename it"]);
    std::fs::rename(scratch.path().join("docker-compose.yml"), scratch.path().join("compose.yaml")).unwrap();
    scratch.run(&["init", "--yes", "--compose"]).ends(3, &["would overwrite `compose.yaml`"]);
    assert_eq!(scratch.read("compose.yaml"), "services: {}\n");
    scratch.run(&["init", "--yes", "--compose", "--force"]).ends(0, &["replaced compose.yaml"]);
    assert_eq!(scratch.read("compose.yaml.orig"), "services: {}\n", "there is a way back");
}

#[test]
fn names_of_a_repository_are_text_in_what_holds_images_together() {
    let scratch = servers([("a${x}", "a"), ("b: c", "b")]);
    scratch.run(&["init", "--yes", "--all", "--compose"]).ends(0, &[]);
    let compose = yaml(&scratch.read("compose.yaml"));
    assert_eq!(compose["services"]["a"]["build"]["context"], "a$${x}");
    assert_eq!(compose["services"]["b"]["build"]["context"], "b: c");
    assert!(scratch.read("docker-bake.hcl").contains(r#"context    = "a$${x}""#));
}

#[test]
fn json_lists_what_holds_them_together() {
    let scratch = commands();
    let object = scratch.run(&["init", "--all", "--compose", "--dry-run", "--json"]).json();
    let paths: Vec<&str> =
        object["shared_files"].as_array().unwrap().iter().filter_map(|file| file["path"].as_str()).collect();
    assert_eq!(paths, ["docker-bake.hcl", "compose.yaml"]);
    let names: Vec<&str> =
        object["applications"].as_array().unwrap().iter().filter_map(|it| it["app"]["name"].as_str()).collect();
    assert_eq!(names, ["api", "worker"]);
    assert_eq!(scratch.names(), ["cmd", "examples", "go.mod"]);
}

#[test]
fn detect_draws_a_map_of_the_repository() {
    let scratch = Scratch::new([
        ("services/api/go.mod", "module example.org/api\n\ngo 1.26\n"),
        ("services/api/main.go", "package main\n\nfunc main() {}\n"),
        ("web/package.json", r#"{ "name": "web", "scripts": { "start": "node b.js" } }"#),
        ("web/b.js", "require('http').createServer().listen(2345)"),
    ]);
    let ran = scratch.run(&["detect"]);
    ran.prints(0, &[".\n├── services/api  api  ", "\n└── web           web  "]);
}

#[test]
fn detect_says_what_it_saw_where_nothing_starts() {
    Scratch::new([("", ""); 0]).run(&["detect"]).ends(2, &["found no application", "the folder is empty"]);
    let scratch = Scratch::new([("README.md", "x")]);
    scratch.run(&["detect"]).ends(2, &["seen: one file, and no source"]);
    scratch.file("lib/a.rs", "pub fn a() {}\n");
    scratch.file("lib/b.rs", "pub fn b() {}\n");
    scratch.run(&["init", "--yes"]).ends(2, &["2 files of Rust (`lib/a.rs` is the first)", "nothing that starts it"]);
    let object = scratch.run(&["detect", "--json"]).json();
    assert!(object["error"]["message"].as_str().unwrap().contains("2 files of Rust"), "{object}");
}

#[test]
fn a_source_that_can_not_be_read_is_named() {
    let scratch = Scratch::new([("requirements.txt", "flask\n")]);
    // too large to be read, and takes no room on the disk
    let file = std::fs::File::create(scratch.path().join("app.py")).unwrap();
    file.set_len(1 << 33).unwrap();
    scratch.run(&["detect"]).ends(2, &["`app.py` could not be read"]);
}

#[test]
fn a_home_folder_is_not_walked_through_unasked() {
    let scratch = Scratch::new([("projects/a/main.go", "package main\n\nfunc main() {}\n")]);
    std::fs::remove_dir(scratch.path().join(".git")).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dockgen"));
        command.args(arguments).env("HOME", scratch.path()).current_dir(scratch.path());
        crate::scratch::Ran::from(command.stdin(std::process::Stdio::null()).output().unwrap())
    };
    run(&["detect"]).ends(2, &["is your home folder", "name it"]);
    run(&["init", "--yes"]).ends(2, &["is your home folder"]);
    run(&["detect", "projects/a"]).ends(0, &[]);
    scratch.file("go.mod", "module example.org/a\n\ngo 1.26\n");
    run(&["detect"]).ends(0, &[]);
}

#[test]
fn a_script_that_migrates_before_it_starts_the_program_is_said() {
    let of = |path: &str, script: &str| {
        let scratch = crate::scratch::Scratch::new([
            ("requirements.txt", "fastapi\nuvicorn\n"),
            ("main.py", "from fastapi import FastAPI\napp = FastAPI()\n"),
            (path, script),
        ]);
        scratch.run(&["init", "--yes", "--dry-run"]).stderr
    };
    let script = "#!/bin/sh\nset -e\n# alembic upgrade head\nalembic upgrade head\nexec uvicorn main:app\n";
    let said = of("scripts/entrypoint.sh", script);
    let message = "a script runs `alembic upgrade head` before it starts the program; the image does not";
    assert!(said.contains(message) && said.contains("scripts/entrypoint.sh:4"), "{said}");
    assert!(!of("scripts/seed.sh", script).contains("before it starts"), "another script");
    assert!(!of("entrypoint.sh", "echo alembic upgrade head\nexec uvicorn main:app\n").contains("before it starts"));
}

#[test]
fn migrations_that_nothing_runs_at_the_start_are_said_in_every_language() {
    let said = |files: &[(&str, &str)]| {
        let scratch = Scratch::new(files.iter().copied());
        scratch.run(&["init", "--yes", "--dry-run"]).stderr
    };
    let message = |command: &str| format!("its database gets its tables by `{command}`, which is not run at start");
    let package = |start: &str| {
        format!(
            "{{\"name\": \"shop\", \"scripts\": {{\"start\": \"{start}\"}}, \"dependencies\": {{\"@prisma/client\": \"6\"}}}}"
        )
    };
    let prisma = ("prisma/migrations/1_init/migration.sql", "create table shop (id int);\n");
    let server = ("server.js", "require('http').createServer().listen(3000);\n");
    let node = |start: &str| said(&[("package.json", &package(start)), server, prisma]);
    assert!(node("node server.js").contains(&message("prisma migrate deploy")), "{}", node("node server.js"));
    let told = node("prisma migrate deploy && node server.js");
    assert!(told.contains("the start script runs `prisma migrate deploy` first"), "{told}");
    assert!(!told.contains("its database gets"), "{told}");

    let go = |code: &str| {
        let main = format!(
            "package main\n\nimport (\n\t\"database/sql\"\n\t\"net/http\"\n\n\t_ \"github.com/lib/pq\"\n)\n\nfunc main() {{\n\tdb, _ := sql.Open(\"postgres\", \"\")\n\t{code}\n\thttp.ListenAndServe(\":8080\", nil)\n}}\n"
        );
        let module = "module example.org/shop\n\ngo 1.26\n\nrequire github.com/lib/pq v1.10.9\n";
        said(&[("go.mod", module), ("main.go", &main), ("db/1_shop.sql", "-- +goose Up\n")])
    };
    assert!(go("_ = db").contains(&message("goose -dir db up")), "{}", go("_ = db"));
    assert!(!go("goose.Up(db, \"db\")").contains("its database gets"));

    let rust = |code: &str| {
        let cargo = "[package]\nname = \"shop\"\nedition = \"2024\"\n[dependencies]\naxum = \"0.8\"\ndiesel = \"2\"\n";
        let main = format!("fn main() {{\n    {code}\n    axum::serve(TcpListener::bind(\"0.0.0.0:80\"), app);\n}}\n");
        said(&[("Cargo.toml", cargo), ("src/main.rs", &main), ("migrations/2026-01-01_shop/up.sql", "")])
    };
    assert!(rust("").contains(&message("diesel migration run")), "{}", rust(""));
    assert!(!rust("connection.run_pending_migrations(MIGRATIONS);").contains("its database gets"));

    let python = |script: &str| {
        let program = ("main.py", "from fastapi import FastAPI\napp = FastAPI()\n");
        let requirements = ("requirements.txt", "fastapi\nuvicorn\nalembic\n");
        let version = ("migrations/versions/a1_shop.py", "");
        said(&[requirements, program, version, ("alembic.ini", "[alembic]\n"), ("start.sh", script)])
    };
    let told = python("exec uvicorn main:app\n");
    assert!(told.contains(&message("alembic upgrade head")), "{told}");
    assert!(told.contains("`docker run --rm IMAGE -m alembic upgrade head`"), "{told}");
    let told = python("alembic upgrade head\nexec uvicorn main:app\n");
    assert!(told.contains("a script runs `alembic upgrade head`") && !told.contains("its database gets"), "{told}");
}

#[test]
fn what_is_said_of_a_release_is_said_once() {
    let said = |files: &[(&str, &str)]| {
        let scratch = Scratch::new(files.iter().copied());
        scratch.run(&["init", "--yes", "--dry-run"]).stderr
    };
    let python = |procfile: &str, requirements: &str, code: &str| {
        let program = format!("from flask import Flask\napp = Flask(__name__)\n{code}");
        let version = ("migrations/versions/a1_shop.py", "");
        let requirements = ("requirements.txt", requirements);
        said(&[requirements, ("app.py", &program), version, ("alembic.ini", "[alembic]\n"), ("Procfile", procfile)])
    };
    let packages = "flask\ngunicorn\nalembic\n";
    let told = python("web: gunicorn app:app\nrelease: python upgrade.py\n", packages, "");
    assert!(told.contains("is to be run at each release") && !told.contains("its database gets"), "{told}");
    let command = "import click\n\n@click.command('init-db')\ndef init():\n    pass\n\napp.cli.add_command(init)\n";
    let told = python("web: gunicorn app:app\n", packages, command);
    assert!(told.contains("`flask init-db`") && !told.contains("its database gets"), "{told}");
    let told = python("web: gunicorn app:app\n", packages, "");
    assert!(told.contains("its database gets"), "{told}");

    let go = |other: &str| {
        let main = "package main\n\nimport (\n\t\"database/sql\"\n\t\"net/http\"\n)\n\nfunc main() {\n\tsql.Open(\"postgres\", \"\")\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
        let path = format!("cmd/{other}/main.go");
        let module = ("go.mod", "module example.org/shop\n\ngo 1.26\n");
        let files = [module, ("cmd/shop/main.go", main), (&path, "package main\n\nfunc main() { work() }\n")];
        said(&[files[0], files[1], files[2], ("db/1_shop.sql", "-- +goose Up\n")])
    };
    let told = go("migrations");
    assert!(told.contains("does not hold `migrations`") && !told.contains("its database gets"), "{told}");
    let told = go("worker");
    assert!(told.contains("does not hold `worker`") && told.contains("its database gets"), "{told}");
}

#[test]
fn a_database_that_no_volume_holds_is_said_in_every_language() {
    let said = |files: &[(&str, &str)]| {
        let scratch = Scratch::new(files.iter().copied());
        scratch.run(&["init", "--yes", "--dry-run"]).stderr
    };
    let lost =
        |name: &str| format!("it keeps its database in `{name}`, which no volume holds: it is lost with the container");

    let node = |path: &str| {
        let server = format!(
            "const Database = require('better-sqlite3');\nconst db = new Database({path});\nrequire('http').createServer().listen(3000);\n"
        );
        let package =
            "{\"scripts\": {\"start\": \"node server.js\"}, \"dependencies\": {\"better-sqlite3\": \"12.0.0\"}}";
        said(&[("package.json", package), ("server.js", &server)])
    };
    let told = node("process.env.DB_PATH || 'shop.db'");
    assert!(told.contains(&lost("shop.db")) && told.contains("let `DB_PATH` say a place in it"), "{told}");
    let told = node("'data/shop.db'");
    assert!(told.contains("the application writes `data`") && !told.contains("is lost"), "{told}");
    assert!(!node("':memory:'").contains("is lost"));

    let rust = |path: &str| {
        let cargo =
            "[package]\nname = \"shop\"\nedition = \"2024\"\n[dependencies]\naxum = \"0.8\"\nrusqlite = \"0.37\"\n";
        let main = format!(
            "fn main() {{\n    let database = Connection::open(\"{path}\");\n    axum::serve(TcpListener::bind(\"0.0.0.0:80\"), app);\n}}\n"
        );
        said(&[("Cargo.toml", cargo), ("src/main.rs", &main)])
    };
    let told = rust("shop.db3");
    assert!(told.contains(&lost("shop.db3")) && told.contains("a folder of its own"), "{told}");
    assert!(!rust("data/shop.db3").contains("is lost"));

    let python = |path: &str| {
        let main = format!(
            "import sqlite3\nfrom fastapi import FastAPI\napp = FastAPI()\nconnection = sqlite3.connect('{path}')\n"
        );
        let script = ("seed.py", "import sqlite3\nsqlite3.connect('seed.db')\n");
        said(&[("requirements.txt", "fastapi\nuvicorn\n"), ("main.py", &main), script])
    };
    let told = python("shop.db");
    assert!(told.contains(&lost("shop.db")), "{told}");
    let told = python("/data/shop.db");
    assert!(!told.contains("is lost"), "what the program does not import is not started: {told}");

    let go = "package main\n\nimport (\n\t\"database/sql\"\n\t\"net/http\"\n)\n\nfunc main() {\n\tsql.Open(\"sqlite3\", \"shop.db\")\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
    let told = said(&[("go.mod", "module example.org/shop\n"), ("main.go", go)]);
    assert!(told.contains("it writes `shop.db` into its working folder") && !told.contains("is lost"), "once: {told}");

    let java = |settings: &str| {
        let pom = "<project>\n<modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>shop</artifactId><version>1</version>\n\
                   <parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.5.0</version></parent>\n\
                   <dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies>\n\
                   <build><plugins><plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>\n</project>\n";
        let main = "@SpringBootApplication\nclass Shop { public static void main(String[] a) { SpringApplication.run(Shop.class, a); } }\n";
        let settings = ("src/main/resources/application.properties", settings);
        said(&[("pom.xml", pom), ("src/main/java/Shop.java", main), settings])
    };
    let told = java("spring.datasource.url=jdbc:h2:file:./shop\n");
    assert!(told.contains(&lost("shop.mv.db")) && told.contains("let `SPRING_DATASOURCE_URL` say"), "{told}");
    assert!(!java("spring.datasource.url=jdbc:h2:mem:shop\n").contains("is lost"));
}
