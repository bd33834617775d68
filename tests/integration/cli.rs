//! The command line: what is printed where, what is written, and with what status it ends.

use crate::scratch::{Scratch, go_program, node_server};

#[test]
fn yes_writes_both_files_and_says_so() {
    let scratch = node_server();
    scratch.run(&["init", "--yes"]).ends(0, &["wrote Dockerfile", "wrote .dockerignore", "server.js:1"]);
    assert_eq!(scratch.names(), [".dockerignore", "Dockerfile", "dockgen.lock", "package.json", "server.js"]);
    assert!(scratch.read("Dockerfile").contains("EXPOSE 4000"));
}

#[test]
fn the_next_step_gives_the_variables_that_the_program_fails_without() {
    let with = |line: &str| {
        let scratch = node_server();
        let server = format!("{line}\n{}", scratch.read("server.js"));
        scratch.file("server.js", server);
        scratch.run(&["init", "--yes"])
    };
    let required = with("if (!process.env.API_KEY) throw new Error('no key');");
    required.ends(0, &["docker run --rm --publish 4000:4000 --env-file .env"]);
    let optional = with("const key = process.env.API_KEY || 'none';");
    optional.ends(0, &["docker run --rm --publish 4000:4000 "]);
    assert!(!optional.stderr.contains("--env-file"), "{optional:?}");
}

#[test]
fn a_second_run_changes_nothing() {
    let scratch = node_server();
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    let before = scratch.read("Dockerfile");
    scratch.run(&["init", "--yes"]).ends(0, &["unchanged Dockerfile", "unchanged .dockerignore"]);
    assert_eq!(scratch.read("Dockerfile"), before);
    scratch.run(&["init", "--check"]).ends(0, &[]);
}

#[test]
fn check_tells_what_is_out_of_date_and_writes_nothing() {
    let scratch = node_server();
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    scratch.file("Dockerfile", "FROM scratch\n");
    let ran = scratch.run(&["init", "--yes", "--check"]);
    ran.ends(1, &["`Dockerfile` is out of date"]);
    assert!(ran.stdout.contains("-FROM scratch"), "{ran:?}");
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
    assert_eq!(scratch.read("Dockerfile.orig"), "FROM scratch\n# mine\n", "there is a way back");
}

