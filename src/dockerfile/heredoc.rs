//! Heredocs: which words of a line open one, and which line ends it.

use crate::dockerfile::{Heredoc, Span, words};

/// The heredocs that the words of a line open, in order; their contents are not known yet.
pub(super) fn opened(line: &str, escape: char) -> Vec<Heredoc> {
    if !line.contains("<<") {
        return Vec::new();
    }
    let mut arithmetic = 0_usize;
    let mut found = Vec::new();
    for range in words::quoted(line, escape) {
        let word = &line[range];
        if arithmetic == 0 {
            found.extend(open(word));
        }
        arithmetic = (arithmetic + word.matches("((").count()).saturating_sub(word.matches("))").count());
    }
    found
}

/// `[descriptor]<<[-]word`, the word perhaps quoted.
pub(super) fn open(word: &str) -> Option<Heredoc> {
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = word[digits..].strip_prefix("<<")?;
    let (strips_tabs, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let delimiter = rest.replace(['"', '\'', '\\'], "");
    if delimiter.is_empty() || rest.contains('<') {
        return None;
    }
    Some(Heredoc {
        quoted: delimiter != rest,
        delimiter,
        strips_tabs,
        descriptor: word[..digits].parse().ok(),
        content: Span::default(),
    })
}

/// Whether a line ends a heredoc.
pub(super) fn ends(document: &Heredoc, line: &str) -> bool {
    let line = line.trim_end_matches(['\r', '\n']);
    let line = if document.strips_tabs { line.trim_start_matches('\t') } else { line };
    line == document.delimiter
}
