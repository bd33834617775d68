//! For every question: the same answer by wizard, flag, variable and file gives the same bytes. Generated from the examples.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use dockgen::error::{Error, Result};
use dockgen::plan::{
    Answers, Application, Config, Defaults, Kind, Prompter, QUESTIONS, Question, Reply, Resolved, Source, choose,
    resolve,
};
use dockgen::repo::Repo;
use dockgen::{languages, render};

use crate::scratch::{Ran, Scratch};
use crate::support::{Copy, Example, examples, is_generated};

/// Somebody who gives one answer and takes the rest as it is.
struct Somebody<'a> {
    key: &'a str,
    value: &'a str,
}

impl Prompter for Somebody<'_> {
    fn ask(
        &mut self,
        question: &Question,
        preset: Option<&Resolved<String>>,
        problem: Option<&Error>,
    ) -> Result<Reply> {
        if question.key() == self.key && problem.is_none() {
            return Ok(Reply::Answer(self.value.to_owned()));
        }
        Defaults.ask(question, preset, problem)
    }
}

/// An example in a folder of its own, with its application.
struct Case {
    example: Example,
    copy: Copy,
    flags: Answers,
    application: Box<dyn Application>,
}

impl Case {
    fn new(example: Example) -> Self {
        let copy = example.copy(|path| !is_generated(path));
        let mut flags = Answers::default();
        for pair in example.arguments.chunks(2) {
            flags.set(pair[0].trim_start_matches("--"), Resolved::new(pair[1].clone(), Source::Flag));
        }
        let (repo, folder) = Repo::open(&copy.path().join(&example.path)).unwrap();
        let application = choose(languages::detect(&repo), &folder, copy.path(), &flags, &mut Defaults).unwrap();
        Self { example, copy, flags, application }
    }

    fn questions(&self) -> Vec<Question> {
        let answers = resolve(self.application.as_ref(), &self.flags, &Config::default(), &mut Defaults).unwrap();
        dockgen::plan::questions(self.application.as_ref(), &answers).unwrap()
    }

    /// By the wizard's own way: a prompter.
    fn asked(&self, key: &str, value: &str) -> Option<String> {
        let somebody = &mut Somebody { key, value };
        let answers = resolve(self.application.as_ref(), &self.flags, &Config::default(), somebody).ok()?;
        let plan = dockgen::plan::plan(self.application.as_ref(), &answers).ok()?;
        render::render(&self.application.chosen(&answers), &plan).ok().map(|made| made.dockerfile.text)
    }

    fn run(&self, more: &[String], variable: Option<(String, &str)>) -> Option<String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dockgen"));
        command.args(["init", "--print"]).args(&self.example.arguments).args(more);
        command.envs(variable).current_dir(self.copy.path().join(&self.example.path));
        let ran = Ran::from(command.output().unwrap());
        (ran.status == 0).then_some(ran.stdout)
    }

    fn by_flag(&self, key: &str, value: &str) -> Option<String> {
        self.run(&[format!("--{key}={value}")], None)
    }

    fn by_variable(&self, key: &str, value: &str) -> Option<String> {
        self.run(&[], Some((variable(key), value)))
    }

    fn by_file(&self, key: &str, value: &str) -> Option<String> {
        let file = self.copy.path().join(&self.application.app().folder).join("dockgen.toml");
        std::fs::write(&file, format!("{key} = {value:?}\n")).unwrap();
        let printed = self.run(&[], None);
        std::fs::remove_file(file).unwrap();
        printed
    }
}

fn variable(key: &str) -> String {
    format!("DOCKGEN_{}", key.replace('-', "_").to_uppercase())
}

/// An answer that is another than what is there.
fn another(question: &Question) -> Option<String> {
    let now = question.default.as_ref().map(|default| default.value.as_str());
    let other = question.choices.iter().map(|choice| choice.value.clone()).find(|value| Some(value.as_str()) != now);
    other.or(match question.specification.kind {
        Kind::Choice => None,
        Kind::Port => Some("9123".into()),
        Kind::HttpPath => Some("/other?full=1".into()),
        Kind::CommandLine => now.map(|now| format!("{now} --more")),
        Kind::Text => Some("none".into()),
        Kind::Switch => Some("yes".into()),
        Kind::Packages => Some("git".into()),
        Kind::Registry => Some("registry.example.org/proxy".into()),
    })
}

