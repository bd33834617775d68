//! Go: what the compiler looks at first in a file, its constraints and its package, and the index of a file.

pub mod constraint;
mod lexer;
mod libraries;
mod parser;

pub use libraries::ends;
pub use parser::index;

use crate::path::parent;
use crate::source::Place;
use crate::source::go::constraint::Target;
use crate::source::go::lexer::{Kind, Token, tokens};

/// What stands in front of a file's imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The package that it belongs to.
    pub package: String,
    /// Whether a constraint names cgo, so that there are two ways to build the package.
    pub minds_cgo: bool,
}

/// Whether the program goes on where the call that ends at this byte fails: nobody looks at its error, or the block that does
/// neither returns nor ends the program.
pub fn goes_on_after(text: &str, call: &Place) -> bool {
    let (Some(before), Some(after)) = (text.get(..call.start as usize), text.get(call.end as usize..)) else {
        return false;
    };
    let statement = before.rsplit('\n').next().unwrap_or_default().trim();
    if matches!(statement, "" | "_ =") {
        return true;
    }
    let is_handled = tokens(after).next().is_some_and(|token| token.kind == Kind::Mark(';'))
        || tokens(after).find(|token| token.kind != Kind::Line).is_some_and(|token| token.kind == Kind::Word("if"));
    if !is_handled {
        return false;
    }
    let mut depth = 0;
    let is_inside = |token: &Token| {
        match token.kind {
            Kind::Mark('{') => depth += 1,
            Kind::Mark('}') => depth -= 1,
            _ => {}
        }
        depth > 0
    };
    let block = tokens(after).skip_while(|token| token.kind != Kind::Mark('{'));
    let body: Vec<Token> = block.take_while(is_inside).collect();
    if body.is_empty() {
        return false;
    }
    !libraries::ends_program(&body) && !body.iter().any(|token| token.kind == Kind::Word("return"))
}

/// Whether the code of a file holds a word, outside of comments and texts.
pub fn mentions(text: &str, word: &str) -> bool {
    text.contains(word) && tokens(text).any(|token| token.kind == Kind::Word(word))
}

/// Reads the header of a file; nothing where its constraints leave it out, and where it names no package.
pub fn header(text: &str, target: &Target) -> Option<Header> {
    let mut minds_cgo = false;
    let mut words = tokens(text);
    while let Some(token) = words.next() {
        match token.kind {
            Kind::Directive(directive) if !target.takes(directive) => return None,
            Kind::Directive(directive) => minds_cgo |= directive.contains("cgo"),
            Kind::Word("package") => match words.next().map(|token| token.kind) {
                Some(Kind::Word(package)) => return Some(Header { package: package.to_owned(), minds_cgo }),
                _ => return None,
            },
            Kind::Line => {}
            _ => return None,
        }
    }
    None
}

/// Whether a tool made a file: what it says is not what the application's people decided.
pub fn is_generated(text: &str) -> bool {
    text.lines().take(40).any(|line| line.starts_with("// Code generated ") && line.ends_with("DO NOT EDIT."))
}

/// The patterns of one directive, as they follow its name; they may be quoted.
pub fn embed_patterns(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let quoted = tokens(rest).next().filter(|_| rest.starts_with(['"', '`']));
        let (value, length) = match quoted {
            Some(Token { kind: Kind::Text(value), end, .. }) => (value.into_owned(), end as usize),
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (rest[..end].to_owned(), end)
            }
        };
        found.push(value.strip_prefix("all:").map(str::to_owned).unwrap_or(value));
        rest = rest[length..].trim_start();
    }
    found
}

/// Folders that Go itself does not look into, and installed packages.
pub fn is_left_out(path: &str) -> bool {
    parent(path).split('/').any(|part| {
        matches!(part, "vendor" | "testdata") || part.starts_with('_') || part.len() > 1 && part.starts_with('.')
    })
}

/// Whether a file is Go source.
pub fn is_source(path: &str) -> bool {
    path.strip_suffix(".go").is_some()
}

/// Whether this is a name as environment variables have.
pub fn is_variable(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Document;

    #[test]
    fn a_header_gives_the_package_where_the_constraints_fit() {
        let target = Target { cgo: true, tags: &[] };
        let text = "// Package main.\npackage main\n\nimport \"fmt\"\n";
        assert_eq!(header(text, &target), Some(Header { package: "main".into(), minds_cgo: false }));
        assert_eq!(header("//go:build ignore\n\npackage main\n", &target), None);
        assert!(header("//go:build cgo\n\npackage x\n", &target).is_some_and(|header| header.minds_cgo));
        assert_eq!(header("func main() {}", &target), None);
    }

    #[test]
    fn embedded_patterns_are_read() {
        let text =
            "package ui\n\nimport \"embed\"\n\n//go:embed all:build \"a b/*\" \"all:\\\"c\" `d\\`\nvar box embed.FS\n";
        let index = index(Document::new("ui.go", text));
        let patterns: Vec<_> = index.files.iter().map(|file| file.path.text().unwrap().to_owned()).collect();
        assert_eq!(patterns, ["build", "a b/*", "\"c", "d\\"]);
    }

    #[test]
    fn a_file_that_a_tool_made_says_what_it_imports_and_embeds_alone() {
        let text = "// Code generated by x. DO NOT EDIT.\npackage a\nimport \"b\"\n//go:embed c\nvar x = f(\":80\")\n";
        let index = index(Document::new("a.go", text));
        assert_eq!((index.imports.len(), index.files.len()), (1, 1));
        assert!(index.calls.is_empty() && index.texts.is_empty());
    }
}
