//! Heredocs: which words of a line open one, and which line ends it.

use crate::dockerfile::lexer::{Quotes, Read, Reading, Variable, WordError, read};
use crate::dockerfile::{Heredoc, Span};

/// The heredocs that the words of a line open, in order; their contents are not known yet.
///
/// A line with a quote that is not closed opens none: BuildKit leaves it to the shell.
pub(super) fn opened(line: &str) -> Result<Vec<Heredoc>, WordError> {
    if !line.contains("<<") {
        return Ok(Vec::new());
    }
    let words = words(line, Quotes::Kept, true).map(|read| read.words).unwrap_or_default();
    words.iter().filter_map(|word| open(word).transpose()).collect()
}

/// `[descriptor]<<[-]name`, the name perhaps quoted.
pub(super) fn open(word: &str) -> Result<Option<Heredoc>, WordError> {
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let Some(rest) = word[digits..].strip_prefix("<<") else {
        return Ok(None);
    };
    let (strips_tabs, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let rest = rest.trim_start();
    if rest.is_empty() || rest.contains('<') {
        return Ok(None);
    }
    let [delimiter] = &*words(rest, Quotes::Removed, false)?.words else {
        return Ok(None);
    };
    let quotes = |text: &str| text.matches(['"', '\'']).count();
    let quoted = quotes(&words(rest, Quotes::Kept, false)?.text) != quotes(delimiter);
    Ok(Some(Heredoc {
        quoted,
        delimiter: delimiter.clone(),
        strips_tabs,
        descriptor: word[..digits].parse().ok(),
        content: Span::default(),
    }))
}

/// Whether a line ends a heredoc.
pub(super) fn ends(document: &Heredoc, line: &str) -> bool {
    let line = line.trim_end_matches(['\r', '\n']);
    let line = if document.strips_tabs { line.trim_start_matches('\t') } else { line };
    line == document.delimiter
}

/// The words of a text; heredocs are always escaped by `\`, whatever the file's own escape is.
fn words(text: &str, quotes: Quotes, raw_escapes: bool) -> Result<Read, WordError> {
    read(text, Reading { escape: '\\', quotes, raw_escapes, keeps_unset: true }, &|_| Variable::Unset)
}
