//! Lines and scripts of a shell, taken apart into simple commands: enough to know what is run with which words.

use std::ops::Range;

use crate::shell::word::{Piece, Word, is_name};

/// A line or a script, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// The simple commands, in the order of the text.
    pub commands: Vec<SimpleCommand>,
    /// Whether every quote and parenthesis that opens is closed.
    pub is_closed: bool,
    /// Whether an operator between commands is there, even one behind the last.
    pub has_operators: bool,
    /// Whether the text ends behind an operator that waits for a command, or that leaves one running.
    pub ends_open: bool,
    /// Whether commands stand in parentheses, and so in a shell of their own.
    pub is_grouped: bool,
}

impl Script {
    /// The parts that run in turn, which `&&`, `;` and the ends of lines separate; each is one command, or several that
    /// are joined in other ways.
    pub fn parts(&self) -> impl Iterator<Item = &[SimpleCommand]> {
        self.commands.chunk_by(|_, next| !matches!(next.join, Join::Then | Join::And))
    }
}

/// A simple command: assignments, a program with its arguments, redirections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SimpleCommand {
    /// What stands between it and the command before.
    pub join: Join,
    /// What the shell itself reads in front of it: `if`, `!`, `exec`.
    pub prefix: Vec<Word>,
    /// `NAME=value` in front of it.
    pub assignments: Vec<Word>,
    /// The program and its arguments; empty where there are assignments only.
    pub words: Vec<Word>,
    /// Where it reads from and writes to.
    pub redirections: Vec<Redirection>,
    /// Whether it stands between `if` and `fi`, or in a loop.
    pub is_conditional: bool,
    /// Its bytes of the source.
    pub range: Range<usize>,
}

impl SimpleCommand {
    /// All of its words, those in front of the program too.
    pub fn all_words(&self) -> impl Iterator<Item = &Word> {
        self.prefix.iter().chain(&self.assignments).chain(&self.words)
    }
}

/// What stands between two commands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Join {
    /// `;`, the end of a line or a parenthesis; also the start of the text.
    #[default]
    Then,
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `|`: it reads what the command before writes.
    Pipe,
    /// `&`: the command before runs beside it.
    Background,
}

/// A redirection, such as `2>&1` or `<file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    /// The operator with the number of the stream in front of it: `2>`.
    pub operator: Word,
    /// What follows; nothing where the text ends.
    pub target: Option<Word>,
}

/// Words that the shell itself reads in front of a command.
const PREFIXES: &[&str] = &[
    "if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "fi", "done", "esac", "time", "exec",
    "command",
];

/// Whether the shell reads a word that is not quoted as one of its own, where a command begins.
pub fn is_reserved(word: &str) -> bool {
    PREFIXES.contains(&word)
}

/// Takes a text of a shell apart.
pub fn read(text: &str) -> Script {
    let script = Script { is_closed: true, ..Script::default() };
    let mut reader = Reader { text, at: 0, script, command: SimpleCommand::default(), here: Vec::new(), depth: 0 };
    reader.run();
    reader.script
}

