//! Nothing from a repository becomes an instruction or shell code in the output, whatever it is called.

use dockgen::dockerfile::Dockerfile;
use dockgen::error::{Error, Result};
use dockgen::plan::{Answers, Config, Defaults};
use dockgen::repo::Repo;
use dockgen::{languages, plan, render};
use proptest::prelude::*;

use crate::scratch::Scratch;

/// The repositories that a name goes into: with the name, and with what it is written as in that notation.
fn repositories(name: &str) -> Vec<Scratch> {
    let json = serde_json::to_string(name).unwrap();
    let toml = toml::Value::String(name.to_owned()).to_string();
    let xml = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    vec![
        Scratch::new([
            ("package.json", format!(r#"{{ "name": {json}, "scripts": {{ "start": "node server.js" }} }}"#)),
            ("server.js", "require('http').createServer().listen(3000)".into()),
        ]),
        Scratch::new([
            ("package.json", r#"{ "private": true, "workspaces": ["apps/*"] }"#.to_owned()),
            (
                "apps/web/package.json",
                format!(r#"{{ "name": {json}, "scripts": {{ "build": "x", "start": "node a.js" }}, "bin": "a.js" }}"#),
            ),
            ("apps/web/a.js", "require('http').createServer().listen(3000)".into()),
        ]),
        Scratch::new([
            ("Cargo.toml", format!("[package]\nname = {toml}\nversion = \"1.0.0\"\nedition = \"2024\"\n")),
            ("src/main.rs", "fn main() {}".into()),
        ]),
        Scratch::new([
            (
                "pom.xml",
                format!("<project><artifactId>{xml}</artifactId><version>1</version><name>{xml}</name></project>"),
            ),
            ("src/main/java/Main.java", "class Main { public static void main(String[] a) {} }".into()),
        ]),
        Scratch::new([
            ("pyproject.toml", format!("[project]\nname = {toml}\nversion = \"1\"\n")),
            ("main.py", "if __name__ == '__main__':\n    print('hello')\n".into()),
        ]),
        Scratch::new([
            ("go.mod", format!("module example.org/{}\n\ngo 1.26\n", name.split_whitespace().next().unwrap_or("x"))),
            ("main.go", "package main\n\nfunc main() {}\n".into()),
        ]),
    ]
}

fn dockerfile(scratch: &Scratch) -> Result<String> {
    let (repo, folder) = Repo::open(scratch.path())?;
    let flags = Answers::default();
    let application = plan::choose(languages::detect(&repo), &folder, scratch.path(), &flags, &mut Defaults)?;
    let answers = plan::resolve(application.as_ref(), &flags, &Config::default(), &mut Defaults)?;
    let plan = plan::plan(application.as_ref(), &answers)?;
    Ok(render::render(application.app(), &plan)?.dockerfile.text)
}

/// The instructions with the words of their commands, the name replaced by a mark.
fn skeleton(text: &str, name: &str) -> Vec<(String, Vec<String>)> {
    let parsed = Dockerfile::parse(text);
    let instructions = parsed.instructions().iter().map(|instruction| {
        let keyword = instruction.keyword.value.to_uppercase();
        let body = &text[instruction.span.start..instruction.span.end];
        // What a shell would make of it; a line that it can't read is kept whole, and then differs.
        let words = shlex::split(&body.replace("\\\n", " ")).unwrap_or_else(|| vec![body.to_owned()]);
        let folded = name.to_lowercase();
        (keyword, words.into_iter().map(|word| word.replace(name, "NAME").replace(&folded, "NAME")).collect())
    });
    instructions.collect()
}

fn stays_harmless(name: &str) {
    for (hostile, harmless) in repositories(name).iter().zip(repositories("harmless")) {
        let wanted = skeleton(&dockerfile(&harmless).unwrap(), "harmless");
        let made = match dockerfile(hostile) {
            Ok(made) => made,
            Err(Error::Defect(message)) => panic!("{name:?}: {message}"),
            Err(_) => continue,
        };
        // A first line of the repository's own could be a parser directive: another image would run the build.
        assert!(made.starts_with("# Made by dockgen: "), "{name:?} changes the first line:\n{made}");
        let keywords = |skeleton: &[(String, Vec<String>)]| {
            skeleton.iter().map(|(keyword, _)| keyword.clone()).collect::<Vec<_>>()
        };
        let found = skeleton(&made, name);
        assert_eq!(keywords(&found), keywords(&wanted), "{name:?} changes the instructions:\n{made}");
        for ((keyword, found), (_, wanted)) in found.iter().zip(&wanted) {
            // A command without the name in it may be another one, for a name that can't stand for a file.
            if keyword == "RUN" && found.iter().any(|word| word.contains("NAME")) {
                assert_eq!(found.len(), wanted.len(), "{name:?} changes a command:\n{made}");
            }
        }
    }
}

#[test]
fn names_that_try_stay_names() {
    let names = [
        "a b",
        "it's",
        "say \"hi\"",
        "$(touch /tmp/pwned)",
        "`touch /tmp/pwned`",
        "{{ runtime_image }}",
        "{% raw %}",
        "x; rm -rf /",
        "x && y",
        "x | y",
        "../../etc",
        "größe",
        "名前",
        "--flag",
        "-x",
        "x\\",
        "$HOME",
        "${PATH}",
        "#comment",
        "<<EOF",
        "a,b",
        "x*y",
        "[abc]",
        "~",
        "!x",
        "%0a",
        "x'$(y)'z",
        "é\u{301}",
        "syntax=localhost:1/evil/frontend:1 x",
        "escape=`",
        "check=skip=all",
    ];
    for name in names {
        stays_harmless(name);
    }
}

#[test]
fn line_breaks_are_refused_or_folded() {
    for name in ["x\nRUN touch /tmp/pwned", "x\r\nUSER root", "x\u{0}y", "x\u{85}y", "x\u{1b}[31m"] {
        for scratch in repositories(&name.replace('\u{0}', "\u{1}")) {
            match dockerfile(&scratch) {
                Ok(text) => assert!(
                    !text.contains("\nRUN touch") && !text.contains("\nUSER root") && !text.contains('\u{1b}'),
                    "{text}"
                ),
                Err(Error::Defect(message)) => panic!("{name:?}: {message}"),
                Err(_) => {}
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_stays_a_name(name in "[a-z$`'\"\\\\;&|<>(){}%# *?!~-]{3,16}") {
        prop_assume!(!name.trim().is_empty());
        stays_harmless(&name);
    }

    /// What the filter `sh` quotes, a real shell reads back.
    #[test]
    fn quoting_survives_a_shell(text in "[^\\x00\r\n]{0,40}") {
        let command = format!("printf %s {}", dockgen::shell::quote(&text));
        let output = std::process::Command::new("/bin/sh").args(["-c", &command]).output().unwrap();
        prop_assert_eq!(String::from_utf8(output.stdout).unwrap(), text);
    }
}
