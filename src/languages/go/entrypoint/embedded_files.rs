//! Files that are compiled into a program, and those of them that something else must make first.

use globset::{GlobBuilder, GlobMatcher};

use crate::evidence::Fact;
use crate::languages::go::workspace::packages::{Closure, Packages};
use crate::path::{file_name, join, parent};
use crate::repo::Repo;
use crate::source::go::is_source;

/// A pattern of `//go:embed` that matches nothing yet.
#[derive(Debug, Clone)]
pub struct MissingEmbed {
    /// The folder or file that the pattern names, from the root of the repository.
    pub place: String,
    /// The pattern with its line.
    pub pattern: Fact<String>,
    /// Whether a placeholder stands there, so that the program compiles without it.
    pub has_placeholder: bool,
    /// The submodule that it lies in, where nobody checked that out.
    pub submodule: Option<String>,
}

impl MissingEmbed {
    /// A file that makes the pattern match, from the root of the repository.
    pub fn placeholder(&self) -> String {
        let pattern = &self.pattern.value;
        let rest = pattern.strip_prefix(&fixed_part(pattern)).unwrap_or_default().trim_start_matches('/');
        if !rest.is_empty() {
            return join(&self.place, &rest.replace(['*', '?'], "placeholder").replace(['[', ']'], ""));
        }
        if file_name(&self.place).contains('.') { self.place.clone() } else { join(&self.place, "placeholder") }
    }
}

/// The patterns of a program that match nothing but placeholders, or what git does not keep.
pub fn absent(packages: &mut Packages, closure: &Closure) -> Vec<MissingEmbed> {
    let repo = packages.repo();
    let mut found: Vec<MissingEmbed> = Vec::new();
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for embed in source.embeds() {
                let place = join(folder, &fixed_part(&embed.value));
                let inner = ignored_inside(repo, &place);
                let matched: Vec<&str> = matching(repo, folder, &embed.value);
                let is_real = |file: &&str| !is_placeholder(file_name(file));
                let is_there = matched.iter().any(is_real) && !is_ignored(repo, &place);
                let (place, is_there) = match inner {
                    Some(inner) if is_there => (inner, false),
                    _ => (place, is_there),
                };
                if is_there || found.iter().any(|it| it.place == place) {
                    continue;
                }
                let (has_placeholder, submodule) = (!matched.is_empty(), repo.absent_submodule(&place));
                found.push(MissingEmbed { place, pattern: embed, has_placeholder, submodule });
            }
        }
    }
    found
}

/// The files that the program embeds, for the ignore file to leave alone.
pub fn embedded(packages: &mut Packages, closure: &Closure) -> Vec<String> {
    let repo = packages.repo();
    let mut found = Vec::new();
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for embed in source.embeds() {
                found.extend(matching(repo, folder, &embed.value).into_iter().map(str::to_owned));
            }
        }
    }
    found
}

/// The folders and files that hold what the program embeds.
pub fn places(packages: &mut Packages, closure: &Closure) -> Vec<String> {
    let mut found = Vec::new();
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            for embed in source.embeds() {
                let fixed = fixed_part(&embed.value);
                let place = if fixed.is_empty() { folder.clone() } else { join(folder, &fixed) };
                // a folder that only says what it embeds is read through the package in it
                let is_box = packages.repo().names_in(folder).filter(|name| is_source(name)).count() == 1;
                found.extend([place, folder.clone()].into_iter().take(1 + usize::from(is_box && !folder.is_empty())));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The leading parts of a pattern that hold no wildcard.
fn fixed_part(pattern: &str) -> String {
    let parts: Vec<&str> = pattern.split('/').take_while(|part| !part.contains(['*', '?', '['])).collect();
    parts.join("/")
}

fn matching<'a>(repo: &'a Repo, folder: &str, pattern: &str) -> Vec<&'a str> {
    let place = join(folder, &fixed_part(pattern));
    if repo.has(&place) {
        return repo.files_under(parent(&place)).filter(|file| **file == *place).collect();
    }
    let full = join(folder, pattern);
    let literal = if folder.is_empty() { 0 } else { folder.split('/').count() };
    let parts: Vec<Wildcard> = full.split('/').skip(literal).map(Wildcard::new).collect();
    let is_matched = |file: &&str| {
        let mut names = file.split('/').skip(literal);
        parts.iter().all(|part| names.next().is_some_and(|name| part.matches(name)))
    };
    repo.files_under(&place).filter(is_matched).collect()
}

