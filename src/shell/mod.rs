//! Text of a POSIX shell: the one place that quotes it and takes it apart.

pub mod makefile;
mod reader;
mod word;

pub use reader::{Join, Redirection, Script, SimpleCommand, read};
pub use word::{Piece, Word};

/// One word of a POSIX shell that stands for `text`, whatever it holds.
pub fn quote(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Words as one line that a shell would read back: a program that is called like a word of the shell's own, such as `fi`, is quoted.
pub fn quote_all<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    let quoted = words.into_iter().enumerate().map(|(at, word)| match word.as_ref() {
        word if at == 0 && reader::is_reserved(word) => format!("'{word}'"),
        word => quote(word),
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// The words of a single command, without quotes; nothing where there is none, where a quote is not closed, or where
/// there is more than one command.
///
/// What a shell would expand stays as it is written.
pub fn words(text: &str) -> Option<Vec<String>> {
    let script = read(text);
    let [command] = script.commands.as_slice() else { return None };
    (script.is_closed && !script.has_operators).then(|| command.all_words().map(Word::as_written).collect())
}

/// The commands of `a && b`, each run where the one before succeeded; nothing where a quote is not closed, where there is
/// no command, or where a shell would do more than run them in turn.
pub fn chain(text: &str) -> Option<Vec<SimpleCommand>> {
    let script = read(text);
    let is_plain = |command: &SimpleCommand| {
        matches!(command.join, Join::Then | Join::And)
            && command.redirections.is_empty()
            && command.prefix.is_empty()
            && !command.is_conditional
    };
    let is_whole = script.is_closed && !script.ends_open && !script.is_grouped;
    (is_whole && !script.commands.is_empty() && script.commands.iter().all(is_plain)).then_some(script.commands)
}

/// The value of a flag among words: `--flag value` or `--flag=value`.
pub fn value_of<'a>(words: &'a [String], flags: &[&str]) -> Option<&'a str> {
    values_of(words, flags).next()
}

/// Every value that these flags are given among words.
pub fn values_of<'a>(words: &'a [String], flags: &[&str]) -> impl Iterator<Item = &'a str> {
    let next = words.iter().skip(1).map(Some).chain([None]);
    words.iter().zip(next).filter_map(move |(word, next)| match word.split_once('=') {
        _ if flags.contains(&word.as_str()) => next.map(String::as_str),
        Some((flag, value)) if flags.contains(&flag) => Some(value),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_read_back() {
        for words in [["fi", "done"], ["exec", "node"], ["a b", "'"], ["", "$HOME"], ["a=b", "!"]] {
            let line = quote_all(words);
            let again = self::words(&line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(again, words, "{line}");
        }
        assert_eq!(quote_all(["node", "fi"]), "node fi");
    }
}
