//! `.dockerignore` by Docker's own rules, which are not git's: patterns are anchored at the root of the build context, the
//! last one that matches wins, and each is tried on the path and on every folder above it.

mod clean;
mod glob;

use glob::Matcher;

use crate::dockerfile::Span;

pub use clean::clean;
pub use glob::Glob;

/// The pattern that a path is by itself: what has a meaning in patterns stands for itself.
///
/// Docker turns patterns into regular expressions and escapes little, so more is escaped here than `*`, `?` and `[`.
pub fn literal_pattern(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len());
    for (index, c) in path.char_indices() {
        let is_first = index == 0;
        let is_edge = is_first || index + c.len_utf8() == path.len();
        if c == ' ' && is_edge {
            // Docker trims each line.
            pattern.push_str("[ ]");
            continue;
        }
        if r"\*?[]^+(){}|".contains(c) || is_first && matches!(c, '!' | '#') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// A `.dockerignore` file.
#[derive(Debug, Clone, Default)]
pub struct Dockerignore {
    patterns: Vec<Pattern>,
}

/// One pattern of a `.dockerignore` file.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The pattern as Docker uses it: cleaned, relative to the root of the build context, without `!`.
    pub text: String,
    /// Whether it takes files in again.
    pub negated: bool,
    /// Where it stands, without the blanks around it.
    pub span: Span,
    matcher: Matcher,
}

/// A pattern that makes `docker build` fail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadPattern {
    /// Where it stands.
    pub span: Span,
    /// What is wrong with it.
    pub message: String,
}

impl Dockerignore {
    /// Reads the text of a `.dockerignore` file.
    ///
    /// # Errors
    /// [`BadPattern`] for the first pattern that Docker refuses.
    pub fn parse(text: &str) -> Result<Self, BadPattern> {
        let mut patterns = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let offset = start;
            start += line.len();
            let (line, offset) = match line.strip_prefix('\u{feff}') {
                Some(rest) if offset == 0 => (rest, '\u{feff}'.len_utf8()),
                _ => (line, offset),
            };
            let trimmed = line.trim();
            if line.starts_with('#') || trimmed.is_empty() {
                continue;
            }
            let begin = offset + (line.len() - line.trim_start().len());
            patterns.extend(Pattern::read(trimmed, Span::new(begin, begin + trimmed.len()))?);
        }
        Ok(Self { patterns })
    }

    /// The patterns, in the order of the file.
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// Whether a file or folder is left out of the build context; `path` is relative to its root.
    pub fn excludes(&self, path: &str) -> bool {
        self.decided_by(path).is_some_and(|pattern| !pattern.negated)
    }

    /// The pattern that decides about a path; nothing where none leaves it out in the first place.
    pub fn decided_by(&self, path: &str) -> Option<&Pattern> {
        let mut decision: Option<&Pattern> = None;
        for pattern in &self.patterns {
            let excluded = decision.is_some_and(|pattern| !pattern.negated);
            // A pattern that would change nothing is not tried.
            if pattern.negated == excluded && pattern.matches(path) {
                decision = Some(pattern);
            }
        }
        decision
    }
}

impl Pattern {
    /// A pattern from a trimmed line; nothing where Docker drops it.
    fn read(line: &str, span: Span) -> Result<Option<Self>, BadPattern> {
        let bad = |message: &str| BadPattern { span, message: message.to_owned() };
        let (negated, text) = match line.strip_prefix('!') {
            Some(rest) => (true, rest.trim()),
            None => (false, line),
        };
        if text.is_empty() {
            return Err(bad("`!` takes nothing in again"));
        }
        let mut text = clean(text);
        if text.len() > 1 && text.starts_with('/') {
            text.remove(0);
        }
        // Docker cleans a second time, with the `!` in front when there is one.
        let mark = if negated { "!" } else { "" };
        let text = clean(format!("{mark}{text}").trim());
        let Some(text) = text.strip_prefix('!').or((!negated).then_some(text.as_str())) else {
            return Ok(None);
        };
        if text.is_empty() {
            return Err(bad("`!` takes nothing in again"));
        }
        let negated = negated || line.starts_with('!');
        glob::validate(text).map_err(bad)?;
        Ok(Some(Self { text: text.to_owned(), negated, span, matcher: Matcher::new(text) }))
    }

    /// Whether it matches the path itself or a folder above it.
    pub fn matches(&self, path: &str) -> bool {
        // most patterns have nothing to do with most paths
        path.contains(self.matcher.needle())
            && (self.matches_itself(path)
                || path.char_indices().any(|(end, c)| c == '/' && end > 0 && self.matches_itself(&path[..end])))
    }

    /// Whether it matches the path itself.
    pub fn matches_itself(&self, path: &str) -> bool {
        self.matcher.matches(path)
    }
}

#[cfg(test)]
mod tests {
    use super::{Dockerignore, literal_pattern};

    #[test]
    fn a_name_as_a_pattern_matches_nothing_but_itself() {
        let names = [
            "plain/file.env",
            "packages/**",
            "a*b",
            "a?b",
            "[ab]",
            "!out",
            "#note",
            r"a\b",
            "(app)/{x}|y+z^$",
            " edge ",
        ];
        for name in names {
            let Ok(file) = Dockerignore::parse(&literal_pattern(name)) else {
                panic!("Docker would refuse the pattern of {name}");
            };
            assert!(file.excludes(name), "{name}");
            for other in ["packages/api", "axxb", "acb", "a", "out", "note", "ab", "edge", "app/x"] {
                assert!(!file.excludes(other), "{name} takes {other}");
            }
        }
    }
}
