//! Precedence: default, detected, `dockgen.toml`, wizard, flag; a later one replaces an earlier one.

use std::collections::VecDeque;

use dockgen::error::{Error, Result};
use dockgen::evidence::{Evidence, Fact};
use dockgen::plan::model::python;
use dockgen::plan::{
    Answers, BuildPlan, Choice, Config, FinalStage, NoTerminal, Prompter, Question, Recipe, Reply, Resolved, Source,
    resolve,
};
use dockgen::plan::{App, Application, Role};
use dockgen::repo::Repo;

use crate::scratch::Scratch;

/// An application with three questions; the third depends on the second.
struct Fake(App);

fn fake() -> Fake {
    Fake(App {
        language: "fake",
        name: "fake".into(),
        identity: String::new(),
        folder: String::new(),
        context: String::new(),
        role: Role::Application,
        shape: "fake".into(),
        facts: Vec::new(),
        unread: dockgen::source::Unread::default(),
    })
}

impl Application for Fake {
    fn app(&self) -> &App {
        &self.0
    }

    fn questions(&self, answers: &Answers) -> Result<Vec<Question>> {
        let detected = Resolved::from(Fact::new("2".to_owned(), Evidence::new("file", 7, "version 2")));
        let choices = ["1", "2", "3"].map(|value| Choice::new(value, "")).to_vec();
        let mut questions = vec![
            Question::new("version", Some(detected)).choices(choices),
            Question::new("port", Some(Resolved::default("8080".into()))),
        ];
        if answers.some("port").is_some() {
            questions.push(Question::new("health", Some(Resolved::default("none".into()))));
        }
        Ok(questions)
    }

    fn programs(&self, _: &Answers) -> Vec<Fact<String>> {
        Vec::new()
    }

    fn plan(&self, _: &Answers) -> Result<BuildPlan> {
        Ok(BuildPlan::new(Recipe::PythonPlain(python::Application::default()), FinalStage::default()))
    }
}

/// Replies as written; an unexpected question or an unused reply is a failure.
struct Scripted(VecDeque<(&'static str, Reply)>);

impl Scripted {
    fn new<const N: usize>(replies: [(&'static str, Reply); N]) -> Self {
        Self(replies.into())
    }
}

impl Prompter for Scripted {
    fn ask(&mut self, question: &Question, _: Option<&Resolved<String>>, _: Option<&Error>) -> Result<Reply> {
        if question.specification.is_option() {
            return Ok(Reply::Preselected);
        }
        let (key, reply) = self.0.pop_front().unwrap_or_else(|| panic!("unexpected question `{}`", question.key()));
        assert_eq!(key, question.key());
        Ok(reply)
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        assert!(std::thread::panicking() || self.0.is_empty(), "unused replies: {:?}", self.0);
    }
}

fn answer(text: &str) -> Reply {
    Reply::Answer(text.into())
}

fn config(text: &str) -> Config {
    let scratch = Scratch::new([("dockgen.toml", text)]);
    let (repo, _) = Repo::open(scratch.path()).unwrap();
    Config::read(&repo, "").unwrap()
}

fn flags(pairs: &[(&str, &str)]) -> Answers {
    let mut flags = Answers::default();
    for (key, value) in pairs {
        flags.set(key, Resolved::new((*value).to_owned(), Source::Flag));
    }
    flags
}

#[test]
fn each_source_beats_those_before_it() {
    let all_preselected = || {
        Scripted::new([("version", Reply::Preselected), ("port", Reply::Preselected), ("health", Reply::Preselected)])
    };
    let answers = resolve(&fake(), &Answers::default(), &Config::default(), &mut all_preselected()).unwrap();
    assert_eq!(answers.get("version"), Some("2"));
    assert!(matches!(answers.resolved("version").unwrap().source, Source::Detected(_)));
    assert_eq!(answers.resolved("port").unwrap().source, Source::Default);

    let answers = resolve(&fake(), &Answers::default(), &config("version = 3\n"), &mut all_preselected()).unwrap();
    assert_eq!(answers.get("version"), Some("3"));
    assert!(matches!(answers.resolved("version").unwrap().source, Source::Config { .. }));

    let mut asked =
        Scripted::new([("version", answer("1")), ("port", Reply::Preselected), ("health", Reply::Preselected)]);
    let answers = resolve(&fake(), &Answers::default(), &config("version = 3\n"), &mut asked).unwrap();
    assert_eq!((answers.get("version"), &answers.resolved("version").unwrap().source), (Some("1"), &Source::Prompt));

    let mut others = Scripted::new([("port", Reply::Preselected), ("health", Reply::Preselected)]);
    let answers = resolve(&fake(), &flags(&[("version", "3")]), &config("version = 1\n"), &mut others).unwrap();
    assert_eq!((answers.get("version"), &answers.resolved("version").unwrap().source), (Some("3"), &Source::Flag));
}

#[test]
fn a_question_that_an_answer_rules_out_is_not_asked() {
    let mut asked = Scripted::new([("version", Reply::Preselected), ("port", answer("none"))]);
    let answers = resolve(&fake(), &Answers::default(), &Config::default(), &mut asked).unwrap();
    assert!(!answers.has("health"));
}

#[test]
fn back_asks_the_question_before_again() {
    let mut asked = Scripted::new([
        ("version", answer("1")),
        ("port", Reply::Back),
        ("version", answer("3")),
        ("port", answer("90")),
        ("health", Reply::Back),
        ("port", answer("none")),
    ]);
    let answers = resolve(&fake(), &Answers::default(), &Config::default(), &mut asked).unwrap();
    assert_eq!((answers.get("version"), answers.get("port")), (Some("3"), Some("none")));
}

#[test]
fn an_answer_that_is_none_is_asked_again() {
    let mut asked = Scripted::new([
        ("version", answer("9")),
        ("version", answer("1")),
        ("port", answer("x")),
        ("port", answer("none")),
    ]);
    let answers = resolve(&fake(), &Answers::default(), &Config::default(), &mut asked).unwrap();
    assert_eq!(answers.get("version"), Some("1"));
}

#[test]
fn a_flag_that_answers_nothing_is_refused() {
    let mut asked = Scripted::new([("version", Reply::Preselected), ("port", answer("none"))]);
    let error = resolve(&fake(), &flags(&[("health", "/up")]), &Config::default(), &mut asked).unwrap_err();
    assert!(error.to_string().contains("`--health` is no question"), "{error}");
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn without_a_terminal_the_first_open_question_is_named() {
    let error = resolve(&fake(), &flags(&[("version", "1")]), &Config::default(), &mut NoTerminal).unwrap_err();
    assert!(error.hint().unwrap().contains("--port"), "{error}");
}
