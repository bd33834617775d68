//! From text to pieces and instructions: lines, directives, comments and continuations.

use crate::dockerfile::{
    Body, Dockerfile, Fault, FaultKind, Joined, Piece, PieceKind, Span, Stage, body, heredoc, refusal,
};

/// BuildKit reads no longer line, its end included.
const LONGEST_LINE: usize = 64 * 1024;

/// More instructions are not read: no Dockerfile that anybody wrote has as many, and rules look from each to others.
const MOST_INSTRUCTIONS: usize = 5_000;

/// Reads a whole Dockerfile.
pub(super) fn read(text: &str) -> Dockerfile {
    let mut reader = Reader {
        text,
        at: 0,
        file: Dockerfile {
            text: text.to_owned(),
            escape: '\\',
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
        if reader.file.instructions.len() == MOST_INSTRUCTIONS {
            let start = reader.at;
            reader.stop(&format!("there are more than {MOST_INSTRUCTIONS} instructions: the rest is not read"));
            reader.piece(PieceKind::Unread, start);
            break;
        }
        reader.statement();
    }
    reader.stages();
    reader.file
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    file: Dockerfile,
}

impl<'a> Reader<'a> {
    /// The next line with its end, without moving on.
    fn peek(&self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        if rest.is_empty() { None } else { Some(&rest[..rest.find('\n').map_or(rest.len(), |end| end + 1)]) }
    }

    /// Moves behind a line, or to the end where BuildKit gives up: `false`.
    fn pass(&mut self, line: &str) -> bool {
        if line.len() > LONGEST_LINE {
            self.stop(&format!("the line has more than {} bytes", LONGEST_LINE - 1));
            return false;
        }
        self.at += line.len();
        true
    }

    /// Leaves the rest of the text unread.
    fn stop(&mut self, reason: &str) {
        self.refuse(Span::new(self.at, self.at), reason.to_owned());
        self.at = self.text.len();
    }

    /// Everything since `start` is one piece.
    fn piece(&mut self, kind: PieceKind, start: usize) {
        self.file.pieces.push(Piece { kind, span: Span::new(start, self.at) });
    }

    fn refuse(&mut self, span: Span, reason: String) {
        self.file.faults.push(Fault { kind: FaultKind::Refused(reason), span });
    }

    /// Directives count only before any other line, comments and blank lines included.
    fn directives(&mut self) {
        let mut seen = Vec::new();
        while let Some(line) = self.peek() {
            let Some((name, value)) = directive(line) else { return };
            let start = self.at;
            let span = Span::new(start, start + line.trim_end().len());
            if seen.contains(&name) {
                self.refuse(span, format!("the directive `{name}` stands here a second time"));
            } else if name == "escape" {
                match value {
                    "`" => self.file.escape = '`',
                    "\\" => self.file.escape = '\\',
                    _ => self.refuse(span, format!("`{value}` is no escape character: it is `\\` or a backtick")),
                }
            }
            seen.push(name);
            self.pass(line);
            self.piece(PieceKind::Directive, start);
        }
    }

    /// A comment, a blank line or an instruction.
    fn statement(&mut self) {
        let Some(line) = self.peek() else { return };
        let start = self.at;
        let trimmed = line.trim();
        if trimmed.starts_with('#') || trimmed.is_empty() {
            self.pass(line);
            self.piece(if trimmed.is_empty() { PieceKind::Blank } else { PieceKind::Comment }, start);
            return;
        }
        let Some(joined) = self.joined() else {
            self.piece(PieceKind::Unread, start);
            return;
        };
        let mut end = self.content_end(start);
        let mut instruction = body::instruction(&joined, Span::new(start, end), self.file.escape);
        if instruction.keyword.value.is_empty() {
            self.refuse(Span::new(start, end), "the line is continued and there is no instruction".to_owned());
            self.piece(PieceKind::Blank, start);
            return;
        }
        let documents = if instruction.may_have_heredocs() { heredoc::opened(joined.as_str()) } else { Ok(Vec::new()) };
        let documents = documents.unwrap_or_else(|error| {
            self.refuse(instruction.span, format!("the name of the heredoc can't be read: {error}"));
            Vec::new()
        });
        for mut document in documents {
            let content = self.at;
            let closed = loop {
                let Some(line) = self.peek() else { break None };
                let last = self.at;
                self.pass(line);
                if heredoc::ends(&document, line) {
                    break Some(last);
                }
            };
            document.content = Span::new(content, closed.unwrap_or(self.at));
            if closed.is_none() {
                let kind = FaultKind::UnterminatedHeredoc(document.delimiter.clone());
                self.file.faults.push(Fault { kind, span: instruction.span });
            }
            instruction.heredocs.push(document);
            end = self.content_end(start);
        }
        instruction.span.end = end;
        for (span, reason) in refusal::reasons(&instruction, self.text, self.file.escape) {
            self.refuse(span, reason);
        }
        let index = self.file.instructions.len();
        self.file.instructions.push(instruction);
        self.piece(PieceKind::Instruction(index), start);
    }

    /// Joins the lines of an instruction: continuations, and the comments and blank lines between them, are left out. Nothing where
    /// one of them can't be read.
    fn joined(&mut self) -> Option<Joined> {
        let mut joined = Joined::default();
        let mut first = true;
        let mut blank_line = None;
        while let Some(line) = self.peek() {
            let offset = self.at;
            let content = line.trim_end_matches(['\r', '\n']);
            let blank = content.trim().is_empty();
            if !self.pass(line) {
                return None;
            }
            if !first && (blank || content.trim_start().starts_with('#')) {
                if blank {
                    blank_line = blank_line.or(Some(Span::new(offset, offset + content.len())));
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
        // as BuildKit, once for an instruction
        self.file.faults.extend(blank_line.map(|span| Fault { kind: FaultKind::EmptyContinuation, span }));
        Some(joined)
    }

    /// The line without its continuation mark, when it has one.
    fn continued<'b>(&self, content: &'b str) -> Option<&'b str> {
        let before = content.trim_end_matches([' ', '\t']).strip_suffix(self.file.escape)?;
        (!before.ends_with(self.file.escape)).then_some(before)
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
