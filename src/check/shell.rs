//! Shell lines, split into simple commands: enough to know what is run with which words.

use crate::dockerfile::{Joined, Span, Text};

/// A simple command of a shell line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simple {
    /// Its words without quotes; the assignments in front are left out.
    pub words: Vec<Text>,
    /// `NAME=value` in front of it.
    pub assignments: Vec<Text>,
    /// Whether its input is the output of the command before.
    pub piped: bool,
    /// Whether it takes the shell's place: it stands behind `exec`.
    pub replaces_shell: bool,
}

/// Words that the shell itself reads in front of a command.
const KEYWORDS: &[&str] = &[
    "if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "(", ")", "fi", "done", "time", "exec",
    "command",
];

impl Simple {
    /// The name of the program, without folders; empty where there is only an assignment.
    pub fn program(&self) -> &str {
        self.words.first().map_or("", |word| word.value.rsplit('/').next().unwrap_or_default())
    }

    /// The words behind the program.
    pub fn arguments(&self) -> impl Iterator<Item = &str> + Clone {
        self.words.iter().skip(1).map(|word| word.value.as_str())
    }

    /// Whether one of the arguments is this word.
    pub fn has(&self, argument: &str) -> bool {
        self.arguments().any(|it| it == argument)
    }

    /// The arguments that are no flags.
    pub fn operands(&self) -> impl Iterator<Item = &str> + Clone {
        self.arguments().filter(|argument| !argument.starts_with('-'))
    }

    /// The value of `--flag value` or `--flag=value`.
    pub fn value_of(&self, flags: &[&str]) -> Option<&str> {
        let mut arguments = self.arguments();
        while let Some(argument) = arguments.next() {
            if flags.contains(&argument) {
                return arguments.next();
            }
            if let Some((_, value)) = argument.split_once('=').filter(|(flag, _)| flags.contains(flag)) {
                return Some(value);
            }
        }
        None
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        match (self.words.first(), self.words.last()) {
            (Some(first), Some(last)) => Span::new(first.span.start, last.span.end.max(first.span.end)),
            _ => Span::default(),
        }
    }
}

/// Splits a shell line at `;`, `|`, `&`, line ends and parentheses that are not quoted.
pub fn commands(line: &Joined) -> Vec<Simple> {
    let mut splitter = Splitter { line, commands: Vec::new(), words: Vec::new(), word: None, piped: false };
    splitter.run();
    splitter.commands
}

struct Splitter<'a> {
    line: &'a Joined,
    commands: Vec<Simple>,
    words: Vec<Text>,
    /// The word that is being read: where it starts, and its text so far.
    word: Option<(usize, String)>,
    piped: bool,
}

impl Splitter<'_> {
    #[expect(clippy::match_same_arms, reason = "the order of the arms decides")]
    fn run(&mut self) {
        let text = self.line.as_str();
        let mut characters = text.char_indices().peekable();
        let mut quote: Option<char> = None;
        let mut nested = 0_usize;
        while let Some((at, c)) = characters.next() {
            let next = characters.peek().map(|(_, c)| *c);
            if nested > 0 {
                nested = match c {
                    '(' => nested + 1,
                    ')' => nested - 1,
                    _ => nested,
                };
                self.push(at, c);
                continue;
            }
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (None | Some('"'), '$') if next == Some('(') => {
                    self.push(at, c);
                    characters.next();
                    self.push(at, '(');
                    nested = 1;
                }
                (Some('\''), c) => self.push(at, c),
                (_, '\\') => {
                    self.open(at);
                    if let Some((at, c)) = characters.next() {
                        self.push(at, c);
                    }
                }
                (Some(_), c) => self.push(at, c),
                (None, '"' | '\'') => {
                    self.open(at);
                    quote = Some(c);
                }
                (None, '#') if self.word.is_none() => while characters.next_if(|(_, c)| *c != '\n').is_some() {},
                (None, '\n' | ';' | '|' | '&' | '(' | ')') => {
                    // `2>&1` and `&>file` are no separators.
                    let redirects =
                        c == '&' && (next == Some('>') || self.word.as_ref().is_some_and(|(_, w)| w.ends_with('>')));
                    if redirects {
                        self.push(at, c);
                        continue;
                    }
                    let doubled =
                        matches!(c, '|' | '&') && characters.next_if(|(_, following)| *following == c).is_some();
                    self.end_command(at);
                    self.piped = c == '|' && !doubled;
                }
                (None, c) if c.is_whitespace() => self.end_word(at),
                (None, c) => self.push(at, c),
            }
        }
        self.end_command(text.len());
    }

    fn open(&mut self, at: usize) {
        self.word.get_or_insert((at, String::new()));
    }

    fn push(&mut self, at: usize, c: char) {
        self.word.get_or_insert((at, String::new())).1.push(c);
    }

    fn end_word(&mut self, at: usize) {
        if let Some((start, word)) = self.word.take() {
            self.words.push(Text::new(word, self.line.span(start..at)));
        }
    }

    fn end_command(&mut self, at: usize) {
        self.end_word(at);
        let mut words = std::mem::take(&mut self.words);
        let keywords = words.iter().take_while(|word| KEYWORDS.contains(&word.value.as_str())).count();
        let replaces_shell = words[..keywords].iter().any(|word| word.value == "exec");
        words.drain(..keywords);
        let count = words.iter().take_while(|word| is_assignment(&word.value)).count();
        let assignments: Vec<Text> = words.drain(..count).collect();
        if !words.is_empty() || !assignments.is_empty() {
            self.commands.push(Simple { words, assignments, piped: self.piped, replaces_shell });
        }
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !name.starts_with(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::commands;
    use crate::dockerfile::Joined;

    #[test]
    fn lines_split_into_commands_and_words() {
        let line = "A=1 npm  ci --omit=dev && (cd 'a b'; echo \"$(x | y)\" 2>&1) | sudo sh # c && d";
        let split: Vec<(String, bool)> = commands(&Joined::from_source(0, line))
            .iter()
            .map(|simple| {
                let words: Vec<&str> = simple.words.iter().map(|word| word.value.as_str()).collect();
                (words.join("_"), simple.piped)
            })
            .collect();
        let expected =
            [("npm_ci_--omit=dev", false), ("cd_a b", false), ("echo_$(x | y)_2>&1", false), ("sudo_sh", true)];
        assert_eq!(split, expected.map(|(words, piped)| (words.to_owned(), piped)));
    }
}
