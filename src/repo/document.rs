//! One text file, and where in it something stands.

use std::io::Read;
use std::path::Path;

use crate::error::{Error, Result};
use crate::evidence::Evidence;
use crate::repo::{LARGEST_FILE, Manifest};

/// A text file of the repository: its path and its text without a byte order mark.
#[derive(Debug, Clone)]
pub struct Document {
    path: String,
    text: String,
}

/// Reads `path` below `root`.
pub fn read(root: &Path, path: &str) -> Result<Document> {
    let full = root.join(path);
    let unreadable = |source| Error::Read { path: path.into(), source };
    let confined = full.canonicalize().map_err(unreadable)?;
    if !confined.starts_with(root) {
        return Err(unreadable(std::io::Error::other("it is a link that leaves the repository")));
    }
    let file = std::fs::File::open(confined).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(unreadable(std::io::Error::other("it is larger than 32 MiB, which no manifest is")));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Document { path: path.to_owned(), text }),
        Err(error) => {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let (line, column) = position(&String::from_utf8_lossy(before), before.len());
            let message = "the text is not UTF-8".to_owned();
            let hint = Some("save the file as UTF-8".to_owned());
            Err(Error::Manifest { path: path.to_owned(), line, column, message, hint })
        }
    }
}

impl Document {
    /// A document that did not come from disk, for tests and for text that is about to be written.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
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

    /// The line at a byte offset, as evidence.
    pub fn evidence_at(&self, offset: usize) -> Evidence {
        self.evidence_line(position(&self.text, offset).0)
    }

    /// A line, by its one-based number, as evidence.
    pub fn evidence_line(&self, line: u32) -> Evidence {
        let quote = self.text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
        Evidence::new(&self.path, line, quote)
    }

    /// The first line that contains `needle`.
    pub fn find(&self, needle: &str) -> Option<Evidence> {
        self.text.find(needle).map(|offset| self.evidence_at(offset))
    }

    /// The first line that satisfies `wanted`.
    pub fn find_line(&self, wanted: impl Fn(&str) -> bool) -> Option<Evidence> {
        self.lines().find(|(_, text)| wanted(text)).map(|(line, text)| Evidence::new(&self.path, line, text))
    }

    /// The error that something is wrong at a byte offset.
    pub fn error_at(&self, offset: usize, message: impl Into<String>, hint: Option<String>) -> Error {
        let (line, column) = position(&self.text, offset);
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
