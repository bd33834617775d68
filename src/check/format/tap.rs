//! The Test Anything Protocol: a Dockerfile is a test, and passes where nothing is worse than a note.

use std::fmt::Write;

use crate::check::Severity;
use crate::check::format::{Checked, sentence};

pub(super) fn write(checked: &[Checked]) -> String {
    let mut text = format!("TAP version 13\n1..{}\n", checked.len());
    for (place, it) in checked.iter().enumerate() {
        let passes = it.findings.iter().all(|finding| finding.severity == Severity::Note);
        let word = if passes { "ok" } else { "not ok" };
        let path = it.path.replace('\\', "\\\\").replace('#', "\\#").replace(['\n', '\r'], " ");
        let _ = writeln!(text, "{word} {} - {path}", place + 1);
        for finding in &it.findings {
            let said = sentence(finding).replace(['\n', '\r'], " ");
            let _ = writeln!(text, "# {}:{}:{}: {} {said}", finding.file, finding.line, finding.column, finding.rule);
        }
    }
    text
}
