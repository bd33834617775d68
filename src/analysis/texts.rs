//! The texts of a program, each with what it is given to: for what no table of calls can know.

use crate::source::{Call, Index, Literal};

/// A text and what it is given to.
#[derive(Debug, Clone, Copy)]
pub struct TextUse<'a> {
    /// The file.
    pub file: &'a Index,
    /// The text.
    pub literal: &'a Literal,
    /// The innermost call that it is an argument of, or the object that it is a field of.
    pub call: Option<&'a Call>,
    /// Which argument of it.
    pub position: usize,
}

impl TextUse<'_> {
    /// The text itself.
    pub fn text(&self) -> &str {
        &self.literal.text
    }

    /// The constant, variable, field or key that gets it, or what it is a part of; empty where there is none.
    pub fn name(&self) -> &str {
        let at = self.literal.place.start;
        let assigned = || {
            let around = self.file.assignments.iter().filter(|it| it.value_start <= at && at < it.place.end);
            around.max_by_key(|it| it.value_start).map(|it| it.name.as_str())
        };
        self.literal.name.as_deref().or_else(assigned).unwrap_or_default()
    }

    /// The last part of what it is given to; empty where that is nothing.
    pub fn function(&self) -> &str {
        self.call.map(Call::name).unwrap_or_default()
    }

    /// The texts in front of it in the same call: the name of an option or a variable whose default it is.
    pub fn before(&self) -> impl Iterator<Item = &str> {
        let arguments = self.call.map(|call| call.arguments.as_slice()).unwrap_or_default();
        arguments.iter().take(self.position).filter_map(|argument| argument.value.text())
    }
}

/// The texts of a file, in their order.
pub fn texts(file: &Index) -> Vec<TextUse<'_>> {
    let arguments = |call: usize| file.calls[call].arguments.iter().enumerate().map(move |(at, it)| (it, call, at));
    let mut ranges: Vec<(u32, u32, usize, usize)> = (0..file.calls.len())
        .flat_map(|call| arguments(call).map(|(argument, call, at)| (argument.start, argument.end, call, at)))
        .collect();
    // outer ranges come before those in them
    ranges.sort_by_key(|(start, end, ..)| (*start, std::cmp::Reverse(*end)));
    let mut literals: Vec<&Literal> = file.texts.iter().collect();
    literals.sort_by_key(|literal| literal.place.start);
    let (mut next, mut open) = (0, Vec::new());
    let mut found = Vec::with_capacity(literals.len());
    for literal in literals {
        let at = literal.place.start;
        while let Some(range) = ranges.get(next).filter(|(start, ..)| *start <= at) {
            open.push(*range);
            next += 1;
        }
        while open.last().is_some_and(|(_, end, ..)| *end <= at) {
            open.pop();
        }
        let (call, position) = match open.last() {
            Some((_, _, call, position)) => (file.calls.get(*call), *position),
            None => (None, 0),
        };
        found.push(TextUse { file, literal, call, position });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Document;

    #[test]
    fn a_text_knows_the_innermost_call_and_what_stands_before() {
        let text = "package main\nvar a = \"1\"\nvar b = f(\"2\", g(x, \"3\"), \"4\")\nvar c = T{Field: h(\"5\"), Other: \"6\"}\n";
        let index = crate::source::read(Document::new("main.go", text));
        let shown: Vec<String> = texts(&index)
            .iter()
            .map(|it| {
                format!(
                    "{} {}:{} {} {:?}",
                    it.text(),
                    it.function(),
                    it.position,
                    it.name(),
                    it.before().collect::<Vec<_>>()
                )
            })
            .collect();
        let expected = ["1 :0 a []", "2 f:0 b []", "3 g:1 b []", "4 f:2 b [\"2\"]", "5 h:0 c []", "6 T:1 Other []"];
        assert_eq!(shown, expected);
    }
}
