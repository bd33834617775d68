//! Quotes and variables in the arguments of instructions.

use crate::dockerfile::lexer::{Quotes, Read, Reading, Variable, WordError, read};

/// The text without its quotes and escapes and with its variables' values; nothing where a value is not known or the text is
/// one that BuildKit refuses.
pub fn expand(text: &str, escape: char, lookup: &dyn Fn(&str) -> Variable) -> Option<String> {
    let read = read(text, expanding(escape), lookup).ok()?;
    (!read.unknown).then_some(read.text)
}

/// The variables of a text that are not set, by their names; those that say what holds then are left out.
pub fn unset_variables(text: &str, escape: char, lookup: &dyn Fn(&str) -> Variable) -> Vec<String> {
    read(text, expanding(escape), lookup).map(|read| read.unset).unwrap_or_default()
}

/// Why BuildKit refuses a text, whatever the values of its variables.
pub(super) fn verify(text: &str, escape: char, quotes: Quotes) -> Result<Read, WordError> {
    read(text, Reading { quotes, ..expanding(escape) }, &|_| Variable::Unknown)
}

/// The text without its quotes and escapes; variables stay as they are written.
pub(super) fn unquote(text: &str, escape: char) -> Option<String> {
    let reading = Reading { keeps_unset: true, ..expanding(escape) };
    read(text, reading, &|_| Variable::Unset).ok().map(|read| read.text)
}

fn expanding(escape: char) -> Reading {
    Reading { escape, quotes: Quotes::Removed, raw_escapes: false, keeps_unset: false }
}

#[cfg(test)]
mod tests {
    use super::{Variable, expand, unquote, unset_variables, verify};
    use crate::dockerfile::lexer::{Quotes, WordError};

    fn lookup(name: &str) -> Variable {
        match name {
            "A" => Variable::Set("x".to_owned()),
            "V" => Variable::Set("1.2.3-rc.1".to_owned()),
            "EMPTY" => Variable::Set(String::new()),
            "UNSET" => Variable::Unset,
            _ => Variable::Unknown,
        }
    }

    #[test]
    fn variables_expand_as_buildkit_does_it() {
        let cases = [
            ("$A/b", Some("x/b")),
            ("${A}b", Some("xb")),
            ("${UNSET:-y$A}", Some("yx")),
            ("${EMPTY:-y}", Some("y")),
            ("${EMPTY-y}", Some("")),
            ("${A:+z}", Some("z")),
            ("${UNSET+z}", Some("")),
            ("\\$A", Some("$A")),
            ("'$A' \"$A\"", Some("$A x")),
            ("5$", Some("5$")),
            ("${V#*.}", Some("2.3-rc.1")),
            ("${V##*.}", Some("1")),
            ("${V%.*}", Some("1.2.3-rc")),
            ("${V%%.*}", Some("1")),
            ("${V/./_}", Some("1_2.3-rc.1")),
            ("${V//./_}", Some("1_2_3-rc_1")),
            ("${UNSET:?message}", None),
            ("$UNKNOWN", None),
            ("${A", None),
        ];
        for (text, expected) in cases {
            assert_eq!(expand(text, '\\', &lookup).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn quotes_go_and_variables_stay() {
        let cases = [("a\\ b", "a b"), ("\"a 'b'\"c", "a 'b'c"), ("'\\'", "\\"), ("\"${A:-b}\"$C", "${A:-b}$C")];
        for (text, expected) in cases {
            assert_eq!(unquote(text, '\\').as_deref(), Some(expected), "{text}");
        }
        assert_eq!(unquote("c:\\a`\"", '`').as_deref(), Some("c:\\a\""));
    }

    #[test]
    fn what_is_not_closed_is_said() {
        let cases = [
            ("\"a", Some(WordError::Quote('"'))),
            ("it's", Some(WordError::Quote('\''))),
            ("${A", Some(WordError::Brace)),
            ("${A:-${B}", Some(WordError::Brace)),
            ("${}", Some(WordError::Substitution)),
            ("${A^^}", Some(WordError::Operator("^".into()))),
            ("${A:?b}", None),
        ];
        for (text, expected) in cases {
            assert_eq!(verify(text, '\\', Quotes::Removed).err(), expected, "{text}");
        }
    }

    #[test]
    fn a_variable_with_a_default_is_not_missed() {
        assert_eq!(unset_variables("$UNSET-${UNSET:-1}-$A", '\\', &lookup), ["UNSET"]);
    }
}
