//! The commands that a GitHub workflow turns into annotations.

use crate::check::Severity;
use crate::check::format::{Checked, all, sentence};

pub(super) fn write(checked: &[Checked]) -> String {
    let line = |finding: &crate::check::Finding| {
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        format!(
            "::{level} file={},line={},col={},title={}::{}\n",
            property(&finding.file),
            finding.line,
            finding.column,
            property(finding.rule),
            data(&sentence(finding))
        )
    };
    all(checked).map(line).collect()
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
