//! Files that a `.gitignore` names one by one: whoever writes the program has them, and a clone does not.

use crate::evidence::Fact;
use crate::path::{file_name, is_inside, join, parent};
use crate::repo::Repo;

/// So many lines of a `.gitignore` are read.
const MOST_LINES: usize = 2_000;

/// A file that a `.gitignore` names without a wildcard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredFile {
    /// Its path, or the folder that it lies somewhere below with its name.
    path: String,
    is_anywhere: bool,
}

impl IgnoredFile {
    /// Its name.
    pub fn name(&self) -> &str {
        file_name(&self.path)
    }

    /// Whether a path is that of the file.
    pub fn is(&self, path: &str) -> bool {
        let is_below = || file_name(path) == self.name() && is_inside(path, parent(&self.path));
        path == self.path || self.is_anywhere && is_below()
    }
}

/// The files that the `.gitignore` of a folder and those above it name one by one, each with its line.
pub fn ignored_files(repo: &Repo, folder: &str) -> Vec<Fact<IgnoredFile>> {
    let mut found = Vec::new();
    let mut place = folder;
    loop {
        if let Some(document) = repo.read_optional(&join(place, ".gitignore")) {
            found.extend(document.lines().take(MOST_LINES).filter_map(|(number, line)| {
                let file = named(place, line)?;
                Some(Fact::new(file, document.evidence_line(number)))
            }));
        }
        if place.is_empty() {
            return found;
        }
        place = parent(place);
    }
}

/// The file that a line of the `.gitignore` in a folder names; nothing for a pattern, an exception, a comment, or what is rather a folder.
fn named(folder: &str, line: &str) -> Option<IgnoredFile> {
    let line = line.trim();
    let is_pattern = line.starts_with(['#', '!']) || line.contains(['*', '?', '[', '\\']) || line.contains("..");
    if is_pattern || !file_name(line).trim_start_matches('.').contains('.') {
        return None;
    }
    let inside = line.trim_start_matches('/');
    Some(IgnoredFile { path: join(folder, inside), is_anywhere: !line.contains('/') })
}

#[cfg(test)]
mod tests {
    use super::{IgnoredFile, named};

    #[test]
    fn only_a_line_without_a_wildcard_names_a_file() {
        let is = |line: &str, path: &str| named("shop", line).is_some_and(|file| file.is(path));
        assert!(is("Secret.java", "shop/src/a/Secret.java") && is("Secret.java", "shop/Secret.java"));
        assert!(is("/src/a/Secret.java", "shop/src/a/Secret.java") && is(" src/Secret.java ", "shop/src/Secret.java"));
        assert!(!is("src/Secret.java", "shop/more/src/Secret.java") && !is("Secret.java", "other/Secret.java"));
        assert!(!is("Secret.java", "shop/src/OtherSecret.java"));
        for line in ["*.java", "!Secret.java", "# Secret.java", "build/", "target", ".idea", "Secret.jav?", ""] {
            assert_eq!(named("shop", line), None, "{line}");
        }
        assert_eq!(named("", "a/b.c"), Some(IgnoredFile { path: "a/b.c".into(), is_anywhere: false }));
    }
}
