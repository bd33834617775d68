//! The simple commands of a shell line, each word with its place in the Dockerfile.

use crate::dockerfile::{Joined, Span, Text};
use crate::shell::{self, Join, Word};

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

/// The simple commands of a shell line.
pub fn commands(line: &Joined) -> Vec<Simple> {
    let script = shell::read(line.as_str());
    let text = |word: &Word| Text::new(word.as_written(), line.span(word.range.clone()));
    let simple = script.commands.iter().map(|command| {
        let redirections = command.redirections.iter().flat_map(|redirection| match &redirection.target {
            // `2>&1` is one word, `> file` is two.
            Some(target) if target.range.start == redirection.operator.range.end => {
                let whole = format!("{}{}", redirection.operator.as_written(), target.as_written());
                vec![Text::new(whole, line.span(redirection.operator.range.start..target.range.end))]
            }
            target => std::iter::once(&redirection.operator).chain(target).map(text).collect(),
        });
        let mut words: Vec<Text> = command.words.iter().map(text).chain(redirections).collect();
        words.sort_by_key(|word| word.span.start);
        Simple {
            words,
            assignments: command.assignments.iter().map(text).collect(),
            piped: command.join == Join::Pipe,
            replaces_shell: command.prefix.iter().any(|word| word.as_written() == "exec"),
        }
    });
    simple.collect()
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
