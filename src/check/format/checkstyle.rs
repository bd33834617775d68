//! The XML of Checkstyle, which many programs read.

use crate::check::format::{Checked, sentence};
use crate::check::{Finding, Severity};
use crate::text::xml;

pub(super) fn write(checked: &[Checked]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
    for it in checked {
        let mut files: Vec<&str> = it.findings.iter().map(|finding| finding.file.as_str()).collect();
        files.dedup();
        if files.is_empty() {
            files.push(&it.path);
        }
        for file in files {
            text.extend(["  <file name=\"", &xml(file), "\">\n"]);
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
        xml(&sentence(finding)),
        finding.rule
    )
}
