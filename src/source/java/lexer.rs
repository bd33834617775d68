//! The tokens of Java, Kotlin, Scala and Groovy: comments are left out, texts are values, templates have their expressions.

/// Texts lie within the templates of other texts at most this deep.
const DEEPEST_TEMPLATE: usize = 8;

/// A language of the JVM, as far as its tokens differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Java.
    Java,
    /// Kotlin: comments nest, and texts are templates.
    Kotlin,
    /// Scala: comments nest, and texts with a letter in front are templates.
    Scala,
    /// Groovy: texts in single quotes, too.
    Groovy,
}

impl Dialect {
    /// The dialect of a file, by its ending.
    pub fn of(path: &str) -> Self {
        match path.rsplit('.').next() {
            Some("kt" | "kts") => Self::Kotlin,
            Some("scala" | "sc") => Self::Scala,
            Some("groovy") => Self::Groovy,
            _ => Self::Java,
        }
    }
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A name or a keyword.
    Word(String),
    /// A text; with its parts where expressions stand in it.
    Text(Vec<Part>),
    /// A number; nothing where it is no whole one.
    Number(Option<i64>),
    /// An operator or a bracket: the longest of those that the reader knows.
    Mark(&'static str),
    /// Any other character.
    Other(char),
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Characters.
    Characters(String),
    /// The expression of a template.
    Expression(Vec<Token>),
}

/// A token and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// The first byte.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
    /// Whether it is the first of its line.
    pub begins_line: bool,
}

/// The operators and brackets that mean something to the reader, the longer ones first.
const MARKS: &[&str] = &[
    "...", "===", "!==", "<<=", ">>=", "->", "=>", "::", "?.", "?:", "!!", "==", "!=", "<=", ">=", "+=", "-=", "*=",
    "/=", "&&", "||", "++", "--", "..", "<-", "(", ")", "[", "]", "{", "}", "<", ">", ",", ";", ".", ":", "?", "=",
    "+", "-", "*", "/", "%", "!", "&", "|", "@", "#",
];

/// The tokens of a text.
pub fn tokens(text: &str, dialect: Dialect) -> Vec<Token> {
    let mut lexer = Lexer { text, dialect, at: 0, depth: 0, begins_line: true, found: Vec::new() };
    while lexer.at < text.len() {
        lexer.step();
    }
    lexer.found
}

