//! How deep a parser would have to go for a text, before it goes there.

use proc_macro2::{Delimiter, TokenStream, TokenTree, token_stream};

/// What a parser can take on the small stack of a test's thread, in tokens that are open at once.
const DEEPEST: usize = 400;

/// A group that is open.
struct Group {
    tokens: token_stream::IntoIter,
    /// What is open around it.
    outer: usize,
    /// Its tokens since the last separator, which may nest in each other: `!!!!x`, `a.b().c()`.
    run: usize,
    /// The run that a brace ended; `else`, `.` and `?` go on with it.
    ended: usize,
}

/// Whether expressions nest deeper than a recursive parser should follow.
pub fn is_too_deep(tokens: &TokenStream) -> bool {
    let group = |tokens: TokenStream, outer| Group { tokens: tokens.into_iter(), outer, run: 0, ended: 0 };
    let mut open = vec![group(tokens.clone(), 0)];
    while let Some(current) = open.last_mut() {
        let Some(token) = current.tokens.next() else {
            open.pop();
            continue;
        };
        current.run += 1;
        match &token {
            TokenTree::Punct(mark) if matches!(mark.as_char(), ';' | ',') => (current.run, current.ended) = (0, 0),
            TokenTree::Punct(mark) if matches!(mark.as_char(), '.' | '?') => current.run += current.ended,
            TokenTree::Ident(word) if *word == "else" => current.run += current.ended,
            _ => {}
        }
        let depth = current.outer + current.run;
        if depth > DEEPEST {
            return true;
        }
        if let TokenTree::Group(inner) = token {
            if inner.delimiter() == Delimiter::Brace {
                (current.ended, current.run) = (current.run, 0);
            }
            open.push(group(inner.stream(), depth + 1));
        } else {
            current.ended = 0;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_too_deep;

    #[test]
    fn what_nests_is_deep_and_what_is_long_is_not() {
        let deep = |text: String| is_too_deep(&text.parse().unwrap());
        for text in [
            format!("{}1{}", "(".repeat(500), ")".repeat(500)),
            format!("let x = {}true;", "!".repeat(500)),
            format!("a{}", ".b()".repeat(200)),
            format!("if a {{}}{}", " else if a {}".repeat(150)),
            format!("1{}", "+ 1".repeat(300)),
        ] {
            assert!(deep(text.clone()), "{text}");
        }
        for text in [
            "fn f() { if a { b } }\n".repeat(500),
            "x = 1;\n".repeat(500),
            format!("[{}]", "1, ".repeat(500)),
            format!("Router::new(){}", ".route(\"/x\", get(f))".repeat(80)),
        ] {
            assert!(!deep(text.clone()), "{text}");
        }
    }
}
