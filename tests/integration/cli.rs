//! The command line: what is printed where, what is written, and with what status it ends.

use crate::scratch::{Scratch, go_program, node_server};

#[test]
fn yes_writes_both_files_and_says_so() {
    let scratch = node_server();
    scratch.run(&["init", "--yes"]).ends(0, &["wrote Dockerfile", "wrote .dockerignore", "server.js:1"]);
    assert_eq!(scratch.names(), [".dockerignore", "Dockerfile", "package.json", "server.js"]);
    assert!(scratch.read("Dockerfile").contains("EXPOSE 4000"));
}

#[test]
fn a_second_run_changes_nothing() {
    let scratch = node_server();
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    let before = scratch.read("Dockerfile");
    scratch.run(&["init", "--yes"]).ends(0, &["unchanged Dockerfile", "unchanged .dockerignore"]);
    assert_eq!(scratch.read("Dockerfile"), before);
    scratch.run(&["init", "--check"]).ends(2, &["there is no terminal"]);
    scratch.run(&["init", "--yes", "--check"]).ends(0, &[]);
}

#[test]
fn check_tells_what_is_out_of_date_and_writes_nothing() {
    let scratch = node_server();
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    scratch.file("Dockerfile", "FROM scratch\n");
    scratch.run(&["init", "--yes", "--check"]).ends(1, &["`Dockerfile` is out of date", "-FROM scratch"]);
    assert_eq!(scratch.read("Dockerfile"), "FROM scratch\n");
}

#[test]
fn an_existing_file_is_kept_unless_told_otherwise() {
    let scratch = node_server();
    scratch.file("Dockerfile", "FROM scratch\n# mine\n");
    scratch.run(&["init", "--yes"]).ends(3, &["would overwrite `Dockerfile`", "-# mine", "--force"]);
    assert_eq!(scratch.names(), ["Dockerfile", "package.json", "server.js"], "nothing else is written either");
    assert_eq!(scratch.read("Dockerfile"), "FROM scratch\n# mine\n");
    scratch.run(&["init", "--yes", "--force"]).ends(0, &["replaced Dockerfile", "wrote .dockerignore"]);
    assert!(!scratch.read("Dockerfile").contains("mine"));
}

#[test]
fn print_and_dry_run_write_nothing() {
    let scratch = node_server();
    let printed = scratch.run(&["init", "--yes", "--print"]);
    printed.ends(0, &[]);
    assert!(printed.stdout.contains("FROM ") && printed.stdout.ends_with('\n'));
    let listed = scratch.run(&["init", "--yes", "--dry-run"]);
    listed.ends(0, &["would write Dockerfile", "would write .dockerignore"]);
    assert!(listed.stdout.is_empty(), "stdout is for data");
    assert_eq!(scratch.names(), ["package.json", "server.js"]);
}

#[test]
fn json_is_one_object_with_everything() {
    let scratch = node_server();
    let object = scratch.run(&["init", "--yes", "--json"]).json();
    assert_eq!(object["app"]["name"], "shop");
    assert_eq!(object["build_context"], ".");
    assert_eq!(object["dockerfile"], "Dockerfile");
    assert_eq!(object["files"][0]["action"], "create");
    assert_eq!(object["answers"]["port"]["value"], "4000");
    assert_eq!(object["answers"]["port"]["source"]["path"], "server.js");
    assert_eq!(object["answers"]["port"]["source"]["line"], 1);
    assert!(object["facts"].as_array().unwrap().iter().any(|fact| fact["name"] == "port" && fact["line"] == 1));
    assert!(object["findings"].is_array() && object["warnings"].is_array());
}

