//! The wizard: one screen of what was found and what would be written, and from there to whatever shall be otherwise.

use console::{Key, Term, measure_text_width, style, truncate_str};
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Input, Select};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use crate::cli::outcome::Outcome;
use crate::cli::report;
use crate::cli::stream::{Style, Text, say};
use crate::cli::viewpoint::Viewpoint;
use crate::error::{Error, Result};
use crate::output::{self, Action};
use crate::plan::{Answers, Kind, Prompter, Question, Reply, Resolved, Source};
use crate::text::visible;

/// The narrowest that a choice is shown, in columns.
const NARROWEST: usize = 20;

/// Questions of experts: they stand behind the others.
const EXPERT: &[&str] = &["tests", "cache", "runtime"];

/// Asks in the terminal, on stderr, what nothing in the repository says.
pub struct Wizard {
    theme: ColorfulTheme,
    term: Term,
    view: Viewpoint,
    subject: String,
}

impl Wizard {
    /// From here on Ctrl-C and SIGTERM give the cursor back and end the process by that signal.
    pub fn new(view: &Viewpoint) -> Self {
        if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) {
            std::thread::spawn(move || {
                let mut seen: Vec<i32> = signals.wait().collect();
                if !seen.is_empty() {
                    // what reads the terminal answers any signal by a SIGINT of its own
                    std::thread::sleep(SIGNAL_ECHO);
                    seen.extend(signals.pending());
                    let signal = if seen.contains(&SIGTERM) { SIGTERM } else { SIGINT };
                    let _ = Term::stderr().show_cursor();
                    let _ = Term::stderr().write_line("");
                    report::interrupted();
                    let _ = emulate_default_handler(signal);
                }
            });
        }
        Self { theme: ColorfulTheme::default(), term: Term::stderr(), view: view.clone(), subject: String::new() }
    }

    /// What the questions from here on are about: the name of an application and its language.
    pub fn turn_to(&mut self, name: &str, language: &str) {
        self.subject = format!("{name} ({language}): ");
    }

    /// One of several lines; nothing where the user goes back.
    fn pick(&self, prompt: &str, items: &[String], selected: usize) -> dialoguer::Result<Option<usize>> {
        Select::with_theme(&self.theme)
            .with_prompt(prompt)
            .items(items)
            .default(selected)
            .report(false)
            .interact_on_opt(&self.term)
    }

    /// The choices of a question; for one that takes any text, what is proposed and a way to another answer.
    fn select(&self, question: &Question, preset: Option<&Resolved<String>>) -> dialoguer::Result<Reply> {
        let is_open =
            !matches!(question.specification.kind, Kind::Choice | Kind::Switch) || question.choices.is_empty();
        let mut values: Vec<&str> = question.choices.iter().map(|choice| choice.value.as_str()).collect();
        if let Some(preset) = preset.filter(|preset| !values.contains(&preset.value.as_str())) {
            values.insert(0, &preset.value);
        }
        if is_open && !values.contains(&"none") && !question.is_required && question.key() != "start" {
            values.push("none");
        }
        // A line that wraps is not cleared; the mark before it takes two columns.
        let width = usize::from(self.term.size().1).saturating_sub(3).max(NARROWEST);
        let label = |value: &&str| truncate_str(&self.label(question, preset, value), width, "…").into_owned();
        let mut labels: Vec<String> = values.iter().map(label).collect();
        if is_open {
            labels.push(style("another answer …").dim().for_stderr().to_string());
        }
        let selected = preset.and_then(|preset| values.iter().position(|value| *value == preset.value)).unwrap_or(0);
        let help = wrapped(&format!("{}{}", self.subject, question.specification.help), width);
        say(&help.iter().fold(Text::new(), |text, line| text.with(Style::Dim, line).end()));
        let picked = self.pick(question.specification.prompt, &labels, selected);
        let reply = match picked? {
            None => Reply::Back,
            Some(index) if index < values.len() => Reply::Answer(values[index].to_owned()),
            Some(_) => Reply::Answer(
                Input::<String>::with_theme(&self.theme)
                    .with_prompt(question.specification.prompt)
                    .report(false)
                    .interact_text_on(&self.term)?,
            ),
        };
        let _ = self.term.clear_last_lines(help.len());
        Ok(reply)
    }

    /// A value with where it comes from, or what it means.
    fn label(&self, question: &Question, preset: Option<&Resolved<String>>, value: &str) -> String {
        let source = preset.filter(|preset| preset.value == value).map(|preset| match &preset.source {
            Source::Default => "usual".to_owned(),
            Source::Detected(_) | Source::Config { .. } => {
                format!("from {}", preset.source.describe(|path| self.view.show(path)))
            }
            Source::Prompt | Source::Variable { .. } | Source::Flag => "your answer".to_owned(),
        });
        let meaning =
            question.choices.iter().find(|choice| choice.value == value).map(|choice| choice.description.clone());
        let mut notes: Vec<String> = source.into_iter().chain(meaning).filter(|note| !note.is_empty()).collect();
        notes.dedup();
        let shown = visible(if value.is_empty() { "none" } else { value });
        let notes = notes.join("; ");
        if notes.is_empty() {
            shown.into_owned()
        } else {
            format!("{shown}  {}", style(visible(&notes)).dim().for_stderr())
        }
    }

    /// Asks which answer shall be another one, and for it; nothing where the user goes back.
    fn edit(&mut self, outcome: &Outcome) -> Result<Option<(&'static str, String)>> {
        let mut questions: Vec<&Question> = outcome.questions.iter().filter(|question| has_choice(question)).collect();
        questions.sort_by_key(|question| {
            (EXPERT.contains(&question.key()), question.specification.is_option(), is_certain(question))
        });
        let width = questions.iter().map(|question| measure_text_width(question.key())).max().unwrap_or(0);
        let columns = usize::from(self.term.size().1).saturating_sub(3).max(NARROWEST);
        let line = |question: &&Question| {
            let answer = visible(outcome.answers.get(question.key()).unwrap_or_default());
            truncate_str(&format!("{:width$}  {answer}", question.key()), columns, "…").into_owned()
        };
        let lines: Vec<String> = questions.iter().map(line).collect();
        let Some(index) =
            self.pick(&format!("{}Which answer?", self.subject), &lines, 0).map_err(|error| gone(&error))?
        else {
            return Ok(None);
        };
        let question = questions[index];
        let (preset, mut problem) = (outcome.answers.resolved(question.key()), None);
        loop {
            match self.ask_anew(question, preset, problem.as_ref())? {
                Reply::Answer(value) if preset.is_some_and(|preset| preset.value == value) => return Ok(None),
                Reply::Answer(value) => match question.accept(&value) {
                    Ok(()) => return Ok(Some((question.key(), value))),
                    Err(error) => problem = Some(error),
                },
                Reply::Back | Reply::Preselected => return Ok(None),
            }
        }
    }

    fn ask_anew(
        &mut self,
        question: &Question,
        preset: Option<&Resolved<String>>,
        problem: Option<&Error>,
    ) -> Result<Reply> {
        if let Some(problem) = problem {
            report::error(problem);
        }
        self.select(question, preset).map_err(|error| gone(&error))
    }
}

