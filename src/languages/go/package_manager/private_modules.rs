//! Modules that no public proxy has: `GOPRIVATE`, as the project's own files set it.

use crate::evidence::Fact;
use crate::languages::go::workspace::module::Module;
use crate::path::file_name;
use crate::pattern;
use crate::repo::Repo;

/// Where a project says it.
const FILES: &[&str] =
    &["Makefile", "makefile", "GNUmakefile", "Taskfile.yml", "justfile", ".gitlab-ci.yml", ".env.example", "README.md"];

/// The patterns of private modules, where the module requires one of them.
pub fn private(repo: &Repo, module: &Module) -> Option<Fact<String>> {
    let stated = pattern!(r#"\bGOPRIVATE\b["']?\s*[?:]?[=:]\s*["']?([\w.*/,-]+)"#);
    let is_read = |path: &&String| FILES.contains(&file_name(path)) || path.starts_with(".github/workflows/");
    let found = repo.files().iter().filter(is_read).find_map(|path| {
        let document = repo.read_optional(path)?;
        document.find_match(stated, |captures| Some(captures[1].trim_matches(',').to_owned()))
    })?;
    let is_required = |pattern: &str| module.file.requires.iter().any(|require| matches(pattern, &require.value));
    found.value.split(',').any(is_required).then_some(found)
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
    use super::matches;

    #[test]
    fn patterns_are_compared_part_by_part() {
        assert!(matches("example.com/acme", "example.com/acme/money/v2"));
        assert!(matches("example.com/acme/*", "example.com/acme/money"));
        assert!(matches("*.acme.example", "git.acme.example/money"));
        assert!(!matches("example.com/acme/*", "example.com/acme"));
        assert!(!matches("example.com/acm", "example.com/acme"));
    }
}