/// One name of a pattern, which may hold `*`, `?` and classes.
struct Wildcard(Option<GlobMatcher>);

impl Wildcard {
    fn new(pattern: &str) -> Self {
        // braces are plain letters to Go
        let pattern: String =
            pattern.chars().map(|c| if matches!(c, '{' | '}') { format!("[{c}]") } else { c.to_string() }).collect();
        let glob = GlobBuilder::new(&pattern).literal_separator(true).backslash_escape(true).build();
        Self(glob.ok().map(|glob| glob.compile_matcher()))
    }

    fn matches(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|matcher| matcher.is_match(name))
    }
}

fn is_placeholder(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.trim_start_matches('.').starts_with("git")
        || lower.starts_with("placeholder")
        || matches!(
            lower.as_str(),
            ".keep" | ".empty" | "empty" | "keep" | "readme.md" | "stub.txt" | ".placeholder" | "dummy" | "dummy.txt"
        )
}

/// A folder inside an embedded one that git does not keep: what a build makes there.
fn ignored_inside(repo: &Repo, place: &str) -> Option<String> {
    let mut folder = place;
    loop {
        if let Some(document) = repo.read_optional(&join(folder, ".gitignore")) {
            let inside = document.lines().find_map(|(_, line)| {
                let line = line.trim().trim_start_matches('/').trim_end_matches('/').trim_end_matches("/*");
                let full = join(folder, line);
                let is_plain =
                    !line.is_empty() && !line.contains(['*', '!', '#', '?']) && !file_name(line).contains('.');
                (is_plain
                    && full.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'))
                    && (line.contains('/') || folder == place))
                    .then_some(full)
            });
            if inside.is_some() {
                return inside;
            }
        }
        if folder.is_empty() {
            return None;
        }
        folder = parent(folder);
    }
}

/// Whether a `.gitignore` above names this folder, so that what is there is only here.
fn is_ignored(repo: &Repo, place: &str) -> bool {
    let mut folder = place;
    while !folder.is_empty() {
        folder = parent(folder);
        let Some(document) = repo.read_optional(&join(folder, ".gitignore")) else {
            continue;
        };
        let inside = place[folder.len()..].trim_start_matches('/');
        let named = |line: &str| {
            let line = line.trim().trim_end_matches("/*").trim_end_matches('/').trim_start_matches('/');
            !line.is_empty() && (line == inside || !line.contains('/') && inside.split('/').any(|part| part == line))
        };
        if document.lines().any(|(_, line)| named(line)) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_go_does() {
        let wildcard = |pattern: &str, name: &str| Wildcard::new(pattern).matches(name);
        assert!(wildcard("*.html", "a.html") && wildcard("b?ild", "build") && wildcard("*", "x"));
        assert!(wildcard("[a-c].{x}", "b.{x}") && wildcard("\\*", "*"));
        assert!(!wildcard("*.html", "a.css") && !wildcard("a", "ab") && !wildcard("[a-c]", "d") && !wildcard("[", "["));
        // by trying one way after the other, this would take years
        assert!(!wildcard(&"*a".repeat(40), &"a".repeat(39)) && wildcard(&"*a".repeat(40), &"a".repeat(240)));
        assert_eq!(fixed_part("ui/build/*"), "ui/build");
        assert_eq!(fixed_part("*.sql"), "");
    }
}
