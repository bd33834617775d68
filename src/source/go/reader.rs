//! Reads declarations and statements: which literal is given to what.

use crate::source::go::lexer::{Kind, Token};
use crate::source::go::{ADD_COMMAND, Call, Literal, Piece, Source, directive};

/// An open bracket.
#[derive(Debug, Default)]
struct Frame {
    call: String,
    line: u32,
    arguments: Vec<Vec<Piece>>,
    key: String,
    /// The key of the frame around it, else the variable that gets it.
    outer: String,
    texts: Vec<String>,
    /// The literals of the call that this one is chained to.
    chained: Vec<String>,
    is_call: bool,
}

/// How many literals of a call are kept for those after them; tables of thousands tell nothing.
const MOST_BEFORE: usize = 8;
/// Words that a bracket may follow without being called.
const KEYWORDS: &[&str] = &["const", "var", "type", "import", "return", "if", "for", "switch", "case", "func", "range"];

/// Reads what follows the imports.
pub struct Reader<'a> {
    source: &'a mut Source,
    listens: &'a [&'a str],
    frames: Vec<Frame>,
    /// The names at the start of the line.
    left: Vec<String>,
    assigned: String,
    /// The function whose body this is.
    function: String,
    /// The literals of the call that has just been closed.
    chained: Vec<String>,
}

