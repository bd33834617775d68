//! Findings for people: each with the line that it is about.

use std::borrow::Borrow;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::check::{Finding, Severity};

/// Of a longer line no more than this many bytes are shown.
const LONGEST_LINE: usize = 1000;

/// Describes a finding with the lines of its file; `texts` are the files by their paths.
pub fn describe(finding: &Finding, texts: &[(&str, &str)], colour: bool) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::INFO,
    };
    let text = texts.iter().find(|(path, _)| *path == finding.file).map_or("", |(_, text)| text);
    let end = text.ceil_char_boundary(finding.span.end.max(finding.span.start + 1));
    let span = finding.span.start.min(end)..first_line(text, finding.span.start.min(end), end);
    // The lines that are shown, and no more: a large file is not gone through for each of its findings.
    let from = text[..span.start].rfind('\n').map_or(0, |end| end + 1);
    let to = text[span.end..].find('\n').map_or(text.len(), |end| span.end + end);
    // and of a line that no terminal shows, what is around
    let from = from.max(text.floor_char_boundary(span.start.saturating_sub(LONGEST_LINE / 2)));
    let to = to.min(text.floor_char_boundary(span.start + LONGEST_LINE / 2));
    let span = span.start..span.end.min(to);
    let snippet = Snippet::source(&text[from..to])
        .line_start(usize::try_from(finding.line).unwrap_or(usize::MAX))
        .path(finding.file.as_str())
        .annotation(AnnotationKind::Primary.span(span.start - from..span.end - from));
    let title = level.primary_title(finding.message.as_str()).id(finding.rule);
    let mut group: Group<'_> = title.element(snippet);
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let groups = [group];
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&groups)
}

/// Describes all findings, with a blank line between them, and counts them in the last line.
pub fn describe_all<F: Borrow<Finding>>(findings: &[F], texts: &[(&str, &str)], colour: bool) -> String {
    let mut text = String::new();
    for finding in findings {
        text.push_str(&describe(finding.borrow(), texts, colour));
        text.push_str("\n\n");
    }
    let counts: Vec<String> = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
        .into_iter()
        .map(|(severity, name)| {
            (findings.iter().filter(|finding| (*finding).borrow().severity == severity).count(), name)
        })
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}{}", if count == 1 { "" } else { "s" }))
        .collect();
    text.push_str(&if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") });
    text
}

/// The end of the first line of a span: a whole instruction is not underlined through all its lines.
fn first_line(text: &str, start: usize, end: usize) -> usize {
    text.get(start..end).and_then(|part| part.find('\n')).map_or(end, |length| start + length)
}
