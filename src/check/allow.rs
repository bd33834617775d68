//! Comments that silence a rule for one line: `# dockgen: allow=rule-name`.

use crate::check::{Finding, Input, RULES};
use crate::dockerfile::Dockerfile;

/// Whether a comment above the place of a finding allows it.
pub(super) fn is_allowed(finding: &Finding, input: &Input<'_>, file: &Dockerfile) -> bool {
    if finding.file == input.path {
        let place = file
            .instructions()
            .iter()
            .position(|it| it.span.start <= finding.span.start && finding.span.start < it.span.end);
        return place
            .is_some_and(|place| file.comments_above(place).into_iter().any(|comment| allows(comment, finding.rule)));
    }
    let Some((_, text)) = input.ignore else { return false };
    let above = text.get(..finding.span.start).unwrap_or_default();
    let above = &above[..above.rfind('\n').map_or(0, |end| end + 1)];
    above
        .lines()
        .rev()
        .take_while(|line| line.starts_with('#'))
        .any(|line| allows(line.trim_start_matches('#').trim(), finding.rule))
}

/// Whether a comment names a rule; hadolint's way of writing is read too, for our own names.
fn allows(comment: &str, rule: &str) -> bool {
    let list =
        comment.strip_prefix("dockgen:").map(str::trim_start).and_then(|rest| rest.strip_prefix("allow")).or_else(
            || comment.strip_prefix("hadolint").map(str::trim_start).and_then(|rest| rest.strip_prefix("ignore")),
        );
    let Some(list) = list.and_then(|rest| rest.trim_start().strip_prefix('=')) else {
        return false;
    };
    // What follows the names is a reason for people.
    let names = list.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty());
    names.take_while(|name| is_name(name)).any(|name| name == rule)
}

/// Whether it is the name of a rule of ours, or looks like one of hadolint's.
fn is_name(name: &str) -> bool {
    let code = name.strip_prefix("DL").or_else(|| name.strip_prefix("SC"));
    RULES.iter().any(|rule| rule.name == name) || code.is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
}
