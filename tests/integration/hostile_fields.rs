//! Whatever a manifest or a source says in any of its texts stays data: each text of the examples is replaced in turn.
//!
//! It grows with the model by itself: a fact, a template or a question that no example here shows fails a test.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dockgen::dockerfile::Dockerfile;
use dockgen::error::{Error, Result};
use dockgen::plan::{Answers, App, Config, Defaults, QUESTIONS, Source};
use dockgen::repo::{Document, Repo};
use dockgen::{languages, plan, render, source};

use crate::scratch::Scratch;
use crate::support::{Example, example, examples, root};

/// Stands in every hostile text.
const MARK: &str = "PWN7";

/// What is tried, one after the other.
const HOSTILE: &[&str] = &[
    "x$(touch PWN7) y",
    "x; touch PWN7",
    "x\" PWN7 \"",
    "x' PWN7 '",
    "x\nRUN touch PWN7",
    "--PWN7 -e x",
    "x && touch PWN7 #",
    "PWN7\\",
    "syntax=evil/PWN7:1 x",
    "x\u{1b}[2J\u{202e}PWN7",
];

/// The same place with a plain word in it.
const PLAIN: &str = "plain7";

/// An example in a folder of its own, whose files can be changed.
struct Project {
    example: Example,
    scratch: Scratch,
}

impl Project {
    fn of(example: Example) -> Self {
        let scratch = Scratch::new::<&str, &str>([]);
        copy(&root().join("examples").join(&example.name), scratch.path());
        Self { example, scratch }
    }

    fn made(&self) -> Result<(App, Answers, String)> {
        let (repo, folder) = Repo::open(&self.scratch.path().join(&self.example.path))?;
        let application =
            plan::choose(languages::detect(&repo), &folder, self.scratch.path(), &flags(&self.example), &mut Defaults)?;
        let answers = plan::resolve(application.as_ref(), &flags(&self.example), &Config::default(), &mut Defaults)?;
        let plan = application.plan(&answers)?;
        let text = render::render(application.app(), &plan)?.dockerfile.text;
        Ok((application.app().clone(), answers, text))
    }

    /// The Dockerfile with another text in a file, which has its own again afterwards.
    fn with(&self, file: &Path, own: &str, changed: &str) -> Result<String> {
        std::fs::write(file, changed).unwrap();
        let made = self.made().map(|(_, _, text)| text);
        std::fs::write(file, own).unwrap();
        made
    }
}

