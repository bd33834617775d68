//! What a check of `dockgen test` is, and its documentation.

use serde::Serialize;

use crate::container::checks::CHECKS;
use crate::container::subject::Subject;
use crate::error::Result;
use crate::text::module_documentation;

/// A check: one file below `checks/`, whose own text is its documentation.
#[derive(Debug)]
pub struct Check {
    /// Its name: the file's, with dashes.
    pub name: &'static str,
    /// Its file, for the documentation.
    source: &'static str,
    /// Looks at the image, or at what runs of it.
    pub(super) look: fn(&mut Subject<'_>) -> Result<Verdict>,
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", content = "reason", rename_all = "kebab-case")]
pub enum Verdict {
    /// It holds; what was seen.
    Passed(String),
    /// It does not; what was seen instead.
    Failed(String),
    /// It could not be asked; why.
    Skipped(String),
}

impl Check {
    pub(super) const fn new(
        name: &'static str,
        source: &'static str,
        look: fn(&mut Subject<'_>) -> Result<Verdict>,
    ) -> Self {
        Self { name, source, look }
    }

    /// The documentation, as Markdown; its first line says what must hold.
    pub fn documentation(&self) -> String {
        module_documentation(self.source)
    }

    /// What must hold, in a sentence without its full stop.
    pub fn title(&self) -> String {
        self.documentation().lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
    }
}

impl Verdict {
    pub(super) fn passed(seen: impl Into<String>) -> Self {
        Self::Passed(seen.into())
    }

    pub(super) fn failed(seen: impl Into<String>) -> Self {
        Self::Failed(seen.into())
    }

    pub(super) fn skipped(reason: impl Into<String>) -> Self {
        Self::Skipped(reason.into())
    }

    /// Passed where nothing was found; else the first few.
    pub(super) fn none_of(found: &[String], good: &str) -> Self {
        /// How many are told.
        const TOLD: usize = 5;
        if found.is_empty() {
            return Self::passed(good);
        }
        let more = found.len().saturating_sub(TOLD);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Self::Failed(format!("it has {}{more}", found[..found.len().min(TOLD)].join(", ")))
    }

    /// What was seen, or why it could not be asked.
    pub fn reason(&self) -> &str {
        match self {
            Self::Passed(text) | Self::Failed(text) | Self::Skipped(text) => text,
        }
    }
}

/// The page of all checks, made from their documentation.
pub fn checks_page() -> String {
    let mut page = String::from(
        "# Checks of an image\n\n\
         What `dockgen test` sees to, in this order. Generated from the checks' own documentation in `src/container/checks/`. One that does\n\
         not hold for an image is left out with `--skip NAME`, or for good with `skip = [\"NAME\"]` below `[test]` in `dockgen.toml`.\n",
    );
    for check in CHECKS {
        let documentation = check.documentation();
        let body = documentation.split_once('\n').map_or("", |(_, body)| body).trim();
        page.extend(["\n## ", check.name, "\n\n", &check.title(), ".\n"]);
        if !body.is_empty() {
            page.extend(["\n", body, "\n"]);
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::Verdict;

    #[test]
    fn the_first_few_of_what_was_found_are_told() {
        let found: Vec<String> = (1..=7).map(|number| format!("/{number}")).collect();
        let told = |count: usize| Verdict::none_of(&found[..count], "nothing").reason().to_owned();
        assert_eq!(Verdict::none_of(&[], "nothing"), Verdict::passed("nothing"));
        assert_eq!(told(5), "it has /1, /2, /3, /4, /5");
        assert_eq!(told(7), "it has /1, /2, /3, /4, /5 and 2 more");
    }
}
