//! How the arguments of an instruction split into words: at blanks, at blanks outside quotes, or as JSON.

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

/// A word without its quotes and escapes.
pub(super) fn unquote(word: &str, escape: char) -> String {
    let mut plain = String::with_capacity(word.len());
    let mut quote: Option<char> = None;
    let mut characters = word.chars().peekable();
    while let Some(c) = characters.next() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            Some('\'') => plain.push(c),
            // A `\$` stays as it is: it says that the dollar is not to be expanded.
            _ if c == escape && characters.peek() == Some(&'$') => plain.push(c),
            Some(_) if c == escape && !matches!(characters.peek(), Some('"' | '\\')) => plain.push(c),
            _ if c == escape => plain.extend(characters.next()),
            _ => plain.push(c),
        }
    }
    plain
}

/// The elements of a JSON array of texts; nothing where the line is anything else.
pub(super) fn json(line: &Joined) -> Option<Vec<Text>> {
    let text = line.as_str();
    if !text.trim_start().starts_with('[') {
        return None;
    }
    let values: Vec<String> = serde_json::from_str(text.trim()).ok()?;
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
    Some(values.into_iter().zip(ranges).map(|(value, range)| Text::new(value, line.span(range))).collect())
}