/// The lines of a text that are no wider than `width`, broken between words.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if !line.is_empty() && measure_text_width(line) + 1 + measure_text_width(word) > width {
            lines.push(word.to_owned());
        } else {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
    }
    lines
}

/// Only what nothing answers is asked; all else is on the screen, and can be changed there.
impl Prompter for Wizard {
    fn ask(
        &mut self,
        question: &Question,
        preset: Option<&Resolved<String>>,
        problem: Option<&Error>,
    ) -> Result<Reply> {
        if preset.is_some() && problem.is_none() {
            return Ok(Reply::Preselected);
        }
        self.ask_anew(question, preset, problem)
    }
}

fn has_choice(question: &Question) -> bool {
    question.choices.len() > 1 || question.specification.kind != Kind::Choice
}

fn is_certain(question: &Question) -> bool {
    question.default.as_ref().is_some_and(|default| default.source != Source::Default)
}

/// Shows what `make` makes of the answers until the user agrees; nothing where they leave.
///
/// # Errors
/// Of `make`, and [`Error::Interrupted`] when the terminal goes away.
pub fn review(
    wizard: &mut Wizard,
    given: &Answers,
    make: impl Fn(&Answers, &mut dyn Prompter) -> Result<Outcome>,
) -> Result<Option<Outcome>> {
    let mut given = given.clone();
    let mut outcome = make(&given, wizard)?;
    loop {
        say(&screen(&outcome));
        report::advice(&outcome);
        let key = loop {
            let (line, height) = keys(&outcome, usize::from(wizard.term.size().1));
            say(&line);
            match wizard.term.read_key().map_err(|error| gone(&dialoguer::Error::IO(error)))? {
                Key::Char('p') => say(&Text::new().end().lines(Style::Plain, &outcome.artifacts.dockerfile.text)),
                Key::Char('d') => say(&differences(&outcome)),
                key @ (Key::Enter | Key::Escape | Key::Char('y' | 'n' | 'q' | 'e')) => break key,
                _ => {
                    let _ = wizard.term.clear_last_lines(height);
                }
            }
        };
        match key {
            Key::Char('y') => return Ok(Some(outcome)),
            // what somebody else wrote is not given up by the key that is pressed without reading
            Key::Enter if !replaces(&outcome) => return Ok(Some(outcome)),
            Key::Char('q' | 'n') | Key::Escape => {
                say(&Text::new().plain("nothing was written").end());
                return Ok(None);
            }
            Key::Char('e') => {
                if let Some((key, value)) = wizard.edit(&outcome)? {
                    let mut tried = given.clone();
                    tried.set(key, Resolved::new(value, Source::Prompt));
                    match make(&tried, wizard) {
                        Ok(made) => {
                            say(&change(&outcome, &made));
                            (given, outcome) = (tried, made);
                        }
                        Err(error @ Error::Interrupted) => return Err(error),
                        Err(error) => report::error(&error),
                    }
                }
            }
            _ => {}
        }
    }
}

