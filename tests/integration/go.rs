//! Go: what repositories that are no example make of it.

use crate::scratch::Scratch;

const HELLO: &str = "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n";

/// A repository with these files.
const SERVER: &str = "package main\n\nimport \"net/http\"\n\nfunc main() {\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";

fn repository(files: &[(&str, &str)]) -> Scratch {
    Scratch::new(files.iter().copied())
}

fn made(files: &[(&str, &str)]) -> (String, String) {
    repository(files).init("", &[]).unwrap()
}

fn refused(files: &[(&str, &str)]) -> String {
    repository(files).init("", &[]).unwrap_err()
}

fn server(address: &str) -> String {
    format!("package main\n\nimport \"net/http\"\n\nfunc main() {{\n\thttp.ListenAndServe({address}, nil)\n}}\n")
}

#[test]
fn a_version_newer_than_any_image_is_an_error_with_its_line() {
    let said = refused(&[("go.mod", "module a\n\ngo 1.99\n"), ("main.go", HELLO)]);
    assert!(said.contains("no maintained image has Go 1.99") && said.contains("go.mod:3: go 1.99"), "{said}");
    let said = refused(&[("go.mod", "module a\n\ngo 1.20\ntoolchain go1.99.1\n"), ("main.go", HELLO)]);
    assert!(said.contains("go.mod:4"), "{said}");
}

#[test]
fn a_broken_go_mod_is_an_error_with_its_line() {
    let said = refused(&[("go.mod", "module a\n\nrequire (\n\tx.y/z v1\n"), ("main.go", HELLO)]);
    assert!(said.contains("the block of `require` is not closed (go.mod:4:1)"), "{said}");
}

#[test]
fn a_missing_replacement_is_an_error_with_its_line() {
    let module = "module a\n\nrequire b v0.0.0\n\nreplace b => ../b\n";
    let said = refused(&[("a/go.mod", module), ("a/main.go", HELLO)]);
    assert!(said.contains("`replace` names `../b`, where there is no go.mod") && said.contains("a/go.mod:5"), "{said}");
    let said = refused(&[("go.mod", module), ("main.go", HELLO)]);
    assert!(said.contains("outside the repository"), "{said}");
}

#[test]
fn a_replacement_beside_the_module_widens_the_context() {
    let folder = repository(&[
        ("services/a/go.mod", "module a\n\ngo 1.26\n\nrequire b v0.0.0\n\nreplace b => ../b\n"),
        ("services/a/main.go", HELLO),
        ("services/b/go.mod", "module b\n"),
        ("services/b/b.go", "package b\n"),
    ]);
    let said = folder.run(&["init", "--yes", "--json", "services/a"]).json();
    assert_eq!(said["build_context"], "..");
    assert_eq!(said["dockerfile"], "Dockerfile");
    let text = folder.read("services/a/Dockerfile");
    assert!(text.contains("WORKDIR /src/a\n"), "{text}");
}

#[test]
fn dependencies_come_before_the_source() {
    let (text, _) =
        made(&[("go.mod", "module a\n\ngo 1.26\n\nrequire x.y/z v1.0.0\n"), ("go.sum", ""), ("main.go", HELLO)]);
    let download = text.find("go mod download").unwrap();
    assert!(download < text.find("COPY . /src/").unwrap(), "{text}");
    assert!(text.contains("COPY go.mod go.sum /src/\n"), "{text}");
}

#[test]
fn a_go_sum_that_lacks_the_sum_of_a_module_is_completed_and_that_is_said() {
    let module = "module a\n\ngo 1.26\n\nrequire x.y/z v1.0.0\n";
    let of = |module: &str, sums: &str| made(&[("go.mod", module), ("go.sum", sums), ("main.go", HELLO)]);
    let manifest = "x.y/z v0.9.0 h1:a=\nx.y/z v1.0.0/go.mod h1:b=\n";
    let (text, said) = of(module, manifest);
    assert!(text.contains(" -mod=mod ") && said.contains("`go.sum` lacks the sum of `x.y/z`"), "{text}{said}");
    for (module, sums) in [
        (module, format!("{manifest}x.y/z v1.0.0 h1:c=\n")),
        (&format!("{module}replace x.y/z => w.v/u v1.0.0\n"), manifest.to_owned()),
    ] {
        let (text, said) = of(module, &sums);
        assert!(!text.contains("-mod=mod") && !said.contains("lacks the sum"), "{text}{said}");
    }
}

#[test]
fn without_go_sum_the_build_makes_one_and_says_so() {
    let (text, said) = made(&[("go.mod", "module a\n\ngo 1.26\n\nrequire x.y/z v1.0.0\n"), ("main.go", HELLO)]);
    assert!(text.contains(" -mod=mod ") && said.contains("there is no `go.sum`"), "{text}{said}");
}

#[test]
fn a_library_is_refused_and_its_samples_are_found_by_folder() {
    let files = [("go.mod", "module x.y/lib\n"), ("lib.go", "package lib\n"), ("examples/hello/main.go", HELLO)];
    assert!(refused(&files).contains("`x.y/lib` is a library"));
    let folder = repository(&files);
    let (text, _) = folder.init("examples/hello", &[]).unwrap();
    assert!(text.contains("./examples/hello\n"), "{text}");
}

#[test]
fn the_program_named_like_the_module_is_taken() {
    let files = [
        ("go.mod", "module x.y/shop/v2\n"),
        ("cmd/shop/main.go", HELLO),
        ("cmd/import/main.go", HELLO),
        ("internal/tools/gen/main.go", HELLO),
    ];
    assert!(made(&files).0.contains("-o /out/shop ./cmd/shop\n"));
    let folder = repository(&files);
    let (text, _) = folder.init("", &["--binary", "import"]).unwrap();
    assert!(text.contains("-o /out/import ./cmd/import\n"), "{text}");
}

#[test]
fn programs_that_nothing_tells_apart_are_listed() {
    let said = refused(&[("go.mod", "module x.y/shop\n"), ("cmd/one/main.go", HELLO), ("cmd/two/main.go", HELLO)]);
    assert!(said.contains("the choices are `one`, `two`"), "{said}");
}

#[test]
fn constraints_and_tests_decide_what_a_program_is() {
    let (text, _) = made(&[
        ("go.mod", "module x.y/shop\n"),
        ("shop.go", "package shop\n"),
        ("gen.go", "//go:build ignore\n\npackage main\n\nfunc main() {}\n"),
        ("cmd/windows/main_windows.go", HELLO),
        ("cmd/mage/main.go", "//go:build mage\n// +build mage\n\npackage main\n\nfunc main() {}\n"),
        ("cmd/only/main_test.go", HELLO),
        ("cmd/real/start.go", HELLO),
    ]);
    assert!(text.contains("./cmd/real\n"), "{text}");
}

#[test]
fn cgo_is_on_only_where_it_is_needed() {
    let with = |import: &str| {
        made(&[
            ("go.mod", "module a\n\nrequire x.y/z v1.0.0\n"),
            ("go.sum", ""),
            ("main.go", &format!("package main\n\nimport _ \"{import}\"\n\nfunc main() {{}}\n")),
        ])
        .0
    };
    for import in ["github.com/mattn/go-sqlite3", "gorm.io/driver/sqlite", "C"] {
        let text = with(import);
        assert!(text.contains("CGO_ENABLED=1") && text.contains("base-debian13"), "{import}: {text}");
    }
    for import in ["modernc.org/sqlite", "github.com/glebarez/sqlite", "net"] {
        let text = with(import);
        assert!(text.contains("CGO_ENABLED=0") && text.contains("static-debian13"), "{import}: {text}");
    }
    let text = with("github.com/h2non/bimg");
    assert!(text.contains("libvips-dev") && text.contains("cc-debian13") && text.contains("/libraries/"), "{text}");
    let optional = made(&[
        ("go.mod", "module a\n"),
        ("main.go", HELLO),
        ("fast.go", "//go:build cgo\n\npackage main\n\nimport \"C\"\n"),
        ("slow.go", "//go:build !cgo\n\npackage main\n"),
    ]);
    assert!(optional.0.contains("CGO_ENABLED=0"), "{}", optional.0);
}

