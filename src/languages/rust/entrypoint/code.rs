//! Rust source without what is no code of the program: comments and the modules of tests become blanks, so that lines stay.

use crate::repo::Document;

/// The code of a source file.
pub fn code(document: &Document) -> Document {
    let text = without_tests(&without_comments(document.text()));
    Document::new(document.path(), text)
}

/// A piece of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Code,
    Text,
    Comment,
}

/// Where the piece at the start of `rest` ends, and what it is.
fn piece(rest: &str, after_word: bool) -> (Piece, usize) {
    let bytes = rest.as_bytes();
    if rest.starts_with("//") {
        return (Piece::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Piece::Comment, block(rest));
    }
    if bytes[0] == b'"' {
        return (Piece::Text, quoted(rest));
    }
    if !after_word && let Some(end) = raw(rest) {
        return (Piece::Text, end);
    }
    if bytes[0] == b'\'' {
        // a character; otherwise it is a lifetime
        let mut characters = rest[1..].char_indices();
        return match (characters.next(), characters.next()) {
            (Some((_, '\\')), _) => {
                (Piece::Text, rest[2..].find('\'').map_or(rest.len(), |end| end + 3).max(4).min(rest.len()))
            }
            (Some(_), Some((at, '\''))) => (Piece::Text, at + 2),
            _ => (Piece::Code, 1),
        };
    }
    (Piece::Code, rest.chars().next().map_or(1, char::len_utf8))
}

fn block(rest: &str) -> usize {
    let (mut depth, mut at) = (0_u32, 0);
    while let Some(found) = rest[at..].find(['/', '*']) {
        at += found;
        match rest.as_bytes().get(at..at + 2) {
            Some(b"/*") => (depth, at) = (depth + 1, at + 2),
            Some(b"*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn quoted(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The end of a raw string, where one starts.
fn raw(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let marks = body.len() - body.trim_start_matches('#').len();
    body[marks..].strip_prefix('"')?;
    let start = rest.len() - body.len() + marks + 1;
    let end = format!("\"{}", "#".repeat(marks));
    Some(rest[start..].find(&end).map_or(rest.len(), |found| start + found + end.len()))
}

fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    walk(text, |piece, part| match piece {
        Piece::Comment => kept.extend(part.chars().map(blank)),
        _ => kept.push_str(part),
    });
    kept
}

fn walk(text: &str, mut each: impl FnMut(Piece, &str)) {
    let (mut at, mut after_word) = (0, false);
    while at < text.len() {
        let (kind, length) = piece(&text[at..], after_word);
        let part = &text[at..at + length];
        each(kind, part);
        after_word = kind == Piece::Code && part.chars().all(|c| c.is_alphanumeric() || c == '_');
        at += length;
    }
}

fn blank(c: char) -> char {
    if c == '\n' { c } else { ' ' }
}

/// Blanks the item behind each `#[cfg(test)]`, up to its closing brace or semicolon.
fn without_tests(text: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(MARK) {
        kept.push_str(&rest[..start]);
        let end = start + MARK.len() + item(&rest[start + MARK.len()..]);
        kept.extend(rest[start..end].chars().map(blank));
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}

/// The length of the item at the start.
fn item(rest: &str) -> usize {
    let (mut at, mut depth, mut end) = (0, 0_u32, None);
    walk(rest, |kind, part| {
        at += part.len();
        if kind != Piece::Code || end.is_some() {
            return;
        }
        match part {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(part, "}" | ";") {
            end = Some(at);
        }
    });
    end.unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::code;
    use crate::repo::Document;

    fn of(text: &str) -> String {
        code(&Document::new("main.rs", text)).text().to_owned()
    }

    #[test]
    fn comments_and_tests_become_blanks() {
        assert_eq!(of("a // b\nc /* d /* e */ */ f"), format!("a     \nc{}f", " ".repeat(17)));
        assert_eq!(of("let x = \"// no\"; 'a'"), "let x = \"// no\"; 'a'");
        assert_eq!(of("fn f<'a>(x: &'a str) { '\\'' } // x").trim_end(), "fn f<'a>(x: &'a str) { '\\'' }");
        assert_eq!(of("r#\"a \"// b\"#; // c").trim_end(), "r#\"a \"// b\"#;");
        let text = "a();\n#[cfg(test)]\nmod tests {\n  fn x() { \"}\" }\n}\nb();";
        let blanked = of(text);
        assert_eq!(blanked.lines().count(), text.lines().count());
        assert_eq!(blanked.split_whitespace().collect::<Vec<_>>(), ["a();", "b();"]);
        assert_eq!(of("#[cfg(test)]\nuse a::b;\nc").trim(), "c");
    }

    #[test]
    fn unfinished_source_ends_somewhere() {
        for text in ["\"", "/*", "'", "'\\", "r#\"", "#[cfg(test)]", "#[cfg(test)] mod x {", "b'\\''", "'é'", "/*é"] {
            assert_eq!(of(text).chars().count(), text.chars().count(), "{text}");
        }
    }
}