struct Reader<'a> {
    text: &'a str,
    /// How far it has been read, in bytes.
    at: usize,
    script: Script,
    command: SimpleCommand,
    /// The words that end the documents which start behind this line, and whether tabs are taken off their lines.
    here: Vec<(String, bool)>,
    /// How many `if` and loops are open.
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    fn skip(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        self.at += if is_next { text.len() } else { 0 };
        is_next
    }

    fn skip_while(&mut self, is_skipped: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&is_skipped) {
            self.next();
        }
    }

    fn run(&mut self) {
        while let Some(letter) = self.peek() {
            match letter {
                '\n' => {
                    self.next();
                    self.end_command(Join::Then);
                    self.skip_documents();
                }
                '\\' if self.skip("\\\n") || self.skip("\\\r\n") => {}
                _ if letter.is_whitespace() => {
                    self.next();
                }
                '#' => self.skip_while(|c| c != '\n'),
                '<' | '>' => self.redirection(Word { range: self.at..self.at, ..Word::default() }),
                '&' if self.rest().starts_with("&>") => {
                    self.redirection(Word { range: self.at..self.at, ..Word::default() });
                }
                ';' | '&' | '|' | '(' | ')' => self.operator(),
                _ => {
                    let word = self.word();
                    let is_number = !word.is_quoted && word.as_written().chars().all(|c| c.is_ascii_digit());
                    if is_number && self.peek().is_some_and(|c| matches!(c, '<' | '>')) {
                        self.redirection(word);
                    } else {
                        self.push(word);
                    }
                }
            }
        }
        self.end_command(Join::Then);
        self.script.ends_open = self.command.join != Join::Then;
    }

    fn operator(&mut self) {
        self.script.has_operators = true;
        self.script.is_grouped |= self.rest().starts_with(['(', ')']);
        let start = self.at;
        let joins =
            [("&&", Join::And), ("||", Join::Or), ("|&", Join::Pipe), ("|", Join::Pipe), ("&", Join::Background)];
        let join = joins.into_iter().find(|(text, _)| self.skip(text)).map_or(Join::Then, |(_, join)| join);
        if self.at == start {
            self.next();
        }
        self.end_command(join);
    }

    fn push(&mut self, word: Word) {
        let text = word.as_written();
        let command = &mut self.command;
        let is_first = command.words.is_empty() && command.assignments.is_empty();
        if is_first && !word.is_quoted && PREFIXES.contains(&text.as_str()) {
            match text.as_str() {
                "if" | "while" | "until" => self.depth += 1,
                "fi" | "done" | "esac" => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            command.prefix.push(word);
        } else if command.words.is_empty() && word.assignment().is_some() {
            command.assignments.push(word);
        } else {
            if is_first && matches!(text.as_str(), "for" | "case" | "select") {
                self.depth += 1;
            }
            command.words.push(word);
        }
    }

    fn end_command(&mut self, join: Join) {
        let mut command = std::mem::take(&mut self.command);
        let redirected = command.redirections.iter().flat_map(|it| std::iter::once(&it.operator).chain(&it.target));
        let ranges: Vec<Range<usize>> = command.all_words().chain(redirected).map(|word| word.range.clone()).collect();
        let is_empty = command.words.is_empty() && command.assignments.is_empty();
        if !is_empty {
            let start = ranges.iter().map(|range| range.start).min().unwrap_or_default();
            let end = ranges.iter().map(|range| range.end).max().unwrap_or_default();
            command.range = start..end;
            command.is_conditional = self.depth > 0;
            self.script.commands.push(command);
            self.command.join = join;
        } else if ranges.is_empty() && command.join != Join::Then {
            // A line may end behind an operator.
            self.command.join = command.join;
        } else {
            self.command.join = join;
        }
    }

    /// A redirection whose operator starts with the number of a stream, or with nothing.
    fn redirection(&mut self, number: Word) {
        let mut operator = number;
        let operators = ["&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">"];
        let sign = operators.into_iter().find(|sign| self.skip(sign)).unwrap_or_default();
        sign.chars().for_each(|letter| operator.push(letter));
        operator.range.end = self.at;
        self.skip_while(|c| c == ' ' || c == '\t');
        let is_word = self.peek().is_some_and(|c| !c.is_whitespace() && !";&|()<>".contains(c));
        let target = is_word.then(|| self.word());
        if matches!(sign, "<<" | "<<-")
            && let Some(end) = &target
        {
            self.here.push((end.as_written(), sign == "<<-"));
        }
        self.command.redirections.push(Redirection { operator, target });
    }

    /// Goes over the documents that stand behind a line.
    fn skip_documents(&mut self) {
        for (end, takes_tabs) in std::mem::take(&mut self.here) {
            while self.at < self.text.len() {
                let line = self.rest().split('\n').next().unwrap_or_default();
                self.at = (self.at + line.len() + 1).min(self.text.len());
                let line = &self.text[..self.at].trim_end_matches('\n');
                let line = line.rsplit('\n').next().unwrap_or_default();
                let line = if takes_tabs { line.trim_start_matches('\t') } else { line };
                if line.trim_end_matches('\r') == end {
                    break;
                }
            }
        }
    }

    /// The word that starts here.
    fn word(&mut self) -> Word {
        let mut word = Word { range: self.at..self.at, ..Word::default() };
        while let Some(letter) = self.peek() {
            match letter {
                '(' if self.is_function() => break,
                // `app:create()` is no word of a shell, but one of those that read it as one.
                '(' => self.parenthesis(&mut word),
                _ if letter.is_whitespace() || ";&|)<>".contains(letter) => break,
                '\\' if self.skip("\\\n") || self.skip("\\\r\n") => {}
                '\\' => {
                    self.next();
                    word.is_quoted = true;
                    if let Some(letter) = self.next() {
                        word.push(letter);
                    }
                }
                '\'' => {
                    self.next();
                    word.is_quoted = true;
                    let inner = self.rest().split('\'').next().unwrap_or_default().to_owned();
                    self.at += inner.len();
                    self.script.is_closed &= self.skip("'");
                    inner.chars().for_each(|letter| word.push(letter));
                }
                '"' => self.double_quotes(&mut word),
                '$' | '`' => self.expansion(&mut word),
                _ => {
                    self.next();
                    word.push(letter);
                }
            }
        }
        word.range.end = self.at;
        word
    }

    /// Whether the parentheses here make the word before them the name of a function.
    fn is_function(&self) -> bool {
        self.rest().strip_prefix("()").is_some_and(|rest| rest.trim_start().starts_with('{'))
    }

    fn parenthesis(&mut self, word: &mut Word) {
        let inner = enclosed(self.rest(), '(', ')');
        let length = inner.unwrap_or(self.rest().len());
        self.script.is_closed &= inner.is_some();
        let text = self.rest()[..length].to_owned();
        self.at += length;
        text.chars().for_each(|letter| word.push(letter));
    }

    fn double_quotes(&mut self, word: &mut Word) {
        self.next();
        word.is_quoted = true;
        while let Some(letter) = self.peek() {
            match letter {
                '"' => {
                    self.next();
                    return;
                }
                '\\' if self.skip("\\\n") => {}
                '\\' => {
                    self.next();
                    match self.peek().filter(|c| "$`\"\\".contains(*c)) {
                        Some(_) => {}
                        None => word.push('\\'),
                    }
                    if let Some(letter) = self.next() {
                        word.push(letter);
                    }
                }
                '$' | '`' => self.expansion(word),
                _ => {
                    self.next();
                    word.push(letter);
                }
            }
        }
        self.script.is_closed = false;
    }

    /// `$NAME`, `${…}`, `$(…)` or a text in backticks; a `$` before anything else stands for itself.
    fn expansion(&mut self, word: &mut Word) {
        let rest = self.rest();
        let enclosed = match rest.as_bytes().get(1) {
            _ if rest.starts_with('`') => Some(rest[1..].find('`').map(|end| end + 2)),
            Some(b'(') => Some(enclosed(&rest[1..], '(', ')').map(|length| length + 1)),
            Some(b'{') => Some(enclosed(&rest[1..], '{', '}').map(|length| length + 1)),
            _ => None,
        };
        let length = match enclosed {
            Some(Some(length)) => length,
            Some(None) => {
                self.script.is_closed = false;
                rest.len()
            }
            None => {
                let name = rest[1..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').count();
                let is_own = rest[1..].starts_with(|c: char| c.is_ascii_digit() || "@*#?$!-".contains(c));
                if is_own { 2 } else { 1 + name }
            }
        };
        let source = rest[..length].to_owned();
        self.at += length;
        if length == 1 {
            word.push('$');
            return;
        }
        let inner = source[1..].trim_start_matches('{').trim_end_matches('}');
        let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inner.len());
        let (name, operation) = inner.split_at(end);
        let default = [":-", "-", ":=", "="].iter().find_map(|sign| operation.strip_prefix(sign));
        let is_own = !source.starts_with("${") && inner.chars().count() == 1;
        let is_computed = source.starts_with('`') || source.starts_with("$(");
        word.pieces.push(if !is_computed && (is_own || is_name(name) && (operation.is_empty() || default.is_some())) {
            let name = if is_own { inner } else { name };
            Piece::Variable { name: name.to_owned(), default: default.map(str::to_owned), source }
        } else {
            Piece::Computed(source)
        });
    }
}

/// The length of a text in parentheses or braces, both included; nothing where they are not closed.
fn enclosed(text: &str, open: char, close: char) -> Option<usize> {
    let (mut depth, mut quote, mut is_escaped) = (0_usize, None, false);
    for (at, letter) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if letter == '\\' && quote != Some('\'') {
            is_escaped = true;
        } else if quote.is_some() {
            quote = quote.filter(|quote| *quote != letter);
        } else if letter == '"' || letter == '\'' {
            quote = Some(letter);
        } else if letter == open {
            depth += 1;
        } else if letter == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + letter.len_utf8());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Join, Script, read};
    use crate::shell::{Piece, Word, words};

    /// Each command as it is joined, and its words.
    fn taken_apart(script: &Script) -> Vec<(Join, Vec<String>)> {
        let words = |words: &[Word]| words.iter().map(Word::as_written).collect::<Vec<_>>();
        script.commands.iter().map(|command| (command.join, words(&command.words))).collect()
    }

    #[test]
    fn operators_separate_commands_outside_of_quotes() {
        let script =
            read("A=1 npm  ci && (cd 'a && b'; echo \"$(x | y)\" 2>&1) | sudo sh || z & # c && d\n\n last\\\n line");
        let expected: Vec<(Join, Vec<&str>)> = vec![
            (Join::Then, vec!["npm", "ci"]),
            (Join::And, vec!["cd", "a && b"]),
            (Join::Then, vec!["echo", "$(x | y)"]),
            (Join::Pipe, vec!["sudo", "sh"]),
            (Join::Or, vec!["z"]),
            (Join::Background, vec!["last", "line"]),
        ];
        let found = taken_apart(&script);
        let found: Vec<(Join, Vec<&str>)> =
            found.iter().map(|(join, words)| (*join, words.iter().map(String::as_str).collect())).collect();
        assert_eq!(found, expected);
        assert!(script.is_closed && script.has_operators);
        assert_eq!(script.commands[0].assignments[0].assignment().unwrap().0, "A");
        assert_eq!(script.commands[2].redirections[0].operator.as_written(), "2>&");
    }

    #[test]
    fn what_a_shell_expands_is_told_from_text() {
        let script = read(r#"node "$A" ${B:-c d} ${C%x} `d` '$e' \$f $ "\d\"" $1"#);
        let pieces: Vec<&Piece> = script.commands[0].words[1..].iter().map(|word| &word.pieces[0]).collect();
        let variable = |name: &str, default: Option<&str>, source: &str| Piece::Variable {
            name: name.into(),
            default: default.map(str::to_owned),
            source: source.into(),
        };
        assert_eq!(*pieces[0], variable("A", None, "$A"));
        assert_eq!(*pieces[1], variable("B", Some("c d"), "${B:-c d}"));
        assert_eq!(*pieces[2], Piece::Computed("${C%x}".into()));
        assert_eq!(*pieces[3], Piece::Computed("`d`".into()));
        for (piece, text) in pieces[4..8].iter().zip(["$e", "$f", "$", "\\d\""]) {
            assert_eq!(**piece, Piece::Text(text.into()));
        }
        assert_eq!(*pieces[8], variable("1", None, "$1"));
    }

    #[test]
    fn scripts_have_conditions_functions_and_documents() {
        let script = read("f() {\n a\n}\nif b; then\n c <<E\nd && e\nE\nfi\nexec g \"$@\"\n");
        let found: Vec<(String, bool)> =
            script.commands.iter().map(|command| (command.words[0].as_written(), command.is_conditional)).collect();
        let expected = [("f", false), ("a", false), ("b", true), ("c", true), ("g", false)];
        assert_eq!(found, expected.map(|(text, is)| (text.to_owned(), is)));
        assert_eq!(script.commands[4].prefix[0].as_written(), "exec");
    }

    #[test]
    fn words_of_one_command() {
        assert_eq!(
            words("A=1 exec node 'a b' x\\ y \"\" app:create('a b')").unwrap(),
            ["A=1", "exec", "node", "a b", "x y", "", "app:create('a b')"]
        );
        for text in ["", "# x", "a; b", "a 'b", "a \"b", "a $(b", "a && "] {
            assert_eq!(words(text), None, "{text}");
        }
        assert!(read("a &").has_operators && !read("a 'b & c'").has_operators);
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        for text in ["$", "${", "$(", "`", "'", "\"", "\\", "<<", "<<E\n", "2>", "é$é(", "((", "))", "a(", ";;", "&>"]
        {
            let _ = read(text);
        }
    }
}
