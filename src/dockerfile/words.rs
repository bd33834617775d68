//! How the arguments of an instruction split: at blanks, at blanks outside quotes, into flags, or as JSON.

use std::ops::Range;

use crate::dockerfile::{Joined, Text};

/// The words between blanks; quotes mean nothing.
pub(super) fn plain(line: &str) -> Vec<Range<usize>> {
    let start_of = |word: &str| word.as_ptr() as usize - line.as_ptr() as usize;
    line.split_whitespace().map(|word| start_of(word)..start_of(word) + word.len()).collect()
}

/// The words between blanks that are not inside quotes or escaped; the quotes stay.
pub(super) fn quoted(line: &str, escape: char) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start: Option<usize> = None;
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        if quote.is_none() && !escaped && c.is_whitespace() {
            words.extend(start.take().map(|start| start..at));
            continue;
        }
        start.get_or_insert(at);
        match quote {
            _ if escaped => escaped = false,
            Some('\'') if c == '\'' => quote = None,
            Some('\'') => {}
            _ if c == escape => escaped = true,
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            _ => {}
        }
    }
    words.extend(start.map(|start| start..line.len()));
    words
}

/// The words at the start of a line that begin with `--`, without quotes and escapes, and where the rest begins.
///
/// A `--` alone ends them.
pub(super) fn flags(line: &str, escape: char) -> (Vec<(String, Range<usize>)>, usize) {
    let mut flags = Vec::new();
    let mut at = 0;
    loop {
        at += line[at..].len() - line[at..].trim_start().len();
        if !line[at..].starts_with("--") {
            return (flags, at);
        }
        let (word, end) = flag(&line[at..], escape);
        let start = at;
        at += end;
        if word == "--" {
            return (flags, at);
        }
        flags.push((word, start..at));
    }
}

/// The first word of a text without its quotes and escapes, and where it ends.
fn flag(text: &str, escape: char) -> (String, usize) {
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match quote {
            None if c.is_whitespace() => return (word, at),
            None if c == '"' || c == '\'' => quote = Some(c),
            Some(open) if c == open => quote = None,
            _ if c == escape => word.extend(characters.next().map(|(_, c)| c)),
            _ => word.push(c),
        }
    }
    (word, text.len())
}

/// What a line is as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Json {
    /// An array of texts.
    Texts(Vec<Text>),
    /// An array of something else, which BuildKit refuses.
    OtherArray,
    /// No array: BuildKit takes it for a shell's line.
    No,
}

impl Json {
    /// The texts, where it is an array of them.
    pub(super) fn texts(self) -> Option<Vec<Text>> {
        match self {
            Self::Texts(texts) => Some(texts),
            Self::OtherArray | Self::No => None,
        }
    }
}

/// Reads a line as a JSON array.
pub(super) fn json(line: &Joined) -> Json {
    let text = line.as_str();
    if !text.trim_start().starts_with('[') {
        return Json::No;
    }
    let Ok(values) = serde_json::from_str::<Vec<serde_json::Value>>(text.trim()) else {
        return Json::No;
    };
    let mut ranges = Vec::new();
    let mut open: Option<usize> = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match open {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(start) if c == '"' => {
                ranges.push(start..at + 1);
                open = None;
            }
            None if c == '"' => open = Some(at),
            _ => {}
        }
    }
    let text = |(value, range)| match value {
        serde_json::Value::String(value) => Some(Text::new(value, line.span(range))),
        _ => None,
    };
    if values.len() != ranges.len() {
        return Json::OtherArray;
    }
    values.into_iter().zip(ranges).map(text).collect::<Option<Vec<Text>>>().map_or(Json::OtherArray, Json::Texts)
}
