//! The XML of Checkstyle, which many programs read.

use crate::check::format::{Checked, sentence};
use crate::check::{Finding, Severity};

pub(super) fn write(checked: &[Checked]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
    for it in checked {
        let mut files: Vec<&str> = it.findings.iter().map(|finding| finding.file.as_str()).collect();
        files.dedup();
        if files.is_empty() {
            files.push(&it.path);
        }
        for file in files {
            text.extend(["  <file name=\"", &escaped(file), "\">\n"]);
            text.extend(it.findings.iter().filter(|finding| finding.file == file).map(error));
            text.push_str("  </file>\n");
        }
    }
    text.push_str("</checkstyle>\n");
    text
}

fn error(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    };
    format!(
        "    <error line=\"{}\" column=\"{}\" severity=\"{severity}\" message=\"{}\" source=\"dockgen.{}\"/>\n",
        finding.line,
        finding.column,
        escaped(&sentence(finding)),
        finding.rule
    )
}

/// A text as the value of an attribute; characters that XML can't hold are replaced.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\r' | '\t' => safe.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}
