//! The rules: the examples in their own documentation, and silence on everything that dockgen makes.

use std::collections::BTreeSet;

use dockgen::check::{Checkable, Context, Example, Finding, Input, RULES, Settings, Severity, check, rules_page};
use dockgen::container::{CHECKS, checks_page};

use crate::documents::is_current;
use crate::scratch::{Scratch, node_server};
use crate::support::{dockgen, dockgen_command, examples, root};

fn findings(example: &Example) -> Vec<Finding> {
    let files = example.files.iter().filter(|(path, _)| path != ".dockerignore");
    let context = files.fold(Context::memory(), |context, (path, text)| context.with(path.clone(), text.clone()));
    // A file below a heading replaces the one that both examples share.
    let ignore = example
        .files
        .iter()
        .rfind(|(path, _)| path == ".dockerignore")
        .map(|(path, text)| (path.as_str(), text.as_str()));
    let wanted = example.files.iter().find(|(path, _)| path == "dockgen.toml");
    let settings = wanted.map_or_else(Settings::everything, |(_, text)| Settings::from_toml(text).unwrap());
    check(&Input {
        path: "Dockerfile",
        dockerfile: &example.dockerfile,
        ignore,
        context: &context,
        settings: &settings,
    })
}

/// The names of the rules that find something in a Dockerfile of which nothing else is known, with the lines.
fn found(dockerfile: &str, settings: &Settings) -> Vec<(&'static str, u32)> {
    let context = Context::unknown();
    let findings = check(&Input { path: "Dockerfile", dockerfile, ignore: None, context: &context, settings });
    findings.into_iter().map(|finding| (finding.rule, finding.line)).collect()
}

#[test]
fn each_rule_finds_its_problem_and_nothing_in_what_is_better() {
    // what another program finds has a test of its own
    for rule in RULES.iter().filter(|rule| rule.name != "shellcheck") {
        let (problematic, better) = rule.examples();
        let problematic = problematic.unwrap_or_else(|| panic!("{}: no problematic example", rule.name));
        let better = better.unwrap_or_else(|| panic!("{}: no better example", rule.name));
        let of =
            |found: &[Finding]| found.iter().filter(|finding| finding.rule == rule.name).cloned().collect::<Vec<_>>();
        assert!(!of(&findings(&problematic)).is_empty(), "{}: finds nothing in\n{}", rule.name, problematic.dockerfile);
        let found = of(&findings(&better));
        assert!(found.is_empty(), "{}: finds {found:#?} in\n{}", rule.name, better.dockerfile);
    }
}

#[test]
fn the_manifest_of_a_folder_counts_where_that_is_copied() {
    let of = |copy: &str| {
        let context =
            Context::memory().with("tools/pyproject.toml", "[project]\nname = \"a\"\nrequires-python = \">=3.14\"\n");
        let dockerfile = format!("FROM python:3.13-slim\nCOPY {copy}\nRUN pip install flask\n");
        let settings = Settings::default();
        let findings = check(&Input {
            path: "Dockerfile",
            dockerfile: &dockerfile,
            ignore: None,
            context: &context,
            settings: &settings,
        });
        findings.iter().any(|finding| finding.rule == "toolchain-version")
    };
    assert!(of("tools/ ./") && of("tools/pyproject.toml ./"));
    assert!(!of("requirements.txt ./") && !of(". ."));
}

#[test]
fn a_rule_is_a_file_of_its_name() {
    let names: BTreeSet<String> = RULES.iter().map(|rule| format!("{}.rs", rule.name.replace('-', "_"))).collect();
    let entries = std::fs::read_dir(root().join("src/check/rules")).unwrap().flatten();
    let files: BTreeSet<String> =
        entries.map(|entry| entry.file_name().into_string().unwrap()).filter(|name| name != "mod.rs").collect();
    assert_eq!(names, files);
}

#[test]
fn the_page_of_rules_is_current() {
    is_current("docs/rules.md", &rules_page());
}

#[test]
fn the_page_of_checks_is_current() {
    is_current("docs/tests.md", &checks_page());
    let names: BTreeSet<String> = CHECKS.iter().map(|check| format!("{}.rs", check.name.replace('-', "_"))).collect();
    let entries = std::fs::read_dir(root().join("src/container/checks")).unwrap().flatten();
    let files: BTreeSet<String> =
        entries.map(|entry| entry.file_name().into_string().unwrap()).filter(|name| name != "mod.rs").collect();
    assert_eq!(names, files);
}

#[test]
fn every_example_is_clean() {
    let mut all = Vec::new();
    for example in examples() {
        let copy = example.copy(|_| true);
        let folder = copy.path().join(&example.path);
        let mut arguments = example.init_arguments();
        arguments.extend(["--json".into(), "--dry-run".into()]);
        let said: serde_json::Value = serde_json::from_slice(&dockgen(&folder, &arguments).stdout).unwrap();
        let place = |key: &str| folder.join(said[key].as_str().unwrap()).canonicalize().unwrap();
        let checkable = Checkable::read(&place("build_context"), &place("dockerfile")).unwrap();
        let found = checkable.check();
        all.extend(
            found
                .into_iter()
                .map(|finding| (example.name.clone(), finding.severity, finding.rule, finding.line, finding.message)),
        );
    }
    assert!(all.is_empty(), "{all:#?}");
}

