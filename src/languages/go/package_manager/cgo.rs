//! Whether a program needs C: not whether it could use it.

use crate::catalog::{Native, c_libraries, natives};
use crate::evidence::Fact;
use crate::languages::go::workspace::packages::{Closure, Packages};

/// What a program needs of C.
#[derive(Debug, Clone, Default)]
pub struct NativeNeeds {
    /// Why cgo must be on, each with the import that says so.
    pub reasons: Vec<Fact<String>>,
    /// The rows of the catalogue that apply.
    pub natives: Vec<&'static Native>,
    /// What its own source is linked to.
    pub linked: Libraries,
}

/// Reads it from the program's imports.
pub fn needs(packages: &mut Packages, closure: &Closure) -> NativeNeeds {
    let mut needs = NativeNeeds { linked: linked(packages, closure), ..NativeNeeds::default() };
    for folder in &closure.folders {
        let package = packages.package(folder);
        if package.works_without_cgo {
            continue;
        }
        for source in &package.sources {
            let import = source.index.imports.iter().find(|import| matches!(import.module.as_str(), "C" | "plugin"));
            if let Some(import) = import.filter(|_| !source.minds_cgo) {
                needs.reasons.push(source.index.fact(import.module.clone(), &import.place));
                break;
            }
        }
    }
    for known in natives("go") {
        if let Some(evidence) = closure.imports(&known.name) {
            needs.reasons.push(Fact::new(known.name.clone(), evidence.clone()));
            needs.natives.push(known);
        }
    }
    needs
}

impl NativeNeeds {
    /// Whether cgo must be on.
    pub fn cgo(&self) -> bool {
        !self.reasons.is_empty()
    }

    /// Whether the program may be linked to more than the C library.
    pub fn links(&self) -> bool {
        self.natives.iter().any(|native| !native.run.is_empty())
            || self.reasons.iter().any(|reason| reason.value == "C")
    }

    /// Debian packages for the build stage.
    pub fn build_packages(&self) -> Vec<String> {
        let known = self.natives.iter().flat_map(|native| native.build.clone());
        sorted(known.chain(self.linked.packages.clone()))
    }

    /// Debian packages whose libraries must reach the final image.
    pub fn run_packages(&self) -> Vec<String> {
        sorted(self.natives.iter().flat_map(|native| native.run.clone()))
    }
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    names
}

/// What the lines ask for.
#[derive(Debug, Clone, Default)]
pub struct Libraries {
    /// Debian packages with the headers.
    pub packages: Vec<String>,
    /// Libraries that no known package holds.
    pub unknown: Vec<Fact<String>>,
}

/// Reads the lines of the files that import C.
pub fn linked(packages: &mut Packages, closure: &Closure) -> Libraries {
    let mut linked = Libraries::default();
    for folder in &closure.folders {
        for source in packages.package(folder).sources.iter().filter(|source| source.index.imports("C")) {
            let document = source.index.document();
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
    use super::*;

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
