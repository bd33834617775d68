//! From the joined lines of an instruction to its keyword, flags and arguments.

use std::ops::Range;

use crate::dockerfile::{Body, Command, Copy, Flag, From, Instruction, Joined, Pair, Span, Text, words};

/// Reads one instruction; its heredocs are not known yet.
pub(super) fn instruction(line: &Joined, span: Span, escape: char) -> Instruction {
    read(line, span, escape, true)
}

/// Reads an instruction; one that is kept by `ONBUILD` keeps none itself.
fn read(line: &Joined, span: Span, escape: char, may_keep: bool) -> Instruction {
    let text = line.as_str();
    let end = text.find(['\t', '\u{b}', '\u{c}', '\r', ' ']).unwrap_or(text.len());
    let keyword = line.text(0..end);
    let (flags, rest) = words::flags(&text[end..], escape);
    let flags = flags.into_iter().map(|(word, range)| {
        let (name, value) = match word[2..].split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (word[2..].to_owned(), None),
        };
        Flag { name, value, span: line.span(range.start + end..range.end + end) }
    });
    let flags = flags.collect();
    let rest = end + rest;
    let rest = rest + (text[rest..].len() - text[rest..].trim_start().len());
    let arguments = line.part(rest..text.trim_end().len().max(rest));
    let name = keyword.value.to_ascii_uppercase();
    let reader = Arguments { line: &arguments, escape };
    let body = match name.as_str() {
        "FROM" => Body::From(reader.from()),
        "RUN" => Body::Run(reader.command()),
        "COPY" => Body::Copy(reader.copy()),
        "ADD" => Body::Add(reader.copy()),
        "ENV" => Body::Env(reader.pairs(true)),
        "LABEL" => Body::Label(reader.pairs(true)),
        "ARG" => Body::Arg(reader.pairs(false)),
        "WORKDIR" => Body::Workdir(reader.whole()),
        "USER" => Body::User(reader.whole()),
        "EXPOSE" => Body::Expose(reader.words()),
        "VOLUME" => Body::Volume(reader.list()),
        "ENTRYPOINT" => Body::Entrypoint(reader.command()),
        "CMD" => Body::Cmd(reader.command()),
        "HEALTHCHECK" => Body::Healthcheck(reader.health_check()),
        "STOPSIGNAL" => Body::Stopsignal(reader.whole()),
        "SHELL" => Body::Shell(reader.command()),
        "MAINTAINER" => Body::Maintainer(line_text(&arguments)),
        "ONBUILD" if may_keep && !arguments.as_str().is_empty() => {
            let span = arguments.span(0..arguments.as_str().len());
            Body::Onbuild(Box::new(read(&arguments, span, escape, false)))
        }
        _ => Body::Unknown,
    };
    Instruction { span, keyword, flags, arguments, body, heredocs: Vec::new() }
}

/// All of a line as it is written.
fn line_text(line: &Joined) -> Text {
    line.text(0..line.as_str().len())
}

/// Reads arguments in the ways that instructions want them.
struct Arguments<'a> {
    line: &'a Joined,
    escape: char,
}

impl Arguments<'_> {
    /// A word without its quotes.
    fn word(&self, range: Range<usize>) -> Text {
        self.line.text(range).unquoted(self.escape)
    }

    fn words(&self) -> Vec<Text> {
        words::plain(self.line.as_str()).into_iter().map(|range| self.word(range)).collect()
    }

    fn list(&self) -> Vec<Text> {
        match words::json(self.line).texts() {
            Some(texts) => texts.into_iter().map(|text| text.unquoted(self.escape)).collect(),
            None => self.words(),
        }
    }

    fn whole(&self) -> Text {
        self.word(0..self.line.as_str().len())
    }

    fn command(&self) -> Command {
        words::json(self.line).texts().map_or_else(|| Command::Shell(self.line.clone()), Command::Exec)
    }

    fn from(&self) -> From {
        let mut words = self.words().into_iter();
        let image = words.next().unwrap_or_else(|| self.line.text(0..0));
        let mut rest: Vec<Text> = words.collect();
        let mut alias = None;
        if rest.len() >= 2 && rest[0].value.eq_ignore_ascii_case("as") {
            alias = Some(rest.remove(1));
            rest.remove(0);
        }
        From { image, alias, rest }
    }

    fn copy(&self) -> Copy {
        let mut sources = self.list();
        let destination = if sources.len() > 1 { sources.pop() } else { None };
        Copy { sources, destination }
    }

    /// `NAME=value …`; with `legacy` also the old `NAME value`.
    fn pairs(&self, legacy: bool) -> Vec<Pair> {
        let text = self.line.as_str();
        let words = words::quoted(text, self.escape);
        if words.first().is_some_and(|first| legacy && !text[first.clone()].contains('=')) {
            let end = text.find(char::is_whitespace).unwrap_or(text.len());
            let start = text.len() - text[end..].trim_start().len();
            let value = (start < text.len()).then(|| self.word(start..text.len()));
            return vec![Pair { name: self.word(0..end), value, legacy: true }];
        }
        let pair = |range: Range<usize>| match text[range.clone()].find('=') {
            Some(at) => Pair {
                name: self.word(range.start..range.start + at),
                value: Some(self.word(range.start + at + 1..range.end)),
                legacy: false,
            },
            None => Pair { name: self.word(range), value: None, legacy: false },
        };
        words.into_iter().map(pair).collect()
    }

    fn health_check(&self) -> Option<Command> {
        let text = self.line.as_str();
        let word = text.split_whitespace().next().unwrap_or_default();
        if word.eq_ignore_ascii_case("none") {
            return None;
        }
        let start = text.len() - text[word.len()..].trim_start().len();
        let line = self.line.part(start..text.len());
        Some(Arguments { line: &line, escape: self.escape }.command())
    }
}
