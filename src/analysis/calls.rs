//! The rows of a table about calls, found by what is called: a program has many calls, and a table has many rows.

use std::collections::HashMap;

use crate::source::go::{is_generated, mentions};
use crate::source::{Call, Import, Index, Language};

/// A row about a call.
pub trait CallRow {
    /// The language that it belongs to.
    fn language(&self) -> &str;

    /// The call, as [`Call::is`] takes it.
    fn call(&self) -> &str;
}

/// The rows of a table, by the language and the last part of the call that each is about.
#[derive(Debug)]
pub struct CallRows<R: 'static> {
    rows: &'static [R],
    by_name: HashMap<&'static str, HashMap<&'static str, Vec<usize>>>,
}

impl<R: CallRow> CallRows<R> {
    /// The rows of a table.
    pub fn new(rows: &'static [R]) -> Self {
        let mut by_name: HashMap<&str, HashMap<&str, Vec<usize>>> = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            by_name.entry(row.language()).or_default().entry(last(row.call())).or_default().push(at);
        }
        Self { rows, by_name }
    }

    /// The rows that mean a call, in the order of the table.
    pub fn of(&self, language: Language, call: &Call) -> impl Iterator<Item = &'static R> {
        let written = self.named(language, &call.path);
        let origin = call.origin.as_deref().filter(|origin| last(origin) != last(&call.path));
        let resolved = origin.map_or(&[][..], |origin| self.named(language, origin));
        let mut rows: Vec<usize> =
            written.iter().chain(resolved).copied().filter(|at| call.is(self.rows[*at].call())).collect();
        rows.sort_unstable();
        rows.into_iter().map(|at| &self.rows[at])
    }

    /// The last parts of the calls that the rows of a language are about.
    pub fn names(&self, language: Language) -> impl Iterator<Item = &'static str> {
        self.by_name.get(language.name()).into_iter().flatten().map(|(name, _)| *name)
    }

    /// The positions of the rows whose call has the last part of a path.
    fn named(&self, language: Language, path: &str) -> &[usize] {
        let rows = self.by_name.get(language.name()).and_then(|calls| calls.get(last(path)));
        rows.map_or(&[][..], Vec::as_slice)
    }
}

/// Whether a file does more with what it imports than to name its types. In Go, where the import does not say so, it calls something
/// of the package; what is imported for its effects alone, a package of another name than its folder's, and files that a tool made, of
/// which no calls are known, count.
pub fn names_more_than_types(file: &Index, import: &Import) -> bool {
    if import.is_type || Language::of(file.path()) != Some(Language::Go) {
        return !import.is_type;
    }
    let Some((_, own)) = import.names.first().filter(|(_, own)| own != "_") else { return true };
    let is_of_it = |call: &Call| call.path.strip_prefix(own.as_str()).is_some_and(|rest| rest.starts_with('.'));
    let is_called = file.calls.iter().any(|call| is_of_it(call) && !call.is_construction);
    let text = file.document().text();
    is_called || is_generated(text) || !mentions(text, own)
}

/// The last part of a path, which a call and the row that means it have in common.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{CallRow, CallRows};
    use crate::catalog::analysis::{listens, starts, uses_files};
    use crate::source::{Call, Language};

    #[test]
    fn the_rows_of_a_call_are_those_that_mean_it() {
        let rows = CallRows::new(listens());
        let of = |call: &Call| rows.of(Language::JavaScript, call).map(|row| row.call.as_str()).collect::<Vec<_>>();
        let meant = |call: &Call| -> Vec<&str> {
            let rows = listens().iter().filter(|row| row.language == "javascript" && call.is(&row.call));
            rows.map(|row| row.call.as_str()).collect()
        };
        for row in listens() {
            let mut call = Call::new(&row.call.replacen('*', "app", 1));
            assert_eq!(of(&call), meant(&call), "{}", row.call);
            call.origin = Some("other.call".into());
            assert_eq!(of(&call), meant(&call), "{}", row.call);
        }
        assert!(of(&Call::new("app.listening")).is_empty());
    }

    #[test]
    fn what_a_row_is_about_has_a_last_part() {
        let calls = listens().iter().map(CallRow::call).chain(starts().iter().map(CallRow::call));
        for call in calls.chain(uses_files().iter().map(CallRow::call)) {
            assert!(!call.starts_with('*') || call.starts_with("*."), "{call}");
        }
    }
}