#[test]
fn a_server_on_the_loopback_is_told_to_listen_to_others() {
    let module = ("go.mod", "module a\n");
    let flag = "package main\n\nimport (\n\t\"flag\"\n\t\"net/http\"\n)\n\nfunc main() {\n\taddr := flag.String(\"listen\", \"localhost:7000\", \"\")\n\thttp.ListenAndServe(*addr, nil)\n}\n";
    assert!(made(&[module, ("main.go", flag)]).0.contains("CMD [\"--listen=0.0.0.0:7000\"]"));
    let variable = server("getenv(\"LISTEN_ADDR\", \"127.0.0.1:7000\")");
    assert!(made(&[module, ("main.go", &variable)]).0.contains("ENV LISTEN_ADDR=0.0.0.0:7000"));
    let (text, said) = made(&[module, ("main.go", &server("\"127.0.0.1:7000\""))]);
    assert!(
        text.contains(r#" && sed -i 's|http\.ListenAndServe("127\.0\.0\.1|http.ListenAndServe("0.0.0.0|' main.go"#)
            && said.contains("loopback"),
        "{text}{said}"
    );
}

#[test]
fn the_port_is_the_one_that_is_listened_on() {
    for (text, port) in [
        (server("\":9000\""), "9000"),
        (server("\"0.0.0.0:9000\""), "9000"),
        ("package main\n\nimport (\n\t\"net/http\"\n\t\"os\"\n)\n\nfunc main() {\n\tport := os.Getenv(\"PORT\")\n\tif port == \"\" {\n\t\tport = \"9000\"\n\t}\n\thttp.ListenAndServe(\":\"+port, nil)\n}\n".into(), "9000"),
        ("package main\n\nimport \"net/http\"\n\nconst redisPort = 6379\nconst metricsPort = \":9100\"\n\nfunc main() {\n\tserver := http.Server{Addr: \":9000\"}\n\tserver.ListenAndServe()\n}\n".into(), "9000"),
        ("package main\n\nimport \"github.com/gin-gonic/gin\"\n\nfunc main() {\n\tgin.Default().Run()\n}\n".into(), "8080"),
        ("package main\n\nimport \"net/http\"\n\ntype config struct {\n\tDBPort int `env:\"DB_PORT\" envDefault:\"5432\"`\n\tPort int `env:\"HTTP_PORT\" envDefault:\"9000\"`\n}\n\nfunc main() {\n\thttp.ListenAndServe(address(), nil)\n}\n".into(), "9000"),
    ] {
        let (made, _) = made(&[("go.mod", "module a\n"), ("main.go", &text)]);
        assert!(made.contains(&format!("EXPOSE {port}\n")), "{text}\n{made}");
    }
    let (text, _) = made(&[("go.mod", "module a\n"), ("main.go", &server("\":\" + os.Getenv(\"PORT\")"))]);
    assert!(text.contains("ENV PORT=8080\n") && text.contains("EXPOSE 8080\n"), "{text}");
}

#[test]
fn embedded_files_that_are_absent_are_named() {
    let source = "package main\n\nimport \"embed\"\n\n//go:embed dist/*\nvar files embed.FS\n\nfunc main() {}\n";
    let (_, said) = made(&[("go.mod", "module a\n"), ("main.go", source)]);
    assert!(said.contains("`dist` is embedded and is not there") && said.contains("main.go:5"), "{said}");
    assert!(said.contains("build it first, or commit it"), "{said}");
    let modules = (".gitmodules", "[submodule \"pages\"]\n\tpath = dist\n");
    let (_, said) = made(&[("go.mod", "module a\n"), ("main.go", source), modules]);
    assert!(
        said.contains("`dist` is a submodule that is not checked out: run `git submodule update --init`"),
        "{said}"
    );
    assert!(!said.contains("commit it"), "{said}");
    let package = "{\"scripts\": {\"build\": \"vite build\"}}";
    let (text, _) = made(&[
        ("go.mod", "module a\n"),
        ("main.go", source),
        ("web/package.json", package),
        ("web/pnpm-lock.yaml", "lockfileVersion: '9.0'\n"),
    ]);
    assert!(
        text.contains("pnpm install --frozen-lockfile")
            && text.contains("COPY --from=front-end /src/web/dist/ /src/dist/"),
        "{text}"
    );
}

#[test]
fn what_is_read_at_run_time_comes_along_and_secrets_do_not() {
    let source = "package main\n\nimport (\n\t\"net/http\"\n\t\"os\"\n\t\"github.com/joho/godotenv\"\n)\n\nfunc main() {\n\tif err := godotenv.Load(); err != nil {\n\t\tpanic(err)\n\t}\n\tos.ReadFile(\"conf/app.yml\")\n\thttp.Handle(\"/\", http.FileServer(http.Dir(\"./public\")))\n\thttp.ListenAndServeTLS(\":8443\", \"tls/server.pem\", \"tls/server.key\", nil)\n}\n";
    let (text, said) = made(&[
        ("go.mod", "module a\n\nrequire github.com/joho/godotenv v1.5.1\n"),
        ("go.sum", ""),
        ("main.go", source),
        ("conf/app.yml", "a: 1\n"),
        ("public/index.html", ""),
        ("tls/server.pem", ""),
        ("tls/server.key", ""),
        (".env", "SECRET=1\n"),
    ]);
    assert!(
        text.contains("COPY conf/app.yml /app/conf/app.yml\n") && text.contains("COPY public /app/public"),
        "{text}"
    );
    assert!(
        !text.contains("server.key") && text.contains("/app/.env") && said.contains("an empty one"),
        "{text}{said}"
    );
}

#[test]
fn a_workspace_that_a_module_does_not_need_is_off_for_it() {
    let left_out = repository(&[
        ("go.work", "go 1.26\n\nuse ./a\n"),
        ("a/go.mod", "module a\n"),
        ("a/main.go", HELLO),
        ("go.mod", "module b\n"),
        ("main.go", HELLO),
    ]);
    let (text, _) = left_out.init(".", &["--app", "b"]).unwrap();
    assert!(text.contains("ENV GOWORK=off"), "{text}");
    let importing = "package main\n\nimport \"x.y/z/b/names\"\n\nfunc main() { println(names.All) }\n";
    let used = repository(&[
        ("go.work", "go 1.26\n\nuse (\n\t./a\n\t./b\n)\n"),
        ("a/go.mod", "module x.y/z\n"),
        ("a/main.go", importing),
        ("b/go.mod", "module x.y/z/b\n"),
        ("b/main.go", HELLO),
        ("b/names/names.go", "package names\n\nconst All = \"\"\n"),
    ]);
    let (text, _) = used.init("a", &[]).unwrap();
    assert!(text.contains("WORKDIR /src/a"), "{text}");
    let (text, _) = used.init("b", &[]).unwrap();
    assert!(!text.contains("go.work") && !text.contains("GOWORK"), "{text}");
}

#[test]
fn names_from_the_repository_never_become_code() {
    let folder = "cmd/$(touch hacked) `x` {{ y }}'";
    let (text, _) = made(&[("go.mod", "module x.y/z\n"), (&format!("{folder}/main.go"), HELLO)]);
    assert!(text.contains(r"'./cmd/$(touch hacked) `x` {{ y }}'\'''"), "{text}");
    assert!(!text.contains("/out/$("), "{text}");
}

#[test]
fn a_subcommand_of_another_is_not_what_the_program_starts_with() {
    let root = "package main\n\nimport (\n\t\"net/http\"\n\t\"github.com/spf13/cobra\"\n)\n\nvar rootCmd = &cobra.Command{Use: \"a\", Run: func(*cobra.Command, []string) { http.ListenAndServe(\":8080\", nil) }}\n\nfunc main() { rootCmd.Execute() }\n";
    let nested = "package main\n\nimport \"github.com/spf13/cobra\"\n\nvar serviceCmd = &cobra.Command{Use: \"service\"}\n\nfunc newStart() *cobra.Command {\n\tcmd := &cobra.Command{\n\t\tUse: \"start\",\n\t}\n\treturn cmd\n}\n\nfunc init() {\n\tserviceCmd.AddCommand(newStart())\n\trootCmd.AddCommand(serviceCmd)\n}\n";
    let module = "module x.y/a\n\nrequire github.com/spf13/cobra v1.10.2\n";
    let (text, _) = made(&[("go.mod", module), ("go.sum", ""), ("main.go", root), ("service.go", nested)]);
    assert!(!text.contains("CMD"), "{text}");
    let own = nested.replace("\tserviceCmd.AddCommand(newStart())", "\trootCmd.AddCommand(newStart())");
    let (text, _) = made(&[("go.mod", module), ("go.sum", ""), ("main.go", root), ("service.go", &own)]);
    assert!(text.contains(r#"CMD ["start"]"#), "{text}");
}

#[test]
fn lists_of_commands_have_levels() {
    let source = |list: &str| {
        format!(
            "package main\n\nimport (\n\t\"net/http\"\n\t\"github.com/urfave/cli/v2\"\n)\n\nfunc main() {{\n\tapp := &cli.App{{\n\t\tCommands: []*cli.Command{{\n\t\t\t{{Name: \"tunnel\", {list}: []*cli.Command{{{{Name: \"serve\"}}}}}},\n\t\t}},\n\t}}\n\thttp.ListenAndServe(\":8080\", app)\n}}\n"
        )
    };
    let (text, _) = made(&[("go.mod", "module a\n"), ("main.go", &source("Subcommands"))]);
    assert!(!text.contains("CMD"), "{text}");
    let (text, _) = made(&[("go.mod", "module a\n"), ("main.go", &source("Commands"))]);
    assert!(text.contains(r#"CMD ["serve"]"#), "{text}");
}

#[test]
fn what_is_compared_or_for_datagrams_is_no_port() {
    let source = "package main\n\nimport (\n\t\"net\"\n\t\"net/http\"\n)\n\nfunc main() {\n\tnet.ListenPacket(\"udp4\", \":68\")\n\tport := next()\n\tif port == \":443\" || port > 65535 {\n\t\treturn\n\t}\n\thttp.ListenAndServe(port, nil)\n}\n";
    let (text, _) = made(&[("go.mod", "module a\n"), ("main.go", source)]);
    assert!(!text.contains("EXPOSE"), "{text}");
}

#[test]
fn folders_that_constants_name_come_along_and_packages_do_not() {
    let source = "package main\n\nimport (\n\t\"net/http\"\n\t\"path/filepath\"\n\t\"a/cache\"\n\t\"a/site\"\n)\n\nconst (\n\ttemplatesDir = \"templates\"\n\tdefaultConfigPath = \"/conf/app.ini\"\n)\n\nfunc main() {\n\tcache.Open(filepath.Join(folder(), \"cache\"))\n\thttp.Handle(\"/\", http.FileServer(http.Dir(\"site\")))\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
    let (text, _) = made(&[
        ("go.mod", "module a\n"),
        ("main.go", source),
        ("templates/a.html", ""),
        ("conf/app.ini", ""),
        ("cache/cache.go", "package cache\n"),
        ("cache/words.json", "{}"),
        ("site/site.go", "package site\n\nimport \"embed\"\n\n//go:embed index.html\nvar Files embed.FS\n"),
        ("site/index.html", ""),
    ]);
    assert!(text.contains("COPY templates /app/templates\n"), "{text}");
    assert!(text.contains("COPY conf/app.ini /app/conf/app.ini\n"), "{text}");
    assert!(!text.contains("/app/cache") && !text.contains("/app/site"), "{text}");
}

#[test]
fn what_is_embedded_and_made_by_nothing_gets_a_placeholder() {
    let source = "package main\n\nimport \"embed\"\n\n//go:embed docs cert.pem lists/*.txt\nvar box embed.FS\n\nfunc main() {}\n";
    let (text, said) = made(&[
        ("go.mod", "module a\n"),
        ("main.go", source),
        ("web/package.json", r#"{"scripts": {"build": "vite build"}}"#),
    ]);
    for path in ["/src/docs/placeholder", "/src/cert.pem", "/src/lists/placeholder.txt"] {
        assert!(text.contains(&format!(" install -D /dev/null {path}")), "{text}");
    }
    assert!(said.contains("`docs` is embedded and is not there") && said.contains("main.go:5"), "{said}");
}

#[test]
fn a_front_end_is_built_once_whatever_is_taken_from_it() {
    let source = "package main\n\nimport (\n\t\"embed\"\n\t\"net/http\"\n)\n\n//go:embed web/dist/index.html web/dist/assets/*\nvar box embed.FS\n\nfunc main() {\n\thttp.ListenAndServe(\":8080\", http.FileServer(http.FS(box)))\n}\n";
    let (text, _) = made(&[
        ("go.mod", "module a\n"),
        ("main.go", source),
        ("web/package.json", r#"{"scripts": {"build": "vite build"}}"#),
    ]);
    assert_eq!(text.matches("COPY --from=front-end").count(), 1, "{text}");
    assert!(text.contains("COPY --from=front-end /src/web/dist/ /src/web/dist/\n"), "{text}");
}

#[test]
fn a_front_end_is_installed_as_an_application_of_node_is() {
    let source =
        "package main\n\nimport \"embed\"\n\n//go:embed all:web/dist\nvar box embed.FS\n\nfunc main() { serve(box) }\n";
    let build = |more: &str| format!(r#"{{"name": "@a/web", "scripts": {{"build": "vite build"}}{more}}}"#);
    let built = |files: &[(&str, &str)]| made(&[&[("go.mod", "module a\n"), ("main.go", source)], files].concat()).0;
    let member = built(&[
        ("package.json", r#"{"private": true, "packageManager": "pnpm@10.4.1"}"#),
        ("pnpm-workspace.yaml", "packages: [web]\n"),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n"),
        ("web/package.json", &build("")),
    ]);
    let install = "COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./\nCOPY web/package.json ./web/\n";
    for wanted in [
        "WORKDIR /src\n",
        install,
        "pnpm@10.4.1\n",
        "--frozen-lockfile\nCOPY . .\nRUN pnpm --filter @a/web run build\n",
    ] {
        assert!(member.contains(wanted), "{wanted}: {member}");
    }
    let alone = built(&[
        ("package.json", r#"{"private": true}"#),
        ("package-lock.json", "{}"),
        ("web/package.json", &build(r#", "packageManager": "yarn@4.9.1", "engines": {"node": "22.x"}"#)),
        ("web/yarn.lock", "__metadata:\n  version: 8\n"),
    ]);
    for wanted in [
        "node:22-",
        "WORKDIR /src/web\n",
        "@yarnpkg/cli-dist@4.9.1\n",
        "yarn install --immutable\n",
        "RUN yarn run build\n",
    ] {
        assert!(alone.contains(wanted), "{wanted}: {alone}");
    }
    assert!(!alone.contains("corepack") && !alone.contains("COPY package.json"), "{alone}");
}

#[test]
fn a_front_end_that_is_embedded_is_not_copied_beside_the_program() {
    let source = |embed: &str| {
        format!(
            "package main\n\nimport (\n\t\"embed\"\n\t\"net/http\"\n)\n\n{embed}var box embed.FS\n\nfunc main() {{\n\tserve(box, \"web/dist\", \"web/dist/index.html\")\n\thttp.ListenAndServe(\":8080\", nil)\n}}\n"
        )
    };
    let package = ("web/package.json", r#"{"scripts": {"build": "vite build"}}"#);
    let (text, _) = made(&[("go.mod", "module a\n"), ("main.go", &source("//go:embed web/dist/*\n")), package]);
    assert!(text.contains("COPY --from=front-end /src/web/dist/ /src/web/dist/\n"), "{text}");
    assert_eq!(text.matches("COPY --from=front-end").count(), 1, "{text}");
    let (text, _) = made(&[("go.mod", "module a\n"), ("main.go", &source("")), package]);
    assert!(text.contains("COPY --from=front-end /src/web/dist/ /app/web/dist/\n"), "{text}");
    assert_eq!(text.matches("COPY --from=front-end").count(), 1, "{text}");
}

#[test]
fn a_stylesheet_that_a_tool_makes_of_the_pages_is_made_in_the_build() {
    let package = (
        "package.json",
        r#"{"scripts": {"dev": "tailwindcss -i in.css -o static/site.css --watch", "css": "tailwindcss -i in.css -o static/site.css"}}"#,
    );
    let reads = "package main\n\nimport \"net/http\"\n\nfunc main() {\n\thttp.Handle(\"/\", http.FileServer(http.Dir(\"static\")))\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
    let embeds = "package main\n\nimport (\n\t\"embed\"\n\t\"net/http\"\n)\n\n//go:embed static\nvar box embed.FS\n\nfunc main() {\n\thttp.ListenAndServe(\":8080\", http.FileServer(http.FS(box)))\n}\n";
    let files =
        |source: &'static str| [("go.mod", "module a\n"), ("main.go", source), ("static/logo.svg", "x"), package];
    let (text, _) = made(&files(reads));
    assert!(text.contains("COPY . /src/\nRUN npm run css\n"), "{text}");
    assert!(text.contains("COPY --from=front-end /src/static/site.css /app/static/site.css\n"), "{text}");
    let (text, _) = made(&files(embeds));
    assert!(text.contains("COPY --from=front-end /src/static/site.css /src/static/site.css\n"), "{text}");
    let (text, _) = made(&[&files(reads)[..], &[("static/site.css", "x")]].concat());
    assert!(!text.contains("front-end"), "{text}");
    // In a folder that is not there either, and that nothing but the script makes.
    let package = r#"{"scripts": {"css:build": "npx tailwindcss -i in.css -o ./build/css/site.css --minify"}}"#;
    let of = |folder: &str| {
        let main = format!(
            "package main\n\nimport \"github.com/labstack/echo/v4\"\n\nfunc main() {{\n\te := echo.New()\n\te.Static(\"/css\", \"{folder}\")\n\te.Start(\":3000\")\n}}\n"
        );
        made(&[("go.mod", "module a\n"), ("main.go", &main), ("package.json", package)]).0
    };
    let text = of("build/css");
    assert!(text.contains("npm run css:build") && text.contains("/app/build/css/site.css"), "{text}");
    assert!(!of("public/css").contains("npm run"));
}

#[test]
fn a_stylesheet_that_a_makefile_makes_is_made_in_the_build() {
    let main = "package main\n\nimport \"net/http\"\n\nfunc main() {\n\thttp.Handle(\"/\", http.FileServer(http.Dir(\"assets\")))\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
    let of = |make: &str, package: &str| {
        let files = [("go.mod", "module a\n"), ("main.go", main), ("assets/in.css", "x"), ("Makefile", make)];
        made(&files.into_iter().chain([("package.json", package)]).collect::<Vec<_>>()).0
    };
    let package = r#"{"devDependencies": {"tailwindcss": "3"}}"#;
    let make = "build:\n\t@npx tailwindcss -i assets/in.css -o assets/out.css\n\tgo build\n";
    let text = of(make, package);
    assert!(text.contains("RUN npx --no-install tailwindcss -i assets/in.css -o assets/out.css\n"), "{text}");
    assert!(text.contains("/src/assets/out.css /app/assets/out.css\n"), "{text}");
    for (make, package) in [
        (make, r#"{"devDependencies": {"sass": "1"}}"#),
        ("watch:\n\tnpx tailwindcss -i assets/in.css -o assets/out.css --watch\n", package),
        ("build:\n\tnpx tailwindcss -i assets/in.css -o other/out.css\n", package),
        ("build:\n\tnpx mytool -i assets/in.css -o assets/out.css\n", package),
    ] {
        assert!(!of(make, package).contains("front-end"), "{make}{package}");
    }
}

#[test]
fn a_file_of_variables_that_is_read_as_a_table_must_be_there() {
    let main = |read: &str| {
        format!(
            "package main\n\nimport (\n\t\"net/http\"\n\n\t\"github.com/joho/godotenv\"\n)\n\nfunc main() {{\n\t{read}\n\tif err != nil {{\n\t\tpanic(err)\n\t}}\n\thttp.ListenAndServe(\":8080\", nil)\n}}\n"
        )
    };
    let module = "module a\n\nrequire github.com/joho/godotenv v1.5.1\n";
    let of = |read: &str| made(&[("go.mod", module), ("go.sum", ""), ("main.go", &main(read))]);
    let (text, said) = of("table, err := godotenv.Read()");
    assert!(said.contains("--volume \"$PWD/.env:/app/.env:ro\"") && !text.contains("/out/writable"), "{text}{said}");
    let (text, said) = of("_ = godotenv.Load()\n\ttable, err := godotenv.Read()");
    assert!(said.contains("--volume") && !said.contains("an empty one"), "{text}{said}");
    let (text, said) = of("err := godotenv.Load()");
    assert!(said.contains("an empty one") && text.contains("/app/.env /app/.env\n"), "{text}{said}");
}

#[test]
fn a_file_that_the_program_asks_for_and_ends_without_is_named() {
    let source = |body: &str| {
        format!(
            "package main\n\nimport (\n\t\"flag\"\n\t\"log\"\n\t\"net/http\"\n\t\"os\"\n)\n\nfunc main() {{\n\tdb := flag.String(\"db\", \"kept/shop.sqlite\", \"x\")\n\tif _, err := os.Stat(*db); os.IsNotExist(err) {{\n\t\t{body}\n\t}}\n\thttp.ListenAndServe(\":8080\", nil)\n}}\n"
        )
    };
    let said = |body: &str, more: &'static [(&'static str, &'static str)]| {
        let source = source(body);
        made(&[&[("go.mod", "module a\n"), ("main.go", &*source)][..], more].concat()).1
    };
    let message = "it ends unless there is a file `kept/shop.sqlite`";
    assert!(said("log.Fatal(\"x\")", &[]).contains(message));
    assert!(!said("log.Print(\"x\")", &[]).contains(message));
    assert!(!said("log.Fatal(\"x\")", &[("kept/shop.sqlite", "x")]).contains(message));
}

#[test]
fn what_ends_by_itself_at_the_root_is_not_meant_where_another_program_serves() {
    let files =
        |root: &'static str| [("go.mod", "module example.org/shop\n"), ("main.go", root), ("cmd/main.go", SERVER)];
    let (text, said) = made(&files(HELLO));
    assert!(text.contains("./cmd") && text.contains("EXPOSE 8080"), "{text}");
    assert!(said.contains("it does not hold"), "{said}");
    let (text, _) = made(&files(
        "package main\n\nimport \"github.com/bwmarrin/discordgo\"\n\nfunc main() {\n\tdiscordgo.New(\"x\")\n}\n",
    ));
    assert!(!text.contains("./cmd"), "{text}");
    let (text, _) = made(&files(SERVER));
    assert!(!text.contains("./cmd"), "{text}");
    let tool = "package main\n\nimport \"os\"\n\nfunc main() { println(os.Args[1]) }\n";
    let (text, _) = made(&files(tool));
    assert!(!text.contains("./cmd"), "{text}");
}

#[test]
fn a_front_end_that_is_read_at_run_time_goes_beside_the_program() {
    let source = "package main\n\nimport \"net/http\"\n\nfunc main() {\n\tpath := \"web/build\"\n\thttp.Handle(\"/\", http.FileServer(http.Dir(path)))\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
    let (text, _) = made(&[
        ("go.mod", "module a\n"),
        ("main.go", source),
        ("web/package.json", r#"{"scripts": {"build-prod": "react-scripts build"}}"#),
    ]);
    assert!(text.contains("RUN npm run build-prod\n"), "{text}");
    assert!(text.contains("COPY --from=front-end /src/web/build/ /app/web/build/\n"), "{text}");
}

#[test]
fn a_front_end_beside_the_module_is_no_application_of_its_own() {
    let source = "package main\n\nimport (\n\t\"embed\"\n\t\"net/http\"\n)\n\n//go:embed all:public\nvar box embed.FS\n\nfunc main() {\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
    let folder = repository(&[
        ("backend/go.mod", "module a.b/backend\n"),
        ("backend/main.go", source),
        ("backend/public/.gitkeep", ""),
        (
            "frontend/package.json",
            r#"{"name": "f", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}"#,
        ),
        ("frontend/vite.config.js", "export default {build: {outDir: '../backend/public'}}\n"),
        ("frontend/index.html", ""),
    ]);
    let (text, _) = folder.init("", &[]).unwrap();
    assert!(text.contains("WORKDIR /src/frontend\n"), "{text}");
    assert!(text.contains("COPY --from=front-end /src/backend/public/ /src/backend/public/\n"), "{text}");
}

#[test]
fn a_release_says_which_program_is_meant_and_what_it_is_called() {
    let release = "builds:\n  - id: hub\n    main: ./internal/cmd/hub\n    binary: zoo\n  - id: agent\n    main: internal/cmd/agent/main.go\n    binary: zoo-agent\n";
    let (text, _) = made(&[
        ("go.mod", "module a.b/zoo\n"),
        ("internal/cmd/hub/main.go", HELLO),
        ("internal/cmd/agent/main.go", &server(":8080")),
        (".goreleaser.yml", release),
    ]);
    assert!(text.contains("-o /out/zoo ./internal/cmd/hub\n"), "{text}");
    let tool = "builds:\n  - main: ./cmd/zooctl\n    binary: zooctl\n";
    let programs = [("cmd/zoo/main.go", HELLO), ("cmd/zooctl/main.go", HELLO), (".goreleaser.yml", tool)];
    let (text, _) = made(&[&[("go.mod", "module a.b/zoo\n")], programs.as_slice()].concat());
    assert!(text.contains("-o /out/zoo ./cmd/zoo\n"), "a program named like the module is meant all the same: {text}");
    let sample = "builds:\n  - main: ./examples/base\n    binary: zoo\n";
    let (text, _) = made(&[
        ("go.mod", "module a.b/zoo\n"),
        ("zoo.go", "package zoo\n"),
        ("internal/types/main.go", HELLO),
        ("examples/base/main.go", HELLO),
        (".goreleaser.yaml", sample),
    ]);
    assert!(text.contains("-o /out/zoo ./examples/base\n"), "{text}");
}

#[test]
fn tags_are_those_of_the_usual_target() {
    let module = ("go.mod", "module a\n");
    let make = "TAGS=netgo,fts5$(if $(MORE),x)\nbuild:\n\tgo build -tags=$(TAGS) .\n";
    let (text, _) = made(&[module, ("main.go", HELLO), ("Makefile", make)]);
    assert!(text.contains(" -tags=fts5 "), "{text}");
    let make = "build:\n\tgo build -o a .\nbuild-sqlite:\n\tgo build -tags sqlite3 -o a .\n";
    let (text, _) = made(&[module, ("main.go", HELLO), ("Makefile", make)]);
    assert!(!text.contains("-tags"), "{text}");
    let make = "ifeq ($(FIPS), true)\nFLAGS=-X main.Mode=fips\nendif\nbuild:\n\tgo build -ldflags \"$(FLAGS)\" .\n";
    let (text, _) = made(&[module, ("main.go", HELLO), ("Makefile", make)]);
    assert!(!text.contains("fips"), "{text}");
}

#[test]
fn a_framework_that_is_told_no_address_has_its_own() {
    let source = |import: &str, call: &str| {
        format!("package main\n\nimport x \"{import}\"\n\nfunc main() {{\n\tx.New().{call}()\n}}\n")
    };
    let module = ("go.mod", "module a\n");
    let (text, _) = made(&[module, ("main.go", &source("github.com/cloudwego/hertz/pkg/app/server", "Spin"))]);
    assert!(text.contains("EXPOSE 8888\n"), "{text}");
    let (text, _) = made(&[module, ("main.go", &source("github.com/pocketbase/pocketbase", "Start"))]);
    assert!(text.contains(r#"CMD ["serve", "--http=0.0.0.0:8090"]"#), "{text}");
    assert!(text.contains("/app/pb_data/"), "{text}");
}

#[test]
fn what_is_imported_and_absent_is_generated_where_the_source_says_how() {
    let source = "package main\n\nimport _ \"a/model\"\n\n//go:generate go run ./gen\nfunc main() {}\n";
    let (text, said) = made(&[("go.mod", "module a\n"), ("main.go", source)]);
    assert!(text.contains("go generate -run '^//go:generate go (run|tool) ' ./...\n"), "{text}");
    assert!(!said.contains("is not there"), "{said}");
    let (text, said) = made(&[("go.mod", "module a\n"), ("main.go", &source.replace("//go:generate", "//"))]);
    assert!(!text.contains("go generate") && said.contains("`a/model` is imported and is not there"), "{text}{said}");
    let module = "module a\n\nrequire github.com/99designs/gqlgen v0.17.86\n";
    let (text, _) = made(&[("go.mod", module), ("go.sum", ""), ("gqlgen.yml", ""), ("main.go", source)]);
    assert!(text.contains("go run github.com/99designs/gqlgen@v0.17.86\n"), "{text}");
}

#[test]
fn a_port_that_only_the_environment_says_is_told() {
    let source = "package main\n\nimport (\n\t\"os\"\n\t\"github.com/gofiber/fiber/v2\"\n)\n\nfunc address() string {\n\treturn join(os.Getenv(\"DB_PORT\"), os.Getenv(\"SERVER_HOST\"), os.Getenv(\"SERVER_PORT\"))\n}\n\nfunc main() {\n\tfiber.New().Listen(address())\n}\n";
    let module = ("go.mod", "module a\n");
    let (text, _) = made(&[module, ("main.go", source), (".env.example", "DB_PORT=5432\nSERVER_PORT=5000\n")]);
    assert!(text.contains("ENV SERVER_PORT=5000\n") && text.contains("EXPOSE 5000\n"), "{text}");
    let (text, _) = made(&[module, ("main.go", source)]);
    assert!(text.contains("ENV SERVER_PORT=8080\n") && text.contains("EXPOSE 8080\n"), "{text}");
}

#[test]
fn folders_that_settings_and_constants_keep_data_in_are_writable() {
    let source = "package main\n\nimport (\n\t\"net/http\"\n\t\"os\"\n)\n\nconst dataDir = \"app_data\"\n\nfunc main() {\n\tos.ReadFile(\"conf/app.yml\")\n\tos.Stat(\"/var/opt/app\")\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
    let settings =
        "log:\n  file: logs/app/today.log # or /tmp/x\nupload: ./uploads/file\nmedia: image/png\nseed: data/seed\n";
    let (text, _) =
        made(&[("go.mod", "module a\n"), ("main.go", source), ("conf/app.yml", settings), ("data/seed/a.csv", "")]);
    for folder in ["/app/app_data/", "/app/logs/app/", "/app/uploads/file/", "/var/opt/app/"] {
        assert!(text.contains(&format!("--chown=65532:65532 /out/writable{folder} {folder}\n")), "{folder}: {text}");
    }
    assert!(!text.contains("image/png") && !text.contains("/app/data/seed/ /app"), "{text}");
}

#[test]
fn programs_that_a_server_starts_are_named() {
    let source = "package main\n\nimport (\n\t\"net/http\"\n\t\"os/exec\"\n)\n\nfunc main() {\n\texec.Command(\"git\", \"pull\").Run()\n\texec.CommandContext(nil, \"ffmpeg\", \"x\").Run()\n\texec.Command(\"xdg-open\", \"x\").Run()\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
    let (_, said) = made(&[("go.mod", "module a\n"), ("main.go", source)]);
    assert!(said.contains("the application starts `git`, `ffmpeg`, which the image does not have"), "{said}");
    assert!(said.contains("main.go:9"), "{said}");
}

#[test]
fn quotes_in_the_start_command_hold_words_together() {
    let folder = repository(&[("go.mod", "module a\n"), ("main.go", HELLO)]);
    let (text, _) = folder.init("", &["--start", "a --name 'two words'"]).unwrap();
    assert!(text.contains("CMD [\"--name\", \"two words\"]\n"), "{text}");
    let said = folder.init("", &["--start", "a 'open"]).unwrap_err();
    assert!(said.contains("a quote is not closed"), "{said}");
    let said = folder.init("", &["--start", "a $PORT"]).unwrap_err();
    assert!(said.contains("the image has no shell"), "{said}");
}

#[test]
fn what_is_no_name_of_a_variable_is_never_set() {
    for name in ["X=1 LD_PRELOAD=/app/evil.so PORT", "PORT$(id)", "A-B", "1A", "PÖRT"] {
        let call = format!("\":\" + os.Getenv(\"{name}\")");
        let (text, _) = made(&[("go.mod", "module a\n"), ("main.go", &server(&call))]);
        assert!(!text.contains("ENV X") && !text.contains("PORT="), "{text}");
    }
    let (text, _) = made(&[("go.mod", "module a\n"), ("main.go", &server("\":\" + os.Getenv(\"my_port\")"))]);
    assert!(text.contains("ENV my_port=8080\n"), "{text}");
}

#[test]
fn a_file_that_starts_with_a_dash_is_no_option() {
    let (text, _) = made(&[("go.mod", "module a\n"), ("-x.go", &server("\"127.0.0.1:80\""))]);
    assert!(text.contains(" ./-x.go \\\n") && text.contains("|' ./-x.go\n"), "{text}");
}

#[test]
fn the_program_named_like_a_part_of_the_module_is_meant_and_the_others_are_named() {
    let files =
        |module: &'static str| [("go.mod", module), ("cmd/exporter/main.go", HELLO), ("cmd/controller/main.go", HELLO)];
    let (text, said) = made(&files("module example.org/logstash-exporter\n"));
    assert!(text.contains("./cmd/exporter"), "{text}");
    assert!(said.contains("the image is of `exporter`: it does not hold `controller`"), "{said}");
    let folder = repository(&files("module example.org/logstash-exporter\n"));
    let (text, said) = folder.init("", &["--binary", "controller"]).unwrap();
    assert!(text.contains("./cmd/controller") && !said.contains("does not hold"), "{text}{said}");
    let said = refused(&files("module example.org/logstashexporter\n"));
    assert!(said.contains("--binary controller"), "{said}");
}

#[test]
fn tags_of_a_build_above_the_module_count_where_it_names_the_folder() {
    let main = ("backend/main.go", HELLO);
    let module = ("backend/go.mod", "module a\n");
    for (path, text) in [
        ("Makefile", "build:\n\tcd backend && go build -tags embed -o ../bin/server .\n"),
        ("Makefile", "build:\n\tgo -C backend build -tags=embed .\n"),
        (".goreleaser.yaml", "builds:\n  - dir: backend\n    flags:\n      - -tags=embed\n"),
        (".goreleaser.yaml", "builds:\n  - dir: ./backend\n    tags: [embed]\n"),
    ] {
        let (made, _) = repository(&[main, module, (path, text)]).init("backend", &[]).unwrap();
        assert!(made.contains(" -tags=embed "), "{text}{made}");
    }
    for (path, text) in [
        ("Makefile", "build:\n\tcd tools && go build -tags embed .\n"),
        (".goreleaser.yaml", "builds:\n  - dir: tools\n    tags: [embed]\n"),
    ] {
        let (made, _) = repository(&[main, module, (path, text)]).init("backend", &[]).unwrap();
        assert!(!made.contains("-tags"), "{text}{made}");
    }
}

fn gin(routes: &str) -> String {
    format!(
        "package main\n\nimport \"github.com/gin-gonic/gin\"\n\nfunc main() {{\n\tr := gin.Default()\n\t{routes}\n\tr.Run()\n}}\n"
    )
}

#[test]
fn a_route_that_tells_the_health_is_asked_by_a_small_program() {
    let module = "module a\n\nrequire github.com/gin-gonic/gin v1.10.0\n";
    let (text, _) = made(&[("go.mod", module), ("go.sum", ""), ("main.go", &gin("r.GET(\"/healthz\", ok)"))]);
    assert!(
        text.contains("go build -trimpath -ldflags=\"-s -w\" -o /health/check main.go")
            && text.contains("COPY --from=build /health/check /health/check\n"),
        "{text}"
    );
    assert!(text.contains("CMD [\"/health/check\", \"/healthz\", \"8080\", \"PORT\"]\n"), "{text}");
    for routes in
        ["r.POST(\"/healthz\", ok)", "// r.GET(\"/healthz\", ok)", "v1 := r.Group(\"/v1\")\n\tv1.GET(\"/healthz\", ok)"]
    {
        let (text, _) = made(&[("go.mod", module), ("go.sum", ""), ("main.go", &gin(routes))]);
        assert!(!text.contains("HEALTHCHECK") && !text.contains("/health/check"), "{routes}{text}");
    }
    let folder = repository(&[("go.mod", module), ("go.sum", ""), ("main.go", &gin("r.GET(\"/healthz\", ok)"))]);
    let (text, _) = folder.init("", &["--health", "none"]).unwrap();
    assert!(!text.contains("HEALTHCHECK"), "{text}");
}

#[test]
fn variables_that_the_program_ends_without_are_named() {
    let main = |check: &str| {
        format!(
            "package main\n\nimport (\n\t\"log\"\n\t\"os\"\n)\n\nfunc main() {{\n\tkey := os.Getenv(\"API_KEY\")\n\tif key == \"\" {{\n\t\t{check}\n\t}}\n}}\n"
        )
    };
    let (_, said) = made(&[("go.mod", "module a\n"), ("main.go", &main("log.Fatal(\"no key\")"))]);
    assert!(said.contains("variables that nothing sets: `API_KEY`") && said.contains("main.go:9"), "{said}");
    let (_, said) = made(&[("go.mod", "module a\n"), ("main.go", &main("log.Print(\"no key\")"))]);
    assert!(!said.contains("API_KEY"), "{said}");
}

#[test]
fn an_environment_file_is_found_through_a_constant() {
    let main = |name: &str| {
        format!(
            "package main\n\nimport (\n\t\"log\"\n\n\t\"github.com/spf13/viper\"\n)\n\nconst file = \"{name}\"\n\nfunc main() {{\n\tviper.SetConfigFile(file)\n\tif err := viper.ReadInConfig(); err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n}}\n"
        )
    };
    let module = "module a\n\nrequire github.com/spf13/viper v1.20.0\n";
    let (_, said) = made(&[("go.mod", module), ("go.sum", ""), ("main.go", &main(".env"))]);
    assert!(said.contains("it reads `.env` unless") && said.contains("main.go:12"), "{said}");
    let ignored = "package main\n\nimport \"github.com/joho/godotenv\"\n\nfunc main() {\n\t_ = godotenv.Load()\n}\n";
    let (_, said) = made(&[("go.mod", module), ("go.sum", ""), ("main.go", ignored)]);
    assert!(!said.contains("unless there is a file"), "{said}");
    let (_, said) = made(&[("go.mod", module), ("go.sum", ""), ("main.go", &main("notes.txt"))]);
    assert!(!said.contains("unless"), "{said}");
}

#[test]
fn an_environment_file_of_any_name_is_wanted_where_the_program_ends_without_it() {
    let main = |read: &str| {
        format!(
            "package main\n\nimport (\n\t\"fmt\"\n\t\"log\"\n\t\"os\"\n\n\t\"github.com/joho/godotenv\"\n)\n\nfunc main() {{\n\tstage := os.Getenv(\"STAGE\")\n\tif err := {read}; err != nil {{\n\t\tlog.Fatal(fmt.Sprint(err, stage))\n\t}}\n}}\n"
        )
    };
    let module = "module a\n\nrequire github.com/joho/godotenv v1.5.1\n";
    let said = |read: &str| made(&[("go.mod", module), ("go.sum", ""), ("main.go", &main(read))]);
    for (read, path) in [
        ("godotenv.Load(\".env.local\")", ".env.local"),
        ("godotenv.Load(\"./config/app.env\")", "config/app.env"),
        ("godotenv.Load(fmt.Sprintf(\"env/.env%s\", stage))", "env/.env"),
    ] {
        let (text, said) = said(read);
        assert!(text.contains(&format!("/out/writable/app/{path} /app/{path}\n")), "{text}");
        assert!(
            said.contains(&format!("unless there is a file `{path}`")) && said.contains(&format!("--env-file {path}")),
            "{said}"
        );
    }
    // one that only tells of it goes on with the variables that it is given
    for told in ["log.Println(err)", "fmt.Println(\"no .env\")"] {
        let body = format!("\terr := godotenv.Load()\n\tif err != nil {{\n\t\t{told}\n\t}}\n");
        for body in
            [body.clone(), body.replace("\terr := godotenv.Load()\n\tif err", "\tif err := godotenv.Load(); err")]
        {
            let source =
                main("x").replace("\tif err := x; err != nil {\n\t\tlog.Fatal(fmt.Sprint(err, stage))\n\t}\n", &body);
            let (text, said) = made(&[("go.mod", module), ("go.sum", ""), ("main.go", &source)]);
            assert!(!text.contains(".env") && !said.contains("unless there is a file"), "{body}: {text}{said}");
            for ended in ["return", "panic(err)", "os.Exit(1)"] {
                let source = source.replace(told, &format!("{told}\n\t\t{ended}"));
                let (_, said) = made(&[("go.mod", module), ("go.sum", ""), ("main.go", &source)]);
                assert!(said.contains("unless there is a file `.env`"), "{source}{said}");
            }
        }
    }
    for read in
        ["godotenv.Load(\"environment.txt\")", "godotenv.Load(os.Args[1] + \".env\")", "templates.Load(\"a.html\")"]
    {
        let (text, said) = said(read);
        assert!(!text.contains("/out/writable") && !said.contains("unless there is a file"), "{read}: {text}{said}");
    }
}

#[test]
fn an_address_is_followed_to_the_settings_of_another_package() {
    let config = "package config\n\nimport \"os\"\n\ntype Config struct {\n\tPort string\n}\n\nfunc Load() Config {\n\treturn Config{Port: getEnv(\"PORT\", \"7171\")}\n}\n\nfunc getEnv(name, other string) string {\n\tif value := os.Getenv(name); value != \"\" {\n\t\treturn value\n\t}\n\treturn other\n}\n";
    let main = "package main\n\nimport (\n\t\"a/config\"\n\n\t\"github.com/gin-gonic/gin\"\n)\n\nfunc main() {\n\tcfg := config.Load()\n\tr := gin.Default()\n\taddr := \":\" + cfg.Port\n\tr.Run(addr)\n}\n";
    let module = "module a\n\nrequire github.com/gin-gonic/gin v1.10.0\n";
    let (text, _) = made(&[("go.mod", module), ("go.sum", ""), ("main.go", main), ("config/config.go", config)]);
    assert!(text.contains("EXPOSE 7171\n"), "{text}");
}

#[test]
fn a_bot_works_on_files_of_its_own_as_a_server_does() {
    let main = |library: &str, code: &str| {
        format!(
            "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\n\t\"{library}\"\n)\n\nfunc main() {{\n\tlanguage := os.Args[1]\n\t{code}\n\tbot.New(language)\n}}\n"
        )
    };
    let read = "os.Open(fmt.Sprintf(\"texts/locales/%s.json\", language))";
    let files = |library: &str, code: &str| {
        let module = format!("module a\n\nrequire {library} v1.0.0\n");
        made(&[("go.mod", &module), ("go.sum", ""), ("main.go", &main(library, code)), ("texts/locales/en.json", "{}")])
    };
    let (text, _) = files("github.com/go-telegram/bot", read);
    assert!(text.contains("Telegram bot") && text.contains("COPY texts/locales /app/texts/locales\n"), "{text}");
    let (text, said) = files("github.com/go-telegram/bot", "os.Create(\"cpu.prof\")");
    assert!(text.contains("/out/writable/data/") && said.contains("it writes `cpu.prof`"), "{text}{said}");
    // a tool works on what its user has
    for code in [read, "os.Create(\"cpu.prof\")"] {
        let (text, said) = files("github.com/spf13/bot", code);
        assert!(
            !text.contains("locales") && !text.contains("/out/writable") && !said.contains("it writes"),
            "{text}{said}"
        );
    }
    // a file that its caller names is no file of the program's own
    let (text, said) = files("github.com/go-telegram/bot", "os.Create(language)");
    assert!(!text.contains("/out/writable") && !said.contains("it writes"), "{text}{said}");
}

#[test]
fn a_procfile_or_a_compose_file_says_which_subcommand_is_started() {
    let source = "package main\n\nimport \"github.com/alecthomas/kong\"\n\nvar cli struct {\n\tListen struct{} `cmd help:\"Listen.\"`\n\tUsers struct{} `cmd:\"\" help:\"Users.\"`\n\tName string `help:\"cmd of it\"`\n}\n\nfunc main() {\n\tkong.Parse(&cli)\n}\n";
    let text = |file: &str, text: &str| {
        let module = "module shop\n\nrequire github.com/alecthomas/kong v1.0.0\n";
        made(&[("go.mod", module), ("go.sum", ""), ("main.go", source), (file, text)]).0
    };
    assert!(text("Procfile", "listen: bin/shop listen\n").contains("CMD [\"listen\"]\n"));
    assert!(text("compose.yaml", "services:\n  a:\n    build: .\n    command: users\n").contains("CMD [\"users\"]\n"));
    for command in ["name", "air", "sh -c listen"] {
        let text = text("compose.yaml", &format!("services:\n  a:\n    build: .\n    command: {command}\n"));
        assert!(!text.contains("CMD"), "{text}");
    }
}

#[test]
fn settings_that_viper_finds_by_name_are_wanted_unless_it_goes_on_without() {
    let main = |kind: &str, end: &str| {
        format!(
            "package main\n\nimport (\n\t\"net/http\"\n\n\t\"github.com/spf13/viper\"\n)\n\nfunc main() {{\n\tviper.AddConfigPath(\"./config\")\n\tviper.SetConfigName(\"app\")\n\tviper.SetConfigType(\"{kind}\")\n\tif err := viper.ReadInConfig(); err != nil {{\n\t\t{end}\n\t}}\n\thttp.ListenAndServe(\":8080\", nil)\n}}\n"
        )
    };
    let module = "module a\n\nrequire github.com/spf13/viper v1.20.0\n";
    let made = |kind: &str, end: &str, file: &str| {
        made(&[("go.mod", module), ("go.sum", ""), ("main.go", &main(kind, end)), (file, "")])
    };
    let (_, said) = made("yaml", "panic(err)", "config/app.example.yaml");
    assert!(said.contains("reads `config/app.yaml`") && said.contains("made from `config/app.example.yaml`"), "{said}");
    let (text, said) = made("env", "panic(err)", "notes.txt");
    assert!(!text.contains("app.env") && said.contains("reads `config/app.env` unless told"), "{text}{said}");
    let (text, said) = made("env", "panic(err)\n\t\tviper.AutomaticEnv()", "notes.txt");
    assert!(
        text.contains("/app/config/app.env\n") && said.contains("unless there is a file `config/app.env`"),
        "{text}{said}"
    );
    let (text, said) = made("yaml", "panic(err)", "config/app.yaml");
    assert!(text.contains("COPY config /app/config\n") && !said.contains("unless told"), "{text}{said}");
    let absent = "if _, ok := err.(viper.ConfigFileNotFoundError); !ok {\n\t\t\tpanic(err)\n\t\t}";
    for kind in ["yaml", "env"] {
        let (_, said) = made(kind, absent, "notes.txt");
        assert!(!said.contains("unless told") && !said.contains("unless there is a file"), "{said}");
    }
}

#[test]
fn every_library_of_a_worker_names_it_and_its_neighbour_does_not() {
    let shape = |import: &str| {
        let main = format!("package main\n\nimport _ \"{import}\"\n\nfunc main() {{}}\n");
        made(&[("go.mod", "module a\n"), ("go.sum", ""), ("main.go", &main)]).0
    };
    for worker in dockgen::catalog::go_workers() {
        for import in [worker.import.clone(), format!("{}/v2", worker.import)] {
            assert!(shape(&import).contains(&format!("Made by dockgen: {}\n", worker.title)), "{import}");
        }
        let neighbour = format!("{}kit", worker.import);
        assert!(shape(&neighbour).contains("command-line program"), "{neighbour}");
    }
}

#[test]
fn an_environment_file_that_the_program_opens_itself_is_wanted_where_it_ends_without() {
    let main = |name: &str, end: &str| {
        format!(
            "package main\n\nimport (\n\t\"log\"\n\t\"net/http\"\n\t\"os\"\n)\n\nfunc main() {{\n\tif err := loadEnv(\"{name}\"); err != nil {{\n\t\tlog.{end}(err)\n\t}}\n\thttp.ListenAndServe(\":8080\", nil)\n}}\n\nfunc loadEnv(name string) error {{\n\tfile, err := os.Open(name)\n\tif err != nil {{\n\t\treturn err\n\t}}\n\treturn file.Close()\n}}\n"
        )
    };
    let said = |name: &str, end: &str| made(&[("go.mod", "module a\n"), ("main.go", &main(name, end))]);
    let (text, warned) = said(".env", "Fatal");
    assert!(
        text.contains("/app/.env /app/.env\n") && warned.contains("unless there is a file `.env`"),
        "{text}{warned}"
    );
    for (name, end) in [(".env", "Println"), ("notes.txt", "Fatal")] {
        let (text, warned) = said(name, end);
        assert!(
            !text.contains("/out/writable") && !warned.contains("unless there is a file"),
            "{name} {end}: {text}{warned}"
        );
    }
}

#[test]
fn a_port_that_viper_finds_in_the_environment_is_told() {
    let main = |environment: &str| {
        format!(
            "package main\n\nimport (\n\t\"github.com/gin-gonic/gin\"\n\t\"github.com/spf13/viper\"\n)\n\nfunc main() {{\n\t{environment}\n\tviper.SetConfigType(\"env\")\n\tviper.SetConfigName(\".env.dev\")\n\tif err := viper.ReadInConfig(); err != nil {{\n\t\tpanic(err)\n\t}}\n\tgin.Default().Run(\":\" + viper.GetString(\"APP_PORT\"))\n}}\n"
        )
    };
    let module = "module a\n\nrequire github.com/gin-gonic/gin v1.10.0\n";
    let files = |environment: &str| made(&[("go.mod", module), ("go.sum", ""), ("main.go", &main(environment))]);
    let (text, said) = files("viper.AutomaticEnv()");
    assert!(text.contains("ENV APP_PORT=8080\n") && text.contains("/app/.env.dev\n"), "{text}");
    assert!(said.contains("unless there is a file `.env.dev`"), "{said}");
    let (text, _) = files("viper.Debug()");
    assert!(!text.contains("APP_PORT"), "{text}");
}

#[test]
fn folders_that_are_named_from_the_root_or_put_together_are_read_from_the_working_folder() {
    let main = |code: &str| {
        format!(
            "package main\n\nimport (\n\t\"html/template\"\n\t\"net/http\"\n\t\"path/filepath\"\n)\n\n{code}\n\nfunc main() {{\n\tmigrate(migrationsPath)\n\ttemplate.ParseGlob(filepath.Join(\"web\", \"pages\", \"*.html\"))\n\thttp.ListenAndServe(\":8080\", nil)\n}}\n"
        )
    };
    let files = |code: &str, page: &str| {
        made(&[("go.mod", "module a\n"), ("main.go", &main(code)), ("db/migrations/1.sql", ""), (page, "")]).0
    };
    let text = files("const migrationsPath = \"/db/migrations\"", "web/pages/a.html");
    assert!(text.contains("COPY db/migrations /app/db/migrations\n"), "{text}");
    assert!(text.contains("COPY web /app/web\n"), "{text}");
    let text = files("const migrationsPath = \"/etc/migrations\"", "site/a.html");
    assert!(!text.contains("COPY db") && !text.contains("COPY web"), "{text}");
}

#[test]
fn a_subcommand_of_a_tag_is_started_where_the_project_says_so() {
    let main = "package main\n\nimport (\n\t\"net/http\"\n\n\t\"github.com/alexflint/go-arg\"\n)\n\ntype serveCommand struct{}\n\ntype migrateCommand struct{}\n\ntype options struct {\n\tServe   *serveCommand   `arg:\"subcommand:serve\"`\n\tMigrate *migrateCommand `arg:\"subcommand:migrate\"`\n}\n\nfunc main() {\n\tvar given options\n\targ.MustParse(&given)\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
    let module = ("go.mod", "module example.org/shop\n\nrequire github.com/alexflint/go-arg v1.5.0\n");
    let files = |procfile: &str| made(&[module, ("go.sum", ""), ("main.go", main), ("Procfile", procfile)]).0;
    let text = files("web: bin/shop serve\n");
    assert!(text.contains("CMD [\"serve\"]\n"), "{text}");
    let text = files("release: bin/shop migrate\n");
    assert!(!text.contains("\"migrate\""), "{text}");
}

#[test]
fn a_program_without_a_module_finds_its_packages_above_under_any_name() {
    let main = |name: &str| {
        format!(
            "package main\n\nimport (\n\t\"log\"\n\t\"net/http\"\n\t\"{name}/internal/config\"\n)\n\nfunc main() {{\n\tlog.Fatal(http.ListenAndServe(config.Address, nil))\n}}\n"
        )
    };
    let config = "package config\n\nconst Address = \":7171\"\n";
    for name in ["shop-bot", "example.org/shop"] {
        let files = [
            ("cmd/shop/main.go", &*main(name)),
            ("internal/config/config.go", config),
            ("http/a.go", "package http\n"),
        ];
        let (text, said) = made(&files);
        assert!(text.contains(&format!("go mod init {name}")) && text.contains("./cmd/shop\n"), "{text}");
        assert!(!said.contains("is imported and is not there"), "{said}");
    }
}

#[test]
fn a_program_without_a_module_beside_the_manifest_of_another_language_is_none() {
    let manifest = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    let files = [("exercise.go", HELLO), ("Cargo.toml", manifest), ("src/main.rs", "fn main() {}\n")];
    let (text, _) = made(&files);
    assert!(text.contains("FROM rust:") && !text.contains("FROM golang:"), "{text}");
    let (text, _) = made(&[("exercise.go", HELLO), ("tools/Cargo.toml", manifest)]);
    assert!(text.contains("FROM --platform=$BUILDPLATFORM golang:"), "{text}");
}

#[test]
fn settings_that_a_reader_of_settings_is_given_and_that_are_not_there_are_named() {
    let main = |then: &str| {
        format!(
            "package main\n\nimport (\n\t\"log\"\n\t\"net/http\"\n\n\t\"github.com/ilyakaznacheev/cleanenv\"\n)\n\nfunc main() {{\n\tif err := cleanenv.ReadConfig(\"./conf/local.yml\", nil); err != nil {{\n\t\t{then}\n\t}}\n\thttp.ListenAndServe(\":7171\", nil)\n}}\n"
        )
    };
    let module = "module a\n\nrequire github.com/ilyakaznacheev/cleanenv v1.5.0\n";
    let said =
        |then: &str, more: (&str, &str)| made(&[("go.mod", module), ("go.sum", ""), ("main.go", &*main(then)), more]).1;
    assert!(said("log.Fatal(err)", ("x", "")).contains("`conf/local.yml`"));
    assert!(!said("log.Println(err)", ("x", "")).contains("conf/local.yml"));
    assert!(!said("log.Fatal(err)", ("conf/local.yml", "a: 1\n")).contains("conf/local.yml"));
}

#[test]
fn a_folder_that_a_helper_looks_for_is_read() {
    let main = |line: &str| {
        format!(
            "package main\n\nimport (\n\t\"net/http\"\n\t\"os\"\n)\n\nfunc main() {{\n\t{line}\n\thttp.ListenAndServe(\":7171\", nil)\n}}\n"
        )
    };
    let copied = |line: &str| {
        let files = [("go.mod", "module a\n"), ("main.go", &*main(line)), ("pages/a.tmpl", "x")];
        made(&files).0.contains("COPY pages /app/pages")
    };
    assert!(copied("pagesDir, _ := find(\"pages\")"));
    assert!(copied("pagesDir := common.Hint(\"pages\")"));
    assert!(!copied("pagesDir := os.Getenv(\"pages\")"));
    assert!(!copied("title := common.Hint(\"pages\")"));
}

#[test]
fn a_file_of_settings_that_viper_is_told_by_its_path_must_be_there() {
    let said = |end: &str, files: &[(&str, &str)]| {
        let main = format!(
            "package main\n\nimport (\n\t\"net/http\"\n\n\t\"github.com/spf13/viper\"\n)\n\nfunc main() {{\n\tviper.SetConfigFile(\"config.yaml\")\n\tif err := viper.ReadInConfig(); err != nil {{\n\t\t{end}\n\t}}\n\thttp.ListenAndServe(\":8080\", nil)\n}}\n"
        );
        let module = "module example.org/x\n\ngo 1.26\n\nrequire github.com/spf13/viper v1.19.0\n";
        let scratch = Scratch::new([("go.mod", module), ("go.sum", ""), ("main.go", main.as_str())]);
        for (path, text) in files {
            scratch.file(path, text);
        }
        scratch.init(".", &[]).unwrap().1.contains("config.yaml")
    };
    assert!(said("panic(err)", &[]));
    assert!(!said("println(err)", &[]), "it goes on without");
    assert!(!said("panic(err)", &[("config.yaml", "a: b\n")]));
}

#[test]
fn a_module_that_the_linker_refuses_is_let_through_where_it_is_linked() {
    let of = |version: &str, import: &str| {
        let module = format!("module a\n\nrequire github.com/bytedance/sonic {version}\n");
        let main = format!("package main\n\nimport \"{import}\"\n\nfunc main() {{ println(sonic.Valid(nil)) }}\n");
        made(&[("go.mod", &module), ("go.sum", ""), ("main.go", &main)]).0.contains("-s -w -checklinkname=0\"")
    };
    assert!(of("v1.10.2", "github.com/bytedance/sonic"));
    assert!(of("v1.10.2", "github.com/cloudwego/hertz/pkg/app"));
    assert!(!of("v1.13.2", "github.com/bytedance/sonic"));
    assert!(!of("v1.10.2", "github.com/gin-gonic/gin"), "gin is linked with it only by a tag");
}

#[test]
fn a_variable_that_a_function_of_another_package_reads_is_the_port() {
    let main = "package main\n\nimport (\n\t\"a/config\"\n\t\"net/http\"\n)\n\nfunc main() {\n\tport := config.Value(\"PORT\")\n\thttp.ListenAndServe(\":\"+port, nil)\n}\n";
    let config = "package config\n\nimport \"os\"\n\nfunc Value(key string) string {\n\treturn os.Getenv(key)\n}\n";
    let of =
        |main: &str, config: &str| made(&[("go.mod", "module a\n"), ("main.go", main), ("config/config.go", config)]).0;
    assert!(of(main, config).contains("ENV PORT="), "{}", of(main, config));
    let placed = main.replace("\":\"+port", "config.Value(\"BIND_IP\")+\":\"+port");
    assert!(of(&placed, config).contains("ENV PORT="), "{}", of(&placed, config));
    let other = of(main, &config.replace("os.Getenv(key)", "table[key]"));
    assert!(!other.contains("ENV PORT="), "{other}");
    let other = of(&main.replace("config.Value(\"PORT\")", "other.Value(\"PORT\")"), config);
    assert!(!other.contains("ENV PORT="), "{other}");
}

#[test]
fn a_bot_whose_root_command_does_nothing_is_started_by_its_one_subcommand() {
    let command = |root: &str, more: &str| {
        format!(
            "package main\n\nimport (\n\t\"github.com/bwmarrin/discordgo\"\n\t\"github.com/spf13/cobra\"\n)\n\nvar root = &cobra.Command{{Use: \"shop\"{root}}}\n\nvar bot = &cobra.Command{{Use: \"runbot [file]\", Run: run}}\n{more}\nfunc run(c *cobra.Command, a []string) {{\n\tdiscordgo.New(\"Bot x\")\n}}\n\nfunc init() {{\n\troot.AddCommand(bot)\n}}\n\nfunc main() {{\n\troot.Execute()\n}}\n"
        )
    };
    let module = "module a\n\nrequire (\n\tgithub.com/bwmarrin/discordgo v0.28.1\n\tgithub.com/spf13/cobra v1.8.0\n)\n";
    let of = |main: &str| made(&[("go.mod", module), ("go.sum", ""), ("main.go", main)]).0;
    assert!(of(&command("", "")).contains("CMD [\"runbot\"]\n"), "{}", of(&command("", "")));
    assert!(!of(&command(", Run: run", "")).contains("runbot"), "the root runs");
    let two = "\nvar old = &cobra.Command{Use: \"old\", Run: run}\n\nfunc init() {\n\troot.AddCommand(old)\n}\n";
    assert!(!of(&command("", two)).contains("runbot"), "one of two");
}

#[test]
fn what_is_said_of_a_module_with_several_programs_is_what_the_chosen_one_says() {
    let bot = "package main\n\nimport tg \"github.com/go-telegram-bot-api/telegram-bot-api/v5\"\n\nfunc main() { tg.NewBotAPI(os.Getenv(\"TOKEN\")) }\n";
    let api = "package main\n\nimport (\n\t\"os\"\n\t\"github.com/gin-gonic/gin\"\n\t\"github.com/redis/go-redis/v9\"\n)\n\nfunc main() {\n\tredis.ParseURL(os.Getenv(\"CACHE\"))\n\tgin.Default().Run(\":8090\")\n}\n";
    let folder =
        repository(&[("go.mod", "module x.y/shop\n\ngo 1.26\n"), ("cmd/bot/main.go", bot), ("cmd/books/main.go", api)]);
    let said = |binary: &str| folder.run(&["init", "--yes", "--dry-run", "--binary", binary]).stderr;
    let (bot, books) = (said("bot"), said("books"));
    assert!(bot.contains("Telegram bot") && bot.contains("TOKEN") && !bot.contains("redis"), "{bot}");
    assert!(books.contains("Gin server") && books.contains("redis") && !books.contains("TOKEN"), "{books}");
    assert!(folder.init("", &["--binary", "books"]).unwrap().0.starts_with("# Made by dockgen: Gin server"));
}

/// A program that reads settings as `body` says, and then serves.
fn reading(imports: &str, body: &str) -> String {
    format!(
        "package main\n\nimport (\n\t\"log\"\n\t\"net/http\"\n\t\"os\"\n{imports}\n)\n\nfunc main() {{\n{body}\n}}\n"
    )
}

#[test]
fn a_file_of_variables_in_the_working_folder_is_wanted_however_its_path_is_put_together() {
    let of = |body: &str| {
        let main = reading("\t\"path/filepath\"\n\t\"github.com/joho/godotenv\"", body);
        made(&[("go.mod", "module shop\n"), ("main.go", &main)])
    };
    let ends = "if err != nil {\n\t\tlog.Fatal(err)\n\t}\n\thttp.ListenAndServe(\":8080\", nil)";
    for path in ["filepath.Join(folder, \".env\")", "folder + \"/.env\""] {
        let load = |maker: &str| {
            format!("\tfolder, _ := {maker}()\n\tplace := {path}\n\terr := godotenv.Load(place)\n\t{ends}")
        };
        let (text, said) = of(&load("os.Getwd"));
        assert!(text.contains("/app/.env") && said.contains("unless there is a file `.env`"), "{text}{said}");
        let printed = load("os.Getwd").replace("log.Fatal", "log.Println");
        for body in [printed, load("os.UserHomeDir")] {
            let (text, said) = of(&body);
            assert!(!text.contains(".env") && !said.contains("`.env`"), "{text}{said}");
        }
    }
}

#[test]
fn a_file_of_variables_that_nothing_else_stands_for_is_demanded_and_says_the_port() {
    let of = |body: &str| {
        let main = reading("\t\"github.com/spf13/viper\"", body);
        made(&[("go.mod", "module shop\n"), ("main.go", &main), (".env.dist", "APP_PORT=3000\nMAIL_PORT=25\n")])
    };
    let body = "\tviper.SetConfigFile(\".env\")\n\tif err := viper.ReadInConfig(); err != nil {\n\t\tlog.Fatal(err)\n\t}\n\tmail(viper.GetString(\"MAIL_PORT\"))\n\thttp.ListenAndServe(\":\"+viper.GetString(\"APP_PORT\"), nil)";
    let (text, said) = of(body);
    assert!(said.contains("it reads `.env`") && said.contains("made from `.env.dist`"), "{said}");
    assert!(text.contains("EXPOSE 3000") && !text.contains(".env"), "{text}");
    for line in ["viper.AutomaticEnv()", "viper.BindEnv(\"APP_PORT\")"] {
        let (text, said) = of(&format!("\t{line}\n{body}"));
        assert!(text.contains("/app/.env") && !said.contains("it reads `.env`"), "{text}{said}");
    }
    let (text, said) = of(&body.replace("log.Fatal", "log.Println"));
    assert!(!text.contains("/app/.env") && !said.contains("`.env`"), "{text}{said}");
}

#[test]
fn a_table_of_variables_is_found_by_the_path_that_its_reader_is_passed() {
    let settings = "package settings\n\nimport (\n\t\"log\"\n\t\"github.com/joho/godotenv\"\n)\n\nfunc New(path string) map[string]string {\n\tall, err := godotenv.Read(path)\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\treturn all\n}\n";
    let body = "\tlog.Println(errors.New(\"x\"))\n\tall := own.New(\".env\")\n\thttp.ListenAndServe(\":\"+all[\"REST_PORT\"], nil)";
    let main = reading("\t\"errors\"\n\town \"shop/settings\"", body);
    let of = |settings: &str| {
        let sample = (".env.example", "DEBUG_PORT=8085\nREST_PORT=8090\n");
        made(&[("go.mod", "module shop\n"), ("main.go", &main), ("settings/settings.go", settings), sample])
    };
    let (text, said) = of(settings);
    assert!(said.contains("it reads `.env`") && said.contains("made from `.env.example`"), "{said}");
    assert!(text.contains("EXPOSE 8090"), "{text}");
    let (text, said) = of(&settings.replace("godotenv.Read(path)", "other.Read(path)"));
    assert!(!said.contains("`.env`") && !text.contains("8090"), "{text}{said}");
}

#[test]
fn each_file_that_viper_may_be_told_comes_along_also_one_beside_the_working_folder() {
    let config = "package config\n\nimport \"github.com/spf13/viper\"\n\nfunc Path(kind string) string {\n\tif kind == \"docker\" {\n\t\treturn \"PLACE/app-docker\"\n\t}\n\treturn \"PLACE/app-local\"\n}\n\nfunc Load(name string) error {\n\tv := viper.New()\n\tv.SetConfigName(name)\n\tv.AddConfigPath(\".\")\n\treturn v.ReadInConfig()\n}\n";
    let body = "\tpath := config.Path(os.Getenv(\"kind\"))\n\tif err := config.Load(path); err != nil {\n\t\tlog.Fatal(err)\n\t}\n\thttp.ListenAndServe(address, nil)";
    let main = reading("\t\"shop/config\"", body);
    let of = |place: &str, command: &str| {
        let (local, docker) = ("server:\n  port: \":5055\"\n", "server:\n  port: \":5056\"\n");
        made(&[
            ("go.mod", "module shop\n"),
            (command, &main),
            ("config/config.go", &config.replace("PLACE", place)),
            ("config/app-local.yml", local),
            ("config/app-docker.yml", docker),
        ])
        .0
    };
    let here = of("config", "main.go");
    assert!(here.contains("/app/config/app-local.yml") && here.contains("/app/config/app-docker.yml"), "{here}");
    assert!(here.contains("WORKDIR /app\n") && here.contains("EXPOSE 5055"), "{here}");
    let beside = of("../config", "cmd/main.go");
    assert!(beside.contains("/app/config/app-local.yml") && beside.contains("WORKDIR /app/cmd\n"), "{beside}");
    let outside = of("../config", "main.go");
    assert!(!outside.contains("app-local.yml"), "{outside}");
}

#[test]
fn a_file_that_viper_looks_for_in_a_folder_that_is_passed_is_named_with_its_sample() {
    let body = "\tif err := read(FOLDER); err != nil {\n\t\tlog.Fatal(err)\n\t}\n\thttp.ListenAndServe(\":8080\", nil)";
    let read = "\nfunc read(folder string) error {\n\tviper.SetConfigName(\"app\")\n\tviper.AddConfigPath(folder)\n\treturn viper.ReadInConfig()\n}\n";
    let of = |folder: &str, sample: &str| {
        let main = reading("\t\"github.com/spf13/viper\"", &body.replace("FOLDER", folder)) + read;
        made(&[("go.mod", "module shop\n"), ("main.go", &main), (sample, "port: 8080\n")]).1
    };
    let said = of("\"./configs\"", "configs/app.example.yml");
    assert!(said.contains("`configs/app.yml`") && said.contains("made from `configs/app.example.yml`"), "{said}");
    assert!(of("\"./configs\"", "other.yml").contains("`configs/app.yaml`"), "{said}");
    assert!(!of("\"./configs\"", "configs/app.yml").contains("it reads"), "{said}");
}

#[test]
fn a_file_that_is_opened_comes_along_whatever_its_ending() {
    let of = |body: &str| {
        let main = reading(
            "\t\"github.com/gofiber/fiber/v2/middleware/favicon\"",
            &format!("{body}\n\thttp.ListenAndServe(\":8080\", nil)"),
        );
        made(&[("go.mod", "module shop\n"), ("main.go", &main), ("logo.png", "x"), ("fonts/plain.ttf", "x")]).0
    };
    for body in [
        "\tos.ReadFile(\"logo.png\")",
        "\tuse(favicon.New(favicon.Config{File: \"logo.png\"}))",
        "\tuse(favicon.New(\"./logo.png\"))",
    ] {
        assert!(of(body).contains("/app/logo.png"), "{body}");
    }
    assert!(of("\tfont := \"fonts/plain.ttf\"\n\tos.Open(font)").contains("/app/fonts/plain.ttf"));
    for body in [
        "\tserve(request.Path + \"logo.png\")",
        "\tos.ReadFile(\"go.mod\")",
        "\tuse(favicon.Config{URL: \"logo.png\"})",
    ] {
        let text = of(body);
        assert!(!text.contains("/app/logo.png") && !text.contains("/app/go.mod"), "{body}: {text}");
    }
}

#[test]
fn a_file_that_is_only_read_is_not_written() {
    let of = |body: &str| {
        let main = reading("", &format!("{body}\n\thttp.ListenAndServe(\":8080\", nil)"));
        made(&[("go.mod", "module shop\n"), ("main.go", &main), ("data/prices.json", "{}")]).0
    };
    let read = of("\tos.ReadFile(\"data/prices.json\")");
    assert!(read.contains("/app/data/prices.json") && !read.contains("VOLUME"), "{read}");
    for body in [
        "\tos.ReadFile(\"data/orders.json\")",
        "\tos.ReadFile(\"data/prices.json\")\n\tos.WriteFile(\"data/orders.json\", b, 0644)",
    ] {
        assert!(of(body).contains("VOLUME [\"/app/data\"]"), "{body}");
    }
}

#[test]
fn folders_of_uploads_and_of_embedded_databases_are_writable() {
    let of = |imports: &str, body: &str| {
        let main = reading(imports, &format!("{body}\n\thttp.ListenAndServe(\":8080\", nil)"));
        made(&[("go.mod", "module shop\n"), ("main.go", &main)]).0
    };
    let badger = "\t\"github.com/dgraph-io/badger/v4\"";
    for (imports, body, folder) in [
        (
            "",
            "\tname := fmt.Sprintf(\"./pictures/%s\", uuid.New().String())\n\tc.SaveFile(file, name)",
            "/app/pictures",
        ),
        ("", "\tc.SaveUploadedFile(file, \"pictures/\"+file.Filename)", "/app/pictures"),
        (badger, "\tbadger.Open(badger.DefaultOptions(\"./orders\").WithLogger(nil))", "/app/orders"),
        ("", "\tpebble.Open(\"orders\", nil)", "/app/orders"),
    ] {
        assert!(of(imports, body).contains(&format!("VOLUME [\"{folder}\"]")), "{body}");
    }
    for (imports, body) in [
        ("", "\tc.SaveFile(file, filepath.Join(os.TempDir(), file.Filename))"),
        (badger, "\tbadger.Open(badger.DefaultOptions(\"\").WithInMemory(true))"),
        ("", "\tbuntdb.Open(\":memory:\")"),
    ] {
        assert!(!of(imports, body).contains("VOLUME"), "{body}");
    }
}

#[test]
fn a_server_is_called_by_the_framework_that_it_calls_not_by_one_whose_types_it_names() {
    let of = |body: &str| {
        let imports = "\t\"github.com/labstack/echo/v4\"\n\t\"google.golang.org/grpc\"";
        let main = reading(imports, body) + "\nfunc refuse(ctx echo.Context) error { return ctx.NoContent(500) }\n";
        made(&[("go.mod", "module shop\n"), ("main.go", &main)]).0
    };
    assert!(
        of("\tl, _ := net.Listen(\"tcp\", \":5003\")\n\tgrpc.NewServer().Serve(l)").contains("dockgen: gRPC server")
    );
    assert!(of("\tgrpc.NewServer()\n\techo.New().Start(\":5003\")").contains("dockgen: Echo server"));
}

#[test]
fn a_host_of_the_source_in_front_of_a_port_from_anywhere_is_opened() {
    let of = |port: &str, address: &str| {
        let main = reading("\t\"shop/env\"", &format!("\tport := {port}\n\thttp.ListenAndServe({address}, nil)"));
        let env = "package env\n\nimport \"os\"\n\nfunc Port() string {\n\tport := os.Getenv(\"SHOP_PORT\")\n\tif port == \"\" {\n\t\tport = \"3003\"\n\t}\n\treturn port\n}\n";
        made(&[("go.mod", "module shop\n"), ("main.go", &main), ("env/env.go", env)]).0
    };
    for port in ["env.Port()", "\"3003\""] {
        let text = of(port, "\"127.0.0.1:\" + port");
        assert!(text.contains("sed -i") && text.contains("0.0.0.0") && text.contains("EXPOSE 3003"), "{text}");
        let text = of(port, "\":\" + port");
        assert!(!text.contains("sed -i") && text.contains("EXPOSE 3003"), "{text}");
    }
}

#[test]
fn settings_that_keep_a_server_on_the_loopback_are_said() {
    let said = |host: &str| {
        let main = "package main\n\nimport (\n\t\"log\"\n\t\"net/http\"\n\n\t\"github.com/spf13/viper\"\n)\n\nfunc main() {\n\tviper.SetConfigName(\"app\")\n\tviper.AddConfigPath(\"./configs\")\n\tif err := viper.ReadInConfig(); err != nil {\n\t\tlog.Fatal(err)\n\t}\n\thttp.ListenAndServe(viper.GetString(\"web.host\")+\":\"+viper.GetString(\"web.port\"), nil)\n}\n";
        let settings = format!("database:\n  host: localhost\nweb:\n  host: {host}\n  port: 9000\n");
        let (_, said) = made(&[("go.mod", "module a\n"), ("main.go", main), ("configs/app.yml", &settings)]);
        said
    };
    let kept = said("127.0.0.1");
    assert!(kept.contains("its settings let it listen on the machine's own loopback only"), "{kept}");
    assert!(kept.contains("configs/app.yml:4"), "{kept}");
    assert!(!said("0.0.0.0").contains("loopback"));
}

#[test]
fn a_file_of_variables_that_is_looked_for_first_is_not_needed() {
    let said = |asked: &str| {
        let main = format!(
            "package main\n\nimport (\n\t\"net/http\"\n\t\"os\"\n\n\t\"github.com/joho/godotenv\"\n)\n\nfunc main() {{\n\tif _, err := os.Stat(\"{asked}\"); err == nil {{\n\t\terr = godotenv.Load()\n\t\tif err != nil {{\n\t\t\tpanic(err)\n\t\t}}\n\t}}\n\thttp.ListenAndServe(\":8080\", nil)\n}}\n"
        );
        let module = "module a\n\nrequire github.com/joho/godotenv v1.5.1\n";
        made(&[("go.mod", module), ("go.sum", ""), ("main.go", &main)]).1
    };
    assert!(!said(".env").contains("unless there is a file"), "{}", said(".env"));
    assert!(said("shop.db").contains("unless there is a file `.env`"), "{}", said("shop.db"));
}

#[test]
fn a_type_that_viper_fills_takes_the_variables_of_its_file_alone() {
    let made = |told: &str| {
        let main = format!(
            "package main\n\nimport (\n\t\"net/http\"\n\n\t\"github.com/spf13/viper\"\n)\n\nfunc main() {{\n\tviper.SetConfigFile(\".env\")\n\tviper.AutomaticEnv()\n\t{told}\n\tif err := viper.ReadInConfig(); err != nil {{\n\t\tpanic(err)\n\t}}\n\tviper.Unmarshal(&settings)\n\thttp.ListenAndServe(\":8080\", nil)\n}}\n"
        );
        let module = "module a\n\nrequire github.com/spf13/viper v1.20.0\n";
        made(&[("go.mod", module), ("go.sum", ""), ("main.go", &main)])
    };
    let (text, said) = made("");
    assert!(said.contains("--volume \"$PWD/.env:/app/.env:ro\"") && !text.contains("/out/writable"), "{text}{said}");
    for told in ["viper.SetDefault(\"URL\", \"\")", "viper.BindEnv(\"URL\")", "open(viper.GetString(\"URL\"))"] {
        let (text, said) = made(told);
        assert!(said.contains("an empty one") && text.contains("/app/.env /app/.env\n"), "{told}: {text}{said}");
    }
}

#[test]
fn a_folder_that_is_listed_comes_along_and_the_account_of_a_client_is_said() {
    let made = |body: &str| {
        let main = format!(
            "package main\n\nimport (\n\t\"net/http\"\n\t\"os\"\n\n\t\"google.golang.org/api/option\"\n)\n\nfunc load(folder string) {{\n\tfiles, _ := os.ReadDir(folder)\n\tuse(files)\n}}\n\nfunc main() {{\n\t{body}\n\thttp.ListenAndServe(\":8080\", nil)\n}}\n"
        );
        let module = "module a\n\nrequire google.golang.org/api v0.200.0\n";
        let files = [("rules/default.json", "{}"), ("other/default.json", "{}"), ("keys.json", "{}")];
        let own = [("go.mod", module), ("go.sum", ""), ("main.go", main.as_str())];
        made(&own.into_iter().chain(files).collect::<Vec<_>>())
    };
    let (text, said) = made("load(\"rules\")");
    assert!(text.contains("COPY rules /app/rules\n") && !text.contains("/app/other"), "{text}{said}");
    let (text, said) = made("storage.NewClient(ctx, option.WithCredentialsFile(\"keys.json\"))");
    assert!(said.contains("it ends unless there is a file `keys.json`") && !text.contains("keys.json"), "{text}{said}");
    let (_, said) = made("storage.NewClient(ctx, other.WithCredentialsFile(\"keys.json\"))");
    assert!(!said.contains("unless there is a file"), "{said}");
}

#[test]
fn what_a_file_of_settings_says_of_a_field_takes_the_place_of_its_literal() {
    let made = |fill: &str, settings: &str| {
        let main = format!(
            "package main\n\nimport (\n\t\"net/http\"\n\n\t\"github.com/spf13/viper\"\n)\n\ntype Config struct {{\n\tAddress string\n}}\n\nfunc main() {{\n\tconfig := Config{{Address: \":8080\"}}\n\tviper.SetConfigFile(\"config.yml\")\n\tviper.ReadInConfig()\n\t{fill}\n\thttp.ListenAndServe(config.Address, nil)\n}}\n"
        );
        let module = "module a\n\nrequire github.com/spf13/viper v1.20.0\n";
        made(&[("go.mod", module), ("go.sum", ""), ("main.go", &main), ("config.yml", settings)])
    };
    let fill = "viper.Unmarshal(&config)";
    let (text, said) = made(fill, "db:\n  address: localhost:5432\naddress: localhost:3001\n");
    assert!(text.contains("EXPOSE 3001\n") && said.contains("config.yml:3"), "{text}{said}");
    assert!(said.contains("listen on the machine's own loopback only") && !said.contains("8080"), "{said}");
    for (fill, settings) in [(fill, "place: localhost:3001\n"), ("use(config)", "address: localhost:3001\n")] {
        let (text, said) = made(fill, settings);
        assert!(text.contains("EXPOSE 8080\n") && !said.contains("loopback"), "{fill}: {text}{said}");
    }
}

#[test]
fn a_worker_beside_the_subcommand_that_serves_is_said() {
    let said = |name: &str, parent: &str| {
        let main = format!(
            "package main\n\nimport (\n\t\"net/http\"\n\n\t\"github.com/spf13/cobra\"\n)\n\nvar rootCmd = &cobra.Command{{Use: \"shop\"}}\nvar usersCmd = &cobra.Command{{Use: \"users\"}}\n\nvar serverCmd = &cobra.Command{{Use: \"server\", Run: func(cmd *cobra.Command, args []string) {{ http.ListenAndServe(\":8080\", nil) }}}}\nvar otherCmd = &cobra.Command{{Use: \"{name}\", Run: func(cmd *cobra.Command, args []string) {{ work() }}}}\n\nfunc main() {{\n\trootCmd.AddCommand(serverCmd)\n\trootCmd.AddCommand(usersCmd)\n\t{parent}.AddCommand(otherCmd)\n\trootCmd.Execute()\n}}\n"
        );
        made(&[("go.mod", "module a\n\nrequire github.com/spf13/cobra v1.8.0\n"), ("go.sum", ""), ("main.go", &main)])
    };
    let (text, worker) = said("worker", "rootCmd");
    assert!(text.contains("CMD [\"server\"]\n"), "{text}");
    assert!(worker.contains("the image starts `server`, and `worker` goes on beside it in another"), "{worker}");
    assert!(worker.contains("`docker run IMAGE worker`"), "{worker}");
    for (name, parent) in [("version", "rootCmd"), ("worker", "usersCmd")] {
        assert!(!said(name, parent).1.contains("goes on beside it"), "{name} of {parent}");
    }
}