#[test]
fn every_question_by_every_way_gives_the_same_bytes() {
    let mut tried: BTreeMap<(String, &str), String> = BTreeMap::new();
    for example in examples() {
        let language = example.name.split('-').next().unwrap().to_owned();
        let given: Vec<String> = example.arguments.iter().map(|it| it.trim_start_matches("--").to_owned()).collect();
        let case = Case::new(example);
        for question in case.questions() {
            let key = question.key();
            let Some(value) = another(&question).filter(|_| !given.iter().any(|it| it == key)) else { continue };
            let place = (language.clone(), key);
            if tried.contains_key(&place) {
                continue;
            }
            let Some(asked) = case.asked(key, &value) else { continue };
            let Some(flag) = case.by_flag(key, &value) else {
                // the self-check refuses it, whoever says it
                assert!(case.by_variable(key, &value).is_none() && case.by_file(key, &value).is_none());
                continue;
            };
            for (way, made) in
                [("flag", Some(flag)), ("variable", case.by_variable(key, &value)), ("file", case.by_file(key, &value))]
            {
                let made = made.unwrap_or_else(|| panic!("{}: {key}={value:?} fails by {way}", case.example.name));
                assert!(made == asked, "{}: {key}={value:?} by {way}:\n{made}\nby wizard:\n{asked}", case.example.name);
            }
            tried.insert(place, value);
        }
    }
    // those that choose the application are tried below; packages are asked for on a family with a package manager only
    let chooses = ["app", "language", "packages"];
    let keys: Vec<&str> = QUESTIONS.iter().map(|question| question.key).filter(|key| !chooses.contains(key)).collect();
    let missing: Vec<&&str> = keys.iter().filter(|key| !tried.keys().any(|(_, tried)| tried == *key)).collect();
    assert!(missing.is_empty(), "no example has an other answer to {missing:?}");
}

fn by_variable(folder: &Path, key: &str, value: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dockgen"));
    command.args(["init", "--print"]).env(variable(key), value).current_dir(folder);
    Ran::from(command.output().unwrap()).stdout
}

#[test]
fn which_application_by_every_way_gives_the_same_bytes() {
    let scratch = Scratch::new([
        ("go.mod", "module example.org/hello\n\ngo 1.26\n"),
        ("main.go", "package main\n\nfunc main() { println(\"hello\") }\n"),
        ("package.json", r#"{ "name": "shop", "scripts": { "start": "node server.js" } }"#),
        ("server.js", "require('http').createServer().listen(process.env.PORT || 4000)\n"),
    ]);
    scratch.run(&["init", "--print"]).ends(2, &["several applications"]);
    for (key, value) in [("language", "node"), ("app", "shop"), ("language", "go"), ("app", "hello")] {
        let flag = scratch.run(&["init", "--print", &format!("--{key}"), value]).stdout;
        assert!(flag.contains("FROM "), "{key} {value}");
        assert_eq!(by_variable(scratch.path(), key, value), flag, "{key} {value}");
        scratch.file("dockgen.toml", format!("{key} = \"{value}\"\n"));
        assert_eq!(scratch.run(&["init", "--print"]).stdout, flag, "{key} {value}");
        let (repo, folder) = Repo::open(scratch.path()).unwrap();
        if key == "app" {
            let somebody = &mut Somebody { key, value };
            let chosen =
                choose(languages::detect(&repo), &folder, scratch.path(), &Answers::default(), somebody).unwrap();
            let answers = resolve(chosen.as_ref(), &Answers::default(), &Config::default(), &mut Defaults).unwrap();
            let made = render::render(chosen.app(), &chosen.plan(&answers).unwrap()).unwrap();
            assert_eq!(made.dockerfile.text, flag);
        }
        std::fs::remove_file(scratch.path().join("dockgen.toml")).unwrap();
    }
}

#[test]
fn a_start_that_names_what_is_not_there_is_refused() {
    let node = Scratch::new([
        ("package.json", r#"{"name": "shop", "scripts": {"start": "node server.js", "build": "tsc"}}"#),
        ("server.js", "app.listen(3000)"),
        ("src/work.ts", "run()"),
    ]);
    node.run(&["init", "--yes", "--print", "--start", "node sever.js"])
        .ends(2, &["there is no file `sever.js`", "`server.js` is there: is that meant?"]);
    node.run(&["init", "--yes", "--print", "--start", "node src/other.js"])
        .ends(2, &["there is no file `src/other.js`"]);
    for start in ["node server.js --port 80", "node src/work.js", "node dist/work.js", "node --import tsx src/work.ts"]
    {
        node.run(&["init", "--yes", "--print", "--start", start]).ends(0, &[]);
    }
    let python = Scratch::new([
        ("requirements.txt", "fastapi==0.115.0\nuvicorn==0.32.0\n"),
        ("main.py", "from fastapi import FastAPI\n\napp = FastAPI()\n"),
        ("shop/__init__.py", ""),
        ("shop/work.py", "run()\n"),
    ]);
    python
        .run(&["init", "--yes", "--print", "--start", "uvicorn mian:app"])
        .ends(2, &["there is no file `mian.py`", "`main.py` is there: is that meant?"]);
    python
        .run(&["init", "--yes", "--print", "--start", "uvicorn shop.wrok:app"])
        .ends(2, &["there is no file `shop/wrok.py`"]);
    python.run(&["init", "--yes", "--print", "--start", "python works.py"]).ends(2, &["there is no file `works.py`"]);
    for start in [
        "uvicorn main:app",
        "uvicorn shop.work:app",
        "python -m shop.work",
        "python shop/work.py",
        "uvicorn other.web:app",
    ] {
        python.run(&["init", "--yes", "--print", "--start", start]).ends(0, &[]);
    }
}
