//! Places in a text.

use serde::Serialize;

use crate::dockerfile::expand::unquote;

/// A range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte behind the last one.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Whether `other` lies within.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A word and where it stands; quotes and line continuations are removed from the word, not from the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The word; its variables are not expanded.
    pub value: String,
    /// Where it stands.
    pub span: Span,
    /// The word with its quotes and escapes, where it has some.
    quoted: Option<Box<str>>,
}

impl Text {
    /// A word at a place.
    pub fn new(value: impl Into<String>, span: Span) -> Self {
        Self { value: value.into(), span, quoted: None }
    }

    /// The same word without its quotes and escapes; one that BuildKit refuses stays as it is.
    pub(super) fn unquoted(mut self, escape: char) -> Self {
        if self.value.contains(['"', '\'', escape])
            && let Some(value) = unquote(&self.value, escape)
        {
            self.quoted = Some(std::mem::replace(&mut self.value, value).into());
        }
        self
    }

    /// The word as it is written, with quotes and escapes: what is to be expanded.
    pub fn written(&self) -> &str {
        self.quoted.as_deref().unwrap_or(&self.value)
    }
}

/// A text joined from several lines that still knows where each byte stood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Joined {
    text: String,
    /// Where runs of bytes start: in the joined text, and in the source.
    runs: Vec<(usize, usize)>,
}

impl Joined {
    /// A part of the source that starts at `offset`.
    pub fn from_source(offset: usize, part: &str) -> Self {
        Self { text: part.to_owned(), runs: vec![(0, offset)] }
    }

    /// Adds the part of the source that starts at `offset`.
    pub(super) fn push(&mut self, offset: usize, part: &str) {
        if !part.is_empty() {
            self.runs.push((self.text.len(), offset));
            self.text.push_str(part);
        }
    }

    /// The joined text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a range of the joined text stands in the source.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        if range.is_empty() {
            let at = if range.start == 0 { self.source(0) } else { self.source(range.start - 1) + 1 };
            return Span::new(at, at);
        }
        Span::new(self.source(range.start), self.source(range.end - 1) + 1)
    }

    /// A range of the joined text as a word.
    pub fn text(&self, range: std::ops::Range<usize>) -> Text {
        Text::new(self.text.get(range.clone()).unwrap_or_default(), self.span(range))
    }

    /// A part of the joined text, on its own.
    #[must_use]
    pub fn part(&self, range: std::ops::Range<usize>) -> Self {
        let mut part = Self::default();
        let first = self.runs.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        for (index, (start, source)) in self.runs.iter().enumerate().skip(first) {
            if *start >= range.end {
                break;
            }
            let end = self.runs.get(index + 1).map_or(self.text.len(), |(next, _)| *next);
            let (from, to) = ((*start).max(range.start), end.min(range.end));
            if from < to {
                part.push(source + (from - start), &self.text[from..to]);
            }
        }
        if part.runs.is_empty() {
            part.runs.push((0, self.span(range.start..range.start).start));
        }
        part
    }

    fn source(&self, offset: usize) -> usize {
        let run = self.runs.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        self.runs.get(run).map_or(0, |(start, source)| source + offset.saturating_sub(*start))
    }
}
