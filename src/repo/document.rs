//! One text file, and where in it something stands.

use std::path::Path;
use std::sync::OnceLock;

use regex::{Captures, Regex};

use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact};
use crate::repo::{Manifest, file};

/// A text file of the repository: its path and its text without a byte order mark.
#[derive(Debug, Clone)]
pub struct Document {
    path: String,
    text: String,
    /// Where each line starts, in bytes: counted once, when something first asks for a line.
    starts: OnceLock<Box<[usize]>>,
}

/// Reads `path` below `root`.
pub fn read(root: &Path, path: &str) -> Result<Document> {
    let unreadable = |source| Error::Read { path: path.into(), source };
    let bytes = file::bytes(root, Path::new(path), file::largest(path)).map_err(unreadable)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Document::new(path, text)),
        Err(error) => {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let (line, column) = position(&String::from_utf8_lossy(before), before.len());
            let message = "the text is not UTF-8".to_owned();
            let hint = Some("save the file as UTF-8".to_owned());
            Err(Error::Manifest { path: path.to_owned(), line, column, message, hint })
        }
    }
}

/// Reads `path` below `root` as tools of Python do: by its byte order mark, else by the encoding that a comment in its first
/// two lines names, else as UTF-8.
pub fn read_encoded(root: &Path, path: &str) -> Result<Document> {
    let unreadable = |source| Error::Read { path: path.into(), source };
    let bytes = file::bytes(root, Path::new(path), file::largest(path)).map_err(unreadable)?;
    match decoded(&bytes) {
        Some(text) => Ok(Document::new(path, text)),
        None => read(root, path),
    }
}

/// Reads `path` below `root` as UTF-8, and as Latin-1 where it is none: every byte is a sign there.
pub fn read_latin(root: &Path, path: &str) -> Result<Document> {
    let unreadable = |source| Error::Read { path: path.into(), source };
    let bytes = file::bytes(root, Path::new(path), file::largest(path)).map_err(unreadable)?;
    if std::str::from_utf8(&bytes).is_ok() {
        return read(root, path);
    }
    Ok(Document::new(path, bytes.iter().map(|byte| char::from(*byte)).collect::<String>()))
}

/// The text of bytes that are UTF-16 with its mark, or in an encoding of one byte that they name; nothing for others.
fn decoded(bytes: &[u8]) -> Option<String> {
    let units = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).collect::<std::result::Result<String, _>>().ok()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => return units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return units(rest, u16::from_be_bytes),
        _ => {}
    }
    let is_named = |line: &[u8]| {
        let line = String::from_utf8_lossy(line).to_ascii_lowercase().replace('_', "-");
        let stated = line.trim_start().strip_prefix('#').or_else(|| line.trim_start().strip_prefix("<?xml"));
        let name = stated.and_then(|stated| stated.split_once("coding"));
        name.is_some_and(|(_, name)| {
            let name = name.trim_start_matches([':', '=', ' ', '"', '\'']);
            // the others differ in signs that are no part of a name
            ["latin-1", "latin1", "iso-8859-1", "windows-1252", "cp1252", "us-ascii"]
                .iter()
                .any(|it| name.starts_with(it))
        })
    };
    let is_latin = bytes.split(|byte| *byte == b'\n').take(2).any(is_named);
    is_latin.then(|| bytes.iter().map(|byte| char::from(*byte)).collect())
}

impl Document {
    /// A document that did not come from disk, for tests and for text that is about to be written.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), starts: OnceLock::new() }
    }

    /// The path, relative to the root of the repository.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines with their one-based numbers, without line ends.
    pub fn lines(&self) -> impl Iterator<Item = (u32, &str)> {
        (1..).zip(self.text.lines())
    }

    /// A line without its end, by its one-based number; empty where there is none.
    pub fn line(&self, number: u32) -> &str {
        let (starts, index) = (self.starts(), number.saturating_sub(1) as usize);
        let Some(start) = starts.get(index) else { return "" };
        // by the start of the next one: a text may have one line alone, and many things on it
        let line = &self.text[*start..starts.get(index + 1).copied().unwrap_or(self.text.len())];
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// The line at a byte offset, as evidence: what stands there and a little around it.
    pub fn evidence_at(&self, offset: usize) -> Evidence {
        let (number, start) = self.line_of(offset);
        Evidence::around(&self.path, number, self.line(number), offset.saturating_sub(start))
    }

    /// A line, by its one-based number, as evidence.
    pub fn evidence_line(&self, number: u32) -> Evidence {
        Evidence::new(&self.path, number, self.line(number))
    }

    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
        })
    }

    /// The one-based number of the line that a byte offset lies in, and where that line starts.
    fn line_of(&self, offset: usize) -> (u32, usize) {
        let starts = self.starts();
        let index = starts.partition_point(|start| *start <= offset).max(1);
        (u32::try_from(index).unwrap_or(u32::MAX), starts[index - 1])
    }

    /// The first line that contains `needle`.
    pub fn find(&self, needle: &str) -> Option<Evidence> {
        self.text.find(needle).map(|offset| self.evidence_at(offset))
    }

    /// The first line that satisfies `wanted`, as it stands there: what a quote shows of it is for people.
    pub fn find_stated(&self, wanted: impl Fn(&str) -> bool) -> Option<Fact<&str>> {
        let (number, line) = self.lines().find(|(_, text)| wanted(text))?;
        Some(Fact::new(line, Evidence::new(&self.path, number, line)))
    }

    /// The first line that satisfies `wanted`, as evidence.
    pub fn find_line(&self, wanted: impl Fn(&str) -> bool) -> Option<Evidence> {
        self.find_stated(wanted).map(|line| line.evidence)
    }

    /// The first match of a pattern that `pick` accepts, with its line.
    pub fn find_match<T>(&self, pattern: &Regex, pick: impl Fn(&Captures) -> Option<T>) -> Option<Fact<T>> {
        pattern.captures_iter(&self.text).find_map(|captures| {
            let start = captures.get(0).map_or(0, |whole| whole.start());
            Some(Fact::new(pick(&captures)?, self.evidence_at(start)))
        })
    }

    /// The error that something is wrong at a byte offset.
    pub fn error_at(&self, offset: usize, message: impl Into<String>, hint: Option<String>) -> Error {
        let (line, start) = self.line_of(offset);
        let (_, column) = position(&self.text[start..], offset - start);
        Error::Manifest { path: self.path.clone(), line, column, message: message.into(), hint }
    }

    /// The text read as JSON; comments and trailing commas are errors.
    ///
    /// # Errors
    /// [`Error::Manifest`] with the place of the fault.
    pub fn json(self) -> Result<Manifest> {
        Manifest::json(self)
    }

    /// The text read as TOML.
    ///
    /// # Errors
    /// [`Error::Manifest`] with the place of the fault.
    pub fn toml(self) -> Result<Manifest> {
        Manifest::toml(self)
    }

    /// The text read as YAML.
    ///
    /// # Errors
    /// [`Error::Manifest`] with the place of the fault.
    pub fn yaml(self) -> Result<Manifest> {
        Manifest::yaml(self)
    }
}

/// The one-based line and column (in characters) of a byte offset.
pub fn position(text: &str, offset: usize) -> (u32, u32) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    let column = before[start..].chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
