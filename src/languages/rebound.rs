//! A server that its source lets listen on the loopback only: the build edits that, since nobody would reach it in a container.

use crate::evidence::{Evidence, Warning};
use crate::plan::SourceEdit;

/// A piece of one line of a source, and what the build makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebound {
    /// The piece as it stands.
    pub from: String,
    /// The same with all interfaces to listen on.
    pub to: String,
}

impl Rebound {
    /// An edit of a piece that stands within a line, since `sed` sees no more at once; nothing for another.
    pub fn within_line(from: &str, to: String) -> Option<Self> {
        (!from.contains('\n')).then(|| Self { from: from.to_owned(), to })
    }

    /// The edit of that file, of the text as it stands.
    pub fn edit(&self, file: impl Into<String>) -> SourceEdit {
        let literal = |text: &str, special: &[char]| -> String {
            text.chars().flat_map(|c| special.contains(&c).then_some('\\').into_iter().chain([c])).collect()
        };
        let is_free = |delimiter: &&char| !self.from.contains(**delimiter) && !self.to.contains(**delimiter);
        let delimiter = ['|', '#', '@', '%', '~'].iter().find(is_free).copied().unwrap_or('|');
        let from = literal(&self.from, &['\\', '.', '*', '[', ']', '^', '$', delimiter]);
        let to = literal(&self.to, &['\\', '&', delimiter]);
        let file: String = file.into();
        // a name that starts with a dash would be an option
        let file = if file.starts_with('-') { format!("./{file}") } else { file };
        SourceEdit {
            text: self.from.clone(),
            expression: format!("s{delimiter}{from}{delimiter}{to}{delimiter}"),
            file,
        }
    }
}

/// What is said of it.
pub fn warning(evidence: Evidence) -> Warning {
    Warning::new("the source lets it listen on the machine's own loopback only: the build changes that, or nobody would reach it in a container")
        .at(evidence)
        .hint("make the address a setting, with all interfaces in a container")
}
