//! Two descendants of one text become one: what each changed is kept, and where both changed the same, both are shown.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A merged text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The text, with marks around what nobody could decide.
    pub text: String,
    /// How many such places there are.
    pub conflicts: usize,
}

/// Lines of the ancestor that a descendant replaces by other lines.
#[derive(Debug, Clone)]
struct Edit<'a> {
    from: usize,
    to: usize,
    lines: &'a [&'a str],
}

/// Merges `yours` and `ours`, both made from `base`, line by line.
pub fn merge(base: &str, yours: &str, ours: &str) -> Merged {
    let split = |text: &'_ str| -> Vec<String> { text.split_inclusive('\n').map(with_end).collect() };
    let (base, yours, ours) = (split(base), split(yours), split(ours));
    let (base, yours, ours) = (borrowed(&base), borrowed(&yours), borrowed(&ours));
    let (left, right) = (edits(&base, &yours), edits(&base, &ours));
    let mut merged = Merged { text: String::new(), conflicts: 0 };
    let (mut at, mut l, mut r) = (0, 0, 0);
    while l < left.len() || r < right.len() {
        let starts = [left.get(l), right.get(r)].into_iter().flatten().map(|edit| edit.from);
        let from = starts.min().unwrap_or(at);
        push(&mut merged.text, &base[at..from]);
        // all edits that touch each other are one place
        let (mut to, first) = (from, (l, r));
        loop {
            let touches =
                |edit: &&Edit| edit.from < to || edit.from == to && (edit.from == from || edit.from == edit.to);
            if let Some(edit) = left.get(l).filter(touches) {
                to = to.max(edit.to);
                l += 1;
            } else if let Some(edit) = right.get(r).filter(touches) {
                to = to.max(edit.to);
                r += 1;
            } else {
                break;
            }
        }
        let here = &base[from..to];
        let your_lines = applied(here, from, &left[first.0..l]);
        let our_lines = applied(here, from, &right[first.1..r]);
        if your_lines == our_lines || our_lines == here {
            push(&mut merged.text, &your_lines);
        } else if your_lines == here {
            push(&mut merged.text, &our_lines);
        } else {
            merged.conflicts += 1;
            merged.text.push_str("<<<<<<< yours\n");
            push(&mut merged.text, &your_lines);
            merged.text.push_str("=======\n");
            push(&mut merged.text, &our_lines);
            merged.text.push_str(">>>>>>> dockgen\n");
        }
        at = to;
    }
    push(&mut merged.text, &base[at..]);
    merged
}

/// A line with its end, as text of today ends it.
fn with_end(line: &str) -> String {
    format!("{}\n", line.trim_end_matches(['\r', '\n']))
}

fn borrowed(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).collect()
}

fn push(text: &mut String, lines: &[&str]) {
    text.extend(lines.iter().copied());
}

/// What a descendant changed, in order.
fn edits<'a>(base: &[&str], other: &'a [&'a str]) -> Vec<Edit<'a>> {
    let operations = capture_diff_slices(Algorithm::Patience, base, other);
    let changed = operations.into_iter().filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
    changed
        .map(|operation| {
            let (old, new) = (operation.old_range(), operation.new_range());
            Edit { from: old.start, to: old.end, lines: &other[new] }
        })
        .collect()
}

/// Lines of the ancestor, of which the first is number `from`, with the edits carried out.
fn applied<'a>(here: &[&'a str], from: usize, edits: &[Edit<'a>]) -> Vec<&'a str> {
    let (mut lines, mut at) = (Vec::new(), 0);
    for edit in edits {
        lines.extend(&here[at..edit.from - from]);
        lines.extend(edit.lines);
        at = edit.to - from;
    }
    lines.extend(&here[at..]);
    lines
}

#[cfg(test)]
mod tests {
    use super::merge;

    const BASE: &str = "FROM a\nWORKDIR /app\nCOPY . .\nRUN make\nCMD [\"x\"]\n";

    #[track_caller]
    fn becomes(yours: &str, ours: &str, text: &str, conflicts: usize) {
        let merged = merge(BASE, yours, ours);
        assert_eq!((merged.text.as_str(), merged.conflicts), (text, conflicts));
    }

    #[test]
    fn changes_of_both_are_kept() {
        let ours = BASE.replace("FROM a", "FROM b");
        let yours = format!("{BASE}LABEL x=y\n");
        becomes(&yours, &ours, &format!("{ours}LABEL x=y\n"), 0);
        becomes(BASE, &ours, &ours, 0);
        becomes(&yours, BASE, &yours, 0);
        becomes(&ours, &ours, &ours, 0);
        let without = BASE.replace("RUN make\n", "");
        becomes(&without, &ours, &without.replace("FROM a", "FROM b"), 0);
    }

    #[test]
    fn two_changes_of_one_line_are_shown() {
        let yours = BASE.replace("RUN make", "RUN make all");
        let ours = BASE.replace("RUN make", "RUN make -j");
        let text = BASE.replace("RUN make\n", "<<<<<<< yours\nRUN make all\n=======\nRUN make -j\n>>>>>>> dockgen\n");
        becomes(&yours, &ours, &text, 1);
        let removed = BASE.replace("RUN make\n", "");
        becomes(
            &removed,
            &ours,
            &BASE.replace("RUN make\n", "<<<<<<< yours\n=======\nRUN make -j\n>>>>>>> dockgen\n"),
            1,
        );
        let both = |line: &str| BASE.replace("CMD", &format!("{line}\nCMD"));
        becomes(
            &both("ENV A=1"),
            &both("ENV B=2"),
            &both("<<<<<<< yours\nENV A=1\n=======\nENV B=2\n>>>>>>> dockgen"),
            1,
        );
    }

    #[test]
    fn line_ends_and_a_missing_last_one_are_no_change() {
        becomes(&BASE.replace('\n', "\r\n"), BASE, BASE, 0);
        becomes(BASE.trim_end(), BASE, BASE, 0);
        becomes("", BASE, "", 0);
    }
}
