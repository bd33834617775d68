//! Modules that no public proxy has: `GOPRIVATE`, as the project's own files set it.

use crate::catalog::go_build_files;
use crate::evidence::Fact;
use crate::languages::go::workspace::module::Module;
use crate::path::is_named;
use crate::repo::Repo;

/// The patterns of private modules, where the module requires one of them.
pub fn private(repo: &Repo, module: &Module) -> Option<Fact<String>> {
    let names = &go_build_files().private;
    let is_read =
        |path: &&String| names.iter().any(|name| is_named(path, name)) || path.starts_with(".github/workflows/");
    let found = repo.files().iter().filter(is_read).find_map(|path| {
        let document = repo.read_optional(path)?;
        let mut lines = document.lines();
        lines.find_map(|(line, text)| Some(Fact::new(stated(text)?.to_owned(), document.evidence_line(line))))
    })?;
    let is_required = |pattern: &str| module.file.requires.iter().any(|require| matches(pattern, &require.value));
    found.value.split(',').any(is_required).then_some(found)
}

/// The patterns that a line gives to `GOPRIVATE`, in a shell, a Makefile, YAML or JSON.
fn stated(line: &str) -> Option<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (before, rest) = line.split_once("GOPRIVATE")?;
    if before.ends_with(is_word) || rest.starts_with(is_word) {
        return None;
    }
    let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest).trim_start();
    let mark = ["?=", ":=", "=", ":"].iter().find(|mark| rest.starts_with(**mark))?;
    let rest = rest[mark.len()..].trim_start();
    let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
    let end = rest.find(|c: char| !is_word(c) && !".*/,-".contains(c)).unwrap_or(rest.len());
    Some(rest[..end].trim_matches(',')).filter(|patterns| !patterns.is_empty())
}

/// Whether a pattern of `GOPRIVATE` takes a module in: part by part from the start, `*` for any of one part.
fn matches(pattern: &str, module: &str) -> bool {
    let mut parts = module.split('/');
    !pattern.is_empty()
        && pattern.split('/').all(|wanted| {
            let part = parts.next();
            part.is_some_and(|part| match wanted.split_once('*') {
                Some((start, end)) => part.starts_with(start) && part.ends_with(end),
                None => part == wanted,
            })
        })
}

#[cfg(test)]
mod tests {
    use super::{go_build_files, matches, private, stated};
    use crate::languages::go::workspace::module::Module;
    use crate::repo::Repo;

    #[test]
    fn it_is_stated_in_many_ways() {
        for line in
            ["GOPRIVATE=a.b/*", "export GOPRIVATE := \"a.b/*\"", "  GOPRIVATE: 'a.b/*'", "\"GOPRIVATE\": \"a.b/*\""]
        {
            assert_eq!(stated(line), Some("a.b/*"), "{line}");
        }
        for line in ["MY_GOPRIVATE=a", "GOPRIVATES=a", "set GOPRIVATE", "GOPRIVATE=$(X)", "GOPROXY=a"] {
            assert_eq!(stated(line), None, "{line}");
        }
    }

    #[test]
    fn every_file_of_the_table_may_state_it_and_no_other() {
        let requires = vec![crate::evidence::Fact::new("a.b/c".to_owned(), crate::evidence::Evidence::file("go.mod"))];
        let mut module = Module::default();
        module.file.requires = requires;
        let folder = tempfile::tempdir().unwrap();
        for name in &go_build_files().private {
            let read = |name: &str| {
                std::fs::write(folder.path().join(name), "GOPRIVATE=a.b/*\n").unwrap();
                let (repo, _) = Repo::open(folder.path()).unwrap();
                let found = private(&repo, &module).is_some();
                std::fs::remove_file(folder.path().join(name)).unwrap();
                found
            };
            assert!(read(name) && !read(&format!("{name}.x")), "{name}");
        }
    }

    #[test]
    fn patterns_are_compared_part_by_part() {
        assert!(matches("example.com/acme", "example.com/acme/money/v2"));
        assert!(matches("example.com/acme/*", "example.com/acme/money"));
        assert!(matches("*.acme.example", "git.acme.example/money"));
        assert!(!matches("example.com/acme/*", "example.com/acme"));
        assert!(!matches("example.com/acm", "example.com/acme"));
    }
}
