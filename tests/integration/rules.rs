//! The rules: the examples in their own documentation, and silence on everything that dockgen makes.

use std::collections::BTreeSet;

use dockgen::check::{Checkable, Context, Example, Finding, Input, RULES, Severity, check, rules_page};

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
    check(&Input { path: "Dockerfile", dockerfile: &example.dockerfile, ignore, context: &context })
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
fn one_line_can_be_allowed() {
    let text = "FROM node:24-trixie-slim\nWORKDIR /app\n# dockgen: allow=sudo\nRUN sudo true\nRUN sudo false\nUSER 1000\nCMD [\"node\"]\n";
    let context = Context::memory();
    let found = check(&Input { path: "Dockerfile", dockerfile: text, ignore: None, context: &context });
    let lines: Vec<u32> = found.iter().filter(|finding| finding.rule == "sudo").map(|finding| finding.line).collect();
    assert_eq!(lines, [5]);
}

#[test]
fn the_command_shows_the_line_and_ends_with_its_status() {
    let scratch =
        Scratch::new([("Dockerfile", "FROM node:14\nCOPY missing.js /app/\nCMD [\"node\", \"missing.js\"]\n")]);
    scratch.run(&["check"]).ends(1, &["missing.js", "Dockerfile:2", "^"]);
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
    scratch.run(&["check"]).ends(0, &["no findings"]);
}

#[test]
fn severities_are_what_the_status_counts() {
    assert!(RULES.iter().any(|rule| rule.severity == Severity::Error));
    assert!(RULES.iter().any(|rule| rule.severity == Severity::Warning));
}
