//! Regular expressions of the program.

use regex::Regex;

/// A regular expression whose classes are those of ASCII: source code is, and the large ones of Unicode take long to compile.
///
/// # Panics
/// When it is broken, which the tests rule out for every one of the program.
pub fn compile(text: &str) -> Regex {
    match Regex::new(&ascii(text)) {
        Ok(pattern) => pattern,
        Err(error) => panic!("a pattern of the program is broken: {error}"),
    }
}

/// `\w`, `\d`, `\s` and `\b` written out, inside and outside of brackets.
fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() * 2);
    let (mut characters, mut is_class) = (text.chars(), false);
    while let Some(c) = characters.next() {
        let escaped = if c == '\\' { characters.next() } else { None };
        let class = match (c, escaped) {
            (_, Some('w')) => "0-9A-Za-z_",
            (_, Some('d')) => "0-9",
            (_, Some('s')) => r" \t\r\n",
            (_, Some('b')) if !is_class => {
                plain.push_str(r"(?-u:\b)");
                continue;
            }
            (_, escaped) => {
                is_class = if escaped.is_some() { is_class } else { c == '[' || is_class && c != ']' };
                plain.push(c);
                plain.extend(escaped);
                continue;
            }
        };
        if is_class {
            plain.push_str(class);
        } else {
            plain.extend(["[", class, "]"]);
        }
    }
    plain
}

/// A regular expression of the program, compiled at first use.
#[macro_export]
macro_rules! pattern {
    ($text:expr) => {{
        static PATTERN: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| $crate::pattern::compile($text));
        &*PATTERN
    }};
}

#[cfg(test)]
mod tests {
    use super::{ascii, compile};

    #[test]
    fn classes_are_written_out_and_mean_the_same() {
        assert_eq!(ascii(r"[\w./]+\s*\d"), r"[0-9A-Za-z_./]+[ \t\r\n]*[0-9]");
        assert_eq!(ascii(r"\[\]\.\\"), r"\[\]\.\\");
        let pattern = compile(r#"\bport\s*=\s*["']?(\d{2,5})\b"#);
        assert_eq!(&pattern.captures("export port = '8080'").unwrap()[1], "8080");
        assert!(pattern.captures("report=80").is_none());
    }
}