/// What was found, and what would be written.
fn screen(outcome: &Outcome) -> Text {
    let mut text = report::decisions(outcome).end();
    if replaces(outcome) {
        // before anything is asked to be replaced, it is seen
        text = text.append(differences(outcome)).end();
    }
    text.append(report::files(outcome, false)).end()
}

fn replaces(outcome: &Outcome) -> bool {
    outcome.changes.iter().any(|change| change.action == Action::Replace)
}

fn differences(outcome: &Outcome) -> Text {
    outcome.changes.iter().fold(Text::new(), |text, change| report::difference(text, &change.diff()))
}

/// What another answer changes in the Dockerfile.
fn change(before: &Outcome, now: &Outcome) -> Text {
    let (before, now) = (&before.artifacts.dockerfile, &now.artifacts.dockerfile);
    report::difference(Text::new().end(), &output::difference(&now.path, &before.text, &now.text))
}

/// What the keys do, and how many lines that takes.
fn keys(outcome: &Outcome, width: usize) -> (Text, usize) {
    let agree = if replaces(outcome) { ("y", " replaces") } else { ("Enter", " writes") };
    let mut keys = vec![agree, ("e", " changes an answer"), ("p", " shows the Dockerfile")];
    if outcome.changes.iter().any(|change| !change.diff().is_empty()) {
        keys.push(("d", " shows the difference"));
    }
    keys.push(("q", " leaves"));
    in_lines(&keys, width)
}

/// Keys and what they do, in lines that are no wider than the terminal.
fn in_lines(keys: &[(&str, &str)], width: usize) -> (Text, usize) {
    const GAP: &str = "  ";
    let (mut text, mut height, mut at) = (Text::new(), 1, 0);
    for (key, what) in keys {
        let own = key.len() + what.len();
        if at > 0 && at + GAP.len() + own >= width {
            (text, height, at) = (text.end(), height + 1, 0);
        } else if at > 0 {
            (text, at) = (text.plain(GAP), at + GAP.len());
        }
        (text, at) = (text.with(Style::Bold, key).plain(what), at + own);
    }
    (text.end(), height)
}

/// How long a second signal may take that the first one leads to.
const SIGNAL_ECHO: std::time::Duration = std::time::Duration::from_millis(50);

/// How long the thread that waits for signals gets to end the process.
const GRACE: std::time::Duration = std::time::Duration::from_secs(2);

/// The terminal went away in the middle of a question, or the user pressed Ctrl-C, whose signal is on its way then.
fn gone(error: &dialoguer::Error) -> Error {
    let dialoguer::Error::IO(reason) = error;
    if reason.kind() == std::io::ErrorKind::Interrupted {
        std::thread::sleep(GRACE);
    }
    let _ = Term::stderr().show_cursor();
    Error::Interrupted
}

#[cfg(test)]
mod tests {
    use super::{in_lines, wrapped};

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        let keys =
            [("Enter", " writes"), ("e", " changes an answer"), ("p", " shows the Dockerfile"), ("q", " leaves")];
        for (width, lines) in [(100, 1), (60, 2), (40, 2), (30, 4), (1, 4)] {
            let (text, height) = in_lines(&keys, width);
            let text = text.bare();
            assert_eq!((text.lines().count(), height), (lines, lines), "{text}");
            assert!(width == 1 || text.lines().all(|line| line.len() < width), "{text}");
        }
        assert!(wrapped("a question with many words in it", 12).iter().all(|line| line.len() <= 12));
    }
}
