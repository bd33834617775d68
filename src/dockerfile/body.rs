//! From the joined lines of an instruction to its keyword, flags and arguments.

use std::ops::Range;

use crate::dockerfile::{
    Body, Command, Copy, Flag, From, Heredoc, Instruction, Joined, Pair, Span, Text, heredoc, words,
};

/// Reads one instruction and names the heredocs that follow it.
pub(super) fn instruction(line: &Joined, span: Span, escape: char) -> (Instruction, Vec<Heredoc>) {
    let text = line.as_str();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let keyword = line.text(0..end);
    let (flags, rest) = flags(line, end, escape);
    let arguments = line.part(rest..text.trim_end().len().max(rest));
    let name = keyword.value.to_ascii_uppercase();
    let mut documents = Vec::new();
    if matches!(name.as_str(), "RUN" | "COPY" | "ADD") && words::json(&arguments).is_none() {
        documents = heredoc::opened(arguments.as_str(), escape);
    }
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
        "MAINTAINER" => Body::Maintainer(reader.whole()),
        "ONBUILD" if !arguments.as_str().is_empty() => {
            let inner = line.part(rest..text.trim_end().len());
            let (kept, inner_documents) = instruction(&inner, inner.span(0..inner.as_str().len()), escape);
            documents = inner_documents;
            Body::Onbuild(Box::new(kept))
        }
        _ => Body::Unknown,
    };
    (Instruction { span, keyword, flags, body, heredocs: Vec::new() }, documents)
}

/// The flags from `start` on, and where the arguments begin.
fn flags(line: &Joined, start: usize, escape: char) -> (Vec<Flag>, usize) {
    let text = line.as_str();
    let mut flags = Vec::new();
    let mut rest = start;
    for range in words::quoted(&text[start..], escape) {
        let range = range.start + start..range.end + start;
        rest = range.start;
        let Some(flag) = text[range.clone()].strip_prefix("--") else {
            return (flags, rest);
        };
        rest = range.end;
        if flag.is_empty() {
            break;
        }
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(words::unquote(value, escape))),
            None => (flag, None),
        };
        flags.push(Flag { name: name.to_owned(), value, span: line.span(range) });
    }
    let blank = text[rest..].len() - text[rest..].trim_start().len();
    (flags, rest + blank)
}

/// Reads arguments in the ways that instructions want them.
struct Arguments<'a> {
    line: &'a Joined,
    escape: char,
}

impl Arguments<'_> {
    fn texts(&self, ranges: Vec<Range<usize>>) -> Vec<Text> {
        ranges.into_iter().map(|range| self.line.text(range)).collect()
    }

    fn words(&self) -> Vec<Text> {
        self.texts(words::plain(self.line.as_str()))
    }

    fn list(&self) -> Vec<Text> {
        words::json(self.line).unwrap_or_else(|| self.words())
    }

    fn whole(&self) -> Text {
        let mut text = self.line.text(0..self.line.as_str().len());
        text.value = words::unquote(&text.value, self.escape);
        text
    }

    fn command(&self) -> Command {
        words::json(self.line).map_or_else(|| Command::Shell(self.line.clone()), Command::Exec)
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
        let unquoted = |range: Range<usize>| {
            let mut text = self.line.text(range);
            text.value = words::unquote(&text.value, self.escape);
            text
        };
        if let Some(first) = words.first().filter(|first| legacy && !text[(*first).clone()].contains('=')) {
            let name = self.line.text(first.clone());
            let value = words.get(1).map(|second| self.line.text(second.start..text.len()));
            return vec![Pair { name, value, legacy: true }];
        }
        let pair = |range: Range<usize>| match text[range.clone()].find('=') {
            Some(at) => Pair {
                name: unquoted(range.start..range.start + at),
                value: Some(unquoted(range.start + at + 1..range.end)),
                legacy: false,
            },
            None => Pair { name: unquoted(range), value: None, legacy: false },
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
