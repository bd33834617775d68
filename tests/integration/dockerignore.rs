//! The `.dockerignore` matcher against Docker's own answers.

use dockgen::dockerfile::Dockerignore;

/// Each line: the ignore file, a path, and Docker's answer: 0 sent, 1 left out, 2 refused.
const CASES: &str = include_str!("../fixtures/dockerignore-vectors.json");

#[test]
fn the_matcher_agrees_with_docker_in_every_case() {
    let cases: Vec<(String, String, u8)> = serde_json::from_str(CASES).unwrap();
    assert_eq!(cases.len(), 6_126);
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(ignore, path, expected)| {
            let answer = Dockerignore::parse(ignore).map_or(2, |file| u8::from(file.excludes(path)));
            (answer != *expected).then(|| format!("{ignore:?} on {path:?}: {answer}, Docker says {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_deciding_pattern_is_named_with_its_place() {
    let text = "\u{feff}# secrets\r\n  **/.env  \r\n! /config/.env\r\n";
    let file = Dockerignore::parse(text).unwrap();
    let decided = |path: &str| file.decided_by(path).map(|pattern| &text[pattern.span.start..pattern.span.end]);
    assert_eq!(decided("a/.env"), Some("**/.env"));
    assert_eq!(decided("config/.env"), Some("! /config/.env"));
    assert_eq!(decided("main.go"), None);
    assert!(!file.excludes("config/.env"));
}

#[test]
fn a_bad_pattern_is_refused_at_its_place() {
    for (text, place) in [("a\n!\n", 2..3), ("a\n b[\n", 3..5), ("[]a]", 0..4), ("\\", 0..1)] {
        let bad = Dockerignore::parse(text).unwrap_err();
        assert_eq!((bad.span.start..bad.span.end), place, "{text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in r"[ab*?/!#\[\]^\\. \n-]{0,24}", path in "[ab/.]{0,12}") {
        if let Ok(file) = Dockerignore::parse(&text) {
            file.excludes(&path);
        }
    }
}
