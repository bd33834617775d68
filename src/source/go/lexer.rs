//! The words of Go source: enough of the language to tell code from comments and text.

use std::borrow::Cow;

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind<'a> {
    /// A name or keyword.
    Word(&'a str),
    /// The value of a string literal.
    Text(Cow<'a, str>),
    /// A number as it is written.
    Number(&'a str),
    /// A punctuation mark; `:=` is `:` and `=`.
    Mark(char),
    /// A line comment that speaks to a tool: `//go:embed x`, without the slashes.
    Directive(&'a str),
    /// The end of a line.
    Line,
}

/// A token and where it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind<'a>,
    /// Its one-based line.
    pub line: u32,
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

/// The tokens of a source text. Text that is no Go gives some tokens too, never an error.
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0, line: 1 }
}

/// See [`tokens`].
#[derive(Debug)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Tokens<'a> {
    /// Goes on for `length` bytes, counting lines.
    fn take(&mut self, length: usize) -> &'a str {
        let taken = &self.text[self.at..self.at + length];
        self.line += u32::try_from(taken.matches('\n').count()).unwrap_or(0);
        self.at += length;
        taken
    }

    fn comment(&mut self) -> Option<Kind<'a>> {
        let rest = &self.text[self.at..];
        if let Some(line) = rest.strip_prefix("//") {
            let line = line.split('\n').next().unwrap_or_default();
            self.take(line.len() + 2);
            let line = line.trim_end();
            return (line.starts_with("go:") || line.starts_with(" +build "))
                .then(|| Kind::Directive(line.trim_start()));
        }
        let end = rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
        self.take(end);
        None
    }

    fn quoted(&mut self, quote: char) -> Kind<'a> {
        let rest = &self.text[self.at + 1..];
        let raw = quote == '`';
        let mut escaped = false;
        let mut length = rest.len();
        for (index, c) in rest.char_indices() {
            if escaped {
                escaped = false;
            } else if c == '\\' && !raw {
                escaped = true;
            } else if c == quote || c == '\n' && !raw {
                length = index;
                break;
            }
        }
        let value = &rest[..length];
        let end = usize::from(rest[length..].starts_with(quote));
        self.take(1 + length + end);
        match quote {
            '\'' => Kind::Number(value),
            '"' if value.contains('\\') => Kind::Text(unescape(value).into()),
            _ => Kind::Text(value.into()),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = &self.text[self.at..];
            let first = rest.chars().next()?;
            let (line, start) = (self.line, self.at);
            let kind = match first {
                '\n' => {
                    self.take(1);
                    Kind::Line
                }
                c if c.is_whitespace() => {
                    self.take(c.len_utf8());
                    continue;
                }
                '/' if rest.starts_with("//") || rest.starts_with("/*") => match self.comment() {
                    Some(kind) => kind,
                    None => continue,
                },
                '"' | '`' | '\'' => self.quoted(first),
                c if c.is_ascii_digit() => {
                    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
                    Kind::Number(self.take(rest.find(|c| !is_part(c)).unwrap_or(rest.len())))
                }
                c if c.is_alphabetic() || c == '_' => {
                    let is_part = |c: char| c.is_alphanumeric() || c == '_';
                    Kind::Word(self.take(rest.find(|c| !is_part(c)).unwrap_or(rest.len())))
                }
                c => {
                    self.take(c.len_utf8());
                    Kind::Mark(c)
                }
            };
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            return Some(Token { kind, line, start: offset(start), end: offset(self.at) });
        }
    }
}

/// The value of an interpreted string: the simple escapes, anything else as it stands.
fn unescape(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match (c, c == '\\') {
            (_, true) => match rest.next() {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some('r') => value.push('\r'),
                Some(other) => value.push(other),
                None => {}
            },
            (c, false) => value.push(c),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_text_are_told_from_code() {
        let text = "//go:build ignore\n/* \"x\" */ f(\"a\\\"b\", `c\\`, '\"') // func main\n";
        let kinds: Vec<Kind> = tokens(text).map(|token| token.kind).collect();
        let expected = [
            Kind::Directive("go:build ignore"),
            Kind::Line,
            Kind::Word("f"),
            Kind::Mark('('),
            Kind::Text("a\"b".into()),
            Kind::Mark(','),
            Kind::Text("c\\".into()),
            Kind::Mark(','),
            Kind::Number("\""),
            Kind::Mark(')'),
            Kind::Line,
        ];
        assert_eq!(kinds, expected);
        assert_eq!(tokens("`a\nb` x").last().map(|token| token.line), Some(2));
    }
}
