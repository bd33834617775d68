//! The report of GitLab's code quality.

use std::fmt::Write;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::check::format::{Checked, all, sentence};
use crate::check::{Finding, Severity};

pub(super) fn write(checked: &[Checked]) -> String {
    let issues: Vec<Value> = all(checked).map(issue).collect();
    format!("{:#}", Value::Array(issues))
}

fn issue(finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Note => "info",
    };
    // The same finding has the same print after lines above it have moved.
    let print = Sha256::digest(format!("{}\0{}\0{}", finding.file, finding.rule, finding.message));
    let print = print.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    json!({
        "description": sentence(finding),
        "check_name": finding.rule,
        "fingerprint": print,
        "severity": severity,
        "location": { "path": finding.file, "lines": { "begin": finding.line } },
    })
}
