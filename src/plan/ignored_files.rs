//! Files that a program is compiled with or reads, and that the usual patterns of an ignore file leave out.

use std::sync::LazyLock;

use crate::catalog::{IgnoredFiles, LanguageFiles, ignored_files, ignored_files_of, secrets};
use crate::dockerfile::Dockerignore;
use crate::evidence::{Fact, Warning};
use crate::path::{file_name, relative_to};
use crate::plan::IgnoreSection;
use crate::repo::Repo;

static EVERYWHERE: LazyLock<Dockerignore> = LazyLock::new(|| patterns(|_| true));
static OF_SECRETS: LazyLock<Dockerignore> = LazyLock::new(|| patterns(|section| section.secret && !section.data));
static OF_DATA: LazyLock<Dockerignore> = LazyLock::new(|| patterns(|section| section.data));

fn patterns(is_wanted: impl Fn(&IgnoredFiles) -> bool) -> Dockerignore {
    let sections = ignored_files().iter().filter(|section| is_wanted(section));
    let lines: Vec<&str> = sections.flat_map(|section| &section.patterns).map(String::as_str).collect();
    Dockerignore::parse(&lines.join("\n")).unwrap_or_default()
}

/// Whether every ignore file leaves this path out; it is seen from the build context.
pub fn is_ignored(path: &str) -> bool {
    EVERYWHERE.excludes(path)
}

/// What the build context of a language does not need besides; `keeps_tests` says whether something compiles, runs or imports a test.
pub fn sections_of(language: &str, keeps_tests: bool) -> Vec<IgnoreSection> {
    let sections = ignored_files_of(language);
    let section = |it: &LanguageFiles| {
        let tests = it.tests.iter().filter(|_| !keeps_tests);
        IgnoreSection::new(&it.comment, it.patterns.iter().chain(tests))
    };
    sections.map(section).collect()
}

/// What to do about the files that a program needs and an ignore file would leave out.
#[derive(Debug, Default)]
pub struct NeededFiles {
    /// Those that hold no secret: exceptions of the ignore file.
    pub exceptions: Option<IgnoreSection>,
    /// What is to be said: which may hold one and stay out, and whose data is taken in.
    pub warnings: Vec<Warning>,
}

impl NeededFiles {
    /// Looks at files, and at those below folders, from the root of the repository.
    pub fn new<'a>(repo: &Repo, context: &str, paths: impl IntoIterator<Item = &'a Fact<String>>) -> Self {
        let mut exceptions: Vec<String> = Vec::new();
        let mut warnings = Vec::new();
        for fact in paths {
            let file = repo.has(&fact.value).then_some(fact.value.as_str());
            for path in file.into_iter().chain(repo.files_under(&fact.value)) {
                let place = relative_to(path, context);
                let exception = format!("!{}", escaped(&place));
                if !is_ignored(&place) || exceptions.contains(&exception) {
                    continue;
                }
                if OF_SECRETS.excludes(&place) && !holds_no_secret(repo, path) {
                    let message = format!(
                        "the program needs `{place}`, which may hold a secret: it stays out of the build context"
                    );
                    let hint = format!(
                        "give it to the container instead; if it is no secret, write `{exception}` into the ignore file"
                    );
                    warnings.push(Warning::new(message).at(fact.evidence.clone()).hint(hint));
                    continue;
                }
                if OF_DATA.excludes(&place) {
                    let message =
                        format!("the program reads `{place}`: it is taken into the image, with all that it holds");
                    let hint = "mount it at run time instead where its data is not for everyone who has the image";
                    warnings.push(Warning::new(message).at(fact.evidence.clone()).hint(hint));
                }
                exceptions.push(exception);
            }
        }
        let exceptions = (!exceptions.is_empty()).then(|| IgnoreSection::new("The program needs these", exceptions));
        Self { exceptions, warnings }
    }
}

/// Whether a file is known to hold nothing secret: certificates and public keys, or variables that everyone may read.
fn holds_no_secret(repo: &Repo, path: &str) -> bool {
    let Some(document) = repo.read_optional(path) else { return false };
    let text = document.text();
    let is_public_key = text.contains("-----BEGIN ") && !text.contains("PRIVATE KEY");
    is_public_key || file_name(path).starts_with(".env") && secrets().variables.are_public(text)
}

/// A path as a pattern that matches it alone.
fn escaped(path: &str) -> String {
    path.chars().flat_map(|c| matches!(c, '\\' | '*' | '?' | '[').then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Evidence;

    #[test]
    fn what_is_no_secret_is_taken_in_again_and_what_may_be_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("certs[1]")).unwrap();
        let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        file("certs[1]/ca.pem", "-----BEGIN CERTIFICATE-----\n");
        file("certs[1]/server.key", "-----BEGIN EC PRIVATE KEY-----\n");
        file("Dockerfile.tmpl", "FROM {{ image }}\n");
        file(".env", "TOKEN=hunter2\n");
        file("page.html", "<p>\n");
        file("shop.sqlite3", "");
        let (repo, _) = Repo::open(folder.path()).unwrap();
        let paths = ["certs[1]", "Dockerfile.tmpl", ".env", "page.html", "Dockerfile.tmpl", "shop.sqlite3"];
        let facts = paths.map(|path| Fact::new(path.to_owned(), Evidence::new("src/main.rs", 7, "")));
        let needed = NeededFiles::new(&repo, "", &facts);
        assert_eq!(needed.exceptions.unwrap().patterns, [r"!certs\[1]/ca.pem", "!Dockerfile.tmpl", "!shop.sqlite3"]);
        let said: Vec<&str> = needed.warnings.iter().map(|warning| warning.message.as_str()).collect();
        assert!(said[0].contains("certs[1]/server.key") && said[1].contains("`.env`"), "{said:?}");
        assert!(said[2].starts_with("the program reads `shop.sqlite3`: it is taken into the image"), "{said:?}");
        assert_eq!(needed.warnings[0].evidence.as_ref().unwrap().line, 7);
        assert!(NeededFiles::new(&repo, "", &facts[3..4]).exceptions.is_none());
    }
}
