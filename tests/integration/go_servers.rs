//! Servers in Go: which port is the one that users talk to, and what they want before they start.

use crate::scratch::{Ran, Scratch};

fn made(files: &[(&str, &str)]) -> Ran {
    let ran = Scratch::new(files.iter().copied().chain([("go.mod", "module shop\n\ngo 1.26\n")]))
        .run(&["init", "--yes", "--print"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    ran
}

fn program(imports: &str, body: &str) -> String {
    format!("package main\n\nimport (\n{imports}\n)\n\n{body}\n")
}

#[track_caller]
fn opens(body: &str, port: &str) {
    let ran = made(&[("main.go", &program("\t\"net/http\"", body))]);
    assert!(ran.stdout.contains(&format!("EXPOSE {port}\n")), "{body}\n{}", ran.stdout);
}

#[test]
fn the_address_that_users_set_counts_before_one_that_is_fixed() {
    let settings = "type arguments struct {\n\tAgent string `arg:\"--agent-addr,env:SHOP_AGENT_ADDR\" default:\":7007\"`\n\tAddr string `arg:\"env:SHOP_ADDR\" default:\":8088\"`\n}\n";
    opens(&format!("{settings}\nfunc main() {{\n\thttp.ListenAndServe(\":7007\", nil)\n}}"), "8088");
}

#[test]
fn ports_of_what_is_reached_or_merely_started_do_not_count() {
    let time = "const serverPort = \"123\"\n\nfunc main() {\n\tflag.String(\"ntp.server-port\", \"123\", \"\")\n\tserve(\":9100\")\n\thttp.ListenAndServe(address, nil)\n}";
    opens(time, "9100");
    let part = "type network struct{ Port int }\n\nvar own = network{Port: 7070}\n\nfunc main() {\n\tstation.Start(8887, \"/ws\")\n\thttp.ListenAndServe(own.address(), nil)\n}";
    opens(part, "7070");
    let inside = "var own = config{MetricsAddress: \":7979\", ProviderPort: \"127.0.0.1:8888\"}\n\nfunc main() {\n\thttp.ListenAndServe(own.address(), nil)\n}";
    opens(inside, "7979");
}

#[test]
fn a_program_that_draws_on_a_terminal_is_no_server_unless_a_subcommand_serves() {
    let called_back = "func main() {\n\tgo http.ListenAndServe(\":8080\", nil)\n\ttview.NewApplication().Run()\n}";
    let imports = "\t\"net/http\"\n\t\"github.com/rivo/tview\"\n\t\"github.com/spf13/cobra\"";
    let ran = made(&[("main.go", &program(imports, called_back))]);
    assert!(
        ran.stdout.contains("# Made by dockgen: command-line program") && !ran.stdout.contains("EXPOSE"),
        "{}",
        ran.stdout
    );
    let serving = format!("var serveCmd = &cobra.Command{{Use: \"serve\"}}\n\n{called_back}");
    let ran = made(&[("main.go", &program(imports, &serving))]);
    assert!(ran.stdout.contains("EXPOSE 8080\n") && ran.stdout.contains("CMD [\"serve\"]"), "{}", ran.stdout);
}

#[test]
fn settings_that_are_wanted_and_not_there_are_named_with_a_sample() {
    let body = "func main() {\n\tpath := flag.String(\"config\", \"conf/shop.toml\", \"\")\n\tload(*path)\n\thttp.ListenAndServe(\":8080\", nil)\n}";
    let main = program("\t\"flag\"\n\t\"net/http\"", body);
    let ran = made(&[("main.go", &main), ("shop.example.toml", "port = 1\n")]);
    ran.ends(
        0,
        &[
            "it reads `conf/shop.toml` unless told otherwise, and there is none",
            "made from `shop.example.toml`: `docker run --volume \"$PWD/shop.toml:/app/conf/shop.toml:ro\"`",
        ],
    );
    let there = made(&[("main.go", &main), ("conf/shop.toml", "port = 1\n")]);
    assert!(!there.stderr.contains("unless told otherwise"), "{}", there.stderr);
}

#[test]
fn homes_and_ends_of_names_are_no_folders_of_the_image() {
    let body = "func main() {\n\topen(\"~/.shop/shop.db\", config{DefaultDataDir: name + \"_data\"})\n\thttp.ListenAndServe(\":8080\", nil)\n}";
    let ran = made(&[("main.go", &program("\t\"net/http\"", body))]);
    assert!(!ran.stdout.contains("VOLUME"), "{}", ran.stdout);
}

#[test]
fn private_modules_are_asked_for_with_a_secret_where_they_are_required() {
    let module = "module shop\n\ngo 1.26\n\nrequire git.acme.example/money v1.0.0\n";
    let main = program("\t\"git.acme.example/money\"", "func main() {\n\tmoney.Print()\n}");
    let files = |private: &str| {
        Scratch::new([
            ("go.mod", module),
            ("go.sum", ""),
            ("main.go", main.as_str()),
            ("Makefile", &format!("export GOPRIVATE := {private}\n")),
        ])
        .run(&["init", "--yes", "--print"])
    };
    let ran = files("*.acme.example");
    assert!(ran.stdout.contains("ENV GOPRIVATE=*.acme.example\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("--mount=type=secret,id=netrc,target=/root/.netrc \\\n    go mod download\n"));
    ran.ends(0, &["modules of `*.acme.example` may want credentials", "--secret id=netrc,src=$HOME/.netrc"]);
    let other = files("git.other.example/*");
    assert!(!other.stdout.contains("netrc") && !other.stdout.contains("GOPRIVATE"), "{}", other.stdout);
}

#[test]
fn libraries_of_cgo_lines_are_installed_and_those_without_a_package_named() {
    let main = "package main\n\n// #cgo linux pkg-config: vips\n// #cgo linux LDFLAGS: -lm -lacme\n// #cgo darwin LDFLAGS: -lobjc\n// #include <vips/vips.h>\nimport \"C\"\n\nfunc main() { C.vips_shutdown() }\n";
    let ran = made(&[("main.go", main)]);
    assert!(ran.stdout.contains("--no-install-recommends libvips-dev \\\n"), "{}", ran.stdout);
    ran.ends(0, &["it is linked to `acme`, and no Debian package is known to hold that", "main.go:4"]);
    assert!(!ran.stderr.contains("objc"), "{}", ran.stderr);
}

#[test]
fn a_host_of_the_source_in_front_of_a_port_that_is_a_setting_is_opened() {
    let text = |address: &str| {
        let main = format!(
            "package main\n\nimport (\n\t\"flag\"\n\t\"net/http\"\n)\n\nfunc main() {{\n\tport := flag.String(\"p\", \"9090\", \"port\")\n\tflag.Parse()\n\thttp.ListenAndServe({address}, nil)\n}}\n"
        );
        Scratch::new([("go.mod", "module a\n"), ("main.go", &*main)]).init("", &[]).unwrap().0
    };
    let opened = text("\"localhost:\" + *port");
    assert!(opened.contains("sed -i") && opened.contains("EXPOSE 9090\n"), "{opened}");
    let open = text("\":\" + *port");
    assert!(!open.contains("sed -i") && open.contains("EXPOSE 9090\n"), "{open}");
}

#[test]
fn a_file_that_comes_with_the_repository_and_is_written_is_the_application_s_own() {
    let serving = |open: &str| {
        program("\t\"net/http\"", &format!("func main() {{\n\t{open}\n\thttp.ListenAndServe(\":8080\", nil)\n}}"))
    };
    let of = |open: &str, file: &str| made(&[("main.go", &serving(open)), (file, "x")]);
    let ran = of("connect(\"./shop.db\")", "shop.db");
    assert!(ran.stdout.contains("COPY --chown=65532:65532 shop.db /app/shop.db\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("COPY --from=build --chown=65532:65532 /out/writable/app/ /app/\n"), "{}", ran.stdout);
    assert!(ran.stderr.contains("it writes `shop.db`, which is taken into the image"), "{}", ran.stderr);
    let ran = of("dbPath := \"kept/shop.json\"\n\tconnect(dbPath)", "kept/shop.json");
    assert!(ran.stdout.contains("COPY --chown=65532:65532 kept/shop.json /app/kept/shop.json\n"), "{}", ran.stdout);
    // One that is not there, one that is only read, and one that is inside the program.
    for (open, file) in [("connect(\"./shop.db\")", "other.db"), ("os.ReadFile(\"words/a.json\")", "words/a.json")] {
        let ran = of(open, file);
        assert!(!ran.stdout.contains("COPY --chown"), "{open}: {}", ran.stdout);
    }
    let inside = "import _ \"embed\"\n\n//go:embed shop.db\nvar db []byte\n\nfunc main() {\n\tconnect(\"shop.db\")\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
    let ran = made(&[("main.go", &format!("package main\n\nimport \"net/http\"\n{inside}")), ("shop.db", "x")]);
    assert!(!ran.stdout.contains("COPY --chown"), "{}", ran.stdout);
}

#[test]
fn certificates_that_a_server_is_given_and_that_are_not_there_are_named() {
    let of = |serve: &str, files: &[(&str, &str)]| {
        let main = program(
            "\t\"net/http\"",
            &format!("func main() {{\n\tserver := http.Server{{Addr: \":8443\"}}\n\t{serve}\n}}"),
        );
        made(&[&[("main.go", main.as_str())], files].concat()).stderr
    };
    let serve = "server.ListenAndServeTLS(\"./tls/cert.pem\", \"./tls/key.pem\")";
    let said = of(serve, &[]);
    assert!(said.contains("`tls/cert.pem`") && said.contains("`tls/key.pem`"), "{said}");
    let key = "-----BEGIN PRIVATE KEY-----\n";
    let said = of(serve, &[("tls/cert.pem", "x"), ("tls/key.pem", key)]);
    assert!(said.contains("`tls/key.pem`, and the image has none"), "keys stay out of an image: {said}");
    assert!(!of("server.ListenAndServe(\"./tls/cert.pem\")", &[]).contains("tls"));
}

#[test]
fn a_file_of_variables_that_viper_is_told_stays_out_and_says_the_port() {
    let load = "package config\n\nimport (\n\t\"log\"\n\t\"github.com/spf13/viper\"\n)\n\nfunc Load(path string) {\n\tviper.SetConfigFile(path)\n\tviper.AutomaticEnv()\n\tif err := viper.ReadInConfig(); err != nil {\n\t\tlog.Println(err)\n\t}\n}\n";
    let main = "package main\n\nimport (\n\t\"fmt\"\n\t\"net\"\n\t\"shop/config\"\n\t\"github.com/spf13/viper\"\n)\n\nconst path = \"configs/app.env\"\n\nfunc main() {\n\tconfig.Load(path)\n\tnet.Listen(\"tcp\", fmt.Sprintf(\"%s:%d\", viper.GetString(\"SERVER_HOST\"), viper.GetInt(\"SERVER_PORT\")))\n}\n";
    let of = |file: &str| made(&[("main.go", main), ("config/config.go", load), (file, "SERVER_PORT=8909\nKEY=x\n")]);
    let ran = of("configs/app.env");
    assert!(ran.stdout.contains("EXPOSE 8909\n") && !ran.stdout.contains("COPY configs"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("it reads `configs/app.env` unless told otherwise, and it is left out"),
        "{}",
        ran.stderr
    );
    let ran = of("configs/other.env");
    assert!(!ran.stdout.contains("8909") && !ran.stderr.contains("left out of the image"), "{}", ran.stderr);
}

#[test]
fn a_file_of_variables_that_a_function_is_given_must_be_there() {
    let load = |end: &str| {
        format!(
            "package config\n\nimport (\n\t\"log\"\n\t\"github.com/spf13/viper\"\n)\n\nfunc Load(path string) {{\n\tviper.SetConfigFile(path)\n\tviper.AutomaticEnv()\n\terr := viper.ReadInConfig()\n\tif err != nil {{\n\t\t{end}\n\t}}\n}}\n"
        )
    };
    let names = "package names\n\nconst (\n\tPORT_OF_SHOP = \"SHOP_PORT\"\n)\n";
    let main = "package main\n\nimport (\n\t\"net/http\"\n\t\"shop/config\"\n\t\"shop/names\"\n\t\"github.com/spf13/viper\"\n)\n\nfunc main() {\n\tconfig.Load(\".env\")\n\taddress := viper.GetString(names.PORT_OF_SHOP)\n\thttp.ListenAndServe(address, nil)\n}\n";
    let of = |end: &str| {
        let load = load(end);
        made(&[
            ("main.go", main),
            ("config/config.go", &load),
            ("names/names.go", names),
            (".env.example", "SHOP_PORT=:8909\n"),
        ])
    };
    let ran = of("log.Panic(err)");
    assert!(ran.stderr.contains("the program ends unless there is a file `.env`"), "{}", ran.stderr);
    assert!(ran.stdout.contains("ENV SHOP_PORT=8909") && ran.stdout.contains("EXPOSE 8909\n"), "{}", ran.stdout);
    let ran = of("log.Println(err)");
    assert!(!ran.stderr.contains("unless there is a file"), "{}", ran.stderr);
}

#[test]
fn a_program_called_like_its_module_is_no_sample_whatever_that_says() {
    let main = program("\t\"net/http\"", "func main() {\n\thttp.ListenAndServe(\":8080\", nil)\n}");
    let of = |module: &str, folder: &str| {
        let module = format!("module example.org/{module}\n\ngo 1.26\n");
        let path = format!("cmd/{folder}/main.go");
        Scratch::new([("go.mod", module.as_str()), (path.as_str(), &main)]).run(&["init", "--yes", "--print"])
    };
    of("shop-example", "shop-example").ends(0, &[]);
    of("shop", "shop-example").ends(2, &["is a library"]);
}

#[test]
fn a_file_of_settings_that_a_function_names_is_wanted_where_there_is_only_a_sample() {
    let of = |fails: &str, sample: &str| {
        let main = "package main\n\nimport (\n\t\"net/http\"\n\t\"os\"\n\t\"path/filepath\"\n\n\t\"shop/config\"\n)\n\nfunc place() string {\n\tfolder, err := os.Getwd()\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\treturn filepath.Join(folder, \"config\", \"app.toml\")\n}\n\nfunc main() {\n\tconfig.Must(place())\n\thttp.ListenAndServe(\":8080\", nil)\n}\n";
        let read = format!(
            "package config\n\nimport \"github.com/BurntSushi/toml\"\n\nfunc Must(path string) {{\n\tif _, err := toml.DecodeFile(path, &all); err != nil {{\n\t\t{fails}\n\t}}\n}}\n"
        );
        made(&[("main.go", main), ("config/config.go", &read), (sample, "port = 1\n")]).stderr
    };
    let said = of("panic(err)", "config/app_example.toml");
    assert!(said.contains("it reads `config/app.toml` unless told otherwise, and there is none"), "{said}");
    assert!(said.contains("made from `config/app_example.toml`"), "{said}");
    assert!(!of("panic(err)", "config/app.toml").contains("there is none"), "it is there");
    assert!(!of("log.Println(err)", "config/app_example.toml").contains("there is none"), "it goes on");
}

#[test]
fn what_is_only_needed_under_a_condition_is_not_demanded() {
    let of = |call: &str| {
        let store = "package store\n\nimport (\n\t\"database/sql\"\n\t\"os\"\n)\n\nfunc New() { sql.Open(\"pgx\", os.Getenv(\"SHOP_DSN\")) }\n";
        let main = program(
            "\t\"net/http\"\n\n\t\"shop/store\"",
            &format!("func main() {{\n\t{call}\n\thttp.ListenAndServe(\":8080\", nil)\n}}"),
        );
        made(&[("main.go", &main), ("store/store.go", store)]).stderr
    };
    let needs = "the program needs variables that nothing sets: `SHOP_DSN`";
    assert!(of("store.New()").contains(needs) && of("if true {\n\t\tstore.New()\n\t}\n\tstore.New()").contains(needs));
    for call in
        ["if kind == \"sql\" {\n\t\tstore.New()\n\t}", "if kind == \"sql\" {\n\t\tgo func() { store.New() }()\n\t}"]
    {
        assert!(!of(call).contains(needs), "{call}");
    }
    let serve =
        |body: &str| made(&[("main.go", &program("\t\"net/http\"", &format!("func main() {{\n\t{body}\n}}")))]).stderr;
    let tls = "http.ListenAndServeTLS(\":8443\", \"cert.pem\", \"key.pem\", nil)";
    assert!(serve(tls).contains("it ends unless there is a file `cert.pem`"));
    let asked = format!("if secure {{\n\t\t{tls}\n\t}}\n\thttp.ListenAndServe(\":8080\", nil)");
    assert!(!serve(&asked).contains("cert.pem"), "{}", serve(&asked));
}

#[test]
fn a_second_port_is_said() {
    let of = |second: &str| {
        let body = format!("func main() {{\n\tgo func() {{ http.ListenAndServe(\":8080\", nil) }}()\n\t{second}\n}}");
        made(&[("main.go", &program("\t\"net\"\n\t\"net/http\"", &body))])
    };
    let both = of("net.Listen(\"tcp\", \":50051\")");
    assert!(both.stderr.contains("the program listens on port 50051 as well"), "{}", both.stderr);
    assert!(both.stdout.contains("EXPOSE 8080\n"), "{}", both.stdout);
    for other in ["if debug {\n\t\tnet.Listen(\"tcp\", \":6060\")\n\t}", "net.Dial(\"tcp\", \":50051\")"] {
        assert!(!of(other).stderr.contains("as well"), "{other}");
    }
}

#[test]
fn a_folder_of_what_is_read_that_is_written_is_the_application_s_own() {
    let body = |folder: &str| {
        let read = "http.Handle(\"/\", http.FileServer(http.Dir(\"assets\")))";
        let written = format!("os.WriteFile(filepath.Join(\"{folder}\", name), nil, 0644)");
        format!("func main() {{\n\t{read}\n\t{written}\n\thttp.ListenAndServe(\":8080\", nil)\n}}")
    };
    let of = |folder: &str| {
        let main = program("\t\"net/http\"\n\t\"os\"\n\t\"path/filepath\"", &body(folder));
        made(&[("main.go", &main), ("assets/a.css", "x"), ("assets/users/a.png", "x")]).stdout
    };
    let inside = of("assets/users");
    let (read, own) = ("COPY assets /app/assets\n", "/out/writable/app/assets/ /app/assets/\n");
    assert!(inside.find(read).zip(inside.find(own)).is_some_and(|(read, own)| read < own), "{inside}");
    let apart = of("uploads");
    assert!(apart.contains("/out/writable/app/uploads/ /app/uploads/\n") && !apart.contains(own), "{apart}");
}