impl<'a> Reader<'a> {
    /// A reader into `source`, which keeps the calls of these names.
    pub fn new(source: &'a mut Source, listens: &'a [&'a str]) -> Self {
        Self {
            source,
            listens,
            frames: vec![Frame::default()],
            left: Vec::new(),
            assigned: String::new(),
            function: String::new(),
            chained: Vec::new(),
        }
    }

    /// Reads all tokens.
    pub fn read(mut self, tokens: &[Token]) {
        let mut dotted = String::new();
        for (index, token) in tokens.iter().enumerate() {
            let next = tokens.get(index + 1).map(|token| &token.kind);
            let previous = index.checked_sub(1).map(|index| &tokens[index].kind);
            match &token.kind {
                Kind::Word(word) => {
                    if previous != Some(&Kind::Mark('.')) {
                        dotted.clear();
                    }
                    dotted.push_str(word);
                    if next != Some(&Kind::Mark('.')) {
                        self.word(&dotted, next);
                    }
                    if *word == "main" && previous == Some(&Kind::Word("func")) && self.frames.len() == 1 {
                        self.source.main = token.line;
                    }
                }
                Kind::Mark('.') if matches!(previous, Some(Kind::Word(_))) => dotted.push('.'),
                Kind::Mark('.') => dotted.clear(),
                Kind::Text(_) | Kind::Number(_) if is_compared(&tokens[..index]) => {}
                Kind::Text(value) => self.literal(value, next, token.line),
                Kind::Number(value) => self.literal(value, next, token.line),
                Kind::Directive(_) => directive(self.source, token),
                Kind::Line => {
                    if previous != Some(&Kind::Mark('.')) {
                        self.chained.clear();
                    }
                    self.left.clear();
                    self.assigned.clear();
                    if let Some(frame) = self.frames.last_mut() {
                        frame.key.clear();
                    }
                }
                Kind::Mark(mark) => {
                    let is_assignment = *mark == '='
                        && next != Some(&Kind::Mark('='))
                        && !matches!(previous, Some(Kind::Mark('=' | '!' | '<' | '>')));
                    if is_assignment {
                        self.assigned = self.left.first().cloned().unwrap_or_default();
                    }
                    let opener = matches!(previous, Some(Kind::Word(_))).then(|| std::mem::take(&mut dotted));
                    let opener = opener.filter(|it| !KEYWORDS.contains(&it.as_str()));
                    self.mark(*mark, opener.unwrap_or_default(), token.line);
                }
            }
        }
    }

    fn word(&mut self, word: &str, next: Option<&Kind>) {
        if matches!(word, "var" | "const" | "type" | "if" | "return" | "else" | "case" | "go" | "defer") {
            return;
        }
        self.left.push(word.to_owned());
        if self.frames.len() == 1 && next == Some(&Kind::Mark('(')) && self.left.first().is_some_and(|it| it == "func")
        {
            word.clone_into(&mut self.function);
        }
        if self.frames.iter().any(|frame| frame.outer == "Subcommands") {
            self.source.nested.push(word.to_owned());
        }
        let Some(frame) = self.frames.last_mut() else { return };
        if !frame.is_call && next == Some(&Kind::Mark(':')) {
            word.clone_into(&mut frame.key);
        }
        frame.push(Piece::Name(word.to_owned()));
    }

    fn literal(&mut self, value: &str, next: Option<&Kind>, line: u32) {
        let Some(frame) = self.frames.last_mut() else { return };
        if !frame.is_call && next == Some(&Kind::Mark(':')) {
            value.clone_into(&mut frame.key);
            return;
        }
        let name = [&frame.key, &self.assigned].into_iter().find(|it| !it.is_empty());
        let name = name.or(self.left.first()).cloned().unwrap_or_default();
        if value.len() < 300 {
            let mut before = frame.texts.clone();
            if before.is_empty() && frame.is_call {
                before.clone_from(&frame.chained);
            }
            self.source.literals.push(Literal {
                value: value.to_owned(),
                line,
                call: frame.call.clone(),
                position: frame.arguments.len().saturating_sub(1),
                name,
                outer: frame.outer.clone(),
                within: self.function.clone(),
                before,
            });
            if frame.texts.len() < MOST_BEFORE {
                frame.texts.push(value.to_owned());
            }
            frame.push(Piece::Literal(value.to_owned()));
        }
    }

    /// The key or variable that gets what follows; the elements of a list share that of the list.
    fn given_to(&self) -> String {
        let around = self.frames.last().filter(|frame| !frame.is_call);
        let key = self.frames.last().map(|frame| &frame.key).filter(|key| !key.is_empty());
        let list = around.map(|frame| &frame.outer).filter(|outer| !outer.is_empty());
        key.or(list).unwrap_or(&self.assigned).clone()
    }

    fn mark(&mut self, mark: char, opener: String, line: u32) {
        // `const (`, `var (`
        let is_group = opener.is_empty() && self.left.is_empty();
        match mark {
            '(' | '{' | '[' => self.frames.push(Frame {
                call: match opener.as_str() {
                    _ if mark == '[' => String::new(),
                    "struct" => self.left.first().cloned().unwrap_or_default(),
                    _ => opener,
                },
                line,
                is_call: mark == '(' && !is_group,
                chained: std::mem::take(&mut self.chained),
                outer: self.given_to(),
                ..Frame::default()
            }),
            ')' | '}' | ']' if self.frames.len() > 1 => {
                let Some(frame) = self.frames.pop() else { return };
                self.chained = if mark == ')' { frame.texts } else { Vec::new() };
                let function = frame.call.rsplit('.').next().unwrap_or_default();
                let is_address = frame.arguments.iter().any(|argument| names_variable(argument));
                let is_kept = is_address || function == ADD_COMMAND || self.listens.contains(&function);
                if frame.is_call && is_kept {
                    self.source.calls.push(Call {
                        name: frame.call.clone(),
                        line: frame.line,
                        within: self.function.clone(),
                        arguments: frame.arguments.clone(),
                    });
                }
                if let Some(parent) = self.frames.last_mut().filter(|parent| parent.is_call && frame.is_call) {
                    frame.arguments.into_iter().flatten().for_each(|piece| parent.push(piece));
                }
            }
            ',' => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.key.clear();
                    if frame.arguments.is_empty() {
                        frame.arguments.push(Vec::new());
                    }
                    frame.arguments.push(Vec::new());
                }
            }
            ';' => {
                self.left.clear();
                self.assigned.clear();
            }
            _ => {}
        }
        if mark != '.' && mark != ')' {
            self.chained.clear();
        }
    }
}

impl Frame {
    fn push(&mut self, piece: Piece) {
        if !self.is_call {
            return;
        }
        match self.arguments.last_mut() {
            Some(last) if last.len() < 12 => last.push(piece),
            Some(_) => {}
            None => self.arguments.push(vec![piece]),
        }
    }
}

/// Whether the last of these tokens compare: what follows is looked for, not used.
fn is_compared(tokens: &[Token]) -> bool {
    match tokens {
        [.., Token { kind: Kind::Mark(first), .. }, Token { kind: Kind::Mark('='), .. }] => {
            matches!(first, '=' | '!' | '<' | '>')
        }
        [.., Token { kind: Kind::Mark(mark), .. }] => matches!(mark, '<' | '>'),
        _ => false,
    }
}

/// Whether an argument is `":"` and a variable of the environment.
fn names_variable(argument: &[Piece]) -> bool {
    argument.windows(2).any(|pair| match pair {
        [Piece::Literal(colon), Piece::Name(name)] => colon == ":" && name.ends_with("Getenv"),
        _ => false,
    })
}
