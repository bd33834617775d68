//! The rules: the examples in their own documentation, and silence on everything that dockgen makes.

use std::collections::BTreeSet;

use dockgen::check::{Checkable, Context, Example, Finding, Input, RULES, Settings, Severity, check, rules_page};

use crate::documents::is_current;
use crate::scratch::{Scratch, node_server};
use crate::support::{dockgen, examples, root};

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
    for rule in RULES {
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
