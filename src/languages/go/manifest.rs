//! `go.mod` and `go.work`: one grammar, read without running Go.

use crate::error::{Error, Result};
use crate::evidence::{Evidence, Fact};
use crate::languages::go::version::Version;
use crate::repo::Document;

/// What a `replace` puts in the place of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replace {
    /// The module that is replaced.
    pub module: String,
    /// A folder, or another module.
    pub target: String,
}

impl Replace {
    /// Whether the target is a folder.
    pub fn is_local(&self) -> bool {
        self.target == "."
            || self.target == ".."
            || self.target.starts_with(['/', '\\'])
            || self.target.starts_with("./")
            || self.target.starts_with("../")
    }
}

/// The directives of a `go.mod` or `go.work`.
#[derive(Debug, Clone, Default)]
pub struct ModFile {
    /// The module's path.
    pub module: Option<Fact<String>>,
    /// The `go` line: the least version.
    pub go: Option<Fact<String>>,
    /// The `toolchain` line.
    pub toolchain: Option<Fact<String>>,
    /// The required modules' paths.
    pub requires: Vec<Fact<String>>,
    /// The required modules' versions, by path.
    pub versions: Vec<(String, String)>,
    /// Replacements.
    pub replaces: Vec<Fact<Replace>>,
    /// The folders of a workspace.
    pub uses: Vec<Fact<String>>,
}

impl ModFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Manifest`] with the place of the fault.
    pub fn read(document: &Document) -> Result<Self> {
        let mut file = Self::default();
        let mut block: Option<String> = None;
        for (line, text) in document.lines() {
            let words = words(text).map_err(|message| fault(document, line, &message))?;
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match (&block, words.as_slice()) {
                (_, []) | (None, [_, "(", ")"]) => {}
                (Some(_), [")"]) => block = None,
                (Some(directive), rest) => {
                    let directive = directive.clone();
                    file.directive(document, line, &directive, rest)?;
                }
                (None, [directive, "("]) => block = Some((*directive).to_owned()),
                (None, [directive, rest @ ..]) => file.directive(document, line, directive, rest)?,
            }
        }
        match block {
            Some(directive) => {
                let last = u32::try_from(document.lines().count()).unwrap_or(u32::MAX);
                Err(fault(document, last.max(1), &format!("the block of `{directive}` is not closed")))
            }
            None => Ok(file),
        }
    }

    fn directive(&mut self, document: &Document, line: u32, name: &str, rest: &[&str]) -> Result<()> {
        let evidence = || document.evidence_line(line);
        let text = |value: &str| Fact::new(value.to_owned(), evidence());
        match (name, rest) {
            ("module", [path]) => self.module = Some(text(path)),
            ("go", [version]) => {
                if Version::parse(version).is_none() {
                    return Err(fault(document, line, &format!("`{version}` is no version of Go")));
                }
                self.go = Some(text(version));
            }
            ("toolchain", [name]) => self.toolchain = Some(text(name)),
            ("require", [path, version]) => {
                self.requires.push(text(path));
                self.versions.push(((*path).to_owned(), (*version).to_owned()));
            }
            ("use", [folder]) => self.uses.push(text(folder)),
            ("replace", [module, .., "=>", target] | [module, .., "=>", target, _]) => {
                let replace = Replace { module: (*module).to_owned(), target: (*target).to_owned() };
                self.replaces.push(Fact::new(replace, evidence()));
            }
            ("module" | "go" | "require" | "use" | "replace" | "toolchain", _) => {
                return Err(fault(document, line, &format!("`{name}` is not followed by what it needs")));
            }
            // retract, exclude, tool, godebug, ignore and what is still to come change nothing here
            _ => {}
        }
        Ok(())
    }
}

fn fault(document: &Document, line: u32, message: &str) -> Error {
    Error::Manifest {
        path: document.path().to_owned(),
        line,
        column: 1,
        message: message.to_owned(),
        hint: Some("`go mod edit -fmt` says the same".into()),
    }
}

/// The words of a line, without its comment.
fn words(line: &str) -> std::result::Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut rest = line.trim();
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            break;
        }
        let length = match first {
            '"' | '`' => {
                let end = rest[1..].find(first).ok_or("a quotation mark is not closed")?;
                found.push(rest[1..=end].to_owned());
                end + 2
            }
            '(' | ')' => {
                found.push(first.to_string());
                1
            }
            _ => {
                let is_end = |c: char| c.is_whitespace() || matches!(c, '(' | ')');
                let end = rest.find(is_end).unwrap_or(rest.len());
                let word = &rest[..end];
                let word = word
                    .split("//")
                    .next()
                    .filter(|it| !it.is_empty() && rest[it.len()..].starts_with("// "))
                    .unwrap_or(word);
                found.push(word.to_owned());
                word.len()
            }
        };
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

/// The evidence of the strongest version that a file states: `toolchain` above `go`.
pub fn stated(file: &ModFile) -> Option<(Version, Evidence)> {
    [&file.toolchain, &file.go]
        .into_iter()
        .flatten()
        .filter_map(|fact| Some((Version::parse(&fact.value)?, fact.evidence.clone())))
        .max_by_key(|(version, _)| *version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ModFile> {
        ModFile::read(&Document::new("go.mod", text))
    }

    #[test]
    fn every_directive_is_read_with_its_line() {
        let text = "module \"example.com/a/v2\" // the name\n\ngo 1.26.1\ntoolchain go1.27.0\nrequire a.b/c v1.0.0 // indirect\nrequire (\n\td.e/f v1 // indirect\n)\nreplace d.e/f v1 => ../f\nreplace (\n\tx => y v2\n)\nretract v1.0.0\nuse ./api\n";
        let file = read(text).unwrap();
        assert_eq!(file.module.unwrap().value, "example.com/a/v2");
        assert_eq!(Version::parse(&file.go.unwrap().value), Some(Version(1, 26)));
        assert_eq!(file.requires.iter().map(|it| it.evidence.line).collect::<Vec<_>>(), [5, 7]);
        assert!(file.replaces[0].value.is_local() && !file.replaces[1].value.is_local());
        assert_eq!(file.uses[0].value, "./api");
    }

    #[test]
    fn faults_have_a_place() {
        for (text, line) in
            [("module x\nrequire (\n a v1\n", 3), ("module\n", 1), ("module x\ngo new\n", 2), ("module \"x\n", 1)]
        {
            let Err(Error::Manifest { line: found, .. }) = read(text) else { panic!("{text} was read") };
            assert_eq!(found, line, "{text}");
        }
    }
}
