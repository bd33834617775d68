//! Words as BuildKit reads them: quotes, escapes and variables, in one pass.

use std::iter::Peekable;
use std::str::Chars;

use regex::Regex;

/// Braces within braces, deeper than this, are not followed.
const DEEPEST: usize = 100;

/// What is known of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Variable {
    /// It has this value.
    Set(String),
    /// It is known not to be set.
    Unset,
    /// Nothing is known of it.
    Unknown,
}

/// Why BuildKit refuses a word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordError {
    /// A quote that nothing closes.
    #[error("a quote `{0}` is not closed")]
    Quote(char),
    /// A `${` that nothing closes.
    #[error("`${{` is not closed by a `}}`")]
    Brace,
    /// A `${}` without a name.
    #[error("`${{` is not followed by the name of a variable")]
    Substitution,
    /// An operator that BuildKit does not have.
    #[error("`{0}` is no operator that may stand in `${{…}}`")]
    Operator(String),
    /// A pattern that can't be read.
    #[error("`{0}` is no pattern")]
    Pattern(String),
    /// `${NAME:?message}` of a variable that is not set.
    #[error("`{0}` must be set")]
    Required(String),
    /// Braces within braces, deeper than is looked.
    #[error("braces are nested too deeply")]
    Depth,
}

/// What becomes of quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// They are removed.
    Removed,
    /// They stay, and still keep blanks together.
    Kept,
    /// They are characters like any other.
    Plain,
}

/// How a text is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    /// The escape character.
    pub escape: char,
    /// What becomes of quotes.
    pub quotes: Quotes,
    /// Whether escapes stay.
    pub raw_escapes: bool,
    /// Whether variables that are not set stay as they are written.
    pub keeps_unset: bool,
}

/// A text that was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// All of it.
    pub text: String,
    /// Its words, where blanks outside quotes end one.
    pub words: Vec<String>,
    /// The variables that it names and that are not known to be set.
    pub unset: Vec<String>,
    /// Whether a variable's value was needed that is not known.
    pub unknown: bool,
}

/// Reads a text.
pub(super) fn read(text: &str, reading: Reading, lookup: &dyn Fn(&str) -> Variable) -> Result<Read, WordError> {
    let mut lexer =
        Lexer { rest: text.chars().peekable(), reading, lookup, unset: Vec::new(), unknown: false, depth: 0 };
    let (text, words) = lexer.until(None, reading.raw_escapes)?;
    Ok(Read { text, words, unset: lexer.unset, unknown: lexer.unknown })
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    reading: Reading,
    lookup: &'a dyn Fn(&str) -> Variable,
    unset: Vec<String>,
    unknown: bool,
    depth: usize,
}

/// The words of a text while it is read.
#[derive(Default)]
struct Words {
    done: Vec<String>,
    word: String,
}

impl Words {
    fn character(&mut self, c: char) {
        if !c.is_whitespace() {
            self.word.push(c);
        } else if !self.word.is_empty() {
            self.done.push(std::mem::take(&mut self.word));
        }
    }

    fn end(mut self) -> Vec<String> {
        if !self.word.is_empty() {
            self.done.push(self.word);
        }
        self.done
    }
}