#[test]
fn print_and_dry_run_write_nothing() {
    let scratch = node_server();
    let printed = scratch.run(&["init", "--print"]);
    printed.ends(0, &[]);
    assert!(printed.stdout.contains("FROM ") && printed.stdout.ends_with('\n'));
    let listed = scratch.run(&["init", "--dry-run"]);
    listed.ends(0, &["server.js:1"]);
    assert_eq!(listed.stdout, "would write Dockerfile\nwould write .dockerignore\n", "stdout is for data");
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
    scratch.run(&["init", "--yes", "api"]).ends(0, &["wrote api/Dockerfile", "docker build --tag api api"]);
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
        objects["applications"].as_array().unwrap().iter().filter_map(|it| it["dockerfile"].as_str()).collect();
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

/// Ends the run with a link of `/dev/full` as standard output.
fn to_a_full_disk(scratch: &Scratch, arguments: &str) -> Option<i32> {
    let command = format!("{} {arguments} >/dev/full", env!("CARGO_BIN_EXE_dockgen"));
    let ran = std::process::Command::new("sh").args(["-c", &command]).current_dir(scratch.path()).output();
    ran.unwrap().status.code()
}

#[test]
fn what_can_not_be_written_to_standard_output_is_an_error() {
    let scratch = node_server();
    for arguments in [
        "init --print",
        "init --json",
        "init --dry-run",
        "detect",
        "detect --json",
        "completions bash",
        "man",
        "--help",
    ] {
        assert_eq!(to_a_full_disk(&scratch, arguments), Some(2), "{arguments}");
    }
    for arguments in ["detect", "init --yes"] {
        let command = format!("{} {arguments} 2>/dev/full | true", env!("CARGO_BIN_EXE_dockgen"));
        let script = format!("set -o pipefail; {command}");
        let ran = std::process::Command::new("bash").args(["-c", &script]).current_dir(scratch.path()).output();
        assert_eq!(ran.unwrap().status.code(), Some(0), "{arguments}");
    }
}

#[test]
fn what_a_repository_says_is_no_command_to_a_terminal_or_a_service() {
    let name = "x\\u001b]0;pwned\\u0007\\n::error::spoof\\u202e\\u009b";
    let scratch = Scratch::new([
        ("package.json", format!(r#"{{ "name": "{name}", "scripts": {{ "start": "node server.js" }} }}"#)),
        ("server.js", "require('http').createServer().listen(4000)\n".to_owned()),
        ("Dockerfile", "FROM scratch\n# \u{1b}[2J\n::stop-commands::x\n".to_owned()),
    ]);
    for arguments in [
        &["detect"][..],
        &["detect", "--json"],
        &["init", "--yes"],
        &["init", "--check"],
        &["init", "--json"],
        &["check"],
        &["init", "--yes", "--force"],
    ] {
        let ran = scratch.run(arguments);
        for text in [&ran.stdout, &ran.stderr] {
            let sent = text.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
            assert_eq!(sent, None, "{arguments:?}: {text}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{arguments:?}: {text}");
        }
    }
}

#[test]
fn json_is_printed_in_every_outcome() {
    let scratch = node_server();
    for arguments in [
        &["init", "--json", "--port", "99999"][..],
        &["init", "--json", "missing"],
        &["init", "--json", "--frobnicate"],
        &["detect", "--json", "missing"],
        &["check", "--json"],
        &["check", "--json", "missing"],
    ] {
        let ran = scratch.run(arguments);
        assert_eq!(ran.status, 2, "{ran:?}");
        let object = ran.json();
        assert_eq!((&object["version"], &object["error"]["status"]), (&1.into(), &2.into()), "{arguments:?}: {object}");
    }
    scratch.file("Dockerfile", "FROM scratch\n");
    let ran = scratch.run(&["init", "--json"]);
    assert_eq!((ran.status, &ran.json()["error"]["kind"]), (3, &"would-overwrite".into()));
    assert_eq!(ran.json()["files"][0]["action"], "replace");
    let ran = scratch.run(&["init", "--json", "--check"]);
    assert_eq!((ran.status, &ran.json()["files"][0]["stale"]), (1, &true.into()));
}

#[test]
fn detect_is_never_silent() {
    let scratch = Scratch::new([("README.md", "hello\n")]);
    scratch.run(&["detect"]).ends(2, &["found no application", "Node.js"]);
    let object = scratch.run(&["detect", "--json"]).json();
    assert_eq!(object["error"]["kind"], "no-application");
    let scratch = Scratch::new([("package.json", "{ \"name\": ")]);
    scratch.run(&["detect"]).ends(2, &["package.json:1"]);
}

#[test]
fn answers_of_a_run_are_kept_where_the_repository_does_not_say_them() {
    let scratch = node_server();
    scratch.run(&["init", "--yes", "--port", "9000", "--version", "24"]).ends(0, &["kept the answers in dockgen.toml"]);
    assert!(scratch.read("dockgen.toml").ends_with("\nport = 9000\n"), "{}", scratch.read("dockgen.toml"));
    scratch.run(&["init", "--check"]).ends(0, &[]);
    scratch.file("dockgen.toml", "# the load balancer wants it\nport = 9000 # by agreement\n\nhealth = \"/up\"\n");
    scratch.run(&["init", "--yes", "--port", "9001"]).ends(0, &["renewed Dockerfile"]);
    let kept = "# the load balancer wants it\nport = 9001 # by agreement\n\nhealth = \"/up\"\n";
    assert_eq!(scratch.read("dockgen.toml"), kept);
    scratch.run(&["init", "--yes", "--port", "9002", "--save=none"]).ends(0, &["renewed Dockerfile"]);
    assert_eq!(scratch.read("dockgen.toml"), kept);
    scratch.run(&["init", "--yes", "--port", "4000"]).ends(0, &[]);
    assert!(!scratch.read("dockgen.toml").contains("port ="), "{}", scratch.read("dockgen.toml"));
}

#[test]
fn the_gate_says_which_answer_is_another_and_comments_are_no_change() {
    let scratch = node_server();
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    scratch.file("server.js", "// a comment\nrequire('http').createServer().listen(process.env.PORT || 4000)\n");
    scratch.file("Dockerfile", format!("# mine\n{}", scratch.read("Dockerfile")));
    scratch.run(&["init", "--check"]).ends(0, &[]);
    scratch.file("server.js", "require('http').createServer().listen(process.env.PORT || 4100)\n");
    let ran = scratch.run(&["init", "--check"]);
    ran.ends(1, &["`Dockerfile` is out of date"]);
    assert!(ran.stdout.contains("port was `4000` and is `4100`  server.js:1"), "{ran:?}");
    assert!(ran.stdout.contains("+EXPOSE 4100"), "{ran:?}");
}

#[test]
fn an_update_keeps_edits_and_shows_what_it_can_not_decide() {
    let scratch = node_server();
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    let edited = format!("{}LABEL team=shop\n", scratch.read("Dockerfile"));
    scratch.file("Dockerfile", &edited);
    scratch.file(".dockerignore", format!("{}private\n", scratch.read(".dockerignore")));
    scratch.run(&["init", "--yes"]).ends(0, &["unchanged Dockerfile", "unchanged .dockerignore"]);
    scratch.file("server.js", "require('http').createServer().listen(process.env.PORT || 4100)\n");
    scratch.run(&["init", "--yes"]).ends(3, &["would overwrite `Dockerfile`", "dockgen update"]);
    scratch.run(&["update"]).ends(0, &["merged Dockerfile"]);
    assert_eq!(scratch.read("Dockerfile"), edited.replace("4000", "4100"));
    scratch.file("Dockerfile", scratch.read("Dockerfile").replace("EXPOSE 4100", "EXPOSE 4100/tcp"));
    scratch.file("server.js", "require('http').createServer().listen(process.env.PORT || 4200)\n");
    scratch.run(&["update"]).ends(1, &["one place is left for you to decide"]);
    let text = scratch.read("Dockerfile");
    assert!(text.contains("<<<<<<< yours\nEXPOSE 4100/tcp\n=======\nEXPOSE 4200\n>>>>>>> dockgen\n"), "{text}");
    assert!(text.contains("LABEL team=shop") && scratch.read(".dockerignore").contains("\nprivate\n"));
}

#[test]
fn own_patterns_of_an_ignore_file_stay() {
    let scratch = node_server();
    scratch.file(".dockerignore", "# ours\nprivate\n**/.env\n");
    scratch.run(&["init", "--yes"]).ends(3, &["would overwrite `.dockerignore`"]);
    scratch.run(&["init", "--yes", "--force"]).ends(0, &["replaced .dockerignore"]);
    let text = scratch.read(".dockerignore");
    assert!(text.ends_with("\n# Your own\nprivate\n"), "{text}");
    scratch.run(&["init", "--yes", "--port", "1"]).ends(0, &["renewed Dockerfile", "unchanged .dockerignore"]);
    scratch.file(".dockerignore", "*\n!server.js\n");
    scratch.run(&["init", "--yes", "--force"]).ends(2, &["with your own lines", "package.json"]);
    assert_eq!(scratch.read(".dockerignore"), "*\n!server.js\n");
}

#[test]
fn a_record_that_is_broken_or_newer_is_named() {
    let scratch = node_server();
    scratch.file("dockgen.lock", "version = 1\nanswers = 7\n");
    scratch.run(&["init", "--yes"]).ends(2, &["dockgen.lock:2"]);
    scratch.file("dockgen.lock", "version = 2\n[new]\n");
    scratch.run(&["init", "--yes"]).ends(2, &["form 2", "a newer dockgen"]);
}

#[test]
fn the_environment_answers_like_a_flag_and_a_flag_wins() {
    let scratch = node_server();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dockgen"));
        command.args(arguments).env("DOCKGEN_PORT", "7000").env("DOCKGEN_BINARY", "x").current_dir(scratch.path());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert!(run(&["init", "--print"]).contains("EXPOSE 7000"));
    assert!(run(&["init", "--print", "--port", "7001"]).contains("EXPOSE 7001"));
}

#[test]
fn the_same_answer_by_file_flag_and_variable_gives_the_same_bytes() {
    let scratch = node_server();
    let flag = scratch.run(&["init", "--print", "--port", "7000", "--health", "/up"]).stdout;
    scratch.file("dockgen.toml", "port = \"7000\"\nhealth = \"/up\"\n");
    assert_eq!(scratch.run(&["init", "--print"]).stdout, flag);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dockgen"));
    std::fs::remove_file(scratch.path().join("dockgen.toml")).unwrap();
    command
        .args(["init", "--print"])
        .env("DOCKGEN_PORT", "7000")
        .env("DOCKGEN_HEALTH", "/up")
        .current_dir(scratch.path());
    assert_eq!(String::from_utf8(command.output().unwrap().stdout).unwrap(), flag);
}

#[test]
fn a_file_of_another_name_is_written_beside_what_is_there() {
    let scratch = node_server();
    scratch.file("Dockerfile", "FROM scratch\n");
    let ran = scratch.run(&["init", "--yes", "--output", "Dockerfile.prod"]);
    ran.ends(0, &["wrote Dockerfile.prod", "wrote Dockerfile.prod.dockerignore", "--file Dockerfile.prod ."]);
    assert_eq!(scratch.read("Dockerfile"), "FROM scratch\n");
    scratch.run(&["init", "--yes", "--output", "../Dockerfile"]).ends(2, &["does not lie in the repository"]);
}

#[test]
fn findings_of_the_self_check_are_shown_and_can_fail_the_run() {
    let scratch = node_server();
    scratch.file("k8s/api-secret.yaml", "x");
    scratch.file("id_rsa.bak", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
    scratch.run(&["init", "--yes", "--quiet"]).ends(0, &[]);
    let quiet = scratch.run(&["init", "--yes", "--quiet"]);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    assert!(scratch.run(&["init", "--yes", "--verbose"]).stderr.contains(" ms  detect"));
    scratch.run(&["init", "--yes", "--fail-on", "error"]).ends(0, &[]);
}

#[test]
fn manual_pages_are_there_for_every_command() {
    let scratch = go_program();
    assert!(scratch.run(&["man"]).stdout.contains(".TH dockgen 1"));
    assert!(scratch.run(&["man", "init"]).stdout.contains("package\\-manager"));
    scratch.run(&["man", "x"]).ends(2, &["the commands are init, update"]);
}
