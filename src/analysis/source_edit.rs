//! A change of the source that the build makes where nothing outside of the source can tell the program otherwise.

use serde::Serialize;

use crate::evidence::Evidence;
use crate::repo::Document;
use crate::text::is_hidden;

/// A change of the source: some bytes of a file, on one line, and what takes their place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceEdit {
    /// The line as it stands.
    pub evidence: Evidence,
    /// The line as it stands up to the last changed byte, without its indentation; all of it where something is added only.
    pub from: String,
    /// The same with the change.
    pub to: String,
    /// The whole line with the change, as one reads it.
    pub corrected: String,
}

impl SourceEdit {
    /// The change of some bytes of a file to another text. Nothing where they stand on several lines, or where the line
    /// has characters that no one sees: a line of a Dockerfile could not show it.
    pub fn new(document: &Document, start: usize, end: usize, new: &str) -> Option<Self> {
        let text = document.text();
        let line_start = text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
        let old = text.get(start..end).filter(|old| !old.contains('\n'))?;
        let before = text.get(line_start..start)?.trim_start();
        let rest = text.get(end..)?.lines().next().unwrap_or_default();
        let rest = rest.trim_end();
        // where nothing is taken away, the line must not have got it by itself
        let rest_known = if new.contains(old) { rest } else { "" };
        let (from, to) = (format!("{before}{old}{rest_known}"), format!("{before}{new}{rest_known}"));
        if from.is_empty() || from.chars().chain(to.chars()).any(is_hidden) {
            return None;
        }
        let evidence = document.evidence_at(start);
        let corrected = Evidence::around("", 0, &format!("{before}{new}{rest}"), before.len()).quote;
        Some(Self { evidence, from, to, corrected })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(text: &str, old: &str, new: &str) -> Option<SourceEdit> {
        let start = text.find(old).unwrap();
        SourceEdit::new(&Document::new("server.js", text), start, start + old.len(), new)
    }

    #[test]
    fn a_change_reaches_from_the_start_of_its_line_to_its_last_byte() {
        let edit = edit("let a\n  app.listen(80, 'localhost') // token=abc\n", "localhost", "0.0.0.0").unwrap();
        assert_eq!(edit.from, "app.listen(80, 'localhost");
        assert_eq!(edit.to, "app.listen(80, '0.0.0.0");
        assert_eq!(edit.corrected, "app.listen(80, '0.0.0.0') // token=…");
        assert_eq!(edit.evidence.place(), "server.js:2");
    }

    #[test]
    fn what_is_added_to_a_line_is_known_by_all_of_it() {
        let edit = edit("  app.listen({ port: 80 }) \n", "{", "{ host: \"0.0.0.0\",").unwrap();
        assert_eq!(edit.from, "app.listen({ port: 80 })");
        assert_eq!(edit.to, "app.listen({ host: \"0.0.0.0\", port: 80 })");
    }

    #[test]
    fn what_one_line_of_a_dockerfile_cannot_show_is_not_changed() {
        assert!(edit("f(80,\n'localhost')", "80,\n'localhost'", "80").is_none());
        assert!(edit("f(80,\t'localhost')", "localhost", "0.0.0.0").is_none());
        assert!(edit("\tf('localhost')", "localhost", "0.0.0.0").is_some());
    }
}