impl Lexer<'_> {
    /// Reads up to a character, which is consumed, or to the end.
    fn until(&mut self, stop: Option<char>, raw_escapes: bool) -> Result<(String, Vec<String>), WordError> {
        let before = std::mem::replace(&mut self.reading.raw_escapes, raw_escapes);
        let mut text = String::new();
        let mut words = Words::default();
        while let Some(&c) = self.rest.peek() {
            if Some(c) == stop {
                self.rest.next();
                self.reading.raw_escapes = before;
                return Ok((text, words.end()));
            }
            match c {
                '$' => {
                    let value = self.dollar()?;
                    value.chars().for_each(|c| words.character(c));
                    text.push_str(&value);
                }
                '<' => {
                    let opening = self.angle();
                    words.word.push_str(&opening);
                    text.push_str(&opening);
                }
                '\'' | '"' if self.reading.quotes != Quotes::Plain => {
                    let quoted = if c == '"' { self.double()? } else { self.single()? };
                    words.word.push_str(&quoted);
                    text.push_str(&quoted);
                }
                c if c == self.reading.escape => {
                    self.rest.next();
                    if raw_escapes {
                        words.word.push(c);
                        text.push(c);
                    }
                    let Some(c) = self.rest.next() else { break };
                    words.word.push(c);
                    text.push(c);
                }
                c => {
                    self.rest.next();
                    words.character(c);
                    text.push(c);
                }
            }
        }
        self.reading.raw_escapes = before;
        if stop.is_some() { Err(WordError::Brace) } else { Ok((text, words.end())) }
    }

    /// A `<`; two of them take the blanks behind them along, since a heredoc's name may follow.
    fn angle(&mut self) -> String {
        let mut text = String::from("<");
        self.rest.next();
        if self.rest.next_if_eq(&'<').is_some() {
            text.push('<');
            while let Some(blank) = self.rest.next_if(|c| matches!(c, '\t' | '\r' | ' ')) {
                text.push(blank);
            }
        }
        text
    }

    fn single(&mut self) -> Result<String, WordError> {
        let mut text = String::new();
        self.quote(&mut text);
        loop {
            match self.rest.peek() {
                None => return Err(WordError::Quote('\'')),
                Some('\'') => {
                    self.quote(&mut text);
                    return Ok(text);
                }
                Some(_) => text.extend(self.rest.next()),
            }
        }
    }

    fn double(&mut self) -> Result<String, WordError> {
        let mut text = String::new();
        let escape = self.reading.escape;
        self.quote(&mut text);
        loop {
            match self.rest.peek() {
                None => return Err(WordError::Quote('"')),
                Some('"') => {
                    self.quote(&mut text);
                    return Ok(text);
                }
                Some('$') => text.push_str(&self.dollar()?),
                Some(_) => {
                    let mut c = self.rest.next().unwrap_or_default();
                    if c == escape {
                        if self.reading.raw_escapes {
                            text.push(c);
                        }
                        let next = self.rest.next_if(|c| matches!(c, '"' | '$') || *c == escape);
                        if next.is_none() && self.rest.peek().is_none() {
                            continue;
                        }
                        c = next.unwrap_or(c);
                    }
                    text.push(c);
                }
            }
        }
    }

    /// Consumes a quote and keeps it where quotes are kept.
    fn quote(&mut self, text: &mut String) {
        let quote = self.rest.next();
        if self.reading.quotes == Quotes::Kept {
            text.extend(quote);
        }
    }

    /// A `$` and the variable behind it.
    fn dollar(&mut self) -> Result<String, WordError> {
        self.rest.next();
        if self.rest.next_if_eq(&'{').is_none() {
            let name = self.name();
            return Ok(match name.as_str() {
                "" => "$".to_owned(),
                name => self.value(name, || format!("${name}")),
            });
        }
        match self.rest.peek() {
            None => return Err(WordError::Brace),
            Some('{' | '}' | ':') => return Err(WordError::Substitution),
            Some(_) => {}
        }
        let name = self.name();
        let Some(first) = self.rest.next() else { return Err(WordError::Brace) };
        if first == '}' {
            return Ok(self.value(&name, || format!("${{{name}}}")));
        }
        if self.depth == DEEPEST {
            return Err(WordError::Depth);
        }
        self.depth += 1;
        let value = if first == '/' { self.replaced(&name) } else { self.operated(&name, first) };
        self.depth -= 1;
        value
    }

    /// The value of a variable that stands alone.
    fn value(&mut self, name: &str, written: impl Fn() -> String) -> String {
        match self.look_up(name) {
            Variable::Set(value) => value,
            Variable::Unset if self.reading.keeps_unset => written(),
            Variable::Unset => String::new(),
            Variable::Unknown => {
                self.unknown = true;
                String::new()
            }
        }
    }

    fn look_up(&mut self, name: &str) -> Variable {
        let value = (self.lookup)(name);
        if value == Variable::Unset {
            self.unset.push(name.to_owned());
        }
        value
    }

    /// `${name:-word}` and the like, from behind the first character of the operator.
    fn operated(&mut self, name: &str, first: char) -> Result<String, WordError> {
        let (or_empty, operator) = match first {
            ':' => (true, self.rest.next().ok_or(WordError::Brace)?),
            other => (false, other),
        };
        let written = || if or_empty { format!(":{operator}") } else { operator.to_string() };
        let cuts = matches!(operator, '#' | '%');
        if !matches!(operator, '+' | '-' | '?' | '#' | '%') || or_empty && cuts {
            return Err(WordError::Operator(written()));
        }
        let (word, _) = self.until(Some('}'), cuts)?;
        let variable = match operator {
            // A default or a test says itself what holds where there is none.
            '-' | '+' | '?' => (self.lookup)(name),
            _ => self.look_up(name),
        };
        let value = match variable {
            Variable::Unknown => {
                self.unknown = true;
                return Ok(String::new());
            }
            Variable::Unset if self.reading.keeps_unset => return Ok(format!("${{{name}{}{word}}}", written())),
            Variable::Unset => None,
            Variable::Set(value) if or_empty && value.is_empty() => None,
            Variable::Set(value) => Some(value),
        };
        match operator {
            '-' => Ok(value.unwrap_or(word)),
            '+' => Ok(value.map_or_else(String::new, |_| word)),
            '?' => value.ok_or_else(|| WordError::Required(name.to_owned())),
            _ => cut(&word, &value.unwrap_or_default(), operator),
        }
    }

    /// `${name/pattern/replacement}`, from behind the first `/`.
    fn replaced(&mut self, name: &str) -> Result<String, WordError> {
        let all = self.rest.next_if_eq(&'/').is_some();
        let (pattern, _) = self.until(Some('/'), true)?;
        let (replacement, _) = self.until(Some('}'), true)?;
        let value = match self.look_up(name) {
            Variable::Set(value) => value,
            Variable::Unset if self.reading.keeps_unset => {
                return Ok(format!("${{{name}/{pattern}/{replacement}}}"));
            }
            Variable::Unset => String::new(),
            Variable::Unknown => {
                self.unknown = true;
                return Ok(String::new());
            }
        };
        let regex = regex(&pattern, ".*", "")?;
        let with = regex::NoExpand(&replacement);
        Ok(if all { regex.replace_all(&value, with) } else { regex.replace(&value, with) }.into_owned())
    }

    /// The name of a variable: letters, digits and `_`, or digits alone, or one of the shell's own signs.
    fn name(&mut self) -> String {
        let mut name = String::new();
        match self.rest.peek() {
            Some(c) if c.is_numeric() => {
                while let Some(digit) = self.rest.next_if(|c| c.is_numeric()) {
                    name.push(digit);
                }
            }
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => name.extend(self.rest.next()),
            _ => {
                while let Some(c) = self.rest.next_if(|c| c.is_alphanumeric() || *c == '_') {
                    name.push(c);
                }
            }
        }
        name
    }
}

