//! The tokens of a source file in any of the languages, and what they say without a parser: enough to tell code from
//! comments and texts, and to see calls with simple arguments. For files that do not parse.

use crate::repo::Document;
use crate::source::{Argument, Assignment, Call, Coverage, Index, Language, Literal, Place, Value};

/// Calls within calls are arguments of each other up to this depth; below it, an argument is unknown.
const DEEPEST_ARGUMENT: usize = 8;
/// The longest regular expression of JavaScript, in characters.
const LONGEST_EXPRESSION: usize = 500;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// A name or keyword.
    Word,
    /// The value of a text.
    Text(String),
    /// A number that is a whole one.
    Number(Option<i64>),
    /// Any other character.
    Mark(char),
}

/// A token and where it stands.
#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
    line: u32,
}

/// What the tokens of a file say.
pub fn index(document: Document, language: Language) -> Index {
    let tokens = tokens(document.text(), language);
    let mut index = Index::new(document);
    index.coverage = Coverage::Tokens;
    let text = index.document().text().to_owned();
    Reader { text: &text, tokens: &tokens, index: &mut index, frames: vec![Frame::default()], path: None }.run();
    index.calls.sort_by_key(|call| call.place.start);
    index
}

/// The tokens of a text.
fn tokens(text: &str, language: Language) -> Vec<Token> {
    let mut lexer = Lexer { text, language, at: 0, line: 1, found: Vec::new() };
    while lexer.at < text.len() {
        lexer.step();
    }
    lexer.found
}

struct Lexer<'a> {
    text: &'a str,
    language: Language,
    at: usize,
    line: u32,
    found: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else { return };
        let line = self.line;
        let (length, kind) = if let Some(length) = self.comment(rest) {
            (length, None)
        } else if let Some((length, value)) = self.literal(rest) {
            (length, Some(Kind::Text(value)))
        } else if first.is_alphabetic() || first == '_' || first == '$' {
            (rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(rest.len()), Some(Kind::Word))
        } else if first.is_ascii_digit() {
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            (length, Some(Kind::Number(rest[..length].replace('_', "").parse().ok())))
        } else {
            (first.len_utf8(), (!first.is_whitespace()).then_some(Kind::Mark(first)))
        };
        self.found.extend(kind.map(|kind| Token { kind, start: self.at, end: self.at + length, line }));
        let newlines = rest[..length].bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
        self.at += length;
    }

    /// The length of a comment.
    fn comment(&self, rest: &str) -> Option<usize> {
        let line = || rest.find('\n').unwrap_or(rest.len());
        match self.language {
            Language::Python => rest.starts_with('#').then(line),
            _ if rest.starts_with("//") => Some(line()),
            _ if rest.starts_with("/*") => Some(block_comment(rest, self.language == Language::Rust)),
            Language::JavaScript if self.at == 0 && rest.starts_with("#!") => Some(line()),
            Language::JavaScript => self.regular_expression(rest),
            _ => None,
        }
    }

    /// The length of a regular expression of JavaScript, which is neither code nor a text that says something.
    fn regular_expression(&self, rest: &str) -> Option<usize> {
        let is_division = match self.found.last().map(|token| &token.kind) {
            None => false,
            Some(Kind::Mark(mark)) => matches!(mark, ')' | ']' | '}'),
            Some(Kind::Word) => self.found.last().is_some_and(|word| &self.text[word.start..word.end] != "return"),
            Some(_) => true,
        };
        if is_division || !rest.starts_with('/') {
            return None;
        }
        let (mut is_escaped, mut is_class) = (false, false);
        for (at, c) in rest.char_indices().skip(1).take(LONGEST_EXPRESSION) {
            match c {
                '\n' => return None,
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '[' => is_class = true,
                ']' => is_class = false,
                '/' if !is_class => return Some(at + 1),
                _ => {}
            }
        }
        None
    }

    /// The length and value of a text.
    fn literal(&self, rest: &str) -> Option<(usize, String)> {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let after_word = self.text[..self.at].chars().next_back().is_some_and(is_name);
        let quote = rest.chars().next()?;
        match (self.language, quote) {
            (Language::Rust, '\'') => rust_character(rest),
            (Language::Rust, 'r' | 'b') if !after_word => raw_rust(rest),
            (Language::Python, 'r' | 'b' | 'u' | 'f' | 'R' | 'B' | 'U' | 'F') if !after_word => {
                let prefix = rest.char_indices().take(3).find(|(_, c)| matches!(c, '"' | '\''))?.0;
                let is_prefix = rest[..prefix].chars().all(|c| "rbufRBUF".contains(c));
                let (length, value) = is_prefix.then(|| python_text(&rest[prefix..])).flatten()?;
                Some((prefix + length, value))
            }
            (Language::Python, _) => python_text(rest),
            (Language::Java, '"') if rest.starts_with("\"\"\"") => delimited(rest, "\"\"\"", true, true),
            (Language::Go, '`') => delimited(rest, "`", false, true),
            (Language::JavaScript, '`') => delimited(rest, "`", true, true),
            (_, '"') => delimited(rest, "\"", true, self.language == Language::Rust),
            (_, '\'') => delimited(rest, "'", true, false),
            _ => None,
        }
    }
}

