//! `dockgen explain`: why a decision fell as it did and what would change it; the page of a rule.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::check::{RULES, Rule, Severity};
use crate::cli::answers::{self, AnswerFlags};
use crate::cli::json::{self, VERSION};
use crate::cli::stream::{self, Style, Text};
use crate::cli::viewpoint::Viewpoint;
use crate::container::CHECKS;
use crate::error::{Error, Result};
use crate::evidence::Evidence;
use crate::languages;
use crate::plan::{
    self, Answers, App, Choice, Config, Defaults, Kind, NamedFact, QUESTIONS, Question, Resolved, Source,
};
use crate::repo::Repo;
use crate::text::is_near;

/// How the name of a check of `dockgen test` begins, here and in SARIF.
const CHECK: &str = "test/";

/// Say why a decision fell as it did, or what a rule is about
///
/// For a question, such as `port`: the answer, the line that says it, everything that was looked at, and what would change
/// it. For a fact of `dockgen detect`: its lines. For a rule of `dockgen check`, or a check of `dockgen test` as `test/start`: its page. Without a name: all decisions.
#[derive(Debug, Args)]
pub struct Explain {
    /// A question, a fact or a rule
    #[arg(index = 1, value_name = "KEY|RULE")]
    name: Option<String>,
    /// The folder of the application or repository
    #[arg(index = 2, default_value = ".")]
    path: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    answers: AnswerFlags,
}

/// What `dockgen explain --json` prints: one of the lists, or a rule.
#[derive(Debug, Default, Serialize)]
pub struct Explained<'a> {
    version: u32,
    /// Why decisions fell as they did.
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions: Option<Vec<&'a Decision<'a>>>,
    /// The facts of the name that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<Vec<&'a NamedFact>>,
    /// The rule that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<RulePage>,
    /// The check that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<CheckPage>,
}

/// A check of `dockgen test`.
#[derive(Debug, Serialize)]
struct CheckPage {
    name: &'static str,
    /// Its page, as Markdown.
    page: String,
}

/// A rule of `dockgen check`.
#[derive(Debug, Serialize)]
struct RulePage {
    name: &'static str,
    severity: Severity,
    /// Its names elsewhere.
    also: &'static [&'static str],
    /// Whether it is off until dockgen.toml asks for it.
    optional: bool,
    /// Its page, as Markdown.
    page: String,
}

/// One place that an answer can come from, and what it says.
#[derive(Debug, Serialize)]
struct Origin {
    /// How the place is called: `--port`, `DOCKGEN_PORT`, `dockgen.toml`, `repository`, `default`.
    place: String,
    /// What it says; nothing where it is silent.
    value: Option<String>,
    /// The line that says so.
    evidence: Option<Evidence>,
    /// Whether this is the one that decided.
    decides: bool,
}

/// A decision with all that led to it.
#[derive(Debug, Serialize)]
struct Decision<'a> {
    /// The question.
    key: &'a str,
    /// What it decides.
    decides: &'a str,
    /// The answer, with where it came from.
    #[serde(flatten)]
    answer: &'a Resolved<String>,
    /// Where an answer can come from; the first that says one decides.
    places: Vec<Origin>,
    /// What can be answered, or what is proposed.
    choices: &'a [Choice],
    /// What was found for it.
    facts: Vec<&'a NamedFact>,
    #[serde(skip)]
    question: &'a Question,
}

impl Explain {
    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Explains and prints.
    pub fn run(self) -> Result<()> {
        let is_key = |name: &str| QUESTIONS.iter().any(|question| question.key == name);
        if let Some(name) = self.name.as_deref().filter(|name| !is_key(name))
            && let Some(rule) = RULES.iter().find(|rule| rule.is_called(name))
        {
            return self.rule(rule);
        }
        if let Some(name) = self.name.as_deref().and_then(|name| name.strip_prefix(CHECK)) {
            return self.check(name);
        }
        let (repo, folder) = Repo::open(&self.path)?;
        let view = Viewpoint::new(&repo, &self.path, &folder);
        self.explain(&repo, &folder, &view).map_err(|error| view.error(error))
    }