/// Cuts the shortest match of a pattern, the longest where the operator is doubled, from the start or the end of a value.
fn cut(word: &str, value: &str, operator: char) -> Result<String, WordError> {
    let (pattern, star) = word.strip_prefix(operator).map_or((word, ".*?"), |pattern| (pattern, ".*"));
    if operator == '#' {
        let regex = regex(pattern, star, "^")?;
        return Ok(regex.find(value).map_or(value, |found| &value[found.end()..]).to_owned());
    }
    let backwards: String = value.chars().rev().collect();
    let regex = regex(&reversed(pattern), star, "^")?;
    let rest = regex.find(&backwards).map_or(backwards.as_str(), |found| &backwards[found.end()..]);
    Ok(rest.chars().rev().collect())
}

/// A pattern read backwards; what is escaped stays behind its escape.
fn reversed(pattern: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        let mut part = String::from(c);
        if c == '\\' {
            part.extend(rest.next());
        }
        parts.push(part);
    }
    parts.into_iter().rev().collect()
}

/// A shell pattern of `*`, `?` and escapes as a regular expression.
fn regex(pattern: &str, star: &str, anchor: &str) -> Result<Regex, WordError> {
    let bad = || WordError::Pattern(pattern.to_owned());
    let mut made = String::from("(?s)");
    made.push_str(anchor);
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' => made.push_str(star),
            '?' => made.push('.'),
            '\\' if matches!(rest.peek(), Some('}' | '/')) => {}
            '\\' => match rest.next() {
                Some(c @ ('*' | '?' | '\\')) => made.extend(['\\', c]),
                _ => return Err(bad()),
            },
            c => made.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    Regex::new(&made).map_err(|_| bad())
}
