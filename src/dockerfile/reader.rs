//! From text to pieces and instructions: lines, directives, comments and continuations.

use crate::dockerfile::{Body, Dockerfile, Fault, FaultKind, Joined, Piece, PieceKind, Span, Stage, body, heredoc};

/// Reads a whole Dockerfile.
pub(super) fn read(text: &str) -> Dockerfile {
    let mut reader = Reader {
        text,
        at: 0,
        escape: '\\',
        file: Dockerfile {
            text: text.to_owned(),
            pieces: Vec::new(),
            instructions: Vec::new(),
            stages: Vec::new(),
            faults: Vec::new(),
        },
    };
    if text.starts_with('\u{feff}') {
        reader.at = '\u{feff}'.len_utf8();
        reader.piece(PieceKind::Mark, 0);
    }
    reader.directives();
    while reader.at < text.len() {
        reader.statement();
    }
    reader.stages();
    reader.file
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    escape: char,
    file: Dockerfile,
}

impl<'a> Reader<'a> {
    /// The next line with its end, without moving on.
    fn peek(&self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        if rest.is_empty() { None } else { Some(&rest[..rest.find('\n').map_or(rest.len(), |end| end + 1)]) }
    }

    /// Everything since `start` is one piece.
    fn piece(&mut self, kind: PieceKind, start: usize) {
        self.file.pieces.push(Piece { kind, span: Span::new(start, self.at) });
    }

    /// Directives count only before any other line, comments and blank lines included.
    fn directives(&mut self) {
        while let Some(line) = self.peek() {
            let Some((name, value)) = directive(line) else { return };
            if name == "escape" {
                match value {
                    "`" => self.escape = '`',
                    "\\" => self.escape = '\\',
                    _ => {}
                }
            }
            let start = self.at;
            self.at += line.len();
            self.piece(PieceKind::Directive, start);
        }
    }

    /// A comment, a blank line or an instruction.
    fn statement(&mut self) {
        let Some(line) = self.peek() else { return };
        let start = self.at;
        let trimmed = line.trim();
        if trimmed.starts_with('#') || trimmed.is_empty() {
            self.at += line.len();
            self.piece(if trimmed.is_empty() { PieceKind::Blank } else { PieceKind::Comment }, start);
            return;
        }
        let joined = self.joined();
        let mut end = self.content_end(start);
        let (mut instruction, documents) = body::instruction(&joined, Span::new(start, end), self.escape);
        if instruction.keyword.value.is_empty() {
            // A continuation with nothing before and nothing after it says nothing.
            self.piece(PieceKind::Blank, start);
            return;
        }
        for mut document in documents {
            let content = self.at;
            let closed = loop {
                let Some(line) = self.peek() else { break None };
                let last = self.at;
                self.at += line.len();
                if heredoc::ends(&document, line) {
                    break Some(last);
                }
            };
            document.content = Span::new(content, closed.unwrap_or(self.at));
            if closed.is_none() {
                let fault = Fault { kind: FaultKind::UnterminatedHeredoc, span: instruction.span };
                self.file.faults.push(fault);
            }
            instruction.heredocs.push(document);
            end = self.content_end(start);
        }
        instruction.span.end = end;
        let index = self.file.instructions.len();
        self.file.instructions.push(instruction);
        self.piece(PieceKind::Instruction(index), start);
    }

    /// Joins the lines of an instruction: continuations, and the comments and blank lines between them, are left out.
    fn joined(&mut self) -> Joined {
        let mut joined = Joined::default();
        let mut first = true;
        while let Some(line) = self.peek() {
            let offset = self.at;
            let content = line.trim_end_matches(['\r', '\n']);
            let blank = content.trim().is_empty();
            self.at += line.len();
            if !first && (blank || content.trim_start().starts_with('#')) {
                if blank {
                    let fault =
                        Fault { kind: FaultKind::EmptyContinuation, span: Span::new(offset, offset + content.len()) };
                    self.file.faults.push(fault);
                }
                continue;
            }
            let indent = if first { content.len() - content.trim_start().len() } else { 0 };
            first = false;
            let continued = self.continued(content);
            joined.push(offset + indent, &continued.unwrap_or(content)[indent..]);
            if continued.is_none() {
                break;
            }
        }
        joined
    }

    /// The line without its continuation mark, when it has one.
    fn continued<'b>(&self, content: &'b str) -> Option<&'b str> {
        let before = content.trim_end_matches([' ', '\t']).strip_suffix(self.escape)?;
        (!before.ends_with(self.escape)).then_some(before)
    }

    /// Where what was read since `start` ends, without blanks and line ends.
    fn content_end(&self, start: usize) -> usize {
        start + self.text[start..self.at].trim_end().len()
    }

    fn stages(&mut self) {
        let instructions = &self.file.instructions;
        let starts: Vec<usize> = (0..instructions.len())
            .filter(|index| matches!(instructions[*index].body, Body::From(_)))
            .chain([instructions.len()])
            .collect();
        self.file.stages = starts
            .windows(2)
            .filter_map(|pair| match &instructions[pair[0]].body {
                Body::From(from) => Some(Stage { from: from.clone(), instructions: pair[0]..pair[1] }),
                _ => None,
            })
            .collect();
    }
}

/// The name, in lower case, and the value of a parser directive.
fn directive(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.trim_start().strip_prefix('#')?.split_once('=')?;
    let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
    let known = matches!(name.as_str(), "syntax" | "escape" | "check");
    (known && !value.is_empty()).then_some((name, value))
}