#[test]
fn comments_allow_an_instruction_or_the_file() {
    let lines = |comments: &str, above: &str| -> Vec<u32> {
        let text = format!(
            "{comments}FROM node:24-trixie-slim\nWORKDIR /app\n{above}\nRUN sudo true\nRUN sudo false\nUSER 1000\nCMD [\"node\"]\n"
        );
        let all = found(&text, &Settings::default());
        all.into_iter().filter(|(rule, _)| *rule == "sudo").map(|(_, line)| line).collect()
    };
    assert_eq!(lines("", "# nothing"), [4, 5]);
    for comment in ["# dockgen: allow=sudo", "# dockgen: allow sudo it is there", "# hadolint ignore=DL3004"] {
        assert_eq!(lines("", comment), [5], "{comment}");
    }
    for comment in
        ["# dockgen: allow-file sudo it is there\n\n", "# hadolint global ignore=DL3004\n", "# check=skip=DL3004\n"]
    {
        assert!(lines(comment, "# nothing").is_empty(), "{comment}");
    }
}

#[test]
fn a_project_sets_the_level_of_rules() {
    let text = "FROM node:24-trixie-slim\nRUN sudo true\n";
    let level = |toml: &str| {
        let settings = Settings::from_toml(toml).unwrap();
        let context = Context::unknown();
        let findings = check(&Input {
            path: "old/Dockerfile",
            dockerfile: text,
            ignore: None,
            context: &context,
            settings: &settings,
        });
        findings.into_iter().find(|finding| finding.rule == "sudo").map(|finding| finding.severity)
    };
    assert_eq!(level(""), Some(Severity::Error));
    assert_eq!(level("[check.rules]\nsudo = \"note\"\n"), Some(Severity::Note));
    assert_eq!(level("[check.rules]\nDL3004 = \"off\"\n"), None);
    assert_eq!(level("[[check.paths]]\npath = \"old/*\"\nrules = { sudo = \"off\" }\n"), None);
    let rules = |toml: &str| {
        let settings = Settings::from_toml(toml).unwrap();
        found(text, &settings).into_iter().map(|(rule, _)| rule).collect::<Vec<_>>()
    };
    let all = "[check]\nrequired-labels = [\"a\"]\nregistries = [\"gcr.io\"]\n";
    assert!(["missing-label", "registry"].iter().all(|rule| rules(all).contains(rule)));
    let some =
        format!("{all}[[check.paths]]\npath = \"Dockerfile\"\nrequired-labels = []\nregistries = [\"docker.io\"]\n");
    assert!(["missing-label", "registry"].iter().all(|rule| !rules(&some).contains(rule)));
    assert!(rules("[[check.paths]]\npath = \"*\"\nrequired-labels = [\"b\"]\n").contains(&"missing-label"));
    assert!(!rules("[[check.paths]]\npath = \"x/*\"\nrequired-labels = [\"b\"]\n").contains(&"missing-label"));
    let error = Settings::from_toml("[check.rules]\nsudoo = \"off\"\n").unwrap_err().to_string();
    assert!(error.contains("did you mean `sudo`"), "{error}");
    let settings =
        Settings::from_hadolint("ignored: [DL3004]\noverride:\n  error: [DL3007]\nfailure-threshold: error\n").unwrap();
    assert!(found(text, &settings).iter().all(|(rule, _)| *rule != "sudo"));
    assert_eq!(settings.fail_on, Some(Severity::Error));
}

#[test]
fn one_of_several_names_elsewhere_is_silenced_alone() {
    let text = "FROM debian:trixie\n# hadolint ignore=DL3008\nRUN apt-get install -y --no-install-recommends git && pip install flask\n";
    let rules = found(text, &Settings::default());
    assert_eq!(rules.iter().filter(|(rule, _)| *rule == "unpinned-package").count(), 1, "{rules:?}");
}