struct Lexer<'a> {
    text: &'a str,
    dialect: Dialect,
    at: usize,
    depth: usize,
    begins_line: bool,
    found: Vec<Token>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn step(&mut self) {
        let start = self.at;
        let Some(first) = self.rest().chars().next() else { return };
        if first.is_whitespace() {
            self.begins_line |= first == '\n';
            self.at += first.len_utf8();
            return;
        }
        if self.comment() {
            return;
        }
        let kind = if let Some(parts) = self.literal(first) {
            Kind::Text(parts)
        } else if first.is_alphabetic() || matches!(first, '_' | '$' | '`') {
            self.word(first)
        } else if first.is_ascii_digit() {
            self.number()
        } else if let Some(mark) = MARKS.iter().find(|mark| self.rest().starts_with(**mark)) {
            self.at += mark.len();
            Kind::Mark(mark)
        } else {
            self.at += first.len_utf8();
            Kind::Other(first)
        };
        let begins_line = std::mem::take(&mut self.begins_line);
        self.found.push(Token { kind, start, end: self.at, begins_line });
    }

    /// Steps over a comment.
    fn comment(&mut self) -> bool {
        let rest = self.rest();
        if rest.starts_with("//") || self.at == 0 && rest.starts_with("#!") {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return true;
        }
        if !rest.starts_with("/*") {
            return false;
        }
        let nests = matches!(self.dialect, Dialect::Kotlin | Dialect::Scala);
        let (bytes, mut depth, mut length) = (rest.as_bytes(), 1_usize, 2);
        while depth > 0 && length < bytes.len() {
            match bytes.get(length..length + 2) {
                Some(b"*/") => (depth, length) = (depth - 1, length + 2),
                Some(b"/*") if nests => (depth, length) = (depth + 1, length + 2),
                _ => length += 1,
            }
        }
        self.at += length;
        true
    }

    fn word(&mut self, first: char) -> Kind {
        let rest = self.rest();
        if first == '`' {
            let inner = rest[1..].split('`').next().unwrap_or_default().to_owned();
            self.at += (inner.len() + 2).min(rest.len());
            return Kind::Word(inner);
        }
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let word = rest[..length].to_owned();
        self.at += length;
        Kind::Word(word)
    }

    fn number(&mut self) -> Kind {
        let rest = self.rest();
        let mut length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let digits = rest[..length].replace('_', "");
        let is_fraction =
            rest[length..].starts_with('.') && rest[length + 1..].starts_with(|c: char| c.is_ascii_digit());
        if is_fraction {
            let fraction = &rest[length + 1..];
            length += 1 + fraction.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(fraction.len());
        }
        self.at += length;
        let value = match digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
            Some(digits) => i64::from_str_radix(digits.trim_end_matches(['L', 'l']), 16).ok(),
            None => digits.trim_end_matches(['L', 'l']).parse().ok(),
        };
        Kind::Number(value.filter(|_| !is_fraction))
    }

    /// Reads a text or a character; a character is a text of one letter.
    fn literal(&mut self, first: char) -> Option<Vec<Part>> {
        let rest = self.rest();
        let (prefix, quotes) = match (self.dialect, first) {
            (Dialect::Scala, letter) if letter.is_ascii_lowercase() => {
                let length = rest.find(|c: char| !c.is_ascii_lowercase()).filter(|length| *length <= 3)?;
                (length, rest.get(length..).filter(|quotes| quotes.starts_with('"'))?)
            }
            (_, '"' | '\'') => (0, rest),
            _ => return None,
        };
        let is_template = match self.dialect {
            Dialect::Java => false,
            Dialect::Kotlin | Dialect::Groovy => first == '"',
            Dialect::Scala => prefix > 0,
        };
        let three = if first == '\'' { "'''" } else { "\"\"\"" };
        let is_block = quotes.starts_with(three) && (first != '\'' || self.dialect == Dialect::Groovy);
        let quote = if is_block { three } else { &three[..1] };
        // A symbol or a type parameter of Scala: `'name`.
        if first == '\'' && self.dialect == Dialect::Scala && !rest[1..].starts_with('\\') {
            rest.char_indices().nth(2).filter(|(_, c)| *c == '\'')?;
        }
        let escapes = !is_block || matches!(self.dialect, Dialect::Java | Dialect::Groovy);
        let is_layout = is_block && self.dialect == Dialect::Java;
        self.at += prefix + quote.len();
        let parts = self.text_until(quote, escapes, is_template);
        Some(if is_layout { parts.into_iter().map(without_indentation).collect() } else { parts })
    }

    /// Reads to the quote behind a text; one that does not end goes to the end of its line, or of the file.
    fn text_until(&mut self, quote: &str, escapes: bool, is_template: bool) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut characters = String::new();
        while let Some(c) = self.rest().chars().next() {
            if self.rest().starts_with(quote) {
                self.at += quote.len();
                break;
            }
            if c == '\n' && quote.len() == 1 {
                break;
            }
            if c == '$'
                && is_template
                && let Some(expression) = self.template()
            {
                if !characters.is_empty() {
                    parts.push(Part::Characters(std::mem::take(&mut characters)));
                }
                parts.push(Part::Expression(expression));
                continue;
            }
            self.at += c.len_utf8();
            if c == '\\' && escapes {
                characters.extend(self.escape());
            } else {
                characters.push(c);
            }
        }
        if !characters.is_empty() || parts.is_empty() {
            parts.push(Part::Characters(characters));
        }
        parts
    }

    fn escape(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        match c {
            'n' => Some('\n'),
            't' => Some('\t'),
            'r' => Some('\r'),
            '\n' => None,
            'u' => {
                let digits = self.rest().get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok())?;
                self.at += 4;
                char::from_u32(digits)
            }
            other => Some(other),
        }
    }

    /// The tokens of `$name` or `${expression}`.
    fn template(&mut self) -> Option<Vec<Token>> {
        if self.depth >= DEEPEST_TEMPLATE {
            return None;
        }
        let (outer, begins_line) = (std::mem::take(&mut self.found), self.begins_line);
        let start = self.at;
        self.begins_line = false;
        self.depth += 1;
        self.at += 1;
        if self.rest().starts_with('{') {
            self.at += 1;
            let mut open = 1_usize;
            while open > 0 && self.at < self.text.len() {
                let before = self.found.len();
                self.step();
                if self.found.len() == before {
                    continue;
                }
                match self.found.last().map(|token| &token.kind) {
                    Some(Kind::Mark("{")) => open += 1,
                    Some(Kind::Mark("}")) => open -= 1,
                    _ => continue,
                }
                if open == 0 {
                    self.found.pop();
                }
            }
        } else if self.rest().starts_with(|c: char| c.is_alphabetic() || c == '_') {
            let rest = self.rest();
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let kind = Kind::Word(rest[..length].to_owned());
            self.found.push(Token { kind, start: self.at, end: self.at + length, begins_line: false });
            self.at += length;
        }
        self.depth -= 1;
        self.begins_line = begins_line;
        let inner = std::mem::replace(&mut self.found, outer);
        if self.at == start + 1 {
            self.at = start;
            return None;
        }
        Some(inner)
    }
}

/// A text block without the line break behind its quotes and the indentation of its lines.
fn without_indentation(part: Part) -> Part {
    let Part::Characters(text) = part else { return part };
    let text = text.strip_prefix('\n').unwrap_or(&text);
    let lines = || text.split('\n').filter(|line| !line.trim().is_empty());
    let indent = lines().map(|line| line.len() - line.trim_start().len()).min().unwrap_or_default();
    let lines: Vec<&str> = text.split('\n').map(|line| line.get(indent..).unwrap_or_default()).collect();
    Part::Characters(lines.join("\n"))
}