#[test]
fn several_applications_are_listed_and_one_is_picked_by_name() {
    let scratch = go_program();
    scratch.file("api/package.json", r#"{ "name": "api", "scripts": { "start": "node a.js" } }"#);
    scratch.file("api/a.js", "require('http').createServer().listen(1234)");
    scratch.file("web/package.json", r#"{ "name": "web", "scripts": { "start": "node b.js" } }"#);
    scratch.file("web/b.js", "require('http').createServer().listen(2345)");
    std::fs::remove_file(scratch.path().join("main.go")).unwrap();
    scratch.run(&["init", "--yes"]).ends(2, &["several applications", "api", "web", "--app api"]);
    assert_eq!(scratch.names(), ["api", "go.mod", "web"]);
    scratch.run(&["init", "--yes", "--app", "web"]).ends(0, &["wrote web/Dockerfile"]);
    scratch.run(&["init", "--yes", "api"]).ends(0, &["wrote Dockerfile"]);
    assert!(scratch.read("api/Dockerfile").contains("EXPOSE 1234"));
    scratch.run(&["init", "--yes", "--app", "nothing"]).ends(2, &["`nothing` is no answer to `--app`", "web"]);
}

#[test]
fn all_applications_are_taken_at_once_or_none() {
    let scratch = Scratch::new([
        ("api/go.mod", "module example.org/api\n\ngo 1.26\n"),
        ("api/main.go", "package main\n\nfunc main() {}\n"),
        ("web/package.json", r#"{ "name": "web", "scripts": { "start": "node b.js" } }"#),
        ("web/b.js", "require('http').createServer().listen(2345)"),
    ]);
    scratch.run(&["init", "--yes"]).ends(2, &["--app api", "--all"]);
    let objects = scratch.run(&["init", "--yes", "--all", "--json", "--dry-run"]).json();
    let dockerfiles: Vec<&str> =
        objects.as_array().unwrap().iter().filter_map(|it| it["dockerfile"].as_str()).collect();
    assert_eq!(dockerfiles, ["api/Dockerfile", "web/Dockerfile"]);
    scratch.file("web/Dockerfile", "FROM scratch\n");
    scratch.run(&["init", "--yes", "--all"]).ends(3, &["would overwrite `web/Dockerfile`"]);
    assert!(!scratch.path().join("api/Dockerfile").exists(), "all or none");
    scratch.run(&["init", "--yes", "--all", "--force"]).ends(0, &["wrote api/Dockerfile", "replaced web/Dockerfile"]);
    scratch.run(&["init", "--yes", "--all", "--check"]).ends(0, &[]);
}

#[test]
fn two_languages_in_one_folder_are_told_apart_by_a_flag() {
    let scratch = go_program();
    scratch.file("package.json", r#"{ "name": "other", "scripts": { "start": "node server.js" } }"#);
    scratch.file("server.js", "require('http').createServer().listen(3000)");
    scratch.run(&["init", "--yes"]).ends(2, &["several applications", "(go)", "(node)"]);
    scratch.run(&["init", "--yes", "--all"]).ends(2, &["lie in one folder", "--language LANGUAGE"]);
    scratch.run(&["init", "--yes", "--language", "go"]).ends(0, &[]);
    assert!(scratch.read("Dockerfile").contains("golang"));
}

#[test]
fn a_folder_inside_finds_the_workspace_around_it() {
    let scratch = Scratch::new([
        ("package.json", r#"{ "private": true, "workspaces": ["apps/*"] }"#),
        ("package-lock.json", r#"{ "lockfileVersion": 3, "packages": { "": { "workspaces": ["apps/*"] } } }"#),
        ("apps/web/package.json", r#"{ "name": "web", "scripts": { "start": "node w.js" } }"#),
        ("apps/web/w.js", "require('http').createServer().listen(3000)"),
    ]);
    let object = scratch.run(&["init", "--yes", "--json", "apps/web"]).json();
    assert_eq!(object["build_context"], "../..");
    assert_eq!(object["dockerfile"], "Dockerfile");
    assert!(scratch.read("apps/web/Dockerfile").contains("COPY apps/web/package.json ./apps/web/"));
    assert!(!scratch.read("apps/web/Dockerfile.dockerignore").is_empty());
}

#[test]
fn without_a_terminal_the_way_out_is_named() {
    let scratch = node_server();
    scratch.run(&["init"]).ends(2, &["there is no terminal", "dockgen init --yes"]);
    assert_eq!(scratch.names(), ["package.json", "server.js"]);
}

#[test]
fn a_wrong_answer_names_the_right_ones() {
    let scratch = node_server();
    scratch.run(&["init", "--yes", "--version", "99"]).ends(2, &["`99` is no answer to `--version`", "`24`"]);
    scratch.run(&["init", "--yes", "--port", "99999"]).ends(2, &["from 1 to 65535"]);
    scratch
        .run(&["init", "--yes", "--binary", "x"])
        .ends(2, &["`--binary` is no question of this application", "`--port`"]);
    assert_eq!(scratch.names(), ["package.json", "server.js"]);
}

#[test]
fn detect_names_file_line_and_quote() {
    let scratch = node_server();
    let found = scratch.run(&["detect"]);
    assert!(found.stdout.contains("shop") && found.stdout.contains("server.js:1"), "{found:?}");
    let object = scratch.run(&["detect", "--json"]).json();
    assert_eq!(object["applications"][0]["name"], "shop");
    assert!(object["applications"][0]["facts"][0]["quote"].is_string());
    assert_eq!(scratch.names(), ["package.json", "server.js"]);
}

#[test]
fn completions_and_help_teach() {
    let scratch = go_program();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(scratch.run(&["completions", shell]).stdout.contains("dockgen"), "{shell}");
    }
    let help = scratch.run(&["--help"]).stdout;
    assert!(help.contains("Examples:") && help.contains("Exit status"));
    assert!(scratch.run(&["init", "--help"]).stdout.contains("--package-manager"));
    scratch.run(&["frobnicate"]).ends(2, &["unrecognized subcommand"]);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let scratch = node_server();
    let command = format!("{} init --yes --print | head -c 1", env!("CARGO_BIN_EXE_dockgen"));
    let script = format!("set -o pipefail; {command}");
    let output = std::process::Command::new("bash").args(["-c", &script]).current_dir(scratch.path()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn colour_is_a_choice() {
    let scratch = node_server();
    assert!(scratch.run(&["--color", "always", "init", "--yes", "--dry-run"]).stderr.contains('\u{1b}'));
    assert!(!scratch.run(&["--color", "never", "init", "--yes", "--dry-run"]).stderr.contains('\u{1b}'));
    assert!(!scratch.run(&["init", "--yes", "--dry-run"]).stderr.contains('\u{1b}'), "no terminal, no colour");
}
