//! The fixes of findings, put into a text.

use crate::check::{Finding, Fix};

/// The text of `path` with the fixes of its findings; where two overlap, the first one is made.
pub fn fixed(path: &str, text: &str, findings: &[Finding]) -> String {
    let mut fixes: Vec<&Fix> =
        findings.iter().filter(|finding| finding.file == path).filter_map(|finding| finding.fix.as_ref()).collect();
    fixes.sort();
    let mut fixed = String::with_capacity(text.len());
    let mut at = 0;
    for fix in fixes {
        let Some(kept) = text.get(at..fix.span.start).filter(|_| fix.span.end <= text.len()) else { continue };
        fixed.push_str(kept);
        fixed.push_str(&fix.text);
        at = fix.span.end;
    }
    fixed.push_str(text.get(at..).unwrap_or_default());
    fixed
}