    fn explain(&self, repo: &Repo, folder: &str, view: &Viewpoint) -> Result<()> {
        let given = &plan::with_choice(&self.answers.0, &Config::read(repo, folder)?);
        let application = plan::choose(languages::detect(repo), folder, &self.path, given, &mut Defaults)?;
        let app = application.app();
        let config = Config::read(repo, &app.folder)?;
        let answers = plan::resolve(application.as_ref(), given, &config, &mut Defaults)?;
        let questions = plan::questions(application.as_ref(), &answers)?;
        let app = application.chosen(&answers);
        let app = app.as_ref();
        let decision = |question| decision(app, question, &answers, given, &config);
        let Some(name) = self.name.as_deref() else {
            let all: Vec<Decision> = questions.iter().filter_map(decision).collect();
            return if self.json {
                Explained { decisions: Some(all.iter().collect()), ..Explained::default() }.print()
            } else {
                stream::answer(&overview(app, &all, view))
            };
        };
        if let Some(decision) = questions.iter().find(|question| question.key() == name).and_then(decision) {
            if !self.json {
                return stream::answer(&decision.text(view));
            }
            return Explained { decisions: Some(vec![&decision]), ..Explained::default() }.print();
        }
        let facts: Vec<&NamedFact> = app.facts.iter().filter(|fact| fact.name == name).collect();
        if facts.is_empty() {
            return Err(unknown(name, app, &questions));
        }
        if self.json {
            return Explained { facts: Some(facts), ..Explained::default() }.print();
        }
        let text = Text::new().with(Style::Bold, name).end();
        stream::answer(&facts.iter().fold(text, |text, fact| evidence(text, &fact.value, &fact.evidence, view)))
    }

    /// The page of a check.
    fn check(&self, name: &str) -> Result<()> {
        let Some(check) = CHECKS.iter().find(|check| check.name == name) else {
            let names: Vec<String> = CHECKS.iter().map(|check| format!("{CHECK}{}", check.name)).collect();
            return Err(Error::Usage {
                message: format!("there is no check `{name}` of `dockgen test`"),
                hint: format!("the checks are {}", names.join(", ")),
            });
        };
        let page = check.documentation();
        if self.json {
            let page = CheckPage { name: check.name, page };
            return Explained { check: Some(page), ..Explained::default() }.print();
        }
        let body = page.split_once('\n').map_or("", |(_, body)| body).trim();
        let text = Text::new().with(Style::Bold, name).plain(": ").plain(check.title()).plain(".").end();
        let text = if body.is_empty() { text } else { text.end().lines(Style::Plain, body).end() };
        let text = text.end().plain("To leave it out: ").with(Style::Bold, format!("dockgen test --skip {name}")).end();
        stream::answer(&text)
    }

    /// The page of a rule.
    fn rule(&self, rule: &Rule) -> Result<()> {
        if self.json {
            let page = RulePage {
                name: rule.name,
                severity: rule.severity,
                also: rule.also,
                optional: rule.is_optional,
                page: rule.documentation(),
            };
            return Explained { rule: Some(page), ..Explained::default() }.print();
        }
        let page = rule.documentation();
        let (title, body) = page.split_once('\n').unwrap_or((&page, ""));
        let kind = if rule.is_optional { ", off unless dockgen.toml asks for it" } else { "" };
        let mut text = Text::new().with(Style::Bold, rule.name).plain(": ").plain(title).end();
        text = text.with(Style::Dim, format!("{}{kind}", format!("{:?}", rule.severity).to_lowercase()));
        if !rule.also.is_empty() {
            text = text.with(Style::Dim, format!("; elsewhere {}", rule.also.join(", ")));
        }
        text = text.end().end().lines(Style::Plain, body.trim()).end().end();
        text = text.plain("To allow one instruction, write above it: ");
        text = text.with(Style::Bold, format!("# dockgen: allow {} REASON", rule.name)).end();
        text = text.plain("To set its level in dockgen.toml:         ");
        text = text.with(Style::Bold, format!("[check.rules]  {} = \"off\"", rule.name)).end();
        stream::answer(&text)
    }
}

impl Explained<'_> {
    fn print(self) -> Result<()> {
        stream::json(&json::value(&Self { version: VERSION, ..self })?)
    }
}

/// All that led to the answer of a question.
fn decision<'a>(
    app: &'a App,
    question: &'a Question,
    answers: &'a Answers,
    given: &Answers,
    config: &Config,
) -> Option<Decision<'a>> {
    let key = question.key();
    let answer = answers.resolved(key)?;
    let flag = given.resolved(key).filter(|flag| flag.source == Source::Flag).map(|flag| flag.value.clone());
    let variable = answers::from_environment(key);
    let kept = config.answer(key).map(|kept| kept.value);
    let found = question.default.as_ref();
    let said = found.and_then(|found| match &found.source {
        Source::Detected(evidence) => Some((found.value.clone(), evidence.clone())),
        _ => None,
    });
    let usual = found.filter(|found| found.source == Source::Default).map(|found| found.value.clone());
    let place = |place: String, value: Option<String>, evidence: Option<Evidence>| Origin {
        place,
        value,
        evidence,
        decides: false,
    };
    let mut places = vec![
        place(format!("--{key}"), flag, None),
        place(answers::variable(key), variable, None),
        place(plan::CONFIG_FILE.to_owned(), kept, config.evidence(key)),
        place("repository".into(), said.as_ref().map(|it| it.0.clone()), said.map(|it| it.1)),
        place("default".into(), usual, None),
    ];
    if let Some(first) = places.iter_mut().find(|place| place.value.is_some()) {
        first.decides = true;
    }
    let facts = app.facts.iter().filter(|fact| fact.name == key).collect();
    let (decides, choices) = (question.specification.help, question.choices.as_slice());
    Some(Decision { key, decides, answer, places, choices, facts, question })
}