fn flags(example: &Example) -> Answers {
    let mut answers = Answers::default();
    for pair in example.arguments.windows(2) {
        if let Some(key) = pair[0].strip_prefix("--").and_then(|key| QUESTIONS.iter().find(|it| it.key == key)) {
            answers.set(key.key, dockgen::plan::Resolved::new(pair[1].clone(), Source::Flag));
        }
    }
    answers
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else if !matches!(entry.file_name().to_str(), Some("Dockerfile" | ".dockerignore")) {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A program of Go whose build says more than the examples do.
fn build_settings() -> Project {
    let example = Example { name: "build settings".into(), ..example("go-server") };
    let main = "package main\n\nimport (\n\t\"log\"\n\t\"net/http\"\n\t\"os\"\n)\n\nvar edition = \"\"\n\nfunc main() {\n\t\
        if os.Getenv(\"API_TOKEN_URL\") == \"\" {\n\t\tlog.Fatal(\"API_TOKEN_URL is required\")\n\t}\n\t\
        http.ListenAndServe(\":8080\", nil)\n}\n";
    let scratch = Scratch::new([
        ("go.mod", "module example.org/settings\n\ngo 1.26\n"),
        ("main.go", main),
        ("edition.go", "//go:build full\n\npackage main\n"),
        ("Makefile", "build:\n\tgo build -tags full -ldflags \"-X main.edition=full\" -o settings .\n"),
    ]);
    Project { example, scratch }
}

/// A server of Node.js with pages that another package builds.
fn pages_of_another_package() -> Project {
    let example = Example { name: "pages of another package".into(), ..example("node-express") };
    let lock = r#"{"name": "a", "lockfileVersion": 3, "packages": {}}"#;
    let server = "const express = require('express');\nconst path = require('path');\nconst app = express();\n\
        app.use(express.static(path.join(__dirname, 'client/build')));\napp.listen(3000);\n";
    let scratch = Scratch::new([
        (
            "package.json",
            r#"{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5.1.0"}}"#,
        ),
        ("package-lock.json", lock),
        ("server.js", server),
        (
            "client/package.json",
            r#"{"name": "pages", "scripts": {"build": "react-scripts build"}, "dependencies": {"react-scripts": "5.0.1"}}"#,
        ),
        ("client/package-lock.json", lock),
    ]);
    Project { example, scratch }
}

/// The examples that show, together, every fact and template: each that shows one which those before it do not.
fn chosen() -> Vec<Project> {
    let (mut seen, mut chosen) = (BTreeSet::new(), Vec::new());
    for project in examples().into_iter().map(Project::of).chain([build_settings(), pages_of_another_package()]) {
        let shown = shown(&project);
        if !shown.is_subset(&seen) {
            seen.extend(shown);
            chosen.push(project);
        }
    }
    chosen
}

/// The facts and the template of a project, by name.
fn shown(project: &Project) -> BTreeSet<String> {
    let (app, answers, text) = project.made().unwrap();
    let facts = app.facts.iter().map(|fact| format!("{} {}", app.language, fact.name));
    let questions = QUESTIONS.iter().filter(|it| answers.has(it.key)).map(|it| format!("question {}", it.key));
    let stages = text.lines().filter(|line| line.starts_with("FROM")).count();
    facts.chain(questions).chain([format!("{} of {stages} stages", app.language)]).collect()
}

/// The names that the code gives to facts, each with its language.
fn facts_in_code() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&root().join("src/languages"), &mut files);
    let mut found = BTreeSet::new();
    for file in files {
        let language =
            file.strip_prefix(root().join("src/languages")).unwrap().iter().next().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        for call in text.split(".note(").skip(1) {
            if let Some(name) = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                found.insert(format!("{language} {name}"));
            }
        }
    }
    found
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { sources(&path, into) } else { into.push(path) }
    }
}

#[test]
fn every_fact_is_among_what_is_tried() {
    let shown: BTreeSet<String> = chosen().iter().flat_map(shown).collect();
    let missing: Vec<String> = facts_in_code().into_iter().filter(|fact| !shown.contains(fact)).collect();
    assert!(missing.is_empty(), "no example shows {missing:?}: hostile texts are never tried there");
    let keys = QUESTIONS.iter().map(|it| format!("question {}", it.key));
    // which language and which application are answered before there is one, and packages are of one family of images
    let is_elsewhere = |key: &String| ["language", "app", "packages"].iter().any(|end| key.ends_with(end));
    let open: Vec<String> = keys.filter(|key| !shown.contains(key) && !is_elsewhere(key)).collect();
    assert!(open.is_empty(), "no example is asked {open:?}");
}

#[test]
fn a_hostile_text_anywhere_stays_data() {
    let projects = chosen();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let tried = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(project) = projects.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    let count = try_all(project);
                    tried.fetch_add(count, std::sync::atomic::Ordering::Relaxed);
                }
            });
        }
    });
    let tried = tried.into_inner();
    assert!(tried > 500, "{tried} texts of {} examples", projects.len());
}

/// Tries a hostile text in place of each text of the project's manifests and sources; the number of them.
fn try_all(project: &Project) -> usize {
    let mut files = Vec::new();
    sources(project.scratch.path(), &mut files);
    files.sort();
    let mut count = 0;
    for file in files.iter().filter(|file| !file.components().any(|part| part.as_os_str() == ".git")) {
        let Ok(own) = std::fs::read_to_string(file) else { continue };
        if own.len() > 20_000 {
            continue; // lock files
        }
        for (start, end, write) in texts(file, &own) {
            let put = |text: &str| format!("{}{}{}", &own[..start], write(text), &own[end..]);
            for _ in 0..4 {
                let hostile = HOSTILE[count % HOSTILE.len()];
                count += 1;
                try_one(project, file, &own, &put, hostile);
            }
        }
    }
    count
}

