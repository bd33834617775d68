//! Looking for something in source files, bounded in number and size.

use regex::{Captures, Regex};

use crate::evidence::{Evidence, Fact};
use crate::repo::{Document, Repo};

/// At most this many files are read for one application.
const MOST_FILES: usize = 600;
/// Files larger than this, in bytes, are made by tools, not by people.
const LARGEST_FILE: usize = 400_000;

/// The source files of an application, read once.
#[derive(Debug, Default)]
pub struct Sources {
    documents: Vec<Document>,
}

impl Sources {
    /// Reads the files of `paths` that can be read as text.
    pub fn read<'a>(repo: &Repo, paths: impl Iterator<Item = &'a str>) -> Self {
        let documents = paths
            .take(MOST_FILES)
            .filter_map(|path| repo.read(path).ok())
            .filter(|document| document.text().len() <= LARGEST_FILE)
            .collect();
        Self { documents }
    }

    /// These files.
    pub fn of(documents: Vec<Document>) -> Self {
        Self { documents }
    }

    /// The files, in their order.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The first match over all files that `pick` accepts, with its line.
    pub fn find<T>(&self, pattern: &Regex, pick: impl Fn(&Captures) -> Option<T>) -> Option<Fact<T>> {
        self.documents.iter().find_map(|document| find_in(document, pattern, &pick))
    }

    /// Every match that `pick` accepts, with its line.
    pub fn find_all<T>(&self, pattern: &Regex, pick: impl Fn(&Captures) -> Option<T>) -> Vec<Fact<T>> {
        let mut found = Vec::new();
        for document in &self.documents {
            for captures in pattern.captures_iter(document.text()) {
                if let Some(value) = pick(&captures) {
                    found.push(Fact::new(value, place(document, &captures)));
                }
            }
        }
        found
    }

    /// Whether any file matches, and where first.
    pub fn any(&self, pattern: &Regex) -> Option<Evidence> {
        self.find(pattern, |_| Some(())).map(|fact| fact.evidence)
    }
}

/// The first match in one file that `pick` accepts, with its line.
pub fn find_in<T>(document: &Document, pattern: &Regex, pick: impl Fn(&Captures) -> Option<T>) -> Option<Fact<T>> {
    pattern.captures_iter(document.text()).find_map(|captures| {
        let value = pick(&captures)?;
        Some(Fact::new(value, place(document, &captures)))
    })
}

fn place(document: &Document, captures: &Captures) -> Evidence {
    document.evidence_at(captures.get(0).map_or(0, |whole| whole.start()))
}

/// A regular expression whose classes are those of ASCII: source code is, and the large ones of Unicode take long to compile.
///
/// # Panics
/// When it is broken, which the tests rule out for every one of the program.
pub fn compile(text: &str) -> Regex {
    match Regex::new(&ascii(text)) {
        Ok(pattern) => pattern,
        Err(error) => panic!("a pattern of the program is broken: {error}"),
    }
}

/// `\w`, `\d`, `\s` and `\b` written out, inside and outside of brackets.
fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() * 2);
    let (mut characters, mut is_class) = (text.chars(), false);
    while let Some(c) = characters.next() {
        let escaped = if c == '\\' { characters.next() } else { None };
        let class = match (c, escaped) {
            (_, Some('w')) => "0-9A-Za-z_",
            (_, Some('d')) => "0-9",
            (_, Some('s')) => r" \t\r\n",
            (_, Some('b')) if !is_class => {
                plain.push_str(r"(?-u:\b)");
                continue;
            }
            (_, escaped) => {
                is_class = if escaped.is_some() { is_class } else { c == '[' || is_class && c != ']' };
                plain.push(c);
                plain.extend(escaped);
                continue;
            }
        };
        if is_class {
            plain.push_str(class);
        } else {
            plain.extend(["[", class, "]"]);
        }
    }
    plain
}

/// A regular expression of the program, compiled at first use.
#[macro_export]
macro_rules! pattern {
    ($text:expr) => {{
        static PATTERN: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| $crate::languages::source::compile($text));
        &*PATTERN
    }};
}

#[cfg(test)]
mod tests {
    use super::{ascii, compile};

    #[test]
    fn classes_are_written_out_and_mean_the_same() {
        assert_eq!(ascii(r"[\w./]+\s*\d"), r"[0-9A-Za-z_./]+[ \t\r\n]*[0-9]");
        assert_eq!(ascii(r"\[\]\.\\"), r"\[\]\.\\");
        let pattern = compile(r#"\bport\s*=\s*["']?(\d{2,5})\b"#);
        assert_eq!(&pattern.captures("export port = '8080'").unwrap()[1], "8080");
        assert!(pattern.captures("report=80").is_none());
    }
}