impl Decision<'_> {
    fn text(&self, view: &Viewpoint) -> Text {
        let question = self.question;
        let key = question.key();
        let mut text = Text::new().with(Style::Bold, key).plain(format!(": {}", shown(&self.answer.value))).end();
        text = text.with(Style::Dim, question.specification.help).end().end();
        text = text.plain("Where an answer can come from; the first that says one decides:").end();
        let width = self.places.iter().map(|place| place.place.len()).max().unwrap_or(0);
        for place in &self.places {
            let mark = if place.decides { "> " } else { "  " };
            text = text.with(Style::Done, mark).plain(format!("{:width$}  ", place.place));
            text = match (&place.value, &place.evidence) {
                (None, _) => text.with(Style::Dim, "says nothing").end(),
                (Some(value), None) => text.plain(shown(value)).end(),
                (Some(value), Some(evidence)) => {
                    text.plain(format!("{}  ", shown(value))).with(Style::Dim, view.evidence(evidence)).end()
                }
            };
        }
        let is_other = |fact: &&&NamedFact| !self.places.iter().any(|it| it.evidence.as_ref() == Some(&fact.evidence));
        let others: Vec<_> = self.facts.iter().filter(is_other).collect();
        if !others.is_empty() {
            text = text.end().plain("What was found for it:").end();
            text = others.iter().fold(text, |text, fact| evidence(text, &fact.value, &fact.evidence, view));
        }
        if !question.choices.is_empty() {
            let is_closed = matches!(question.specification.kind, Kind::Choice | Kind::Switch);
            text = text.end().plain(if is_closed { "The choices:" } else { "What is proposed:" }).end();
            let width = question.choices.iter().map(|choice| choice.value.chars().count()).max().unwrap_or(0);
            for choice in &question.choices {
                text = text.plain(format!("  {:width$}  ", choice.value)).with(Style::Dim, &choice.description).end();
            }
        }
        text = text.end().plain("To have it otherwise: ");
        text = text.with(Style::Bold, format!("dockgen init --{key} {}", question.specification.value_name));
        let decided = self.places.iter().find(|place| place.decides);
        match decided.and_then(|place| place.evidence.as_ref()) {
            Some(evidence) => text.plain(format!(", or change {}", view.evidence(evidence).place())).end(),
            None => text.end(),
        }
    }
}

/// One line for each decision.
fn overview(app: &App, decisions: &[Decision], view: &Viewpoint) -> Text {
    let mut text = Text::new().with(Style::Bold, &app.name).plain(format!(": {} ({})", app.shape, app.language)).end();
    let width = decisions.iter().map(|it| it.question.key().len()).max().unwrap_or(0);
    for decision in decisions {
        let source = decision.answer.source.describe(|path| view.show(path));
        text = text.plain(format!("  {:width$}  {}  ", decision.question.key(), shown(&decision.answer.value)));
        text = text.with(Style::Dim, source).end();
    }
    let first = decisions.first().map_or("KEY", |it| it.question.key());
    text.end().with(Style::Hint, "hint").plain(format!(": `dockgen explain {first}` says all about one of them")).end()
}

fn evidence(text: Text, value: &str, evidence: &Evidence, view: &Viewpoint) -> Text {
    text.plain(format!("  {value}  ")).with(Style::Dim, view.evidence(evidence)).end()
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "none" } else { value }
}

/// The error that nothing is called so.
fn unknown(name: &str, app: &App, questions: &[Question]) -> Error {
    let keys: Vec<&str> = questions.iter().map(Question::key).collect();
    if QUESTIONS.iter().any(|question| question.key == name) {
        return Error::Usage {
            message: format!("`{name}` is no question of `{}`", app.name),
            hint: format!("its questions are {}", keys.join(", ")),
        };
    }
    let facts = app.facts.iter().map(|fact| fact.name);
    let rules = RULES.iter().map(|rule| rule.name);
    let near = keys.iter().copied().chain(facts).chain(rules).find(|known| is_near(known, name));
    let meant = near.map(|near| format!("is `{near}` meant? ")).unwrap_or_default();
    Error::Usage {
        message: format!("`{name}` is no question, no fact of `{}` and no rule", app.name),
        hint: format!("{meant}the questions are {}; the rules stand in docs/rules.md", keys.join(", ")),
    }
}
