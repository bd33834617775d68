//! A word of a shell: text, and what the shell expands in it.

use std::ops::Range;

/// A word without its quotes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word {
    /// What it is made of, in order; nothing in an empty pair of quotes.
    pub pieces: Vec<Piece>,
    /// The bytes of the source that it stands in, quotes included.
    pub range: Range<usize>,
    /// Whether any of it is quoted.
    pub is_quoted: bool,
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text that stands for itself.
    Text(String),
    /// `$NAME`, `${NAME}` or `${NAME:-default}`.
    Variable {
        /// Its name; a digit, or one of `@*#?` for what the shell itself keeps.
        name: String,
        /// What stands for it where it has no value.
        default: Option<String>,
        /// The whole as it is written.
        source: String,
    },
    /// `$(…)`, a text in backticks, or `${…}` with more than a default: as it is written.
    Computed(String),
}

impl Word {
    /// The text without quotes; what the shell expands stays as it is written.
    pub fn as_written(&self) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) | Piece::Computed(text) | Piece::Variable { source: text, .. } => text.clone(),
        };
        self.pieces.iter().map(text).collect()
    }

    /// Whether the shell expands nothing in it.
    pub fn is_literal(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Text(_)))
    }

    /// The name and the value of `NAME=value`.
    pub fn assignment(&self) -> Option<(String, Self)> {
        let (Piece::Text(first), rest) = self.pieces.split_first()? else { return None };
        let (name, value) = first.split_once('=')?;
        if !is_name(name) {
            return None;
        }
        let value = Some(value).filter(|value| !value.is_empty()).map(|value| Piece::Text(value.to_owned()));
        let pieces = value.into_iter().chain(rest.iter().cloned()).collect();
        Some((name.to_owned(), Self { pieces, ..self.clone() }))
    }

    /// Adds a letter that stands for itself.
    pub(super) fn push(&mut self, letter: char) {
        match self.pieces.last_mut() {
            Some(Piece::Text(text)) => text.push(letter),
            _ => self.pieces.push(Piece::Text(letter.to_string())),
        }
    }
}

/// Whether a text can be the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
