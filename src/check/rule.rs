//! What a rule is, and its documentation.

use crate::check::{Findings, Severity, View};
use crate::text::module_documentation;

/// A rule: one file below `rules/`, whose own text is its documentation.
#[derive(Debug)]
pub struct Rule {
    /// Its name: the file's, with dashes.
    pub name: &'static str,
    /// How bad its findings are, unless one says otherwise.
    pub severity: Severity,
    /// Whether it is off until the configuration asks for it.
    pub is_optional: bool,
    /// The names that other checkers have for it.
    pub also: &'static [&'static str],
    /// Its file, for the documentation.
    pub source: &'static str,
    /// Looks for what it is about.
    pub check: fn(&View<'_>, &mut Findings<'_>),
}

/// An example in a rule's documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The Dockerfile.
    pub dockerfile: String,
    /// The files of the build context: path and text.
    pub files: Vec<(String, String)>,
}

/// A Dockerfile of the documentation, and the files below the same heading.
type Found = (Option<String>, Vec<(String, String)>);

impl Rule {
    /// A rule that is on by default.
    pub(super) const fn new(
        name: &'static str,
        severity: Severity,
        also: &'static [&'static str],
        source: &'static str,
        check: fn(&View<'_>, &mut Findings<'_>),
    ) -> Self {
        Self { name, severity, is_optional: false, also, source, check }
    }

    /// The same rule, off until the configuration asks for it.
    pub(super) const fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// Whether this is one of its names, here or elsewhere.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.also.iter().any(|it| it.eq_ignore_ascii_case(name))
    }

    /// The documentation, as Markdown.
    pub fn documentation(&self) -> String {
        module_documentation(self.source)
    }

    /// The first line of the documentation: what is wrong.
    pub fn title(&self) -> String {
        self.documentation().lines().next().unwrap_or_default().to_owned()
    }

    /// The examples below `Problematic` and `Better`.
    ///
    /// A code block whose fence names a file after the language is a file of the build context: of both examples when it stands
    /// before the first of them, else of the one below whose heading it stands.
    pub fn examples(&self) -> (Option<Example>, Option<Example>) {
        let mut shared = Vec::new();
        let mut examples: [Found; 2] = Default::default();
        let mut current: Option<usize> = None;
        let mut block: Option<(Option<String>, String)> = None;
        for line in self.documentation().lines() {
            match (&mut block, line.strip_prefix("```")) {
                (Some(_), Some(_)) => match (block.take(), current) {
                    (Some((Some(file), text)), Some(index)) => examples[index].1.push((file, text)),
                    (Some((Some(file), text)), None) => shared.push((file, text)),
                    (Some((None, text)), Some(index)) => examples[index].0 = Some(text),
                    _ => {}
                },
                (Some((_, text)), None) => {
                    text.push_str(line);
                    text.push('\n');
                }
                (None, Some(fence)) => {
                    block = Some((fence.split_once(' ').map(|(_, file)| file.to_owned()), String::new()));
                }
                (None, None) if line.ends_with("Problematic") => current = Some(0),
                (None, None) if line.ends_with("Better") => current = Some(1),
                (None, None) => {}
            }
        }
        let [problematic, better] = examples.map(|(dockerfile, own)| {
            let files = shared.iter().cloned().chain(own).collect();
            dockerfile.map(|dockerfile| Example { dockerfile, files })
        });
        (problematic, better)
    }
}

/// The page of all rules, made from their documentation.
pub fn rules_page() -> String {
    let mut page = String::from(
        "# Rules\n\n\
         What `dockgen check` looks for. Generated from the rules' own documentation in `src/check/rules/`; the examples are run as\n\
         tests. Silence one line with a comment above it: `# dockgen: allow=rule-name`, with commas between several.\n\n",
    );
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let names: Vec<String> = super::RULES
            .iter()
            .filter(|rule| rule.severity == severity)
            .map(|rule| format!("[{0}](#{0})", rule.name))
            .collect();
        if !names.is_empty() {
            page.extend(["- ", &format!("{severity:?}"), ": ", &names.join(", "), "\n"]);
        }
    }
    for rule in super::RULES {
        let documentation = rule.documentation();
        let body = documentation.split_once('\n').map_or(documentation.as_str(), |(_, body)| body).trim();
        let title = documentation.lines().next().unwrap_or_default().trim_end_matches('.');
        let severity = format!("{:?}", rule.severity);
        page.extend([
            "
## ", rule.name, "

", &severity, ". ", title, ".

", body, "
",
        ]);
    }
    page
}