fn try_one(project: &Project, file: &Path, own: &str, put: &dyn Fn(&str) -> String, hostile: &str) {
    let made = match project.with(file, own, &put(hostile)) {
        Ok(made) => made,
        Err(Error::Defect(reason)) => {
            panic!("{}: {hostile:?}: {reason}\n{}", project.example.name, put(hostile))
        }
        Err(_) => return,
    };
    let place = format!("{} of {}, {hostile:?}", file.display(), project.example.name);
    assert!(made.starts_with("# Made by dockgen: "), "{place}: the first line\n{made}");
    assert!(!made.contains(['\u{1b}', '\u{202e}']) && !made.contains("\nRUN touch"), "{place}\n{made}");
    let words = broken_words(&made, hostile);
    if !words.is_empty() {
        let plain = project.with(file, own, &put(PLAIN)).unwrap_or_default();
        assert!(shape(&plain) == shape(&made), "{place} breaks {words:?}:\n{made}");
    }
}

type Written = fn(&str) -> String;

/// The texts of a file: where each starts and ends, and how another is written there.
fn texts(file: &Path, own: &str) -> Vec<(usize, usize, Written)> {
    let name = file.file_name().unwrap().to_str().unwrap();
    let json: Written = |text| serde_json::to_string(text).unwrap();
    let xml: Written = |text| {
        let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
        text.replace('&', "&amp;").replace('<', "&lt;")
    };
    match name.rsplit('.').next().unwrap() {
        // what stands under `scripts` is a command by its meaning
        "json" if name == "package.json" => {
            let from = own.find("\"scripts\"").unwrap_or(own.len());
            let to = own[from..].find('}').map_or(own.len(), |end| from + end);
            let is_command = |start: usize| (from..to).contains(&start);
            quoted(own).into_iter().filter(|(start, _)| !is_command(*start)).map(|(a, b)| (a, b, json)).collect()
        }
        "toml" => quoted(own).into_iter().map(|(a, b)| (a, b, json)).collect(),
        "xml" => {
            let Ok(tree) = roxmltree::Document::parse(own) else { return Vec::new() };
            let texts = tree.descendants().filter(|node| node.is_text() && !node.text().unwrap().trim().is_empty());
            texts.map(|node| (node.range().start, node.range().end, xml)).collect()
        }
        "js" | "ts" | "mjs" | "py" | "go" | "java" | "kt" | "rs" => {
            let index = source::read(Document::new(name, own));
            let places = index.texts.iter().map(|text| (text.place.start as usize, text.place.end as usize));
            let is_text = |place: &(usize, usize)| own[place.0..].starts_with('"') || own[place.0..].starts_with('\'');
            places.filter(is_text).map(|(a, b)| (a, b, json)).collect()
        }
        _ => Vec::new(),
    }
}

/// Where texts in double quotes stand on one line: values of JSON and TOML, and their keys.
fn quoted(text: &str) -> Vec<(usize, usize)> {
    let (mut found, mut open) = (Vec::new(), None);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match (c, open) {
            ('"', Some(start)) if before != '\\' => {
                found.push((start, at + 1));
                open = None;
            }
            ('"', None) => open = Some(at),
            ('\n', _) => open = None,
            _ => {}
        }
        before = c;
    }
    found
}

/// The words of a Dockerfile in which a part of the hostile text stands without the rest of it.
fn broken_words(made: &str, hostile: &str) -> Vec<String> {
    let bare = |text: &str| text.replace('\\', "");
    // as it is, or as a source writes it
    let wholes = [bare(hostile), bare(serde_json::to_string(hostile).unwrap().trim_matches('"'))];
    let is_whole = |word: &str| wholes.iter().any(|whole| bare(word).contains(whole));
    let mut broken = Vec::new();
    for instruction in Dockerfile::parse(made).instructions() {
        let body = made[instruction.span.start..instruction.span.end].replace("\\\n", " ");
        let words = shlex::split(&body).unwrap_or_else(|| vec![body.clone()]);
        broken.extend(words.into_iter().filter(|word| word.contains(MARK) && !is_whole(word)));
    }
    broken
}

/// The instructions, each with the number of its words.
fn shape(made: &str) -> Vec<(String, usize)> {
    let parsed = Dockerfile::parse(made);
    let shaped = parsed.instructions().iter().map(|instruction| {
        let body = made[instruction.span.start..instruction.span.end].replace("\\\n", " ");
        (instruction.keyword.value.to_uppercase(), shlex::split(&body).map_or(usize::MAX, |words| words.len()))
    });
    shaped.collect()
}
