//! The C libraries that `#cgo` lines of the program's own source name.

use crate::catalog::c_libraries;
use crate::evidence::Fact;
use crate::languages::go::packages::{Closure, Packages};

/// What the lines ask for.
#[derive(Debug, Clone, Default)]
pub struct Linked {
    /// Debian packages with the headers.
    pub packages: Vec<String>,
    /// Libraries that no known package holds.
    pub unknown: Vec<Fact<String>>,
}

/// Reads the lines of the files that import C.
pub fn linked(packages: &mut Packages, closure: &Closure) -> Linked {
    let mut linked = Linked::default();
    let repo = packages.repo();
    for folder in &closure.folders {
        for source in &packages.package(folder).sources {
            let imports_c = source.imports.iter().any(|import| import.value == "C");
            let Some(document) = repo.read_optional(&source.path).filter(|_| imports_c) else { continue };
            for (line, text) in document.lines() {
                // what lies beside the source is linked to by its folder
                let brings_its_own = document.text().contains("SRCDIR");
                for name in libraries(text).into_iter().filter(|name| !c_libraries().is_standard(name)) {
                    match c_libraries().package(name) {
                        Some(package) => linked.packages.push(package.to_owned()),
                        None if brings_its_own => {}
                        None => linked.unknown.push(Fact::new(name.to_owned(), document.evidence_line(line))),
                    }
                }
            }
        }
    }
    linked
}

/// The libraries of one line, where it is for Linux: `#cgo linux pkg-config: vips` or `#cgo LDFLAGS: -lpcap`.
fn libraries(line: &str) -> Vec<&str> {
    let comment = line.trim_start().trim_start_matches(['/', '*']).trim_start();
    let Some((head, values)) = comment.strip_prefix("#cgo ").and_then(|rest| rest.split_once(':')) else {
        return Vec::new();
    };
    let mut words: Vec<&str> = head.split_whitespace().collect();
    let kind = words.pop().unwrap_or_default();
    let is_for = |condition: &str| match condition.strip_prefix('!') {
        Some(other) => !other.contains("linux"),
        None => condition.split(',').all(|part| matches!(part, "linux" | "cgo" | "unix" | "amd64" | "arm64")),
    };
    if !words.is_empty() && !words.iter().any(|condition| is_for(condition)) {
        return Vec::new();
    }
    let is_option = |word: &&str| word.starts_with("--") || word.starts_with(['<', '>', '=']);
    match kind {
        "pkg-config" => values.split_whitespace().filter(|word| !is_option(word)).collect(),
        "LDFLAGS" => values.split_whitespace().filter_map(|word| word.strip_prefix("-l")).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::libraries;

    #[test]
    fn libraries_of_lines_for_linux_are_read() {
        for (line, names) in [
            ("#cgo pkg-config: vips sqlite3", vec!["vips", "sqlite3"]),
            ("// #cgo linux LDFLAGS: -L/usr/lib -lpcap -lm", vec!["pcap", "m"]),
            ("#cgo !windows LDFLAGS: -lz", vec!["z"]),
            ("#cgo darwin LDFLAGS: -framework Cocoa -lobjc", vec![]),
            ("#cgo CFLAGS: -DX=-ly", vec![]),
            ("#cgo noescape draw", vec![]),
        ] {
            assert_eq!(libraries(line), names, "{line}");
        }
    }
}