fn block_comment(rest: &str, nests: bool) -> usize {
    if !nests {
        return rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
    }
    let (bytes, mut depth, mut at) = (rest.as_bytes(), 0_u32, 0);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn python_text(rest: &str) -> Option<(usize, String)> {
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote))?;
    delimited(rest, quote, true, quote.len() == 3)
}

/// `'a'` is a character, `'a` a lifetime.
fn rust_character(rest: &str) -> Option<(usize, String)> {
    let mut characters = rest[1..].char_indices();
    match (characters.next(), characters.next()) {
        (Some((_, '\\')), _) => delimited(rest, "'", true, false),
        (Some(_), Some((at, '\''))) => Some((at + 2, rest[1..=at].to_owned())),
        _ => None,
    }
}

/// `r"…"`, `r#"…"#`, `b"…"`, `br"…"`.
fn raw_rust(rest: &str) -> Option<(usize, String)> {
    let inner = rest.strip_prefix('b').unwrap_or(rest);
    let Some(raw) = inner.strip_prefix('r') else {
        let (length, value) = inner.starts_with('"').then(|| delimited(inner, "\"", true, true)).flatten()?;
        return Some((length + rest.len() - inner.len(), value));
    };
    let hashes = raw.bytes().take_while(|byte| *byte == b'#').count();
    let body = raw[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let Some(length) = body.find(&end) else { return Some((rest.len(), body.to_owned())) };
    Some((rest.len() - body.len() + length + end.len(), body[..length].to_owned()))
}

/// The text between quotes; one that does not end goes to the end of the line, or of the file where it may span lines.
fn delimited(rest: &str, quote: &str, escapes: bool, may_span_lines: bool) -> Option<(usize, String)> {
    let (mut value, mut at) = (String::new(), quote.len());
    while at < rest.len() {
        if rest[at..].starts_with(quote) {
            return Some((at + quote.len(), value));
        }
        let c = rest[at..].chars().next()?;
        at += c.len_utf8();
        match c {
            '\n' if !may_span_lines => return Some((at - 1, value)),
            '\\' if escapes => {
                let Some(escaped) = rest[at..].chars().next() else { break };
                at += escaped.len_utf8();
                match escaped {
                    'n' => value.push('\n'),
                    't' => value.push('\t'),
                    'r' => value.push('\r'),
                    '\n' => {}
                    other => value.push(other),
                }
            }
            other => value.push(other),
        }
    }
    Some((rest.len(), value))
}

/// What is open: a call or any other bracket.
#[derive(Debug, Default)]
struct Frame {
    /// The call, where it is one.
    call: Option<Call>,
    /// The name in front of the argument or element that is being read.
    name: Option<String>,
    /// The pieces of that argument.
    pieces: Vec<Value>,
    /// Whether all that stands between the pieces is `+`.
    is_sum: bool,
    /// The first byte of the argument.
    start: Option<usize>,
    /// The elements before it, where it is a list or a group within a call.
    elements: Option<Vec<Value>>,
    /// Whether it is in parentheses: one element alone is that element.
    is_group: bool,
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    index: &'a mut Index,
    frames: Vec<Frame>,
    /// The dotted path that has been read up to here, and where it starts.
    path: Option<(String, usize, u32)>,
}

impl Reader<'_> {
    fn run(mut self) {
        for at in 0..self.tokens.len() {
            let token = &self.tokens[at];
            let next = self.tokens.get(at + 1);
            let is_mark = |mark: char| next.is_some_and(|next| next.kind == Kind::Mark(mark));
            match &token.kind {
                Kind::Word => self.word(at),
                Kind::Text(value) => {
                    let name = self.name_before(at);
                    let place = place(token);
                    self.index.texts.push(Literal { text: value.clone(), name, place });
                    self.value(at, Value::Text(value.clone()));
                    self.path = None;
                }
                Kind::Number(Some(number)) => {
                    self.value(at, Value::Number(*number));
                    self.path = None;
                }
                Kind::Number(None) => self.push(Value::Unknown, token.start),
                Kind::Mark('(') => {
                    let call = self.path.take().filter(|(path, _, _)| !is_keyword(path)).map(|(path, start, line)| {
                        let start = u32::try_from(start).unwrap_or(u32::MAX);
                        Call { path, place: Place { start, line, ..Place::default() }, ..Call::default() }
                    });
                    let elements = self.elements().filter(|_| call.is_none());
                    self.frames.push(Frame { call, is_sum: true, elements, is_group: true, ..Frame::default() });
                }
                Kind::Mark(mark @ ('[' | '{')) => {
                    self.path = None;
                    let elements = self.elements().filter(|_| *mark == '[');
                    self.frames.push(Frame { is_sum: true, elements, ..Frame::default() });
                }
                Kind::Mark(')' | ']' | '}') => self.close(token),
                Kind::Mark(',' | ';') => {
                    self.flush_path();
                    self.end_argument(token.start);
                }
                Kind::Mark('.' | '?') if is_mark('.') || self.path.is_some() && token.kind == Kind::Mark('.') => {}
                Kind::Mark(':') if is_mark(':') || at > 0 && self.tokens[at - 1].kind == Kind::Mark(':') => {}
                Kind::Mark('=' | ':') => {
                    let name = self.path.take().map(|(path, _, _)| path);
                    if let Some(frame) = self.frames.last_mut() {
                        frame.name = name.filter(|_| frame.pieces.is_empty());
                    }
                }
                Kind::Mark(mark) => {
                    self.flush_path();
                    if let Some(frame) = self.frames.last_mut() {
                        frame.is_sum &= matches!(mark, '+' | '&' | '*');
                    }
                }
            }
        }
        while self.frames.len() > 1 {
            self.frames.pop();
        }
    }

    /// A new list of elements, where brackets here stand within a call and not too deep.
    fn elements(&self) -> Option<Vec<Value>> {
        let is_read = self.frames.last().is_some_and(|frame| frame.call.is_some() || frame.elements.is_some());
        (is_read && self.frames.len() < DEEPEST_ARGUMENT).then(Vec::new)
    }

    fn word(&mut self, at: usize) {
        let token = &self.tokens[at];
        let word = &self.text[token.start..token.end];
        let joins = at > 0 && matches!(self.tokens[at - 1].kind, Kind::Mark('.' | ':'));
        let is_path = joins
            && (self.tokens[at - 1].kind == Kind::Mark('.') || at > 1 && self.tokens[at - 2].kind == Kind::Mark(':'));
        match (&mut self.path, is_path) {
            (Some((path, _, _)), true) => {
                path.push('.');
                path.push_str(word);
            }
            _ => {
                self.flush_path();
                self.path = Some((word.to_owned(), token.start, token.line));
            }
        }
    }

    /// A path that nothing was done with is a value itself.
    fn flush_path(&mut self) {
        if let Some((path, start, _)) = self.path.take().filter(|(path, _, _)| !is_keyword(path)) {
            let value = match path.as_str() {
                "true" | "True" => Value::Boolean(true),
                "false" | "False" => Value::Boolean(false),
                _ => Value::Name(path),
            };
            self.push(value, start);
        }
    }

    fn push(&mut self, value: Value, start: usize) {
        if let Some(frame) = self.frames.last_mut().filter(|frame| frame.call.is_some() || frame.elements.is_some()) {
            frame.start.get_or_insert(start);
            frame.pieces.push(value);
        }
    }

    fn value(&mut self, at: usize, value: Value) {
        let token = &self.tokens[at];
        let ends = self
            .tokens
            .get(at + 1)
            .is_none_or(|next| next.line > token.line || matches!(next.kind, Kind::Mark(';' | ',' | ')' | '}' | ']')));
        let is_call = self.frames.last().is_some_and(|frame| frame.call.is_some());
        if let Some(name) = self.name_before(at).filter(|_| ends && !is_call) {
            let is_constant = !name.is_empty() && name.chars().all(|c| c.is_uppercase() || c.is_numeric() || c == '_');
            let value_start = place(token).start;
            self.index.assignments.push(Assignment {
                name,
                value: value.clone(),
                is_constant,
                place: place(token),
                value_start,
            });
        }
        self.push(value, token.start);
    }

    /// The name in front of a value: `name = value`, `name: value`, `"name": value`.
    fn name_before(&self, at: usize) -> Option<String> {
        let mark = self.tokens.get(at.checked_sub(1)?)?;
        let mut before = at.checked_sub(2)?;
        if !matches!(mark.kind, Kind::Mark('=' | ':')) {
            return None;
        }
        if matches!(self.tokens.get(before)?.kind, Kind::Mark(':')) {
            before = before.checked_sub(1)?;
        }
        let token = self.tokens.get(before)?;
        match &token.kind {
            Kind::Word => Some(self.text[token.start..token.end].to_owned()),
            Kind::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn end_argument(&mut self, end: usize) {
        let Some(frame) = self.frames.last_mut() else { return };
        let pieces = std::mem::take(&mut frame.pieces);
        let (name, start) = (frame.name.take(), frame.start.take());
        let is_sum = std::mem::replace(&mut frame.is_sum, true);
        let Some(start) = start else { return };
        let value = match (pieces.len(), is_sum) {
            (1, _) => pieces.into_iter().next().unwrap_or_default(),
            (_, true) => Value::Joined(pieces),
            _ => Value::Unknown,
        };
        if let Some(elements) = &mut frame.elements {
            elements.push(value);
            return;
        }
        let Some(call) = &mut frame.call else { return };
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        call.arguments.push(Argument { name, value, start, end: u32::try_from(end).unwrap_or(u32::MAX) });
    }

    fn close(&mut self, token: &Token) {
        self.flush_path();
        self.end_argument(token.start);
        if self.frames.len() < 2 {
            return;
        }
        let Some(frame) = self.frames.pop() else { return };
        let Some(mut call) = frame.call else {
            let value = match frame.elements {
                Some(mut elements) if frame.is_group && elements.len() == 1 => elements.remove(0),
                Some(elements) => Value::List(elements),
                None => Value::Unknown,
            };
            self.push(value, token.start);
            return;
        };
        call.place.end = u32::try_from(token.end).unwrap_or(u32::MAX);
        let value =
            if self.frames.len() < DEEPEST_ARGUMENT { Value::Call(Box::new(call.clone())) } else { Value::Unknown };
        let follows = self.tokens.partition_point(|other| other.start <= token.start);
        if self.tokens.get(follows).is_some_and(|next| matches!(next.kind, Kind::Mark('.'))) && call.path.len() < 200 {
            self.path = Some((format!("{}()", call.path), call.place.start as usize, call.place.line));
        } else {
            self.push(value, call.place.start as usize);
        }
        self.index.calls.push(call);
    }
}

fn place(token: &Token) -> Place {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Place { start: offset(token.start), end: offset(token.end), line: token.line, ..Place::default() }
}

/// Words in front of a parenthesis that call nothing, and words that are no values.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "if" | "for"
            | "while"
            | "switch"
            | "match"
            | "return"
            | "catch"
            | "func"
            | "function"
            | "fn"
            | "def"
            | "await"
            | "async"
            | "new"
            | "let"
            | "const"
            | "var"
            | "val"
            | "in"
            | "of"
            | "not"
            | "and"
            | "or"
            | "lambda"
            | "try"
            | "else"
            | "case"
            | "typeof"
            | "super"
            | "with"
            | "when"
            | "elif"
            | "throw"
            | "yield"
            | "public"
            | "private"
            | "static"
            | "final"
            | "mut"
            | "pub"
            | "import"
            | "from"
            | "class"
            | "struct"
            | "enum"
            | "interface"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Index {
        index(Document::new(name, text), Language::of(name).unwrap())
    }

    /// The calls as `path(argument, …)` with what is known of the arguments.
    fn calls(name: &str, text: &str) -> Vec<String> {
        let shown = |argument: &Argument| match (&argument.name, argument.value.known_text()) {
            (Some(name), Some(value)) => format!("{name}={value}"),
            (_, Some(value)) => value,
            _ => "?".into(),
        };
        let all = read(name, text).calls;
        all.iter()
            .map(|call| format!("{}({})", call.path, call.arguments.iter().map(shown).collect::<Vec<_>>().join(", ")))
            .collect()
    }

    #[test]
    fn calls_are_seen_in_every_language() {
        let cases = [
            ("a.js", "app.listen(3000, 'h')", "app.listen(3000, h)"),
            ("a.py", "app.run(host='h', port=80)", "app.run(host=h, port=80)"),
            ("a.go", "http.ListenAndServe(\":80\", nil)", "http.ListenAndServe(:80, ?)"),
            ("A.java", "new ServerSocket(80);", "ServerSocket(80)"),
            ("a.rs", "TcpListener::bind(\"a:1\")", "TcpListener.bind(a:1)"),
            ("a.rs", "f(r#\"x\"y\"#)", "f(x\"y)"),
            ("a.ts", "f('a' + 'b')", "f(ab)"),
        ];
        for (name, text, expected) in cases {
            assert_eq!(calls(name, text), [expected], "{text}");
        }
        assert_eq!(
            calls("a.js", "http.createServer(app).listen(80)"),
            ["http.createServer(?)", "http.createServer().listen(80)"]
        );
    }

    #[test]
    fn comments_and_texts_are_no_code() {
        let cases = [
            ("a.js", "// f(1)\n/* f(2) */ const s = 'f(3)' + `f(4)`; /f(5)/.source"),
            ("a.py", "# f(1)\n'''f(2)'''\nx = r'f(3)'"),
            ("a.go", "// f(1)\n/* f(2) */ x := `f(3)`"),
            ("A.java", "// f(1)\n/* f(2) */ String x = \"f(3)\"; String y = \"\"\"\nf(4)\"\"\";"),
            ("a.rs", "// f(1)\n/* /* */ f(2) */ let x = \"f(3)\"; let c = '('; struct S<'a>(&'a str);"),
        ];
        for (name, text) in cases {
            assert!(!calls(name, text).iter().any(|call| call.starts_with("f(")), "{name}: {:?}", calls(name, text));
        }
    }

    #[test]
    fn what_gets_a_name_is_assigned() {
        let index = read("a.go", "const port = 80\nvar name = \"x\"\nc := Config{Host: \"h\"}");
        let named: Vec<_> =
            index.assignments.iter().map(|it| (it.name.as_str(), it.value.known_text().unwrap())).collect();
        assert_eq!(named, [("port", "80".to_owned()), ("name", "x".to_owned()), ("Host", "h".to_owned())]);
        assert_eq!(index.texts[1].name.as_deref(), Some("Host"));
    }

    #[test]
    fn what_is_no_program_has_tokens_too() {
        read("a.js", &"\\\"".repeat(5000));
        read("a.js", &"(/[".repeat(5000));
        read("a.rs", &"r##\"".repeat(5000));
        for text in ["(((", ")))", "'", "\"\\", "/*", "`${", "f(", "a.", "::", "=", "r#\"", "'''", "/x", "\u{feff}é(1)"]
        {
            for name in ["a.js", "a.py", "a.go", "A.java", "a.rs"] {
                read(name, text);
            }
        }
        read("a.js", &"f(".repeat(5000));
        read("a.js", &"f(".repeat(5000).chars().chain(")".repeat(5000).chars()).collect::<String>());
    }
}
