//! Comments that silence rules: for one instruction, or for the file.

use std::collections::HashMap;

use crate::check::{Finding, RULES};
use crate::dockerfile::{Dockerfile, PieceKind, Span};

/// A comment that silences rules.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Allowance<'a> {
    /// The rules, by their names here or elsewhere.
    pub names: Vec<&'a str>,
    /// Whether it holds for the whole file.
    pub is_global: bool,
    /// Whether it is written in our own way, so that every name must be one of ours.
    pub is_own: bool,
}

/// What the comments of a Dockerfile and its ignore file silence.
pub(super) struct Allowances<'a> {
    dockerfile: &'a str,
    file: &'a Dockerfile,
    ignore: Option<&'a str>,
    /// What holds for the whole Dockerfile.
    everywhere: Vec<&'a str>,
    /// What holds for an instruction, by its index.
    single: HashMap<usize, Vec<&'a str>>,
}

impl<'a> Allowances<'a> {
    /// Reads the comments of a Dockerfile; `ignore` is the text of its ignore file.
    pub(super) fn of(path: &'a str, file: &'a Dockerfile, ignore: Option<&'a str>) -> Self {
        let (mut everywhere, mut single) = (Vec::new(), HashMap::new());
        let mut above: Vec<&str> = Vec::new();
        for piece in file.pieces() {
            match piece.kind {
                PieceKind::Comment | PieceKind::Directive => {
                    let Some(allowance) = read(comment(file.source(piece.span))) else { continue };
                    let is_global = allowance.is_global || piece.kind == PieceKind::Directive;
                    (if is_global { &mut everywhere } else { &mut above }).extend(allowance.names);
                }
                PieceKind::Instruction(index) if !above.is_empty() => {
                    single.insert(index, std::mem::take(&mut above));
                }
                _ => above.clear(),
            }
        }
        Self { dockerfile: path, file, ignore, everywhere, single }
    }

    /// Whether a comment allows what a finding reports.
    pub(super) fn allow(&self, finding: &Finding) -> bool {
        let is = |name: &&str| names(name, finding);
        if finding.file != self.dockerfile {
            return self.ignore.is_some_and(|text| allowed_above(text, finding.span, finding));
        }
        if self.everywhere.iter().any(is) {
            return true;
        }
        let instructions = self.file.instructions();
        let behind = instructions.partition_point(|it| it.span.start <= finding.span.start);
        let index = behind.checked_sub(1).filter(|index| finding.span.start < instructions[*index].span.end);
        index.and_then(|index| self.single.get(&index)).is_some_and(|list| list.iter().any(is))
    }
}

/// Whether the comments directly above a line of an ignore file allow a finding.
fn allowed_above(text: &str, span: Span, finding: &Finding) -> bool {
    let above = text.get(..span.start).unwrap_or_default();
    let above = &above[..above.rfind('\n').map_or(0, |end| end + 1)];
    let comments = above.lines().rev().take_while(|line| line.starts_with('#'));
    comments.filter_map(|line| read(comment(line))).any(|it| it.names.iter().any(|name| names(name, finding)))
}

/// Whether a name means the rule of a finding.
fn names(name: &str, finding: &Finding) -> bool {
    let rule = RULES.iter().find(|rule| rule.name == finding.rule);
    name == finding.rule
        || name == "all"
        || match &finding.code {
            Some(code) => code.eq_ignore_ascii_case(name),
            None => rule.is_some_and(|rule| rule.is_called(name)),
        }
}

/// A comment without `#` and blanks.
pub(super) fn comment(line: &str) -> &str {
    line.trim().trim_start_matches('#').trim()
}

/// Reads a comment: `dockgen: allow NAME…`, `dockgen: allow-file NAME…`, `hadolint [global] ignore=NAME…`, `check=skip=NAME…`,
/// `shellcheck disable=NAME…`.
pub(super) fn read(comment: &str) -> Option<Allowance<'_>> {
    if let Some(rest) = comment.strip_prefix("dockgen:").map(str::trim_start) {
        let (is_global, rest) = match rest.strip_prefix("allow-file") {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix("allow")?),
        };
        let list = rest.trim_start().trim_start_matches('=').trim_start();
        // Names with commas between them; what follows is a reason for people.
        let mut names = Vec::new();
        for name in list.split(',') {
            let (name, reason) = name.trim().split_once(char::is_whitespace).unwrap_or((name.trim(), ""));
            names.extend(Some(name).filter(|name| !name.is_empty()));
            if !reason.is_empty() {
                break;
            }
        }
        return Some(Allowance { names, is_global, is_own: true });
    }
    if let Some(rest) = comment.strip_prefix("hadolint").map(str::trim_start) {
        let (is_global, rest) = match rest.strip_prefix("global") {
            Some(rest) => (true, rest.trim_start()),
            None => (false, rest),
        };
        let list = rest.strip_prefix("ignore")?.trim_start().strip_prefix('=')?;
        let names = list.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty());
        let is_name = |name: &&str| {
            let code = name.strip_prefix("DL").or_else(|| name.strip_prefix("SC"));
            code.is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
                || RULES.iter().any(|rule| rule.name == *name)
        };
        return Some(Allowance { names: names.take_while(is_name).collect(), is_global, is_own: false });
    }
    if let Some(list) = comment.strip_prefix("shellcheck").and_then(|rest| rest.trim_start().strip_prefix("disable=")) {
        let list = list.split_whitespace().next().unwrap_or_default();
        return Some(Allowance { names: list.split(',').collect(), is_global: false, is_own: false });
    }
    let options = comment.strip_prefix("check")?.trim_start().strip_prefix('=')?;
    let skipped = options.split(';').find_map(|option| option.trim().strip_prefix("skip="))?;
    let names = skipped.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    Some(Allowance { names, is_global: false, is_own: false })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn comments_are_read_with_their_reasons() {
        fn names(text: &str) -> Option<(Vec<&str>, bool)> {
            read(text).map(|it| (it.names, it.is_global))
        }
        assert_eq!(
            names("dockgen: allow=sudo, shell-form because of this, and that"),
            Some((vec!["sudo", "shell-form"], false))
        );
        assert_eq!(names("dockgen: allow sudo it is needed"), Some((vec!["sudo"], false)));
        assert_eq!(names("dockgen: allow-file sudo"), Some((vec!["sudo"], true)));
        assert_eq!(names("hadolint ignore=DL3008,DL3015 why"), Some((vec!["DL3008", "DL3015"], false)));
        assert_eq!(names("hadolint global ignore=DL3008"), Some((vec!["DL3008"], true)));
        assert_eq!(
            names("check=skip=JSONArgsRecommended,StageNameCasing;error=true"),
            Some((vec!["JSONArgsRecommended", "StageNameCasing"], false))
        );
        assert_eq!(names("shellcheck disable=SC2086,SC2046 # why"), Some((vec!["SC2086", "SC2046"], false)));
        assert_eq!(names("an ordinary comment"), None);
    }
}
