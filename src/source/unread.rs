//! Sources that are not read: the bounds, and what is said of the files beyond them.

use std::collections::BTreeMap;

use crate::evidence::{Evidence, Warning};
use crate::path::file_name;
use crate::source::Language;

/// Larger files, in bytes, are made by tools, not by people.
pub const LARGEST_FILE: usize = 512 * 1024;
/// All files of a repository that are read together, by their [`weight`].
pub const LARGEST_TOTAL: usize = 16 * 1024 * 1024;
/// The files of an application that are read together where nothing says which ones it is made of, by their [`weight`].
pub const LARGEST_APPLICATION: usize = 6 * 1024 * 1024;
/// So many files of an application are read where nothing says which ones it is made of; those nearest to its start.
pub const MOST_FILES: usize = 600;
/// Text of more bytes than this whose lines are longer than [`LONGEST_LINE`] on average was written by a tool.
const SMALLEST_MINIFIED: usize = 8 * 1024;
/// People write shorter lines of JavaScript than this on average, in bytes.
const LONGEST_LINE: usize = 250;

/// Of the bytes of what people write, every eighth is a sign at most: 0.07 of them in Python, 0.10 in Go and TypeScript, 0.12 in
/// Rust, counted over 1,700 files.
const BYTES_OF_A_SIGN: usize = 8;

/// What it costs to read a source, in bytes of a usual one. A parser makes something of each sign, so a text that has hardly
/// anything else weighs up to eight times what it is long.
pub fn weight(text: &str) -> usize {
    let is_sign = |byte: &&u8| {
        matches!(
            byte,
            b'(' | b')'
                | b'{'
                | b'}'
                | b'['
                | b']'
                | b';'
                | b','
                | b'.'
                | b'='
                | b'<'
                | b'>'
                | b'&'
                | b'|'
                | b'!'
                | b'?'
                | b':'
        )
    };
    text.len().max(BYTES_OF_A_SIGN * text.as_bytes().iter().filter(is_sign).count())
}

/// Why a file has no index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// It is larger than [`LARGEST_FILE`].
    Large,
    /// There are [`MOST_FILES`] before it, or they weigh [`LARGEST_APPLICATION`].
    Many,
    /// The files before it came to [`LARGEST_TOTAL`] together.
    Budget,
    /// It is minified: a tool wrote it, from a source that says the same.
    Minified,
    /// It can't be read, or is not UTF-8.
    Unreadable,
}

impl LeftOut {
    /// Why a text is left out; nothing where it was written by people.
    pub fn of(language: Option<Language>, text: &str) -> Option<Self> {
        match text {
            _ if text.len() > LARGEST_FILE => Some(Self::Large),
            // nobody makes the source of another language small
            _ if language == Some(Language::JavaScript) && is_minified(text) => Some(Self::Minified),
            _ => None,
        }
    }

    fn reason(self) -> String {
        match self {
            Self::Large => format!("it has more than {} kB", LARGEST_FILE / 1024),
            Self::Many => format!(
                "of an application {MOST_FILES} sources are read, or {} MB of usual ones, those that are nearest to its start",
                LARGEST_APPLICATION >> 20
            ),
            Self::Budget => format!("the sources before it have {} MB of usual ones together", LARGEST_TOTAL >> 20),
            Self::Minified => "it is minified".to_owned(),
            Self::Unreadable => "it can't be read as text".to_owned(),
        }
    }
}

/// Whether a tool wrote a text on few long lines.
fn is_minified(text: &str) -> bool {
    text.len() > SMALLEST_MINIFIED && text.len() / LONGEST_LINE > text.bytes().filter(|byte| *byte == b'\n').count()
}

/// The files of an application that were not read, each with the reason, by name.
#[derive(Debug, Clone, Default)]
pub struct Unread(BTreeMap<String, LeftOut>);

impl Unread {
    /// Takes in a file.
    pub fn add(&mut self, path: &str, reason: LeftOut) {
        self.0.insert(path.to_owned(), reason);
    }

    /// The files and reasons.
    pub fn iter(&self) -> impl Iterator<Item = (&str, LeftOut)> {
        self.0.iter().map(|(path, reason)| (path.as_str(), *reason))
    }

    /// What is to be said of them: what they say is not known. A file that is called minified says so itself.
    pub fn warning(&self) -> Option<Warning> {
        let mut unread = self.iter().filter(|(path, _)| !file_name(path).contains(".min."));
        let (path, reason) = unread.next()?;
        let others = match unread.count() {
            0 => String::new(),
            count => format!(", nor {count} other{}", if count == 1 { "" } else { "s" }),
        };
        let message = format!("the source `{path}` was not read{others}: {}", reason.reason());
        let hint = "where one of them says a port, a file or a variable, say it by a flag";
        Some(Warning::new(message).at(Evidence::file(path)).hint(hint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_those_of_a_tool() {
        assert!(is_minified(&"var a=1;".repeat(2_000)));
        assert!(!is_minified(&"var a=1;".repeat(100)), "a short program on one line");
        assert!(!is_minified(&"const answer = 42; // of people\n".repeat(2_000)));
    }

    #[test]
    fn what_is_hardly_more_than_signs_weighs_more() {
        let usual = "    let listener = TcpListener::bind(address).await.context(\"no listener\")?;\n";
        assert!(weight(usual) < 2 * usual.len(), "{} of {}", weight(usual), usual.len());
        assert_eq!(weight("a plain line of words\n"), 22);
        assert_eq!(weight("a(b);"), 24);
    }

    #[test]
    fn what_was_not_read_is_said_once_with_the_reason_of_the_first() {
        let mut unread = Unread::default();
        unread.add("lib/jquery.min.js", LeftOut::Minified);
        assert!(unread.warning().is_none());
        for (path, reason, said) in [
            ("z.rs", LeftOut::Many, "the source `z.rs` was not read: of an application 600 sources are read"),
            ("d.go", LeftOut::Budget, "the source `d.go` was not read, nor 1 other: the sources before it have"),
            ("c.js", LeftOut::Minified, "the source `c.js` was not read, nor 2 others: it is minified"),
            ("b.py", LeftOut::Large, "the source `b.py` was not read, nor 3 others: it has more than 512 kB"),
            ("a.java", LeftOut::Unreadable, "the source `a.java` was not read, nor 4 others: it can't be read"),
        ] {
            unread.add(path, reason);
            assert!(unread.warning().unwrap().message.starts_with(said), "{:?}", unread.warning());
        }
    }
}
