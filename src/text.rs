//! Text from outside: what of it a terminal, a log or a reader would take for something else, and what a misspelt word means.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character is a command to a terminal, or turns the direction of what is read: it shows nothing itself.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a text can be the name of a variable of the environment: a letter or `_`, then letters, digits and `_`, all of ASCII.
pub fn is_variable(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The text with hidden characters shown by their code: `\n`, `\u{1b}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => shown.extend(c.escape_default()),
            c if is_hidden(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown.into()
}

/// Whether two words differ by a letter or two that are missing, doubled, swapped or wrong.
pub fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()] <= 2 && a.len() > 2
}

/// The documentation that a source file of Rust begins with, as Markdown: the lines behind `//!`.
pub fn module_documentation(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// A text as a value in XML; characters that XML can't hold are replaced.
pub fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\r' | '\t' => {
                let _ = write!(safe, "&#{};", u32::from(c));
            }
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{is_near, is_variable, visible};

    #[test]
    fn names_of_variables_have_no_marks() {
        assert!(["PORT", "_x", "a1"].into_iter().all(is_variable));
        assert!(!["", "1A", "X=1 LD_PRELOAD", "A-B", "$A", "A\n", "É"].into_iter().any(is_variable));
    }

    #[test]
    fn hidden_characters_are_shown_and_others_stay() {
        assert_eq!(visible("a\u{1b}[2J\nb\u{9b}\u{202e}"), "a\\u{1b}[2J\\nb\\u{9b}\\u{202e}");
        assert_eq!(visible("größe 名前 \\n"), "größe 名前 \\n");
    }

    #[test]
    fn a_slip_of_the_finger_is_near_and_another_word_is_not() {
        assert!(is_near("helth", "health") && is_near("prot", "port"));
        assert!(!is_near("start", "cache") && !is_near("ab", "ac"));
    }
}