#[test]
fn the_command_shows_the_line_and_ends_with_its_status() {
    let scratch =
        Scratch::new([("Dockerfile", "FROM node:14\nCOPY missing.js /app/\nCMD [\"node\", \"missing.js\"]\n")]);
    scratch.run(&["check"]).prints(1, &["missing.js", "Dockerfile:2", "^"]);
    let object = scratch.run(&["check", "--json"]).json();
    assert!(
        object["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|finding| finding["rule"] == "missing-source" && finding["line"] == 2)
    );
    let scratch = node_server();
    scratch.run(&["check"]).ends(2, &["there is no Dockerfile", "dockgen init"]);
    scratch.run(&["init", "--yes"]).ends(0, &[]);
    scratch.run(&["check"]).prints(0, &["no findings"]);
}

#[test]
fn the_command_takes_files_and_folders_and_names_them_as_they_were_given() {
    let bad = "FROM node:24-trixie-slim\nRUN sudo true\nUSER 1000\nCMD [\"node\"]\n";
    let scratch = Scratch::new([
        ("a/Dockerfile", bad),
        ("b/web.Dockerfile", bad),
        ("c/Dockerfile.ts", "export {}"),
        ("d/Dockerfile.md", "#"),
    ]);
    let files = |arguments: &[&str]| -> Vec<String> {
        let object = scratch.run(&[&["check", "--json"], arguments].concat()).json();
        let findings = object["findings"].as_array().unwrap().clone();
        let files: BTreeSet<String> = findings.iter().map(|it| it["file"].as_str().unwrap().to_owned()).collect();
        files.into_iter().collect()
    };
    assert_eq!(files(&["a/Dockerfile"]), ["a/Dockerfile"]);
    assert_eq!(files(&["."]), ["a/Dockerfile", "b/web.Dockerfile"]);
    assert_eq!(files(&["a", "b/web.Dockerfile"]), ["a/Dockerfile", "b/web.Dockerfile"]);
    scratch.run(&["check", "--fail-on", "note", "a"]).prints(1, &["sudo"]);
    scratch.run(&["check", "a", "--file", "nothing"]).ends(2, &["nothing"]);
}

#[test]
fn the_command_takes_the_builds_of_a_compose_or_bake_file() {
    let bad = "FROM node:24-trixie-slim\nRUN sudo true\nUSER 1000\nCMD [\"node\"]\n";
    let compose = "services:\n  a:\n    build: ./a\n  again:\n    build: ./a\n  b:\n    build:\n      context: .\n      \
                   dockerfile: b/web.Dockerfile\n  far:\n    build: https://example.org/far.git\n  inline:\n    build:\n      \
                   dockerfile_inline: |\n        FROM alpine:3.22\n        RUN sudo true\n        USER 1000\n";
    let scratch = Scratch::new([
        ("a/Dockerfile", bad),
        ("b/web.Dockerfile", bad),
        ("compose.yaml", compose),
        ("docker-bake.hcl", "target \"a\" { context = \"a\" }\n"),
        ("none.yaml", "services: {}\n"),
    ]);
    let ran = scratch.run(&["check", "--json", "compose.yaml"]);
    let object = ran.json();
    let found = object["findings"].as_array().unwrap().iter().filter(|it| it["rule"] == "sudo");
    let files: Vec<&str> = found.map(|it| it["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["a/Dockerfile", "b/web.Dockerfile", "compose.yaml (inline)"]);
    ran.ends(1, &["left out: compose.yaml (far)"]);
    scratch.run(&["check", "docker-bake.hcl"]).prints(1, &["a/Dockerfile:2"]);
    scratch.run(&["check", "none.yaml"]).ends(2, &["lists nothing to build"]);
    // what is in the list itself stays as it is
    scratch.run(&["check", "compose.yaml", "--fix"]);
    assert_eq!(std::fs::read_to_string(scratch.path().join("compose.yaml")).unwrap(), compose);
}

#[test]
fn long_lines_and_wide_characters_are_shown_as_far_as_they_help() {
    for text in ["é\n".to_owned(), format!("FROM alpine:3.22\n{}\n", "é".repeat(20_000)), "\u{fffd}".repeat(40_000)] {
        let ran = Scratch::new([("Dockerfile", text.as_str())]).run(&["check"]);
        ran.prints(1, &["Dockerfile:"]);
    }
}

#[test]
fn every_format_says_where_and_what() {
    let scratch =
        Scratch::new([("Dockerfile", "FROM node:24-trixie-slim\nRUN sudo true\nUSER 1000\nCMD [\"node\"]\n")]);
    let cases = [
        ("sarif", "\"startLine\": 2"),
        ("github", "::error file=Dockerfile,line=2,col=5,title=sudo::"),
        ("gitlab", "\"begin\": 2"),
        ("checkstyle", "<error line=\"2\" column=\"5\" severity=\"error\""),
        ("tap", "not ok 1 - Dockerfile"),
        ("text", "Dockerfile:2:5"),
    ];
    for (format, words) in cases {
        scratch.run(&["check", "--format", format]).prints(1, &[words, "sudo"]);
    }
}

#[test]
fn what_has_one_safe_answer_is_repaired() {
    let old = "FROM node:24-trixie-slim as build\nENV A b\nRUN apt update && apt-get install -y git\nrun true\n";
    let scratch = Scratch::new([("Dockerfile", old)]);
    scratch
        .run(&["check", "--fix", "--diff"])
        .prints(0, &["-FROM node:24-trixie-slim as build", "+FROM node:24-trixie-slim AS build"]);
    assert_eq!(scratch.read("Dockerfile"), old);
    scratch.run(&["check", "--fix"]);
    let new = "FROM node:24-trixie-slim AS build\nENV A=b\nRUN apt-get update && apt-get install --no-install-recommends -y git\nRUN true\n";
    assert_eq!(scratch.read("Dockerfile"), new);
}

/// A program `shellcheck` that finds the same in whatever it is given, in a folder of its own.
#[cfg(unix)]
fn shellcheck(report: &str) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("shellcheck");
    std::fs::write(&program, format!("#!/bin/sh\nprintf '%s' '{report}'\nexit 1\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[cfg(unix)]
#[test]
fn what_shellcheck_finds_is_taken_in_where_it_is_installed() {
    let text = "FROM debian:trixie-slim\nRUN true && \\\n    rm $x\nUSER 1000\nCMD [\"true\"]\n";
    let scratch = Scratch::new([("Dockerfile", text)]);
    let report = r#"{"comments":[{"file":"0","line":2,"endLine":2,"column":16,"endColumn":18,"level":"warning","code":2086,"message":"Quote it.","fix":null}]}"#;
    let found = |path: &std::path::Path| -> Vec<serde_json::Value> {
        let output = dockgen_command(scratch.path(), &["check", "--json"]).env("PATH", path).output().unwrap();
        let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = object["findings"].as_array().unwrap().iter();
        findings.filter(|it| it["rule"] == "shellcheck").cloned().collect()
    };
    let installed = shellcheck(report);
    let one = found(installed.path());
    assert_eq!(one.len(), 1, "{one:?}");
    let told = ["code", "severity", "message"].map(|key| one[0][key].as_str().unwrap());
    assert_eq!(told, ["SC2086", "warning", "Quote it"]);
    assert_eq!((&one[0]["line"], &one[0]["column"]), (&3.into(), &8.into()));
    for comment in ["dockgen: allow SC2086", "hadolint ignore=SC2086", "shellcheck disable=SC2086"] {
        scratch.file("Dockerfile", text.replace("RUN", &format!("# {comment}\nRUN")));
        assert!(found(installed.path()).is_empty(), "{comment}");
    }
    scratch.file("Dockerfile", text);
    scratch.file("dockgen.toml", "[check.rules]\nshellcheck = \"off\"\n");
    assert!(found(installed.path()).is_empty());
    scratch.file("dockgen.toml", "");
    assert!(found(tempfile::tempdir().unwrap().path()).is_empty(), "it is not installed");
    assert!(found(shellcheck("no report").path()).is_empty());
}

/// With the real program, where it is installed: each dialect, and the document of a heredoc.
#[test]
fn the_real_shellcheck_says_the_same_of_the_page() {
    if std::process::Command::new("shellcheck").arg("--version").output().is_err() {
        eprintln!("shellcheck is not installed: it is NOT asked");
        return;
    }
    let of = |text: &str| -> Vec<(String, u64)> {
        let object = Scratch::new([("Dockerfile", text)]).run(&["check", "--json"]).json();
        let findings = object["findings"].as_array().unwrap().iter().filter(|it| it["rule"] == "shellcheck");
        findings.map(|it| (it["code"].as_str().unwrap().to_owned(), it["line"].as_u64().unwrap())).collect()
    };
    let rule = RULES.iter().find(|rule| rule.name == "shellcheck").unwrap();
    let (problematic, better) = rule.examples();
    assert!(!of(&problematic.unwrap().dockerfile).is_empty());
    assert!(of(&better.unwrap().dockerfile).is_empty());
    let base = "FROM debian:trixie-slim\n";
    assert!(
        of(&format!("{base}RUN [[ -e /a ]] && \\\n  true\n")).iter().any(|(code, line)| code == "SC3010" && *line == 2)
    );
    assert!(of(&format!("{base}SHELL [\"/bin/bash\", \"-c\"]\nRUN [[ -e /a ]] && true\n")).is_empty());
    assert!(of(&format!("{base}SHELL [\"pwsh\", \"-c\"]\nRUN [[ -e $a ]] && true\n")).is_empty());
    let document = format!("{base}RUN <<EOF\n#!/bin/bash\necho one\ncat $1\nEOF\n");
    assert_eq!(of(&document), [("SC2086".to_owned(), 5)]);
    assert!(of(&format!("{base}RUN python3 <<EOF\nprint($x)\nEOF\n")).is_empty());
}

#[test]
fn a_guess_at_the_build_context_makes_no_error() {
    let text =
        "FROM node:24-trixie-slim\nCOPY package.json missing.js /app/\nUSER 1000\nCMD [\"node\", \"/app/server.js\"]\n";
    let scratch = Scratch::new([("docker/web.Dockerfile", text), ("apps/web/package.json", "{}")]);
    let severities = || {
        let object = scratch.run(&["check", "--json"]).json();
        let found = object["findings"].as_array().unwrap().iter().filter(|it| it["rule"] == "missing-source");
        found.map(|it| it["severity"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(severities(), ["warning", "warning"], "nothing of it is near");
    scratch.file("package.json", "{}");
    assert_eq!(severities(), ["error"], "the folder above has half of it");
    scratch.file("docker/web.Dockerfile", text.replace("missing.js", "missing.js other.js"));
    assert_eq!(severities(), ["warning", "warning"], "most of it is elsewhere");
    let copy = "package.json missing.js ${TARGETARCH:-amd64}/client $TARGETARCH/server $FILE";
    scratch.file("docker/web.Dockerfile", text.replace("package.json missing.js", copy));
    assert_eq!(severities(), ["warning"], "what a script puts into folders by architecture is elsewhere too");
    scratch.file("amd64/client", "");
    scratch.file("cmd/server", "");
    assert_eq!(severities(), ["error"], "the folder above has half of it");
}

#[test]
fn an_ignore_file_of_several_dockerfiles_is_told_of_once_and_by_its_own_name() {
    let text =
        "FROM node:24-trixie-slim\nCOPY src/data/server.js /app/\nUSER 1000\nCMD [\"node\", \"/app/server.js\"]\n";
    let scratch = Scratch::new([
        ("a/Dockerfile", text),
        ("a/other/Dockerfile", text),
        ("a/src/data/server.js", ""),
        ("a/.dockerignore", "data\n"),
    ]);
    let files = || {
        let object = scratch.run(&["check", "--json", "a"]).json();
        let found = object["findings"].as_array().unwrap().iter().filter(|it| it["rule"] == "ignore-pattern");
        found.map(|it| it["file"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(files(), ["a/.dockerignore"]);
    for anchored in ["./data\n", "/data\n"] {
        scratch.file("a/.dockerignore", anchored);
        assert!(files().is_empty(), "{anchored}");
    }
}

#[test]
fn what_is_meant_so_is_no_finding() {
    let rules = |files: &[(&str, &str)], dockerfile: &str| {
        let context = files.iter().fold(Context::memory(), |context, (path, text)| context.with(*path, *text));
        let settings = Settings::default();
        let input = Input { path: "Dockerfile", dockerfile, ignore: None, context: &context, settings: &settings };
        check(&input).into_iter().map(|finding| finding.rule).collect::<Vec<_>>()
    };
    let start = |line: &str| rules(&[], &format!("FROM debian:trixie-slim\nUSER 1000\nCMD {line}\n"));
    assert!(!start("trap 'exit 0' TERM; server & wait").contains(&"shell-form"), "the script sees to the signals");
    assert!(start("server --trap").contains(&"shell-form"));
    let key = "-----BEGIN PRIVATE KEY-----\n";
    let copied =
        |path: &str| rules(&[(path, key)], "FROM debian:trixie-slim\nCOPY . /app/\nUSER 1000\nCMD [\"/app/a\"]\n");
    assert!(copied("certificates/server.key").contains(&"secret-file"));
    assert!(!copied("proxy/testdata/server.key").contains(&"secret-file"), "a key of tests is everybody's");
    let go = [("go.mod", "module a\ngo 1.26\n"), ("main.go", "package main\nimport \"net/http\"\nfunc main() {}\n")];
    let run = |line: &str| {
        rules(
            &go,
            &format!(
                "FROM golang:1.26 AS build\nCOPY . /src\nRUN cd /src && go build -o /app/a\nFROM alpine:3.22\n{line}\nCOPY --from=build /app/a /app/a\nUSER 1000\nCMD [\"/app/a\"]\n"
            ),
        )
    };
    assert!(run("RUN true").contains(&"dynamic-program"));
    assert!(
        !run("RUN mkdir /lib64 && ln -s /lib/libc.musl-x86_64.so.1 /lib64/ld-linux-x86-64.so.2")
            .contains(&"dynamic-program")
    );
    let stages = |from: &str| {
        rules(
            &[],
            &format!("ARG KIND=b\nFROM debian:trixie AS a\nFROM debian:trixie-slim AS b\nFROM {from}\nUSER 1000\n"),
        )
    };
    assert!(stages("b").contains(&"unreachable-stage"));
    assert!(!stages("${KIND}").contains(&"unreachable-stage"), "an argument may choose the other");
    let sudo = |tag: &str| rules(&[], &format!("FROM ubuntu:{tag}\nRUN sudo true\nUSER 1000\n"));
    assert!(sudo("24.04").contains(&"missing-program") && !sudo("14.04").contains(&"missing-program"));
    let install = |program: &str| rules(&[], &format!("FROM fedora:44\nRUN {program} install curl\nUSER 1000\n"));
    assert!(install("dnf").contains(&"unanswered-question"));
    assert!(!install("microdnf").contains(&"unanswered-question"), "it never asks");
    assert!(install("microdnf").contains(&"package-cache"));
    let manifest = "{\"devDependencies\": {\"eslint\": \"^9.0.0\"}}";
    let development = |path: &str| {
        let text = "FROM node:24-trixie-slim\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\n";
        let context = Context::memory().with("package.json", manifest);
        let settings = Settings::default();
        let input = Input { path, dockerfile: text, ignore: None, context: &context, settings: &settings };
        check(&input).iter().any(|finding| finding.rule == "development-dependencies")
    };
    assert!(development("Dockerfile") && development("developer/Dockerfile.web"));
    assert!(!development("Dockerfile.dev") && !development("docker/test.Dockerfile"), "its name says what it is for");
    let token = |value: &str| rules(&[], &format!("FROM debian:trixie-slim\nENV bot.token {value}\nUSER 1000\n"));
    assert!(token("hunter2").contains(&"secret-in-image"));
    assert!(!token("env").contains(&"secret-in-image"), "a word that says that there is none");
}

#[test]
fn the_page_on_pull_requests_shows_what_is_really_said() {
    let fixture = root().join("tests/fixtures/pull-request");
    let files = [".dockerignore", "Dockerfile", "package.json", "package-lock.json", "src/server.ts", "tsconfig.json"];
    let scratch = Scratch::new(files.map(|file| (file, std::fs::read(fixture.join(file)).unwrap())));
    let page = std::fs::read_to_string(root().join("docs/pull-request.md")).unwrap();
    let said = scratch.run(&["check", "--format", "github"]).stdout;
    assert_eq!(said.lines().count(), 8, "{said}");
    assert!(page.contains(said.trim_end()), "{said}");
    assert!(page.contains(scratch.read("Dockerfile").trim_end()));
}

#[test]
fn known_findings_are_left_out() {
    let scratch = Scratch::new([("Dockerfile", "FROM node:24-trixie-slim\nRUN sudo true\n")]);
    scratch.run(&["check", "--write-baseline", "known.json"]).ends(0, &[]);
    scratch.run(&["check", "--baseline", "known.json"]).prints(0, &["no findings"]);
    scratch.file("Dockerfile", "FROM node:24-trixie-slim\n\nRUN sudo true\nMAINTAINER me\n");
    scratch.run(&["check", "--baseline", "known.json"]).prints(1, &["maintainer", "1 warning"]);
}

#[test]
fn instructions_are_printed_as_json() {
    let scratch = Scratch::new([("Dockerfile", "FROM node:24 AS build\nENV A=\"b c\"\n")]);
    let object = scratch.run(&["check", "--dump", "Dockerfile"]).json();
    assert_eq!(object["instructions"][0]["arguments"], serde_json::json!(["node:24", "AS", "build"]));
    assert_eq!(object["instructions"][1]["arguments"][0]["value"], "\"b c\"");
}

#[test]
fn severities_are_what_the_status_counts() {
    assert!(RULES.iter().any(|rule| rule.severity == Severity::Error));
    assert!(RULES.iter().any(|rule| rule.severity == Severity::Warning));
}

/// A defect that was planted: the rule that finds it, the files, the Dockerfile with the defect, and the line that it is on. With `repair` in
/// place of `defect`, the rule is silent.
struct Planted {
    rule: &'static str,
    files: &'static [(&'static str, &'static str)],
    dockerfile: &'static str,
    line: u32,
    defect: &'static str,
    repair: &'static str,
}

const GO: &[(&str, &str)] = &[
    ("go.mod", "module example.org/shop\ngo 1.26\n"),
    ("main.go", "package main\nimport \"net/http\"\nfunc main() {}\n"),
];
const POM: &[(&str, &str)] = &[(
    "pom.xml",
    "<project><artifactId>billing</artifactId><version>0.1.0</version><properties><java.version>25</java.version></properties></project>",
)];
const NODE: &[(&str, &str)] = &[
    (
        "package.json",
        "{ \"engines\": { \"node\": \">=24\" }, \"scripts\": { \"build\": \"tsc -p .\" }, \"devDependencies\": { \"typescript\": \"5\" } }",
    ),
    ("tsconfig.json", "{ // where it goes\n \"compilerOptions\": { \"outDir\": \"dist\" } }"),
    ("package-lock.json", "{}"),
];
const VITE: &[(&str, &str)] =
    &[("package.json", "{ \"scripts\": { \"build\": \"vite build\" } }"), ("vite.config.ts", "export default {}")];
const CARGO: &[(&str, &str)] = &[
    ("Cargo.toml", "[package]\nname = \"shop\"\nrust-version = \"1.95\"\n"),
    ("Cargo.lock", ""),
    ("src/main.rs", "fn main() {}\n"),
];
const PYTHON: &[(&str, &str)] = &[("pyproject.toml", "[project]\nname = \"shop\"\nrequires-python = \">=3.13\"\n")];

const PLANTED: &[Planted] = &[
    Planted {
        rule: "artifact-name",
        files: GO,
        dockerfile: "FROM golang:1.27 AS build\nWORKDIR /app\nCOPY . .\nRUN CGO_ENABLED=0 go build -o server .\nFROM scratch\nCOPY --from=build DEFECT /server\n",
        line: 6,
        defect: "/app/bin/server",
        repair: "/app/server",
    },
    Planted {
        rule: "artifact-name",
        files: GO,
        dockerfile: "FROM golang:1.27 AS build\nWORKDIR /app\nCOPY . .\nRUN mkdir /out && go build DEFECT\nFROM scratch\nCOPY --from=build /out/server /server\n",
        line: 6,
        defect: "-o /app/bin/server .",
        repair: "-o /out/server .",
    },
    Planted {
        rule: "artifact-name",
        files: POM,
        dockerfile: "FROM maven:3.9-eclipse-temurin-25 AS build\nWORKDIR /app\nCOPY . .\nRUN mvn -B package\nFROM eclipse-temurin:25-jre\nCOPY --from=build /app/target/DEFECT /app.jar\n",
        line: 6,
        defect: "app.jar",
        repair: "billing-0.1.0.jar",
    },
    Planted {
        rule: "artifact-name",
        files: NODE,
        dockerfile: "FROM node:24 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nFROM node:24\nCOPY --from=build /app/DEFECT /app\n",
        line: 6,
        defect: "build",
        repair: "dist",
    },
    Planted {
        rule: "artifact-name",
        files: VITE,
        dockerfile: "FROM node:24 AS build\nWORKDIR /app\nCOPY . .\nRUN npm install && npm run build\nFROM nginx:1.29\nCOPY --from=build /app/DEFECT /usr/share/nginx/html\n",
        line: 6,
        defect: "build",
        repair: "dist",
    },
    Planted {
        rule: "artifact-name",
        files: CARGO,
        dockerfile: "FROM rust:1.100 AS build\nWORKDIR /app\nCOPY . .\nRUN cargo build --release\nFROM debian:trixie\nCOPY --from=build /app/target/release/DEFECT /shop\n",
        line: 6,
        defect: "server",
        repair: "shop",
    },
    Planted {
        rule: "toolchain-version",
        files: GO,
        dockerfile: "FROM golang:DEFECT\nRUN go build .\n",
        line: 1,
        defect: "1.18",
        repair: "1.27",
    },
    Planted {
        rule: "toolchain-version",
        files: POM,
        dockerfile: "FROM maven:3.9-eclipse-temurin-DEFECT\nRUN mvn package\n",
        line: 1,
        defect: "17",
        repair: "25",
    },
    Planted {
        rule: "toolchain-version",
        files: NODE,
        dockerfile: "FROM node:DEFECT-slim\nRUN npm ci\n",
        line: 1,
        defect: "18",
        repair: "24",
    },
    Planted {
        rule: "toolchain-version",
        files: PYTHON,
        dockerfile: "FROM python:DEFECT-slim\nRUN pip install .\n",
        line: 1,
        defect: "3.11",
        repair: "3.13",
    },
    Planted {
        rule: "toolchain-version",
        files: CARGO,
        dockerfile: "FROM rust:DEFECT\nRUN cargo build\n",
        line: 1,
        defect: "1.80",
        repair: "1.100",
    },
    Planted {
        rule: "dynamic-program",
        files: CARGO,
        dockerfile: "FROM rust:1.100 AS build\nWORKDIR /app\nCOPY . .\nRUN cargo build --release\nFROM DEFECT\nCOPY --from=build /app/target/release/shop /shop\n",
        line: 6,
        defect: "alpine:3.22",
        repair: "debian:trixie-slim",
    },
    Planted {
        rule: "missing-program",
        files: &[],
        dockerfile: "FROM node:24-slim\nDEFECT\nRUN curl -fsSO https://example.org/a\n",
        line: 3,
        defect: "RUN apt-get update",
        repair: "RUN apt-get update && apt-get install -y curl",
    },
    Planted {
        rule: "missing-program",
        files: &[],
        dockerfile: "FROM python:3.13-DEFECT\nRUN git clone https://example.org/a\n",
        line: 2,
        defect: "alpine",
        repair: "trixie",
    },
    Planted {
        rule: "health-check",
        files: &[],
        dockerfile: "FROM DEFECT\nHEALTHCHECK CMD curl -f http://localhost || exit 1\nCMD [\"node\"]\n",
        line: 2,
        defect: "node:24-trixie-slim",
        repair: "node:24-trixie",
    },
    Planted {
        rule: "unknown-user",
        files: &[],
        dockerfile: "FROM python:3.13-slim\nDEFECT\nUSER app\n",
        line: 3,
        defect: "RUN true",
        repair: "RUN adduser --disabled-password app",
    },
    Planted {
        rule: "exposed-port",
        files: &[("server.js", "const http = require('http')\nhttp.createServer(() => {}).listen(9090)\n")],
        dockerfile: "FROM node:24-slim\nCOPY . .\nEXPOSE DEFECT\nCMD [\"node\", \"server.js\"]\n",
        line: 3,
        defect: "8080",
        repair: "9090",
    },
    Planted {
        rule: "development-dependencies",
        files: NODE,
        dockerfile: "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci DEFECT\n",
        line: 4,
        defect: "",
        repair: "--omit=dev",
    },
];

#[test]
fn planted_defects_are_found_on_their_line_and_repaired_files_are_clean() {
    for planted in PLANTED {
        let context = planted.files.iter().fold(Context::memory(), |context, (path, text)| context.with(*path, *text));
        let lines = |word: &str| -> Vec<u32> {
            let dockerfile = planted.dockerfile.replace("DEFECT", word);
            let settings = Settings::default();
            let input = Input {
                path: "Dockerfile",
                dockerfile: &dockerfile,
                ignore: None,
                context: &context,
                settings: &settings,
            };
            check(&input)
                .into_iter()
                .filter(|finding| finding.rule == planted.rule)
                .map(|finding| finding.line)
                .collect()
        };
        assert_eq!(lines(planted.defect), [planted.line], "{}: {}", planted.rule, planted.dockerfile);
        assert!(lines(planted.repair).is_empty(), "{}: {}", planted.rule, planted.dockerfile);
    }
}

#[test]
fn what_works_is_no_error() {
    let files = [("package.json", "{}"), ("start.sh", "")];
    let context = files.iter().fold(Context::memory(), |context, (path, text)| context.with(*path, *text));
    let settings = Settings::default();
    let cases = [
        "COPY package.json yarn.lock* package-lock.json* ./",
        "COPY yarn.lock* ./",
        "ADD \"https://example.org/a\" /opt/",
        "COPY --from=shared /lib.txt ./",
        "COPY --exclude=*.md . .",
        "RUN make build && ./build/tool",
        "CMD exec node server.js",
        "ENV MYSQL_ALLOW_EMPTY_PASSWORD=yes",
        "RUN SECRET_KEY=build-time-dummy ./manage.py collectstatic",
        "RUN if ! command -v curl; then echo none; fi",
        "USER $APP_USER",
    ];
    for line in cases {
        let dockerfile = format!("FROM node:24-trixie\nWORKDIR /app\n{line}\n");
        let input =
            Input { path: "Dockerfile", dockerfile: &dockerfile, ignore: None, context: &context, settings: &settings };
        let errors: Vec<Finding> =
            check(&input).into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{line}: {errors:#?}");
    }
}

/// What works all the same, or what something makes before the image is built, is at most a warning.
#[test]
fn a_fault_is_as_bad_as_what_it_does() {
    let scratch = Scratch::new([
        (".gitignore", "/server\n*.jar\n!kept.jar\n"),
        ("sub/.gitignore", "*\n!mine\n"),
        ("Makefile", "NAME := value\n./tool other: main.go\n\tgo build -o recipe: .\n"),
    ]);
    let context = Context::folder(scratch.path());
    let settings = Settings::default();
    let severity = |rule: &str, body: &str| {
        let dockerfile = format!("FROM gcr.io/distroless/static-debian13:nonroot\n{body}\nUSER 65532:65532\n");
        let input =
            Input { path: "Dockerfile", dockerfile: &dockerfile, ignore: None, context: &context, settings: &settings };
        check(&input).into_iter().find(|finding| finding.rule == rule).map(|finding| finding.severity)
    };
    let cases = [
        ("missing-source", "COPY server /server", Some(Severity::Warning)),
        ("missing-source", "COPY target/app.jar /app.jar", Some(Severity::Warning)),
        ("missing-source", "COPY kept.jar /app.jar", Some(Severity::Error)),
        ("missing-source", "COPY sub/made /app", Some(Severity::Warning)),
        ("missing-source", "COPY sub/mine /app", Some(Severity::Error)),
        ("missing-source", "COPY servers /server", Some(Severity::Error)),
        ("missing-source", "COPY tool /server", Some(Severity::Warning)),
        ("missing-source", "COPY NAME /server", Some(Severity::Error)),
        ("missing-source", "COPY recipe /server", Some(Severity::Error)),
        ("missing-program", "COPY server /server\nENTRYPOINT [\"/server\"]", None),
        ("missing-program", "COPY servers /server\nENTRYPOINT [\"/server\"]", Some(Severity::Error)),
        ("missing-program", "COPY --from=other /a.wasm a.wasm\nENTRYPOINT [\"a.wasm\"]", None),
        ("exposed-port", "EXPOSE 3000:8080", Some(Severity::Warning)),
        ("exposed-port", "EXPOSE 127.0.0.1:3000:8080/tcp", Some(Severity::Warning)),
        ("exposed-port", "EXPOSE 3000:none", Some(Severity::Error)),
        ("relative-workdir", "WORKDIR app", Some(Severity::Error)),
        ("relative-workdir", "WORKDIR /app\nWORKDIR inner", Some(Severity::Warning)),
    ];
    for (rule, body, expected) in cases {
        assert_eq!(severity(rule, body), expected, "{rule}: {body}");
    }
    let glibc = |copied: &str| {
        let dockerfile = format!(
            "FROM rust:1.100-trixie AS build\nRUN cargo build --release\nFROM gcr.io/distroless/cc-debian12:nonroot\n\
             COPY --from=build {copied} /x\nUSER 65532:65532\n"
        );
        found(&dockerfile, &settings).iter().any(|(rule, _)| *rule == "newer-glibc")
    };
    assert!(glibc("/app/target/release/shop") && glibc("/usr/lib/libx.so") && glibc("/app/data-service"));
    assert!(!glibc("/usr/share/zoneinfo") && !glibc("/etc/ssl/certs/ca-certificates.crt") && !glibc("/app/shop_data"));
}
