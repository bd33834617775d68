//! A lossless reader of Dockerfiles and of `.dockerignore`, with the place of everything it finds.
//!
//! It recovers from every fault: whatever the text, there is a [`Dockerfile`], and its [`Piece`]s joined are the text.

mod body;
mod dump;
mod duration;
mod expand;
mod heredoc;
mod ignore;
mod images;
mod instruction;
mod lexer;
mod mode;
mod mount;
mod port;
mod reader;
mod reference;
mod refusal;
mod signal;
mod span;
mod words;

pub use duration::seconds;
pub use expand::{expand, unset_variables};
pub use ignore::{BadPattern, Dockerignore, Glob, Pattern, clean, literal_pattern};
pub use images::{NamedImage, images, with_images};
pub use instruction::{Body, Command, Copy, Flag, From, Heredoc, Instruction, Mount, Pair};
pub use lexer::Variable;
pub use reference::Reference;
pub use refusal::is_remote;
pub use span::{Joined, Span, Text};

/// A Dockerfile.
#[derive(Debug, Clone)]
pub struct Dockerfile {
    text: String,
    escape: char,
    pieces: Vec<Piece>,
    instructions: Vec<Instruction>,
    stages: Vec<Stage>,
    faults: Vec<Fault>,
}

/// A run of bytes of a Dockerfile; all of them in order are the whole text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Its bytes, the line end included.
    pub span: Span,
}

/// What a run of bytes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// A byte order mark.
    Mark,
    /// A parser directive: `# escape=`, `# syntax=`, `# check=`.
    Directive,
    /// A comment.
    Comment,
    /// Blank lines.
    Blank,
    /// The instruction of this index, with its continued lines and heredocs.
    Instruction(usize),
    /// The rest of a text that goes beyond what is read.
    Unread,
}

/// A build stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What it is built from.
    pub from: From,
    /// Its instructions, as indices; `FROM` is the first.
    pub instructions: std::ops::Range<usize>,
}

/// Something that the reader could only step over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// Where it stands.
    pub span: Span,
}

/// What the reader had to step over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// A heredoc whose last line is missing: its name.
    UnterminatedHeredoc(String),
    /// A blank line inside continued lines.
    EmptyContinuation,
    /// Something that BuildKit refuses: the reason, in lower case, without a full stop.
    Refused(String),
}

impl Dockerfile {
    /// Reads a Dockerfile; there is no text that can't be read.
    pub fn parse(text: &str) -> Self {
        reader::read(text)
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The character that escapes others and continues lines.
    pub fn escape(&self) -> char {
        self.escape
    }

    /// The pieces that make up the text.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The instructions, in order.
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// The stages, in order.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The instructions of a stage, `FROM` first.
    pub fn instructions_of(&self, stage: &Stage) -> &[Instruction] {
        self.instructions.get(stage.instructions.clone()).unwrap_or_default()
    }

    /// The instructions before the first `FROM`.
    pub fn preamble(&self) -> &[Instruction] {
        let end = self.stages.first().map_or(self.instructions.len(), |stage| stage.instructions.start);
        &self.instructions[..end]
    }

    /// What the reader had to step over.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The source of a place.
    pub fn source(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The comment lines directly above an instruction, without `#` and blanks, nearest last.
    pub fn comments_above(&self, instruction: usize) -> Vec<&str> {
        let Some(start) = self.instructions.get(instruction).map(|it| it.span.start) else {
            return Vec::new();
        };
        let piece = self.pieces.partition_point(|piece| piece.span.start < start);
        let above = self.pieces[..piece].iter().rev().take_while(|piece| piece.kind == PieceKind::Comment);
        let mut comments: Vec<&str> =
            above.map(|piece| self.source(piece.span).trim().trim_start_matches('#').trim()).collect();
        comments.reverse();
        comments
    }
}
